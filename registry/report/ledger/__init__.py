"""A body's ledger as a workbook to fill in: XLSX."""

from registry.report.ledger.workbook import file_name, workbook_bytes

__all__ = ["file_name", "workbook_bytes"]
