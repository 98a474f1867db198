"""`registry ledger export` and `import`, as a process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ledger_workbooks import Filling

Runner = Callable[..., Run]
AS_OF = ("--as-of", "2021-06-30")
KEY = "1-08-etdz/handbook"


@pytest.fixture
def office(run: Runner, built_copy: Path, tmp_path: Path) -> Path:
    """A department's workbook, just exported."""
    path = tmp_path / "s.xlsx"
    done = run("ledger", "export", "--department", "市水利局", "-o", path, *AS_OF)
    assert done.rc == 0, done.stderr
    return path


def test_a_workbook_is_written_and_said_so(run: Runner, built: Path, tmp_path: Path) -> None:
    done = run("--db", built, "ledger", "export", "--zone", "etdz", "-o", "z.xlsx", *AS_OF)
    assert done.rc == 0, done.stderr
    assert "z.xlsx" in done.stdout
    assert "1,986" in done.stdout
    assert "demonstration, not official" in done.stderr
    assert [path.name for path in tmp_path.iterdir() if "z" in path.name] == ["z.xlsx"]


def test_every_body_exported_and_imported_unchanged_changes_nothing(
    run: Runner, built_copy: Path, tmp_path: Path
) -> None:
    before = built_copy.read_bytes()
    done = run("ledger", "export", "--all", "-o", "new/out", *AS_OF)
    assert done.rc == 0, done.stderr
    paths = sorted((tmp_path / "new/out").iterdir())
    assert len(paths) == 25
    assert "市水利局-台账.xlsx" in {path.name for path in paths}
    taken = run("ledger", "import", *paths)
    assert taken.rc == 0, taken.stderr
    assert taken.stdout.endswith("No change.\n")
    assert taken.stderr == ""
    assert built_copy.read_bytes() == before


def test_changes_are_told_and_written(run: Runner, built_copy: Path, office: Path) -> None:
    Filling(office).set("obligations", KEY, done_on="2021.5.27", note="已补").save()
    before = built_copy.read_bytes()
    dry = run("ledger", "import", "s.xlsx", "--dry-run")
    assert dry.rc == 0, dry.stderr
    assert "2 cells would be changed; nothing was written." in dry.stdout
    assert built_copy.read_bytes() == before
    done = run("ledger", "import", "s.xlsx")
    assert done.rc == 0, done.stderr
    assert "2 cells changed." in done.stdout
    for text in ("s.xlsx: 市水利局", "Date done", "2021-05-27", "已补"):
        assert text in done.stdout
    again = run("ledger", "import", "s.xlsx")
    assert again.rc == 0
    assert "taken in before" in again.stderr
    assert "No change." in again.stdout
    refused = run("build")
    assert refused.rc == 2
    assert "1 imported ledgers" in refused.stderr


def test_json_has_all_and_the_table_says_what_it_leaves_out(run: Runner, office: Path) -> None:
    filling = Filling(office)
    sheet, column = filling.sheet("obligations"), filling.columns("obligations")
    for number in range(filling.first("obligations"), sheet.max_row + 1):
        if sheet.cell(number, column["done_on"]).value and not str(
            sheet.cell(number, 1).value
        ).endswith("/agreement"):
            filling.write("obligations", number, note="甲", document="乙")
    filling.save()
    shown = run("ledger", "import", office, "--dry-run").stdout
    told = json.loads(run("ledger", "import", office, "--format", "json").stdout)
    assert told["written"] is True
    changes = told["files"][0]["changes"]
    assert told["changes"] == len(changes) > 40
    assert changes[0] == {
        **{"sheet": "obligations", "key": changes[0]["key"], "field": "document"},
        **{"old": changes[0]["old"], "new": "乙"},
    }
    assert f"… and {len(changes) - 40} more; --format json shows all" in shown
    assert shown.count(" 甲\n") + shown.count(" 乙\n") == 40


def test_conflicts_are_shown_and_nothing_is_written(
    run: Runner, built_copy: Path, office: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copyfile(office, tmp_path / "t.xlsx"))
    Filling(office).set("obligations", KEY, done_on="2021-06-01").save()
    Filling(other).set("obligations", KEY, done_on="2021-06-02").save()
    before = built_copy.read_bytes()
    done = run("ledger", "import", "s.xlsx", "t.xlsx", env={"COLUMNS": "200"})
    assert done.rc == 2
    for text in (KEY, "Date done", "s.xlsx: 2021-06-01", "t.xlsx: 2021-06-02", "Nothing was"):
        assert text in done.stderr
    assert built_copy.read_bytes() == before
    told = run("ledger", "import", "s.xlsx", "t.xlsx", "--format", "json")
    assert told.rc == 2
    (conflict,) = json.loads(told.stdout)["conflicts"]
    assert conflict["values"][1] == {"by": "t.xlsx", "value": "2021-06-02"}
    assert run("ledger", "import", "s.xlsx").rc == 0
    late = run("ledger", "import", "t.xlsx", env={"COLUMNS": "200"})
    assert late.rc == 2
    assert "the registry: 2021-06-01" in late.stderr


def test_bad_input_is_named_and_nothing_is_written(
    run: Runner, built_copy: Path, office: Path, tmp_path: Path
) -> None:
    Filling(office).set("obligations", KEY, done_on="5/27/2021").save()
    before = built_copy.read_bytes()
    done = run("ledger", "import", "s.xlsx")
    assert done.rc == 2
    assert "Error: s.xlsx, sheet Obligations, row " in done.stderr
    assert "column J (Date done): “5/27/2021” can be read as more than one date" in done.stderr
    assert done.stdout == ""
    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    for name in ("none.xlsx", "text.xlsx", ""):
        wrong = run("ledger", "import", *filter(None, [name]))
        assert wrong.rc == 2
        assert "Traceback" not in wrong.stderr
    assert built_copy.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--department", "市某局", "-o", "a.xlsx"), "no department is called 市某局"),
        (("--zone", "市水利局", "-o", "a.xlsx"), "no zone is called 市水利局"),
        (("-o", "a.xlsx"), "Give one of --department, --zone and --all."),
        (("--zone", "etdz", "--all", "-o", "a"), "Give one of --department, --zone and --all."),
        (("--zone", "etdz", "-o", "."), "is a folder"),
        (("--zone", "etdz", "-o", "a.xls"), "the name of a workbook ends in .xlsx"),
        (("--zone", "etdz", "-o", "none/a.xlsx"), "the workbooks can't be written"),
        (("--all", "-o", "file"), "file is a file"),
        (("--zone", "etdz", "-o", "a.xlsx", "--instrument", "none"), "none"),
    ],
)
def test_mistakes_are_errors(
    run: Runner, built: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = run("--db", built, "ledger", "export", *arguments, *AS_OF)
    assert done.rc == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_group_says_what_it_holds(run: Runner) -> None:
    done = run("ledger", "--help")
    assert done.rc == 0
    assert "export" in done.stdout
    assert "import" in done.stdout
    assert run("ledger", "nonsense").rc == 2
