"""Styles of an OpenDocument spreadsheet, as far as they hide something or add zeros to a number."""

from __future__ import annotations

import re
from typing import Any, Final

from registry.intake.formats.archive import Archive
from registry.intake.formats.xmlparts import events, forget, local

_NAMESPACE: Final = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
_TABLE: Final = _NAMESPACE.format("table")
_STYLE: Final = _NAMESPACE.format("style")
_TEXT: Final = _NAMESPACE.format("text")
_NUMBER: Final = _NAMESPACE.format("datastyle")
STYLE_TAGS: Final = (f"{_STYLE}style", f"{_NUMBER}number-style")
_NOTHING: Final = re.compile(r"0(?:\.0*)?[a-z%]*")
_MOST_ZEROS: Final = 100
_NOT_DIGITS: Final = re.compile(r"\D")
_BETWEEN_DIGITS: Final = re.compile(r"\d-\d")


class Styles:
    """The styles met so far; each is named by its family and its own name."""

    def __init__(self) -> None:
        self._hidden: set[tuple[str, str]] = set()
        self._struck: dict[tuple[str, str], bool] = {}
        self._zeros: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self.matter = False

    def read_common(self, archive: Archive) -> None:
        """Take those that stand in a part of their own."""
        if "styles.xml" in archive.members:
            for event, element in events(archive, "styles.xml", STYLE_TAGS):
                if event == "end":
                    self.take(element)
                    forget(element)

    def take(self, style: Any) -> None:
        """Take a style: of numbers, or of cells, rows, columns, tables, paragraphs and spans."""
        name = str(style.get(f"{_STYLE}name", ""))
        if local(style) == "number-style":
            self._take_numbers(style, name)
            return
        family = str(style.get(f"{_STYLE}family", ""))
        parent = str(style.get(f"{_STYLE}parent-style-name", ""))
        struck = self._struck.get((family, parent))
        for properties in style:
            if local(properties) == "text-properties":
                struck = _is_struck(properties, struck)
            elif _is_hidden(properties):
                self._hidden.add((family, name))
        if struck is not None:
            self._struck[family, name] = struck
            self.matter = self.matter or struck
        zeros = self._numbers.get(str(style.get(f"{_STYLE}data-style-name", "")), 0)
        if zeros := zeros or self._zeros.get(parent, 0):
            self._zeros[name] = zeros
            self.matter = True

    def _take_numbers(self, style: Any, name: str) -> None:
        kinds = [local(child) for child in style]
        for number in style.iterchildren(f"{_NUMBER}number"):
            zeros = str(number.get(f"{_NUMBER}min-integer-digits", ""))
            decimals = str(number.get(f"{_NUMBER}decimal-places", "0"))
            if kinds == ["number"] and zeros.isdecimal() and decimals == "0" and len(number) == 0:
                self._numbers[name] = min(int(zeros[:4]), _MOST_ZEROS)

    def hides(self, family: str, name: str | None) -> bool:
        """Whether a table is hidden by its style, or a row or column has no height or width."""
        return (family, name or "") in self._hidden

    def struck(self, family: str, name: str | None, *, otherwise: bool = False) -> bool:
        """Whether a text is struck through, or hidden, by its style."""
        return self._struck.get((family, name or ""), otherwise)

    def number(self, text: str, shown: str, style: str | None) -> str:
        """A whole number as people see it; `shown`: what the file says of that.

        What is shown is taken only where it merely adds zeros, and hyphens between digits.
        """
        if not (text.isascii() and text.isdecimal()):
            return text
        digits = _NOT_DIGITS.sub("", shown)
        if digits.lstrip("0") == text.lstrip("0") and not {".", ","} & set(shown):
            padded = len(digits) > len(text)
            return shown.strip() if padded or _BETWEEN_DIGITS.search(shown) else text
        return text.zfill(self._zeros.get(style or "", 0)) if not shown.strip() else text


def _is_struck(properties: Any, otherwise: bool | None) -> bool | None:
    for name in (f"{_STYLE}text-line-through-style", f"{_STYLE}text-line-through-type"):
        if value := properties.get(name):
            otherwise = value != "none"
            break
    return True if properties.get(f"{_TEXT}display") == "none" else otherwise


def _is_hidden(properties: Any) -> bool:
    sizes = (properties.get(f"{_STYLE}{name}") for name in ("row-height", "column-width"))
    return properties.get(f"{_TABLE}display") == "false" or any(
        size and _NOTHING.fullmatch(size) for size in sizes
    )
