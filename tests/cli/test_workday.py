"""`registry workday` as a process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run

Runner = Callable[..., Run]


def test_thirty_working_days_after_the_notice(run: Runner) -> None:
    done = run("workday", "2021-04-15", "30")
    assert done == (0, "2021-05-28  settled\n2021: 国办发明电〔2020〕27号\n", "")
    assert "已确定" in run("--lang", "zh", "workday", "2021-04-15", "30").stdout


def test_the_last_days_of_the_calendar_are_provisional(run: Runner) -> None:
    done = run("workday", "2026-12-20", "8")
    assert done.stdout.startswith("2026-12-30  provisional\n")
    assert "not been verified" in done.stdout
    assert "may still change" in done.stdout


def test_an_uncovered_year_is_an_error_until_it_is_added(run: Runner, data_root: Path) -> None:
    done = run("workday", "2026-12-20", "30")
    assert (done.rc, done.stdout) == (2, "")
    assert "data/calendar/2027.yml" in done.stderr
    (data_root / "calendar" / "2027.yml").write_text(
        "year: 2027\nnotice: 国办发明电〔2026〕示例号\nholidays: [2027-01-01]\n", encoding="utf-8"
    )
    done = run("workday", "2026-12-20", "30")
    assert done.rc == 0
    assert done.stdout.startswith("2027-02-01  settled\n")
    assert "2027: 国办发明电〔2026〕示例号" in done.stdout


@pytest.mark.parametrize("arguments", [("2021-02-30", "3"), ("soon", "3"), ("2021-04-15", "0")])
def test_bad_arguments(run: Runner, arguments: tuple[str, str]) -> None:
    done = run("workday", *arguments)
    assert done.rc == 2
    assert arguments[0 if arguments[1] == "3" else 1] in done.stderr


def test_a_bad_calendar_file_is_named(run: Runner, data_root: Path) -> None:
    (data_root / "calendar" / "2021.yml").write_text("year: 2020\n", encoding="utf-8")
    done = run("workday", "2021-04-15", "30")
    assert done.rc == 2
    assert "2021.yml" in done.stderr


@pytest.mark.parametrize("day", ["２０２１年４月１５日", "2021‑04‑15", "\ufeff2021/4/15\u200b"])
def test_a_day_that_was_copied_from_elsewhere(run: Runner, day: str) -> None:
    assert run("workday", day, "30").stdout.startswith("2021-05-28  settled\n")
