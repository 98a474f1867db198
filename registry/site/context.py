"""What templates show: names of columns and tables, counts, descriptions, notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

from registry.locale import LANGUAGES, N_, Language, _, language, list_separator
from registry.locale.labels import item_fields_label, table_label, value_label
from registry.site.column_labels import column_label
from registry.site.published import PublishedFile
from registry.site.titles import places

DATABASE: Final = "catalogue"
"""The name under which every published file is served: rules are written for this one."""

_COMPARISONS: Final = {
    "not": N_("is not"),
    "contains": N_("contains"),
    "endswith": N_("ends with"),
    "startswith": N_("begins with"),
    "like": N_("is like"),
    "notlike": N_("is not like"),
    "glob": N_("matches"),
    "in": N_("is one of"),
    "notin": N_("is none of"),
    "arraycontains": N_("list contains"),
    "arraynotcontains": N_("list does not contain"),
    "date": N_("is on the day"),
    "isnull": N_("is missing"),
    "notnull": N_("is not missing"),
    "isblank": N_("is empty"),
    "notblank": N_("is not empty"),
}
_FACETS: Final = {"date": N_("by day"), "array": N_("by member"), "column": N_("by value")}
_WITHOUT_VALUE: Final = ("isnull", "notnull", "isblank", "notblank")


_TEXTS: Final = (
    "title",
    "description",
    "description_html",
    "license",
    "source",
    "about",
    "columns",
)
"""What the metadata says in Chinese, and under the same name with `_en` in English."""


def metadata_in_language(metadata: Mapping[str, Any], chosen: Language) -> dict[str, Any]:
    """Datasette's metadata with each of its texts in one language, and nothing in another."""
    selected = {
        key: value for key, value in metadata.items() if key not in {f"{t}_en" for t in _TEXTS}
    }
    if chosen == "en":
        for text in _TEXTS:
            english = metadata.get(f"{text}_en")
            if isinstance(english, Mapping):
                selected[text] = {**(metadata.get(text) or {}), **english}
            elif english:
                selected[text] = english
    for group in ("databases", "tables", "queries"):
        if isinstance(selected.get(group), Mapping):
            selected[group] = {
                name: metadata_in_language(about, chosen) if isinstance(about, Mapping) else about
                for name, about in selected[group].items()
            }
    return selected


class Filters(Protocol):
    """Datasette's filters of a table page."""

    def selections(self) -> Iterable[tuple[str, str, str]]:
        """Column, comparison and value of each."""

    def lookups(self) -> Iterable[tuple[str, str, bool]]:
        """Key, name and whether it takes no value, of each comparison."""


