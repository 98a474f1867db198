"""Letters to bodies that owe something: DOCX, always in Chinese."""

from registry.report.letters.letter import Letter, letter_bytes, letters
from registry.report.letters.paragraphs import Kind, Sources

__all__ = ["Kind", "Letter", "Sources", "letter_bytes", "letters"]
