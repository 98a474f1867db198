"""The house as CONTRIBUTING.md draws it: who may import whom, and how long a file may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "registry"
# What each part may import of ours, besides itself.
ALLOWED = {
    "model": set(),
    "locale": {"model"},
    "svg": set(),
    "errors": {"locale"},
    "files": set(),
    "text": set(),
    "yaml_loader": {"locale", "errors"},
    "validation": {"locale", "errors", "yaml_loader"},
    "workdays": {"model", "locale", "errors", "yaml_loader", "validation"},
    "intake": {"model", "locale", "errors", "text", "files", "yaml_loader", "validation"},
    "loading": {"model", "locale", "errors", "intake", "store"},
    "store": {"model", "locale", "errors", "text", "files", "workdays", "intake"},
    "audit": {"model", "locale", "errors", "yaml_loader", "validation", "workdays", "store"},
    "report": {"model", "locale", "errors", "svg", "intake", "loading", "store", "audit"},
    "site": {"model", "locale", "errors", "text", "files", "svg", "yaml_loader", "store"},
    "catalogue": {"model", "locale", "errors", "files", "svg", "store", "site"},
    "internal": {
        *("model", "locale", "errors", "files", "svg", "store", "audit", "report", "site"),
        *("text", "catalogue"),
    },
}
FILES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Modules of ours that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("registry"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {str(node.module), *names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("registry")}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_data_runs_one_way(path: Path) -> None:
    part = part_of(path)
    if part in ALLOWED:
        parts = {name.split(".")[1] for name in imports(path) if "." in name}
        assert parts & set(ALLOWED) - {part} <= ALLOWED[part]
        assert "cli" not in parts


def test_there_is_no_import_circle() -> None:
    modules = {
        str(p.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__"): p
        for p in FILES
    }
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


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_over_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_is_public_is_explained(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.read_text(encoding="utf-8").strip():
        assert ast.get_docstring(tree), "the module"
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name
            for inner in getattr(node, "body", []):
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                    private = node.name.startswith("_") or len(inner.body) == 1
                    assert private or ast.get_docstring(inner), f"{node.name}.{inner.name}"


def test_only_the_command_line_reads_clock_and_environment() -> None:
    for path in FILES:
        if part_of(path) in ("cli", "locale"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("environ", "getenv", "now", "utcnow", "today"), path
