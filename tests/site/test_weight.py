"""What a first visitor has to be sent, besides the rows that a page lists."""

from __future__ import annotations

from typing import Any

import pytest

from bench.weight import PAGES, weigh
from tests.publications import Visitor

MAX_BYTES = 100_000
LANGUAGES = ("zh", "en")


def _getter(visitor: Visitor, language: str) -> Any:
    def get(address: str) -> bytes:
        """What is there, in one language."""
        asked = visitor.app.client.get(address, headers={"accept-language": language})
        answer = visitor._loop.run_until_complete(asked)
        assert answer.status_code == (404 if address == PAGES["not found"] else 200), address
        return bytes(answer.content)

    return get


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_heavy_besides_its_rows(demo_visitor: Visitor, page: str, language: str) -> None:
    weight = weigh(PAGES[page], _getter(demo_visitor, language))
    assert "/static/catalogue.css" in weight.loaded
    assert 0 < weight.besides_rows < MAX_BYTES, weight


@pytest.mark.parametrize("language", LANGUAGES)
def test_nor_is_any_table_or_query(
    demo_visitor: Visitor, metadata: dict[str, Any], language: str
) -> None:
    get = _getter(demo_visitor, language)
    about = metadata["databases"]["catalogue"]
    for name in (*about["tables"], *about["queries"]):
        weight = weigh(f"/catalogue/{name}", get)
        assert weight.besides_rows < MAX_BYTES, (name, weight)


def test_everything_that_a_page_loads_is_weighed() -> None:
    page = (
        b'<link rel="stylesheet" href="a.css"><link rel="icon" href="no"><table><thead><tr></tr>'
        b'</thead><tbody>\n<tr>12345</tr></tbody></table><script async src="/b.js"></script>'
        b'<script>1</script><img alt="" src="c.svg"><img src="data:x">'
    )
    files = {"/x/y": page, "/x/a.css": b"12", "/b.js": b"123", "/x/c.svg": b"1234"}
    weight = weigh("/x/y", files.__getitem__)
    assert weight.loaded == {"a.css": 2, "/b.js": 3, "c.svg": 4}
    assert weight.rows == len("<tbody>\n<tr>12345</tr></tbody>")
    assert weight.besides_rows == len(page) - weight.rows + 9
