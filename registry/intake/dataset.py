"""A data root: calendar/, law.yml, roles.yml, and a folder for each instrument."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.intake.effects_csv import EFFECTS_FILE, with_effects
from registry.intake.instrument import read_instrument
from registry.intake.law import LAW_FILE, read_laws
from registry.intake.ledger.csv_files import FILES
from registry.intake.problems import refuse
from registry.intake.roles import ROLES_FILE, read_roles
from registry.intake.textfile import TextFile, examine
from registry.locale import _
from registry.model.instrument import Instrument
from registry.model.law import Law
from registry.model.platform_roles import PlatformRoles

SERVICE_FILES: Final = ("services.csv", "contacts.csv")
"""What a folder may state of services and of zones' contacts."""


@dataclass(frozen=True)
class InstrumentFolder:
    """One instrument, with its effects whichever file states them, and its files.

    Annexes by number; the ledger may lack any file, as may `services`: those of services and of
    contacts. `notes`: what is worth remarking on the file of effects.
    """

    instrument: Instrument
    file: TextFile
    annexes: dict[int, TextFile]
    ledger: list[TextFile]
    effects: TextFile | None = None
    notes: tuple[str, ...] = ()
    services: tuple[TextFile, ...] = ()

    def stating_files(self) -> list[TextFile]:
        """Its files but for the ledger's and those of services, in reading order."""
        effects = [self.effects] if self.effects else []
        return [self.file, *effects, *self.annexes.values()]


@dataclass(frozen=True)
class DataRoot:
    """What a build reads. `laws`: articles of laws by their ids; none without a law.yml. `roles`:
    what roles of the platform do; None without a roles.yml."""

    path: Path
    calendar: Path
    instruments: list[InstrumentFolder]
    laws: dict[str, Law]
    law_file: TextFile | None
    roles: PlatformRoles | None = None
    roles_file: TextFile | None = None

    def files(self) -> list[TextFile]:
        """Every file, in reading order."""
        of_all = [file for file in (self.law_file, self.roles_file) if file]
        return [*of_all, *self._instrument_files()]

    def _instrument_files(self) -> list[TextFile]:
        return [
            file
            for folder in self.instruments
            for file in (*folder.stating_files(), *folder.ledger, *folder.services)
        ]


def open_data_root(path: Path) -> DataRoot:
    """Find and examine every file under `path`. Raises InputError."""
    if not path.is_dir():
        refuse(
            path, _("there is no such folder"), _("Name the data folder with --data, or create it.")
        )
    calendar = path / "calendar"
    if not calendar.is_dir():
        refuse(calendar, _("there is no such folder"), _("The data folder holds calendar/."))
    folders = sorted(p.parent for p in path.glob("*/instrument.yml"))
    if not folders:
        refuse(
            path,
            _("no folder in it holds an instrument.yml"),
            _("Each instrument has a folder with instrument.yml and its annexes."),
        )
    instruments = [open_instrument_folder(folder) for folder in folders]
    known: dict[str, Path] = {}
    for opened in instruments:
        other = known.setdefault(opened.instrument.id, opened.file.path)
        if other != opened.file.path:
            refuse(
                opened.file.path,
                _("the id {id} is that of {path} as well").format(
                    id=opened.instrument.id, path=other
                ),
                _("Give each instrument an id of its own."),
                key="id",
            )
    law = path / LAW_FILE
    law_file = examine(law) if law.is_file() else None
    laws = read_laws(law_file) if law_file else {}
    stated = path / ROLES_FILE
    roles_file = examine(stated) if stated.is_file() else None
    roles = read_roles(roles_file) if roles_file else None
    return DataRoot(path, calendar, instruments, laws, law_file, roles, roles_file)


def open_instrument_folder(folder: Path) -> InstrumentFolder:
    """Find and examine the files of one instrument. Raises InputError."""
    file = examine(folder / "instrument.yml")
    instrument = read_instrument(file)
    annexes = {a.annex: examine(folder / f"annex{a.annex}.csv") for a in instrument.annexes}
    paths = [folder / "ledger" / name for name in FILES]
    ledger = [examine(p) for p in paths if p.is_file()]
    services = tuple(examine(folder / name) for name in SERVICE_FILES if (folder / name).is_file())
    effects = folder / EFFECTS_FILE
    if not effects.is_file():
        return InstrumentFolder(instrument, file, annexes, ledger, services=services)
    table = examine(effects)
    instrument, notes = with_effects(instrument, table)
    return InstrumentFolder(instrument, file, annexes, ledger, table, tuple(notes), services)
