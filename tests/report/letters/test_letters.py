"""Letters, as python-docx reads them back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from registry.audit.duty_rules import registry_rules
from registry.audit.finding import Audit, Finding, Text
from registry.audit.finding_builder import OFFICE, run_audit
from registry.audit.rule import load_rules
from registry.audit.rule_book import RuleBook
from registry.report.docx_page import chinese_date
from registry.report.letters.letter import Letter, letter_bytes, letters
from registry.report.letters.paragraphs import Sources, _ordinal
from registry.store.bodies import body_names
from registry.store.connection import connect
from registry.store.log.checkpoints import log_head
from registry.store.notices import full_names, notices, zone_ids
from tests.conftest import SmallRoot

Made = tuple[Audit, Sources]


def sources_of(conn: Any, as_of: str) -> Sources:
    rules = RuleBook(conn, registry_rules(conn))
    return Sources(
        *(as_of, rules, notices(conn), body_names(conn), full_names(conn), zone_ids(conn)),
        log_head(conn),
    )


@pytest.fixture(scope="module")
def made(built: Path) -> Made:
    conn = connect(built)
    try:
        return run_audit(conn, load_rules(), "2021-06-30"), sources_of(conn, "2021-06-30")
    finally:
        conn.close()


@pytest.fixture(scope="module")
def by_body(made: Made) -> dict[str, Letter]:
    return {letter.body: letter for letter in letters(*made)}


@pytest.fixture(scope="module")
def opened(by_body: dict[str, Letter]) -> Callable[[str], Any]:
    documents: dict[str, Any] = {}

    def get(body: str) -> Any:
        if body not in documents:
            documents[body] = Document(io.BytesIO(letter_bytes(by_body[body])))
        return documents[body]

    return get


def texts(document: Any) -> list[str]:
    return [p.text for p in document.paragraphs if p.text]


def fonts(paragraph: Any) -> list[tuple[str, str, float]]:
    """Latin font, Chinese font and size of each run."""
    found = []
    for run in paragraph.runs:
        names = run._element.rPr.rFonts
        found.append((names.get(qn("w:ascii")), names.get(qn("w:eastAsia")), run.font.size.pt))
    return found


def paragraph(document: Any, beginning: str) -> Any:
    return next(p for p in document.paragraphs if p.text.startswith(beginning))


def test_every_body_that_owes_gets_a_letter_and_no_other(
    made: Made, by_body: dict[str, Letter]
) -> None:
    audit, sources = made
    owing = {b for f in audit.findings if f.status == "alarm" for b in f.owed_by} - {OFFICE}
    assert set(by_body) == owing
    assert "nyj" not in by_body, "owes nothing"
    order = list(sources.full_names)
    assert list(by_body) == sorted(by_body, key=order.index)


def test_the_kind_follows_the_content(made: Made, by_body: dict[str, Letter]) -> None:
    assert by_body["slj"].kind == "督办单"
    assert by_body["fgw"].kind == "工作提示函", "only something of severity info"
    assert {x.kind for x in letters(*made, "工作提示函")} == {"工作提示函"}
    assert by_body["slj"].file_name == "督办单-市水利局-20210630.docx"


@pytest.mark.parametrize("body", ["slj", "fgw", "hidz"])
def test_the_table_holds_the_bodys_open_findings(
    made: Made, opened: Callable[[str], Any], body: str
) -> None:
    own = [f for f in made[0].findings if f.status == "alarm" and body in f.owed_by]
    (table,) = opened(body).tables
    head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
    other = "市级部门" if body == "hidz" else "承接主体"
    assert head == [
        *("序号", "事项编号", "事项名称", other, "任务", "条款", "期限", "逾期天数", "整改要求")
    ]
    assert [row[0] for row in rows] == [str(n + 1) for n in range(len(own))]
    expected = sorted((f.item or "—", f.due_on or "—", str(f.days_overdue or "—")) for f in own)
    assert sorted((row[1], row[6], row[7]) for row in rows) == expected
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_the_page_is_that_of_the_standard(opened: Callable[[str], Any]) -> None:
    letter, annex = opened("slj").sections
    margins = (letter.top_margin, letter.bottom_margin, letter.left_margin, letter.right_margin)
    measures = (letter.page_width, letter.page_height, *margins)
    for measure, expected in zip(measures, (210, 297, 37, 35, 28, 26), strict=True):
        assert abs(measure - Mm(expected)) < Mm(0.1)
    assert annex.page_width > annex.page_height
    (table,) = opened("slj").tables
    width = sum(column.width for column in table.columns)
    assert width <= annex.page_width - annex.left_margin - annex.right_margin + Mm(0.1)
    assert opened("slj").settings.odd_and_even_pages_header_footer
    for footer, alignment in ((letter.footer, "RIGHT"), (letter.even_page_footer, "LEFT")):
        number, _note = footer.paragraphs
        assert number.text == "— 1 —"
        assert "PAGE" in number._p.xml
        assert number.alignment.name == alignment
        assert set(fonts(number)) == {("宋体", "宋体", 14.0)}


def test_the_type_is_that_of_the_standard(opened: Callable[[str], Any]) -> None:
    document = opened("slj")
    title = paragraph(document, "关于")
    assert title.text.endswith("督办单")
    assert title.alignment.name == "CENTER"
    assert fonts(title) == [("方正小标宋简体", "方正小标宋简体", 22.0)]
    body = paragraph(document, "按照")
    assert fonts(body) == [("仿宋_GB2312", "仿宋_GB2312", 16.0)]
    assert body.paragraph_format.line_spacing == Pt(28.9)
    indent = body._p.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"
    assert fonts(paragraph(document, "一、")) == [("黑体", "黑体", 16.0)]
    assert fonts(paragraph(document, "（一）"))[0] == ("楷体_GB2312", "楷体_GB2312", 16.0)
    package = {str(p.partname): p for p in document.part.package.iter_parts()}
    table = package["/word/fontTable.xml"].blob.decode()
    assert 'w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong"/>' in table


def test_it_says_what_was_asked_by_when_and_what_was_found(opened: Callable[[str], Any]) -> None:
    lines = texts(opened("slj"))
    whole = "".join(lines)
    addressee = paragraph(opened("slj"), "聊城市水利局")
    assert addressee.text == "聊城市水利局："
    assert addressee.alignment.name == "LEFT"
    assert addressee._p.pPr.find(qn("w:ind")) is None
    assert "开发区相关经济管理权限的通知》（聊政字〔2021〕8号，以下简称《通知》）" in whole
    assert "“凡委托下放的事项，市级相关部门要与市属开发区管委会签订委托协议”" in whole
    assert "印发后30个工作日内完成，最迟为2021年5月28日" in whole
    assert "截至2021年6月30日，涉及你单位的问题共9项" in whole
    assert "反馈" in whole
    assert "特此督办。" in lines
    assert "〔文号〕" in lines
    assert lines.index("〔发文单位〕") + 1 == lines.index("2021年6月30日")
    assert "重建数据" in whole


def test_a_short_letter_names_items_a_long_one_counts_them(opened: Callable[[str], Any]) -> None:
    assert "“取水许可”（聊城高新区）" in paragraph(opened("slj"), "（二）逾期完成").text
    assert "“" not in paragraph(opened("hidz"), "（一）逾期未完成29项").text.replace("“二号章”", "")
    assert "共同承担" in "".join(texts(opened("hidz")))


def test_a_letter_without_overdue_matters_is_a_notice(opened: Callable[[str], Any]) -> None:
    lines = texts(opened("fgw"))
    assert "涉及你单位的问题共2项" in "".join(lines)
    assert "特此函告。" in lines


def test_demonstration_is_said_in_red_on_every_page(
    opened: Callable[[str], Any], by_body: dict[str, Letter]
) -> None:
    for section in opened("slj").sections:
        for header in (section.header, section.even_page_header):
            (said,) = header.paragraphs
            assert said.text == "演示数据，非正式公文"
            assert str(said.runs[0].font.color.rgb) == "C00000"
    plain = replace(by_body["slj"], demonstration=False, reconstruction=False)
    document = Document(io.BytesIO(letter_bytes(plain)))
    for section in document.sections:
        for header in (section.header, section.even_page_header):
            assert "".join(p.text for p in header.paragraphs) == ""
    assert "重建" not in "".join(texts(document))


def test_waived_and_manual_findings_are_not_asked_for(made: Made) -> None:
    audit, sources = made
    own = [f for f in audit.findings if "slj" in f.owed_by]
    quiet = [replace(own[0], waived=True), replace(own[1], status="manual")]
    assert letters(replace(audit, findings=quiet), sources) == []


def test_a_rule_of_the_law_and_a_strange_name_are_set(made: Made) -> None:
    audit, sources = made
    strange = "甲<b>&\x07“乙”"
    finding = Finding(
        *("LAW003", "penalty-entrustment-unpublished", "high", "alarm", "f" * 64),
        *("liaocheng-2021-8", "item", "1-08", "1-08", strange, "etdz", "slj", ("slj",)),
        *("委托下放", None, None, None, None, Text("说明", "said"), "official"),
    )
    (letter,) = letters(replace(audit, findings=[finding]), sources)
    assert letter.kind == "工作提示函", "nothing is overdue"
    document = Document(io.BytesIO(letter_bytes(letter)))
    assert "行政处罚法" in "".join(texts(document))
    assert document.tables[0].rows[1].cells[2].text == "甲<b>&“乙”"
    assert "“甲<b>&‘乙’”（聊城经开区）" in "".join(texts(document))


def test_a_small_instrument_of_ones_own(small_root: SmallRoot) -> None:
    conn = small_root.open()
    audit = run_audit(conn, load_rules(), "2021-06-30")
    written = letters(audit, sources_of(conn, "2021-06-30"))
    assert {"jia", "yi", "east", "west"} <= {x.body for x in written}
    for letter in written:
        document = Document(io.BytesIO(letter_bytes(letter)))
        assert "《测试文件》（测试〔2021〕1号" in "".join(texts(document))
        assert len(document.tables[0].rows) == 1 + len(letter.findings)


def test_dates_and_numbers_in_chinese() -> None:
    assert chinese_date("2021-06-30") == "2021年6月30日"
    assert [_ordinal(n) for n in (1, 10, 11, 20, 23)] == ["一", "十", "十一", "二十", "二十三"]


def test_every_page_states_what_the_log_was(made: Made, by_body: dict[str, Letter]) -> None:
    """Whoever holds the paper can check with it that nothing before was rewritten."""
    head = made[1].log
    document = Document(io.BytesIO(letter_bytes(next(iter(by_body.values())))))
    for section in document.sections:
        for footer in (section.footer, section.even_page_footer):
            texts = [paragraph.text for paragraph in footer.paragraphs]
            assert f"{head.bytes:,}字节" in texts[-1]
            assert texts[-1].endswith(head.sha256)
