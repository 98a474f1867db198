"""A query on one registry -> the same query on many: the column `registry` in every join.

Rules and views know of one registry. Here each table, and each view, has the rows of all of them,
with a column that says whose a row is; so every source of a query is joined on it, every group and
window is by it, and every subquery is tied to the row that asks. What is the same for all, as the
day, has no such column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from registry.cluster.manifest import COLUMN

REGISTRIES: Final = "registries"
"""The table of one row a registry."""
OF_ALL: Final = frozenset({"as_of"})
"""Tables that all registries have in common."""

_ASKED_OF: Final = "asked_of"
"""What the registries are called in a query whose other sources don't say whose a row is."""
_GROUPED: Final = "grouped"


class NotTranslated(ValueError):
    """A query of a form that this module has no translation for."""


@dataclass(frozen=True)
class _Scope:
    """What names stand for: of each that a query defines, whether it differs by registry."""

    known: Mapping[str, bool]

    def differs(self, table: exp.Table) -> bool:
        return self.known.get(table.name, table.name not in OF_ALL)

    def any_differs(self, node: exp.Expr) -> bool:
        """Whether anything below differs; what is defined there consists of what is below too."""
        own = {cte.alias for cte in node.find_all(exp.CTE)}
        return any(self.differs(t) for t in node.find_all(exp.Table) if t.name not in own)

    def with_names(self, names: Mapping[str, bool]) -> _Scope:
        return _Scope({**self.known, **names})


def for_many(query: exp.Expr, of_all: Collection[str] = ()) -> bool:
    """Change the query in place, so that its rows say whose they are in their last column.

    `of_all`: further tables that all have in common. Gives whether the rows differ by registry; if
    they don't, there is no such column. Raises NotTranslated.
    """
    return _rows(query, _Scope(dict.fromkeys(of_all, False)), as_rows=True)


def _rows(query: exp.Expr, scope: _Scope, *, as_rows: bool, asking: str | None = None) -> bool:
    """Change a query. `as_rows`: its rows say whose they are; else it is one that stands in an
    expression, and `asking` is the source there whose registry it is about."""
    scope = _definitions(query, scope)
    if isinstance(query, exp.Subquery):
        return _rows(query.this, scope, as_rows=as_rows, asking=asking)
    if isinstance(query, exp.SetOperation):
        differs = scope.any_differs(query)
        for branch in (query.left, query.right):
            if not _rows(branch, scope, as_rows=as_rows, asking=asking) and differs and as_rows:
                raise NotTranslated(f"a part of a UNION is of no registry: {branch.sql()[:200]}")
        return differs
    if not isinstance(query, exp.Select):
        raise NotTranslated(f"no SELECT: {query.sql()[:200]}")
    if not scope.any_differs(query):
        return False
    _select(query, scope, as_rows, asking)
    return True


def _definitions(query: exp.Expr, scope: _Scope) -> _Scope:
    """Change what a query defines before its SELECT."""
    clause = query.args.get("with_")
    for cte in clause.expressions if clause else ():
        differs = scope.any_differs(cte.this)
        _rows(cte.this, scope.with_names({cte.alias: differs}), as_rows=True)
        scope = scope.with_names({cte.alias: differs})
        if differs and (columns := cte.args["alias"].args.get("columns")):
            columns.append(exp.to_identifier(COLUMN))
    return scope


def _select(select: exp.Select, scope: _Scope, as_rows: bool, asking: str | None) -> None:
    sources = _sources(select)
    differing = {source.alias_or_name: _source_differs(source, scope) for source, _join in sources}
    sure = _tie_sources(select, sources, differing)
    for place in _subqueries(select):
        inner = place.args["query"] if isinstance(place, exp.In) else place.this
        _rows(inner, scope, as_rows=False, asking=_not_hidden(sure, inner))
    whose = exp.column(COLUMN, table=sure[0])
    for window in _own(select, exp.Window):
        if window.alias:
            continue  # one that the SELECT defines by name, and that is put right there
        window.set("partition_by", [*(window.args.get("partition_by") or ()), whose.copy()])
    if asking is not None:
        select.where(exp.EQ(this=whose.copy(), expression=exp.column(COLUMN, asking)), copy=False)
    if select.args.get("group"):
        # in a subquery it is one registry's anyway
        select.args["group"].append("expressions", whose.copy())
    if not as_rows:
        return
    if select.args.get("limit"):
        raise NotTranslated(f"a LIMIT: {select.sql()[:200]}")
    if not _has_all_columns_of(select, differing):
        select.select(exp.alias_(whose.copy(), COLUMN), copy=False)
    if not select.args.get("group") and any(_aggregates(select)):
        _one_row_each(select, whose)


def _sources(select: exp.Select) -> list[tuple[exp.Expr, exp.Join | None]]:
    """What a SELECT reads from, each with its join; what has no name is given one."""
    clause = select.args.get("from_")
    first = [(clause.this, None)] if clause else []
    sources = [*first, *((join.this, join) for join in select.args.get("joins") or ())]
    for number, (source, _join) in enumerate(sources):
        if not source.alias_or_name:
            source.set("alias", exp.TableAlias(this=exp.to_identifier(f"source_{number}")))
    return sources


