"""What is said of a list once it is read: counts that do not fit, text not read, doubts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from registry.intake.grid import Flaw, column_letters
from registry.intake.listing.listing import Fault, Listing, Skipped
from registry.intake.listing.merged import differing
from registry.intake.listing.non_items import NonItem, Reason, is_label, stated_total
from registry.intake.listing.numbering import number_alone
from registry.locale import _
from registry.locale.labels import item_field_label
from registry.model.listing import ListedItem
from registry.text import shell_word

_A_COLUMN: Final = 3
"""From so many cells on, what stands below no header is a column, and told once."""
_NATIONAL_CODE: Final = 12
"""Characters of a 基本编码."""
_FEWER: Final = 3
"""So many digits less than that, and zeros may have been lost from the front."""
_CODES: Final = ("basic_code", "implementation_code")
_DIFFER: Final = ("power_type", "mode", "scope", "legal_level")


class Stray(NamedTuple):
    """A text in a column without a header. `shifted`: the row wants a department or a type, so that
    it may have slipped."""

    sheet: int
    row: int
    column: int
    text: str
    shifted: bool


class Heading(NamedTuple):
    """A heading, and how many items it says stand below it."""

    sheet: int
    row: int
    reason: Reason
    stated: int | None


def flaw_words(flaw: Flaw) -> tuple[str, str]:
    """What is wrong with a cell whose value the file has not, or not whole; and the remedy."""
    if flaw == "formula":
        return (
            _("the cell holds a formula, and the file has no result of it"),
            _("Open the file in Excel or WPS and save it again, or write the value."),
        )
    return (
        _("the cell holds a number of more digits than a spreadsheet keeps; the last are lost"),
        _("Format the column as text, and enter the numbers anew."),
    )


def is_number_or_label(text: str) -> bool:
    """Whether the first of two cells merely introduces the other: 一、 or 部门名称："""
    return number_alone(text) is not None or is_label(text)


def check(
    listing: Listing,
    implied: Mapping[int, Sequence[int]],
    strays: Sequence[Stray],
    headings: Sequence[Heading],
) -> None:
    """Enter all doubts. `implied`: main item without a row → its sub-items."""
    _check_totals(listing)
    _check_headings(listing, headings)
    _tell_strays(listing, strays)
    _settle_implied(listing, implied)
    _check_codes(listing)
    _check_two_lists(listing)


def _check_totals(listing: Listing) -> None:
    """Compare what total lines state with what was read above them."""
    totals = list(_totals(listing))
    places = [(item.sheet, item.row, item.parent is None) for item in listing.items if totals]
    for at, line in totals:
        above = [main for sheet, row, main in places if (sheet, row) < (at.sheet, at.row)]
        since = [
            main
            for sheet, row, main in places
            if (at.sheet, -1 if line is None else line) < (sheet, row) < (at.sheet, at.row)
        ]
        stated = stated_total(NonItem("total", at.text))
        if stated is not None and stated not in (
            *(len(above), sum(above), len(since), sum(since)),
        ):
            _differs(listing, at.sheet, at.row, stated, sum(since) or sum(above), above=True)


def _check_headings(listing: Listing, headings: Sequence[Heading]) -> None:
    """Compare what headings state with what was read below them, up to the next of their rank."""
    for n, heading in enumerate(headings):
        if heading.stated is None:
            continue
        ends = ("department", heading.reason)
        following = next((h for h in headings[n + 1 :] if h.reason in ends), None)
        end = (following.sheet, following.row) if following else (len(listing.sheets), 0)
        below = [
            item.parent is None
            for item in listing.items
            if (heading.sheet, heading.row) < (item.sheet, item.row) < end
        ]
        if heading.stated not in (len(below), sum(below)):
            _differs(listing, heading.sheet, heading.row, heading.stated, sum(below), above=False)


def _differs(
    listing: Listing, sheet: int, row: int, stated: int, items: int, *, above: bool
) -> None:
    what = (
        _("the line states {stated:,}, but {items:,} items were read above it")
        if above
        else _("the heading states {stated:,}, but {items:,} items were read below it")
    )
    words = what.format(stated=stated, items=items), _("Compare the list with its source.")
    listing.cautions.append(Fault(sheet, row, None, *words))


def _totals(listing: Listing) -> Iterator[tuple[Skipped, int | None]]:
    """Every total line, with the row of the one before it on its sheet."""
    before: dict[int, int] = {}
    for skipped in listing.skipped:
        if skipped.reason == "total":
            yield skipped, before.get(skipped.sheet)
            before[skipped.sheet] = skipped.row


def _tell_strays(listing: Listing, strays: Sequence[Stray]) -> None:
    """Tell of text that stands below no header: of a whole column once, else of each cell."""
    columns: dict[tuple[int, int], list[Stray]] = defaultdict(list)
    for stray in strays:
        columns[stray.sheet, stray.column].append(stray)
    for (sheet, column), found in columns.items():
        letters = column_letters(column)
        remedy = _(
            "Put it where it belongs; or say what the column gives: --map {letters}=FIELD, "
            "or --map {letters}=ignore."
        ).format(letters=letters)
        if len(found) >= _A_COLUMN:
            what = _("column {letters} has no header and was not read: {n:,} cells").format(
                letters=letters, n=len(found)
            )
            listing.cautions.append(Fault(sheet, found[0].row, column, what, remedy))
            continue
        for stray in found:
            what = _("“{text}” stands in a column without a header").format(
                text=" ".join(stray.text.split())
            )
            fault = Fault(sheet, stray.row, column, what, remedy)
            (listing.faults if stray.shifted else listing.cautions).append(fault)


def _settle_implied(listing: Listing, implied: Mapping[int, Sequence[int]]) -> None:
    """Give a main item without a row the departments and zones of all its sub-items; what else they
    say differently is the first one's, and told."""
    for index, numbers in implied.items():
        main, subs = listing.items[index], [listing.items[n] for n in numbers]
        changed: dict[str, Any] = {}
        for field in ("department", "zones"):
            values = list(dict.fromkeys(v for sub in subs if (v := getattr(sub, field))))
            if len(values) > 1:
                changed[field] = "、".join(values)
        if changed:
            listing.items[index] = main.model_copy(update=changed)
        for field in _DIFFER:
            if values_read := differing([getattr(sub, field) for sub in subs]):
                what = _(
                    "the main item “{name}” has no row of its own, and its sub-items say "
                    "different things ({field}: {values}); the first one's was taken"
                ).format(name=main.name, field=item_field_label(field), values=values_read)
                remedy = _("Give the main item a row of its own.")
                listing.cautions.append(
                    Fault(main.sheet, main.row, listing.cell(main, field), what, remedy)
                )


