"""The tables are what the log adds up to, whatever is done; and a past day is as it was kept."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.store.connection import connect, reading
from registry.store.log.checkpoints import read_checkpoint
from registry.store.log.known_on import write_as_known
from tests.conftest import amount, drawn_of, examples
from tests.store.log.commands import COMMANDS, WRITE_NO_RECORD, log_of
from tests.store.log.lived import DAYS, LATEST, kept_on
from tests.store.log.offices import Office, found_by_verifying, tables_of

STEPS = st.lists(
    st.tuples(st.sampled_from([*COMMANDS, "night"]), st.integers(0, 2**20)),
    min_size=5,
    max_size=examples(10, 6),
)
"""Commands, with a seed for the words of each; `night`: the next day begins."""

OF_THE_COPY = ("as_of", "log_state", "sqlite_stat1")
"""Tables that say what a file is."""


class Life:
    """An office in whose registry commands run, one after the other."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.kept: dict[str, Path] = {}

    def night(self) -> None:
        """Keep a copy of the file, and begin the next day."""
        copy = self.office.folder / f"{self.office.clock.day}.db"
        shutil.copyfile(self.office.db, copy)
        self.kept[self.office.clock.day] = copy
        self.office.clock.now += dt.timedelta(days=1)

    def run(self, name: str, seed: int) -> None:
        """Run a command: its change is logged whole as its own, or it changes nothing."""
        office = self.office
        office.clock.now += dt.timedelta(minutes=5)
        words = COMMANDS[name](office, random.Random(seed))
        before = log_of(office)
        done = office.run(*words, rc=(0, 1, 2))
        assert "Traceback" not in done.stderr, (words, done)
        after = log_of(office)
        if name == "build" and done.rc == 0:
            self.kept.clear()
            shutil.rmtree(office.folder / "checkpoints", ignore_errors=True)
        else:
            assert after[: len(before)] == before, words
            opened = [json.loads(line) for line in after[len(before) :] if '"change"' in line[:40]]
            commands = {line["command"] for line in opened}
            assert commands <= {f"registry {' '.join(words[:2])}", f"registry {words[0]}"}, words
            assert not (opened and (done.rc or name in WRITE_NO_RECORD)), (words, done)
            assert len(opened) <= 1, (words, opened)
        held = [read_checkpoint(p) for p in (office.folder / "checkpoints").glob("*.txt")]
        assert found_by_verifying(office.db, *held) == [], words

    def compare_past_days(self) -> None:
        """Each day that is past is as it was kept."""
        for day, copy in self.kept.items():
            known = self.office.folder / f"known-{day}.db"
            with closing(connect(self.office.db)) as conn, reading(conn):
                written = write_as_known(conn, day, known)
            assert tables_of(known if written else self.office.db, *OF_THE_COPY) == tables_of(
                copy, *OF_THE_COPY
            ), day


@settings(
    max_examples=amount(2, 10, 300),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, later=st.booleans())
def test_tables_are_what_the_log_adds_up_to(
    office_folder: Path,
    lived_folder: Path,
    tmp_path: Path,
    steps: list[tuple[str, int]],
    later: bool,
) -> None:
    """From a registry that was just built, or from one with a history."""
    shutil.rmtree(tmp_path / "office", ignore_errors=True)
    life = Life(Office(lived_folder if later else office_folder).copy(tmp_path / "office"))
    if later:
        life.office.clock.now = dt.datetime(2021, 7, 16, 9)
    for name, seed in steps:
        if name == "night":
            life.night()
        else:
            life.run(name, seed)
    life.compare_past_days()


QUESTIONS = {
    "audit, one zone": ("audit", "--as-of", "2021-06-30", "--zone", "east", "--format", "csv"),
    "show an item": ("show", "1-02", "--as-of", LATEST),
    "show a paper": ("show", "P-1"),
    "show an agreement": ("show", "示例1号"),
    "query": ("query", "needs-agreement", "--as-of", LATEST, "--format", "json"),
    "audit": ("audit", "--as-of", LATEST, "--format", "json"),
}


def answers(office: Office, db: Path, *words: str) -> Iterator[tuple[str, object]]:
    """What is published of a file, and what the commands answer."""
    published = office.folder / "published.db"
    for kind in ((), ("--internal",)):
        place = ("-o", published, "--as-of", LATEST)
        done = office.run("--db", db, "publish", *place, *kind, *words, rc=(0, 2))
        assert "Traceback" not in done.stderr, done
        tables = tables_of(published) if done.rc == 0 else {}
        # The time of this machine stands in a document that is made.
        tables["downloads"] = [row[:-1] for row in tables.get("downloads", [])]
        yield f"publish {kind}", (done.rc, tables)
        published.unlink(missing_ok=True)
    for name, question in QUESTIONS.items():
        done = office.run("--db", db, *question, *words, rc=(0, 1, 2))
        said: object = done.stdout
        if question[-1] == "json":
            said = json.loads(done.stdout)
            if isinstance(said, dict):
                del said["run"]  # of what is not stored: none
        yield name, (done.rc, said)


def test_known_now_is_as_without(lived: Office) -> None:
    lived.run("audit", "--as-of", LATEST, rc=1)
    words = ("--known-on", lived.clock.day)
    assert list(answers(lived, lived.db, *words)) == list(answers(lived, lived.db))


@pytest.mark.parametrize("day", drawn_of([day for day, _changes in DAYS[:-1]], 1, 3))
def test_a_past_day_is_as_the_copy_that_was_kept(lived: Office, day: str) -> None:
    copy = kept_on(lived.folder)[day]
    known = dict(answers(lived, lived.db, "--known-on", day))
    assert known == dict(answers(lived, copy))


def test_a_day_between_changes_is_as_the_one_before(lived: Office) -> None:
    shown = lived.run("show", "1-02", "--known-on", "2021-07-10")
    assert shown.stdout == lived.run("show", "1-02", "--known-on", "2021-07-09").stdout
    assert "As the registry was known on 2021-07-10" in shown.stderr


def test_a_past_day_keeps_the_calendar_that_was_known(
    lived: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A calendar that has changed since is taken over by the living file alone."""
    monkeypatch.setattr("registry.store.calendar.calendar_digest", lambda _folder: "another")
    shown = lived.run("show", "1-02", "--known-on", "2021-07-09")
    assert shown.stderr.count("The calendar has changed") == 1


def test_a_day_before_the_log_is_refused(lived: Office) -> None:
    done = lived.run("audit", "--known-on", "2021-06-30", rc=2)
    assert "the log begins on 2021-07-01" in done.stderr


def test_what_was_known_is_not_what_was_the_case(lived: Office) -> None:
    """The day that is asked about and the day of knowledge are two things."""
    question = ("query", "needs-agreement", "--as-of", "2021-06-01", "--format", "json")
    status = {}
    for day in ("2021-07-01", "2021-07-02"):
        rows = json.loads(lived.run(*question, "--known-on", day).stdout)
        status[day] = json.dumps(rows, ensure_ascii=False)
    assert "示例1号" not in status["2021-07-01"]
    assert "示例1号" in status["2021-07-02"], "it was signed in May, and entered in July"
