"""What the pages say, against the published file."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.pages.notice import _months
from registry.site.charts import Bar, bars
from registry.svg import bar_width
from tests.conftest import SmallRoot
from tests.publications import AS_OF, Visitor, publish, query
from tests.reading import LANGUAGES, text_of

PAGES = [
    *("/", "/item/1-01", "/item/1-07", "/item/2-0100", "/item/3-05", "/zone/etdz"),
    *("/department/slj", "/department/scj", "/notice", "/notice/liaocheng-2021-8", "/data"),
]
UNKNOWN = [
    *("/item/9-99", "/item/1-07x", "/zone/nowhere", "/department/none", "/notice/none"),
    *("/data/nothing.csv", "/data/items_fts.csv", "/data/sqlite_master.csv", "/nothing"),
    *("/item", "/body", "/home", "/_parts"),  # templates, which Datasette would serve from `pages`
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_and_small(visitor: Visitor, path: str, language: str) -> None:
    answer = visitor.get(f"{path}?_lang={language}")
    assert answer.status_code == 200
    # The page's own address, and what only machines read, load nothing.
    page = re.sub(r'<link rel="canonical"[^>]*>', "", answer.text)
    page = re.sub(r'<script type="application/ld\+json">.*?</script>', "", page)
    assert f'<html lang="{LANGUAGES[language]}">' in page
    assert len(answer.content) < 100_000
    for landmark in ("<main", "<header", "<footer", "<h1"):
        assert page.count(f"{landmark} ") + page.count(f"{landmark}>") == 1, landmark
    assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=", page)
    assert not re.search(r'(?:src|action|<link[^>]*href)="https?://', page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", UNKNOWN)
def test_what_nothing_is_at_is_not_found(visitor: Visitor, path: str, language: str) -> None:
    answer = visitor.get(f"{path}?_lang={language}")
    assert answer.status_code == 404
    assert f'<html lang="{LANGUAGES[language]}">' in answer.text
    assert 'href="/search"' in answer.text
    assert "Traceback" not in answer.text


@given(st.text(min_size=1, max_size=30))
def test_odd_ids_are_not_found_and_nothing_breaks(visitor: Visitor, odd: str) -> None:
    written = quote(odd, safe="")
    if written in (".", ".."):
        return
    for kind in ("item", "zone", "department", "notice"):
        status = visitor.get(f"/{kind}/{written}").status_code
        assert status in (302, 404), (kind, odd)


# ---- the first page ----


def test_the_first_page_gives_the_notices_numbers(visitor: Visitor, published: Path) -> None:
    page = text_of(visitor, "/?_lang=zh")
    for n in ("29", "1,794", "24"):
        assert re.search(rf"(?<![\d,]){n}(?![\d,])", page), n
    for name, n in query(published, "SELECT power_type, count(*) FROM items GROUP BY 1"):
        assert f"{name} {n:,}" in page
    for name, n in query(published, "SELECT department, count(*) FROM items GROUP BY 1"):
        assert f"{name} {n:,}" in page
    assert "聊政字〔2021〕8号" in page
    assert "29 of the rows are not official" in text_of(visitor, "/?_lang=en")


@pytest.mark.parametrize(("path", "least"), [("/", 30), ("/zone/hidz", 15), ("/department/scj", 5)])
def test_every_bar_leads_to_what_it_counts(visitor: Visitor, path: str, least: int) -> None:
    page = visitor.get(path).text
    links = re.findall(r'<th scope="row"><a href="([^"]+)".*?<td>([\d,]+)</td></tr>', page)
    assert len(links) > least
    for href, n in links:
        address = html.unescape(href)
        if address.startswith("/department/"):
            assert f"{n} items" in text_of(visitor, address)
            continue
        table, _, filters = address.partition("?")
        answer = visitor.get(f"{table}.json?{filters}&_size=0&_nofacet=1")
        assert answer.json()["filtered_table_rows_count"] == int(n.replace(",", "")), address


def test_bars() -> None:
    assert bar_width(0, 10) == bar_width(5, 0) == 0
    assert bar_width(10, 10) == 200
    assert 0 < bar_width(1, 1_000_000) < 2
    chart = bars("a<b", ("x", "y"), [Bar("<i>", 3, "/?a=1&b=2")])
    assert "<i>" not in chart
    assert "a&lt;b" in chart
    assert bars("none", ("x", "y"), []).count("<svg") == 0


# ---- who does what ----


def division_of(visitor: Visitor, item: str) -> list[list[str]]:
    """Give the cells of the table of an item's page, zone by zone."""
    page = visitor.get(f"/item/{item}?_lang=en").text
    table = page.partition('class="plain stack division"')[2].partition("</table>")[0]
    lines = re.findall("<tr.*?</tr>", table.partition("<tbody>")[2], re.S)
    return [
        [
            " ".join(html.unescape(re.sub("<[^>]*>", " ", cell)).split())
            for cell in re.findall("<t[hd].*?</t[hd]>", line, re.S)
        ]
        for line in lines
    ]


