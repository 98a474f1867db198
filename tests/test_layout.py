"""The house as docs/architecture.md draws it: who may import whom, how long a file may be."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "registry"
GROUND = (
    *("model", "locale", "errors", "text", "formulas", "files", "svg", "yaml_loader", "validation"),
    *("anew", "workdays"),
)
LAYERS: dict[str, set[str]] = {
    "model": set(),
    "locale": {"model"},
    "errors": {"locale", "text"},
    "files": set(),
    "anew": set(),
    "text": set(),
    "formulas": set(),
    "svg": set(),
    "yaml_loader": {"locale", "errors"},
    "validation": {"locale", "errors", "yaml_loader"},
    "workdays": {"model", "locale", "errors", "yaml_loader", "validation"},
    "intake": {*GROUND},
    "store": {*GROUND, "intake"},
    "loading": {*GROUND, "intake", "store"},
    "audit": {*GROUND, "store", "authority"},
    "authority": {*GROUND, "store"},
    "cluster": {*GROUND, "store", "authority", "audit"},
    "report": {*GROUND, "authority", "intake", "loading", "store", "audit"},
    "site": {*GROUND, "store"},
    "catalogue": {*GROUND, "store", "authority", "site"},
    "internal": {*GROUND, "intake", "store", "authority", "audit", "report", "site", "catalogue"},
}
"""Room → the rooms that it may import, besides itself. The command line may import every one."""

FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400


def room_of(path: Path) -> str:
    """The room, or the module on the ground, in which a file stands."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    """A file as `import` names it."""
    dotted = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    return dotted.removesuffix(".__init__")


@cache
def tree_of(path: Path) -> ast.Module:
    """A file, parsed once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    """Modules of ours that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("registry"):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("registry")}
    return frozenset(found)


def test_data_runs_one_way() -> None:
    upward = [
        (name_of(path), imported)
        for path in FILES
        if room_of(path) in LAYERS
        for imported in sorted(imports(path))
        for room in imported.split(".")[1:2]
        if room in {*LAYERS, "cli"} - {room_of(path)} - LAYERS[room_of(path)]
    ]
    assert upward == []


def test_every_room_has_its_place() -> None:
    rooms = {room_of(path) for path in FILES} - {"__init__", "__main__", "carried"}
    assert rooms == {*LAYERS, "cli"}


def test_there_is_no_import_circle() -> None:
    modules = {name_of(path): path for path in FILES}
    graph = {name: imports(path) & set(modules) - {name} for name, path in modules.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name not in done:
            for other in graph[name]:
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_no_file_is_over_long() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def unexplained(path: Path) -> list[str]:
    """What is public in a file and has no docstring; a method of one statement needs none."""
    tree = tree_of(path)
    found = [] if not tree.body or ast.get_docstring(tree) else [name_of(path)]
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                found.append(f"{name_of(path)}.{node.name}")
            found += [
                f"{name_of(path)}.{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef)
                and not inner.name.startswith("_")
                and len(inner.body) > 1
                and not ast.get_docstring(inner)
            ]
    return found


def test_what_is_public_is_explained() -> None:
    assert [name for path in FILES for name in unexplained(path)] == []


def test_only_the_command_line_reads_clock_and_environment() -> None:
    ambient = ("environ", "getenv", "now", "utcnow", "today")
    readers = [
        (name_of(path), node.attr)
        for path in FILES
        if room_of(path) not in ("cli", "locale")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in ambient
    ]
    assert readers == []


def test_sql_stands_in_the_store_and_not_in_commands() -> None:
    statements = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "PRAGMA ")
    found = [
        (name_of(path), node.value[:60])
        for path in FILES
        if room_of(path) == "cli"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(statements)
    ]
    assert found == []
