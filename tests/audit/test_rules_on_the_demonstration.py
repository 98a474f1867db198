"""Rules that look at the ledger as such: each alarms, and doesn't, on the demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.audit.engine import run_audit
from registry.audit.finding import Audit
from registry.audit.rule import load_rules
from registry.model.config import Config, Thresholds
from registry.store.connection import connect
from tests.audit.test_rule import shipped_rules

DAYS = ("2021-06-30", "2021-12-31")

# code → a subject found fault with, on which of the two days, and one that is in order
CASES = {
    "AGR003": ("示例〔2021〕002号", 0, "示例〔2021〕001号"),
    "AGR004": ("示例〔2021〕004号", 0, "示例〔2021〕001号"),
    "AGR005": ("1-09-etdz", 1, "1-08-etdz"),
    "AGR006": ("示例〔2021〕005号/1-16", 0, "示例〔2021〕001号/1-01"),
    "AGR007": ("示例〔2021〕012号/1-05", 0, "示例〔2021〕001号/1-01"),
    "AGR008": ("示例〔2021〕016号", 1, "示例〔2021〕001号"),
    "REQ001": ("etdz/yjj/服务指南/2021-05-18", 0, None),
    "REQ002": ("hidz", 0, "etdz"),
    "SVC001": (None, 0, None),
    "EVD001": (None, 0, None),
    "EVD002": ("示例〔2021〕007号", 0, "示例〔2021〕001号"),
}


@pytest.fixture(scope="module")
def audits(built: Path) -> list[Audit]:
    found = []
    for day in DAYS:
        conn = connect(built)
        found.append(run_audit(conn, load_rules(), day, everything=True))
        conn.close()
    return found


@pytest.mark.parametrize("code", CASES)
def test_rule_finds_fault_with_one_subject_and_not_with_another(
    audits: list[Audit], code: str
) -> None:
    faulty, day, sound = CASES[code]
    statuses = {f.subject_id: f.status for f in audits[day].findings if f.code == code}
    assert {"ok"} < set(statuses.values())
    assert set(statuses.values()) & {"alarm", "manual"}
    if faulty:
        assert statuses[faulty] == "alarm"
    if sound:
        assert statuses[sound] == "ok"


def test_every_ledger_rule_has_both_cases_on_one_of_the_days(audits: list[Audit]) -> None:
    without = {
        *("AGR009", "AGR010", "CAL001", "LAW003", "LAW004", "WVR001", "WVR002"),
        *("HIS001", "HIS002"),  # the demonstration comes with the build: no log is of its days
        # in it nothing derives from another delegation, and no instrument or body changes
        *("CHN001", "CHN002", "CHN003", "CHN004", "CHN005", "CHN006"),
        *("INS001", "INS002", "INS003", "BOD001", "BOD002"),
        *(f"CSE{n:03}" for n in range(1, 13)),  # its cases are of later days
        # no file of permissions and no list of licences comes with it
        *(f"PER{n:03}" for n in range(1, 8)),
        "LAW006",
        *(f"EVL{n:03}" for n in range(1, 5)),
    }
    for rule in shipped_rules():
        if rule.code.startswith(("CAT", "LAW001", "LAW002")) or rule.code in without:
            continue
        for status in ("ok", "found"):
            wanted = {"ok"} if status == "ok" else {"alarm", "manual"}
            seen = [f for a in audits for f in a.findings if f.code == rule.code]
            assert any(f.status in wanted for f in seen), (rule.code, status)


def test_the_requests_of_a_zone_mend_what_it_owed(audits: list[Audit]) -> None:
    statuses = [{f.subject_id: f.status for f in a.findings if f.code == "REQ002"} for a in audits]
    assert [found["hidz"] for found in statuses] == ["alarm", "ok"]


@pytest.mark.parametrize(("days", "status"), [(10, "ok"), (16, "alarm"), (15, "alarm"), (14, "ok")])
def test_how_soon_an_agreement_counts_as_expiring_is_configured(
    built: Path, days: int, status: str
) -> None:
    config = Config(thresholds=Thresholds(agreement_expiring_days=days))
    conn = connect(built)
    rules = [rule for rule in load_rules() if rule.code == "AGR005"]
    audit = run_audit(conn, rules, "2021-11-30", everything=True, config=config)
    conn.close()
    assert {f.subject_id: f.status for f in audit.findings}["1-09-etdz"] == status


def test_how_long_an_answer_may_take_is_configured(built: Path) -> None:
    config = Config(thresholds=Thresholds(guidance_answer_days=60))
    conn = connect(built)
    rules = [rule for rule in load_rules() if rule.code == "REQ001"]
    audit = run_audit(conn, rules, "2021-06-30", everything=True, config=config)
    conn.close()
    found = {f.subject_id: f.status for f in audit.findings}
    assert found["etdz/yjj/服务指南/2021-05-18"] == "pending"