@dataclass(frozen=True, eq=False)
class SiteContext:
    """One published file as it is served, with its metadata: what pages say about it."""

    file: PublishedFile
    metadata: Mapping[str, Any]
    language: Language
    internal: bool = False

    @cached_property
    def _metadata_by_language(self) -> Mapping[Language, dict[str, Any]]:
        return {one: metadata_in_language(self.metadata, one) for one in LANGUAGES}

    def metadata_in(self, one: Language) -> dict[str, Any]:
        """The metadata with its texts in one language; where it has no English, in Chinese."""
        return self._metadata_by_language[one]

    @property
    def about(self) -> Mapping[str, Any]:
        """The metadata in the language in use."""
        return self.metadata_in(language())

    def has_english(self, text: str) -> bool:
        """Whether what `about` holds under this name is English."""
        return language() == "en" and bool(self.metadata.get(f"{text}_en"))

    @property
    def database(self) -> Mapping[str, Any]:
        """What the metadata says of the catalogue."""
        return (self.about.get("databases") or {}).get(DATABASE) or {}

    @property
    def tables(self) -> Mapping[str, Any]:
        """What the metadata says of its tables."""
        return self.database.get("tables") or {}

    @property
    def queries(self) -> Mapping[str, Any]:
        """The canned queries."""
        return self.database.get("queries") or {}

    def search_name(self) -> str:
        """What a browser calls the search in this catalogue: short, by the place that it is of."""
        return _("{place} powers").format(place=places(self.file, language())).strip()

    def shows(self, table: str) -> bool:
        """Whether the public may look into a table: not into indexes."""
        return table in self.file.tables

    def label(
        self, column: str, table: str | None = None, query: Mapping[str, Any] | None = None
    ) -> str:
        """The name of a column: what its description begins with. In English, its identifier."""
        return column_label(column, self.tables, table, query) if language() == "zh" else column

    def column_name(self, column: str, table: str | None = None) -> str:
        """The name of a column where people choose by it: in English, its identifier in words."""
        name = self.label(column, table)
        return name if language() == "zh" else name.replace("_", " ").capitalize()

    def english(self, kind: str, of: str | None) -> str | None:
        """What an instrument calls something in English, on English pages; None: nothing."""
        return self.file.english.get(kind, {}).get(of or "") if language() == "en" else None

    def value_name(self, column: str, value: Any) -> str:
        """What a value of a column is called: a code's word, a body's name, or the value."""
        text = str(value)
        number = int(text) if text in ("0", "1") else value
        word = value_label(column, number) or self.english(column, text)
        if word is None and column == "department":
            word = self._departments_in_english(text)
        return word or self.file.names.get(column, ("", {}))[1].get(text) or text

    def _departments_in_english(self, names: str) -> str | None:
        """Short names of departments in English, where all of them have one."""
        if language() != "en":
            return None
        ids = {name: id_ for id_, name in self.file.names["department"][1].items()}
        found = [self.english("department", ids.get(name)) for name in names.split("、")]
        return ", ".join(name for name in found if name) if all(found) else None

    def labels(self, columns: Iterable[str], table: str) -> str:
        """The names of columns of a table, as a list."""
        return list_separator().join(self.label(column, table) for column in columns)

    def facet_kind(self, kind: str) -> str:
        """The word for a kind of facet."""
        return _(_FACETS[kind]) if kind in _FACETS else kind

    def facet_word(self, column: str, value: Any) -> str:
        """The word for a value of a facet."""
        name = self.value_name(column, value["value"])
        return name if name != str(value["value"]) else str(value["label"])

    def table_title(self, table: str) -> str:
        """The title of a table, where the metadata has one in the language in use."""
        title = str((self.tables.get(table) or {}).get("title") or "")
        return title if title and (language() == "zh" or title.isascii()) else table

    def breadcrumb(self, label: str) -> str:
        """The text of one breadcrumb. `label`: as Datasette has it."""
        if label == "home":
            return _("Home")
        if label == DATABASE:
            return str(self.database.get("title") or label)
        return self.table_title(label)

    def row_title(
        self,
        table: str,
        metadata: Mapping[str, Any],
        rows: Sequence[Mapping[str, Any]],
        keys: Sequence[str],
    ) -> str:
        """The heading of a row's page: its key, and its name where it has one."""
        label = metadata.get("label_column")
        name = rows[0][label] if label and rows else None
        key = " · ".join(keys)
        return f"{key}　{name}" if name and name != key else f"{self.table_title(table)} {key}"

    def row_count(self, rows: int, truncated: bool = False) -> str:
        """How many rows there are."""
        text = _("More than {n:,} rows: only these are shown") if truncated else _("{n:,} rows")
        return text.format(n=rows)

    def row_range(self, first: int, rows: int) -> str:
        """Which of the rows a page shows. `first`: counted from 1."""
        return _("rows {first:,} to {last:,} here").format(first=first, last=first + rows - 1)

    def comparison(self, key: str, display: str) -> str:
        """The name of a comparison, in the list from which readers choose."""
        return _(_COMPARISONS[key]) if key in _COMPARISONS else display

    def describe_filters(
        self, filters: Filters, search: Any, sort: Any, sort_desc: Any, table: str
    ) -> str:
        """What a table page is filtered and sorted by, in words; empty where it is neither."""
        names = {key: self.comparison(key, display) for key, display, _none in filters.lookups()}
        parts = [_("name contains “{words}”").format(words=search)] if search else []
        for column, key, value in filters.selections():
            parts.append(self.filter_text(column, key, names.get(key, key), value, table))
        if ordered := self.describe_sort(sort, sort_desc, table):
            parts.append(ordered)
        return _("; ").join(parts)

    def describe_sort(self, sort: Any, sort_desc: Any, table: str) -> str:
        """What a table page is sorted by, in words; empty where it is as it always is."""
        metadata = self.tables.get(table) or {}
        parts = []
        if sort and sort not in (metadata.get("sort"), "id"):
            parts.append(_("sorted by {column}").format(column=self.label(sort, table)))
        if sort_desc and sort_desc != metadata.get("sort_desc"):
            parts.append(
                _("sorted by {column}, descending").format(column=self.label(sort_desc, table))
            )
        return _("; ").join(parts)

    def filter_text(self, column: str, key: str, display: str, value: str, table: str) -> str:
        """One filter in words. `display`: what Datasette calls its comparison, `key`."""
        shown = "" if key in _WITHOUT_VALUE else f" {self.value_name(column, value)}"
        return f"{self.label(column, table)} {self.comparison(key, display)}{shown}"

    def query_time(self, milliseconds: float) -> str:
        """How long the queries of a page took."""
        return _("Queries took {ms} ms").format(ms=round(milliseconds))

    def notices(self) -> list[tuple[str, str]]:
        """Kind and text of what every page says about the data."""
        found = []
        if self.file.has_demonstration:
            found.append(
                (
                    "demonstration",
                    _(
                        "Demonstration. Agreements, publications and dates marked as demonstration "
                        "are invented; nothing here is an official document."
                    ),
                )
            )
        if self.file.items_reconstructed:
            found.append(
                (
                    "reconstruction",
                    _(
                        "Rows marked as reconstructed, such as the lists of items, were put "
                        "together from the law; they are not the official annexes of the notice."
                    ),
                )
            )
        elif self.file.unofficial_fields:
            found.append(("unofficial", self.unofficial_note()))
        return found

    def unofficial_note(self) -> str:
        """Which tables, and which fields of official items, are not official; "" if all is."""
        file = self.file
        parts = [table_label(table) for table in file.unofficial]
        if file.unofficial_fields:
            fields = item_fields_label(file.unofficial_fields)
            parts.append(_("some fields of official items ({fields})").format(fields=fields))
        if not parts:
            return ""
        text = _("Not all of this is official: {parts}. Each row says where it is from.")
        return text.format(parts=list_separator().join(dict.fromkeys(parts)))
