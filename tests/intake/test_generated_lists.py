"""Sixty shapes of lists in every format: the same items from each, and those that it says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from registry.intake.formats import read_sheets
from tests.conftest import amount, sample
from tests.intake.formats.make_files import WRITERS
from tests.lists_generator import List, make
from tests.lists_reading import read
from tests.lists_shapes import SHAPES, draw_shape

FORMATS = [ending for ending in WRITERS if ending != ".pdf"]
"""Those that are quick; PDF takes as long as all others."""


def is_open(made: List, ending: str) -> bool:
    """Whether two readings of a list are right in a format, so that it suffices to be told."""
    if ending == ".csv":
        return made.shape.open_without_merging
    if ending == ".pdf":  # lines may be wrapped ones; only the first row stands on every page
        return len(made.rows) > 20 or any("局\n" in cell for row in made.rows for cell in row)
    return False


def check(made: List, ending: str, folder: Path) -> None:
    """Write a list in a format, read it, and hold what was read against what it says."""
    path = folder / f"附件{made.annex}{ending}"
    WRITERS[ending](path, made.rows, () if ending == ".csv" else made.spans)
    found = read(path, made.annex)
    if is_open(made, ending) and found.said != made.said:
        assert found.notes, "it is open what the list says, and nobody was told"
        return
    assert found.said == made.said, f"{ending} {made.shape}\n{found.why}"
    assert not found.listing.faults, found.why


def test_the_shapes_are_sixty_and_say_something() -> None:
    assert len(set(SHAPES)) == 60
    made = [make(shape, Random(n)) for n, shape in enumerate(SHAPES)]
    assert all(3 <= len([s for s in one.said if not s.parent]) <= 6 for one in made)
    for kind in ("departments", "types", "modes", "zones", "numbers", "parts", "again", "where"):
        assert len({getattr(shape, kind) for shape in SHAPES}) >= 3, kind


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("n", sample(range(60), 12))
def test_a_shape_in_a_format(tmp_path: Path, n: int, ending: str) -> None:
    if ending == ".json" and not SHAPES[n].flat:
        pytest.skip("records have neither titles nor headings")
    check(make(SHAPES[n], Random(n)), ending, tmp_path)


@pytest.mark.parametrize("n", sample(range(60), 2))
def test_a_shape_on_pages(tmp_path: Path, n: int) -> None:
    check(make(SHAPES[n], Random(n)), ".pdf", tmp_path)


@pytest.mark.parametrize("n", sample(range(60), 6))
def test_merged_cells_that_text_has_filled(tmp_path: Path, n: int) -> None:
    """Other programs fill what Excel leaves empty: nothing is open then but rows of duties."""
    made = make(SHAPES[n], Random(n))
    path = tmp_path / "list.csv"
    WRITERS[".csv"](path, made.rows, made.spans)
    found = read(path, made.annex)
    if made.shape.duties and found.said != made.said:
        assert found.notes
    else:
        assert found.said == made.said, f"{made.shape}\n{found.why}"


@settings(max_examples=amount(25, 300, 1000))
@given(st.integers(0, 1 << 32), st.sampled_from(FORMATS))
@example(144557, ".csv")  # a part whose name alone stands in its row is no note
def test_any_list(seed: int, ending: str) -> None:
    random = Random(seed)
    made = make(draw_shape(random), random)
    if ending == ".json" and not made.shape.flat:
        ending = ".xlsx"
    with tempfile.TemporaryDirectory() as folder:
        check(made, ending, Path(folder))


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods", ".docx", ".html", ".pdf"])
def test_the_writers_write_what_was_made(tmp_path: Path, ending: str) -> None:
    """Whoever fails above: it isn't the writer."""
    made = make(SHAPES[0], Random(0))
    path = tmp_path / f"list{ending}"
    WRITERS[ending](path, made.rows, made.spans)
    (sheet,) = read_sheets(path)
    texts, written = (
        {"".join(cell.split()) for row in rows for cell in row} for rows in (sheet.rows, made.rows)
    )
    assert texts | {""} == written | {""}
