"""What Datasette says, in Python and in its templates, is known in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import datasette
import pytest

from registry.locale import use
from registry.site.datasette_messages import translate_message
from registry.site.template_patches import PATCHES, datasette_templates, patch_template

FOLDER = Path(datasette.__file__).parent
NEVER = ("Spatialite", "StartupError", "NotImplemented")
ASKED = ("views/table.py", "views/row.py", "views/database.py", "views/base.py", "filters.py")
RAISED = re.compile(r"""(?:BadRequest|NotFound|Forbidden|DatasetteError)\(\s*f?"([^"]+)["]""")
WORDS = re.compile(r">\s*([A-Z0-9][a-z]*(?: [a-z]+)+)[^<{}]*<")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use("en")


def test_every_error_of_datasette_s_has_a_sentence_of_its_own() -> None:
    use("en")
    for name in ASKED:
        for text in RAISED.findall((FOLDER / name).read_text("utf-8")):
            met = re.sub(r"\{.*?\}", "7", text)
            if met.startswith("Cannot download in-memory"):
                continue
            assert translate_message(met) != met, (name, text)


def test_unknown_errors_are_told_in_general() -> None:
    use("zh")
    for text in ('near "x": syntax error', "Something new in Datasette", "", None, "水 is wrong"):
        for status in (400, 403, 404, 405, 418, 500):
            assert re.match("[\u4e00-\u9fff]", translate_message(text, status)), (
                text,
                status,
            )
    assert translate_message("没有这一项。", 404) == "没有这一项。"
    use("en")
    assert "/srv/x.db" not in translate_message("unable to open /srv/x.db", 500)


def test_names_that_visitors_sent_are_kept() -> None:
    for one in ("en", "zh"):
        use(one)  # type: ignore[arg-type]
        assert "{x}%s" in translate_message("Cannot sort table by {x}%s")
        assert "栏" in translate_message("_col=栏 - invalid columns")
        assert "5000" in translate_message("_size must be <= 5000")
        assert (
            "took" not in translate_message("<p>SQL query took too long. The time limit")
            or one == "en"
        )


def test_no_english_is_left_in_templates_that_are_served() -> None:
    # Shown to nobody here.
    allowed = ("Custom SQL query", "Table actions", "Log out", "View and edit")
    for name in PATCHES:
        text = patch_template(name, (datasette_templates() / name).read_text("utf-8"))
        left = [one for one in WORDS.findall(text) if not one.startswith(allowed)]
        known = ("The following databases are attached", "This query cannot be executed")
        assert not [one for one in left if not one.startswith(known)], (name, left)
