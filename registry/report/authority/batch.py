"""A table of questions, and the same table with its answers as columns."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from registry.authority.answer import Answer, Question
from registry.errors import RegistryError, did_you_mean
from registry.formulas import guarded_row
from registry.intake.formats import read_sheets
from registry.intake.grid import Sheet, column_letters
from registry.intake.problems import ProblemLog, refuse
from registry.locale import N_, _, bracketed, language, list_separator
from registry.model.fields import parse_loose_date
from registry.report.authority.wording import ANSWER_NAMES, CERTAINTY_NAMES, provenance_name, said
from registry.store.bodies import names_of_bodies
from registry.store.references import References
from registry.text import name_key

COLUMNS: Final = {
    "zone": ("zone", "承接主体", "开发区", "管委会"),
    "item": ("item", "事项", "事项编号"),
    "act": ("act", "环节"),
    "on": ("on", "日期"),
    "accepted_on": ("accepted_on", "受理日期"),
}
"""Column of a question → the headings that it may have."""
_NEEDED: Final = ("zone", "item", "act")
_ADDED: Final = (
    N_("Answer"),
    N_("Certainty"),
    N_("Why"),
    N_("In the name of"),
    N_("Respondent"),
    N_("Conditions"),
    N_("Provenance"),
)


@dataclass
class QuestionTable:
    """What was asked: the header and rows as they stand, and the question of each row.

    `unread`: names of further sheets that hold something.
    """

    header: list[str]
    unread: list[str]
    rows: list[list[str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def read_questions(
    conn: sqlite3.Connection, path: Path, day: str, *, strict: bool
) -> QuestionTable:
    """Read a table of questions; `day` where a row names none.

    Raises InputError, which names sheet, row and column of everything that is not understood.
    """
    sheets = [s for s in read_sheets(path, hidden=True) if any(map(any, s.rows))]
    if not sheets:
        refuse(path, _("the file holds no table"), _("Give it a header: zone, item, act, on."))
    sheet = sheets[0]
    header_row = next(n for n, row in enumerate(sheet.rows) if any(row))
    columns = _columns(path, sheet, header_row)
    log = ProblemLog(path)
    words = _Words(conn)
    names = {place: COLUMNS[column][0] for column, place in columns.items()}
    for (n, place), flaw in sorted(sheet.flaws.items()):
        if flaw == "formula" and place in names and n > header_row:
            log.add(
                _("the formula has no stored value"),
                _("Open the file in Excel or WPS, save it, and give it again."),
                sheet.number(n),
                f"{column_letters(place)} {names[place]}",
                sheet.name,
            )
    header = [cell.strip() for cell in sheet.rows[header_row]]
    table = QuestionTable(header, [other.name or "" for other in sheets[1:]])
    for n in range(header_row + 1, len(sheet.rows)):
        row = [cell.strip() for cell in sheet.rows[n]]
        if any(row):
            question = _question(row, columns, words, log, sheet, n, day, strict=strict)
            if question is not None:
                table.rows.append(row)
                table.questions.append(question)
    log.close()
    if not table.questions:
        refuse(path, _("the table has no question"), _("Write one a row under the header."))
    return table


def _columns(path: Path, sheet: Sheet, header_row: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(sheet.rows[header_row]):
        for column, names in COLUMNS.items():
            if name_key(heading) in map(name_key, names):
                found.setdefault(column, place)
    lacking = [column for column in _NEEDED if column not in found]
    if lacking:
        refuse(
            path,
            _("the header has no column {columns}").format(columns=list_separator().join(lacking)),
            _("Columns are: {known}.").format(
                known=list_separator().join("/".join(names) for names in COLUMNS.values())
            ),
            sheet=sheet.name,
            row=sheet.number(header_row),
        )
    return found


def _question(
    row: list[str],
    columns: dict[str, int],
    words: _Words,
    log: ProblemLog,
    sheet: Sheet,
    n: int,
    day: str,
    *,
    strict: bool,
) -> Question | None:
    values: dict[str, object] = {"on": day, "accepted_on": None}
    wrong = False
    for column, place in columns.items():
        text = row[place] if place < len(row) else ""
        if not text and column not in _NEEDED:
            continue
        try:
            values[column] = words.of(column, text)
        except RegistryError as error:
            wrong = True
            log.add(
                error.problem,
                error.remedy or _("Correct the cell."),
                sheet.number(n),
                f"{column_letters(place)} {COLUMNS[column][0]}",
                sheet.name,
            )
    if wrong:
        return None
    return Question(
        zone=str(values["zone"]),
        item=int(str(values["item"])),
        act=str(values["act"]),
        day=str(values["on"]),
        accepted_on=None if values["accepted_on"] is None else str(values["accepted_on"]),
        strict=strict,
    )


class NotUnderstood(RegistryError):
    """A cell of a table of questions that means nothing here."""


class _Words:
    """What cells mean, each word looked up once."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._zones = {name_key(n): id_ for n, id_ in names_of_bodies(conn, "zone").items()}
        acts = conn.execute("SELECT id, name FROM act ORDER BY position").fetchall()
        self._act_names = [bracketed(name, id_) for id_, name in acts]
        self._acts = {name_key(name): id_ for id_, chinese in acts for name in (id_, chinese)}
        self._references = References(conn)
        self._items: dict[tuple[str, str], int] = {}
        self._by_id: dict[str, list[tuple[str, int]]] = {}
        for no, instrument, id_, name in conn.execute(
            "SELECT i.no, ins.id, i.id, i.name FROM item AS i"
            " JOIN instrument AS ins ON ins.no = i.instrument"
        ):
            self._items[instrument, id_] = no
            self._by_id.setdefault(id_, []).append((instrument, no))
            self._by_id.setdefault(name_key(name), []).append((instrument, no))
        self._known: dict[tuple[str, str], object] = {}

    def of(self, column: str, text: str) -> object:
        """The value of a cell. Raises NotUnderstood."""
        key = (column, text)
        if key not in self._known:
            self._known[key] = _READERS[column](self, text)
        return self._known[key]

    def zone(self, text: str) -> str:
        return self._found(self._zones, text, _("no zone is called {name}"), _("Correct the cell."))

    def act(self, text: str) -> str:
        acts = list_separator().join(self._act_names)
        remedy = _("Acts are {known}.").format(known=acts)
        return self._found(self._acts, text, _("there is no act called {name}"), remedy)

    def _found(self, known: dict[str, str], text: str, problem: str, otherwise: str) -> str:
        found = known.get(name_key(text))
        if found is None:
            remedy = did_you_mean(text, known, otherwise)
            raise NotUnderstood(problem.format(name=text), remedy)
        return found

    def item(self, text: str) -> int:
        instrument, id_ = self._references.split(text)
        if instrument is not None and (instrument, id_) in self._items:
            return self._items[instrument, id_]
        found = self._by_id.get(id_) or self._by_id.get(name_key(id_)) or []
        found = [one for one in found if instrument in (None, one[0])]
        if len(found) == 1:
            return found[0][1]
        if found:
            raise NotUnderstood(
                _("several items are called {name}").format(name=text),
                _("Name one by `INSTRUMENT:ITEM`."),
            )
        remedy = did_you_mean(text, self._by_id, _("`registry find` finds items."))
        raise NotUnderstood(_("there is no item {name}").format(name=text), remedy)

    def date(self, text: str) -> str:
        from pydantic_core import PydanticCustomError

        try:
            return parse_loose_date(text)
        except PydanticCustomError as error:
            raise NotUnderstood(
                _("“{value}” is not a date of the calendar").format(value=text),
                _("Write the date like 2021-05-28."),
            ) from error


