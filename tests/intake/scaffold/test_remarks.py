"""What a person has to know of the lists."""

from __future__ import annotations

from registry.intake.grid import Sheet
from registry.intake.listing.reader import read_list
from registry.intake.scaffold import ListFile
from registry.intake.scaffold.reading import read_lists
from registry.intake.scaffold.remarks import common_remarks, list_remarks
from tests.intake.scaffold.lists import HEADER, complete, listed, row


def told(file: ListFile) -> list[str]:
    """What is told of a list, without its name."""
    (annex,) = read_lists([file]).annexes
    return [text.removeprefix(f"{file.name}: ") for text in list_remarks(annex, ())]


def test_a_list_in_good_order() -> None:
    assert told(complete(row(1), row(2, 承接主体="东区"))) == [
        "2 items were read, of which 2 count; 1 departments, 1 delegates, 1 modes"
    ]


def test_columns_sheets_and_rows_that_are_not_read() -> None:
    sheets = [
        Sheet("a", [[*HEADER, "联系人"], [*row(1), "甲"]]),
        Sheet("b", [["一句话"], ["又一句"]]),
        Sheet("c", [HEADER, row(1)], hidden=True),
    ]
    file = ListFile(complete().path, read_list(sheets))
    assert told(file)[1:] == [
        "columns that are not read: 联系人",
        "2 hidden rows were not read",
        "2 rows of tables without a header that is understood were not read",
    ]


def test_names_that_nobody_sees_whole_or_that_are_none() -> None:
    rows = [row(n, 市级部门=f"市\u200b{n}局") for n in range(1, 5)]
    assert told(complete(*rows, row(5, 赋权方式="长" * 101)))[1:] == [
        "names in the field department hold characters that nobody sees, at F2, F3, F4 … 4 in "
        "all; they are proposed without them",
        "texts of more than 100 characters are not taken for names, in the field mode: 6",
    ]


def test_a_column_that_is_hardly_of_departments() -> None:
    rows = [row(n, 市级部门=f"第{n}种说法") for n in range(1, 202)]
    (_counts, remark) = told(complete(*rows))
    assert remark == (
        "201 different names in the field department: the column is hardly that; see what it holds"
    )
    assert len(read_lists([complete(*rows)]).departments) == 201
    assert len(told(complete(*rows[:200]))) == 1


def test_faults_are_told_by_their_remedy() -> None:
    rows = [row(n, 权力类型=f"0{n}") for n in range(1, 5)]
    (_counts, types, names) = told(complete(*rows, row(5, 事项名称="", 申请方式="")))
    assert types.startswith("C2, C3, C4 … 4 in all: “01” is the number of a type")
    assert names == "B6: the item has no name. Fill it in."
    kinds = [row(1, 权力类型="?"), row(2, 权力类型="01"), row(3, 申请方式="?"), row(4, 事项名称="")]
    total = ["合计", "99项"]
    header = [*HEADER, "实施层级", "序"]
    more = [[*row(5), "未知", ""], [*row(6, "长" * 600), "", ""]]
    found = told(listed(header, *kinds, *more, total))
    assert found[-1] == "2 more things are wrong with rows of it"
    assert len(found) == 2 + 5 + 1  # counts and columns; kinds of faults; the rest


def test_a_mode_of_two_annexes_and_departments_that_are_numbers() -> None:
    read = read_lists([complete(row(1, 市级部门="73、74")), complete(row(1), name="b.xlsx")])
    assert list_remarks(read.annexes[1], ())[1] == (
        "b.xlsx: “委托下放” is a mode of another annex as well; here it is called "
        "“委托下放（附件2）”, for a mode belongs to one annex"
    )
    assert common_remarks(read) == [
        "Departments that the lists call by a number (73, 74): write their names in instrument.yml."
    ]
    assert common_remarks(read_lists([complete(row(1))])) == []
