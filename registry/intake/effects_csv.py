"""effects.csv -> effects, for instruments that have many; a table instead of a list in YAML."""

from __future__ import annotations

from typing import Final

from registry.intake.csvfile import CsvFile
from registry.intake.problems import refuse
from registry.intake.textfile import TextFile
from registry.locale import _, list_separator
from registry.model.effect import Effect
from registry.model.instrument import Instrument

EFFECTS_FILE: Final = "effects.csv"


def with_effects(instrument: Instrument, file: TextFile) -> tuple[Instrument, list[str]]:
    """The instrument with the effects that the file states, in its order; notes on the file.

    Raises InputError for rows with problems, and where instrument.yml states effects as well.
    """
    if instrument.effects:
        refuse(
            file.path,
            _("instrument.yml states effects as well"),
            _("State them in one of the two files, and take them out of the other."),
        )
    table = CsvFile(file, Effect)
    clauses = [clause.id for clause in instrument.clauses]
    effects = []
    for batch in table.batches():
        for number, effect in batch:
            if effect.clause not in clauses:
                table.log.add(
                    _("instrument.yml has no clause {clause}").format(clause=effect.clause),
                    _("Use one of: {expected}.").format(expected=list_separator().join(clauses)),
                    number,
                    "clause",
                )
            effects.append(effect)
    table.log.close()
    return instrument.model_copy(update={"effects": effects}), table.log.notes
