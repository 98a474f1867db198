"""Five hundred names with characters that few fonts have, in every format, come out unchanged."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from registry.intake.formats import read_sheets
from registry.intake.listing.reader import read_list
from tests.conftest import examples
from tests.intake.formats.make_files import WRITERS
from tests.lists_reading import known_names
from tests.offices import LICENCE, WATER

BASIC = [(0x3400, 0x4DBF), (0x9FA6, 0x9FFF), (0xE000, 0xE700), (0xF000, 0xF7FF)]
"""Extension A and late ideographs, which GB18030 has in four bytes; private use, where it has no
other character in mind."""
SUPPLEMENTARY = [
    *((0x20000, 0x2A6DF), (0x2A700, 0x2B739), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1)),
    *((0x2CEB0, 0x2EBE0), (0x2EBF0, 0x2EE5D), (0x30000, 0x3134A), (0x31350, 0x323AF)),
    *((0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)),
]
"""Extensions B to I, and private use of other planes."""


AS_DRAWN = (Phase.explicit, Phase.generate)
"""What fails is shown name by name: there is nothing to make smaller."""


def characters(ranges: list[tuple[int, int]]) -> st.SearchStrategy[str]:
    """A character of one of the ranges, each as likely."""
    return st.one_of([st.integers(*bounds) for bounds in ranges]).map(chr)


def names(ranges: list[tuple[int, int]]) -> st.SearchStrategy[str]:
    """Names of items with rare characters, some of them with a variation selector."""
    selector = st.sampled_from(["", "", "\ufe00", "\ufe01", "\U000e0100", "\U000e01ef"])
    if ranges == BASIC:
        selector = st.sampled_from(["", "", "\ufe00", "\ufe0e"])
    rare = st.tuples(characters(ranges), selector).map("".join)
    middle = st.lists(rare, min_size=1, max_size=4).map("".join)
    forms = st.sampled_from(
        ["对{}河取水的许可", "{}村河道许可", "河道{}许可", "{}", "{}山{}水库许可"]
    )
    return st.builds(lambda form, text: form.replace("{}", text), forms, middle)


def changed(path: Path, given_names: list[str]) -> list[tuple[str, str, str]]:
    """Names that are listed, or held, otherwise than they were given."""
    found = read_list(read_sheets(path), known=known_names())
    assert not found.faults, [fault.what for fault in found.faults]
    assert len(found.items) == len(given_names)
    return [
        (ascii(name), ascii(item.listed_name), ascii(item.name))
        for name, item in zip(given_names, found.items, strict=True)
        if (item.listed_name, item.name) != (name, name)
    ]


def rows_of(given_names: list[str]) -> list[list[str]]:
    """A list of items with these names."""
    rows = [[str(n), name, LICENCE, WATER] for n, name in enumerate(given_names, 1)]
    return [["序号", "事项名称", "事项类型", "实施部门"], *rows]


def some(ranges: list[tuple[int, int]]) -> st.SearchStrategy[list[str]]:
    """Twenty names."""
    return st.lists(names(ranges), min_size=20, max_size=20, unique=True)


FORMATS = [ending for ending in WRITERS if ending not in (".csv", ".pdf", ".xls")]


@pytest.mark.parametrize("ending", FORMATS)
@settings(max_examples=examples(25, 3), phases=AS_DRAWN)
@given(given_names=some(BASIC + SUPPLEMENTARY))
def test_rare_names_in_a_format(ending: str, given_names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{ending}"
        WRITERS[ending](path, rows_of(given_names))
        assert changed(path, given_names) == []


@settings(max_examples=examples(25, 3), phases=AS_DRAWN)
@given(given_names=some(BASIC))
def test_rare_names_in_an_old_workbook(given_names: list[str]) -> None:
    """xlwt counts characters where the format counts halves of them: the basic plane only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xls"
        WRITERS[".xls"](path, rows_of(given_names))
        assert changed(path, given_names) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@settings(max_examples=examples(25, 3), phases=AS_DRAWN)
@given(given_names=some(BASIC + SUPPLEMENTARY))
def test_rare_names_in_text(encoding: str, given_names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows(rows_of(given_names))
        assert changed(path, given_names) == []


RARE = "堃喆镕頫龘靐麤犇骉赑瀍洺浉淠濮汈"
"""What the fonts of pages have."""


@settings(max_examples=examples(25, 2), phases=AS_DRAWN)
@given(st.lists(st.text(RARE, min_size=1, max_size=4), min_size=15, max_size=15, unique=True))
def test_rare_names_on_pages(parts: list[str]) -> None:
    given_names = [f"对{part}河取水的许可" for part in parts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.pdf"
        WRITERS[".pdf"](path, rows_of(given_names))
        assert changed(path, given_names) == []
