"""Records in JSON (.json): an array of objects, or an object that has one somewhere near its top.

The names of the fields make the first row, so that record n stands in row n + 1. Whole numbers are
exact; of others as large, the digits beyond the fifteenth are lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from registry.intake.formats.cells import text_of
from registry.intake.formats.details import LEAST_LOST
from registry.intake.formats.encodings import decode
from registry.intake.formats.errors import (
    CellBudget,
    check_extent,
    library_errors_refused,
    require_text,
)
from registry.intake.grid import Flaw, Sheet
from registry.intake.problems import refuse
from registry.locale import _

_DEPTH: Final = 3
_JOINT: Final = "；"
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]")


def read(path: Path) -> tuple[str, list[Sheet]]:
    """The encoding, and the one table."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """A record, refused where a key stands twice: Python would keep the last in silence."""
        record = dict(pairs)
        if len(record) != len(pairs):
            names = [name for name, _value in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            refuse(
                path,
                _("an object has the field “{name}” twice").format(name=_whole(twice)),
                _("Take one of them out."),
            )
        return record

    def no_number(name: str) -> NoReturn:
        refuse(
            path,
            _("{name} is not a value that JSON knows").format(name=name),
            _("Write null where there is no value."),
        )

    with library_errors_refused(path):
        text, encoding = decode(path, path.read_bytes())
        try:
            content = json.loads(
                text.removeprefix("\ufeff"), object_pairs_hook=unique, parse_constant=no_number
            )
        except json.JSONDecodeError as error:
            refuse(
                path,
                _("this is not valid JSON: line {line}, character {column}: {detail}").format(
                    line=error.lineno, column=error.colno, detail=error.msg
                ),
                _("Correct it there, or export the data again."),
            )
        found = max(_arrays(content, None, _DEPTH), key=_rank, default=None)
        if found is None:
            _no_records(path)
        name, records = found
        sheet = Sheet(None if name is None else _whole(name), _rows(path, records))
        sheet.flaws = _flaws(records)
        if _HALF.search(text):
            _refuse_halves(path, sheet.rows, isinstance(records[0], dict))
        return encoding, require_text(path, [sheet])


def _arrays(value: Any, name: str | None, depth: int) -> Iterator[tuple[str | None, list[Any]]]:
    """Every array near the top that holds an object or an array, with its name."""
    if isinstance(value, list):
        if any(isinstance(item, (dict, list)) for item in value):
            yield name, value
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            yield from _arrays(inner, key, depth - 1)


def _rank(found: tuple[str | None, list[Any]]) -> int:
    return len(found[1])


def _rows(path: Path, records: list[Any]) -> list[list[str]]:
    """A row for the names and one for each record; arrays of arrays are rows as they are."""
    kind = dict if isinstance(records[0], dict) else list
    for number, record in enumerate(records, start=1):
        if not isinstance(record, kind):
            refuse(
                path,
                _("record {number} is of another form than the others").format(number=number),
                _("Write every record as an object with the names of its fields."),
            )
    names = list(dict.fromkeys(name for record in records for name in record if kind is dict))
    width = len(names) if kind is dict else max(map(len, records))
    check_extent(path, len(records) + 1, width)
    CellBudget(path).spend((len(records) + 1) * (width + 1))
    if kind is list:
        return [[_text(value) for value in record] for record in records]
    return [names, *([_text(record.get(name)) for name in names] for record in records)]


def _flaws(records: list[Any]) -> dict[tuple[int, int], Flaw]:
    """The cells that hold a number of more digits than are kept."""
    flaws: dict[tuple[int, int], Flaw] = {}
    columns: dict[str, int] = {}
    for number, record in enumerate(records):
        if isinstance(record, list):
            for column, value in enumerate(record):
                if _is_lost(value):
                    flaws[number, column] = "digits"
            continue
        for name, value in record.items():
            column = columns.setdefault(name, len(columns))
            if _is_lost(value):
                flaws[number + 1, column] = "digits"
    return flaws


def _is_lost(value: Any) -> bool:
    if isinstance(value, float):
        return abs(value) >= LEAST_LOST
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and any(map(_is_lost, value))


def _refuse_halves(path: Path, rows: list[list[str]], named: bool) -> None:
    """Refuse text with half of a character, which JSON can spell, and nothing can hold: \\ud83d."""
    for index, row in enumerate(rows):
        for column, text in enumerate(row):
            if not (half := _HALF_CHARACTER.search(text)):
                continue
            code = f"\\u{ord(half[0]):04x}"
            if named and index == 0:
                what = _("the name of the field “{name}” has half of a character ({code})")
            else:
                what = _("record {number}, field “{name}”: half of a character ({code})")
            refuse(
                path,
                what.format(
                    number=index if named else index + 1,
                    name=_whole(rows[0][column]) if named else column + 1,
                    code=code,
                ),
                _("Put in the whole character, or take it out."),
            )


def _whole(text: str) -> str:
    """A text with halves of characters spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _text(value: Any) -> str:
    if not isinstance(value, (list, dict)):
        return text_of(value)
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return _JOINT.join(text for item in value if (text := _text(item)))
    return json.dumps(value, ensure_ascii=False)


def _no_records(path: Path) -> NoReturn:
    refuse(
        path,
        _("there is no array of records in it"),
        _("Write the list as an array of objects."),
    )
