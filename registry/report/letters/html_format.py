"""A letter as one self-contained page, which prints on an official paper's page."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from registry.report.docx_page import DEMONSTRATION
from registry.report.letters.letter import LetterContent


def render_bytes(content: LetterContent) -> bytes:
    """The page, in UTF-8."""
    environment = Environment(
        loader=PackageLoader("registry.report.letters"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("letter.html")
    return page.render(
        letter=content, warning=DEMONSTRATION if content.demonstration else ""
    ).encode()