def answers_of(visitor: Visitor, item: str, language: str = "en") -> list[str]:
    """Give the sentences with which an item's page begins."""
    page = visitor.get(f"/item/{item}?_lang={language}").text
    part = page.partition('<ul class="answers">')[2].partition("</ul>")[0]
    lines = re.findall("<li.*?</li>", part, re.S)
    return [" ".join(html.unescape(re.sub("<[^>]*>", "", line)).split()) for line in lines]


ZONE = "聊城高新技术产业开发区管委会"


def test_an_entrusted_item_begins_with_whom_to_go_to(
    visitor: Visitor, demo_visitor: Visitor
) -> None:
    assert answers_of(demo_visitor, "1-08", "zh")[1] == (
        f"在聊城高新区办“取水许可”：找{ZONE}（以市水利局名义），自2021-06-21起。"
        "范围：限市级审批权限内的取水。演示数据，非正式文件"
    )
    assert answers_of(visitor, "1-08", "zh")[1] == (
        f"在聊城高新区办“取水许可”：{ZONE}尚不能办理（待签协议），目前由市水利局办理（理解）。"
    )
    assert answers_of(visitor, "1-08")[1] == (
        f"For “取水许可” in Liaocheng High-tech Zone: {ZONE} may not handle it yet (awaiting an "
        "agreement); now it is for Municipal Water Resources Bureau (市水利局) to handle it "
        "(a reading)."
    )
    assert division_of(demo_visitor, "1-08")[1][1:] == [*["yes"] * 5, "in force, since 2021-06-21"]
    waiting = [*["no"] * 5, "awaiting an agreement, since 2021-04-15"]
    assert division_of(visitor, "1-08")[1][1:] == waiting


