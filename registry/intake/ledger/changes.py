"""What a workbook changes: three ways, by row: as sent out, as it came back, as it is stored now.

Sent = returned: nothing was changed. Sent = stored: the change is taken. Returned = stored: it is
so already. Else both have changed the row, which is a conflict for people to settle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pydantic_core import PydanticCustomError

from registry.intake.ledger.sheet_specs import VOIDED_WHY, SheetSpec
from registry.intake.ledger.values import Values, plain
from registry.intake.ledger.workbook import FilledRow, ReturnedSheet, ReturnedWorkbook, SentRow
from registry.locale import _
from registry.validation import explain

Stored = Mapping[str, Mapping[str, Mapping[str, str]]]
"""What is stored now: sheet → key → field → text, "" where there is nothing."""

OwnRows = Mapping[str, Collection[str]]
"""Sheet → the keys of the rows that are a body's own to fill in."""


@dataclass(slots=True)
class RowChange:
    """A row that is to be changed, or added: then `before` holds nothing. `key`: "" if none yet."""

    sheet: str
    key: str
    before: dict[str, str]
    after: dict[str, str]
    new: bool
    row: FilledRow
    book: ReturnedWorkbook

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """Field, old and new text of every cell that changes."""
        return [
            (name, self.before.get(name, ""), text)
            for name, text in self.after.items()
            if text != self.before.get(name, "")
        ]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that two have changed. `values`: who says what."""

    sheet: str
    key: str
    field: str
    sent: str
    values: tuple[tuple[str, str], ...]


@dataclass
class Comparison:
    """What came of a workbook: rows read by sheet, changes, conflicts."""

    book: ReturnedWorkbook
    read: dict[str, int] = field(default_factory=dict)
    changes: list[RowChange] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    already: int = 0


def compare(
    book: ReturnedWorkbook,
    values: Values,
    stored: Stored,
    body: str,
    *,
    foreign: bool,
    own: OwnRows | None = None,
) -> Comparison:
    """Compare a workbook's rows; problems go to its log. `body`: the short name of whose it is.

    `foreign`: it was sent out from another build, where numbers may stand for other rows. `own`:
    a change of any other row is a problem, whatever the workbook says was sent out in it.
    """
    return _Comparer(book, values, stored, body, foreign, own).compared()


class _Comparer:
    def __init__(
        self,
        book: ReturnedWorkbook,
        values: Values,
        stored: Stored,
        body: str,
        foreign: bool,
        own: OwnRows | None,
    ) -> None:
        self.book = book
        self.log = book.log
        self.values = values
        self.stored = stored
        self.body = body
        self.foreign = foreign
        self.own = own
        self.found = Comparison(book)

    def compared(self) -> Comparison:
        seen: dict[str, dict[str, tuple[FilledRow, dict[str, str]]]] = {}
        for sheet in self.book.sheets:
            self._sheet(sheet, seen.setdefault(sheet.spec.name, {}))
        for name, rows in seen.items():
            gone = len(self.book.sent.rows.get(name, {}).keys() - rows.keys())
            if gone:
                spec = next(s.spec for s in self.book.sheets if s.spec.name == name)
                self.log.notes.append(
                    _(
                        "{path}: {n:,} rows of sheet {sheet} are no longer in it; nothing was "
                        "taken out. To void a row, say why in its column “{column}”."
                    ).format(
                        path=self.book.path,
                        n=gone,
                        sheet=_(spec.title),
                        column=_(VOIDED_WHY),
                    )
                )
        return self.found

    def _sheet(
        self, sheet: ReturnedSheet, seen: dict[str, tuple[FilledRow, dict[str, str]]]
    ) -> None:
        spec = sheet.spec
        sent = self.book.sent.rows.get(spec.name, {})
        read = 0
        for row in sheet.rows:
            known = sent.get(row.key)
            if known is None and not self._content(spec, row):
                self._unfilled(row)
                continue
            read += 1
            if known is not None and not known.open:
                self._locked(row, known)
                seen.setdefault(row.key, (row, {}))
                continue
            filled = self._filled(spec, row, new=known is None)
            if filled is None:
                continue
            if row.key in seen:
                self._again(row, filled, *seen[row.key])
                continue
            if row.key:
                seen[row.key] = (row, filled)
            if known is not None:
                self._known(spec, row, known, filled)
            elif not spec.adds:
                self._unknown(row)
            else:
                self._added(spec, row, filled)
        self.found.read[spec.name] = self.found.read.get(spec.name, 0) + read

    def _content(self, spec: SheetSpec, row: FilledRow) -> bool:
        """Whether a row that was not sent out says anything: people write below tables, too."""
        names = {f.name for f in (spec.fillable if spec.adds else spec.fields)}
        names -= set() if spec.adds and spec.key in spec.fillable else {spec.key.name}
        return any(plain(text) for name, text in row.cells.items() if name in names)

    def _unfilled(self, row: FilledRow) -> None:
        if row.key:
            self.log.notes.append(
                _("{path}: {place} is outside the table, and is not read: {text}").format(
                    path=self.book.path, place=row.cell, text=row.key
                )
            )

    def _locked(self, row: FilledRow, sent: SentRow) -> None:
        for name, text in sent.cells.items():
            if name in row.cells and plain(row.cells[name]) != plain(text):
                self.log.add(
                    _("this task is met by an agreement, and is not filled in here"),
                    _("Restore the cell, and fill in the sheet {sheet}.").format(
                        sheet=_("Agreements")
                    ),
                    **row.place(name),
                )

    def _filled(self, spec: SheetSpec, row: FilledRow, *, new: bool) -> dict[str, str] | None:
        """The open cells in the one form; None where one of them can't be read."""
        filled: dict[str, str] | None = {}
        for known in spec.fillable if new else spec.filled:
            if known.name not in row.cells:
                continue
            try:
                text = self.values.read(known, row.cells[known.name])
            except PydanticCustomError as error:
                what, remedy = explain(
                    {"type": error.type, "input": row.cells[known.name], "msg": str(error)}
                )
                self.log.add(what, remedy, **row.place(known.name))
                filled = None
            else:
                if filled is not None:
                    filled[known.name] = text
        return filled

    def _again(
        self, row: FilledRow, filled: dict[str, str], first: FilledRow, before: dict[str, str]
    ) -> None:
        for name, text in filled.items():
            if name in before and before[name] != text:
                self.log.add(
                    _("the row {key} stands in {place} as well, and says something else").format(
                        key=row.key, place=first.cell
                    ),
                    _("Keep one of them."),
                    **row.place(name),
                )
                return

    def _unknown(self, row: FilledRow) -> None:
        if row.key:
            what = _("no row {key} was sent out in this workbook").format(key=row.key)
            remedy = _("Restore the number, or take the row out.")
        else:
            what = _("the row has no number, so that nobody can tell what it belongs to")
            remedy = _("Rows can't be added here: write into those that are there.")
        self.log.add(what, remedy, **row.place(row.sheet.spec.key.name))

    def _known(
        self, spec: SheetSpec, row: FilledRow, known: SentRow, filled: dict[str, str]
    ) -> None:
        fields = {f.name: f for f in spec.filled if f.name in filled}
        sent = {name: self.values.read(f, known.cells.get(name, "")) for name, f in fields.items()}
        if self._same(spec, sent, filled) or self._others(spec, row, filled):
            return
        stored = self.stored[spec.name].get(row.key)
        if stored is None or (self.foreign and not self._still(spec, known, stored)):
            self.log.add(
                _("the row {key} is no longer in the registry").format(key=row.key),
                _("Take the row out, and export the workbook anew."),
                **row.place(spec.key.name),
            )
        elif self._mixed(spec, row, stored):
            return
        else:
            now = {name: stored.get(name, "") for name in fields}
            if self._same(spec, now, sent):
                # Of a list that is as it was, only in another order, nothing is to be changed.
                after = {
                    name: now[name]
                    if self.values.same(f, now[name], filled[name])
                    else filled[name]
                    for name, f in fields.items()
                }
                change = RowChange(spec.name, row.key, now, after, False, row, self.book)
                self.found.changes.append(change)
            elif self._same(spec, now, filled):
                self.found.already += 1
            else:
                self._conflict(spec, row.key, sent, now, filled)

    def _others(self, spec: SheetSpec, row: FilledRow, filled: dict[str, str]) -> bool:
        """Whether a row is not the body's own, or would be so no more, where that is asked."""
        if self.own is None:
            return False
        if row.key not in self.own[spec.name]:
            self.log.add(
                _("the row {key} is none that {body} fills in").format(key=row.key, body=self.body),
                _("Take the row out, or download the workbook anew."),
                **row.place(spec.key.name),
            )
            return True
        parties = (filled.get("department", self.body), filled.get("zone", self.body))
        if spec.name == "agreements" and self.body not in parties:
            self._no_party(row, "department")
            return True
        return self._renews_others(spec, row, filled)

    def _renews_others(self, spec: SheetSpec, row: FilledRow, filled: dict[str, str]) -> bool:
        renewed = filled.get("renews", "") if spec.name == "agreements" else ""
        if self.own is None or not renewed or renewed in self.own[spec.name]:
            return False
        if any(one.key == renewed for s in self.book.sheets if s.spec is spec for one in s.rows):
            return False
        self.log.add(
            _("{body} is no party to the agreement {number}").format(
                body=self.body, number=renewed
            ),
            _("Name one of its own agreements."),
            **row.place("renews"),
        )
        return True

    def _no_party(self, row: FilledRow, column: str) -> None:
        self.log.add(
            _("{body} is no party to this agreement").format(body=self.body),
            _("Enter it in the workbook of one of the parties."),
            **row.place(column),
        )

    def _still(self, spec: SheetSpec, known: SentRow, stored: Mapping[str, str]) -> bool:
        """Whether what the registry has under a number is the row that was sent out under it."""
        if spec.key.name != "key" or spec.name == "obligations":
            return True  # the key is no mere number
        others = known.cells.keys() - {f.name for f in spec.filled}
        return all(known.cells[name] == stored.get(name, "") for name in others)

    def _mixed(self, spec: SheetSpec, row: FilledRow, stored: Mapping[str, str]) -> bool:
        """Whether the row's item isn't its key's: then columns were sorted apart."""
        shown = plain(row.cells.get("item", ""))
        if not shown or "item" not in stored or shown == stored["item"]:
            return False
        self.log.add(
            _("the row {key} belongs to item {item}, but {shown} stands beside it").format(
                key=row.key, item=stored["item"], shown=shown
            ),
            _("Some columns were sorted without the others: undo that, or restore the row."),
            **row.place("item"),
        )
        return True

    def _added(self, spec: SheetSpec, row: FilledRow, filled: dict[str, str]) -> None:
        own = "zone" if self.book.sent.kind == "zone" else "department"
        if spec.name == "agreements":
            filled[own] = filled.get(own) or self.body
            if self.body not in (filled.get("department"), filled.get("zone")):
                self._no_party(row, own)
                return
            if self._renews_others(spec, row, filled):
                return
            stored = self.stored[spec.name].get(row.key)
            if stored is not None:
                now = {f.name: stored.get(f.name, "") for f in spec.fillable if f.name in filled}
                if self._same(spec, now, filled):
                    self.found.already += 1
                else:
                    self._conflict(spec, row.key, {}, now, filled)
                return
        else:
            filled[own] = self.body
            for stored in self.stored[spec.name].values():
                if all(stored.get(name, "") == text for name, text in filled.items()):
                    self.found.already += 1
                    return
        key = row.key if spec.name == "agreements" else ""
        self.found.changes.append(RowChange(spec.name, key, {}, filled, True, row, self.book))

    def _same(self, spec: SheetSpec, one: dict[str, str], other: dict[str, str]) -> bool:
        for name, text in one.items():
            known = spec.field(name)
            if known is None or not self.values.same(known, text, other.get(name, "")):
                return False
        return True

    def _conflict(
        self,
        spec: SheetSpec,
        key: str,
        sent: dict[str, str],
        now: dict[str, str],
        filled: dict[str, str],
    ) -> None:
        said = str(self.book.path)
        self.found.conflicts += [
            Conflict(
                *(spec.name, key, name, sent.get(name, "")),
                ((_("the registry"), now.get(name, "")), (said, text)),
            )
            for name, text in filled.items()
            if len({text, sent.get(name, ""), now.get(name, "")}) > 1
        ]
