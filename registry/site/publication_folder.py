"""Publishing into a folder from which others serve, so that they never see half a publication.

Each publication is a file of its own, named by its digest, and a small text file, `current`, names
the one that counts. Text, not a link: it works on Windows, and a person can read and edit it.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from registry.files import file_digest, sync
from registry.locale import _
from registry.model.word_list import WordList
from registry.site.errors import SiteError, no_folder
from registry.site.projection import Projection, Publication, publish

POINTER: Final = "current"
KEEP: Final = 2
"""Publications that stay: the one that counts, and the one to go back to."""

_NAME: Final = re.compile(r"([a-z]+)-[0-9a-f]{16}\.db")
_LEFTOVER: Final = re.compile(r"([a-z]+-[0-9a-f]{8}\.new|current\.[0-9a-f]{8}$)")
_HOUR: Final = 3_600_000_000_000  # in nanoseconds
_MAX_TRIES: Final = 20
_MAX_POINTER_BYTES: Final = 200


def publish_into(
    source: Path,
    folder: Path,
    *,
    as_of: str,
    demo: bool,
    projection: Projection,
    instrument: str | None = None,
    words: WordList | None = None,
    keep: int = KEEP,
    on_checked: Callable[[Path], object] | None = None,
) -> Publication:
    """Publish `source` into `folder`, point `current` at it, and remove all but the last `keep`.

    Until `current` is replaced nothing has changed for those who serve. `on_checked` and what is
    raised: as `publish` has it.
    """
    if not folder.parent.is_dir():
        raise no_folder(folder.parent)
    if folder.exists() and not folder.is_dir():
        raise no_folder(folder)
    folder.mkdir(exist_ok=True)
    _refuse_mixture(folder, projection.name)
    written = folder / f"{projection.name}-{uuid.uuid4().hex[:8]}.new"
    try:
        publication = publish(
            source,
            written,
            as_of=as_of,
            demo=demo,
            projection=projection,
            instrument=instrument,
            words=words,
            on_checked=on_checked,
        )
        digest = file_digest(written)
        target = folder / f"{projection.name}-{digest[:16]}.db"
        if target.exists() and file_digest(target) == digest:
            target.touch()  # the same rows again: it is the newest now
        else:
            written.replace(target)
        sync(folder)
        set_current(folder, target.name)
    finally:
        written.unlink(missing_ok=True)
    _prune(folder, target, projection.name, keep)
    return replace(publication, path=target)


def _refuse_mixture(folder: Path, kind: str) -> None:
    """One folder, one kind: nobody shall serve to the public what is not meant for it."""
    for path in folder.iterdir():
        found = _NAME.fullmatch(path.name)
        if found and found[1] != kind:
            raise SiteError(
                _("{path} holds publications of another kind, such as {name}").format(
                    path=folder, name=path.name
                ),
                _("Name another folder with --to."),
            )


def set_current(folder: Path, name: str) -> None:
    """Let `current` name another publication, in one step."""
    beside = folder / f"{POINTER}.{uuid.uuid4().hex[:8]}"
    try:
        beside.write_text(f"{name}\n", encoding="ascii")
        sync(beside)
        for left in reversed(range(_MAX_TRIES)):
            try:
                beside.replace(folder / POINTER)
                break
            except PermissionError:  # on Windows, while somebody is reading it
                if not left:
                    raise
                time.sleep(0.05)
        sync(folder)
    finally:
        beside.unlink(missing_ok=True)


def current_publication(folder: Path) -> Path:
    """The publication that `current` names. Raises SiteError where it names none."""
    pointer = folder / POINTER
    try:
        with pointer.open("rb") as stream:
            text = stream.read(_MAX_POINTER_BYTES).decode("ascii", "replace").strip()
    except FileNotFoundError as error:
        raise SiteError(
            _("{path} holds no file named current, which says what to serve").format(path=folder),
            _("`registry publish --to FOLDER` makes it."),
        ) from error
    except OSError as error:
        raise _names_none(pointer, str(error)) from error
    if not _NAME.fullmatch(text):
        raise _names_none(pointer, text[:80])
    return folder / text


def _names_none(pointer: Path, detail: str) -> SiteError:
    return SiteError(
        _("{path} names no publication: “{detail}”").format(path=pointer, detail=detail),
        _("It holds one name, like catalogue-0123456789abcdef.db."),
    )


def check_name(path: Path, digest: str) -> None:
    """Check that a publication is named by its digest. Raises SiteError: half a copy is not
    served."""
    if not path.name.endswith(f"-{digest[:16]}.db"):
        raise SiteError(
            _("{path} is not what its name says: it was copied in part, or changed.").format(
                path=path
            )
        )


def _prune(folder: Path, current: Path, kind: str, keep: int) -> None:
    others = [
        path
        for path in folder.iterdir()
        if (found := _NAME.fullmatch(path.name)) and found[1] == kind and path != current
    ]
    others.sort(key=lambda p: p.stat().st_mtime_ns, reverse=True)
    for path in others[max(keep - 1, 0) :]:
        # On Windows a file that is served can't be removed; the next publication does it.
        with suppress(OSError):
            path.unlink()
    _remove_leftovers(folder, current.stat().st_mtime_ns - _HOUR)


def _remove_leftovers(folder: Path, before: int) -> None:
    """Remove what killed publications left. None that lives goes as long without writing."""
    for path in folder.iterdir():
        with suppress(OSError):
            if _LEFTOVER.match(path.name) and path.stat().st_mtime_ns < before:
                path.unlink()
