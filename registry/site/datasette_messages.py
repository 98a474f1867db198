"""Datasette's error messages in the visitor's language.

Its errors are English sentences. Those that a visitor of ours can meet are known here, by their
text or by a pattern; of any other no more than its kind is told.
"""

from __future__ import annotations

import re
from typing import Any, Final

from registry.locale import N_, _, language

_SENTENCES: Final[dict[str, str]] = {
    "Table not found": N_("There is no such table."),
    "Record not found": N_("There is no such row."),
    "Row not found": N_("There is no such row."),
    "Database not found": N_("There is no such page."),
    "Invalid database": N_("There is no such page."),
    "No data": N_("There is no such page."),
    "404": N_("There is no such page."),
    "": N_("There is no such page."),
    "You do not have permission to view this table": N_("This table is not public."),
    "You do not have permission to view this query": N_("This query is not public."),
    "You do not have permission to view this database": N_("This is not public."),
    "Forbidden": N_("This is not public."),
    "Database is immutable": N_("Nobody can change the data here."),
    "Method not allowed": N_("Nobody can change the data here."),
    "Database download is forbidden": N_("The file can't be downloaded at this address."),
    "Cannot download database": N_("The file can't be downloaded at this address."),
    "view-database-download": N_("The file can't be downloaded at this address."),
    "execute-sql": N_("SQL of your own is not run here. The queries on offer are."),
    "_where= is not allowed": N_("SQL of your own is not run here. The queries on offer are."),
    "Statement must be a SELECT": N_("SQL of your own is not run here. The queries on offer are."),
    "Cannot use _sort and _sort_desc at the same time": N_(
        "Rows can be sorted upwards or downwards, not both at once."
    ),
    "_size must be a positive integer": N_("_size must be a whole number, 0 or more."),
    "Cannot search by that column": N_("This column can't be searched."),
    "Invalid _through - could not find corresponding foreign key": N_(
        "_through names no reference from another table."
    ),
    "_facet= is not allowed": N_("Counting by a column of your choice is not offered here."),
    "CSV streaming is disabled": N_("All rows at once are not offered as CSV here."),
    "_next not allowed for CSV streaming": N_(
        "All rows as CSV begin with the first: leave out _next."
    ),
    "?_blob_column= is required": N_("The address lacks the name of the column."),
    "Link has expired - the requested binary content has changed or could not be found.": N_(
        "The link is out of date."
    ),
    "SQL Interrupted": N_("That took too long"),
    "Invalid SQL": N_("The query could not be run"),
    "interrupted": N_("The query took longer than is allowed here. Narrow it with a filter."),
}
"""What Datasette says word for word → the message that we give in its place."""

_PATTERNS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(r"Cannot sort table by (?P<column>.+)", re.S),
        N_("Rows can't be sorted by “{column}”."),
    ),
    (
        re.compile(r"_(?:no)?col=(?P<column>.+) - invalid columns", re.S),
        N_("The table has no column “{column}”."),
    ),
    (
        re.compile(r"no such column: (?P<column>.+)", re.S),
        N_("The table has no column “{column}”."),
    ),
    (
        re.compile(r"(?P<column>.+) is not a valid column", re.S),
        N_("The table has no column “{column}”."),
    ),
    (re.compile(r"_size must be <= (?P<n>\d+)"), N_("At most {n} rows can be had at once.")),
    (re.compile(r"_shape=object (?:is|not).*", re.S), N_("This form of JSON needs a table's key.")),
    (
        re.compile(r"Database not found: (?P<name>.+)|Table not found: (?P<table>.+)", re.S),
        N_("There is no such page."),
    ),
    (
        re.compile(r".*SQL query took too long.*", re.S),
        N_("The query took longer than is allowed here. Narrow it with a filter."),
    ),
)

_UNKNOWN: Final = {
    403: N_("This is not public."),
    404: N_("There is no such page."),
    405: N_("Nobody can change the data here."),
    500: N_("Something went wrong here. Please try again, or begin at the home page."),
}
_MISTAKE: Final = N_("This address can't be understood.")


def translate_message(text: Any, status: int | None = None) -> str:
    """A message of Datasette's in the visitor's language; one for its `status`, if it is unknown.

    A message of our own is in that language already, and stays.
    """
    words = str(text if text is not None else "").strip()
    if words in _SENTENCES:
        return _(_SENTENCES[words])
    for pattern, message in _PATTERNS:
        found = pattern.fullmatch(words)
        if found:
            return _(message).format(**found.groupdict())
    if status != 500 and _is_ours(words):
        return words
    return _(_UNKNOWN.get(status or 400, _MISTAKE))


def _is_ours(words: str) -> bool:
    """Whether a text may stay as it is: on Chinese pages, one that begins in Chinese."""
    return language() != "zh" or re.match("[“《〔（\u4e00-\u9fff]", words) is not None
