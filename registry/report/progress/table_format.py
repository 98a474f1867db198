"""Progress for a terminal: the whole, then zones, departments and duties, best first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.audit.progress import Progress, RankedEntry
from registry.locale import _
from registry.report.progress import RenderOptions
from registry.report.progress.wording import headings, headlines, notes, row, title
from registry.report.terminal import bold, table, text_width, wrap

_NARROWEST: Final = 12


def render(progress: Progress, options: RenderOptions) -> Iterator[str]:
    """The report, a paragraph at a time."""
    yield wrap(bold(title(progress), options.colour), options.width) + "\n"
    if progress.demonstrates:
        yield wrap(_("Demonstration data, not an official paper."), options.width) + "\n"
    if not progress.overall.applicable:
        yield _("Nothing was examined: this is no pass.") + "\n"
        return
    yield "\n" + "".join(wrap(text, options.width) + "\n" for text in headlines(progress))
    for group, standings in progress.groups:
        if standings:
            yield "\n" + _table(
                group, standings, options.width, dates=bool(progress.overall.unknown)
            )
    yield "\n" + "".join(wrap(note, options.width) + "\n" for note in notes(progress))


_UNKNOWN: Final = 7
"""The column of obligations without a date: left out where there are none."""


def _table(group: str, standings: list[RankedEntry], width: int, *, dates: bool) -> str:
    """A ranking in which names give way; headings of several words take two lines."""
    rows = [row(standing) for standing in standings]
    names = ["\n".join(head.rsplit(" ", 1)) for head in headings(group)]
    if not dates:
        rows = [(*cells[:_UNKNOWN], *cells[_UNKNOWN + 1 :]) for cells in rows]
        del names[_UNKNOWN]
    taken = sum(
        max(text_width(line) for line in (*name.split("\n"), *(_shown(r[i]) for r in rows)))
        for i, name in enumerate(names)
        if i != 1
    )
    room = max(_NARROWEST, width - taken - 2 * (len(names) - 1))
    fitted = [(cells[0], wrap(str(cells[1]), room), *cells[2:]) for cells in rows]
    return table(fitted, names, width=width)


def _shown(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value
