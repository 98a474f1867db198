"""Rows on cases become findings that each stand for all cases of a subject and month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

CASE_COLUMN: Final = "case_number"
"""A rule whose SELECT gives this column is examined case by case, and its rows are grouped."""

NAMED: Final = 10
"""The most numbers that a message names."""

_KEY: Final = ("instrument", "subject_type", "subject_id", "discriminator", "status")


def group_cases(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One row for all that are alike but for their case, in the order of their subjects.

    Rows on no case go before, as they are. A row for several is the first of them by number, due
    when the first of them was; it has, besides, `cases`, how many cases they are on,
    `case_numbers`, all of these in order, and `numbers`, the first ten as a text. What has to be
    checked by hand is apart from what is wrong: its discriminator ends with its status.
    """
    on_cases = []
    for row in rows:
        if row[CASE_COLUMN] is None:
            yield row
        else:
            on_cases.append(row)
    for _key, alike in groupby(sorted(on_cases, key=_order), key=_key_of):
        group = list(alike)
        numbers = tuple(dict.fromkeys(str(row[CASE_COLUMN]) for row in group))
        first = dict(group[0])
        first["due_on"] = min((row["due_on"] for row in group if row["due_on"]), default=None)
        if first["status"] != "alarm":
            first["discriminator"] = f"{first.get('discriminator') or ''}/{first['status']}"
        yield first | {
            "cases": len(numbers),
            "case_numbers": numbers,
            "numbers": "、".join(numbers[:NAMED]) + ("、…" if len(numbers) > NAMED else ""),
        }


def _key_of(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "") for name in _KEY)


def _order(row: dict[str, Any]) -> tuple[str, ...]:
    return (*_key_of(row), str(row[CASE_COLUMN]))
