"""The body of a table, cell by cell as Datasette's template would have made it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from markupsafe import Markup

from registry.site.template_patches import PATCHES, datasette_templates, table_rows
from tests.publications import Visitor


def cell(value: Any, column: str = "name", kind: str = "str") -> dict[str, Any]:
    """A cell as Datasette gives it to its template."""
    return {"column": column, "value": value, "value_type": kind, "raw": value}


VALUES = [
    *("水", "<b>&\"'", "", Markup('<a href="/x">y</a>'), Markup("&nbsp;"), 7, None, 0.5, "{{ x }}"),
]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("column", ["name", "no.", "中 文", '"><script>', "_x"])
def test_a_cell_is_as_in_datasettes_template(visitor: Visitor, value: Any, column: str) -> None:
    source = (datasette_templates() / "_table.html").read_text("utf-8")
    loop = next(patch.old for patch in PATCHES["_table.html"] if "for row" in patch.old)
    assert loop in source
    rows = [[cell(value, column), cell("b")], [cell("c", column, "int")]]
    environment = visitor.app.jinja_env
    theirs = visitor._loop.run_until_complete(
        environment.from_string(loop).render_async(display_rows=rows)
    )
    assert _joined(table_rows(rows)) == _joined(theirs)


def _joined(markup: str) -> str:
    """Without the spaces between tags, which are all that may differ."""
    return re.sub(r">\s+<", "><", markup).strip()


def test_no_rows_are_nothing() -> None:
    assert table_rows([]) == ""


def test_a_page_has_them(visitor: Visitor) -> None:
    page = visitor.get("/catalogue/items?_size=3").text
    body = re.findall("<tbody>(.*?)</tbody>", page, re.DOTALL)[-1]
    assert body.count("<tr>") == 3
    assert '<td class="col-power_type type-str">行政许可</td>' in body
