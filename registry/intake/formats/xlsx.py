"""Workbooks of Excel and WPS (.xlsx, .xlsm): examined first, then read by calamine.

calamine allots the whole rectangle between the first and the last cell, so that two cells far apart
ask for more memory than there is and end the process. So the extent of each sheet is found first,
while the archive is inflated for its own limits, by a quick pass (`xlsx_scan`), and an exact one
(`xlsx_parts`) where that isn't enough. So is what calamine doesn't tell: what is hidden or struck
through, error values, formulas without a value, and formats that add zeros.
"""

from __future__ import annotations

import io
import posixpath
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import registry.intake.formats.errors as format_errors
from registry.intake.formats.archive import Archive, Sink
from registry.intake.formats.cells import text_of
from registry.intake.formats.details import LEAST_LOST, CellStyles, Details, Place, finish
from registry.intake.formats.errors import (
    CellBudget,
    check_extent,
    check_length,
    library_errors_refused,
    refuse_damaged,
    refuse_encrypted,
    require_text,
)
from registry.intake.formats.xlsx_parts import Extent, Strings, read_styles
from registry.intake.formats.xlsx_scan import STRINGS, Scan, SharedStrings
from registry.intake.formats.xmlparts import parse
from registry.intake.grid import MAX_CELLS, Flaw, Sheet, Span
from registry.locale import _

_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_ALL_TEXT: Final = frozenset((str,))
_MOST_COLUMNS: Final = 8
"""Columns of numbers that are looked at before the rest of a row."""
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_SHORTEST_CELL: Final = len('<c r="A1" t="s"><v>0</v>')
_IN_VAIN: Final = (".png", ".jpeg", ".jpg", ".gif", ".emf", ".wmf", ".bin", ".vml")


def read(path: Path) -> list[Sheet]:
    """Every worksheet of a workbook, in its order."""
    archive = Archive(path)
    strings: dict[str, SharedStrings] = {}
    scans: dict[str, Scan] = {}
    innocent = _shared_strings_are_no_sheet(archive)
    styles = read_styles(archive, _styles_part(archive))
    notable = styles.notable()

    def sinks(name: str) -> Sink | None:
        """What looks at the part of that name while it is inflated."""
        # A part's name is what the workbook says it is, so any part may be a sheet.
        if name.lower().endswith(_IN_VAIN):
            return None
        if not name.lower().endswith(STRINGS):
            return scans.setdefault(name, Scan(path, notable))
        scan = None if innocent else scans.setdefault(name, Scan(path, notable))
        strings[name] = SharedStrings(scan)
        return strings[name]

    archive.inflate(sinks)
    with library_errors_refused(path):
        parts = _parts(archive)
        named = [part for part in parts if part]
        if len(set(named)) < len(named):  # each of them would be read anew
            refuse_damaged(path, _("its list of sheets makes no sense"))
    details = _details(archive, scans, strings, styles, named)
    with library_errors_refused(path):
        sheets = read_workbook(path, archive.renamed())
        for sheet, part in zip_longest(sheets, parts[: len(sheets)]):
            if sheet is not None:
                finish(sheet, details.get(part or ""))
    return require_text(path, [sheet for sheet in sheets if sheet is not None])


def _details(
    archive: Archive,
    scans: dict[str, Scan],
    strings: dict[str, SharedStrings],
    styles: CellStyles,
    sheets: list[str],
) -> dict[str, Details]:
    """Parse what the quick pass can't vouch for, hold it to the limits, and give its details."""
    for scan in scans.values():
        scan.close()
    longest = max((found.longest for found in strings.values()), default=0)
    cells = sum(scan.size for scan in scans.values()) // _SHORTEST_CELL
    much = longest * cells > format_errors.MAX_TEXT
    struck = any(found.struck for found in strings.values())
    closely = [
        name
        for name, scan in scans.items()
        if much or scan.reaches_far() or (name in sheets and (struck or scan.conceals()))
    ]
    texts = Strings()
    if much or (closely and (struck or styles.struck)):
        texts = Strings.of(archive, strings, struck=struck or bool(styles.struck))
    details: dict[str, Details] = {}
    text = 0
    for name in closely:
        extent = Extent.of(archive, name, texts, styles)
        check_extent(archive.path, extent.rows, extent.columns)
        text += extent.text
        details[name] = extent.details
    check_length(archive.path, text)
    return details


