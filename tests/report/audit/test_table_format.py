"""The table: what it says first, who owes, and how it fits a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.audit.finding import Audit
from registry.model.vocabulary import SEVERITIES
from registry.report.audit import RenderOptions, render
from registry.report.audit.report_model import AuditReport
from registry.report.audit.steps import first_steps
from registry.report.terminal import text_width


def text(audit: Audit, context: RenderOptions) -> str:
    return "".join(render("table", audit, context))


def test_summary_comes_first(findings_only: Audit, context: Callable[..., RenderOptions]) -> None:
    shown = text(findings_only, context(width=100))
    head = shown[: shown.index("\n市发展改革委: ")]
    for words in (
        "Audit of 聊政字〔2021〕8号 as of 2021-06-30",
        "demonstration, not official: agreements 18",
        "Examined 17,030: alarms 139, to be checked by hand 706, not yet due 2",
        "Severity",
        "Owed by",
        "聊城高新区",
        "What to do first",
        "more steps settle",
    ):
        assert words in head
    steps = head[head.index("What to do first") : head.index("more steps settle")]
    assert len(re.findall(r"^(?:high|medium) +[A-Z]", steps, re.MULTILINE)) == 10


def test_what_to_do_first_is_a_line_a_paper(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    report = AuditReport(findings_only, context("zh"))
    steps = first_steps(report)
    assert sum(len(step.findings) for step in steps) == report.status_counts["alarm"]
    order = [
        (SEVERITIES.index(step.severity), -step.days_overdue, -len(step.findings)) for step in steps
    ]
    assert order == sorted(order)
    for step in steps:
        assert len({(f.code, f.duty, f.owed_by) for f in step.findings}) == 1
    lists = [s for s in steps if s.title == "未编入权责清单" and s.owed_by == "聊城高新区"]
    assert [len(step.findings) for step in lists] == [3]
    waived = [f._replace(waived=True) for f in findings_only.findings]
    assert "先办事项" not in text(replace(findings_only, findings=waived), context("zh"))


def test_what_is_checked_by_hand_comes_last_and_is_counted(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    shown = text(findings_only, context("zh", width=80))
    last = shown[shown.rindex("\n\n") :]
    assert re.search(r"690  SVC001  \S+", last)
    assert last.startswith("\n\n需人工核实的情形\n")
    assert "SVC001" not in shown[: shown.rindex("\n\n")]


def test_news_stand_below_the_summary(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    shown = text(findings_only, replace(context(), news="Nothing new."))
    assert ".\nNothing new.\n\nSeverity" in shown


def test_findings_stand_under_each_body_that_owes_them(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    shown = text(findings_only, context("zh", width=120))
    section = shown[shown.index("\n市应急局：问题12项") :]
    section = section[: section.index("\n\n")]
    assert (
        "AGR001 missing-agreement 未签订委托协议（高；二（三）[C10]、三（二）[C17]），1项"
        in section
    )
    assert "1-10-etdz  危险化学品经营许可  2021-05-28  逾期33日（22个工作日）" in section
    assert "整改：" in section
    zone = shown[shown.index("\n聊城经开区：问题") :]
    assert "1-10-etdz  危险化学品经营许可" in zone[: zone.index("\n\n")]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal(
    findings_only: Audit, context: Callable[..., RenderOptions], language: str, width: int
) -> None:
    lines = text(findings_only, context(language, width=width)).splitlines()
    assert [line for line in lines if text_width(line) > width] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_columns_are_aligned_for_chinese(
    findings_only: Audit, context: Callable[..., RenderOptions], language: str
) -> None:
    lines = text(findings_only, context(language, width=80)).splitlines()
    rules = [i for i, line in enumerate(lines) if re.fullmatch(r"-+( +-+)+", line)]
    assert len(rules) == 4
    for i in rules:
        starts = [m.start() for m in re.finditer(r"(?:^| )-", lines[i])]
        for line in lines[i + 1 : i + 6]:
            if not line.strip():
                break
            columns = "".join(c + "\0" * (text_width(c) - 1) for c in line)
            for start in starts[1:]:
                assert columns[start : start + 1] in ("", " "), (line, start)


def test_long_groups_are_cut_with_a_word_and_shown_whole_with_all(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    many = [
        f._replace(subject_id=f"{f.subject_id}-{n}")
        for f in findings_only.findings
        if f.code == "SEA001"
        for n in range(20)
    ]
    audit = replace(findings_only, findings=many)
    shown = text(audit, context())
    assert re.search(r"… and \d+ more: --all or --format csv lists them\.", shown)
    whole = text(audit, context(everything=True))
    assert "more: --all" not in whole
    for finding in many:
        assert finding.subject_id in whole


def test_all_lists_what_is_done_too(
    audited: tuple[Audit, dict[str, str]], context: Callable[..., RenderOptions]
) -> None:
    whole = text(audited[0], context(everything=True))
    assert "Every subject examined, by rule" in whole
    assert re.search(r"done +1-08-etdz +取水许可", whole)


def test_nothing_examined_is_no_pass(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    shown = text(replace(findings_only, results=[], findings=[]), context())
    assert "Nothing was examined: this is no pass." in shown
    assert "No findings" not in shown


def test_clean_says_so(findings_only: Audit, context: Callable[..., RenderOptions]) -> None:
    assert "No findings." in text(replace(findings_only, findings=[]), context())


def test_colour_only_where_it_is_wanted(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    coloured = text(findings_only, context(colour=True))
    assert "\033[1m" in coloured
    assert "\033[31mhigh\033[0m" in coloured
    assert "\033[33mmedium\033[0m" in coloured
    plain = text(findings_only, context())
    assert "\033" not in plain
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == plain, "colours take no room"
