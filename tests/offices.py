"""Lists of an office, loaded as the office does: `registry load annex`, and what is then held.

The instrument is a small one of its own, with annexes that hold nothing yet. What came in is read
back from the registry, what was said from the JSON of the same run.
"""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import SMALL, Run, SmallRoot
from tests.intake.formats.make_files import WRITERS, Rows, Spans
from tests.running import environment, run_in_process

WATER, URGENT, MARKET, HOUSING = "市水利局", "市应急局", "市市场监管局", "市住房城乡建设局"
POLICE, NATURE, SCHOOLS = "市公安局", "市生态环境局", "市教育体育局"
EAST, HIGH = "etdz", "hidz"
GIVEN, RECEIVED, AUDITED = "委托下放", "委托收件", "下放实质性审核权"
LICENCE, PENALTY, CHECK, CONFIRMED = "行政许可", "行政处罚", "行政检查", "行政确认"
OTHER = "其他行政权力"

CITY: dict[str, Any] = deepcopy(SMALL) | {
    "zones": [
        {
            **{"id": EAST, "clause": "C01"},
            **{"name": "测试经济技术开发区管委会", "short_name": "测试经开区"},
        },
        {
            **{"id": HIGH, "clause": "C01"},
            **{"name": "测试高新技术产业开发区管委会", "short_name": "测试高新区"},
        },
    ],
    "departments": [
        {"id": id_, "name": name, "short_name": short}
        for id_, name, short in (
            ("slj", "测试市水利局", WATER),
            ("yjj", "测试市应急管理局", URGENT),
            ("scj", "测试市市场监督管理局", MARKET),
            ("zjj", "测试市住房和城乡建设局", HOUSING),
            ("gaj", "测试市公安局", POLICE),
            ("sthjj", "测试市生态环境局", NATURE),
            ("jtj", "测试市教育和体育局", SCHOOLS),
        )
    ],
}
"""Seven departments, two zones; annex 1 has three modes, annex 2 one (原直接实施)."""


def found_city(folder: Path) -> None:
    """Build <folder>/registry.db: the instrument alone, with annexes of one item each, whose names
    resemble none of the tests'."""
    (folder / "root").mkdir()
    root = SmallRoot(folder / "root")
    root.instrument = deepcopy(CITY)
    seldom = {"department": "", "name": "候鸟迁徙通道观测站设置备忘"}
    modes = {1: GIVEN, 2: "原直接实施", 3: "不再实施"}
    root.annexes = {
        n: [root.item(n, 1, mode=mode, scope="" if n == 3 else "全部", **seldom)]
        for n, mode in modes.items()
    }
    root.build(db=folder / "registry.db")


class Item(NamedTuple):
    """An item as the registry holds it: departments and zones as sets, `parent` by its name."""

    name: str
    power_type: str
    departments: frozenset[str]
    zones: frozenset[str]
    mode: str
    parent: str | None


def item(
    name: str,
    power_type: str = LICENCE,
    departments: str | Iterable[str] = WATER,
    zones: str | Iterable[str] = (EAST, HIGH),
    mode: str = "原直接实施",
    parent: str | None = None,
) -> Item:
    """Say what should be held of an item: of 市水利局, in both zones, in the mode of annex 2."""
    names, ids = ({x} if isinstance(x, str) else set(x) for x in (departments, zones))
    return Item(name, power_type, frozenset(names - {""}), frozenset(ids), mode, parent)


class Note(NamedTuple):
    """A fault, or a caution: where, what, and what to do."""

    cell: str
    row: int | None
    what: str
    remedy: str


class Loaded(NamedTuple):
    """How a run ended: what came in, and what was said."""

    rc: int
    items: list[Item]
    faults: list[Note]
    cautions: list[Note]
    document: dict[str, Any]
    rows: list[dict[str, Any]]
    run: Run

    @property
    def names(self) -> list[str]:
        """The names of what came in."""
        return [found.name for found in self.items]

    @property
    def said(self) -> str:
        """Everything that was written."""
        return self.run.stdout + self.run.stderr

    @property
    def why(self) -> str:
        """What was said of faults and doubts, for the message of a test that fails."""
        notes = [f"{n.cell}: {n.what} {n.remedy}" for n in self.faults + self.cautions]
        return "\n".join([f"exit code {self.rc}", *notes, self.run.stderr[-2000:]])

    def at(self, row: int) -> list[Note]:
        """Faults and cautions on a row of the list, counted from 1."""
        return [note for note in self.faults + self.cautions if note.row == row]

    def is_told(self, row: int) -> bool:
        """Whether a row is named in a fault, in a caution, or as passed over."""
        skipped = [s["cell"].rpartition("!")[2] for s in self.document.get("skipped", [])]
        return bool(self.at(row)) or str(row) in skipped

    def holds(self, *expected: Item) -> None:
        """Assert that just these came in, in this order."""
        assert self.rc == 0, self.why
        assert self.items == list(expected), self.why


