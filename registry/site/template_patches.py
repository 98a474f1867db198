"""Datasette's own templates, marked for translation as they are read.

Datasette has no translation mechanism, and its templates hold their English between the markup.
Instead of copying them we read them as they are and put `_("…")` around the English, and ask for a
column's name where they print its identifier; a table's rows are left to a function, which is
quicker. A test holds every mark against the installed Datasette, so that an update which rewords a
template is noticed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from jinja2.ext import Extension

from registry.locale import N_


class Mark(NamedTuple):
    """`old` stands in a stock template; `new` takes its place, wherever it stands."""

    old: str
    new: str


def _t(message: str) -> str:
    """The template code that prints a message."""
    return '{{ _("' + message + '") }}'


_COUNT: Final = "{{% if {n} == 1 %}}{{% else %}}s{{% endif %}}"
_ROWS: Final = '{{ "{:,}".format(filtered_table_rows_count) }} row' + _COUNT.format(
    n="filtered_table_rows_count"
)
_SMALL_SCREEN: Final = 'content: "{{ column|escape_css_string }}"'
_HEADING: Final = (
    '<h1 style="padding-left: 10px; border-left: 10px solid #{{ database_color(database) }}">'
)
_ORIGINS: Final = (
    Mark("Data license:", _t(N_("Licence:"))),
    Mark("Data source:", _t(N_("Source:"))),
    Mark("About:", _t(N_("About:"))),
)


def _labelled(tag: str, message: str) -> Mark:
    """A control that Datasette shows without a label, with one for screen readers."""
    return Mark(tag, f'{tag} aria-label="{_t(message)}"')


_UNSEEN_HEADING: Final = '<h2 class="unseen">' + _t(N_("What is listed")) + "</h2>\n"
"""Above Datasette's h3, which else would follow an h1."""

_EVERY_ROW: Final = (
    "{% for row in display_rows %}\n            <tr>\n                {% for cell in row %}\n"
    '                    <td class="col-{{ cell.column|to_css_class }} type-{{ cell.value_type }}">'
    "{{ cell.value }}</td>\n                {% endfor %}\n            </tr>\n"
    "        {% endfor %}"
)

_DATA_AS: Final = Mark("This data as ", _t(N_("This data as")) + " ")

_EDITOR: Final = _labelled('<textarea id="sql-editor" name="sql"', N_("SQL"))

