"""The workbook of doubtful pairs -> what a person has decided about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.intake.formats import read_sheets
from registry.intake.grid import Sheet
from registry.intake.listing.cleaning import clean
from registry.intake.problems import ProblemLog, refuse
from registry.locale import _

YES: Final = ("是", "同一", "yes", "y", "1", "√", "✓")
NO: Final = ("否", "不是", "no", "n", "0", "×", "✗")
KEYS: Final = ("decision", "score", "item", "old_name", "place", "new_name")
"""Keys that stand, hidden, in the first row: headers may be renamed, and columns moved."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair to be decided: the list's item at `place`, and the stored item that it may replace."""

    place: str
    item: str


def read_decisions(path: Path, doubts: Sequence[Doubt]) -> dict[Doubt, bool]:
    """Every doubt with its answer. Raises InputError for what is wrong, or not decided yet.

    Once a row of the list, or an item, has its pair, an empty cell beside its other ones says no.
    """
    sheet = read_sheets(path)[0]
    columns = _columns(path, sheet)
    log = ProblemLog(path)
    answers: dict[Doubt, bool | None] = dict.fromkeys(doubts)
    rows: dict[Doubt, int] = {}
    for index, cells in enumerate(sheet.rows[1:], start=1):
        cells = [*cells, *[""] * (max(columns.values()) + 1 - len(cells))]
        doubt = Doubt(cells[columns["place"]].strip(), cells[columns["item"]].strip())
        if doubt not in answers:
            continue
        rows[doubt] = sheet.number(index)
        word = clean(cells[columns["decision"]]).casefold()
        if word in YES or word in NO:
            answers[doubt] = word in YES
        elif word:
            log.add(
                _("“{value}” is neither yes nor no").format(value=word),
                _("Write 是 or 否."),
                rows[doubt],
                sheet=sheet.name,
            )
    log.close()
    lacking = [doubt for doubt in doubts if doubt not in rows]
    if lacking:
        refuse(
            path,
            _("{n:,} pairs are not in it: it was written for another list").format(n=len(lacking)),
            _("Move it away, and have it written anew."),
        )
    return _settle(log, answers, rows, sheet.name)


def _columns(path: Path, sheet: Sheet) -> dict[str, int]:
    keys = [cell.strip() for cell in sheet.rows[0]] if sheet.rows else []
    lacking = [key for key in ("decision", "item", "place") if key not in keys]
    if lacking:
        refuse(
            path,
            _("this is no workbook of pairs"),
            _("Name the file that --pairs wrote, or a new one."),
        )
    return {key: keys.index(key) for key in KEYS if key in keys}


def _settle(
    log: ProblemLog, answers: dict[Doubt, bool | None], rows: dict[Doubt, int], sheet: str | None
) -> dict[Doubt, bool]:
    taken: dict[str, Doubt] = {}
    for doubt, answer in answers.items():
        if not answer:
            continue
        for side in (doubt.place, doubt.item):
            other = taken.setdefault(side, doubt)
            if other != doubt:
                log.add(
                    _("{side} has two pairs: rows {one} and {other}").format(
                        side=side, one=rows[other], other=rows[doubt]
                    ),
                    _("Leave one of them."),
                    rows[doubt],
                    sheet=sheet,
                )
    for doubt, answer in answers.items():
        if answer is None and not {doubt.place, doubt.item} & set(taken):
            log.add(
                _("not decided yet: is {place} the item {item}?").format(
                    place=doubt.place, item=doubt.item
                ),
                _("Write 是 or 否."),
                rows[doubt],
                sheet=sheet,
            )
    log.close()
    return {doubt: bool(answer) for doubt, answer in answers.items()}
