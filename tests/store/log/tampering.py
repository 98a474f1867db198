"""Ways to tamper with a registry, by somebody who owns its file and knows how it is made.

Every trigger is gone while they work, and is afterwards as it was; where the log stands, and the
checkpoints that the file itself keeps, are mended to what they would be. The log is read and added
up here as the contract has it, without the program.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

Row = list[Any]
Change = list[str]
"""The lines of a change: the one that opens it, and what it did."""

LEDGER: Final = ("agreement", "deliverable", "guidance_request", "service_reduction", "item")
EVENTS: Final = ("item_change", "ledger_change")
_FORGED: Final = "改"


class CannotTamper(Exception):
    """What was drawn would change nothing, or not add up."""


@dataclass
class Table:
    """A table as a log adds up to it: its columns, the places of its key in them, and its rows."""

    columns: list[str]
    key: list[int]
    rows: dict[tuple[Any, ...], Row] = field(default_factory=dict)


def is_opening(line: str) -> bool:
    """Whether a line opens a change."""
    return "change" in json.loads(line)


def fold(lines: list[str]) -> dict[str, Table]:
    """What a log adds up to. Raises CannotTamper where a row ends that there is not."""
    tables: dict[str, Table] = {}
    for line in map(json.loads, lines):
        if "columns" in line:
            key = [line["columns"].index(name) for name in line["key"]]
            tables[line["table"]] = Table(line["columns"], key)
        elif "row" in line and line["table"] not in EVENTS:
            table, row = tables[line["table"]], line["row"]
            key_of = tuple(row[place] for place in table.key)
            if line["op"] == "set":
                table.rows[key_of] = row
            elif table.rows.pop(key_of, None) is None:
                raise CannotTamper("a row ends that there is not")
    return tables


def edited(line: str, **changes: Any) -> str:
    """A line with other fields, written as the program writes it."""
    return json.dumps(json.loads(line) | changes, ensure_ascii=False, separators=(",", ":"))


def by_change(lines: list[str]) -> list[Change]:
    """The changes of a log."""
    changes: list[Change] = []
    for line in lines:
        if is_opening(line):
            changes.append([])
        changes[-1].append(line)
    return changes


def numbered(changes: list[Change]) -> list[str]:
    """A log of these changes, lines and changes numbered anew."""
    lines: list[str] = []
    for number, change in enumerate(changes, start=1):
        for line in change:
            line = re.sub(r'^\{"seq":\d+', f'{{"seq":{len(lines) + 1}', line)
            lines.append(re.sub(r'^(\{"seq":\d+,"change":)\d+', rf"\g<1>{number}", line))
    return lines


class Tampered:
    """A registry's file while somebody tampers with it. `lines`: its log, as it is to be."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.lines = [body for (body,) in conn.execute("SELECT body FROM entry ORDER BY seq")]
        self.before = list(self.lines)

    def write_tables(self) -> None:
        """Have every table be what the log adds up to."""
        was = fold(self.before)
        for name, table in fold(self.lines).items():
            if table.rows != was[name].rows:
                self.conn.execute(f'DELETE FROM "{name}"')
                places = ", ".join("?" * len(table.columns))
                columns = ", ".join(f'"{column}"' for column in table.columns)
                self.conn.executemany(
                    f'INSERT INTO "{name}" ({columns}) VALUES ({places})', table.rows.values()
                )

    def write_log(self) -> None:
        """Write the lines, and mend what else the file says of them."""
        self.conn.execute("DELETE FROM entry")
        self.conn.executemany("INSERT INTO entry VALUES (?, ?)", enumerate(self.lines, start=1))
        times = [json.loads(line)["at"] for line in self.lines if is_opening(line)]
        times += self._write_checkpoints()
        self.conn.execute(
            "UPDATE log_state SET state = 'closed', change = ?, began_on = ?, last_at = ?",
            (
                sum(map(is_opening, self.lines)),
                times[0][:10],
                max(times, key=datetime.fromisoformat),
            ),
        )

    def _write_checkpoints(self) -> list[str]:
        """Make the file's own checkpoints anew, as far as the log reaches; their times."""
        kept = self.conn.execute("SELECT no, entries, at, body FROM checkpoint ORDER BY no")
        previous = "none"
        times = []
        for no, entries, at, body in kept.fetchall():
            self.conn.execute("DELETE FROM checkpoint WHERE no = ?", (no,))
            if entries > len(self.lines):
                continue
            log = "".join(f"{line}\n" for line in self.lines[:entries]).encode()
            digest = hashlib.sha256(log).hexdigest()
            body = re.sub(r"(?m)^bytes .*$", f"bytes {len(log)}", body)
            body = re.sub(r"(?m)^sha256 .*$", f"sha256 {digest}", body)
            body = re.sub(r"(?m)^previous .*$", f"previous {previous}", body)
            previous = hashlib.sha256(body.encode()).hexdigest()
            row = (no, entries, len(log), digest, at, body)
            self.conn.execute("INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)", row)
            times.append(at)
        return times


