"""Every view and every rule on DuckDB, row by row, and its findings, fingerprint by fingerprint."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from bench.generate import data_root as generate
from registry.audit.engine import run_audit
from registry.audit.evaluation import RuleFailure
from registry.audit.filters import EVERYTHING, Filters
from registry.audit.finding import Audit
from registry.audit.portable import (
    Table,
    definitions,
    tables_read,
)
from registry.audit.rule import load_rules
from registry.model.waiver import Waiver
from registry.store.connection import connect
from registry.store.views import create_shadow_views, view_texts
from tests.audit.duckdb_engine import DuckDB, differences, literal, written
from tests.audit.full_registry import fill
from tests.audit.test_rule import HEADER, write
from tests.authority.test_cases_oracle import Trial, in_worlds
from tests.conftest import EXHAUSTIVE, SEED, amount, drawn_of
from tests.oracle.random_ledger import Case, cases
from tests.oracle.test_oracle import build_from

DAYS = ("2021-05-28", "2021-05-29", "2021-06-30", "2021-12-31", "2022-05-10", "2026-03-02")
WAIVER = Waiver.model_validate(
    {
        "rule": "CAT006",
        "subject": "1-01",
        "reason": "测试",
        "approver": "某人",
        "issued": "2021-05-01",
        "expires": "2021-06-01",
    }
)
NEVER_FILLED = {"case_duties"}
"""No shipped instrument has a duty that is counted from a case; worlds of tests have."""

EMPTY_THERE = {
    *NEVER_FILLED,
    *("case_acts", "case_counts", "case_days", "case_decision_steps", "case_delegations"),
    *("case_stop_days", "cases"),
    *("delegation_ancestors", "delegation_parents", "derivations", "effect_names", "permissions"),
    *("service_reductions", "services", "untimed_case_counts", "zone_case_counts"),
    *("zone_contacts", "unofficial_field_lists", "item_unofficial_fields"),
}
"""Views without rows on the demonstration, most of which random worlds fill."""


@contextmanager
def copied(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of a file in memory: fixtures are for reading only."""
    with closing(connect(path)) as conn, closing(sqlite3.connect(":memory:")) as copy:
        conn.backup(copy)
        copy.isolation_level = None
        yield copy


@contextmanager
def opened(path: Path, *, filled: bool = False) -> Iterator[tuple[sqlite3.Connection, DuckDB]]:
    """A copy of a file, and its tables in DuckDB."""
    with copied(path) as conn:
        if filled:
            fill(conn)
        with closing(DuckDB(conn)) as duck:
            yield conn, duck


def same_rows(conn: sqlite3.Connection, duck: DuckDB, day: str) -> Counter[str]:
    """Hold every view and rule to be the same on both; how many rows each has."""
    rows = dict(differences(conn, duck, day, [WAIVER]))
    assert {name: said for name, said in rows.items() if isinstance(said, str)} == {}
    return Counter({name: said for name, said in rows.items() if isinstance(said, int)})


def same_audit(
    conn: sqlite3.Connection,
    duck: DuckDB,
    day: str,
    *,
    everything: bool = False,
    filters: Filters = EVERYTHING,
) -> Audit:
    """Hold an audit to be the same on both: its findings with all that they say."""
    (first,) = conn.execute("SELECT id FROM instrument ORDER BY no LIMIT 1").fetchone()
    waiver = WAIVER.model_copy(update={"instrument": first})
    here, there = (
        run_audit(
            conn,
            load_rules(),
            day,
            filters,
            everything=everything,
            waivers=[waiver],
            elsewhere=engine,
        )
        for engine in (None, duck)
    )
    assert here.results == there.results
    assert here.not_applied == there.not_applied
    assert Counter(map(repr, here.findings)) == Counter(map(repr, there.findings))
    return here


def in_world(trial: Trial) -> None:
    """Hold a random world to be the same on both."""
    day = trial.setting.as_of
    fill(trial.conn)
    with closing(DuckDB(trial.conn)) as duck:
        same_rows(trial.conn, duck, day)
        assert same_audit(trial.conn, duck, day, everything=EXHAUSTIVE).findings


def test_rows_and_findings_are_the_same_on_the_demonstration(built: Path) -> None:
    with opened(built, filled=True) as (conn, duck):
        rows = same_rows(conn, duck, "2021-06-30")
        audit = same_audit(conn, duck, "2021-06-30")
    assert {name for name in view_texts() if not rows[name]} <= EMPTY_THERE
    assert rows.total() > 30_000
    assert len(audit.findings) > 800
    assert {result.code for result in audit.results} >= {"AGR001", "WVR001", "SVC001"}


def test_rows_and_findings_are_the_same_in_a_random_world() -> None:
    in_worlds("elsewhere", 1, in_world)


