"""Files that nobody else on the machine may read: users, the signing secret, ended sessions."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from registry.files import atomic_write, path_beside
from registry.internal.errors import PrivateFileError
from registry.locale import _

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

    Whoever writes to the folder could put another file of users into it. Raises PrivateFileError.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = path.stat().st_mode
    except OSError as error:
        raise _unwritable(path, error) from error
    if os.name == "posix" and mode & 0o022:
        raise PrivateFileError(
            _("others on this machine can write to {path}").format(path=path),
            _("Run `chmod 700 {path}`.").format(path=path),
        )


def signature_of(path: Path) -> Signature | None:
    """The signature; None where there is no file. Raises PrivateFileError."""
    try:
        return _signature(path.stat())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def read_private(path: Path) -> tuple[bytes, Signature] | None:
    """What the file holds, and which version of it; None where there is none.

    Raises PrivateFileError, also where others can read it.
    """
    try:
        with path.open("rb") as stream:
            # Of the open file, so that what is checked is what is read.
            found = os.fstat(stream.fileno())
            if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
                raise PrivateFileError(
                    _("others on this machine can read {path}").format(path=path),
                    _("Run `chmod 600 {path}`.").format(path=path),
                )
            return stream.read(), _signature(found)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def write_private(path: Path, content: bytes) -> None:
    """Write beside, and move into place: whole or not at all. Raises PrivateFileError."""
    try:
        atomic_write(path, content, mode=_PRIVATE)
    except OSError as error:
        raise _unwritable(path, error) from error


def make_private(path: Path, content: bytes) -> None:
    """Write the file unless there is one, which then stays as it is. Raises PrivateFileError."""
    beside = path_beside(path, "new")
    write_private(beside, content)
    try:
        with suppress(FileExistsError):
            # A link is made whole or not at all, and never over another file.
            os.link(beside, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def locked(
    path: Path,
    *,
    patience: float = _PATIENCE,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Hold the lock file beside `path`: commands that change it do so one after the other.

    The system lets go of the lock when a process ends, however it does. Raises PrivateFileError
    where another holds it for longer than `patience` seconds.
    """
    lock = path.with_name(f"{path.name}.lock")
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, _PRIVATE)
    except OSError as error:
        raise _unwritable(lock, error) from error
    try:
        end = monotonic() + patience
        while not _lock(handle):
            if monotonic() > end:
                raise PrivateFileError(
                    _("another command is changing {path}").format(path=path),
                    _("Try again when it has ended."),
                )
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


def _unreadable(path: Path, error: OSError) -> PrivateFileError:
    text = _("{path} can't be read: {detail}.")
    return PrivateFileError(text.format(path=path, detail=error.strerror or str(error)))


def _unwritable(path: Path, error: OSError) -> PrivateFileError:
    text = _("{path} can't be written: {detail}.")
    return PrivateFileError(text.format(path=path, detail=error.strerror or str(error)))
