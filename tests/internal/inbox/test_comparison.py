"""What an upload would change, cell by cell; whose rows it may be about; its own process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from registry.internal.inbox.child import preview_apart
from registry.internal.inbox.comparison import field_heading, preview, sheet_title
from registry.internal.inbox.ledger_state import LedgerState
from registry.internal.inbox.submission import Refused
from tests.internal.inbox.conftest import INSTRUMENT, Fill, download, states_of
from tests.internal.inbox_client import Forged
from tests.ledger_workbooks import Filling

KEY = "1-17-hidz/service-guide"
EMPTY = "1-08-hidz/public-notice"


def compared(office: Path, path: Path, kind: str = "department", body: str = "slj") -> Any:
    """What the site says of a file."""
    return preview(path, kind, body, states_of(office, body), "我的台账.xlsx")


def refusals(found: Any) -> str:
    """All that is refused, and why, in one text."""
    return "\n".join(f"{one['place']} {one['what']}. {one['remedy']}" for one in found["refused"])


def test_each_cell_from_what_to_what(office: Path, fill: Fill) -> None:
    path = fill("slj", EMPTY, done_on="2021-06-20", document="水〔2021〕9号")
    found = compared(office, path)
    assert found["status"] == 200
    assert found["instrument"] == INSTRUMENT
    assert found["cells"] == len(found["changes"]) == 2
    assert [(c["sheet"], c["key"], c["field"], c["old"], c["new"]) for c in found["changes"]] == [
        ("obligations", EMPTY, "done_on", "", "2021-06-20"),
        ("obligations", EMPTY, "document", "", "水〔2021〕9号"),
    ]
    assert found["changes"][0]["about"].startswith("取水许可 · 聊城高新区 · ")


def test_a_cell_that_can_t_be_taken_is_named_with_its_reason(office: Path, fill: Fill) -> None:
    found = compared(office, fill(done_on="去年某日"))
    assert found["status"] == 400
    assert "去年某日" in refusals(found)
    assert "应办任务 row " in refusals(found)


def test_a_row_that_lacks_what_it_must_say(office: Path, fill: Fill) -> None:
    found = compared(office, fill("slj", EMPTY, note="快了"))
    assert found["status"] == 400
    assert "Date done" in refusals(found)
    assert [c["new"] for c in found["changes"]] == ["快了"]


@pytest.mark.parametrize("name", ["台账.xls", "台账.pdf", "a.csv", "台账.DOCX"])
def test_a_name_that_is_another_kind_s_is_refused(office: Path, fill: Fill, name: str) -> None:
    path = fill("slj", EMPTY, done_on="2021-06-20")
    found = preview(path, "department", "slj", states_of(office, "slj"), name)
    assert (found["status"], found["changes"]) == (400, [])
    assert f"the name ends in {name[name.index('.') :].lower()}" in refusals(found)
    assert "end in .xlsx" in refusals(found)


@pytest.mark.parametrize("name", ["台账", "台账.XLSX", "台账.xlsm", "台账.最终稿"])
def test_a_name_that_says_nothing_else_is_taken(office: Path, fill: Fill, name: str) -> None:
    path = fill("slj", EMPTY, done_on="2021-06-20")
    found = preview(path, "department", "slj", states_of(office, "slj"), name)
    assert found["status"] == 200


def test_a_workbook_in_which_nothing_was_filled_in(office: Path, tmp_path: Path) -> None:
    found = compared(office, download(office, "slj", tmp_path / "slj.xlsx"))
    assert (found["status"], found["changes"]) == (400, [])
    assert "nothing was filled in" in refusals(found)


def test_the_workbook_of_another_unit(office: Path, fill: Fill) -> None:
    path = fill()
    for kind, body in (("zone", "etdz"), ("department", "sgtj"), ("department", "etdz")):
        states = states_of(office, "etdz")
        found = preview(path, kind, body, states, "x.xlsx")
        assert (found["status"], found["changes"]) == (403, []), (kind, body)


def test_what_others_changed_since_is_a_conflict(office: Path, fill: Fill) -> None:
    states = states_of(office, "slj")
    states[INSTRUMENT][1]["stored"]["obligations"][EMPTY]["done_on"] = "2021-06-01"
    path = fill("slj", EMPTY, done_on="2021-06-20")
    found = preview(path, "department", "slj", states, "x.xlsx")
    assert (found["status"], found["changes"]) == (400, [])
    assert [(c["sent"], c["now"], c["new"]) for c in found["conflicts"]] == [
        ("", "2021-06-01", "2021-06-20")
    ]


def other_key(office: Path, body: str = "etdz") -> str:
    """A row that is another body's."""
    mine = states_of(office, "slj")[INSTRUMENT][1]["stored"]["obligations"]
    theirs = states_of(office, body)[INSTRUMENT][1]["stored"]["obligations"]
    return next(key for key in theirs if key not in mine)


