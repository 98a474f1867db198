"""Command lines that a person can copy."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from registry.intake.scaffold.commands import load_command, quoted
from registry.intake.scaffold.reading import read_lists
from tests.intake.scaffold.lists import complete, row


def test_the_load_of_a_list() -> None:
    first, second = read_lists([complete(row(1)), complete(row(1, 权力类型="01"))]).annexes
    start = "registry load annex some/清单.xlsx --annex"
    assert load_command(first, "a-1").replace("'", "") == f"{start} 1 --instrument a-1"
    assert load_command(second, "a-1").endswith("--annex 2 --instrument a-1 --type-codes TABLE")


@pytest.mark.parametrize("path", ["a b.xlsx", "清单'1.csv", "$(x).csv", "a.csv"])
def test_a_shell_reads_the_path_back(path: str) -> None:
    assert shlex.split(quoted(Path(path))) == [path]
