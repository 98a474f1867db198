"""The address of a page as a QR code, for paper: inline SVG, without style attributes."""

from __future__ import annotations

import io
from functools import lru_cache

from markupsafe import Markup


@lru_cache(maxsize=256)
def qr_code(address: str) -> Markup:
    """A code of medium error correction with its quiet zone; empty for what does not fit one."""
    return draw_qr_code(address)


def draw_qr_code(address: str) -> Markup:
    """The same, of an address that nobody else shall see: it is not kept."""
    import segno

    try:
        code = segno.make(address, error="m", micro=False, boost_error=False)
    except segno.DataOverflowError:
        return Markup("")
    svg = io.BytesIO()
    code.save(
        *(svg, "svg"),
        border=4,
        xmldecl=False,
        svgns=False,
        svgclass="qr-code",
        lineclass=None,
        omitsize=True,
        nl=False,
    )
    return Markup(svg.getvalue().decode("utf-8"))