def test_the_answer_of_every_mode(visitor: Visitor, published: Path) -> None:
    def an_item(mode: str, initiation: str = "依申请") -> tuple[str, str, str]:
        sql = "SELECT id, name, department FROM items WHERE mode = ? AND initiation = ? LIMIT 1"
        found: tuple[str, str, str] = query(published, sql, mode, initiation)[0]  # type: ignore[assignment]
        return found

    item, name, department = an_item("下放实质性审核权")
    assert answers_of(visitor, item, "zh")[1] == (
        f"在聊城高新区办“{name}”：收件、受理、审查由{ZONE}负责，自2021-04-15起；"
        f"决定、制证送达由{department}负责（理解）。"
    )
    assert division_of(visitor, item)[1][1:6] == ["yes", "yes", "yes", "no", "no"]
    item, name, department = an_item("委托收件")
    assert (
        f"受理、审查、决定、制证送达由{department}负责（理解）"
        in answers_of(visitor, item, "zh")[1]
    )
    assert division_of(visitor, item)[1][1:6] == ["yes", "no", "no", "no", "no"]
    item, name, _department = an_item("原直接实施")
    assert answers_of(visitor, item, "zh")[1] == f"在聊城高新区办“{name}”：找{ZONE}（原有权限）。"
    item, name, department = an_item("不再实施")
    assert answers_of(visitor, item, "zh")[1] == (
        f"在聊城高新区办“{name}”：自2021-04-15起{ZONE}不再办理（列入不再实施事项），"
        f"目前由{department}办理（理解）。"
    )
    assert division_of(visitor, item)[1][1:] == [*["no"] * 5, "withdrawn, since 2021-04-15"]
    item, name, _department = an_item("原直接实施", "依职权")
    assert answers_of(visitor, item, "zh")[1] == f"“{name}”：由{ZONE}实施（原有权限）。"
    assert division_of(visitor, item)[1][1:2] == ["yes"]
    assert len(division_of(visitor, item)[1]) == 3
    item, name, department = an_item("不再实施", "依职权")
    assert (
        f"不再实施（列入不再实施事项），目前由{department}实施"
        in answers_of(visitor, item, "zh")[1]
    )
    assert division_of(visitor, item)[1][1:2] == ["no"]


def test_no_page_says_conferred_or_exercisable_by_itself(demo_visitor: Visitor) -> None:
    pages = [path for path in PAGES if path != "/data"]  # which explains the columns
    for path in (*pages, "/search?q=取水", "/catalogue/needs-agreement?zone=hidz"):
        chinese, english = (text_of(demo_visitor, path, language) for language in ("zh", "en"))
        assert not re.search("已赋权|可行使自|现可行使|现不可行使", chinese), path
        assert "xercisable" not in english.replace("exercisable_from", ""), path


def test_a_hit_carries_the_answers(demo_visitor: Visitor) -> None:
    page = text_of(demo_visitor, "/search?q=取水许可", "zh")
    for answer in answers_of(demo_visitor, "1-08", "zh"):
        assert answer.removesuffix("演示数据，非正式文件") in page


def test_an_item_tells_basis_neighbours_and_origin(visitor: Visitor) -> None:
    page = text_of(visitor, "/item/1-07")
    for fact in ("《环境影响评价法》第二十二条第一款", "2018-12-29", "限编制环境影响报告表的项目"):
        assert fact in page
    assert "reconstructed, not official" in page
    links = visitor.get("/item/1-07").text
    assert 'rel="prev" href="/item/1-06"' in links
    assert 'rel="next" href="/item/1-08"' in links
    assert 'rel="next"' not in visitor.get("/item/1-29").text
    assert 'rel="prev"' not in visitor.get("/item/2-0001").text
    assert "Nothing published about it is on record." in page


def test_with_demonstration_rows_each_is_marked(demo_visitor: Visitor) -> None:
    page = demo_visitor.get("/item/1-07?_lang=en").text
    published = page.partition("<h2>Published</h2>")[2].partition("</ul>")[0]
    lines = re.findall("<li>.*?</li>", published, re.S)
    assert len(lines) == 7
    assert all("demonstration, not official" in line for line in lines)
    assert 'href="https://example.invalid/etdz/fwzn/009.html"' in published
    assert "示例〔2021〕004号" in page


