"""Every value of a vocabulary has a label."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from registry.catalogue import selection as public
from registry.internal import selection as internal
from registry.locale import labels, use
from registry.locale.log_labels import logged_table_label
from registry.model import vocabulary
from registry.store.log.tables import NOT_LOGGED

VOCABULARIES = {
    "provenance": vocabulary.Provenance,
    "severity": vocabulary.Severity,
    "status": vocabulary.Status,
    "role": vocabulary.AnnexRole,
    "basis": vocabulary.Basis,
    "unit": vocabulary.DayUnit,
    "counted_from": vocabulary.CountedFrom,
}


@pytest.mark.parametrize("column", VOCABULARIES)
def test_a_column_of_codes_has_a_label_for_each(column: str) -> None:
    for value in get_args(VOCABULARIES[column]):
        assert labels.value_label(column, value)


@pytest.mark.parametrize("selections", [public.SELECTIONS, internal.SELECTIONS])
def test_every_table_that_is_published_has_a_label(selections: dict[str, str]) -> None:
    """`registry publish` tells how many rows each has, but for what says what the file is."""
    for table in selections.keys() - {"as_of"}:
        assert labels.table_label(table)


def test_every_logged_table_has_a_label_in_both_languages(bare: Path) -> None:
    """`registry log` tells of what kind the rows of a change are."""
    with closing(sqlite3.connect(bare)) as conn:
        triggered = conn.execute("SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type='trigger'")
        logged = {table for (table,) in triggered} - NOT_LOGGED
    assert {"act", "item", "platform_load"} <= logged
    try:
        for table in sorted(logged):
            use("en")
            english = logged_table_label(table)
            use("zh")
            chinese = logged_table_label(table)
            assert re.search("[\u4e00-\u9fff]", chinese), table
            assert english != chinese
    finally:
        use("en")


def test_what_is_no_code_has_no_label() -> None:
    assert labels.value_label("status", "聊城") is None
    assert labels.value_label("name", "ok") is None
    assert labels.value_label("n", 1) is None
    assert (labels.value_label("late", 1), labels.value_label("late", 0)) == ("yes", "no")


def test_who_may_owe_something() -> None:
    for kind in get_args(vocabulary.Body):
        assert labels.body_kind_label(kind)
        assert labels.rule_body_label(kind)
    assert labels.body_kind_label("sfj") is None


def test_what_findings_are_counted_as() -> None:
    for kind in vocabulary.SEVERITIES:
        assert labels.finding_kind_label(kind) == labels.severity_label(kind)
    assert labels.finding_kind_label("manual") == labels.status_label("manual")


def test_how_an_obligation_stands() -> None:
    for status in vocabulary.STATUSES:
        assert labels.obligation_status_label(status)
    assert labels.obligation_status_label("ok", late=True) == "done late"
    assert labels.obligation_status_label("alarm", late=True) == "overdue"
