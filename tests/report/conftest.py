"""An audit to render: the demonstration as of 2021-06-30."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from registry import locale
from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.finding import Audit
from registry.audit.progress import ObligationCounts, Progress, RankedEntry, progress
from registry.audit.rule import load_rules
from registry.audit.rule_book import RuleBook
from registry.report.audit import RenderOptions
from registry.store.bodies import body_names
from registry.store.connection import connect


@pytest.fixture
def in_language() -> Callable[[locale.Language], None]:
    """Choose a language for this test."""
    return locale.use


@pytest.fixture(autouse=True)
def _english_again() -> object:
    yield
    locale.use("en")


@pytest.fixture(scope="session")
def audited(built: Path) -> tuple[Audit, dict[str, str]]:
    """The audit with every row, and the bodies' names."""
    conn = connect(built)
    try:
        audit = run_audit(conn, load_rules(), "2021-06-30", everything=True)
        return audit, body_names(conn)
    finally:
        conn.close()


@pytest.fixture
def findings_only(audited: tuple[Audit, dict[str, str]]) -> Audit:
    """The audit as it is without --all."""
    from dataclasses import replace

    audit, _bodies = audited
    return replace(audit, findings=audit.open_findings)


@pytest.fixture
def context(built: Path, audited: tuple[Audit, dict[str, str]]) -> Callable[..., RenderOptions]:
    """Make a context."""
    conn = connect(built)
    book = RuleBook(conn, registry_rules(conn))
    conn.close()

    def make(language: locale.Language = "en", **more: object) -> RenderOptions:
        locale.use(language)
        return RenderOptions(language, book, audited[1], **more)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def progressed(built: Path) -> Progress:
    """The progress of the demonstration."""
    conn = connect(built)
    try:
        return progress(conn, "2021-06-30")
    finally:
        conn.close()


@pytest.fixture
def plain(progressed: Progress) -> Progress:
    """The same, as if every row were official."""
    return replace(progressed, demonstrates=False, reconstructs=False)


@pytest.fixture
def nothing(progressed: Progress) -> Progress:
    """Nothing owed."""
    empty: list[RankedEntry] = []
    return replace(
        progressed, overall=ObligationCounts(*[0] * 6), zones=empty, departments=empty, duties=empty
    )
