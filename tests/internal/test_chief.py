"""The office's first page, the papers that it offers, and audits that found the same."""

from __future__ import annotations

import html
import io
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from registry.internal.pages.common import OPEN, OVERDUE
from registry.internal.pages.downloads import _zipped
from registry.internal.projection import derive
from tests.conftest import MadeOnce
from tests.internal.conftest import SLJ, Reader, audit, publish_office, rows
from tests.reading import text_of

DAYS = ("2021-05-10", "2021-05-28", "2021-06-24", "2021-06-30", "2021-07-01")


@pytest.fixture(scope="module")
def chief_file(built: Path, made_once: MadeOnce) -> Path:
    """Publish after audits of which the last three found the same."""

    def make(folder: Path) -> None:
        working = Path(shutil.copyfile(built, folder / "registry.db"))
        working.chmod(0o644)
        for day in DAYS:
            audit(working, day)
        publish_office(working, folder / "office.db")

    return made_once("chief", make) / "office.db"


@pytest.fixture(scope="module")
def reader(chief_file: Path, metadata: dict[str, Any]) -> Iterator[Reader]:
    one = Reader(chief_file, metadata)
    yield one
    one.close()


def test_overdue_by_severity(office_reader: Reader, office: Path) -> None:
    page = office_reader.get("/?_lang=en").text
    tiles = re.findall(
        r'<a class="tile tile-(\w+)" href="([^"]+)"><strong>([\d,]+)</strong> <span>Overdue, (\w+)',
        page,
    )
    assert [severity for _class, _href, _n, severity in tiles] == ["high", "medium", "low"]
    for kind, href, n, severity in tiles:
        (counted,) = rows(
            office, f"SELECT count(*) FROM findings WHERE {OVERDUE} AND severity = ?", severity
        )[0]
        assert int(n.replace(",", "")) == counted
        assert kind == (severity if counted else "nothing")
        table, _mark, filters = html.unescape(href).partition("?")
        answer = office_reader.get(f"{table}.json?{filters}&_size=0&_nofacet=1").json()
        assert answer["filtered_table_rows_count"] == counted
    assert sum(int(n) for _k, _h, n, _s in tiles) > 0


def test_delegated_items_are_done_when_all_is_met(office_reader: Reader, office: Path) -> None:
    page = office_reader.get("/?_lang=en").text
    shown = re.findall(r'<li class="(\w+)"><a href="/item/[^"]+" title="([^" ]+) ', page)
    owed: dict[str, Counter[str]] = {}
    for item, status in rows(
        office,
        "SELECT o.item, o.status FROM obligations AS o JOIN items AS i ON i.id = o.item"
        " WHERE i.annex_role = 'delegated' AND o.status <> 'skip'",
    ):
        owed.setdefault(item, Counter())[status] += 1
    assert {item for _state, item in shown} == set(owed)
    assert {state for state, _item in shown} >= {"done", "overdue"}
    for state, item in shown:
        assert (state == "overdue") == (owed[item]["alarm"] > 0), item
        assert (state == "done") == (set(owed[item]) == {"ok"}), item
    done = sum(state == "done" for state, _item in shown)
    assert f"<strong>{done}<small>/{len(owed)}</small></strong>" in page


def test_the_matrix_counts_what_each_owes(office_reader: Reader, office: Path) -> None:
    page = office_reader.get("/?_lang=en").text
    links = re.findall(
        r'<td class="(overdue|pending)"><a href="([^"]+)">([\d,]+)<span class="unseen"> '
        r"[a-z ]+, of ([\d,]+)",
        page,
    )
    assert len(links) > 20
    for _state, href, n, _owed in links:
        table, _mark, filters = html.unescape(href).partition("?")
        answer = office_reader.get(f"{table}.json?{filters}&_size=0&_nofacet=1").json()
        assert answer["filtered_table_rows_count"] == int(n.replace(",", "")), href
    overdue = rows(office, "SELECT sum(overdue) FROM progress_by_duty")[0][0]
    assert sum(int(n) for state, _h, n, _o in links if state == "overdue") == overdue
    for kind in ("zone", "department"):
        summed = rows(
            office,
            "SELECT body, sum(applicable), sum(met), sum(on_time), sum(pending), sum(overdue),"
            " sum(unknown) FROM progress_by_duty WHERE kind = ? GROUP BY body ORDER BY body",
            kind,
        )
        told = rows(
            office,
            "SELECT id, applicable, met, on_time, pending, overdue, unknown FROM progress"
            " WHERE kind = ? ORDER BY id",
            kind,
        )
        assert summed == told


