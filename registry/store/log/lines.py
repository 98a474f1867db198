"""The lines of a log, read: what opens a change, the columns of a table, a row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple

from registry.errors import RegistryError
from registry.locale import _

Row = list[Any]
Op = Literal["set", "end"]


class LogError(RegistryError):
    """A line that is none of a log, or does not follow from those before."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            problem, _("Something else than this program has changed the log; restore a backup.")
        )


class ChangeLine(NamedTuple):
    """A change begins: its number, when it was made, by whom, by which command, and why."""

    seq: int
    change: int
    at: str
    by: str | None
    command: str | None
    why: str | None


class TableLine(NamedTuple):
    """The columns of a table from here on, and those of its key."""

    seq: int
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class RowLine(NamedTuple):
    """A row of a table, set or ended. `text`: the row as JSON, as it is stored."""

    seq: int
    table: str
    op: Op
    row: Row
    text: str


Line = ChangeLine | TableLine | RowLine

_ROW: Final = ',"row":'


def parse_line(body: str) -> Line:
    """A line of the log. Raises LogError."""
    try:
        fields = json.loads(body)
        seq = fields["seq"]
        if not _is_whole(fields, body):
            raise ValueError("not of the form")
        if "change" in fields:
            return ChangeLine(
                *(seq, fields["change"], fields["at"]),
                *(fields.get("by"), fields.get("command"), fields.get("why")),
            )
        if "columns" in fields:
            return TableLine(
                seq, fields["table"], tuple(fields["columns"]), tuple(fields.get("key", ()))
            )
        text = body[body.index(_ROW) + len(_ROW) : -1]
        if fields["op"] not in ("set", "end") or not isinstance(fields["row"], list):
            raise ValueError("neither set nor end")
        return RowLine(seq, fields["table"], fields["op"], fields["row"], text)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise LogError(_("“{line}” is no line of a log").format(line=body[:80])) from error


_VALUES: Final = frozenset((str, int, float, type(None)))


def _is_whole(fields: dict[str, Any], body: str) -> bool:
    """Whether a line's parts have their types, and its row stands where it is cut out."""
    if "row" in fields:
        return (
            body.endswith("]}")
            and type(fields["seq"]) is int
            and type(fields["table"]) is str
            and _VALUES.issuperset(map(type, fields["row"]))
        )
    if "columns" in fields:
        names = [fields["table"], *fields["columns"], *fields.get("key", ())]
        return type(fields["seq"]) is int and {*map(type, names)} == {str}
    told = [fields["at"], *(fields.get(name) for name in ("by", "command", "why"))]
    return {type(fields["seq"]), type(fields["change"])} == {int} and all(
        text is None or type(text) is str for text in told
    )


def is_change(body: str) -> bool:
    """Whether a line opens a change, told without parsing it."""
    return ',"change":' in body[:40]


def table_line(seq: int, table: str, columns: Iterable[str], key: Iterable[str]) -> str:
    """The line that names the columns of a table."""
    fields = {"seq": seq, "table": table, "columns": [*columns], "key": [*key]}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def row_line(seq: int, table: str, op: Op, text: str) -> str:
    """The line that sets or ends a row. `text`: the row as JSON."""
    return f'{{"seq":{seq},"table":"{table}","op":"{op}"{_ROW}{text}}}'


def stored_bodies(conn: sqlite3.Connection, up_to: int | None = None) -> Iterator[tuple[int, str]]:
    """Number and text of every line of the file's log, in order; `up_to`: the last of them."""
    for seq, body in conn.execute(
        "SELECT seq, body FROM main.entry WHERE seq <= coalesce(?, 9223372036854775807)"
        " ORDER BY seq",
        (up_to,),
    ):
        if not isinstance(body, str):
            raise LogError(_("line {seq} of the log is no text").format(seq=seq))
        yield seq, body
