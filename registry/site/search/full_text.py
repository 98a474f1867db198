"""Full-text search that finds in Chinese names exactly what a substring search finds.

Every character becomes a token of its own, written as the hexadecimal code point: SQLite's
tokenizers keep those whole, punctuation included. A word then is a phrase of such tokens. The same
function writes the index and reads the query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from registry.text import nfkc_casefold

INDEXES: Final = {"items_fts": ("items", "name"), "delegations_fts": ("delegations", "item_name")}
"""Full-text index → its table, and the column of the names."""

NOTHING = '""'
"""An expression that is valid and finds nothing."""


def tokens(text: str) -> Iterator[str]:
    """A token for each character, regardless of its width and case.

    Characters are folded one by one, so that the tokens of a part of a name are a part of the
    tokens of the name.
    """
    for character in text:
        for folded in fold(character):
            yield f"{ord(folded):x}"


def fold(text: str) -> str:
    """`text` regardless of width and case, as the index has it: character by character."""
    return "".join(map(_fold_character, text))


_fold_character = lru_cache(maxsize=20_000)(nfkc_casefold)


def index_text(name: str | None) -> str:
    """A name as it is written to the full-text index: its tokens, divided by spaces."""
    return " ".join(tokens(name or ""))


def fill_indexes(conn: sqlite3.Connection) -> None:
    """Fill the full-text indexes of `public` from its tables. Needs the SQL function index_text."""
    for index, (table, column) in INDEXES.items():
        conn.execute(
            f"INSERT INTO public.{index} (rowid, {column})"
            f" SELECT no, index_text({column}) FROM public.{table} ORDER BY no"
        )


def match_expression(query: str | None) -> str:
    """The FTS5 expression that finds names which hold every word of the query.

    It holds nothing but hexadecimal digits, spaces and quotes, whatever the query is.
    """
    words = dict.fromkeys((query or "").split())
    return " ".join(f'"{index_text(word)}"' for word in words) or NOTHING
