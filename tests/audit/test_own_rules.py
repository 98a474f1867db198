"""Rules of an office's own that do not end, take too much, or give what makes no finding."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.audit import own_rules
from tests.audit.conftest import Ledger

if TYPE_CHECKING:
    from tests.conftest import Run

HEADER = """/*
code: X-ABC001
name: my-rule
title: {zh: 我的, en: Mine}
severity: low
general: true
owed_by: [office]
remedy: {zh: 改, en: Mend}
message: {zh: "%s", en: "%s"}
*/
"""
SELECT = (
    "SELECT 'liaocheng-2021-8' AS instrument, 'item' AS subject_type, id AS subject_id,"
    " 'alarm' AS status, NULL AS due_on FROM item LIMIT 5"
)
ENDLESS = (
    "WITH RECURSIVE c (x) AS (SELECT 1 UNION {all} SELECT x + 1 FROM c) SELECT 'liaocheng-2021-8'"
    " AS instrument, 'item' AS subject_type, x AS subject_id, 'ok' AS status, NULL AS due_on FROM c"
)
Audit = Callable[..., "Run"]


@pytest.fixture
def audit(ledger: Ledger, tmp_path: Path, run: Callable[..., Run]) -> Audit:
    """Audit with one rule of one's own."""

    def call(select: str = SELECT, message: str = "x") -> Run:
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        (folder / "r.sql").write_text(HEADER % (message, message) + select, encoding="utf-8")
        (tmp_path / "registry.toml").write_text('[rules]\nfolder = "mine"\nseconds = 1\n')
        words = ("audit", "--as-of", "2021-07-30", "--select", "X-", "--fail-on", "never")
        return run("--db", ledger.path, *words)

    return call


def given(column: str, value: str) -> str:
    """The SELECT with another value in a column, or one more."""
    known = {"instrument": "'liaocheng-2021-8'", "subject_type": "'item'", "subject_id": "id"}
    known |= {"status": "'alarm'", "due_on": "NULL"}
    known[column] = value
    return f"SELECT {', '.join(f'{v} AS {n}' for n, v in known.items())} FROM item LIMIT 5"


@pytest.mark.parametrize("all_", ["", "ALL"])
def test_a_rule_that_does_not_end_is_ended(audit: Audit, all_: str) -> None:
    done = audit(ENDLESS.format(all=all_))
    assert (done.rc, done.stdout) == (2, "")
    assert "mine/r.sql, rule X-ABC001: it had not ended after 1 seconds" in done.stderr
    assert "[rules] seconds in registry.toml" in done.stderr


def test_a_rule_that_takes_too_much_memory_is_ended(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    peak = count()
    monkeypatch.setattr(own_rules, "_peak_memory", lambda: next(peak) << 28)
    done = audit(ENDLESS.format(all=""))
    assert "rule X-ABC001: it takes more than 1024 MB of memory" in done.stderr


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("instrument", "NULL"), ("instrument", "3"), ("instrument", "'nope'")),
        *(("subject_type", "NULL"), ("subject_id", "NULL"), ("subject_id", "x'ff'")),
        *(("due_on", "5"), ("due_on", "'soon'"), ("due_on", "x'00'"), ("due_on", "'2021-02-30'")),
        *(("met_on", "'zzz'"), ("zone", "5"), ("department", "'nope'")),
        *(("also_owed_by", "'nope'"), ("item", "5"), ("duty", "x'00'"), ("discriminator", "1.5")),
        ("provenance", "'gold'"),
    ],
)
def test_what_a_rule_gives_is_checked(audit: Audit, column: str, value: str) -> None:
    done = audit(given(column, value))
    assert (done.rc, done.stdout) == (2, "")
    assert f"mine/r.sql, rule X-ABC001: its SELECT gives the {column} " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "message", ["{", "{0}", "{status.x}", "{status[0]}", "{status:>900000000}", "{status!z}"]
)
def test_a_message_that_can_not_be_filled_in_is_refused(audit: Audit, message: str) -> None:
    done = audit(message=message)
    assert done.rc == 2
    assert "mine/r.sql: the message can't be filled in: " in done.stderr


def test_a_message_names_what_the_select_gives(audit: Audit) -> None:
    done = audit(message="{nosuch}")
    assert "mine/r.sql, rule X-ABC001: its message names nosuch" in done.stderr
    done = audit(message="{status:,}")
    assert "mine/r.sql, rule X-ABC001: the message can't be filled in" in done.stderr
    assert audit(given("n", "12345"), "{n:,} of {subject_id}").rc == 0


def test_values_of_a_rule_have_a_size(audit: Audit) -> None:
    done = audit(given("subject_id", "printf('%.*c', 50000000, 'x')"))
    assert done.rc == 2
    assert "mine/r.sql, rule X-ABC001: " in done.stderr
