"""The YAML loader: what it refuses, with the line, and what it leaves as text."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from registry.errors import RegistryError
from registry.yaml_loader import YamlError, load_yaml
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing\n", None),
        ("a: [1, 二, true, null, 1.5]", {"a": [1, "二", True, None, 1.5]}),
        (
            "day: 2021-05-28\nat: 2021-05-28T10:00:00",
            {"day": "2021-05-28", "at": "2021-05-28T10:00:00"},
        ),
        ("day: 2021-02-30", {"day": "2021-02-30"}),
        ("day: !!timestamp x", {"day": "x"}),
        ("- a: 1\n- a: 2", [{"a": 1}, {"a": 2}]),
        ("x: &x {a: 1, b: 2}\ny: {<<: *x, a: 3}", {"x": {"a": 1, "b": 2}, "y": {"a": 3, "b": 2}}),
    ],
)
def test_values(text: str, value: Any) -> None:
    assert load_yaml(text) == value
    assert load_yaml(text.encode()) == value
    assert load_yaml("\ufeff" + text) == value


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: 1\nb: 2\na: 3", "a is given twice", 3),
        ("a:\n  b: 1\n  b: 1\n", "b is given twice", 3),
        ("- {a: 1}\n- {a: 1, a: 2}", "a is given twice", 2),
        ("1: x\n'1': y", "1 is given twice", 2),
        ("a: 1\n b: 2", "mapping values are not allowed", 2),
        ("a: 1\n\nb: \x07", "control characters are not allowed", 3),
        ("二: 1\n二二二二: \x07", "control characters are not allowed", 2),
        (b"a: 1\nb: \xff", "invalid leading UTF-8 octet", 2),
        ("a: 1\nb: !!python/object:os.system {}", "could not determine a constructor", 2),
        ("a: !!int foo", "foo", None),
        ("a: !!bool foo", "foo", None),
        ("a: \ud800", "surrogates not allowed", None),
    ],
)
def test_problems_have_their_line(text: str | bytes, problem: str, line: int | None) -> None:
    with pytest.raises(YamlError) as caught:
        load_yaml(text)
    error = caught.value
    assert problem in error.problem
    assert error.line == line
    assert str(error) == (f"row {line}: {error.problem}" if line else error.problem)
    assert isinstance(error, RegistryError)
    with pytest.raises(YamlError) as later:
        load_yaml(text, first_line=11)
    assert later.value.line == (line and line + 10)


def test_pyyaml_is_imported_once_something_is_read() -> None:
    modules = ["registry.yaml_loader", "registry.intake.waivers", "registry.audit.rule"]
    script = f"import sys, {', '.join(modules)}; print('yaml' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "False\n"
