"""The 进度通报, as python-docx reads it back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from registry.audit.progress import Progress
from registry.locale import Language
from registry.model.config import PapersConfig
from registry.report.progress import RenderOptions
from registry.report.progress.docx_format import render_bytes
from registry.report.sender import sender_of


def opened(progress: Progress) -> Any:
    return Document(io.BytesIO(render_bytes(progress, RenderOptions())))


def test_it_is_chinese_whatever_the_language(
    progressed: Progress, in_language: Callable[[Language], None]
) -> None:
    for language in ("en", "zh"):
        in_language(language)
        document = opened(progressed)
        lines = [p.text for p in document.paragraphs]
        title = "〔发文单位〕\n关于赋权配套任务进度的通报"
        assert lines[:3] == ["〔文号〕", title, "（截至2021年6月30日）"]
        assert lines[3].startswith(
            "聊政字〔2021〕8号所列配套任务中，赋权事项应办462项，已办结417项，完成率90.3%"
        )
        assert "合计应办4,146项，已办结4,092项" in lines[4]
        assert "〔发文单位〕　2021年6月30日" in lines
        zones, departments, duties = document.tables
        rows = [[cell.text for cell in row.cells] for row in zones.rows]
        assert rows[0][:2] == ["名次", "承接主体"]
        assert " ".join(rows[1]) == "1 聊城经开区 1,986 1,979 1,970 0 7 99.6% 99.2%"
        assert len(departments.rows) == 1 + len(progressed.departments)
        assert duties.rows[1].cells[1].text == "权责清单编制"


def test_its_tables_fit_the_page_in_width_and_height(progressed: Progress) -> None:
    many = replace(progressed, departments=progressed.departments * 3)
    for progress in (progressed, many):
        document = opened(progress)
        (section,) = document.sections
        room = section.page_width - section.left_margin - section.right_margin
        height = 0
        for table in document.tables:
            assert sum(column.width for column in table.columns) <= room + Mm(0.1)
            spacing = table.rows[0].cells[0].paragraphs[0]._p.pPr.find(qn("w:spacing"))
            height += len(table.rows) * (int(spacing.get(qn("w:line"))) / 20 + 1)
        assert height <= 500


def test_demonstration_is_said_on_the_page(progressed: Progress, plain: Progress) -> None:
    (section,) = opened(progressed).sections
    assert section.header.paragraphs[0].text == "演示数据，非正式公文"
    (section,) = opened(plain).sections
    assert section.header.paragraphs[0].text == ""


def test_nothing_owed_makes_no_table(nothing: Progress) -> None:
    document = opened(nothing)
    assert document.tables == []
    assert "没有核查任何内容" in "".join(p.text for p in document.paragraphs)


def test_one_kind_of_items_has_one_sentence_and_unknown_dates_a_column(plain: Progress) -> None:
    overall = replace(plain.overall, unknown=3)
    document = opened(replace(plain, delegated=None, overall=overall))
    lines = [p.text for p in document.paragraphs]
    assert lines[3].startswith("聊政字〔2021〕8号所列配套任务应办4,146项")
    assert lines[3].endswith("期限不明3项。")
    assert "其余事项" not in "".join(lines)
    heads = [cell.text for cell in document.tables[0].rows[0].cells]
    assert heads[7] == "不明"
    assert any("不明指期限无法核算" in line for line in lines)


def test_the_sender_and_a_red_heading_as_set(plain: Progress) -> None:
    sender = sender_of(
        PapersConfig(sender="甲办", number="甲〔{year}〕{n}号", red_heading=True), "2021-06-30", 3
    )
    content = render_bytes(plain, RenderOptions(sender=sender))
    lines = [p.text for p in Document(io.BytesIO(content)).paragraphs]
    assert lines[0] == "甲办"
    assert "甲〔2021〕3号" in lines
    assert "甲办　2021年6月30日" in lines
