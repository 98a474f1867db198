"""instrument.yml -> Instrument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

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
            log.add(*_explain(error), key=_key_path(content, error["loc"]))
        log.close()
        raise


def _explain(error: Mapping[str, Any]) -> tuple[str, str]:
    """Problem and remedy in the words of a person with a file of keys."""
    if error["type"] == "missing" or error.get("input") is None:
        return _("nothing is filled in"), _("Fill it in.")
    return explain(error)


def _key_path(content: object, place: Sequence[int | str]) -> str | None:
    """`duties[handbook].modes`: entries of a list by their id, else by their place from 1 on."""
    path = ""
    for part in place:
        entry = None
        if isinstance(content, (dict, list)):
            with suppress(KeyError, IndexError, TypeError):
                entry = content[part]  # type: ignore[index]
        if isinstance(part, int):
            name = entry.get("id") if isinstance(entry, dict) else None
            path += f"[{name if isinstance(name, str) else part + 1}]"
        else:
            path += f".{part}" if path else part
        content = entry
    return path or None
