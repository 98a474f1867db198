"""Instruments that come into a registry that lives: added, or brought up to date, or refused."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.intake.dataset import open_instrument_folder
from registry.intake.problems import InputError
from registry.model.vocabulary import PROVENANCES
from registry.store.connection import connect
from registry.store.instrument_changes import InstrumentChanges
from registry.store.instrument_load import OF_A_DUTY, STATED, load_instrument
from registry.store.schema import MIGRATIONS, migrations
from tests import conftest
from tests.conftest import DATA, FIRST, examples
from tests.foreign_city import ID, foreign_instrument, foreign_items, write_foreign_city

if TYPE_CHECKING:
    from tests.conftest import SmallRoot

NOW = "2021-07-01T09:00:00"


class Living:
    """The small instrument in a registry, with papers and an audit; its files are then changed.

    It is built once, and copied beside the files.
    """

    _built: ClassVar[bytes] = b""

    def __init__(self, root: SmallRoot) -> None:
        self.root = root
        root.ledger["agreements"] = [root.agreement()]
        root.ledger["deliverables"] = [root.deliverable(), root.deliverable(zone="west")]
        root.ledger["guidance"] = [
            {"zone": "east", "department": "甲局", "kind": "业务培训", "raised_on": "2021-05-06"}
        ]
        path = root.path.parent / "small.db"
        if Living._built:
            root.write()
            path.write_bytes(Living._built)
        else:
            Living._built = root.build(db=path).path.read_bytes()
        self.conn = connect(path)
        self.conn.execute(
            "INSERT INTO run VALUES (1, '2021-06-30', '', 'test-1', '', '', '', 2, NULL)"
        )

    def load(self, *, dry_run: bool = False) -> InstrumentChanges:
        self.root.write()
        folder = open_instrument_folder(self.root.folder)
        return load_instrument(self.conn, folder, accepted=PROVENANCES, now=NOW, dry_run=dry_run)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.conn.execute(sql).fetchall()

    def dump(self) -> list[str]:
        return list(self.conn.iterdump())

    def refused(self) -> list[str]:
        """Load, which has to be refused and to leave everything as it was; what is wrong."""
        before = self.dump()
        with pytest.raises(InputError) as caught:
            self.load()
        assert self.dump() == before
        assert all(problem.remedy for problem in caught.value.problems)
        return [problem.what for problem in caught.value.problems]


@pytest.fixture
def living(small_root: SmallRoot) -> Iterator[Living]:
    found = Living(small_root)
    yield found
    found.conn.close()


def said(changes: InstrumentChanges) -> list[tuple[str, str, str]]:
    return [(row.table, row.key, row.what) for row in changes.rows]


def entry(living: Living, part: str, id: str) -> dict[str, Any]:
    """Give an entry of a list of the instrument, to be changed."""
    found: dict[str, Any] = next(
        e for e in living.root.instrument[part] if id in (e.get("id"), e.get("name"))
    )
    return found


def test_the_same_changes_nothing(living: Living) -> None:
    before = living.dump()
    changes = living.load()
    assert (said(changes), changes.is_new, changes.ledger_left_out) == ([], False, True)
    assert living.dump() == before


def test_an_instrument_is_added(living: Living, tmp_path: Path) -> None:
    write_foreign_city(tmp_path / "data")
    folder = open_instrument_folder(tmp_path / "data" / ID)
    before = living.ask("SELECT * FROM obligation_status WHERE instrument = 'test-1'")
    changes = load_instrument(living.conn, folder, accepted=PROVENANCES, now=NOW)
    assert changes.is_new
    assert changes.counts == {
        **{"clause": 10, "mode": 4, "instrument_zone": 1, "duty": 5, "item": 89}
    }
    assert living.ask(f"SELECT count(*) FROM items WHERE instrument = '{ID}'") == [(89,)]
    assert living.ask("SELECT * FROM obligation_status WHERE instrument = 'test-1'") == before
    assert living.ask("SELECT count(*) FROM run") == [(1,)]
    assert living.ask("SELECT kind, count(*) FROM source_file GROUP BY kind") == [
        ("built", 8),
        ("instrument", 3),
    ]
    again = load_instrument(living.conn, folder, accepted=PROVENANCES, now=NOW)
    assert (again.is_new, again.rows) == (False, [])


def test_an_added_instrument_is_as_one_that_was_built(
    living: Living, tmp_path: Path, small_root: SmallRoot
) -> None:
    write_foreign_city(small_root.path)
    folder = open_instrument_folder(small_root.path / ID)
    load_instrument(living.conn, folder, accepted=PROVENANCES, now=NOW)
    built = small_root.open(db=tmp_path / "both.db")
    for view in ("items", "delegations", "obligations", "annexes", "duty_deadlines"):
        columns = [row[1] for row in living.ask(f"PRAGMA table_info({view})")]
        named = ", ".join(column for column in columns if not column.endswith("_no"))
        sql = f"SELECT {named} FROM {view} WHERE instrument = '{ID}'"
        assert sorted(living.ask(sql), key=str) == sorted(built.execute(sql), key=str), view


def test_a_dry_run_says_the_same_and_changes_nothing(living: Living) -> None:
    entry(living, "clauses", "C10")["text"] = "新的要求"
    entry(living, "duties", "handbook")["amount"] = 20
    living.root.annexes[2].append(living.root.item(2, 4, department="市丙局", mode="原直接实施"))
    before = living.dump()
    dry = living.load(dry_run=True)
    assert living.dump() == before
    assert (
        said(dry)
        == said(living.load())
        == [
            ("clause", "C10", "changed"),
            ("duty", "handbook", "changed"),
            ("item", "2-04", "added"),
        ]
    )
    assert living.dump() != before


def test_facts_change_and_deadlines_with_them(living: Living) -> None:
    living.root.instrument.update(title="更正后的标题", issued_on="2021-04-20")
    changes = living.load()
    facts = changes.rows[0]
    assert (facts.table, [field for field, _old, _new in facts.fields]) == (
        "instrument",
        ["title", "issued_on"],
    )
    assert living.ask("SELECT DISTINCT due_on FROM duty_deadlines") == [("2021-06-02",)]
    assert living.ask("SELECT DISTINCT valid_from FROM delegations WHERE annex = 1") == [
        ("2021-04-20",)
    ]


def test_a_changed_duty_keeps_its_papers(living: Living) -> None:
    duty = entry(living, "duties", "handbook")
    duty.update(amount=10, name={"zh": "手册", "en": "manual"}, owed_by=["zone"])
    changes = living.load()
    (row,) = changes.rows
    assert ("amount", 30, 10) in row.fields
    assert row.parts == ("duty_owed_by", "duty_check")
    assert living.ask(
        "SELECT duty_name, status, met_on FROM obligation_status"
        " WHERE duty = 'handbook' AND item = '1-01' ORDER BY zone_no"
    ) == [("手册", "ok", "2021-05-20"), ("手册", "ok", "2021-05-20")]


def test_new_duty_mode_zone_clause_department_and_terms(living: Living) -> None:
    ins = living.root.instrument
    ins["clauses"].append(
        {"id": "二-1", "heading": "二", "text": "新", "summary": "New.", "checked": "rules"}
    )
    ins["duties"].append(
        {
            **{"id": "filing", "name": {"zh": "备案", "en": "filing"}, "modes": ["委托下放"]},
            **{"amount": 15, "basis": "reading", "owed_by": ["department"], "clauses": ["二-1"]},
        }
    )
    ins["zones"].append(
        {"id": "north", "name": "北区管委会", "short_name": "北区", "clause": "二-1"}
    )
    ins["departments"].append({"id": "ding", "name": "测试市丁局", "short_name": "市丁局"})
    ins["departments"][1]["aliases"] = ["乙局"]
    ins["agreement_terms"]["required"].append("权限")
    ins["superior_documents"] = []
    changes = living.load()
    assert set(said(changes)) >= {
        ("clause", "二-1", "added"),
        ("duty", "filing", "added"),
        ("instrument_zone", "北区", "added"),
        ("department", "ding", "added"),
        ("department_alias", "乙局", "added"),
        ("agreement_term", "权限", "added"),
        ("superior_document", "上级〔2020〕1号", "removed"),
        ("item", "1-01", "changed"),
    }
    assert living.ask(
        "SELECT status, due_on FROM obligation_status"
        " WHERE duty = 'filing' AND delegation = '1-01-north'"
    ) == [("alarm", "2021-05-08")]
    assert living.ask("SELECT count(*) FROM run") == [(1,)]


def test_items_change_and_what_was_before_is_kept(living: Living) -> None:
    first, second = living.root.annexes[1][0], living.root.annexes[1][1]
    first.update(
        name="改名的事项", department="市甲局；市乙局（联合）", scope="部分", remark="限甲类"
    )
    second["zones"] = "东区"
    changes = living.load()
    by_key = {row.key: row for row in changes.rows}
    assert set(by_key) == {"1-01", "1-02"}
    assert [field for field, _old, _new in by_key["1-01"].fields] == [
        *("name", "name_key", "scope", "remark")
    ]
    assert by_key["1-01"].parts == ("department",)
    assert by_key["1-02"].parts == ("delegation",)
    assert living.ask("SELECT name, department FROM items WHERE id = '1-01'") == [
        ("改名的事项", "市甲局、市乙局")
    ]
    assert living.ask("SELECT zone FROM delegations WHERE item = '1-02'") == [("east",)]
    assert living.ask("SELECT item, change, old_name, file FROM item_history ORDER BY item") == [
        ("1-01", "replaced", "事项1-1", "annex1.csv"),
        ("1-02", "replaced", "事项1-2", "annex1.csv"),
    ]
    assert living.ask("SELECT agreement_status FROM delegations WHERE id = '1-01-east'") == [
        ("已签订",)
    ]


def test_a_sub_item_finds_its_main_item_wherever_it_stands(living: Living) -> None:
    child = living.root.item(2, 4, department="市丙局", mode="原直接实施", parent="2-05")
    main = living.root.item(2, 5, department="市丙局", mode="原直接实施")
    living.root.annexes[2] += [child, main]
    living.load()
    assert living.ask("SELECT id, parent FROM items WHERE parent IS NOT NULL") == [("2-04", "2-05")]
    child["parent"] = "2-01"
    (row,) = living.load().rows
    assert (row.key, row.parts) == ("2-04", ("parent",))
    assert living.ask("SELECT id, parent FROM items WHERE parent IS NOT NULL") == [("2-04", "2-01")]


def drop(part: str, id: str) -> Callable[[Living], None]:
    """Take an entry out of a list of the instrument."""

    def change(living: Living) -> None:
        living.root.instrument[part].remove(entry(living, part, id))

    return change


def drop_kind(living: Living) -> None:
    living.root.instrument["guidance_kinds"] = []


def drop_item(living: Living) -> None:
    del living.root.annexes[1][2]


def drop_zone_of_item(living: Living) -> None:
    living.root.annexes[1][0]["zones"] = "西区"


def other_proof(living: Living) -> None:
    drop("duties", "agreement")(living)
    entry(living, "duties", "handbook")["proof"] = "agreement"


def drop_annex(living: Living) -> None:
    living.root.instrument["annexes"].pop()
    drop("modes", "不再实施")(living)
    drop("duties", "powers-list-removal")(living)
    del living.root.annexes[3]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (drop("duties", "handbook"), "duty handbook has 2 papers in the ledger, which would be"),
        (other_proof, "duty handbook has 2 papers in the ledger"),
        (drop_kind, "it no longer has 业务培训, of which the registry holds 1 rows"),
        (drop_item, "annex 1 lacks items of the registry: 1-03"),
        (drop_zone_of_item, "item 1-01 no longer names 东区, which has papers for it"),
        (drop("zones", "east"), "it no longer has 东区, of which the registry holds 3 rows"),
        (drop_annex, "it no longer has 3, of which the registry holds 2 rows"),
    ],
)
def test_what_would_be_lost_is_refused(
    living: Living, change: Callable[[Living], None], what: str
) -> None:
    change(living)
    assert any(found.startswith(what) for found in living.refused())


def test_what_nothing_hangs_on_is_taken_out(living: Living) -> None:
    drop("duties", "powers-list-removal")(living)
    assert said(living.load()) == [("duty", "powers-list-removal", "removed")]
    assert living.ask("SELECT count(*) FROM obligations WHERE duty = 'powers-list-removal'") == [
        (0,)
    ]


def test_a_body_of_another_name_is_refused(living: Living) -> None:
    entry(living, "zones", "east")["name"] = "东部新区管委会"
    (what,) = living.refused()
    assert what == "here it is east 东部新区管委会（东区）, and elsewhere east 东区管委会（东区）"


def test_an_annex_taken_from_a_list_stays(living: Living) -> None:
    living.conn.execute(
        "INSERT INTO annex_load (instrument, annex, loaded_at, file, sha256, provenance, source)"
        " VALUES (1, 1, ?, '附件1.xlsx', '', 'official', '')",
        (NOW,),
    )
    living.conn.execute(
        "INSERT INTO item_listing SELECT no, 1, '', name, NULL FROM item WHERE id = '1-01'"
    )
    living.root.annexes[1][0]["name"] = "另一名称"
    changes = living.load()
    assert (said(changes), changes.kept_annexes) == ([], [1])
    assert living.ask("SELECT name FROM items WHERE id = '1-01'") == [("事项1-1",)]


def test_every_table_of_an_instrument_is_compared_or_kept() -> None:
    """A table that a later migration adds is not forgotten."""
    kept = {
        *("duty", "item", "agreement", "guidance_request", "annex_load", "run", "finding"),
        *("deliverable", "proof", "effect", "period", "case_step"),
    }
    conn = sqlite3.connect(":memory:")
    migrations.apply(conn)
    tables = {
        table
        for (table,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for column in conn.execute(f"PRAGMA table_info({table})").fetchall()
        if column[1] in ("instrument", "duty")
    }
    conn.close()
    assert tables == {*kept, *STATED, *OF_A_DUTY}
    assert MIGRATIONS


def test_the_shipped_instruments_change_nothing_in_what_was_built_of_them(
    built_copy: Path, tmp_path: Path
) -> None:
    conn = connect(built_copy)
    changes = load_instrument(
        conn, open_instrument_folder(DATA / FIRST), accepted=PROVENANCES, now=NOW
    )
    assert changes.rows == []
    text = (DATA / FIRST / "instrument.yml").read_text(encoding="utf-8")
    folder = Path(shutil.copytree(DATA / FIRST, tmp_path / "changed"))
    (folder / "instrument.yml").write_text(
        re.sub("control_total: 29", "control_total: 30", text), encoding="utf-8"
    )
    changes = load_instrument(conn, open_instrument_folder(folder), accepted=PROVENANCES, now=NOW)
    assert said(changes) == [("annex", "1", "changed")]
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    conn.close()


def test_a_second_load_of_a_later_instrument_keeps_its_number(
    living: Living, tmp_path: Path
) -> None:
    """Bodies, duties and items of the first are not mixed up with those of the second."""
    write_foreign_city(tmp_path)
    folder = open_instrument_folder(tmp_path / ID)
    load_instrument(living.conn, folder, accepted=PROVENANCES, now=NOW)
    own = foreign_instrument()
    own["duties"][1]["amount"] = 31
    write_foreign_city(tmp_path, own)
    before = living.ask("SELECT * FROM obligation_status WHERE instrument = 'test-1'")
    changes = load_instrument(
        living.conn, open_instrument_folder(tmp_path / ID), accepted=PROVENANCES, now=NOW
    )
    assert said(changes) == [("duty", "staff-training", "changed")]
    assert living.ask("SELECT * FROM obligation_status WHERE instrument = 'test-1'") == before
    assert (
        len(foreign_items(1))
        == living.ask(f"SELECT count(*) FROM items WHERE instrument = '{ID}' AND annex = 1")[0][0]
    )


def longer(root: SmallRoot) -> None:
    root.instrument["duties"][2]["amount"] += 5


def fewer_modes(root: SmallRoot) -> None:
    root.instrument["duties"][3]["modes"] = ["原直接实施"]


def later_issue(root: SmallRoot) -> None:
    root.instrument["issued_on"] = "2021-04-22"


def renamed_clause(root: SmallRoot) -> None:
    """A clause gets another id, and everything that rests on it goes along."""
    root.instrument["clauses"][1]["id"] = "二-（2）"
    for part in ("annexes", "modes"):
        for stated in root.instrument[part]:
            if stated["clause"] == "C02":
                stated["clause"] = "二-（2）"


def other_mode(root: SmallRoot) -> None:
    root.instrument["modes"][2]["name"] = "委托代收"
    for duty in root.instrument["duties"]:
        duty["modes"] = [m if m != "委托收件" else "委托代收" for m in duty["modes"]]
    root.annexes[1][3]["mode"] = "委托代收"


def more_items(root: SmallRoot) -> None:
    root.annexes[2].append(root.item(2, 9, department="市丙局", mode="原直接实施", zones="东区"))


def fewer_delegates(root: SmallRoot) -> None:
    root.annexes[2][0]["zones"] = "西区"


def other_department(root: SmallRoot) -> None:
    root.annexes[1][2].update(department="市丙局（联合）；市乙局", initiation="依职权")


def by_case(root: SmallRoot) -> None:
    root.instrument["duties"][2].update(counted_from="case", event={"zh": "批复", "en": "approval"})


CHANGES = [
    *(longer, fewer_modes, later_issue, renamed_clause, other_mode, more_items),
    *(fewer_delegates, other_department, by_case),
]
COMPARED = ("items", "delegations", "obligation_status", "annexes", "duty_deadlines", "agreements")


def seen(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """What the views, and tables that none shows, say, but for numbers and the order of rows."""
    found = {}
    for view in (*COMPARED, "clause", "mode", "duty", "instrument"):
        columns = [row[1] for row in conn.execute(f"PRAGMA table_info({view})")]
        named = ", ".join(f'"{c}"' for c in columns if c != "no" and not c.endswith("_no"))
        found[view] = sorted(map(str, conn.execute(f"SELECT {named} FROM {view}")))
    return found


@settings(max_examples=examples(24), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.sampled_from(CHANGES), unique=True, max_size=5))
def test_brought_up_to_date_is_as_built_anew(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Callable[[SmallRoot], None]]
) -> None:
    path = tmp_path_factory.mktemp("anew")
    (path / "small").mkdir()
    root = conftest.SmallRoot(path / "small")
    living = Living(root)
    for change in changes:
        change(root)
    found = living.load()
    assert bool(found.rows) == bool(changes)
    anew = root.open(db=path / "anew.db")
    assert seen(living.conn) == seen(anew)
    assert living.load().rows == []
    root.close()
    living.conn.close()