def test_audits_that_found_the_same_are_one(chief_file: Path, reader: Reader) -> None:
    runs = rows(chief_file, "SELECT run, same_as FROM runs ORDER BY run")
    assert runs == [(1, 1), (2, 2), (3, 3), (4, 3), (5, 3)]
    for address in ("/", "/progress"):
        text = text_of(reader, address)
        assert "3–5 2021-06-24 – 2021-07-01" in text
        assert "2 2021-05-28 " in text
    page = reader.get("/?_lang=en").text
    assert page.count("<circle") == 4  # the three as their first and their last day
    assert ">deadline 2021-05-28</text>" in page


def test_changes_are_since_the_last_audit_that_found_otherwise(
    chief_file: Path, reader: Reader
) -> None:
    counted = dict(rows(chief_file, "SELECT change, count(*) FROM run_changes GROUP BY 1"))
    found = {run: {key for (key,) in rows(chief_file, _FOUND, run)} for run in (2, 5)}
    assert counted["new"] == len(found[5] - found[2]) > 0
    assert counted.get("resolved", 0) == len(found[2] - found[5])
    assert rows(chief_file, "SELECT DISTINCT since FROM run_changes") == [(2,)]
    assert f"{counted['new']} New" in text_of(reader, "/")
    assert "no. 2, of 2021-05-28" in text_of(reader, "/")


_FOUND = "SELECT fingerprint FROM finding_history WHERE run = ?"


def test_a_first_audit_has_none_to_compare_with(
    built: Path, tmp_path: Path, metadata: dict[str, Any], without_documents: None
) -> None:
    working = Path(shutil.copyfile(built, tmp_path / "registry.db"))
    working.chmod(0o644)
    audit(working, "2021-05-10")
    one = Reader(publish_office(working, tmp_path / "office.db"), metadata)
    try:
        page = text_of(one, "/")
        assert "No audit before this one found anything else." in page
        assert "Next deadlines" in page
        assert "2021-05-28 powers list" in page
        assert "Nothing is overdue." in page
        pending = rows(one.file, "SELECT count(*) FROM obligations WHERE status = 'pending'")[0][0]
        left = re.search(r"([\d,]+) more obligations are not yet due", page)
        assert left
        shown = rows(
            one.file,
            "SELECT count(*) AS n FROM obligations WHERE status = 'pending'"
            " GROUP BY due_on, duty_name ORDER BY due_on, n DESC LIMIT 4",
        )
        assert int(left[1].replace(",", "")) == pending - sum(n for (n,) in shown)
    finally:
        one.close()


def test_what_is_resolved_is_told_as_it_was(chief_file: Path, reader: Reader) -> None:
    resolved = rows(
        chief_file,
        "SELECT c.fingerprint FROM run_changes AS c WHERE c.change = 'resolved'",
    )
    for (key,) in resolved[:3]:
        assert reader.get(f"/finding/{key}").status_code == 200


def test_a_department_has_its_progress_there(slj_reader: Reader, slj: Path) -> None:
    assert slj_reader.get("/").text == slj_reader.get("/progress").text
    assert 'class="internal progress-page' in slj_reader.get("/").text
    assert rows(slj, "SELECT DISTINCT kind, body FROM progress_by_duty") == [("department", "slj")]
    assert rows(
        slj,
        "SELECT count(*) FROM run_changes WHERE fingerprint NOT IN"
        " (SELECT fingerprint FROM finding_history)",
    ) == [(0,)]


