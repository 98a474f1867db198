"""The program with one thing changed: a cell of the table of rules, or a branch that decides."""

from __future__ import annotations

import ast
import sqlite3
import types
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from registry.authority import answering, premises

# Cells


@dataclass(frozen=True)
class CellChange:
    """A column of one rule, with another value."""

    rule: tuple[int, str, str, str]
    column: str
    value: Any

    @contextmanager
    def made(self, conn: sqlite3.Connection) -> Iterator[None]:
        """The registry has the change meanwhile."""
        conn.execute("BEGIN")
        conn.execute(
            f"UPDATE act_rule SET {self.column} = ?"
            " WHERE (instrument, mode, act, power_type) = (?, ?, ?, ?)",
            (self.value, *self.rule),
        )
        try:
            yield
        finally:
            conn.execute("ROLLBACK")


def cell_changes(conn: sqlite3.Connection, instruments: tuple[str, ...]) -> Iterator[CellChange]:
    """Every cell of every rule: its answer, its basis, and who bears what is done."""
    marks = ", ".join("?" * len(instruments))
    for (
        *key,
        answer,
        basis,
        needs,
        by_agreement,
        name,
        seal,
        respondent,
        does,
        told,
    ) in conn.execute(
        "SELECT r.instrument, r.mode, r.act, r.power_type, r.answer, r.basis, r.needs_agreement,"
        " r.by_agreement, r.name_of, r.seal_zh, r.respondent, r.answered_by, r.condition_zh"
        " FROM act_rule AS r JOIN instrument AS ins ON ins.no = r.instrument"
        f" WHERE ins.id IN ({marks}) ORDER BY r.instrument, r.mode, r.act, r.power_type",
        instruments,
    ).fetchall():
        rule = (key[0], key[1], key[2], key[3])
        for other in ("yes", "no", "undetermined"):
            if other != answer:
                yield CellChange(rule, "answer", other)
        yield CellChange(rule, "basis", {"text": "reading", "reading": "text"}[basis])
        if answer != "no" and key[1] == "委托下放":
            yield CellChange(rule, "needs_agreement", 1 - needs)
        if by_agreement:
            yield CellChange(rule, "by_agreement", 0)
        borne = {"name_of": name, "respondent": respondent, "answered_by": does}
        yield from (CellChange(rule, column, "某机关") for column in borne)
        if answer != "no":
            yield CellChange(rule, "seal_zh", None if seal else "某印章")
        if told:
            yield CellChange(rule, "condition_zh", None)


# Branches

_OTHERS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_TRUTHS = (True, False, None)


class _Changer(ast.NodeTransformer):
    """Makes the n-th of all possible changes, and says where; counts them."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.seen, self.where = wanted, 0, ""

    def _is_wanted(self, node: ast.AST, what: str) -> bool:
        self.seen += 1
        if self.seen - 1 == self.wanted:
            self.where = f"{ast.unparse(node)!r} {what}"
        return self.seen - 1 == self.wanted

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if any(node.value is truth for truth in _TRUTHS):
            for other in _TRUTHS:
                if other is not node.value and self._is_wanted(node, f"-> {other}"):
                    return ast.copy_location(ast.Constant(other), node)
        swapped = {"text": "reading", "reading": "text"}.get(str(node.value))
        if swapped is not None and self._is_wanted(node, f"-> {swapped}"):
            return ast.copy_location(ast.Constant(swapped), node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        for place, op in enumerate(node.ops):
            if self._is_wanted(node, f"another sign {place}"):
                node.ops[place] = _OTHERS[type(op)]()  # type: ignore[call-overload]
        if not isinstance(node.ops[0], (ast.Is, ast.IsNot)):
            self.generic_visit(node)  # `is True` is not what `is None` might have been
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if self._is_wanted(node, "and <-> or"):
            node.op = _OTHERS[type(node.op)]()  # type: ignore[assignment]
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        for truth in (True, False):
            if self._is_wanted(node.test, f"always {truth}"):
                node.test = ast.copy_location(ast.Constant(truth), node.test)
                return node
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(statement) for statement in node.body]
        return node


PREMISES = (
    *("conferred", "no_delegation", "derived", "_above", "includes", "named_by", "agreed"),
    *("lawful", "allowed", "within_scope"),
)


@dataclass(frozen=True)
class BranchChange:
    """One change in one function of registry/authority/premises.py."""

    function: str
    number: int
    where: str

    @contextmanager
    def made(self) -> Iterator[None]:
        """Answers are worked out with the change meanwhile."""
        tree = _tree()
        _Changer(self.number).visit(_function(tree, self.function))
        ast.fix_missing_locations(tree)
        changed = types.ModuleType(premises.__name__)
        exec(compile(tree, str(premises.__file__), "exec"), changed.__dict__)
        with pytest.MonkeyPatch.context() as patch:
            for name in PREMISES:
                if hasattr(answering, name):
                    patch.setattr(answering, name, getattr(changed, name))
            yield


def branch_changes() -> Iterator[BranchChange]:
    """Every constant, comparison and condition of the functions that decide."""
    for function in PREMISES:
        number = 0
        while True:
            changer = _Changer(number)
            changer.visit(_function(_tree(), function))
            if not changer.where:
                break
            yield BranchChange(function, number, changer.where)
            number += 1


@lru_cache(maxsize=1)
def _parsed() -> ast.Module:
    return ast.parse(Path(str(premises.__file__)).read_text(encoding="utf-8"))


def _tree() -> ast.Module:
    return deepcopy(_parsed())


def _function(tree: ast.Module, name: str) -> ast.FunctionDef:
    return next(
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name
    )
