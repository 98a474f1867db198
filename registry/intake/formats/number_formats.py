"""Number formats that add zeros or hyphens to a code that a spreadsheet holds as a number."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_PARTS: Final = re.compile(
    r"\[(?:\$(?P<symbol>[^\]-]*)[^\]]*|Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color ?\d+)\]"
    r'|"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|(?P<digit>[0#])|(?P<mark>[- ()])',
    re.IGNORECASE,
)
_LEAST_ZEROS: Final = 2
_MOST_LETTERS: Final = 255


class Pattern(NamedTuple):
    """What a format makes of a whole number. `parts`: "0" and "#" stand for a digit where `digits`
    says so at the same place, and for themselves elsewhere."""

    parts: tuple[str, ...]
    digits: tuple[bool, ...]

    def text(self, number: str) -> str:
        """The number as it is shown; whatever is not written in digits alone is given back."""
        if not (number.isascii() and number.isdecimal()):
            return number
        places = sum(self.digits)
        left = number[: max(len(number) - places, 0)]
        digits = iter(number[len(left) :].rjust(places))
        shown: list[str] = []
        for part, is_digit in zip(self.parts, self.digits, strict=True):
            if not is_digit:
                shown.append(part)
                continue
            digit = next(digits)
            # Digits for which there is no place stand before the first.
            shown.append(left + (("0" if part == "0" else "") if digit == " " else digit))
            left = ""
        return "".join(shown)


def pattern_of(code: str) -> Pattern | None:
    """The pattern of a format like 0000000000, 000-000 or "A"0000; None where it is another kind.

    A format with a single zero adds nothing to a number, and one with a point, a comma, a day or a
    fraction is not that of a code.
    """
    if len(code) > _MOST_LETTERS:
        return None
    parts: list[str] = []
    digits: list[bool] = []
    at = 0
    while at < len(code) and code[at] != ";":
        match = _PARTS.match(code, at)
        if match is None:
            return None
        at = match.end()
        if digit := match["digit"]:
            parts.append(digit)
            digits.append(True)
        else:
            found = (match[name] for name in ("symbol", "quoted", "escaped", "mark"))
            if text := next((text for text in found if text), ""):
                parts.append(text)
                digits.append(False)
    zeros = sum(d and part == "0" for part, d in zip(parts, digits, strict=True))
    return Pattern(tuple(parts), tuple(digits)) if zeros >= _LEAST_ZEROS else None
