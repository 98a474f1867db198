"""Progress as a one-page 进度通报 (DOCX).

A Chinese official paper like the letters: in Chinese whatever the language in use, and with the
sender left as a placeholder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from docx.enum.text import WD_ALIGN_PARAGRAPH

from registry.audit.progress import Progress, RankedEntry
from registry.report.docx_page import (
    HEADING_FONT,
    TITLE_FONT,
    TITLE_SIZE,
    Column,
    Margins,
    add_paragraph,
    add_table,
    chinese_date,
    document_bytes,
    new_document,
    set_page,
)
from registry.report.progress.wording import figures, percent

_TITLE: Final = "赋权配套任务进度通报"
_GROUPS: Final = {
    "instrument": "文件",
    "zone": "承接主体",
    "department": "市级部门",
    "duty": "配套任务",
}
_PAGE: Final = Margins(26, 20, 24, 24, header=12, footer=9)
_FIGURES: Final = ("应办", "已办结", "按期", "未到期", "逾期", "不明")
_RATES: Final = ("完成率", "按期完成率")

_ROOM: Final = 500.0
"""Points that tables and their captions may take in height."""

_TYPE: Final = 9.0
_LINE: Final = 16.0


def render_bytes(progress: Progress) -> bytes:
    """The paper as a DOCX file. Its type gets smaller where there are many bodies."""
    document = new_document(_TITLE, progress.as_of, demonstration=progress.demonstrates)
    set_page(document.sections[0], _PAGE)
    centre = WD_ALIGN_PARAGRAPH.CENTER
    add_paragraph(document, (_TITLE, TITLE_FONT), align=centre, size=TITLE_SIZE, pitch=30)
    day = f"（截至{chinese_date(progress.as_of)}）"
    add_paragraph(document, day, align=centre, size=12, pitch=18)
    add_paragraph(document, _summary(progress), indent=2, size=12, pitch=19)
    groups = [(group, standings) for group, standings in progress.groups if standings]
    lines = sum(len(standings) + 2 for _group, standings in groups)
    line = min(_LINE, _ROOM / max(lines, 1))
    size = min(_TYPE, int(line / 1.3 * 2) / 2)
    for group, standings in groups:
        caption = f"{_GROUPS[group]}完成情况"
        add_paragraph(
            document, (caption, HEADING_FONT), size=size + 1, pitch=line * 1.25, keep=True
        )
        add_table(document, _columns(group), _rows(standings), size=size, pitch=line - 1, pad=0)
    add_paragraph(document, size=6, pitch=6)
    for note in _notes(progress):
        add_paragraph(document, note, size=9, pitch=12.5)
    add_paragraph(
        document,
        "〔发文单位〕",
        "　",
        chinese_date(progress.as_of),
        align=WD_ALIGN_PARAGRAPH.RIGHT,
        size=12,
        pitch=20,
    )
    return document_bytes(document)


def _summary(progress: Progress) -> str:
    overall = progress.overall
    if not overall.applicable:
        return "没有核查任何内容，不等于全部完成。"
    text = (
        f"{'、'.join(progress.instruments)}所列配套任务应办{overall.applicable:,}项，"
        f"已办结{overall.met:,}项，完成率{percent(overall.rate)}；其中按期办结{overall.on_time:,}项，"
        f"按期完成率{percent(overall.on_time_rate)}。未到期{overall.pending:,}项，"
        f"逾期未办{overall.overdue:,}项"
    )
    return text + (f"，期限不明{overall.unknown:,}项。" if overall.unknown else "。")


def _columns(group: str) -> list[Column]:
    return [
        Column("名次", 9.4, "center"),
        Column(_GROUPS[group], 46.9),
        *(Column(head, 12, "center") for head in _FIGURES),
        *(Column(head, width, "center") for head, width in zip(_RATES, (15.2, 18.5), strict=True)),
    ]


def _rows(standings: list[RankedEntry]) -> Iterator[Sequence[str]]:
    for standing in standings:
        cells = (f"{x:,}" if isinstance(x, int) else x for x in figures(standing.counts))
        yield str(standing.rank), standing.name.zh, *cells


def _notes(progress: Progress) -> Iterator[str]:
    yield (
        "注：完成率=已办结÷应办；按期完成率=按期办结÷应办；不明指期限无法核算；起算事由尚未发生的不计入应办。"
        f"部门与承接主体共同承担的{progress.shared:,}项，双方各计一次，总数只计一次。"
    )
    if progress.unowned:
        yield f"另有{progress.unowned:,}项所属事项未明确市级部门，未计入任何部门。"
    if progress.reconstructs:
        yield "事项清单含重建数据，不是文件的正式附件；取得正式附件后以正式附件为准。"
