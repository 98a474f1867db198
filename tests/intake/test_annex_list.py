"""A listing resolved against an instrument."""

from __future__ import annotations

from typing import Any

from registry.intake.annex_list import AnnexList, resolve
from registry.intake.grid import Sheet
from registry.intake.listing.reader import read_list
from registry.model.instrument import Instrument
from tests.conftest import SMALL

INSTRUMENT = Instrument.model_validate(SMALL)
HEAD = ["序号", "事项名称", "事项类型", "实施部门", "赋权方式", "承接主体"]


def resolved(*rows: list[str], annex: int = 1, head: list[str] = HEAD, **how: Any) -> AnnexList:
    return resolve(read_list([Sheet("附件", [head, *rows])]), INSTRUMENT, annex, **how)


def test_names_become_ids() -> None:
    found = resolved(
        ["1", "取水许可", "行政许可", "测试市甲局；市乙局（审批实施）", "委托下放", "东区"],
        ["2", "采砂许可", "行政许可", "甲局", "采取委托收件方式", ""],
    )
    one, two = found.items
    assert one.departments == (("jia", "行业主管"), ("yi", "审批实施"))
    assert one.zones == ("east",)
    assert two.zones == ("east", "west")
    assert two.row.mode == "委托收件"
    assert (two.place, two.named.departments) == ("附件!3", frozenset(["jia"]))
    assert not found.faults


def test_faults_name_cell_and_remedy() -> None:
    found = resolved(
        ["1", "取水许可", "行政许可", "试市甲局", "委托下放", ""],
        ["2", "采砂许可", "行政许可", "神秘处", "下放", "南区"],
        ["3", "排水许可", "", "甲局", "", ""],
    )
    listing = found.listing
    assert [listing.place(fault) for fault in found.faults] == [
        *("附件!D2", "附件!D3", "附件!F3", "附件!E3", "附件!E4", "附件!C4")
    ]
    assert "--alias 试市甲局=市甲局" in found.faults[0].remedy
    assert "--alias 神秘处=DEPARTMENT" in found.faults[1].remedy
    assert not found.items


def test_a_main_item_that_is_only_implied_doubles_no_fault() -> None:
    found = resolved(
        ["公路许可", "跨越公路许可", "行政许可", "神秘处", "委托下放"],
        head=["事项名称", "子项名称", "事项类型", "实施部门", "赋权方式"],
    )
    assert len(found.faults) == 1


def test_a_main_item_that_is_only_implied_has_a_place_of_its_own() -> None:
    found = resolved(
        ["公路许可", "跨越公路许可", "行政许可", "市甲局", "委托下放", "限县道"],
        head=["事项名称", "子项名称", "事项类型", "实施部门", "赋权方式", "备注"],
    )
    main, part = found.items
    assert (main.place, part.place) == ("附件!2（主项）", "附件!2")
    # Its remark is its part's: of the main item the list says nothing.
    assert "remark" not in main.stated
    assert "remark" in part.stated


def test_what_is_stated() -> None:
    found = resolved(
        ["取水许可", "行政许可", "", "委托下放", "", "", "《水法》第七条"],
        ["采砂许可", "行政许可", "市甲局", "委托下放", "部分", "东区", "略"],
        head=["事项名称", "事项类型", "实施部门", "赋权方式", "权限", "承接主体", "实施依据"],
    )
    assert [set(item.stated) for item in found.items] == [
        {"zones", "law", "article"},
        {"scope", "zones", "department"},
    ]


def test_an_annex_of_one_mode_needs_no_column_for_it() -> None:
    found = resolved(["取水许可", "行政许可"], annex=2, head=["事项名称", "事项类型"])
    assert found.items[0].row.mode == "原直接实施"
    assert found.items[0].departments == ()


def test_initiation_is_stated_or_read_from_the_type_and_said_so() -> None:
    found = resolved(
        ["取水许可", "行政许可", ""],
        ["采砂处罚", "行政处罚", ""],
        ["采砂奖励", "行政奖励", "依职权"],
        ["采砂备案", "其他行政权力", ""],
        annex=2,
        head=["事项名称", "事项类型", "申请方式"],
        initiations={"其他行政权力": "依职权"},
    )
    assert [i.row.initiation for i in found.items] == ["依申请", "依职权", "依职权", "依职权"]
    notes = [i.row.our_note for i in found.items]
    assert notes[2] is None
    assert all(note and "推定" in note for note in (notes[0], notes[1], notes[3]))
    assert found.derived == {
        ("行政许可", "依申请"): 1,
        ("行政处罚", "依职权"): 1,
        ("其他行政权力", "依职权"): 1,
    }


def test_the_basis_gives_law_and_article_and_remarks_stay_remarks() -> None:
    found = resolved(
        ["取水许可", "行政许可", "《水法》（2016年7月2日修正）第七条", "限市级"],
        annex=2,
        head=["事项名称", "事项类型", "实施依据", "备注"],
    )
    row = found.items[0].row
    assert (row.law, row.law_version, row.article) == ("水法", "2016-07-02", "第七条")
    assert row.remark == "限市级"
    assert found.items[0].listed.basis == "《水法》（2016年7月2日修正）第七条"


def test_what_is_no_official_list_does_not_become_one() -> None:
    head = ["事项名称", "事项类型", "provenance"]
    rows = ["甲许可", "许可", "demonstration"], ["乙许可", "许可", "reconstruction"]
    found = resolved(*rows, annex=2, head=head)  # whose rows are to be reconstructed
    (fault,) = found.faults
    assert found.listing.place(fault) == "附件!C2"
    assert "demonstration" in fault.what


def test_positions_are_the_lists_own_if_it_numbers_through() -> None:
    head = ["序号", "事项名称", "事项类型"]
    through = resolved(
        ["5", "甲许可", "许可"], ["5.1", "乙许可", "许可"], ["3", "丙许可", "许可"],
        annex=2, head=head,
    )  # fmt: skip
    assert [i.row.seq for i in through.items] == [5, 5, 3]
    assert [i.parent for i in through.items] == [None, 0, None]
    assert [i.row.counts_in_total for i in through.items] == [True, False, True]
    anew = resolved(["1", "甲许可", "许可"], ["1", "乙许可", "许可"], annex=2, head=head)
    assert [i.row.seq for i in anew.items] == [1, 2]
