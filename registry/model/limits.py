"""What a value may be, and the plain dataclasses for whose fields that is said.

An audit needs a configuration, the headers of its rules and texts in two languages, most often
without a file of the office's own to check: and to import pydantic takes longer than the audit. So
these are dataclasses, and name limits that pydantic reads when something from outside is to be
checked (registry.model.checking). Rows of files are pydantic's own models: registry.model.fields.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Limits:
    """Arguments of pydantic's `Field`, as an annotation: the first one of its type."""

    def __init__(self, **arguments: Any) -> None:
        self._arguments = arguments

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic import Field

        return handler.generate_schema(Annotated[source, Field(**self._arguments)])


class Validated:
    """A function that pydantic calls with the value after its other checks, as an annotation."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core.core_schema import no_info_after_validator_function

        return no_info_after_validator_function(self._function, handler(source))


def no_control_character(text: str) -> str:
    """The text, for validators. Raises PydanticCustomError for characters that nobody sees."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\r\n":
            from pydantic_core import PydanticCustomError

            raise PydanticCustomError(
                "control_character", "a control character", {"code": f"U+{ord(character):04X}"}
            )
    return text


Name = Annotated[str, Limits(min_length=1, max_length=500)]
PlainText = Annotated[Name, Validated(no_control_character)]
"""Words that people read; they may go over several lines."""
ClauseId = Annotated[str, Limits(pattern=r"^[^\s;]{1,40}$")]
"""Free text; `;` joins several."""
LawId = Annotated[str, Limits(pattern=r"^L[1-9][0-9]*$")]
"""What rules call an article of law.yml."""
RuleCode = Annotated[str, Limits(pattern=r"^(X-)?[A-Z]{3}\d{3}$")]
OWN: Final = "X-"
"""How codes of an office's own rules begin, so that they never meet a built-in one."""


class Strict:
    """The base of such dataclasses: pydantic checks them as it does rows of files."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {
        "extra": "forbid",
        "str_strip_whitespace": True,
    }


@dataclass(frozen=True)
class Bilingual(Strict):
    """A text in both languages."""

    zh: Name
    en: Name
