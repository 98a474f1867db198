"""LAW006: licences that no published list has."""

from __future__ import annotations

from registry.store.licences import Licence, load_licences
from tests.audit.conftest import Ledger

DAY = "2021-06-30"


def load(ledger: Ledger, source: str, *licences: Licence, from_on: str | None = None) -> None:
    load_licences(ledger.conn, source, licences, from_on=from_on, provenance="official")


def test_law006_asks_once_an_instrument_until_there_is_a_list(ledger: Ledger) -> None:
    (manual,) = ledger.audit(DAY, "LAW006").findings
    assert (manual.subject_type, manual.subject_id) == ("instrument", manual.instrument)
    assert (manual.status, manual.owed_by) == ("manual", ("office",))
    assert "项行政许可是否在清单之内须人工核实" in manual.message.zh
    load(ledger, "国家清单", Licence("某许可"), from_on="2021-07-01")
    assert set(ledger.statuses("LAW006", DAY).values()) == {"manual"}
    assert set(ledger.statuses("LAW006", "2021-07-01").values()) == {"alarm", "skip"}


def test_law006_by_name_or_code_of_any_list(ledger: Ledger) -> None:
    ledger.sql("UPDATE item SET power_type = '行政许可', basic_code = NULL WHERE annex = 1")
    ledger.sql("UPDATE item SET basic_code = '000117002000' WHERE id = '1-05'")
    (name,) = ledger.conn.execute("SELECT name FROM item WHERE id = '1-04'").fetchone()
    load(ledger, "国家清单", Licence(f" {name}"))
    load(ledger, "省清单", Licence("某许可", "000117002000"))
    found = ledger.statuses("LAW006", DAY)
    assert [found[item] for item in ("1-04", "1-05", "1-06")] == ["ok", "ok", "alarm"]
    alarm = next(f for f in ledger.audit(DAY, "LAW006").findings if f.subject_id == "1-06")
    assert (alarm.severity, alarm.status) == ("medium", "alarm")
    assert "不在已载入的许可事项清单之内" in alarm.message.zh


def test_law006_asks_nothing_of_what_is_no_licence_or_no_longer_carried_out(
    ledger: Ledger,
) -> None:
    ledger.sql("UPDATE item SET power_type = '行政处罚' WHERE annex = 1")
    ledger.sql("UPDATE item SET power_type = '行政许可' WHERE annex = 3")
    load(ledger, "国家清单", Licence("某许可"))
    found = ledger.statuses("LAW006", DAY)
    assert not any(item.startswith("1-") for item in found)
    assert {status for item, status in found.items() if item.startswith("3-")} == {"skip"}
