"""What a list leaves open of its items: their departments, their zones, the type of all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from registry.intake.listing.cleaning import clean
from registry.intake.listing.fields import type_of_all
from registry.intake.listing.listing import Fault, Listing
from registry.intake.listing.values import power_type
from registry.locale import _
from registry.locale.labels import item_field_label
from registry.text import shell_word

_LOOKED_AT: Final = 50


def type_in_titles(listing: Listing) -> str:
    """The one type of which the titles of a list speak; TYPE where they speak of none or several:
    what is to be copied is not to be wrong."""
    titles = [skipped.text for skipped in listing.skipped if skipped.reason == "title"]
    titles += [sheet.name for sheet in listing.sheets if sheet.name]
    found = {kind for title in titles if (kind := type_of_all(title))}
    return found.pop() if len(found) == 1 else "TYPE"


def without_department(listing: Listing) -> Iterator[Fault]:
    """Say how many items no department was found for: of each the audit would say so later."""
    items = listing.items
    without = [item for item in items if not item.department]
    if without:
        first = without[0]
        what = _("{n:,} of {all:,} items have no department").format(n=len(without), all=len(items))
        remedy = _(
            "State that of the whole list: --department NAME; or the column that gives it: "
            "--map HEADER=department."
        )
        yield Fault(first.sheet, first.row, None, what, remedy)


def columns_of_known_names(listing: Listing, departments: Collection[str]) -> Iterator[Fault]:
    """The columns that nothing reads, whose cells are departments or types, where the list has no
    other column of these."""
    for index, (sheet, header) in enumerate(zip(listing.sheets, listing.headers, strict=True)):
        if header is None:
            continue
        for column in header.columns:
            if column.field or column.ignored or column.second:
                continue
            said = [
                clean(row[column.index])
                for row in sheet.rows[header.last + 1 :][:_LOOKED_AT]
                if column.index < len(row) and row[column.index].strip()
            ]
            for field, known in (
                ("department", lambda text: text in departments),
                ("power_type", lambda text: power_type(text, {}) is not None),
            ):
                if said and field not in header.fields and all(map(known, said)):
                    what = _("column {letters} holds names of the field {field}, and is not read")
                    remedy = _("To read it: --map {option}.").format(
                        option=shell_word(f"{column.letters}={field}")
                    )
                    words = what.format(letters=column.letters, field=item_field_label(field))
                    at = index, max(header.last, 0), column.index
                    yield Fault(*at, words, remedy)


def without_zones(listing: Listing) -> Iterator[Fault]:
    """Say how many items name no zone in a list that names them for others: they go to all."""
    items = listing.items
    without = [item for item in items if not item.zones]
    if without and len(without) < len(items):
        first = without[0]
        what = _("{n:,} of {all:,} items name no zone, and go to all").format(
            n=len(without), all=len(items)
        )
        remedy = _("Fill the zones in where they go to some only.")
        column = listing.cell(first, "zones")
        yield Fault(first.sheet, first.row, column, what, remedy)
