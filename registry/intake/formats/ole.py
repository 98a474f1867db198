"""The old container of Office files (OLE): its streams, as far as they are needed, and checked.

Other readers allot memory by what its headers say; a header that lies may end the process.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from registry.intake.formats.errors import library_errors_refused, refuse_damaged
from registry.locale import _

_HEADER: Final = struct.Struct("<8s16x5H6xIIIIIIIIII")
_ENTRY: Final = struct.Struct("<64sHBBIII36xIQ")
_LAST: Final = 0xFFFFFFFA
"""Sector numbers from here on mean: end, free, or a table's own sector."""
_STREAM, _ROOT = 2, 5


class Container:
    """An OLE file. `streams` maps each stream's name to its first sector and its size."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with library_errors_refused(path):
            self._data = path.read_bytes()
            self._read_tables()

    def read(self, name: str) -> bytes:
        """A stream's bytes."""
        start, size = self.streams[name]
        with library_errors_refused(self._path):
            if size < self._cutoff:
                chain = self._chain(start, self._small_table)
                data = b"".join(self._small[n * 64 : n * 64 + 64] for n in chain)
            else:
                data = self._joined(start)
        if len(data) < size:
            refuse_damaged(self._path, _("{name} breaks off").format(name=name))
        return data[:size]

    def _read_tables(self) -> None:
        header = _HEADER.unpack_from(self._data)
        shift, small_shift = header[4], header[5]
        if shift not in (9, 12) or small_shift != 6:
            refuse_damaged(self._path, _("its header makes no sense"))
        self._size = 1 << shift
        tables, directory, self._cutoff = header[7], header[8], header[10]
        small_start, small_count, more_start, more_count = header[11:15]
        most = len(self._data) // self._size
        if max(tables, small_count, more_count, header[6]) > most or self._cutoff > 1 << 16:
            refuse_damaged(self._path, _("its header makes no sense"))
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        for _count in range(more_count):
            if more_start >= _LAST:
                break
            more = self._integers(more_start)
            numbers += more[:-1]
            more_start = more[-1]
        self._table: list[int] = []
        for number in numbers[:tables]:
            if number < _LAST:
                self._table += self._integers(number)
        self.streams = dict(self._entries(self._joined(directory)))
        self._small_table: list[int] = []
        if small_start < _LAST:
            for number in self._chain(small_start, self._table):
                self._small_table += self._integers(number)
        self._small = self._joined(self._root[0]) if self._root[0] < _LAST else b""

    def _entries(self, directory: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        self._root = (_LAST, 0)
        for at in range(0, len(directory) - 127, 128):
            raw, length, kind, *_rest, start, size = _ENTRY.unpack_from(directory, at)
            if self._size == 512:
                size &= 0xFFFFFFFF  # the upper half is not always cleared
            if kind == _ROOT:
                self._root = (start, size)
            elif kind == _STREAM and size <= len(self._data):
                yield raw[: max(length - 2, 0)].decode("utf-16-le", "replace"), (start, size)

    def _joined(self, start: int) -> bytes:
        return b"".join(self._sector(n) for n in self._chain(start, self._table))

    def _chain(self, start: int, table: list[int]) -> Iterator[int]:
        for _count in range(len(table) + 1):
            if start >= _LAST:
                return
            yield start
            if start >= len(table):
                refuse_damaged(self._path, _("a chain of its sectors leads outside"))
            start = table[start]
        refuse_damaged(self._path, _("a chain of its sectors is a circle"))

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _integers(self, number: int) -> tuple[int, ...]:
        sector = self._sector(number)
        if len(sector) < self._size:
            refuse_damaged(self._path, _("a sector of it is missing"))
        return struct.unpack(f"<{self._size // 4}I", sector)
