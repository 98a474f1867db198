"""Progress as a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.audit.finding import Text
from registry.audit.progress import Progress
from registry.locale import Language
from registry.report.progress import RenderOptions, render
from tests.conftest import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def page(progress: Progress) -> str:
    return "".join(render("html", progress, RenderOptions()))


def test_it_holds_the_rankings_with_bars(progressed: Progress) -> None:
    text = page(progressed)
    assert text.count("<tbody>") == 3
    rows = text.count('<th class="name" scope="row">')
    assert rows == sum(len(standings) for _group, standings in progressed.groups) == 26
    assert text.count("<rect") == 3 * rows + 3, "and the key"
    assert "市水利局" in text
    assert "entrustment agreement" in text


def test_it_needs_nothing_from_elsewhere(progressed: Progress) -> None:
    text = page(progressed)
    assert not re.search(r"(src|href)=|url\(|@import|<script", text)


def test_it_speaks_chinese(progressed: Progress, in_language: Callable[[Language], None]) -> None:
    in_language("zh")
    text = page(progressed)
    assert '<html lang="zh-CN">' in text
    assert "委托协议" in text
    assert "entrustment agreement" not in text


def test_demonstration_is_marked(progressed: Progress, plain: Progress) -> None:
    assert 'class="warning"' in page(progressed)
    assert "noindex" in page(progressed)
    assert 'class="warning"' not in page(plain)
    assert "noindex" not in page(plain)


def test_names_are_escaped(progressed: Progress) -> None:
    first = replace(progressed.zones[0], name=Text("<b>东&区", "<b>东&区"))
    text = page(replace(progressed, zones=[first]))
    assert "&lt;b&gt;东&amp;区" in text
    assert "<b>东" not in text


def test_nothing_examined_is_said(nothing: Progress) -> None:
    text = page(nothing)
    assert "Nothing was examined: this is no pass." in text
    assert "<table" not in text


@pytest.mark.browser
@pytest.mark.parametrize("copies", sample([1, 2], 1))
def test_printed_it_is_one_sheet(
    progressed: Progress, tmp_path: Path, browser: Browser, copies: int
) -> None:
    many = replace(progressed, departments=progressed.departments * copies)
    (tmp_path / "p.html").write_text(page(many), encoding="utf-8")
    window = browser.new_page()
    window.goto((tmp_path / "p.html").as_uri())
    printed = window.pdf(display_header_footer=True, prefer_css_page_size=True)
    window.close()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
