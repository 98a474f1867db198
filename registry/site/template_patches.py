"""Datasette's own templates, patched for translation as they are read.

Datasette has no translation mechanism, and its templates hold their English between the markup.
Instead of copying them we read them as they are and put `_("…")` around the English, and ask for a
column's name where they print its identifier; a table's rows are left to a function, which is
quicker. A test checks every patch against the installed Datasette, so that an update which rewords
a template is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2.ext import Extension
from markupsafe import Markup, escape

from registry.locale import N_


class Patch(NamedTuple):
    """`old` is text of a template of Datasette's; `new` replaces it, wherever it occurs."""

    old: str
    new: str


def _t(message: str) -> str:
    """The template code that prints a message."""
    return '{{ _("' + message + '") }}'


_COUNT: Final = "{{% if {n} == 1 %}}{{% else %}}s{{% endif %}}"
_SMALL_SCREEN: Final = 'content: "{{ column|escape_css_string }}"'
_HEADING: Final = (
    '<h1 style="padding-left: 10px; border-left: 10px solid #{{ database_color(database) }}">'
)
_ORIGINS: Final = (
    Patch("Data license:", _t(N_("Licence:"))),
    Patch("Data source:", _t(N_("Source:"))),
    Patch("About:", _t(N_("About:"))),
)


def _labelled(tag: str, message: str) -> Patch:
    """A control that Datasette shows without a label, with one for screen readers."""
    return Patch(tag, f'{tag} aria-label="{_t(message)}"')


_UNSEEN_HEADING: Final = '<h2 class="unseen">' + _t(N_("What is listed")) + "</h2>\n"
"""Above Datasette's h3, which else would follow an h1."""

_EVERY_ROW: Final = (
    "{% for row in display_rows %}\n            <tr>\n                {% for cell in row %}\n"
    '                    <td class="col-{{ cell.column|to_css_class }} type-{{ cell.value_type }}">'
    "{{ cell.value }}</td>\n                {% endfor %}\n            </tr>\n"
    "        {% endfor %}"
)

_DATA_AS: Final = Patch("This data as ", _t(N_("This data as")) + " ")

_NEXT_PAGE: Final = (
    '{% if next_url %}<p><a href="{{ next_url }}">' + _t(N_("Next page")) + "</a></p>{% endif %}\n"
)

_EDITOR: Final = _labelled('<textarea id="sql-editor" name="sql"', N_("SQL"))

