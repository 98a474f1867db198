"""The items of a list as annexN.csv."""

from __future__ import annotations

import csv
import io

import pytest

from registry.intake.scaffold import ListFile
from registry.intake.scaffold.items_csv import COLUMNS, header_csv, items_csv
from registry.intake.scaffold.reading import read_lists
from registry.model.item import ItemRow
from tests.intake.scaffold.lists import HEADER, complete, listed, row


def written(*files: ListFile, annex: int = 1) -> list[dict[str, str]]:
    """The rows that are written for an annex, without what is empty."""
    read = read_lists(files)
    made = items_csv(read, read.annexes[annex - 1])
    assert made.text is not None
    assert made.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(made.text.removeprefix("\ufeff"))))
    found = [{name: text for name, text in one.items() if text} for one in rows]
    for one in found:
        ItemRow.model_validate(one)
    return found


def test_an_item_is_written_as_the_list_states_it() -> None:
    header = [*HEADER, "备注", "实施依据", "基本编码"]
    basis = "《水法》（2016年7月2日修订）第四十八条第一款"
    file = listed(
        header, [*row(7, "取水许可", 承接主体="西区、东区"), "限县级", basis, "000117001000"]
    )
    assert written(file) == [
        {
            **{"id": "1-07", "seq": "7", "name": "取水许可", "power_type": "行政许可"},
            **{"initiation": "依申请", "department": "市水利局", "mode": "委托下放"},
            **{"remark": "限县级", "law": "水法", "law_version": "2016-07-02"},
            **{"article": "第四十八条第一款", "zones": "xq;dq", "basic_code": "000117001000"},
        }
    ]


def test_departments_with_roles_and_marks_in_their_names() -> None:
    (one,) = written(complete(row(1, 市级部门="甲局，乙局（审批实施）；丙局（林业、草原）")))
    assert one["department"] == "甲局；乙局（审批实施）；bj"


def test_sub_items_have_ids_after_all_main_items() -> None:
    header = [*HEADER, "子项名称"]
    file = listed(
        header, [*row(1, "排污"), "新办"], [*row(1, "排污"), "变更"], [*row(2, "取水"), ""]
    )
    assert [
        (r["id"], r["name"], r.get("parent"), r.get("counts_in_total")) for r in written(file)
    ] == [
        ("1-01", "排污", None, None),
        ("1-03", "新办", "1-01", "0"),
        ("1-04", "变更", "1-01", "0"),
        ("1-02", "取水", None, None),
    ]


def test_modes_that_are_part_of_one_another_or_of_another_annex() -> None:
    file = complete(row(1, 赋权方式="委托"), row(2, 赋权方式="委托收件"))
    other = complete(row(1, 赋权方式="委托"), name="b.xlsx")
    assert [one["mode"] for one in written(file)] == ["委托", "委托收件"]
    (one,) = written(file, other, annex=2)
    assert (one["id"], one["mode"], one["source"]) == ("2-01", "委托（附件2）", "b.xlsx")


def test_what_a_list_states_of_scope_is_written_and_nothing_else() -> None:
    header = [*HEADER, "权限"]
    found = written(listed(header, [*row(1), "部分"], [*row(2), ""]))
    assert [one.get("scope") for one in found] == ["部分", None]


@pytest.mark.parametrize(
    "cells",
    [
        {"权力类型": ""},
        {"权力类型": "01"},
        {"申请方式": ""},
        {"赋权方式": ""},
        {"事项名称": ""},
        {"市级部门": "长" * 101},
    ],
)
def test_nothing_is_written_where_a_row_is_not_whole(cells: dict[str, str]) -> None:
    read = read_lists([complete(row(1), row(2, **cells))])
    assert items_csv(read, read.annexes[0]).text is None


def test_an_empty_list_has_no_rows() -> None:
    read = read_lists([complete()])
    assert items_csv(read, read.annexes[0]).text is None
    assert header_csv() == "\ufeff" + ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize("name", ["=1+1", "@事项", "＋事项"])
def test_a_text_that_another_program_would_run_is_guarded(name: str) -> None:
    found = written(complete(row(1), row(2, 事项名称=name)))
    assert [one["name"] for one in found] == ["事项1", f"'{name}"]


def test_half_a_character_is_a_fault_of_the_list() -> None:
    read = read_lists([complete(row(1), row(2, 市级部门="\ud800事项"))])
    assert items_csv(read, read.annexes[0]).text is None


def test_rows_that_say_another_provenance_stand_against_it() -> None:
    header = [*HEADER, "provenance"]
    read = read_lists([listed(header, [*row(1), "reconstruction"], [*row(2), "official"])])
    made = items_csv(read, read.annexes[0])
    assert (made.text, len(made.faults)) == (None, 1)
    assert made.faults[0].what == "the list says that this row is reconstruction"
