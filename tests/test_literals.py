"""Nothing of one instrument stands in the program: no title, number, place, zone or duty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.intake.instrument import read_instrument
from registry.intake.textfile import examine
from registry.model.instrument import Instrument
from tests.conftest import DATA, ROOT

EXCEPTIONS = {
    # Facts of the first edition, carried over into registries that it built.
    "registry/store/schema/tables/0005_duty_checks.sql",
    "registry/store/schema/tables/0010_references.sql",
}
"""Files that name something of an instrument, and why."""

COMMON = {"agreement", "seal", "handbook", "release", "city", "市政府"}
"""Ids and names that are words of the program, too: ids are looked for where SQL compares them."""

SUFFIXES = {".py", ".sql", ".html", ".yml", ".css", ".js", ".toml"}

INSTRUMENTS = [read_instrument(examine(path)) for path in sorted(DATA.glob("*/instrument.yml"))]


def files() -> Iterator[Path]:
    """What the program is made of, but for translations and the exceptions."""
    yield ROOT / "datasette-metadata.yml"
    for path in sorted((ROOT / "registry").rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in SUFFIXES and not any(name.startswith(one) for one in EXCEPTIONS):
            yield path
    yield ROOT / "registry/locale/zh/LC_MESSAGES/registry.po"


def literals(instrument: Instrument) -> Iterator[str]:
    """Patterns of what only this instrument says."""
    place = instrument.issuer.partition("人民政府")[0]
    names = [instrument.number, instrument.title, instrument.issuer, place]
    names += [place.rstrip("市")] if len(place) > 2 else []
    if instrument.place:
        names += [instrument.place.zh, instrument.place.en]
    names += [name for zone in instrument.zones for name in zone.names[1:] if name not in COMMON]
    yield from map(re.escape, names)
    ids = [instrument.id, *(one.id for one in (*instrument.zones, *instrument.duties))]
    yield from (rf"(?<![\w-]){re.escape(id_)}(?![\w-])" for id_ in ids if id_ not in COMMON)
    yield from (f"(duty|zone|id) = '{id_}'" for id_ in ids if id_ in COMMON)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.id)
def test_no_literal_of_an_instrument(instrument: Instrument) -> None:
    pattern = re.compile("|".join(literals(instrument)), re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_exceptions_are_needed() -> None:
    """An exception that names nothing any more is struck off the list."""
    text = "|".join(pattern for one in INSTRUMENTS for pattern in literals(one))
    for name in EXCEPTIONS:
        assert re.search(text, (ROOT / name).read_text(encoding="utf-8")), name
