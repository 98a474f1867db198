"""Progress for a terminal, and the figures that all formats share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.audit.progress import Progress
from registry.locale import Language
from registry.report.progress import RenderOptions, render
from registry.report.progress.wording import percent
from registry.report.terminal import text_width


def test_it_ranks_and_counts(progressed: Progress) -> None:
    text = "".join(render("table", progressed, RenderOptions(width=120)))
    assert "Demonstration data, not an official paper." in text
    assert "Delegated items: Of 462 obligations 417 are met (90.3%), 371 of them on time" in text
    assert "Of 3,684 obligations 3,675 are met (99.8%)" in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "1 聊城经开区 1,986 1,979 1,970 0 7 99.6% 99.2%" in lines
    assert "8 市水利局 32 30 25 0 2 93.8% 78.1%" in lines
    assert "144 obligations are owed by a department and a zone together" in text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120])
def test_it_fits(
    progressed: Progress,
    width: int,
    language: Language,
    in_language: Callable[[Language], None],
) -> None:
    in_language(language)
    text = "".join(render("table", progressed, RenderOptions(width=width)))
    assert max(map(text_width, text.splitlines())) <= width


def test_what_has_no_date_takes_a_column_only_where_there_is_any(progressed: Progress) -> None:
    assert "No" not in "".join(render("table", progressed, RenderOptions(width=120))).split()
    unknown = replace(progressed, overall=replace(progressed.overall, unknown=3))
    text = "".join(render("table", unknown, RenderOptions(width=120)))
    assert "The due date of 3 can't be worked out." in " ".join(text.split())
    assert "No" in text.split()


def test_it_is_plain_where_nothing_is_demonstration(plain: Progress) -> None:
    text = "".join(render("table", plain, RenderOptions(width=120)))
    assert "Demonstration" not in text
    assert "reconstructed" not in text


def test_nothing_examined_is_said(nothing: Progress) -> None:
    text = "".join(render("table", nothing, RenderOptions(width=80)))
    assert text.endswith("Nothing was examined: this is no pass.\n")


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, "—"),
        (0.0, "0.0%"),
        (0.0001, "0.1%"),
        (0.875, "87.5%"),
        (0.9999, "99.9%"),
        (1.0, "100.0%"),
    ],
)
def test_only_all_is_a_hundred_and_only_nothing_is_none(rate: float | None, text: str) -> None:
    assert percent(rate) == text
