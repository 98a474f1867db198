"""Writing files whole or not at all: a temporary file in the same folder takes the old one's place.

A reader, or a run that is killed at any moment, finds the old file or the new one, never half of
one. Every function raises OSError where the system refuses; the old file then is as it was.

A link is written through: what it leads to is replaced, and the link stays. What is no file on a
disk (a pipe, /dev/stdout) can't be replaced, and is written into.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import sqlite3
import stat
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

SQLITE_SIDE_FILES: Final = ("-wal", "-shm", "-journal")

_BLOCK: Final = 1 << 20
_NEW_FILE_MODE: Final = 0o666
_REPLACE_TRIES: Final = 20
_REPLACE_WAIT: Final = 0.05  # seconds
_MAX_NAME: Final = 255
"""Bytes that systems allow a name."""
_APPENDED: Final = len(".vacuumed-journal")
"""What SQLite and a publication append to a temporary name."""
_STANDARD_STREAMS: Final = (1, 2)
DATABASE_MAGIC: Final = b"SQLite format 3\0"
"""How every one begins."""

LOCK_TIMEOUT: Final = 10.0  # seconds
_LOCK_RETRY_INTERVAL: Final = 0.02


class ReplacesDatabase(OSError):
    """A database that something else would take the place of: a registry, by a slip of the pen."""


def written_path(path: Path) -> Path:
    """The file that is written where `path` is named: of a link, what it leads to.

    Raises OSError for links that lead to each other.
    """
    if not path.is_symlink():
        return path
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return target


def name_text(path: Path) -> str:
    """A file's name as text. One that is not UTF-8 is taken for GB18030, or spelled out."""
    return path_text(Path(path.name))


def path_text(path: Path) -> str:
    """The same of a whole path."""
    raw = os.fsencode(path)
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "backslashreplace")