def _check_codes(listing: Listing) -> None:
    """Tell of codes of digits that are shorter than the others: zeros may be missing in front."""
    for field in _CODES:
        coded = [
            (item, code)
            for item in listing.items
            if (code := getattr(item, field)) and code.isdecimal()
        ]
        if not coded:
            continue
        usual = Counter(len(code) for _item, code in coded).most_common(1)[0][0]
        for item, code in coded:
            national = field == "basic_code" and listing.cell(item, field) is not None
            shorter = _NATIONAL_CODE - _FEWER <= len(code) < _NATIONAL_CODE
            length = _NATIONAL_CODE if national and shorter else usual
            if length - _FEWER <= len(code) < length:
                what = _("the code “{value}” has {n} digits and not {length}").format(
                    value=code, n=len(code), length=length
                )
                remedy = _("Look whether a spreadsheet took zeros off its front.")
                column = _code_column(listing, item, field)
                listing.cautions.append(Fault(item.sheet, item.row, column, what, remedy))


def _code_column(listing: Listing, item: ListedItem, field: str) -> int | None:
    own = listing.cell(item, field)
    return listing.cell(item, "code") if own is None else own


def _check_two_lists(listing: Listing) -> None:
    """Say which of two lists side by side was read."""
    for sheet, header in enumerate(listing.headers):
        if header is None or "name" not in header.fields:
            continue
        read = header.fields["name"]
        for column in header.columns:
            if column.second != "name":
                continue
            what = _(
                "two columns name items; column {read} ({header}) was read, and not {other}"
            ).format(read=read.letters, header=read.header, other=column.letters)
            remedy = _("To read the other: --map {option}.").format(
                option=shell_word(f"{column.letters}=name")
            )
            listing.cautions.append(Fault(sheet, header.last, column.index, what, remedy))
