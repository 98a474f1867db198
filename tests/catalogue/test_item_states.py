"""Item pages of every mode in every state: what they say, on screens, printed, without scripts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from registry.authority.answering import Authority
from registry.authority.in_short import in_short
from registry.authority.position import positions
from registry.authority.premises import STATES
from registry.catalogue.server import make_app
from registry.locale import LANGUAGES, Language
from registry.store.connection import connect
from tests.authority.table_registry import build_registry
from tests.browsing import LANGUAGES as LOCALES
from tests.browsing import check, serving
from tests.conftest import EXHAUSTIVE, SEED, MadeOnce, amount
from tests.publications import publish

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.long]

DAYS: Final = ("2021-04-14", "2021-06-30", "2021-09-15", "2022-06-30", "2025-01-01")
"""Before the first notice; while agreements are signed; after a suspension and withdrawals; after a
termination; after the agreements have ended."""

_MOST_BYTES: Final = 300_000
_PAPER: Final = 718
"""Pixels that A4 has between its margins."""


class Shown(NamedTuple):
    """An item whose page shows a mode in a state. `sentences`: those it has to begin with."""

    item: str
    sentences: Mapping[Language, set[str]]


@pytest.fixture(scope="module")
def registry(made_once: MadeOnce) -> Path:
    """Build the registry in which every state comes up."""
    return made_once("decision-table", build_registry) / "registry.db"


@cache
def states_on(file: Path, day: str) -> dict[tuple[str, str], Shown]:
    """(Mode, state) on a day → an item that is in it in some zone."""
    found: dict[tuple[str, str], Shown] = {}
    with closing(connect(file)) as conn:
        authority = Authority(conn)
        held: dict[int, list[Any]] = {}
        for position in positions(authority, day):
            held.setdefault(position.delegation.item.no, []).append(position)
        for of_item in held.values():
            for position in of_item:
                item = position.delegation.item
                sentences = {
                    language: {in_short(one, authority.acts).say(language) for one in of_item}
                    for language in LANGUAGES
                }
                periods = position.delegation.periods
                period = position.delegation.period_on(day) or periods[0]
                key = (period.mode, position.standing.state)
                found.setdefault(key, Shown(f"{item.instrument}:{item.id}", sentences))
    return found


@contextmanager
def without_scripts(browser: Browser, site: str, locale: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, locale=locale, java_script_enabled=False)
    try:
        yield context.new_page()
    finally:
        context.close()


def check_item(browser: Browser, site: str, shown: Shown, language: Language) -> None:
    """The page is sound on both widths; what it says stands there without scripts and on paper."""
    tag = "zh-CN" if language == "zh" else "en"
    address = f"item/{shown.item}"
    context = browser.new_context(base_url=site, locale=LOCALES[tag])
    page = context.new_page()
    try:
        check(page, address, 200, tag)
        assert len(page.content().encode()) < _MOST_BYTES
        assert page.locator("table tr").count() <= 200
        lines = [one.inner_text() for one in page.locator("ul.answers li").all()]
        assert lines
        for sentence in shown.sentences[language]:
            assert any(line.startswith(sentence) for line in lines), (sentence, lines)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": _PAPER, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth") <= _PAPER
        assert page.locator("ul.answers").is_visible()
        assert page.locator("table.division").is_visible()
        assert not page.locator("form[role=search]").first.is_visible()
    finally:
        context.close()
    with without_scripts(browser, site, LOCALES[tag]) as plain:
        plain.goto(address)
        assert [one.inner_text() for one in plain.locator("ul.answers li").all()] == lines


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, str]]:
    """Modes in states of which a page was looked at."""
    return set()


@pytest.mark.parametrize("day", DAYS)
def test_the_page_of_a_mode_in_a_state(
    browser: Browser,
    registry: Path,
    tmp_path: Path,
    metadata: dict[str, Any],
    seen: set[tuple[str, str]],
    day: str,
) -> None:
    new = {key: one for key, one in states_on(registry, day).items() if key not in seen}
    chosen = random.Random(SEED).sample(sorted(new), min(amount(1, 2, len(new)), len(new)))
    file = tmp_path / "published.db"
    publish(registry, file, as_of=day, demo=True)
    with serving(make_app(file, metadata).app()) as site:
        for key in chosen:
            for language in LANGUAGES:
                check_item(browser, site, new[key], language)
    seen |= {*chosen}


def test_every_state_comes_up(registry: Path, seen: set[tuple[str, str]]) -> None:
    """Every state on the days above, in all; and an exhaustive run has looked at each of them."""
    every = {key for day in DAYS for key in states_on(registry, day)}
    assert {state for _mode, state in every} == {*STATES}
    assert not EXHAUSTIVE or seen in (every, set()), "all, if the days were gone through"
