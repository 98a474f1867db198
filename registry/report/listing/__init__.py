"""What was read of a list from outside, and its comparison with the registry: text, JSON, XLSX."""

from registry.report.listing.comparison import Comparison, comparison_json, comparison_text
from registry.report.listing.comparison_xlsx import comparison_workbook
from registry.report.listing.licences_text import licences_text
from registry.report.listing.load_report import load_json, load_text, loaded_text
from registry.report.listing.not_exercisable import not_exercisable
from registry.report.listing.pairs_xlsx import pairs_workbook

__all__ = [
    "Comparison",
    "comparison_json",
    "comparison_text",
    "comparison_workbook",
    "licences_text",
    "load_json",
    "load_text",
    "loaded_text",
    "not_exercisable",
    "pairs_workbook",
]
