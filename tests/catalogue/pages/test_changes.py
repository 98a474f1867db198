"""The page of changes and its feed, the matrix of the first page, what items say of services."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from registry.catalogue.pages.matrix import cell_of
from registry.catalogue.pages.qr_code import qr_code
from registry.catalogue.pages.services import services_of
from tests.catalogue.pages.test_pages import text_of
from tests.conftest import SmallRoot
from tests.publications import AS_OF, Visitor, publish, query

ATOM = "{http://www.w3.org/2005/Atom}"
STEPS = ("receive", "accept", "examine", "decide", "issue")


def test_every_change_up_to_the_day_is_told(demo_visitor: Visitor, demo: Path) -> None:
    page = text_of(demo_visitor, "/changes?_lang=zh")
    days = [day for (day,) in query(demo, "SELECT DISTINCT day FROM changes ORDER BY day DESC")]
    assert days == sorted(days, reverse=True)
    assert max(days) <= AS_OF
    assert all(day in page for day in days)
    assert re.search("聊城高新区 ?：权限生效，可以办理", page)
    assert "委托协议示例〔2021〕017号生效" in page
    assert "按原有权限继续实施" in page


def test_the_states_of_changes_add_up_to_those_of_delegations(demo: Path) -> None:
    """The last change of state of each delegation leads to the state that it has."""
    now = {
        (item, zone): (state, since)
        for item, zone, state, since in query(
            demo, "SELECT item, zone, state, state_from FROM delegations"
        )
    }
    told: dict[tuple[str, str], tuple[str, str]] = {}
    for covers, zone, state, day in query(
        demo, "SELECT covers, zone, state, day FROM changes WHERE terms IS NULL ORDER BY id DESC"
    ):
        told |= {(item, zone): (state, day) for item in covers.split(";")}
    assert told == {key: value for key, value in now.items() if value[1] is not None}


def test_the_feed_is_atom(demo_visitor: Visitor, demo: Path) -> None:
    answer = demo_visitor.get("/changes.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == query(demo, "SELECT count(*) FROM changes")[0][0]
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}"), name
    updated = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert feed.findtext(f"{ATOM}updated") == max(map(str, updated))
    assert "[demonstration, not official]" in demo_visitor.get("/changes.atom?_lang=en").text


def test_the_matrix_has_every_delegated_item_and_zone(demo_visitor: Visitor, demo: Path) -> None:
    page = demo_visitor.get("/?_lang=zh").text
    cells = re.findall(r'<td><span class="cell cell-(\w+)">([^<]*)</span></td>', page)
    found = query(
        demo,
        "SELECT state, receive, accept, examine, decide, issue FROM delegations"
        " WHERE annex_role = 'delegated'",
    )
    assert len(cells) == len(found) == 58
    whole = [row for row in found if set(row[1:]) == {"可以"}]
    assert cells.count(("whole", "全部")) == len(whole)
    assert cells.count(("wait", "待签协议")) == sum(row[0] == "待签协议" for row in found)
    legend = page.partition('class="legend"')[2].partition("</ul>")[0]
    assert {kind for kind, _text in cells} <= set(re.findall(r"cell-(\w+)", legend))


@pytest.mark.parametrize(
    ("acts", "state", "kind"),
    [
        ("可以 可以 可以 可以 可以", "生效", "whole"),
        ("可以 可以 可以 不可以 不可以", "生效", "part"),
        ("可以 不可以 不可以 不可以 不可以", "生效", "part"),
        ("不可以 不可以 不可以 不可以 不可以", "待签协议", "wait"),
        ("不可以 不可以 不可以 不可以 不可以", "尚未生效", "wait"),
        ("不可以 不可以 不可以 不可以 不可以", "委托届满", "over"),
        ("不可以 不可以 不可以 不可以 不可以", "上级失效", "over"),
        ("不可以 不可以 不可以 无法判定 不可以", "生效", "open"),
    ],
)
def test_a_cell_says_what_and_whether_yet(acts: str, state: str, kind: str) -> None:
    row = dict(zip(STEPS, acts.split(), strict=True))
    more = {"initiation": "依申请", "power_type": "行政许可", "implement": None, "state": state}
    assert cell_of({**row, **more}).kind == kind


def test_services_are_shown_with_their_provenance(demo_visitor: Visitor) -> None:
    page = text_of(demo_visitor, "/item/1-08?_lang=zh")
    assert "服务指南 https://example.invalid/zhinan/1-08-hidz" in page
    assert "演示服务信息（虚构，非正式文件）" in page
    assert "承诺时限" not in text_of(demo_visitor, "/item/3-01?_lang=zh")


def test_without_demonstration_there_is_none(visitor: Visitor, published: Path) -> None:
    assert query(published, "SELECT * FROM services") == []
    assert query(published, "SELECT * FROM zone_contacts") == []
    assert "example.invalid" not in visitor.get("/item/1-08").text


def test_where_a_zone_may_not_act_it_says_only_whom_to_ask() -> None:
    of = {"delegation": "d", "guide_url": "https://a", "fee": "无", "time_limit": "1日"}
    origin = {"provenance": "official", "source": "s"}
    own = {**of, "consult_phone": "1", **origin}
    zone = {"zone": "z", "consult_phone": "2", "address": "路", "guide_url": "https://z", **origin}

    def told(decide: str) -> list[tuple[str, bool]]:
        row = {"id": "d", "zone": "z", "receive": decide, "accept": decide, "decide": decide}
        (service,) = services_of([row], [own], [zone])
        return [(line.text, line.of_zone) for line in service.lines]

    assert told("可以") == [
        *(("https://a", False), ("路", True), ("1", False), ("1日", False), ("无", False))
    ]
    assert told("不可以") == [("路", True), ("1", False)]


def test_a_qr_code_is_an_image_without_styles() -> None:
    code = qr_code("https://a.invalid/item/1-07")
    assert code.startswith("<svg ")
    assert "style" not in code
    assert qr_code("x" * 5000) == ""


def test_an_impossible_day_is_said_to_be_doubtful(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [
        small_root.agreement(effective_on="2021-04-01", provenance="official", source="x")
    ]
    file = publish(
        small_root.build().path, small_root.path.parent / "p.db", as_of=AS_OF, demo=False
    ).path
    assert query(file, "SELECT signed_on, effective_on, from_on, doubts FROM agreements") == [
        ("2021-05-10", None, "2021-05-10", "effective_on=2021-04-01")
    ]
    assert query(file, "SELECT state_from FROM delegations WHERE id = '1-01-east'") == [
        ("2021-05-10",)
    ]
    guest = Visitor(file, {}, language="zh")
    for address in ("/item/1-01", "/zone/east", "/catalogue/agreements"):
        assert "登记的生效日期2021-04-01早于签订日期" in guest.get(address).text, address
    guest.close()


def test_items_tell_how_they_stand_where_their_zones_agree(demo: Path) -> None:
    for item, *stated in query(
        demo, "SELECT id, receive, accept, examine, decide, issue, state FROM items"
    ):
        found = query(
            demo,
            "SELECT receive, accept, examine, decide, issue, state FROM delegations WHERE item = ?",
            item,
        )
        for value, of_zones in zip(stated, zip(*found, strict=True), strict=True):
            assert value == (of_zones[0] if len(set(of_zones)) == 1 else "各区不同"), item
