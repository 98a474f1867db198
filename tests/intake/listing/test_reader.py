"""Reading lists as offices make them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.grid import Sheet, Span
from registry.intake.listing.listing import Listing
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.reader import read_list
from registry.intake.listing.values import code_table

KNOWN = KnownNames(frozenset(("市水利局", "市住建局")), ("委托下放", "委托收件"))
HEAD = ["序号", "事项名称", "事项类型", "实施部门", "备注"]
REAL = Path(__file__).parents[4] / "shared" / "real"


def read(*rows: list[str], head: list[str] = HEAD, **how: object) -> Listing:
    listing = read_list([Sheet(None, [head, *rows])], known=KNOWN, **how)  # type: ignore[arg-type]
    accounted = {(i.sheet, i.row) for i in listing.items if not i.implied}
    accounted |= {(s.sheet, s.row) for s in listing.skipped} | listing.faulty_rows()
    assert len(accounted) == listing.rows, "a row is not accounted for"
    return listing


def names(listing: Listing) -> list[str]:
    return [item.name for item in listing.items]


def test_plain_rows() -> None:
    listing = read(
        ["1", "1.河道采砂 许可", "许可", "市水利局", "限市级权限"],
        ["2", "排水许可(变更)", "行政许可", "市住建局", "/"],
    )
    one, two = listing.items
    assert (one.name, one.listed_name) == ("河道采砂许可", "1.河道采砂 许可")
    assert (one.seq, one.power_type, one.department) == (1, "行政许可", "市水利局")
    assert (one.remark, two.remark) == ("限市级权限", None)
    assert two.name == "排水许可（变更）"
    assert not listing.faults


def test_headings_of_departments_types_and_modes() -> None:
    listing = read(
        ["一、市水利局（2项）", "", "", ""],
        ["（一）行政许可", "", "", ""],
        ["1", "河道采砂许可", "", ""],
        ["（二）行政处罚", "", "", ""],
        ["2", "对非法采砂的处罚", "", ""],
        ["二、委托收件事项", "", "", ""],
        ["二、", "市住建局", "", ""],
        ["3", "排水许可", "行政许可", ""],
        head=["序号", "事项名称", "事项类型", "备注"],
    )
    assert [(i.department, i.power_type, i.mode) for i in listing.items] == [
        ("市水利局", "行政许可", None),
        ("市水利局", "行政处罚", None),
        ("市住建局", "行政许可", None),
    ]
    assert listing.reasons() == {"header": 1, "department": 2, "type": 2, "mode": 1}


def test_a_mode_heading_holds_until_the_next_department() -> None:
    listing = read(
        ["一、委托下放事项（1项）", "", "", ""],
        ["1", "河道采砂许可", "行政许可", "市水利局"],
        ["二、委托收件事项（1项）", "", "", ""],
        ["2", "排水许可", "行政许可", "市住建局"],
        head=["序号", "事项名称", "事项类型", "实施部门"],
    )
    assert [i.mode for i in listing.items] == ["委托下放", "委托收件"]


def test_departments_carry_down_over_empty_cells_but_types_do_not() -> None:
    listing = read(
        ["1", "河道采砂许可", "行政许可", "市水利局", ""],
        ["2", "取水许可", "", "", ""],
        ["3", "排水许可", "行政许可", "市住建局", ""],
    )
    assert [i.department for i in listing.items] == ["市水利局", "市水利局", "市住建局"]
    assert listing.items[1].power_type is None


def test_totals_notes_repeated_headers_and_titles() -> None:
    listing = read_list(
        [
            Sheet(
                "附件1",
                [
                    ["附件1", "", "", "", ""],
                    ["聊城市赋权事项目录"] * 5,
                    HEAD,
                    ["1", "河道采砂许可", "行政许可", "市水利局", ""],
                    ["", "", "", "", ""],
                    HEAD,
                    ["2", "取水许可", "行政许可", "市水利局", ""],
                    ["合计", "2", "", "", ""],
                    ["注：自公布之日起施行", "", "", "", ""],
                ],
            )
        ],
        known=KNOWN,
    )
    assert names(listing) == ["河道采砂许可", "取水许可"]
    assert listing.reasons() == {"title": 2, "header": 1, "repeated": 1, "total": 1, "note": 1}
    assert not listing.cautions
    assert listing.place(listing.items[1]) == "附件1!7"


def test_a_total_that_does_not_fit_is_said() -> None:
    listing = read(["1", "河道采砂许可", "行政许可", "市水利局", ""], ["合计", "3项", "", "", ""])
    (caution,) = listing.cautions
    assert "3" in caution.what
    assert listing.place(caution) == "3"


def test_sub_items_in_a_column_of_their_own() -> None:
    head = ["序号", "权力类型", "事项名称", "子项名称", "备注"]
    listing = read(
        ["1", "行政许可", "公路许可", "跨越公路许可", "甲"],
        ["", "行政许可", "", "穿越公路许可", ""],
        ["2", "行政许可", "取水许可", "", ""],
        ["3", "行政许可", "无", "采砂许可", ""],
        head=head,
    )
    assert names(listing) == ["公路许可", "跨越公路许可", "穿越公路许可", "取水许可", "采砂许可"]
    assert [i.parent for i in listing.items] == [None, 0, 0, None, None]
    assert [i.implied for i in listing.items] == [True, False, False, False, False]
    assert listing.items[0].seq == 1
    assert listing.items[0].remark is None
    assert len(listing.main_items()) == 3


def test_sub_items_below_a_main_item_with_a_row_of_its_own() -> None:
    listing = read(
        ["1", "公路许可", "", "行政许可"],
        ["", "公路许可", "跨越公路许可", "行政许可"],
        head=["序号", "事项名称", "子项名称", "事项类型"],
    )
    assert [i.parent for i in listing.items] == [None, 0]


def test_sub_items_by_their_numbers() -> None:
    listing = read(
        ["1", "公路许可", "行政许可", "市住建局", ""],
        ["1.1", "跨越公路许可", "行政许可", "市住建局", ""],
        ["", "（2）穿越公路许可", "行政许可", "市住建局", ""],
        ["2", "（一）取水许可", "行政许可", "市水利局", ""],
    )
    assert [i.parent for i in listing.items] == [None, 0, 0, None]
    assert names(listing)[3] == "取水许可"


def test_the_same_sub_item_name_as_the_main_items_is_the_main_item() -> None:
    listing = read(
        ["1", "行政许可", "取水许可", "取水许可"],
        head=["序号", "权力类型", "主项名称", "事项名称"],
    )
    (item,) = listing.items
    assert item.parent is None
    assert not item.implied


def test_faults_name_their_cells() -> None:
    listing = read(
        ["1", "河道采砂许可", "审批", "市水利局", ""],
        ["2", "", "行政许可", "市水利局", "x"],
        ["3", "取水许可", "01", "市水利局", ""],
    )
    assert [(listing.place(f), f.what[:6]) for f in listing.faults] == [
        ("C2", listing.faults[0].what[:6]),
        ("B3", listing.faults[1].what[:6]),
        ("C4", listing.faults[2].what[:6]),
    ]
    assert "审批" in listing.faults[0].what
    assert "--type-codes" in listing.faults[2].remedy
    assert names(listing) == ["河道采砂许可", "取水许可"]
    assert not read(["3", "取水许可", "01", "", ""], codes=code_table("national")).faults


def test_a_name_that_is_too_long_is_a_fault_and_no_crash() -> None:
    listing = read(["1", "长" * 600, "行政许可", "市水利局", ""])
    (fault,) = listing.faults
    assert listing.place(fault) == "B2"
    assert len(listing.items) == 1


def test_sheets_that_go_on_and_sheets_that_are_something_else() -> None:
    more = Sheet("第2页", [["2", "取水许可", "行政许可", "市水利局", ""]])
    first = Sheet("第1页", [HEAD, ["1", "河道采砂许可", "行政许可", "市水利局", ""]])
    cover = Sheet("封面", [["某市清单"], ["二〇二一年"]])
    hidden = Sheet("x", [["机密"]], hidden=True)
    listing = read_list([cover, first, more, hidden], known=KNOWN)
    assert names(listing) == ["河道采砂许可", "取水许可"]
    assert listing.reasons() == {"unheaded": 2, "header": 1, "hidden": 1}
    assert listing.cell(listing.items[1], "department") == 3


def test_a_sheet_named_after_a_department() -> None:
    sheets = [
        Sheet(name, [["事项名称", "事项类型"], [f"{name}许可", "行政许可"]])
        for name in ("市水利局", "市住建局", "其他")
    ]
    listing = read_list(sheets, known=KNOWN)
    assert [i.department for i in listing.items] == ["市水利局", "市住建局", None]


def test_merged_rows_are_one_item() -> None:
    rows = [
        ["序号", "事项名称", "事项类型", "实施部门", "责任事项"],
        ["1", "取水许可", "行政许可", "市水利局", "1.受理"],
        ["1", "取水许可", "行政许可", "市住建局", "2.审查"],
        ["2", "采砂许可", "行政许可", "市水利局", "1.受理"],
    ]
    spans = [Span(1, 0, 2, 0), Span(1, 1, 2, 1)]
    listing = read_list([Sheet(None, rows, spans)], known=KNOWN)
    assert [(i.name, i.department) for i in listing.items] == [
        ("取水许可", "市水利局、市住建局"),
        ("采砂许可", "市水利局"),
    ]
    assert listing.reasons() == {"header": 1, "continued": 1}
    assert not listing.cautions


def test_a_merged_row_of_another_type_is_a_fault() -> None:
    rows = [HEAD, ["1", "取水许可", "行政许可", "", ""], ["1", "取水许可", "行政处罚", "", ""]]
    listing = read_list([Sheet(None, rows, [Span(1, 1, 2, 1)])], known=KNOWN)
    assert [listing.place(f) for f in listing.faults] == ["C3"]


def test_rows_without_name_number_and_type_go_on_where_cells_cannot_be_merged() -> None:
    listing = read(
        ["1", "取水许可", "行政许可", "市水利局", ""],
        ["", "", "", "市住建局", ""],
        ["2", "采砂许可", "行政许可", "市水利局", ""],
        ["", "", "行政处罚", "市水利局", ""],
    )
    assert [i.department for i in listing.items] == ["市水利局、市住建局", "市水利局"]
    assert [listing.place(c) for c in listing.cautions] == ["B3"]
    assert [listing.place(f) for f in listing.faults] == ["B5"]


def test_rows_that_a_merged_cell_was_filled_into() -> None:
    head = ["序号", "事项名称", "事项类型", "实施部门", "责任事项"]
    rows = [
        ["1", "取水许可", "行政许可", "市水利局", "1.受理"],
        ["1", "取水许可", "行政许可", "市水利局", "2.审查"],
        ["2", "取水许可", "行政许可", "市水利局", "1.受理"],
    ]
    assert names(read(*rows, head=head)) == ["取水许可", "取水许可"]
    unnumbered = read(*(row[1:] for row in rows), head=head[1:])
    assert names(unnumbered) == ["取水许可"]
    assert unnumbered.reasons()["continued"] == 2


def test_numbers_in_brackets_are_sub_items_only_below_a_number_above_them() -> None:
    listing = read(
        ["一、行政许可", "", "", "", ""],
        ["（1）", "甲类许可", "行政许可", "市水利局", ""],
        ["（2）", "乙类许可", "行政许可", "市水利局", ""],
        ["二、行政处罚", "", "", "", ""],
        ["（1）", "对丙行为的处罚", "行政处罚", "市水利局", ""],
        ["3", "公路许可", "行政许可", "市水利局", ""],
        ["（1）", "跨越公路许可", "行政许可", "市住建局", ""],
        ["3-2", "穿越公路许可", "行政许可", "市水利局", ""],
        ["4-1", "取水许可", "行政许可", "市水利局", ""],
    )
    assert [i.parent for i in listing.items] == [None, None, None, None, 3, 3, None]


def test_plain_numbers_below_chinese_ones() -> None:
    listing = read(
        ["一", "取水许可", "行政许可", "市水利局", ""],
        ["1", "新办", "行政许可", "市水利局", ""],
        ["2", "变更", "行政许可", "市水利局", ""],
        ["二", "采砂许可", "行政许可", "市水利局", ""],
        ["三", "行政处罚", "", "", ""],
        ["1", "对丙行为的处罚", "行政处罚", "市水利局", ""],
    )
    assert [i.parent for i in listing.items] == [None, 0, 0, None, None]
    assert listing.reasons() == {"header": 1, "type": 1}


def test_sub_items_of_several_departments_have_one_parent() -> None:
    listing = read(
        ["1", "取水许可", "新办", "行政许可", "市水利局"],
        ["", "", "变更", "行政许可", "市住建局"],
        head=["序号", "主项名称", "子项名称", "事项类型", "实施部门"],
    )
    assert [i.parent for i in listing.items] == [None, 0, 0]
    assert listing.items[0].department == "市水利局、市住建局"


def test_headings_with_labels_and_counts() -> None:
    listing = read(
        ["部门名称：市水利局（2项）", "", "", ""],
        ["1", "河道采砂许可", "行政许可", ""],
        ["单位：", "市住建局（1项）", "", ""],
        ["2", "排水许可", "行政许可", ""],
        head=["序号", "事项名称", "事项类型", "备注"],
    )
    assert [i.department for i in listing.items] == ["市水利局", "市住建局"]
    (caution,) = listing.cautions
    assert (listing.place(caution), "2" in caution.what) == ("2", True)


def test_a_header_over_again_however_spaced() -> None:
    listing = read(
        ["1", "取水许可", "行政许可", "市水利局", ""],
        ["序 号", "事 项\n名 称", "事项类型", "实施部门", "备注"],
        ["2", "采砂许可", "行政许可", "市水利局", ""],
    )
    assert names(listing) == ["取水许可", "采砂许可"]
    assert listing.reasons() == {"header": 1, "repeated": 1}


def test_text_below_no_header() -> None:
    listing = read(
        ["1", "取水许可", "行政许可", "市水利局", "", "多"],
        ["2", "采砂许可", "行政许可", "", "", "市住建局"],
    )
    assert [listing.place(c) for c in listing.cautions] == ["F2"]
    assert [listing.place(f) for f in listing.faults] == ["F3"]
    listing = read(*([str(n), f"取水许可{n}", "行政许可", "", "", "多"] for n in range(1, 5)))
    (caution,) = listing.cautions
    assert "4" in caution.what


def test_two_lists_side_by_side() -> None:
    rows = [
        ["省目录事项", "", "本市清单事项", "", "备注"],
        ["权力类型", "权力名称", "权力类型", "权力名称", ""],
        ["行政许可", "取水许可", "行政许可", "取水许可", ""],
        ["", "", "行政处罚", "对采砂的处罚", ""],
    ]
    listing = read_list([Sheet(None, rows)], known=KNOWN)
    assert names(listing) == ["取水许可"]
    assert listing.reasons()["aside"] == 1
    (caution,) = listing.cautions
    assert "--map D=name" in caution.remedy
    other = read_list([Sheet(None, rows)], known=KNOWN, maps={"D": "name"})
    assert [(i.name, i.power_type) for i in other.items] == [
        ("取水许可", "行政许可"),
        ("对采砂的处罚", "行政处罚"),
    ]


def test_an_empty_cell_lets_the_next_column_speak() -> None:
    listing = read(
        ["取水许可", "《水法》第七条", ""],
        ["采砂许可", "", "《河道条例》第八条"],
        ["排水许可", "/", "《城镇排水条例》第九条"],
        head=["许可事项名称", "设定依据", "实施依据"],
    )
    assert [i.basis for i in listing.items] == [
        *("《水法》第七条", "《河道条例》第八条", "《城镇排水条例》第九条")
    ]
    assert {i.power_type for i in listing.items} == {"行政许可"}


def test_what_the_header_says_of_all_holds_below_every_heading() -> None:
    listing = read(
        ["一、市水利局", "", ""],
        ["1", "取水许可", ""],
        ["二、市住建局", "", ""],
        ["2", "排水许可", ""],
        head=["序号", "许可事项名称", "备注"],
    )
    assert [(i.department, i.power_type) for i in listing.items] == [
        ("市水利局", "行政许可"),
        ("市住建局", "行政许可"),
    ]


def test_what_is_hidden_is_left_out_and_told() -> None:
    def sheet() -> Sheet:
        rows = [
            [*HEAD, "内部"],
            ["1", "取水许可", "行政许可", "市水利局", "", "甲"],
            ["2", "采砂许可", "行政许可", "市水利局", "", ""],
            ["3", "", "行政许可", "市水利局", "", ""],
            ["4", "排水许可", "行政许可", "市水利局", "", ""],
        ]
        return Sheet(
            None,
            rows,
            hidden_rows={2},
            hidden_columns={5},
            concealed={(3, 1): "占道许可", (4, 1): "排水许可（内部）"},
        )

    listing = read_list([sheet()], known=KNOWN)
    assert names(listing) == ["取水许可", "排水许可"]
    assert listing.reasons() == {"header": 1, "hidden": 2}
    assert [listing.place(c) for c in listing.cautions] == ["3", "F1", "B4", "B5"]
    shown = sheet()
    shown.reveal()
    whole = read_list([shown], known=KNOWN)
    assert names(whole) == ["取水许可", "采砂许可", "占道许可", "排水许可（内部）"]
    assert not whole.cautions


def test_cells_whose_value_the_file_has_not_are_faults() -> None:
    rows = [HEAD, ["1", "取水许可", "行政许可", "", ""], ["2", "", "行政许可", "市水利局", ""]]
    listing = read_list(
        [Sheet(None, rows, flaws={(1, 3): "formula", (2, 1): "digits"})], known=KNOWN
    )
    assert [listing.place(f) for f in listing.faults] == ["D2", "B3"]
    assert not listing.items


def test_codes_that_lost_digits() -> None:
    listing = read(
        ["取水许可", "1.13715E+30"],
        ["采砂许可", "370000010000001000"],
        ["排水许可", "3700000100000010"],
        ["占道许可", "112001000"],
        ["绿化许可", "370118004000"],
        head=["事项名称", "基本编码"],
    )
    assert [listing.place(f) for f in listing.faults] == ["B2", "B3"]
    assert [listing.place(c) for c in listing.cautions] == ["B4", "B5"]


def test_words_for_types_and_modes_and_what_holds_of_the_whole_list() -> None:
    listing = read(
        ["取水许可", "行政审批", "放权", ""],
        ["采砂许可", "", "", "市住建局"],
        head=["事项名称", "事项类型", "赋权方式", "实施部门"],
        type_words={"行政审批": "行政许可"},
        mode_words={"放权": "委托下放"},
        stated={"power_type": "行政检查", "mode": "委托收件", "department": "市水利局"},
    )
    assert [(i.power_type, i.mode, i.department) for i in listing.items] == [
        ("行政许可", "委托下放", "市水利局"),
        ("行政检查", "委托收件", "市住建局"),
    ]


def test_a_title_names_the_department() -> None:
    rows = [["市水利局权责清单"], ["事项名称", "事项类型"], ["取水许可", "行政许可"]]
    listing = read_list([Sheet(None, rows)], known=KNOWN)
    assert [i.department for i in listing.items] == ["市水利局"]
    assert [listing.place(c) for c in listing.cautions] == ["1"]


def test_a_page_goes_on_from_the_page_before() -> None:
    pages = [
        Sheet("第1页", [HEAD, ["1", "取水许可", "行政许可", "市水利局", ""]], page=True),
        Sheet("第2页", [HEAD, ["2", "采砂许可", "行政许可", "", ""]], page=True),
    ]
    listing = read_list(pages, known=KNOWN)
    assert [i.department for i in listing.items] == ["市水利局", "市水利局"]
    assert listing.reasons() == {"header": 1, "repeated": 1}


def test_scope_in_words_is_a_remark() -> None:
    listing = read(
        ["取水许可", "部分", "限市级"],
        ["采砂许可", "限市级权限内的项目", "见附件"],
        head=["事项名称", "权限", "备注"],
    )
    assert [(i.scope, i.remark) for i in listing.items] == [
        ("部分", "限市级"),
        (None, "限市级权限内的项目；见附件"),
    ]


def test_codes_are_kept_as_they_are() -> None:
    code = "511Z07001006-511602000000-000-null-1-00"
    listing = read(["取水许可", code], ["采砂许可", "1" * 31], head=["事项名称", "事项编码"])
    assert listing.items[0].basic_code == code
    assert listing.items[1].implementation_code == "1" * 31


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=12))
def test_any_rows_are_accounted_for(rows: list[list[str]]) -> None:
    read(*rows)


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["", "1", "1.1", "合计", "注：", "一、市水利局", "行政许可", "取水许可", *HEAD]
            ),
            min_size=5,
            max_size=5,
        ),
        max_size=15,
    )
)
def test_any_list_like_rows_are_accounted_for(rows: list[list[str]]) -> None:
    listing = read(*rows)
    for item in listing.items:
        assert item.parent is None or listing.items[item.parent].parent is None


@pytest.mark.skipif(not REAL.is_dir(), reason="the real lists are not part of the project")
def test_a_real_list_of_1135_rows() -> None:
    with (REAL / "qianfeng-items-1135.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    listing = read(*rows[1:], head=rows[0], codes=code_table("national"))
    assert listing.rows == 1136
    assert sum(not item.implied for item in listing.items) == 1135
    codes = [item.basic_code for item in listing.items if not item.implied]
    assert codes == [row[5] for row in rows[1:]]
    mains = {(r[1], r[2]) for r in rows[1:] if r[2] not in ("未分类", r[3])}
    implied = Counter(item.implied for item in listing.items)[True]
    assert implied <= len(mains)
    assert not listing.faults
