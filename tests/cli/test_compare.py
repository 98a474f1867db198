"""`registry compare`: a list from outside held against the registry."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.intake.formats.make_files import write_csv

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
    assert [sheet.max_row for sheet in book] == [2, 2, 3, 1 + 29 + 1794 + 24 - 2]
    assert book.worksheets[0]["B2"].value == "河道采砂许可"
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
