"""`registry diff`: what changed between two stored audits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import format_option, output_option
from registry.cli.output import shows_colour, terminal_width, write_text
from registry.cli.registry_file import open_registry
from registry.locale import N_, _, labelled, language, list_separator

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

_COMPARED = ("status", "severity", "due_on", "waived", "cases")


@base.command(
    "diff",
    N_(
        "What changed between two stored audits, by default the last one and the last before it of "
        "the same scope.\n\nFindings are known again by their subject, never by wording or order."
    ),
)
@click.argument("runs", nargs=-1, type=base.NUMBER, metavar="[OLD NEW]")
@format_option("table", "json")
@output_option(N_("Write to a file."))
@click.pass_context
def command(ctx: click.Context, runs: tuple[int, ...], form: str, output: Path | None) -> None:
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
    write_text(lines, output)


def _document(found: Diff) -> dict[str, Any]:
    document: dict[str, Any] = {
        "schema": 1,
        "old": found.old,
        "new_run": found.new_run,
        "same_scope": found.scopes[0] == found.scopes[1],
        "filters": [scope.filters for scope in found.scopes],
        "unchanged": found.unchanged,
    }
    for group in _GROUPS:
        findings = getattr(found, group)
        if group == "changed":
            document[group] = [
                {**_record(new), "was": {name: _record(old)[name] for name in _COMPARED}}
                for old, new in findings
            ]
        else:
            document[group] = [_record(finding) for finding in findings]
    return document


def _record(finding: StoredFinding) -> dict[str, Any]:
    record = finding._asdict()
    record["waived"] = bool(finding.waived)
    record["owed_by"], record["cases"] = list(finding.owed_by), list(finding.cases)
    record["message"] = getattr(finding.message, language())
    return record


def _table(found: Diff, references: References) -> list[str]:
    from registry.locale.labels import severity_label
    from registry.report.terminal import bold, indent, table, wrap

    title = _("From run {old} to run {new}: {unchanged:,} findings unchanged").format(
        old=found.old, new=found.new_run, unchanged=found.unchanged
    )
    lines = [bold(title, shows_colour()) + "\n"]
    if note := _scope_note(found):
        lines.append(wrap(note, terminal_width()) + "\n")
    for group, name in _GROUPS.items():
        findings = getattr(found, group)
        lines.append("\n" + bold(labelled(_(name), f"{len(findings):,}"), shows_colour()) + "\n")
        if not findings:
            continue
        rows: list[tuple[str, ...]]
        if group == "changed":
            rows = [
                (new.code, references.shown(new.instrument, new.subject_id), _changes(old, new))
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


def _scope_note(found: Diff) -> str:
    """In what the scopes of the two runs differ, as far as they do."""
    old, new = found.scopes
    if old.filters != new.filters:
        return _(
            "The two audits are of different scopes: run {old}: {old_scope}; run {new}: "
            "{new_scope}. What one of them left out stands under “Not evaluated”."
        ).format(
            old=found.old,
            old_scope=old.filters or _("everything"),
            new=found.new_run,
            new_scope=new.filters or _("everything"),
        )
    if old.codes != new.codes:
        return _("The two audits did not run the same rules; only one of them ran {codes}.").format(
            codes=list_separator().join(sorted(old.codes ^ new.codes))
        )
    return ""


def _changes(old: StoredFinding, new: StoredFinding) -> str:
    """Everything that changed of a finding, as it was and as it is."""
    from registry.locale.labels import severity_label, status_label

    pairs = (
        (status_label(old.status), status_label(new.status)),
        (severity_label(old.severity), severity_label(new.severity)),
        (old.due_on or _("no day"), new.due_on or _("no day")),
        *([(_cases(old), _cases(new))] if old.cases or new.cases else ()),
        *([(_("waived"), _("no longer waived"))] if old.waived > new.waived else ()),
        *([(_("not waived"), _("waived"))] if new.waived > old.waived else ()),
    )
    changed = [f"{before} → {after}" for before, after in pairs if before != after]
    if old.cases != new.cases and len(old.cases) == len(new.cases):
        changed.append(_("other cases: {numbers}").format(numbers=list_separator().join(new.cases)))
    return list_separator().join(changed)


def _cases(finding: StoredFinding) -> str:
    return _("cases: {n:,}").format(n=len(finding.cases))
