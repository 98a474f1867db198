"""An evaluation as a workbook: zones, departments, delegations with advice, items without a case,
and what the figures rest on."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from registry.authority.evaluation import EvaluatedDelegation, Evaluation
from registry.authority.figures import Figures, Ratio
from registry.locale import N_, _, language, list_separator
from registry.report.evaluation import RenderOptions
from registry.report.evaluation.wording import (
    CASES,
    NOT_PROVIDED,
    NOTHING,
    RATIOS,
    advice_name,
    grounds_text,
    notes,
    rate_text,
    title,
)
from registry.report.xlsx_parts import (
    Formats,
    SheetNames,
    column_widths,
    row_height,
    set_up_page,
    write_cell,
)

_PART: Final = N_("{heading}: part")
_WHOLE: Final = N_("{heading}: whole")
_TITLE_HEIGHT: Final = 26
_NOTE_WIDTHS: Final = (110,)
_WIDEST: Final = 11
_WIDEST_NAME: Final = 30
_WIDEST_GROUNDS: Final = 60


def render_bytes(evaluation: Evaluation, options: RenderOptions) -> bytes:
    """The whole workbook."""
    return _Workbook(evaluation).to_bytes()


class _Workbook:
    def __init__(self, evaluation: Evaluation) -> None:
        import xlsxwriter

        self._evaluation = evaluation
        self._title = title(evaluation, language())
        self._banner = (
            _("Demonstration data, not an official document.") if evaluation.demonstrates else ""
        )
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        created = dt.datetime.fromisoformat(evaluation.as_of)
        self._book.set_properties({"title": self._title, "created": created})
        self._formats = Formats(self._book)
        self._names = SheetNames()

    def to_bytes(self) -> bytes:
        evaluation = self._evaluation
        whole = (_("All"), evaluation.overall)
        for name, kind, entries in (
            (_("By zone"), _("Zone"), evaluation.zones),
            (_("By department"), _("Department"), evaluation.departments),
        ):
            named = [whole, *((entry.name, entry.figures) for entry in entries)]
            rows = [[body, *_figure_cells(figures)] for body, figures in named]
            self._table(name, [kind, *_figure_heads()], rows, [_WIDEST_NAME, *_figure_widths()])
        self._delegations(_("By delegation"), evaluation.delegations)
        if evaluation.coverage.covered:
            self._idle()
        self._notes()
        self._book.close()
        return self._buffer.getvalue()

    def _delegations(self, name: str, delegations: Iterable[EvaluatedDelegation]) -> None:
        heads = [*_names_heads(), _("Mode"), _("State"), *_figure_heads()]
        heads += [_("Advice"), _("Grounds")]
        rows = [
            [
                *_names_cells(delegation),
                *(delegation.mode, delegation.state, *_figure_cells(delegation.figures)),
                advice_name(delegation.advice, language()),
                grounds_text(delegation.advice, language()),
            ]
            for delegation in delegations
        ]
        widths = [16, _WIDEST_NAME, 12, 18, 10, 8, *_figure_widths(), 10, _WIDEST_GROUNDS]
        self._table(name, heads, rows, widths)

    def _idle(self) -> None:
        rows = [_names_cells(delegation) for delegation in self._evaluation.idle]
        self._table(_("Without a case"), _names_heads(), rows, [16, 50, 16, 30])

    def _sheet(self, name: str) -> tuple[Any, int]:
        """A new sheet with title and banner, and its next free row."""
        sheet = self._book.add_worksheet(self._names.unique(name))
        set_up_page(sheet, self._title, self._banner)
        sheet.set_row(0, _TITLE_HEIGHT)
        sheet.write_string(0, 0, self._title, self._formats.title)
        if self._banner:
            sheet.write_string(1, 0, self._banner, self._formats.banner)
        return sheet, 2 + bool(self._banner)

    def _table(
        self,
        name: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[object]],
        widest: Sequence[int],
    ) -> None:
        sheet, top = self._sheet(name)
        columns = [[row[place] for row in rows] for place in range(len(heads))]
        widths = column_widths(heads, columns, widest)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
            write_cell(sheet, top, place, heads[place], self._formats.head)
        sheet.set_row(top, row_height(heads, widths) + 10)
        for number, row in enumerate(rows, top + 1):
            sheet.set_row(number, row_height(row, widths))
            for place, value in enumerate(row):
                write_cell(sheet, number, place, value, self._formats.of(value))
        sheet.freeze_panes(top + 1, 1)
        if rows:
            sheet.autofilter(top, 0, top + len(rows), len(heads) - 1)
        sheet.repeat_rows(top)

    def _notes(self) -> None:
        sheet, row = self._sheet(_("Notes"))
        sheet.set_column(0, 0, _NOTE_WIDTHS[0])
        evaluation = self._evaluation
        said = [_("{label}: {text}").format(label=_("As of"), text=evaluation.as_of)]
        said += notes(evaluation, language())
        said += [f"{name} = {value}" for name, value in asdict(evaluation.thresholds).items()]
        for number, text in enumerate(said, row):
            sheet.set_row(number, row_height([text], _NOTE_WIDTHS))
            write_cell(sheet, number, 0, text, self._formats.note)


def _names_heads() -> list[str]:
    return [_("Reference"), _("Item name"), _("Zone"), _("Department")]


def _names_cells(delegation: EvaluatedDelegation) -> list[object]:
    departments = list_separator().join(delegation.departments)
    return [delegation.reference, delegation.item_name, delegation.zone_name, departments]


def _figure_heads() -> list[str]:
    heads = [_("Delegations"), _(CASES)]
    for heading in RATIOS.values():
        heads += [pattern.format(heading=_(heading)) for pattern in (_(_PART), _(_WHOLE))]
        heads.append(_(heading))
    return heads


def _figure_widths() -> list[int]:
    return [_WIDEST] * (2 + 3 * len(RATIOS))


def _figure_cells(figures: Figures) -> list[object]:
    cells: list[object] = [figures.delegations]
    cells.append(_(NOT_PROVIDED) if figures.cases is None else figures.cases)
    for measure in RATIOS:
        ratio: Ratio | None = getattr(figures, measure)
        if ratio is None:
            cells += [NOTHING, NOTHING, _(NOT_PROVIDED)]
        else:
            cells += [ratio.part, ratio.whole, rate_text(measure, ratio)]
    return cells
