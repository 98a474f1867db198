"""`registry workday`: a date so many working days on, and how certain it is."""

from __future__ import annotations

import datetime as dt

import click

from registry.cli import base
from registry.cli.data_paths import calendar_folder
from registry.locale import N_, _


@base.command(
    "workday",
    N_(
        "The date N working days after DATE.\n\nDATE itself is not counted; holidays and make-up "
        "working days are the State Council's. A year without its notice is an error, not a guess."
    ),
)
@click.argument("date", type=base.IsoDate())
@click.argument("n", type=base.NUMBER)
def command(date: str, n: int) -> None:
    """Print the date with its certainty, then the notices that it rests on."""
    from registry.locale.labels import certainty_label
    from registry.workdays import Calendar

    deadline = Calendar.load(calendar_folder()[0]).add(dt.date.fromisoformat(date), n)
    click.echo(f"{deadline.date.isoformat()}  {certainty_label(deadline.certainty)}")
    for year, notice in deadline.notices:
        text = notice or _("the notice's number has not been verified")
        click.echo(_("{year}: {notice}").format(year=year, notice=text))
    if deadline.certainty == "provisional":
        click.echo(
            _(
                "The period touches the last days of {year}, which the next year's notice may "
                "still change."
            ).format(year=deadline.date.year)
        )
