"""A changed row of a workbook -> an entry of the ledger, checked as one from a CSV file is."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from registry.intake.ledger.changes import RowChange
from registry.intake.ledger.csv_files import LedgerEntry, LedgerReader
from registry.intake.names import NameProblem
from registry.validation import explain


def takes_back(change: RowChange) -> bool:
    """Whether a row says that its obligation is not met after all: every open cell was cleared."""
    return change.sheet == "obligations" and not any(change.after.values())


def entry_of(
    change: RowChange, stored: Mapping[str, str], reader: LedgerReader
) -> LedgerEntry | None:
    """The entry; None where something is wrong with the row, which then stands in the log.

    `stored`: what the registry has under the row's key, for what the workbook doesn't say.
    """
    record = {**stored, **change.after}
    if change.sheet == "obligations":
        record["covers"] = stored["item"]
    elif change.sheet == "agreements":
        record["number"] = change.key
    model = change.row.sheet.spec.model
    known = {name: text for name, text in record.items() if text and name in model.model_fields}
    place, log = change.row.place, change.book.log
    try:
        row = model.model_validate(known)
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            log.add(*explain(error), **place(str(error["loc"][0])))
        return None
    try:
        return reader.resolve(change.row.index, row)
    except NameProblem as problem:
        log.add(problem.problem, problem.remedy, **place(problem.column))
        return None
