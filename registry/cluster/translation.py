"""The SQL of rules and views -> Spark's, on many registries at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import sqlglot
from sqlglot import exp

from registry.audit.portable import Value
from registry.cluster.tenancy import OF_ALL, for_many

_INTEGERS: Final = "_no"
"""How the names of columns end that are integers though a query says NULL of them."""


@dataclass(frozen=True)
class Recursion:
    """A part of a query that reads itself: `first`, then `step` of what came last, until nothing
    new comes. `distinct`: of rows that come again, one counts."""

    name: str
    columns: tuple[str, ...]
    first: str
    step: str
    distinct: bool


@dataclass(frozen=True)
class Translated:
    """A query. `recursions`: what is to be worked out before it, each made a view of its name."""

    sql: str
    recursions: tuple[Recursion, ...] = ()


def translate(
    sql: str,
    parameters: Mapping[str, Value] | None = None,
    *,
    prefix: str = "query",
    columns: Collection[str] | None = None,
    day: str | None = None,
) -> Translated:
    """A query as Spark reads it, for all registries; its last column says whose a row is.

    `prefix`: what the names of recursions begin with, so that those of two queries differ;
    `columns`: of its columns, those that are needed; `day`: the one of the table as_of, which it is
    then put in place of.

    Raises NotTranslated, KeyError for a parameter without a value, and sqlglot's own errors.
    """
    query = _parsed(sql).copy()
    for place in list(query.find_all(exp.Placeholder)):
        place.replace(_literal((parameters or {})[place.name]))
    if columns is not None:
        _keep_columns(query, columns)
    if day is not None:
        _put_day_in(query, day)
    _inline_windows(query)
    _exclude_by_exists(query)
    for_many(query)
    for cte in query.find_all(exp.CTE):
        cte.set("materialized", None)
    _type_nulls(query)
    _join_texts(query)
    recursions = tuple(_take_recursions(query, prefix))
    return Translated(_written(query), recursions)


@lru_cache(maxsize=512)
def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect="sqlite")


def _written(query: exp.Expr) -> str:
    return query.sql(dialect="spark", comments=False)


def _literal(value: Value) -> exp.Expr:
    if value is None:
        return exp.null()
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)


def _keep_columns(query: exp.Expr, columns: Collection[str]) -> None:
    """Leave out what nobody reads, where that changes no row: engines keep the joins that the
    subqueries of a column become, whether or not it is read."""
    if isinstance(query, exp.Select) and not query.args.get("distinct"):
        kept = [column for column in query.expressions if column.alias_or_name in columns]
        if kept and not query.is_star:
            query.set("expressions", kept)


def _put_day_in(query: exp.Expr, day: str) -> None:
    """Put the day in place of the table that holds it: a join with its one row costs a pass over
    all others, and tells no reader of files what to leave out."""
    for select in list(query.find_all(exp.Select)):
        clause, joins = select.args.get("from_"), select.args.get("joins") or []
        if clause is not None and _is_day(clause.this) and not (joins and joins[0].side):
            name = clause.this.alias_or_name
            if joins:
                first = joins.pop(0)
                clause.set("this", first.this)
                if (condition := first.args.get("on")) is not None:
                    select.where(condition, copy=False)
            else:
                select.set("from_", None)
            _say_day(select, name, day)
        for join in [j for j in joins if _is_day(j.this) and not j.side]:
            joins.remove(join)
            if (condition := join.args.get("on")) is not None:
                select.where(condition, copy=False)
            _say_day(select, join.this.alias_or_name, day)
        select.set("joins", joins)


def _is_day(source: exp.Expr) -> bool:
    return isinstance(source, exp.Table) and source.name in OF_ALL


def _say_day(select: exp.Select, name: str, day: str) -> None:
    for column in list(select.find_all(exp.Column)):
        if column.table == name and column.name == "date":
            column.replace(exp.Literal.string(day))


def _inline_windows(query: exp.Expr) -> None:
    """Put windows that a SELECT defines by name where the names stand."""
    for select in query.find_all(exp.Select):
        defined = {window.name: window for window in select.args.get("windows") or ()}
        select.set("windows", None)
        for window in list(select.find_all(exp.Window)):
            named = defined.get(window.alias)
            if named is not None and window.find_ancestor(exp.Select) is select:
                over = named.copy()
                over.set("this", window.this)
                window.replace(over)


def _exclude_by_exists(query: exp.Expr) -> None:
    """NOT IN (SELECT …) as NOT EXISTS, which goes by several columns. What is compared are numbers
    and ids, which are never NULL."""
    for test in list(query.find_all(exp.In)):
        listed = test.args.get("query")
        negation = test.parent
        if not isinstance(negation, exp.Not) or listed is None:
            continue
        select = listed.this if isinstance(listed, exp.Subquery) else listed
        if not isinstance(select, exp.Select) or select.args.get("group"):
            continue
        value = select.expressions[0].unalias()
        select.set("expressions", [exp.Literal.number(1)])
        select.where(exp.EQ(this=value, expression=test.this.copy()), copy=False)
        negation.set("this", exp.Exists(this=select))


def _type_nulls(query: exp.Expr) -> None:
    """Give a column that is NULL the type that it has: without, a UNION takes it for none."""
    for select in query.find_all(exp.Select):
        names = [column.alias_or_name for column in _first_of(select).expressions]
        for place, column in enumerate(list(select.expressions)):
            value = column.unalias()
            if isinstance(value, exp.Null):
                integer = names[place].endswith(_INTEGERS)
                value.replace(exp.cast(exp.null(), "BIGINT" if integer else "TEXT"))


def _first_of(select: exp.Select) -> exp.Select:
    """The SELECT of a UNION that names its columns."""
    top: exp.Expr = select
    while isinstance(top.parent, exp.SetOperation):
        top = top.parent
    while isinstance(top, exp.SetOperation):
        top = top.left
    return top if isinstance(top, exp.Select) else select


def _join_texts(query: exp.Expr) -> None:
    """group_concat over a window: Spark collects a list there, and joins it."""
    for joined in list(query.find_all(exp.GroupConcat)):
        window = joined.parent
        if isinstance(window, exp.Window):
            separator = joined.args.get("separator") or exp.Literal.string(",")
            over = window.copy()
            over.set("this", exp.ArrayAgg(this=joined.this.copy()))
            window.replace(exp.ArrayToString(this=over, expression=separator.copy()))


def _take_recursions(query: exp.Expr, prefix: str) -> list[Recursion]:
    """Take out of a query what reads itself; a view of another name is to take its place."""
    clause = query.args.get("with_")
    if clause is None or not clause.args.get("recursive"):
        return []
    found = []
    before: list[exp.CTE] = []
    for cte in list(clause.expressions):
        own = cte.alias
        if not any(table.name == own for table in cte.this.find_all(exp.Table)):
            before.append(cte)
            continue
        name = f"{prefix}_{own}"
        for table in query.find_all(exp.Table):
            if table.name == own:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.alias_or_name)))
                table.set("this", exp.to_identifier(name))
        body = cte.this
        columns = tuple(column.name for column in cte.args["alias"].args["columns"])
        first, step = (_with(part, before) for part in (body.left, body.right))
        found.append(Recursion(name, columns, first, step, bool(body.args.get("distinct"))))
    clause.set("recursive", None)
    clause.set("expressions", before)
    if not before:
        query.set("with_", None)
    return found


def _with(part: exp.Expr, before: list[exp.CTE]) -> str:
    part = part.copy()
    if before:
        part.set("with_", exp.With(expressions=[cte.copy() for cte in before]))
    return _written(part)
