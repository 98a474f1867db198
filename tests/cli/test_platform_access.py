"""`registry load accounts` and `load permissions`: whose they are, and what they let whom do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.platform_files import CODE, Runner, load, notes, rows, write


@pytest.fixture
def db(platform_db: Path) -> Path:
    return platform_db


def account(login: str = "user1", **changes: str) -> dict[str, str]:
    """An account of the eastern zone's that accepts."""
    return {
        "账号": login,
        "姓名": "张三",
        "所属部门": "东区管委会",
        "角色": "受理岗",
        "状态": "启用",
        "最后登录时间": "2022-03-01 08:00",
        **changes,
    }


def test_accounts(db: Path, run: Runner, tmp_path: Path) -> None:
    found = [
        account(),
        account(角色="审批岗（东区）、管理员", 最后登录时间="2022/5/1"),
        account("user2", 姓名="李四", 状态="停用", 所属部门="某某单位"),
        account("user2", 姓名="王五", 状态="停用"),
        account("13800138000"),
        account("13811138000"),
        account("张三"),
        account("zhangsan", 姓名="zhangsan"),
    ]
    told = load(run, "accounts", write(tmp_path / "a.csv", found))
    assert rows(
        db,
        "SELECT login, zone, people, active, last_login_on, roles, unknown_roles FROM accounts",
    ) == [
        ("user1", "east", 1, 1, "2022-05-01", "受理岗;审批岗", 1),
        ("user2", "east", 2, 0, "2022-03-01", "受理岗", 0),
        ("138*****000", "east", 1, 1, "2022-03-01", "受理岗", 0),
        ("138*****000-2", "east", 1, 1, "2022-03-01", "受理岗", 0),
        ("#8", "east", 1, 1, "2022-03-01", "受理岗", 0),
        ("#9", "east", 1, 1, "2022-03-01", "受理岗", 0),
    ]
    assert notes(told, "accounts") == {"role_unknown": 1, "body_unknown": 1, "login_not_kept": 2}
    assert run("verify").rc == 0


def test_the_latest_accounts_of_a_source_count(db: Path, run: Runner, tmp_path: Path) -> None:
    load(run, "accounts", write(tmp_path / "a.csv", [account("one")]))
    load(run, "accounts", write(tmp_path / "b.csv", [account("two")]))
    load(run, "accounts", write(tmp_path / "c.csv", [account("three")]), "--source", "另一平台")
    logins = "SELECT login FROM accounts ORDER BY login"
    assert rows(db, logins) == [("three",), ("two",)]
    assert run("void", "load", "L-2", "--why", "错").rc == 0
    assert rows(db, logins) == [("one",), ("three",)]


def test_permissions_in_one_table(db: Path, run: Runner, tmp_path: Path) -> None:
    load(run, "accounts", write(tmp_path / "a.csv", [account()]))
    held = [
        {"账号": "user1", "实施编码": CODE, "环节": "收件、审批", "角色": ""},
        {"账号": "user1", "实施编码": "", "事项名称": "事项1-3", "环节": "", "角色": "审核岗"},
        {"角色": "审批岗", "事项名称": "事项1-1"},
        {"账号": "user9", "事项名称": "没有的", "环节": "怪环节"},
        {"账号": "user1", "实施编码": CODE, "环节": "收件"},
        {"账号": "user1"},
    ]
    told = load(run, "permissions", write(tmp_path / "p.csv", held))
    assert rows(db, "SELECT holder, zone, item, act, matched FROM permissions") == [
        ("user1", "east", "1-01", "receive", "code"),
        ("user1", "east", "1-01", "decide", "code"),
        ("user1", "east", "1-03", "examine", "name"),
        ("审批岗", None, "1-01", "decide", "name"),
        ("user9", None, None, None, "none"),
    ]
    assert notes(told, "permissions") == {"item_unknown": 1, "act_unknown": 1}
    tally = told["rows"]["permissions"]
    assert (tally["new"], tally["repeated"], tally["refused"]) == (4, 1, 1)


def test_permissions_in_two_tables_are_joined(db: Path, run: Runner, tmp_path: Path) -> None:
    people = [
        {
            "窗口名称": "东区管委会政务大厅3号窗口",
            "人员": "张三",
            "账号": "user1",
            "岗位": "受理岗",
        },
        {
            "窗口名称": "东区管委会政务大厅3号窗口",
            "人员": "李四",
            "账号": "user2",
            "岗位": "收件岗",
        },
    ]
    items = [
        {"窗口名称": "东区管委会政务大厅3号窗口", "事项名称": "事项1-1", "环节": ""},
        {"窗口名称": "东区管委会政务大厅3号窗口", "事项名称": "事项1-3", "环节": "审核"},
        {"窗口名称": "西区管委会5号窗口", "事项名称": "事项1-4", "环节": "收件"},
        {"窗口名称": "张三的地方", "事项名称": "事项1-4", "环节": "收件"},
    ]
    files = write(tmp_path / "b.csv", items), write(tmp_path / "a.csv", people)
    told = load(run, "permissions", *files)
    assert rows(db, "SELECT holder, zone, item, act FROM permissions") == [
        ("user1", "east", "1-01", "accept"),
        ("user2", "east", "1-01", "receive"),
        ("user1", "east", "1-03", "examine"),
        ("user2", "east", "1-03", "examine"),
        ("西区管委会5号窗口", "west", "1-04", "receive"),
        ("窗口5", None, "1-04", "receive"),
    ]
    assert notes(told, "permissions")["window_not_kept"] == 1
    assert run("load", "permissions", files[1]).rc == 2
    assert run("verify").rc == 0


def test_as_it_was_known(db: Path, run: Runner, tmp_path: Path) -> None:
    from contextlib import closing

    from registry.loading.platform import LoadRequest
    from registry.loading.platform_cases import load_cases
    from registry.store.connection import connect
    from registry.store.log.changes import Change, changing
    from registry.store.log.known_on import write_as_known
    from tests.platform_files import case

    with closing(connect(db)) as conn:
        for day, result in (("2099-01-01", "在办"), ("2099-02-01", "0")):
            path = write(tmp_path / f"{day}.csv", [case("A-1", 办结结果=result)])
            change = Change(f"{day}T09:00:00+08:00", "测试", "registry load cases")
            with changing(change):
                load_cases(conn, LoadRequest("cases", (path,)), change)
        assert write_as_known(conn, "2099-01-15", tmp_path / "past.db")
    assert rows(tmp_path / "past.db", "SELECT result FROM cases") == [("在办",)]
    assert rows(db, "SELECT result FROM cases") == [("出证办结",)]
