"""Every value of a vocabulary has a label."""

from __future__ import annotations

from typing import get_args

import pytest

from registry.catalogue import selection as public
from registry.internal import selection as internal
from registry.locale import labels
from registry.model import vocabulary

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
