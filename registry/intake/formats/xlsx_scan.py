"""The quick pass over the parts of a workbook (.xlsx), block by block, while they are inflated.

It looks only for what is unlike the usual `<c r="B7"`; a part where that isn't enough is parsed
exactly by `xlsx_parts`. Rows need no look: they say where cells are that don't say so themselves,
and those are unusual.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from registry.intake.formats.errors import refuse_damaged
from registry.intake.formats.xmlparts import column_number
from registry.intake.grid import MAX_CELLS, MAX_COLUMNS
from registry.locale import _

STRINGS: Final = "sharedstrings.xml"

_USUAL_ROWS, _USUAL_COLUMNS = 99_999, 26
_UNUSUAL: Final = re.compile(rb'<c(?! r="[A-Z]\d{1,5}")(?: r="([A-Z]{0,3})(\d{1,7})")?[\s/>]')
_PREFIXED: Final = re.compile(rb"<[^\s<>/]{1,200}:(?:c|row)[\s/>]")
_HIDDEN: Final = re.compile(rb"""hidden\s*=\s*["'](?:1|true)""")
_NO_SIZE: Final = re.compile(rb"""ht?\s*=\s*["']0(?:\.0*)?["']""")
_NO_VALUE: Final = re.compile(rb"<f(?:\s[^>]*)?(?:/>|(?<!/)>[^<]*</f>)\s*(?!<v>[^<])")
_STYLE: Final = re.compile(rb"""\ss\s*=\s*["'](\d{1,9})["']""")
_MOST_CARRIED: Final = 4 << 20
_LONGEST_CELL: Final = 1 << 17
_STRUCK: Final = b"<strike"


class Scan:
    """The quick pass over one part; give it the blocks. `notable`: formats that must be seen."""

    def __init__(self, path: Path, notable: set[int]) -> None:
        self.size = 0
        self._path = path
        self._notable = {str(number).encode() for number in notable}
        self._carried = b""
        self._odd = False
        self._conceals = False
        self._rows, self._columns = _USUAL_ROWS, _USUAL_COLUMNS

    def __call__(self, block: bytes) -> None:
        self.size += len(block)
        if self._carried:
            block = self._carried + block
        # Whatever begins in this block and ends in the next is looked at then: a whole cell, whose
        # formula is to be seen with its value, or a mere tag where there are no cells.
        cut = block.rfind(b"<c ")
        if cut < 0 or len(block) - cut > _LONGEST_CELL:
            cut = max(block.rfind(b"<"), 0)
        self._carried = block[cut:]
        if len(self._carried) > _MOST_CARRIED:
            refuse_damaged(self._path, _("a text in it does not end"))
        self._look(block[:cut])

    def close(self) -> None:
        """There are no more blocks."""
        self._look(self._carried)
        self._carried = b""

    def reaches_far(self) -> bool:
        """Whether the quick pass can't vouch for the extent or the values of a part."""
        return self._odd or self._columns > MAX_COLUMNS or self._rows * self._columns > MAX_CELLS

    def conceals(self) -> bool:
        """Whether something in it may be hidden, struck through, or without its value."""
        return self._odd or self._conceals

    def _look(self, block: bytes) -> None:
        if b"\0" in block[:4096]:
            refuse_damaged(self._path, _("a part of it is not UTF-8"))
        if self._odd:
            return
        # Most blocks lack one letter or another, which is quickly seen.
        self._odd = (b"e" in block and b't="e"' in block) or (
            b":" in block and bool(_PREFIXED.search(block))
        )
        self._conceals = self._conceals or self._look_for_hidden(block)
        for letters, digits in set(_UNUSUAL.findall(block)):
            if not digits:
                self._odd = True
                break
            self._rows = max(self._rows, int(digits))
            self._columns = max(self._columns, column_number(letters.decode()))

    def _look_for_hidden(self, block: bytes) -> bool:
        return (
            (b"d" in block and b"hidden" in block and bool(_HIDDEN.search(block)))
            or (b"h" in block and bool(_NO_SIZE.search(block)))
            or (b"f" in block and b"<f" in block and bool(_NO_VALUE.search(block)))
            or (b"k" in block and _STRUCK in block)
            or (bool(self._notable) and not self._notable.isdisjoint(_STYLE.findall(block)))
        )


class SharedStrings:
    """The quick pass over shared strings: none is longer than `longest`, and `struck` tells whether
    any may be struck through; give it the blocks."""

    def __init__(self, scan: Scan | None) -> None:
        self.longest = 0
        self.struck = False
        self._going_on = 0
        self._end = b""
        self._scan = scan

    def __call__(self, block: bytes) -> None:
        if self._scan:
            self._scan(block)
        self.struck = self.struck or _STRUCK in block or _STRUCK in self._end + block[:16]
        self._end = block[-16:]
        first, *others = block.split(b"<si")
        self._going_on += len(first)
        self.longest = max(self.longest, self._going_on)
        if others:
            self.longest = max(self.longest, *map(len, others))
            self._going_on = len(others[-1])
