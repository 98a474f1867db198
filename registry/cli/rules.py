"""`registry rules`: what is checked, and on what ground."""

from __future__ import annotations

import click

from registry.cli import base
from registry.cli.output import terminal_width
from registry.locale import N_, _, language, list_separator


@base.command(
    "rules",
    N_("List the rules, or explain one.\n\nCODE is a code, a prefix of codes, or a rule's name."),
)
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Print a table of rules; for a single one, all that its file says."""
    from registry.audit.rule import load_rules, select_rules
    from registry.report.terminal import table
    from registry.report.words import severity_word

    rules = select_rules(load_rules(), code, None)
    if code and len(rules) == 1:
        click.echo(_explanation(rules[0]), nl=False)
        return
    rows = [
        (
            rule.code,
            rule.header.name,
            getattr(rule.header.title, language()),
            severity_word(rule.header.severity),
            list_separator().join(rule.header.clauses),
        )
        for rule in rules
    ]
    heads = (_("Code"), _("Rule"), _("Title"), _("Severity"), _("Clauses"))
    click.echo(table(rows, heads, width=terminal_width()), nl=False)


def _explanation(rule: object) -> str:
    from registry.audit.law import LAW
    from registry.audit.rule import Rule
    from registry.report.terminal import indent, wrap
    from registry.report.words import severity_word

    assert isinstance(rule, Rule)
    header, width = rule.header, terminal_width()
    cited = [f"{c} {LAW[c]}" if c in LAW else c for c in header.clauses]
    bodies = {
        "department": _("the department"),
        "zone": _("the zone"),
        "office": _("the reform office"),
    }
    owed_by = list_separator().join(bodies[b] for b in header.owed_by)
    lines = (
        f"{rule.code} {header.name}: {getattr(header.title, language())}",
        _("Severity: {severity}").format(severity=severity_word(header.severity)),
        _("Clauses: {clauses}").format(clauses=list_separator().join(cited)),
        _("Owed by: {bodies}").format(bodies=owed_by),
        _("Remedy: {remedy}").format(remedy=getattr(header.remedy, language())),
        _("Since version: {since}").format(since=header.since),
        _("The SELECT gives a row for every subject examined:"),
    )
    return "\n".join(wrap(line, width) for line in lines) + "\n\n" + indent(rule.sql, 2) + "\n"
