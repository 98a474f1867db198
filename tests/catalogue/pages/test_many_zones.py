"""Pages of an instrument of very many zones: short ones, which say what they leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.catalogue.pages.item import MAX_ZONES
from tests.conftest import MadeOnce, SmallRoot
from tests.publications import AS_OF, Visitor, publish, query

ZONES = MAX_ZONES + 5


def _publish(folder: Path) -> None:
    root = SmallRoot(folder / "data")
    root.instrument["zones"] = [
        {
            "id": f"z{n:02}",
            "name": f"第{n:02}区管委会",
            "short_name": f"第{n:02}区",
            "clause": "C01",
        }
        for n in range(1, ZONES + 1)
    ]
    root.ledger["agreements"] = [root.agreement(zone="z02")]
    publish(root.build(AS_OF, db=folder / "r.db").path, folder / "p.db", as_of=AS_OF, demo=True)
    root.close()


@pytest.fixture(scope="module")
def wide(made_once: MadeOnce) -> Path:
    return made_once("wide-published", _publish) / "p.db"


@pytest.fixture(scope="module")
def site(wide: Path, metadata: dict[str, Any]) -> Iterator[Visitor]:
    visitor = Visitor(wide, metadata)
    yield visitor
    visitor.close()


def _page(site: Visitor, path: str) -> str:
    answer = site.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.text


def test_an_item_tells_of_the_first_zones_and_where_all_are(site: Visitor, wide: Path) -> None:
    html = _page(site, "/item/1-01")
    division = re.search(r'<table class="plain stack division">.*?</table>', html, re.DOTALL)
    assert division
    told = set(re.findall(r"第\d\d区", division[0]))
    assert told == {f"第{n:02}区" for n in range(1, MAX_ZONES + 1)}
    link = re.search(r'<p class="hint"><a href="([^"]*)">([^<]*)</a></p>', html)
    assert link
    assert link[2] == f"共有{ZONES}个承接主体，本页只列前{MAX_ZONES}个，查看全部"
    rows = site.get(link[1].replace("/delegations", "/delegations.json", 1)).json()
    assert rows["filtered_table_rows_count"] == ZONES
    assert query(wide, "SELECT count(*) FROM delegations WHERE item = '1-01'") == [(ZONES,)]


def test_an_item_of_few_zones_says_nothing_of_more(demo_visitor: Visitor) -> None:
    assert "查看全部" not in _page(demo_visitor, "/item/1-01")


def test_the_home_page_names_every_zone_in_columns(site: Visitor, demo_visitor: Visitor) -> None:
    html = _page(site, "/")
    zones = re.search(r'<ul class="bullets in-columns">.*?</ul>', html, re.DOTALL)
    assert zones
    assert len(re.findall(r'href="/zone/z\d\d"', zones[0])) == ZONES
    assert "in-columns" not in _page(demo_visitor, "/")


def test_the_matrix_counts_zones_by_how_they_stand(site: Visitor) -> None:
    matrix = re.search(r'<table class="matrix counted">.*?</table>', _page(site, "/"), re.DOTALL)
    assert matrix
    lines = re.findall(r"<th scope=\"row\">.*?</tr>", matrix[0], re.DOTALL)
    assert len(lines) == 4
    for line in lines:
        cells = re.findall(r'class="cell[^"]*">([^<]*)<', line)
        counts = [int((re.search(r"× (\d+)", cell) or [0, "1"])[1]) for cell in cells]
        assert sum(counts) == ZONES, cells
    assert len(re.findall('class="cell', lines[0])) == 2, "one zone has signed, the others not"
