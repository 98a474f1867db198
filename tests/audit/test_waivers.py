"""Waivers mark findings, until their last day; expired, stale and unknown ones are told."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from registry.audit.engine import run_audit
from registry.audit.finding import Audit, Finding
from registry.audit.rule import load_rules
from registry.audit.waivers import UnknownWaiver, check_waivers
from registry.intake.problems import InputError
from registry.intake.waivers import read_waivers
from registry.model.waiver import Waiver
from registry.store.connection import connect
from tests.audit.conftest import Ledger
from tests.audit.test_rule import shipped_rules
from tests.conftest import Run

CODES = {rule.code for rule in shipped_rules()}

ENTRY = (
    "- {{rule: SEA001, subject: a, reason: b, approver: c, issued: {issued}, expires: {expires}}}\n"
)


def waiver(**changes: str) -> Waiver:
    values = {"rule": "SEA001", "subject": "1-08-etdz", "reason": "印章刻制中", "approver": "示例"}
    values |= {"issued": "2021-06-01", "expires": "2021-06-30"}
    return Waiver.model_validate(values | changes)


def audit(ledger: Ledger, as_of: str, *waivers: Waiver) -> Audit:
    conn = connect(ledger.path)
    try:
        return run_audit(conn, load_rules(), as_of, everything=True, waivers=waivers)
    finally:
        conn.close()


def one(found: Audit, code: str, subject: str) -> Finding:
    return next(f for f in found.findings if (f.code, f.subject_id) == (code, subject))


@pytest.mark.parametrize(
    ("as_of", "waived"),
    [("2021-05-31", False), ("2021-06-01", True), ("2021-06-30", True), ("2021-07-01", False)],
)
def test_first_and_last_day_count(ledger: Ledger, as_of: str, waived: bool) -> None:
    finding = one(audit(ledger, as_of, waiver()), "SEA001", "1-08-etdz")
    assert (finding.status, finding.waived) == ("alarm", waived)


def test_only_the_named_finding_is_marked(ledger: Ledger) -> None:
    found = audit(ledger, "2021-06-15", waiver())
    assert [(f.code, f.subject_id) for f in found.findings if f.waived] == [("SEA001", "1-08-etdz")]


def test_a_renamed_item_keeps_its_waiver(ledger: Ledger) -> None:
    ledger.sql("UPDATE item SET name = '别的名称', name_key = '别的名称' WHERE id = '1-08'")
    assert one(audit(ledger, "2021-06-15", waiver()), "SEA001", "1-08-etdz").waived


def test_an_expired_waiver_is_a_finding(ledger: Ledger) -> None:
    before, after = (audit(ledger, day, waiver()) for day in ("2021-06-30", "2021-07-01"))
    assert one(before, "WVR001", "SEA001/1-08-etdz").status == "ok"
    assert one(after, "WVR001", "SEA001/1-08-etdz").status == "alarm"


def test_a_waiver_without_a_finding_is_a_finding(ledger: Ledger) -> None:
    assert one(audit(ledger, "2021-06-15", waiver()), "WVR002", "SEA001/1-08-etdz").status == "ok"
    ledger.prove("seal", "1-08-etdz", "2021-06-10")
    found = audit(ledger, "2021-06-15", waiver())
    assert one(found, "WVR002", "SEA001/1-08-etdz").status == "alarm"


@pytest.mark.parametrize("subject", ["1-08", "annex:2", "1-08-hidz", "etdz/slj", "etdz", "seal"])
def test_what_the_registry_holds_is_known(ledger: Ledger, subject: str) -> None:
    check_waivers(ledger.conn, CODES, [waiver(subject=subject)], Path("w.yml"))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"rule": "SEA999"}, "rule"),
        ({"subject": "9-99-etdz"}, "subject"),
        ({"subject": "1-08-nowhere"}, "subject"),
    ],
)
def test_what_is_not_there_is_an_error(ledger: Ledger, changes: dict[str, str], what: str) -> None:
    with pytest.raises(UnknownWaiver, match=rf"^w\.yml: .* names a {what} that there is not\.$"):
        check_waivers(ledger.conn, CODES, [waiver(**changes)], Path("w.yml"))


@pytest.mark.parametrize(
    ("issued", "expires", "fits"),
    [
        ("2021-06-01", "2022-06-01", True),
        ("2021-06-01", "2022-06-02", False),
        ("2024-02-29", "2025-03-01", True),
        ("2024-02-29", "2025-03-02", False),
        ("2021-06-01", "2021-05-31", False),
    ],
)
def test_a_waiver_lasts_a_year_at_most(issued: str, expires: str, fits: bool) -> None:
    if fits:
        assert waiver(issued=issued, expires=expires).expires == expires
    else:
        with pytest.raises(ValidationError):
            waiver(issued=issued, expires=expires)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- rule: SEA001\n", "waiver 1"),
        ("rule: SEA001\n", "no list"),
        ("- [unclosed\n", "not YAML"),
        (ENTRY.format(issued="2021-02-30", expires="2021-03-01"), "2021-02-30"),
        (ENTRY.format(issued="2021-01-01", expires="2022-01-02"), "year"),
    ],
)
def test_a_bad_file_is_told(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_waivers(path)
    assert words in "\n".join(map(str, error.value.problems))


def test_the_command_line_waives_and_counts_again(
    run: Callable[..., Run], ledger: Ledger, tmp_path: Path
) -> None:
    db = ("--db", ledger.path)
    ledger.sql("DELETE FROM duty_mode WHERE duty <> (SELECT no FROM duty WHERE id = 'seal')")
    ledger.sql("DELETE FROM duty_mode WHERE mode <> '委托下放'")
    rules = ("audit", "--select", "SEA001,WVR", "--department", "slj")
    assert run(*db, *rules, "--as-of", "2021-06-15").rc == 1
    for zone in ("etdz", "hidz"):
        done = run(
            *db, "waive", "missing-seal", f"1-08-{zone}", "--reason", "r", "--approver", "a",
            "--issued", "2021-06-01", "--expires", "2021-06-30",
        )  # fmt: skip
        assert done.rc == 0, done.stderr
    assert len(read_waivers(tmp_path / "waivers.yml")) == 2
    assert run(*db, *rules, "--as-of", "2021-06-30").rc == 0
    assert run(*db, *rules, "--as-of", "2021-07-01").rc == 1


def test_a_named_file_has_to_be_there_and_right(
    run: Callable[..., Run], ledger: Ledger, tmp_path: Path
) -> None:
    db = ("--db", ledger.path)
    assert run(*db, "audit", "--waivers", "missing.yml").rc == 2
    (tmp_path / "waivers.yml").write_text("- rule: SEA001\n", encoding="utf-8")
    done = run(*db, "audit")
    assert (done.rc, done.stdout) == (2, "")
    assert "waivers.yml" in done.stderr


def test_several_who_waive_at_once_lose_nothing(
    start: Callable[..., subprocess.Popen[bytes]], ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text("# 市里商定\n", encoding="utf-8")
    subjects = [f"1-{number:02}-etdz" for number in range(1, 7)]
    started = [
        start(
            "--db", ledger.path, "waive", "AGR001", subject, "--reason", "r", "--approver", "a",
            "--issued", "2021-06-01", "--expires", "2021-06-30",
        )
        for subject in subjects
    ]  # fmt: skip
    for process in started:
        assert process.wait(60) == 0
    assert sorted(one.subject for one in read_waivers(path)) == subjects
    assert path.read_text(encoding="utf-8").startswith("# 市里商定\n- rule")
    assert sorted(p.name for p in tmp_path.glob("waivers*")) == ["waivers.yml"]


def test_a_waiver_is_renewed_where_it_stands(
    run: Callable[..., Run], ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "waivers.yml"
    text = ENTRY.format(issued="2021-06-01", expires="2021-06-30") + "# 以上\n"
    text = text.replace("subject: a", "subject: 1-08-etdz")
    path.write_text(text, encoding="utf-8")
    old = read_waivers(path)[0]
    words = ("waive", old.rule, old.subject, "--reason", old.reason, "--approver", old.approver)
    days = ("--issued", "2021-06-01", "--expires", "2021-07-31")
    done = run("--db", ledger.path, *words, *days)
    assert done.rc == 0, done.stderr
    assert done.stdout.startswith("Renewed in waivers.yml: ")
    assert path.read_text(encoding="utf-8") == text.replace("06-30", "07-31")
    bad = run("--db", ledger.path, *words[:4], "a\ab", *words[5:], *days)
    assert bad.rc == 2
    assert "--reason: it holds a control character (U+0007)" in bad.stderr
    assert path.read_text(encoding="utf-8") == text.replace("06-30", "07-31")
