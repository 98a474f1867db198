"""Workbooks taken back: what was changed and no more, in any order, all or nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from registry import locale
from registry.intake.problems import InputError
from registry.model.vocabulary import PROVENANCES
from registry.store.build import RegistryNotEmpty, build
from tests.conftest import SmallRoot, examples, first_instrument
from tests.ledger_workbooks import (
    NOW,
    Filling,
    changed,
    inconsistencies,
    notes,
    rearrange,
    send,
    send_all,
    stored,
    take,
)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    locale.use("en")


@pytest.fixture(scope="session")
def zone_book(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the eastern zone of the demonstration. For reading only."""
    return send(built, "zone", "etdz", tmp_path_factory.mktemp("sent") / "etdz.xlsx")


LEDGER: dict[str, list[dict[str, Any]]] = {
    "agreements": [
        SmallRoot.agreement(),
        SmallRoot.agreement("示例2号", zone="west", covers="1-02;1-01"),
    ],
    "deliverables": [
        SmallRoot.deliverable(zone="", covers="1-01;1-02", document="手册.pdf"),
        SmallRoot.deliverable(done_on="2021-05-25", document="手册第二版.pdf"),
        SmallRoot.deliverable(
            "powers-list", covers="annex:1;annex:2", document="清单.pdf", done_on="2021-05-28"
        ),
        SmallRoot.deliverable("supervision-rules", done_on="2021-05-10", url="http://x.invalid/"),
    ],
    "guidance": [
        {"zone": "east", "department": office, "kind": "业务培训", "raised_on": day, "text": text}
        for office, day, text in (("jia", "2021-04-21", "需求一"), ("yi", "2021-04-22", "需求二"))
    ],
    "service": [
        {"item": "1-01", "zone": "east", "measure": "时限", "before": 20, "after": 10, "unit": "天"}
    ],
}


@pytest.fixture(scope="session")
def small_sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small registry and its workbooks. For reading only."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "root").mkdir()
    root = SmallRoot(folder / "root")
    root.ledger = LEDGER
    root.build(db=folder / "registry.db")
    for kind, body in (("zone", "east"), ("department", "jia")):
        send(folder / "registry.db", kind, body, folder / f"{body}.xlsx")  # type: ignore[arg-type]
    return folder


@pytest.fixture
def db(small_sent: Path, tmp_path: Path) -> Path:
    """The small registry, to be changed."""
    return Path(shutil.copyfile(small_sent / "registry.db", tmp_path / "small.db"))


@pytest.fixture
def east(small_sent: Path, tmp_path: Path) -> Path:
    """The eastern zone's workbook, to be filled in."""
    return Path(shutil.copyfile(small_sent / "east.xlsx", tmp_path / "east.xlsx"))


@pytest.fixture
def jia(small_sent: Path, tmp_path: Path) -> Path:
    """A department's workbook, to be filled in."""
    return Path(shutil.copyfile(small_sent / "jia.xlsx", tmp_path / "jia.xlsx"))


def rows(db: Path, sql: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql, values).fetchall()


def test_unchanged_workbooks_of_every_body_change_nothing(built_copy: Path, tmp_path: Path) -> None:
    before = built_copy.read_bytes()
    report = take(built_copy, *send_all(built_copy, tmp_path / "all"))
    assert (report.changes, report.conflicts, report.written) == (0, [], False)
    assert notes(report) == ""
    assert sum(report.files[-1].read.values()) > 2000
    assert built_copy.read_bytes() == before


_FORMS = (
    "{0:%Y-%m-%d}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y/%m/%d}",
    "{0:%Y%m%d}",
)


def _random_date(chance: random.Random) -> tuple[object, str]:
    """A date as somebody might write it, and in ISO."""
    import datetime as dt

    day = dt.date(2021, 4, 16) + dt.timedelta(chance.randrange(400))
    serial = (day - dt.date(1899, 12, 30)).days
    form = chance.choice([*_FORMS, "cell", "serial", "serial text"])
    written: object = {"cell": day, "serial": serial, "serial text": str(serial)}.get(form)
    return written or form.format(day), day.isoformat()


