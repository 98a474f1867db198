"""What columns are called in Chinese: what the metadata's description of each begins with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_SHARED: Final = ("delegations", "items", "findings", "obligations", "progress", "rules")
"""Tables whose columns stand in results of queries, too."""


def column_label(
    column: str,
    tables: Mapping[str, Any],
    table: str | None = None,
    query: Mapping[str, Any] | None = None,
) -> str:
    """The name of a column of a query, of a table, or of those that queries share; its identifier
    where the metadata's `tables` say nothing of it."""
    named = [(query or {}).get("columns") or {}]
    for known in (table, *_SHARED):
        named.append((tables.get(known or "") or {}).get("columns") or {})
    for columns in named:
        if column in columns:
            return str(columns[column]).partition("：")[0]
    return column
