"""The workbook, read back from its XML: what each sheet holds, and how it prints."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from registry import locale
from registry.audit.finding import Audit, Text
from registry.files import atomic_write
from registry.report.audit import BINARY_FORMATS, RenderOptions, render_bytes
from registry.report.xlsx_parts import SheetNames, column_widths, row_height
from tests.conftest import Run

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
MakeContext = Callable[..., RenderOptions]


class Book:
    """A workbook's sheets by name: `xml` of each, and its cells by reference."""

    def __init__(self, content: bytes) -> None:
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert archive.testzip() is None
        read = {name: archive.read(name) for name in archive.namelist()}
        book = ElementTree.fromstring(read["xl/workbook.xml"])
        self.names = [s.attrib["name"] for s in book.iterfind("m:sheets/m:sheet", NS)]
        self.defined = {
            (n.attrib["name"], n.attrib.get("localSheetId")): n.text
            for n in book.iterfind("m:definedNames/m:definedName", NS)
        }
        strings = ElementTree.fromstring(read["xl/sharedStrings.xml"])
        self._strings = [
            "".join(t.text or "" for t in si.iter(f"{{{NS['m']}}}t"))
            for si in strings.iterfind("m:si", NS)
        ]
        self.styles = ElementTree.fromstring(read["xl/styles.xml"])
        self.files = read
        self.xml = {
            name: ElementTree.fromstring(read[f"xl/worksheets/sheet{n}.xml"])
            for n, name in enumerate(self.names, 1)
        }

    def cells(self, name: str) -> dict[str, tuple[str | float, str]]:
        """Value and style of every cell that holds something."""
        cells: dict[str, tuple[str | float, str]] = {}
        for cell in self.xml[name].iterfind(".//m:c", NS):
            assert cell.find("m:f", NS) is None, "no formula"
            value = cell.findtext("m:v", None, NS)
            if value is not None:
                text = cell.attrib.get("t") == "s"
                read = self._strings[int(value)] if text else float(value)
                cells[cell.attrib["r"]] = (read, cell.attrib["s"])
        return cells

    def rows(self, name: str) -> list[dict[str, str | float]]:
        """The list of a body's sheet, by its headers."""
        cells = {ref: value for ref, (value, _style) in self.cells(name).items()}
        found = self.xml[name].find("m:autoFilter", NS)
        assert found is not None
        ends = re.findall(r"([A-Z]+)(\d+)", found.attrib["ref"])
        first, last = int(ends[0][1]), int(ends[1][1])
        columns = [chr(c) for c in range(ord("A"), ord(ends[1][0]) + 1)]
        heads = {c: str(cells[f"{c}{first}"]) for c in columns}
        return [
            {h: cells.get(f"{c}{row}", "") for c, h in heads.items()}
            for row in range(first + 1, last + 1)
        ]

    def fill(self, style: str) -> str:
        """The fill colour of a style."""
        xf = self.styles.findall("m:cellXfs/m:xf", NS)[int(style)]
        fill = self.styles.findall("m:fills/m:fill", NS)[int(xf.attrib["fillId"])]
        colour = fill.find("m:patternFill/m:fgColor", NS)
        return "" if colour is None else colour.attrib["rgb"]


def made(audit: Audit, context: RenderOptions) -> Book:
    return Book(render_bytes("xlsx", audit, context))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sheet_that_sums_up_then_a_sheet_a_body(
    findings_only: Audit, context: MakeContext, language: locale.Language
) -> None:
    book = made(findings_only, context(language))
    owed = {body for f in findings_only.findings for body in f.owed_by}
    assert book.names[0] == {"en": "Summary", "zh": "总体情况"}[language]
    assert len(book.names) == 1 + len(owed)
    assert "市应急局" in book.names
    summary = [value for value, _ in book.cells(book.names[0]).values()]
    assert {"聊城高新区", 64.0, 706.0, 139.0} <= set(summary)
    links = book.xml[book.names[0]].findall("m:hyperlinks/m:hyperlink", NS)
    assert {link.attrib["location"] for link in links} == {f"'{n}'!A1" for n in book.names[1:]}


def test_every_finding_of_a_body_is_in_its_sheet(
    findings_only: Audit, context: MakeContext
) -> None:
    book = made(findings_only, context())
    for body, name in (("yjj", "市应急局"), ("hidz", "聊城高新区"), ("office", "reform office")):
        own = [f for f in findings_only.findings if body in f.owed_by]
        rows = book.rows(name)
        assert sorted((r["Code"], r["Subject"]) for r in rows) == sorted(
            (f.code, f.subject_id) for f in own
        )
        assert all(r["Severity"] and r["Provenance"] and r["Remedy"] for r in rows)
    row = next(r for r in book.rows("市应急局") if r["Code"] == "AGR001")
    assert date(1899, 12, 30) + timedelta(days=float(row["Due on"])) == date(2021, 5, 28)
    assert (row["Severity"], row["Days overdue"], row["Owed by"]) == (
        "high",
        33.0,
        "市应急局, 聊城经开区",
    )
    assert "Department" not in row
    assert "Waived" not in row


