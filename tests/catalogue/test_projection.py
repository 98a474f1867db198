"""The public file holds what the public may see, and no trace of anything else."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry.authority.answer_table import COLUMNS
from registry.model.vocabulary import PROVENANCES
from registry.site import projection
from registry.site.errors import SiteError
from registry.site.projection import Publication
from registry.store.build import build
from registry.store.connection import PUBLISHED_ID, StoreError
from tests.conftest import first_instrument
from tests.publications import AS_OF, publish, query

if TYPE_CHECKING:
    from tests.conftest import SmallRoot

TABLES = {
    *("as_of", "log_head", "instrument", "clauses", "duties", "workdays", "annexes", "zones"),
    "departments",
    *("items", "agreements", "delegations", "answers", "deliverables"),
    *("services", "zone_contacts", "changes", "english_names"),
}
PUBLIC_ONLY = {"no", "agreement_provenance", *COLUMNS}
OFFICIAL = {"provenance": "official", "source": "公报"}


def tables(file: Path) -> set[str]:
    rows = query(file, "SELECT name FROM pragma_table_list WHERE schema='main' AND type='table'")
    return {name for (name,) in rows} - {"sqlite_schema"}


def columns(file: Path, table: str) -> list[str]:
    return [name for (name,) in query(file, "SELECT name FROM pragma_table_info(?)", table)]


def publish_small(root: SmallRoot, as_of: str = AS_OF, *, demo: bool = False) -> Publication:
    """Build the small root and publish it."""
    return publish(root.build().path, root.path.parent / "public.db", as_of=as_of, demo=demo)


def statuses(file: Path) -> dict[str, tuple[Any, ...]]:
    rows = query(file, "SELECT id, agreement_status, agreement, exercisable_from FROM delegations")
    return {row[0]: row[1:] for row in rows}


def test_it_holds_these_tables_and_no_view(published: Path) -> None:
    assert tables(published) == TABLES
    assert query(published, "SELECT 1 FROM sqlite_master WHERE type IN ('view', 'trigger')") == []
    strict = query(published, "SELECT name FROM pragma_table_list WHERE strict AND schema='main'")
    assert {name for (name,) in strict} == TABLES


def test_every_row_says_where_it_is_from(published: Path, demo: Path) -> None:
    for file in (published, demo):
        for table in TABLES - {"as_of", "log_head", "english_names"}:
            assert {"provenance", "source"} <= set(columns(file, table)), table


def test_no_column_is_internal(published: Path) -> None:
    internal = {"our_note", "note", "document", "sha256", "name_key", "status", "due_on", "path"}
    for table in TABLES:
        # A deadline of the notice is public, whether someone kept it is not.
        public = {"duties": {"due_on"}, "log_head": {"sha256"}}.get(table, set())
        assert internal & set(columns(published, table)) == public, table


def test_no_internal_text_is_anywhere_in_the_file(built: Path, demo: Path) -> None:
    content = demo.read_bytes()
    for table, column in (
        *(("agreement", "document"), ("deliverable", "document"), ("deliverable", "sha256")),
        *(("deliverable", "note"), ("guidance_request", "text"), ("source_file", "path")),
        *(("source_file", "sha256"), ("meta", "value"), ("department_alias", "alias")),
    ):
        for (value,) in query(built, f"SELECT DISTINCT {column} FROM {table}"):
            if value and not query(demo, "SELECT 1 FROM departments WHERE instr(name, ?)", value):
                assert value.encode() not in content, value


def test_columns_mean_what_they_mean_in_the_working_file(built: Path, demo: Path) -> None:
    for table in ("items", "delegations"):
        common = [c for c in columns(demo, table) if c not in PUBLIC_ONLY | {"agreement_status"}]
        assert set(common) <= set(columns(built, table))
        sql = f"SELECT {', '.join(common)} FROM {table} ORDER BY id"
        assert query(demo, sql) == query(built, sql)


def test_numbers_stand_in_the_official_order_and_are_the_rowids(demo: Path) -> None:
    assert query(demo, "SELECT id FROM items ORDER BY no LIMIT 2") == [("1-01",), ("1-02",)]
    assert query(demo, "SELECT max(no), count(*) FROM items") == [(1847, 1847)]
    assert query(demo, "SELECT max(no), count(*) FROM delegations") == [(3694, 3694)]
    for table in ("items", "delegations"):
        assert query(demo, f"SELECT 1 FROM {table} WHERE no <> rowid") == []


def test_numbers_outlive_a_vacuum(demo: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copyfile(demo, tmp_path / "copy.db"))
    conn = sqlite3.connect(copy, isolation_level=None)
    conn.execute("DELETE FROM delegations WHERE item = '1-01'")
    conn.execute("DELETE FROM items WHERE id = '1-01'")
    before = conn.execute("SELECT id, no FROM items").fetchall()
    conn.execute("VACUUM")
    assert conn.execute("SELECT id, no FROM items").fetchall() == before
    conn.close()


def test_the_file_is_sound_and_says_what_it_is(demo: Path) -> None:
    assert query(demo, "PRAGMA application_id") == [(PUBLISHED_ID,)]
    assert query(demo, "PRAGMA journal_mode") == [("delete",)]
    assert query(demo, "PRAGMA integrity_check") == [("ok",)]
    assert query(demo, "PRAGMA foreign_key_check") == []
    assert query(demo, "SELECT date FROM as_of") == [(AS_OF,)]


def test_the_same_data_gives_the_same_bytes(built: Path, demo: Path, tmp_path: Path) -> None:
    again = publish(built, tmp_path / "again.db", as_of=AS_OF, demo=True).path
    assert again.read_bytes() == demo.read_bytes()


def without_log_head(file: Path, folder: Path) -> bytes:
    """The file without what the log was: every log is its own."""
    copy, bare = folder / "copy.db", folder / "without.db"
    shutil.copyfile(file, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
        conn.execute("DELETE FROM log_head")
        conn.execute("VACUUM INTO ?", (str(bare),))
    content = bare.read_bytes()
    bare.unlink()
    return content


def test_without_demo_it_is_as_if_demonstration_rows_had_never_been(
    published: Path, tmp_path: Path
) -> None:
    clean = tmp_path / "clean.db"
    build(clean, first_instrument(), accepted=PROVENANCES[:2], now=datetime(2021, 6, 30, 9))
    bare = publish(clean, tmp_path / "bare.db", as_of=AS_OF, demo=False).path
    assert without_log_head(published, tmp_path) == without_log_head(bare, tmp_path)
    assert "示例".encode() not in published.read_bytes()
    assert query(published, "SELECT count(*) FROM agreements") == [(0,)]
    assert query(
        published,
        "SELECT agreement_status, agreement, agreement_provenance, exercisable_from, count(*)"
        " FROM delegations WHERE entrusts = 1 GROUP BY 1, 2, 3, 4",
    ) == [("未签订", None, None, None, 28)]


def test_with_demo_what_rests_on_a_demonstration_agreement_says_so(demo: Path) -> None:
    assert query(
        demo,
        "SELECT DISTINCT agreement_provenance FROM delegations WHERE agreement IS NOT NULL",
    ) == [("demonstration",)]


def test_the_public_sees_four_statuses(small_root: SmallRoot) -> None:
    agreement = small_root.agreement
    small_root.ledger["agreements"] = [
        agreement("1号", clauses="依据", **OFFICIAL),  # 要件不全
        agreement("2号", covers="1-02", signed_on="2021-06-20", **OFFICIAL),  # 逾期签订
        agreement("3号", zone="west", expires_on="2021-06-01", **OFFICIAL),  # 已届满
    ]
    file = publish_small(small_root).path
    assert statuses(file) == {
        "1-01-east": ("已签订", "1号", "2021-05-10"),
        "1-01-west": ("已届满", "3号", "2021-05-10"),
        "1-02-east": ("已签订", "2号", "2021-06-20"),
        "1-02-west": ("未签订", None, None),
        **{
            f"{item}-{zone}": ("不适用", None, date)
            for zone in ("east", "west")
            for item, date in (
                *(("1-03", "2021-04-15"), ("1-04", "2021-04-15"), ("2-01", "2021-04-15")),
                *(("2-02", "2021-04-15"), ("2-03", "2021-04-15"), ("3-01", None), ("3-02", None)),
            )
        },
    }


def test_a_later_demonstration_agreement_does_not_hide_the_official_one(
    small_root: SmallRoot,
) -> None:
    small_root.ledger["agreements"] = [
        small_root.agreement("正式1号", expires_on="2021-06-01", **OFFICIAL),
        small_root.agreement("示例2号", signed_on="2021-05-20"),
    ]
    assert statuses(publish_small(small_root).path)["1-01-east"] == (
        *("已届满", "正式1号", "2021-05-10"),
    )
    assert statuses(publish_small(small_root, demo=True).path)["1-01-east"] == (
        *("已签订", "示例2号", "2021-05-10"),  # since when, without a gap
    )


def test_a_demonstration_item_leaves_no_trace_in_what_covers_it(small_root: SmallRoot) -> None:
    small_root.annexes[1][1].update(provenance="demonstration", source="演示")
    small_root.ledger["agreements"] = [small_root.agreement(covers="1-01;1-02", **OFFICIAL)]
    small_root.ledger["deliverables"] = [
        small_root.deliverable("powers-list", covers="1-02;1-03", **OFFICIAL),
        small_root.deliverable("powers-list", covers="1-02", **OFFICIAL),
    ]
    file = publish_small(small_root).path
    assert query(file, "SELECT covers, items FROM agreements") == [("1-01", 1)]
    assert query(file, "SELECT covers, items FROM deliverables") == [("1-03", 1)]
    assert query(file, "SELECT items FROM annexes WHERE annex = 1") == [(3,)]
    assert b"1-02" not in file.read_bytes()


def test_what_is_dated_after_the_day_is_not_there_yet(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [small_root.agreement(**OFFICIAL)]
    small_root.ledger["deliverables"] = [small_root.deliverable("powers-list", **OFFICIAL)]
    before = publish_small(small_root, "2021-05-09")
    assert before.rows["agreements"] == before.rows["deliverables"] == 0
    assert statuses(before.path)["1-01-east"] == ("未签订", None, None)
    assert {(e.table, str(e)) for e in before.left_out} == {
        ("agreement", "dated after the day"),
        ("deliverable", "dated after the day"),
    }
    on_the_day = publish_small(small_root, "2021-05-10")
    assert statuses(on_the_day.path)["1-01-east"][0] == "已签订"


def test_only_agreements_that_confer_something_are_public(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [
        small_root.agreement("错1号", department="市乙局", **OFFICIAL),
        small_root.agreement("错2号", department="西区管委会", **OFFICIAL),
        small_root.agreement("错3号", department="市乙局", covers="1-03", **OFFICIAL),
        small_root.agreement("对1号", covers="1-01;1-03", **OFFICIAL),
    ]
    publication = publish_small(small_root)
    assert query(publication.path, "SELECT number, department, zone, covers FROM agreements") == [
        ("对1号", "jia", "east", "1-01")
    ]
    assert [(e.table, e.rows, str(e)) for e in publication.left_out] == [
        ("agreement", 3, "no delegation rests on them")
    ]


def test_only_publications_among_the_deliverables_are_public(small_root: SmallRoot) -> None:
    small_root.ledger["deliverables"] = [
        small_root.deliverable("handbook", **OFFICIAL),
        small_root.deliverable("powers-list", url="file:///内网/清单.pdf", **OFFICIAL),
        small_root.deliverable("powers-list-removal", zone="", covers="annex:3", **OFFICIAL),
        small_root.deliverable("powers-list", covers="2-01", url="https://a.invalid/", **OFFICIAL),
    ]
    publication = publish_small(small_root)
    sql = "SELECT id, duty, zone, covers, items, url FROM deliverables ORDER BY id"
    assert query(publication.path, sql) == [
        (1, "powers-list", "east", "1-01", 1, None),
        (2, "powers-list-removal", None, "annex:3", 2, None),
        (3, "powers-list", "east", "2-01", 1, "https://a.invalid/"),
    ]
    assert [(e.table, e.rows, str(e)) for e in publication.left_out] == [
        ("deliverable", 1, "never published")
    ]


def test_publishing_changes_nothing_in_the_working_file(small_root: SmallRoot) -> None:
    working = small_root.build().path
    before = working.read_bytes()
    publish(working, working.with_name("public.db"), as_of="2022-01-01", demo=True)
    assert working.read_bytes() == before


def test_what_was_left_out_is_told(built: Path, tmp_path: Path) -> None:
    publication = publish(built, tmp_path / "p.db", as_of=AS_OF, demo=False)
    assert set(publication.rows) == TABLES
    assert publication.rows["delegations"] == 3694
    told = {(e.table, str(e)): e.rows for e in publication.left_out}
    assert told["agreement", "demonstration rows; --demo takes them in"] == 18
    assert told["guidance_request", "never published"] == 12


# ---- where it may be written ----


def test_it_is_not_written_over_the_working_file(small_root: SmallRoot) -> None:
    working = small_root.build().path
    before = working.read_bytes()
    link = working.with_name("link.db")
    link.symlink_to(working)
    for target in (working, link):
        with pytest.raises(SiteError, match="working file"):
            publish(working, target, as_of=AS_OF, demo=False)
    assert working.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"important", b"SQLite format 3\0" + bytes(84)])
def test_it_is_not_written_over_anything_else(built: Path, tmp_path: Path, content: bytes) -> None:
    target = tmp_path / "mine.db"
    target.write_bytes(content)
    with pytest.raises(SiteError, match="not a published file"):
        publish(built, target, as_of=AS_OF, demo=False)
    assert target.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == ["mine.db"]


def test_it_is_not_written_over_another_working_file(built: Path, built_copy: Path) -> None:
    with pytest.raises(SiteError, match="not a published file"):
        publish(built, built_copy, as_of=AS_OF, demo=False)


def test_a_missing_folder_is_named(built: Path, tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="no folder"):
        publish(built, tmp_path / "nowhere" / "p.db", as_of=AS_OF, demo=False)


def test_a_missing_working_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        publish(tmp_path / "nothing.db", tmp_path / "p.db", as_of=AS_OF, demo=False)
    assert list(tmp_path.iterdir()) == []


def test_an_older_public_file_is_replaced_with_its_leftovers(
    small_root: SmallRoot, tmp_path: Path
) -> None:
    working = small_root.build().path
    target = tmp_path / "p.db"
    publish(working, target, as_of="2021-05-01", demo=False)
    (tmp_path / "p.db-journal").write_bytes(b"of the old file")
    killed = tmp_path / "p.db.0a1b2c3d.publishing"
    killed.write_bytes(b"half a file")
    Path(f"{killed}.vacuumed").write_bytes(b"half a file")
    publish(working, target, as_of="2021-05-02", demo=False)
    assert query(target, "SELECT date FROM as_of") == [("2021-05-02",)]
    assert [p.name for p in tmp_path.glob("p.db*")] == ["p.db"]


def test_a_run_that_lives_keeps_its_file(small_root: SmallRoot, tmp_path: Path) -> None:
    living = tmp_path / "p.db.0a1b2c3d.publishing"
    conn = sqlite3.connect(living, isolation_level=None)
    conn.execute("BEGIN EXCLUSIVE")
    publish(small_root.build().path, tmp_path / "p.db", as_of=AS_OF, demo=False)
    assert living.exists()
    conn.close()


def test_a_file_that_fails_its_checks_does_not_replace_the_old_one(
    small_root: SmallRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = small_root.build().path
    target = publish(working, tmp_path / "p.db", as_of=AS_OF, demo=False).path
    before = target.read_bytes()
    monkeypatch.setattr(projection, "is_published", lambda path, _kind: path == target)
    with pytest.raises(SiteError, match="does not pass its checks"):
        publish(working, target, as_of="2021-07-01", demo=False)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.glob("p.db*")] == ["p.db"]
