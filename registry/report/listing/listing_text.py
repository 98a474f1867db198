"""How a list was understood, in words: its columns, its rows, and what is wrong with which cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from registry.intake.listing.header import Column, Header
from registry.intake.listing.listing import Fault, Listing
from registry.intake.listing.non_items import Reason
from registry.locale import N_, _, list_separator
from registry.locale.labels import item_field_label
from registry.report.terminal import table

_REASON: Final[dict[Reason, str]] = {
    "title": N_("above the header"),
    "header": N_("header"),
    "repeated": N_("header over again"),
    "department": N_("heading of a department"),
    "type": N_("heading of a type"),
    "mode": N_("heading of a mode"),
    "total": N_("total"),
    "note": N_("note"),
    "unheaded": N_("no header above it"),
    "hidden": N_("hidden"),
    "continued": N_("goes on with the item above"),
    "aside": N_("only in the list beside"),
}
_WHOLE: Final = frozenset(("name", "main_name", "sub_name", "seq"))
"""Fields for which no second column speaks."""
_PLACES: Final = 3
"""Places named of a fault that many cells share; the JSON names all."""


def reason_label(reason: Reason) -> str:
    """Why a row was passed over, in the user's language."""
    return _(_REASON[reason])


def columns_table(listing: Listing, width: int | None) -> str:
    """What every column was recognised as, a table a sheet that has a header."""
    text = ""
    for index, (sheet, header) in enumerate(zip(listing.sheets, listing.headers, strict=True)):
        if header is None:
            continue
        rows = []
        for column in header.columns:
            rows.append(
                (column.letters, column.header, _recognised(listing, index, header, column))
            )
        if sheet.name:
            text += _("Sheet {sheet}").format(sheet=sheet.name) + "\n"
        text += table(rows, (_("Column"), _("Header"), _("Recognised as")), width=width)
    return text


def _recognised(listing: Listing, sheet: int, header: Header, column: Column) -> str:
    """What a column was recognised as, in words."""
    if column.field:
        return item_field_label(column.field)
    if column.index in listing.zones.get(sheet, {}):
        return _("signs: goes to this zone")
    if (field := listing.values.get(sheet, {}).get(column.index)) is not None:
        return _("signs: {field}").format(field=item_field_label(field))
    if column.ignored:
        return _("not read, as you say")
    if column.instead is None or column.second is None:
        return _("not read")
    if column.index in header.seconds(column.second) and column.second not in _WHOLE:
        return _("read where column {letters} is empty").format(letters=column.instead)
    return _("not read: column {letters} gives it").format(letters=column.instead)


def rows_line(listing: Listing, faulty: int) -> str:
    """How many rows there were, and what became of them."""
    implied = sum(item.implied for item in listing.items)
    main = len(listing.main_items())
    text = _("Rows read: {rows:,}").format(rows=listing.rows)
    parts = [
        _("items {items:,}").format(items=len(listing.items) - implied),
        _("passed over {skipped:,}").format(skipped=len(listing.skipped)),
        _("with errors {faulty:,}").format(faulty=faulty),
    ]
    text += _(" ({parts})").format(parts=list_separator().join(parts)) + "\n"
    if len(listing.items) != main or implied:
        text += (
            _("Main items {main:,}, sub-items {sub:,}").format(
                main=main, sub=len(listing.items) - main
            )
            + "\n"
        )
    if implied:
        text += (
            _("{implied:,} of the main items have no row of their own.").format(implied=implied)
            + "\n"
        )
    return text


def skipped_lines(listing: Listing, most: int) -> list[str]:
    """Rows that were passed over, by reason, each with its first places and words."""
    lines = []
    for reason in _REASON:
        found = [s for s in listing.skipped if s.reason == reason]
        if not found:
            continue
        shown = [f"{listing.place_in_words(s)} {_short(s.text)}" for s in found[:most]]
        if len(found) > most:
            shown.append(_("… and {n:,} more").format(n=len(found) - most))
        lines.append(
            _("{reason} {n:,}: {rows}").format(
                reason=reason_label(reason), n=len(found), rows=list_separator().join(shown)
            )
        )
    return lines


def fault_lines(listing: Listing, faults: Iterable[Fault]) -> list[str]:
    """What is wrong, each thing once, with how many cells it concerns and the first of them."""
    groups: dict[tuple[str, str], list[Fault]] = {}
    for fault in sorted(faults, key=_where):
        groups.setdefault((fault.what, fault.remedy), []).append(fault)
    lines = []
    for (what, remedy), found in groups.items():
        places = list_separator().join(listing.place_in_words(fault) for fault in found[:_PLACES])
        text = _("{places}: {what}. {remedy}")
        if len(found) > _PLACES:
            text = _("{places} … ({n:,} places): {what}. {remedy}")
        lines.append(text.format(places=places, n=len(found), what=what, remedy=remedy))
    return lines


def _where(fault: Fault) -> tuple[int, int, int]:
    return fault.sheet, fault.row, -1 if fault.column is None else fault.column


def fault_record(listing: Listing, fault: Fault) -> dict[str, Any]:
    """A fault for JSON."""
    return {
        "sheet": listing.sheets[fault.sheet].name,
        "row": listing.sheets[fault.sheet].number(fault.row),
        "cell": listing.place(fault),
        "what": fault.what,
        "remedy": fault.remedy,
    }


def listing_record(listing: Listing) -> dict[str, Any]:
    """How the list was understood, for JSON: sheets, columns, items and every row passed over."""
    return {
        "sheets": [
            {
                "name": sheet.name,
                "header_rows": [sheet.number(r) for r in range(h.first, h.last + 1)] if h else [],
                "columns": [
                    {"column": c.letters, "header": c.header, "field": c.field}
                    for c in (h.columns if h else ())
                ],
            }
            for sheet, h in zip(listing.sheets, listing.headers, strict=True)
        ],
        "rows": {
            "read": listing.rows,
            "items": sum(not item.implied for item in listing.items),
            "main_items": len(listing.main_items()),
            "implied_main_items": sum(item.implied for item in listing.items),
            "skipped": len(listing.skipped),
        },
        "skipped": [
            {"cell": listing.place(s), "reason": s.reason, "text": s.text} for s in listing.skipped
        ],
        "items": [
            {"cell": listing.place(item)}
            | item.model_dump(exclude={"sheet", "row", "parent"}, exclude_none=True)
            | (
                {"parent": listing.items[item.parent].name, "parent_index": item.parent}
                if item.parent is not None
                else {}
            )
            for item in listing.items
        ],
    }


def _short(text: str, most: int = 24) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= most else text[: most - 1] + "…"
