"""`registry show` of bodies and clauses: what `find` lists first is what `show` takes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run, SmallRoot

Runner = Callable[..., Run]
DAY = ("--as-of", "2021-06-30")
WIDE = {"COLUMNS": "160"}


@pytest.fixture
def shown(run: Runner, built_copy: Path) -> Callable[..., str]:
    """What `show` tells of something in Chinese, without spaces."""

    def show(text: str, *more: str) -> str:
        done = run("--lang", "zh", "show", text, *(more or DAY), env=WIDE)
        assert done.rc == 0, done.stderr
        return "".join(done.stdout.split())

    return show


def count(db: Path, sql: str) -> int:
    with closing(sqlite3.connect(db)) as conn:
        (n,) = conn.execute(sql).fetchone()
    return int(n)


@pytest.mark.parametrize("name", ["slj", "市水利局", "聊城市水利局"])
def test_a_department_by_any_of_its_names(
    shown: Callable[..., str], built_copy: Path, name: str
) -> None:
    text = shown(name)
    assert text.startswith("slj聊城市水利局单位类别市级部门简称市水利局")
    direct = count(
        built_copy,
        "SELECT count(*) FROM item_department AS x JOIN item AS i ON i.no = x.item"
        " JOIN department AS d ON d.no = x.department WHERE d.id = 'slj' AND i.mode = '原直接实施'",
    )
    assert f"原直接实施{direct}" in text
    assert "办理地点" not in text, "a department has no address of its own"


def test_a_zone_with_how_its_delegations_stand(shown: Callable[..., str]) -> None:
    before, after = shown("聊城经开区", "--as-of", "2021-04-14"), shown("etdz", *DAY)
    assert "赋权事项尚未生效" in before
    assert "应办配套任务" not in before, "nothing is owed before the notice"
    assert "生效" in after
    assert "未完成" in after


def test_what_a_zone_holds_and_owes_is_what_views_say(
    shown: Callable[..., str], built_copy: Path
) -> None:
    text = shown("hidz")
    with closing(sqlite3.connect(built_copy)) as conn:
        conn.execute("CREATE TEMP TABLE as_of AS SELECT '2021-06-30' AS date")
        from registry.store.views import view_texts

        for view, sql in view_texts().items():
            conn.execute(f"CREATE TEMP VIEW {view} AS {sql}")
        held = conn.execute(
            "SELECT s.state, count(*) FROM current_standing AS s JOIN delegation AS d"
            " ON d.no = s.delegation_no JOIN zone AS z ON z.no = d.zone WHERE z.id = 'hidz'"
            " GROUP BY 1"
        ).fetchall()
        (overdue,) = conn.execute(
            "SELECT count(*) FROM obligation_bodies WHERE body = 'hidz' AND status = 'alarm'"
        ).fetchone()
    assert held
    for state, n in held:
        assert f"{state}{n:,}" in text
    assert f"逾期未完成{overdue}" in text


def test_what_became_of_a_body_is_told_on_both(
    run: Runner, shown: Callable[..., str], built_copy: Path
) -> None:
    words = ("merged", "市水利局", "--to", "市应急局", "--on", "2022-04-01", "--basis", "聊编1号")
    assert run("record", "body-event", *words).rc == 0
    new = ("--name", "聊城市城市运行局", "--short-name", "市城运局", "--on", "2022-05-01")
    assert run("record", "body-event", "renamed", "市应急局", *new, "--basis", "聊编2号").rc == 0
    told = "2022-04-01市水利局并入市应急局（聊编1号）"
    assert told in shown("slj", "--as-of", "2022-06-30")
    later = shown("市应急局", "--as-of", "2022-06-30")
    assert told in later
    assert later.startswith("yjj聊城市城市运行局")
    assert "又称" in later
    assert "2022-05-01更名为聊城市城市运行局（聊编2号）" in later
    assert "主管事项" in later
    assert "主管事项" not in shown("slj", "--as-of", "2022-06-30"), "its successor answers now"


def test_a_clause_with_what_checks_it(run: Runner, shown: Callable[..., str]) -> None:
    text = shown("c10")
    assert "二（三）[C10]凡委托下放的事项" in text
    assert "委托协议（agreement）：AGR001、AGR002" in text
    tree = run("--lang", "zh", "rules", "--by", "clause", env=WIDE).stdout
    lines = run("--lang", "zh", "show", "liaocheng-2021-8:C10", env=WIDE).stdout.split("\n\n")[0]
    title, clause = lines.split("\n", 1)
    assert title in tree
    assert clause in tree, "the same lines as in the tree of all clauses"


def test_an_item_of_that_id_comes_before_a_clause(
    small_root: SmallRoot, run: Runner, tmp_path: Path
) -> None:
    renamed = {"C01": "1-01", "C02": "1-99"}
    for clause in small_root.instrument["clauses"]:
        clause["id"] = renamed.get(clause["id"], clause["id"])
    for part in ("annexes", "modes", "zones"):
        for one in small_root.instrument[part]:
            one["clause"] = renamed.get(one["clause"], one["clause"])
    small_root.build("2021-06-30", db=tmp_path / "registry.db")
    assert run("show", "1-01", *DAY).stdout.startswith("1-01 事项1-1")
    assert run("show", "1-99", *DAY).stdout.startswith("测试〔2021〕1号")
    assert run("show", "西区", *DAY).stdout.startswith("west 西区管委会")


@pytest.mark.parametrize("words", ["水利", "协议", "经开区", "取水"])
def test_show_takes_whatever_find_lists_first(run: Runner, built_copy: Path, words: str) -> None:
    found = json.loads(run("find", words, "--format", "json").stdout)
    kinds = {one["kind"]: one["key"] for one in found}
    assert kinds
    for kind, key in kinds.items():
        done = run("show", key, *DAY)
        assert done.rc == 0, (kind, key, done.stderr)
