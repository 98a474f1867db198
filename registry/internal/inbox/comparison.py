"""A workbook that was uploaded -> what it would change, cell by cell, and what is refused.

The same comparison as that of `registry ledger import`, with the ledger as it was published: it
shows what would come of the workbook. What counts is the office's, with the working file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from registry.intake.formats import Kind
from registry.intake.formats.file_kind import detect_kind, misnamed
from registry.intake.ledger.changes import Conflict, RowChange, compare
from registry.intake.ledger.entries import entry_of, takes_back, voids
from registry.intake.ledger.sheet_specs import TITLES, sheet_specs
from registry.intake.ledger.workbook import ReturnedWorkbook, read_workbook
from registry.intake.problems import InputError, Problem
from registry.internal.inbox.ledger_state import LedgerState
from registry.locale import _

KINDS: Final[tuple[Kind, ...]] = ("xlsx", "xls", "ods")
"""What a workbook may be, by its content."""

MAX_LISTED: Final = 1_000
"""Changes, conflicts and problems that are shown of one workbook; the office sees all."""
_LONGEST: Final = 1_000
_MAX_CHARACTERS: Final = 200_000
"""Of all that is shown of one workbook's changes: the inbox keeps it."""

Preview = dict[str, Any]
"""JSON: `status` 200 where it can be submitted, else that of the refusal; `changes`, `conflicts`,
`refused`, `notes`, `left_out`, and of which `instrument` and day (`as_of`) the workbook is."""


def preview(
    path: Path, kind: str, body: str, states: Mapping[str, tuple[Any, Any]], name: str
) -> Preview:
    """What a file would change of a body's rows.

    `states`: instrument → the two published rows of `LedgerState`; `name`: what the user calls the
    file, which is only shown.
    """
    try:
        found = _compared(path, kind, body, states, Path(name).suffix)
    except InputError as error:
        found = _refusal(400, [_problem(p) for p in error.problems], error.more)
    found["notes"] = [note.replace(str(path), name)[:_LONGEST] for note in found["notes"]]
    return found


def unreadable() -> Preview:
    """The refusal of a file with which something unforeseen went wrong."""
    what = _("this file can't be read as a ledger workbook")
    remedy = _("Download the workbook anew, and copy what was filled in.")
    return _refusal(400, [_said(what, remedy)])


def _refusal(status: int, refused: list[dict[str, str]], more: int = 0) -> Preview:
    lists: Preview = {
        "changes": [],
        "conflicts": [],
        "notes": [],
        "already": 0,
        "read": 0,
        "cells": 0,
    }
    left_out = max(0, len(refused) - MAX_LISTED) + more
    return lists | {"status": status, "refused": refused[:MAX_LISTED], "left_out": left_out}


def _compared(
    path: Path, kind: str, body: str, states: Mapping[str, tuple[Any, Any]], ending: str
) -> Preview:
    content = detect_kind(path)
    if content not in KINDS:
        what = _("this is no workbook")
        return _refusal(400, [_said(what, _("Upload the ledger workbook, as xlsx."))])
    if (problem := misnamed(content, ending)) is not None:
        return _refusal(400, [_said(*problem)])
    book = read_workbook(path)
    facts = book.sent.facts
    if (facts["kind"], facts["body"]) != (kind, body):
        what = _("this is the workbook of another unit")
        return _refusal(403, [_said(what, _("Download the workbook of your own unit."))])
    if facts["instrument"] not in states:
        what = _("it is about an instrument that the registry doesn't have")
        return _refusal(400, [_said(what, _("Download the workbook anew."))])
    state = LedgerState.of(*states[facts["instrument"]])
    found = compare(
        *(book, state.values, state.stored, state.short_name),
        foreign=facts["identity"] != state.identity,
        own=state.stored,
    )
    reader = state.reader
    for change in found.changes:
        if not takes_back(change) and not voids(change):
            entry_of(change, state.stored[change.sheet].get(change.key, {}), reader)
    refused = [_problem(problem) for problem in book.log.problems]
    cells = [_cell(state, change, *cell) for change in found.changes for cell in change.cells]
    conflicts = [_conflict(state, one) for one in found.conflicts]
    whole = _refusal(400 if refused or conflicts else 200, refused, book.log.more)
    whole |= {
        **{"instrument": facts["instrument"], "as_of": facts["as_of"]},
        **{"changes": _shown(cells), "conflicts": conflicts[:MAX_LISTED]},
        **{"notes": book.log.notes[:MAX_LISTED], "already": found.already},
        "read": sum(found.read.values()),
        "cells": len(cells),
    }
    if not refused and not conflicts and not cells:
        whole["refused"] = [_said(*_nothing(book))]
        whole["status"] = 400
    return whole


def _shown(cells: list[dict[str, str]]) -> list[dict[str, str]]:
    shown, left = [], _MAX_CHARACTERS
    for cell in cells[:MAX_LISTED]:
        left -= sum(map(len, cell.values()))
        if left < 0:
            break
        shown.append(cell)
    return shown


def _nothing(book: ReturnedWorkbook) -> tuple[str, str]:
    return (
        _("nothing was filled in, or the registry has it already"),
        _("Fill in the yellow columns, save, and upload it again."),
    )


def _said(what: str, remedy: str) -> dict[str, str]:
    return {"place": "", "what": what, "remedy": remedy}


def _problem(problem: Problem) -> dict[str, str]:
    where = [problem.sheet or ""]
    if problem.row is not None:
        where.append(_("row {row}").format(row=problem.row))
    if problem.column:
        where.append(_("column {column}").format(column=problem.column))
    return {
        "place": " ".join(part for part in where if part)[:_LONGEST],
        "what": problem.what[:_LONGEST],
        "remedy": problem.remedy[:_LONGEST],
    }


def _cell(state: LedgerState, change: RowChange, name: str, old: str, new: str) -> dict[str, str]:
    return {
        **{"sheet": change.sheet, "key": change.key, "field": name},
        **{"about": state.called(change.sheet, change.key), "row": change.row.cell},
        **{"old": old[:_LONGEST], "new": new[:_LONGEST]},
    }


def _conflict(state: LedgerState, one: Conflict) -> dict[str, str]:
    (_registry, now), (_file, said) = one.values
    return {
        **{"sheet": one.sheet, "key": one.key, "field": one.field},
        "about": state.called(one.sheet, one.key),
        **{"sent": one.sent[:_LONGEST], "now": now[:_LONGEST], "new": said[:_LONGEST]},
    }


def sheet_title(name: str) -> str:
    """What a sheet is called."""
    return _(TITLES[name])


def field_heading(kind: str, sheet: str, name: str) -> str:
    """What a field is called in the workbook of a kind of body."""
    for spec in sheet_specs("zone" if kind == "zone" else "department"):
        known = spec.field(name)
        if spec.name == sheet and known:
            return _(known.heading)
    return name
