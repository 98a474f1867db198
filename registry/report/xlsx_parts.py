"""Parts of a workbook: cell formats, names of sheets, widths of columns, the printed page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from registry.report.terminal import text_width

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME: Final = 31
_LONGEST_CELL: Final = 32_767
_LINE: Final = 14.2
_HIGHEST: Final = 409
"""The height of a line in points, and the greatest that a row may have."""

_LONGEST_HEADER: Final = 250
_DATE: Final = "yyyy-mm-dd"
_FONT: Final = "宋体"
_FILLS: Final = {
    "high": ("#7F1D1D", "#FFFFFF"),
    "medium": ("#FBD9A5", "#4A2C00"),
    "low": ("#CFE3F5", "#123A5C"),
    "info": ("#E5EAF0", "#33424D"),
    "manual": ("#FFFFFF", "#33424D"),
}


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: Any) -> None:
        def new_format(**properties: Any) -> Any:
            return book.add_format({"font_name": _FONT, "font_size": 10} | properties)

        cell = {"border": 1, "border_color": "#9FB0BD", "valign": "top", "text_wrap": True}
        self.title = new_format(font_size=16, bold=True, valign="vcenter")
        self.banner = new_format(bold=True, font_color="#4A2C00", bg_color="#FFF1C2")
        self.note = new_format(font_color="#4B5563", text_wrap=True, valign="top")
        self.strong = new_format(font_size=11, text_wrap=True, valign="top")
        self.heading = new_format(font_size=12, bold=True, font_color="#1D4F73")
        centred = {"valign": "vcenter", "bold": True, "bg_color": "#DCE6ED"}
        self.head = new_format(**cell | centred)
        self.text = new_format(**cell)
        self.number = new_format(**cell, num_format="#,##0", align="center")
        self.date = new_format(**cell, num_format=_DATE, align="center")
        self.link = new_format(**cell, font_color="#1D5C8A", underline=1)
        self.severities = {
            kind: new_format(**cell, bg_color=fill, font_color=ink, bold=True)
            for kind, (fill, ink) in _FILLS.items()
        }

    def of(self, value: object) -> Any:
        """The format that suits a value."""
        if isinstance(value, dt.date):
            return self.date
        return self.number if isinstance(value, int) else self.text


class SheetNames:
    """Names of a workbook's sheets: allowed, short enough, and each only once."""

    def __init__(self) -> None:
        self._taken: set[str] = {"history"}

    def unique(self, name: str) -> str:
        """A name as near to `name` as can be."""
        base = _FORBIDDEN.sub(" ", name).strip().strip("'") or "-"
        unique, number = base[:_LONGEST_NAME].rstrip(" '"), 1
        while unique.casefold() in self._taken:
            number += 1
            tail = f" ({number})"
            unique = base[: _LONGEST_NAME - len(tail)].rstrip(" '") + tail
        self._taken.add(unique.casefold())
        return unique


def write_cell(sheet: Any, row: int, column: int, value: object, style: Any) -> None:
    """Write a value as what it is; a text is never taken for a formula, a link or a number."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, style)
    else:
        text = str(value)
        if len(text) > _LONGEST_CELL:
            text = text[: _LONGEST_CELL - 1] + "…"
        sheet.write_string(row, column, text, style)


def date_of(iso: str | None) -> dt.date | None:
    """An ISO date as a date that spreadsheets calculate with; None for none."""
    return dt.date.fromisoformat(iso) if iso else None


def column_widths(
    headings: Sequence[str], columns: Sequence[Sequence[object]], widest: Sequence[int]
) -> list[int]:
    """Widths of columns, in characters, a Chinese one counting two; at most `widest` of each."""
    widths = []
    for head, values, most in zip(headings, columns, widest, strict=True):
        texts = {value.isoformat() if isinstance(value, dt.date) else value for value in values}
        needed = max((_columns(str(t)) for t in texts if t is not None), default=0)
        # A header wraps, and its filter button takes some room.
        widths.append(max(min(needed, most), min(_columns(head), most), 4) + 1)
    return widths


@lru_cache(1 << 16)
def _columns(text: str) -> int:
    """The width of a text. Cached, for most cells of a column hold the same."""
    return text_width(text)


def row_height(cells: Sequence[object], widths: Sequence[int]) -> float:
    """The height of a row of wrapped cells, in points: not all programs work it out themselves."""
    lines = 1
    for value, width in zip(cells, widths, strict=False):
        for part in value.splitlines() if isinstance(value, str) else ():
            lines = max(lines, -(-_columns(part) // max(width - 1, 1)))
    return min(_LINE * lines + 3, _HIGHEST)


def set_up_page(sheet: Any, title: str, banner: str) -> None:
    """A4 on its side, as wide as the sheet; the banner stands above every printed page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    left = title.replace("&", "&&")[: _LONGEST_HEADER - len(banner) - 40]
    header = f"&L&9{left}"
    if banner:
        header += f"&R&B&K9B1C1C{banner.replace('&', '&&')}"
    sheet.set_header(header)
    sheet.set_footer("&R&9&P / &N")
