"""Finds the header of a table, of one row, of two or of three, and what its columns give.

What the columns of one kind of table are called is a `Vocabulary`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final, Generic, TypeAlias, TypeVar

from registry.intake.grid import Sheet, column_index, column_letters, rows_with_text
from registry.intake.listing.cleaning import clean
from registry.intake.listing.fields import LIKE, header_key

F = TypeVar("F", bound=str)
"""The fields that columns give."""

_LETTERS: Final = re.compile("[A-Z]{1,2}")
"""The letters of a column, as a person may name it."""

_FILLED_IN: Final = re.compile(r"[：:]|[0-9]年[0-9 ]*月|公章|盖章")
"""What stands in a line above a header that is filled in, and in no header: 填报单位：市水利局."""

_AT_LEAST: Final = 2
"""So many different texts a row has that may be a header."""
_MOST_ROWS: Final = 3
DEPTH: Final = 60
"""Rows with text in which a header is looked for: cover pages and titles are shorter."""


@dataclass(frozen=True)
class Column(Generic[F]):
    """A column of a table. `field` is None where it is not read. `second`: the field that it would
    have given as well, and `instead`: the letters of the column that gives it; `aside`: that column
    is of another group, so that the two are lists side by side. `ignored`: a person said so.
    `group`: what stands over it in a header of two rows, if anything does; `rank`: how far down the
    preferences its header stands; `apart`: its header names something that is no field."""

    index: int
    header: str
    field: F | None
    instead: str | None = None
    second: F | None = None
    aside: bool = False
    ignored: bool = False
    group: str = ""
    rank: int = 0
    apart: bool = False

    @property
    def letters(self) -> str:
        """As spreadsheets name it."""
        return column_letters(self.index)


@dataclass(frozen=True)
class Header(Generic[F]):
    """Where the header stands, rows counted from 0, and its columns, from left to right."""

    first: int
    last: int
    columns: tuple[Column[F], ...]
    texts: tuple[str, ...]
    """What it says of each column, for knowing it again after a page break."""

    @property
    def fields(self) -> dict[F, Column[F]]:
        """The columns that are read, by field."""
        return {c.field: c for c in self.columns if c.field}

    def seconds(self, field: F) -> tuple[int, ...]:
        """The columns of the same list that speak for a field where its own is empty, in order."""
        found = [c for c in self.columns if c.second == field and not c.aside]
        return tuple(c.index for c in sorted(found, key=lambda c: (c.rank, c.index)))


@dataclass(frozen=True)
class Vocabulary(Generic[F]):
    """What one kind of table calls its columns.

    `recognise`: the field that a header names, and how far down the preferences it stands;
    `is_whole`: whether fields are enough for a header; `settle`: column → field, put right once
    all are known; `strict`: below a header that spans nothing, nothing else may stand in a header
    of two rows, so that a first row of values is never taken for one; `leading`: the field whose
    group says which of two lists side by side is read; `ignore`: what a person maps a column to
    that is not to be read; `apart`: whether a header, level by level, names something that is no
    field, whatever stands over it.
    """

    recognise: Callable[[str], tuple[F, int] | None]
    is_whole: Callable[[frozenset[F]], bool]
    settle: Callable[[dict[int, F]], dict[int, F]] = lambda fields: fields
    strict: bool = False
    leading: F | None = None
    ignore: F | None = None
    apart: Callable[[Sequence[str]], bool] = lambda parts: False


def find_header(
    sheet: Sheet, words: Vocabulary[F], maps: Mapping[str, F] | None = None
) -> Header[F] | None:
    """The header of a sheet, or None. `maps`: header, or letters of a column, → field, said by a
    person, goes first.

    Of several rows that could be one, that which names most fields; where letters say enough, a
    list has none, and its `first` and `last` row are -1.
    """
    best: Header[F] | None = None
    for row, _cells in islice(rows_with_text(sheet), DEPTH):
        for last in range(row, row + _MOST_ROWS):
            found = read_header(sheet, row, last, words, maps or {})
            if found is None:
                continue
            if best is None or _said(found) > _said(best) or _parts_it(sheet, found, best):
                best = found
    return best or _by_letters(sheet, words, maps or {})


def _parts_it(sheet: Sheet, found: Header[F], best: Header[F]) -> bool:
    """Whether a header of two rows is the one above with what its second row says of single
    columns, and no less of it: 设定依据 over 法律 and 行政法规. A first row of values has texts
    of its own below all headers.
    """
    if (found.first, found.last) != (best.first, best.first + 1) or best.last != best.first:
        return False
    if _said(found) < _said(best):
        return False
    upper, lower = _two_rows(sheet, found.first)
    kept = {top for top, below in zip(upper, lower, strict=True) if top and below in ("", top)}
    parted = Counter(
        top for top, below in zip(upper, lower, strict=True) if top and below not in ("", top)
    )
    return max(parted.values(), default=0) > 1 and 2 * len(kept) > len({*filter(None, upper)})


def _said(header: Header[F]) -> int:
    """How many of a header's columns say something."""
    return sum(column.field is not None or column.apart for column in header.columns)