# ---- papers ----


def packed(reader: Reader, address: str) -> dict[str, bytes]:
    answer = reader.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


@pytest.mark.parametrize(("kind", "one"), [("letters", "letter"), ("workbooks", "workbook")])
def test_all_papers_of_a_kind_in_one(
    office_reader: Reader, office: Path, kind: str, one: str
) -> None:
    papers = packed(office_reader, f"/download/{kind}.zip")
    stored = rows(office, "SELECT name, body, instrument FROM downloads WHERE kind = ?", one)
    assert sorted(papers) == sorted(name for name, _body, _instrument in stored)
    assert len(papers) > 10
    name, body, instrument = stored[0]
    alone = office_reader.get(f"/download/{body}/{one}/{instrument}".rstrip("/"))
    assert alone.content == papers[name]
    assert f'href="/download/{kind}.zip"' in office_reader.get("/").text


def test_a_department_packs_its_own(slj_reader: Reader) -> None:
    assert [name.split("-")[1] for name in packed(slj_reader, "/download/letters.zip")] == [
        "市水利局"
    ]
    for kind in ("progress", "audit"):
        assert slj_reader.get(f"/download/office/{kind}").status_code == 404


def test_the_office_takes_the_report_and_the_workbook(office_reader: Reader) -> None:
    report = office_reader.get("/download/office/progress")
    text = "\n".join(one.text for one in Document(io.BytesIO(report.content)).paragraphs)
    assert "关于赋权配套任务进度的通报" in text
    book = office_reader.get("/download/office/audit")
    assert 'filename="audit.xlsx"' in book.headers["content-disposition"]
    sheets = openpyxl.load_workbook(io.BytesIO(book.content), read_only=True)
    assert "市水利局" in sheets.sheetnames
    for kind in ("progress", "audit"):
        assert f'href="/download/office/{kind}"' in office_reader.get("/").text


def test_papers_of_one_name_are_numbered() -> None:
    content = _zipped([("函.docx", b"1"), ("函.docx", b"2"), ("函.docx", b"3")], "2021-06-30")
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.namelist() == ["函.docx", "函-2.docx", "函-3.docx"]
        assert found.getinfo("函.docx").date_time[:3] == (2021, 6, 30)
    assert content == _zipped(
        [("函.docx", b"1"), ("函.docx", b"2"), ("函.docx", b"3")], "2021-06-30"
    )


def test_a_large_paper_is_kept_in_parts(
    audited: Path,
    tmp_path: Path,
    metadata: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = bytes(range(256)) * 20_000
    for name in ("letter_bytes", "progress_bytes", "audit_bytes"):
        monkeypatch.setattr(f"registry.internal.snapshot.{name}", lambda *_args: b"PK")
    monkeypatch.setattr("registry.internal.snapshot.workbook_bytes", lambda _book: large)
    one = Reader(publish_office(audited, tmp_path / "office.db"), metadata)
    try:
        found = rows(
            one.file, "SELECT part FROM downloads WHERE body = 'slj' AND kind = 'workbook'"
        )
        assert found == [(0,), (1,), (2,)]
        assert one.get("/download/slj/workbook").content == large
        assert one.get("/department/slj").text.count("/download/slj/workbook") == 1
        derive(one.file, SLJ, tmp_path / "slj.db")
        assert len(rows(tmp_path / "slj.db", "SELECT part FROM downloads")) == 4
    finally:
        one.close()


def test_open_is_what_the_tiles_count(office_reader: Reader, office: Path) -> None:
    low = rows(office, f"SELECT count(*) FROM findings WHERE {OPEN} AND severity = 'low'")[0][0]
    assert f"{low} open in all" in text_of(office_reader, "/")
