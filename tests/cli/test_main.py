"""The command line within this process, and how it tells errors."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.cli import main
from registry.cli.errors import report
from registry.errors import RegistryError
from registry.locale import use
from tests.conftest import Run


@pytest.fixture(autouse=True)
def _language(monkeypatch: pytest.MonkeyPatch) -> object:
    """Undo what a command sets for its process."""
    for name in ("LANGUAGE", "PYDANTIC_DISABLE_PLUGINS"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("REGISTRY_LANG", "en")
    yield
    use("en")


def test_a_command_in_this_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["workday", "2021-04-15", "30"])
    assert (left.value.code, capsys.readouterr().out[:10]) == (0, "2021-05-28")
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with pytest.raises(SystemExit) as left:
        main(["--db", str(tmp_path / "no.db"), "--lang", "zh", "runs"])
    assert left.value.code == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rules", "XYZ"], "Error: no rule is called XYZ. `registry rules` lists them.\n"),
        (["--lang", "zh", "rules", "XYZ"], "没有名为 XYZ 的规则"),
        (["audit", "--as-of", "soon"], "“soon” is not a date of the calendar"),
    ],
)
def test_errors_leave_with_two(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert told in capsys.readouterr().err


class Other(RegistryError):
    """An error that the printing code has never heard of."""

    exit_code = 7

    def messages(self) -> list[str]:  # type: ignore[override]
        return ["one", "two"]

    def remarks(self) -> list[str]:  # type: ignore[override]
        return ["And that is all."]


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Other("x"), 7, "Error: one\nError: two\nAnd that is all.\n"),
        (sqlite3.OperationalError("database is locked"), 2, "Error: the file is in use by another"),
        (sqlite3.DatabaseError("file is not a database"), 2, "Error: file is not a database\n"),
        (UnicodeDecodeError("utf-8", b"\x86", 0, 1, "no"), 2, "Error: the file is damaged: "),
        (FileNotFoundError(2, "No such file", "x"), 2, "Error: [Errno 2] No such file: 'x'\n"),
        (ZeroDivisionError("never"), 2, "ZeroDivisionError: never\n\nInternal error; nothing was"),
    ],
)
def test_every_kind_of_error_is_told(
    error: Exception, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(error) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        *(("audit", "--as-of", "9999-12-31"), ("audit", "--as-of", "0001-01-01")),
        *(("due", "--within", "9223372036854775808"), ("inbox", "show", "9223372036854775808")),
        *(("diff", "1", "9223372036854775808"), ("workday", "2024-01-01", "9223372036854775808")),
        *(
            ("letters", "-o", "d", "--as-of", "9999-12-31"),
            ("can", "a", "1", "b", "--on", "9999-1-1"),
        ),
    ],
)
def test_days_and_numbers_beyond_all_use_are_refused(
    run: Callable[..., Run], built_copy: Path, words: tuple[str, ...]
) -> None:
    done = run(*words)
    assert done.rc == 2
    assert "Internal error" not in done.stderr
    assert "Traceback" not in done.stderr
    assert re.search("from 1900-01-01 to 2899-12-31|is not in the range", done.stderr)


def test_a_folder_that_is_not_there_is_named(run: Callable[..., Run], built_copy: Path) -> None:
    done = run("audit", "--format", "csv", "-o", "nowhere/a.csv")
    assert done.rc == 2
    assert "nowhere/a.csv" in done.stderr
    assert "There is no folder nowhere: make it, or name another." in done.stderr
    assert "writing" not in done.stderr


@pytest.mark.parametrize("words", [("audit", "-o", ""), ("log", "export", ""), ("backup", "")])
def test_an_empty_name_is_no_file(
    run: Callable[..., Run], built_copy: Path, words: tuple[str, ...]
) -> None:
    done = run(*words)
    assert done.rc == 2
    assert "a name is missing." in done.stderr
