"""What is handed in goes into the working file by the commands' own code, once; own rows only."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from registry.errors import RegistryError
from registry.internal.audience import Audience
from registry.internal.inbox.acceptance import Accepted, accept
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.submission import NewSubmission, Refused
from registry.store.connection import connect
from registry.store.log.changes import Change
from registry.store.log.history import changes
from registry.store.log.lines import ChangeLine
from tests.internal.conftest import rows
from tests.internal.inbox.conftest import INSTRUMENT, Fill, download
from tests.internal.inbox_client import Forged
from tests.ledger_workbooks import Filling, inconsistencies, stored, take

SLJ = Audience("department", "slj")
KEY = "1-08-hidz/public-notice"
CHANGE = Change("2021-07-01T09:00:00+08:00", "王处长", "registry inbox accept")
AS_OF = "2021-06-30"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "state", time.time)


def hand_in(inbox: Inbox, path: Path, body: Audience = SLJ) -> int:
    """Put a workbook in, as if the site had found nothing wrong with it."""
    content = path.read_bytes()
    digest, _path = inbox.keep_file(content)
    about = {"cells": 1, "changes": []}
    new = NewSubmission(
        *("workbook", body, "wang", INSTRUMENT, about), sha256=digest, size=len(content)
    )
    return inbox.add(new, "received")


def hand_in_form(inbox: Inbox, key: str = KEY, body: Audience = SLJ, **more: Any) -> int:
    """Put a form in, as if the site had found nothing wrong with it."""
    delegation, duty = key.split("/")
    item, zone = delegation.rsplit("-", 1)
    content = {
        **{"key": key, "duty": duty, "item": item, "zone": zone, "code": "X", "subject_id": key},
        **{"done_on": "2021-06-20", "document": "水〔2021〕9号", "url": ""},
        **more,
    }
    new = NewSubmission("form", body, "wang", INSTRUMENT, content, fingerprint=key.encode().hex())
    return inbox.add(new, "received")


def accepted(working: Path, inbox: Inbox, no: int, **how: Any) -> Accepted:
    """Take a submission in."""
    with closing(connect(working)) as conn:
        return accept(conn, inbox, no, CHANGE, AS_OF, **how)


def last_change(working: Path) -> ChangeLine:
    """The latest change in the log."""
    with closing(connect(working)) as conn:
        return changes(conn, "")[-1].line


def refusal(working: Path, inbox: Inbox, no: int) -> str:
    """Why one is not taken in; nothing is written then, and it stays open."""
    before = working.read_bytes()
    with pytest.raises(RegistryError) as error:
        accepted(working, inbox, no)
    assert working.read_bytes() == before
    assert inbox.get(no).state == "received"
    return "\n".join(error.value.messages())


def test_a_workbook_is_taken_in_as_ledger_import_takes_it(
    working: Path, inbox: Inbox, fill: Fill, tmp_path: Path
) -> None:
    path = fill("slj", KEY, done_on="2021-06-20", document="水〔2021〕9号")
    by_mail = Path(shutil.copyfile(working, tmp_path / "mail.db"))
    take(by_mail, path)
    no = hand_in(inbox, path)
    done = accepted(working, inbox, no)
    assert done.report is not None
    assert done.report.changes == 2
    assert stored(working) == stored(by_mail)
    assert list(inconsistencies(working)) == []
    assert inbox.get(no).state == "accepted"
    assert inbox.get(no).steps[-1].user == "王处长"
    ((file, source),) = rows(
        working,
        "SELECT i.file, d.source FROM ledger_import AS i, deliverable AS d"
        " WHERE d.document = '水〔2021〕9号'",
    )
    one = inbox.get(no)
    assert file.startswith(f"在线提交{one.reference}（市水利局，wang，")
    assert source == f"台账回收：{file}"
    assert last_change(working).command == f"registry inbox accept {one.reference}"
    assert last_change(working).by == "王处长"


def test_a_form_is_recorded_as_record_proof_records_it(working: Path, inbox: Inbox) -> None:
    no = hand_in_form(inbox)
    tried = accepted(working, inbox, no, dry_run=True)
    assert tried.recorded is not None
    assert inbox.get(no).state == "received"
    done = accepted(working, inbox, no, word="同意")
    assert done.recorded is not None
    assert [(c.delegation, c.status) for c in done.recorded.obligations] == [("1-08-hidz", "ok")]
    assert stored(working)["obligations"][KEY]["done_on"] == "2021-06-20"
    assert list(inconsistencies(working)) == []
    assert (inbox.get(no).state, inbox.get(no).word) == ("accepted", "同意")
    ((source,),) = rows(working, "SELECT source FROM deliverable WHERE document = '水〔2021〕9号'")
    assert source.startswith(f"在线提交{inbox.get(no).reference}（市水利局，wang，")
    assert source.endswith("，王处长于2021-07-01登记")


def test_an_explanation_changes_nothing(working: Path, inbox: Inbox) -> None:
    about = {"text": "说明", "key": KEY}
    new = NewSubmission("explanation", SLJ, "wang", INSTRUMENT, about, fingerprint="ab")
    no = inbox.add(new, "received")
    before = working.read_bytes()
    done = accepted(working, inbox, no)
    assert (done.report, done.recorded, done.already) == (None, None, False)
    assert working.read_bytes() == before
    assert inbox.get(no).state == "accepted"


def test_the_office_s_word_on_the_site_is_the_reason(working: Path, inbox: Inbox) -> None:
    no = hand_in_form(inbox)
    inbox.decide(no, "approved", "office", "佐证齐全")
    accepted(working, inbox, no)
    assert last_change(working).why == "佐证齐全"


@pytest.mark.parametrize("kind", ["workbook", "form"])
def test_ended_between_the_two_files_it_is_not_written_twice(
    working: Path, inbox: Inbox, fill: Fill, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    filled = fill("slj", KEY, done_on="2021-06-20")
    no = hand_in(inbox, filled) if kind == "workbook" else hand_in_form(inbox)

    def killed(*_what: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "decide", killed)
        with pytest.raises(KeyboardInterrupt):
            accepted(working, inbox, no)
    assert inbox.get(no).state == "received"
    count = "SELECT (SELECT count(*) FROM deliverable), (SELECT count(*) FROM ledger_import)"
    before = rows(working, count)
    assert accepted(working, inbox, no).already
    assert rows(working, count) == before
    assert inbox.get(no).state == "accepted"


def test_what_is_decided_is_not_taken_in(working: Path, inbox: Inbox) -> None:
    no = hand_in_form(inbox)
    inbox.decide(no, "sent-back", "office", "不行")
    with pytest.raises(Refused, match="no longer open"):
        accepted(working, inbox, no)


def test_what_others_changed_meanwhile_stays_in_the_inbox(
    working: Path, inbox: Inbox, fill: Fill
) -> None:
    no = hand_in(inbox, fill("slj", KEY, done_on="2021-06-20"))
    take(working, fill("slj", KEY, done_on="2021-06-01"))
    before = stored(working)
    done = accepted(working, inbox, no)
    assert done.report is not None
    assert [c.key for c in done.report.conflicts] == [KEY]
    assert stored(working) == before
    assert inbox.get(no).state == "received"


def test_rows_of_others_are_refused_here_too(
    working: Path, inbox: Inbox, office: Path, fill: Fill, tmp_path: Path
) -> None:
    path = fill("slj", KEY, done_on="2021-06-20")
    theirs = "1-01-etdz/public-notice"
    assert theirs in stored(working)["obligations"]
    Forged(path).row("obligations", theirs, "", "", "", "", "").save(path)
    Filling(path).set("obligations", "1-17-hidz/service-guide", key=theirs, note="改").save()
    assert theirs in refusal(working, inbox, hand_in(inbox, path))
    zone = download(office, "etdz", tmp_path / "etdz.xlsx")
    for form in (theirs, "9-99-x/handbook"):
        assert "is none that 市水利局 fills in" in refusal(
            working, inbox, hand_in_form(inbox, form)
        )
    assert "not the one that was handed in" in refusal(working, inbox, hand_in(inbox, zone))


def test_a_forged_workbook_of_another_body(working: Path, inbox: Inbox, fill: Fill) -> None:
    path = fill("etdz", "1-08-etdz/handbook", done_on="2021-06-20")
    Forged(path).fact("kind", "department").fact("body", "slj").save(path)
    said = refusal(working, inbox, hand_in(inbox, path))
    assert said


def test_a_file_that_was_exchanged(working: Path, inbox: Inbox, fill: Fill) -> None:
    no = hand_in(inbox, fill("slj", KEY, done_on="2021-06-20"))
    other = fill("slj", KEY, done_on="2021-06-21").read_bytes()
    inbox.file(str(inbox.get(no).sha256)).write_bytes(other)
    assert "not the one that was handed in" in refusal(working, inbox, no)


def test_a_body_that_the_registry_does_not_know(working: Path, inbox: Inbox) -> None:
    no = hand_in_form(inbox, body=Audience("department", "nobody"))
    assert "nobody has no ledger" in refusal(working, inbox, no)


def test_it_waits_for_who_writes(
    working: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = hand_in_form(inbox)
    monkeypatch.setattr("registry.store.connection.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(working, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            accepted(working, inbox, no)
        other.execute("ROLLBACK")
    assert inbox.get(no).state == "received"
    assert accepted(working, inbox, no).recorded is not None
