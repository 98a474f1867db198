"""Numbers that a list puts before its items: which are its own, and which are part of a name.

二、三类射线装置许可 begins with a numeral as 二、取水许可 does, and only the first keeps it. What
tells them apart is the list: its own numbers run (一、二、三), or are those of the column of
numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from registry.intake.listing.cleaning import clean, spaced

Style = Literal["digit", "dotted", "hanzi", "paren hanzi", "paren digit", "circled", "bare"]
"""bare: digits that only a space parts from what follows."""

_HANZI: Final = "一二三四五六七八九十百"
_CIRCLED: Final = "①-⑳㈠-㈩⑴-⒇⒈-⒛"
_NUMBER: Final = re.compile(
    rf"""(?x)
    (?P<dotted>[0-9]{{1,4}}(?:[.．\-—－][0-9]{{1,3}})+) (?: [、.．)）:：]+ | (?=\s) )
    | (?P<digit>[0-9]{{1,4}}) (?: [、．)）] | \.(?![0-9]) | \.(?=[0-9]{{3}}) )
    | [（(](?P<paren_digit>[0-9]{{1,4}})[）)] [、.．]?
    | [（(](?P<paren_hanzi>[{_HANZI}]{{1,5}})[）)] [、.．]?
    | (?P<hanzi>[{_HANZI}]{{1,5}}) [、.．]
    | (?P<circled>[{_CIRCLED}]) [、.．]?
    | (?P<bare>[0-9]{{1,3}}) (?=\s)
    """
)
_ALONE: Final = re.compile(
    rf"""(?x)
    第?(?P<dotted>[0-9]{{1,4}}(?:[.．\-—－][0-9]{{1,3}})+)[、.．)）]?
    | 第?(?P<digit>[0-9]{{1,5}})[、.．)）项]?
    | [（(](?P<paren_digit>[0-9]{{1,4}})[）)][、.．]?
    | [（(](?P<paren_hanzi>[{_HANZI}]{{1,5}})[）)][、.．]?
    | (?P<hanzi>[{_HANZI}]{{1,5}})[、.．]?
    | (?P<circled>[{_CIRCLED}])[、.．]?
    """
)
_MONTH: Final = "(?P<month>1[0-2]|0?[1-9])"
_DAY: Final = "(?P<day>3[01]|[12][0-9]|0?[1-9])"
# Without its year, only 月 tells a date from the number itself.
_DATES: Final = (
    re.compile(rf"[0-9]{{4}}[-/年.]{_MONTH}[-/月.]{_DAY}日?(?:[ T]?00:00(?::00)?)?"),
    re.compile(rf"{_MONTH}月{_DAY}日"),
)
_STARTS: Final = re.compile(rf"\s*[0-9０-９（({_HANZI}{_CIRCLED}]")
FIRST: Final = frozenset(
    "0123456789０１２３４５６７８９（( \t\n\r\u3000\xa0\ufeff"
    + _HANZI
    + "".join(map(chr, (*range(0x2460, 0x249C), *range(0x3220, 0x322A))))
)
"""What a text with a number in front may begin with."""
# What a numeral in brackets, or one of several, counts or classes: （二）级以下, ①②类.
_CLASS: Final = (
    "[类级]|种(?![子植苗畜禽质公猪牛羊])|型(?!式)|档(?!案)|星级|以[上下]|及以[上下]"
    "|[至到—–~～-](?=[0-9一二三四五六七八九十（(①-⑳])"
)
_CLASSED: Final = re.compile(rf"{_CLASS}|[（(][0-9{_HANZI}]{{1,5}}[）)]")
_MORE: Final[dict[Style, re.Pattern[str]]] = {
    "digit": re.compile(r"[0-9]"),
    "dotted": re.compile(r"[0-9]"),
    "hanzi": re.compile(r"[一二三四五六七八九十百千万]"),
    "paren hanzi": _CLASSED,
    "paren digit": _CLASSED,
    "circled": re.compile(rf"[{_CIRCLED}]|{_CLASS}"),
    "bare": re.compile(r"[0-9]"),
}
"""How a name goes on whose numeral is one of several, or counts something."""

_BELOW: Final[frozenset[tuple[Style, Style]]] = frozenset(
    {
        *(("hanzi", s) for s in ("paren hanzi", "digit", "paren digit", "circled")),
        *(("paren hanzi", s) for s in ("digit", "paren digit", "circled")),
        *(("digit", s) for s in ("paren hanzi", "paren digit", "circled")),
        *(("dotted", s) for s in ("paren hanzi", "paren digit", "circled")),
        ("paren digit", "circled"),
    }
)
"""(above, below): styles of numbers by which a sub-item stands under an item."""

_MOST: Final = 0.6
"""The share of rows with numbers of a style from which on they are taken for the list's own."""


class Number(NamedTuple):
    """A number as a list writes it: its style, and its value, level by level."""

    style: Style
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """A number in front of a name; `end`: where the name goes on, `goes_on`: as if the numeral
    were one of several, or counted something."""

    number: Number
    end: int
    goes_on: bool


def may_be_numbered(text: str) -> bool:
    """Whether a text begins as one does that has a number in front; quick, and for the most no."""
    return _STARTS.match(text) is not None


def number_alone(text: str) -> Number | None:
    """The number that a whole cell is; None where it is none."""
    match = _ALONE.fullmatch(text)
    return _number(match) if match else None


