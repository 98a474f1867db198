"""The feed and the search description hold to their standards' grammars, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests.publications import Visitor

SCHEMAS = Path(__file__).parent / "schemas"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANGUAGES = ("zh", "en")


def grammar(name: str) -> etree.RelaxNG:
    """Read a grammar."""
    return etree.RelaxNG(etree.parse(SCHEMAS / f"{name}.rng"))


def rules_broken(feed: etree._Element) -> list[str]:
    """What RFC 4287 demands besides its grammar."""
    broken = []
    entries = feed.findall("a:entry", ATOM)
    if feed.find("a:author", ATOM) is None and not all(
        entry.find("a:author", ATOM) is not None for entry in entries
    ):
        broken.append("an author of the feed, or of each entry")
    for entry in entries:
        ways = entry.xpath("a:content | a:link[@rel='alternate' or not(@rel)]", namespaces=ATOM)
        if not ways:
            broken.append("an entry has content or an alternate link")
        ids = [one.get("href") for one in entry.findall("a:link[@rel='alternate']", ATOM)]
        if len(ids) != len(set(ids)):
            broken.append("alternate links differ")
    if not feed.xpath("a:link[@rel='self']", namespaces=ATOM):
        broken.append("a feed should say where it is")
    known = [entry.findtext("a:id", None, ATOM) for entry in entries]
    if len(known) != len(set(known)):
        broken.append("ids differ")
    return broken


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_is_atom_by_its_grammar(
    visitor: Visitor, demo_visitor: Visitor, language: str
) -> None:
    schema = grammar("atom")
    for one in (visitor, demo_visitor):
        feed = etree.fromstring(one.get(f"/changes.atom?_lang={language}").content)
        schema.assertValid(feed)
        assert feed.findall("a:entry", ATOM)
        assert rules_broken(feed) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_description_holds_to_its_specification(
    visitor: Visitor, demo_visitor: Visitor, language: str
) -> None:
    schema = grammar("opensearch")
    for one in (visitor, demo_visitor):
        schema.assertValid(etree.fromstring(one.get(f"/opensearch.xml?_lang={language}").content))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<updated>", "<updated>on "),
        ("<id>", "<ident>"),
        ("<entry>", "<entry><title>twice</title>"),
        ('rel="self"', "rel=''"),
    ],
)
def test_the_grammar_finds_what_is_wrong(visitor: Visitor, old: str, new: str) -> None:
    text = visitor.get("/changes.atom").text
    assert old in text
    wrong = text.replace(old, new, 1).replace("</id>", "</ident>" if "ident" in new else "</id>", 1)
    assert not grammar("atom").validate(etree.fromstring(wrong.encode()))
