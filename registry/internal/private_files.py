"""Files that nobody else on the machine may read: users, the signing secret, ended sessions."""

from __future__ import annotations

import os
import stat
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from registry.internal.state_problems import StateProblem

_PATIENCE: Final = 10.0
_EACH: Final = 0.02
_PRIVATE: Final = 0o600


class Signature(NamedTuple):
    """What changes when a file is written or replaced."""

    modified: int
    changed: int
    size: int
    number: int


def open_folder(path: Path) -> None:
    """Make the folder where there is none; refuse one that others write to.

    Whoever writes to the folder could put another file of users into it. Raises StateProblem.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = path.stat().st_mode
    except OSError as error:
        raise StateProblem("unwritable", path, detail=_why(error)) from error
    if os.name == "posix" and mode & 0o022:
        raise StateProblem("open-folder", path)


def signature_of(path: Path) -> Signature | None:
    """The signature; None where there is no file. Raises StateProblem."""
    try:
        return _signature(path.stat())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateProblem("unreadable", path, detail=_why(error)) from error


def read_private(path: Path) -> tuple[bytes, Signature] | None:
    """What the file holds; None where there is none. Raises StateProblem if others can read it."""
    try:
        with path.open("rb") as stream:
            # Of the open file, so that what is checked is what is read.
            found = os.fstat(stream.fileno())
            if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
                raise StateProblem("open-file", path)
            return stream.read(), _signature(found)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateProblem("unreadable", path, detail=_why(error)) from error


def write_private(path: Path, content: bytes) -> None:
    """Write beside, and move into place: whole or not at all. Raises StateProblem."""
    with _beside(path, content) as temporary:
        temporary.replace(path)


def make_private(path: Path, content: bytes) -> None:
    """Write the file unless there is one, which then stays as it is. Raises StateProblem."""
    with _beside(path, content) as temporary, suppress(FileExistsError):
        # A link is made whole or not at all, and never over another file.
        os.link(temporary, path)


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.writing")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(handle)
        yield temporary
    except OSError as error:
        raise StateProblem("unwritable", path, detail=_why(error)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def locked(
    path: Path,
    *,
    patience: float = _PATIENCE,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Hold the lock file beside `path`: commands that change it do so one after the other.

    The system lets go of the lock when a process ends, however it does. Raises StateProblem where
    another holds it for longer than `patience` seconds.
    """
    lock = path.with_name(f"{path.name}.lock")
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, _PRIVATE)
    except OSError as error:
        raise StateProblem("unwritable", lock, detail=_why(error)) from error
    try:
        end = monotonic() + patience
        while not _lock(handle):
            if monotonic() > end:
                raise StateProblem("busy", path)
            time.sleep(_EACH)
        yield
    finally:
        os.close(handle)


if os.name == "nt":  # pragma: no cover

    def _lock(handle: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

else:

    def _lock(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _signature(found: os.stat_result) -> Signature:
    return Signature(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def _why(error: OSError) -> str:
    return error.strerror or str(error)
