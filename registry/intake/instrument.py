"""instrument.yml -> Instrument."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import ValidationError

from registry.intake.problems import Log, explain, refuse
from registry.intake.textfile import TextFile
from registry.locale import _
from registry.model.instrument import Instrument

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_instrument(file: TextFile) -> Instrument:
    """The instrument that the file states. Raises InputError, naming the line or the key."""
    try:
        content = yaml.load(file.path.read_text(encoding=file.encoding), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        refuse(
            file.path,
            _("this is not YAML: {error}").format(error=error.problem),
            _("Check the indentation and the quotation marks near this line."),
            row=mark.line + 1 if mark else None,
        )
    if not isinstance(content, dict):
        refuse(file.path, _("the file states nothing"), _("See the shipped instrument.yml."))
    try:
        return Instrument.model_validate(content)
    except ValidationError as failure:
        log = Log(file.path)
        for error in failure.errors(include_url=False):
            key = ".".join(str(part) for part in error["loc"])
            log.add(*explain(error), column=key or None)
        log.close()
        raise
