"""`registry due`: by names, for one body, and as calendars that keep their events' ids."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import icalendar
import pytest

from registry.report.terminal import text_width
from tests.conftest import Run

Runner = Callable[..., Run]


@pytest.fixture
def db(shipped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(shipped, tmp_path / "registry.db"))


def events(text: str) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar.subcomponents, "RFC 5545 asks for a component at the least"
    found = calendar.walk("VEVENT")
    uids = [str(event["uid"]) for event in found]
    assert len(set(uids)) == len(uids)
    return found


@pytest.mark.parametrize("day", ["2021-05-20", "2024-05-20", "2026-05-20", "2021-08-20"])
def test_a_calendar_has_an_id_for_each_deadline(run: Runner, db: Path, day: str) -> None:
    words = ("due", "--as-of", day, "--format", "ics")
    found = events(run(*words).stdout)
    sooner = {str(event["uid"]) for event in events(run(*words, "--within", "3").stdout)}
    assert sooner <= {str(event["uid"]) for event in found}
    document = json.loads(run("due", "--as-of", day, "--format", "json").stdout)
    assert len(document["entries"]) == len(found)


@pytest.mark.usefixtures("db")
def test_events_name_items(run: Runner) -> None:
    words = ("due", "--as-of", "2021-05-20", "--format", "ics", "--department", "市水利局")
    found = events(run("--lang", "zh", *words).stdout)
    summaries = [str(event["summary"]) for event in found]
    assert all(text.startswith("市水利局：") for text in summaries)
    assert "市水利局：委托协议（取水许可）" in summaries
    assert any("取水许可等3项" in text for text in summaries)
    (agreement,) = (e for e in found if "委托协议（" in e["summary"])
    assert str(agreement["description"]) == "取水许可 1-08-hidz"
    assert "市水利局: entrustment agreement (取水许可)" in [
        str(event["summary"]) for event in events(run(*words).stdout)
    ]


def test_a_deadline_that_moves_takes_its_event_along(run: Runner, db: Path) -> None:
    import sqlite3

    words = ("due", "--as-of", "2021-05-20", "--within", "30", "--format", "ics", "--zone", "etdz")
    before = {e["uid"]: e["dtstart"].dt.isoformat() for e in events(run(*words).stdout)}
    conn = sqlite3.connect(db)
    conn.execute("UPDATE duty SET amount = amount + 5")
    conn.commit()
    conn.close()
    after = {e["uid"]: e["dtstart"].dt.isoformat() for e in events(run(*words).stdout)}
    assert after.keys() == before.keys()
    assert "2021-05-28" in before.values()
    assert "2021-05-28" not in after.values()


@pytest.mark.usefixtures("db")
def test_an_empty_calendar_is_valid(run: Runner) -> None:
    done = run("due", "--as-of", "2021-08-20", "--within", "1", "--format", "ics", "--zone", "hidz")
    assert events(done.stdout) == []
    assert done.stdout.endswith("END:VCALENDAR\r\n")


@pytest.mark.usefixtures("db")
def test_a_file_for_each_body(run: Runner, tmp_path: Path) -> None:
    folder = tmp_path / "日历"
    done = run("due", "--as-of", "2021-05-20", "--by-body", folder)
    assert done.rc == 0, done.stderr
    every = events(run("due", "--as-of", "2021-05-20", "--format", "ics").stdout)
    files = {path.stem: events(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
    assert {"市水利局", "聊城经开区", "聊城高新区"} <= files.keys()
    together = sorted(str(e["uid"]) for found in files.values() for e in found)
    assert together == sorted(str(e["uid"]) for e in every)
    for name, found in files.items():
        assert all(str(e["summary"]).startswith(name) for e in found)
    assert files["东阿县政府"] == []
    one = run("due", "--as-of", "2021-05-20", "--by-body", tmp_path / "one", "--zone", "聊城高新区")
    assert one.stdout.startswith("1 calendars written to")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["聊城高新区.ics"]
    assert run("due", "--by-body", folder, "-o", "x").rc == 2
    assert run("due", "--by-body", folder, "--format", "json").rc == 2


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.usefixtures("db")
def test_the_table_shows_names_and_fits(run: Runner, width: int) -> None:
    words = ("--lang", "zh", "due", "--as-of", "2021-05-20")
    done = run(*words, env={"COLUMNS": str(width)})
    assert "市水利局\n" in done.stdout
    assert max(map(text_width, done.stdout.splitlines())) <= width
    if width == 140:
        assert "取水许可（1-08-hidz）" in done.stdout
        assert "项" in done.stdout


@pytest.mark.usefixtures("db")
def test_the_agenda_of_one_body(run: Runner, tmp_path: Path) -> None:
    done = run("due", "--as-of", "2021-05-20", "--department", "市水利局", "-o", "agenda.txt")
    assert (done.rc, done.stdout) == (0, "")
    text = (tmp_path / "agenda.txt").read_text(encoding="utf-8")
    assert "市水利局" in text
    assert "聊城高新区" not in text
    document = run("due", "--as-of", "2021-05-20", "--zone", "hidz", "--format", "json").stdout
    assert {entry["body_name"] for entry in json.loads(document)["entries"]} == {"聊城高新区"}
    unknown = run("due", "--zone", "高新区")
    assert unknown.rc == 2
    assert "Did you mean" in unknown.stderr
