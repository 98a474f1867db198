"""`registry rules`: what is checked, and on what ground."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.output import terminal_width
from registry.locale import N_, _, language, list_separator

if TYPE_CHECKING:
    from registry.audit.rule import Rule


@base.command(
    "rules",
    N_("List the rules, or explain one.\n\nCODE is a code, a prefix of codes, or a rule's name."),
)
@click.argument("code", required=False)
@base.option(
    "--by",
    type=click.Choice(["clause"]),
    help=N_("Each clause with its rules, or why it has none."),
)
def command(code: str | None, by: str | None) -> None:
    """Print a table of rules; for a single one, all that its file says."""
    from registry.audit.rule import load_rules, select_rules
    from registry.locale.labels import severity_label
    from registry.report.terminal import table

    rules = select_rules(load_rules(), code, None)
    if by:
        for text in _by_clause(rules):
            click.echo(text, nl=False)
        return
    if code and len(rules) == 1:
        click.echo(_explanation(rules[0]), nl=False)
        return
    rows = [
        (
            rule.code,
            rule.header.name,
            getattr(rule.header.title, language()),
            severity_label(rule.header.severity),
            list_separator().join(rule.header.clauses),
        )
        for rule in rules
    ]
    heads = (_("Code"), _("Rule"), _("Title"), _("Severity"), _("Clauses"))
    click.echo(table(rows, heads, width=terminal_width()), nl=False)


def _by_clause(rules: list[Rule]) -> Iterator[str]:
    """A table for each instrument of the data folder."""
    from registry.audit.coverage import coverage
    from registry.cli.data_paths import data_root
    from registry.intake.instrument import read_instrument
    from registry.intake.textfile import examine
    from registry.report.terminal import table

    for path in sorted(data_root()[0].glob("*/instrument.yml")):
        instrument = read_instrument(examine(path))
        rows = []
        for clause in coverage(instrument, rules):
            by = list_separator().join(clause.rules)
            if clause.at_intake:
                by = _("enforced at intake")
            elif clause.reason:
                by = _("not checkable: {reason}").format(reason=getattr(clause.reason, language()))
            text = getattr(clause.text, language())
            rows.append((clause.clause, clause.heading, text, by or _("nothing")))
        heads = (_("Clause"), _("Section"), _("Text"), _("Checked by"))
        yield f"{instrument.number}\n" + table(rows, heads, width=terminal_width())


def _explanation(rule: Rule) -> str:
    from registry.audit.law import LAW
    from registry.locale.labels import rule_body_label, severity_label
    from registry.report.terminal import indent, wrap

    header, width = rule.header, terminal_width()
    cited = [f"{c} {LAW[c]}" if c in LAW else c for c in header.clauses]
    owed_by = list_separator().join(rule_body_label(body) for body in header.owed_by)
    lines = (
        f"{rule.code} {header.name}: {getattr(header.title, language())}",
        _("Severity: {severity}").format(severity=severity_label(header.severity)),
        _("Clauses: {clauses}").format(clauses=list_separator().join(cited)),
        _("Owed by: {bodies}").format(bodies=owed_by),
        _("Remedy: {remedy}").format(remedy=getattr(header.remedy, language())),
        _("Since version: {since}").format(since=header.since),
        _("The SELECT gives a row for every subject examined:"),
    )
    return "\n".join(wrap(line, width) for line in lines) + "\n\n" + indent(rule.sql, 2) + "\n"
