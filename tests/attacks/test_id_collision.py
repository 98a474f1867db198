"""Ids that stand for two bodies, or nearly."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.attacks.checks import asked, calm, done, refused, whole
from tests.conftest import SmallRoot
from tests.many import TwoRoots
from tests.running import Run

pytestmark = pytest.mark.long

Runner = Callable[..., Run]


def bodies(file: Path) -> list[str]:
    """Ids of all bodies, of each kind."""
    zones = [str(one) for (one,) in asked(file, "SELECT DISTINCT id FROM zone")]
    return zones + [str(one) for (one,) in asked(file, "SELECT DISTINCT id FROM department")]


NEARLY: Final = (
    *("Office", "OFFICE", "office ", " office", "ｏｆｆｉｃｅ", "office\n", "ofﬁce", "о\u0066fice"),
    *(
        "East",
        "ＥＡＳＴ",
        "east ",
        "east\u200b",
        "eаst",
        "east\x00",
        "",
        "-",
        "..",
        "east/../office",
    ),
)


@pytest.mark.parametrize("kind", ["departments", "zones"])
@pytest.mark.parametrize("id_", NEARLY)
def test_ids_that_look_alike(
    id_: str, kind: str, small_root: SmallRoot, run: Runner, tmp_path: Path
) -> None:
    """Another case, width, script or space makes no second body that is taken for the first."""
    known = small_root.instrument
    known[kind].append(
        {"id": id_, "name": "测试市丁局", "short_name": "市丁局"}
        | ({"clause": "C01"} if kind == "zones" else {})
    )
    small_root.write()
    one = calm(run("build", "--data", "small"))
    refused(one, "instrument.yml")
    assert not (tmp_path / "registry.db").exists()


EVENTS: Final = (
    ("renamed", "市甲局", "office"),
    ("merged", "市甲局", "east"),
    ("split", "市甲局", "west"),
    ("powers-transferred", "市乙局", "office"),
    ("merged", "东区", "jia"),
    ("merged", "东区", "office"),
    ("split", "西区", "yi"),
    ("renamed", "西区", "bing"),
    ("merged", "市甲局", "East"),
    ("merged", "东区", "Jia"),
)


@pytest.mark.parametrize(("kind", "body", "to"), EVENTS)
def test_successors_with_ids_of_others(
    kind: str, body: str, to: str, small_root: SmallRoot, run: Runner, tmp_path: Path
) -> None:
    """What happened to a body gives no id of another kind of body, or of the office, away."""
    path = small_root.build(db=tmp_path / "registry.db").path
    before = sorted(bodies(path))
    one = run(
        *("record", "body-event", kind, body, "--to", to, "--name", "新机构全称"),
        *("--short-name", "新机构", "--on", "2021-06-01", "--basis", "文件"),
    )
    refused(one)
    assert "Nothing was changed" in one.stderr or to in one.stderr
    assert sorted(bodies(path)) == before
    done(run("verify"))


def test_ids_of_a_body_that_is_gone(small_root: SmallRoot, run: Runner, tmp_path: Path) -> None:
    """The id of a successor that an event made is no other body's, of either kind, later."""
    path = small_root.build(db=tmp_path / "registry.db").path
    done(
        run(
            *("record", "body-event", "merged", "市甲局", "--to", "neu", "--name", "新机构全称"),
            *("--short-name", "新机构", "--on", "2021-06-01", "--basis", "文件"),
        )
    )
    refused(
        run(
            *("record", "body-event", "merged", "东区", "--to", "neu", "--name", "新区管委会"),
            *("--short-name", "新区", "--on", "2021-06-01", "--basis", "文件"),
        )
    )
    other = shutil.copytree(small_root.folder, tmp_path / "test-3")
    text = yaml.safe_load((other / "instrument.yml").read_text("utf-8"))
    text |= {"id": "test-3", "number": "三号", "title": "第三个文件"}
    text["zones"].append({"id": "neu", "name": "他区管委会", "short_name": "他区", "clause": "C01"})
    (other / "instrument.yml").write_text(yaml.safe_dump(text, allow_unicode=True), "utf-8")
    refused(run("load", "instrument", "test-3"), "neu")
    every = bodies(path)
    assert len(every) == len(set(every))
    assert asked(path, "SELECT count(*) FROM instrument") == [(1,)]
    done(run("verify"))


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("departments", "ding", "east"),
        ("departments", "ding", "west"),
        ("departments", "ding", "office"),
        ("zones", "harbour", "jia"),
        ("zones", "harbour", "office"),
        ("zones", "harbour", "bing"),
    ],
)
def test_an_id_of_another_instruments_body(
    kind: str,
    old: str,
    new: str,
    loaded: bool,
    two_roots: TwoRoots,
    run: Runner,
    tmp_path: Path,
) -> None:
    """A second instrument may not call a department as the first calls a zone, nor otherwise."""
    two_roots.second.instrument[kind] = [
        {**one, "id": new if one["id"] == old else one["id"]}
        for one in two_roots.second.instrument[kind]
    ]
    if loaded:
        two_roots.first.build(db=tmp_path / "registry.db")
        two_roots.write()
        before = bodies(tmp_path / "registry.db")
        refused(run("load", "instrument", "two/test-2"), new)
        assert bodies(tmp_path / "registry.db") == before
        assert asked(tmp_path / "registry.db", "SELECT id FROM instrument") == [("test-1",)]
        done(run("verify"))
    else:
        two_roots.write()
        refused(run("build", "--data", "two"), new)
        assert not (tmp_path / "registry.db").exists()


@pytest.mark.parametrize("id_", ["office", "east"])
def test_an_id_changed_by_hand(
    id_: str, small_root: SmallRoot, run: Runner, tmp_path: Path
) -> None:
    """A file in which somebody wrote an id of two bodies is told by verify, and not published."""
    path = small_root.build(db=tmp_path / "registry.db").path
    done(run("audit", "--as-of", "2021-06-30", "--fail-on", "never"))
    with closing(sqlite3.connect(path)) as conn:
        triggers = conn.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        for name, _sql in triggers:
            conn.execute(f'DROP TRIGGER "{name}"')
        conn.execute("UPDATE department SET id = ? WHERE id = 'bing'", (id_,))
        for _name, sql in triggers:
            conn.execute(sql)
        conn.commit()
    found = calm(run("verify"))
    assert found.rc in (1, 2)
    assert id_ in found.stdout + found.stderr
    for words in (
        ("publish", "--internal", "-o", "office.db"),
        ("publish", "--internal", "--to", "offices"),
    ):
        one = calm(run(*words))
        assert one.rc == 2, one
        assert not (tmp_path / "office.db").exists()
        assert not list(tmp_path.glob("offices/*.db"))
    assert whole(path)
