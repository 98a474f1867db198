"""The files of services and contacts that an instrument's folder has -> tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from registry.intake.dataset import InstrumentFolder
from registry.intake.services import Origin, read_services
from registry.locale import _
from registry.model.vocabulary import Provenance
from registry.store.platform.names import known_names
from registry.store.services import write_services


def load_service_files(
    conn: sqlite3.Connection, folder: InstrumentFolder, accepted: Collection[Provenance]
) -> None:
    """Write what the files state, of the accepted provenances; the caller holds the transaction.

    Raises InputError with everything that is wrong in a file.
    """
    if not folder.services:
        return
    known, default = known_names(conn), folder.instrument.row_defaults.ledger
    for file in folder.services:
        found = read_services(
            file.path,
            known,
            Origin(default.provenance, default.source),
            accepted=accepted,
            instrument=folder.instrument.id,
        )
        write_services(conn, found)


def services_left_out(folder: InstrumentFolder) -> list[str]:
    """What is to be said where an instrument that is known already is loaded: its files of services
    are not read again, for what an office has recorded since would be lost."""
    if not folder.services:
        return []
    text = _("Services and contacts are left as they are; `registry load services` takes in more.")
    return [text]
