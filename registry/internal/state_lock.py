"""One server for a state folder: throttle, sessions' last use and the access log are one process's.

The system releases the lock when a process ends, however it does, and it is not inherited by
processes that the server starts. Its file stays, and says whose it is or was.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from registry.internal.errors import PrivateFileError
from registry.internal.private_files import ensure_folder
from registry.locale import _

FILE_NAME: Final = "server.lock"
_LOCKED_BYTE: Final = 1 << 20
"""Beyond the text: Windows lets nobody read what is locked."""

_held_here: set[tuple[int, int]] = set()
"""Device and inode of the files that this process holds: its own locks don't exclude it."""


class StateLock:
    """Held from its making on, until `release`.

    Raises PrivateFileError where another server, or one of this process, holds it.
    """

    def __init__(self, folder: Path) -> None:
        ensure_folder(folder)
        path = folder / FILE_NAME
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            text = _("{path} can't be written: {detail}.")
            raise PrivateFileError(
                text.format(path=path, detail=error.strerror or str(error))
            ) from error
        status = os.fstat(self._handle)
        self._key = (status.st_dev, status.st_ino)
        # Asked first: closing a second handle would release the lock of the first.
        if self._key in _held_here:
            raise _taken(folder, os.getpid())
        try:
            locked = _lock(self._handle)
        except OSError as error:
            os.close(self._handle)
            text = _("{path} can't be locked: {detail}.")
            raise PrivateFileError(
                text.format(path=path, detail=error.strerror or str(error)),
                _("Keep the state folder on a disk of this machine."),
            ) from error
        if not locked:
            holder = _holder(self._handle)
            os.close(self._handle)
            raise _taken(folder, holder)
        _held_here.add(self._key)
        os.ftruncate(self._handle, 0)
        os.write(self._handle, f"{os.getpid()}\n".encode("ascii"))

    def release(self) -> None:
        """Let another server have the folder. More than once does no harm."""
        if self._key in _held_here:
            _held_here.remove(self._key)
            os.close(self._handle)


def _taken(folder: Path, holder: int | None) -> PrivateFileError:
    if holder is None:
        problem = _("another server uses {path}").format(path=folder)
    else:
        problem = _("another server uses {path}: process {pid}").format(path=folder, pid=holder)
    return PrivateFileError(
        problem,
        _("End it first, or give this server a state folder of its own with --state."),
    )


def _holder(handle: int) -> int | None:
    """The process that the file names."""
    with suppress(OSError, ValueError):
        os.lseek(handle, 0, os.SEEK_SET)
        return int(os.read(handle, 32))
    return None


if os.name == "nt":  # pragma: no cover

    def _lock(handle: int) -> bool:
        import msvcrt

        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:

    def _lock(handle: int) -> bool:
        import fcntl

        try:
            # Not flock, which a process that is forked would go on holding.
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True
