"""The office takes in what was handed in: inbox -> working file, by the code of the commands.

Only the office's own process does this. What counts is the working file as it is now: whose rows
they are, and the three-way comparison, are looked at again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from registry.errors import RegistryError
from registry.intake.ledger.workbook import ReturnedWorkbook, read_workbook
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.forms import proof_row
from registry.internal.inbox.submission import OPEN, Submission, not_open
from registry.locale import _
from registry.store.instrument import find_instrument
from registry.store.ledger.importing import ImportReport, import_workbooks
from registry.store.ledger.recording import Recorded, record
from registry.store.ledger.taken import was_taken
from registry.store.ledger.workbooks import LedgerBook, LedgerBooks
from registry.store.log.changes import Change, changing
from registry.store.views import create_shadow_views

ORIGIN: Final = "在线提交"
"""What the source of a row that was handed in online begins with."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of a submission: `report` of a workbook, `recorded` of a form; neither of an
    explanation, nor of what the working file has already."""

    submission: Submission
    report: ImportReport | None = None
    recorded: Recorded | None = None
    already: bool = False


def accept(
    conn: sqlite3.Connection,
    inbox: Inbox,
    no: int,
    change: Change,
    as_of: str,
    *,
    word: str | None = None,
    dry_run: bool = False,
) -> Accepted:
    """Write what a submission says to the working file, in one transaction; then say so.

    A process that ends between the two is made up for by the next call: what the file has already
    is not written again. With conflicts in the report nothing was written, and the submission
    stays open. `conn` serves one submission: its views stand on `as_of` from then on, the day by
    which rows are whose they are. Raises RegistryError.
    """
    one = inbox.get(no)
    if one.state not in OPEN:
        raise not_open(one)
    named = replace(
        change, command=f"registry inbox accept {one.reference}", why=change.why or word or one.word
    )
    with changing(named):
        done = _written(conn, inbox, one, named, as_of, dry_run)
    if not dry_run and not (done.report and done.report.conflicts):
        inbox.decide(no, "accepted", change.by, word)
    return done


def _written(
    conn: sqlite3.Connection,
    inbox: Inbox,
    one: Submission,
    change: Change,
    as_of: str,
    dry_run: bool,
) -> Accepted:
    if one.kind == "explanation":
        return Accepted(one)
    if was_taken(conn, f"{change.command}（") or was_taken(conn, f"{ORIGIN}{one.reference}"):
        return Accepted(one, already=True)
    own = _own_book(conn, one, as_of)
    if one.kind == "workbook":
        book = _workbook(inbox, one, own)
        report = import_workbooks(conn, [book], change.at[:19], dry_run=dry_run, own=own.stored)
        return Accepted(one, report=report)
    if one.content["key"] not in own.stored["obligations"]:
        raise RegistryError(
            _("the row {key} is none that {body} fills in").format(
                key=one.content["key"], body=own.body.short_name
            ),
            _("Send the submission back."),
        )
    row = proof_row(one.content)
    row.provenance = "official"
    row.source = f"{_label(one, own)}，{change.by}于{change.at[:10]}登记"
    create_shadow_views(conn, as_of)
    recorded = record(conn, row, change, instrument=one.instrument, dry_run=dry_run)
    return Accepted(one, recorded=recorded)


def _own_book(conn: sqlite3.Connection, one: Submission, as_of: str) -> LedgerBook:
    """The ledger of the body as it is now: which rows are its own."""
    no, _id = find_instrument(conn, one.instrument)
    books = LedgerBooks(conn, no, as_of)
    for body in books.bodies:
        if (body.kind, body.id) == (one.body.kind, one.body.id):
            return books.book(body)
    raise RegistryError(
        _("{body} has no ledger in this registry").format(body=one.body.id),
        _("Send the submission back."),
    )


def _workbook(inbox: Inbox, one: Submission, own: LedgerBook) -> ReturnedWorkbook:
    book = read_workbook(inbox.file(str(one.sha256)))
    facts = (book.sent.kind, book.sent.facts["body"], book.sent.facts["instrument"])
    if book.sha256 != one.sha256 or facts != (one.body.kind, one.body.id, one.instrument):
        raise RegistryError(
            _("the file of submission {no} is not the one that was handed in").format(no=one.no),
            _("Send the submission back."),
        )
    # What the source of its rows names: never a path, nor what the user called the file.
    book.path = book.log.path = Path(_label(one, own))
    return book


def _label(one: Submission, own: LedgerBook) -> str:
    return f"{ORIGIN}{one.reference}（{own.body.short_name}，{one.user}，{one.at[:10]}）"