@contextmanager
def tampering(db: Path) -> Iterator[Tampered]:
    """Nothing of the file refuses or logs what is done to it in the block."""
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        for pragma in ("ignore_check_constraints = ON", "synchronous = OFF"):
            conn.execute(f"PRAGMA {pragma}")
        conn.execute("BEGIN")
        triggers = conn.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
        ).fetchall()
        for name, _sql in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        yield Tampered(conn)
        for _name, sql in triggers:
            conn.execute(sql)
        conn.execute("COMMIT")


def edit_unseen(file: Tampered, draw: random.Random, upto: int) -> None:
    """Edit a line so that the log adds up to the same: who, when and why, or what a row was."""
    before = fold(file.lines)
    place = draw.choice(
        draw.choice([_lines_of_changes(file.lines[:upto]), _unseen_rows(file, upto)])
    )
    line = json.loads(file.lines[place])
    if "change" in line:
        name = draw.choice(["by", "why", "command", "at"])
        forged = _another_time(file.lines, place, draw) if name == "at" else f"{draw.random()}"
        file.lines[place] = edited(file.lines[place], **{name: forged})
    else:
        row = list(line["row"])
        row[draw.randrange(len(row))] = f"{draw.random()}"
        file.lines[place] = edited(file.lines[place], row=row)
    if file.lines == file.before or fold(file.lines) != before:
        raise CannotTamper("the log is the same, or adds up to something else")
    file.write_log()


def _unseen_rows(file: Tampered, upto: int) -> list[int]:
    """Lines of rows that a later line sets or ends, and lines that add nothing up."""
    tables = fold(file.lines)
    places: dict[Any, list[int]] = {}
    for place, line in enumerate(map(json.loads, file.lines)):
        if "row" in line:
            known = tables.get(line["table"])
            key = [line["row"][n] for n in known.key] if known else place
            places.setdefault((line["table"], str(key)), []).append(place)
    unseen = [n for (table, _key), found in places.items() for n in found[:-1]]
    unseen += [n for (table, _key), found in places.items() for n in found if table in EVENTS]
    return [place for place in unseen if place < upto]


def _lines_of_changes(lines: list[str]) -> list[int]:
    return [place for place, line in enumerate(lines) if is_opening(line)]


def _another_time(lines: list[str], place: int, draw: random.Random) -> str:
    """A time between those of the changes before and after."""
    times = {
        n: datetime.fromisoformat(json.loads(lines[n])["at"]) for n in _lines_of_changes(lines)
    }
    first = max([t for n, t in times.items() if n < place], default=times[place] - timedelta(9))
    last = min([t for n, t in times.items() if n > place], default=times[place] + timedelta(9))
    seconds = int((last - first).total_seconds())
    return (first + timedelta(seconds=draw.randint(0, seconds))).isoformat()


def roll_back(file: Tampered, draw: random.Random, upto: int) -> None:
    """Cut the last changes off the log, and have the tables be as they were before them."""
    changes = by_change(file.lines)
    inside = [n for n in range(2, len(changes)) if sum(map(len, changes[:n])) < upto]
    file.lines = numbered(changes[: draw.choice(inside)])
    file.write_tables()
    file.write_log()


