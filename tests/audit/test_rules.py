"""Every rule: a case in which it alarms, and one in which it does not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.audit.conftest import Ledger
from tests.audit.test_rule import shipped_rules
from tests.conftest import ROOT

DUE, AFTER = "2021-05-28", "2021-05-29"

# code → (duty, subjects examined, one subject)
MISSING = {
    "AGR001": ("agreement", 28, "1-08-etdz"),
    "SEA001": ("seal", 28, "1-08-etdz"),
    "PLT001": ("platform-access", 30, "1-15-hidz"),
    "PUB001": ("portal-notice", 58, "1-29-etdz"),
    "PUB002": ("public-notice", 58, "1-29-etdz"),
    "SUP001": ("supervision-rules", 28, "1-08-hidz"),
    "HBK001": ("handbook", 58, "1-20-etdz"),
    "GDE001": ("service-guide", 58, "1-20-etdz"),
    "PWL001": ("powers-list", 3646, "2-0001-etdz"),
    "PWL003": ("powers-list-removal", 48, "3-05-hidz"),
    "SYS001": ("system-update", 58, "1-29-hidz"),
    "SYS003": ("system-removal", 48, "3-24-etdz"),
}
LATE = {
    "AGR002": ("agreement", "1-08-etdz"),
    "SUP002": ("supervision-rules", "1-08-etdz"),
    "HBK002": ("handbook", "1-08-etdz"),
    "GDE002": ("service-guide", "1-08-etdz"),
    "PWL002": ("powers-list", "2-0001-etdz"),
    "SYS002": ("system-update", "1-08-etdz"),
}


def meet(ledger: Ledger, duty: str, delegation: str, on: str) -> None:
    """Meet a duty: 市水利局 is responsible for the entrusted item that the tables above use."""
    if duty == "agreement":
        item, _dash, zone = delegation.rpartition("-")
        ledger.agree(f"示例{on}", "slj", zone, [item], on)
    else:
        ledger.prove(duty, delegation, on)


@pytest.mark.parametrize("code", MISSING)
def test_missing_is_pending_on_the_due_date_and_an_alarm_after_it(
    ledger: Ledger, code: str
) -> None:
    duty, examined, subject = MISSING[code]
    meet(ledger, duty, subject, "2021-05-20")
    before = ledger.statuses(code, "2021-05-19")
    on, after = ledger.statuses(code, DUE), ledger.statuses(code, AFTER)
    assert len(before) == len(on) == len(after) == examined
    assert set(before.values()) == {"pending"}
    assert on.pop(subject) == after.pop(subject) == "ok"
    assert set(on.values()) == {"pending"}
    assert set(after.values()) == {"alarm"}


@pytest.mark.parametrize("code", MISSING)
def test_missing_tells_the_due_date_and_how_long_it_is_past(ledger: Ledger, code: str) -> None:
    audit = ledger.audit("2021-06-01", code)
    assert {(f.due_on, f.days_overdue, f.working_days_overdue) for f in audit.findings} == {
        (DUE, 4, 2)
    }


@pytest.mark.parametrize("code", LATE)
def test_late_examines_only_what_was_met(ledger: Ledger, code: str) -> None:
    duty, subject = LATE[code]
    assert ledger.statuses(code, "2021-12-31") == {}
    meet(ledger, duty, subject, "2021-06-01")
    assert ledger.statuses(code, "2021-05-31") == {}
    assert ledger.statuses(code, "2021-12-31") == {subject: "alarm"}
    (finding,) = ledger.audit("2021-12-31", code).findings
    assert (finding.days_overdue, finding.working_days_overdue) == (4, 2)
    assert finding.severity == "info"
    meet(ledger, duty, subject, DUE)
    assert ledger.statuses(code, "2021-12-31") == {subject: "ok"}


def test_agreement_by_the_wrong_party_does_not_count(ledger: Ledger) -> None:
    ledger.agree("示例1", "fgw", "etdz", ["1-08"], "2021-05-10")
    assert ledger.statuses("AGR001", AFTER)["1-08-etdz"] == "alarm"
    ledger.agree("示例2", "slj", "hidz", ["1-08"], "2021-05-10")
    found = ledger.statuses("AGR001", AFTER)
    assert (found["1-08-etdz"], found["1-08-hidz"]) == ("alarm", "ok")


# code → (subject, change that makes it alarm, its status after that, as-of)
CHANGES: dict[str, tuple[str, str, str]] = {
    "CAT001": ("annex:2", "UPDATE item SET counts_in_total = 0 WHERE id = '2-0007'", "alarm"),
    "CAT002": (
        "2-0007",
        "UPDATE item SET name_key = (SELECT name_key FROM item WHERE id = '2-0008')"
        " WHERE id = '2-0007'",
        "alarm",
    ),
    "CAT003": (
        "3-05",
        "UPDATE item SET name_key = (SELECT name_key FROM item WHERE id = '3-05')"
        " WHERE id = '2-0008'",
        "alarm",
    ),
    "CAT004": (
        "1-08",
        "UPDATE item SET name_key = (SELECT name_key FROM item WHERE id = '1-08')"
        " WHERE id = '2-0008'",
        "alarm",
    ),
    "CAT005": ("1-08", "UPDATE item SET remark = NULL WHERE id = '1-08'", "alarm"),
    "CAT006": ("2-0007", "UPDATE item SET article = NULL WHERE id = '2-0007'", "alarm"),
    "CAT007": (
        "2-0007",
        "DELETE FROM item_department WHERE item = (SELECT no FROM item WHERE id = '2-0007')",
        "alarm",
    ),
    "CAT009": ("2-0007", "UPDATE item SET scope = '部分' WHERE id = '2-0007'", "alarm"),
    "LAW001": (
        "1-08",
        "UPDATE item SET power_type = '行政强制', name = '查封、扣押设施' WHERE id = '1-08'",
        "alarm",
    ),
}


@pytest.mark.parametrize("code", CHANGES)
def test_rule_on_the_lists_alarms_for_what_was_changed_and_nothing_else(
    ledger: Ledger, code: str
) -> None:
    subject, change, status = CHANGES[code]
    before = ledger.statuses(code, AFTER)
    assert before[subject] == "ok"
    assert set(before.values()) <= {"ok", "skip"}
    ledger.sql(change)
    after = ledger.statuses(code, AFTER)
    changed = {key for key in after if after[key] != before[key]}
    assert after[subject] == status
    assert changed == ({subject, "2-0008"} if code == "CAT002" else {subject})


def test_cat001_counts_against_the_stated_total(ledger: Ledger) -> None:
    ledger.sql("UPDATE item SET counts_in_total = 0 WHERE id = '2-0007'")
    (finding,) = ledger.audit(AFTER, "CAT001").findings
    assert finding.message.zh == "附件2“原直接实施的事项清单”录入1793项，文件载明1794项。"
    assert ledger.statuses("CAT001", AFTER)["annex:3"] == "skip"


@pytest.mark.parametrize("code", ["CAT002", "CAT003", "CAT004"])
def test_same_name_in_different_zones_is_no_double(ledger: Ledger, code: str) -> None:
    subject, change, _status = CHANGES[code]
    ledger.sql(change)
    ledger.sql(
        "DELETE FROM delegation WHERE zone = 1 AND item = (SELECT no FROM item WHERE id = ?)",
        subject,
    )
    ledger.sql(
        "DELETE FROM delegation"
        " WHERE zone = 2 AND item IN (SELECT no FROM item WHERE id = '2-0008')"
    )
    assert ledger.statuses(code, AFTER)[subject] == "ok"


def test_cat005_and_cat009_leave_an_unknown_scope_to_a_person(ledger: Ledger) -> None:
    ledger.sql("UPDATE item SET scope = NULL WHERE id IN ('1-08', '2-0007')")
    assert ledger.statuses("CAT005", AFTER)["1-08"] == "manual"
    assert ledger.statuses("CAT009", AFTER)["2-0007"] == "manual"
    assert "1-03" not in ledger.statuses("CAT005", AFTER)


def test_cat008_alarms_once_an_annex_until_every_row_is_official(ledger: Ledger) -> None:
    assert set(ledger.statuses("CAT008", AFTER).items()) == {
        (f"annex:{n}", "alarm") for n in (1, 2, 3)
    }
    ledger.sql("UPDATE item SET provenance = 'official' WHERE annex = 1")
    assert ledger.statuses("CAT008", AFTER)["annex:1"] == "ok"


def test_cat008_alarms_while_an_official_list_leaves_something_open(ledger: Ledger) -> None:
    ledger.sql("UPDATE item SET provenance = 'official'")
    ledger.sql(
        "INSERT INTO item_unofficial_field SELECT no, 4, 'scope' FROM item WHERE id = '1-08'"
    )
    statuses = ledger.statuses("CAT008", AFTER)
    assert statuses == {"annex:1": "alarm", "annex:2": "ok", "annex:3": "ok"}


def test_cat009_leaves_a_scope_that_was_only_read_to_a_person(ledger: Ledger) -> None:
    ledger.sql("UPDATE item SET scope = '部分', scope_basis = 'reading' WHERE id = '2-0007'")
    assert ledger.statuses("CAT009", AFTER)["2-0007"] == "manual"


def test_cat010_needs_a_recorded_reform_mode(ledger: Ledger) -> None:
    assert set(ledger.statuses("CAT010", AFTER).values()) == {"skip"}
    ledger.sql("UPDATE item SET reform_mode = mode WHERE id = '1-08'")
    ledger.sql("UPDATE item SET reform_mode = '委托收件' WHERE id = '1-09'")
    found = ledger.statuses("CAT010", AFTER)
    assert (found["1-08"], found["1-09"], found["1-10"]) == ("ok", "alarm", "skip")


def test_law001_leaves_other_compulsory_powers_to_a_person(ledger: Ledger) -> None:
    ledger.sql("UPDATE item SET power_type = '行政强制', name = '代履行' WHERE id = '1-08'")
    ledger.sql("UPDATE item SET power_type = '行政强制', name = '查封场所' WHERE id = '1-15'")
    found = ledger.statuses("LAW001", AFTER)
    assert found["1-08"] == "manual"
    assert "1-15" not in found, "only what is entrusted is examined"


@pytest.mark.parametrize(
    ("level", "status"), [(None, "manual"), ("市级", "alarm"), ("省级", "alarm"), ("县级", "skip")]
)
def test_law002_asks_the_level_only_of_what_is_not_entrusted(
    ledger: Ledger, level: str | None, status: str
) -> None:
    ledger.sql("UPDATE item SET legal_level = ? WHERE id IN ('1-08', '1-15')", level)
    found = ledger.statuses("LAW002", AFTER)
    assert (found["1-08"], found["1-15"]) == ("ok", status)


def test_law003_is_silent_before_the_law_and_asks_for_publication_after(ledger: Ledger) -> None:
    ledger.sql("UPDATE item SET power_type = '行政处罚' WHERE id IN ('1-08', '1-15')")
    ledger.prove("public-notice", "1-08-hidz", "2021-07-20")
    assert ledger.statuses("LAW003", "2021-07-14") == {"1-08-etdz": "skip", "1-08-hidz": "skip"}
    assert ledger.statuses("LAW003", "2021-07-15") == {"1-08-etdz": "alarm", "1-08-hidz": "alarm"}
    assert ledger.statuses("LAW003", "2021-07-20") == {"1-08-etdz": "alarm", "1-08-hidz": "ok"}


def test_law004_alarms_where_a_zone_granted(ledger: Ledger) -> None:
    ledger.agree("示例1", "slj", "etdz", ["1-08"], "2021-05-10")
    ledger.agree("示例2", None, "hidz", ["1-08"], "2021-05-11", grantor_zone="etdz")
    assert ledger.statuses("LAW004", "2021-05-10") == {"示例1": "ok"}
    assert ledger.statuses("LAW004", AFTER) == {"示例1": "ok", "示例2": "alarm"}
    (finding,) = ledger.audit(AFTER, "LAW004").findings
    assert finding.owed_by == ("etdz",)


def test_sup003_wants_an_answer_from_each_department_to_each_zone(ledger: Ledger) -> None:
    ledger.guide("etdz", "slj", "2021-04-25")
    ledger.guide("hidz", "slj", None)
    assert len(ledger.statuses("SUP003", DUE)) == 18
    assert ledger.statuses("SUP003", DUE)["hidz/slj"] == "pending"
    found = ledger.statuses("SUP003", AFTER)
    assert (found["etdz/slj"], found["hidz/slj"]) == ("ok", "alarm")


def test_cal001_tells_settled_provisional_and_uncovered_days(ledger: Ledger) -> None:
    assert set(ledger.statuses("CAL001", AFTER).values()) == {"ok"}
    assert ledger.statuses("CAL001", "2026-12-28")["as-of"] == "manual"
    assert ledger.statuses("CAL001", "2027-01-04")["as-of"] == "alarm"
    ledger.sql("UPDATE duty SET amount = 100000 WHERE id = 'seal'")
    assert ledger.statuses("CAL001", AFTER)["seal"] == "alarm"
    assert set(ledger.statuses("SEA001", AFTER).values()) == {"manual"}


def test_beyond_the_calendar_an_audit_runs_and_leaves_working_days_open(ledger: Ledger) -> None:
    finding = ledger.audit("2027-01-04", "SEA001").findings[0]
    assert finding.days_overdue == 2047
    assert finding.working_days_overdue is None
    assert "个工作日" not in finding.message.zh


@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.code)
def test_rule_has_both_cases_and_complete_messages(rule: object) -> None:
    from registry.audit.rule import Rule

    assert isinstance(rule, Rule)
    sources = (ROOT / "tests" / "audit").glob("test_*.py")
    assert any(rule.code in path.read_text(encoding="utf-8") for path in sources)
    fields: Callable[[str], set[str]] = lambda text: {  # noqa: E731
        name.removesuffix("_zh").removesuffix("_en") for name in re.findall(r"{(\w+)", text)
    }
    message = rule.header.message
    assert fields(message.zh) - fields(message.en) <= {
        "zone_name",
        "department_name",
        "annex_title",
    }
    assert fields(message.en) - fields(message.zh) == set()
