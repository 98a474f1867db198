"""What the office's file holds, and what is left of it for a department or a zone."""

from __future__ import annotations

import io
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from registry.audit.engine import run_audit
from registry.audit.filters import Filters
from registry.audit.record import store_audit
from registry.audit.rule import load_rules
from registry.authority.answer_table import COLUMNS
from registry.errors import RegistryError
from registry.internal.application import make_internal
from registry.internal.audience import Audience
from registry.internal.projection import derive, internal_projection
from registry.internal.selection import CONCERNS
from registry.site.errors import SiteError
from registry.site.published import is_published
from registry.store.bodies import AmbiguousBodies
from registry.store.connection import INTERNAL_ID, connect
from tests.internal.conftest import DAYS, ETDZ, SLJ, audit, publish_office, rows, rules_of
from tests.publications import publish

COUNTED = "SELECT count(*) FROM "
OWED = "instr(';' || owed_by || ';', ';' || ? || ';') > 0"


def gather(file: Path, as_of: str | None = None) -> str:
    return internal_projection(file, rules_of(file), as_of, lambda _done, _of: None)[0]


@pytest.fixture
def copy(audited: Path, tmp_path: Path) -> Path:
    path = Path(shutil.copyfile(audited, tmp_path / "registry.db"))
    path.chmod(0o644)
    return path


# ---- the office's file ----


def test_findings_are_those_of_the_latest_audit(audited: Path, office: Path) -> None:
    columns = "fingerprint, code, severity, status, owed_by, due_on, message_zh, waived, provenance"
    theirs = rows(audited, f"SELECT {columns} FROM findings WHERE run = 2 ORDER BY 1")
    assert rows(office, f"SELECT {columns} FROM findings ORDER BY 1") == theirs
    assert len(theirs) > 500
    assert rows(office, "SELECT kind, id, run FROM audience") == [("office", None, 2)]
    assert rows(office, "SELECT date FROM as_of") == [(DAYS[1],)]


@pytest.mark.usefixtures("without_documents")
def test_what_zones_may_do_is_told_as_to_the_public(
    audited: Path, office: Path, tmp_path: Path
) -> None:
    public = publish(audited, tmp_path / "public.db", as_of=DAYS[1], demo=True).path
    derive(office, ETDZ, tmp_path / "zone.db")
    for table, columns in (
        ("delegations", ", ".join(COLUMNS)),
        ("answers", "answer_zh, answer_en"),
    ):
        sql = f"SELECT {columns} FROM {table} ORDER BY rowid"
        told = rows(public, sql)
        assert len(told) > 3000
        assert rows(office, sql) == rows(tmp_path / "zone.db", sql) == told


def test_every_finding_has_its_history_and_its_first_day(audited: Path, office: Path) -> None:
    assert rows(office, f"{COUNTED} finding_history") == rows(audited, f"{COUNTED} finding")
    first = dict(rows(office, "SELECT first_seen, count(*) FROM findings GROUP BY 1"))
    old = rows(
        audited,
        f"{COUNTED} finding AS f WHERE run = 2 AND EXISTS"
        " (SELECT 1 FROM finding AS g WHERE g.run = 1 AND g.fingerprint = f.fingerprint)",
    )
    assert first[DAYS[0]] == old[0][0]
    assert set(first) == set(DAYS)


@pytest.mark.usefixtures("without_documents")
def test_what_was_gone_for_one_audit_is_new_again(copy: Path, tmp_path: Path) -> None:
    with closing(connect(copy)) as conn:
        (lost,) = conn.execute(
            "SELECT fingerprint FROM finding WHERE run = 2 AND fingerprint IN"
            " (SELECT fingerprint FROM finding WHERE run = 1) ORDER BY 1 LIMIT 1"
        ).fetchone()
        conn.execute("DELETE FROM finding WHERE run = 2 AND fingerprint = ?", (lost,))
    audit(copy, "2021-07-02")
    office = publish_office(copy, tmp_path / "office.db")
    seen = "SELECT first_seen FROM findings WHERE fingerprint = ?"
    assert rows(office, seen, lost) == [("2021-07-02",)]
    assert rows(office, "SELECT min(first_seen) FROM findings") == [(DAYS[0],)]


@pytest.mark.usefixtures("without_documents")
def test_an_audit_of_a_part_is_no_audit_of_everything(copy: Path) -> None:
    with closing(connect(copy)) as conn:
        found = run_audit(conn, load_rules(), "2021-07-02", Filters(zone="etdz"))
    with closing(connect(copy)) as conn:
        store_audit(conn, found, datetime(2021, 7, 2))
    assert gather(copy) == DAYS[1]


