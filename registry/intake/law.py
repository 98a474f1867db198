"""law.yml -> the articles outside instruments that rules rest on."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter, ValidationError

from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import TextFile
from registry.intake.yaml_file import read_yaml
from registry.locale import _
from registry.model.law import Law
from registry.model.limits import LawId
from registry.validation import explain

LAW_FILE: Final = "law.yml"


def read_laws(file: TextFile) -> dict[str, Law]:
    """Articles by id, in the file's order. Raises InputError, naming the line or the key."""
    content = read_yaml(file)
    if not isinstance(content, dict):
        refuse(
            file.path,
            _("the file states nothing"),
            _("Begin each article with its id: “L1:”; see the shipped law.yml."),
        )
    try:
        return TypeAdapter(dict[LawId, Law]).validate_python(content)
    except ValidationError as failure:
        log = ProblemLog(file.path)
        for error in failure.errors(include_url=False):
            log.add(*explain(error), column=".".join(map(str, error["loc"])))
        log.close()
        raise
