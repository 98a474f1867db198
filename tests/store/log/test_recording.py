"""Rows that were logged at once: a line for each, in the order of the table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry.store.bulk import bulk_transaction
from registry.store.connection import connect
from registry.store.schema.migrations import apply


@pytest.mark.parametrize("numbers", [[1, 2, 3], [4, 5, 6], [1, 2, 7], [9]])
def test_each_row_has_its_line(tmp_path: Path, numbers: list[int]) -> None:
    conn = connect(tmp_path / "r.db", create=True)
    apply(conn)
    with bulk_transaction(conn):
        for no in numbers:
            row = (no, f"z{no}", f"甲{no}区", f"甲{no}", "official", "某处")
            conn.execute("INSERT INTO zone VALUES (?, ?, ?, ?, ?, ?)", row)
    lines = [json.loads(body) for (body,) in conn.execute("SELECT body FROM entry ORDER BY seq")]
    conn.close()
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    rows = [line["row"] for line in lines if line.get("table") == "zone" and "row" in line]
    assert rows == [[no, f"z{no}", f"甲{no}区", f"甲{no}", "official", "某处"] for no in numbers]
