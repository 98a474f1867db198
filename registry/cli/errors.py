"""Errors -> what a user reads, on stderr. Imported only once something has gone wrong."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Iterator

import click

from registry.audit.engine import RuleFailure
from registry.audit.rule import RuleError, UnknownRule
from registry.audit.waivers import UnknownWaiver
from registry.intake.problems import InputError
from registry.locale import _, list_separator
from registry.store.bodies import UnknownBody
from registry.store.connection import StoreError
from registry.store.instrument import UnknownInstrument
from registry.workdays import CalendarError, UncoveredDay

_SHOWN = 20


def report(error: Exception) -> None:
    """Say what went wrong and how to mend it; for what nobody foresaw, with the traceback."""
    known = False
    for line in _lines(error):
        known = True
        click.echo(line, err=True)
    if not known:
        click.echo("".join(traceback.format_exception(error)), err=True)
        click.echo(_("Internal error; nothing was changed. Please report it."), err=True)


def _lines(error: Exception) -> Iterator[str]:
    prefix = _("Error: ")
    if isinstance(error, InputError):
        for problem in error.problems[:_SHOWN]:
            yield prefix + str(problem)
        more = len(error.problems) - _SHOWN + error.more
        if more > 0:
            yield _("… and {n:,} more problems of this kind of file.").format(n=more)
        yield _("Nothing was changed.")
    elif isinstance(error, StoreError):
        yield prefix + _store_error(error)
    elif isinstance(error, UncoveredDay):
        yield prefix + _(
            "{day} is outside the working-day calendar ({first}–{last}). Add the State Council's "
            "arrangement for the year as data/calendar/{year}.yml."
        ).format(day=error.day, first=error.first, last=error.last, year=error.day.year)
    elif isinstance(error, (CalendarError, RuleError)):
        yield prefix + str(error)
    elif isinstance(error, RuleFailure):
        yield prefix + _("rule {code}: {what}").format(code=error.code, what=error.what)
    elif isinstance(error, UnknownRule):
        yield prefix + _("no rule is called {word}; `registry rules` lists them.").format(
            word=error.args[0]
        )
    elif isinstance(error, UnknownWaiver):
        unknown = {
            "rule": _("{path}: the waiver {id} names a rule that there is not."),
            "subject": _("{path}: the waiver {id} names a subject that there is not."),
        }[error.what]
        yield prefix + unknown.format(path=error.path, id=error.waiver.id)
    elif isinstance(error, UnknownBody):
        unknown = {
            "zone": _("no zone is called {name}. Known are: {known}."),
            "department": _("no department is called {name}. Known are: {known}."),
        }[error.kind]
        known = list_separator().join(f"{short} ({id_})" for id_, short in error.known)
        yield prefix + unknown.format(name=error.name, known=known)
    elif isinstance(error, UnknownInstrument):
        yield prefix + _unknown_instrument(error)
    elif isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        yield prefix + _("the file is in use by another command; try again when it has ended.")
    elif isinstance(error, (sqlite3.DatabaseError, OSError)):
        yield prefix + str(error)
    else:
        yield from _occupied(error, prefix)


def _unknown_instrument(error: UnknownInstrument) -> str:
    text = _("no instrument is called {id}. Known are: {known}.")
    if error.id is None:
        text = _("there are several instruments; name one with --instrument: {known}.")
    return text.format(id=error.id, known=list_separator().join(error.known))


def _occupied(error: Exception, prefix: str) -> Iterator[str]:
    if type(error).__name__ != "Occupied":
        return
    from registry.store.build import Occupied

    assert isinstance(error, Occupied)
    yield prefix + _(
        "{path} holds {runs} stored audits, {annexes} loaded annexes and {ledgers} imported "
        "ledgers, which a build would lose. With --fresh it is set aside under a dated name first."
    ).format(path=error.path, runs=error.runs, annexes=error.annexes, ledgers=error.ledgers)


def _store_error(error: StoreError) -> str:
    texts = {
        "missing": _("there is no file {path}. `registry build` makes it."),
        "unreadable": _("{path} can't be opened: {detail}. Check the folder and its rights."),
        "foreign": _("{path} is not a registry's working file. Name another with --db."),
        "newer": _("{path} was made by a later version ({detail}). Update this program."),
        "busy": _("{path} is in use by another command; try again when it has ended."),
        "damaged": _("the new file does not pass its checks: {detail}. The old one stays."),
    }
    return texts[error.reason].format(path=error.path, detail=error.detail)
