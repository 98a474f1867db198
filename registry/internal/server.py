"""The internal site as it is served: the gate, and behind it an application for each audience.

Datasette is imported inside functions: who does not serve does not pay for it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from registry.internal.audience import OFFICE, Audience
from registry.internal.audience_apps import AUDIENCE, House
from registry.internal.auth_middleware import Gate, open_gate
from registry.locale import Language
from registry.site.asgi import Scope, Send


class InternalSite:
    """Gate and applications, for `registry.site.server.run`.

    `inside` answers the requests whose scope names an audience: a `House`, or a
    `HotSwapApp` of houses.
    """

    def __init__(self, inside: Any, open_for: Callable[..., Gate]) -> None:
        self._inside = inside
        self._app = inside.app()
        try:
            self.gate = open_for(answer=self._answer, static=self._static)
        except BaseException:
            inside.close()
            raise

    def app(self) -> Gate:
        """The ASGI application."""
        return self.gate

    def close(self) -> None:
        """Let go of log, threads and files."""
        self.gate.close()
        self._inside.close()

    async def _answer(self, audience: Audience, scope: Scope, receive: Any, send: Send) -> None:
        await self._app({**scope, AUDIENCE: audience}, receive, send)

    async def _static(self, scope: Scope, receive: Any, send: Send) -> None:
        await self._app({**scope, AUDIENCE: OFFICE}, receive, send)


def make_site(
    place: Path,
    metadata: Mapping[str, Any],
    state: Path,
    *,
    clock: Callable[[], float],
    monotonic: Callable[[], float],
    tell: Callable[[str], None],
    language: Language = "zh",
    behind_proxy: bool = False,
    every: float = 1.0,
) -> InternalSite:
    """The internal site on a published file, or on what a folder's `current` names.

    `state`: the folder of users, secret and log. Raises SiteError and StateProblem.
    """
    from registry.internal.application import make_internal
    from registry.site.hot_swap import HotSwapApp

    def open_house(path: Path) -> House:
        return House(path, lambda file: make_internal(file, metadata, language=language))

    def open_for(**doors: Any) -> Gate:
        return open_gate(
            state,
            clock=clock,
            monotonic=monotonic,
            tell=tell,
            live=inside if place.is_dir() else None,
            site_language=language,
            behind_proxy=behind_proxy,
            **doors,
        )

    inside: Any
    if place.is_dir():
        inside = HotSwapApp(place, open_house, tell, interval=every, extra_scope={AUDIENCE: OFFICE})
    else:
        inside = open_house(place)
    return InternalSite(inside, open_for)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
