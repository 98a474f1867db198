"""Python started anew imports what this process does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from registry.anew import python_anew


def test_it_runs_main_of_a_module_from_where_this_process_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ours.py").write_text(
        "import sys\ndef main(): print(sys.argv[1:], sys.flags.utf8_mode, '甲')\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    done = subprocess.run(
        [*python_anew("ours"), "a", "b"], cwd="/", capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "['a', 'b'] 1 甲\n"
    assert not (tmp_path / "__pycache__").exists()