def test_headers_follow_the_language(findings_only: Audit, context: MakeContext) -> None:
    row = made(findings_only, context("zh")).rows("市应急局")[0]
    assert list(row)[:3] == ["序号", "严重程度", "编号"]
    assert row["严重程度"] == "高"


def test_severity_is_a_fill_too(findings_only: Audit, context: MakeContext) -> None:
    book = made(findings_only, context())
    fills = {
        str(value): book.fill(style)
        for value, style in book.cells("聊城高新区").values()
        if value in ("high", "medium", "info")
    }
    assert fills == {"high": "FF7F1D1D", "medium": "FFFBD9A5", "info": "FFE5EAF0"}


def test_texts_that_look_like_formulas_stay_texts(
    findings_only: Audit, context: MakeContext
) -> None:
    for evil in ("=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://example.com", "123"):
        first = findings_only.findings[0]._replace(item_name=evil, message=Text(evil, evil))
        book = made(replace(findings_only, findings=[first]), context())
        (row,) = book.rows(book.names[1])
        assert row["Item name"] == row["Message"] == evil
        assert not [name for name in book.files if "sheet2.xml.rels" in name]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sheet_prints_on_a4_with_banner_and_repeated_header(
    findings_only: Audit, context: MakeContext, language: locale.Language
) -> None:
    banner = {"en": "Demonstration data, not an official paper", "zh": "演示数据，非正式文件"}
    book = made(findings_only, context(language))
    for number, name in enumerate(book.names):
        sheet = book.xml[name]
        page = sheet.find("m:pageSetup", NS)
        assert page is not None
        assert page.attrib["paperSize"] == "9"
        assert page.attrib["orientation"] == "landscape"
        assert page.attrib["fitToHeight"] == "0"
        header = sheet.findtext("m:headerFooter/m:oddHeader", "", NS)
        assert banner[language] in header
        assert "&P / &N" in sheet.findtext("m:headerFooter/m:oddFooter", "", NS)
        texts = [str(value) for value, _ in book.cells(name).values()]
        assert banner[language] in texts
        assert any("1,847" in text for text in texts), "the provenance line"
        if number:
            assert sheet.find(".//m:pane[@state='frozen']", NS) is not None
            assert ("_xlnm.Print_Titles", str(number)) in book.defined
    official = replace(findings_only, provenance={"instrument": {"official": 1}})
    plain = made(official, context(language))
    headers = [x.findtext("m:headerFooter/m:oddHeader", "", NS) for x in plain.xml.values()]
    assert not [header for header in headers if banner[language] in header]


def test_all_rows_and_waived_ones_where_wanted(
    audited: tuple[Audit, dict[str, str]], context: MakeContext
) -> None:
    some = audited[0].findings[:300]
    waived = [f._replace(waived=f.status == "alarm") for f in some]
    book = made(replace(audited[0], findings=waived), context(everything=True))
    assert book.names[-1] == "Every subject"
    assert len(book.rows("Every subject")) == 300
    body = next(name for name in book.names[1:-1] if "Waived" in book.rows(name)[0])
    assert book.rows(body)[0]["Waived"] == "Waived"


def test_it_does_not_depend_on_the_clock(findings_only: Audit, context: MakeContext) -> None:
    assert render_bytes("xlsx", findings_only, context()) == render_bytes(
        "xlsx", findings_only, context()
    )
    book = made(findings_only, context())
    assert b"2021-06-30T00:00:00Z" in book.files["docProps/core.xml"]


def test_names_of_sheets_are_allowed_and_unique() -> None:
    names = SheetNames()
    assert names.unique("市:局/[甲]*?\\") == "市 局  甲"
    assert names.unique("A" * 40) == "A" * 31
    assert names.unique("a" * 40) == "a" * 27 + " (2)"
    assert names.unique("History") == "History (2)"
    assert names.unique("'") == "-"
    assert names.unique("'甲'") == "甲"


def test_widths_count_chinese_twice() -> None:
    assert column_widths(["名称"], [["取水许可"]], [20]) == [9]
    assert column_widths(["名称"], [["取水许可" * 9]], [20]) == [21]
    assert column_widths(["N"], [[None, 5]], [20]) == [5]
    assert row_height(["取水许可" * 5], [21]) > row_height(["取水许可"], [21])
    assert row_height(["字" * 9999], [10]) == 409


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    atomic_write(path, b"PK")
    assert path.read_bytes() == b"PK"
    assert [p.name for p in path.parent.iterdir()] == ["a.xlsx"]
    assert BINARY_FORMATS == ("xlsx",)


def test_the_command_asks_for_a_file(run: Callable[..., Run], built_copy: Path) -> None:
    asked = ("--db", built_copy, "audit", "--as-of", "2021-06-30", "--format", "xlsx")
    refused = run(*asked)
    assert refused.rc == 2
    assert "-o FILE" in refused.stderr
    written = run(*asked, "-o", "a.xlsx")
    assert (written.rc, written.stdout) == (1, "")
    assert Book((built_copy.parent / "a.xlsx").read_bytes()).names[0] == "Summary"
