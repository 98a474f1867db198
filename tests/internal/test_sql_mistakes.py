"""What is said of a mistake in SQL: where it is, and what may be meant."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.internal.sql_mistakes import Mistake, Schema, explain, not_select, tokens

SCHEMA = Schema(
    {
        "findings": ["code", "status", "due_on", "item_name"],
        "finding_bodies": ["fingerprint", "body"],
        "items": ["id", "name", "status"],
    },
    {"问题": "findings", "事项": "items"},
    {"状态": ["status"], "事项名称": ["item_name"], "规则": ["code"]},
)


def mistake(sql: str) -> Mistake:
    """What is said of a query that SQLite refuses."""
    conn = sqlite3.connect(":memory:")
    for table, columns in SCHEMA.tables.items():
        conn.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    try:
        conn.execute(sql)
    except (sqlite3.Error, sqlite3.Warning) as error:
        return explain(sql, str(error), SCHEMA)
    finally:
        conn.close()
    raise AssertionError(sql)


@pytest.mark.parametrize(
    ("sql", "place", "word"),
    [
        ("select code, from findings", (1, 14), "from"),
        ("select code\nfrom findings\nwhere code = 1 adn status = 2", (3, 16), "adn"),
        # The word that is wrong, not the one like it before it.
        ("select code from findings where code = 'from' and from 2", (1, 51), "from"),
        ("select '(' -- (\n, ((1) from findings", (2, 8), "from"),
        ("select code from findings where ,", (1, 33), ","),
        ("select 'abc from findings", (1, 8), "'"),
        ('select\n  "abc from findings', (2, 3), '"'),
        ("select # from findings", (1, 8), "#"),
        ("select cod from findings", (1, 8), "cod"),
        ("select 'cod', cod from findings", (1, 15), "cod"),
        ("select f.cod\nfrom findings as f", (1, 8), "f.cod"),
        ("select * from finding", (1, 15), "finding"),
        ("select\nfoo(1)", (2, 1), "foo"),
        ("select status from findings, items", (1, 8), "status"),
        ("select f.status, status from findings f, items", (1, 18), "status"),
        ("select abs(1, 2)", (1, 8), "abs"),
        ("select code from findings where count(*) > 1", (1, 33), "count"),
        ("select code，status from findings", (1, 12), "，"),
        ("select count（*） from findings", (1, 13), "（"),
        ("select code from findings where code = ‘A’", (1, 40), "‘"),
        ("select * from findings where code =\u3000'A'", (1, 36), "\u3000"),
    ],
)
def test_the_place(sql: str, place: tuple[int, int], word: str) -> None:
    found = mistake(sql)
    assert found.start is not None, found
    assert (found.line, found.column) == place
    assert found.excerpt is not None
    before, named, after = found.excerpt
    assert named == word
    assert before + named + after == sql.split("\n")[place[0] - 1]
    assert found.text.startswith(f"Line {place[0]}, column {place[1]}: ")


@pytest.mark.parametrize("sql", ["select", "select code from findings where ( ", "with a as ("])
def test_what_is_missing_is_missing_at_the_end(sql: str) -> None:
    found = mistake(sql)
    assert "not finished" in found.message
    assert found.start == len(sql.rstrip())
    assert found.excerpt
    assert found.excerpt[1:] == ("", sql[len(sql.rstrip()) :])


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select cod from findings", "Did you mean code?"),
        ("select COD from Findings", "Did you mean code?"),
        ("select 事项名称 from findings", "Did you mean item_name?"),
        ("select 状 from findings", "Did you mean status?"),
        ("select * from 问题", "Did you mean findings?"),
        ("select * from finding", "Did you mean findings, finding_bodies?"),
        ("select fingerprint from findings", "It is a column of finding_bodies."),
        ("select items.cod from items, findings", "There is no column “items.cod” here."),
        ("select zzz from findings", "There is no column “zzz” here."),
        ("select code，1 from findings", "“，” is a full-width character; SQL takes “,”."),
        ("select status from findings, items", "write the table before it"),
        ("select 1; select 2", "One query at a time"),
        ("select '\0'", "U+0000"),
        ("select 1, 2 union select 1", "differ in columns"),
        ("select code from findings group by sum(1)", "SQLite says: aggregate functions"),
    ],
)
def test_what_is_said(sql: str, words: str) -> None:
    text = mistake(sql).text
    assert words in text
    if "Did you mean" not in words:
        assert "Did you mean" not in text


def test_a_name_that_is_right_elsewhere_has_no_place() -> None:
    found = mistake("select code from findings union select code")
    assert found.start is None
    assert found.excerpt is None
    assert found.text == "There is no column “code” here. It is a column of findings."


@pytest.mark.parametrize("error", ["not authorized", "access to items.name is prohibited"])
def test_what_is_not_allowed(error: str) -> None:
    found = explain("select name from items", error, SCHEMA)
    assert found.text == "This is not allowed here: a query may only read the tables."


def test_what_is_no_query() -> None:
    found = not_select("  -- mine\n  delete from items")
    assert (found.line, found.column) == (2, 3)
    assert found.excerpt == ("  ", "delete", " from items")
    assert not_select("").text == "A query here begins with SELECT or WITH, and only reads."


PARTS = (
    *("select", "from", "findings", "code", "where", "union", "事项", "=", ",", "(", ")", "'", '"'),
    *(
        "--",
        "/*",
        "*/",
        "[",
        "]",
        "`",
        "1",
        "1e",
        "x'",
        "@",
        "#",
        ";",
        "，",
        "“",
        "\n",
        " ",
        "\x00",
    ),
)
WORDS = st.lists(st.sampled_from(PARTS), max_size=12)


@given(WORDS.map(" ".join) | WORDS.map("".join) | st.text(max_size=40))
@example("select [")
@example("select x'1")
def test_whatever_is_written_the_place_is_in_the_text(sql: str) -> None:
    conn = sqlite3.connect(":memory:")
    try:
        conn.execute(f"EXPLAIN {sql}")
    except (sqlite3.Error, sqlite3.Warning, ValueError, UnicodeError) as error:
        found = explain(sql, str(error), SCHEMA)
        assert found.message
        assert found.text.endswith(found.message)
        if found.start is not None:
            assert 0 <= found.start <= (found.end or 0) <= len(sql)
            line = sql.split("\n")[found.line - 1]
            assert found.column <= len(line) + 1
            assert found.excerpt
            assert "".join(found.excerpt) == line
    finally:
        conn.close()


@given(st.text(max_size=60))
def test_tokens_are_the_text_without_spaces_and_comments(sql: str) -> None:
    end = 0
    for token in tokens(sql):
        assert sql[token.start : token.start + len(token.text)] == token.text
        assert token.start >= end
        end = token.start + len(token.text)
