"""Delimited text (.csv, .tsv, .txt): comma, tab, semicolon or bar, detected from the text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

from registry.formulas import unguarded_row
from registry.intake.formats.encodings import decode
from registry.intake.formats.errors import check_extent, library_errors_refused, require_text
from registry.intake.grid import Sheet
from registry.intake.problems import refuse
from registry.locale import _

_MAX_FIELD_LENGTH: Final = 10_000_000

_DELIMITERS: Final = (",", "\t", ";", "|", "，", "；")
_IN_TEXTS: Final = frozenset("，；")
"""Delimiters that stand in texts as well: most rows have to be parted by them alike."""
_MOST: Final = 0.7
_SAMPLE: Final = 1 << 16
_SAMPLED_ROWS: Final = 200
_BY_NAME: Final = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
_EXTENSION_BONUS: Final = 0.05
_CLOSED: Final = "\ue000"


def read(path: Path) -> tuple[str, list[Sheet]]:
    """The encoding, and the one table, which has no name. Rows are counted, not lines."""
    with library_errors_refused(path), long_fields():
        text, encoding = decode(path, path.read_bytes())
        text = text.removeprefix("\ufeff")
        lines = list(io.StringIO(text, newline=""))
        rows = [*map(unguarded_row, _rows(path, lines, find_delimiter(path, text)))]
    check_extent(path, len(rows), max(map(len, rows), default=0))
    return encoding, require_text(path, [Sheet(None, rows)])


@contextmanager
def long_fields() -> Iterator[None]:
    """Let fields be longer: the csv module has but one limit, and others rely on its usual one."""
    usual = csv.field_size_limit(_MAX_FIELD_LENGTH)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def _rows(path: Path, lines: list[str], delimiter: str) -> list[list[str]]:
    """All rows. Python's reader takes the end of the file for the end of an open quotation, and
    half a table could vanish in one cell; so it is made to be strict, and what it then refuses is
    allowed only within one line."""
    rows: list[list[str]] = []
    start = 0
    while start < len(lines):
        reader = csv.reader(_from(lines, start), delimiter=delimiter, strict=True)
        before = 0
        try:
            for row in reader:
                rows.append(row)
                before = reader.line_num
        except csv.Error:
            line = start + before
            loose = loose_rows(lines[line], delimiter)
            if reader.line_num != before + 1 or loose is None:
                refuse_unclosed(path, len(rows) + 1)
            rows += loose
            start = line + 1
        else:
            break
    return rows


def loose_rows(line: str, delimiter: str) -> list[list[str]] | None:
    """The rows of one line whose quotation marks are not as they should be; None where a quotation
    that it opens does not end in it."""
    rows = list(csv.reader([line, _CLOSED], delimiter=delimiter, strict=False))
    return rows[:-1] if rows[-1] == [_CLOSED] else None


def _from(lines: list[str], start: int) -> Iterator[str]:
    for index in range(start, len(lines)):
        yield lines[index]


def refuse_unclosed(path: Path, row: int) -> NoReturn:
    """Refuse a file in which a quotation has no end."""
    refuse(
        path,
        _("a quotation mark opens in this row and is not closed"),
        _("Close it, or take it out."),
        row=row,
    )


def find_delimiter(path: Path, text: str) -> str:
    """The delimiter that gives the most rows the same width, and a wide one rather than narrow."""
    sample = text[:_SAMPLE]
    if len(sample) < len(text):
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores: dict[str, float] = {}
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = Counter(len(row) for row in islice(reader, _SAMPLED_ROWS) if any(row))
        total = sum(widths.values())
        del widths[1]  # titles and notes around a table
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda found: (found[1], found[0]))
        if delimiter in _IN_TEXTS and (width < 3 or count < _MOST * total):
            continue
        score = count / total * (1 - 1 / width)
        if _BY_NAME.get(path.suffix.lower()) == delimiter:
            score += _EXTENSION_BONUS
        scores[delimiter] = score
    return max(scores, key=lambda delimiter: scores[delimiter], default=",")