def rewrite(file: Tampered, draw: random.Random, upto: int) -> None:
    """Give the registry another history: changes left out, added, altered, and all that follows."""
    changes = by_change(file.lines)
    inside = sum(1 for n in range(1, len(changes) + 1) if sum(map(len, changes[:n])) <= upto)
    for _time in range(draw.randint(1, 3)):
        place = draw.randrange(2, inside)
        what = draw.choice(["left out", "altered", "added"])
        if what == "left out" and inside > 4:
            del changes[place]
            inside -= 1
        elif what == "altered":
            changes[place] = [_altered(line, draw) for line in changes[place]]
        else:
            changes.insert(place, _forged_change(changes[place][0], fold(file.lines), draw))
            inside += 1
    file.lines = numbered(changes)
    if fold(file.lines) == fold(file.before):
        raise CannotTamper("it adds up to the same")
    file.write_tables()
    file.write_log()


def _altered(line: str, draw: random.Random) -> str:
    """A line with another text or day in its row, where it is one of the ledger or of an item."""
    stated = json.loads(line)
    if stated.get("table") not in LEDGER:
        return line
    row = stated["row"]
    days = [n for n, value in enumerate(row) if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))]
    if not days:
        return line
    row[draw.choice(days)] = f"2021-0{draw.randint(1, 6)}-{draw.randint(10, 28)}"
    return edited(line, row=row)


def _forged_change(opening: str, tables: dict[str, Table], draw: random.Random) -> Change:
    """A change that sets a row of an item otherwise, at the time of another change."""
    key = draw.choice(sorted(tables["item"].rows))
    row = list(tables["item"].rows[key])
    row[tables["item"].columns.index("remark")] = f"{_FORGED}{draw.random()}"
    forged = {"seq": 0, "table": "item", "op": "set", "row": row}
    return [edited(opening, by="somebody", why=None), edited("{}", **forged)]


def cut_tail(file: Tampered, draw: random.Random, upto: int) -> None:
    """Cut the last lines off the log, and leave the tables as they are."""
    before = fold(file.lines)
    first = next(n for n, line in enumerate(file.lines) if "row" in json.loads(line))
    del file.lines[draw.randrange(first, upto) :]
    if fold(file.lines) == before:
        raise CannotTamper("the log adds up to the same")
    file.write_log()


def edit_table(file: Tampered, draw: random.Random, upto: int) -> None:
    """Edit, remove or add a row of a table, and leave the log as it is."""
    tables = {name: table for name, table in fold(file.lines).items() if table.rows}
    name = draw.choice(sorted(tables))
    table = tables[name]
    key = draw.choice(sorted(table.rows, key=repr))
    columns = [f'"{column}"' for column in table.columns]
    where = " AND ".join(f"{columns[place]} IS ?" for place in table.key)
    what = draw.choice(["edited", "removed", "added"])
    if what == "removed":
        file.conn.execute(f'DELETE FROM "{name}" WHERE {where}', key)
        return
    row = list(table.rows[key])
    place = draw.choice(table.key if what == "added" else range(len(row)))
    row[place] = row[place] + 999 if isinstance(row[place], int) else f"{row[place]}{_FORGED}"
    if what == "edited":
        file.conn.execute(f'DELETE FROM "{name}" WHERE {where}', key)
    try:
        file.conn.execute(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(row))})', row)
    except sqlite3.IntegrityError as error:
        raise CannotTamper(str(error)) from error


def append_backdated(file: Tampered, draw: random.Random, upto: int) -> None:
    """Append a change of before the last one, and have the tables follow."""
    times = [json.loads(line)["at"] for line in file.lines if is_opening(line)]
    earlier = datetime.fromisoformat(times[-1]) - timedelta(minutes=draw.randint(1, 30_000))
    opening, *rows = _forged_change(file.lines[0], fold(file.lines), draw)
    file.lines = numbered(
        [*by_change(file.lines), [edited(opening, at=earlier.isoformat()), *rows]]
    )
    file.write_tables()
    file.write_log()


KINDS: Final[dict[str, Callable[[Tampered, random.Random, int], None]]] = {
    "entry edited so that its fold stays the same": edit_unseen,
    "tail cut and tables rolled back": roll_back,
    "history rewritten consistently": rewrite,
    "tail cut only": cut_tail,
    "table edited only": edit_table,
    "backdated entry appended": append_backdated,
}
"""What it is called → what it does to a file; of what the first `upto` lines say, where it can."""
