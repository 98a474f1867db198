"""Headers of rules: compiled, they are what they are read; edited, they are read anew."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from registry.audit import rule_headers
from registry.audit.rule_headers import (
    BUILT_IN,
    compile_headers,
    read_header,
    rule_files,
    split_header,
)
from registry.model.checking import checked
from registry.model.rule_header import RuleHeader
from registry.yaml_loader import load_yaml
from tests.conftest import ROOT

HEADERS = {
    path.name: parts[0]
    for path in rule_files(BUILT_IN)
    if (parts := split_header(path.read_text(encoding="utf-8")))
}


CONTENT = compile_headers()


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The compiled headers, in a file that a test may change."""
    path = tmp_path / "headers.json"
    path.write_bytes(CONTENT)
    monkeypatch.setattr(rule_headers, "COMPILED", path)
    monkeypatch.setattr(rule_headers, "_compiled", rule_headers._compiled.__wrapped__)
    return path


def test_every_rule_has_a_header() -> None:
    assert set(HEADERS) == {path.name for path in rule_files(BUILT_IN)}
    assert len(HEADERS) > 60
    assert not [name for name in HEADERS if name.endswith(".part.sql")]


@pytest.mark.parametrize("name", HEADERS)
def test_a_compiled_header_is_what_the_file_says(
    name: str, compiled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = checked(RuleHeader, load_yaml(HEADERS[name]))
    monkeypatch.setattr(rule_headers, "load_yaml", lambda *_, **__: pytest.fail("it was read"))
    assert read_header(HEADERS[name], 1) == read


def test_a_header_that_was_edited_is_read_anew(compiled: Path) -> None:
    header = HEADERS["DUT001_missing_duty.sql"]
    edited = header.replace("severity: ", "severity: low #", 1)
    assert read_header(edited, 1).severity == "low" != read_header(header, 1).severity


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_without_the_compiled_file_all_are_read(header: str, compiled: Path) -> None:
    known = read_header(header, 1)
    compiled.unlink()
    assert read_header(header, 1) == known


def test_it_is_compiled_without_what_the_program_needs() -> None:
    """Where a wheel is built, there is nothing but PyYAML."""
    code = (
        "import sys\n"
        "for name in ('pydantic', 'pydantic_core', 'click', 'tabulate'): sys.modules[name] = None\n"
        "from registry.audit.rule_headers import compile_headers\n"
        "sys.stdout.buffer.write(compile_headers())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == CONTENT
    assert len(json.loads(done.stdout)) == len(HEADERS)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("/*a*/b", ("a", "b", 1)),
        ("\n\n /*\na\n*/\nb", ("\na\n", "\nb", 3)),
        ("/*a*/b/*c*/", ("a", "b/*c*/", 1)),
        ("/*a", None),
        ("SELECT 1 /*a*/", None),
        ("", None),
    ],
)
def test_where_a_header_ends(text: str, parts: tuple[str, str, int] | None) -> None:
    assert split_header(text) == parts
