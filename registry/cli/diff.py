"""`registry diff`: what changed between two stored audits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import format_option
from registry.cli.output import shows_colour, terminal_width, write_text
from registry.cli.registry_file import open_registry
from registry.locale import N_, _, language

if TYPE_CHECKING:
    from registry.audit.diff import Diff, StoredFinding
    from registry.store.references import References

_GROUPS = {
    "new": N_("New"),
    "resolved": N_("Resolved"),
    "changed": N_("Changed"),
    "newly_waived": N_("Newly waived"),
    "not_evaluated": N_("Not evaluated by one of the two"),
}

_COMPARED = ("status", "severity", "due_on")


@base.command(
    "diff",
    N_(
        "What changed between two stored audits, by default the last two.\n\nFindings are known "
        "again by their subject, never by wording or order."
    ),
)
@click.argument("runs", nargs=-1, type=int, metavar="[OLD NEW]")
@format_option("table", "json")
@click.pass_context
def command(ctx: click.Context, runs: tuple[int, ...], form: str) -> None:
    """Print the five groups."""
    from registry.audit.diff import diff, last_runs
    from registry.store.references import References

    if len(runs) not in (0, 2):
        raise click.UsageError(_("Name two runs, or none for the last two."))
    with open_registry(database(ctx)) as conn:
        old, new = runs or last_runs(conn)
        found = diff(conn, old, new)
        if form == "json":
            lines = [json.dumps(_document(found), ensure_ascii=False, indent=1) + "\n"]
        else:
            lines = _table(found, References(conn))
    write_text(lines, None)


def _document(found: Diff) -> dict[str, Any]:
    document: dict[str, Any] = {
        "schema": 1,
        "old": found.old,
        "new_run": found.new_run,
        "unchanged": found.unchanged,
    }
    for group in _GROUPS:
        findings = getattr(found, group)
        if group == "changed":
            document[group] = [
                {**_record(new), "was": {name: getattr(old, name) for name in _COMPARED}}
                for old, new in findings
            ]
        else:
            document[group] = [_record(finding) for finding in findings]
    return document


def _record(finding: StoredFinding) -> dict[str, Any]:
    record = finding._asdict()
    record["waived"] = bool(finding.waived)
    record["owed_by"] = list(finding.owed_by)
    record["message"] = getattr(finding.message, language())
    return record


def _table(found: Diff, references: References) -> list[str]:
    from registry.locale.labels import severity_label, status_label
    from registry.report.terminal import bold, indent, table

    title = _("From run {old} to run {new}: {unchanged:,} findings unchanged").format(
        old=found.old, new=found.new_run, unchanged=found.unchanged
    )
    lines = [bold(title, shows_colour()) + "\n"]
    for group, name in _GROUPS.items():
        findings = getattr(found, group)
        lines.append("\n" + bold(f"{_(name)}: {len(findings):,}", shows_colour()) + "\n")
        if not findings:
            continue
        rows: list[tuple[str, ...]]
        if group == "changed":
            rows = [
                (
                    new.code,
                    references.shown(new.instrument, new.subject_id),
                    f"{status_label(old.status)} → {status_label(new.status)}",
                )
                for old, new in findings
            ]
        else:
            rows = [
                (
                    *(f.code, references.shown(f.instrument, f.subject_id)),
                    *(severity_label(f.severity), getattr(f.message, language())),
                )
                for f in findings
            ]
        lines.append(indent(table(rows, width=terminal_width() - 2), 2))
    return lines