MARKS: Final[dict[str, tuple[Mark, ...]]] = {
    "base.html": (Mark("<html>", '<html lang="{{ page_language() }}">'),),
    "_crumbs.html": (Mark("{{ item.label }}", "{{ crumb(item.label) }}"),),
    "_description_source_license.html": (
        Mark(
            "{% if metadata.license or metadata.license_url or metadata.source or "
            "metadata.source_url %}\n    <p>",
            "{% if metadata.license or metadata.license_url or metadata.source or "
            'metadata.source_url %}\n    <p class="origin">',
        ),
        *_ORIGINS,
    ),
    "_footer.html": (
        Mark("Powered by", _t(N_("Powered by"))),
        Mark("Queries took {{ query_ms|round(3) }}ms", "{{ took(query_ms) }}"),
        *_ORIGINS,
    ),
    "_facet_results.html": (
        Mark("<strong>{{ facet_info.name }}", "<strong>{{ label(facet_info.name, table) }}"),
        Mark("({{ facet_info.type }})", "({{ facet_kind(facet_info.type) }})"),
        Mark("(facet_value.label | string())", "facet_word(facet_info.name, facet_value)"),
        Mark(
            '{{ facet_value.label or "-" }}',
            '{{ facet_word(facet_info.name, facet_value) or "-" }}',
        ),
    ),
    "_suggested_facets.html": (
        Mark("Suggested facets:", _t(N_("Count by:"))),
        Mark("{{ facet.name }}</a>", "{{ label(facet.name, table) }}</a>"),
        Mark("({{ facet.type }})", "({{ facet_kind(facet.type) }})"),
    ),
    "_table.html": (
        Mark(
            "{% if not column.sortable %}\n                            {{ column.name }}",
            "{% if not column.sortable %}\n                            "
            "{{ label(column.name, table) }}",
        ),
        Mark("{{ column.name }}&nbsp;▼", "{{ label(column.name, table) }}&nbsp;▼"),
        Mark(
            "{{ column.name }}{% if column.name == sort_desc %}",
            "{{ label(column.name, table) }}{% if column.name == sort_desc %}",
        ),
        Mark("0 records", _t(N_("Nothing found."))),
        Mark(_EVERY_ROW, "{{ table_rows(display_rows) }}"),
    ),
    "database.html": (
        Mark("<h3>Custom SQL query</h3>", "<h2>" + _t(N_("Query in SQL")) + "</h2>"),
        Mark("Format SQL", _t(N_("Format the SQL"))),
        Mark("Run SQL", _t(N_("Run"))),
        _EDITOR,
        Mark("{% block title %}{{ database }}", "{% block title %}{{ crumb(database) }}"),
        Mark("Queries</h2>", _t(N_("Queries")) + "</h2>"),
        Mark("Tables</h2>", _t(N_("Tables")) + "</h2>"),
        Mark("{{ table.name }}</a>", "{{ table_title(table.name) }}</a>"),
        Mark("Many rows", _t(N_("Many rows"))),
        # What is hidden are indexes, which nobody may see.
        Mark("{% if hidden_count and not show_hidden %}", "{% if false %}"),
        Mark(
            "<em>{% for column in table.columns %}{{ column }}",
            "<em>{% for column in table.columns %}{{ label(column, table.name) }}",
        ),
        Mark(
            '{{ "{:,}".format(table.count) }} row' + _COUNT.format(n="table.count"),
            "{{ counted(table.count) }}",
        ),
    ),
    "row.html": (
        Mark(
            "{% block title %}{{ database }}: {{ table }}",
            "{% block title %}{{ row_title(table, metadata, rows, primary_key_values) }}",
        ),
        # A row stands as a list of its values at every width, not only on small screens.
        Mark("@media only screen and (max-width: 576px)", "@media all"),
        Mark(_SMALL_SCREEN, 'content: "{{ label(column, table)|escape_css_string }}"'),
        Mark(
            _HEADING + "{{ table }}: {{ ', '.join(primary_key_values) }}",
            _HEADING + "{{ row_title(table, metadata, rows, primary_key_values) }}",
        ),
        _DATA_AS,
        Mark("{% if foreign_key_tables %}", '{% if foreign_key_tables|sum("count") %}'),
        Mark(
            "{% for other in foreign_key_tables %}",
            "{% for other in foreign_key_tables if other.count %}",
        ),
        Mark("Links from other tables", _t(N_("Linked from"))),
        Mark(
            '{{ "{:,}".format(other.count) }} row' + _COUNT.format(n="other.count") + "</a>\n"
            "                from {{ other.other_column }} in {{ other.other_table }}",
            "{{ table_title(other.other_table) }}</a> {{ counted(other.count) }}",
        ),
    ),
    "query.html": (
        Mark(
            "{% block title %}{{ database }}{% if query and query.sql %}: {{ query.sql }}"
            "{% endif %}",
            "{% block title %}{{ metadata.title or database }}",
        ),
        Mark(_SMALL_SCREEN, 'content: "{{ label(column, none, metadata)|escape_css_string }}"'),
        Mark(
            "Custom SQL query{% if display_rows %} returning {% if truncated %}more than "
            '{% endif %}{{ "{:,}".format(display_rows|length) }} row'
            + _COUNT.format(n="display_rows|length")
            + "{% endif %}",
            "{% if display_rows %}{{ counted(display_rows|length, truncated) }}{% endif %}",
        ),
        Mark(
            "{{ show_hide_text }}",
            "{% if hide_sql %}"
            + _t(N_("Show the SQL"))
            + "{% else %}"
            + _t(N_("Hide the SQL"))
            + "{% endif %}",
        ),
        Mark("    <h3>{% if display_rows %}", _UNSEEN_HEADING + "    <h3>{% if display_rows %}"),
        Mark('<p class="message-error">{{ error }}', '<p class="message-error">{{ said(error) }}'),
        Mark("<h3>Query parameters</h3>", ""),
        Mark('">{{ name }}</label>', '">{{ label(name) }}</label>'),
        Mark("Format SQL", _t(N_("Format the SQL"))),
        Mark("Run SQL", _t(N_("Run"))),
        Mark("Edit SQL", _t(N_("Change the SQL"))),
        _EDITOR,
        _DATA_AS,
        Mark(
            'scope="col">{{ column }}</th>', 'scope="col">{{ label(column, none, metadata) }}</th>'
        ),
        Mark("0 results", _t(N_("Nothing found."))),
    ),
    "table.html": (
        Mark(
            "{% block title %}{{ database }}: {{ table }}: {% if filtered_table_rows_count or "
            "filtered_table_rows_count == 0 %}" + _ROWS + "{% endif %}",
            "{% block title %}{{ table_title(table) }}",
        ),
        Mark(
            "{% if human_description_en %} {{ human_description_en }}{% endif %}",
            " {{ described(filters, search, sort, sort_desc, table) }}",
        ),
        Mark(
            "{% if human_description_en %}{{ human_description_en }}{% endif %}",
            "{{ described(filters, search, sort, sort_desc, table) }}",
        ),
        Mark(
            'content: "{{ column.name|escape_css_string }}"',
            'content: "{{ label(column.name, table)|escape_css_string }}"',
        ),
        Mark(
            '<dl class="column-descriptions">',
            '<details class="columns"><summary>'
            + _t(N_("What the columns mean"))
            + '</summary><dl class="column-descriptions">',
        ),
        Mark("</dl>", "</dl></details>"),
        Mark(_ROWS, "{{ counted(filtered_table_rows_count) }}"),
        Mark(
            "{% if filtered_table_rows_count or human_description_en %}\n    <h3>",
            _UNSEEN_HEADING
            + "{% if filtered_table_rows_count or human_description_en %}\n    <h3>",
        ),
        _labelled('<select name="_filter_column"', N_("Column")),
        _labelled('<select name="_filter_column_{{ loop.index }}"', N_("Column")),
        _labelled('<select name="_filter_op"', N_("Comparison")),
        _labelled('<select name="_filter_op_{{ loop.index }}"', N_("Comparison")),
        _labelled('<input type="text" name="_filter_value"', N_("Value")),
        _labelled('<input type="text" name="_filter_value_{{ loop.index }}"', N_("Value")),
        _labelled('<select name="_sort" id="sort_by"', N_("Sorted by")),
        Mark("Search:", _t(N_("Search the names:"))),
        Mark("- remove filter -", _t(N_("- remove filter -"))),
        Mark("- column -", _t(N_("- column -"))),
        Mark(
            "<option{% if c == column %} selected{% endif %}>{{ c }}</option>",
            '<option value="{{ c }}"{% if c == column %} selected{% endif %}>'
            "{{ label(c, table) }}</option>",
        ),
        Mark(
            "<option>{{ column }}</option>",
            '<option value="{{ column }}">{{ label(column, table) }}</option>',
        ),
        Mark("{{ display }}", "{{ comparison(key, display) }}"),
        Mark(' title="{{ query.sql }}"', ""),
        Mark("View and edit SQL", _t(N_("As a query in SQL"))),
        Mark("Sort...", _t(N_("Sort …"))),
        Mark("Sort by {{ column.name }}", "{{ label(column.name, table) }}"),
        Mark(" descending</label>", " " + _t(N_("descending")) + "</label>"),
        Mark('value="Apply"', 'value="' + _t(N_("Apply")) + '"'),
        _DATA_AS,
        Mark(">advanced</a>", ">" + _t(N_("more ways")) + "</a>"),
        Mark("These facets timed out:", _t(N_("Not counted in time:"))),
        Mark('{{ ", ".join(facets_timed_out) }}', "{{ labels(facets_timed_out, table) }}"),
        Mark("Next page", _t(N_("Next page"))),
        Mark("Advanced export", _t(N_("Take the data with you"))),
        Mark("JSON shape:", _t(N_("JSON:"))),
        Mark(">default</a>", ">" + _t(N_("default")) + "</a>"),
        Mark(">array</a>", ">" + _t(N_("array")) + "</a>"),
        Mark(">newline-delimited</a>", ">" + _t(N_("a row a line")) + "</a>"),
        Mark(">object</a>", ">" + _t(N_("object")) + "</a>"),
        Mark("CSV options:", _t(N_("CSV:"))),
        Mark("> download file", "> " + _t(N_("as a file"))),
        Mark("> expand labels", "> " + _t(N_("with names beside codes"))),
        Mark("> stream all rows", "> " + _t(N_("all rows"))),
        Mark('value="Export CSV"', 'value="' + _t(N_("Export CSV")) + '"'),
        Mark(
            '<pre class="wrapped-sql">{{ table_definition }}</pre>',
            '<details class="columns"><summary>'
            + _t(N_("Definition of the table"))
            + '</summary><pre class="wrapped-sql">{{ table_definition }}</pre></details>',
        ),
    ),
}
"""Stock template → its marks."""


def marked(name: str, source: str) -> str:
    """The text of the stock template `name`, with its English marked."""
    for old, new in MARKS.get(name, ()):
        source = source.replace(old, new)
    return source


def stock_folder() -> Path:
    """Where Datasette keeps its templates."""
    import datasette

    return Path(datasette.__file__).parent / "templates"


class MarkStockTemplates(Extension):
    """Marks each stock template as Jinja reads it, and leaves every other as it is."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template's text as Jinja shall compile it."""
        if filename is None or Path(filename).parent != stock_folder():
            return source
        return marked(Path(filename).name, source)
