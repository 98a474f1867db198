"""Signs in cells that say yes or no."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from registry.intake.grid import Sheet
from registry.intake.listing.cleaning import clean
from registry.locale import _

_YES: Final = frozenset(
    (
        *(
            "√",
            "✓",
            "✔",
            "☑",
            "✅",
            "■",
            "●",
            "○",
            "〇",
            "◯",
            "◎",
            "⭕",
            "v",
            "y",
            "yes",
            "true",
            "1",
        ),
        *(
            "是",
            "有",
            "对",
            "可",
            "承接",
            "承接下放",
            "下放",
            "委托",
            "赋权",
            "已下放",
            "已承接",
            "全部",
            "部分",
        ),
        *("√√", "1项", "保留", "行使", "实施", "同意", "o", "∨", "⊙", "勾", "对勾", "t", "1.0"),
    )
)
_NO: Final = frozenset(
    (
        *(
            "×",
            "✗",
            "✘",
            "✕",
            "╳",
            "❌",
            "x",
            "n",
            "no",
            "false",
            "0",
            "□",
            "☐",
            "/",
            "\\",
            "-",
            "—",
        ),
        *("——", "－", "否", "无", "不", "不承接", "不下放", "不委托", "未承接", "未下放", "不涉及"),
        *("不同意", "暂不承接", "暂不下放", "不实施", "f", "0.0"),
    )
)
_MARKS_OF_EMOJI: Final = str.maketrans("", "", "\ufe0e\ufe0f")


def ticked(text: str) -> bool | None:
    """What a sign says; None where it is no sign."""
    word = clean(text).translate(_MARKS_OF_EMOJI).strip("（）() ").casefold()
    if not word or word in _NO:
        return False
    return True if word in _YES else None


def no_sign(text: str) -> tuple[str, str]:
    """What is wrong with a cell that holds no sign, and the remedy."""
    what = _("“{value}” says neither yes nor no").format(value=text)
    return what, _("Write √, or leave the cell empty.")


def holds_ticks(sheet: Sheet, start: int, column: int) -> bool:
    """Whether the cells of a column, from a row on, are signs, and one of them says yes."""
    said = [ticked(t) for t in filled_cells(sheet, start, column)]
    return bool(said) and None not in said and True in said


def filled_cells(sheet: Sheet, start: int, column: int) -> Iterable[str]:
    """The texts of a column, from a row on, without its empty cells."""
    for row in sheet.rows[start:]:
        if column < len(row) and row[column].strip():
            yield row[column]
