"""A small registry to load files of the platform into, and such files."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from registry.store.connection import connect, transaction
from tests.conftest import MadeOnce, Run, SmallRoot

Runner = Callable[..., Run]
CODE = "11371500MB2857374X4370115003000"
"""An implementation code: 31 letters and digits. It is 1-01's."""
NUMERIC_CODE = "3715000000000000000000000001234"
"""One of digits alone, which a spreadsheet would round. It is 1-03's."""

ROLES = (
    *(("收件岗", "receive"), ("受理岗", "accept"), ("审核岗", "examine"), ("审批岗", "decide")),
    ("制证岗", "issue"),
)
CASES = (
    *("办件编号", "实施编码", "事项名称", "受理部门", "申请时间", "受理时间", "承诺办结时间"),
    *("审批部门", "办结时间", "办结结果", "结果证照编号", "印章", "满意度"),
)


def case(number: str = "SL-2022-0001", **changes: str) -> dict[str, str]:
    """A case in good order: 事项1-1, accepted and decided by the eastern zone."""
    return {
        "办件编号": number,
        "事项名称": "事项1-1",
        "受理部门": "东区管委会",
        "受理时间": "2022-03-01",
        "承诺办结时间": "2022-03-29",
        "审批部门": "东区",
        "办结时间": "2022-03-10",
        "办结结果": "0",
        "结果证照编号": "证1",
        "印章": "市甲局2号章",
        "满意度": "非常满意",
        **changes,
    }


def write(path: Path, rows: Sequence[dict[str, str]], encoding: str = "utf-8", **more: Any) -> Path:
    """Write rows as CSV under the columns that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, columns, **more)
        writer.writeheader()
        writer.writerows(rows)
    return path


def workbook(path: Path, *sheets: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    """Write sheets of rows as an Excel workbook; `merged`: ranges of the first."""
    from openpyxl import Workbook

    book = Workbook()
    for place, rows in enumerate(sheets):
        sheet = book.active if place == 0 else book.create_sheet()
        for row in rows:
            sheet.append(list(row))
        for span in merged if place == 0 else ():
            sheet.merge_cells(span)
    book.save(path)
    return path


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql).fetchall()


def load(run: Runner, kind: str, *args: str | Path) -> dict[str, Any]:
    """Load files; the account as JSON, whose counts have to come out even."""
    done = run("load", kind, *args, "--format", "json")
    assert done.rc == 0, done.stderr
    account: dict[str, Any] = json.loads(done.stdout)
    for tally in account["rows"].values():
        kept = tally["new"] + tally["superseding"] + tally["unchanged"]
        twice = tally["repeated"] + tally["contradicting"]
        assert tally["read"] == kept + twice + tally["refused"] + tally["empty"] + tally["hidden"]
    return account


def notes(account: dict[str, Any], sheet: str = "cases") -> dict[str, int]:
    """What was noted of a kind of sheet, and how often."""
    found: dict[str, int] = {}
    for note in account["rows"][sheet]["notes"]:
        found[note["what"]] = found.get(note["what"], 0) + note["count"]
    return found


@pytest.fixture(scope="session")
def platform_registry(made_once: MadeOnce) -> Path:
    """Build a small registry whose items have codes, and a duty that is counted from cases."""

    def make(folder: Path) -> None:
        root = SmallRoot(folder)
        first, second, third, _fourth = root.annexes[1]
        first["implementation_code"], first["basic_code"] = CODE, "000117001000"
        third["implementation_code"] = NUMERIC_CODE
        second["name"] = "特种设备使用登记证核发"
        root.instrument["duties"].append(
            {
                "id": "filing",
                "name": {"zh": "批后备案", "en": "filing"},
                "modes": ["委托下放"],
                "amount": 10,
                "counted_from": "case",
                "event": {"zh": "批准", "en": "approval"},
                "basis": "text",
                "owed_by": ["zone"],
                "clauses": ["C10"],
            }
        )
        root.build(db=folder / "registry.db")
        with closing(connect(folder / "registry.db")) as conn, transaction(conn):
            conn.executemany("INSERT OR IGNORE INTO platform_role VALUES (?, ?)", ROLES)

    return made_once("platform", make) / "registry.db"


@pytest.fixture
def platform_db(platform_registry: Path, tmp_path: Path) -> Path:
    """Copy it to where commands find it."""
    copy = tmp_path / "registry.db"
    copy.write_bytes(platform_registry.read_bytes())
    return copy
