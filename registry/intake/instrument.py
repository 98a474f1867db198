"""instrument.yml -> Instrument."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import ValidationError

from registry.intake.problems import Log, refuse
from registry.intake.textfile import TextFile
from registry.locale import _
from registry.model.instrument import Instrument
from registry.validation import explain

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Refuses a key that stands twice: PyYAML would keep the last one in silence."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, _("{key} is given twice").format(key=key.value), key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


# Left as text, an impossible date is reported by the model, which names its key.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)


def read_instrument(file: TextFile) -> Instrument:
    """The instrument that the file states. Raises InputError, naming the line or the key."""
    text = file.path.read_text(encoding=file.encoding)
    try:
        content = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, KeyError) as failure:
        what, row = _where(failure, text)
        refuse(
            file.path,
            _("this is not YAML: {error}").format(error=what),
            _("Check the indentation and the quotation marks near this line."),
            row=row,
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


def _where(failure: Exception, text: str) -> tuple[str, int | None]:
    """What is wrong with the YAML, and in which line."""
    if isinstance(failure, yaml.MarkedYAMLError):
        mark = failure.problem_mark
        return str(failure.problem), mark.line + 1 if mark else None
    if isinstance(failure, yaml.reader.ReaderError):
        before = text.partition(chr(failure.character))[0]
        return str(failure.reason), before.count("\n") + 1
    return str(failure), None
