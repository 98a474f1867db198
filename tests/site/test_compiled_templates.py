"""Compiled templates: once for all environments, and anew when a text changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from registry.site.compiled_templates import CompiledTemplates
from tests.publications import Visitor


def test_a_text_is_compiled_once_and_anew_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    compile_it: Callable[..., Any] = Environment.compile

    def counting(env: Environment, source: str, *about: Any) -> Any:
        compiled.append(source)
        return compile_it(env, source, *about)

    monkeypatch.setattr(Environment, "compile", counting)
    kept = CompiledTemplates()

    def page() -> str:
        env = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=kept, autoescape=True)
        return env.get_template("page.html").render(name="<a>")

    (tmp_path / "page.html").write_text("one {{ name }}", encoding="utf-8")
    assert [page(), page()] == ["one &lt;a&gt;"] * 2
    (tmp_path / "page.html").write_text("two {{ name }}", encoding="utf-8")
    assert [page(), page()] == ["two &lt;a&gt;"] * 2
    assert compiled == ["one {{ name }}", "two {{ name }}"]


def test_a_second_site_compiles_nothing_that_the_first_did(
    published: Path, metadata: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def page() -> str:
        visitor = Visitor(published, metadata)
        try:
            return visitor.get("/notice").text
        finally:
            visitor.close()

    first = page()
    monkeypatch.setattr(Environment, "compile", None)
    assert page() == first
