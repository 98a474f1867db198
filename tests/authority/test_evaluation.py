"""Figures of an evaluation, counted by hand in a small city; advice at its thresholds."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from registry.authority.advice import Advice, advise
from registry.authority.evaluation import Coverage, Evaluation, covered_days, evaluate
from registry.authority.figures import Counts, Figures, Ratio, figures, total
from registry.model.config import EvaluationThresholds
from tests.conftest import SmallRoot
from tests.platform_cases import PlatformCases

FROM, TO = "2021-07-01", "2022-06-30"
THRESHOLDS = EvaluationThresholds()
CASE_FIGURES = (
    *("cases", "used", "within_legal", "within_promised", "late", "findings", "returned"),
    "satisfaction",
)


def act_rule(mode: str, *acts: str, answer: str = "yes") -> dict[str, object]:
    return {
        **{"mode": mode, "acts": list(acts), "answer": answer, "basis": "text", "clause": "C10"},
        **({"name_of": "department", "respondent": "department"} if answer == "yes" else {}),
    }


@pytest.fixture
def conn(small_root: SmallRoot) -> sqlite3.Connection:
    """The small city: 1-01 is entrusted to both zones, and agreed on with the eastern one alone."""
    small_root.instrument["act_rules"] = [
        act_rule("委托下放", "accept", "decide"),
        act_rule("下放实质性审核权", "accept"),
        act_rule("下放实质性审核权", "decide", answer="no"),
    ]
    small_root.ledger["agreements"] = [small_root.agreement()]
    conn = small_root.open("2022-06-30")
    conn.execute("INSERT OR REPLACE INTO legal_limit VALUES ('行政许可', 'L8', 20, 'working', 10)")
    return conn


@pytest.fixture
def cases(conn: sqlite3.Connection) -> PlatformCases:
    """Twelve cases, A1 to A12, of which eight count; see the comments."""
    found = PlatformCases(conn)
    found.load("2021-01-01", "2022-12-31")
    decided, east = found.decided, {"accepted_zone": "east"}
    decided("1-01", "east", "2022-03-01", "2022-03-02", promised_on="2022-03-10", satisfaction=5)
    decided("1-01", "east", "2022-03-02", "2022-03-03", decided_department="jia", satisfaction=4)
    decided("1-01", "east", "2022-01-04", "2022-06-01", promised_on="2022-02-01")  # late
    found.add("1-01", **east, accepted_on="2022-06-29")  # open, and not late
    found.add("1-01", **east, accepted_on="2022-01-05")  # open, and late
    decided("1-03", "east", "2022-02-08", "2022-02-10", decided_department="yi")  # as it should be
    decided("1-03", "west", "2022-02-08", "2022-02-09", result="退回")  # not decided
    decided("1-01", "west", "2022-02-08", "2022-02-09")  # without an agreement
    decided("1-01", "east", "2021-06-30", "2021-07-01")  # before the period
    decided("2-01", "east", "2022-02-08", "2022-02-09")  # of another list
    found.add(None, **east, accepted_on="2022-02-08")
    found.add("1-01", accepted_department="jia", accepted_on="2022-02-08")
    return found


def evaluated(conn: sqlite3.Connection, **changes: str) -> Evaluation:
    days = {"from_on": FROM, "to_on": TO, "as_of": TO, **changes}
    return evaluate(conn, thresholds=THRESHOLDS, **days)


def of(evaluation: Evaluation, id_: str) -> Figures:
    (found,) = (d.figures for d in evaluation.delegations if d.id == id_)
    return found


def test_every_figure_as_counted_by_hand(conn: sqlite3.Connection, cases: PlatformCases) -> None:
    found = evaluated(conn)
    assert found.overall == Figures(
        delegations=8,
        not_applied_for=2,  # 1-02, in both zones
        not_throughout=1,  # 1-01 in the west
        papers=Ratio(1, 22),  # the agreement
        cases=8,
        used=Ratio(3, 5),
        within_legal=Ratio(4, 6),
        within_promised=Ratio(1, 2),
        late=Ratio(2, 4),
        findings=None,
        returned=Ratio(1, 3),
        satisfaction=Ratio(9, 2),
    )
    assert [d.id for d in found.idle] == ["1-04-east", "1-04-west"]
    assert found.apart == (11, 1, 1, 0, 1)
    assert found.coverage.whole
    assert of(found, "1-01-east").cases == 5
    assert of(found, "1-03-east").returned == Ratio(0, 0), "the zone may not decide"
    assert of(found, "1-01-west").returned == Ratio(0, 0), "nor may it without an agreement"


def test_bodies_sum_up_their_delegations(conn: sqlite3.Connection, cases: PlatformCases) -> None:
    found = evaluated(conn)
    zones = {entry.id: entry.figures for entry in found.zones}
    departments = {entry.id: entry.figures for entry in found.departments}
    assert list(zones) == ["east", "west"]
    assert (zones["east"].cases, zones["west"].cases) == (6, 2)
    assert (zones["east"].used, zones["west"].used) == (Ratio(2, 3), Ratio(1, 2))
    assert list(departments) == ["jia", "yi"], "none that has no delegation"
    assert departments["jia"].used == Ratio(1, 1)
    assert departments["yi"].used == Ratio(2, 4)
    assert departments["yi"].papers == Ratio(0, 8)


def test_without_a_file_of_cases_nothing_of_them_is_provided(conn: sqlite3.Connection) -> None:
    found = evaluated(conn)
    told = [found.overall, *(e.figures for e in (*found.zones, *found.departments))]
    told += [delegation.figures for delegation in found.delegations]
    assert {getattr(one, name) for one in told for name in CASE_FIGURES} == {None}
    assert found.overall.papers == Ratio(1, 22), "papers need no cases"
    assert found.idle == []
    assert {d.advice.kind for d in found.delegations} == {None}
    assert {d.advice.silence for d in found.delegations} == {"not-provided", "not-in-force"}


@pytest.mark.parametrize(
    "load",
    [
        ("2020-01-01", "2021-06-30"),
        ("2022-07-01", "2022-12-31"),
        (None, None),
    ],
)
def test_a_file_of_other_days_provides_nothing(
    conn: sqlite3.Connection, load: tuple[str | None, str | None]
) -> None:
    PlatformCases(conn).load(*load)
    assert evaluated(conn).overall.cases is None


def test_voided_files_and_other_kinds_cover_nothing(conn: sqlite3.Connection) -> None:
    cases = PlatformCases(conn)
    cases.load(FROM, TO, voided_on="2022-06-30", voided_by="甲", void_reason="错")
    cases.load(FROM, TO, kind="permissions")
    assert evaluated(conn).overall.cases is None


def test_a_part_of_the_period_is_told_and_gives_no_advice_on_silence(
    conn: sqlite3.Connection,
) -> None:
    cases = PlatformCases(conn)
    cases.load("2021-07-01", "2021-12-31")
    cases.load("2022-01-01", "2022-06-29")
    cases.decided("1-03", "east", "2021-08-02", "2021-08-03", decided_department="yi")
    found = evaluated(conn)
    assert found.coverage == Coverage((("2021-07-01", "2022-06-29"),), 364, 365)
    advice = {d.id: d.advice for d in found.delegations}
    assert advice["1-04-east"] == Advice(None, silence="part")
    assert advice["1-03-east"] == Advice("keep")


def test_findings_are_those_of_the_latest_audit_of_cases(
    conn: sqlite3.Connection, cases: PlatformCases
) -> None:
    early = cases.audit("2021-06-30", "CSE001")
    cases.finding(early, "1-01", "east", "A1")
    assert evaluated(conn).run is None, "an audit of a day before the period"
    cases.audit("2022-06-01", "AGR001")
    cases.audit("2022-06-01", "CSE001", filters="zone=east")
    cases.audit("2022-07-01", "CSE001")
    assert evaluated(conn).run is None, "without rules on cases, of a part, or later"
    older = cases.audit("2022-05-01", "CSE001")
    cases.finding(older, "1-03", "west", "A7")
    run = cases.audit("2022-06-30", "CSE001", "CSE003")
    found = evaluated(conn)
    assert found.run == (run, "2022-06-30", 2)
    assert found.overall.findings == Ratio(0, 8), "examined, and nothing found"
    cases.finding(run, "1-01", "east", "A1", "A3")
    cases.finding(run, "1-01", "east", "A1", code="CSE003")
    cases.finding(run, "1-01", "east", "A2", status="manual")
    cases.finding(run, "1-01", "east", "A2", severity="info", code="CSE010")
    cases.finding(run, "1-01", "east", "A4", waived=1, code="CSE002")
    cases.finding(run, "1-01", "east", "A9", code="CSE009")  # before the period
    cases.finding(run, "1-01", "east", code="AGR001")
    found = evaluated(conn)
    assert found.overall.findings == Ratio(3, 8)
    assert of(found, "1-01-east").findings == Ratio(3, 5)
    cases.audit("2022-06-30", "CSE001")
    assert evaluated(conn).run == found.run, "one of fewer rules on cases does not stand for all"


def test_an_audit_that_did_not_see_the_cases_counts_for_nothing(
    conn: sqlite3.Connection, cases: PlatformCases
) -> None:
    run = cases.audit("2022-06-30", "CSE001")
    assert evaluated(conn).overall.findings == Ratio(0, 8)
    cases.load("2022-03-01", "2022-03-31")
    cases.decided("1-01", "east", "2022-03-01", "2022-03-02")
    found = evaluated(conn)
    assert (found.run, found.overall.findings) == (None, None), "nobody looked: not nought"
    assert found.overall.cases == 9
    seen = cases.audit("2022-06-30", "CSE001")
    assert seen > run
    assert evaluated(conn).overall.findings == Ratio(0, 9)


def test_the_period_has_both_its_days(conn: sqlite3.Connection, cases: PlatformCases) -> None:
    for first, last, expected in (
        ("2021-06-30", TO, 9),
        ("2022-02-08", "2022-02-08", 3),
        ("2022-02-09", "2022-02-28", 0),
    ):
        assert evaluated(conn, from_on=first, to_on=last).overall.cases == expected


def test_cases_of_the_day_are_judged_as_of_it(
    conn: sqlite3.Connection, cases: PlatformCases
) -> None:
    found = evaluated(conn, to_on="2022-05-31", as_of="2022-05-31")
    # A3 is open then, and late like A5
    assert found.overall.within_legal == Ratio(4, 6)
    assert found.overall.returned == Ratio(1, 2)


def test_nothing_is_written(conn: sqlite3.Connection, cases: PlatformCases) -> None:
    before = conn.serialize() if hasattr(conn, "serialize") else b""
    evaluated(conn)
    assert (conn.serialize() if before else b"") == before
    assert conn.execute("SELECT count(*) FROM sqlite_temp_schema").fetchone() == (0,)


def test_demonstration_cases_mark_the_evaluation(small_root: SmallRoot) -> None:
    conn = small_root.open("2022-06-30")
    assert not evaluated(conn).demonstrates
    PlatformCases(conn).load(FROM, TO, provenance="demonstration")
    assert evaluated(conn).demonstrates


def test_coverage_joins_what_meets() -> None:
    cover = covered_days(
        [("2022-03-01", "2022-03-31"), ("2021-01-01", "2022-01-31"), ("2022-02-01", "2022-02-10")],
        "2022-01-30",
        "2022-03-02",
    )
    assert cover.stretches == (("2022-01-30", "2022-02-10"), ("2022-03-01", "2022-03-02"))
    assert (cover.covered, cover.days, cover.whole) == (14, 32, False)


@pytest.mark.parametrize(
    ("last", "months", "first"),
    [
        ("2022-06-30", 12, "2021-07-01"),
        ("2022-12-31", 12, "2022-01-01"),
        ("2022-01-15", 12, "2021-01-16"),
        ("2024-02-29", 12, "2023-03-01"),
        ("2025-02-28", 12, "2024-03-01"),
        ("2022-08-30", 6, "2022-03-01"),
        ("2022-06-30", 6, "2022-01-01"),
        ("9999-12-31", 12, "9998-12-31"),
        ("2022-05-31", 6, "2021-12-01"),
        ("2022-03-31", 1, "2022-03-01"),
        ("0001-06-30", 12, "0001-01-01"),
    ],
)
def test_the_default_period(last: str, months: int, first: str) -> None:
    assert EvaluationThresholds(period_months=months).period_start(last) == first


# advice: every threshold at its value, and one above it

KNOWN = figures(
    Counts(delegations=1, usable=1, used=1, cases=1000, late_judged=100, decidable=100),
    covered=True,
    audited=True,
)


def advice(known: Figures, **changes: bool) -> Advice:
    how = {"in_force": True, "usable": True, "applied_for": True, "whole_period": True, **changes}
    return advise(known, THRESHOLDS, **how)


@pytest.mark.parametrize(
    ("measure", "ratio", "kind"),
    [
        ("findings", Ratio(20, 1000), "keep"),
        ("findings", Ratio(21, 1000), "guide"),
        ("findings", Ratio(100, 1000), "guide"),
        ("findings", Ratio(101, 1000), "withdraw"),
        ("findings", Ratio(2, 20), "guide"),
        ("findings", Ratio(3, 20), "withdraw"),
        ("findings", Ratio(3, 19), "guide"),
        ("late", Ratio(5, 100), "keep"),
        ("late", Ratio(6, 100), "guide"),
        ("late", Ratio(20, 100), "guide"),
        ("late", Ratio(21, 100), "withdraw"),
        ("late", Ratio(5, 20), "withdraw"),
        ("late", Ratio(19, 19), "guide"),
        ("returned", Ratio(10, 100), "keep"),
        ("returned", Ratio(11, 100), "guide"),
        ("returned", Ratio(50, 100), "guide"),
        ("returned", Ratio(51, 100), "withdraw"),
        ("returned", Ratio(11, 20), "withdraw"),
        ("returned", Ratio(19, 19), "guide"),
        ("returned", Ratio(0, 0), "keep"),
        ("findings", None, "keep"),
    ],
)
def test_advice_at_each_threshold(measure: str, ratio: Ratio | None, kind: str) -> None:
    found = advice(replace(KNOWN, **{measure: ratio}))
    assert found.kind == kind
    level = {"guide": "guidance", "withdraw": "withdrawal"}.get(kind)
    assert [ground.threshold for ground in found.grounds] == ([f"{level}_{measure}"] * bool(level))
    assert [ground.figures for ground in found.grounds] == [ratio] * bool(level)


def test_advice_names_every_threshold_that_is_exceeded() -> None:
    found = advice(replace(KNOWN, findings=Ratio(500, 1000), late=Ratio(90, 100)))
    assert [(ground.threshold, ground.limit) for ground in found.grounds] == [
        ("withdrawal_findings", 100),
        ("withdrawal_late", 20),
    ]


NONE = replace(
    KNOWN,
    **dict.fromkeys(("findings", "late", "returned"), Ratio(0, 0)),
    cases=0,
    used=Ratio(0, 1),
)


def test_no_case_alone_never_advises_withdrawal() -> None:
    found = advice(NONE)
    assert (found.kind, [ground.threshold for ground in found.grounds]) == ("adjust", ["no-case"])


@pytest.mark.parametrize(
    ("changes", "silence"),
    [
        ({"in_force": False}, "not-in-force"),
        ({"applied_for": False, "usable": False}, "not-applied-for"),
        ({"usable": False}, "not-throughout"),
        ({"whole_period": False}, "part"),
    ],
)
def test_no_case_says_nothing_where_there_could_be_none(
    changes: dict[str, bool], silence: str
) -> None:
    assert advice(NONE, **changes) == Advice(None, silence=silence)  # type: ignore[arg-type]


def test_what_is_not_provided_or_not_in_force_is_not_judged() -> None:
    nothing = figures(Counts(delegations=1, owed=2), covered=False, audited=True)
    assert advice(nothing) == Advice(None, silence="not-provided")
    worst = replace(KNOWN, findings=Ratio(1000, 1000))
    assert advice(worst, in_force=False) == Advice(None, silence="not-in-force")


def test_cases_decided_by_a_department_are_no_lateness_of_the_zone(
    conn: sqlite3.Connection,
) -> None:
    cases = PlatformCases(conn)
    cases.load(FROM, TO)
    for day in range(1, 29):
        accepted = f"2021-07-{day:02}"
        cases.decided("1-03", "east", accepted, "2022-01-28", decided_department="yi")
    found = evaluated(conn)
    (delegation,) = (d for d in found.delegations if d.id == "1-03-east")
    assert delegation.figures.within_legal == Ratio(0, 28)
    assert delegation.figures.late == Ratio(0, 0)
    assert delegation.advice.kind == "keep"


def test_totals_are_sums() -> None:
    one = Counts(*range(len(Counts._fields)))
    assert total([one, one]) == Counts(*(2 * n for n in one))
    assert total([]) == Counts()


def test_what_a_zone_took_over_counts_under_the_delegation(conn: sqlite3.Connection) -> None:
    """The western zone's 1-03 is a new zone's from 2022: its cases count under it from then on."""
    conn.execute("INSERT INTO zone VALUES (9, 'new', '新区管委会', '新区', 'official', '测试')")
    held = (
        "SELECT dp.period FROM delegation_period AS dp JOIN delegation AS d ON d.no = dp.delegation"
        " JOIN item AS i ON i.no = d.item JOIN zone AS z ON z.no = d.zone"
        " WHERE i.id = '1-03' AND z.id = 'west'"
    )
    (old,) = conn.execute(held).fetchone()
    columns = [row[1] for row in conn.execute("PRAGMA table_info(period)")][1:]
    copied = ", ".join({"from_on": "'2022-01-01'", "zone": "9"}.get(name, name) for name in columns)
    conn.execute(
        f"INSERT INTO period ({', '.join(columns)}) SELECT {copied} FROM period WHERE no = ?",
        (old,),
    )
    conn.execute(
        f"UPDATE delegation_period SET period = last_insert_rowid() WHERE period = {old}"
        " AND delegation IN (SELECT d.no FROM delegation AS d JOIN item AS i ON"
        " i.no = d.item JOIN zone AS z ON z.no = d.zone"
        " WHERE i.id = '1-03' AND z.id = 'west')"
    )
    cases = PlatformCases(conn)
    cases.load(FROM, TO)
    cases.decided("1-03", "new", "2021-12-31", "2022-01-01")
    cases.decided("1-03", "new", "2022-01-01", "2022-01-02")
    found = conn.execute(
        "SELECT c.on_day, x.delegation FROM case_delegations AS c"
        " LEFT JOIN delegation_periods AS x ON x.delegation_no = c.delegation_no"
    ).fetchall()
    assert found == [("2021-12-31", None), ("2022-01-01", "1-03-west")]
    assert evaluated(conn).apart.no_delegation == 1
