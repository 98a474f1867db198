"""What `registry audit --data` does: many registries, as they were exported, on a cluster."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from registry.cli import base
from registry.cli.output import shows_colour, terminal_width, write_text
from registry.locale import N_, _, language

if TYPE_CHECKING:
    from registry.audit.rule import Rule
    from registry.report.audit.together import Part

NOT_APPLIED: Final = N_(
    "{code} was not evaluated: no instrument has a clause or law that it rests on."
)
TAKEN: Final = (
    *("exports", "as_of", "select", "ignore", "form", "bom", "output", "own_rules"),
    *("config_file", "everything"),
)
"""Parameters of the command that `run` takes."""


def run(
    exports: tuple[Path, ...],
    as_of: str | None,
    select: str | None,
    ignore: str | None,
    form: str,
    bom: bool,
    output: Path | None,
    own_rules: Path | None,
    config_file: Path | None,
    everything: bool,
    remote: str | None,
) -> list[Part]:
    """Audit, and write the report. Raises ExportError, ClusterFailure, NoExtra and RuleFailure."""
    from registry.cluster.extra import require

    require("pyarrow", "sqlglot", "pyspark.sql", *(() if remote else ("pysail.spark",)))
    from registry.audit.rule import select_rules
    from registry.cli import office_config
    from registry.cluster.reading import find_exports
    from registry.cluster.sessions import session
    from registry.cluster.together import audit_together, prepare
    from registry.report.audit import RenderOptions
    from registry.report.audit.together import Part, render

    config = office_config.load_config(config_file)
    day = base.today_or(as_of)
    selection = _Selection(select), _Selection(ignore)

    def rules_of(conn: sqlite3.Connection) -> list[Rule]:
        """The rules of one registry that were asked for."""
        known = office_config.configured_rules(conn, config, own_rules)
        chosen, left_out = (one.among(known) for one in selection)
        return select_rules(known, chosen, left_out) if chosen != "" else []

    registries = prepare(find_exports(exports), rules_of)
    for one in selection:
        one.refuse_unknown()
    os.environ.setdefault("RUST_LOG", "error")  # Sail tells of its sessions otherwise
    with session(remote) as (connected, work):
        audits = list(
            audit_together(
                *(connected, work, registries, day), config=config, everything=everything
            )
        )
    parts = [
        Part(
            one.registry,
            one.export.manifest.exported_at[:10],
            one.export.manifest.model_dump(include={"schema_version", "exported_at", "checkpoint"}),
            one.audit,
            RenderOptions(
                language(),
                one.rules,
                one.bodies,
                width=terminal_width(),
                everything=everything,
                bom=bom,
                colour=output is None and shows_colour(),
            ),
        )
        for one in audits
    ]
    not_applied = set.intersection(*(set(part.audit.not_applied) for part in parts))
    for code in sorted(not_applied):
        if code.startswith("X-"):
            click.echo(_("Note: {note}").format(note=_(NOT_APPLIED).format(code=code)), err=True)
    write_text(render(form, day, parts), output)
    return parts


class _Selection:
    """Words that select rules, of which a registry need not know every one."""

    def __init__(self, words: str | None) -> None:
        self._words = None if words is None else [w for w in words.replace(" ", "").split(",") if w]
        self._known: set[str] = set()

    def among(self, rules: list[Rule]) -> str | None:
        """The words that these rules know; None where there are none at all."""
        from registry.audit.rule import UnknownRule, select_rules

        if self._words is None:
            return None
        known = []
        for word in self._words:
            with suppress(UnknownRule):
                select_rules(rules, word, None)
                known.append(word)
        self._known.update(known)
        return ",".join(known)

    def refuse_unknown(self) -> None:
        """Raise UnknownRule for a word that no registry knows."""
        from registry.audit.rule import UnknownRule

        for word in self._words or ():
            if word not in self._known:
                raise UnknownRule(word)
