"""What the commands share that record one paper: options, checking, and telling what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from registry.cli.base import WordsOption, database, option, today_or
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.options import as_of_option, instrument_option
from registry.cli.output import terminal_width
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _, language
from registry.model.vocabulary import PROVENANCES

if TYPE_CHECKING:
    import sqlite3

    from registry.model.ledger import LedgerRow
    from registry.store.ledger.recording import Recorded
    from registry.store.ledger.voids import RowKind

R = TypeVar("R", bound="LedgerRow")

ORIGIN: Final = "逐项登记"
"""The source of a paper of which no other is said; who recorded it, and when, follows."""

_MAX_SHOWN: Final = 20

source_option = option(
    "--source",
    metavar="TEXT",
    help=N_("Where the paper comes from; who recorded it, and when, is added."),
)
provenance_option = option(
    "--provenance",
    type=click.Choice(PROVENANCES),
    default="official",
    show_default=True,
    help=N_("What the record is: official, unless it only shows something."),
)
dry_run_option = option(
    "--dry-run", is_flag=True, help=N_("Tell what would change, and write nothing.")
)


def words_option(*names: str, help: str, required: bool = False) -> Callable[..., Any]:
    """An option of several words, up to the next option; a tuple."""
    return click.option(
        *names, cls=WordsOption, multiple=True, required=required, metavar="WORD…", help=help
    )


def document_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--document` and `--url`."""
    for decorate in (
        option("--url", metavar="ADDRESS", help=N_("Its address.")),
        option("--document", metavar="NAME", help=N_("The name of the document.")),
    ):
        function = decorate(function)
    return function


def recording_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--provenance`, `--source`, and those of `change_options`."""
    for decorate in (change_options, source_option, provenance_option):
        function = decorate(function)
    return function


def change_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--by`, `--why`, `--instrument`, `--as-of` and `--dry-run`."""
    for decorate in (dry_run_option, as_of_option, instrument_option, why_option, by_option):
        function = decorate(function)
    return function


def record_row(
    ctx: click.Context,
    model: type[R],
    values: Mapping[str, object],
    names: Mapping[str, str],
    options: Mapping[str, Any],
) -> None:
    """Check a row, add it to the ledger, and tell what it brought about.

    `values`: field of the model → value, None for none; `names`: field → what the command line
    calls it; `options`: those of `recording_options`.
    """
    from registry.store.ledger.recording import record

    change = current_change()
    with open_registry(database(ctx)) as conn, naming_options(names):
        row = model.model_validate({k: v for k, v in values.items() if v not in (None, (), [])})
        row.provenance = options["provenance"]
        row.source = f"{options['source'] or ORIGIN}（{change.by}，{change.at[:10]}登记）"
        stand_on(conn, options["as_of"])
        done = record(
            conn, row, change, instrument=options["instrument"], dry_run=options["dry_run"]
        )
    tell(done, dry_run=options["dry_run"])


def amend_row(
    ctx: click.Context,
    kind: RowKind,
    key: str,
    fields: Mapping[str, str],
    names: Mapping[str, str],
    options: Mapping[str, Any],
) -> None:
    """Say more of a row that is there, and tell what that brought about. See `record_row`."""
    from registry.store.ledger.recording import amend

    change = current_change()
    with open_registry(database(ctx)) as conn, naming_options(names):
        stand_on(conn, options["as_of"])
        done = amend(
            conn,
            kind,
            key,
            fields,
            change,
            instrument=options["instrument"],
            dry_run=options["dry_run"],
        )
    tell(done, dry_run=options["dry_run"])


@contextmanager
def naming_options(names: Mapping[str, str]) -> Iterator[None]:
    """Have what is wrong with a field name its option."""
    from pydantic import ValidationError

    from registry.intake.names import NameProblem
    from registry.validation import explain

    try:
        yield
    except ValidationError as failure:
        error = failure.errors(include_url=False)[0]
        field = str(error["loc"][0]) if error["loc"] else ""
        raise RegistryError(*explain(error), place=names.get(field, field) or None) from None
    except NameProblem as problem:
        place = names.get(problem.column or "", problem.column)
        raise RegistryError(problem.problem, problem.remedy, place) from None


def stand_on(conn: sqlite3.Connection, as_of: str | None) -> None:
    """Have views stand on the day, for this connection."""
    from registry.store.views import create_shadow_views

    create_shadow_views(conn, today_or(as_of))


def split_words(words: tuple[str, ...]) -> list[str]:
    """Words, and the parts of those that are lists: `1-05 1-07`, `1-05;1-07`, `1-05、1-07`."""
    from registry.model.fields import split_list

    parts = split_list(";".join(words))
    assert isinstance(parts, list)
    return parts


def tell(done: Recorded, *, voided: bool = False, dry_run: bool = False) -> None:
    """Say what was recorded or voided, and what that brought about."""
    from registry.locale.labels import provenance_label

    what = f"{_(_KIND[done.kind])} {done.key}"
    text = _("Voided: {what} ({provenance})") if voided else _("Recorded: {what} ({provenance})")
    line = text.format(what=what, provenance=provenance_label(done.provenance))
    if done.items:
        line += _("; items: {n:,}").format(n=len(done.items))
    click.echo(line)
    _tell_obligations(done)
    if done.agreements:
        _tell_agreements(done)
    if dry_run:
        tell_dry_run()


def tell_dry_run() -> None:
    """Say that nothing was written."""
    click.echo(_("This was tried only; nothing was written."), err=True)


_KIND: Final = {
    "agreement": N_("agreement"),
    "proof": N_("proof"),
    "guidance": N_("guidance request"),
    "service": N_("service reduction"),
}


def _tell_obligations(done: Recorded) -> None:
    from registry.locale.labels import obligation_status_label
    from registry.report.terminal import table

    if not done.obligations:
        if done.kind in ("agreement", "proof"):
            click.echo(_("No obligation changes by it."))
        return
    rows = [
        (
            change.delegation,
            change.duty_zh if language() == "zh" else change.duty_en,
            change.due_on or "",
            change.met_on or "",
            obligation_status_label(change.before),
            obligation_status_label(change.status, late=change.late),
        )
        for change in done.obligations[:_MAX_SHOWN]
    ]
    heads = (
        _("Delegation"),
        _("Duty"),
        _("Due on"),
        _("Done on"),
        _("Status before"),
        _("Status now"),
    )
    click.echo(_("Obligations that change: {n:,}").format(n=len(done.obligations)))
    click.echo("\n" + table(rows, heads, width=terminal_width()).rstrip("\n"))
    if len(done.obligations) > _MAX_SHOWN:
        click.echo(_("… and {n:,} more").format(n=len(done.obligations) - _MAX_SHOWN))


def _tell_agreements(done: Recorded) -> None:
    from registry.report.terminal import table

    shown = done.agreements[:_MAX_SHOWN]
    rows = [(change.delegation, change.before, change.status) for change in shown]
    click.echo("\n" + _("Agreements that change: {n:,}").format(n=len(done.agreements)))
    heads = (_("Delegation"), _("Status before"), _("Status now"))
    click.echo("\n" + table(rows, heads, width=terminal_width()).rstrip("\n"))
    if len(done.agreements) > _MAX_SHOWN:
        click.echo(_("… and {n:,} more").format(n=len(done.agreements) - _MAX_SHOWN))
