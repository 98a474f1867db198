"""instrument.yml -> Instrument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from registry.intake.key_paths import key_path, place_of_reference
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
            log.add(*_explain(error), key=_place(content, error))
        log.close()
        raise


def _explain(error: Mapping[str, Any]) -> tuple[str, str]:
    """Problem and remedy in the words of a person with a file of keys."""
    if error["type"] == "missing" or error.get("input") is None:
        return _("nothing is filled in"), _("Fill it in.")
    return explain(error)


def _place(content: object, error: Mapping[str, Any]) -> str | None:
    """The key at which an error is; of one between parts of the file, where the value stands."""
    context = error.get("ctx", {})
    if error["type"] == "reference":
        return place_of_reference(content, context["kind"], context["value"], context["what"])
    return key_path(content, error["loc"])
