"""How a list of licences was understood: for a terminal."""

from __future__ import annotations

from registry.loading.licences import LicenceList
from registry.locale import _
from registry.report.listing.listing_text import columns_table, fault_lines, rows_line
from registry.report.terminal import indent, wrap


def licences_text(read: LicenceList, width: int) -> str:
    """Its columns, its rows, what is wrong with which cell, and what was left out."""
    listing = read.listing
    text = columns_table(listing, width) + "\n"
    text += rows_line(listing, len(listing.faulty_rows()))
    if doubts := fault_lines(listing, [*listing.faults, *listing.cautions]):
        text += _("To be looked at:") + "\n"
        text += "".join(indent(wrap(line, width - 2), 2) + "\n" for line in doubts)
    if read.others:
        text += _("Powers of another type, left out: {n:,}").format(n=read.others) + "\n"
    return text
