"""A YAML file -> its value."""

from __future__ import annotations

from typing import Any

from registry.intake.problems import refuse
from registry.intake.textfile import TextFile
from registry.locale import _
from registry.yaml_loader import YamlError, load_yaml


def read_yaml(file: TextFile) -> Any:
    """The value that the file states; None of an empty one. Raises InputError, naming the line."""
    try:
        return load_yaml(file.path.read_text(encoding=file.encoding))
    except YamlError as error:
        refuse(
            file.path,
            _("this is not YAML: {error}").format(error=error.problem),
            _("Check the indentation and the quotation marks near this line."),
            row=error.line,
        )
