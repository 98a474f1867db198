"""The sign-in page: name and password, or the code of a second factor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader

from registry.internal.http import Response, local_address
from registry.internal.sessions import IDLE_MINUTES, LIFETIME_HOURS
from registry.locale import _, language
from registry.site.language_choice import language_headers, other_language, without_choice

_FOLDER: Final = Path(__file__).with_name("templates")


class SignInPage:
    """Renders the page."""

    def __init__(self) -> None:
        environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True)
        self._template = environment.get_template("sign_in.html")

    def render(
        self,
        scope: Mapping[str, Any],
        status: int,
        after: str = "/",
        *,
        name: str = "",
        problem: str = "",
        seconds: int = 0,
        step: str = "",
        ends_others: bool = False,
    ) -> Response:
        """The page. `after`: where the sign-in leads to. `problem`: what was wrong before.

        `seconds`: to wait. `step`: what the form for a code brings back; "": the first form.
        """
        after = local_address(after)
        # The link to the other language is made of this, also on the page that answers a form.
        without_choice(b"" if after == "/" else urlencode({"next": after}).encode("ascii"))
        body = self._template.render(
            _=_,
            title=_("Supervision of delegated powers"),
            page_language="zh-CN" if language() == "zh" else "en",
            other=other_language(),
            next=after,
            name=name,
            problem=problem,
            step=step,
            ends_others=ends_others,
            hours=LIFETIME_HOURS,
            minutes=IDLE_MINUTES,
        ).encode("utf-8", "replace")
        content_type = b"text/html; charset=utf-8"
        start = {"status": status, "headers": [(b"content-type", content_type)]}
        headers = language_headers(language(), scope, start)
        if seconds:
            headers.append((b"retry-after", str(seconds).encode("ascii")))
        return Response(status, body, content_type, headers)
