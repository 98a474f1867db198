"""What keeps the internal site from being published, and the remedy. Light to import."""

from __future__ import annotations

from typing import Final

from registry.locale import N_, _

_TEXTS: Final = {
    "no-run": N_(
        "no audit of everything is stored. Run `registry audit`, without --zone, --department or "
        "--select, then publish again."
    ),
    "no-run-on": N_(
        "no audit of everything is stored for {detail}. Run `registry audit --as-of {detail}`, "
        "then publish again."
    ),
    "outdated": N_(
        "the data has changed since audit run {detail}. Run `registry audit`, then publish again."
    ),
    "unknown-rule": N_(
        "audit run {detail}: rules of your own were used. Name their folder with --rules."
    ),
}


class InternalProblem(Exception):
    """Why the internal site can't be published; its text is what the user reads."""

    def __init__(self, reason: str, detail: str = "") -> None:
        assert reason in _TEXTS
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return _(_TEXTS[self.reason]).format(detail=self.detail)
