"""The audit of many registries together."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.audit.engine import run_audit
from registry.audit.finding import Audit
from registry.audit.rule import Rule, texts_of
from registry.audit.rule_book import RuleBook
from registry.cluster.reading import Exported, SmallRegistries
from registry.cluster.spark import Cluster
from registry.model.config import Config
from registry.store.bodies import body_names


@dataclass(frozen=True)
class RegistryAudit:
    """The audit of one registry among several, with what reports of it look up."""

    registry: str
    export: Exported
    audit: Audit
    rules: RuleBook
    bodies: dict[str, str]


@dataclass(frozen=True)
class Prepared:
    """A registry that is to be audited: its export, what of it is at hand, and its rules."""

    export: Exported
    conn: sqlite3.Connection
    rules: list[Rule]
    book: RuleBook


def prepare(
    exports: Sequence[Exported], rules_of: Callable[[sqlite3.Connection], list[Rule]]
) -> list[Prepared]:
    """Read what findings look up. `rules_of`: the rules of a registry."""
    small = SmallRegistries()
    found = []
    for export in exports:
        conn = small.of(export)
        rules = rules_of(conn)
        found.append(Prepared(export, conn, rules, RuleBook(conn, rules)))
    return found


def audit_together(
    session: Any,
    work: Path | None,
    registries: Sequence[Prepared],
    as_of: str,
    *,
    config: Config,
    everything: bool = False,
) -> Iterator[RegistryAudit]:
    """Audit every registry as of a day, each as `run_audit` does, but all of them on the cluster.

    `session`, `work`: see `registry.cluster.sessions`. Raises RuleFailure and ClusterFailure.
    """
    cluster = Cluster(session, [one.export for one in registries], work)
    cluster.stand_on(
        as_of,
        {sql for one in registries for sql in texts_of(one.rules)},
        [
            (one.export.registry, code, instrument)
            for one in registries
            for code, instrument in one.book.where(one.rules)
        ],
        "all" if everything else "gaps",
    )
    for one in registries:
        audit = run_audit(
            one.conn,
            one.rules,
            as_of,
            everything=everything,
            config=config,
            waivers=one.export.manifest.waivers,
            rule_book=one.book,
            elsewhere=cluster.of(one.export, one.conn),
        )
        audit.provenance = one.export.manifest.provenance
        audit.shared_subjects = frozenset()
        names = body_names(one.conn, as_of)
        one.conn.close()
        yield RegistryAudit(one.export.registry, one.export, audit, one.book, names)
