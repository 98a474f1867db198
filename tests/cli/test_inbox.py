"""`registry inbox`: the office sees what was handed in, takes it in, or sends it back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.internal.audience import Audience
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.submission import NewSubmission
from tests.conftest import Run
from tests.ledger_workbooks import Filling, send, stored

SLJ = Audience("department", "slj")
KEY = "1-08-hidz/public-notice"
AS_OF = ("--as-of", "2021-06-30")
Registry = Callable[..., Run]


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "registry-internal", time.time)


@pytest.fixture
def db(built_copy: Path, inbox: Inbox, tmp_path: Path) -> Path:
    """The working file, with the state folder beside it."""
    assert built_copy.parent == tmp_path
    return built_copy


@pytest.fixture
def registry(run: Registry, db: Path) -> Registry:
    """Run a command of the inbox."""
    return lambda *words: run("--db", db, "inbox", *words)


def hand_in_workbook(inbox: Inbox, db: Path, folder: Path, **cells: str) -> int:
    """Put the workbook of 市水利局 in."""
    path = send(db, "department", "市水利局", folder / "slj.xlsx")
    content = Filling(path).set("obligations", KEY, **cells).save().read_bytes()
    digest, _path = inbox.keep_file(content)
    about = {"cells": len(cells), "changes": []}
    new = NewSubmission(
        *("workbook", SLJ, "wang", "liaocheng-2021-8", about), sha256=digest, size=len(content)
    )
    return inbox.add(new, "received")


def hand_in_form(inbox: Inbox, fingerprint: str = "ab12") -> int:
    """Put a form in."""
    content = {
        **{"key": KEY, "duty": "public-notice", "item": "1-08", "zone": "hidz"},
        **{"done_on": "2021-06-20", "document": "水〔2021〕9号", "url": ""},
        **{"code": "PUB002", "subject_id": "1-08-hidz"},
        **{"message_zh": "未公示", "message_en": "not made public"},
    }
    new = NewSubmission("form", SLJ, "wang", "liaocheng-2021-8", content, fingerprint=fingerprint)
    return inbox.add(new, "received")


def test_list_and_show(registry: Registry, inbox: Inbox, db: Path, tmp_path: Path) -> None:
    assert registry("list").stderr == "Nothing waits in the inbox.\n"
    workbook = hand_in_workbook(inbox, db, tmp_path, done_on="2021-06-20")
    form = hand_in_form(inbox)
    listed = registry("list").stdout
    assert "市水利局" in listed
    assert "PUB002 1-08-hidz" in listed
    assert "1 cells" in listed
    before = db.read_bytes()
    shown = registry("show", str(workbook), *AS_OF).stdout
    assert "1 cells would be changed; nothing was written." in shown
    shown = registry("show", str(form), *AS_OF).stdout
    for part in ("Finding: not made public", "水〔2021〕9号", "Obligations that change: 1"):
        assert part in shown
    assert db.read_bytes() == before
    assert [one["no"] for one in json.loads(registry("list", "--format", "json").stdout)] == [
        *(form, workbook)
    ]
    found = json.loads(registry("show", str(form), "--format", "json").stdout)
    assert (found["body"], found["state"]) == ({"kind": "department", "id": "slj"}, "received")


def test_accept(registry: Registry, inbox: Inbox, db: Path, tmp_path: Path) -> None:
    no = hand_in_workbook(inbox, db, tmp_path, done_on="2021-06-20")
    tried = registry("accept", str(no), "--dry-run", *AS_OF)
    assert tried.rc == 0
    assert "nothing was written" in tried.stdout
    done = registry("accept", str(no), "--by", "王处长", "--word", "好", *AS_OF)
    assert (done.rc, done.stderr) == (0, "")
    assert "1 cells changed." in done.stdout
    assert stored(db)["obligations"][KEY]["done_on"] == "2021-06-20"
    one = inbox.get(no)
    assert (one.state, one.word, one.steps[-1].user) == ("accepted", "好", "王处长")
    again = registry("accept", str(no), *AS_OF)
    assert again.rc == 2
    assert "no longer open: accepted and entered" in again.stderr
    assert registry("list").stdout == ""
    assert "accepted and entered" in registry("list", "--all").stdout
    assert "What accepting it would do now" not in registry("show", str(no)).stdout


def test_all_that_was_accepted_on_the_site(
    registry: Registry, inbox: Inbox, db: Path, tmp_path: Path
) -> None:
    assert "Nothing was accepted on the site" in registry("accept", "--approved").stderr
    form = hand_in_form(inbox)
    workbook = hand_in_workbook(inbox, db, tmp_path, done_on="2021-06-20")
    waiting = hand_in_form(inbox, "cd34")
    for no in (form, workbook):
        inbox.decide(no, "approved", "office")
    done = registry("accept", "--approved", *AS_OF)
    # The workbook was sent out before the form was entered: the same cell says the same by now.
    assert done.rc == 2
    assert "1 submissions were not taken in" in done.stderr
    assert "changed by two" in done.stderr
    assert inbox.get(form).state == "accepted"
    assert inbox.get(workbook).state == "approved"
    assert inbox.get(waiting).state == "received"


def test_send_back(registry: Registry, inbox: Inbox, db: Path) -> None:
    no = hand_in_form(inbox)
    assert registry("send-back", str(no), "--word", " \u202e").rc == 2
    before = db.read_bytes()
    done = registry("send-back", str(no), "--word", "请附文号", "--by", "王处长")
    assert done.stdout == f"Submission {no} was sent back.\n"
    assert db.read_bytes() == before
    assert (inbox.get(no).state, inbox.get(no).word) == ("sent-back", "请附文号")
    assert registry("send-back", str(no), "--word", "又").rc == 2


def test_mistakes(registry: Registry, inbox: Inbox, db: Path) -> None:
    for words, said in (
        (("accept",), "Name submissions, or say --approved"),
        (("accept", "1", "--approved"), "Name submissions, or say --approved"),
        (("accept", "7"), "there is no submission 7"),
        (("show", "7"), "there is no submission 7"),
        (("send-back", "7", "--word", "x"), "there is no submission 7"),
        (("send-back", "7"), "--word"),
    ):
        ended = registry(*words)
        assert ended.rc == 2
        assert said in ended.stderr


def test_an_explanation_is_taken_note_of(registry: Registry, inbox: Inbox, db: Path) -> None:
    about = {"text": "省厅统一配置", "code": "SYS001", "subject_id": "1-08-hidz"}
    messages = {"message_zh": "未配置", "message_en": "not set up"}
    new = NewSubmission(
        *("explanation", SLJ, "wang", "liaocheng-2021-8", about | messages), fingerprint="ab"
    )
    no = inbox.add(new, "received")
    assert "省厅统一配置" in registry("show", str(no)).stdout
    assert "changes nothing in the ledger" in registry("accept", str(no)).stdout
    assert inbox.get(no).state == "accepted"
