"""Rows that go on with the item above: what is said of one item stands in several rows."""

from __future__ import annotations

from typing import Any, Final

from registry.intake.grid import Sheet
from registry.locale import _, list_separator

_JOINED: Final = {"department": "、", "zones": "、", "remark": "；", "basis": "\n"}
"""Fields that may say more in each row, and what joins that."""
_ONE: Final = {"power_type", "mode"}
"""Fields of which an item has one: two are an error."""
_KEPT: Final = ("scope", "initiation", "legal_level", "basic_code", "implementation_code", "law")
"""Fields of which the first row's is kept."""


def rows_covered(sheet: Sheet, column: int | None) -> set[int]:
    """The rows in which a column's cell is merged with the one above."""
    if column is None:
        return set()
    return {
        row
        for span in sheet.spans
        if span.bottom > span.top and span.left <= column <= span.right
        for row in range(span.top + 1, span.bottom + 1)
    }


def joined(before: dict[str, Any], more: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The fields that a further row changes of an item; and those that contradict it."""
    changed: dict[str, Any] = {}
    against: list[str] = []
    for field, separator in _JOINED.items():
        old, new = before.get(field), more.get(field)
        if new and not old:
            changed[field] = new
        elif new and old and new not in old.split(separator) and new != old:
            changed[field] = f"{old}{separator}{new}"
    for field in (*_ONE, *_KEPT):
        old, new = before.get(field), more.get(field)
        if new and not old:
            changed[field] = new
        elif new and new != old:
            against.append(field)
    return changed, against


def contradiction(field: str, old: str, new: str) -> tuple[str, str]:
    """What is wrong with a row that says otherwise than the item it goes on with."""
    return (
        _("the row goes on with the item above, but says {new} where that has {old}").format(
            new=new, old=old
        ),
        _("Part the merged cell if these are several items."),
    )


def is_error(field: str) -> bool:
    """Whether a contradiction in this field can't stand."""
    return field in _ONE


def differing(values: list[str | None]) -> str | None:
    """The values in words, if there is more than one."""
    found = list(dict.fromkeys(value for value in values if value))
    return list_separator().join(found) if len(found) > 1 else None
