"""The workbook of pairs -> what a person has decided: of the doubtful ones, and of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.intake.formats import read_sheets
from registry.intake.grid import Sheet
from registry.intake.listing.cleaning import clean
from registry.intake.problems import ProblemLog, refuse
from registry.locale import _
from registry.text import name_key

YES: Final = ("是", "同一", "yes", "y", "1", "√", "✓")
NO: Final = ("否", "不是", "no", "n", "0", "×", "✗")
KEYS: Final = ("decision", "score", "item", "old_name", "place", "new_name")
"""Keys that stand, hidden, in the first row: headers may be renamed, and columns moved."""

_ID: Final = re.compile("([0-9]{1,6})[-—－‐–]([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair: the list's item at `place`, and the stored item that it may replace."""

    place: str
    item: str


@dataclass(frozen=True)
class PairSides:
    """What may be paired. `listed`: place → name of each item of the list; `items`: ids of the
    annex's items; `sure`: pairs that equal names have made."""

    annex: int
    listed: Mapping[str, str]
    items: Sequence[str]
    sure: frozenset[Doubt] = frozenset()


def read_decisions(path: Path, doubts: Sequence[Doubt], sides: PairSides) -> dict[Doubt, bool]:
    """Every doubt with its answer, and every other pair that a person has affirmed or denied.

    A row may name any item of the list and any of the annex: what a person says of them goes before
    equal names. Once one of the two has its pair, an empty cell beside its other ones says no.
    Raises InputError for what is wrong, or not decided yet; no row with a yes is passed over.
    """
    sheet = read_sheets(path, hidden=True)[0]
    columns = _columns(path, sheet)
    rows = _Rows(path, sheet, columns, sides)
    answers: dict[Doubt, bool | None] = dict.fromkeys(doubts)
    for index, cells in enumerate(sheet.rows[1:], start=1):
        rows.read(index, cells, answers)
    rows.log.close()
    paired = {side for doubt, yes in answers.items() if yes for side in (doubt.place, doubt.item)}
    lacking = [d for d in doubts if d not in rows.numbers and not {d.place, d.item} & paired]
    if lacking:
        refuse(
            path,
            _("{n:,} pairs are not in it: it was written for another list").format(n=len(lacking)),
            _("Move it away, and have it written anew."),
        )
    return _settle(rows, answers)


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


class _Rows:
    """Reads row after row; `numbers`: the row in which each pair stands."""

    def __init__(
        self, path: Path, sheet: Sheet, columns: Mapping[str, int], sides: PairSides
    ) -> None:
        self.log = ProblemLog(path)
        self.sheet = sheet
        self.numbers: dict[Doubt, int] = {}
        self._columns = columns
        self._sides = sides
        self._places = {clean(place): place for place in sides.listed}
        self._ids = {_id_key(id_): id_ for id_ in sides.items}

    def read(self, index: int, cells: list[str], answers: dict[Doubt, bool | None]) -> None:
        """Enter what a row says; what is wrong with it goes to the log."""
        cells = [*cells, *[""] * (max(self._columns.values()) + 1 - len(cells))]
        texts = {key: clean(cells[column]) for key, column in self._columns.items()}
        word = texts["decision"].casefold()
        row = self.sheet.number(index)
        place, item = self._places.get(texts["place"]), self._ids.get(_id_key(texts["item"]))
        pair = Doubt(place, item) if place and item else None
        if pair in answers and pair not in self.numbers:
            assert pair is not None
            self.numbers[pair] = row
        if not word or (index == 1 and pair is None):
            return  # the second row heads the columns
        if word not in YES and word not in NO:
            what = _("“{value}” is neither yes nor no").format(value=word)
            self._add(row, "decision", what, _("Write 是 or 否."))
            return
        if pair is None:
            if word in YES:
                self._unknown(row, texts, place, item)
            return
        name = texts.get("new_name", "")
        if name and name_key(name) != name_key(self._sides.listed[pair.place]):
            self._add(
                *(row, "new_name"),
                _("the row speaks of “{name}”, but at {place} the list has “{other}”").format(
                    name=name, place=pair.place, other=self._sides.listed[pair.place]
                ),
                _("The list has changed since: move the workbook away, and have it written anew."),
            )
            return
        if pair in self.numbers and answers.get(pair) not in (None, word in YES):
            self._add(
                *(row, "decision"),
                _("row {other} says otherwise of the same pair").format(other=self.numbers[pair]),
                _("Leave one of them."),
            )
            return
        self.numbers[pair] = row
        answers[pair] = word in YES

    def _unknown(
        self, row: int, texts: Mapping[str, str], place: str | None, item: str | None
    ) -> None:
        """Say which side of an affirmed pair names nothing."""
        if place is None:
            what = _("the row says yes, but names no row of the list")
            if texts["place"]:
                what = _("the list has no item at {place}").format(place=texts["place"])
            example = next(iter(self._sides.listed), "")
            remedy = _("Name the row as the other rows do, such as {example}.")
            self._add(row, "place", what, remedy.format(example=example))
        if item is None:
            what = _("the row says yes, but names no item of the registry")
            if texts["item"]:
                what = _("annex {annex} holds no item {item}").format(
                    annex=self._sides.annex, item=texts["item"]
                )
            example = self._sides.items[0] if self._sides.items else ""
            remedy = _("Name an item of this annex by its id, such as {example}.")
            self._add(row, "item", what, remedy.format(example=example))

    def _add(self, row: int, key: str, what: str, remedy: str) -> None:
        column = self.sheet.rows[1][self._columns[key]] if key in self._columns else key
        self.log.add(what, remedy, row, column or key, sheet=self.sheet.name)


def _id_key(text: str) -> str:
    """An id as ids are compared: 1-7 is 1-07, and a reference's instrument is left out."""
    match = _ID.fullmatch(text.rpartition(":")[2].strip())
    return f"{int(match[1])}-{int(match[2])}" if match else text


def _settle(rows: _Rows, answers: dict[Doubt, bool | None]) -> dict[Doubt, bool]:
    log, sheet = rows.log, rows.sheet.name
    taken: dict[str, Doubt] = {}
    for doubt, answer in answers.items():
        if not answer:
            continue
        for side in (doubt.place, doubt.item):
            other = taken.setdefault(side, doubt)
            if other != doubt:
                log.add(
                    _("{side} has two pairs: rows {one} and {other}").format(
                        side=side, one=rows.numbers[other], other=rows.numbers[doubt]
                    ),
                    _("Leave one of them."),
                    rows.numbers[doubt],
                    sheet=sheet,
                )
    for doubt, answer in answers.items():
        if answer is None and not {doubt.place, doubt.item} & set(taken):
            log.add(
                _("not decided yet: is {place} the item {item}?").format(
                    place=doubt.place, item=doubt.item
                ),
                _("Write 是 or 否."),
                rows.numbers[doubt],
                sheet=sheet,
            )
    log.close()
    return {doubt: bool(answer) for doubt, answer in answers.items()}