@settings(
    max_examples=examples(8, 1), phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(0, 2**32))
def test_five_hundred_cells_filled_in_and_everything_shuffled(
    built: Path, zone_book: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("shuffled")
    db = Path(shutil.copyfile(built, folder / "registry.db"))
    db.chmod(0o644)
    expected = stored(db)
    filling = Filling(zone_book)
    cells: list[tuple[str, int, str, str]] = []
    fields = {
        "obligations": ["done_on", "document", "url", "note"],
        "agreements": ["effective_on", "expires_on", "document"],
        "guidance": ["text", "raised_on"],
        "service": ["before", "after"],
    }
    for name, open_fields in fields.items():
        sheet, columns = filling.sheet(name), filling.columns(name)
        for number in range(filling.first(name), sheet.max_row + 1):
            key = str(sheet.cell(number, min(columns.values())).value)
            if key in expected[name] and not key.endswith("/agreement"):
                proved = name != "obligations" or expected[name][key]["done_on"]
                usable = open_fields if proved else ["done_on"]
                cells += [(name, number, key, f) for f in usable]  # type: ignore[misc]
    wanted = set()
    for n, (name, number, key, field) in enumerate(chance.sample(cells, 500)):  # type: ignore[misc]
        old = expected[name][key][field]
        while True:
            if field.endswith("_on"):
                written, new = _random_date(chance)
            elif field in ("before", "after"):
                written = chance.choice([n + 100, float(n) + 100.5])
                new = f"{written:g}"
            else:
                written = new = f"改动{n}，{chance.choice(['甲', '乙'])}"
            if new != old:
                break
        filling.write(name, int(number), **{field: written})
        expected[name][key][field] = new
        wanted.add((name, key, field, old, new))
    for name in fields:
        sheet, columns = filling.sheet(name), sorted(filling.columns(name).values())
        marker = filling.marker_row(sheet, name)
        numbers = list(range(marker + 2, sheet.max_row + 1))
        chance.shuffle(numbers)
        if name != "obligations":  # Filling looks keys up in the leftmost column
            chance.shuffle(columns)
        else:
            columns = columns[:1] + chance.sample(columns[1:], len(columns) - 1)
        rearrange(sheet, marker, numbers, columns)
    path = filling.save(folder / "etdz.xlsx")
    report = take(db, path)
    assert changed(report) == wanted
    found = stored(db)
    assert {(n, k) for n in found for k in found[n] if found[n][k] != expected[n].get(k)} == set()
    assert list(inconsistencies(db)) == []
    again = take(db, path)
    assert again.changes == 0
    assert "taken in before" in notes(again)


def test_saved_again_by_another_program_it_is_unchanged(db: Path, east: Path, jia: Path) -> None:
    before = db.read_bytes()
    report = take(db, Filling(east).save(), Filling(jia).save())
    assert (report.changes, notes(report)) == (0, "")
    assert db.read_bytes() == before


def test_renamed_inserted_and_added_things_do_not_matter(db: Path, east: Path) -> None:
    filling = Filling(east).set("obligations", "1-01-east/handbook", note="已改")
    sheet = filling.sheet("obligations")
    marker = filling.marker_row(sheet, "obligations")
    for cell in sheet[marker + 1]:
        cell.value = f"我们叫它{cell.column}"
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_cols(3)
    sheet.cell(marker + 1, 3).value = "经办人"
    sheet.cell(marker + 5, 3).value = "张三"
    sheet.title = "改了名"
    filling.book.create_sheet("备忘", 0)["A1"] = "本单位自用"
    report = take(db, filling.save())
    assert [c[:3] for c in changed(report)] == [("obligations", "1-01-east/handbook", "note")]
    assert "the sheet 备忘 was added" in notes(report)
    assert "columns were added to sheet 改了名, and are not read: 经办人" in notes(report)


def test_without_the_hidden_row_headings_tell(db: Path, jia: Path) -> None:
    filling = Filling(jia)
    filling.set("obligations", "1-02-west/handbook", done_on="2021.7.1", document="手册.doc")
    sheet = filling.sheet("obligations")
    for cell in sheet[filling.marker_row(sheet, "obligations")]:
        cell.value = None
    report = take(db, filling.save())
    assert len(changed(report)) == 2
    assert "its columns were told by their headings" in notes(report)


def test_a_workbook_in_one_language_is_read_in_the_other(db: Path, tmp_path: Path) -> None:
    locale.use("zh")
    path = send(db, "department", "甲局", tmp_path / "zh.xlsx")
    locale.use("en")
    filling = Filling(path)
    sheet = filling.sheet("obligations")
    sheet.delete_rows(filling.marker_row(sheet, "obligations"))
    report = take(db, filling.save())
    assert report.changes == 0
    assert "told by their headings" in notes(report)
    assert "columns were added" not in notes(report)


@pytest.mark.parametrize("heading", ["签订日期", "成文日期", "Signed", "Signed on"])
def test_a_workbook_that_went_out_with_a_former_heading_is_read(
    db: Path, jia: Path, heading: str
) -> None:
    filling = Filling(jia)
    sheet = filling.sheet("agreements")
    marker = filling.marker_row(sheet, "agreements")
    (cell,) = (cell for cell in sheet[marker + 1] if cell.value == "Signed")
    cell.value = heading
    sheet.delete_rows(marker)
    report = take(db, filling.save())
    assert "told by their headings" in notes(report)
    assert heading not in notes(report)
    assert report.changes == 0


def differing(before: Any, after: Any) -> set[str]:
    """Keys of the obligations that differ."""
    one, other = before["obligations"], after["obligations"]
    return {key for key in one if one[key] != other[key]}


def test_proof_of_one_item_leaves_the_others_alone(db: Path, east: Path) -> None:
    """The zone's powers list covers two whole annexes."""
    before = stored(db)
    key = "2-02-east/powers-list"
    filling = Filling(east).set("obligations", key, done_on="2021年6月1日", document="单独.pdf")
    take(db, filling.save())
    after = stored(db)
    assert differing(before, after) == {key}
    assert after["obligations"][key]["done_on"] == "2021-06-01"
    assert after["obligations"][key]["document"] == "单独.pdf"
    covers = "SELECT covers FROM deliverable WHERE document = ?"
    assert rows(db, covers, "单独.pdf") == [("2-02",)]
    assert rows(db, covers, "清单.pdf") == [("annex:1;2-01;2-03",)]
    assert list(inconsistencies(db)) == []
    history = rows(db, "SELECT sheet, field FROM ledger_history")
    assert history.count(("deliverables", "row")) == 2


@pytest.mark.parametrize("cleared", [False, True])
def test_proof_for_every_zone_is_split(db: Path, jia: Path, cleared: bool) -> None:
    before = stored(db)
    key = "1-01-west/handbook"
    cells = dict.fromkeys(("done_on", "document", "url", "note")) if cleared else {"note": "更正"}
    take(db, Filling(jia).set("obligations", key, **cells).save())
    assert differing(before, stored(db)) == {key}
    assert list(inconsistencies(db)) == []
    covers = "SELECT zone, covers FROM deliverable WHERE document = '手册.pdf' AND note IS NULL"
    assert rows(db, covers) == [(None, "1-02"), (1, "1-01")]


def test_clearing_a_row_takes_all_its_proof_back(db: Path, east: Path) -> None:
    before = stored(db)
    key = "1-01-east/handbook"  # has two proofs
    empty = dict.fromkeys(("done_on", "document", "url", "note"))
    report = take(db, Filling(east).set("obligations", key, **empty).save())
    assert {c[2] for c in changed(report)} == {"done_on", "document"}
    after = stored(db)
    assert differing(before, after) == {key}
    assert not any(after["obligations"][key][name] for name in empty)
    assert list(inconsistencies(db)) == []
    # What was taken back can still be read, whole.
    kept = rows(db, "SELECT old, new FROM ledger_change WHERE sheet = 'deliverables' ORDER BY key")
    assert [("手册第二版.pdf" in (old or ""), new) for old, new in kept if new is None] == [
        (True, None)
    ]


def test_a_later_date_than_another_proof_s_is_what_the_row_says(db: Path, east: Path) -> None:
    key = "1-01-east/handbook"
    take(db, Filling(east).set("obligations", key, done_on="2022-03-01").save())
    assert stored(db)["obligations"][key]["done_on"] == "2022-03-01"
    assert list(inconsistencies(db)) == []


def test_rows_that_say_the_same_share_a_deliverable(db: Path, east: Path) -> None:
    filling = Filling(east)
    for item in ("1-03", "1-04"):
        filling.set("obligations", f"{item}-east/handbook", done_on="20210701", document="新.pdf")
    take(db, filling.save())
    found = "SELECT covers, provenance, source FROM deliverable WHERE document = '新.pdf'"
    assert rows(db, found) == [("1-03;1-04", "official", "台账回收：east.xlsx")]
    # One leaves it, and comes back to it from a later workbook of that name.
    filling = Filling(send(db, "zone", "east", east))
    take(db, filling.set("obligations", "1-04-east/handbook", document="另.pdf").save())
    assert rows(db, found) == [("1-03", "official", "台账回收：east.xlsx")]
    filling = Filling(send(db, "zone", "east", east))
    filling.set("obligations", "1-04-east/handbook", document="新.pdf")
    take(db, filling.save())
    assert rows(db, found) == [("1-03;1-04", "official", "台账回收：east.xlsx")]
    assert list(inconsistencies(db)) == []


def test_a_digest_stays_while_the_document_does(small_root: SmallRoot, tmp_path: Path) -> None:
    small_root.ledger = {
        "deliverables": [SmallRoot.deliverable(document="手册.pdf", sha256="a" * 64)]
    }
    db = small_root.build().path
    digest = "SELECT sha256 FROM deliverable WHERE voided_on IS NULL"
    path = send(db, "zone", "east", tmp_path / "a.xlsx")
    take(db, Filling(path).set("obligations", "1-01-east/handbook", note="注").save())
    assert rows(db, digest) == [("a" * 64,)]
    path = send(db, "zone", "east", tmp_path / "b.xlsx")
    take(db, Filling(path).set("obligations", "1-01-east/handbook", document="新.pdf").save())
    assert rows(db, digest) == [(None,)]


def test_nothing_demonstrated_becomes_official(db: Path, east: Path) -> None:
    for text in ("正式", "再正式"):
        filling = Filling(send(db, "zone", "east", east))
        filling.set("obligations", "1-01-east/supervision-rules", document=text)
        filling.set("agreements", "示例1号", document=text)
        filling.set("guidance", "1", text=text)
        filling.set("service", "1", after=len(text))
        take(db, filling.save())
    found = rows(
        db,
        "SELECT provenance, source FROM deliverable WHERE document = '再正式'"
        " UNION ALL SELECT provenance, source FROM agreement WHERE document = '再正式'"
        " UNION ALL SELECT provenance, source FROM guidance_request WHERE text = '再正式'"
        " UNION ALL SELECT provenance, source FROM service_reduction WHERE after = 3",
    )
    assert found == [("demonstration", "测试台账；台账回收：east.xlsx")] * 4


def test_an_agreement_is_changed_and_added(db: Path, jia: Path) -> None:
    filling = Filling(jia)
    filling.set("agreements", "示例1号", covers="1-02、1-01", expires_on="2025.1.1")
    filling.add(
        "agreements",
        **{"number": "新3号", "zone": "西区管委会", "signed_on": 44343, "covers": "annex:1"},
        clauses="依据；事项",
    )
    report = take(db, filling.save())
    found = stored(db)["agreements"]
    assert found["示例1号"]["covers"] == "1-02;1-01"
    new = found["新3号"]
    assert (new["department"], new["zone"], new["signed_on"]) == ("市甲局", "西区", "2021-05-27")
    assert ("agreements", "新3号", "zone", "", "西区") in changed(report)
    covered = (
        "SELECT i.id FROM agreement_item AS x JOIN item AS i ON i.no = x.item"
        " JOIN agreement AS a ON a.no = x.agreement WHERE a.number = ? ORDER BY i.id"
    )
    assert rows(db, covered, "示例1号") == [("1-01",), ("1-02",)]
    assert len(rows(db, covered, "新3号")) == 4
    assert rows(db, "SELECT provenance FROM agreement WHERE number = '新3号'") == [("official",)]
    assert list(inconsistencies(db)) == []


def test_an_agreement_is_ended_and_carried_on(db: Path, jia: Path) -> None:
    filling = Filling(jia).set(
        "agreements",
        "示例1号",
        terminated_on="2021.8.31",
        termination_basis="双方协商",
        filed_on="2021年5月20日",
    )
    filling.add(
        "agreements",
        **{"number": "续1号", "zone": "east", "signed_on": "2021-08-30", "covers": "1-01"},
        **{"effective_on": "2021-09-01", "renews": "示例1号"},
    ).save()
    assert take(db, jia).written
    columns = "terminated_on, termination_basis, filed_on, renews, from_on, to_on"
    assert rows(db, f"SELECT {columns} FROM agreement WHERE number IN ('示例1号', '续1号')") == [
        ("2021-08-31", "双方协商", "2021-05-20", None, "2021-05-10", "2021-08-31"),
        (None, None, None, "示例1号", "2021-09-01", None),
    ]
    again = Filling(send(db, "department", "jia", jia.with_name("again.xlsx")))
    again.set("agreements", "示例1号", terminated_on=None, termination_basis=None).save()
    assert take(db, jia.with_name("again.xlsx")).written
    assert rows(db, "SELECT terminated_on, to_on FROM agreement WHERE no = 1") == [(None, None)]


def test_the_order_within_a_list_is_no_change(db: Path, jia: Path) -> None:
    filling = Filling(jia).set(
        "agreements", "示例2号", covers="1-01；1-02", clauses="期限、事项、依据"
    )
    assert take(db, filling.save()).changes == 0


def test_an_agreement_that_both_parties_enter_is_one(db: Path, east: Path, jia: Path) -> None:
    cells = {"signed_on": "2021-06-01", "clauses": "依据;事项", "covers": "1-02"}
    Filling(east).add("agreements", number="共同1号", department="甲局", **cells).save()
    Filling(jia).add("agreements", number="共同1号", zone="east", **cells).save()
    assert take(db, east).written
    report = take(db, jia)
    assert (report.changes, report.conflicts, report.files[0].already) == (0, [], 1)
    Filling(jia).add("agreements", number="示例9号", zone="east", **cells).save()
    Filling(east).add(
        "agreements", number="示例9号", department="jia", **cells | {"covers": "1-01"}
    ).save()
    report = take(db, east, jia)
    assert [c.field for c in report.conflicts] == ["covers"]


def test_a_zone_raises_and_the_department_answers(db: Path, east: Path, jia: Path) -> None:
    filling = Filling(east).set("guidance", "1", text="需求更正")
    raised = {
        "department": "测试市乙局",
        "kind": "业务培训",
        "raised_on": "2021.6.1",
        "text": "请派员",
    }
    filling.add("guidance", **raised).save()
    Filling(jia).set("guidance", "1", answered_on="2021-07-05").save()
    for n, paths in enumerate(permutations((east, jia))):
        copy = Path(shutil.copyfile(db, db.with_name(f"copy{n}.db")))
        take(copy, *paths)
        found = stored(copy)["guidance"]
        assert (found["1"]["text"], found["1"]["answered_on"]) == ("需求更正", "2021-07-05")
        assert found["3"]["department"] == "市乙局"
    # The added row again, in a workbook that was filled in further, is not added twice.
    Filling(east).set("guidance", "2", text="另一处").save()
    assert {c[1] for c in changed(take(copy, east))} == {"2"}
    assert len(stored(copy)["guidance"]) == 3


def test_a_zone_adds_a_reduction(db: Path, east: Path) -> None:
    cells = {"item": "1-03", "measure": "材料", "before": "８", "after": 3.5, "unit": "件"}
    report = take(db, Filling(east).add("service", **cells).save())
    assert {c[1:3] for c in changed(report)} == {("", name) for name in (*cells, "zone")}
    found = "SELECT before, after, provenance FROM service_reduction ORDER BY no DESC LIMIT 1"
    assert rows(db, found) == [(8.0, 3.5, "official")]
    assert rows(db, "SELECT DISTINCT key FROM ledger_change") == [("2",)]


@pytest.fixture
def two(east: Path, jia: Path) -> tuple[Path, Path]:
    """A zone's and a department's workbook that change the same row in different ways."""
    key = "1-01-east/handbook"
    Filling(east).set("obligations", key, done_on="2021-06-02", note="区里改").save()
    Filling(jia).set("obligations", key, done_on="2021-06-03").save()
    return east, jia


@pytest.mark.parametrize("turned", [False, True])
def test_two_who_change_a_row_are_in_conflict(
    db: Path, two: tuple[Path, Path], turned: bool
) -> None:
    before = db.read_bytes()
    report = take(db, *(two[::-1] if turned else two))
    assert not report.written
    assert {c.field for c in report.conflicts} == {"done_on", "note"}
    (day,) = (c for c in report.conflicts if c.field == "done_on")
    assert day.sent == "2021-05-20"
    said = {(str(two[0]), "2021-06-02"), (str(two[1]), "2021-06-03")}
    assert set(day.values) == said
    assert db.read_bytes() == before


@pytest.mark.parametrize("turned", [False, True])
def test_one_after_the_other_the_second_is_in_conflict(
    db: Path, two: tuple[Path, Path], turned: bool
) -> None:
    first, second = two[::-1] if turned else two
    assert take(db, first).written
    before = db.read_bytes()
    report = take(db, second)
    assert {c.field for c in report.conflicts} == {"done_on", "note"}
    assert {who for who, _text in report.conflicts[0].values} == {"the registry", str(second)}
    assert db.read_bytes() == before


def test_the_same_change_by_two_is_one(db: Path, two: tuple[Path, Path]) -> None:
    east, jia = two
    key = "1-01-east/handbook"
    Filling(jia).set("obligations", key, done_on="2021.6.2", note="区里改").save()
    report = take(db, east, jia)
    assert report.conflicts == []
    assert len(changed(report)) == 2
    assert [file.already for file in report.files] == [0, 1]
    Filling(jia).set("obligations", key, note="区里改 ").save()
    later = take(db, jia)
    assert (later.changes, later.conflicts, later.files[0].already) == (0, [], 1)


def test_a_dry_run_writes_nothing(db: Path, east: Path) -> None:
    db.chmod(0o444)
    before = db.read_bytes()
    filling = Filling(east).set("obligations", "1-01-east/handbook", note="x")
    report = take(db, filling.save(), dry_run=True)
    assert (report.changes, report.written) == (1, False)
    assert db.read_bytes() == before


def test_missing_rows_columns_and_sheets_are_noted(db: Path, east: Path) -> None:
    filling = Filling(east)
    filling.sheet("obligations").delete_rows(filling.first("obligations"), 3)
    filling.sheet("agreements").delete_cols(filling.columns("agreements")["url"])
    filling.book.remove(filling.sheet("service"))
    report = take(db, filling.save())
    assert report.changes == 0
    said = notes(report)
    assert "3 rows of sheet Obligations are no longer in it" in said
    assert "lacks columns; nothing of them was changed: Link" in said
    assert "the sheet Service reductions is missing" in said


def _row(key: str, /, **cells: Any) -> Any:
    return lambda filling: filling.set("obligations", key, **cells)


def _agreement(**cells: Any) -> Any:
    return lambda filling: filling.set("agreements", "示例1号", **cells)


def _added(sheet: str, /, **cells: Any) -> Any:
    return lambda filling: filling.add(sheet, **cells)


def _column_twice(filling: Filling) -> None:
    sheet = filling.sheet("obligations")
    sheet.cell(filling.marker_row(sheet, "obligations"), 20).value = "obligations.note"


BOOK = "1-01-east/handbook"
REQUEST = {"department": "市某局", "kind": "业务培训", "raised_on": "2021-06-01"}
FOREIGN = {"department": "市甲局", "zone": "west", "signed_on": "2021-06-01", "covers": "1-01"}
BAD: dict[str, tuple[Any, str]] = {
    "unknown key": (
        _row(BOOK, key="1-99-east/handbook"),
        "sheet Obligations, row 7, column A (Task No.): no row 1-99-east/handbook was sent out",
    ),
    "no key": (_row(BOOK, key=None), "row 7, column A (Task No.): the row has no number"),
    "key twice": (
        _row(BOOK, key="1-02-east/handbook", item="1-02", note="x"),
        "the row 1-02-east/handbook stands in Obligations!A",
    ),
    "impossible date": (
        _row(BOOK, done_on="2021.2.30"),
        "column J (Date done): “2021.2.30” is not a date of the calendar",
    ),
    "ambiguous date": (
        _row(BOOK, done_on="5/27/2021"),
        "column J (Date done): “5/27/2021” can be read as more than one date. Write year",
    ),
    "no date": (
        _row(BOOK, done_on=None, note="完成了"),
        "column J (Date done): the cell is empty. Fill it in.",
    ),
    "met by an agreement": (
        _row("1-01-east/agreement", done_on="2021-05-01"),
        "column J (Date done): this task is met by an agreement",
    ),
    "columns sorted apart": (
        _row(BOOK, item="1-02", note="x"),
        "column B (Item): the row 1-01-east/handbook belongs to item 1-01, but 1-02 stands",
    ),
    "column twice": (_column_twice, "row 5, column T (Notes): the column stands twice"),
    "no key column": (
        lambda filling: filling.sheet("obligations").delete_cols(1),
        "the column that names the rows is missing: Task No.",
    ),
    "unknown item": (
        _agreement(covers="1-01；9-99"),
        "sheet Agreements, row 6, column H (Items it covers): there is no item 9-99",
    ),
    "unknown term": (
        _agreement(clauses="其他"),
        "column G (Terms it contains): “其他” is not a known value",
    ),
    "unknown department": (
        _added("guidance", **REQUEST),
        "column B (Department): “市某局” is no department",
    ),
    "ended before it was signed": (
        _agreement(terminated_on="2021-05-09", termination_basis="协商"),
        "column M (Terminated on): 2021-05-09 lies before the signing of the agreement",
    ),
    "ended on no basis": (
        _agreement(terminated_on="2021-06-09"),
        "column N (Basis of termination): the agreement is terminated, but on what basis",
    ),
    "renews what is not there": (
        _agreement(renews="示例0号"),
        "column K (Renews agreement No.): there is no agreement 示例0号 to renew. Name the number",
    ),
    "incomplete": (
        _added("service", item="1-01", measure="材料", before=8),
        "column F (After): the cell is empty",
    ),
    "someone else's agreement": (
        _added("agreements", number="1号", **FOREIGN),
        "东区 is no party to this agreement",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named_by_its_cell_and_nothing_written(
    db: Path, east: Path, jia: Path, name: str
) -> None:
    spoil, expected = BAD[name]
    before = db.read_bytes()
    Filling(jia).set("obligations", "1-02-west/handbook", note="好").save()
    filling = Filling(east)
    spoil(filling)
    with pytest.raises(InputError) as caught:
        take(db, jia, filling.save())
    said = "\n".join(map(str, caught.value.problems))
    assert expected in said
    assert str(east) in said
    assert db.read_bytes() == before


def test_rows_cannot_be_added_where_others_raise(db: Path, jia: Path) -> None:
    filling = Filling(jia)
    filling.write("guidance", filling.first("guidance") + 1, answered_on="2021-06-01")
    with pytest.raises(InputError, match="the row has no number"):
        take(db, filling.save())


def test_every_problem_of_every_file_is_told(db: Path, east: Path, jia: Path) -> None:
    Filling(jia).set("obligations", "1-02-west/handbook", done_on="昨天").save()
    filling = Filling(east).set("obligations", BOOK, done_on="明天")
    filling.set("obligations", "1-02-east/handbook", done_on="后天").save()
    with pytest.raises(InputError) as caught:
        take(db, east, jia)
    assert [p.path for p in caught.value.problems] == [east, east, jia]


def test_without_the_hidden_sheet_it_is_refused(db: Path, east: Path) -> None:
    filling = Filling(east)
    del filling.book["registry"]
    with pytest.raises(InputError, match="its hidden sheet was lost"):
        take(db, filling.save())


def test_a_table_of_another_kind_is_refused(db: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "名单"
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="this is no ledger workbook"):
        take(db, tmp_path / "other.xlsx")


def test_of_another_registry_it_is_refused(db: Path, zone_book: Path) -> None:
    with pytest.raises(InputError, match="it is about instrument liaocheng-2021-8"):
        take(db, zone_book)


def test_what_is_written_below_the_table_is_noted(db: Path, east: Path) -> None:
    filling = Filling(east)
    sheet = filling.sheet("obligations")
    row = sheet.max_row + 2
    sheet.cell(row, 1).value = "填报人：张三"
    sheet.cell(row + 1, 1).value = "以上情况属实"
    sheet.merge_cells(start_row=row + 1, end_row=row + 1, start_column=1, end_column=12)
    report = take(db, filling.save())
    assert report.changes == 0
    assert "填报人：张三" in notes(report)
    assert "以上情况属实" in notes(report)


def test_of_another_build_it_is_compared_all_the_same(
    small_root: SmallRoot, tmp_path: Path
) -> None:
    small_root.ledger = {"guidance": list(LEDGER["guidance"])}
    db = small_root.build().path
    path = send(db, "department", "jia", tmp_path / "jia.xlsx")
    small_root.ledger["guidance"].reverse()
    small_root.build("2021-07-02")
    filling = Filling(path).set("obligations", "1-01-east/handbook", done_on="2021-06-01")
    report = take(db, filling.save())
    assert report.changes == 1
    assert "sent out before the file was built anew" in notes(report)
    filling.set("guidance", "1", answered_on="2021-06-01").save()
    with pytest.raises(InputError, match="the row 1 is no longer in the registry"):
        take(db, path)


def test_what_was_imported_is_kept_and_a_build_refuses(db: Path, east: Path) -> None:
    Filling(east).set("obligations", BOOK, note="手工改").save()
    take(db, east)
    (file,) = rows(db, "SELECT path, sha256 FROM source_file WHERE kind = 'ledger'")
    assert rows(db, "SELECT * FROM ledger_import") == [(1, NOW, *file)]
    history = "SELECT key, field, old, new FROM ledger_history WHERE sheet = 'obligations'"
    assert rows(db, history) == [(BOOK, "note", None, "手工改")]
    with pytest.raises(RegistryNotEmpty, match="1 imported ledgers"):
        build(db, first_instrument(), accepted=PROVENANCES, now=datetime(2021, 7, 2))
