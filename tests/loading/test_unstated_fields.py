"""What a list leaves open of an item stays, is marked, and never contradicts what it states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.annex_list import Candidate, resolve
from registry.intake.grid import Sheet
from registry.intake.listing.reader import read_list
from registry.loading.unstated_fields import keep_unstated
from registry.model.instrument import Instrument
from registry.model.vocabulary import ITEM_FIELDS
from registry.store.item_records import ItemRecord
from tests.conftest import SMALL

BEFORE: dict[str, Any] = {
    "seq": 1,
    "name": "事项甲",
    "power_type": "行政许可",
    "initiation": "依职权",
    "mode": "委托下放",
    "scope": "部分",
    "scope_basis": "text",
    "remark": "限市级权限",
    "law": "水法",
    "law_version": "2016-07-02",
    "article": "第七条",
    "our_note": "县级权限",
    "legal_level": "市级",
    "reform_mode": None,
    "basic_code": "000119002000",
    "implementation_code": None,
}
WHOLE = ("水法", "2016-07-02", "第七条")
PLAIN = {"序号": "1", "事项名称": "事项甲", "事项类型": "行政许可", "赋权方式": "委托下放"}


def record(
    provenance: str = "reconstruction", unofficial: tuple[str, ...] = (), **changes: Any
) -> ItemRecord:
    departments = (("yi", "审批实施"),)
    return ItemRecord(
        *(1, "1-01", provenance, BEFORE | changes, None, departments, ("east",)),  # type: ignore[arg-type]
        frozenset(unofficial),  # type: ignore[arg-type]
    )


def listed(
    cells: Mapping[str, str], default_scope: str | None = None, provenance: str = "official"
) -> tuple[Candidate, Instrument]:
    """Give the one item of a list of these columns."""
    stated = SMALL | {
        "annexes": [
            a | ({"default_scope": default_scope} if a["annex"] == 1 else {})
            for a in SMALL["annexes"]
        ],
        "defaults": SMALL["defaults"] | {"annex": {"provenance": provenance, "source": "清单"}},
    }
    instrument = Instrument.model_validate(stated)
    columns = PLAIN | dict(cells)
    found = resolve(
        read_list([Sheet("表", [list(columns), list(columns.values())])]), instrument, 1
    )
    assert not found.faults, found.faults
    return found.items[0], instrument


def merged(cells: Mapping[str, str], before: ItemRecord | None = None, **how: Any) -> Candidate:
    scope, provenance = how.pop("default_scope", None), how.pop("provenance", "official")
    candidate, instrument = listed(cells, scope, provenance)
    return keep_unstated(
        *(candidate, before or record(), instrument.annex_of(1)),
        official=provenance == "official",
        **how,
    )


def test_what_the_list_leaves_open_stays_and_is_marked() -> None:
    item = merged({})
    for field in ("initiation", "scope", "remark", "law", "law_version", "article", "legal_level"):
        assert getattr(item.row, field) == BEFORE[field]
    assert (item.departments, item.zones) == ((("yi", "审批实施"),), ("east",))
    assert item.unofficial == (
        *("department", "zones", "initiation", "scope", "remark", "law", "law_version"),
        *("article", "legal_level", "basic_code"),
    )
    assert (item.scope_basis, item.row.our_note) == ("text", "县级权限")


def test_what_the_list_states_is_not_marked() -> None:
    item = merged(
        {
            **{"实施部门": "市甲局", "承接主体": "西区", "申请方式": "依申请", "权限": "全部"},
            **{"备注": "", "实施依据": "《水法》（2019年1月1日修正）第八条", "法定层级": "省级"},
            "基本编码": "000119002001",
        }
    )
    row = item.row
    assert (row.initiation, row.scope, row.remark) == ("依申请", "全部", None)
    assert (row.law, row.law_version, row.article) == ("水法", "2019-01-01", "第八条")
    assert (row.legal_level, row.basic_code) == ("省级", "000119002001")
    assert item.departments == (("jia", "行业主管"),)
    assert item.zones == ("west",)
    assert item.unofficial == ()


@pytest.mark.parametrize(
    ("cells", "expected", "marked"),
    [
        ({"实施依据": "《防洪法》第九条"}, ("防洪法", None, "第九条"), set()),
        ({"实施依据": "《中华人民共和国水法》"}, WHOLE, {"version", "article"}),
        ({"实施依据": "按有关规定"}, WHOLE, {"law", "version", "article"}),
        ({"实施依据": "《水法》第九条"}, ("水法", "2016-07-02", "第九条"), {"version"}),
        ({"条款": "第九条"}, ("水法", "2016-07-02", "第九条"), {"law", "version"}),
    ],
)  # fmt: skip
def test_a_law_is_not_mixed_with_another_s_article(
    cells: dict[str, str], expected: tuple[str | None, ...], marked: set[str]
) -> None:
    item = merged(cells)
    assert (item.row.law, item.row.law_version, item.row.article) == expected
    law = {
        f.removeprefix("law_") for f in item.unofficial if f in ("law", "law_version", "article")
    }
    assert law == marked


def test_an_initiation_of_another_type_or_said_by_a_person_is_read_and_marked() -> None:
    other = merged({"事项类型": "行政确认"})
    assert (other.row.initiation, "initiation" in other.unofficial) == ("依申请", True)
    said = merged({}, initiations=("行政许可",))
    assert (said.row.initiation, "initiation" in said.unofficial) == ("依申请", True)
    assert merged({}).row.initiation == "依职权"


def test_our_note_on_the_initiation_goes_once_a_list_states_it() -> None:
    noted = record(our_note="清单未载明申请方式，按事项类型推定为依申请")
    assert merged({"申请方式": "依申请"}, noted).row.our_note is None
    assert merged({}, noted).row.our_note == noted.values["our_note"]


@pytest.mark.parametrize(
    ("cells", "before", "default", "expected"),
    [
        # stated, by the list or by the instrument for the annex
        ({"权限": "全部"}, {}, None, ("全部", "text", False)),
        ({"权限": "全部"}, {}, "部分", ("全部", "text", False)),
        ({}, {"scope": "全部"}, "部分", ("部分", "text", False)),
        # kept
        ({}, {}, None, ("部分", "text", True)),
        ({"备注": "限市级权限"}, {}, None, ("部分", "text", True)),
        ({"备注": "限乡镇"}, {}, None, ("部分", "text", True)),
        ({"备注": "限市级权限"}, {"scope": "全部"}, None, ("全部", "text", True)),
        ({}, {"scope_basis": "reading"}, None, ("部分", "reading", True)),
        # it rested on a remark that the list does not have
        ({"备注": ""}, {}, None, ("全部", "reading", True)),
        ({"备注": "限乡镇"}, {"scope": "全部", "remark": None}, None, ("部分", "reading", True)),
        # there was none
        ({}, {"scope": None, "scope_basis": None}, None, ("部分", "reading", True)),
        ({"备注": "无"}, {"scope": None, "scope_basis": None}, None, ("全部", "reading", True)),
    ],
)
def test_scope(
    cells: dict[str, str],
    before: dict[str, Any],
    default: str | None,
    expected: tuple[str, str, bool],
) -> None:
    item = merged(cells, record(**before), default_scope=default)
    assert (item.row.scope, item.scope_basis, "scope" in item.unofficial) == expected


def test_a_whole_power_keeps_no_remark_that_narrows_it() -> None:
    assert merged({"权限": "全部"}).row.remark is None
    assert merged({"权限": "部分"}).row.remark == "限市级权限"


def test_what_an_official_list_stated_before_stays_official() -> None:
    item = merged({}, record("official", ("law", "scope")))
    assert item.unofficial == ("scope", "law")
    assert item.row.article == "第七条"


def test_a_list_that_is_not_official_marks_nothing() -> None:
    item = merged({}, provenance="reconstruction")
    assert (item.row.law, item.unofficial) == ("水法", ())


def test_what_was_nowhere_stated_is_neither_kept_nor_marked() -> None:
    empty = record(**dict.fromkeys(("remark", "law", "law_version", "article", "legal_level")))
    item = merged({}, empty)
    assert item.row.law is None
    assert not {"remark", "law", "law_version", "article", "legal_level"} & set(item.unofficial)


@pytest.mark.parametrize(
    ("cells", "default", "expected"),
    [
        ({}, None, ("全部", "reading", ("initiation", "scope"))),
        ({"备注": "限市级权限"}, None, ("部分", "reading", ("initiation", "scope"))),
        ({"权限": "部分"}, None, ("部分", "text", ("initiation",))),
        ({"申请方式": "依申请"}, "部分", ("部分", "text", ())),
    ],
)
def test_a_new_item_has_what_was_read_marked(
    cells: dict[str, str], default: str | None, expected: tuple[Any, ...]
) -> None:
    item, _instrument = listed(cells, default)
    assert (item.row.scope, item.scope_basis, item.unofficial) == expected


COLUMNS = {
    "实施部门": st.sampled_from(["", "市甲局", "市乙局"]),
    "承接主体": st.sampled_from(["", "东区", "东区、西区"]),
    "申请方式": st.sampled_from(["", "依申请", "依职权"]),
    "权限": st.sampled_from(["", "全部", "部分"]),
    "备注": st.sampled_from(["", "限市级权限", "另行通知"]),
    "实施依据": st.sampled_from(["", "《水法》第七条", "《防洪法》", "略"]),
    "法定层级": st.sampled_from(["", "市级"]),
    "基本编码": st.sampled_from(["", "000119002001"]),
}


@given(
    cells=st.fixed_dictionaries({}, optional=COLUMNS),
    official=st.booleans(),
    unofficial=st.sets(st.sampled_from(ITEM_FIELDS)),
)
def test_each_value_is_the_list_s_or_marked_or_was_official_before(
    cells: dict[str, str], official: bool, unofficial: set[str]
) -> None:
    before = record("official" if official else "reconstruction", tuple(unofficial))
    item = merged(cells, before)
    for field in ITEM_FIELDS:
        if field in item.stated:
            assert field not in item.unofficial
        elif field not in ("department", "zones"):
            value = getattr(item.row, field)
            kept = value == before.values[field] and before.is_official(field)
            assert value is None or field in item.unofficial or kept, field
    again = keep_unstated(item, before, listed({})[1].annex_of(1), official=True)
    assert again.row == item.row
