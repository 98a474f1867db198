"""`registry record body-event`, and what follows a body that is gone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.internal.projection import derive
from tests.conftest import Run
from tests.internal.conftest import SLJ, audit, publish_office, rows

DAY = "2022-04-01"


@pytest.fixture
def db(built: Path, tmp_path: Path) -> Path:
    """Copy the built file to where commands look for it."""
    path = Path(shutil.copyfile(built, tmp_path / "registry.db"))
    path.chmod(0o644)
    return path


def merge(run: Callable[..., Run], *more: str) -> Run:
    words = ("record", "body-event", "merged", "市水利局", "--to", "市应急局", "--on", DAY)
    return run("--lang", "en", *words, "--basis", "聊编〔2022〕1号", "--by", "张三", *more)


def alarms(run: Callable[..., Run], day: str, department: str) -> int:
    """How many there are, but for what the event itself brings about."""
    done = run("audit", "--as-of", day, "--department", department, "--format", "jsonl")
    return sum(
        '"status": "alarm"' in line or '"status":"alarm"' in line
        for line in done.stdout.splitlines()
        if "BOD002" not in line
    )


def test_a_dry_run_tells_and_writes_nothing(db: Path, run: Callable[..., Run]) -> None:
    before = db.read_bytes()
    done = merge(run, "--dry-run")
    assert (done.rc, db.read_bytes()) == (0, before)
    assert "items of other departments:" in done.stdout
    assert "tried only" in done.stderr


def test_a_merged_department_hands_over_what_it_owes(db: Path, run: Callable[..., Run]) -> None:
    mine, theirs = (alarms(run, DAY, name) for name in ("slj", "yjj"))
    assert min(mine, theirs) > 0
    done = merge(run)
    assert done.rc == 0, done.stderr
    assert alarms(run, "2022-03-31", "slj") > 0, "the day before it was its own"
    together = alarms(run, DAY, "yjj")
    assert max(mine, theirs) < together <= mine + theirs
    assert alarms(run, DAY, "市水利局") == together, "who asks for it gets its successor"
    found = rows(db, "SELECT what, body, successor, basis, source FROM body_event")
    assert found[0][:4] == ("merged", "slj", "yjj", "聊编〔2022〕1号")
    assert "张三" in found[0][4]


def test_a_successor_may_be_new(db: Path, run: Callable[..., Run]) -> None:
    words = ("record", "body-event", "merged", "slj", "--to", "swj2", "--on", DAY, "--basis", "文")
    assert run(*words).rc == 2, "names are asked for"
    assert run(*words, "--name", "聊城市水务局", "--short-name", "市水务局").rc == 0
    assert alarms(run, DAY, "市水务局") > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("merged", "市水利局"), "states to"),
        (("renamed", "市水利局", "--name", "新名"), "states short_name"),
        (("merged", "市水利局", "--to", "聊城经开区"), "can't take over"),
        (("merged", "市水利局", "--to", "市水利局"), "can't take over"),
        (("abolished", "市某某局"), "called 市某某局"),
        (("renamed", "slj", "--name", "yjj", "--short-name", "市水务局"), "“yjj” is no name"),
        (("renamed", "slj", "--name", "某局", "--short-name", "office"), "“office” is no name"),
        (("merged", "slj", "--to", "水务", "--name", "甲", "--short-name", "乙"), "is no id"),
    ],
)
def test_what_is_refused(
    db: Path, run: Callable[..., Run], words: tuple[str, ...], said: str
) -> None:
    before = db.read_bytes()
    done = run("--lang", "en", "record", "body-event", *words, "--on", DAY, "--basis", "文")
    assert (done.rc, db.read_bytes()) == (2, before)
    assert said in done.stderr


def test_what_has_ended_does_not_end_again(db: Path, run: Callable[..., Run]) -> None:
    assert merge(run).rc == 0
    assert "has ended" in merge(run).stderr


def test_a_renamed_department_is_found_by_both_names(db: Path, run: Callable[..., Run]) -> None:
    words = ("--name", "聊城市水务局", "--short-name", "市水务局", "--on", DAY, "--basis", "文")
    assert run("record", "body-event", "renamed", "市水利局", *words).rc == 0
    assert alarms(run, DAY, "市水务局") == alarms(run, DAY, "市水利局") > 0
    shown = run("show", "1-08", "--as-of", DAY).stdout
    assert "市水务局" in shown
    assert "市水务局" not in run("show", "1-08", "--as-of", "2022-03-31").stdout


def test_requests_and_agreements_are_answered_by_the_successor(
    db: Path, run: Callable[..., Run]
) -> None:
    """REQ001 and AGR008 name whom the paper names; from the merger on its successor owes them."""
    words = ("--zone", "etdz", "--department", "slj", "--kind", "业务培训", "--on", "2022-01-10")
    assert run("record", "guidance", *words).rc == 0
    owed = "SELECT DISTINCT owed_by FROM findings WHERE run = {} AND code = 'REQ001'"
    run("audit", "--as-of", DAY, "--select", "REQ001")
    before = {who for (who,) in rows(db, owed.format(1))}
    assert "slj" in before
    merge(run)
    run("audit", "--as-of", DAY, "--select", "REQ001")
    after = {who for (who,) in rows(db, owed.format(2))}
    assert "slj" not in after
    assert "yjj" in after
    done = run("audit", "--as-of", DAY, "--select", "REQ001", "--department", "yjj")
    assert "2022-01-10" in done.stdout


def test_letters_go_to_the_successor(db: Path, run: Callable[..., Run], tmp_path: Path) -> None:
    merge(run)
    for day, goes, other in (("2022-03-31", "市水利局", True), (DAY, "市水利局", False)):
        assert run("letters", "--as-of", day, "-o", f"letters-{day}").rc == 0
        names = [path.name for path in (tmp_path / f"letters-{day}").iterdir()]
        assert any(goes in name for name in names) is other, day
        assert any("市应急局" in name for name in names)


@pytest.mark.usefixtures("without_documents")
def test_pages_and_sign_ins_follow(db: Path, run: Callable[..., Run], tmp_path: Path) -> None:
    merge(run)
    public = ("publish", "--demo", "--as-of", DAY, "-o", "public.db")
    assert run(*public).rc == 0
    named = rows(tmp_path / "public.db", "SELECT DISTINCT department FROM items WHERE id = '1-08'")
    assert named == [("市应急局",)]
    audit(db, DAY)
    office = publish_office(db, tmp_path / "office.db")
    derive(office, SLJ, tmp_path / "slj.db")
    assert rows(tmp_path / "slj.db", "SELECT kind, id FROM audience") == [("department", "yjj")]
    owed = {who for (who,) in rows(tmp_path / "slj.db", "SELECT owed_by FROM findings")}
    assert any("yjj" in who.split(";") for who in owed)
    assert not any("slj" in who.split(";") for who in owed)
