"""The public site: every row once by its links, no page too long, no CSV with formulas."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from registry.formulas import BEGINS_FORMULA
from tests.conftest import SEED, amount, sample
from tests.crawling import LONG, check_walk, drawn, html_pages, shown_whole, walks
from tests.publications import Visitor


def test_every_row_comes_once_by_every_sort(demo_visitor: Visitor) -> None:
    every = walks(demo_visitor)
    assert {walk.sort for walk in every if walk.table == "items"} >= {"", "annex", "annex _desc"}
    for walk in drawn(every, 4):
        check_walk(demo_visitor, walk, ("json", "csv"))
    for walk in drawn(shown_whole(every), 3):
        check_walk(demo_visitor, walk, ("html",))


def test_so_it_is_on_pages_of_long_tables(demo_visitor: Visitor) -> None:
    every = [walk for walk in walks(demo_visitor) if walk.total >= LONG]
    for walk in random.Random(SEED).sample(every, amount(1, 4, 30)):
        rows = [
            row for page in html_pages(demo_visitor, walk.address("", _size="max")) for row in page
        ]
        assert (len(rows), len(set(rows))) == (walk.total, walk.total), walk


def test_queries_are_turned_over_whole(demo_visitor: Visitor) -> None:
    for name in sample(demo_visitor.app.site.queries, 5):
        text = demo_visitor.get(f"/catalogue/{name}.csv").text
        whole = list(csv.reader(io.StringIO(text, newline="")))[1:]
        pages = list(html_pages(demo_visitor, f"/catalogue/{name}"))
        assert sum(map(len, pages)) == len(whole), name
        assert len(pages) > 1 or len(whole) <= 200
    page = demo_visitor.get("/catalogue/by-law?_next=200").text
    assert "本页为第201至" in page
    assert page.count("<tr>") > 100


@pytest.mark.parametrize(
    "address",
    [
        *("items?_next=x,y,z", "items?_sort=annex&_next=1", "clauses?_next=only-one"),
        *("items?_sort=annex&_next=$key,none", "by-law?_next=x", "by-law?_next=-1"),
    ],
)
def test_what_no_page_gave_out_is_said(visitor: Visitor, address: str) -> None:
    answer = visitor.get(f"/catalogue/{address}")
    assert answer.status_code == 400
    assert "请从第一页重新开始" in answer.text


def test_old_links_go_on_as_they_did(visitor: Visitor) -> None:
    """Datasette's own `_next`: value and key, or the key alone."""
    ids = [
        row["id"]
        for row in visitor.get("/catalogue/items.json?_sort=no&_size=9&_shape=objects").json()[
            "rows"
        ]
    ]
    rest = visitor.get(
        f"/catalogue/items.json?_sort=no&_next=5,{ids[4]}&_size=4&_shape=objects"
    ).json()["rows"]
    assert [row["id"] for row in rest] == ids[5:]
    first = visitor.get("/catalogue/zones.json?_next=etdz&_shape=objects").json()["rows"]
    assert [row["id"] for row in first] == [id_ for id_ in visitor.found("zones") if id_ > "etdz"]


def test_columns_left_out_can_be_sorted_by(visitor: Visitor) -> None:
    pages = list(html_pages(visitor, "/catalogue/items?_col=name&_sort_desc=remark&_size=200"))
    total = visitor.get("/catalogue/items.json?_size=0").json()["filtered_table_rows_count"]
    assert sum(map(len, pages)) == total
    assert len({row for page in pages for row in page}) == total


def test_counts_by_column_are_of_all_pages(visitor: Visitor) -> None:
    first = visitor.get("/catalogue/items.json?_facet=mode&_size=5").json()
    second = visitor.get(first["next_url"].removeprefix("http://localhost")).json()
    assert second["facet_results"]["mode"]["results"][0]["count"] > 1000
    assert [one["count"] for one in second["facet_results"]["mode"]["results"]] == [
        one["count"] for one in first["facet_results"]["mode"]["results"]
    ]


