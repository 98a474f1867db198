"""Lines of text in PDF files, of which the file doesn't say where they end: what the width of a
cell broke is joined again, and what its author broke is kept.

A line was broken for its width if what begins the next would not have fitted into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final

_CLOSING: Final = frozenset("，。、；：！？）》」』】〉”’…")
_ENDING: Final = ("。", "；", ";", "：", ":", "！", "？")
_NUMBERED: Final = re.compile(
    r"(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、．.]"
    r"|\d{1,3}(?:[、）)．]|\.(?!\d))|[①-⑳㈠-㈩⑴-⒇⒈-⒛])(?!\s*[条款项目])"
)
_PAIRS: Final = {"《": "》", "（": "）", "“": "”", "〔": "〕", "(": ")"}
_MOST_BETWEEN: Final = 200
_FIRST_WORD: Final = re.compile(r"[^\s\u2000-\U0010ffff]+")
_LAST_WORD: Final = re.compile(r"[^\s\u2000-\U0010ffff]+$")
_DIGIT: Final = re.compile(r"\d")
_NARROW: Final = 0.55
"""The usual width of a letter or digit, in heights of its line."""
_SLACK: Final = 0.5
_NEAR: Final = 3.0
_SAME_HEIGHT: Final = 1.0
_MOST_GAP: Final = 1.5


@dataclass(frozen=True)
class Line:
    """A line of text, and where it stands, in points."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """Its height, which is nearly the size of its type."""
        return self.bottom - self.top


def lines_of(chars: list[dict[str, Any]]) -> list[Line]:
    """The lines that characters of a page make."""
    from pdfplumber.utils.clustering import cluster_objects
    from pdfplumber.utils.text import extract_words

    found = []
    for words in cluster_objects(extract_words(chars), itemgetter("top"), _NEAR):
        text = " ".join(word["text"] for word in words).strip()
        if text:
            left, right = min(w["x0"] for w in words), max(w["x1"] for w in words)
            top, bottom = min(w["top"] for w in words), max(w["bottom"] for w in words)
            found.append(Line(text, left, right, top, bottom))
    return found


def cell_text(lines: list[Line], width: float) -> str:
    """The text of a cell whose lines may be so wide."""
    text = lines[0].text if lines else ""
    for line, after in pairwise(lines):
        text = _put_together(text, line, after, line.right - line.left, width)
    return text


def paragraphs(lines: Iterable[Line], right: float) -> list[tuple[float, str]]:
    """Texts outside of tables, each with its top; the lines of the page may reach so far."""
    found: list[tuple[float, str]] = []
    before: Line | None = None
    for line in lines:
        if before is not None and _is_next(before, line):
            joined = _put_together(found[-1][1], before, line, before.right, right)
            if not joined.endswith(f"\n{line.text}"):
                found[-1] = found[-1][0], joined
                before = line
                continue
        found.append((line.top, line.text))
        before = line
    return found


def _is_next(line: Line, after: Line) -> bool:
    """Whether a line follows another closely, in type of the same size."""
    near = after.top - line.bottom < _MOST_GAP * line.height
    return near and abs(line.height - after.height) < _SAME_HEIGHT


def _put_together(text: str, line: Line, after: Line, reached: float, most: float) -> str:
    """A text and the line that comes after its last one, on a line of its own or not."""
    broken = _is_open(text) or (
        not text.endswith(_ENDING)
        and not _NUMBERED.match(after.text)
        and reached + _first_width(after) > most - _SLACK * line.height
    )
    return text + (_between(text, after.text) if broken else "\n") + after.text


def _is_open(text: str) -> bool:
    """Whether the text ends amidst the name of a law, or something else in brackets."""
    last = text[-_MOST_BETWEEN:].rpartition("\n")[2]
    return any(last.rfind(begin) > last.rfind(end) for begin, end in _PAIRS.items())


def _first_width(line: Line) -> float:
    """The width of what can't be parted at the beginning of a line."""
    text = line.text
    if word := _FIRST_WORD.match(text):
        return word.end() * line.height * _NARROW
    length = 1
    while length < len(text) and (text[length] in _CLOSING or text[length - 1] in _PAIRS):
        length += 1
    return length * line.height


def _between(text: str, after: str) -> str:
    """What stands between two parts of a text that was broken: a space between words of letters.

    A code is broken amidst its digits where it is wider than its cell.
    """
    last, first = _LAST_WORD.search(text), _FIRST_WORD.match(after)
    if last is None or first is None or last[0].endswith(("-", "/")):
        return ""
    return "" if _DIGIT.search(last[0]) and _DIGIT.search(first[0]) else " "