PATCHES: Final[dict[str, tuple[Patch, ...]]] = {
    "base.html": (Patch("<html>", '<html lang="{{ page_language() }}">'),),
    "_crumbs.html": (Patch("{{ item.label }}", "{{ breadcrumb(item.label) }}"),),
    "_description_source_license.html": (
        Patch(
            "{% if metadata.license or metadata.license_url or metadata.source or "
            "metadata.source_url %}\n    <p>",
            "{% if metadata.license or metadata.license_url or metadata.source or "
            'metadata.source_url %}\n    <p class="origin">',
        ),
        *_ORIGINS,
    ),
    "_footer.html": (
        Patch("Powered by", _t(N_("Powered by"))),
        Patch("Queries took {{ query_ms|round(3) }}ms", "{{ query_time(query_ms) }}"),
        *_ORIGINS,
    ),
    "_facet_results.html": (
        Patch("<strong>{{ facet_info.name }}", "<strong>{{ label(facet_info.name, table) }}"),
        Patch("({{ facet_info.type }})", "({{ facet_kind(facet_info.type) }})"),
        Patch("(facet_value.label | string())", "facet_word(facet_info.name, facet_value)"),
        Patch(
            '{{ facet_value.label or "-" }}',
            '{{ facet_word(facet_info.name, facet_value) or "-" }}',
        ),
    ),
    "_suggested_facets.html": (
        Patch("Suggested facets:", _t(N_("Count by:"))),
        Patch("{{ facet.name }}</a>", "{{ label(facet.name, table) }}</a>"),
        Patch("({{ facet.type }})", "({{ facet_kind(facet.type) }})"),
    ),
    "_table.html": (
        Patch(
            "{% if not column.sortable %}\n                            {{ column.name }}",
            "{% if not column.sortable %}\n                            "
            "{{ label(column.name, table) }}",
        ),
        Patch("{{ column.name }}&nbsp;▼", "{{ label(column.name, table) }}&nbsp;▼"),
        Patch(
            "{{ column.name }}{% if column.name == sort_desc %}",
            "{{ label(column.name, table) }}{% if column.name == sort_desc %}",
        ),
        Patch("0 records", _t(N_("Nothing found."))),
        Patch(_EVERY_ROW, "{{ table_rows(display_rows) }}"),
    ),
    "database.html": (
        Patch("<h3>Custom SQL query</h3>", "<h2>" + _t(N_("Query in SQL")) + "</h2>"),
        Patch("Format SQL", _t(N_("Format the SQL"))),
        Patch("Run SQL", _t(N_("Run"))),
        _EDITOR,
        Patch("{% block title %}{{ database }}", "{% block title %}{{ breadcrumb(database) }}"),
        Patch("Queries</h2>", _t(N_("Queries")) + "</h2>"),
        Patch("Tables</h2>", _t(N_("Tables")) + "</h2>"),
        Patch("{{ table.name }}</a>", "{{ table_title(table.name) }}</a>"),
        Patch("Many rows", _t(N_("Many rows"))),
        # What is hidden are indexes, which nobody may see.
        Patch("{% if hidden_count and not show_hidden %}", "{% if false %}"),
        Patch(
            "<em>{% for column in table.columns %}{{ column }}",
            "<em>{% for column in table.columns %}{{ label(column, table.name) }}",
        ),
        Patch(
            '{{ "{:,}".format(table.count) }} row' + _COUNT.format(n="table.count"),
            "{{ row_count(table.count) }}",
        ),
    ),
    "row.html": (
        Patch(
            "{% block title %}{{ database }}: {{ table }}",
            "{% block title %}{{ row_title(table, metadata, rows, primary_key_values) }}",
        ),
        # A row stands as a list of its values at every width, not only on small screens.
        Patch("@media only screen and (max-width: 576px)", "@media all"),
        Patch(_SMALL_SCREEN, 'content: "{{ label(column, table)|escape_css_string }}"'),
        Patch(
            _HEADING + "{{ table }}: {{ ', '.join(primary_key_values) }}",
            _HEADING + "{{ row_title(table, metadata, rows, primary_key_values) }}",
        ),
        _DATA_AS,
        Patch("{% if foreign_key_tables %}", '{% if foreign_key_tables|sum("count") %}'),
        Patch(
            "{% for other in foreign_key_tables %}",
            "{% for other in foreign_key_tables if other.count %}",
        ),
        Patch("Links from other tables", _t(N_("Linked from"))),
        Patch(
            '{{ "{:,}".format(other.count) }} row' + _COUNT.format(n="other.count") + "</a>\n"
            "                from {{ other.other_column }} in {{ other.other_table }}",
            "{{ table_title(other.other_table) }}</a> {{ row_count(other.count) }}",
        ),
    ),
    "query.html": (
        Patch(
            "{% block title %}{{ database }}{% if query and query.sql %}: {{ query.sql }}"
            "{% endif %}",
            "{% block title %}{{ metadata.title or database }}",
        ),
        Patch(_SMALL_SCREEN, 'content: "{{ label(column, none, metadata)|escape_css_string }}"'),
        Patch(
            "Custom SQL query{% if display_rows %} returning {% if truncated %}more than "
            '{% endif %}{{ "{:,}".format(display_rows|length) }} row'
            + _COUNT.format(n="display_rows|length")
            + "{% endif %}",
            "{% if display_rows %}{{ row_count(total_rows, truncated) }}"
            "{% if total_rows > display_rows|length %}{{ _('; ') }}"
            "{{ row_range(first_row, display_rows|length) }}{% endif %}{% endif %}",
        ),
        Patch(
            "{{ show_hide_text }}",
            "{% if hide_sql %}"
            + _t(N_("Show the SQL"))
            + "{% else %}"
            + _t(N_("Hide the SQL"))
            + "{% endif %}",
        ),
        Patch("    <h3>{% if display_rows %}", _UNSEEN_HEADING + "    <h3>{% if display_rows %}"),
        Patch(
            '<p class="message-error">{{ error }}',
            '<p class="message-error">{{ translate_message(error) }}',
        ),
        Patch("<h3>Query parameters</h3>", ""),
        Patch('">{{ name }}</label>', '">{{ label(name) }}</label>'),
        Patch("Format SQL", _t(N_("Format the SQL"))),
        Patch("Run SQL", _t(N_("Run"))),
        Patch("Edit SQL", _t(N_("Change the SQL"))),
        _EDITOR,
        _DATA_AS,
        Patch(
            'scope="col">{{ column }}</th>', 'scope="col">{{ label(column, none, metadata) }}</th>'
        ),
        Patch("</table></div>\n{% else %}", "</table></div>\n" + _NEXT_PAGE + "{% else %}"),
        Patch("0 results", _t(N_("Nothing found."))),
    ),
}
"""Datasette's template → its patches."""


def patch_template(name: str, source: str) -> str:
    """The text of Datasette's template `name`, patched."""
    for old, new in PATCHES.get(name, ()):
        source = source.replace(old, new)
    return source


def table_rows(rows: Iterable[Sequence[Mapping[str, Any]]]) -> Markup:
    """The body of a table page. `rows`: cells as Datasette gives them to its template.

    Made at once instead of cell by cell by Jinja: Datasette's template goes through several steps
    for each of the twelve hundred cells of a page, and spends more time on them than on the rest.
    """
    lines = []
    for row in rows:
        cells = (
            f"{_cell_start(cell['column'], cell['value_type'])}{escape(cell['value'])}</td>"
            for cell in row
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return Markup("\n".join(lines))


@lru_cache(maxsize=1024)
def _cell_start(column: str, kind: str) -> str:
    """The tag before a cell's text. Its classes are what Datasette's own styles go by."""
    from datasette.utils import to_css_class

    return str(Markup('<td class="col-{} type-{}">').format(to_css_class(column), kind))


def datasette_templates() -> Path:
    """Where Datasette keeps its templates."""
    import datasette

    return Path(datasette.__file__).parent / "templates"


class PatchDatasetteTemplates(Extension):
    """Patches each of Datasette's templates as Jinja reads it, and leaves every other as it is."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template's text as Jinja shall compile it."""
        if filename is None or Path(filename).parent != datasette_templates():
            return source
        return patch_template(Path(filename).name, source)
