"""CSV: a line for the whole, then one a row; each ratio in two columns, its part and its whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from registry.authority.evaluation import Evaluation
from registry.authority.figures import Figures, Ratio
from registry.formulas import guarded_row
from registry.locale import N_, _, language
from registry.report.evaluation import RenderOptions
from registry.report.evaluation.records import rows
from registry.report.evaluation.wording import ADVICE, CASES, GROUP_NAMES, NOT_PROVIDED, RATIOS


def render(evaluation: Evaluation, options: RenderOptions) -> Iterator[str]:
    """A header and the lines; CRLF as RFC 4180 has it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    delegations = options.by == "delegation"
    writer.writerow(_header(options))
    first = [_("All"), ""]
    writer.writerow([*first, *_cells(evaluation.overall), *([""] * 3 * delegations)])
    for record, figures in rows(evaluation, options.by):
        names = (
            [record["reference"], record["item_name"]]
            if delegations
            else [record["id"], record["name"]]
        )
        more = []
        if delegations:
            kind = record["advice"]
            more = [record["state"], _(ADVICE[kind]) if kind else ""]
            more.append(record["grounds_text"][language()])
        writer.writerow(guarded_row((*names, *_cells(figures), *more)))
    yield buffer.getvalue()


def _header(options: RenderOptions) -> list[str]:
    names = [_(GROUP_NAMES[options.by]), _("Name"), _("Delegations"), _(CASES)]
    for heading in (*RATIOS.values(), N_("Past legal limit, by the zone")):
        names += [_("{heading}: part").format(heading=_(heading))]
        names += [_("{heading}: whole").format(heading=_(heading))]
    if options.by == "delegation":
        names += [_("State"), _("Advice"), _("Grounds")]
    return names


def _cells(figures: Figures) -> list[Any]:
    cells: list[Any] = [figures.delegations]
    cells.append(_(NOT_PROVIDED) if figures.cases is None else figures.cases)
    for measure in (*RATIOS, "late"):
        ratio: Ratio | None = getattr(figures, measure)
        cells += [_(NOT_PROVIDED)] * 2 if ratio is None else ratio
    return cells
