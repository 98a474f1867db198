"""The table: what it says first, who owes, and how it fits a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.audit.finding import Audit
from registry.report.audit import RenderOptions, render
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
        "Most overdue",
        "44 more are as overdue as the last of these.",
    ):
        assert words in head
    assert len(re.findall(r"^ +33  \w+", head, re.MULTILINE)) == 10


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
@pytest.mark.parametrize("width", [80, 100, 160])
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
        replace(f, subject_id=f"{f.subject_id}-{n}")
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
    assert "\033[1m" in text(findings_only, context(colour=True))
    assert "\033" not in text(findings_only, context())
