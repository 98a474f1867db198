"""Text for a terminal: tables and paragraphs in which Chinese counts two columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from registry.locale import labelled, list_separator

_NARROWEST = 12
_WIDE = "\u2e80"
_PLAIN = re.compile("[ -~\xb7\xd7\u2013-\u2026\u221a\u3001-\u3029\u4e00-\u9fff\uff01-\uff60]*")
"""ASCII, quotation marks and the like in one column; in two, Chinese and its punctuation."""
_NO_BREAK_BEFORE = "，。；：、！？）》”’"
_NO_BREAK_AFTER = "（《〔“‘【「"


_COLOURS = {"high": "31", "medium": "33", "low": "36", "info": "2"}
"""Severity -> how a terminal is asked to show it. One number each: `wrap` breaks after a “;”."""
_ESCAPES = re.compile("\033\\[[0-9;]*m")


def text_width(text: str) -> int:
    """Columns that a text takes."""
    if "\033" in text:
        text = _ESCAPES.sub("", text)
    if _PLAIN.fullmatch(text):
        # What nearly every text is made of; wcwidth takes longer to load than many commands run.
        return len(text) + sum(character >= _WIDE for character in text)
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


_OPTION = re.compile(
    r"--[a-z][a-z-]*[ ](?:'[^']*'|[^\s'。；，;]*=[^\s。；，;]*?)(?:[。；，;]|\.(?=\s|$)|(?=\s|$))"
)


def wrap(text: str, width: int, *, whole_words: bool = False) -> str:
    """Break a text into lines of at most `width` columns, between words or Chinese characters.

    A word that is wider is broken too, after a hyphen where it has one, unless `whole_words`.
    """
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text):
        columns = text_width(piece)
        if line and used + text_width(piece.rstrip()) > width:
            lines.append(line.rstrip())
            piece = piece.lstrip()
            columns = text_width(piece)
            line, used = "", 0
        while columns > width and not whole_words and (head := _head(piece.rstrip(), width)):
            lines.append(head)
            piece = piece[len(head) :]
            columns = text_width(piece)
        line += piece
        used += columns
    lines.append(line.rstrip())
    return "\n".join(lines)


def _head(word: str, width: int) -> str:
    """What of a word that is too wide goes on a line of its own; "" if all of it does."""
    if text_width(word) <= width:
        return ""
    head = word
    while len(head) > 1 and text_width(head) > width:
        head = head[:-1]
    return head[: head.rfind("-") + 1] or head


def _pieces(text: str) -> Iterable[str]:
    """What may not be broken: a word with the space after it, a wide character, or an option with
    its value, which people copy.

    An id made of parts (`DUTY/ZONE/…`) may be broken after a part.
    """
    at = 0
    for option in _OPTION.finditer(text):
        yield from _words(text[at : option.start()])
        yield option[0]
        at = option.end()
    yield from _words(text[at:])


def _words(text: str) -> Iterable[str]:
    piece = ""
    for character in text:
        if character in _NO_BREAK_BEFORE or character in " /;":
            yield piece + character
            piece = ""
        elif piece and piece[-1] in _NO_BREAK_AFTER:
            piece += character
        elif ord(character) >= 0x2E80:
            if piece:
                yield piece
            piece = character
        elif piece and ord(piece[-1]) >= 0x2E80:
            yield piece
            piece = character
        else:
            piece += character
    if piece:
        yield piece


def table(
    rows: Sequence[Sequence[Any]], headers: Sequence[str] = (), *, width: int | None = None
) -> str:
    """Rows as an aligned table, ending with a line end; the widest text column is wrapped to fit.

    Only what does not fit is wrapped: tabulate's own wrapping is slow. Where a terminal is too
    narrow for that too, every row is a paragraph, its cells below one another.
    """
    cells = [[str(value) if isinstance(value, str) else value for value in row] for row in rows]
    if width is not None and cells and not _fit(cells, headers, width):
        return _paragraphs(rows, headers, width)
    import tabulate

    tabulate.MIN_PADDING = 0  # headers take no more room than they need
    text = tabulate.tabulate(
        cells,
        headers=headers,
        tablefmt="simple" if headers else "plain",
        disable_numparse=[i for i in range(len(rows[0])) if _is_text(rows, i)] if rows else True,
        intfmt=",",
        colalign=["left" if _is_text(rows, i) else "right" for i in range(len(rows[0]))]
        if rows
        else None,
    )
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def fits(rows: Sequence[Sequence[Any]], headers: Sequence[str], width: int) -> bool:
    """Whether `table` can give these rows as one: with cells wrapped, but no word broken."""
    return not rows or _fit([list(row) for row in rows], headers, width)


def columns(rows: Sequence[Sequence[str]], width: int) -> str:
    """Texts side by side, the widest wrapped to fit: a list, not a table."""
    cells: list[list[Any]] = [list(row) for row in rows]
    _fit(cells, (), width)
    lines = [[str(cell).split("\n") for cell in row] for row in cells]
    widths = [
        max(text_width(line) for cell in column for line in cell)
        for column in zip(*lines, strict=True)
    ]
    text = ""
    for row in lines:
        for n in range(max(map(len, row))):
            parts = [cell[n] if n < len(cell) else "" for cell in row]
            line = "  ".join(
                part + " " * (columns - text_width(part))
                for part, columns in zip(parts, widths, strict=True)
            )
            text += line.rstrip() + "\n"
    return text


def _is_text(rows: Sequence[Sequence[Any]], column: int) -> bool:
    return any(isinstance(row[column], str) and row[column] != "·" for row in rows)


def _paragraphs(rows: Sequence[Sequence[Any]], headers: Sequence[str], width: int) -> str:
    """A paragraph a row: the first cell, and below it the others, each after its header, if any;
    numbers on one line."""
    text = ""
    for row in rows:
        numbers = []
        for number, value in enumerate(row):
            label = _one_line(headers[number]) if headers else ""
            shown = f"{value:,}" if isinstance(value, int) else _one_line(str(value))
            if headers and number and isinstance(value, int):
                numbers.append(f"{label} {shown}")
            elif shown and shown != "·":
                if headers:
                    shown = labelled(label, shown)
                margin = 2 if number else 0
                text += indent(wrap(shown, width - margin), margin) + "\n"
        if numbers:
            text += indent(wrap(list_separator().join(numbers), width - 2), 2) + "\n"
    return text


def _one_line(text: str) -> str:
    """A wrapped text on one line: Chinese goes on without a space."""
    return re.sub("(?<=[⺀-￿])\n(?=[⺀-￿])", "", text).replace("\n", " ")


def _fit(cells: list[list[Any]], headers: Sequence[str], width: int) -> bool:
    """Wrap the widest columns, until all of them fit. Whether they do: no word is broken."""
    columns = range(len(cells[0]))
    heads = [text_width(header) for header in headers] or [0 for _column in columns]

    def widest(i: int) -> int:
        return max(
            heads[i],
            *(
                text_width(line)
                for row in cells
                for line in (f"{row[i]:,}" if isinstance(row[i], int) else str(row[i])).split("\n")
            ),
        )

    widths = [widest(i) for i in columns]
    spare = width - 2 * (len(widths) - 1)
    if sum(widths) <= spare:
        return True
    least = [
        max(heads[i], *(_widest_word(row[i]) for row in cells)) if w > _NARROWEST else w
        for i, w in enumerate(widths)
    ]
    # The widest columns give way first: find the greatest common width that fits.
    cap = max(widths)
    while cap > _NARROWEST and sum(map(max, least, (min(w, cap) for w in widths))) > spare:
        cap -= 1
    for i in columns:
        if widths[i] > max(cap, least[i]):
            for row in cells:
                row[i] = wrap(str(row[i]), max(cap, least[i]), whole_words=True)
            widths[i] = widest(i)
    return sum(widths) <= spare


def _widest_word(cell: object) -> int:
    """Columns of the widest part of a cell that is never broken."""
    if isinstance(cell, int):
        return text_width(f"{cell:,}")
    lines = str(cell).split("\n")
    return max((text_width(piece.rstrip()) for line in lines for piece in _pieces(line)), default=0)


def indent(text: str, columns: int) -> str:
    """Every line moved to the right."""
    return "".join(" " * columns + line for line in text.splitlines(keepends=True))


def in_severity(severity: str, text: str, colour: bool) -> str:
    """A text in the colour of a severity, where the terminal shows colours."""
    return f"\033[{_COLOURS[severity]}m{text}\033[0m" if colour else text


def bold(text: str, colour: bool) -> str:
    """A heading: bold where the terminal shows it."""
    return f"\033[1m{text}\033[0m" if colour else text
