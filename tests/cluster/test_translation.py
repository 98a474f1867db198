"""SQL for Spark: parameters, days, windows, NULLs, and what reads itself."""

from __future__ import annotations

import pytest

from registry.cluster.translation import translate


def sql(text: str, day: str | None = None, **parameters: str | int | None) -> str:
    """The translation of a query."""
    return translate(text, parameters, day=day).sql


def test_parameters_become_values() -> None:
    text = sql("SELECT a.x FROM a WHERE a.x > :least AND a.y = :name", least=3, name="it's \\ 市")
    assert "a.x > 3" in text
    assert r"a.y = 'it\'s \\ 市'" in text
    with pytest.raises(KeyError):
        sql("SELECT a.x FROM a WHERE a.x > :least")


def test_the_day_takes_the_place_of_its_table() -> None:
    day = "2021-06-30"
    assert sql("SELECT a.x FROM as_of AS t CROSS JOIN a WHERE a.on_day <= t.date", day) == (
        "SELECT a.x, a.registry AS registry FROM a WHERE a.on_day <= '2021-06-30'"
    )
    assert sql("SELECT a.x FROM a JOIN as_of AS t ON a.on_day <= t.date", day) == (
        "SELECT a.x, a.registry AS registry FROM a WHERE a.on_day <= '2021-06-30'"
    )
    assert "as_of" not in sql(
        "SELECT (SELECT max(a.x) FROM a WHERE a.x < t.date) AS x FROM as_of AS t", day
    )


def test_nulls_have_types() -> None:
    text = sql(
        "SELECT NULL AS item_no, NULL AS month, a.x FROM a UNION ALL SELECT b.y, NULL, b.z FROM b"
    )
    assert "CAST(NULL AS BIGINT) AS item_no, CAST(NULL AS STRING) AS month" in text
    assert "SELECT b.y, CAST(NULL AS STRING), b.z" in text


def test_named_windows_and_joined_texts() -> None:
    text = sql(
        "SELECT group_concat(a.x, '、') OVER w AS xs FROM a"
        " WINDOW w AS (PARTITION BY a.k ORDER BY a.n)"
    )
    assert "COLLECT_LIST(a.x) OVER (PARTITION BY a.k, a.registry ORDER BY a.n" in text
    assert "WINDOW" not in text
    assert "'、'" in text


def test_what_is_not_in_a_list_does_not_exist_in_it() -> None:
    text = sql("SELECT a.x FROM a WHERE a.x NOT IN (SELECT b.y FROM b WHERE b.z = 1)")
    assert (
        "NOT EXISTS(SELECT 1 FROM b WHERE b.z = 1 AND b.y = a.x AND b.registry = a.registry)"
        in (text.replace("(b.z = 1 AND b.y = a.x)", "b.z = 1 AND b.y = a.x"))
    )


def test_columns_that_nobody_reads_are_left_out() -> None:
    text = "SELECT a.x AS x, (SELECT max(b.y) FROM b) AS y FROM a"
    assert translate(text, columns={"x"}).sql == "SELECT a.x AS x, a.registry AS registry FROM a"
    distinct = "SELECT DISTINCT a.x AS x, a.y AS y FROM a"
    assert "a.y AS y" in translate(distinct, columns={"x"}).sql


def test_what_reads_itself_is_taken_apart() -> None:
    found = translate(
        "WITH RECURSIVE up (child, parent) AS (SELECT p.child, p.parent FROM p UNION"
        " SELECT u.child, p.parent FROM up AS u JOIN p ON p.child = u.parent)"
        " SELECT u.child AS child FROM up AS u",
        prefix="ancestors",
    )
    (one,) = found.recursions
    assert (one.name, one.distinct) == ("ancestors_up", True)
    assert one.columns == ("child", "parent", "registry")
    assert one.first == "SELECT p.child, p.parent, p.registry AS registry FROM p"
    assert "FROM ancestors_up AS u JOIN p" in one.step
    assert found.sql == "SELECT u.child AS child, u.registry AS registry FROM ancestors_up AS u"
