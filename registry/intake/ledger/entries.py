"""A changed row of a workbook -> an entry of the ledger, checked as one from a CSV file is."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from registry.intake.ledger.changes import RowChange
from registry.intake.ledger.csv_files import LedgerEntry, LedgerReader
from registry.intake.ledger.sheet_specs import VOIDED_WHY
from registry.intake.names import NameProblem
from registry.locale import _
from registry.validation import explain


def takes_back(change: RowChange) -> bool:
    """Whether a row says that its obligation is not met after all: every open cell was cleared, or
    it is voided.
    """
    return change.sheet == "obligations" and (voids(change) or not any(change.after.values()))


def voids(change: RowChange) -> bool:
    """Whether a row that is there is voided: whatever else was written into it counts no more."""
    return not change.new and bool(change.after.get("voided_why"))


def entry_of(
    change: RowChange, stored: Mapping[str, str], reader: LedgerReader
) -> LedgerEntry | None:
    """The entry; None where something is wrong with the row, which then stands in the log.

    `stored`: what the registry has under the row's key, for what the workbook doesn't say.
    """
    if change.new and change.after.get("voided_why"):
        change.book.log.add(
            _("a record that is new can't be void"),
            _("Take the row out."),
            **change.row.place("voided_why"),
        )
        return None
    record = {**stored, **change.after}
    if change.sheet == "obligations":
        record["covers"] = stored["item"]
    elif change.sheet == "agreements":
        record["number"] = change.key
    model = change.row.sheet.spec.model
    known = {
        name: text
        for name, text in record.items()
        if text and name in model.model_fields and name != "voided_why"
    }
    place, log = change.row.place, change.book.log
    try:
        row = model.model_validate(known)
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            problem, remedy = explain(error)
            if error["type"] == "missing" and not change.new:
                remedy = _("Fill it in. To void the row, say why in the column “{column}”.").format(
                    column=_(VOIDED_WHY)
                )
            log.add(problem, remedy, **place(str(error["loc"][0])))
        return None
    try:
        return reader.resolve(change.row.index, row)
    except NameProblem as problem:
        log.add(problem.problem, problem.remedy, **place(problem.column))
        return None
