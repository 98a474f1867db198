"""An evaluation as a two-page paper 赋权事项运行评估 (DOCX).

A Chinese official paper like the letters: in Chinese whatever the language in use; what only its
sender knows is set in registry.toml, else a placeholder. What does not fit on two pages is
counted; the workbook has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH

from registry.authority.advice import ADVICE_KINDS
from registry.authority.evaluation import EvaluatedDelegation, Evaluation
from registry.authority.figures import Figures, Ratio
from registry.model.config import PapersConfig
from registry.report.chinese_text import chinese_date, listed, quoted, with_chinese_dates
from registry.report.docx_page import (
    HEADING_FONT,
    TITLE_FONT,
    TITLE_SIZE,
    Column,
    Margins,
    add_paragraph,
    add_red_heading,
    add_table,
    document_bytes,
    new_document,
    set_page,
)
from registry.report.evaluation import RenderOptions
from registry.report.evaluation.wording import (
    advice_name,
    cases_text,
    fraction,
    grounds_text,
    lines_of,
    notes,
    rate_text,
)
from registry.report.sender import sender_of
from registry.report.terminal import wrap

_SUBJECT: Final = "关于赋权事项运行情况的评估报告"
_PAGE: Final = Margins(26, 20, 22, 22, header=12, footer=9)
_FIGURES: Final = {
    "used": "使用率",
    "within_legal": "法定期限内",
    "within_promised": "承诺期限内",
    "findings": "每千件问题",
    "returned": "回流",
    "papers": "配套任务",
    "satisfaction": "满意度",
}
_ADVICE_COLUMNS: Final = (
    Column("建议", 17, "center"),
    Column("事项", 55),
    Column("承接主体", 22, "center"),
    Column("依据", 70),
)
_COMMAND: Final = re.compile("[；;，,。][^；;，,。]*`[^`]*`[^；;，,。]*")
"""What a note tells to do at the command line."""

_ROOM: Final = 164.0
"""Millimetres that lines and tables take in width."""

_HEIGHT: Final = 2 * 680.0
"""Points of two pages, less what a row that does not break may leave empty between them."""

_RED_HEADING: Final = 60.0
"""Points that a red heading takes of them."""

_TEXT: Final = (12.0, 19.0)
_NOTE: Final = (9.0, 12.5)
_CELL: Final = (8.0, 11.0)
"""Size and pitch of text, of notes and lists, and of tables, in points."""

_ZONES: Final = 10
_DEPARTMENTS: Final = 16
_IDLE_LINES: Final = 8
"""The most bodies that a table shows, and lines that name items without a case."""


def render_bytes(evaluation: Evaluation, options: RenderOptions) -> bytes:
    """The paper as a DOCX file."""
    sender = options.sender or sender_of(PapersConfig(), evaluation.as_of)
    document = new_document(
        f"{sender.name}{_SUBJECT}", evaluation.as_of, demonstration=evaluation.demonstrates
    )
    set_page(document.sections[0], _PAGE)
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    left = _HEIGHT
    if sender.red_heading:
        add_red_heading(document, sender.name)
        left -= _RED_HEADING
    add_paragraph(document, sender.number, align=centre, size=12, pitch=22)
    heading = (f"{sender.name}\n{_SUBJECT}", TITLE_FONT)
    add_paragraph(document, heading, align=centre, size=TITLE_SIZE, pitch=28)
    period = f"（{chinese_date(evaluation.from_on)}至{chinese_date(evaluation.to_on)}）"
    add_paragraph(document, period, align=centre, size=12, pitch=18)
    paper = _Paper(document, left - 96)
    said, idle = ["注：", *_notes(evaluation)], list(_idle_lines(evaluation))
    paper.reserve(34, *(_height(note, *_NOTE) for note in [*said, *idle]))
    paper.text(_summary(evaluation))
    zones = [(entry.name, entry.figures) for entry in evaluation.zones]
    paper.heading("一、各承接主体情况")
    paper.table(*_bodies("承接主体", zones, _ZONES))
    departments = [(entry.name, entry.figures) for entry in evaluation.departments]
    paper.heading("二、各市级部门情况")
    paper.table(*_bodies("市级部门", departments, _DEPARTMENTS))
    paper.heading("三、零办件事项")
    for line in idle:
        add_paragraph(document, line, size=_NOTE[0], pitch=_NOTE[1])
    paper.heading("四、分类建议")
    paper.text(_advice_summary(evaluation))
    _add_advice(paper, evaluation)
    for note in said[1:]:
        add_paragraph(document, note, size=_NOTE[0], pitch=_NOTE[1])
    signed = (sender.name, "　", chinese_date(evaluation.as_of))
    add_paragraph(document, *signed, align=right, size=12, pitch=20)
    add_paragraph(document, sender.contact_line, size=9, pitch=14)
    return document_bytes(document)


def _notes(evaluation: Evaluation) -> list[str]:
    """The notes as a paper has them: without what only whoever made it can do about them."""
    return [with_chinese_dates(_COMMAND.sub("", note)) for note in notes(evaluation, "zh")]


class _Paper:
    """A document, and the points of its height that are not used yet."""

    def __init__(self, document: DocumentObject, left: float) -> None:
        self.document = document
        self.left = left

    def reserve(self, *heights: float) -> None:
        """Keep room for what comes later."""
        self.left -= sum(heights)

    def heading(self, text: str) -> None:
        add_paragraph(self.document, (text, HEADING_FONT), size=11, pitch=19, keep=True)
        self.left -= 19

    def text(self, text: str) -> None:
        add_paragraph(self.document, text, indent=2, size=_TEXT[0], pitch=_TEXT[1])
        self.left -= _height(f"　　{text}", *_TEXT)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """A table, of all rows: see `fitting`."""
        add_table(self.document, columns, rows, size=_CELL[0], pitch=_CELL[1], pad=1)
        self.left -= sum(row_points(columns, row) for row in [[c.head for c in columns], *rows])

    def fitting(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
        """How many of the rows there is room for, below a head and above a line of text."""
        left = self.left - row_points(columns, [c.head for c in columns]) - _NOTE[1]
        for number, row in enumerate(rows):
            left -= row_points(columns, row)
            if left < 0:
                return number
        return len(rows)


def row_points(columns: Sequence[Column], row: Sequence[str]) -> float:
    """The height of a row of a table, in points."""
    lines = max(
        _lines(text, column.width - 2.2, _CELL[0])
        for text, column in zip(row, columns, strict=True)
    )
    return lines * _CELL[1] + 3


def _lines(text: str, millimetres: float, size: float) -> int:
    """The lines that a text takes at a size, in points: a Chinese character is as wide as high."""
    return wrap(text, max(int(millimetres * 72 / 25.4 / (size / 2)), 2)).count("\n") + 1


def _height(text: str, size: float, pitch: float) -> float:
    return _lines(text, _ROOM, size) * pitch


def _bodies(
    kind: str, named: list[tuple[str, Figures]], most: int
) -> tuple[list[Column], list[list[str]]]:
    """A table of bodies that there is anything to tell of; of many, those with the most cases."""
    telling = [place for place, (_name, figures) in enumerate(named) if _tells(figures)]
    telling.sort(key=lambda n: (named[n][1].cases or 0, named[n][1].delegations), reverse=True)
    shown = [named[place] for place in sorted(telling[:most])]
    columns = [Column(kind, 27), Column("办件", 14, "center")]
    columns += [Column(head, 17.5, "center") for head in _FIGURES.values()]
    rows = [
        [
            *(name, cases_text(figures, "zh")),
            *(" ".join(lines_of(measure, figures, "zh")) for measure in _FIGURES),
        ]
        for name, figures in shown
    ]
    if len(named) > len(shown):
        rows.append([f"其余{len(named) - len(shown)}个", "见工作簿", *["—"] * (len(columns) - 2)])
    return columns, rows


def _tells(figures: Figures) -> bool:
    return bool(figures.cases or figures.papers.whole or (figures.used and figures.used.whole))


def _summary(evaluation: Evaluation) -> str:
    overall, coverage = evaluation.overall, evaluation.coverage
    text = f"{'、'.join(evaluation.instruments)}赋权事项，按承接主体计{overall.delegations:,}项。"
    papers = f"配套任务应办{overall.papers.whole:,}项，已办结{_of('papers', overall.papers)}。"
    if not coverage.covered:
        return f"{text}评估期内没有登记办件，使用、时限、问题、回流、满意度情况未提供。{papers}"
    text += f"登记办件{cases_text(overall, 'zh')}件。"
    for pattern, measure in (
        ("依申请且全期生效的事项中，有办件的{}；", "used"),
        ("法定期限内办结{}，", "within_legal"),
        ("承诺期限内办结{}；", "within_promised"),
        ("回流市级部门{}；", "returned"),
    ):
        ratio: Ratio = getattr(overall, measure)
        text += pattern.format(_of(measure, ratio))
    findings, rating = overall.findings, overall.satisfaction
    text += (
        "核查问题未提供；"
        if findings is None
        else f"每千件问题{rate_text('findings', findings)}（{fraction(findings)}）；"
    )
    if rating is not None and rating.whole:
        text += f"满意度平均{rate_text('satisfaction', rating)}（{rating.whole:,}件评价）。"
    else:
        text += "满意度未提供。"
    return text + papers


def _of(measure: str, ratio: Ratio) -> str:
    return fraction(ratio) + (f"（{rate_text(measure, ratio)}）" if ratio.whole else "")


def _idle_lines(evaluation: Evaluation) -> Iterator[str]:
    """Items without a case, by zone, in few lines: what is left out is counted."""
    used = evaluation.overall.used
    if used is None:
        yield "未提供。"
        return
    idle = evaluation.idle
    yield f"依申请且全期生效的{used.whole:,}项中，零办件{len(idle):,}项。"
    zones = dict.fromkeys(delegation.zone_name for delegation in idle)
    for place, zone in enumerate(zones):
        if place == _IDLE_LINES // 2:
            rest = sum(d.zone_name not in list(zones)[:place] for d in idle)
            yield f"其余{rest:,}项见工作簿。"
            return
        lines = max(_IDLE_LINES // min(len(zones), _IDLE_LINES // 2), 1)
        yield _named(zone, [d for d in idle if d.zone_name == zone], lines)


def _named(zone: str, idle: Sequence[EvaluatedDelegation], lines: int) -> str:
    """The items of a zone, as many as fit on so many lines."""
    names = [quoted(delegation.item_name) for delegation in idle]
    for shown in range(len(names), 0, -1):
        more = f"等{len(names)}项" if shown < len(names) else f"，共{len(names)}项"
        text = f"{zone}：{listed(names[:shown])}{more}。"
        if _lines(text, _ROOM, _NOTE[0]) <= lines:
            return text
    return f"{zone}：{len(names)}项。"


def _advice_summary(evaluation: Evaluation) -> str:
    kinds = [delegation.advice.kind for delegation in evaluation.delegations]
    names = {"keep": "保留", "guide": "加强指导", "adjust": "调整方式", "withdraw": "建议收回"}
    counted = "、".join(f"{name}{kinds.count(kind)}项" for kind, name in names.items())  # type: ignore[arg-type]
    return (
        f"{counted}，不作建议{kinds.count(None)}项。没有办件不等于没有能力：建议收回须有问题率、超期率或者"
        f"回流率的依据，且不少于{evaluation.thresholds.minimum_cases}件；仅零办件的，建议调整方式。"
    )


def _add_advice(paper: _Paper, evaluation: Evaluation) -> None:
    """The delegations that are not simply to be kept, the gravest first, as many as there is room
    for."""
    found = [
        d for kind in ADVICE_KINDS[:-1] for d in evaluation.delegations if d.advice.kind == kind
    ]
    rows = [
        (
            advice_name(delegation.advice, "zh"),
            delegation.item_name,
            delegation.zone_name,
            grounds_text(delegation.advice, "zh", named=False),
        )
        for delegation in found
    ]
    shown = paper.fitting(_ADVICE_COLUMNS, rows)
    if shown:
        paper.table(_ADVICE_COLUMNS, rows[:shown])
    if shown < len(rows):
        text = f"其余{len(rows) - shown:,}项及依据见工作簿。"
        add_paragraph(paper.document, text, size=_NOTE[0], pitch=_NOTE[1])
