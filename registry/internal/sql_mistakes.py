"""What is wrong with a user's SQL: where it stands in the text, in words, and what may be meant.

SQLite names a word and no place. The place is found in the text: where a word occurs several times,
by having SQLite read the text up to each.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, NamedTuple

from registry.locale import N_, _, list_separator

_MAX_NEAR: Final = 3
_FULL_WIDTH: Final = dict(zip("，；（）‘’“”＝＞＜：。＊　", ",;()''''=><:.* ", strict=True))
"""Marks of a Chinese keyboard → what SQL takes; to SQLite they are letters of a name."""

_TOKEN: Final = re.compile(
    r"""
    (?P<space>[ \t\n\f\r]+|--[^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<string>'(?:[^']|'')*'?)
  | (?P<quoted>"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?)
  | (?P<number>(?:[0-9]|\.[0-9])[0-9A-Za-z_.]*)
  | (?P<word>[A-Za-z_\u0080-\U0010ffff][0-9A-Za-z_$\u0080-\U0010ffff]*)
  | (?P<parameter>[:@$?\#][0-9A-Za-z_$\u0080-\U0010ffff]*)
  | (?P<operator>\|\||->>?|<<|>>|<=|>=|<>|!=|==|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_END: Final = " \x01"
"""Nothing that SQL knows: a text that ends so is read to here, and never run."""

_NEAR: Final = re.compile(r'near "(?P<word>.*)": syntax error', re.DOTALL)
_TOKEN_ERROR: Final = re.compile(r'unrecognized token: "(?P<word>.*)"', re.DOTALL)
_NAMED: Final = (
    (r"no such column: (?P<word>.+)", "column", N_("There is no column “{word}” here.")),
    (r"no such table: (?P<word>.+)", "table", N_("There is no table “{word}”.")),
    (r"no such function: (?P<word>.+)", "", N_("There is no function “{word}”.")),
    (
        r"ambiguous column name: (?P<word>.+)",
        "",
        N_("Several tables have a column “{word}”: write the table before it, with a point."),
    ),
    (
        r"wrong number of arguments to function (?P<word>.+)\(\)",
        "",
        N_("“{word}” takes another number of values."),
    ),
    (
        r"misuse of (?:aggregate|window function)(?: function)?:? ?(?P<word>\w+)(?:\(\))?",
        "",
        N_("“{word}” counts over several rows, and can't stand here."),
    ),
)
"""What SQLite says of a name, which kind of name it is, and what we say."""

_OTHER: Final = (
    ("incomplete input", N_("The query is not finished: something is missing at its end.")),
    ("null character", N_("The query holds a character that nobody sees, U+0000. Take it out.")),
    ("one statement at a time", N_("One query at a time: take out what follows the semicolon.")),
    ("not authorized", N_("This is not allowed here: a query may only read the tables.")),
    ("is prohibited", N_("This is not allowed here: a query may only read the tables.")),
    ("same number of result columns", N_("The parts of the query differ in columns.")),
)  # fmt: skip
_NOT_SELECT: Final = N_("A query here begins with SELECT or WITH, and only reads.")


@dataclass(frozen=True)
class Schema:
    """Tables and their columns, and what they are called: a name that people use → the id."""

    tables: Mapping[str, Sequence[str]]
    table_names: Mapping[str, str] = field(default_factory=dict)
    column_names: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Token(NamedTuple):
    """A part of the text: its kind, as in `_TOKEN`, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def name(self) -> str:
        """What it names: without quotes, in small letters."""
        quoted = self.kind == "quoted" and len(self.text) > 1
        return (self.text[1:-1] if quoted else self.text).lower()


@dataclass(frozen=True)
class Mistake:
    """A mistake in words, with what may be meant; and its place, where that is known.

    `start`, `end`: in the text. `line`, `column`: from 1.
    """

    message: str
    sql: str = ""
    start: int | None = None
    end: int | None = None

    @property
    def line(self) -> int:
        """The number of the line."""
        return self.sql.count("\n", 0, self.start or 0) + 1

    @property
    def column(self) -> int:
        """The number of the character in its line."""
        return (self.start or 0) - self.sql.rfind("\n", 0, self.start or 0)

    @property
    def text(self) -> str:
        """The place and the mistake, as a sentence."""
        if self.start is None:
            return self.message
        place = _("Line {line}, column {column}: ").format(line=self.line, column=self.column)
        return place + self.message

    @property
    def excerpt(self) -> tuple[str, str, str] | None:
        """The line: what is before the word, the word, and what is after it."""
        if self.start is None:
            return None
        first = self.sql.rfind("\n", 0, self.start) + 1
        last = self.sql.find("\n", self.start)
        line_end = len(self.sql) if last < 0 else last
        end = min(self.end or self.start, line_end)
        return self.sql[first : self.start], self.sql[self.start : end], self.sql[end:line_end]


def tokens(sql: str) -> list[Token]:
    """The parts of a text as SQLite reads it, without spaces and comments."""
    return [
        Token(str(found.lastgroup), found.group(), found.start())
        for found in _TOKEN.finditer(sql)
        if found.lastgroup != "space"
    ]


def explain(sql: str, error: str, schema: Schema) -> Mistake:
    """What `error`, as SQLite worded it, means for the text `sql`."""
    parts = tokens(sql)
    wide = _full_width(sql, parts)
    named = next(
        ((found, kind, text) for pattern, kind, text in _NAMED
         if (found := re.fullmatch(pattern, error))),
        None,
    )  # fmt: skip
    near, unknown = _NEAR.fullmatch(error), _TOKEN_ERROR.fullmatch(error)
    if wide and (named or near or unknown or error == "incomplete input"):
        return wide
    if near:
        word = near["word"]
        message = _("The query can't be understood from “{word}” on.").format(word=word)
        return _placed(message, sql, _failing(sql, parts, word))
    if unknown:
        return _token_mistake(sql, parts, unknown["word"])
    if named:
        found, kind, text = named
        word = found["word"]
        message = _(text).format(word=word) + _hints(kind, word, parts, schema)
        surely = kind != "column" or not _is_known(word, parts, schema)
        return _placed(message, sql, _naming(parts, word, surely=surely))
    for words, text in _OTHER:
        if words in error:
            start = len(sql.rstrip()) if words == "incomplete input" else None
            return Mistake(_(text), sql, start, start)
    return Mistake(_("The query could not be run; SQLite says: {detail}").format(detail=error))


def not_select(sql: str) -> Mistake:
    """What is said of a text that is no query."""
    return _placed(_(_NOT_SELECT), sql, next(iter(tokens(sql)), None))


def _placed(message: str, sql: str, token: Token | None) -> Mistake:
    if token is None:
        return Mistake(message)
    return Mistake(message, sql, token.start, token.start + len(token.text))


def _full_width(sql: str, parts: Sequence[Token]) -> Mistake | None:
    """A mark of a Chinese keyboard where SQL takes its own; None where there is none."""
    for token in parts:
        for n, char in enumerate(token.text if token.kind == "word" else ""):
            if char in _FULL_WIDTH:
                message = _("“{mark}” is a full-width character; SQL takes “{plain}”.").format(
                    mark=char, plain=_FULL_WIDTH[char]
                )
                return Mistake(message, sql, token.start + n, token.start + n + 1)
    return None


def _failing(sql: str, parts: Sequence[Token], word: str) -> Token | None:
    """The token at which SQLite stops reading; of several alike the one it really is."""
    alike = [token for token in parts if token.text == word]
    if len(alike) < 2:
        return alike[0] if alike else None
    expected = f'near "{word}": syntax error'

    def is_reached(token: Token) -> bool:
        """Whether SQLite, which reads up to there, stops at one of them."""
        try:
            conn.execute(sql[: token.start + len(word)] + _END)
        except sqlite3.Error as error:
            return str(error) == expected
        return False

    with closing(sqlite3.connect(":memory:")) as conn:
        # Where it stops it also stops if it is to read further: not each has to be tried.
        first, last = 0, len(alike) - 1
        while first < last:
            middle = (first + last) // 2
            first, last = (first, middle) if is_reached(alike[middle]) else (middle + 1, last)
        return alike[first] if is_reached(alike[first]) else None


def _token_mistake(sql: str, parts: Sequence[Token], word: str) -> Mistake:
    """A text that is not closed, or a sign that SQL has not."""
    for token in parts:
        quote = token.text[0]
        if token.kind in ("string", "quoted") and quote in "'\"`" and token.text.count(quote) % 2:
            message = _("A quotation mark is opened here and not closed.")
            return Mistake(message, sql, token.start, token.start + 1)
    start = sql.find(word)
    message = _("SQL has no “{word}”.").format(word=word)
    return Mistake(message, sql, start, start + len(word)) if start >= 0 else Mistake(message)


def _naming(parts: Sequence[Token], word: str, *, surely: bool) -> Token | None:
    """The first token that names `word`, which may be a table's and a column's name.

    `surely`: wherever it stands it is wrong; else it is told only where it stands once.
    """
    names = [part.strip('"`[]').lower() for part in word.split(".")]
    pattern = [piece for name in names for piece in (name, ".")][:-1]
    found = []
    for n, token in enumerate(parts):
        following = parts[n : n + len(pattern)]
        qualified = n > 0 and parts[n - 1].text == "."
        names_it = [one.name for one in following] == pattern
        if names_it and token.kind in ("word", "quoted") and not qualified:
            text = "".join(one.text for one in following)
            found.append(Token(token.kind, text, token.start))
    return found[0] if found and (surely or len(found) == 1) else None


def _hints(kind: str, word: str, parts: Sequence[Token], schema: Schema) -> str:
    """Names that may be meant, as a sentence; "" where nothing is alike."""
    if kind == "table":
        found = list(_alike(word, schema.tables, schema.table_names))
        return _did_you_mean(found)
    if kind != "column":
        return ""
    columns = _columns(word, parts, schema)
    column = word.rpartition(".")[2]
    by_name = {
        name: one for name, ids in schema.column_names.items() for one in ids if one in columns
    }
    found = list(_alike(column, columns, by_name))
    if found:
        return _did_you_mean(found)
    having = [one for one, under in schema.tables.items() if column.lower() in under]
    if not having:
        return ""
    text = _(" It is a column of {tables}.")
    return text.format(tables=list_separator().join(having[:_MAX_NEAR]))


def _columns(word: str, parts: Sequence[Token], schema: Schema) -> dict[str, None]:
    """The columns of the tables that the text names; of one, where `word` names that."""
    table = word.rpartition(".")[0]
    named = {token.name for token in parts}
    chosen = [table] if table in schema.tables else [one for one in schema.tables if one in named]
    return dict.fromkeys(one for table in chosen or schema.tables for one in schema.tables[table])


def _is_known(word: str, parts: Sequence[Token], schema: Schema) -> bool:
    """Whether a table that the text names has the column: elsewhere in it the name may be right."""
    return word.rpartition(".")[2].lower() in _columns(word, parts, schema)


def _alike(word: str, ids: Mapping[str, object], names: Mapping[str, str]) -> Iterator[str]:
    """Ids like `word`, or that people call so: at most `_MAX_NEAR`."""
    if word in names:
        yield names[word]
        return
    called = [one for name, one in names.items() if word and (word in name or name in word)]
    near = get_close_matches(word.lower(), list(ids), n=_MAX_NEAR)
    found = dict.fromkeys(one for one in (*called, *near) if one != word.lower())
    yield from list(found)[:_MAX_NEAR]


def _did_you_mean(found: Sequence[str]) -> str:
    if not found:
        return ""
    return _(" Did you mean {names}?").format(names=list_separator().join(found))
