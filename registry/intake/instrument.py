"""instrument.yml -> Instrument."""

from __future__ import annotations

from pydantic import ValidationError

from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import TextFile
from registry.intake.yaml_file import read_yaml
from registry.locale import _
from registry.model.instrument import Instrument
from registry.validation import explain


def read_instrument(file: TextFile) -> Instrument:
    """The instrument that the file states. Raises InputError, naming the line or the key."""
    content = read_yaml(file)
    if not isinstance(content, dict):
        refuse(file.path, _("the file states nothing"), _("See the shipped instrument.yml."))
    try:
        return Instrument.model_validate(content)
    except ValidationError as failure:
        log = ProblemLog(file.path)
        for error in failure.errors(include_url=False):
            key = ".".join(str(part) for part in error["loc"])
            log.add(*explain(error), column=key or None)
        log.close()
        raise
