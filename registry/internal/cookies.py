"""The cookies of the sign-in. Scripts don't see them, and other sites' forms don't bring them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.internal.http import cookie_values
from registry.site.asgi import Header


class Cookies:
    """Names, reads and sets cookies.

    `secure`: whether they are for TLS only. Then their names begin with `__Host-`, so that browsers
    take them from no other host of the domain, and from none without TLS.
    """

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure

    def values(self, scope: Mapping[str, Any], name: str) -> list[str]:
        """The values that a request bears."""
        return list(cookie_values(scope, self._full_name(name)))

    def set(self, name: str, value: str, max_age: int | None = None) -> Header:
        """The header that sets a cookie. `max_age`: seconds; None: until the browser is closed."""
        # Lax: a link in a mail or document leads to its page, not to the sign-in. Only forms change
        # anything, and other sites' forms are refused.
        text = f"{self._full_name(name)}={value}; HttpOnly; Path=/; SameSite=Lax"
        text += "" if max_age is None else f"; Max-Age={max_age}"
        text += "; Secure" if self._secure else ""
        return b"set-cookie", text.encode("ascii")

    def drop(self, name: str) -> Header:
        """The header that removes a cookie."""
        return self.set(name, "", 0)

    def _full_name(self, name: str) -> str:
        return f"__Host-{name}" if self._secure else name
