"""Progress as a one-page 进度通报 (DOCX).

A Chinese official paper like the letters: in Chinese whatever the language in use; what only its
sender knows is set in registry.toml, else a placeholder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from docx.enum.text import WD_ALIGN_PARAGRAPH

from registry.audit.progress import ObligationCounts, Progress, RankedEntry
from registry.model.config import PapersConfig
from registry.report.chinese_text import chinese_date
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
from registry.report.progress import RenderOptions
from registry.report.progress.wording import figures, percent
from registry.report.sender import sender_of

_SUBJECT: Final = "关于赋权配套任务进度的通报"
_GROUPS: Final = {
    "instrument": "文件",
    "zone": "承接主体",
    "department": "市级部门",
    "duty": "配套任务",
}
_PAGE: Final = Margins(26, 20, 24, 24, header=12, footer=9)
_FIGURES: Final = ("应办", "已办结", "按期", "未到期", "逾期", "不明")
_RATES: Final = ("完成率", "按期完成率")

_ROOM: Final = 450.0
"""Points that tables and their captions may take in height."""

_RED_HEADING: Final = 60.0
"""Points that a red heading takes of them."""

_TYPE: Final = 9.0
_LINE: Final = 16.0


def render_bytes(progress: Progress, options: RenderOptions) -> bytes:
    """The paper as a DOCX file. Its type gets smaller where there are many bodies."""
    sender = options.sender or sender_of(PapersConfig(), progress.as_of)
    title = f"{sender.name}{_SUBJECT}"
    document = new_document(title, progress.as_of, demonstration=progress.demonstrates)
    set_page(document.sections[0], _PAGE)
    centre = WD_ALIGN_PARAGRAPH.CENTER
    room = _ROOM
    if sender.red_heading:
        add_red_heading(document, sender.name)
        room -= _RED_HEADING
    add_paragraph(document, sender.number, align=centre, size=12, pitch=22)
    heading = (f"{sender.name}\n{_SUBJECT}", TITLE_FONT)
    add_paragraph(document, heading, align=centre, size=TITLE_SIZE, pitch=28)
    day = f"（截至{chinese_date(progress.as_of)}）"
    add_paragraph(document, day, align=centre, size=12, pitch=18)
    for text in _summary(progress):
        add_paragraph(document, text, indent=2, size=12, pitch=18)
    groups = [(group, standings) for group, standings in progress.groups if standings]
    lines = sum(len(standings) + 2 for _group, standings in groups)
    line = min(_LINE, room / max(lines, 1))
    size = min(_TYPE, int(line / 1.3 * 2) / 2)
    dates = bool(progress.overall.unknown)
    for group, standings in groups:
        caption = f"{_GROUPS[group]}完成情况"
        add_paragraph(
            document, (caption, HEADING_FONT), size=size + 1, pitch=line * 1.25, keep=True
        )
        rows = _rows(standings, dates=dates)
        add_table(document, _columns(group, dates=dates), rows, size=size, pitch=line - 1, pad=0)
    add_paragraph(document, size=6, pitch=6)
    for note in _notes(progress):
        add_paragraph(document, note, size=9, pitch=12)
    signed = (sender.name, "　", chinese_date(progress.as_of))
    add_paragraph(document, *signed, align=WD_ALIGN_PARAGRAPH.RIGHT, size=12, pitch=18)
    add_paragraph(document, sender.contact_line, size=9, pitch=14)
    return document_bytes(document)


def _summary(progress: Progress) -> Iterator[str]:
    if not progress.overall.applicable:
        yield "没有核查任何内容，不等于全部完成。"
        return
    of = f"{'、'.join(progress.instruments)}所列配套任务"
    if progress.delegated is None:
        yield of + _figures(progress.overall)
        return
    others, overall = progress.others, progress.overall
    yield f"{of}中，赋权事项{_figures(progress.delegated)}"
    yield (
        f"其余事项应办{others.applicable:,}项，已办结{others.met:,}项，完成率{percent(others.rate)}，"
        f"逾期未办{others.overdue:,}项，不计入上述完成率。"
        f"合计应办{overall.applicable:,}项，已办结{overall.met:,}项；下列各表按合计排名。"
    )


def _figures(counts: ObligationCounts) -> str:
    text = (
        f"应办{counts.applicable:,}项，已办结{counts.met:,}项，完成率{percent(counts.rate)}；"
        f"其中按期办结{counts.on_time:,}项，按期完成率{percent(counts.on_time_rate)}。"
        f"未到期{counts.pending:,}项，逾期未办{counts.overdue:,}项"
    )
    return text + (f"，期限不明{counts.unknown:,}项。" if counts.unknown else "。")


def _columns(group: str, *, dates: bool) -> list[Column]:
    """`dates`: with a column of what has no date, which the names have the room of otherwise."""
    heads = _FIGURES if dates else _FIGURES[:-1]
    return [
        Column("名次", 9.4, "center"),
        Column(_GROUPS[group], 46.9 if dates else 58.9),
        *(Column(head, 12, "center") for head in heads),
        *(Column(head, width, "center") for head, width in zip(_RATES, (15.2, 18.5), strict=True)),
    ]


def _rows(standings: list[RankedEntry], *, dates: bool) -> Iterator[Sequence[str]]:
    for standing in standings:
        cells = [f"{x:,}" if isinstance(x, int) else x for x in figures(standing.counts)]
        if not dates:
            del cells[len(_FIGURES) - 1]
        yield str(standing.rank), standing.name.zh, *cells


def _notes(progress: Progress) -> Iterator[str]:
    unknown = "不明指期限无法核算；" if progress.overall.unknown else ""
    yield (
        f"注：完成率=已办结÷应办；按期完成率=按期办结÷应办；{unknown}起算事由尚未发生的不计入应办。"
        f"部门与承接主体共同承担的{progress.shared:,}项，双方各计一次，总数只计一次。"
    )
    if progress.unowned:
        yield f"另有{progress.unowned:,}项所属事项未明确市级部门，未计入任何部门。"
    if progress.reconstructs:
        yield "事项清单含重建数据，不是文件的正式附件；取得正式附件后以正式附件为准。"
