"""Progress as a page."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from registry.audit.finding import Text
from registry.audit.progress import Progress
from registry.locale import Language
from registry.report.progress import RenderOptions, render


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
@pytest.mark.parametrize("copies", [1, 2])
def test_printed_it_is_one_sheet(
    progressed: Progress, tmp_path: Path, chromium: str, copies: int
) -> None:
    many = replace(progressed, departments=progressed.departments * copies)
    (tmp_path / "p.html").write_text(page(many), encoding="utf-8")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--print-to-pdf=p.pdf"]
    subprocess.run([*command, "p.html"], cwd=tmp_path, timeout=90, check=True, capture_output=True)
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "p.pdf").read_bytes())) == 1
