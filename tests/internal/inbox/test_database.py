"""The inbox database: what is put in, moved from state to state, limited, and kept private."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from registry.errors import RegistryError
from registry.internal.audience import Audience
from registry.internal.errors import PrivateFileError
from registry.internal.inbox import database, submission
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.submission import NewSubmission, Refused

SLJ = Audience("department", "slj")
ETDZ = Audience("zone", "etdz")
DAY = 86_400


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path, clock: Clock) -> Inbox:
    return Inbox(tmp_path / "state", clock)


def form(fingerprint: str = "ab12", body: Audience = SLJ, **content: Any) -> NewSubmission:
    """An explanation of a finding."""
    about = {"text": "说明", "code": "X", "subject_id": "y", **content}
    return NewSubmission("explanation", body, "wang", "one", about, fingerprint=fingerprint)


def workbook(inbox: Inbox, content: bytes = b"PK", body: Audience = SLJ) -> NewSubmission:
    """A workbook whose file is kept."""
    digest, _path = inbox.keep_file(content)
    about = {"cells": 1, "changes": []}
    return NewSubmission("workbook", body, "wang", "one", about, sha256=digest, size=len(content))


def refused(*call: Any) -> Refused:
    """What a call is refused with."""
    with pytest.raises(Refused) as error:
        call[0](*call[1:])
    return error.value


def test_what_is_put_in_comes_out_with_its_steps(inbox: Inbox) -> None:
    no = inbox.add(form(), "received")
    inbox.decide(no, "sent-back", "office", "请附文号")
    one = inbox.get(no)
    assert (one.no, one.kind, one.body, one.state) == (no, "explanation", SLJ, "sent-back")
    assert [(s.state, s.user, s.word) for s in one.steps] == [
        ("received", "wang", None),
        ("sent-back", "office", "请附文号"),
    ]
    assert one.word == "请附文号"
    assert one.reference == f"{no}-{one.token}"
    assert inbox.list() == inbox.list((), SLJ) == [one]


def test_a_body_sees_its_own_only(inbox: Inbox) -> None:
    no = inbox.add(form(), "received")
    assert inbox.list((), ETDZ) == []
    for other in (ETDZ, Audience("zone", "slj"), Audience("department", "x")):
        with pytest.raises(RegistryError, match="there is no submission"):
            inbox.get(no, other)
    draft = inbox.add(workbook(inbox), "draft")
    for call in (inbox.submit, inbox.discard):
        with pytest.raises(RegistryError, match="there is no submission"):
            call(*((draft, ETDZ, "li") if call == inbox.submit else (draft, ETDZ)))  # type: ignore[operator]


def test_a_draft_is_nobody_else_s_business(inbox: Inbox) -> None:
    no = inbox.add(workbook(inbox), "draft")
    assert inbox.list() == []
    assert inbox.waiting() == 0
    assert [one.no for one in inbox.list((), SLJ)] == [no]
    assert refused(inbox.decide, no, "approved", "office").status == 400
    inbox.submit(no, SLJ, "wang")
    assert inbox.waiting() == 1
    assert refused(inbox.submit, no, SLJ, "wang").status == 400
    assert refused(inbox.discard, no, SLJ).status == 400


def test_a_dropped_draft_leaves_no_file(inbox: Inbox) -> None:
    new = workbook(inbox)
    no = inbox.add(new, "draft")
    path = inbox.file(str(new.sha256))
    assert path.read_bytes() == b"PK"
    inbox.discard(no, SLJ)
    assert not path.exists()
    assert refused(inbox.add, new, "draft").status == 503  # its file is gone


def test_the_same_is_not_handed_in_twice(inbox: Inbox) -> None:
    first = inbox.add(workbook(inbox), "draft")
    second = inbox.add(workbook(inbox), "draft")
    inbox.submit(first, SLJ, "wang")
    assert refused(inbox.submit, second, SLJ, "li").status == 400
    assert refused(inbox.add, workbook(inbox), "draft").status == 400
    inbox.add(workbook(inbox, body=ETDZ), "received")  # another body's is another
    inbox.decide(first, "approved", "office")
    assert refused(inbox.add, workbook(inbox), "draft").status == 400
    inbox.decide(first, "accepted", "office")
    assert refused(inbox.add, workbook(inbox), "draft").status == 400  # a workbook never again


def test_what_is_sent_back_can_be_handed_in_again(inbox: Inbox) -> None:
    no = inbox.add(form(), "received")
    assert refused(inbox.add, form(), "received").status == 400
    inbox.decide(no, "sent-back", "office", "不行")
    again = inbox.add(form(), "received")
    inbox.decide(again, "accepted", "office")
    assert inbox.add(form(), "received") > again  # found once more, it is answered once more


def test_the_database_itself_holds_it_to_once(inbox: Inbox) -> None:
    inbox.add(form(), "received")
    no = inbox.add(form("cd34"), "received")
    with closing(sqlite3.connect(inbox.path)) as conn, pytest.raises(sqlite3.IntegrityError):
        conn.execute("UPDATE submission SET fingerprint = 'ab12' WHERE no = ?", (no,))


def test_what_is_decided_stays_decided(inbox: Inbox) -> None:
    no = inbox.add(form(), "received")
    inbox.decide(no, "approved", "office")
    assert refused(inbox.decide, no, "approved", "office").status == 400
    inbox.decide(no, "sent-back", "office", "再想想")  # before it is entered
    assert refused(inbox.decide, no, "accepted", "office").status == 400
    with pytest.raises(RegistryError, match="there is no submission 77"):
        inbox.decide(77, "accepted", "office")


def test_attempts_are_counted_by_user_day_and_kind(inbox: Inbox, clock: Clock) -> None:
    for _n in range(submission.MAX_PER_DAY["upload"]):
        inbox.count_attempt("wang", "upload")
    assert refused(inbox.count_attempt, "wang", "upload").status == 403
    inbox.count_attempt("wang", "form")
    inbox.count_attempt("li", "upload")
    clock.seconds += DAY
    inbox.count_attempt("wang", "upload")
    clock.seconds += 10 * DAY
    inbox.count_attempt("li", "form")
    with closing(sqlite3.connect(inbox.path)) as conn:
        assert conn.execute("SELECT user, n FROM attempt").fetchall() == [("li", 1)]


def test_a_body_can_t_fill_the_inbox(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MAX_OPEN", 2)
    no = inbox.add(form("a1"), "received")
    inbox.add(form("a2"), "received")
    assert refused(inbox.add, form("a3"), "received").status == 403
    inbox.add(form("a3", ETDZ), "received")
    inbox.decide(no, "sent-back", "office", "x")
    inbox.add(form("a3"), "received")


def test_workbooks_that_wait_are_fewer(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MAX_OPEN_WORKBOOKS", 1)
    inbox.add(workbook(inbox), "draft")
    assert refused(inbox.add, workbook(inbox, b"PK2"), "draft").status == 403


def test_there_is_an_end_to_what_is_stored(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MAX_STORED_BYTES", 5)
    inbox.keep_file(b"1234")
    inbox.keep_file(b"1234")  # which is there already
    assert refused(inbox.keep_file, b"56").status == 503


def test_old_drafts_are_dropped(inbox: Inbox, clock: Clock) -> None:
    new = workbook(inbox)
    inbox.add(new, "draft")
    kept = inbox.add(form(), "received")
    clock.seconds += DAY - 60
    inbox.keep_file(b"other")
    assert len(inbox.list((), SLJ)) == 2
    clock.seconds += 120
    inbox.keep_file(b"other")
    assert [one.no for one in inbox.list((), SLJ)] == [kept]
    assert not inbox.file(str(new.sha256)).exists()


def test_a_number_is_never_used_again(inbox: Inbox) -> None:
    no = inbox.add(workbook(inbox), "draft")
    inbox.discard(no, SLJ)
    assert inbox.add(workbook(inbox), "draft") > no


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_nobody_else_reads_it(inbox: Inbox) -> None:
    inbox.add(workbook(inbox), "draft")
    for path in (inbox.path, *inbox.path.parent.glob("inbox-files/*")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (inbox.path.parent, inbox.path.parent / "inbox-files"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_every_table_is_strict_and_the_file_says_what_it_is(inbox: Inbox) -> None:
    inbox.waiting()
    with closing(sqlite3.connect(inbox.path)) as conn:
        tables = conn.execute(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
            " AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        assert conn.execute("PRAGMA application_id").fetchone() == (database.APPLICATION_ID,)
        assert conn.execute("PRAGMA user_version").fetchone() == (1,)
    assert dict(tables) == {"submission": 1, "step": 1, "attempt": 1}


def test_a_file_that_can_t_be_used(inbox: Inbox) -> None:
    inbox.waiting()
    with closing(sqlite3.connect(inbox.path)) as conn:
        conn.execute("PRAGMA user_version = 2")
    with pytest.raises(PrivateFileError, match="newer version"):
        inbox.waiting()
    inbox.path.write_bytes(b"no database, and long enough to be told from an empty one" * 20)
    with pytest.raises(PrivateFileError, match="can't be used"):
        inbox.waiting()