def _source_differs(source: exp.Expr, scope: _Scope) -> bool:
    if isinstance(source, exp.Table):
        return scope.differs(source)
    if isinstance(source, exp.Subquery):
        return _rows(source.this, scope, as_rows=True)
    raise NotTranslated(f"a source: {source.sql()[:200]}")


def _tie_sources(
    select: exp.Select,
    sources: list[tuple[exp.Expr, exp.Join | None]],
    differing: Mapping[str, bool],
) -> list[str]:
    """Join all that differs on the registry; gives the sources that surely have one."""
    sure: list[str] = []
    for source, join in sources:
        name = source.alias_or_name
        if not differing[name]:
            continue
        outer = join is not None and join.side
        if outer and join is not None and join.side != "LEFT":
            raise NotTranslated(f"a {join.side} JOIN: {select.sql()[:200]}")
        if outer and not sure:
            break
        if sure and join is not None:
            _tie(join, exp.column(COLUMN, name), exp.column(COLUMN, sure[0]))
        if not outer:
            sure.append(name)
    if sure:
        return sure
    # Nothing else says whose a row is: so there is one for each registry.
    registries = exp.alias_(exp.to_table(REGISTRIES), _ASKED_OF, table=True)
    clause = select.args.get("from_")
    if clause:
        for source, join in sources:
            if differing[source.alias_or_name] and join is not None:
                name = source.alias_or_name
                _tie(join, exp.column(COLUMN, name), exp.column(COLUMN, _ASKED_OF))
        select.args["joins"] = [
            exp.Join(this=registries, kind="CROSS"),
            *(select.args.get("joins") or ()),
        ]
    else:
        select.from_(registries, copy=False)
    return [_ASKED_OF]


def _tie(join: exp.Join, mine: exp.Column, theirs: exp.Column) -> None:
    equal = exp.EQ(this=mine, expression=theirs)
    on = join.args.get("on")
    join.set("on", exp.and_(on, equal, copy=False) if on is not None else equal)
    if join.kind == "CROSS":
        join.set("kind", None)


def _own(select: exp.Select, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Nodes of a kind in the expressions of a SELECT, but not of those below it."""
    for node in list(select.find_all(kind)):
        if node.find_ancestor(exp.Select) is select:
            yield node


def _subqueries(select: exp.Select) -> Iterator[exp.Expr]:
    """The places of a SELECT's expressions where other queries stand."""
    for node in list(select.find_all(exp.Subquery, exp.Exists, exp.In)):
        if node.find_ancestor(exp.Select) is not select:
            continue
        if isinstance(node, exp.Subquery):
            if not isinstance(node.parent, (exp.From, exp.Join, exp.In, exp.Exists)):
                yield node
        elif isinstance(node, exp.Exists) or node.args.get("query"):
            yield node


def _not_hidden(sure: list[str], inner: exp.Expr) -> str:
    """A source of the SELECT outside that none inside is called like."""
    inside = {table.alias_or_name for table in inner.find_all(exp.Table, exp.Subquery)}
    for name in sure:
        if name not in inside:
            return name
    raise NotTranslated(f"names inside hide those outside: {inner.sql()[:200]}")


def _has_all_columns_of(select: exp.Select, differing: Mapping[str, bool]) -> bool:
    """Whether `*` or `x.*` brings the column already."""
    return any(
        (isinstance(column, exp.Star) and any(differing.values()))
        or (
            isinstance(column, exp.Column)
            and isinstance(column.this, exp.Star)
            and differing.get(column.table, False)
        )
        for column in select.expressions
    )


def _aggregates(select: exp.Select) -> Iterator[exp.Expr]:
    for node in _own(select, exp.AggFunc):
        if not isinstance(node.parent, exp.Window):
            yield node


def _one_row_each(select: exp.Select, whose: exp.Column) -> None:
    """An aggregate without groups gives a row also where there is nothing: so for each registry."""
    columns = []
    for column in select.expressions[:-1]:
        name, value = column.alias_or_name, column.unalias()
        found: exp.Expr = exp.column(name, table=_GROUPED)
        if isinstance(value, exp.Count):
            found = exp.Coalesce(this=found, expressions=[exp.Literal.number(0)])
        elif isinstance(value, exp.Coalesce) and isinstance(value.expressions[-1], exp.Literal):
            found = exp.Coalesce(this=found, expressions=[value.expressions[-1].copy()])
        elif not isinstance(value, exp.AggFunc):
            raise NotTranslated(f"an aggregate of nothing: {value.sql()}")
        columns.append(exp.alias_(found, name))
    grouped = select.copy()
    grouped.group_by(whose.copy(), copy=False)
    grouped.set("with_", None)
    each = (
        exp.select(*columns, exp.alias_(exp.column(COLUMN, table=_ASKED_OF), COLUMN))
        .from_(exp.alias_(exp.to_table(REGISTRIES), _ASKED_OF, table=True))
        .join(
            grouped.subquery(_GROUPED),
            on=exp.EQ(
                this=exp.column(COLUMN, table=_GROUPED),
                expression=exp.column(COLUMN, table=_ASKED_OF),
            ),
            join_type="left",
        )
    )
    clause = select.args.get("with_")
    select.args.clear()
    for key, value in each.args.items():
        select.set(key, value)
    if clause is not None:
        select.set("with_", clause)
