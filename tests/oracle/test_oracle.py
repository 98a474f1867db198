"""The audit engine against the oracle: the shipped data, and random ledgers."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.rule import load_rules
from registry.intake.dataset import open_data_root
from registry.model.vocabulary import PROVENANCES
from registry.store.build import build
from registry.store.connection import connect
from tests.conftest import amount
from tests.oracle.oracle import GENERAL, expected
from tests.oracle.random_ledger import Case, cases

RULES = load_rules()
SHARDS = 4
NOT_COVERED = {"WVR001", "WVR002", "HIS001", "HIS002", "LAW006"}
"""Rules on waivers, which stand in another file, and on the log and on lists of licences, which no
data root has; rules on files of the platform have an oracle of their own (cases)."""
OF_FILES = ("CSE", "PER", "EVL")


def engine_says(db: Path, as_of: str) -> dict[str, dict[str, set[str]]]:
    """Rule code -> subject id -> its statuses: one, unless the engine contradicts itself.

    Identical rows of the ledger share a subject id, and must share its status.
    """
    with closing(connect(db)) as conn:
        audit = run_audit(conn, RULES, as_of, everything=True)
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for finding in audit.findings:
        duty = f" {finding.duty}" if finding.code in GENERAL else ""
        said[finding.code][finding.subject_id + duty].add(finding.status)
    return said


def disagreements(db: Path, root: Path, as_of: str) -> list[str]:
    """Say where the engine and the oracle differ, one line a subject."""
    oracle, engine = expected(root, as_of), engine_says(db, as_of)
    with closing(connect(db)) as conn:
        codes = {
            rule.code for rule in registry_rules(conn) if not rule.code.startswith(OF_FILES)
        } - NOT_COVERED
    lines = [f"{code}: no rule or no oracle" for code in sorted(codes ^ set(oracle))]
    for code, answers in sorted(oracle.items()):
        for subject in sorted({*answers, *engine[code]}):
            should, got = {answers[subject]} if subject in answers else set(), engine[code][subject]
            if should != got:
                lines.append(f"{code} {subject} on {as_of}: oracle {should}, engine {got}")
    return lines


def build_from(root: Path, db: Path, as_of: str) -> None:
    """Build `db` from a data root, with all provenances, standing on a day."""
    now = datetime.fromisoformat(f"{as_of}T09:00:00")
    build(db, open_data_root(root), accepted=PROVENANCES, now=now)


@pytest.mark.parametrize("as_of", ["2021-05-28", "2021-05-29", "2021-06-30", "2021-12-31"])
def test_engine_and_oracle_agree_on_the_shipped_data(
    built: Path, data_root: Path, as_of: str
) -> None:
    assert disagreements(built, data_root, as_of) == []


# In shards, so that several workers share them; without shrinking: the cases are small, and
# shrinking one takes five minutes.
@pytest.mark.parametrize("shard", range(SHARDS))
@settings(
    max_examples=amount(12, 24, 200) // SHARDS,
    database=None,
    phases=[Phase.generate],
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(case=cases())
def test_engine_and_oracle_agree_on_random_ledgers(shard: int, case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, db = Path(folder) / "data", Path(folder) / "registry.db"
        case.write(root)
        build_from(root, db, case.as_of)
        assert disagreements(db, root, case.as_of) == []