def number_of_date(text: str) -> Number | None:
    """The number that was written, where a spreadsheet made a date of it: 1-2 of 1月2日."""
    match = next(filter(None, (date.fullmatch(text) for date in _DATES)), None)
    return Number("dotted", (int(match["month"]), int(match["day"]))) if match else None


def prefix_of(text: str) -> Prefix | None:
    """The number in front of an even text (`cleaning.spaced`), if more follows it."""
    if not _STARTS.match(text):
        return None
    match = _NUMBER.match(text)
    if match is None:
        return None
    rest = text[match.end() :].lstrip()
    if not rest:
        return None
    number = _number(match)
    goes_on = bool(_MORE[number.style].match(rest))
    return Prefix(number, len(text) - len(rest), goes_on)


def without_number(text: str) -> str:
    """A text without the number in front of it, whatever the number is part of."""
    even = spaced(text)
    prefix = prefix_of(even)
    return clean(even[prefix.end :]) if prefix else clean(even)


def is_below(number: Number, above: Number | None) -> bool:
    """Whether a number makes its item a part of the item numbered `above`."""
    if above is None:
        return False
    if number.style == "dotted":
        return above.parts == number.parts[: len(above.parts)] and len(above.parts) < len(
            number.parts
        )
    return (above.style, number.style) in _BELOW


class Row(NamedTuple):
    """What numbers a row: its cell in the column of numbers, and its name, both as they are;
    `cells`: all that it says."""

    key: tuple[int, int]
    number: str
    name: str
    cells: Sequence[str] = ()


def running(rows: Sequence[Row]) -> dict[tuple[int, int], Prefix]:
    """The rows whose names begin with a number of the list's own, by key. `rows`: in order."""
    # A row that says but one thing is a heading, unless most rows do.
    speaking = [row for row in rows if len({*filter(None, row.cells)}) > 1 or len(row.cells) < 2]
    if 2 * len(speaking) >= len(rows):
        rows = speaking
    numbered: list[tuple[int, Row, Prefix]] = []
    for place, row in enumerate(rows):
        if _STARTS.match(row.name) and (prefix := prefix_of(spaced(row.name))):
            numbered.append((place, row, prefix))
    counts = Counter(prefix.number.style for _place, _row, prefix in numbered)
    usual = {style for style, n in counts.items() if n >= _MOST * len(rows)}
    of_style: dict[Style, list[Prefix]] = {}
    for _place, _row, prefix in numbered:
        of_style.setdefault(prefix.number.style, []).append(prefix)
    reached: Counter[Style] = Counter()
    found: dict[tuple[int, int], Prefix] = {}
    for place, row, prefix in numbered:
        style = prefix.number.style
        same, at = of_style[style], reached[style]
        reached[style] += 1
        before = same[at - 1] if at else None
        after = same[at + 1] if at + 1 < len(same) else None
        own = number_alone(clean(row.number)) if row.number else None
        above = _above(rows, place)
        if _is_running(prefix, before, after, own, above, usual=style in usual):
            found[row.key] = prefix
    return found


def _is_running(
    prefix: Prefix,
    before: Prefix | None,
    after: Prefix | None,
    own: Number | None,
    above: Number | None,
    *,
    usual: bool,
) -> bool:
    """Whether a name's number is the list's. `before`, `after`: the nearest of the same style;
    `own`: what the column of numbers says; `above`: the number of the row above."""
    number = prefix.number
    follows = before is not None and _follows(number, before.number)
    leads = after is not None and _follows(after.number, number)
    if prefix.goes_on:
        # 一、三级医院设置审批 in a list of 一、二、三、 whose other names do not begin like that.
        plain = (follows and before is not None and not before.goes_on) or (
            leads and after is not None and not after.goes_on
        )
        return usual and plain
    if number.style == "bare":
        return usual and (follows or leads)
    if number.style == "dotted":
        return follows or leads or number.parts[-1] == 1 or (own == number) or usual
    if own and own.parts == number.parts:
        return True
    if above and above.parts[-1] + 1 == number.parts[-1]:
        return True
    return number.parts == (1,) or follows or leads or usual


def _follows(number: Number, before: Number) -> bool:
    return number.parts[:-1] == before.parts[:-1] and number.parts[-1] == before.parts[-1] + 1


def _above(rows: Sequence[Row], place: int) -> Number | None:
    """The number in the column of numbers of the row above, where this row has none."""
    if place == 0 or rows[place].number:
        return None
    return number_alone(clean(rows[place - 1].number)) if rows[place - 1].number else None


def _number(match: re.Match[str]) -> Number:
    style: Style = str(match.lastgroup).replace("_", " ")  # type: ignore[assignment]
    text = match[str(match.lastgroup)]
    if style == "dotted":
        return Number(style, tuple(map(int, re.split(r"[.．\-—－]", text))))
    if style == "circled":
        return Number(style, (_circled(text),))
    return Number(style, (int(text) if text.isdecimal() else _value(text),))


def _circled(text: str) -> int:
    import unicodedata

    return int(unicodedata.numeric(text))


def _value(text: str) -> int:
    """The value of 一 to 九百九十九; 二〇 is not written in such numbers."""
    total, digit = 0, 0
    for character in text:
        if character == "百":
            total += (digit or 1) * 100
            digit = 0
        elif character == "十":
            total += (digit or 1) * 10
            digit = 0
        else:
            digit = "一二三四五六七八九".index(character) + 1
    return total + digit
