"""Files that only their owner may read: users, the signing secret, revoked sessions."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from registry import files
from registry.files import LOCK_TIMEOUT, atomic_create, atomic_write
from registry.internal.errors import PrivateFileError
from registry.locale import _

_MODE: Final = 0o600
_MAX_BYTES: Final = 64 << 20


class FileVersion(NamedTuple):
    """What differs after a file was written or replaced."""

    mtime_ns: int
    ctime_ns: int
    size: int
    inode: int


def ensure_folder(path: Path) -> None:
    """Make the folder where there is none.

    Raises PrivateFileError, also where others may write to it: they could replace the users' file.
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


def file_version(path: Path) -> FileVersion | None:
    """The version of a file; None where there is none. Raises PrivateFileError."""
    try:
        return _version(path.stat())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def read_private(path: Path) -> tuple[bytes, FileVersion] | None:
    """Content and version of a file; None where there is none.

    Raises PrivateFileError, also where others can read it.
    """
    try:
        with path.open("rb") as stream:
            # Of the open file, so that what is checked is what is read.
            status = os.fstat(stream.fileno())
            _check_mode(path, status)
            content = stream.read(_MAX_BYTES + 1)
            version = _version(status)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) > _MAX_BYTES:
        raise PrivateFileError(
            _("{path} is larger than {n} MB").format(path=path, n=_MAX_BYTES >> 20),
            _("It is none of ours any more: put the backup in its place."),
        )
    return content, version


def refuse_others(path: Path) -> None:
    """Raises PrivateFileError where others can read the file, or it can't be found."""
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    _check_mode(path, status)


def _check_mode(path: Path, status: os.stat_result) -> None:
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
        raise PrivateFileError(
            _("others on this machine can read {path}").format(path=path),
            _("Run `chmod 600 {path}`.").format(path=path),
        )


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises PrivateFileError; the old file then stays."""
    try:
        atomic_write(path, content, mode=_MODE)
    except OSError as error:
        raise _unwritable(path, error) from error


def create_private(path: Path, content: bytes) -> None:
    """Write a file whole, unless there is one already. Raises PrivateFileError."""
    try:
        atomic_create(path, content, mode=_MODE)
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def locked(
    path: Path,
    *,
    timeout: float = LOCK_TIMEOUT,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Lock `<path>.lock` within the block, so that processes change `path` one after the other.

    The system releases the lock when a process ends, however it does. Raises PrivateFileError where
    the lock is not free within `timeout` seconds.
    """
    with ExitStack() as held:
        try:
            held.enter_context(files.locked(path, timeout=timeout, mode=_MODE, monotonic=monotonic))
        except TimeoutError:
            raise PrivateFileError(
                _("another command is changing {path}").format(path=path),
                _("Try again when it has ended."),
            ) from None
        except OSError as error:
            raise _unwritable(path, error) from error
        yield


def _version(status: os.stat_result) -> FileVersion:
    return FileVersion(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def _unreadable(path: Path, error: OSError) -> PrivateFileError:
    text = _("{path} can't be read: {detail}.")
    return PrivateFileError(text.format(path=path, detail=error.strerror or str(error)))


def _unwritable(path: Path, error: OSError) -> PrivateFileError:
    text = _("{path} can't be written: {detail}.")
    return PrivateFileError(text.format(path=path, detail=error.strerror or str(error)))
