"""The command line as a process of its own: what it leaves with, and what it writes where.

Other tests run commands inside their own process, which is quicker; these hold both to be the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run

Runner = Callable[..., Run]

RUNS = {
    "clean": (("audit", "--as-of", "2021-05-28", "--select", "HBK"), 0),
    "alarms": (("audit", "--as-of", "2021-06-30", "--select", "HBK", "--format", "csv"), 1),
    "wrong usage": (("audit", "--format", "rtf"), 2),
    "wrong input": (("show", "9-99"), 2),
    "nothing examined": (("audit", "--as-of", "2021-01-01", "--select", "AGR005"), 3),
    "Chinese": (("--lang", "zh", "workday", "2021-04-15", "30"), 0),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_process_ends_as_the_command_does(
    run: Runner, run_apart: Runner, bare: Path, tmp_path: Path, name: str
) -> None:
    arguments, code = RUNS[name]
    path = tmp_path / "registry.db"
    answers = []
    for runner in (run, run_apart):
        path.write_bytes(bare.read_bytes())
        answers.append(runner(*arguments))
    assert answers[0].rc == code, answers[0].stderr
    assert answers[1] == answers[0]


def test_what_nobody_foresaw_is_told_with_its_traceback(run_apart: Runner, tmp_path: Path) -> None:
    (tmp_path / "registry.db").mkdir()
    done = run_apart("audit")
    assert done.rc == 2
    assert done.stdout == ""
    assert "Error" in done.stderr or "Traceback" in done.stderr
