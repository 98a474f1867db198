"""The READMEs' pictures show what the program shows now."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from docs import draw_pictures
from registry.catalogue.server import make_app
from tests.browsing import serving
from tests.conftest import ROOT, sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

READMES = {"README.md": "en", "README.zh-CN.md": "zh"}


@pytest.mark.browser
def test_the_pictures_are_as_the_program_draws_them(
    browser: Browser, demo: Path, built: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    with serving(make_app(demo, metadata).app()) as site:
        languages = sample(draw_pictures.LANGUAGES, 1)
        drawn = draw_pictures.draw(browser, site, built, tmp_path, languages)
    kept = {path.name: path.read_bytes() for path in draw_pictures.PICTURES.iterdir()}
    assert len(kept) == 2 * len(draw_pictures.LANGUAGES)
    assert set(drawn) <= set(kept)
    for name, picture in drawn.items():
        share = draw_pictures.difference(kept[name], picture)
        assert share < draw_pictures.STALE, f"{name}: run `make pictures`"


@pytest.mark.parametrize("name", READMES)
def test_a_readme_shows_an_item_and_an_audit_in_its_language(name: str) -> None:
    shown = re.findall(r"!\[[^\]]+\]\((\S+)\)", (ROOT / name).read_text(encoding="utf-8"))
    language = READMES[name]
    assert shown == [f"docs/pictures/{kind}.{language}.png" for kind in ("item", "audit")]
    for path in shown:
        assert 0 < (ROOT / path).stat().st_size < draw_pictures.LIMIT


def picture(*lines: tuple[int, str], size: tuple[int, int] = (400, 200), grey: int = 0) -> bytes:
    """Draw text on white, from such a height on."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for top, text in lines:
        pen.text((10, top), text, fill=(grey, grey, grey))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def test_a_difference_is_told_from_another_smoothing_of_letters() -> None:
    lines = [(top, "may accept, examine, decide") for top in range(10, 190, 20)]
    before = picture(*lines)
    assert draw_pictures.difference(before, before) == 0
    assert draw_pictures.difference(before, picture(*lines, grey=30)) < draw_pictures.STALE
    moved = picture(*[(top + 8, text) for top, text in lines])
    assert draw_pictures.difference(before, moved) > draw_pictures.STALE
    assert draw_pictures.difference(before, picture(*lines[:4])) > draw_pictures.STALE
    assert draw_pictures.difference(before, picture(*lines, size=(400, 201))) == 1