@pytest.mark.long
def test_filtered_findings_are_the_same(built: Path) -> None:
    with opened(built) as (conn, duck):
        (department,) = conn.execute("SELECT department FROM item_departments LIMIT 1").fetchone()
        filters = Filters(zone="etdz", department=department)
        assert same_audit(conn, duck, "2021-06-30", filters=filters).findings


@pytest.mark.long
@pytest.mark.parametrize("day", drawn_of(DAYS, 1, 2))
def test_findings_are_the_same_on_other_days(built: Path, day: str) -> None:
    with opened(built) as (conn, duck):
        same_rows(conn, duck, day)
        assert same_audit(conn, duck, day, everything=True).findings


@pytest.mark.long
@pytest.mark.parametrize("shard", drawn_of(range(4), 1, 2))
def test_findings_are_the_same_in_worlds_with_cases(shard: int) -> None:
    in_worlds(f"elsewhere {shard}", amount(1, 1, 10), in_world)


@pytest.mark.long
def test_findings_are_the_same_on_random_ledgers() -> None:
    @seed(f"{SEED} elsewhere")
    @settings(
        max_examples=amount(1, 3, 20),
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(case=cases())
    def each(case: Case) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root, db = Path(folder) / "data", Path(folder) / "registry.db"
            case.write(root)
            build_from(root, db, case.as_of)
            with opened(db) as (conn, duck):
                same_rows(conn, duck, case.as_of)
                same_audit(conn, duck, case.as_of)

    each()


@pytest.mark.long
def test_findings_are_the_same_on_250_zones(tmp_path: Path) -> None:
    root, db = tmp_path / "data", tmp_path / "registry.db"
    generate(root, 250)
    build_from(root, db, "2021-06-30")
    with opened(db) as (conn, duck):
        assert len(same_audit(conn, duck, "2021-06-30").findings) > 30_000


def test_a_rule_of_ones_own_runs_elsewhere(built: Path, tmp_path: Path) -> None:
    sql = "SELECT id AS instrument, 'x' AS subject_type, id AS subject_id, 'alarm' AS status"
    write(tmp_path, HEADER, f"{sql}, NULL AS due_on FROM instrument")
    with opened(built) as (conn, duck):
        found = run_audit(conn, load_rules(tmp_path), "2021-06-30", elsewhere=duck).findings
        assert [finding.subject_id for finding in found] == ["liaocheng-2021-8"]
        write(tmp_path, HEADER, f"{sql} FROM instrument")
        with pytest.raises(RuleFailure, match="due_on"):
            run_audit(conn, load_rules(tmp_path), "2021-06-30", elsewhere=duck)
        write(tmp_path, HEADER, f"{sql.replace('alarm', 'odd')}, NULL AS due_on FROM instrument")
        with pytest.raises(RuleFailure, match="odd"):
            run_audit(conn, load_rules(tmp_path), "2021-06-30", elsewhere=duck)


def test_a_text_is_written_as_duckdb_reads_it() -> None:
    sql = """WITH x AS MATERIALIZED (SELECT "check", ':a "b"' -- :b "c"
    FROM t WHERE c = :code) SELECT CAST(n AS TEXT), CAST(n AS INTEGER),
    group_concat(x.v, ';') OVER (PARTITION BY x.k), json_extract(e.body, '$.a') FROM x"""
    assert written(sql, {"code": "it's"}).count("AS BIGINT") == 1
    assert "c = 'it''s'" in written(sql, {"code": "it's"})
    assert "json_extract_string(e.body, '$.a')" in written(sql, {"code": "it's"})
    assert "AS MATERIALIZED" in written(sql, {"code": None})
    assert "c = NULL" in written(sql, {"code": None})
    with pytest.raises(KeyError, match="code"):
        written(sql)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "NULL"), (30, "30"), (0.5, "0.5"), ("a'b", "'a''b'")]
)
def test_literals(value: str | int | float | None, text: str) -> None:
    assert literal(value) == text


def test_definitions_come_in_the_order_in_which_they_build_on_each_other(built: Path) -> None:
    with copied(built) as conn:
        create_shadow_views(conn, "2021-06-30")
        found = list(definitions(conn, ["SELECT 1 FROM obligation_gap"], "gaps"))
        names = [one.name for one in found]
        assert names[0] == "as_of"
        assert names.index("obligation_dues") < names.index("obligation_state")
        assert names[-1] == "obligation_gap"
        assert "cases" not in names
        (day,) = (one.rows for one in found if isinstance(one, Table))
        assert [tuple(row) for row in day] == [("2021-06-30",)]
        tables = {table.name for table in tables_read(conn, ["SELECT 1 FROM obligation_gap"])}
        assert {"delegation", "period", "workday", "proof"} <= tables
        assert not tables & {"as_of", "finding", "case_record"}
