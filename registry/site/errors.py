"""What keeps the catalogue from being published or served, and the remedy. Light to import."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from registry.locale import N_, _

_TEXTS: Final = {
    "working-file": N_(
        "{path} is the registry's working file; the public file must not replace it. Name another "
        "with -o."
    ),
    "not-published": N_(
        "{path} exists and is not a published file, so it is not replaced. Name another with -o, "
        "or remove it first."
    ),
    "not-served": N_(
        "{path} is not a published file, so it is not served. `registry publish -o FILE` makes one."
    ),
    "missing": N_("there is no file {path}. `registry publish -o FILE` makes it."),
    "no-pointer": N_(
        "{path} holds no file named current, which says what to serve. "
        "`registry publish --to FOLDER` makes it."
    ),
    "bad-pointer": N_(
        "{path} names no publication: “{detail}”. It holds one name, like "
        "catalogue-0123456789abcdef.db."
    ),
    "not-office": N_("{path} is not the reform office's file, so it is not served."),
    "other-kind": N_(
        "{path} holds publications of another kind, such as {detail}. "
        "Name another folder with --to."
    ),
    "half-copied": N_("{path} is not what its name says: it was copied in part, or changed."),
    "no-folder": N_("there is no folder {path}. Make it, or name another file with -o."),
    "same-id": N_(
        "two instruments in {path} share the item number {detail}; the public file needs numbers "
        "that are unique."
    ),
    "damaged": N_("the new file {path} does not pass its checks: {detail}. The old one stays."),
    "metadata": N_("{path} can't be used as the catalogue's metadata: {detail}."),
    "port": N_("can't listen at {path}: {detail}. Choose another with --port or --host."),
}


class CatalogueProblem(Exception):
    """Why the catalogue can't be published or served; its text is what the user reads."""

    def __init__(self, reason: str, path: Path | str, detail: str = "") -> None:
        assert reason in _TEXTS
        super().__init__(reason, path, detail)
        self.reason = reason
        self.path = path
        self.detail = detail

    def __str__(self) -> str:
        return _(_TEXTS[self.reason]).format(path=self.path, detail=self.detail)
