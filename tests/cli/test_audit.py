"""`registry audit` as a process: exit codes, formats, what it imports."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from registry.report.terminal import text_width
from tests.conftest import Run, sample

Runner = Callable[..., Run]


@pytest.fixture
def db(bare: Path, tmp_path: Path) -> Path:
    path = tmp_path / "registry.db"
    path.write_bytes(bare.read_bytes())
    return path


def test_on_the_last_day_nothing_is_late(run: Runner, db: Path) -> None:
    done = run("audit", "--as-of", "2021-05-28", "--format", "json")
    assert done.rc == 0
    found = json.loads(done.stdout)
    graver = {f["code"] for f in found["findings"] if f["severity"] != "info"}
    assert graver == {"LAW006"}, "no list of licences was taken in"
    pending = {r["code"]: r["pending"] for r in found["rules"] if r["pending"]}
    assert (pending.pop("SUP003"), pending.pop("REQ002")) == (18, 2)
    assert sum(pending.values()) == 4146, "every obligation"


def test_the_day_after_everything_is(run: Runner, db: Path) -> None:
    done = run("audit", "--as-of", "2021-05-29", "--format", "json")
    assert done.rc == 1
    found = json.loads(done.stdout)
    alarms = {r["code"]: r["alarm"] for r in found["rules"] if r["alarm"]}
    expected = {"AGR001": 28, "SEA001": 28, "PLT001": 30, "PUB001": 58, "PUB002": 58}
    expected |= {"HBK001": 58, "GDE001": 58, "SUP001": 28, "PWL001": 3646, "SYS001": 58}
    expected |= {"PWL003": 48, "SYS003": 48, "CAT008": 3, "SUP003": 18, "REQ002": 2}
    assert alarms == expected
    overdue = [f for f in found["findings"] if f["duty"]]
    assert {(f["due_on"], f["days_overdue"]) for f in overdue} == {("2021-05-28", 1)}


@pytest.mark.parametrize(
    ("arguments", "rc"),
    [
        (["--select", "CAT001"], 0),
        (["--select", "CAT008"], 0),
        (["--select", "SEA001"], 1),
        (["--select", "SEA001", "--fail-on", "high"], 0),
        (["--select", "SEA001", "--fail-on", "medium"], 1),
        (["--select", "AGR001", "--fail-on", "high"], 1),
        (["--select", "AGR001", "--fail-on", "never"], 0),
        (["--select", "SEA001", "--zone", "聊城经开区"], 1),
        (["--select", "SEA001", "--department", "市水利局"], 1),
        (["--department", "spj"], 3),
        (["--select", "CAT010"], 3),
        (["--zone", "nowhere"], 2),
        (["--department", "市外星局"], 2),
        (["--select", "XYZ001"], 2),
        (["--ignore", "XYZ001"], 2),
        (["--as-of", "2021-02-30"], 2),
        (["--format", "pdf"], 2),
        (["--nonsense"], 2),
    ],
)
def test_exit_code(run: Runner, db: Path, arguments: list[str], rc: int) -> None:
    as_of = [] if "--as-of" in arguments else ["--as-of", "2021-05-29"]
    done = run("audit", *as_of, *arguments)
    assert done.rc == rc, done.stderr
    assert bool(done.stderr) == (rc == 2)
    assert "Traceback" not in done.stderr
    if rc == 2:
        assert done.stdout == ""


def test_an_unknown_body_is_told_what_there_is(run: Runner, db: Path) -> None:
    assert "聊城经开区 (etdz)" in run("audit", "--zone", "nowhere").stderr
    assert "市水利局 (slj)" in run("audit", "--department", "x").stderr


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look at"])
def test_a_file_that_is_no_registry_is_an_error(
    run: Runner, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "registry.db").write_bytes(content)
    done = run("audit")
    assert done.rc == 2
    assert "not a registry's working file" in done.stderr


def test_a_missing_file_is_an_error_that_names_the_remedy(run: Runner) -> None:
    done = run("--db", "nowhere.db", "audit")
    assert done.rc == 2
    assert "nowhere.db" in done.stderr
    assert "registry build" in done.stderr


def test_a_later_version_s_file_is_left_alone(run: Runner, db: Path) -> None:
    with sqlite3.connect(db) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('registry', '9999_future', 'x')"
        )
    conn.close()
    before = db.read_bytes()
    done = run("audit")
    assert done.rc == 2
    assert "later version" in done.stderr
    assert db.read_bytes() == before


def test_each_run_is_stored(run: Runner, db: Path) -> None:
    assert json.loads(run("audit", "--format", "json").stdout)["run"] == 1
    other_day = run("audit", "--format", "json", "--as-of", "2021-05-29")
    assert json.loads(other_day.stdout)["run"] == 2
    # The same audit again is the same run.
    assert json.loads(run("audit", "--format", "json").stdout)["run"] == 1
    conn = sqlite3.connect(db)
    assert conn.execute("SELECT count(*) FROM run").fetchone() == (2,)
    conn.close()


def test_output_goes_to_a_file_whole(run: Runner, db: Path, tmp_path: Path) -> None:
    done = run("audit", "--format", "csv", "--bom", "-o", "found.csv", "--as-of", "2021-05-29")
    assert (done.rc, done.stdout) == (1, "")
    text = (tmp_path / "found.csv").read_text(encoding="utf-8")
    assert text.startswith("\ufeffCode,")
    assert len(list(csv.reader(io.StringIO(text, newline="")))) > 4000
    assert not list(tmp_path.glob("*.writing"))


def test_the_environment_names_file_and_language(run: Runner, db: Path, tmp_path: Path) -> None:
    moved = db.rename(tmp_path / "other.db")
    env = {"REGISTRY_DB": str(moved), "REGISTRY_LANG": "zh"}
    assert "核查情况" in run("audit", "--as-of", "2021-05-29", env=env).stdout
    assert "Audit of" in run("--lang", "en", "audit", "--as-of", "2021-05-29", env=env).stdout


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "核查情况"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_TW.UTF-8"}, "核查情况"),
        ({"LC_ALL": "de_DE.UTF-8"}, "Audit of"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, "Audit of"),
    ],
)
def test_the_locale_chooses_the_language(
    run: Runner, db: Path, env: dict[str, str], words: str
) -> None:
    env = {"REGISTRY_LANG": "", **env}
    assert words in run("audit", "--as-of", "2021-05-28", env=env).stdout


@pytest.mark.parametrize(
    ("language", "form"), sample(product(["en", "zh"], ["table", "json", "csv", "html"]), 2)
)
def test_what_is_redirected_is_utf_8(run: Runner, db: Path, language: str, form: str) -> None:
    env = {"PYTHONIOENCODING": "gbk", "REGISTRY_LANG": language}
    done = run("audit", "--as-of", "2021-05-29", "--format", form, env=env, encoding="utf-8")
    assert done.rc == 1
    assert "取水许可" in done.stdout


def test_width_follows_the_terminal(run: Runner, db: Path) -> None:
    for width in (80, 140):
        env = {"COLUMNS": str(width)}
        shown = run("audit", "--as-of", "2021-05-29", env=env).stdout
        assert max(map(text_width, shown.splitlines())) <= width


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["audit", "--as-of", "2021-05-29", "--format", "json"],
        ["workday", "2021-04-15", "30"],
    ],
)
def test_heavy_libraries_are_not_imported(run: Runner, db: Path, arguments: list[str]) -> None:
    program = (
        "-c",
        "import sys, atexit; from registry.cli import main;"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()",
    )
    modules = run(*arguments, program=program).stderr.split()
    assert "click" in modules
    for heavy in ("datasette", "sqlite_utils", "uvicorn", "jinja2"):
        assert heavy not in modules
    if "audit" in arguments:
        unneeded = {"tabulate", "chinese_calendar", "pydantic", "yaml", "registry.model.instrument"}
        assert not unneeded & set(modules)


def test_a_new_year_added_by_hand_moves_due_dates(
    run: Runner, data_root: Path, tmp_path: Path
) -> None:
    instrument = data_root / "liaocheng-2021-8" / "instrument.yml"
    text = instrument.read_text(encoding="utf-8").replace(
        "issued_on: 2021-04-15", "issued_on: 2026-12-20"
    )
    instrument.write_text(text, encoding="utf-8")
    assert run("build").rc == 0
    first = json.loads(run("audit", "--select", "CAL001", "--format", "json").stdout)
    assert sum(f["subject_type"] == "duty" for f in first["findings"]) == 12
    (data_root / "calendar" / "2027.yml").write_text(
        "year: 2027\nnotice: null\nholidays: [2027-01-01, 2027-02-08]\n", encoding="utf-8"
    )
    done = run("audit", "--as-of", "2027-03-01", "--select", "SEA001", "--format", "json")
    assert "calendar has changed" in done.stderr
    due = {f["due_on"] for f in json.loads(done.stdout)["findings"]}
    expected = run("workday", "2026-12-20", "30").stdout.split()[0]
    assert due == {expected}
    assert expected.startswith("2027-02")
