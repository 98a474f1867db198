"""`registry record proof`: proof that a duty was met, in one line."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from registry.cli import base
from registry.cli.recording import (
    document_options,
    record_row,
    recording_options,
    split_words,
    words_option,
)
from registry.locale import N_

_NAMES = {"duty": "DUTY", "zone": "--zone", "covers": "--items", "done_on": "--on"}


@base.command(
    "proof",
    N_(
        "Record proof that a duty was met for some items.\n\nDUTY is the duty's id or name "
        "in the instrument. Bodies, items and dates are taken as people "
        "write them. Where --document names a file that is there, its SHA-256 is recorded as well."
    ),
)
@click.argument("duty")
@words_option(
    "--items",
    required=True,
    help=N_("The items it covers: ids or names; annex:1 for a whole annex."),
)
@base.option("--zone", metavar="ZONE", help=N_("The zone; if not given, every zone."))
@base.option(
    "--on",
    required=True,
    type=base.IsoDate(),
    metavar="DATE",
    help=N_("The day on which it was done."),
)
@document_options
@base.option("--note", metavar="TEXT", help=N_("A note."))
@recording_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    duty: str,
    items: tuple[str, ...],
    zone: str | None,
    on: str,
    document: str | None,
    url: str | None,
    note: str | None,
    **options: Any,
) -> None:
    """Check, write, and tell."""
    from registry.model.ledger import DeliverableRow

    digest = None
    if document and Path(document).is_file():
        digest = sha256(Path(document).read_bytes()).hexdigest()
        document = Path(document).name
    values = {
        **{"duty": duty, "zone": zone, "covers": split_words(items), "done_on": on},
        **{"document": document, "url": url, "sha256": digest, "note": note},
    }
    record_row(ctx, DeliverableRow, values, _NAMES, options)