def test_downloads_of_a_page_are_whole(visitor: Visitor) -> None:
    page = visitor.get("/catalogue/items?_sort=annex&_next=2,2-0001&_size=20").text
    link = next(part for part in page.split('"') if part.startswith("/catalogue/items.csv"))
    assert "_stream=1" in link
    assert "_next" not in link
    form = page[page.index('action="/catalogue/items.csv"') :]
    assert '<input type="hidden" name="_stream" value="1">' in form
    assert "_next" not in form[: form.index("</form>")]


def test_a_page_beyond_what_it_may_hold_is_shortened(visitor: Visitor) -> None:
    for size in ("201", "5000", "max"):
        (first, *_rest) = html_pages(visitor, f"/catalogue/workdays?_size={size}")
        assert 0 < len(first) <= 200
    assert visitor.get("/catalogue/items?_size=nonsense").status_code == 400
    assert len(visitor.get("/catalogue/items.json?_size=max").json()["rows"]) > 1000


# Formulas.


@pytest.fixture(scope="module")
def hostile(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish items whose names a spreadsheet would run."""
    file = Path(shutil.copyfile(published, tmp_path_factory.mktemp("hostile") / "p.db"))
    with closing(sqlite3.connect(file)) as conn, conn:
        ids = conn.execute("SELECT id FROM items ORDER BY no").fetchall()
        for (id_,), beginning in zip(ids, BEGINS_FORMULA, strict=False):
            conn.execute("UPDATE items SET name = ? WHERE id = ?", (f"{beginning}1+1", id_))
            conn.execute(
                "UPDATE delegations SET item_name = ? WHERE item = ?", (f"{beginning}1+1", id_)
            )
        conn.execute("UPDATE zones SET short_name = '@SUM(A1)' WHERE id = 'etdz'")
        conn.execute("UPDATE delegations SET remark = '-无'")
    return file


@pytest.fixture(scope="module")
def hostile_visitor(hostile: Path, metadata: dict[str, Any]) -> Iterator[Visitor]:
    one = Visitor(hostile, metadata)
    yield one
    one.close()


ADDRESSES = (
    *("/data/items.csv?bom=1&names=zh", "/data/items.csv", "/catalogue/items.csv"),
    *("/catalogue/items.csv?_stream=1&_sort_desc=name", "/catalogue/items/1-01.csv"),
    *("/catalogue/by-mode.csv", "/catalogue/by-zone.csv", "/catalogue/zones.csv"),
    *("/catalogue/delegations.csv?_labels=on&_size=max", "/catalogue/delegations.csv?_stream=1"),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_csv_runs_in_a_spreadsheet(hostile_visitor: Visitor, address: str) -> None:
    text = hostile_visitor.get(address).text.removeprefix("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert any(cell.startswith("'") for cell in cells)
    assert [cell for cell in cells if cell.startswith(BEGINS_FORMULA)] == []


def test_json_is_as_the_data_is(hostile_visitor: Visitor) -> None:
    for address in ("items.json?_shape=array&_size=20", "items.json?_shape=array&_nl=on&_size=20"):
        text = hostile_visitor.get(f"/catalogue/{address}").text
        rows = json.loads(text) if text.startswith("[") else map(json.loads, text.splitlines())
        names = [row["name"] for row in rows]
        assert names[: len(BEGINS_FORMULA)] == [f"{one}1+1" for one in BEGINS_FORMULA]


def test_what_was_downloaded_is_read_as_it_was(hostile_visitor: Visitor, tmp_path: Path) -> None:
    from registry.intake.formats import text

    file = tmp_path / "items.csv"
    file.write_bytes(hostile_visitor.get("/data/items.csv?bom=1").content)
    _encoding, (sheet,) = text.read(file)
    name = list(sheet.rows[0]).index("name")
    found = [row[name] for row in sheet.rows[1 : len(BEGINS_FORMULA) + 1]]
    assert found == [f"{one}1+1" for one in BEGINS_FORMULA]
