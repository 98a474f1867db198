"""A YAML file -> its value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from registry.intake.problems import refuse
from registry.intake.textfile import TextFile
from registry.validation import yaml_problem
from registry.yaml_loader import YamlError, load_yaml


def read_yaml(file: TextFile) -> Any:
    """The value that the file states; None of an empty one. Raises InputError, naming the line."""
    return parse_yaml(file.path.read_text(encoding=file.encoding), file.path)


def parse_yaml(text: str, path: Path) -> Any:
    """The value that a text states, which stands in the file `path`. Raises InputError."""
    try:
        return load_yaml(text)
    except YamlError as error:
        refuse(path, *yaml_problem(error, error.problem), row=error.line)
