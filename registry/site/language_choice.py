"""Which language a request is answered in, and how a visitor chooses another.

A link bears `_lang=en`, and the choice is kept in a cookie; without either the browser's
Accept-Language counts, and where that prefers neither language, the site's own. Works without
JavaScript. Datasette never sees `_lang`: on the page of a table it would take it for a filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_plus

from registry.locale import LANGUAGES, Language, language, use
from registry.site.asgi import App, Header, Scope, Send

SCOPE_KEY: Final = "registry.language"
"""Under this name the scope of a request holds the language that was chosen for it."""

PARAMETER: Final = "_lang"
COOKIE: Final = "lang"
_YEAR: Final = 365 * 24 * 60 * 60
_TAGS: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en"}
_NAMES: Final[dict[Language, str]] = {"zh": "中文", "en": "English"}

_address: ContextVar[str] = ContextVar("address", default="")
"""The query string of the request that is being answered, without a choice of language."""


class Link(NamedTuple):
    """A link to the same page in the other language. `tag`: for `lang` and `hreflang`."""

    address: str
    tag: str
    name: str


class LanguageMiddleware:
    """ASGI middleware that chooses the language of each request, once.

    The choice is in use while the request is answered, and in its scope, under `SCOPE_KEY`; where
    an outer layer has made it already, it is left as it is. `default`: for visitors who prefer
    neither language.
    """

    def __init__(self, app: App, default: Language) -> None:
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or SCOPE_KEY in scope:
            await self._app(scope, receive, send)
            return
        chosen = choose_language(scope, self._default)
        before = language()
        use(chosen)
        try:
            await self._app({**scope, SCOPE_KEY: chosen}, receive, send)
        finally:
            use(before)


def choose_language(scope: Mapping[str, Any], default: Language) -> Language:
    """The language for an ASGI request: by link, else by cookie, else as the browser prefers.

    JSON names source and licence, and is one for all: programs choose no language.
    """
    if _is_json(scope):
        return default
    return requested_language(scope) or _remembered(scope) or _preferred(scope) or default


def requested_language(scope: Mapping[str, Any]) -> Language | None:
    """The language that the address itself asks for."""
    for part in _parts(scope.get("query_string", b"")):
        if _is_choice(part):
            return _known(unquote_plus(part.partition("=")[2]))
    return None


def without_choice(query_string: bytes) -> bytes:
    """A query string as Datasette shall see it; this request's link to the other language is made
    of it."""
    text = "&".join(part for part in _parts(query_string) if not _is_choice(part))
    _address.set(text)
    return text.encode("latin-1")


def other_language() -> Link:
    """The same page in the other language.

    The address is a query alone, so that it leads to the page it stands on, whatever that is.
    """
    other: Language = "en" if language() == "zh" else "zh"
    kept = _address.get()
    return Link(f"?{kept}{'&' if kept else ''}{PARAMETER}={other}", _TAGS[other], _NAMES[other])


def language_headers(
    chosen: Language, scope: Mapping[str, Any], start: Mapping[str, Any]
) -> list[Header]:
    """The headers that tell a response's language. Data has none: JSON and CSV are left alone.

    `start`: ASGI's http.response.start.
    """
    kinds = [value for name, value in start.get("headers", []) if name.lower() == b"content-type"]
    is_page = any(kind.lower().startswith(b"text/html") for kind in kinds)
    # Redirects have no type of their own, and 304 tells of a page that was kept.
    is_empty = 300 <= int(start.get("status", 200)) < 400
    if not is_page and not is_empty:
        return []
    found: list[Header] = [(b"vary", b"Accept-Language, Cookie")]
    if is_page:
        found.append((b"content-language", _TAGS[chosen].encode("ascii")))
    if requested_language(scope):
        cookie = f"{COOKIE}={chosen}; Path=/; Max-Age={_YEAR}; SameSite=Lax"
        cookie += "; Secure" if scope.get("scheme") == "https" else ""
        found.append((b"set-cookie", cookie.encode("ascii")))
    return found


def _parts(query_string: bytes) -> list[str]:
    text = query_string.decode("latin-1")
    return text.split("&") if text else []


def _is_choice(part: str) -> bool:
    return unquote_plus(part.partition("=")[0]) == PARAMETER


def _is_json(scope: Mapping[str, Any]) -> bool:
    formats = [part for part in _parts(scope.get("query_string", b"")) if part == "_format=json"]
    return bool(formats) or str(scope.get("path", "")).endswith(".json")


def _known(text: str) -> Language | None:
    return next((one for one in LANGUAGES if one == text), None)


def _values(scope: Mapping[str, Any], name: bytes) -> Iterator[str]:
    for key, value in scope.get("headers", []):
        if key.lower() == name:
            yield value.decode("latin-1")


def _remembered(scope: Mapping[str, Any]) -> Language | None:
    for text in _values(scope, b"cookie"):
        try:
            morsel = SimpleCookie(text).get(COOKIE)
        except CookieError:
            continue
        if morsel is not None:
            return _known(morsel.value)
    return None


def _preferred(scope: Mapping[str, Any]) -> Language | None:
    """The language that the browser prefers; None where it names neither or both alike."""
    weights: dict[str, float] = {}
    for entry in ",".join(_values(scope, b"accept-language")).split(","):
        tag, *parameters = (part.strip().casefold() for part in entry.split(";"))
        primary = tag.partition("-")[0]
        if primary in _TAGS:
            weights[primary] = max(weights.get(primary, 0.0), _weight(parameters))
    chinese, english = weights.get("zh", 0.0), weights.get("en", 0.0)
    if chinese == english:
        return None
    return "zh" if chinese > english else "en"


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0