@pytest.mark.parametrize("path", PAGES)
def test_without_demonstration_rows_there_is_no_trace(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text
    assert "badge-demonstration" not in page
    assert "示例" not in page
    assert "example.invalid" not in page


def test_our_notes_are_nowhere(built: Path, demo_visitor: Visitor) -> None:
    notes = query(built, "SELECT id, our_note FROM item WHERE our_note <> '' LIMIT 20")
    for item, note in notes:
        assert note not in demo_visitor.get(f"/item/{item}").text


# ---- zones, departments, the notice ----


def test_a_renewal_a_gap_and_a_termination_are_told(
    small_root: SmallRoot, metadata: dict[str, Any]
) -> None:
    agreement = small_root.agreement
    official = {"provenance": "official", "source": "测试台账"}
    small_root.annexes[1].append(small_root.item(1, 5))
    small_root.ledger["agreements"] = [
        agreement("甲", covers="1-01;1-02;1-05", expires_on="2021-05-31", **official),
        agreement("乙", covers="1-01", signed_on="2021-06-01", renews="甲", **official),
        agreement("丙", covers="1-02", signed_on="2021-06-11", **official),
        agreement(
            *("丁",),
            **{"covers": "1-05", "signed_on": "2021-06-01", "terminated_on": "2021-06-20"},
            **{"termination_basis": "双方协商", **official},
        ),
    ]
    file = publish(
        small_root.build().path, small_root.path.parent / "public.db", as_of=AS_OF, demo=False
    )
    one = Visitor(file.path, metadata)
    pages = {item: text_of(one, f"/item/{item}", "zh") for item in ("1-01", "1-02", "1-05")}
    zone = text_of(one, "/zone/east", "zh")
    one.close()
    assert "续签，自2021-05-10起连续有效" in pages["1-01"]
    assert "生效，自2021-05-10起" in pages["1-01"]
    assert "此前曾有10日没有协议" in pages["1-02"]
    assert "续签" not in pages["1-02"]
    assert "已解除，自2021-06-21起" in pages["1-05"]
    assert "已解除，有效至2021-06-20" in pages["1-05"]
    assert "2021-06-20 已解除" in zone


def test_zones_and_departments(demo_visitor: Visitor, demo: Path) -> None:
    for zone in ("etdz", "hidz"):
        page = text_of(demo_visitor, f"/zone/{zone}")
        (n,) = query(
            demo, "SELECT count(*) FROM delegations WHERE zone = ? AND state = '生效'", zone
        )[0]
        assert f"On {AS_OF} {n:,} powers" in page
        for (number,) in query(demo, "SELECT number FROM agreements WHERE zone = ?", zone):
            assert number in page
    for key, name in query(demo, "SELECT id, short_name FROM departments"):
        n = query(demo, "SELECT count(*) FROM items WHERE department = ?", name)[0][0]
        assert f"{n:,} items of the annexes" in text_of(demo_visitor, f"/department/{key}")


def test_the_notice_has_its_clauses_duties_and_days(visitor: Visitor, published: Path) -> None:
    page = visitor.get("/notice?_lang=en").text
    plain_text = text_of(visitor, "/notice")
    for key, words in query(published, "SELECT id, text FROM clauses"):
        assert page.count(f'id="{key}"') == 1
        assert words in plain_text
    for (name,) in query(published, "SELECT name_zh FROM duties"):
        assert name in plain_text
    assert "The 30 working days end on 2021-05-28" in plain_text
    headings = re.findall(r'<h3><span lang="zh-CN">(.*?)</span></h3>', page)
    assert headings == [
        *("一", "二（一）", "二（二）", "二（三）", "二（四）"),
        *("三（一）", "三（二）", "三（三）"),
    ]
    assert page.count('class="day-makeup"') == 2
    assert page.count('class="day-holiday"') == 3
    assert len(re.findall('class="day-[a-z]+ day-issued"', page)) == 1
    due = re.findall('class="day-[a-z]+ day-due"><span class="number">(.*?)<', page)
    assert due == ["28"]


def test_the_days_of_the_calendar(published: Path) -> None:
    days = query(published, "SELECT date, is_workday, ordinal FROM workdays ORDER BY date")
    assert (days[0], days[-1]) == (("2021-04-15", 1, 0), ("2021-05-28", 1, 30))
    assert sum(is_workday for _day, is_workday, _n in days[1:]) == 30
    found = [{"date": d, "is_workday": w, "ordinal": n} for d, w, n in days]
    months = list(_months(found, "2021-04-15", {"2021-05-28"}))
    assert [len(weeks) for _title, weeks in months] == [5, 6]


# ---- the data ----


def test_every_table_can_be_taken_whole(visitor: Visitor, published: Path) -> None:
    for (table,) in query(
        published,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict",
    ):
        answer = visitor.get(f"/data/{table}.csv")
        rows = list(csv.reader(io.StringIO(answer.text)))
        columns = query(published, "SELECT name FROM pragma_table_info(?)", table)
        assert rows[0] == [name for (name,) in columns]
        assert len(rows) - 1 == query(published, f"SELECT count(*) FROM {table}")[0][0]


def test_csv_for_excel_and_the_file_itself(visitor: Visitor, published: Path) -> None:
    answer = visitor.get("/data/items.csv?bom=1&names=zh")
    assert answer.content.startswith("\ufeff事项编号,事项名称,".encode())
    assert answer.headers["content-disposition"] == 'attachment; filename="items.csv"'
    assert visitor.get("/data/catalogue.db").content == published.read_bytes()
    page = visitor.get("/data").text
    assert hashlib.sha256(published.read_bytes()).hexdigest() in page
    assert str(published.parent) not in page
    assert visitor.get("/catalogue.db").status_code == 403
    examples = re.findall(r"curl (?:-O )?'http://localhost(/.*?)'", page)
    assert len(examples) == 4
    for address in examples:
        assert visitor.get(html.unescape(address)).status_code == 200


def test_the_data_page_tells_of_the_file_that_is_served(
    published: Path,
    demo: Path,
    metadata: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = published.read_bytes()
    monkeypatch.chdir(tmp_path)
    file = Path("catalogue.db")
    file.write_bytes(content)
    one = Visitor(file, metadata)
    Path("next.db").write_bytes(demo.read_bytes())
    Path("next.db").replace(file)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    page = one.get("/data").text
    assert hashlib.sha256(content).hexdigest() in page
    assert f"{len(content):,}" in page
    assert one.get("/data/catalogue.db").content == content
    assert one.get("/data/agreements.csv").text.count("\n") == 1
    one.close()


# ---- errors ----


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "status"),
    [("/catalogue/items?_size=x", 400), ("/catalogue?sql=select+1", 403), ("/item/9-9", 404)],
)
def test_errors_are_told_in_the_house(
    visitor: Visitor, path: str, status: int, language: str
) -> None:
    answer = visitor.get(f"{path}{'&' if '?' in path else '?'}_lang={language}")
    assert answer.status_code == status
    assert f'<html lang="{LANGUAGES[language]}">' in answer.text
    assert 'class="error"' in answer.text
    assert "<main" in answer.text


