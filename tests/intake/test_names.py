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
    ],
)
def test_departments_with_roles(names: Names, cell: str, expected: list[Any]) -> None:
    assert list(names.departments(cell)) == expected
    assert names.departments(cell) is names.departments(cell)  # read once, looked up ever after


@pytest.mark.parametrize(
    "cell", ["市丁局", "市甲局；市丁局", "市甲局（牵头）", "市甲局,市乙局", "east"]
)
def test_unknown_departments(names: Names, cell: str) -> None:
    with pytest.raises(NameProblem, match="is no department of this instrument") as caught:
        names.departments(cell)
    assert "instrument.yml" in caught.value.remedy


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