@pytest.mark.usefixtures("without_documents")
def test_the_day_is_the_audits(audited: Path) -> None:
    assert gather(audited, DAYS[0]) == DAYS[0]
    with pytest.raises(RegistryError, match="no audit of everything is stored for 2021-06-01"):
        gather(audited, "2021-06-01")


def test_no_audit_no_file(built: Path) -> None:
    with pytest.raises(RegistryError, match="registry audit"):
        gather(built)


def test_data_that_changed_since_the_audit_is_audited_first(copy: Path) -> None:
    with closing(connect(copy)) as conn:
        conn.execute("UPDATE meta SET value = 'other' WHERE key = 'data_digest'")
    with pytest.raises(RegistryError, match="run 2"):
        gather(copy)


@pytest.mark.usefixtures("without_documents")
def test_data_that_changes_meanwhile_is_noticed(copy: Path, tmp_path: Path) -> None:
    from registry.site.projection import publish

    day, projection = internal_projection(copy, rules_of(copy), None, lambda _done, _of: None)
    with closing(connect(copy)) as conn:
        conn.execute("UPDATE meta SET value = 'other' WHERE key = 'data_digest'")
    target = tmp_path / "office.db"
    with pytest.raises(RegistryError, match="changed"):
        publish(copy, target, as_of=day, demo=True, projection=projection)
    assert [p.name for p in tmp_path.iterdir()] == ["registry.db"]


def test_a_rule_that_nobody_knows_is_refused(audited: Path) -> None:
    known = [rule for rule in rules_of(audited) if rule.code != "AGR001"]
    with pytest.raises(RegistryError, match="--rules"):
        internal_projection(audited, known, None, lambda _done, _of: None)


def test_obligations_stand_as_in_the_working_file(audited: Path, office: Path) -> None:
    assert rows(office, f"{COUNTED} obligations") == rows(audited, f"{COUNTED} obligation_status")
    counted = "SELECT status, count(*) FROM {} GROUP BY 1 ORDER BY 1"
    # The built file stands on the day of the second audit.
    assert rows(office, counted.format("obligations")) == rows(
        audited, counted.format("obligation_status")
    )


def test_progress_is_that_of_the_command(audited: Path, office: Path) -> None:
    from registry.audit.progress import progress

    with closing(connect(audited)) as conn:
        found = progress(conn, DAYS[1])
    sql = "SELECT applicable, met, overdue FROM progress WHERE kind = ? AND id = ?"
    overall = found.overall
    assert rows(office, sql, "overall", "") == [(overall.applicable, overall.met, overall.overdue)]
    for kind, standings in found.groups:
        for one in standings:
            counts = one.counts
            assert rows(office, sql, kind, one.id) == [
                (counts.applicable, counts.met, counts.overdue)
            ]


def test_every_body_has_its_workbook_and_who_owes_a_letter(office: Path) -> None:
    downloads = rows(office, "SELECT body, kind, name, content FROM downloads")
    bodies = rows(office, "SELECT id FROM departments UNION ALL SELECT id FROM zones")
    assert {body for body, kind, *_rest in downloads if kind == "workbook"} == {
        b for (b,) in bodies
    }
    owing = rows(
        office,
        "SELECT DISTINCT body FROM finding_bodies JOIN findings USING (fingerprint)"
        " WHERE status = 'alarm' AND NOT waived AND body <> 'office'",
    )
    assert {body for body, kind, *_rest in downloads if kind == "letter"} == {b for (b,) in owing}
    by_name = {(body, kind): (name, content) for body, kind, name, content in downloads}
    name, content = by_name["slj", "workbook"]
    assert name.endswith(".xlsx")
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    name, content = by_name["slj", "letter"]
    assert name.startswith(("督办单-市水利局", "工作提示函-市水利局"))
    assert any("市水利局" in p.text for p in Document(io.BytesIO(content)).paragraphs)


def test_nothing_private_is_in_it(office: Path) -> None:
    names = rows(office, "SELECT name FROM sqlite_master WHERE type = 'table'")
    columns = {
        column
        for (table,) in names
        for (column,) in rows(office, "SELECT name FROM pragma_table_info(?)", table)
    }
    assert not columns & {"our_note", "reason", "contact", "granted_by", "note"}
    assert not rows(office, "SELECT 1 FROM sqlite_master WHERE name LIKE '%waiver%'")


def test_the_public_never_gets_it(office: Path) -> None:
    assert is_published(office, INTERNAL_ID)
    assert not is_published(office)


# ---- the files of departments and zones ----


