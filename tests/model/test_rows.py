"""Rows of annexes and ledgers as models, and the closed vocabularies."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from registry.model.item import ItemRow
from registry.model.ledger import AgreementRow, DeliverableRow, GuidanceRow, ServiceRow
from registry.model.vocabulary import PROVENANCES, SEVERITIES, STATUSES, Provenance, weakest

ITEM = {
    **{"seq": "7", "name": "取水许可", "power_type": "行政许可"},
    **{"initiation": "依申请", "mode": "委托下放"},
}
AGREEMENT = {
    **{"number": "示例〔2021〕001号", "department": "市水利局", "zone": "etdz"},
    **{"signed_on": "2021-05-10", "covers": "1-01;annex:2"},
}
DELIVERABLE = {"duty": "handbook", "covers": "1-01", "done_on": "2021-05-20"}
GUIDANCE = {
    **{"zone": "etdz", "department": "市水利局"},
    **{"kind": "业务培训", "raised_on": "2021-05-06"},
}
SERVICE = {
    **{"item": "1-01", "zone": "etdz", "measure": "时限"},
    **{"before": "20", "after": "7.5", "unit": "个工作日"},
}
ROWS: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (ItemRow, ITEM),
    (AgreementRow, AGREEMENT),
    (DeliverableRow, DELIVERABLE),
    (GuidanceRow, GUIDANCE),
    (ServiceRow, SERVICE),
]


@pytest.mark.parametrize(("model", "row"), ROWS)
def test_the_least_that_a_row_states(model: type[BaseModel], row: dict[str, Any]) -> None:
    assert set(row) == {n for n, f in model.model_fields.items() if f.is_required()}
    assert model.model_validate(row).model_dump(include={"provenance", "source"}) == {
        "provenance": None,
        "source": None,
    }


@pytest.mark.parametrize(("model", "row"), ROWS)
def test_each_of_it_is_required(model: type[BaseModel], row: dict[str, Any]) -> None:
    for name in row:
        with pytest.raises(ValidationError, match=name):
            model.model_validate({k: v for k, v in row.items() if k != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("seq", "0"), ("seq", "1.5"), ("seq", "1000000001"), ("id", "7"), ("id", "1-x")),
        *(("id", "1-07\n1"), ("parent", "附件1-7"), ("power_type", "许可"), ("initiation", "")),
        *(("scope", "部份"), ("legal_level", "市"), ("law_version", "2021"), ("name", "名" * 501)),
        *(("zones", "east;east"), ("provenance", "gazette"), ("counts_in_total", "maybe")),
    ],
)
def test_an_item_out_of_form(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name):
        ItemRow.model_validate({**ITEM, name: value})


def test_an_item_in_full() -> None:
    more = {"id": "1-07", "zones": "etdz、hidz", "counts_in_total": "0", "legal_level": "县级"}
    item = ItemRow.model_validate({**ITEM, **more, "law_version": "2016-02-06"})
    assert (item.seq, item.id, item.zones) == (7, "1-07", ["etdz", "hidz"])
    assert (item.counts_in_total, item.law_version) == (False, "2016-02-06")


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "-inf", "二十", "1e999"])
def test_quantities_are_finite_and_not_negative(value: str) -> None:
    for name in ("before", "after"):
        with pytest.raises(ValidationError, match=name):
            ServiceRow.model_validate({**SERVICE, name: value})


@pytest.mark.parametrize("covers", [";", "1-01;1-01"])
def test_what_covers_nothing_or_something_twice(covers: str) -> None:
    for model, row in ((AgreementRow, AGREEMENT), (DeliverableRow, DELIVERABLE)):
        with pytest.raises(ValidationError, match="covers"):
            model.model_validate({**row, "covers": covers})


@pytest.mark.parametrize(("digest", "good"), [("aB" * 32, True), ("ab", False), ("xy" * 32, False)])
def test_digests(digest: str, good: bool) -> None:
    row = {**DELIVERABLE, "sha256": digest}
    if good:
        assert DeliverableRow.model_validate(row).sha256 == digest
    else:
        with pytest.raises(ValidationError, match="sha256"):
            DeliverableRow.model_validate(row)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (set(), None),
        ({"official"}, "official"),
        ({"official", "reconstruction"}, "reconstruction"),
        ({"demonstration", "official"}, "demonstration"),
        (set(PROVENANCES), "demonstration"),
    ],
)
def test_the_weakest_provenance_wins(found: set[Provenance], expected: str | None) -> None:
    assert weakest(found) == expected


def test_vocabularies_in_their_order() -> None:
    assert PROVENANCES == ("official", "reconstruction", "demonstration")
    assert SEVERITIES == ("high", "medium", "low", "info")
    assert STATUSES == ("ok", "pending", "alarm", "skip", "manual")
