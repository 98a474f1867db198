"""The lists that follow a letter: what is to be done, what came late, and a form for the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from registry.audit.finding import Finding
from registry.report.chinese_text import chinese_date
from registry.report.docx_page import Column
from registry.report.letters.finding_text import (
    NOTHING,
    demand_text,
    item_text,
    met_on,
    other_side,
    places,
    task_name,
    task_text,
)
from registry.report.letters.groups import FindingGroups
from registry.report.letters.sources import Sources

DEMANDED: Final = "赋权配套任务问题清单"
DONE_LATE: Final = "晚于期限完成的任务清单"
ANSWER: Final = "办理情况反馈表"

_ONE_ROW: Final = 20
"""Findings of one task above which the form has one row for them all: one paper settles many."""

_RECONSTRUCTED: Final = "事项清单含重建数据，不是文件的正式附件；取得正式附件后以正式附件为准。"
_SIGNATURE: Final = "　　　　　　　".join(
    ("填报单位（盖章）：　　", "填报人：", "联系电话：", "填报日期：　　　　年　　月　　日")
)


@dataclass(frozen=True, slots=True)
class LetterTable:
    """A list: its title, columns (widths in millimetres of a page across), rows, and notes above.

    `form`: it is filled in by hand, so its rows are high.
    """

    title: str
    columns: Sequence[Column]
    rows: list[Sequence[str]]
    notes: list[str]
    form: bool = False


def letter_tables(
    body: str, groups: FindingGroups, sources: Sources, *, reconstruction: bool
) -> list[LetterTable]:
    """The lists of a letter, in order; none is empty."""
    side = "市级部门" if body in sources.zones else "承接主体"
    until = chinese_date(sources.as_of)
    notes = [_RECONSTRUCTED] if reconstruction else []
    tables = []
    if groups.demanded:
        overdue = any(f.days_overdue for f in groups.demanded)
        counting = [f"逾期天数自期限次日起算至{until}，按自然日计。"] if overdue else []
        columns = _columns(side, ("期限", 30, "center"), ("逾期天数", 13, "center"))
        rows = list(_demanded(body, groups, sources))
        if any("（附件" in row[1] for row in rows):
            counting.append("事项名称后括注的，是事项在文件附件中的位置。")
        tables.append(
            LetterTable(DEMANDED, [*columns, Column("整改要求", 50)], rows, counting + notes)
        )
    if groups.late:
        columns = _columns(
            *(side, ("期限", 31, "center"), ("完成日期", 31, "center")),
            ("晚于期限天数", 31, "center"),
        )
        late = [
            "所列任务均已完成，不再要求办理。晚于期限天数自期限次日起算至完成之日，按自然日计。"
        ]
        if not groups.demanded:
            late += notes
        tables.append(LetterTable(DONE_LATE, columns, list(_late(body, groups, sources)), late))
    if groups.demanded:
        columns = [
            *(Column("序号", 16, "center"), Column("任务", 79), Column("办理情况", 54)),
            *(Column("完成日期", 28, "center"), Column("文号", 26, "center"), Column("备注", 22)),
        ]
        rows = list(_answers(body, groups.demanded, sources))
        shown = [f"序号为《{DEMANDED}》的序号。", _SIGNATURE]
        tables.append(LetterTable(ANSWER, columns, rows, shown, form=True))
    return tables


def _columns(side: str, *more: tuple[str, float, str]) -> list[Column]:
    first = (
        *(Column("序号", 11, "center"), Column("事项", 43), Column(side, 22, "center")),
        *(Column("任务", 27), Column("依据", 29)),
    )
    return [*first, *(Column(*column) for column in more)]


def _common(n: int, finding: Finding, body: str, sources: Sources, several: bool) -> list[str]:
    cited = places(finding, sources)
    if several:
        number = sources.notices[finding.instrument].number
        cited = cited if cited == number else f"{number}{cited}"
    return [
        *(str(n), item_text(finding, body, sources), other_side(finding, body, sources) or NOTHING),
        *(task_name(finding, sources), cited),
        chinese_date(finding.due_on) if finding.due_on else NOTHING,
    ]


def _several(findings: Sequence[Finding]) -> bool:
    return len({f.instrument for f in findings}) > 1


def _demanded(body: str, groups: FindingGroups, sources: Sources) -> Iterator[Sequence[str]]:
    several = _several(groups.all)
    for n, finding in enumerate(groups.demanded, 1):
        days = NOTHING if finding.days_overdue is None else str(finding.days_overdue)
        asked = demand_text(finding, body, sources)
        yield *_common(n, finding, body, sources, several), days, asked


def _late(body: str, groups: FindingGroups, sources: Sources) -> Iterator[Sequence[str]]:
    several = _several(groups.all)
    for n, finding in enumerate(groups.late, 1):
        done = met_on(finding)
        yield (
            *_common(n, finding, body, sources, several),
            chinese_date(done) if done else NOTHING,
            NOTHING if finding.days_overdue is None else str(finding.days_overdue),
        )


def _answers(body: str, findings: Sequence[Finding], sources: Sources) -> Iterator[Sequence[str]]:
    """A row a task, to be filled in; one for all where there are many of the same."""
    n = 0
    for _same, group in groupby(findings, key=lambda f: (f.instrument, f.code, f.duty)):
        found = list(group)
        if len(found) > _ONE_ROW:
            text = f"{task_name(found[0], sources)}，共{len(found):,}项；"
            text += "未全部完成的，请在备注中列明序号"
            yield f"{n + 1}至{n + len(found)}", text, "", "", "", ""
        else:
            for place, finding in enumerate(found, n + 1):
                yield str(place), task_text(finding, body, sources), "", "", "", ""
        n += len(found)