@pytest.mark.parametrize(("fixture", "audience"), [("slj", SLJ), ("etdz", ETDZ)])
def test_a_body_keeps_what_concerns_it_and_nothing_else(
    request: pytest.FixtureRequest, office: Path, fixture: str, audience: object
) -> None:
    file: Path = request.getfixturevalue(fixture)
    body, kind = fixture, "department" if fixture == "slj" else "zone"
    concerns = f"({OWED} OR {kind} IS ?)"
    for table in ("findings", "finding_history"):
        both = "fingerprint, run"
        mine = rows(
            office, f"SELECT {both} FROM {table} WHERE {concerns} ORDER BY {both}", body, body
        )
        assert rows(file, f"SELECT {both} FROM {table} ORDER BY {both}") == mine
        assert 0 < len(mine) < rows(office, f"{COUNTED} {table}")[0][0]
    assert rows(file, "SELECT DISTINCT kind, id FROM progress") == [(kind, body)]
    assert {b for (b,) in rows(file, "SELECT body FROM downloads")} == {body}
    assert rows(file, "SELECT kind, id FROM audience") == [(kind, body)]
    parties = {"department": "department", "zone": "zone"}[kind]
    for table in ("agreement_terms", "guidance_requests"):
        assert rows(file, f"SELECT DISTINCT {parties} FROM {table}") == [(body,)]
    if kind == "zone":
        assert rows(file, "SELECT DISTINCT zone FROM obligations") == [("etdz",)]
    else:
        departments = rows(file, "SELECT DISTINCT department FROM obligations")
        assert all("市水利局" in name.split("、") for (name,) in departments)


@pytest.mark.parametrize(
    "audience",
    [
        Audience("department", "etdz"),
        Audience("zone", "slj"),
        Audience("department", "office"),
        Audience("zone", "office"),
        Audience("department", "nowhere"),
        Audience("zone", ""),
    ],
)
def test_an_id_of_another_kind_is_nobody_s(
    office: Path, tmp_path: Path, audience: Audience
) -> None:
    """As of a user who was let in for a body that the registry has not, or not of that kind."""
    target = tmp_path / "v.db"
    derive(office, audience, target)
    for table in CONCERNS["zone"]:
        if table != "ledger_states":
            assert rows(target, f"SELECT count(*) FROM {table}") == [(0,)], table
    shared = rows(office, "SELECT count(*) FROM ledger_states WHERE body = ''")
    assert rows(target, "SELECT count(*) FROM ledger_states") == shared


@pytest.mark.parametrize("id_", ["etdz", "office"])
def test_a_file_in_which_an_id_stands_for_two_is_not_opened(
    office: Path, tmp_path: Path, metadata: dict[str, Any], id_: str
) -> None:
    """Published by a version that took such ids."""
    file = Path(shutil.copyfile(office, tmp_path / "office.db"))
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("UPDATE departments SET id = ? WHERE id = 'slj'", (id_,))
    with pytest.raises(AmbiguousBodies, match=id_):
        derive(file, Audience("department", id_), tmp_path / "v.db")
    assert not (tmp_path / "v.db").exists()
    with pytest.raises(SiteError, match=f"more than one body.*{id_}"):
        make_internal(file, metadata)


def test_a_registry_in_which_an_id_stands_for_two_is_not_published(copy: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("UPDATE department SET id = 'etdz' WHERE id = 'slj'")
    with pytest.raises(AmbiguousBodies, match="etdz"):
        internal_projection(copy, rules_of(copy), None, lambda _done, _of: None)


def test_counts_tell_nothing_of_what_is_gone(slj: Path) -> None:
    runs = rows(slj, "SELECT run, examined, alarms, manual FROM runs")
    assert [(run, examined) for run, examined, *_counts in runs] == [(1, None), (2, None)]
    for run, _examined, alarms, manual in runs:
        sql = f"{COUNTED} finding_history WHERE run = ? AND status = ?"
        assert rows(slj, sql, run, "alarm") == [(alarms,)]
        assert rows(slj, sql, run, "manual") == [(manual,)]
    assert rows(slj, f"{COUNTED} rules WHERE ok IS NOT NULL OR alarm IS NOT NULL") == [(0,)]


def test_what_is_gone_has_left_no_bytes(office: Path, slj: Path) -> None:
    others = rows(
        office,
        "SELECT message_zh, fingerprint FROM findings"
        " WHERE fingerprint NOT IN (SELECT fingerprint FROM finding_history WHERE"
        " instr(';' || owed_by || ';', ';slj;') > 0 OR department IS 'slj')",
    )
    content = slj.read_bytes()
    assert len(others) > 100
    for text in {text for row in others for text in row}:
        assert text.encode() not in content


def test_deriving_leaves_nothing_behind(office: Path, tmp_path: Path) -> None:
    derive(office, SLJ, tmp_path / "slj.db")
    assert [p.name for p in tmp_path.iterdir()] == ["slj.db"]
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(office.read_bytes()[:5000])
    with pytest.raises(sqlite3.DatabaseError):
        derive(damaged, SLJ, tmp_path / "other.db")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["damaged.db", "slj.db"]
