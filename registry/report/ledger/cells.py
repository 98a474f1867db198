"""Cells of a ledger workbook: formats of open and of locked ones, checks, title and source line."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from registry.locale import _, list_separator
from registry.locale.labels import provenance_label
from registry.model.authority import ACT_NAMES
from registry.model.vocabulary import PROVENANCES
from registry.report.audit.report_model import long_date
from registry.report.xlsx_parts import Formats
from registry.store.ledger.workbooks import BookRow, Field, LedgerBook

_FIRST_DAY: Final = dt.date(1990, 1, 1)
_LAST_DAY: Final = dt.date(2099, 12, 31)
_LONGEST_HINT: Final = 250


class LedgerFormats(Formats):
    """The cell formats of a workbook that is filled in: open cells are white, locked ones grey."""

    def __init__(self, book: Any) -> None:
        super().__init__(book)

        def new_format(**properties: Any) -> Any:
            cell = {"border": 1, "border_color": "#9FB0BD", "valign": "top", "text_wrap": True}
            return book.add_format({"font_name": "宋体", "font_size": 10} | cell | properties)

        grey = {"bg_color": "#F1F3F5", "font_color": "#33424D"}
        head = {"bold": True, "valign": "vcenter"}
        self.headings = {
            False: new_format(bg_color="#DCE6ED", **head),
            True: new_format(bg_color="#FFF1C2", font_color="#4A2C00", **head),
        }
        self.overdue = book.add_format({"bg_color": "#FBDCDC", "font_color": "#7F1D1D"})
        day = {"num_format": "yyyy-mm-dd", "align": "center"}
        self._cells = {
            ("text", True): new_format(locked=False, num_format="@"),
            ("text", False): new_format(**grey),
            ("date", True): new_format(locked=False, **day),
            ("date", False): new_format(**grey, **day),
            ("number", True): new_format(locked=False, align="center"),
            ("number", False): new_format(**grey, align="center"),
        }

    def cell(self, kind: str, value: object, opened: bool) -> Any:
        """The format of a cell."""
        if isinstance(value, dt.date) or (opened and kind == "date"):
            return self._cells["date", opened]
        if isinstance(value, (int, float)) or (opened and kind == "number"):
            return self._cells["number", opened]
        return self._cells["text", opened]


def workbook_title(ledger: LedgerBook) -> str:
    """The title of a body's workbook."""
    return _("Ledger of supporting tasks: {body}").format(body=ledger.body.name)


def source_line(ledger: LedgerBook, rows: Iterable[BookRow]) -> str:
    """The notice, the day, and how many rows are of which provenance."""
    counts = Counter(row.provenance for row in rows)
    counted = [
        _("{provenance} {n:,}").format(provenance=provenance_label(p), n=counts[p])
        for p in PROVENANCES
        if counts[p]
    ]
    line = _("{number}; as of {day}").format(number=ledger.number, day=long_date(ledger.as_of))
    if counted:
        line += _("; rows by provenance: {rows}").format(rows=list_separator().join(counted))
    return line


def validation(field: Field, choices: str | None, terms: tuple[str, ...]) -> dict[str, Any] | None:
    """The check of a column's cells, with its messages, for xlsxwriter; None for no check."""
    if choices:
        return {
            **{"validate": "list", "source": choices},
            "error_title": _("Not in the list"),
            "error_message": _("Choose one of those that the list offers."),
        }
    if field.type == "date":
        return {
            **{"validate": "date", "criteria": "between"},
            **{"minimum": _FIRST_DAY, "maximum": _LAST_DAY},
            **{"input_title": _("Date"), "input_message": _("Write it like 2021-05-28.")},
            "error_title": _("Not a date"),
            "error_message": _("Write year, month and day, like 2021-05-28."),
        }
    if field.type == "number":
        return {
            **{"validate": "decimal", "criteria": ">=", "value": 0},
            "error_title": _("Not a number"),
            "error_message": _("Write a number, 0 or more; the unit has a column of its own."),
        }
    if field.type == "terms":
        hint = _("Those that it contains, with a semicolon between them: {terms}").format(
            terms=list_separator().join(terms)
        )
        return _hint(_("Terms"), hint)
    if field.type == "acts":
        hint = _("Those that its powers name, with a semicolon between them: {acts}").format(
            acts=list_separator().join(ACT_NAMES)
        )
        return _hint(_("Acts"), hint)
    if field.type == "items":
        return _hint(
            _("Items"),
            _("Item numbers, with a semicolon between them: 1-01;1-02. All of annex 1: annex:1"),
        )
    return None


def _hint(title: str, text: str) -> dict[str, Any]:
    return {"validate": "any", "input_title": title, "input_message": text[:_LONGEST_HINT]}
