"""`registry rules`, `show`, `due` and `query` as processes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.audit.rule import load_rules
from tests.conftest import Run, SmallRoot

Runner = Callable[..., Run]


def test_rules_lists_every_rule_with_code_and_name(run: Runner) -> None:
    shown = run("rules", env={"COLUMNS": "160"}).stdout
    for rule in load_rules():
        assert rule.code in shown
        assert rule.header.name in shown


def test_rules_explains_one_by_code_or_name(run: Runner) -> None:
    by_code, by_name = run("rules", "LAW001"), run("rules", "compulsory-measure-entrusted")
    assert by_code == by_name
    assert "行政强制法（2011-06-30）第十七条" in by_code.stdout
    assert "SELECT instrument" in by_code.stdout
    assert "委托实施行政强制措施" in run("--lang", "zh", "rules", "LAW001").stdout


def test_rules_takes_a_prefix_and_refuses_what_is_none(run: Runner) -> None:
    shown = run("rules", "LAW").stdout
    assert ("LAW004" in shown, "AGR001" in shown) == (True, False)
    done = run("rules", "XYZ")
    assert done.rc == 2
    assert "XYZ" in done.stderr


def test_show_tells_an_item_whole(run: Runner, built_copy: Path) -> None:
    done = run("show", "1-08", "--as-of", "2021-06-30")
    assert done.rc == 0
    for words in (
        "1-08 取水许可",
        "1-08-etdz",
        "1-08-hidz",
        "市水利局",
        "第十四条第四款",
        "二（三）[C10]",
    ):
        assert words in done.stdout
    assert "reconstructed, not official" in done.stdout
    assert "demonstration, not official" in done.stdout


def test_show_answers_first(run: Runner, built_copy: Path) -> None:
    def shown(item: str, day: str) -> str:
        done = run("--lang", "zh", "show", item, "--as-of", day, env={"COLUMNS": "120"})
        assert done.rc == 0, done.stderr
        return done.stdout

    zone = "聊城高新技术产业开发区管委会"
    now = "".join(shown("1-08-hidz", "2021-06-30").split())
    assert now.startswith(
        f"1-08取水许可在聊城高新区办“取水许可”：找{zone}（以市水利局名义），自2021-06-21起。"
        "范围：限市级审批权限内的取水。"
    )
    ended = shown("1-08-hidz", "2024-06-30")
    said = f"自2024-06-21起{zone}不再办理（委托届满），目前由市水利局办理（理解）。"
    assert said in "".join(ended.split())
    assert "不具备：委托协议（示例〔2021〕017号，2021-06-21至2024-06-20，委托届满）" in ended
    assert re.search("2024-06-30权限状态 +委托届满，自2024-06-21起", ended)
    waiting = "".join(shown("1-05-hidz", "2021-06-30").split())
    assert "尚不能办理（待签协议），目前由市住房城乡建设局办理（理解）" in waiting
    assert "不具备：委托协议（待签协议" in waiting
    both = shown("1-15", "2021-06-30")
    assert both.count("收件、受理、审查由") == 2
    assert "不具备" not in both
    assert re.search("聊城高新区 +可以 +可以 +可以 +不可以 +不可以 +生效，自2021-04-15起", both)
    assert both.index("聊城高新区 ") < both.index("赋权文件")
    penalty = shown("2-0100", "2021-06-30")
    assert re.search("承接主体 +处罚 +权限状态", penalty)


def test_show_stands_on_the_day(run: Runner, built_copy: Path) -> None:
    before = run("show", "1-08-etdz", "--as-of", "2021-04-20").stdout
    after = run("show", "1-08-etdz", "--as-of", "2021-12-31").stdout
    assert "未签订" in before
    assert "示例〔2021〕" in after
    assert "1-08-hidz" not in after


def test_show_tells_a_renewal_a_gap_and_an_end(
    run: Runner, small_root: SmallRoot, tmp_path: Path
) -> None:
    agreement = small_root.agreement
    small_root.ledger["agreements"] = [
        agreement("甲", covers="1-01;1-02", expires_on="2021-12-15"),
        agreement("乙", covers="1-01", signed_on="2021-12-01", effective_on="2021-12-16"),
        agreement("丙", covers="1-02", signed_on="2022-01-25", expires_on="2022-06-30"),
    ]
    small_root.build(db=tmp_path / "registry.db")

    def said(delegation: str, as_of: str, lang: str = "zh") -> str:
        shown = run("--lang", lang, "show", delegation, "--as-of", as_of, env={"COLUMNS": "120"})
        assert shown.rc == 0, shown.stderr
        return shown.stdout

    assert "已签订，自2021-05-10起（经乙续签）" in said("1-01-east", "2022-01-01")
    assert "已签订, since 2021-05-10 (renewed by 乙)" in said("1-01-east", "2022-01-01", "en")
    assert "已签订 丙；此前曾有40日没有协议" in said("1-02-east", "2022-02-01")
    gap = said("1-02-east", "2022-07-01", "en")
    assert "已届满 丙; before that 40 days without an agreement" in gap
    assert "2022-06-30" in gap


def test_due_leaves_out_an_agreement_that_is_carried_on(
    run: Runner, small_root: SmallRoot, tmp_path: Path
) -> None:
    small_root.ledger["agreements"] = [small_root.agreement("甲", expires_on="2021-12-15")]
    small_root.build(db=tmp_path / "registry.db")
    due = ("--lang", "zh", "due", "--as-of", "2021-12-10", "--within", "10")
    assert "委托协议届满  甲" in run(*due).stdout
    ended = {"terminated_on": "2021-12-14", "termination_basis": "双方协商"}
    small_root.ledger["agreements"][0].update(ended)
    small_root.build(db=tmp_path / "registry.db", fresh=True)
    assert "2021-12-14  委托协议解除  甲" in run(*due).stdout
    small_root.ledger["agreements"].append(small_root.agreement("乙", signed_on="2021-12-01"))
    small_root.build(db=tmp_path / "registry.db", fresh=True)
    assert "委托协议届满" not in run(*due).stdout


def test_show_a_withdrawn_item(run: Runner, built_copy: Path) -> None:
    shown = run("--lang", "zh", "show", "3-05-hidz", "--as-of", "2021-06-30").stdout
    assert "不再实施" in shown
    assert "移出权责清单" in shown


@pytest.mark.parametrize("id_", ["9-99", "1-08-nowhere", "nonsense", "' OR 1=1 --"])
def test_show_refuses_what_is_not_there(run: Runner, built_copy: Path, id_: str) -> None:
    done = run("show", id_)
    assert (done.rc, done.stdout) == (2, "")
    assert id_ in done.stderr


def test_due_looks_ahead(run: Runner, built_copy: Path) -> None:
    shown = run("due", "--as-of", "2021-05-20", "--within", "10").stdout
    assert "Due from 2021-05-20 to 2021-06-03" in shown
    assert "2021-05-28  entrustment agreement" in shown
    found = json.loads(run("due", "--as-of", "2021-05-20", "--format", "json").stdout)
    assert found["until"] == "2021-06-03"
    assert {e["kind"] for e in found["entries"]} == {"obligation", "guidance"}
    assert {e["due_on"] for e in found["entries"] if e["kind"] == "obligation"} == {"2021-05-28"}


def test_due_shows_agreements_that_expire_and_what_is_overdue(
    run: Runner, built_copy: Path
) -> None:
    shown = run("--lang", "zh", "due", "--as-of", "2021-12-10").stdout
    assert "2021-12-15  委托协议届满  示例〔2021〕003号" in shown
    assert "项任务已逾期" in shown
    assert run("due", "--as-of", "2026-12-20", "--within", "30").rc == 2


def test_query_lists_and_runs_the_canned_queries(run: Runner, built_copy: Path) -> None:
    listed = run("query", env={"COLUMNS": "140"}).stdout
    names = [line.split()[0] for line in listed.splitlines()[2:] if not line.startswith(" ")]
    assert {"by-department", "by-zone", "by-mode", "needs-agreement"} <= set(names)
    for name in names:
        done = run("query", name, "--as-of", "2021-06-30", "--format", "json")
        assert done.rc == 0, done.stderr
        assert json.loads(done.stdout), name


def test_query_takes_parameters(run: Runner, built_copy: Path) -> None:
    rows = json.loads(
        run("query", "by-department", "-p", "department=市水利局", "--format", "json").stdout
    )
    assert len(rows) == 3 + 95
    table = run("query", "by-department", "-p", "department=市水利局")
    assert "取水许可" in table.stdout
    assert "Note: " in table.stderr
    text = run("query", "by-department", "-p", "department=市水利局", "--format", "csv").stdout
    assert len(list(csv.reader(io.StringIO(text)))) == 99


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["by-department", "-p", "colour=red"], ["by-department", "-p", "x"]]
)
def test_query_refuses(run: Runner, built_copy: Path, arguments: list[str]) -> None:
    done = run("query", *arguments)
    assert (done.rc, done.stdout) == (2, "")
    assert done.stderr


def test_a_query_never_writes(run: Runner, built_copy: Path, tmp_path: Path) -> None:
    (tmp_path / "datasette-metadata.yml").write_text(
        "databases: {catalogue: {queries: {bad: {sql: DELETE FROM main.item}}}}", encoding="utf-8"
    )
    before = built_copy.read_bytes()
    done = run("query", "bad")
    assert done.rc == 2
    assert "readonly" in done.stderr
    assert built_copy.read_bytes() == before