def atomic_write(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file.

    `mode`: its permissions, less the process's umask. None: those of the old file, unchanged; of a
    new one, those that the process gives to any new file.
    """
    with atomic_path(path, mode=mode) as temporary:
        temporary.write_bytes(content)


def atomic_write_all(files: Mapping[Path, bytes]) -> None:
    """Write every file; where one of them can't be written, none is replaced."""
    with ExitStack() as stack:
        temporaries = {
            written_path(path): (stack.enter_context(_temporary(path)), content)
            for path, content in files.items()
        }
        for temporary, content in temporaries.values():
            temporary.write_bytes(content)
            sync(temporary)
        for path, (temporary, _content) in temporaries.items():
            _replace(temporary, path)
        for folder in {path.parent for path in temporaries}:
            sync(folder)


def atomic_create(path: Path, content: bytes, *, mode: int | None = None) -> bool:
    """Write a file unless there is one, which then stays as it is. Whether it was written."""
    with _temporary(path, mode=mode) as temporary:
        temporary.write_bytes(content)
        sync(temporary)
        try:
            os.link(temporary, path)  # whole or not at all, and never over another file
        except FileExistsError:
            return False
        sync(path.parent)
        return True


@contextmanager
def atomic_path(path: Path, ending: str = "writing", *, mode: int | None = None) -> Iterator[Path]:
    """An empty temporary file to write to, which takes the place of `path` at the end of the block.

    After an exception it is removed. `mode` as in `atomic_write`; `ending` as in `path_beside`.
    """
    if _is_no_file(path):
        import tempfile

        with tempfile.TemporaryDirectory(prefix="registry-") as folder, _named(path):
            temporary = Path(folder) / "writing"
            temporary.touch()
            yield temporary
            _write_into(path, temporary)
        return
    with _temporary(path, ending, mode=mode) as temporary, _named(path):
        yield temporary
        move_into_place(temporary, path, keep_mode=mode is None)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Have errors say which file they are of: those of writing, as on a full disk, don't."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise


def move_into_place(temporary: Path, path: Path, *, keep_mode: bool = True) -> None:
    """Let a written file take the place of another in the same folder, and be there after a crash.

    `keep_mode`: it takes the permissions of the old file, where there is one.
    """
    sync(temporary)
    path = written_path(path)
    _replace(temporary, path, keep_mode=keep_mode)
    sync(path.parent)


def move_database_into_place(temporary: Path, path: Path) -> None:
    """As `move_into_place`, for a closed SQLite database.

    The caller holds the old one locked, which brings into it what its side files held; if they
    stayed, SQLite would apply them to the new one.
    """
    sync(temporary)
    path = written_path(path)
    for suffix in SQLITE_SIDE_FILES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    _replace(temporary, path)
    sync(path.parent)


def path_beside(path: Path, ending: str = "writing") -> Path:
    """A name in the same folder that nobody else uses: `<path>.<8 hexadecimal digits>.<ending>`.

    Of a long name, as much of the path's own as systems allow; of a link, beside what it leads to.
    """
    path = written_path(path)
    return path.with_name(f"{_beginning(path, ending)}.{uuid.uuid4().hex[:8]}.{ending}")


def shortened(name: str, room_for: int) -> str:
    """As much of a name as leaves room for so many bytes after it."""
    while len(os.fsencode(name)) > _MAX_NAME - room_for:
        name = name[:-1]
    return name


def _beginning(path: Path, ending: str) -> str:
    """As much of a name as there is room for before the rest of a temporary one."""
    return shortened(path.name, len(f".{'0' * 8}.{ending}") + _APPENDED)


def remove_leftovers(path: Path, ending: str, sides: Iterable[str] = ("", "-journal")) -> None:
    """Remove the temporary databases that killed runs left, `<path>.<any>.<ending>`.

    `sides`: what is appended to such a name to give each file to remove. A run that is alive holds
    its database locked, and keeps it.
    """
    path = written_path(path)
    for leftover in path.parent.glob(f"{glob.escape(_beginning(path, ending))}.*.{ending}"):
        conn = sqlite3.connect(leftover, timeout=0, isolation_level=None)
        try:
            conn.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            continue
        except sqlite3.DatabaseError:
            pass  # killed before there was a database in it
        finally:
            conn.close()
        for side in sides:
            Path(f"{leftover}{side}").unlink(missing_ok=True)


def read_at_most(path: Path, most: int) -> bytes | None:
    """The content of a file; None where it has more bytes than `most`, as an endless device has."""
    with path.open("rb") as stream:
        content = stream.read(most + 1)
    return content if len(content) <= most else None


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Write a file's data, or a folder's names, from the system's buffers to the disk."""
    try:
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        # Windows doesn't open folders, and some network shares don't sync them.
        if not path.is_dir():
            raise


def _is_no_file(path: Path) -> bool:
    """Whether it is there, and nothing that another file could take the place of."""
    try:
        there = path.stat()
    except OSError:
        return False
    return _stream_of(there) is not None or not (path.is_file() or path.is_dir())


def _stream_of(there: os.stat_result) -> int | None:
    """The number of the standard stream that a file is: `-o /dev/stdout`, `-o FILE > FILE`."""
    for number in _STANDARD_STREAMS:
        with suppress(OSError):
            if there.st_ino and os.path.samestat(there, os.fstat(number)):
                return number
    return None


def _write_into(path: Path, content: Path) -> None:
    """Copy a file into a pipe, a device, or what this process already writes to."""
    import shutil

    number = _stream_of(path.stat())
    # Opened anew, a file that a stream goes to would be written over from its beginning.
    handle = os.dup(number) if number is not None else os.open(path, os.O_WRONLY)
    with content.open("rb") as source, os.fdopen(handle, "wb") as target:
        shutil.copyfileobj(source, target)


@contextmanager
def _temporary(path: Path, ending: str = "writing", *, mode: int | None = None) -> Iterator[Path]:
    """An empty file beside `path`, removed at the end where it still is there."""
    temporary = path_beside(path, ending)
    # Created with its mode, so that nobody can open what is private before the mode is set.
    if mode is None:
        mode = _NEW_FILE_MODE
        with suppress(OSError):
            mode &= path.stat().st_mode | stat.S_IRUSR | stat.S_IWUSR
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    except OSError as error:
        error.filename = str(path)  # people named that one
        raise
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _replace(temporary: Path, path: Path, *, keep_mode: bool = True) -> None:
    if _is_database(path) and not _is_database(temporary):
        raise ReplacesDatabase(errno.EEXIST, "it is a database", str(path))
    if keep_mode:
        import shutil

        with suppress(FileNotFoundError):
            _keep_owner(path, temporary)
            shutil.copymode(path, temporary)
    for tries_left in reversed(range(_REPLACE_TRIES)):
        try:
            temporary.replace(path)
            break
        except PermissionError:
            # Windows refuses while somebody reads the old file; elsewhere waiting is no help.
            if os.name != "nt" or not tries_left:
                raise
            time.sleep(_REPLACE_WAIT)


def _is_database(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as stream:
        return stream.read(len(DATABASE_MAGIC)) == DATABASE_MAGIC
    return False


def _keep_owner(path: Path, temporary: Path) -> None:
    """Give the new file the old one's owner and group, as far as this user may."""
    old, new = path.stat(), temporary.stat()
    if os.name == "posix" and (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        for owner in (old.st_uid, -1):
            with suppress(PermissionError):
                os.chown(temporary, owner, old.st_gid)
                break


@contextmanager
def locked(
    path: Path,
    *,
    timeout: float = LOCK_TIMEOUT,
    mode: int = _NEW_FILE_MODE,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Lock `<path>.lock` within the block, so that processes change `path` one after the other.

    The system releases the lock when a process ends, however it does. Its file is made with `mode`,
    and removed at the end. Raises TimeoutError where it is not free within `timeout` seconds.
    """
    path = written_path(path)
    lock = path.with_name(shortened(path.name, len(".lock")) + ".lock")
    end = monotonic() + timeout
    while (handle := _locked_handle(lock, mode)) is None:
        if monotonic() > end:
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
        time.sleep(_LOCK_RETRY_INTERVAL)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no file that is open: there it stays
            lock.unlink()
        os.close(handle)


def _locked_handle(lock: Path, mode: int) -> int | None:
    """The lock's file, open and locked; None where another process has it, or has removed it."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, mode)
    with suppress(FileNotFoundError):
        if _lock(handle) and os.path.samestat(os.fstat(handle), lock.stat()):
            return handle
    os.close(handle)
    return None


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
