"""`registry rules`: what is checked, and on what ground."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base, office_config
from registry.cli.base import database
from registry.cli.options import config_option, own_rules_option
from registry.cli.output import shows_colour, terminal_width
from registry.locale import N_, _, labelled, language, list_separator

if TYPE_CHECKING:
    from registry.audit.rule import Rule
    from registry.model.instrument import Instrument
    from registry.model.law import Law


@dataclass(frozen=True)
class _Source:
    """Where rules come from: a registry, or a data folder."""

    rules: list[Rule]
    instruments: list[Instrument]
    laws: dict[str, Law]


@base.command(
    "rules",
    N_(
        "List the rules, or explain one.\n\nCODE is a code, a prefix of codes, or a rule's name. "
        "Duties and clauses are those of the registry, or of the data folder where there is no "
        "registry yet."
    ),
)
@click.argument("code", required=False)
@base.option(
    "--by",
    type=click.Choice(["clause"]),
    help=N_("Each clause with its rules, or why it has none."),
)
@own_rules_option(N_("Rules of your own; else the folder that registry.toml names."))
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    code: str | None,
    by: str | None,
    own_rules: Path | None,
    config_file: Path | None,
) -> None:
    """Print a table of rules; for a single one, all that it says."""
    from registry.audit.rule import select_rules
    from registry.locale.labels import severity_label
    from registry.report.terminal import table

    own = office_config.own_rules(office_config.load_config(config_file), own_rules)
    source = _source(database(ctx), own)
    rules = select_rules(source.rules, code, None)
    if by:
        for text in _by_clause(source, rules):
            click.echo(text, nl=False)
        return
    if code and len(rules) == 1:
        click.echo(_explanation(rules[0], source), nl=False)
        return
    rows = [
        (
            rule.code,
            rule.header.name,
            getattr(rule.header.title, language()),
            severity_label(rule.header.severity),
            list_separator().join(dict.fromkeys(_grounds(rule, source.instruments))),
        )
        for rule in rules
    ]
    heads = (_("Code"), _("Rule"), _("Title"), _("Severity"), _("Clauses"))
    click.echo(table(rows, heads, width=terminal_width()), nl=False)


def _source(path: Path, own: list[Rule]) -> _Source:
    """The registry, where there is one; else the data folder; and rules of one's own."""
    from registry.audit.coverage import instrument_rules
    from registry.audit.duty_rules import registry_rules
    from registry.audit.rule import load_rules
    from registry.cli.data_paths import data_root
    from registry.cli.registry_file import open_registry
    from registry.intake.instrument import read_instrument
    from registry.intake.law import LAW_FILE, read_laws
    from registry.intake.textfile import examine
    from registry.store.laws import stored_laws
    from registry.store.stored_instrument import stored_instruments

    if path.is_file():
        with open_registry(path) as conn:
            rules = _with_files([*registry_rules(conn), *own])
            return _Source(rules, stored_instruments(conn), stored_laws(conn))
    root = data_root()[0]
    law = root / LAW_FILE
    instruments = [read_instrument(examine(p)) for p in sorted(root.glob("*/instrument.yml"))]
    return _Source(
        _with_files([*instrument_rules(load_rules(), instruments), *own]),
        instruments,
        read_laws(examine(law)) if law.is_file() else {},
    )


def _with_files(rules: list[Rule]) -> list[Rule]:
    """The rules, and those files for duties whose code no duty has."""
    from registry.audit.rule import load_rules

    every = {rule.code: rule for rule in (*load_rules(), *rules)}
    return [every[code] for code in sorted(every)]


def _grounds(rule: Rule, instruments: list[Instrument]) -> Iterator[str]:
    """Ids of clauses and articles that a rule rests on, in any instrument."""
    for instrument in instruments:
        of_duties = {
            clause
            for duty in instrument.duties
            if (instrument.id, duty.id) in rule.duties
            for clause in duty.clauses
        }
        for clause in instrument.clauses:
            if clause.id in of_duties or rule.code in clause.rules:
                yield clause.id
    yield from rule.header.law


def _by_clause(source: _Source, rules: list[Rule]) -> Iterator[str]:
    """A tree for each instrument, and one for the articles outside."""
    from registry.audit.coverage import coverage, law_coverage
    from registry.report.clause_text import clause_tree

    shown = partial(clause_tree, rules=source.rules, width=terminal_width(), colour=shows_colour())
    for instrument in source.instruments:
        title = f"{instrument.number} {instrument.title}"
        yield from shown(title, coverage(instrument, rules))
    if source.laws:
        found = law_coverage(source.laws, rules)
        cited = _("no rule rests on it; it is kept for answers")
        yield from shown(_("Articles of laws"), found, uncovered=cited)


def _explanation(rule: Rule, source: _Source) -> str:
    from registry.locale.labels import rule_body_label, severity_label
    from registry.report.terminal import indent, wrap

    header, width = rule.header, terminal_width()
    owed_by = list_separator().join(rule_body_label(body) for body in header.owed_by)
    lines = [
        labelled(f"{rule.code} {header.name}", getattr(header.title, language())),
        _("Severity: {severity}").format(severity=severity_label(header.severity)),
        *_cited(rule, source),
        *_duties(rule, source),
        _("Owed by: {bodies}").format(bodies=owed_by),
        _("Remedy: {remedy}").format(remedy=getattr(header.remedy, language())),
        *([_("Since version: {since}").format(since=header.since)] if header.since else []),
        _("The SELECT gives a row for every subject examined:"),
    ]
    return "\n".join(wrap(line, width) for line in lines) + "\n\n" + indent(rule.listing, 2) + "\n"


def _cited(rule: Rule, source: _Source) -> Iterator[str]:
    """A line for each instrument with clauses that the rule rests on, and one for laws."""
    from registry.audit.rule_book import with_ids

    for instrument in source.instruments:
        headings = {clause.id: clause.heading for clause in instrument.clauses}
        found = dict.fromkeys(c for c in _grounds(rule, [instrument]) if c in headings)
        clauses = list_separator().join(with_ids(headings[c], [c]) for c in found)
        if clauses:
            text = _("Clauses of {number}: {clauses}")
            yield text.format(number=instrument.number, clauses=clauses)
    laws = [f"{source.laws[id_].citation}[{id_}]" for id_ in rule.header.law if id_ in source.laws]
    if laws:
        yield _("Law: {law}").format(law=list_separator().join(laws))
    if rule.header.general:
        yield _("It examines the records themselves, of every instrument.")


def _duties(rule: Rule, source: _Source) -> Iterator[str]:
    """A line with the duties that the rule checks; none where it checks none."""
    names = {
        (instrument.id, duty.id): getattr(duty.name, language())
        for instrument in source.instruments
        for duty in instrument.duties
    }
    found = dict.fromkeys(names[key] for key in rule.duties)
    if found:
        yield _("Duties: {duties}").format(duties=list_separator().join(found))
