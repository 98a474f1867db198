"""Letters of the demonstration as of 2021-06-30."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.finding import Audit
from registry.audit.rule_book import RuleBook
from registry.model.config import PapersConfig
from registry.report.letters import Letter, Sources, letter_sources, letters
from registry.store.connection import connect

PAPERS = PapersConfig(
    sender="示例市改革办公室",
    contact="示例甲",
    telephone="0000-0000000",
    number="示改〔{year}〕{n}号",
    answer_days=10,
    copies_to=["示例市政府办公室"],
)
DAYS = ("2021-04-20", "2021-06-30", "2024-06-30")


class Made(NamedTuple):
    audit: Audit
    sources: Sources


def make(path: Path, day: str, papers: PapersConfig | None = None) -> Made:
    conn = connect(path)
    try:
        rules = registry_rules(conn)
        book = RuleBook(conn, rules)
        return Made(run_audit(conn, rules, day), letter_sources(conn, book, day, papers))
    finally:
        conn.close()


@pytest.fixture(scope="session")
def made(built: Path) -> Made:
    """The audit, and sources of an office that has set nothing."""
    return make(built, "2021-06-30")


@pytest.fixture(scope="session")
def sent(built: Path) -> Made:
    """The same, of an office that has set all."""
    return make(built, "2021-06-30", PAPERS)


@pytest.fixture(scope="session")
def on_days(built: Path) -> dict[str, Made]:
    """The same of several days."""
    return {day: make(built, day) for day in DAYS}


@pytest.fixture(scope="session")
def by_body(made: Made) -> dict[str, Letter]:
    """Letters by the body's id."""
    return {letter.body: letter for letter in letters(*made)}