def read_header(
    sheet: Sheet, first: int, last: int, words: Vocabulary[F], maps: Mapping[str, F]
) -> Header[F] | None:
    """The header that stands in these rows, if they are one."""
    if last >= len(sheet.rows):
        return None
    paths = [list(map(clean, sheet.rows[row])) for row in range(first, last + 1)]
    width = max(map(len, paths))
    for texts in paths:
        texts += [""] * (width - len(texts))
    for upper, lower in reversed(list(pairwise(paths))):
        _spread(upper, lower)
    levels = list(zip(*paths, strict=True))
    if first != last and not _has_two_levels([level[:2] for level in levels], strict=words.strict):
        return None
    if len(paths) > 2 and not all(_is_header(level, words) for level in levels):
        return None
    labels = [_label(level, words, maps) for level in levels]
    lettered = columns_by_letters(maps)
    if not words.is_whole(_fields_of(labels)) and not (
        lettered
        and any(found and found[1] < LIKE for _header, found in labels)
        and words.is_whole(_fields_of(labels) | frozenset(lettered.values()))
    ):
        return None
    for index, field in lettered.items():
        if index < width:
            labels[index] = (labels[index][0] or column_letters(index), (field, -1))
    columns = _columns(labels, levels, words)
    said = tuple(next(filter(None, reversed(level)), "") for level in levels)
    return Header(first, last, columns, said)


def best_guess(sheet: Sheet, words: Vocabulary[F]) -> tuple[int, dict[int, F]] | None:
    """The row, of those near the top, that names most fields without being a header; and them by
    column. None where no row names any."""
    best: tuple[int, dict[int, F]] | None = None
    for row, cells in islice(rows_with_text(sheet), DEPTH):
        named = {
            index: found[0]
            for index, text in enumerate(map(clean, cells))
            if text and (found := words.recognise(text))
        }
        # A title says one thing, and may be like a header: 某区权力清单.
        alone = len({clean(text) for text in cells if text.strip()}) < _AT_LEAST
        if named and not alone and (best is None or len(named) > len(best[1])):
            best = row, named
    return best


def columns_by_letters(maps: Mapping[str, F]) -> dict[int, F]:
    """The columns that are named by their letters, by index."""
    return {column_index(name): field for name, field in maps.items() if _LETTERS.fullmatch(name)}


def _by_letters(sheet: Sheet, words: Vocabulary[F], maps: Mapping[str, F]) -> Header[F] | None:
    """What stands for the header of a list that has none."""
    lettered = columns_by_letters(maps)
    width = max((len(row) for row in sheet.rows), default=0)
    fields = {index: field for index, field in lettered.items() if index < width}
    if words.leading is None or words.leading not in fields.values():
        return None
    labels: list[_Label[F]] = [
        (column_letters(index), (fields[index], -1) if index in fields else None)
        for index in range(width)
    ]
    return Header(-1, -1, _columns(labels, [("",)] * width, words), ("",) * width)


_Label: TypeAlias = tuple[str, tuple[F, int] | None]
"""A column's header as people say it, and the field that it names, with how far down the
preferences it stands."""


def _fields_of(labels: Sequence[_Label[F]]) -> frozenset[F]:
    return frozenset(found[0] for _header, found in labels if found)


