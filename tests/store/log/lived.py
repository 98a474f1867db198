"""A registry with a history: changes of every kind on several days, and what was kept of it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.intake.formats.make_files import write_csv
from tests.ledger_workbooks import Filling, send
from tests.store.log.offices import Office

HEAD: Final = ["序号", "事项名称", "事项类型", "实施部门", "赋权方式"]
LATEST: Final = "2021-12-31"
"""The day that audits stand on."""
BASIS: Final = ("--basis", "测编〔2021〕9号")


def proof(office: Office, item: str, on: str, *words: str) -> None:
    """Record that a handbook of an item was made."""
    place = ("--zone", "东区", "--items", item, "--on", on)
    office.run("record", "proof", "handbook", *place, *words)


def agreement(office: Office, number: str, item: str, on: str) -> None:
    """Record an agreement of 市甲局 and the eastern zone."""
    bodies = ("--department", "甲局", "--zone", "东区", "--terms", "依据", "事项")
    office.run("record", "agreement", number, *bodies, "--items", item, "--on", on)


def fill_in(office: Office, key: str, **cells: str) -> None:
    """Have the eastern zone's workbook come back with cells of a row written into."""
    path = send(office.db, "zone", "east", office.folder / "east.xlsx", office.clock.day)
    Filling(path).set("obligations", key, **cells).save()
    office.run("ledger", "import", path)


def list_annex(office: Office, *names: str) -> None:
    """Have another list take the place of annex 2."""
    rows = [[str(n), name, "行政许可", "市丙局", "原直接实施"] for n, name in enumerate(names, 1)]
    write_csv(office.folder / "乙.csv", [HEAD, *rows])
    words = ("--annex", "2", "--instrument", "test-1", "--replace")
    office.run("load", "annex", office.folder / "乙.csv", *words)


def _guidance(office: Office, on: str) -> None:
    bodies = ("--zone", "东区", "--department", "甲局", "--kind", "业务培训")
    office.run("record", "guidance", *bodies, "--on", on, "--text", "请求培训")


def _service(office: Office) -> None:
    words = ("--item", "1-02", "--zone", "东区", "--measure", "材料", "--unit", "份")
    office.run("record", "service", *words, "--before", "5", "--after", "3")


def _audit(office: Office) -> None:
    office.run("audit", "--as-of", LATEST, rc=1)


DAYS: Final[tuple[tuple[str, tuple[Callable[[Office], object], ...]], ...]] = (
    ("2021-07-02", (lambda o: agreement(o, "示例1号", "1-02", "2021-05-10"),)),
    (
        "2021-07-05",
        (
            lambda o: proof(o, "1-01", "2021-05-20", "--by", "张三", "--why", "补录"),
            _audit,
            Office.checkpoint,
        ),
    ),
    ("2021-07-07", (lambda o: o.run("load", "instrument", "later"), _service)),
    ("2021-07-09", (lambda o: fill_in(o, "1-02-east/handbook", done_on="2021-06-10"),)),
    (
        "2021-07-12",
        (
            lambda o: o.run("void", "proof", "P-1", "--why", "开区登错"),
            lambda o: _guidance(o, "2021-05-06"),
            Office.checkpoint,
        ),
    ),
    (
        "2021-07-13",
        (
            lambda o: o.run(
                *("record", "body-event", "merged", "市乙局", "--to", "市甲局"),
                *("--on", "2021-07-10", *BASIS),
            ),
            lambda o: list_annex(o, "事项2-1", "事项2-2", "新设事项办理"),
            _audit,
        ),
    ),
    (
        "2021-07-14",
        (
            lambda o: o.run("record", "termination", "示例1号", "--on", "2021-07-12", *BASIS),
            Office.checkpoint,
        ),
    ),
    ("2021-07-15", (lambda o: o.run("record", "guidance", "G-1", "--answered-on", "2021-07-01"),)),
)
"""Day → what was done on it."""


def live(office: Office) -> None:
    """Do it all; a copy of the file is kept as it was at the end of each day, in `kept`."""
    kept = office.folder / "kept"
    kept.mkdir()
    shutil.copyfile(office.db, kept / f"{office.clock.day}.db")
    for day, changes in DAYS:
        office.clock.now = dt.datetime.fromisoformat(f"{day}T08:30:00")
        for change in changes:
            office.clock.now += dt.timedelta(minutes=10)
            change(office)
        shutil.copyfile(office.db, kept / f"{day}.db")


def kept_on(folder: Path) -> dict[str, Path]:
    """Day → the copy that was kept at its end."""
    return {path.stem: path for path in sorted((folder / "kept").glob("*.db"))}
