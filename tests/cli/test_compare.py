"""`registry compare`: a list from outside held against the registry."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from registry.intake.dataset import open_data_root
from registry.model.vocabulary import PROVENANCES
from registry.store.build import build
from tests.conftest import MadeOnce, Run, SmallRoot
from tests.intake.formats.make_files import write_csv
from tests.oracle.random_worlds import write
from tests.oracle.small_authority import AUDIT, DESK, base, change, paper
from tests.oracle.world import World

REAL = Path(__file__).parents[3] / "shared" / "real"
ROWS = [
    ["权力名称", "权力类型", "实施部门", "事项编码"],
    ["河道采砂许可", "行政许可", "区水务局", "000116001000"],
    ["河道采砂的许可", "行政处罚", "区水务局", ""],
    ["机动车维修经营备案（县级）", "其他行政权力", "区交通运输局", ""],
    ["天文望远镜出租登记", "行政确认", "区天文台", ""],
]


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Write another place's list."""
    path = tmp_path / "other.csv"
    write_csv(path, ROWS)
    return path


def test_four_parts(built: Path, other: Path, run: Callable[..., Run]) -> None:
    done = run("--db", built, "compare", other, "--format", "json")
    assert done.rc == 0, done.stderr
    found = json.loads(done.stdout)
    assert [(p["there"]["cell"], p["here"]["name"]) for p in found["same"]] == [
        ("2", "河道采砂许可")
    ]
    assert found["same"][0]["there"]["basic_code"] == "000116001000"
    assert [(p["score"], p["here"]["name"]) for p in found["probable"]] == [
        (100.0, "机动车维修经营备案")
    ]
    assert [row["name"] for row in found["only_there"]] == ["河道采砂的许可", "天文望远镜出租登记"]
    counts = found["counts"]
    assert counts["same"] + counts["probable"] + counts["here"] == 29 + 1794 + 24
    assert {row["provenance"] for row in found["only_here"]} == {"reconstruction"}
    assert "not official" in done.stderr


def test_on_a_terminal_what_is_left_out_is_said(
    built: Path, other: Path, run: Callable[..., Run]
) -> None:
    done = run("--db", built, "compare", other, "--annex", "2")
    assert done.rc == 0, done.stderr
    assert "机动车维修经营备案" in done.stdout
    assert "… and 1,772 more: --format json or xlsx has all of them." in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_as_a_workbook(built: Path, other: Path, tmp_path: Path, run: Callable[..., Run]) -> None:
    path = tmp_path / "compared.xlsx"
    done = run("--db", built, "compare", other, "--format", "xlsx", "-o", path, "--zone", "etdz")
    assert done.rc == 0, done.stderr
    book = openpyxl.load_workbook(path)
    closed, *parts = book.worksheets
    assert [sheet.max_row for sheet in parts] == [2, 2, 3, 1 + 29 + 1794 + 24 - 2]
    assert parts[0]["B2"].value == "河道采砂许可"
    assert closed.max_row == 1, "the zone may exercise both"
    assert run("--db", built, "compare", other, "--format", "xlsx").rc == 2


