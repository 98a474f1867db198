"""How a browser is called, of what it says of itself."""

from __future__ import annotations

from typing import Final

_BROWSERS: Final = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("MicroMessenger", "WeChat"), ("QQBrowser", "QQ")),
    *(("360", "360"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")),
)
_SYSTEMS: Final = (
    *(("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Windows", "Windows"), ("Mac OS X", "macOS"), ("Kylin", "Kylin"), ("Linux", "Linux")),
)
_MAX_AGENT: Final = 60


def browser_name(agent: str) -> str:
    """Browser and system, of what a browser says of itself; where it names none, its beginning."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    named = " · ".join(part for part in (browser, system) if part)
    return named or agent[:_MAX_AGENT]