_READERS: Final[dict[str, Callable[[_Words, str], object]]] = {
    "zone": _Words.zone,
    "item": _Words.item,
    "act": _Words.act,
    "on": _Words.date,
    "accepted_on": _Words.date,
}


def _answered(table: QuestionTable, answers: Sequence[Answer]) -> Iterable[list[str]]:
    width = len(table.header)
    yield [*table.header, *map(_, _ADDED)]
    for row, answer in zip(table.rows, answers, strict=True):
        yield [*(row + [""] * width)[:width], *_cells(answer)]


def _cells(answer: Answer) -> tuple[str, ...]:
    deciding = [p for p in answer.premises if p.value is False] or [
        p for p in answer.premises if p.value is None
    ]
    return (
        ANSWER_NAMES[answer.answer][language()],
        _(CERTAINTY_NAMES[answer.certainty]),
        "；".join(premise.because.say(language()) for premise in deciding),
        said(answer.name_of),
        said(answer.respondent),
        "；".join(condition.text.say(language()) for condition in answer.conditions),
        provenance_name(answer),
    )


def answered_csv(table: QuestionTable, answers: Sequence[Answer]) -> Iterable[str]:
    """The table with its answers as CSV, a text a line. Cells that a spreadsheet would take for
    formulas are guarded by an apostrophe."""
    for row in _answered(table, answers):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(guarded_row(row))
        yield out.getvalue()


def answered_xlsx(table: QuestionTable, answers: Sequence[Answer]) -> bytes:
    """The same as a workbook of one sheet; every cell is text."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": True})
    sheet = book.add_worksheet(_("Answers"))
    for n, row in enumerate(_answered(table, answers)):
        for column, text in enumerate(row):
            sheet.write_string(n, column, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
