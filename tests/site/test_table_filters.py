"""How lists are narrowed: selects and chips with names."""

from __future__ import annotations

import html
import re

import pytest

from registry.site.plugin import clean_query_string
from tests.publications import Visitor

LIST = "/catalogue/delegations"


def selects(page: str) -> dict[str, dict[str, str]]:
    """Name of each select of values → value → text of its options."""
    part = page.partition('class="selects"')[2].partition("</div>")[0]
    return {
        name: dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', options))
        for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', part, re.S)
    }


def test_a_select_has_every_value_by_name(visitor: Visitor) -> None:
    for query in ({}, {"zone": "hidz"}):
        found = selects(visitor.get(LIST, **query).text)
        assert found["zone"] == {"": "全部", "etdz": "聊城经开区", "hidz": "聊城高新区"}
        assert set(found) == {"zone", "state", "mode", "department", "power_type"}


def test_english_selects_name_bodies_and_modes_as_the_instrument_does(visitor: Visitor) -> None:
    found = selects(visitor.get(f"{LIST}?_lang=en").text)
    assert found["zone"]["hidz"] == "Liaocheng High-tech Zone"
    assert found["mode"]["委托下放"] == "entrusted"
    assert found["power_type"]["行政许可"] == "administrative licence"
    assert found["department"]["市水利局"] == "Municipal Water Resources Bureau"


def test_chips_take_their_filter_out(visitor: Visitor) -> None:
    page = visitor.get(f"{LIST}?zone=hidz&mode=委托收件&item_name__contains=许可&_search=经营").text
    part = page.partition('class="chips"')[2].partition("</ul>")[0]
    texts = [text.strip() for text in re.findall(r"<li>(.*?)<a", part, re.S)]
    assert texts[0] == "名称含“经营”"
    assert set(texts[1:]) == {"承接主体：聊城高新区", "赋权方式：委托收件", "事项名称 包含 许可"}
    for address in re.findall(r'href="([^"]+)" rel', part):
        left = visitor.get(html.unescape(address)).text
        chips = left.partition('class="chips"')[2].partition("</ul>")[0]
        assert chips.count("<li>") == len(texts) - 1


def test_what_was_not_chosen_is_no_filter(visitor: Visitor) -> None:
    chosen = visitor.get(f"{LIST}?zone=hidz&state=&mode=&_filter_column=&_filter_value=&_search=")
    assert chosen.status_code in (200, 302)
    plain = visitor.get(f"{LIST}.json?zone=hidz&_size=0&_nofacet=1").json()
    empty = visitor.get(f"{LIST}.json?zone=hidz&state=&_size=0&_nofacet=1").json()
    assert empty["filtered_table_rows_count"] == plain["filtered_table_rows_count"] > 0


@pytest.mark.parametrize(
    ("query", "of_table", "left"),
    [
        (b"zone=&mode=x", True, b"mode=x"),
        (b"zone=&mode=x", False, b"zone=&mode=x"),
        (b"_filter_column=", True, b"_filter_column="),
        (b"_search=", True, b""),
    ],
)
def test_only_empty_filters_of_tables_are_dropped(
    query: bytes, of_table: bool, left: bytes
) -> None:
    assert clean_query_string(query, of_table=of_table) == left
