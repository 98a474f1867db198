"""roles.yml -> what roles of the platform do, and which acts nobody should hold together."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import TextFile
from registry.intake.yaml_file import read_yaml
from registry.locale import _
from registry.model.platform_roles import PlatformRoles
from registry.validation import explain

ROLES_FILE: Final = "roles.yml"


def read_roles(file: TextFile) -> PlatformRoles:
    """What the file states. Raises InputError, naming the line or the key."""
    content = read_yaml(file)
    if not isinstance(content, dict):
        refuse(
            file.path,
            _("the file states nothing"),
            _("Name roles under “roles:”; see the shipped roles.yml."),
        )
    try:
        return PlatformRoles.model_validate(content)
    except ValidationError as failure:
        log = ProblemLog(file.path)
        for error in failure.errors(include_url=False):
            log.add(*explain(error), key=".".join(map(str, error["loc"])) or None)
        log.close()
        raise
