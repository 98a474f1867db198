"""Queries on one registry, translated to many: each registry gets its own rows, and no other's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import sqlglot
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry.cluster.tenancy import NotTranslated, for_many
from registry.store.connection import connect
from registry.store.views import view_texts
from tests.cluster.merged import BELOW, RULES, Merged
from tests.conftest import examples
from tests.oracle.random_worlds import worlds
from tests.oracle.test_living import made
from tests.oracle.world import World

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def many(sql: str) -> str:
    """The query for many."""
    query = sqlglot.parse_one(sql, dialect="sqlite")
    for_many(query)
    return query.sql(dialect="sqlite")


@pytest.fixture(scope="module")
def cities(demonstration: Path, two_built: Path) -> Iterator[Merged]:
    with closing(connect(demonstration)) as one, closing(connect(two_built)) as other:
        merged = Merged({"甲市": one, "乙市": other}, "2022-06-30")
        yield merged
        merged.close()


@pytest.mark.long
@pytest.mark.parametrize("view", sorted(BELOW))
def test_a_view_gives_each_registry_its_own_rows(cities: Merged, view: str) -> None:
    assert cities.differences("", view_texts()[view]) == []


@pytest.mark.long
@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_gives_each_registry_its_own_rows(cities: Merged, code: str) -> None:
    assert cities.differences(code, RULES[code]) == []


@given(
    one=worlds(), other=worlds(), day=st.sampled_from(["2021-05-28", "2021-06-10", "2021-08-01"])
)
@settings(max_examples=examples(16, 1), suppress_health_check=SLOW, phases=[Phase.generate])
def test_random_registries_keep_their_rows(one: World, other: World, day: str) -> None:
    with ExitStack() as stack:
        conns = {name: stack.enter_context(made(w)) for name, w in (("甲", one), ("乙", other))}
        merged = Merged(conns, day)
        stack.callback(merged.close)
        for code, sql in RULES.items():
            assert merged.differences(code, sql) == []


def test_joins_groups_windows_and_subqueries_are_by_registry() -> None:
    assert many("SELECT a.x FROM a JOIN b ON b.y = a.y LEFT JOIN c ON c.z = b.z") == (
        "SELECT a.x, a.registry AS registry FROM a JOIN b ON b.y = a.y AND b.registry = a.registry"
        " LEFT JOIN c ON c.z = b.z AND c.registry = a.registry"
    )
    assert many("SELECT x, count(*) AS n FROM a AS t GROUP BY x") == (
        "SELECT x, COUNT(*) AS n, t.registry AS registry FROM a AS t GROUP BY x, t.registry"
    )
    assert "PARTITION BY t.x, t.registry" in many(
        "SELECT row_number() OVER (PARTITION BY t.x ORDER BY t.y) AS n FROM a AS t"
    )
    assert "WHERE b.y = a.y AND b.registry = a.registry" in many(
        "SELECT a.x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.y = a.y)"
    )
    assert "WHERE b.registry = a.registry" in many(
        "SELECT a.x FROM a WHERE a.x IN (SELECT y FROM b)"
    )


def test_the_day_is_the_same_for_all() -> None:
    assert many("SELECT t.date FROM as_of AS t") == "SELECT t.date FROM as_of AS t"
    assert many("SELECT a.x FROM as_of AS t CROSS JOIN a WHERE a.x <= t.date") == (
        "SELECT a.x, a.registry AS registry FROM as_of AS t CROSS JOIN a WHERE a.x <= t.date"
    )


def test_what_no_source_tells_is_asked_of_each_registry() -> None:
    assert many("SELECT (SELECT max(a.x) FROM a) AS x FROM as_of AS t") == (
        "SELECT (SELECT MAX(a.x) FROM a WHERE a.registry = asked_of.registry) AS x,"
        " asked_of.registry AS registry FROM as_of AS t CROSS JOIN registries AS asked_of"
    )


def test_an_aggregate_of_nothing_has_its_row() -> None:
    sql = many("SELECT count(*) AS n, max(a.x) AS x FROM a")
    assert "FROM registries AS asked_of LEFT JOIN" in sql
    assert "COALESCE(grouped.n, 0) AS n, grouped.x AS x" in sql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a.x FROM a RIGHT JOIN b ON b.x = a.x",
        "SELECT a.x FROM a LIMIT 1",
        "SELECT 1 AS x UNION SELECT a.x FROM a",
        "SELECT count(*) + 1 AS n FROM a",
        "SELECT a.x FROM a WHERE EXISTS (SELECT 1 FROM b AS a)",
        "VALUES (1)",
    ],
)
def test_what_has_no_translation_is_refused(sql: str) -> None:
    with pytest.raises(NotTranslated):
        many(sql)
