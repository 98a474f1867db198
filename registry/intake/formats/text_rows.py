"""Delimited text, row by row: for files that are too long to be held whole."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from registry.intake.formats.encodings import decode, leading_text, utf16_without_mark
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
        with path.open(encoding=self._encoding, newline="") as stream:
            sample = stream.read(_SAMPLE).removeprefix("\ufeff")
        if not sample.strip():
            refuse(path, _("the file holds no text"), _("Check that this is the right file."))
        self._delimiter = find_delimiter(path, sample)

    def head(self, count: int) -> list[list[str]]:
        """The first rows."""
        return [row for rows in islice(self.batches(count), 1) for row in rows][:count]

    def batches(self, size: int) -> Iterator[list[list[str]]]:
        """All rows, so many at a time; raises InputError for a quotation that does not end.

        A quotation mark in the midst of a line is let be, as `formats.text` does.
        """
        with long_fields(), self._path.open(encoding=self._encoding, newline="") as stream:
            lines = _Lines(stream)
            reader = csv.reader(iter(lines), delimiter=self._delimiter, strict=True)
            count = 0
            batch: list[list[str]] = []
            while True:
                before = reader.line_num
                try:
                    for row in reader:
                        batch.append(row)
                        if len(batch) == size:
                            count += size
                            yield batch
                            batch = []
                        before = reader.line_num
                    break
                except csv.Error:
                    rows = loose_rows(lines.last, self._delimiter)
                    if reader.line_num != before + 1 or rows is None:
                        refuse_unclosed(self._path, count + len(batch) + 1)
                    batch += rows
            if batch:
                yield batch


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
    """The encoding of the whole file; GB18030 where it is not UTF-8 and too long for more."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    for mark, encoding in _MARKED.items():
        if head.startswith(mark):
            return _checked(path, encoding)
    if wide := utf16_without_mark(head):
        return _checked(path, wide)
    if leading_text(head) is None:
        refuse(path, _("this is not a text file"), _("Save the table as CSV in UTF-8."))
    if _fits(path, "utf-8"):
        return "utf-8"
    if path.stat().st_size <= MAX_BYTES:
        return decode(path, path.read_bytes())[1]
    return _checked(path, "gb18030")


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
    with path.open("rb") as stream:
        try:
            while block := stream.read(_BLOCK):
                if b"\0" in block and not encoding.startswith("utf-16"):
                    refuse(path, _("this is not a text file"), _("Save the table as CSV in UTF-8."))
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