def pasted(found: Loaded, option: str) -> str:
    """The word after an option of a remedy, as a shell takes it; the shell takes it as one."""
    for text in [note.remedy for note in found.faults + found.cautions] + [found.run.stderr]:
        if option in text:
            words = shlex.shlex(text[text.index(option) :], posix=True, punctuation_chars=True)
            words.whitespace_split = True
            assert words.get_token() == option
            return words.get_token() or ""
    raise AssertionError(f"no remedy names {option}: {found.why}")


class Office:
    """Loads lists into copies of one registry."""

    def __init__(self, built: Path, folder: Path, run: Callable[..., Run]) -> None:
        self.built, self.folder, self.run = built, folder, run
        self.number = 0

    def load(self, file: str | Path, *options: str, annex: int = 2) -> Loaded:
        """Load a file as the whole of an annex, into a registry that has nothing else."""
        db = self._copy()
        words = ("--db", db, "load", "annex", file, "--annex", annex, "--replace")
        done = self.run(*map(str, words), *options, "--format", "json")
        try:
            document = json.loads(done.stdout)
        except ValueError:
            document = {}
        rows = _held(db, annex) if done.rc == 0 else []
        faults, cautions = (
            [
                Note(x.get("cell") or "", x.get("row"), x["what"], x.get("remedy") or "")
                for x in document.get(key, [])
            ]
            for key in ("errors", "warnings")
        )
        items = [_item(row, rows) for row in rows]
        return Loaded(done.rc, items, faults, cautions, document, rows, done)

    def read(
        self,
        rows: Rows,
        *options: str,
        annex: int = 2,
        spans: Spans = (),
        ending: str = ".csv",
        name: str = "清单",
    ) -> Loaded:
        """Write rows in a format, and load them. CSV has only the first cell of a merged one."""
        path = self.file(f"{name}{ending}")
        WRITERS[ending](path, rows, () if ending == ".csv" else spans)
        return self.load(path, *options, annex=annex)

    def text(self, text: str, *options: str, annex: int = 2, ending: str = ".csv") -> Loaded:
        """Load text as it is."""
        return self.bytes(text.encode(), *options, annex=annex, ending=ending)

    def bytes(self, data: bytes, *options: str, annex: int = 2, ending: str = ".csv") -> Loaded:
        """Load bytes as they are."""
        path = self.file(f"清单{ending}")
        path.write_bytes(data)
        return self.load(path, *options, annex=annex)

    def shown(self, rows: Rows, *options: str, annex: int = 2, ending: str = ".csv") -> Run:
        """Do the same on a wide terminal that nobody reads by machine: what a person is told."""
        path = self.file(f"清单{ending}")
        WRITERS[ending](path, rows)
        words = ("--db", self._copy(), "load", "annex", path, "--annex", annex, "--replace")
        return self.run(*map(str, words), *options, env={"COLUMNS": "400"})

    def file(self, name: str) -> Path:
        """Where the next file of a name is to be written."""
        self.number += 1
        folder = self.folder / f"list{self.number}"
        folder.mkdir()
        return folder / name

    def _copy(self) -> Path:
        self.number += 1
        db = self.folder / f"registry{self.number}.db"
        db.write_bytes(self.built.read_bytes())
        return db


def _held(db: Path, annex: int) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(db)) as conn:
        conn.row_factory = sqlite3.Row
        found = conn.execute(
            "SELECT i.*, l.name AS listed_name FROM items AS i"
            " LEFT JOIN item_listing AS l ON l.item = i.item_no"
            " WHERE i.annex = ? AND i.source <> '测试清单' ORDER BY i.item_no",
            (annex,),
        )
        rows = [dict(row) for row in found]
        zones: dict[int, set[str]] = {}
        for no, zone in conn.execute("SELECT item_no, zone FROM delegations"):
            zones.setdefault(no, set()).add(zone)
    for row in rows:
        row["zones"] = zones.get(row["item_no"], set())
    return rows


def _item(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Item:
    names = {found["id"]: found["name"] for found in rows}
    departments = frozenset((row["department"] or "").split("、")) - {""}
    parent = names.get(row["parent"]) if row["parent"] else None
    zones = frozenset(row["zones"])
    return Item(row["name"], row["power_type"], departments, zones, row["mode"], parent)


def office_in(folder: Path, built: Path) -> Office:
    """An office of its own for an example of a property."""

    def run(*words: str | Path, env: dict[str, str] | None = None) -> Run:
        return run_in_process([str(word) for word in words], environment(env), folder)

    return Office(built, folder, run)
