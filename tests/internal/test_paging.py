"""The internal site, for three readers: every row once by its links, no page too long."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from html import unescape
from typing import Any
from urllib.parse import quote, urljoin

import pytest

from registry.formulas import BEGINS_FORMULA
from tests.conftest import amount, drawn_of
from tests.crawling import (
    MAX_BYTES,
    MAX_ROWS,
    check_walk,
    drawn,
    html_pages,
    shown_whole,
    walks,
)
from tests.internal.conftest import Reader, rows
from tests.publications import Visitor

READERS = ("office", "slj", "etdz")


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Reader:
    """Read as the office, a department or a zone."""
    found: Reader = request.getfixturevalue(f"{request.param}_reader")
    return found


@pytest.mark.parametrize("reader", drawn_of(READERS, 1, 2), indirect=True)
def test_every_row_comes_once_by_every_sort(reader: Reader) -> None:
    every = walks(reader)
    for walk in drawn(every, 4):
        check_walk(reader, walk, ("json", "csv"))
    for walk in drawn(shown_whole(every), 3):
        check_walk(reader, walk, ("html",))


@pytest.mark.parametrize("reader", READERS, indirect=True)
def test_findings_are_whole_as_they_are_shown_first(reader: Reader) -> None:
    known = {one for (one,) in rows(reader.file, "SELECT fingerprint FROM findings")}
    text = "".join(row for page in html_pages(reader, "/catalogue/findings") for row in page)
    assert known == set(re.findall('/finding/([0-9a-f]+)">', text))


@pytest.mark.parametrize("address", ["/catalogue?sql=", "/catalogue.csv?sql="])
def test_a_query_of_ones_own_is_turned_over(slj_reader: Reader, address: str) -> None:
    sql = (
        "with recursive n(i) as (select 1 union all select i + 1 from n limit 450) select i from n"
    )
    if ".csv" in address:
        assert len(slj_reader.get(address + quote(sql)).text.splitlines()) == 451
        return
    pages = list(html_pages(slj_reader, address + quote(sql)))
    assert [len(page) for page in pages] == [200, 200, 50]
    found = [int(n) for page in pages for row in page for n in re.findall(r"<td[^>]*>(\d+)<", row)]
    assert found == list(range(1, 451))


def test_conditions_in_sql_hold_on_every_page(office_reader: Reader) -> None:
    where = quote("severity = 'high' or severity = 'medium' -- and more")
    pages = list(html_pages(office_reader, f"/catalogue/findings?_where={where}&_size=20"))
    (count,) = rows(
        office_reader.file,
        "SELECT count(*) FROM findings WHERE severity IN ('high', 'medium')",
    )[0]
    assert sum(map(len, pages)) == len({row for page in pages for row in page}) == count


def test_a_long_value_does_not_lengthen_the_address(office_reader: Reader) -> None:
    page = office_reader.get("/catalogue/findings.json?_sort=message_zh&_size=2").json()
    assert len(page["next_url"]) < 1000
    for page in html_pages(office_reader, "/catalogue/laws?_sort_desc=in_short_zh&_size=1"):
        assert len(page) == 1


def test_a_query_in_csv_has_no_formulas(slj_reader: Reader) -> None:
    sql = """select '=1+1' as "=a", '＋x' as b, -1 as c, x'00' as d, '取' as "@e" """
    text = slj_reader.get(f"/catalogue.csv?sql={quote(sql)}").text
    head, row = csv.reader(io.StringIO(text, newline=""))
    assert head == ["'=a", "b", "c", "d", "'@e"]
    assert row[:3] == ["'=1+1", "'＋x", "-1"]
    assert row[4] == "取"
    assert not row[3].startswith(BEGINS_FORMULA)
    (found,) = slj_reader.get(f"/catalogue.json?sql={quote(sql)}&_shape=array").json()
    assert found["=a"] == "=1+1"


def test_a_query_in_csv_is_whole(office_reader: Reader) -> None:
    """It ended silently after 2,000 rows."""
    sql = "with recursive c(n) as (select 1 union all select n+1 from c limit 5321)"
    sql += " select n, '=' || n as f from c"
    text = office_reader.get(f"/catalogue.csv?sql={quote(sql)}").text
    head, *found = csv.reader(io.StringIO(text, newline=""))
    assert head == ["n", "f"]
    assert [row[0] for row in found] == [str(n) for n in range(1, 5322)]
    assert {row[1][:2] for row in found} == {"'="}, "guarded to the end"
    data = office_reader.get(f"/catalogue.json?sql={quote(sql)}").json()
    assert (len(data["rows"]), data["truncated"]) == (2000, True)
    page = office_reader.get(f"/catalogue?sql={quote(sql)}&_lang=en").text
    assert "More than 2,000 rows" in page


def test_a_query_that_is_too_large_for_csv_is_refused_and_not_cut(slj_reader: Reader) -> None:
    sql = "with recursive c(n) as (select 1 union all select n+1 from c limit 400)"
    sql += " select printf('%.*c', 90000, 'x') from c"
    answer = slj_reader.get(f"/catalogue.csv?sql={quote(sql)}&_lang=en")
    assert answer.status_code == 400
    assert "too large" in answer.text or "took longer" in answer.text


# Every page that people read.

_LINK = re.compile(r'href="([^"#]+)"')
_FILES = (".csv", ".json", ".blob", "/static", "/-/", "/download/", "sign-out")


def addresses(site: Any) -> list[str]:
    """Tables and queries, each as it comes and as long as it can be asked for."""
    tables = [one["name"] for one in site.get("/catalogue.json").json()["tables"]]
    shown = [name for name in tables if site.app.site.shows(name)]
    found = ["/", *(f"/catalogue/{name}" for name in site.app.site.queries)]
    for name in shown:
        found += [f"/catalogue/{name}", f"/catalogue/{name}?_size=max"]
    return [*found, "/search?q=许可", "/search?q=处罚", "/search?q=a", "/data", "/sql"]


def weighed(site: Any, of_a_kind: int) -> Counter[str]:
    """Follow links from page to page, so many of each kind, and weigh every page."""
    todo, seen = addresses(site), set()
    kinds: Counter[str] = Counter()
    heavy = []
    while todo:
        address = todo.pop(0)
        kind = re.sub(r"/[^/?]*[\d:-][^/?]*", "/N", address.partition("?")[0])
        if address in seen or kinds[kind] > of_a_kind:
            continue
        seen.add(address)
        kinds[kind] += 1
        answer = site.get(address)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        listed = max((body.count("<tr") for body in answer.text.split("<table")), default=0)
        if len(answer.content) > MAX_BYTES or listed > MAX_ROWS + 1:
            heavy.append((address, len(answer.content), listed))
        for link in _LINK.findall(answer.text):
            to = urljoin(f"http://localhost{address}", unescape(link))
            if to.startswith("http://localhost/") and not any(part in to for part in _FILES):
                todo.append(to.removeprefix("http://localhost"))
    assert heavy == []
    return kinds


@pytest.mark.parametrize("reader", drawn_of(READERS, 1, 2), indirect=True)
def test_no_page_of_the_internal_site_is_too_long(reader: Reader) -> None:
    kinds = weighed(reader, amount(1, 2, 12))
    assert {"/", "/search", "/catalogue/findings"} <= {*kinds}
    assert len(kinds) > 25


def test_no_page_of_the_public_site_is_too_long(demo_visitor: Visitor) -> None:
    kinds = weighed(demo_visitor, amount(1, 2, 12))
    assert {"/", "/search", "/catalogue/items", "/item/N"} <= {*kinds}
