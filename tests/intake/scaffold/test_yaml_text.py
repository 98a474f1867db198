"""The commented instrument.yml, with what lists say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.scaffold import ListFile
from registry.intake.scaffold.reading import read_lists
from registry.intake.scaffold.yaml_text import _scalar, blank_text, read_text
from registry.yaml_loader import load_yaml
from tests.intake.scaffold.lists import HEADER, complete, listed, row


def text_of(*files: ListFile, **commands: str) -> str:
    """The file that is written for lists."""
    said = {int(name.removeprefix("annex")): text for name, text in commands.items()}
    return read_text("haishi-2024-1", read_lists(files), said)


def stated(*files: ListFile) -> dict[str, Any]:
    """What it says."""
    found: dict[str, Any] = yaml.safe_load(text_of(*files))
    return found


def test_without_lists_everything_is_to_be_filled_in() -> None:
    found = yaml.safe_load(blank_text("haishi-2024-1"))
    assert found["id"] == "haishi-2024-1"
    assert found["departments"] == [{"id": None, "name": None, "short_name": None}]
    assert found["annexes"][0]["control_total"] is None


def test_what_a_list_says_is_there_and_nothing_else() -> None:
    file = listed(
        ["海市赋权事项清单"],
        HEADER,
        row(1, 承接主体="东区"),
        row(2, 赋权方式="委托收件", 市级部门="市林业局"),
    )
    found = stated(file)
    assert found["title"] == "海市赋权事项清单"
    (annex,) = found["annexes"]
    assert annex == {
        **{"annex": 1, "title": "海市赋权事项清单", "role": "delegated"},
        **{"control_total": 2, "clause": "一"},
    }
    assert found["modes"] == [
        {"name": name, "annex": 1, "entrusts": None, "clause": "一"}
        for name in ("委托下放", "委托收件")
    ]
    assert found["zones"] == [{"id": "dq", "name": "东区", "short_name": "东区", "clause": "一"}]
    assert found["departments"] == [
        {"id": "slj", "name": "市水利局", "short_name": "市水利局"},
        {"id": "lyj", "name": "市林业局", "short_name": "市林业局"},
    ]
    assert found["departments_provenance"] == "official"
    assert found["departments_source"] == found["defaults"]["annex"]["source"] == "清单.xlsx"
    assert found["defaults"]["ledger"] == {"provenance": "official", "source": "台账"}
    assert found["duties"] == []
    for key in ("number", "issuer", "signed_on", "issued_on", "source"):
        assert found[key] is None


def test_comments_say_where_it_was_taken_from() -> None:
    lines = text_of(complete(row(1, 承接主体="东区"), row(2, 市级部门=""))).splitlines()
    for comment in (
        "  # 附件1：取自 清单.xlsx，有文字的行3行，读出事项2项。",
        "  # 事项已写入 annex1.csv，请核对。",
        "  # 附件1：取自 清单.xlsx 的E列“赋权方式”，共2项，2项写明。",
        "# 附件1：取自 清单.xlsx 的G列“承接主体”，共2项，1项写明。",
        "# 附件1：取自 清单.xlsx 的F列“市级部门”，共2项，2项写明。",
        "  - {id: slj, name: 市水利局, short_name: 市水利局} # 2项",
        "title: # 标题全文（清单上方没有标题）",
        "    title: # 附件标题（清单上方没有标题）",
    ):
        assert comment in lines


def test_a_list_that_says_next_to_nothing_leaves_it_to_be_filled_in() -> None:
    file = listed(
        ["序号", "事项名称", "权力类型", "备注"],
        ["1", "甲", "01", ""],
        ["2", "", "01", "限县级"],
        name="b.csv",
    )
    text = text_of(file, annex1="registry load annex b.csv")
    found = yaml.safe_load(text)
    assert found["departments"] == []
    assert found["zones"] == [dict.fromkeys(("id", "name", "short_name")) | {"clause": "一"}]
    assert found["modes"][0]["name"] is None
    assert "  # 另有1行没有读出事项，未计入，请核对清单。" in text
    assert (
        "  # 清单没有写明事项类型（1项）、申请方式（1项）、赋权方式（1项），annex1.csv 未填事项"
        in text
    )
    assert "  # registry load annex b.csv\n  # TABLE：清单以数字（01）表示事项类型" in text
    assert "# 清单没有写明部门：按文件补充。" in text


def test_sub_items_and_headings_are_told() -> None:
    file = listed(
        ["序号", "事项名称", "权力类型"], ["市水利局"], ["1", "甲", "行政许可"], ["1.1", "乙", ""]
    )
    text = text_of(file)
    assert "读出事项2项，其中主项1项" in text
    assert "取自 清单.xlsx 的分组标题行，共2项，2项写明" in text


def test_modes_of_two_annexes() -> None:
    found = stated(
        complete(row(1)), complete(row(1), name="b.xlsx"), listed(["序号", "事项"], ["1", "甲"])
    )
    assert [(m["name"], m["annex"]) for m in found["modes"]] == [
        ("委托下放", 1),
        ("委托下放（附件2）", 2),
        (None, 3),
    ]
    assert [annex["annex"] for annex in found["annexes"]] == [1, 2, 3]
    assert found["departments_source"] == "清单.xlsx、b.xlsx"


def test_departments_that_are_numbers_are_to_be_named() -> None:
    text = text_of(complete(row(1, 市级部门="09")))
    assert yaml.safe_load(text)["departments"] == [
        {"id": "d09", "name": None, "short_name": None, "aliases": ["09"]}
    ]
    assert "# 清单用代码表示部门的，代码已写入 aliases，请填写 name 和 short_name。" in text
    (zone,) = yaml.safe_load(text_of(complete(row(1, 承接主体="9"))))["zones"]
    assert zone == {"id": "z9", "name": None, "short_name": None, "clause": "一"}


@pytest.mark.parametrize(
    "text",
    ["09", "1e3", "no", "null", "~", "a: b", "a #b", "[a]", "-", "“a”", "2024-01-01", "甲,乙"],
)
def test_a_text_stays_a_text(text: str) -> None:
    assert yaml.safe_load(f"{{a: {_scalar(text)}, b: [{_scalar(text)}]}}") == {
        "a": text,
        "b": [text],
    }


@given(
    st.lists(st.text(min_size=1, max_size=12), max_size=6),
    st.lists(st.text(min_size=1, max_size=12), max_size=6),
    st.text(max_size=12),
    st.text(max_size=12).filter(lambda text: text not in (".", "..") and "/" not in text),
)
def test_whatever_stands_in_a_list_the_file_can_be_read(
    departments: list[str], modes: list[str], title: str, name: str
) -> None:
    rows = [row(n, 市级部门=text, 承接主体=text[::-1]) for n, text in enumerate(departments, 1)]
    rows += [row(n, 赋权方式=text) for n, text in enumerate(modes, 100)]
    file = listed([f"{title}清单"], HEADER, *rows, name=f"x{name}")
    read = read_lists([file])
    text = read_text("haishi-2024-1", read, {1: "registry load annex x"})
    found = load_yaml(text)
    assert text.encode()
    assert [one["id"] for one in found["departments"]] == [one.id for one in read.departments]
    named = [one["name"] or one["aliases"][0] for one in found["departments"]]
    assert named == [one.text for one in read.departments]
    names = [one["name"] for one in found["modes"]]
    assert (
        (names == [None])
        if not read.annexes[0].modes
        else names == [one.name for one in read.annexes[0].modes]
    )
    ids = [one["id"] for one in found["zones"]]
    assert (ids == [None]) if not read.zones else ids == [one.id for one in read.zones]
