"""The body of a table page, which is most of it, made at once instead of cell by cell by Jinja.

Datasette's template goes through several steps for each of the twelve hundred cells of a page, and
spends more time on them than on all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape


def table_rows(rows: Iterable[Sequence[Mapping[str, Any]]]) -> Markup:
    """The lines of a table. `rows`: cells as Datasette gives them to its template."""
    lines = []
    for row in rows:
        cells = (
            f"{_start(cell['column'], cell['value_type'])}{escape(cell['value'])}</td>"
            for cell in row
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return Markup("\n".join(lines))


@lru_cache(maxsize=1024)
def _start(column: str, kind: str) -> str:
    """The tag before a cell's text. Its classes are what Datasette's own styles go by."""
    from datasette.utils import to_css_class

    return str(Markup('<td class="col-{} type-{}">').format(to_css_class(column), kind))