def read_workbook(path: Path, renamed: bytes | None = None) -> list[Sheet | None]:
    """What calamine reads, sheet by sheet; None stands for a sheet that is only a chart.

    Only for a file whose extent has been examined; `renamed`: what to read in its place. Merged
    cells are still to be filled.
    """
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    sheets: list[Sheet | None] = []
    budget = CellBudget(path)
    try:
        workbook = (
            CalamineWorkbook.from_filelike(io.BytesIO(renamed))
            if renamed
            else CalamineWorkbook.from_path(path)
        )
    except PasswordError:
        refuse_encrypted(path)
    with workbook:
        for index, about in enumerate(workbook.sheets_metadata):
            if about.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
                sheets.append(None)
                continue
            found = workbook.get_sheet_by_index(index)
            rows: list[list[Any]] = found.to_python(skip_empty_area=False)
            flaws = _to_text(rows)
            sheet = Sheet(about.name, rows, hidden=about.visible != SheetVisibleEnum.Visible)
            sheet.flaws = flaws
            if rows:
                check_extent(path, len(rows), len(rows[0]), about.name)
                budget.spend(len(rows) * len(rows[0]))
                sheet.spans = _clip(path, found.merged_cell_ranges or [], sheet)
            sheets.append(sheet)
    return sheets


def _to_text(rows: list[list[Any]]) -> dict[Place, Flaw]:
    """Turn the cells into text where they stand; most of them are text already.

    Gives those that are numbers of more digits than are kept.
    """
    flaws: dict[Place, Flaw] = {}
    numbers: list[int] = []  # the columns that held some so far, as a column of numbers does
    for index, row in enumerate(rows):
        for column in numbers:
            cell = row[column]
            # Sequence numbers are floats, one a row: not worth a call each.
            if type(cell) is float and cell.is_integer() and abs(cell) < LEAST_LOST:
                row[column] = str(int(cell))
        if _ALL_TEXT.issuperset(map(type, row)):
            continue
        for column, cell in enumerate(row):
            if type(cell) is not str:
                if isinstance(cell, (int, float)):
                    if abs(cell) >= LEAST_LOST:
                        flaws[index, column] = "digits"
                    if column not in numbers and len(numbers) < _MOST_COLUMNS:
                        numbers.append(column)
                row[column] = text_of(cell)
    return flaws


def _clip(
    path: Path, ranges: list[tuple[tuple[int, int], tuple[int, int]]], sheet: Sheet
) -> list[Span]:
    """Merged cells as far as the sheet has text: a title may span all columns there can be."""
    height, width = len(sheet.rows), len(sheet.rows[0])
    spans, cells = [], 0
    for (top, left), (bottom, right) in sorted(ranges):
        span = Span(top, left, min(bottom, height - 1), min(right, width - 1))
        if span.bottom < top or span.right < left:
            continue
        spans.append(span)
        cells += (span.bottom - top + 1) * (span.right - left + 1)
        if cells > MAX_CELLS:
            refuse_damaged(path, _("its merged cells overlap"), sheet=sheet.name)
    return spans


def _shared_strings_are_no_sheet(archive: Archive) -> bool:
    """Whether the workbook names the part of shared strings no more than once, as is usual."""
    return _RELATIONS in archive.members and (
        archive.read(_RELATIONS).lower().count(STRINGS.encode()) <= 1
    )


def _styles_part(archive: Archive) -> str:
    """The name of the part that holds the formats of cells."""
    if _RELATIONS in archive.members:
        for relation in parse(archive, _RELATIONS).iter("{*}Relationship"):
            if relation.get("Type", "").endswith("/styles"):
                return _target(relation)
    return "xl/styles.xml"


def _target(relation: Any) -> str:
    target = posixpath.join("/xl", relation.get("Target", "").replace("\\", "/"))
    return posixpath.normpath(target).lstrip("/")


def _parts(archive: Archive) -> list[str]:
    """The names of the parts that hold the sheets, in the order of the workbook."""
    targets = {
        relation.get("Id"): _target(relation)
        for relation in parse(archive, _RELATIONS).iter("{*}Relationship")
    }
    return [
        targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION), "")
        for sheet in parse(archive, "xl/workbook.xml").iter("{*}sheet")
    ]
