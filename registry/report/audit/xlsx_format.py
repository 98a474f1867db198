"""XLSX: a sheet that sums up, then a sheet a body, to be filtered, worked off and printed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from registry.audit.finding import Audit, Finding
from registry.locale import N_, _
from registry.locale.labels import (
    finding_kind_label,
    provenance_label,
    severity_label,
    status_label,
)
from registry.report.audit import RenderOptions
from registry.report.audit.report_model import (
    FINDING_KINDS,
    STATUS_ORDER,
    AuditReport,
    BodyGroup,
    finding_kind,
)
from registry.report.xlsx_parts import (
    Formats,
    SheetNames,
    column_widths,
    date_of,
    row_height,
    set_up_page,
    write_cell,
)

_ROOM: Final = 1_048_576 - 10
"""Rows of a list that a sheet has room for."""

_SUMMARY_WIDTHS: Final = (44, 14, 12, 12, 12, 12, 14, 12)
_CASES: Final = ("number", "severity", "status", "code", "rule", "subject", "item", "zone", "case")
_EVERY: Final = ("status", "code", "rule", "subject", "item", "zone", "department", "due")

_HEADINGS: Final = {
    "number": N_("No."),
    "severity": N_("Severity"),
    "waived": N_("Waived"),
    "status": N_("Status"),
    "code": N_("Code"),
    "rule": N_("Rule"),
    "subject": N_("Subject"),
    "item": N_("Item name"),
    "zone": N_("Zone"),
    "department": N_("Department"),
    "case": N_("Case number or account"),
    "due": N_("Due on"),
    "days": N_("Days overdue"),
    "working_days": N_("Working days overdue"),
    "message": N_("Message"),
    "remedy": N_("Remedy"),
    "clauses": N_("Clauses"),
    "owed_by": N_("Owed by"),
    "provenance": N_("Provenance"),
}
_WIDEST: Final = {
    "severity": 8,
    "rule": 16,
    "item": 18,
    "department": 13,
    "days": 6,
    "working_days": 7,
    "message": 34,
    "remedy": 26,
    "clauses": 16,
    "owed_by": 14,
    "provenance": 11,
}
"""Columns that wrap beyond these widths; 12 for those not named."""


def render_bytes(audit: Audit, options: RenderOptions) -> bytes:
    """The whole workbook."""
    return _Workbook(AuditReport(audit, options)).to_bytes()


class _Workbook:
    def __init__(self, report: AuditReport) -> None:
        import xlsxwriter

        self.report = report
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, {"in_memory": True})
        as_of = dt.datetime.fromisoformat(report.audit.as_of)
        self.book.set_properties({"title": report.title, "created": as_of, "comments": self.source})
        self.formats = Formats(self.book)
        self.names = SheetNames()

    @property
    def source(self) -> str:
        """The provenance line, with the day, that every sheet bears."""
        return "  ".join(
            _("{label}: {text}").format(label=label, text=text)
            for label, text in self.report.facts[1:]
        )

    def to_bytes(self) -> bytes:
        report = self.report
        summary = self._sheet(_("Summary"))
        sheets = {
            group.counts.id: (group, self._sheet(group.counts.name)) for group in report.body_groups
        }
        self._summary(summary, {body: sheet.name for body, (_g, sheet) in sheets.items()})
        for group, sheet in sheets.values():
            self._body(sheet, group)
        self._cases()
        if report.options.everything:
            self._every_subject()
        self.book.close()
        return self.buffer.getvalue()

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(self.names.unique(name))
        set_up_page(sheet, self.report.title, self.report.banner)
        return sheet

    def _head(self, sheet: Any, title: str, widths: Sequence[int]) -> int:
        """Column widths, title, banner and provenance line; returns the next free row."""
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        lines = [(title, self.formats.title), (self.report.banner, self.formats.banner)]
        lines.append((self.source, self.formats.note))
        row = 0
        for text, style in lines:
            if text:
                self._across(sheet, row, text, style, widths)
                row += 1
        sheet.set_row(0, 26)
        return row

    def _across(
        self,
        sheet: Any,
        row: int,
        text: str,
        style: Any,
        widths: Sequence[int] = _SUMMARY_WIDTHS,
    ) -> None:
        """A line of text over the sheet's whole width."""
        sheet.merge_range(row, 0, row, len(widths) - 1, "", style)
        write_cell(sheet, row, 0, text, style)
        sheet.set_row(row, row_height([text], [sum(widths)]))

    def _summary(self, sheet: Any, links: dict[str, str]) -> None:
        report = self.report
        headings = [_("Alarms"), *map(finding_kind_label, FINDING_KINDS)]
        row = self._head(sheet, report.title, _SUMMARY_WIDTHS) + 1
        for line in (report.summary, *report.remarks):
            self._across(sheet, row, line, self.formats.strong)
            row += 1
        if report.findings:
            counts = report.kind_counts
            alarms = sum(finding.status == "alarm" for finding in report.findings)
            totals = [alarms, *(counts[kind] for kind in FINDING_KINDS)]
            row = self._table(
                sheet, row + 1, _("Alarms by severity"), [_("Owed by"), *headings], []
            )
            self._line(sheet, row, [_("all bodies"), *totals])
            row = self._counts(sheet, row + 2, _("Alarms by the body that owes them"), links)
            row = self._counts(sheet, row + 1, _("Alarms by zone"), None)
        findings, note = report.most_overdue
        if findings:
            rows = [
                [
                    f.item_name or report.subject(f),
                    f.code,
                    f.days_overdue,
                    f.working_days_overdue,
                    date_of(f.due_on),
                    report.body_names(f.owed_by),
                ]
                for f in findings
            ]
            names = ["item", "code", "days", "working_days", "due", "owed_by"]
            headings = [_(_HEADINGS[name]) for name in names]
            row = self._table(sheet, row + 1, _("Most overdue"), headings, rows, widened=True)
            if note:
                self._across(sheet, row, note, self.formats.note)
                row += 1
        headings = [_("Rule"), _("Severity"), _("Examined")]
        headings += map(status_label, STATUS_ORDER)
        rules: list[list[Any]] = [
            [
                f"{r.header.code} {r.title}",
                severity_label(r.header.severity),
                r.examined,
            ]
            + [r.by_status[status] for status in STATUS_ORDER]
            for r in report.counts_by_rule
        ]
        self._table(sheet, row + 1, _("Alarms by rule"), headings, rules)

    def _counts(self, sheet: Any, row: int, title: str, links: dict[str, str] | None) -> int:
        report = self.report
        counts = report.counts_by_zone if links is None else report.counts_by_body
        headings = [_("Zone") if links is None else _("Owed by"), _("Alarms")]
        rows = [
            [one.name, one.alarms, *(one.by_kind[kind] for kind in FINDING_KINDS)] for one in counts
        ]
        end = self._table(
            sheet, row, title, [*headings, *map(finding_kind_label, FINDING_KINDS)], rows
        )
        if links is None:
            return end
        for line, one in enumerate(counts, end - len(counts)):
            target = links[one.id].replace("'", "''")
            sheet.write_url(line, 0, f"internal:'{target}'!A1", self.formats.link, one.name)
        if report.shared_note:
            self._across(sheet, end, report.shared_note, self.formats.note)
            end += 1
        return end

    def _table(
        self,
        sheet: Any,
        row: int,
        title: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        widened: bool = False,
    ) -> int:
        """A table with its heading; returns the row after it. `widened`: the last column's cells
        reach to the end of the sheet."""
        write_cell(sheet, row, 0, title, self.formats.heading)
        self._line(sheet, row + 1, headings, widened, self.formats.head)
        row += 2
        for cells in rows:
            self._line(sheet, row, cells, widened)
            row += 1
        return row

    def _line(
        self,
        sheet: Any,
        row: int,
        cells: Sequence[object],
        widened: bool = False,
        style: Any = None,
    ) -> None:
        widths = list(_SUMMARY_WIDTHS)
        last = len(cells) - 1
        if widened:
            widths[last:] = [sum(widths[last:])]
            wide = style or self.formats.of(cells[last])
            sheet.merge_range(row, last, row, len(_SUMMARY_WIDTHS) - 1, "", wide)
        sheet.set_row(row, row_height(cells, widths))
        for column, value in enumerate(cells):
            write_cell(sheet, row, column, value, style or self.formats.of(value))

    def _body(self, sheet: Any, group: BodyGroup) -> None:
        unneeded = {"status"}
        unneeded |= {"zone"} if group.is_zone else set()
        unneeded |= {"department"} if group.is_department else set()
        unneeded |= set() if any(f.waived for f in group.findings) else {"waived"}
        unneeded.add("case")
        names = [name for name in _HEADINGS if name not in unneeded]
        rows = [self._cells(number, finding) for number, finding in enumerate(group.findings, 1)]
        self._list(sheet, _("Findings: {body}").format(body=group.title), names, rows)

    def _list(
        self, sheet: Any, title: str, names: list[str], rows: list[dict[str, object]]
    ) -> None:
        """Findings below a header that stays in sight, filters, and is repeated in print."""
        headings = [_(_HEADINGS[name]) for name in names]
        columns = [[cells[name] for cells in rows] for name in names]
        widths = column_widths(headings, columns, [_WIDEST.get(name, 12) for name in names])
        row = self._head(sheet, title, widths)
        sheet.set_row(row, row_height(headings, [width - 2 for width in widths]))
        for column, head in enumerate(headings):
            write_cell(sheet, row, column, head, self.formats.head)
        for line, cells in enumerate(rows, row + 1):
            sheet.set_row(line, row_height([cells[name] for name in names], widths))
            for column, name in enumerate(names):
                style = self.formats.of(cells[name])
                if name == "severity":
                    style = self.formats.severities[str(cells["kind"])]
                write_cell(sheet, line, column, cells[name], style)
        sheet.autofilter(row, 0, row + len(rows), len(names) - 1)
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)

    def _cells(self, number: int, finding: Finding) -> dict[str, object]:
        report = self.report
        return {
            "number": number,
            "kind": finding_kind(finding),
            "severity": finding_kind_label(finding_kind(finding)),
            "waived": _("Waived") if finding.waived else None,
            "status": status_label(finding.status),
            "code": finding.code,
            "rule": report.title_of(finding),
            "subject": report.subject(finding),
            "item": finding.item_name,
            "zone": report.body_name(finding.zone) if finding.zone else None,
            "department": report.body_name(finding.department) if finding.department else None,
            "due": date_of(finding.due_on),
            "days": finding.days_overdue,
            "working_days": finding.working_days_overdue,
            "message": report.message(finding),
            "remedy": report.remedy(finding),
            "clauses": report.clauses(finding),
            "owed_by": report.body_names(finding.owed_by),
            "provenance": provenance_label(finding.provenance),
        }

    def _cases(self) -> None:
        """Every case, account or window that findings stand for, a line each."""
        lines = [(finding, number) for finding in self.report.findings for number in finding.cases]
        for start in range(0, len(lines), _ROOM):
            sheet = self._sheet(_("Cases and accounts"))
            rows = [
                self._cells(place, finding) | {"case": number}
                for place, (finding, number) in enumerate(lines[start : start + _ROOM], start + 1)
            ]
            self._list(sheet, _("Cases and accounts of the findings"), list(_CASES), rows)

    def _every_subject(self) -> None:
        findings = self.report.audit.findings
        title = _("Every subject examined, by rule")
        for start in range(0, len(findings), _ROOM):
            part = findings[start : start + _ROOM]
            sheet = self._sheet(_("Every subject"))
            rows = [self._cells(number, finding) for number, finding in enumerate(part, start + 1)]
            self._list(sheet, title, list(_EVERY), rows)