def _columns(
    labels: Sequence[_Label[F]], levels: Sequence[tuple[str, ...]], words: Vocabulary[F]
) -> tuple[Column[F], ...]:
    groups = [level[0] if len(set(filter(None, level))) > 1 else "" for level in levels]
    named = _choose(labels, groups, words)
    giver = {field: index for index, field in named.items()}
    fields = words.settle(dict(named))
    columns = []
    for index, (header, found) in enumerate(labels):
        if not header:
            continue
        field = found[0] if found else None
        if index in fields or field is None or field not in giver:
            ignored = field is not None and field == words.ignore
            columns.append(
                Column(
                    *(index, header, fields.get(index)),
                    ignored=ignored,
                    group=groups[index],
                    apart=found is None and words.apart([p for p in levels[index] if p]),
                )
            )
            continue
        first = giver[field]
        columns.append(
            Column(
                *(index, header, None, column_letters(first), field),
                aside=groups[first] != groups[index],
                group=groups[index],
                rank=found[1] if found else 0,
            )
        )
    return tuple(columns)


def _two_rows(sheet: Sheet, first: int) -> tuple[list[str], list[str]]:
    """Two rows, even, of one width, and what stands above spread."""
    upper, lower = (list(map(clean, sheet.rows[row])) for row in (first, first + 1))
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    _spread(upper, lower)
    return upper, lower


def _spread(upper: list[str], lower: list[str]) -> None:
    """Where a file can't merge cells, an upper header reaches as far as there are lower ones."""
    for index in range(1, len(upper)):
        if not upper[index] and lower[index] and lower[index - 1]:
            upper[index] = upper[index - 1]


def _is_header(level: tuple[str, ...], words: Vocabulary[F]) -> bool:
    """Whether what stands lowest is no value: what stands above it over again, or a header."""
    *above, lowest = level
    if not lowest or lowest in above or words.recognise(lowest):
        return True
    return words.apart([part for part in level if part])


def _has_two_levels(levels: list[tuple[str, ...]], *, strict: bool) -> bool:
    """Whether an upper header spans several lower ones that differ; a title spans all of them."""
    tops = {top for top, _bottom in levels if top}
    if len(tops) < 2 or any(map(_FILLED_IN.search, tops)):
        return False
    upper: dict[str, set[str]] = {}
    for top, bottom in levels:
        if top and bottom and top != bottom:
            upper.setdefault(top, set()).add(bottom)
    spans = any(len(lower) > 1 for lower in upper.values())
    if strict:
        return spans and all(
            not bottom or top == bottom or not top or len(upper[top]) > 1 for top, bottom in levels
        )
    return spans or any(top and not bottom for top, bottom in levels)


def _label(level: tuple[str, ...], words: Vocabulary[F], maps: Mapping[str, F]) -> _Label[F]:
    """A column's header as people say it, `上级/下级`, and the field that it names."""
    parts = list(dict.fromkeys(filter(None, level)))
    header = "/".join(parts)
    for name in (header, *reversed(parts)):
        for mapped, field in maps.items():
            if header_key(mapped) == header_key(name):
                return header, (field, -1)
    if words.apart(parts):
        return header, None
    joined = "".join(parts)
    # 子项 over 名称: what stands below says nothing by itself.
    names = (
        (joined, *reversed(parts))
        if parts[1:] and _says_little(parts[-1])
        else (
            *parts[-1:],
            "".join(reversed(parts)),  # 行使主体 over 调整后
            *reversed(parts[:-1]),
            joined,
        )
    )
    for name in names:
        if found := words.recognise(name):
            return header, found
    return header, None


def _says_little(text: str) -> bool:
    return header_key(text) in ("名称", "编码", "代码", "类型", "类别", "编号", "序号", "依据")


def _choose(
    labels: Sequence[_Label[F]], groups: Sequence[str], words: Vocabulary[F]
) -> dict[int, F]:
    """Column → field, each field once: the preferred header's, and of equals the leftmost; of two
    lists side by side, those of the list whose leading field it is."""
    group = None
    leading = [
        (found[1], index)
        for index, (_header, found) in enumerate(labels)
        if found and found[0] == words.leading
    ]
    if len(leading) > 1:
        group = groups[min(leading)[1]]
    best: dict[F, tuple[bool, int, int]] = {}
    for index, (_header, found) in enumerate(labels):
        if found and found[0] != words.ignore:
            field, rank = found
            place = (bool(group) and groups[index] not in ("", group), rank, index)
            best[field] = min(best.get(field, place), place)
    return {index: field for field, (_other, _rank, index) in best.items()}
