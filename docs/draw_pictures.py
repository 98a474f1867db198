"""The pictures of both READMEs: an item's page and an audit, as Chromium shows them.

`python docs/update.py --pictures` draws them anew; tests/test_pictures.py says when they are stale.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES: Final = Path(__file__).with_name("pictures")
AS_OF: Final = "2021-06-30"
ITEM: Final = "item/1-08"
LANGUAGES: Final = {"zh": "zh-CN", "en": "en-GB"}
"""The program's language → the browser's."""

SIZE: Final = (1100, 760)
COLOURS: Final = 96
LIMIT: Final = 200_000
"""How many bytes a picture may have."""

_COARSE: Final = 4
_TELLING: Final = 40  # of 255: less is another smoothing of letters
STALE: Final = 0.003
"""The share of the coarse points that may differ."""


def draw(
    browser: Browser, site: str, db: Path, folder: Path, languages: Iterable[str] = LANGUAGES
) -> dict[str, bytes]:
    """File name → PNG of each picture.

    `site` is the address of the public site with demonstration rows as of `AS_OF`, `db` its working
    file, which is copied, `folder` a place for what is made on the way.
    """
    working = Path(shutil.copyfile(db, folder / "audited.db"))
    pictures = {}
    for language in languages:
        report = folder / f"audit.{language}.html"
        _write_audit(working, report, language)
        for name, address in {"item": f"{site}{ITEM}", "audit": report.as_uri()}.items():
            pictures[f"{name}.{language}.png"] = _picture(browser, address, LANGUAGES[language])
    return pictures


def _write_audit(db: Path, report: Path, language: str) -> None:
    command = [sys.executable, "-m", "registry", "--db", db, "--lang", language, "audit"]
    # Away from the folder of whoever draws, whose waivers and settings are others.
    done = subprocess.run(
        [*command, "--as-of", AS_OF, "--format", "html", "-o", report.name],
        cwd=report.parent,
        env={**os.environ, "PYTHONPATH": str(PICTURES.parents[1])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 1:  # the demonstration has alarms
        raise RuntimeError(done.stderr)


def _picture(browser: Browser, address: str, locale: str) -> bytes:
    width, height = SIZE
    context: Any = browser.new_context(
        viewport={"width": width, "height": height}, locale=locale, color_scheme="light"
    )
    try:
        page = context.new_page()
        page.goto(address)
        shot = page.screenshot(animations="disabled", caret="hide")
    finally:
        context.close()
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    stream = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def difference(one: bytes, other: bytes) -> float:
    """The share of two pictures that differs, 0 to 1, but for how letters are smoothed."""
    first, second = (Image.open(io.BytesIO(p)).convert("L") for p in (one, other))
    if first.size != second.size:
        return 1.0
    size = (first.width // _COARSE, first.height // _COARSE)
    coarse = [image.resize(size, Image.Resampling.BOX) for image in (first, second)]
    differing = ImageChops.difference(*coarse).point(lambda value: 255 * (value > _TELLING))
    return differing.histogram()[255] / (size[0] * size[1])
