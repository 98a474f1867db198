"""Markdown: tables that stay tables whatever the cells hold, and every finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from registry import locale
from registry.audit.finding import Audit, Text
from registry.report.audit import RenderOptions, render
from registry.report.audit.markdown_format import table


def text(audit: Audit, context: RenderOptions) -> str:
    return "".join(render("markdown", audit, context))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("everything", [False, True])
def test_every_line_of_a_table_has_as_many_cells(
    audited: tuple[Audit, dict[str, str]],
    context: Callable[..., RenderOptions],
    language: locale.Language,
    everything: bool,
) -> None:
    shown = text(audited[0], context(language, everything=everything))
    for block in shown.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        if lines:
            assert lines == block.splitlines()[-len(lines) :]
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
            assert re.fullmatch(r"\|( ---:? \|)+", lines[1])


def test_it_says_what_it_rests_on_and_sums_up(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    shown = text(findings_only, context())
    assert shown.startswith("# 聊政字〔2021〕8号: audit report\n\n> **Demonstration data")
    assert "- As of: 2021-06-30\n" in shown
    assert "demonstration, not official: agreements 18" in shown
    assert "Examined 17,030: alarms 139" in shown
    assert "| 聊城高新区 | 64 | 3 | 28 | 5 | 28 | 350 |" in shown
    assert "44 more are as overdue" in shown
    official = replace(findings_only, provenance={"instrument": {"official": 1}})
    assert "> **" not in text(official, context())


def test_in_chinese(findings_only: Audit, context: Callable[..., RenderOptions]) -> None:
    shown = text(findings_only, context("zh"))
    assert shown.startswith("# 聊政字〔2021〕8号赋权事项核查报告\n\n> **演示数据，非正式文件**")
    assert "### 市应急局：问题12项，需人工核实0项" in shown
    assert "- 核查截至：2021年6月30日" in shown


def test_all_findings_are_there_under_each_body(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    shown = text(findings_only, context())
    listed = shown.partition("## Findings by the body that owes them")[2]
    rows = re.findall(r"^\| [\d,]+ \| ([^|]+) \|", listed, re.MULTILINE)
    owed = [f.subject_id for f in findings_only.findings for _body in f.owed_by]
    assert sorted(rows) == sorted(owed)


def test_what_a_cell_holds_stays_in_the_cell(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    evil = "a|b\r\nc\\|<b>*x*\u2028d"
    first = findings_only.findings[0]._replace(item_name=evil, message=Text(evil, evil))
    shown = text(replace(findings_only, findings=[first]), context())
    assert r"| a\|b<br>c\\\|\<b\>\*x\*<br>d |" in shown
    assert table(["x|y"], [["1\n2"], [None], [1234]]) == (
        "| x\\|y |\n| --- |\n| 1<br>2 |\n|  |\n| 1,234 |\n\n"
    )


def test_nothing_found_and_waived(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    assert "**No findings.**" in text(replace(findings_only, findings=[]), context())
    first = findings_only.findings[0]._replace(waived=True)
    assert r"\[Waived\]" in text(replace(findings_only, findings=[first]), context())
