"""`registry evaluate`, as a command."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from registry.store.connection import connect
from tests.conftest import Run
from tests.platform_cases import PlatformCases

Runner = Callable[..., Run]


@pytest.fixture
def filled(built_copy: Path) -> Path:
    """The demonstration, with two cases."""
    with closing(connect(built_copy)) as conn:
        cases = PlatformCases(conn)
        cases.load("2021-07-01", "2022-06-30", provenance="demonstration")
        cases.decided("1-08", "etdz", "2021-08-02", "2021-08-03")
        cases.decided("1-08", "hidz", "2022-06-30", "2022-06-30")
    return built_copy


def test_twelve_months_up_to_the_day(run: Runner, filled: Path) -> None:
    done = run("evaluate", "--as-of", "2022-06-30")
    assert done.rc == 0, done.stderr
    assert done.stdout.startswith("Evaluation of delegations, 2021-07-01 to 2022-06-30\n")
    assert "聊城经开区" in done.stdout
    assert "demonstration, not official" in done.stderr


def test_a_period_and_rows_are_chosen(run: Runner, filled: Path) -> None:
    for period, cases in (
        (("--from", "2021/8/2", "--to", "2021-12-31"), 1),
        (("--to", "2022-06-29"), 1),
        (("--from", "2022-01-01"), 1),
        ((), 2),
    ):
        done = run(
            "evaluate", *period, "--as-of", "2022-06-30", "--format", "json", "--by", "department"
        )
        assert done.rc == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["by"], told["overall"]["cases"]) == ("department", cases), period


def test_files_are_written(run: Runner, filled: Path, tmp_path: Path) -> None:
    for name in ("e.xlsx", "e.docx", "e.csv"):
        form = name.partition(".")[2]
        done = run("evaluate", "--as-of", "2022-06-30", "--format", form, "-o", name)
        assert (done.rc, done.stdout) == (0, ""), done.stderr
    assert len(load_workbook(tmp_path / "e.xlsx").sheetnames) == 5
    title = Document(str(tmp_path / "e.docx")).paragraphs[1].text
    assert title == "〔发文单位〕\n关于赋权事项运行情况的评估报告"
    assert (tmp_path / "e.csv").read_text(encoding="utf-8").startswith("Zone,Name,")


def test_thresholds_come_from_the_configuration(run: Runner, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "registry.toml").write_text("[evaluation]\nperiod_months = 6\n", encoding="utf-8")
    done = run("evaluate", "--as-of", "2022-06-30", "--format", "json")
    assert json.loads(done.stdout)["from"] == "2022-01-01"
    other = tmp_path / "other.toml"
    other.write_text("[evaluation]\nseldom_cases = 0\n", encoding="utf-8")
    done = run("evaluate", "--config", other)
    assert done.rc == 2
    assert "seldom_cases" in done.stderr


def test_it_stores_nothing(run: Runner, filled: Path) -> None:
    assert run("evaluate", "--as-of", "2022-06-30").rc == 0
    before = filled.read_bytes()
    assert run("evaluate", "--as-of", "2022-06-30").rc == 0
    assert filled.read_bytes() == before


def test_without_cases_it_says_so(run: Runner, built_copy: Path) -> None:
    done = run("--lang", "zh", "evaluate", "--as-of", "2022-06-30")
    assert done.rc == 0
    assert "没有覆盖评估期的办件文件，与办件有关的情况未提供。" in done.stdout
    assert "未提供" in done.stdout.splitlines()[6]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("--from", "2022-06-30", "--to", "2022-06-29"), "before it begins"),
        (("--to", "2022-07-01", "--as-of", "2022-06-30"), "after 2022-06-30"),
        (("--from", "2022-02-30"), "2022-02-30"),
        (("--by", "month"), "month"),
        (("--format", "docx"), "-o FILE"),
        (("--format", "html"), "html"),
        (("-o", "nowhere/e.txt"), "nowhere"),
    ],
)
def test_mistakes_are_errors(
    run: Runner, built_copy: Path, wrong: tuple[str, ...], words: str
) -> None:
    done = run("evaluate", *wrong)
    assert (done.rc, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
