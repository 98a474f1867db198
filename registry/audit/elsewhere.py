"""Evaluates rules by an engine that is not the registry's own file: see module `portable`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from registry.audit.evaluation import Counts, Evaluation, Row, unknown_status
from registry.audit.portable import WHERE_IT_APPLIES, Engine
from registry.audit.rule import Rule
from registry.model.vocabulary import STATUSES
from registry.store.views import table_of


class Elsewhere(Evaluation):
    """The rules of one audit, whose SELECTs `engine` answers."""

    def __init__(self, engine: Engine, *settings: Any) -> None:
        super().__init__(*settings)
        self._engine = engine

    def has_subjects(self, rule: Rule) -> bool:
        """Whether there can be any row of which the rule's subjects are."""
        if not self._engine.holds_all:
            return super().has_subjects(rule)
        return rule.header.each is None or self._engine.has_rows(table_of(rule.header.each))

    def applies(self, rule: Rule, instruments: tuple[str, ...]) -> str:
        """The condition on rows' instruments, in the same words for every registry."""
        return "" if rule.header.check else WHERE_IT_APPLIES

    def select(self, sql: str) -> Iterable[Row]:
        """The rows of a SELECT, by column."""
        columns, rows = self._engine.select(sql, self._parameters)
        return (dict(zip(columns, row, strict=True)) for row in rows)

    def columns(self, sql: str) -> list[str]:
        """The names of the columns that a SELECT gives."""
        sql = f"SELECT * FROM (\n{sql}\n) WHERE 0 = 1"
        return list(self._engine.select(sql, self._parameters)[0])

    def count(self, rule: Rule, rows: str) -> Counts:
        """Subjects by status."""
        counts: Counts = dict.fromkeys(STATUSES, 0)
        for row in self.select(f"SELECT status, count(*) AS number {rows} GROUP BY status"):
            if row["status"] not in counts:
                raise unknown_status(rule, row["status"])
            counts[row["status"]] = row["number"]
        return counts
