"""`registry schema`, `new instrument` and `load instrument`: written by an office, taken in."""

from __future__ import annotations

import json
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.model.schema import json_schema
from tests.conftest import DATA, SmallRoot, write_csv
from tests.running import Run

SECOND = DATA / "liaocheng-office-2021-1"
Runner = Callable[..., Run]


@pytest.fixture
def db(built_copy: Path) -> Path:
    return built_copy


@pytest.mark.parametrize("name", ["instrument", "waivers", "registry"])
def test_a_schema_names_every_property_in_chinese_and_says_what_it_is(
    run: Runner, name: str
) -> None:
    done = run("schema", name)
    assert (done.rc, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    assert schema == json_schema(name)  # type: ignore[arg-type]
    models = [schema, *schema.get("$defs", {}).values()]
    properties = [p for model in models for p in model.get("properties", {}).items()]
    assert properties or name == "waivers"
    for field, stated in properties:
        assert "description" in stated, field
        assert not stated["title"].isascii(), field


def test_a_schema_is_written_to_a_file(run: Runner, tmp_path: Path) -> None:
    assert run("schema", "instrument", "-o", "instrument.schema.json").stdout == ""
    written = json.loads((tmp_path / "instrument.schema.json").read_text(encoding="utf-8"))
    assert written["$schema"].startswith("https://json-schema.org/")
    assert written["properties"]["issued_on"]["format"] == "date"


def test_an_unknown_schema(run: Runner) -> None:
    done = run("schema", "ledger")
    assert (done.rc, done.stdout) == (2, "")


def fill(folder: Path) -> None:
    """Fill in what the scaffold leaves empty, and an item."""
    path = folder / "instrument.yml"
    stated: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    stated.update(
        number="海政发〔2024〕1号",
        title="关于赋权的通知",
        issuer="海市人民政府",
        signed_on="2024-01-08",
        issued_on="2024-01-08",
        source="公报",
        departments_source="公报",
    )
    stated["annexes"][0]["title"] = "事项清单"
    stated["modes"][0]["name"] = "委托"
    stated["zones"][0].update(id="east", name="东区管委会", short_name="东区")
    stated["duties"][0].update(
        id="agreement", name={"zh": "协议", "en": "agreement"}, modes=["委托"], amount=20
    )
    stated["clauses"][0].update(text="赋权", summary="Confers.")
    stated["departments"][0].update(id="fgw", name="海市发改委", short_name="市发改委")
    stated["defaults"]["annex"]["source"] = "公报"
    path.write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")
    assert (folder / "annex1.csv").read_text(encoding="utf-8-sig").startswith("id,seq,name,")
    write_csv(
        folder / "annex1.csv",
        [
            {
                **{"seq": 1, "name": "甲", "power_type": "行政许可", "initiation": "依申请"},
                **{"department": "市发改委", "mode": "委托"},
            }
        ],
    )


def test_a_scaffold_names_what_is_to_be_filled_in_and_then_builds(
    run: Runner, tmp_path: Path
) -> None:
    made = run("new", "instrument", "haishi-2024-1", "--to", "own")
    folder = tmp_path / "own" / "haishi-2024-1"
    assert made.rc == 0
    assert made.stdout.splitlines() == [
        "Written: own/haishi-2024-1/instrument.yml",
        "Written: own/haishi-2024-1/annex1.csv",
        "Written: own/calendar",
    ]
    assert "registry load instrument own/haishi-2024-1" in made.stderr
    empty = run("build", "--data", "own")
    assert (empty.rc, empty.stdout) == (2, "")
    assert "instrument.yml, key number: nothing is filled in. Fill it in." in empty.stderr
    assert "key zones[1].short_name: nothing is filled in" in empty.stderr
    fill(folder)
    assert run("build", "--data", "own").rc == 0
    overdue = run("audit", "--as-of", "2024-12-31", "--fail-on", "low")
    assert overdue.rc == 1


LIST = (
    "海市赋权事项清单\n"
    "序号,事项名称,子项名称,权力类型,申请方式,赋权方式,市级部门,承接主体,备注\n"
    '1,取水许可,,行政许可,依申请,委托下放,"市水利局、市审批服务局（审批实施）",东区;西区,\n'
    "2,排污许可,新办,行政许可,依申请,委托下放,市生态\u200b环境局,东区,\n"
    "2,排污许可,变更,行政许可,依申请,委托收件,市生态环境局,东区,限县级\n"
)


def fill_list(folder: Path) -> None:
    """Fill in what no list says."""
    path = folder / "instrument.yml"
    stated: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    stated.update(
        number="海政发〔2024〕1号",
        issuer="海市人民政府",
        signed_on="2024年1月8日",
        issued_on="2024-01-08",
        source="公报",
    )
    stated["title"] = stated["title"] or "关于赋权的通知"
    for annex in stated["annexes"]:
        annex["title"] = annex["title"] or "事项清单"
    for mode in stated["modes"]:
        mode.update(name=mode["name"] or "委托", entrusts=True)
    if stated["zones"][0]["id"] is None:
        stated["zones"][0].update(id="east", name="东区管委会", short_name="东区")
    for one in stated["departments"]:
        one["name"] = one["name"] or f"局{one['id']}"
        one["short_name"] = one["short_name"] or one["name"]
    stated["clauses"][0].update(text="赋权", summary="Confers.")
    path.write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")


def test_another_city_from_its_list_alone(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "清单.csv").write_text(LIST, encoding="utf-8")
    made = run("new", "instrument", "haishi-2024-1", "--from", "清单.csv", "--to", "own")
    folder = tmp_path / "own" / "haishi-2024-1"
    assert made.rc == 0
    assert made.stdout.splitlines()[1] == "Written: own/haishi-2024-1/annex1.csv"
    told = made.stderr.splitlines()
    assert told[:2] == [
        "清单.csv: 4 items were read, of which 2 count; 3 departments, 2 delegates, 2 modes",
        "清单.csv: names in the field department hold characters that nobody sees, at G4; they are "
        "proposed without them",
    ]
    assert told[-1].startswith("Fill in what is empty; then `registry build --data own`")
    assert run("build", "--data", "own").rc == 2
    fill_list(folder)
    built = run("build", "--data", "own")
    assert (built.rc, "Annex 1  海市赋权事项清单  2 of 2" in built.stdout) == (0, True)
    conn = sqlite3.connect(tmp_path / "registry.db")
    assert conn.execute("SELECT id, name, provenance FROM items ORDER BY id").fetchall() == [
        ("1-01", "取水许可", "official"),
        ("1-02", "排污许可", "official"),
        ("1-03", "新办", "official"),
        ("1-04", "变更", "official"),
    ]
    assert conn.execute("SELECT count(*) FROM delegation").fetchone() == (5,)
    assert conn.execute("SELECT short_name FROM department ORDER BY short_name").fetchall() == [
        ("市审批服务局",),
        ("市水利局",),
        ("市生态环境局",),
    ]
    conn.close()


def test_a_list_with_gaps_is_taken_in_by_the_command_that_is_told(
    run: Runner, tmp_path: Path
) -> None:
    (tmp_path / "a b.csv").write_text(
        "序号,实施部门,事项名称,事项类型代码\n1,73,甲许可,01\n2,市水利局,乙处罚,02\n",
        encoding="utf-8",
    )
    (tmp_path / "c.csv").write_text(LIST, encoding="utf-8")
    lists = ("--from", "a b.csv", "--from", "c.csv")
    made = run("--lang", "zh", "new", "instrument", "haishi-2024-1", *lists)
    assert made.rc == 0
    told = made.stderr.splitlines()
    command = "registry load annex 'a b.csv' --annex 1 --instrument haishi-2024-1"
    assert told[-1].endswith(f"登记库建成后运行：{command} --type-codes TABLE")
    assert "清单用代码表示部门（73）：请在 instrument.yml 中填写部门名称。" in told
    folder = tmp_path / "data" / "haishi-2024-1"
    assert f"  # {command} --type-codes TABLE\n" in (folder / "instrument.yml").read_text("utf-8")
    fill_list(folder)
    built = run("build")
    assert built.rc == 0
    assert "Annex 1  事项清单          0 of 2" in built.stdout
    assert "Annex 2  海市赋权事项清单  2 of 2" in built.stdout
    words = shlex.split(command)[1:]
    assert "“TABLE” is no number=type" in run(*words, "--type-codes", "TABLE").stderr
    loaded = run(*words, "--type-codes", "national")
    assert (loaded.rc, loaded.stderr) == (0, "")
    conn = sqlite3.connect(tmp_path / "registry.db")
    assert conn.execute("SELECT source FROM item WHERE id = '2-01'").fetchone() == ("c.csv",)
    assert conn.execute("SELECT count(*) FROM item WHERE annex = 1").fetchone() == (2,)
    conn.close()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("只有一句话\n", "no row was recognised as the header of a list"),
        ("", "the file is empty"),
        (None, "there is no such file"),
    ],
)
def test_nothing_is_written_for_a_list_that_can_t_be_read(
    run: Runner, tmp_path: Path, text: str | None, problem: str
) -> None:
    if text is not None:
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    done = run("new", "instrument", "haishi-2024-1", "--from", "a.csv")
    assert (done.rc, done.stdout) == (2, "")
    assert problem in done.stderr
    assert not (tmp_path / "data").exists()


