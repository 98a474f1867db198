"""CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.audit.finding import Audit
from registry.report.audit import RenderOptions, render
from registry.report.audit.csv_format import HEADERS, cell
from registry.report.audit.records import FINDING_FIELDS


def rows(audit: Audit, context: RenderOptions) -> list[list[str]]:
    text = "".join(render("csv", audit, context))
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_line_for_each_finding(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    header, *lines = rows(findings_only, context())
    assert len(lines) == len(findings_only.findings)
    assert header[:3] == ["Code", "Rule", "Severity"]
    first = dict(zip(header, lines[0], strict=True))
    assert first["Owed by"] == "zjj;hidz"
    assert first["Clauses"] == "C10;C17"


def test_headers_follow_the_language(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    header, *_lines = rows(findings_only, context("zh"))
    assert header[:3] == ["编号", "规则", "严重程度"]
    assert list(HEADERS) == list(FINDING_FIELDS)


def test_the_mark_comes_first_and_only_if_asked(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    assert "".join(render("csv", findings_only, context(bom=True))).startswith("\ufeff")
    assert "\ufeff" not in "".join(render("csv", findings_only, context()))


def test_everything_is_thousands_of_lines(
    audited: tuple[Audit, dict[str, str]], context: Callable[..., RenderOptions]
) -> None:
    assert len(rows(audited[0], context())) == len(audited[0].findings) + 1 > 15000


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_never_becomes_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@given(st.text())
def test_other_texts_stay_as_they_are(text: str) -> None:
    shown = cell(text)
    assert shown.removeprefix("'") == text.removeprefix("'")
    assert not shown.startswith(("=", "+", "-", "@"))


def test_numbers_and_nothing_stay(context: Callable[..., RenderOptions]) -> None:
    assert (cell(-3), cell(None), cell(["a", "b"])) == (-3, None, "a;b")
