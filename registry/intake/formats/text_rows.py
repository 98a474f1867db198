"""Delimited text, row by row: for files that are too long to be held whole."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from registry.formulas import unguarded_rows
from registry.intake.formats.encodings import (
    Utf8Damage,
    decode,
    few_nuls,
    leading_text,
    refuse_binary,
    utf16_without_mark,
)
from registry.intake.formats.file_kind import MAX_BYTES
from registry.intake.formats.text import (
    find_delimiter,
    long_fields,
    loose_rows,
    refuse_unclosed,
)
from registry.intake.problems import refuse
from registry.locale import _

_BLOCK: Final = 1 << 20
_SAMPLE: Final = 1 << 16
_MARKED: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class TextRows:
    """The rows of a delimited text. Raises InputError for what is no text, or has none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = _encoding(path)
        with self._open() as stream:
            sample = stream.read(_SAMPLE).removeprefix("\ufeff")
        if not sample.strip():
            refuse(path, _("the file holds no text"), _("Check that this is the right file."))
        self._delimiter = find_delimiter(path, sample)

    def _open(self) -> TextIO:
        """The file from its beginning; it has been found to be sound, or nearly."""
        return self._path.open(encoding=self._encoding, errors="replace", newline="")

    def head(self, count: int) -> list[list[str]]:
        """The first rows."""
        return [row for rows in islice(self.batches(count), 1) for row in rows][:count]

    def batches(self, size: int) -> Iterator[list[list[str]]]:
        """All rows, so many at a time; raises InputError for a quotation that does not end.

        A quotation mark in the midst of a line is let be, as `formats.text` does.
        """
        with long_fields(), self._open() as stream:
            reader = csv.reader(stream, delimiter=self._delimiter, strict=True)
            rows: Iterator[list[str]] = reader
            count = 0
            batch: list[list[str]] = []
            while True:
                try:
                    # What was read before an error stays in the list.
                    batch.extend(islice(rows, size - len(batch)))
                except csv.Error:
                    batch += self._loose(reader.line_num, count + len(batch) + 1)
                    rows = self._carefully(stream, count + len(batch) + 1)
                    continue
                if len(batch) < size:
                    break
                count += size
                yield unguarded_rows(batch)
                batch = []
            if batch:
                yield unguarded_rows(batch)

    def _loose(self, number: int, row: int) -> list[list[str]]:
        """The rows of a line, from 1, that is not strictly well-formed."""
        with self._open() as stream:
            before = csv.reader(islice(stream, number - 1), delimiter=self._delimiter, strict=True)
            try:
                for _row in before:
                    pass
            except csv.Error:  # a quotation that began in an earlier line
                refuse_unclosed(self._path, row)
            found = loose_rows(next(stream, ""), self._delimiter)
        if found is None:
            refuse_unclosed(self._path, row)
        return found

    def _carefully(self, stream: Iterator[str], number: int) -> Iterator[list[str]]:
        """The other rows, each line remembered, which takes time. `number`: of the first row."""
        lines = _Lines(stream)
        reader = csv.reader(iter(lines), delimiter=self._delimiter, strict=True)
        while True:
            before = reader.line_num
            try:
                for row in reader:
                    yield row
                    number += 1
                    before = reader.line_num
                return
            except csv.Error:
                found = loose_rows(lines.last, self._delimiter)
                if found is None or reader.line_num != before + 1:
                    refuse_unclosed(self._path, number)
                yield from found
                number += len(found)


class _Lines:
    """The lines of a text, of which the last is remembered."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        for line in self._stream:
            self.last = line
            yield line


def _encoding(path: Path) -> str:
    """The encoding of the whole file; UTF-8 or GB18030 where it is too long for more."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    for mark, encoding in _MARKED.items():
        if head.startswith(mark):
            if encoding == "utf-8-sig" and _nearly_utf8(path):
                return encoding
            return _checked(path, encoding)
    if wide := utf16_without_mark(head):
        return _checked(path, wide)
    if leading_text(head) is None:
        refuse_binary(path)
    if _fits(path, "utf-8"):
        return "utf-8"
    if path.stat().st_size <= MAX_BYTES:
        return decode(path, path.read_bytes())[1]
    return "utf-8" if _nearly_utf8(path) else _checked(path, "gb18030")


def _nearly_utf8(path: Path) -> bool:
    """Whether the file is UTF-8 but for a few damaged characters."""
    with path.open("rb") as stream:
        return Utf8Damage().of(_blocks(stream)).is_slight()


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end with a line: its end is none of the bytes of a longer character."""
    while block := stream.read(_BLOCK) + stream.readline(_BLOCK):
        yield block


def _checked(path: Path, encoding: str) -> str:
    if not _fits(path, encoding):
        refuse(
            path,
            _("the encoding of the file can't be told"),
            _("Save the file again as UTF-8."),
        )
    return encoding


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    nuls = size = 0
    with path.open("rb") as stream:
        try:
            while block := stream.read(_BLOCK):
                size += len(block)
                nuls += block.count(0)
                if not encoding.startswith("utf-16") and not few_nuls(nuls, size):
                    refuse_binary(path)
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
