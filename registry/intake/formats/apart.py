"""Reading a file in a process of its own, with so much memory and time: for files that may ask for
more than their size lets expect.

The process is a copy of this one where the system has copies and no thread runs that one could
catch amid its work; elsewhere Python is started anew. Windows has no limits on memory: there time
alone ends it.
"""

from __future__ import annotations

import marshal
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import IO, Final, NoReturn

from registry.anew import python_anew
from registry.intake.formats.errors import library_errors_refused
from registry.intake.formats.file_kind import Kind
from registry.intake.grid import Sheet, Span
from registry.intake.problems import InputError, Problem, refuse
from registry.locale import _, language

MAX_MEMORY: Final = 512 << 20
"""Bytes that the process may take, however large the file."""

MAX_SECONDS: Final = 120
"""Seconds of processor time that it may take."""

TOO_LONG: Final = -int(getattr(signal, "SIGXCPU", 24))
"""How a process ends that took more time."""

_BATCH: Final = 10_000
_PLAIN: Final = tuple(f.name for f in fields(Sheet) if f.name not in ("rows", "spans"))
_LENGTH: Final = struct.Struct("<Q")
_READING: Final = "registry.intake.formats.reading"

Found = tuple[str | None, list[Sheet]]
Reader = Callable[[Path, Kind], Found]


def read_apart(path: Path, kind: Kind, read: Reader) -> Found:
    """What `read` gives, from a process that ends where it takes too much. Raises InputError."""
    if hasattr(os, "fork") and threading.active_count() == 1:
        found, code = _copied(path, kind, read)
    else:
        found, code = started(path, kind)
    if isinstance(found, list):
        raise InputError(found)
    if found is None:
        _refuse_too_much(path, code)
    return found


def _copied(path: Path, kind: Kind, read: Reader) -> tuple[Found | list[Problem] | None, int]:
    """What a copy of this process answers, and how it ended."""
    out, into = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:  # pragma: no cover
        os.close(out)
        answer(path, kind, read, into, MAX_SECONDS)
    os.close(into)
    try:
        with os.fdopen(out, "rb") as stream:
            found = _received(path, stream)
    except BaseException:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        raise
    finally:
        status = os.waitpid(child, 0)[1]
    return found, os.waitstatus_to_exitcode(status)


def started(path: Path, kind: Kind) -> tuple[Found | list[Problem] | None, int]:
    """The same of Python started anew, which reads as the program does."""
    words = (os.fspath(path), kind, language(), str(MAX_SECONDS))
    late = threading.Event()
    with subprocess.Popen(
        [*python_anew(_READING), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:

        def end() -> None:
            late.set()
            process.kill()

        # Processor time is limited where it can be; whoever waits long for a processor is let be.
        timer = threading.Timer(MAX_SECONDS * (1 if sys.platform == "win32" else 4), end)
        timer.daemon = True
        timer.start()
        assert process.stdout is not None
        try:
            found = _received(path, process.stdout)
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
    return found, TOO_LONG if late.is_set() else process.returncode


def answer(
    path: Path, kind: Kind, read: Reader, into: int, seconds: int
) -> NoReturn:  # pragma: no cover
    """The process: limit itself, read, answer, end. It writes to the pipe `into` alone."""
    code = 1
    with suppress(BaseException), os.fdopen(into, "wb") as stream:
        _limit(seconds)
        try:
            with library_errors_refused(path):
                encoding, sheets = read(path, kind)
        except InputError as error:
            _send(
                stream, marshal.dumps([(p.what, p.remedy, p.row, p.sheet) for p in error.problems])
            )
        else:
            for block in _blocks(encoding, sheets):
                _send(stream, block)
        code = 0
    os._exit(code)


def _limit(seconds: int) -> None:  # pragma: no cover
    # What a library says when it ends for want of memory is nobody's to read.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        import resource
    except ImportError:
        return
    now = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << (
        0 if sys.platform == "darwin" else 10
    )
    mapped = now
    with suppress(OSError, ValueError, IndexError):
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    most = mapped + max(MAX_MEMORY - now, MAX_MEMORY // 2)
    for what, value in (
        (resource.RLIMIT_AS, most),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(what)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(what, (value, hard))


def _blocks(encoding: str | None, sheets: list[Sheet]) -> Iterator[bytes]:  # pragma: no cover
    """What was read, in blocks: the sheets without their rows, then the rows of each."""
    bare = [
        {
            **{name: getattr(sheet, name) for name in _PLAIN},
            "spans": [tuple(span) for span in sheet.spans],
        }
        for sheet in sheets
    ]
    yield marshal.dumps((encoding, bare, [len(sheet.rows) for sheet in sheets]))
    for sheet in sheets:
        for first in range(0, len(sheet.rows), _BATCH):
            yield marshal.dumps(sheet.rows[first : first + _BATCH])


def _send(stream: IO[bytes], block: bytes) -> None:  # pragma: no cover
    stream.write(_LENGTH.pack(len(block)))
    stream.write(block)


def _received(path: Path, stream: IO[bytes]) -> Found | list[Problem] | None:
    """What the process answered: what it read, or what is wrong; None where it ended before."""
    if (block := _next(stream)) is None:
        return None
    answer = marshal.loads(block)
    if isinstance(answer, list):
        return [Problem(path, what, remedy, row, sheet=name) for what, remedy, row, name in answer]
    encoding, bare, lengths = answer
    sheets = []
    for values, length in zip(bare, lengths, strict=True):
        spans = [Span(*span) for span in values.pop("spans")]
        sheet = Sheet(rows=[], spans=spans, **values)
        while len(sheet.rows) < length:
            if (block := _next(stream)) is None:
                return None
            sheet.rows.extend(marshal.loads(block))
        sheets.append(sheet)
    return encoding, sheets


def _next(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    block = stream.read(length)
    return block if len(block) == length else None


def _refuse_too_much(path: Path, code: int) -> NoReturn:
    if code == TOO_LONG:
        refuse(
            path,
            _("the file takes more than {n} seconds to read").format(n=MAX_SECONDS),
            _("Split it into smaller files, and take pictures and drawings out."),
        )
    refuse(
        path,
        _("the file takes more than {n} MB of memory to read").format(n=MAX_MEMORY >> 20),
        _("Split it into smaller files, and take pictures and drawings out."),
    )
