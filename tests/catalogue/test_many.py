"""The public site of two instruments that number their items alike."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.catalogue.selection import OTHERS
from tests.conftest import MadeOnce, SmallRoot
from tests.publications import AS_OF, Visitor, publish, query
from tests.store.test_effects import Later

BOTH = "测试市、邻市开发区赋权事项目录"


@pytest.fixture(scope="module")
def published_both(two_built: Path, made_once: MadeOnce) -> Path:
    made = made_once(
        "two-published", lambda folder: publish(two_built, folder / "p.db", as_of=AS_OF, demo=True)
    )
    return made / "p.db"


@pytest.fixture(scope="module")
def site(published_both: Path, metadata: dict[str, Any]) -> Iterator[Visitor]:
    visitor = Visitor(published_both, metadata)
    yield visitor
    visitor.close()


@pytest.fixture
def later(small_root: SmallRoot) -> Later:
    return Later(small_root)


def words(html: str) -> str:
    """A page without its markup."""
    return re.sub(r"<[^>]*>", " ", html)


def page(site: Visitor, path: str, status: int = 200) -> str:
    answer = site.get(path)
    assert answer.status_code == status, (path, answer.text)
    return answer.text


def test_ids_are_unique_and_as_short_as_can_be(published_both: Path) -> None:
    found = query(published_both, "SELECT instrument, id, reference, parent FROM items ORDER BY no")
    assert [(ins, id_) for ins, id_, _reference, _parent in found] == [
        *(("test-1", "test-1:1-01"), ("test-1", "test-1:1-02"), ("test-1", "1-03")),
        *(("test-1", "1-04"), ("test-1", "2-01"), ("test-1", "2-02"), ("test-1", "2-03")),
        *(("test-1", "test-1:3-01"), ("test-1", "3-02")),
        *(("test-2", "test-2:1-01"), ("test-2", "test-2:1-02"), ("test-2", "1-05")),
        ("test-2", "test-2:3-01"),
    ]
    assert all(ref == (id_ if ":" in id_ else f"{ins}:{id_}") for ins, id_, ref, _p in found)
    delegations = query(
        published_both, "SELECT d.id, i.name FROM delegations AS d JOIN items AS i ON i.id = d.item"
    )
    assert ("test-2:1-01-east", "邻市事项甲") in delegations
    assert ("1-01-west", "事项1-1") in delegations
    assert len(delegations) == 26


def test_agreements_and_publications_are_those_of_their_instrument(published_both: Path) -> None:
    agreements = query(published_both, "SELECT number, covers FROM agreements ORDER BY rowid")
    assert agreements == [
        ("test-1:示例1号", "test-1:1-01"),
        ("test-2:示例1号", "test-2:1-01;test-2:1-02"),
    ]
    assert query(published_both, "SELECT instrument, covers FROM deliverables ORDER BY id") == [
        ("test-1", "test-1:1-01;test-1:1-02"),
        ("test-2", "annex:1"),
    ]
    signed = query(published_both, "SELECT id, agreement FROM delegations WHERE agreement NOT NULL")
    assert signed == [
        ("test-1:1-01-east", "test-1:示例1号"),
        ("test-2:1-01-east", "test-2:示例1号"),
        ("test-2:1-02-east", "test-2:示例1号"),
    ]


@pytest.mark.parametrize(
    ("address", "name", "other"),
    [
        ("test-1:1-01", "事项1-1", "邻市事项甲"),
        ("test-2:1-01", "邻市事项甲", "事项1-1"),
        ("test-2~3A1-01", "邻市事项甲", "事项1-1"),
        ("1-05", "邻市事项戊", "事项1-1"),
        ("test-2:1-05", "邻市事项戊", "事项1-1"),
    ],
)
def test_each_item_has_its_own_page(site: Visitor, address: str, name: str, other: str) -> None:
    html = page(site, f"/item/{address}")
    assert name in words(html)
    assert other not in words(html)
    canonical = re.search('rel="canonical" href="([^"]*)"', html)
    known = {"test-2:1-05": "1-05"}.get(address, address.replace("~3A", ":"))
    assert canonical
    assert canonical[1].endswith(f"/item/{known}")


def test_what_was_published_stands_on_the_page_of_its_item(site: Visitor) -> None:
    done = "2021-05-20"
    for address, published in (("test-1:1-01", 1), ("test-2:1-01", 1), ("1-05", 1), ("1-03", 0)):
        part = words(page(site, f"/item/{address}")).partition("公示公告")[2]
        assert part.count(done) == published, address


def test_a_number_of_several_leads_to_each(site: Visitor) -> None:
    html = page(site, "/item/1-01", 300)
    assert 'href="/item/test-1:1-01"' in html
    assert 'href="/item/test-2:1-01"' in html
    for unknown in ("1-99", "test-9:1-01", "test-2:1-03"):
        page(site, f"/item/{unknown}", 404)


@pytest.mark.parametrize("path", ["/", "/notice", "/zone/east", "/department/jia", "/data"])
def test_every_page_names_what_it_is_about(site: Visitor, path: str) -> None:
    text = words(page(site, path))
    assert BOTH in text
    assert "聊城" not in text
    english = site.get(path, headers={"accept-language": "en"}).text
    assert "Liaocheng" not in english
    assert "聊城" not in english


def test_pages_of_both_instruments(site: Visitor) -> None:
    listed = page(site, "/notice")
    for instrument, number in (("test-1", "测试〔2021〕1号"), ("test-2", "邻市政发〔2021〕20号")):
        assert f'href="/notice/{instrument}"' in listed
        assert number in listed
        assert number in page(site, f"/notice/{instrument}")
    home = words(page(site, "/"))
    assert "邻甲" in home
    assert "测试公报；邻市公报" in home
    east = page(site, "/zone/east")
    assert "/item/test-1:1-01" in east
    assert "/item/test-2:1-01" in east
    assert "/catalogue/agreements/test-2:" in east


def test_every_link_of_the_pages_leads_somewhere(site: Visitor) -> None:
    seen: set[str] = set()
    paths = ["/", "/zone/east", "/department/jia", "/item/test-2:1-01", "/data", "/notice/test-2"]
    paths += ["/catalogue/items", "/catalogue/delegations", "/catalogue/agreements", "/search?q=邻"]
    for path in paths:
        for address in re.findall(r'href="(/[^"#]*)', page(site, path)):
            seen.add(address.replace("&amp;", "&"))
    assert len(seen) > 80
    for address in seen:
        assert site.get(address).status_code in (200, 302), address


def test_tables_search_and_queries(site: Visitor) -> None:
    assert site.found("items", instrument="test-2", annex="1") == [
        *("test-2:1-01", "test-2:1-02", "1-05")
    ]
    row = json.loads(page(site, "/catalogue/items/test-2:1-01.json?_shape=array"))
    assert row[0]["name"] == "邻市事项甲"
    hits = page(site, "/search?q=邻市事项")
    assert "/item/test-2:1-01" in hits
    assert "/item/1-05" in hits
    listed = json.loads(page(site, "/catalogue/by-zone.json?zone=east&_shape=array"))
    items = [row["item"] for row in listed]
    assert items[:2] == ["test-1:1-01", "1-03"]  # 1-02 awaits an agreement
    assert items[-1] == "1-05"
    assert page(site, "/data/items.csv").count("test-2:1-") == 5  # two ids, three references
    assert "/catalogue/items/test-1:1-01.json" in page(site, "/data")


def test_with_one_instrument_ids_stay_short(small_root: SmallRoot, tmp_path: Path) -> None:
    small_root.instrument["place"] = {"zh": "某市", "en": "Somewhere"}
    file = publish(small_root.build().path, tmp_path / "p.db", as_of=AS_OF, demo=True).path
    assert query(file, "SELECT id, reference FROM items ORDER BY no LIMIT 1") == [
        ("1-01", "test-1:1-01")
    ]
    assert query(file, "SELECT place, place_en FROM instrument") == [("某市", "Somewhere")]
    assert query(file, "SELECT covers FROM agreements") == []


def dump(file: Path) -> list[str]:
    """Everything in a file."""
    conn = sqlite3.connect(file)
    try:
        return list(conn.iterdump())
    finally:
        conn.close()


def without_log(file: Path) -> list[str]:
    """The file as statements, but for what the log was: every registry has its own."""
    return [line for line in dump(file) if not line.startswith('INSERT INTO "log_head"')]


def test_one_of_them_is_published_as_if_it_were_alone(
    two_built: Path, small_root: SmallRoot, tmp_path: Path
) -> None:
    small_root.ledger = {
        "agreements": [small_root.agreement()],
        "deliverables": [small_root.deliverable("powers-list", covers="1-01;1-02")],
    }
    how = {"as_of": AS_OF, "demo": True}
    alone = publish(small_root.build().path, tmp_path / "alone.db", **how).path
    chosen = publish(two_built, tmp_path / "chosen.db", instrument="test-1", **how).path
    assert without_log(chosen) == without_log(alone)
    assert not re.search("test-2|邻市|临港|示例1号;", "".join(dump(chosen)))


def test_pages_of_one_published_instrument_name_it_alone(
    two_built: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    publication = publish(two_built, tmp_path / "p.db", as_of=AS_OF, demo=True, instrument="test-2")
    assert {e.table: e.rows for e in publication.left_out if e.reason == OTHERS} == {
        **{"instrument": 1, "item": 9, "agreement": 1, "deliverable": 1}
    }
    assert query(publication.path, "SELECT id FROM zones") == [("east",), ("harbour",)]
    assert query(publication.path, "SELECT id FROM departments") == [("ding",), ("jia",)]
    visitor = Visitor(publication.path, metadata)
    try:
        for path in ("/", "/data", "/notice", "/item/1-01", "/zone/east"):
            text = page(visitor, path)
            assert "邻市开发区赋权事项目录" in text
            assert not re.search(r"测试〔2021〕1号|test-1\b|事项1-1", words(text)), path
        assert page(visitor, "/data/items.csv").count("test-2:") == 4  # references of four items
        page(visitor, "/item/1-03", 404)
    finally:
        visitor.close()


def test_zones_that_joined_later_are_those_of_the_earlier_instrument(later: Later) -> None:
    later.instrument["zones"] = [
        {"id": "south", "name": "南区管委会", "short_name": "南区", "clause": "一"}
    ]
    later.effect("extends-to", items=["1-01"], to=["south"])
    later.open()
    source, target = later.root.path.parent / "small.db", later.root.path.parent / "p.db"
    for instrument, zones in (("test-1", ["east", "south", "west"]), ("later-1", ["south"])):
        publish(source, target, as_of="2022-06-30", demo=True, instrument=instrument)
        assert [zone for (zone,) in query(target, "SELECT id FROM zones ORDER BY id")] == zones
    publish(source, target, as_of="2022-06-30", demo=True, instrument="test-1")
    assert ("1-01-south",) in query(target, "SELECT id FROM delegations")
