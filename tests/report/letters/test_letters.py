"""Letters, as python-docx reads them back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.finding import Finding, Text
from registry.audit.finding_builder import OFFICE
from registry.audit.rule_book import RuleBook
from registry.report.letters import Letter, letter_bytes, letter_sources, letters
from tests.conftest import SmallRoot
from tests.report.letters.conftest import PAPERS, Made


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


@pytest.mark.parametrize(("body", "titles"), [("slj", 3), ("fgw", 2), ("hidz", 3)])
def test_lists_repeat_their_heads_and_break_no_row(
    opened: Callable[[str], Any], body: str, titles: int
) -> None:
    tables = opened(body).tables
    assert len(tables) == titles
    head, *_rows = [[cell.text for cell in row.cells] for row in tables[0].rows]
    other = "市级部门" if body == "hidz" else "承接主体"
    assert head == ["序号", "事项", other, "任务", "依据", "期限", "逾期天数", "整改要求"]
    form = [cell.text for cell in tables[-1].rows[0].cells]
    assert form == ["序号", "任务", "办理情况", "完成日期", "文号", "备注"]
    for table in tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_the_page_is_that_of_the_standard(opened: Callable[[str], Any]) -> None:
    letter, annex = opened("slj").sections
    margins = (letter.top_margin, letter.bottom_margin, letter.left_margin, letter.right_margin)
    measures = (letter.page_width, letter.page_height, *margins)
    for measure, expected in zip(measures, (210, 297, 37, 35, 28, 26), strict=True):
        assert abs(measure - Mm(expected)) < Mm(0.1)
    assert annex.page_width > annex.page_height
    for table in opened("slj").tables:
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
    title = paragraph(document, "〔发文单位〕\n")
    assert title.text == "〔发文单位〕\n关于赋权配套任务落实情况的督办单"
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
    assert (
        "《通知》第二条第（三）项规定：“凡委托下放的事项，市级相关部门要与市属开发区管委会签订委托协议”"
        in whole
    )
    assert "印发后30个工作日内完成，最迟为2021年5月28日" in whole
    assert "截至2021年6月30日，需要你单位办理的问题共4项" in whole
    assert "反馈" in whole
    assert "特此督办。" in lines
    assert "〔文号〕" in lines
    assert lines.index("〔发文单位〕") + 1 == lines.index("2021年6月30日")
    assert lines[-1] == "〔发文单位〕\t2021年6月30日印发"
    assert lines[-2].startswith("抄送：聊城高新技术产业开发区管委会，")
    assert "重建数据" in whole


def test_a_short_letter_names_items_a_long_one_counts_them(opened: Callable[[str], Any]) -> None:
    assert "“取水许可”（聊城高新区）" in paragraph(opened("slj"), "（一）逾期未完成").text
    assert "“" not in paragraph(opened("hidz"), "（一）逾期未完成29项").text.replace("“二号章”", "")
    assert "共同承担" in "".join(texts(opened("hidz")))


def test_a_letter_without_overdue_matters_is_a_notice(opened: Callable[[str], Any]) -> None:
    lines = texts(opened("fgw"))
    assert "需要你单位办理的问题共2项" in "".join(lines)
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
    quiet = [own[0]._replace(waived=True), own[1]._replace(status="manual")]
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
    assert "《行政处罚法》第二十条规定：委托行政机关和受委托组织应当" in "".join(texts(document))
    assert document.tables[0].rows[1].cells[1].text == "甲<b>&“乙”（附件1第8项）"
    assert document.tables[0].rows[1].cells[4].text == "《行政处罚法》第二十条"
    assert "“甲<b>&‘乙’”（聊城经开区）" in "".join(texts(document))


def test_a_small_instrument_of_ones_own(small_root: SmallRoot) -> None:
    conn = small_root.open()
    rules = registry_rules(conn)
    audit = run_audit(conn, rules, "2021-06-30")
    written = letters(audit, letter_sources(conn, RuleBook(conn, rules), "2021-06-30"))
    assert {"jia", "yi", "east", "west"} <= {x.body for x in written}
    for letter in written:
        document = Document(io.BytesIO(letter_bytes(letter)))
        assert "《测试文件》（测试〔2021〕1号" in "".join(texts(document))
        assert len(document.tables[0].rows) == 1 + len(letter.groups.demanded)


def test_what_the_office_has_set_stands_in_its_letters(sent: Made) -> None:
    written = letters(*sent, first_number=12)
    assert [x.sender.number for x in written][:2] == ["示改〔2021〕12号", "示改〔2021〕13号"]
    assert all(x.sender.left_open == [] for x in written)
    lines = texts(Document(io.BytesIO(letter_bytes(written[0]))))
    whole = "".join(lines)
    assert "示例市改革办公室\n关于" in whole
    assert "请于2021年7月14日前" in whole, "ten working days on"
    assert "（联系人：示例甲；联系电话：0000-0000000）" in lines
    assert "〔" not in whole.replace("〔2021〕", "").replace("〔2019〕", "")


def test_a_red_heading_is_optional(sent: Made) -> None:
    audit, sources = sent
    papers = replace(PAPERS, red_heading=True)
    red = letters(audit, replace(sources, papers=papers), bodies=["slj"])[0]
    plain = letters(audit, sources, bodies=["slj"])[0]
    first = Document(io.BytesIO(letter_bytes(red))).paragraphs[0]
    assert first.text == "示例市改革办公室"
    assert str(first.runs[0].font.color.rgb) == "C00000"
    assert first._p.pPr.find(qn("w:pBdr")) is not None
    assert Document(io.BytesIO(letter_bytes(plain))).paragraphs[0].text == "示改〔2021〕〔序号〕号"
    assert 'class="head"' in letter_bytes(red, "html").decode()
    assert 'class="head"' not in letter_bytes(plain, "html").decode()


def test_the_signature_stands_with_what_is_above_it(by_body: dict[str, Letter]) -> None:
    """No page bears the signature alone, nor the last lines of the paper."""
    for letter in by_body.values():
        document = Document(io.BytesIO(letter_bytes(letter)))
        lines = [p.text for p in document.paragraphs]
        end = lines.index("（联系人：〔姓名〕；联系电话：〔电话〕）")
        start = lines.index("特此督办。" if "特此督办。" in lines else "特此函告。") - 1
        held = [p.paragraph_format.keep_with_next for p in document.paragraphs[start:end]]
        assert lines[start]
        assert all(held)
        last = document.tables[-1].rows[-1].cells[0].paragraphs[0]
        assert last.paragraph_format.keep_with_next
        assert document.paragraphs[-2].paragraph_format.keep_with_next


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_other_formats_say_the_same(by_body: dict[str, Letter], form: str) -> None:
    letter = by_body["slj"]
    text = letter_bytes(letter, form).decode()
    content = letter.content()
    for part in content.paragraphs:
        assert part.heading + part.text[:20].replace("’", "’") in re.sub("</?span[^>]*>", "", text)
    for words in (content.sender.name, content.addressee, *(t.title for t in content.tables)):
        assert words in text
    assert content.log_note in text
    assert "演示数据，非正式公文" in text


def test_a_page_escapes_and_needs_nothing_from_elsewhere(by_body: dict[str, Letter]) -> None:
    letter = by_body["slj"]
    found = letter.groups.overdue[0]._replace(item_name="甲<b>|*乙*")
    strange = replace(letter, groups=replace(letter.groups, overdue=[found]))
    page = letter_bytes(strange, "html").decode()
    assert "甲<b>" not in page
    assert "甲&lt;b&gt;" in page
    assert not re.search(r"(src|href)=|url\(|@import|<script", page)
    assert "甲\\<b>\\|\\*乙\\*" in letter_bytes(strange, "markdown").decode()


def test_every_page_states_what_the_log_was(made: Made, by_body: dict[str, Letter]) -> None:
    """Whoever holds the paper can check with it that nothing before was rewritten."""
    head = made[1].log
    document = Document(io.BytesIO(letter_bytes(next(iter(by_body.values())))))
    for section in document.sections:
        for footer in (section.footer, section.even_page_footer):
            texts = [paragraph.text for paragraph in footer.paragraphs]
            assert f"{head.bytes:,}字节" in texts[-1]
            assert texts[-1].endswith(head.sha256)
