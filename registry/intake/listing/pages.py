"""Rows that a page break parted: the end of a row stands at the top of the next page."""

from __future__ import annotations

from registry.intake.grid import Sheet
from registry.intake.listing.cleaning import clean, spaced
from registry.intake.listing.header import Header
from registry.intake.listing.numbering import prefix_of


def join_across_pages(
    above: Sheet, below: Sheet, header: Header, first: int
) -> tuple[int, list[str]] | None:
    """Put the rest of a row to its beginning on the page above. The row that was the rest, and what
    it said; None where the first row of the page is one of its own. `first`: where the rows of the
    page begin, below its header.

    A rest has neither a number nor a type, where the row above has both, and more than a name.
    """
    seq, kind = header.fields.get("seq"), header.fields.get("power_type")
    if not (above.page and below.page) or seq is None or kind is None:
        return None
    row = next((row for row in range(first, len(below.rows)) if any(below.rows[row])), None)
    last = next((r for r in range(len(above.rows) - 1, -1, -1) if any(above.rows[r])), None)
    if row is None or last is None or any(s.top <= row <= s.bottom for s in below.spans):
        return None
    rest, begun = below.rows[row], above.rows[last]
    if len(rest) != len(begun) or rest[seq.index].strip() or rest[kind.index].strip():
        return None
    if not clean(begun[seq.index]).isdecimal() or not begun[kind.index].strip():
        return None
    name = header.fields["name"].index
    says_more = any(cell.strip() for column, cell in enumerate(rest) if column != name)
    if not says_more or prefix_of(spaced(rest[name])):
        return None
    above.rows[last] = [f"{one}{two}" for one, two in zip(begun, rest, strict=True)]
    below.rows[row] = [""] * len(rest)
    return row, rest