def test_what_cannot_be_compared(
    built: Path, other: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    assert run("--db", built, "compare", tmp_path / "none.csv").rc == 2
    done = run("--db", built, "compare", other, "--zone", "nowhere")
    assert (done.rc, "nowhere" in done.stderr) == (2, True)
    empty = tmp_path / "empty.csv"
    write_csv(empty, [["权力名称", "权力类型"]])
    done = run("--db", built, "compare", empty)
    assert done.rc == 0
    assert "items 0" in done.stdout


@pytest.mark.skipif(not REAL.is_dir(), reason="the real lists are not part of the project")
@pytest.mark.parametrize(
    ("name", "items", "pairs"),
    [
        (
            "qianfeng-items-1135.csv",
            1135,
            {
                "大型户外广告设置审批": "设置大型户外广告的审批",
                "劳务派遣经营许可": "劳务派遣经营许可",
                "建设工程规划许可证核发": "建设工程（含临时建设）规划许可证核发",
                "林木采伐许可证核发": "林木采伐许可证核发（县级权限）",
            },
        ),
        (
            "liaoning-basic-catalogue-30.json",
            30,
            {"饮用水供水单位卫生许可": "饮用水供水单位卫生许可"},
        ),
    ],
)
def test_real_lists(
    built: Path, run: Callable[..., Run], name: str, items: int, pairs: dict[str, str]
) -> None:
    done = run(
        *("--db", built, "compare", REAL / name, "--type-codes", "national", "--format", "json")
    )
    assert done.rc == 0, done.stderr
    found = json.loads(done.stdout)
    there = found["same"] + found["probable"] + [{"there": row} for row in found["only_there"]]
    assert len({row["there"]["cell"] for row in there}) == items
    paired = {p["here"]["name"]: p["there"]["name"] for p in found["same"] + found["probable"]}
    assert {key: paired.get(key) for key in pairs} == pairs


# A zone's own list


@pytest.fixture(scope="module")
def zone_registry(made_once: MadeOnce) -> Path:
    """Build an instrument: 1-01 lapses on 2021-06-30, 1-02 goes on, 3-01 is no longer carried out,
    1-03 is withdrawn on 2021-06-01, and 1-04 is received only."""

    def make(folder: Path) -> None:
        (folder / "data").mkdir()
        act = base(paper(expires_on="2021-06-30"), name="test-1")
        rows = act.annexes[1]
        rows[0]["name"] = "河道采砂许可"
        for seq, name, mode in (
            (2, "机动车维修经营备案", AUDIT),
            (3, "劳务派遣经营许可", AUDIT),
            (4, "林木采伐许可证核发", DESK),
        ):
            rows.append(SmallRoot.item(1, seq, name=name, mode=mode, department="yi"))
        act.annexes[3][0] |= {"name": "户外广告设置审批", "zones": "east"}
        withdrawn = change("withdraws", "2021-06-01", items=["1-03"])
        write(World([act, withdrawn]), folder / "data")
        now = datetime.fromisoformat("2021-05-15T09:00:00")
        root = open_data_root(folder / "data")
        build(folder / "registry.db", root, accepted=PROVENANCES, now=now)

    return made_once("zone-lists", make) / "registry.db"


ZONE_LIST = [
    ["权力名称", "权力类型", "实施部门"],
    ["河道采砂许可", "行政许可", ""],
    ["机动车维修经营备案", "", ""],
    ["劳务派遣经营许可（县级）", "行政许可", ""],
    ["林木采伐许可证核发", "行政许可", ""],
    ["户外广告设置的审批", "", ""],
    ["天文望远镜出租登记", "行政确认", ""],
]


def closed(db: Path, run: Callable[..., Run], file: Path, day: str) -> dict[str, tuple[str, str]]:
    """Item → name in the list, and why it may not be exercised."""
    words = ("--instrument", "test-1", "--zone", "east", "--as-of", day, "--format", "json")
    done = run("--db", db, "compare", file, *words)
    assert done.rc == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["as_of"] == day
    return {
        one["here"]["id"]: (one["there"]["name"], one["why"]["zh"])
        for one in found["not_exercisable"]
    }


@pytest.fixture
def zone_list(tmp_path: Path) -> Path:
    """Write the list that the zone has published."""
    path = tmp_path / "zone.csv"
    write_csv(path, ZONE_LIST)
    return path


def test_what_a_zone_may_not_exercise_is_told_by_name_and_near_name(
    zone_registry: Path, zone_list: Path, run: Callable[..., Run]
) -> None:
    before = closed(zone_registry, run, zone_list, "2021-05-31")
    assert before.keys() == {"3-01"}
    assert before["3-01"][0] == "户外广告设置的审批"
    assert closed(zone_registry, run, zone_list, "2021-06-30").keys() == {"3-01", "1-03"}
    after = closed(zone_registry, run, zone_list, "2021-07-01")
    assert after.keys() == {"3-01", "1-03", "1-01"}
    assert after["1-03"][0] == "劳务派遣经营许可（县级）"
    assert "已收回" in after["1-03"][1]
    assert "委托届满" in after["1-01"][1]


def test_what_it_may_not_exercise_comes_first(
    zone_registry: Path, zone_list: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    words = ("--instrument", "test-1", "--zone", "east", "--as-of", "2021-07-01")
    done = run("--lang", "en", "--db", zone_registry, "compare", zone_list, *words)
    assert done.rc == 0, done.stderr
    told = done.stdout.index("although the zone may not exercise it on 2021-07-01: 3")
    assert told < done.stdout.index("Only in the list")
    path = tmp_path / "zone.xlsx"
    done = run("--db", zone_registry, "compare", zone_list, *words, "--format", "xlsx", "-o", path)
    assert done.rc == 0, done.stderr
    book = openpyxl.load_workbook(path)
    assert book.worksheets[0].max_row == 4
    assert {row[2].value for row in book.worksheets[0].iter_rows(min_row=2)} == {
        *("1-01", "1-03", "3-01")
    }


def test_a_row_is_the_item_of_its_own_name_that_the_zone_may_exercise(
    zone_registry: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    path = tmp_path / "zone.csv"
    write_csv(path, [["权力名称", "权力类型"], ["机动车维修经营备案", ""]])
    assert closed(zone_registry, run, path, "2021-07-01") == {}
    done = run("--db", zone_registry, "compare", path, "--instrument", "test-1", "--format", "json")
    assert "not_exercisable" not in json.loads(done.stdout), "without a zone nobody asked"
