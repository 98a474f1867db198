"""What a person has to know of the lists that an instrument was proposed from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from registry.intake.listing.listing import Fault
from registry.intake.scaffold.reading import (
    KINDS,
    MAX_LENGTH,
    Kind,
    ReadAnnex,
    ReadLists,
    printable,
)
from registry.locale import _, list_separator
from registry.locale.labels import item_field_label

_MANY: Final = {"department": 200, "zones": 100, "mode": 20}
"""Names in a column from which on it is hardly one of such names."""
_MAX_FAULTS: Final = 5
"""Kinds of faults that are told of one list."""


def list_remarks(annex: ReadAnnex, faults: Sequence[Fault]) -> list[str]:
    """Of one list, one line for each thing. `faults`: why its items can't be written down."""
    found = [*_of_list(annex), *_of_faults(annex, faults)]
    return [f"{annex.file.name}: {text}" for text in found]


def common_remarks(read: ReadLists) -> list[str]:
    """Of all the lists together."""
    coded = [one.text for one in read.departments if one.is_code]
    text = _(
        "Departments that the lists call by a number ({numbers}): write their names in "
        "instrument.yml."
    )
    return [text.format(numbers=_first(coded))] if coded else []


def _of_list(annex: ReadAnnex) -> Iterator[str]:
    listing = annex.listing
    counts = {kind: len(annex.texts[kind]) for kind in KINDS}
    yield _(
        "{items:,} items were read, of which {main:,} count; {departments:,} departments, "
        "{zones:,} delegates, {modes:,} modes"
    ).format(
        items=len(listing.items),
        main=len(listing.main_items()),
        departments=counts["department"],
        zones=counts["zones"],
        modes=counts["mode"],
    )
    unread = [
        printable(column.header)
        for header in filter(None, listing.headers)
        for column in header.columns
        if column.field is None
    ]
    if unread:
        yield _("columns that are not read: {headers}").format(
            headers=_first(list(dict.fromkeys(unread)))
        )
    skipped = listing.reasons()
    if n := skipped.get("hidden", 0):
        yield _("{n:,} hidden rows were not read").format(n=n)
    if n := skipped.get("unheaded", 0):
        yield _("{n:,} rows of tables without a header that is understood were not read").format(
            n=n
        )
    for kind in KINDS:
        yield from _of_names(annex, kind, counts[kind])
    for mode in annex.modes:
        if mode.name != mode.text:
            yield _(
                "“{mode}” is a mode of another annex as well; here it is called “{name}”, for a "
                "mode belongs to one annex"
            ).format(mode=mode.text, name=mode.name)
    yield from _of_faults(annex, [*listing.faults, *listing.cautions])


def _of_names(annex: ReadAnnex, kind: Kind, count: int) -> Iterator[str]:
    what = item_field_label(kind)
    if count > _MANY[kind]:
        yield _(
            "{n:,} different names in the field {what}: the column is hardly that; see what it "
            "holds"
        ).format(n=count, what=what)
    unseen = annex.unseen[kind]
    if unseen:
        yield _(
            "names in the field {what} hold characters that nobody sees, at {places}; they are "
            "proposed without them"
        ).format(what=what, places=_first(unseen))
    long = annex.long.get(kind, [])
    if long:
        places = [annex.listing.sheets[item.sheet].place(item.row) for item in long]
        yield _(
            "texts of more than {most} characters are not taken for names, in the field {what}: "
            "{places}"
        ).format(most=MAX_LENGTH, what=what, places=_first(places))


def _of_faults(annex: ReadAnnex, faults: Sequence[Fault]) -> Iterator[str]:
    """What is wrong with rows, by its remedy, with the first of them and its places."""
    kinds: dict[str, list[Fault]] = {}
    for fault in faults:
        kinds.setdefault(fault.remedy, []).append(fault)
    for remedy, found in list(kinds.items())[:_MAX_FAULTS]:
        yield _("{places}: {what}. {remedy}").format(
            places=_first([annex.listing.place(fault) for fault in found]),
            what=printable(found[0].what),
            remedy=printable(remedy),
        )
    if len(kinds) > _MAX_FAULTS:
        n = sum(map(len, list(kinds.values())[_MAX_FAULTS:]))
        yield _("{n:,} more things are wrong with rows of it").format(n=n)


def _first(texts: Sequence[str]) -> str:
    """The first few of them, and how many there are."""
    shown = list_separator().join(texts[:3])
    if len(texts) <= 3:
        return shown
    return _("{first} … {n:,} in all").format(first=shown, n=len(texts))
