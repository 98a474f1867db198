"""`registry publish`, as a process."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.conftest import Run


def test_it_says_what_was_published_and_what_was_not(
    run: Callable[..., Run], built: Path, tmp_path: Path
) -> None:
    done = run("--db", built, "publish", "-o", "public.db", "--as-of", "2021-06-30")
    assert done.rc == 0, done.stderr
    assert "Published public.db, as of 2021-06-30." in done.stdout
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["items", "1,847"] in lines
    assert ["delegations", "3,694"] in lines
    assert ["agreements", "0"] in lines
    assert "agreements           18  demonstration rows; --demo takes them in" in done.stdout
    assert "guidance requests    12  never published" in done.stdout
    conn = sqlite3.connect(tmp_path / "public.db")
    assert conn.execute("SELECT count(*) FROM agreements").fetchone() == (0,)
    conn.close()


def test_demo_takes_demonstration_rows_in(run: Callable[..., Run], built: Path) -> None:
    done = run("--db", built, "publish", "-o", "p.db", "--demo", "--as-of", "2021-06-30")
    assert done.rc == 0
    assert "demonstration rows" not in done.stdout
    assert ["agreements", "16"] in [line.split() for line in done.stdout.splitlines()]


def test_it_stands_on_today_unless_told(
    run: Callable[..., Run], built: Path, tmp_path: Path
) -> None:
    assert run("--db", built, "publish", "-o", "p.db").rc == 0
    conn = sqlite3.connect(tmp_path / "p.db")
    (day,) = conn.execute("SELECT date FROM as_of").fetchone()
    conn.close()
    assert day >= "2024-01-01"


def test_it_speaks_chinese(run: Callable[..., Run], built: Path) -> None:
    done = run("--db", built, "--lang", "zh", "publish", "-o", "p.db", "--as-of", "2021-06-30")
    assert done.rc == 0
    assert "3,694" in done.stdout


def test_refusals_name_the_remedy(run: Callable[..., Run], built: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("important", encoding="utf-8")
    for output, words in (
        (built, "the public file must not replace it. Name another with -o"),
        ("mine.txt", "Name another with -o, or remove it first"),
        ("nowhere/p.db", "Make it, or name another file with -o"),
    ):
        done = run("--db", built, "publish", "-o", output)
        assert done.rc == 2
        assert words in done.stderr
        assert done.stderr.count("\n") <= 2, "no traceback"
        assert done.stdout == ""
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "important"


def test_mistakes_are_errors(run: Callable[..., Run], built: Path) -> None:
    assert run("--db", built, "publish").rc == 2
    assert run("--db", built, "publish", "-o", "p.db", "--as-of", "yesterday").rc == 2
    done = run("publish", "-o", "p.db")
    assert done.rc == 2
    assert "registry build" in done.stderr


def test_one_instrument_of_several(run: Callable[..., Run], two_copy: Path) -> None:
    done = run("publish", "--demo", "--instrument", "test-2", "-o", "p.db")
    assert done.rc == 0, done.stderr
    assert re.search(r"items +4\n", done.stdout)
    assert re.search(r"items +9  of other instruments\n", done.stdout)
    assert run("publish", "--instrument", "test-2", "--to", "site").rc == 0
    unknown = run("publish", "--instrument", "test", "-o", "q.db")
    assert (unknown.rc, unknown.stdout) == (2, "")
    assert "no instrument is called test. Known are: test-1, test-2." in unknown.stderr
    assert not two_copy.with_name("q.db").exists()
    refused = run("publish", "--instrument", "test-1", "--internal", "-o", "q.db")
    assert refused.rc == 2
    assert "--internal shows every instrument" in refused.stderr


def test_words_of_an_office_are_published(
    run: Callable[..., Run], built: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.yml").write_text("means:\n  水证: [取水许可]\n", encoding="utf-8")
    assert run("--db", built, "publish", "-o", "p.db").rc == 0
    conn = sqlite3.connect(tmp_path / "p.db")
    (words,) = conn.execute("SELECT content FROM words_fts").fetchone()
    conn.close()
    assert '"水证": ["取水许可"]' in words
    assert "环境影响评价" in words
    (tmp_path / "words.yml").write_text("meant:\n  水证: [取水许可]\n", encoding="utf-8")
    refused = run("--db", built, "publish", "-o", "p.db")
    assert refused.rc == 2
    assert "words.yml" in refused.stderr


def test_an_audit_by_some_rules_is_none_of_everything(
    run: Callable[..., Run], built_copy: Path, tmp_path: Path
) -> None:
    publish = ("publish", "--internal", "-o", tmp_path / "office.db")
    assert run("audit", "--as-of", "2021-06-30", "--select", "SEA001").rc == 1
    refused = run(*publish)
    assert refused.rc == 2
    assert "no audit of everything is stored" in refused.stderr
    assert not (tmp_path / "office.db").exists()
    assert run("audit", "--as-of", "2021-06-30").rc == 1
    assert run("audit", "--as-of", "2021-06-30", "--select", "CAT").rc in (0, 1)
    assert run(*publish).rc == 0
    with closing(sqlite3.connect(tmp_path / "office.db")) as conn:
        assert conn.execute("SELECT run FROM runs").fetchall() == [(2,)]
        changes = conn.execute("SELECT count(*) FROM run_changes").fetchone()
    assert changes == (0,), "there is no earlier one to compare with"
    trend = run("runs", "--trend", "--format", "csv").stdout.splitlines()
    assert trend[0] == "body,2: 2021-06-30"
    listed = json.loads(run("runs", "--format", "json").stdout)
    counts = {one["run"]: one["rules"] for one in listed}
    assert counts[2] > counts[3] > counts[1] == 1