def test_an_id_that_is_taken_is_told_before_a_list_is_read(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "data" / "haishi-2024-1").mkdir(parents=True)
    done = run("new", "instrument", "haishi-2024-1", "--from", "no such.csv")
    assert "it is there already, and is left as it is" in done.stderr


def test_a_list_with_a_header_alone(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("序号,事项名称,部门\n", encoding="utf-8")
    done = run("new", "instrument", "haishi-2024-1", "--from", "a.csv")
    assert done.rc == 0
    assert "a.csv: 0 items were read" in done.stderr
    fill_list(tmp_path / "data" / "haishi-2024-1")
    assert run("build").rc == 0


def test_a_scaffold_never_writes_over_anything(run: Runner, tmp_path: Path) -> None:
    assert run("new", "instrument", "haishi-2024-1").rc == 0
    mine = tmp_path / "data" / "haishi-2024-1" / "instrument.yml"
    mine.write_text("mine", encoding="utf-8")
    again = run("new", "instrument", "haishi-2024-1")
    assert again.rc == 2
    assert "it is there already, and is left as it is. Choose another id" in again.stderr
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("id_", ["Haishi", "../x", "海市", "1-2024", ""])
def test_a_wrong_id(run: Runner, tmp_path: Path, id_: str) -> None:
    done = run("new", "instrument", id_)
    assert done.rc == 2
    assert "does not have the right form" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_second_instrument_is_added_to_a_registry_that_lives(run: Runner, db: Path) -> None:
    assert run("--db", db, "audit", "--as-of", "2021-06-30").rc == 1
    dry = run("--db", db, "load", "instrument", SECOND, "--dry-run")
    assert (dry.rc, dry.stderr) == (0, "A dry run: nothing was changed.\n")
    assert dry.stdout == (
        "聊政办发〔2021〕1号 (liaocheng-office-2021-1) would be added\n"
        "  clause 33\n  mode 3\n  delegate 12\n  duty 3\n  item 3\n"
    )
    done = run("--db", db, "load", "instrument", SECOND)
    assert (done.rc, done.stderr) == (0, "")
    assert done.stdout.startswith("聊政办发〔2021〕1号 (liaocheng-office-2021-1) was added\n")
    same = run("--db", db, "load", "instrument", SECOND)
    assert same.stdout == "聊政办发〔2021〕1号 (liaocheng-office-2021-1): nothing has changed\n"
    conn = sqlite3.connect(db)
    assert conn.execute("SELECT count(*) FROM run").fetchone() == (1,)
    assert conn.execute("SELECT count(*) FROM instrument").fetchone() == (2,)
    conn.close()
    refused = run("--db", db, "build", "--data", DATA)
    assert "and 3 files of loaded instruments, which a build would lose" in refused.stderr


def test_what_changes_is_told_in_chinese(run: Runner, db: Path, data_root: Path) -> None:
    folder = data_root / "liaocheng-2021-8"
    text = (folder / "instrument.yml").read_text(encoding="utf-8")
    changed = text.replace("text: 给予“二号章”", "text: 给予“二号章”。").replace(
        "total: 29", "total: 30"
    )
    (folder / "instrument.yml").write_text(changed, encoding="utf-8")
    done = run("--db", db, "--lang", "zh", "load", "instrument", folder)
    told = "提示：服务信息和联系方式保持不变；需要更新的，用 `registry load services` 导入。\n"
    assert (done.rc, done.stderr) == (0, told)
    assert done.stdout == (
        "聊政字〔2021〕8号（liaocheng-2021-8）：已更新\n"
        "  条款 C12：变更\n    原文：“给予“二号章”” → “给予“二号章”。”\n"
        "  附件 1：变更\n    载明总数：“29” → “30”\n"
        "文件夹中的台账未载入：登记库已有台账。\n"
    )


def test_what_would_be_lost_is_refused_with_a_remedy(
    run: Runner, db: Path, data_root: Path
) -> None:
    before = db.read_bytes()
    folder = data_root / "liaocheng-2021-8"
    lines = (folder / "annex1.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "annex1.csv").write_text("".join(lines[:2] + lines[3:]), encoding="utf-8")
    done = run("--db", db, "load", "instrument", folder)
    assert (done.rc, done.stdout) == (2, "")
    assert "annex 1 lacks items of the registry: 1-02. Put them back;" in done.stderr
    assert "Nothing was changed." in done.stderr
    assert db.read_bytes() == before


def test_many_new_items_are_one_line(run: Runner, small_root: SmallRoot) -> None:
    small_root.build()
    db = small_root.path.parent / "small.db"
    for seq in range(4, 26):
        item = small_root.item(2, seq, department="市丙局", mode="原直接实施")
        small_root.annexes[2].append(item)
    small_root.write()
    done = run("--db", db, "load", "instrument", small_root.folder)
    assert done.stdout == (
        "测试〔2021〕1号 (test-1) was brought up to date\n  22 items added: 2-04 to 2-25\n"
    )


def test_what_is_wrong_in_the_files_is_named(run: Runner, small_root: SmallRoot, db: Path) -> None:
    small_root.instrument["duties"][1]["amount"] = "bald"
    small_root.write()
    done = run("--db", db, "load", "instrument", small_root.folder)
    assert done.rc == 2
    assert "instrument.yml, key duties[handbook].amount: “bald” is not a number" in done.stderr
    missing = run("--db", db, "load", "instrument", "nowhere")
    assert (missing.rc, "nowhere/instrument.yml" in missing.stderr) == (2, True)


def test_bodies_that_differ_between_instruments_are_told_apart(
    run: Runner, db: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(SECOND, tmp_path / "second"))
    path = folder / "instrument.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("name: 聊城市财政局", "name: 聊城市财政厅"), encoding="utf-8")
    done = run("--db", db, "load", "instrument", folder)
    assert done.rc == 2
    assert "key departments[czj]" in done.stderr
    assert "聊城市财政局（市财政局）" in done.stderr
    assert "聊城市财政厅（市财政局）" in done.stderr
