"""The ledger's files: names resolved, defaults taken, wrong rows named."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pytest

from registry.intake.instrument import read_instrument
from registry.intake.ledger.csv_files import Agreement, Deliverable, Guidance, LedgerReader, Service
from registry.intake.names import Items
from registry.intake.problems import InputError
from registry.intake.textfile import examine
from registry.model.vocabulary import PROVENANCES, Provenance

if TYPE_CHECKING:
    from tests.conftest import SmallRoot

ITEMS = Items([("1-01", 1), ("1-02", 1), ("2-01", 2), ("2-02", 2)])
GUIDANCE = {"zone": "东区", "department": "甲局", "kind": "业务培训", "raised_on": "2021-05-06"}
SERVICE = {
    **{"item": "1-01", "zone": "east", "measure": "时限"},
    **{"before": "20", "after": "7.5", "unit": "个工作日"},
}


def read(
    root: SmallRoot,
    name: str,
    *rows: dict[str, Any],
    accepted: Collection[Provenance] = PROVENANCES,
) -> list[Any]:
    root.ledger = {name: list(rows)}
    root.write()
    instrument = read_instrument(examine(root.folder / "instrument.yml"))
    reader = LedgerReader(instrument, ITEMS, accepted)
    log, entries = reader.read(examine(root.folder / "ledger" / f"{name}.csv"))
    found = list(entries)
    log.close()
    return found


def test_an_agreement(small_root: SmallRoot) -> None:
    row = small_root.agreement(department="甲局", zone="东区", covers="annex:2；1-02")
    (entry,) = read(small_root, "agreements", row)
    assert isinstance(entry, Agreement)
    assert (entry.department, entry.grantor_zone, entry.zone) == ("jia", None, "east")
    assert entry.items == ["2-01", "2-02", "1-02"]
    assert entry.row.clauses == ["依据", "事项", "期限"]
    assert (entry.row.provenance, entry.row.source) == ("demonstration", "测试台账")


def test_a_zone_that_grants_is_taken_down_as_such(small_root: SmallRoot) -> None:
    (entry,) = read(small_root, "agreements", small_root.agreement(department="西区"))
    assert (entry.department, entry.grantor_zone, entry.zone) == (None, "west", "east")


@pytest.mark.parametrize(("zone", "expected"), [("西区", "west"), ("", None)])
def test_a_deliverable(small_root: SmallRoot, zone: str, expected: str | None) -> None:
    row = small_root.deliverable(zone=zone, covers="1-02;annex:2", provenance="official")
    (entry,) = read(small_root, "deliverables", row)
    assert isinstance(entry, Deliverable)
    assert (entry.zone, entry.items) == (expected, ["1-02", "2-01", "2-02"])
    assert entry.row.provenance == "official"


def test_guidance_and_service(small_root: SmallRoot) -> None:
    (guidance,) = read(small_root, "guidance", GUIDANCE)
    assert isinstance(guidance, Guidance)
    assert (guidance.zone, guidance.department) == ("east", "jia")
    assert guidance.row.answered_on is None
    (service,) = read(small_root, "service", SERVICE)
    assert isinstance(service, Service)
    assert (service.item, service.zone) == ("1-01", "east")
    assert (service.row.before, service.row.after) == (20, 7.5)


@pytest.mark.parametrize(("n", "kept"), [(1, ["b"]), (2, ["b", "c"]), (3, ["a", "b", "c"])])
def test_rows_of_other_provenance_are_passed_over(
    small_root: SmallRoot, n: int, kept: list[str]
) -> None:
    rows = [
        small_root.agreement("a"),
        small_root.agreement("b", provenance="official"),
        small_root.agreement("c", provenance="reconstruction"),
    ]
    found = read(small_root, "agreements", *rows, accepted=PROVENANCES[:n])
    assert [entry.row.number for entry in found] == kept


@pytest.mark.parametrize(
    ("name", "column", "value", "what"),
    [
        ("agreements", "department", "市丁局", "“市丁局” is no department"),
        ("agreements", "zone", "南区", "“南区” is no delegate"),
        ("agreements", "clauses", "依据;其他", "“其他” is not a known value"),
        ("agreements", "covers", "1-01;1-99", "there is no item 1-99"),
        ("agreements", "covers", "1-01;1-01", "names something twice"),
        ("agreements", "covers", ";", "the list is empty"),
        ("agreements", "signed_on", "2021-02-30", "“2021-02-30” is not a date"),
        ("agreements", "expires_on", "长期", "“长期” is not a date"),
        ("deliverables", "duty", "handbok", "“handbok” is not a known value"),
        ("deliverables", "duty", "agreement", "“agreement” is not a known value"),
        ("deliverables", "zone", "南区", "“南区” is no delegate"),
        ("deliverables", "covers", "annex:3", "annex 3 holds no item"),
        ("deliverables", "sha256", "abc", "“abc” does not have the right form"),
        ("guidance", "zone", "市甲局", "“市甲局” is no delegate"),
        ("guidance", "department", "东区", "“东区” is no department"),
        ("guidance", "kind", "培训", "“培训” is not a known value"),
        ("service", "item", "1-99", "there is no item 1-99"),
        ("service", "zone", "南区", "“南区” is no delegate"),
        ("service", "measure", "费用", "“费用” is not a known value"),
        ("service", "after", "inf", "“inf” is not a number that fits"),
        ("service", "before", "-1", "“-1” is not a number that fits"),
    ],
)
def test_a_wrong_cell(small_root: SmallRoot, name: str, column: str, value: str, what: str) -> None:
    good: dict[str, Any] = {
        "agreements": small_root.agreement(),
        "deliverables": small_root.deliverable(),
        "guidance": GUIDANCE,
        "service": SERVICE,
    }[name]
    with pytest.raises(InputError) as caught:
        read(small_root, name, good, {**good, column: value}, good)
    (problem,) = caught.value.problems
    assert (problem.path.name, problem.row, problem.column) == (f"{name}.csv", 3, column)
    assert what in problem.what


def test_known_values_are_named(small_root: SmallRoot) -> None:
    with pytest.raises(InputError) as caught:
        read(small_root, "deliverables", small_root.deliverable("agreement"))
    known = "handbook, supervision-rules, powers-list, powers-list-removal"
    assert caught.value.problems[0].remedy == f"Use one of: {known}."


def test_problems_of_every_row_are_gathered(small_root: SmallRoot) -> None:
    rows = [{**GUIDANCE, "kind": "?"}, GUIDANCE, {**GUIDANCE, "raised_on": "?"}]
    with pytest.raises(InputError) as caught:
        read(small_root, "guidance", *rows, {**GUIDANCE, "zone": "?"})
    found = [(p.row, p.column) for p in caught.value.problems]
    assert found == [(2, "kind"), (4, "raised_on"), (5, "zone")]
