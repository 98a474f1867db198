"""What the internal pages say, against the file that they read."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from registry.internal.pages import ROUTES
from registry.internal.pages.common import OPEN, OVERDUE
from registry.internal.request_context import RequestContext, current_request
from tests.internal.conftest import SLJ, Reader, rows
from tests.reading import LANGUAGES, text_of
from tests.site.test_language_choice import ENGLISH, messages, texts

PAGES = [
    *(
        "/",
        "/progress",
        "/department/slj",
        "/rules",
        "/rule/AGR001",
        "/rule/SVC001",
        "/sql",
        "/notice",
    ),
    *("/item/1-08", "/search?q=水", "/catalogue", "/catalogue/findings", "/catalogue/obligations"),
    *("/catalogue/findings?status=alarm&severity__not=info&waived=0", "/catalogue/rules"),
    *("/catalogue/finding_history", "/catalogue/progress", "/catalogue/runs", "/catalogue/as_of"),
    *("/catalogue/agreement_terms", "/catalogue/guidance_requests", "/catalogue/finding_bodies"),
    *("/catalogue?sql=select+code,+owed_by,+fingerprint+from+findings", "/catalogue?sql=select"),
]
UNKNOWN = [
    *("/finding/x", "/rule/XXX001", "/department/none", "/zone/none", "/download/none/letter"),
    *("/download/slj/else", "/nothing", "/data", "/data/catalogue.db"),
    *("/finding", "/body", "/chief", "/_internal_parts", "/item"),  # names of templates
]


def one(file: Path, sql: str, *values: Any) -> Any:
    """Give the one value of a query."""
    ((value,),) = rows(file, sql, *values)
    return value


def a_finding(file: Path, code: str) -> str:
    """Give the fingerprint of a finding of a rule."""
    found: str = one(file, "SELECT min(fingerprint) FROM findings WHERE code = ?", code)
    return found


# ---- every page ----


@pytest.fixture(scope="module")
def differing() -> dict[str, str]:
    """Give the texts that differ between the languages: English → Chinese."""
    return {english: chinese for english, chinese in messages().items() if "{" not in english}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_its_language_and_sound(
    office_reader: Reader,
    slj_reader: Reader,
    differing: dict[str, str],
    path: str,
    language: str,
) -> None:
    english = {text for text in differing if " " in text}
    chinese = {text for text in differing.values() if len(text) > 1}
    for reader in (office_reader, slj_reader):
        answer = reader.get(f"{path}{'&' if '?' in path else '?'}_lang={language}")
        assert answer.status_code in (200, 400)
        page = answer.text
        assert f'<html lang="{LANGUAGES[language]}">' in page
        assert '<body class="internal ' in page
        for landmark in ("<main", "<header", "<footer", "<h1"):
            assert page.count(f"{landmark} ") + page.count(f"{landmark}>") == 1, landmark
        assert not re.search(r"\sstyle=|\son[a-z]+=", page)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        for text in texts(
            re.sub(r"(<textarea[^>]*>).*?</textarea>", r"\1</textarea>", page, flags=re.S)
        ):
            assert text not in (english if language == "zh" else chinese), text
            if language == "zh":
                assert not ENGLISH.search(re.sub(r"\S*[/=?&_.]\S*", "", text)), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", UNKNOWN)
def test_what_nothing_is_at_is_not_found(
    office_reader: Reader, slj_reader: Reader, path: str, language: str
) -> None:
    for reader in (office_reader, slj_reader):
        answer = reader.get(f"{path}?_lang={language}")
        assert answer.status_code == 404
        assert "Traceback" not in answer.text


def test_without_a_user_there_is_no_inbox(office_reader: Reader, slj_reader: Reader) -> None:
    for path in ("/answers", "/answers/1", "/answer/ab", "/inbox", "/inbox/1", "/inbox/1/file"):
        for reader in (office_reader, slj_reader):
            assert reader.get(path).status_code == 404


def test_every_route_is_looked_at() -> None:
    paths = [*PAGES, "/zone/etdz", "/finding/x", "/download/slj/letter"]
    paths += ["/download/letters.zip", "/sql/saved/abcdefgh", "/account"]
    # These need somebody who is signed in: tests/internal/inbox looks at them.
    paths += ["/answers", "/answers/1", "/answer/ab", "/inbox", "/inbox/1", "/inbox/1/file"]
    for pattern, _view in ROUTES:
        assert any(re.match(pattern, path.partition("?")[0]) for path in paths), pattern


# ---- progress ----


def test_the_office_sees_the_numbers_of_all(office_reader: Reader, office: Path) -> None:
    page = text_of(office_reader, "/progress")
    places = [
        *rows(office, "SELECT name_zh, applicable, met, on_time, overdue, pending FROM progress"
              " WHERE kind IN ('zone', 'department')"),
        *rows(office, "SELECT name_en, applicable, met, on_time, overdue, pending FROM progress"
              " WHERE kind = 'duty' AND name_en NOT LIKE '%(%'"),
    ]  # fmt: skip
    assert len(places) > 20
    for name, *numbers in places:
        assert f"{name} {' '.join(f'{n:,}' for n in numbers)}" in page
    met, owed = rows(office, "SELECT met, applicable FROM progress WHERE kind = 'overall'")[0]
    assert f"{met:,} of {owed:,} obligations met" in page
    for run, day, alarms, manual in rows(office, "SELECT run, as_of, alarms, manual FROM runs"):
        assert f"{run} {day} {alarms:,} {manual:,}" in page
    for severity, n in rows(
        office,
        "SELECT severity, count(*) FROM findings WHERE status = 'alarm' AND waived = 0 GROUP BY 1",
    ):
        assert f"{severity} {n:,}" in page
    over = one(office, f"SELECT count(*) FROM findings WHERE {OVERDUE} AND working_days_overdue>20")
    assert f"over 20 working days {over}" in page


def test_a_department_sees_its_own_numbers(slj_reader: Reader, slj: Path) -> None:
    page = text_of(slj_reader, "/")
    met, owed, overdue = rows(slj, "SELECT met, applicable, overdue FROM progress")[0]
    assert f"{met:,} of {owed:,} obligations met" in page
    assert f"{overdue} Past due" in page
    mend = one(
        slj,
        f"SELECT count(*) FROM findings JOIN finding_bodies USING (fingerprint)"
        f" WHERE body = 'slj' AND {OPEN}",
    )
    assert f"To mend: {mend};" in page
    assert 'href="/download/slj/workbook"' in slj_reader.get("/").text
    assert "All units" not in page


def test_the_longest_overdue_come_first_each_with_its_letter(
    office_reader: Reader, office: Path
) -> None:
    page = office_reader.get("/progress").text
    shown = list(dict.fromkeys(re.findall(r'href="/finding/([0-9a-f]+)"', page)))
    assert len(shown) == 10
    longest = one(office, f"SELECT max(days_overdue) FROM findings WHERE {OVERDUE}")
    days = rows(
        office, "SELECT days_overdue, severity FROM findings WHERE fingerprint = ?", shown[0]
    )
    assert days == [(longest, "high")]
    letters = set(re.findall(r'href="/download/([a-z]+)/letter"', page))
    assert letters
    assert letters <= {body for (body,) in rows(office, "SELECT body FROM downloads")}


@pytest.mark.parametrize("who", ["office", "slj"])
def test_every_number_with_a_link_leads_to_what_it_counts(
    office_reader: Reader, slj_reader: Reader, who: str
) -> None:
    reader = office_reader if who == "office" else slj_reader
    found = 0
    for path in (
        "/",
        "/progress",
        "/rules",
        "/department/slj",
        *(["/zone/etdz"] if who == "office" else []),
    ):
        page = reader.get(path).text
        links = re.findall(r'<a href="(/catalogue/[^"]+)">([\d,]+)</a>', page)
        links += re.findall(
            r'<th scope="row"><a href="(/catalogue/[^"]+)">[^<]*</a></th><td class="bar">.*?'
            r"<td>([\d,]+)</td></tr>",
            page,
        )
        for href, n in links:
            table, _mark, filters = html.unescape(href).partition("?")
            answer = reader.get(f"{table}.json?{filters}&_size=0&_nofacet=1")
            rows_found = answer.json()["filtered_table_rows_count"]
            assert rows_found == int(n.replace(",", "")), href
            found += 1
    assert found >= 20


# ---- a body ----


@pytest.mark.parametrize(("kind", "body"), [("department", "slj"), ("zone", "hidz")])
def test_what_a_body_owes_is_listed_the_most_urgent_first(
    office_reader: Reader, office: Path, kind: str, body: str
) -> None:
    page = office_reader.get(f"/{kind}/{body}?_lang=en").text
    tasks = re.findall(r'<li class="task task-(\w+)">.*?href="/finding/([0-9a-f]+)"', page, re.S)
    owed = rows(
        office,
        "SELECT severity, fingerprint FROM findings JOIN finding_bodies USING (fingerprint)"
        " WHERE body = ? AND status = 'alarm'",
        body,
    )
    assert sorted(tasks) == sorted(owed)
    order = ["high", "medium", "low", "info"]
    assert [name for name, _key in tasks] == sorted((n for n, _key in tasks), key=order.index)
    text = text_of(office_reader, f"/{kind}/{body}")
    for code, n in rows(
        office,
        "SELECT code, count(*) FROM findings JOIN finding_bodies USING (fingerprint)"
        " WHERE body = ? AND status = 'manual' GROUP BY 1",
        body,
    ):
        assert re.search(rf"{code} [^{{}}]*? {n:,} ", text), code
    others = rows(
        office,
        f"SELECT fingerprint FROM findings WHERE status = 'alarm' AND {kind} = ? AND fingerprint"
        " NOT IN (SELECT fingerprint FROM finding_bodies WHERE body = ?)",
        body,
        body,
    )
    for (fingerprint,) in others:
        assert fingerprint in page


def test_each_task_tells_message_remedy_and_clause(office_reader: Reader, office: Path) -> None:
    for language in LANGUAGES:
        text = text_of(office_reader, "/department/slj", language)
        for message, remedy in rows(
            office,
            f"SELECT message_{language}, remedy_{language} FROM findings JOIN rules USING (code)"
            " JOIN finding_bodies USING (fingerprint) WHERE body = 'slj' AND status = 'alarm'",
        ):
            plain = "".join(text.split())
            assert "".join(message.split()) in plain
            assert "".join(remedy.split()) in plain
    assert 'href="/notice/liaocheng-2021-8#C17"' in office_reader.get("/department/slj").text


def test_nobody_sees_the_page_of_another(slj_reader: Reader, etdz_reader: Reader) -> None:
    assert slj_reader.get("/department/slj").status_code == 200
    for path in ("/department/zjj", "/zone/etdz", "/download/zjj/letter", "/download/etdz/letter"):
        assert slj_reader.get(path).status_code == 404
    assert "只能查看本单位的页面。" in slj_reader.get("/department/zjj").text
    assert etdz_reader.get("/zone/hidz").status_code == 404
    assert "own unit only" in etdz_reader.get("/department/slj?_lang=en").text


def test_a_department_reads_of_no_other_department(slj_reader: Reader, office: Path) -> None:
    others = [
        name
        for (name,) in rows(office, "SELECT short_name FROM departments WHERE id <> 'slj'")
        if name not in "市水利局"
    ]
    hidden = rows(office, "SELECT fingerprint FROM findings WHERE department IS NOT 'slj'"
                  " AND instr(owed_by, 'slj') = 0")  # fmt: skip
    assert len(hidden) > 500
    for path in ("/", "/department/slj", "/rule/AGR001", "/rules", "/rule/GDE001"):
        text = text_of(slj_reader, path)
        assert not [name for name in others if name in text], path
    for (fingerprint,) in hidden[::50]:
        assert slj_reader.get(f"/finding/{fingerprint}").status_code == 404


# ---- a finding, a rule ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_tells_all_about_itself(
    office_reader: Reader, office: Path, language: str
) -> None:
    fingerprint = a_finding(office, "AGR001")
    text = "".join(text_of(office_reader, f"/finding/{fingerprint}", language).split())
    told = rows(
        office,
        f"SELECT message_{language}, remedy_{language}, title_{language}, item_name, due_on,"
        " first_seen FROM findings JOIN rules USING (code) WHERE fingerprint = ?",
        fingerprint,
    )[0]
    for fact in told:
        assert "".join(fact.split()) in text
    for (clause,) in rows(office, "SELECT text FROM clauses WHERE id IN ('C10', 'C17')"):
        assert "".join(clause.split()) in text


def test_a_finding_has_its_history(office_reader: Reader, office: Path) -> None:
    page = text_of(office_reader, f"/finding/{a_finding(office, 'SVC001')}")
    assert "2 2021-06-30 check by hand" in page
    assert "1 2021-05-28 check by hand" in page
    page = text_of(office_reader, f"/finding/{a_finding(office, 'AGR001')}")
    assert "2 2021-06-30 alarm 33" in page
    assert "1 2021-05-28" not in page


def test_a_finding_that_is_gone_says_since_when(
    office: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    import shutil
    import sqlite3

    file = Path(shutil.copyfile(office, tmp_path / "gone.db"))
    file.chmod(0o644)
    fingerprint = a_finding(office, "SVC001")
    conn = sqlite3.connect(file)
    for table in ("finding_bodies", "findings"):
        conn.execute(f"DELETE FROM {table} WHERE fingerprint = ?", (fingerprint,))
    conn.execute("DELETE FROM finding_history WHERE fingerprint = ? AND run = 2", (fingerprint,))
    conn.commit()
    conn.close()
    reader = Reader(file, metadata)
    text = text_of(reader, f"/finding/{fingerprint}")
    assert "Audit no. 2 of 2021-06-30 found it no more." in text
    assert "2 2021-06-30 not found" in text
    assert "1 2021-05-28 check by hand" in text
    reader.close()


def test_a_rule_tells_counts_to_the_office_only(
    office_reader: Reader, slj_reader: Reader, office: Path
) -> None:
    ok, alarm = rows(office, "SELECT ok, alarm FROM rules WHERE code = 'AGR001'")[0]
    page = text_of(office_reader, "/rule/AGR001")
    assert f"done {ok} " in page
    assert f"alarm {alarm} " in page
    assert "Examined" not in text_of(slj_reader, "/rule/AGR001")
    many = office_reader.get("/rule/SVC001").text
    assert len(set(re.findall(r"/finding/[0-9a-f]+", many))) == 50


# ---- downloads ----


def test_documents_are_had_whole_and_by_name(slj_reader: Reader, slj: Path) -> None:
    for kind, name, content in rows(slj, "SELECT kind, name, content FROM downloads"):
        answer = slj_reader.get(f"/download/slj/{kind}")
        assert answer.status_code == 200
        assert answer.content == content
        written = answer.headers["content-disposition"].partition("filename*=UTF-8''")[2]
        assert unquote(written) == name
        assert "officedocument" in answer.headers["content-type"]


def test_a_download_is_told_to_the_log(slj_reader: Reader) -> None:
    asking = RequestContext("zhang", SLJ)

    async def ask() -> None:
        token = current_request.set(asking)
        await slj_reader.app.client.get("/download/slj/workbook")
        current_request.reset(token)

    asyncio.run(ask())
    assert asking.download == "市水利局-台账.xlsx"
