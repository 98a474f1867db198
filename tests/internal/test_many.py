"""The internal site of two instruments that number their items alike."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.internal.audience import Audience
from registry.internal.projection import derive
from tests.conftest import MadeOnce
from tests.internal.conftest import Reader, audit, publish_office, rows

EAST = Audience("zone", "east")
HARBOUR = Audience("zone", "harbour")


@pytest.fixture(scope="module")
def office_of_both(two_built: Path, made_once: MadeOnce) -> Path:
    def make(folder: Path) -> None:
        working = Path(shutil.copyfile(two_built, folder / "registry.db"))
        working.chmod(0o644)
        audit(working, "2021-06-30")
        publish_office(working, folder / "office.db")

    return made_once("two-office", make) / "office.db"


@pytest.fixture
def reader(office_of_both: Path, metadata: dict[str, Any]) -> Iterator[Reader]:
    one = Reader(office_of_both, metadata)
    yield one
    one.close()


@pytest.fixture
def east(office_of_both: Path, tmp_path: Path, metadata: dict[str, Any]) -> Iterator[Reader]:
    """Read as the eastern zone, which is in both."""
    derive(office_of_both, EAST, tmp_path / "east.db")
    one = Reader(tmp_path / "east.db", metadata)
    yield one
    one.close()


def test_findings_and_obligations_name_their_item(office_of_both: Path) -> None:
    found = rows(
        office_of_both,
        "SELECT f.reference, f.item, f.item_name FROM findings AS f"
        " WHERE f.code = 'HBK001' AND f.zone = 'east' ORDER BY f.reference",
    )
    assert found == [
        ("test-1:1-01-east", "test-1:1-01", "事项1-1"),
        ("test-1:1-02-east", "test-1:1-02", "事项1-2"),
        ("test-1:1-03-east", "1-03", "事项1-3"),
        ("test-1:1-04-east", "1-04", "事项1-4"),
        ("test-2:1-01-east", "test-2:1-01", "邻市事项甲"),
        ("test-2:1-02-east", "test-2:1-02", "邻市事项乙"),
        ("test-2:1-05-east", "1-05", "邻市事项戊"),
    ]
    (owed,) = rows(
        office_of_both,
        "SELECT count(*), count(DISTINCT o.reference || o.duty) FROM obligations AS o"
        " JOIN items AS i ON i.id = o.item AND i.instrument = o.instrument"
        " JOIN delegations AS d ON d.id = o.delegation AND d.item = o.item",
    )
    assert owed == (54, 54)
    terms = rows(office_of_both, "SELECT number, covers FROM agreement_terms ORDER BY number")
    assert terms == [
        ("test-1:示例1号", "test-1:1-01"),
        ("test-2:示例1号", "test-2:1-01;test-2:1-02"),
    ]


def test_progress_counts_each_instrument(office_of_both: Path, reader: Reader) -> None:
    assert rows(
        office_of_both, "SELECT id, applicable FROM progress WHERE kind = 'instrument' ORDER BY id"
    ) == [("test-1", 32), ("test-2", 22)]
    assert rows(office_of_both, "SELECT applicable FROM progress WHERE kind = 'overall'") == [(54,)]
    home = reader.get("/progress").text
    assert "测试市、邻市赋权事项监管系统" in home
    assert "邻市政发〔2021〕20号" in home


def test_a_body_takes_a_workbook_of_each_instrument(reader: Reader, east: Reader) -> None:
    for asks in (reader, east):
        html = asks.get("/zone/east").text
        addresses = re.findall(r'href="(/download/east/workbook[^"]*)"', html)
        assert addresses == [f"/download/east/workbook/test-{n}" for n in (1, 2)]
        books = [asks.get(address) for address in addresses]
        assert all(book.status_code == 200 for book in books)
        assert books[0].content != books[1].content
        assert asks.get("/download/east/workbook/test-9").status_code == 404
        assert asks.get("/download/east/letter").status_code == 200
    assert east.get("/download/west/workbook/test-1").status_code == 404


def test_pages_of_items_and_findings(reader: Reader) -> None:
    assert "邻市事项甲" in reader.get("/item/test-2:1-01").text
    assert reader.get("/item/1-01").status_code == 300
    sql = "SELECT fingerprint FROM findings WHERE reference = ? AND code = 'AGR001'"
    ((finding,),) = rows(reader.file, sql, "test-2:1-01-harbour")
    html = reader.get(f"/finding/{finding}").text
    assert "test-2:1-01-harbour" in html
    assert 'href="/item/test-2:1-01"' in html
    assert 'href="/notice/test-2#C10"' in html
    assert "/notice/test-1#" not in html


def test_completion_by_item_takes_the_beginning_of_a_number(reader: Reader) -> None:
    found = reader.get("/catalogue/completion-by-item.json", item="1-01", _shape="array").json()
    assert {row["item"] for row in found} == {"test-1:1-01", "test-2:1-01"}
    found = reader.get("/catalogue/completion-by-item.json", item="1-05", _shape="array").json()
    assert [row["item"] for row in found] == ["1-05"]


def test_a_zone_of_one_sees_nothing_of_the_other(office_of_both: Path, tmp_path: Path) -> None:
    file = tmp_path / "harbour.db"
    derive(office_of_both, HARBOUR, file)
    for table in ("findings", "obligations", "agreement_terms"):
        found = rows(file, f"SELECT DISTINCT instrument FROM {table}")
        assert found in ([("test-2",)], []), table
