"""References: the short form where one instrument alone has an id, else INSTRUMENT:ID."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.store.connection import connect
from registry.store.references import (
    AmbiguousReference,
    References,
    UnknownReference,
    full_reference,
    show_references,
)
from registry.store.views import create_shadow_views
from tests.conftest import SmallRoot


@pytest.mark.parametrize(
    ("instrument", "id", "shown"),
    [
        ("test-1", "1-01", "test-1:1-01"),
        ("test-2", "1-01", "test-2:1-01"),
        ("test-1", "1-03", "1-03"),
        ("test-2", "1-05", "1-05"),
        ("test-1", "1-01-east", "test-1:1-01-east"),
        ("test-1", "1-01-west", "1-01-west"),
        ("test-2", "1-01-harbour", "1-01-harbour"),
        ("test-1", "示例1号", "test-1:示例1号"),
        ("test-1", "示例1号/1-01", "test-1:示例1号/1-01"),
        ("test-2", "示例1号/1-02", "示例1号/1-02"),
        ("test-1", "east", "test-1:east"),
        ("test-1", "west", "west"),
        ("test-2", "annex:1", "test-2:annex:1"),
        ("test-1", "annex:2", "annex:2"),
        ("test-2", "handbook", "test-2:handbook"),
        ("test-1", "east/jia", "test-1:east/jia"),
        ("test-1", "west/jia", "west/jia"),
    ],
)
def test_the_short_form_is_shown_where_one_alone_has_the_id(
    two_conn: sqlite3.Connection, instrument: str, id: str, shown: str
) -> None:
    references = References(two_conn)
    assert references.shown(instrument, id) == shown
    assert references.resolve(shown) == (instrument, id)
    assert references.resolve(full_reference(instrument, id).replace(":", "：", 1))[0] == instrument


def test_what_several_have_has_to_name_one(two_conn: sqlite3.Connection) -> None:
    references = References(two_conn)
    with pytest.raises(AmbiguousReference) as caught:
        references.resolve_item("1-01")
    assert "test-1:1-01" in str(caught.value)
    assert "test-2:1-01" in str(caught.value)
    assert references.resolve_item("1-01", "test-2") == ("test-2", "1-01")
    assert references.resolve_item("1-05") == ("test-2", "1-05")


@pytest.mark.parametrize(
    ("text", "instrument"),
    [
        ("9-99", None),
        ("test-2:1-03", None),
        ("test-9:1-01", None),
        ("1-03", "test-2"),
        ("test-1:1-01", "test-2"),
        ("handbook", None),
        ("", None),
        (":", None),
    ],
)
def test_what_no_item_is_called(
    two_conn: sqlite3.Connection, text: str, instrument: str | None
) -> None:
    with pytest.raises(UnknownReference):
        References(two_conn).resolve_item(text, instrument)


def test_lists_of_ids(two_conn: sqlite3.Connection) -> None:
    references = References(two_conn)
    assert references.shown_list("test-1", "1-01;1-03") == "test-1:1-01;1-03"
    assert references.shown_list("test-1", "annex:1") == "annex:1"


@given(st.text(max_size=20))
def test_any_text_is_resolved_or_refused(two_built: Path, text: str) -> None:
    conn = connect(two_built)
    try:
        instrument, id_ = References(conn).resolve(text)
    except (AmbiguousReference, UnknownReference):
        return
    finally:
        conn.close()
    assert text.strip().endswith(id_)
    assert instrument in ("test-1", "test-2")


def test_one_instrument_alone_needs_no_names(small_root: SmallRoot) -> None:
    references = References(small_root.open())
    assert not references.several
    assert not references.shared
    assert references.shown("test-1", "1-01") == "1-01"
    assert references.resolve("1-01-east") == ("test-1", "1-01-east")
    assert references.resolve("test-1:1-01-east") == ("test-1", "1-01-east")
    with pytest.raises(UnknownReference):
        references.resolve("test-2:1-01")


def test_views_have_references_and_shown_ids(two_built: Path) -> None:
    conn = connect(two_built)
    create_shadow_views(conn, "2021-06-30")
    sql = "SELECT id, reference FROM {} WHERE instrument = 'test-2' ORDER BY reference LIMIT 1"
    assert conn.execute(sql.format("items")).fetchone() == ("1-01", "test-2:1-01")
    for table in ("obligations", "obligation_status"):
        rows = conn.execute(f"SELECT instrument, delegation, reference FROM {table}").fetchall()
        assert len(rows) == 54
        assert all(reference == full_reference(ins, id_) for ins, id_, reference in rows)
    show_references(conn)
    assert conn.execute(sql.format("items")).fetchone() == ("test-2:1-01", "test-2:1-01")
    assert conn.execute(sql.format("delegations")).fetchone()[0] == "test-2:1-01-east"
    conn.close()
