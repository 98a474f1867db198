"""What search engines are told of an item: only what is official, in an element of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.linked_data import linked_data
from tests.publications import Visitor, query

ITEM = {
    **{"name": "取水许可", "power_type": "行政许可", "provenance": "official"},
    **{"unofficial_fields": None, "reference": "test-1:1-01"},
    **{"basic_code": "000112001000", "implementation_code": None},
}
ROW = {
    **{"zone": "east", "zone_name": "测试东区管委会", "answer_zh": "找东区管委会。"},
    **{"answer_provenance": "official", "receive": "可以", "accept": "不可以"},
    **{"examine": "不可以", "decide": "不可以", "issue": "不可以", "implement": None},
}


def graph(item: dict[str, Any], *rows: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """The services that the script element tells of; none where there is none."""
    found = linked_data(item, rows, "http://x.test/item/1-01", "http://x.test/", **more)
    if found is None:
        return []
    text = str(found).removeprefix('<script type="application/ld+json">')
    assert text.endswith("</script>")
    document = json.loads(text.removesuffix("</script>"))
    assert document["@context"] == "https://schema.org"
    services: list[dict[str, Any]] = document["@graph"]
    return services


def test_a_service_and_its_permit() -> None:
    (service,) = graph(ITEM, ROW)
    assert service["@type"] == "GovernmentService"
    assert service["name"] == "取水许可"
    assert service["provider"]["name"] == "测试东区管委会"
    assert service["areaServed"]["name"] == "测试东区"
    assert service["provider"]["url"] == "http://x.test/zone/east"
    assert service["serviceOutput"]["@type"] == "GovernmentPermit"
    assert [one["propertyID"] for one in service["identifier"]] == ["reference", "基本编码"]
    (penalty,) = graph({**ITEM, "power_type": "行政处罚"}, ROW)
    assert "serviceOutput" not in penalty


@pytest.mark.parametrize(
    ("item", "row"),
    [
        ({"provenance": "reconstruction"}, {}),
        ({"provenance": "demonstration"}, {}),
        ({"unofficial_fields": "scope"}, {}),
        ({}, {"answer_provenance": "demonstration"}),
        ({}, {"receive": "不可以"}),
        ({}, {"receive": "无法判定"}),
    ],
)
def test_what_is_not_official_or_may_not_be_done_is_not_told(
    item: dict[str, Any], row: dict[str, Any]
) -> None:
    assert graph({**ITEM, **item}, {**ROW, **row}) == []


NOTHING = dict.fromkeys(
    ("guide_url", "apply_url", "address", "consult_phone", "complaint_phone"), None
)


def test_where_to_go_and_whom_to_ring() -> None:
    of_zone = {**NOTHING, "zone": "east", "provenance": "official", "address": "东区路1号"}
    of_zone |= {"consult_phone": "0635-8888888", "complaint_phone": "12345"}
    own = {**NOTHING, "zone": "east", "provenance": "official", "consult_phone": "0635-1"}
    own |= {"guide_url": "https://x.test/guide"}
    (service,) = graph(ITEM, ROW, services=[own], contacts=[of_zone])
    assert service["availableChannel"] == {
        "@type": "ServiceChannel",
        "serviceUrl": "https://x.test/guide",
        "servicePhone": [
            {"@type": "ContactPoint", "contactType": "咨询", "telephone": "0635-1"},
            {"@type": "ContactPoint", "contactType": "投诉", "telephone": "12345"},
        ],
        "serviceLocation": {"@type": "Place", "address": "东区路1号"},
    }
    elsewhere, shown = {**of_zone, "zone": "west"}, {**of_zone, "provenance": "demonstration"}
    (service,) = graph(ITEM, ROW, contacts=[elsewhere, shown])
    assert "availableChannel" not in service


@given(st.text(max_size=40))
def test_no_text_ends_the_element(text: str) -> None:
    (service,) = graph({**ITEM, "name": text}, {**ROW, "answer_zh": f"</script>{text}<!--"})
    assert service["name"] == text
    shown = linked_data({**ITEM, "name": f"<{text}>"}, [ROW], "a", "b")
    assert str(shown).count("<") == 2


def test_pages_of_official_items_have_it_and_others_have_not(visitor: Visitor) -> None:
    file = visitor.app.site.file.path
    sql = (
        "SELECT DISTINCT i.id FROM items AS i JOIN delegations AS d ON d.item = i.id"
        " JOIN answers AS a ON a.delegation = d.id WHERE i.provenance {} 'official' AND"
        " i.unofficial_fields IS NULL AND a.provenance = 'official' AND d.state = '生效' LIMIT 1"
    )
    ((official,),) = query(file, sql.format("=")) or [(None,)]
    if official is not None:
        assert "application/ld+json" in visitor.get(f"/item/{official}").text
    assert "application/ld+json" not in visitor.get("/item/1-08").text