@pytest.fixture
def fresh(published: Path, metadata: dict[str, Any]) -> Iterator[Visitor]:
    """Visit a site that has kept no answers, and has begun."""
    one = Visitor(published, metadata)
    assert one.get("/robots.txt").status_code == 200
    yield one
    one.close()


@pytest.mark.filterwarnings("ignore")
def test_no_error_of_ours_shows_its_inside(fresh: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(fresh.app.get_database("catalogue"), "execute", broken)
    answer = fresh.get("/item/1-07")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "<main" in answer.text


@pytest.mark.parametrize("path", ["/item/1-07", "/notice"])
def test_what_takes_too_long_is_told(
    fresh: Visitor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    from datasette.database import QueryInterrupted

    async def slow(*_args: Any, **_more: Any) -> None:
        raise QueryInterrupted(Exception("interrupted"), "SELECT secret", {})

    monkeypatch.setattr(fresh.app.get_database("catalogue"), "execute", slow)
    answer = fresh.get(path)
    assert answer.status_code == 400
    assert "secret" not in answer.text


def test_chinese_sets_no_space_after_its_punctuation(visitor: Visitor) -> None:
    page = visitor.get("/zone/etdz?_lang=zh").text
    assert "项。未生效的：" in page
    assert not re.search("[。；：，、] ", page.partition("<main")[2])
    assert "are in force. Not in force:" in text_of(visitor, "/zone/etdz")
