"""Tables of steps and stops of cases -> what belongs to each case, by its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from registry.intake.platform import values
from registry.intake.platform.cases import BodyPairs
from registry.intake.platform.names import Bodies, Known
from registry.intake.platform.personal import case_number
from registry.intake.platform.places import Place
from registry.intake.platform.tables import Table, is_footer
from registry.intake.platform.tally import Tally
from registry.intake.platform.values import BAD, Converter
from registry.text import name_key


class Step(NamedTuple):
    """A step. `duties`: instrument → number of its duty that the step is called after."""

    act: str | None
    duties: Mapping[str, int]
    zone: int | None
    department: int | None
    started_on: str | None
    ended_on: str | None


class Stop(NamedTuple):
    """Days that no period counts."""

    kind: str
    from_on: str
    to_on: str | None


@dataclass
class Parts:
    """Steps and stops of a case in the order of the files, and where the first of each stands."""

    steps: list[Step] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    step_places: list[Place] = field(default_factory=list)
    stop_places: list[Place] = field(default_factory=list)


_NO_DUTIES: Final[Mapping[str, int]] = {}


@dataclass
class PartsReader:
    """Reads tables of steps and stops. `year`: as in `CaseReader`."""

    known: Known
    bodies: Bodies
    year: int
    steps: Tally = field(default_factory=Tally)
    stops: Tally = field(default_factory=Tally)
    parts: dict[str, Parts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._duties = {name_key(name): duties for name, duties in self.known.duties.items()}
        self._pairs = BodyPairs(self.bodies)

    def read_steps(self, table: Table) -> None:
        """Read a table of steps."""
        started, ended = values.days(), values.days()
        acts: dict[tuple[str, str], str | None] = {}
        for line, cell in cells_of(table, self.steps):
            number = self._number(table, self.steps, line, cell)
            if number is None:
                continue
            said = cell("event"), cell("process")
            if said not in acts:
                acts[said] = values.step_act(*said)
                if len(acts) > values.MAX_KEPT:
                    acts.clear()
                    acts[said] = values.step_act(*said)
            body = self._pairs[cell("window"), cell("done_by")]
            if not body.is_known and (cell("window") or cell("done_by")):
                self.steps.note("body_unknown", table.place(line, "done_by"))
            duties = self._duties.get(name_key(said[0])) or self._duties.get(name_key(said[1]))
            if acts[said] is None and not duties:
                self.steps.note("act_unknown", table.place(line, "process"))
            parts = self.parts.setdefault(number, Parts())
            parts.steps.append(
                Step(
                    acts[said],
                    duties or _NO_DUTIES,
                    *body,
                    self._day(table, self.steps, line, "started_on", started[cell("started_on")]),
                    self._day(table, self.steps, line, "ended_on", ended[cell("ended_on")]),
                )
            )
            parts.step_places.append(table.place(line))

    def read_stops(self, table: Table) -> None:
        """Read a table of stops; one without the day on which it begins is refused."""
        begun, ended, kinds = values.days(), values.days(), values.stop_kinds()
        for line, cell in cells_of(table, self.stops):
            number = self._number(table, self.stops, line, cell)
            if number is None:
                continue
            since = self._day(table, self.stops, line, "from_on", begun[cell("from_on")])
            if since is None:
                self.stops.refuse("no_day", table.place(line, "from_on"))
                continue
            until = self._day(table, self.stops, line, "to_on", ended[cell("to_on")])
            parts = self.parts.setdefault(number, Parts())
            parts.stops.append(Stop(kinds[cell("stop")] or "其他", since, until))
            parts.stop_places.append(table.place(line))

    def _number(
        self, table: Table, tally: Tally, line: int, cell: Callable[[str], str]
    ) -> str | None:
        number = case_number(cell("number"), self.year)
        if number is None:
            tally.refuse("no_number", table.place(line, "number"))
        return number

    @staticmethod
    def _day(table: Table, tally: Tally, line: int, field: str, day: Any) -> str | None:
        if day is BAD:
            tally.note("not_understood", table.place(line, field))
            return None
        return day  # type: ignore[no-any-return]


def cells_of(table: Table, tally: Tally) -> Iterator[tuple[int, Callable[[str], str]]]:
    """The number of every row that holds text, and a function: field → the cell's text, or ""."""
    columns = {name: column.index for name, column in table.header.fields.items()}
    tally.begin(table)
    for numbers, rows in table.batches():
        for line, row in zip(numbers, rows, strict=True):
            tally.read += 1
            if not any(map(str.strip, row)):
                tally.empty += 1
                continue
            if is_footer(row):
                tally.refuse("footer", table.place(line))
                continue

            def cell(field: str, row: list[str] = row) -> str:
                index = columns.get(field)
                return row[index].strip() if index is not None and index < len(row) else ""

            yield line, cell


def understood(converter: Converter, text: str, tally: Tally, place: Place) -> Any:
    """The value of a cell; None, and told, where it is not understood."""
    value = converter[text]
    if value is BAD:
        tally.note("not_understood", place)
        return None
    return value
