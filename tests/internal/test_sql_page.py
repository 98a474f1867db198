"""The page that helps with SQL, and the metadata that it and the tables speak from."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from registry.site.server import read_metadata
from tests.conftest import ROOT
from tests.internal.conftest import Reader, rows

INSIDE = read_metadata(ROOT / "registry/internal/metadata.yml")["databases"]["catalogue"]
HAN = re.compile("[\u4e00-\u9fff]")


def test_every_column_of_every_table_is_explained(office: Path, metadata: dict[str, Any]) -> None:
    public = metadata["databases"]["catalogue"]["tables"]
    listed = rows(
        office,
        "SELECT t.name, c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c"
        " WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    )
    assert len(listed) > 200
    tables: dict[str, list[str]] = {}
    for table, column in listed:
        tables.setdefault(table, []).append(column)
    for table, columns in tables.items():
        about = INSIDE["tables"].get(table) or public[table]
        for language in ("", "_en"):
            assert about[f"title{language}"], table
            assert about[f"description{language}"], table
            assert set(about[f"columns{language}"]) == set(columns), table


def test_texts_are_in_their_language() -> None:
    for about in [*INSIDE["tables"].values(), *INSIDE["queries"].values()]:
        assert HAN.search(about["title"])
        assert not HAN.search(about["title_en"])
        assert HAN.search(about["description"])
        assert not HAN.search(about["description_en"].replace("、", ""))
    for about in INSIDE["tables"].values():
        assert all(HAN.search(text) for text in about["columns"].values())


@pytest.mark.parametrize("name", INSIDE["queries"])
def test_every_ready_query_runs_and_takes_its_parameters(
    office_reader: Reader, slj_reader: Reader, name: str
) -> None:
    sql = INSIDE["queries"][name]["sql"]
    names = set(re.findall(r":(\w+)", sql))
    empty = dict.fromkeys(names, "")
    for reader in (office_reader, slj_reader):
        everything = reader.get(f"/catalogue/{name}.json", _shape="array", **empty)
        assert everything.status_code == 200, everything.text
        for one in names:
            none = reader.get(
                f"/catalogue/{name}.json", _shape="array", **{**empty, one: "0000-没有"}
            )
            assert len(none.json()) <= len(everything.json())
        page = reader.get(f"/catalogue/{name}?_lang=zh")
        assert page.status_code == 200
        for head in re.findall(r'<th class="col-[^>]*>([^<]*)</th>', page.text):
            assert HAN.search(head), (name, head)


def test_ready_queries_give_what_they_say(office_reader: Reader, office: Path) -> None:
    def found(name: str, **values: str) -> list[dict[str, Any]]:
        answer = office_reader.get(f"/catalogue/{name}.json", _shape="array", **values)
        listed: list[dict[str, Any]] = answer.json()
        return listed

    def count(sql: str) -> int:
        n: int = rows(office, sql)[0][0]
        return n

    overdue = "SELECT count(*) FROM obligations WHERE status = 'alarm'"
    assert len(found("overdue-by-duty", duty="")) == count(overdue)
    assert len(found("overdue-by-duty", duty="服务指南")) == count(
        f"{overdue} AND duty = 'service-guide'"
    )
    assert len(found("overdue-by-zone", zone="hidz")) == count(f"{overdue} AND zone = 'hidz'")
    assert {row["code"] for row in found("findings-by-rule", code="AGR")} == {
        code for (code,) in rows(office, "SELECT code FROM findings WHERE code LIKE 'AGR%'")
    }
    new = found("new-findings", day="2021-05-28")
    assert {row["first_seen"] for row in new} == {"2021-06-30"}
    assert found("due-before", day="2021-05-28") == []
    lacking = "SELECT count(*) FROM agreement_terms WHERE lacks <> '' OR lacks_advisable <> ''"
    assert len(found("agreements-lacking-terms", term="")) == count(lacking)
    unanswered = "SELECT count(*) FROM guidance_requests WHERE answered_on IS NULL"
    assert len(found("guidance-unanswered", department="")) == count(unanswered)


def test_the_page_has_every_query_and_every_table(office_reader: Reader) -> None:
    page = office_reader.get("/sql?_lang=zh").text
    for name, query in office_reader.app.site.queries.items():
        assert f'href="/catalogue/{name}"' in page
        assert html.escape(query["sql"].splitlines()[0], quote=False) in page
    for table in ("findings", "obligations", "items", "runs", "workdays"):
        assert f"<code>{table}</code>" in page
    assert "<code>downloads</code>" not in page
    assert "查询超过2秒自动停止" in page
    form = re.search(r'<form class="sql" action="([^"]+)" method="get">', page)
    assert form
    assert form[1] == "/catalogue"


def test_a_query_opens_in_the_editor(slj_reader: Reader) -> None:
    page = slj_reader.get("/sql").text
    for href in re.findall(r'<a href="(/catalogue\?sql=[^"]+)">', page):
        opened = slj_reader.get(html.unescape(href))
        assert opened.status_code == 200, href
        assert 'id="sql-editor"' in opened.text


def test_results_have_links_and_words(slj_reader: Reader, slj: Path) -> None:
    sql = "select fingerprint, code, severity, status, owed_by, waived from findings"
    page = slj_reader.get("/catalogue", sql=sql, _lang="zh").text
    fingerprint = rows(slj, "SELECT fingerprint FROM findings LIMIT 1")[0][0]
    assert f'<a href="/finding/{fingerprint}">{fingerprint[:12]}</a>' in page
    assert '<a href="/rule/AGR002">AGR002</a>' in page
    assert '<a href="/department/slj">市水利局</a>' in page
    assert '<a href="/catalogue/zones/hidz">聊城高新区</a>' in page
    assert ">问题</td>" in page
    assert ">否</td>" in page
    assert slj_reader.get("/catalogue.json", sql=sql, _shape="array").json()[0]["status"] == "alarm"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select cod\nfrom findings", "Line 1, column 8: There is no column “cod” here."),
        ("select code\nfrm findings", "Line 2, column 5: "),
        ("select * from finding", "Did you mean findings"),
        ("select 1; select 2", "One query at a time"),
        ("delete from findings", "Line 1, column 1: A query here begins with SELECT"),
        ("pragma table_info(x)", "A query here begins with SELECT"),
        ("select load_extension('x')", "This is not allowed here"),
        ("with recursive c(n) as (select 1 union all select n+1 from c) select max(n) from c",
         "The query took longer than is allowed here."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_and_the_text_stays(slj_reader: Reader, sql: str, words: str) -> None:
    answer = slj_reader.get("/catalogue", sql=sql, _lang="en")
    assert answer.status_code == 400
    box = re.search(r'<div class="sql-mistake" role="alert"><p>(.*?)</p>', answer.text, re.S)
    assert box
    assert words in html.unescape(box[1])
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.S)
    assert text
    assert html.unescape(text[1]).strip() == sql


@pytest.mark.parametrize("form", ["csv", "json"])
def test_programs_are_told_the_place_too(slj_reader: Reader, form: str) -> None:
    answer = slj_reader.get(f"/catalogue.{form}", sql="select cod from findings", _lang="zh")
    assert answer.status_code == 400
    text = answer.json()["error"] if form == "json" else answer.text
    assert "第1行第8列：这里没有“cod”列。是不是code？" in text


def test_tables_stand_beside_every_query(slj_reader: Reader) -> None:
    for answer in (
        slj_reader.get("/sql", _lang="zh"),
        slj_reader.get("/catalogue", sql="select 1", _lang="zh"),
    ):
        assert answer.text.count('<aside class="sql-tables"') == 1
        assert "<dt><code>working_days_overdue</code></dt><dd>逾期工作日" in answer.text
    begin = re.findall(r'<a href="(/sql\?text=[^"]+)">', answer.text)
    assert len(begin) > 20
    for href in begin:
        page = slj_reader.get(html.unescape(href))
        assert page.status_code == 200
        text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.S)
        assert text
        assert slj_reader.get("/catalogue", sql=html.unescape(text[1])).status_code == 200
