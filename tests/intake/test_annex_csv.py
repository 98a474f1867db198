"""Annexes: names resolved, ids minted, defaults taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from registry.intake.annex_csv import AnnexFile, Item
from registry.intake.instrument import read_instrument
from registry.intake.problems import InputError
from registry.intake.textfile import examine
from registry.text import name_key

if TYPE_CHECKING:
    from tests.conftest import SmallRoot


def read(root: SmallRoot, annex: int, *rows: dict[str, Any], encoding: str = "utf-8") -> list[Item]:
    root.annexes[annex] = list(rows)
    root.write()
    path = root.write_annex(annex, rows, encoding)
    source = AnnexFile(
        examine(path), read_instrument(examine(root.folder / "instrument.yml")), annex
    )
    items = [item for batch in source.batches() for item in batch.items()]
    source.log.close()
    return items


def test_an_item_resolved(small_root: SmallRoot) -> None:
    row = small_root.item(1, 1, department="甲局；市乙局（联合）", zones="西区", source="某处")
    (item,) = read(small_root, 1, row)
    assert (item.id, item.annex, item.row_number) == ("1-01", 1, 2)
    assert item.departments == (("jia", "行业主管"), ("yi", "联合"))
    assert item.zones == ("west",)
    assert (item.provenance, item.source) == ("reconstruction", "某处")
    assert item.row.name == "事项1-1"


def test_defaults(small_root: SmallRoot) -> None:
    row = small_root.item(1, 1, department="", provenance="official", scope="")
    (item,) = read(small_root, 1, row)
    assert item.zones == ("east", "west")
    assert item.departments == ()
    assert (item.provenance, item.source) == ("official", "测试清单")
    assert (item.row.scope, item.scope_basis, item.unofficial) == ("全部", "reading", ("scope",))


@pytest.mark.parametrize(("total", "minted"), [(4, "1-07"), (None, "1-07"), (1794, "1-0007")])
def test_ids_are_minted_from_seq(small_root: SmallRoot, total: int | None, minted: str) -> None:
    small_root.instrument["annexes"][0]["control_total"] = total
    (item,) = read(small_root, 1, small_root.item(1, 7, id=""))
    assert item.id == minted


def test_an_id_stays_whatever_the_position(small_root: SmallRoot) -> None:
    (item,) = read(small_root, 1, small_root.item(1, 2, id="1-0099"))
    assert (item.id, item.row.seq) == ("1-0099", 2)


def test_a_zone_named_twice_counts_once(small_root: SmallRoot) -> None:
    (item,) = read(small_root, 1, small_root.item(1, 1, zones="east；东区、west"))
    assert item.zones == ("east", "west")


@pytest.mark.parametrize(
    ("column", "value", "what", "remedy"),
    [
        ("department", "市丁局", "“市丁局” is no department", "add the department there"),
        ("zones", "east;南区", "“南区” is no delegate", "Use one of: east, west."),
        ("zones", "east;east", "names something twice", "Name it once."),
        ("mode", "原直接实施", "“原直接实施” is no mode of annex 1", "下放实质性审核权, 委托收件."),
        ("mode", "", "the cell is empty", "Fill it in."),
        ("id", "2-01", "item 2-01 stands in the file of annex 1", "number of its annex"),
        ("id", "11-01", "item 11-01 stands in the file of annex 1", "number of its annex"),
        ("id", "1-０１", "does not have the right form", "The form is ^[0-9]+-[0-9]+$."),
        ("power_type", "行政审批", "“行政审批” is not a known value", "其他行政权力, 公共服务."),
        ("initiation", "申请", "“申请” is not a known value", "Use one of: 依申请, 依职权."),
        ("scope", "一部分", "“一部分” is not a known value", "Use one of: 全部, 部分."),
        ("seq", "0", "“0” is not a number that fits", "Write a number."),
        ("seq", "1" + "0" * 20, "is not a number that fits", "Write a number."),
        ("name", " ", "the cell is empty", "Fill it in."),
        ("law_version", "2021-02-30", "“2021-02-30” is not a date", "like 2021-05-28"),
        ("counts_in_total", "也许", "“也许” is neither yes nor no", "Write 1 or 0."),
        ("provenance", "真的", "“真的” is not a known value", "official, reconstruction"),
    ],
)
def test_a_wrong_cell(
    small_root: SmallRoot, column: str, value: str, what: str, remedy: str
) -> None:
    rows = [small_root.item(1, 1), small_root.item(1, 2, **{column: value}), small_root.item(1, 3)]
    with pytest.raises(InputError) as caught:
        read(small_root, 1, *rows)
    (problem,) = caught.value.problems
    assert (problem.path.name, problem.row, problem.column) == ("annex1.csv", 3, column)
    assert what in problem.what
    assert remedy in problem.remedy


def test_all_problems_in_the_order_of_the_file(small_root: SmallRoot) -> None:
    every = {"id": "3-01", "department": "市丁局", "zones": "南区", "mode": "?"}
    rows = [small_root.item(1, 1, department="市丁局"), small_root.item(1, 2, seq="x", scope="?")]
    with pytest.raises(InputError) as caught:
        read(small_root, 1, *rows, small_root.item(1, 3, **every))
    found = [(p.row, p.column) for p in caught.value.problems]
    assert found[:3] == [(2, "department"), (3, "seq"), (3, "scope")]
    assert sorted(found[3:]) == [(4, "department"), (4, "id"), (4, "mode"), (4, "zones")]


def test_gb18030(small_root: SmallRoot) -> None:
    (item,) = read(small_root, 1, small_root.item(1, 1), encoding="gb18030")
    assert item.row.name == "事项1-1"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("排污许可（Ａ类）", "排污 许可(a类)", True),
        ("取水许可", "取水\u3000许可\t", True),
        ("取水许可", "取水许可证", False),
        ("①", "1", True),
    ],
)
def test_names_are_compared_without_width_case_and_spacing(
    one: str, other: str, same: bool
) -> None:
    assert (name_key(one) == name_key(other)) is same
