"""Words and codes of cells."""

from __future__ import annotations

import pytest

from registry.intake.listing import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("行政许可", "行政许可"),
        ("许可", "行政许可"),
        ("行政许可类", "行政许可"),
        ("行政权力-行政处罚", "行政处罚"),
        ("其他", "其他行政权力"),
        ("其他行政权力（备案）", "其他行政权力"),
        ("公共服务事项", "公共服务"),
        ("行政备案", None),
        ("审批", None),
        ("1", None),
    ],
)
def test_types_by_word(text: str, expected: str | None) -> None:
    assert values.power_type(text, {}) == expected


def test_types_by_code_only_with_a_table() -> None:
    national = values.code_table("national")
    assert values.power_type("01", national) == values.power_type("1", national) == "行政许可"
    assert values.power_type("20", national) == "公共服务"
    assert values.power_type("99", national) is None
    # A local system that numbers otherwise, as one does: 05 征收.
    local = values.code_table("05=征收, 06=行政给付")
    assert values.power_type("5", local) == "行政征收"
    assert values.power_type("1", local) is None


@pytest.mark.parametrize("text", ["", "1", "x=行政许可", "1=审批", "1=许可,01=处罚"])
def test_a_wrong_table_names_what_is_wrong(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        values.code_table(text)


def test_national_codes_are_the_standards() -> None:
    assert len(values.NATIONAL_CODES) == 11
    assert values.NATIONAL_CODES["07"] == "行政确认"
    assert values.NATIONAL_CODES["10"] == "其他行政权力"


def test_initiation() -> None:
    assert values.initiation("依申请办理") == "依申请"
    assert values.initiation("依职权") == "依职权"
    assert values.initiation("依申请/依职权") is None
    assert values.initiation("即办件") is None


def test_scope() -> None:
    assert values.scope("全部权限") == "全部"
    assert values.scope("部分") == "部分"
    assert values.scope("限市级权限内的项目") is None


def test_legal_level() -> None:
    assert values.legal_level("市级") == "市级"
    assert values.legal_level("市级、县级") is None
    assert values.legal_level("2,3") is None


def test_which_code() -> None:
    assert values.which_code("0" * 31) == "implementation_code"
    assert values.which_code("210973001000") == "basic_code"
