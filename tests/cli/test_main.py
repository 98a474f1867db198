"""The command line within this process, and how it tells errors."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest

from registry.cli import main
from registry.cli.errors import report
from registry.errors import RegistryError
from registry.locale import use


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