def test_rows_of_others_whatever_the_hidden_sheet_says(office: Path, fill: Fill) -> None:
    key = other_key(office)
    path = fill()
    Forged(path).row("obligations", key, "", "", "", "", "").save(path)
    filling = Filling(path)
    filling.set("obligations", KEY, key=key)
    found = compared(office, filling.save())
    assert found["status"] == 400
    assert f"the row {key} is none that 市水利局 fills in" in refusals(found)
    assert found["changes"] == []


def test_an_agreement_s_task_is_not_met_by_a_forged_row(office: Path, fill: Fill) -> None:
    key = "1-08-hidz/agreement"
    path = fill("slj", key)
    assert compared(office, path)["status"] == 400  # it was sent out locked
    Forged(path).row("obligations", key).save(path)
    found = compared(office, path)
    assert found["status"] == 400
    assert "is none that 市水利局 fills in" in refusals(found)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"department": "市发展改革委", "zone": "聊城经开区"}, "is no party to this agreement"),
        ({"zone": "聊城经开区", "renews": "别人的1号"}, "is no party to the agreement 别人的1号"),
    ],
)
def test_a_new_agreement_is_one_of_the_body_s_own(
    office: Path, tmp_path: Path, cells: dict[str, str], said: str
) -> None:
    path = download(office, "slj", tmp_path / "slj.xlsx")
    own = {"number": "新1号", "signed_on": "2021-06-01", "covers": "1-17"}
    found = compared(office, Filling(path).add("agreements", **own, **cells).save())
    assert found["status"] == 400
    assert said in refusals(found)


def test_a_file_that_is_no_workbook(office: Path, tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"a,b\n1,2\n", b"", b"PK\x05\x06" + bytes(18), b"%PDF-1.7", b"<html><table>"):
        path.write_bytes(content)
        found = compared(office, path)
        assert (found["status"], found["changes"]) == (400, [])
        assert found["refused"], content


def test_the_name_of_the_file_is_shown_and_its_place_is_not(office: Path, fill: Fill) -> None:
    path = fill()
    filling = Filling(path)
    filling.book.create_sheet("附注")["A1"] = "多出来的"
    found = compared(office, filling.save())
    assert found["status"] == 200
    assert any("我的台账.xlsx" in note for note in found["notes"])
    assert str(path.parent) not in str(found)


def test_much_is_counted_and_not_all_kept(office: Path, tmp_path: Path) -> None:
    path = download(office, "slj", tmp_path / "slj.xlsx")
    filling = Filling(path)
    keys = list(states_of(office, "slj")[INSTRUMENT][1]["stored"]["obligations"])
    for key in keys:
        filling.set("obligations", key, done_on="2021-06-20", note="长" * 30_000)
    found = compared(office, filling.save())
    assert found["cells"] > len(found["changes"]) or len(keys) * 1_000 < 200_000
    assert all(len(cell["new"]) <= 1_000 for cell in found["changes"])
    assert sum(len(text) for cell in found["changes"] for text in cell.values()) <= 200_000


def test_a_process_of_its_own_says_the_same(office: Path, fill: Fill) -> None:
    path = fill()
    states = states_of(office, "slj")
    apart = preview_apart(path, "department", "slj", states, "x.xlsx")
    assert apart == preview(path, "department", "slj", states, "x.xlsx")


def test_a_process_that_takes_too_long_is_ended(office: Path, fill: Fill) -> None:
    with pytest.raises(Refused) as refused:
        preview_apart(fill(), "department", "slj", states_of(office, "slj"), "x", seconds=0.05)
    assert refused.value.status == 413


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such limit")
def test_a_process_that_takes_too_much_memory_refuses(office: Path, fill: Fill) -> None:
    states = states_of(office, "slj")
    found = preview_apart(fill(), "department", "slj", states, "x", memory=30 << 20)
    assert (found["status"], found["changes"]) == (400, [])
    assert "memory" in refusals(found)


def test_what_nobody_foresaw_is_refused(office: Path, fill: Fill) -> None:
    found = preview_apart(fill(), "department", "slj", {INSTRUMENT: ({}, {})}, "x.xlsx")
    assert found["status"] == 400
    assert "can't be read as a ledger workbook" in refusals(found)


def test_the_published_state_is_the_body_s_own(office: Path) -> None:
    state = LedgerState.of(*states_of(office, "slj")[INSTRUMENT])
    assert (state.kind, state.body, state.short_name) == ("department", "slj", "市水利局")
    assert KEY in state.stored["obligations"]
    assert state.called("obligations", KEY).endswith("聊城高新区 · 服务指南")
    assert state.called("obligations", "9-99-x/y") == ""


def test_words_for_sheets_and_fields() -> None:
    assert sheet_title("obligations") == "Obligations"
    assert field_heading("zone", "obligations", "done_on") == "Date done"
    assert field_heading("zone", "obligations", "nothing") == "nothing"
