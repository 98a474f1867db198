"""The evaluation in every format, read back; and what is not provided, in each."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.shared import Emu, Mm

from registry.authority.advice import ADVICE_KINDS, Advice, Ground
from registry.authority.evaluation import GROUPS, Evaluation, GroupName
from registry.authority.figures import Ratio
from registry.locale import Language
from registry.report.docx_page import Column
from registry.report.evaluation import RenderOptions, render, render_bytes
from registry.report.evaluation.docx_format import row_points
from registry.report.evaluation.wording import grounds_text, lines_of, rate_text
from registry.report.terminal import text_width

Choose = Callable[[Language], None]


def text(form: str, evaluation: Evaluation, **options: Any) -> str:
    return "".join(render(form, evaluation, RenderOptions(**options)))


def workbook(evaluation: Evaluation) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render_bytes("xlsx", evaluation, RenderOptions())))


def paper(evaluation: Evaluation) -> Any:
    return Document(io.BytesIO(render_bytes("docx", evaluation, RenderOptions())))


def words(document: Any) -> str:
    lines = [paragraph.text for paragraph in document.paragraphs]
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([*lines, *cells])


# table


def test_the_table_tells_figures_items_and_advice(evaluated: Evaluation) -> None:
    told = text("table", evaluated, width=140)
    lines = [" ".join(line.split()) for line in told.splitlines()]
    (row,) = (line for line in lines if line.startswith("All "))
    used = evaluated.overall.used
    assert used is not None
    assert f"600 {used.part}/{used.whole} " in row
    assert "15/600 25.0" in row
    assert f"Without a case: {used.whole - used.part} of {used.whole}" in lines
    assert "Demonstration data, not an official document." in lines
    assert "1-15-etdz" in told, "a decision that it may not take is none of the zone's"
    assert "Files of cases cover the whole period." in lines


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 100, 140])
@pytest.mark.parametrize("by", GROUPS)
def test_it_fits(
    evaluated: Evaluation,
    unprovided: Evaluation,
    in_language: Choose,
    language: Language,
    width: int,
    by: GroupName,
) -> None:
    in_language(language)
    for evaluation in (evaluated, unprovided):
        told = text("table", evaluation, width=width, by=by)
        assert [line for line in told.splitlines() if text_width(line) > width] == []


def test_rows_are_of_what_is_asked_for(evaluated: Evaluation) -> None:
    assert "市水利局" in text("table", evaluated, by="department").partition("Without")[0]
    assert "1-08-etdz" in text("table", evaluated, by="delegation").partition("Without")[0]


def test_what_is_not_provided_is_no_nought(unprovided: Evaluation, in_language: Choose) -> None:
    in_language("zh")
    told = text("table", unprovided, width=140)
    rows = told.partition("---\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split().count("未提供") for line in rows] == [7, 7, 7]
    assert "零办件：" not in told
    assert "没有覆盖评估期的办件文件" in told
    assert "保留：0、调整方式：0、加强指导：0、建议收回：0、不作建议：58" in told


# json and csv


def test_json_has_every_numerator_and_denominator(evaluated: Evaluation) -> None:
    told = json.loads(text("json", evaluated, by="delegation"))
    assert (told["schema"], told["from"], told["to"]) == (1, "2021-07-01", "2022-06-30")
    assert told["overall"]["findings"] == {"part": 15, "whole": 600}
    assert told["coverage"]["covered_days"] == told["coverage"]["days"] == 365
    assert told["run"] == {"no": 1, "as_of": "2022-06-30", "rules": 1}
    assert told["thresholds"]["minimum_cases"] == 20
    assert len(told["rows"]) == 58
    assert told["demonstration"] is True
    (row,) = (r for r in told["rows"] if r["reference"].endswith(":1-08-etdz"))
    assert row["advice"] in ADVICE_KINDS
    assert set(row["grounds_text"]) == {"zh", "en"}
    idle = [r["reference"] for r in told["rows"] if r["advice"] == "adjust"]
    assert idle == [reference for reference in told["without_case"] if reference in idle]
    for row in told["rows"]:
        assert (row["advice"] is None) == (row["no_advice_because"] is not None)


def test_json_says_null_where_nothing_is_provided(unprovided: Evaluation) -> None:
    told = json.loads(text("json", unprovided))
    for record in (told["overall"], *told["rows"]):
        names = ("cases", "used", "within_legal", "within_promised", "findings", "returned")
        assert {record[name] is None for name in (*names, "satisfaction", "late")} == {True}
        assert record["papers"]["whole"] > 0
    assert told["without_case"] is told["apart"] is told["run"] is None


@pytest.mark.parametrize("by", GROUPS)
def test_csv_has_a_line_a_row(evaluated: Evaluation, by: GroupName) -> None:
    lines = list(csv.reader(io.StringIO(text("csv", evaluated, by=by))))
    assert len({len(line) for line in lines}) == 1
    number = {"zone": 2, "delegation": 58, "department": len(evaluated.departments)}[by]
    assert len(lines) == 2 + number
    whole = dict(zip(lines[0], lines[1], strict=True))
    assert whole["Cases"] == "600"
    assert whole["Findings a 1,000 cases: part"] == "15"
    assert whole["Findings a 1,000 cases: whole"] == "600"


def test_csv_says_what_is_not_provided(unprovided: Evaluation) -> None:
    lines = list(csv.reader(io.StringIO(text("csv", unprovided))))
    assert all(line.count("not given") == 15 for line in lines[1:])


# workbook


def test_the_workbook_has_every_group(evaluated: Evaluation, in_language: Choose) -> None:
    in_language("zh")
    book = workbook(evaluated)
    assert book.sheetnames == ["按承接主体", "按市级部门", "按赋权", "零办件", "说明"]
    sheet = book["按承接主体"]
    assert sheet["A1"].value == "赋权事项运行评估（2021-07-01至2022-06-30）"
    assert sheet["A2"].value == "演示数据，非正式文件。"
    rows = [list(row) for row in sheet.iter_rows(min_row=4, values_only=True)]
    whole = dict(zip(rows[0], rows[1], strict=True))
    assert (whole["办件"], whole["每千件问题：分子"], whole["每千件问题：分母"]) == (600, 15, 600)
    assert whole["每千件问题"] == "25.0"
    delegations = list(book["按赋权"].iter_rows(min_row=5, values_only=True))
    assert len(delegations) == 58
    assert {row[-2] for row in delegations} <= {"保留", "加强指导", "调整方式", "建议收回", "—"}
    assert len(list(book["零办件"].iter_rows(min_row=5))) == len(evaluated.idle)
    said = "\n".join(str(row[0]) for row in book["说明"].iter_rows(values_only=True))
    assert "withdrawal_findings = 100" in said


def test_the_workbook_says_what_is_not_provided(
    unprovided: Evaluation, in_language: Choose
) -> None:
    in_language("zh")
    book = workbook(unprovided)
    assert "零办件" not in book.sheetnames
    for row in book["按承接主体"].iter_rows(min_row=5, values_only=True):
        assert row.count("未提供") == 7


# paper


def test_the_paper_is_chinese_and_complete(evaluated: Evaluation, in_language: Choose) -> None:
    for language in ("en", "zh"):
        in_language(language)  # type: ignore[arg-type]
        document = paper(evaluated)
        lines = [paragraph.text for paragraph in document.paragraphs]
        title = "〔发文单位〕\n关于赋权事项运行情况的评估报告"
        assert lines[:3] == ["〔文号〕", title, "（2021年7月1日至2022年6月30日）"]
        assert "登记办件600件" in lines[3]
        assert "每千件问题25.0（15/600）" in lines[3]
        assert "〔发文单位〕　2022年6月30日" in lines
        zones, departments, advice = document.tables
        assert [cell.text for cell in zones.rows[0].cells][:3] == ["承接主体", "办件", "使用率"]
        assert zones.rows[1].cells[0].text == "聊城经开区"
        assert len(departments.rows) == 1 + len(evaluated.departments)
        assert advice.rows[1].cells[0].text in ("建议收回", "加强指导", "调整方式")
        assert "guidance_" not in words(document), "an office reads figures, not keys"
        assert "零办件" in words(document)
        assert not re.search(r"[A-Za-z`]|\d-\d\d|[”》]、[“《]", words(document)), (
            "no id, no command"
        )


def test_the_paper_is_marked_and_says_what_is_not_provided(unprovided: Evaluation) -> None:
    document = paper(unprovided)
    (section,) = document.sections
    assert section.header.paragraphs[0].text == "演示数据，非正式公文"
    assert "使用、时限、问题、回流、满意度情况未提供" in words(document)
    assert words(document).count("未提供") > 20
    assert len(document.tables) == 2, "no advice, so no table of it"
    official = paper(replace(unprovided, demonstrates=False))
    assert official.sections[0].header.paragraphs[0].text == ""


def test_the_paper_keeps_to_two_pages(evaluated: Evaluation) -> None:
    many = replace(
        evaluated,
        zones=[replace(e, id=f"{n}", name=f"区{n}") for n in range(30) for e in evaluated.zones],
        departments=[
            replace(e, name=f"{e.name}{n}") for n in range(9) for e in evaluated.departments
        ],
        delegations=[
            replace(d, zone_name=f"{d.zone_name}{n}", usable=True, advice=_grave(d.advice))
            for n in range(9)
            for d in evaluated.delegations
        ],
    )
    for evaluation in (evaluated, many):
        document = paper(evaluation)
        (section,) = document.sections
        room = section.page_width - section.left_margin - section.right_margin
        for table in document.tables:
            assert sum(column.width for column in table.columns) <= room + Mm(0.1)
        height = Emu(section.page_height - section.top_margin - section.bottom_margin)
        assert _points(document) <= 2 * height.pt
    assert "见工作簿" in words(paper(many))


def _grave(advice: Advice) -> Advice:
    ground = Ground("withdrawal_findings", "findings", 100, Ratio(123, 456))
    return Advice("withdraw", (ground, ground))


def _points(document: Any) -> float:
    """The height of all lines and rows, wrapped as their widths ask for."""
    points = 0.0
    for paragraph in document.paragraphs:
        pitch = paragraph.paragraph_format.line_spacing.pt
        size = paragraph.runs[0].font.size.pt
        points += -(-text_width(paragraph.text) // int(166 * 72 / 25.4 / (size / 2))) * pitch
    for table in document.tables:
        columns = [Column("", column.width.mm) for column in table.columns]
        points += sum(row_points(columns, [c.text for c in row.cells]) for row in table.rows)
    return points


# wording


def test_rates_are_never_bare(evaluated: Evaluation) -> None:
    assert lines_of("used", evaluated.overall, "zh")[0] == "/".join(
        map(str, evaluated.overall.used or ())
    )
    assert rate_text("findings", Ratio(1, 3)) == "333.3"
    assert rate_text("satisfaction", Ratio(9, 2)) == "4.50"
    assert rate_text("used", Ratio(1999, 2000)) == "99.9%", "what is not all is not 100%"
    assert rate_text("used", Ratio(0, 0)) == "—"


def test_grounds_say_which_threshold_by_which_figures() -> None:
    advice = Advice("guide", (Ground("guidance_late", "late", 5, Ratio(3, 20)),))
    assert grounds_text(advice, "zh") == "超法定期限15.0%（3/20），超过5%〔guidance_late〕"
    assert (
        grounds_text(advice, "en") == "past the legal limit 15.0% (3/20), above 5% [guidance_late]"
    )
    assert grounds_text(advice, "zh", named=False) == "超法定期限15.0%（3/20），超过5%"
    assert grounds_text(Advice("keep"), "zh") == "未超过任何阈值"
    assert grounds_text(Advice(None, silence="not-provided"), "zh") == "办件情况未提供"
    adjust = Advice("adjust", (Ground("no-case"),))
    assert grounds_text(adjust, "zh") == "评估期内零办件；没有需求不等于没有能力"
