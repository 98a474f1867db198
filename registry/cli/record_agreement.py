"""`registry record agreement`: an agreement, in one line."""

from __future__ import annotations

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

_NAMES = {
    **{"number": "NUMBER", "signed_on": "--on", "clauses": "--terms", "covers": "--items"},
    **{"effective_on": "--effective-on", "expires_on": "--expires-on"},
    **{"department": "--department", "zone": "--zone"},
    **{"renews": "--renews", "filed_on": "--filed-on", "acts": "--acts"},
}


@base.command(
    "agreement",
    N_(
        "Record an agreement.\n\nNUMBER is its number. Bodies, items and dates are taken as people "
        "write them. What it settles is told: obligations that are now done, late or not."
    ),
)
@click.argument("number")
@base.option("--department", required=True, metavar="DEPT", help=N_("Who grants."))
@base.option("--zone", required=True, metavar="ZONE", help=N_("Who receives."))
@words_option(
    "--items",
    required=True,
    help=N_("The items it covers: ids or names; annex:1 for a whole annex."),
)
@base.option(
    "--on", required=True, type=base.IsoDate(), metavar="DATE", help=N_("The day of signing.")
)
@base.option(
    "--effective-on",
    type=base.IsoDate(),
    metavar="DATE",
    help=N_("The day from which it is in force; that of signing if not given."),
)
@base.option(
    "--expires-on", type=base.IsoDate(), metavar="DATE", help=N_("Its last day, if it has one.")
)
@base.option("--renews", metavar="NUMBER", help=N_("The agreement that it carries on."))
@base.option(
    "--filed-on", type=base.IsoDate(), metavar="DATE", help=N_("The day on which it was filed.")
)
@words_option("--terms", help=N_("The terms that it contains, in the instrument's words."))
@words_option("--acts", help=N_("The acts that its powers name: accept, decide and so on."))
@document_options
@recording_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    number: str,
    department: str,
    zone: str,
    items: tuple[str, ...],
    on: str,
    effective_on: str | None,
    expires_on: str | None,
    renews: str | None,
    filed_on: str | None,
    terms: tuple[str, ...],
    acts: tuple[str, ...],
    document: str | None,
    url: str | None,
    **options: Any,
) -> None:
    """Check, write, and tell."""
    from registry.model.ledger import AgreementRow

    values = {
        **{"number": number, "department": department, "zone": zone, "signed_on": on},
        **{"effective_on": effective_on, "expires_on": expires_on},
        **{"renews": renews, "filed_on": filed_on},
        **{"clauses": split_words(terms), "covers": split_words(items), "acts": split_words(acts)},
        **{"document": document, "url": url},
    }
    record_row(ctx, AgreementRow, values, _NAMES, options)
