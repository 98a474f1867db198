"""An instrument of another city: its own duties, clauses and modes are checked, and cited."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.finding import Audit
from registry.audit.rule import load_rules
from registry.audit.rule_book import RuleBook
from registry.store.bodies import body_names
from tests.conftest import DATA, Run, SmallRoot

DUE, AFTER = "2021-05-20", "2021-05-21"
HEADINGS = {
    "二（三）-1": "二（三）",
    "二（三）-2": "二（三）",
    "三、1": "三",
    "第五条": "第五条",
    "附则": "附则",
}
DUTIES = ("kaizhang", "gongshi", "tuichu")


def duty(id_: str, name: str, modes: list[str], clause: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "name": {"zh": name, "en": id_},
        "modes": modes,
        "amount": 35,
        "unit": "calendar",
        "basis": "text",
        "owed_by": ["department"],
        "clauses": [clause],
        **more,
    }


@pytest.fixture
def foreign(small_root: SmallRoot) -> SmallRoot:
    """Modes 全权下放 and 代办 of annex 1, 保留 of annex 2, 收回 of annex 3; duties of 35 days."""
    small_root.law = False
    (small_root.path / "law.yml").unlink()
    act = small_root.instrument
    act["clauses"] = [
        {"id": id_, "heading": heading, "text": f"{id_}的要求", "summary": id_, "checked": "rules"}
        for id_, heading in HEADINGS.items()
    ]
    act["clauses"][3]["rules"] = ["CAT005", "CAT001"]
    act["clauses"][4].update(checked="no", reason={"zh": "无记录", "en": "no record"})
    act["annexes"] = [{**annex, "clause": "第五条"} for annex in act["annexes"]]
    act["modes"] = [
        {"name": "全权下放", "annex": 1, "entrusts": True, "clause": "二（三）-1"},
        {"name": "代办", "annex": 1, "entrusts": False, "clause": "二（三）-2"},
        {"name": "保留", "annex": 2, "entrusts": False, "clause": "第五条"},
        {"name": "收回", "annex": 3, "entrusts": False, "clause": "第五条"},
    ]
    act["zones"] = [{**act["zones"][0], "clause": "第五条"}]
    act["duties"] = [
        duty("kaizhang", "刻章备案", ["全权下放"], "二（三）-1"),
        duty(
            "gongshi",
            "公示{栏}",
            ["全权下放", "代办"],
            "二（三）-2",
            codes={"missing": "GSH001"},
            names={"missing": "no-public-display"},
            severities={"missing": "high"},
            titles={"missing": {"zh": "未公示", "en": "Not displayed"}},
        ),
        duty("tuichu", "退出清单", ["收回"], "三、1", owed_by=["zone"]),
    ]
    modes = {1: ["全权下放", "全权下放", "代办", "代办"], 2: ["保留"] * 3, 3: ["收回"] * 2}
    for annex, rows in small_root.annexes.items():
        for row, mode in zip(rows, modes[annex], strict=True):
            row["mode"] = mode
    return small_root


def audit(conn: sqlite3.Connection, day: str, **how: Any) -> Audit:
    return run_audit(conn, registry_rules(conn), day, **how)


def test_every_duty_alarms_the_day_after_its_deadline(foreign: SmallRoot) -> None:
    conn = foreign.open()
    on = [f for f in audit(conn, DUE).findings if f.duty]
    after = [f for f in audit(conn, AFTER).findings if f.duty]
    assert on == []
    assert {f.duty for f in after} == set(DUTIES)
    assert {(f.due_on, f.days_overdue) for f in after} == {(DUE, 1)}
    assert {(f.duty, f.code, f.severity) for f in after} == {
        ("kaizhang", "DUT001", "medium"),
        ("gongshi", "GSH001", "high"),
        ("tuichu", "DUT001", "medium"),
    }
    assert {f.owed_by for f in after if f.duty == "tuichu"} == {("east",)}


def test_messages_name_the_duty(foreign: SmallRoot) -> None:
    conn = foreign.open()
    found = {f.duty: f for f in audit(conn, AFTER).findings if f.duty}
    assert "的刻章备案未完成，应于2021-05-20前完成，已逾期1日" in found["kaizhang"].message.zh
    assert "not done: kaizhang; due 2021-05-20, 1 days overdue" in found["kaizhang"].message.en
    assert "的公示{栏}未完成" in found["gongshi"].message.zh


def test_what_came_late_is_told_for_every_duty(foreign: SmallRoot) -> None:
    foreign.ledger["deliverables"] = [
        foreign.deliverable("gongshi", done_on="2021-05-25"),
        foreign.deliverable("gongshi", covers="1-02", done_on="2021-05-20"),
        foreign.deliverable("tuichu", covers="3-01", done_on="2021-05-25"),
    ]
    rows = audit(foreign.open(), "2021-06-30", everything=True).findings
    late = {(f.subject_id, f.duty): f.status for f in rows if f.code == "DUT002"}
    assert late == {
        ("1-01-east", "gongshi"): "alarm",
        ("1-02-east", "gongshi"): "ok",
        ("3-01-east", "tuichu"): "alarm",
    }


def test_no_finding_cites_a_clause_that_is_not_its_own(foreign: SmallRoot) -> None:
    conn = foreign.open()
    found = audit(conn, AFTER, everything=True)
    book = RuleBook(conn, registry_rules(conn))
    assert {c for f in found.findings for c in book.of(f)} == {
        *("二（三）-1", "二（三）-2", "三、1", "第五条"),
    }
    places = {f.duty: book.places(f) for f in found.findings if f.duty}
    assert places == {"kaizhang": "二（三）-1", "gongshi": "二（三）-2", "tuichu": "三、1"}
    general = next(f for f in found.findings if f.code == "CAT006")
    assert (book.of(general), book.places(general)) == ((), "测试〔2021〕1号")


def test_only_rules_that_it_names_and_those_on_records_are_evaluated(foreign: SmallRoot) -> None:
    found = audit(foreign.open(), AFTER)
    general = {rule.code for rule in load_rules() if rule.header.general}
    evaluated = {result.code for result in found.results}
    assert evaluated == general | {"CAT005", "DUT001", "DUT002", "GSH001"}
    assert set(found.not_applied) == {
        rule.code for rule in load_rules() if rule.code not in evaluated
    }


def test_rules_on_law_are_evaluated_where_the_registry_knows_the_article(
    foreign: SmallRoot,
) -> None:
    text = (DATA / "law.yml").read_text(encoding="utf-8").replace("\nL2:", "\nL99:")
    (foreign.path / "law.yml").write_text(text, encoding="utf-8")
    conn = foreign.open()
    found = audit(conn, AFTER, everything=True)
    evaluated = {result.code for result in found.results}
    assert {"LAW001", "LAW003"} <= evaluated
    assert "LAW004" not in evaluated
    book = RuleBook(conn, registry_rules(conn))
    law = next(f for f in found.findings if f.code == "LAW001")
    assert (book.of(law), book.places(law)) == (("L1",), "行政强制法（2011-06-30）第十七条[L1]")


def test_two_instruments_are_each_audited_by_their_own(foreign: SmallRoot) -> None:
    """The foreign one beside the small one of the other tests, which names CAT003 instead."""
    other = SmallRoot(foreign.path)
    other.folder = foreign.path / "test-2"
    other.instrument.update(id="test-2", number="测试〔2021〕2号")
    other.instrument["zones"] = foreign.instrument["zones"][:1]
    other.instrument["zones"] = [{**other.instrument["zones"][0], "clause": "C01"}]
    other.law = False
    for clause in other.instrument["clauses"]:
        clause["rules"] = ["CAT003"] if clause["id"] == "C04" else []
    other.write()
    foreign.annexes[1][0]["scope"] = "部分"
    conn = foreign.open()
    found = audit(conn, "2021-12-31", everything=True)
    of = {
        code: {f.instrument for f in found.findings if f.code == code}
        for code in ("CAT003", "CAT005", "GSH001", "DUT001", "HBK001", "CAT006")
    }
    assert of == {
        "CAT003": {"test-2"},
        "CAT005": {"test-1"},
        "GSH001": {"test-1"},
        "DUT001": {"test-1"},
        "HBK001": {"test-2"},
        "CAT006": {"test-1", "test-2"},
    }
    book = RuleBook(conn, registry_rules(conn))
    own = {
        "test-1": set(HEADINGS),
        "test-2": {clause["id"] for clause in other.instrument["clauses"]},
    }
    assert all(set(book.of(f)) <= own[f.instrument] for f in found.findings)


def test_its_letters_and_reports_cite_its_clauses(foreign: SmallRoot) -> None:
    from registry.report.audit import RenderOptions, render
    from registry.report.letters import letter_bytes, letter_sources, letters

    conn = foreign.open()
    found = audit(conn, AFTER)
    book = RuleBook(conn, registry_rules(conn))
    names = body_names(conn)
    sources = letter_sources(conn, book, AFTER)
    written = {letter.body: letter for letter in letters(found, sources)}
    assert {"jia", "yi"} <= set(written)
    assert [f.duty for f in written["east"].groups.overdue] == ["tuichu", "tuichu"]
    assert letter_bytes(written["jia"])[:2] == b"PK"
    shown = "".join(render("table", found, RenderOptions("zh", book, names)))
    for words in ("二（三）-1", "GSH001 no-public-display", "DUT001 missing-duty"):
        assert words in shown
    assert "C10" not in shown


def test_the_command_line_knows_its_codes(
    run: Callable[..., Run], foreign: SmallRoot, tmp_path: Path
) -> None:
    foreign.build(db=tmp_path / "registry.db")
    done = run("audit", "--as-of", AFTER, "--select", "no-public-display", "--format", "json")
    assert done.rc == 1, done.stderr
    assert '"code": "GSH001"' in done.stdout
    assert "Not displayed" in run("rules", "GSH001").stdout
    tree = run("rules", "--by", "clause").stdout
    assert "二（三）[二（三）-1]" not in tree
    assert "GSH001" in tree
    waived = run(
        *("waive", "GSH001", "1-01-east", "--reason", "r", "--approver", "a"),
        *("--issued", "2021-05-21", "--expires", "2021-06-30"),
    )
    assert waived.rc == 0, waived.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"codes": {"missing": "CAT001"}}, "duties.kaizhang.codes.missing"),
        ({"codes": {"late": "GSH001"}}, "is of what is missing and of what came late"),
        ({"codes": {"late": "X-ABC001"}}, "does not have the right form"),
        ({"messages": {"late": {"zh": "{colour}", "en": "x"}}}, "“colour”"),
        ({"messages": {"missing": {"zh": "{met_on}", "en": "x"}}}, "“met_on”"),
        ({"messages": {"late": {"zh": "{", "en": "x"}}}, "can't be filled in"),
        ({"clauses": ["二（三）-1", "二（三）-1"]}, "stands twice"),
        ({"clauses": ["C10"]}, "clause C10 is not stated"),
    ],
)
def test_a_wrong_duty_is_refused(
    run: Callable[..., Run], foreign: SmallRoot, change: dict[str, Any], words: str
) -> None:
    foreign.instrument["duties"][0].update(change)
    done = run("build", "--data", foreign.write())
    assert (done.rc, done.stdout) == (2, "")
    assert words in done.stderr


def test_build_tells_what_nothing_checks(run: Callable[..., Run], foreign: SmallRoot) -> None:
    del foreign.instrument["clauses"][3]["rules"]
    foreign.instrument["clauses"][2]["rules"] = ["ZZZ999"]
    told = run("build", "--data", foreign.write()).stderr
    assert "neither a rule nor a duty checks clause 第五条" in told
    assert "clause 三、1 names the rule ZZZ999, which there is not" in told
    assert "附则" not in told


def test_a_rule_of_one_s_own_that_rests_on_nothing_here_is_told(
    run: Callable[..., Run], foreign: SmallRoot, tmp_path: Path
) -> None:
    foreign.build(db=tmp_path / "registry.db")
    folder = tmp_path / "own"
    folder.mkdir()
    rule = (
        "/*\ncode: X-OWN001\nname: own\ntitle: {zh: 甲, en: a}\nseverity: low\nclauses: [%s]\n"
        "owed_by: [office]\nremedy: {zh: 甲, en: a}\nmessage: {zh: 甲, en: a}\nsince: 0.1.0\n*/\n"
        "SELECT instrument, 'item' AS subject_type, id AS subject_id, 'ok' AS status,"
        " NULL AS due_on FROM items"
    )
    (folder / "own.sql").write_text(rule % "C99", encoding="utf-8")
    done = run("audit", "--rules", folder, "--select", "X-OWN001", "--as-of", AFTER)
    assert done.rc == 3
    assert "X-OWN001 was not evaluated" in done.stderr
    (folder / "own.sql").write_text(rule % "三、1", encoding="utf-8")
    done = run("audit", "--rules", folder, "--select", "X-OWN001", "--as-of", AFTER)
    assert (done.rc, done.stderr) == (0, "")
