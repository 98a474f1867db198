"""registry.toml -> Config."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import ValidationError

from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import examine
from registry.locale import _
from registry.model.config import Config
from registry.validation import explain

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_config(path: Path) -> Config:
    """The configuration that a file states. Raises InputError, naming the key."""
    file = examine(path)
    try:
        content = tomllib.loads(path.read_text(encoding=file.encoding))
    except tomllib.TOMLDecodeError as failure:
        refuse(
            path,
            _("this is not TOML: {error}").format(error=failure),
            _("Check the brackets, the equals signs and the quotation marks."),
        )
    try:
        return Config.model_validate(content)
    except ValidationError as failure:
        log = ProblemLog(path)
        for error in failure.errors(include_url=False):
            log.add(*explain(error), column=".".join(map(str, error["loc"])) or None)
        log.close()
        raise
