"""Names in cells, resolved."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from registry.intake.names import Items, NameProblem, Names
from registry.model.instrument import Instrument

if TYPE_CHECKING:
    from tests.conftest import SmallRoot


@pytest.fixture
def names(small_root: SmallRoot) -> Names:
    content: dict[str, Any] = deepcopy(small_root.instrument)
    return Names(Instrument.model_validate(content))


@pytest.mark.parametrize("name", ["jia", "测试市甲局", "市甲局", "甲局", " 市甲局 "])
def test_a_department_by_any_of_its_names(names: Names, name: str) -> None:
    assert names.department(name) == "jia"


@pytest.mark.parametrize("name", ["east", "东区管委会", "东区", " east"])
def test_a_zone_by_any_of_its_names(names: Names, name: str) -> None:
    assert names.zone(name) == "east"
    assert names.is_zone(name)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("市甲局", [("jia", "行业主管")]),
        ("市甲局；市乙局（审批实施）", [("jia", "行业主管"), ("yi", "审批实施")]),
        (
            "市甲局(联合);yi 、 市丙局 （联合）",
            [("jia", "联合"), ("yi", "行业主管"), ("bing", "联合")],
        ),
        ("市甲局；；", [("jia", "行业主管")]),
        ("市甲局；甲局（审批实施）", [("jia", "审批实施")]),
        ("；", []),
        ("市甲局（牵头）、市乙局（配合）", [("jia", "行业主管"), ("yi", "联合")]),
        *(
            (f"市甲局{sign}市乙局", [("jia", "行业主管"), ("yi", "行业主管")])
            for sign in (",", "，", "/", " ", "\n", "|", "、 ")
        ),
        ("市甲局 市乙局/市丙局", [("jia", "行业主管"), ("yi", "行业主管"), ("bing", "行业主管")]),
    ],
)
def test_departments_with_roles(names: Names, cell: str, expected: list[Any]) -> None:
    assert list(names.departments(cell)) == expected
    assert names.departments(cell) is names.departments(cell)  # read once, looked up ever after


@pytest.mark.parametrize(
    "cell", ["市丁局", "市甲局；市丁局", "市甲局（保密）", "市甲局,市丁局", "east"]
)
def test_unknown_departments(names: Names, cell: str) -> None:
    with pytest.raises(NameProblem, match="is no department of this instrument") as caught:
        names.departments(cell)
    assert "instrument.yml" in caught.value.remedy


def with_alias(names: Names, alias: str) -> Names:
    instrument = names._instrument
    jia = instrument.departments[0].model_copy(update={"aliases": [alias]})
    return Names(instrument.model_copy(update={"departments": [jia, *instrument.departments[1:]]}))


@pytest.mark.parametrize("alias", ["县级以上甲、乙部门", "甲 乙 局", "甲局/乙局", "局（甲）"])
def test_an_alias_may_hold_the_signs_that_part_names(names: Names, alias: str) -> None:
    known = with_alias(names, alias)
    assert known.departments(alias) == (("jia", "行业主管"),)
    assert [id_ for id_, _role in known.departments(f"{alias}、市乙局")] == ["jia", "yi"]
    assert [id_ for id_, _role in known.departments(f"市乙局 {alias}")] == ["yi", "jia"]


def test_what_is_not_known_of_a_cell(names: Names) -> None:
    for cell, unknown in (
        ("市甲局、市丁局", "市丁局"),
        ("工商、市场监管部门", "工商、市场监管部门"),
        ("市甲局 市丁 分局", "市丁 分局"),
    ):
        with pytest.raises(NameProblem) as caught:
            names.departments(cell)
        assert caught.value.name == unknown


@pytest.mark.parametrize(
    ("cell", "zones"),
    [
        ("东区、西区", ("east", "west")),
        ("东区\n西区", ("east", "west")),
        ("东区管委会,西区", ("east", "west")),
        ("东区 东区", ("east",)),
        ("", ()),
    ],
)
def test_zones_of_a_cell(names: Names, cell: str, zones: tuple[str, ...]) -> None:
    assert names.zones(cell) == zones


def test_a_zone_by_what_its_name_ends_in(names: Names) -> None:
    instrument = names._instrument
    long = [
        ("a", "测试经济技术开发区管委会", "测试经开区"),
        ("b", "测试高新技术产业开发区管委会", "测试高新区"),
    ]
    zones = [
        instrument.zones[0].model_copy(update={"id": i, "name": n, "short_name": s})
        for i, n, s in long
    ]
    known = Names(instrument.model_copy(update={"zones": zones}))
    for name in ("经开区", "经济技术开发区", "测试经济技术开发区", "经开区管委会", "测试经开区"):
        assert known.zone(name) == "a"
    assert known.zone("高新区") == "b"
    for name in ("开发区", "区", "新区2", "经开"):
        assert not known.is_zone(name)


def test_an_unknown_zone_with_those_that_are(names: Names) -> None:
    assert not names.is_zone("南区")
    with pytest.raises(NameProblem, match="“南区” is no delegate") as caught:
        names.zone("南区")
    assert caught.value.remedy == "Use one of: east, west."


@pytest.fixture
def items() -> Items:
    return Items([("1-01", 1), ("1-02", 1), ("2-01", 2), ("2-02", 2)])


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        (["1-02"], ["1-02"]),
        (["annex:2"], ["2-01", "2-02"]),
        (["2-02", "annex:2", "1-01"], ["2-02", "2-01", "1-01"]),
        ([], []),
    ],
)
def test_covers(items: Items, covers: list[str], expected: list[str]) -> None:
    assert items.covered(covers) == expected


@pytest.mark.parametrize(
    ("covers", "what", "remedy"),
    [
        (["1-01", "1-99"], "there is no item 1-99", "annex:2 for a whole annex"),
        (["annex:3"], "annex 3 holds no item", "Name an annex that was loaded"),
        (["annex:" + "9" * 5000], "there is no item annex:9", "annex:2 for a whole annex"),
        (["annex: 2"], "there is no item annex: 2", "annex:2 for a whole annex"),
        (["附件2"], "there is no item 附件2", "annex:2 for a whole annex"),
    ],
)
def test_covers_what_is_not_there(items: Items, covers: list[str], what: str, remedy: str) -> None:
    with pytest.raises(NameProblem) as caught:
        items.covered(covers)
    assert what in caught.value.problem
    assert remedy in caught.value.remedy
