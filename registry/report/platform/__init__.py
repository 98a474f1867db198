"""What a load of the platform's files read and did: for a terminal, and as JSON.

Of the files nothing is quoted but headers: places are ordinals.
"""

from registry.report.platform.load_report import load_json, load_text

__all__ = ["load_json", "load_text"]
