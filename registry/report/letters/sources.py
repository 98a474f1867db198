"""What letters are written from besides findings."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from registry.audit.rule_book import RuleBook
from registry.model.config import PapersConfig
from registry.report.chinese_text import law_name
from registry.store.bodies import body_names, refuse_ambiguous_ids
from registry.store.laws import stored_laws
from registry.store.log.checkpoints import Head, log_head
from registry.store.notices import (
    ListedItem,
    Notice,
    certain_working_day,
    full_names,
    listed_items,
    notices,
    zone_ids,
)
from registry.store.views import standing_on


@dataclass(frozen=True, slots=True)
class Law:
    """An article: the law's name and the article as an office cites them, and what it says in
    short."""

    name: str
    article: str
    in_short: str
    whole: bool
    """Whether the article was read in whole, and not in an excerpt."""

    @property
    def citation(self) -> str:
        """《行政许可法》第二十四条."""
        return self.name + self.article


@dataclass(frozen=True, slots=True)
class Sources:
    """`names`, `full_names`: by a body's id, of the day; `items`: by (instrument, item).

    `log`: what the log of changes was then; `answer_on`: until when an answer is wanted, where that
    is set.
    """

    as_of: str
    rules: RuleBook
    notices: dict[str, Notice]
    names: dict[str, str]
    full_names: dict[str, str]
    zones: frozenset[str]
    items: dict[tuple[str, str], ListedItem]
    laws: dict[str, Law]
    log: Head
    papers: PapersConfig
    answer_on: str | None


def letter_sources(
    conn: sqlite3.Connection, rules: RuleBook, as_of: str, papers: PapersConfig | None = None
) -> Sources:
    """Read from a registry what letters of a day need. `papers`: what the office has set."""
    refuse_ambiguous_ids(conn)
    papers = papers or PapersConfig()
    with standing_on(conn, as_of):
        return Sources(
            as_of,
            rules,
            notices(conn),
            body_names(conn),
            full_names(conn),
            zone_ids(conn),
            listed_items(conn),
            {
                id_: Law(law_name(law.law), law.article, law.in_short.zh, law.status == "text")
                for id_, law in stored_laws(conn).items()
            },
            log_head(conn),
            papers,
            certain_working_day(conn, as_of, papers.answer_days) if papers.answer_days else None,
        )
