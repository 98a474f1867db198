"""registry.toml -> Config."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import examine
from registry.locale import _
from registry.model.checking import checked
from registry.model.config import Config
from registry.validation import explain

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_ENDLESS_KEY: Final = re.compile(r"""(?<![\w-])(?:["']?[\w-]+["']?[ \t]*\.[ \t]*){32}""")
"""What the library takes minutes for. It begins where a word does: a long one is no trap itself."""


def read_config(path: Path) -> Config:
    """The configuration that a file states. Raises InputError, naming the key."""
    if path.is_file() and path.stat().st_size == 0:
        return Config()
    text = path.read_text(encoding=examine(path).encoding)
    if (found := _ENDLESS_KEY.search(text)) is not None:
        refuse(
            path,
            _("a key has too many parts"),
            _("Write the name of the section in brackets, and one key a line."),
            row=text.count("\n", 0, found.start()) + 1,
        )
    try:
        content = tomllib.loads(text)
    except RecursionError:
        refuse(path, _("it is nested too deeply"), _("Take the brackets out that are too many."))
    except ValueError as failure:  # TOMLDecodeError, and numbers of thousands of digits
        refuse(
            path,
            _("this is not TOML: {error}").format(error=failure),
            _("Check the brackets, the equals signs and the quotation marks."),
        )
    try:
        return checked(Config, content)
    except ValidationError as failure:
        log = ProblemLog(path)
        for error in failure.errors(include_url=False):
            log.add(*explain(error), column=".".join(map(str, error["loc"])) or None)
        log.close()
        raise
