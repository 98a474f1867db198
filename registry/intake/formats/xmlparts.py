"""Parts of XML inside an archive: parsed with no entity resolved and nothing fetched."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from registry.intake.formats.archive import Archive
from registry.intake.formats.errors import library_errors_refused, refuse_damaged
from registry.locale import _

_PROLOGUE: Final = 1 << 16
_SETTINGS: Final[dict[str, bool]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse(archive: Archive, name: str) -> Any:
    """The root element of a small part."""
    from lxml import etree  # type: ignore[import-untyped,unused-ignore]

    data = archive.read(name)
    _check_prologue(archive.path, data)
    with library_errors_refused(archive.path):
        return etree.fromstring(data, etree.XMLParser(**_SETTINGS))


def events(archive: Archive, name: str, tags: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Start and end of every element with one of these tags, while the part is inflated."""
    from lxml import etree

    parser = etree.XMLPullParser(("start", "end"), tag=tuple(tags), **_SETTINGS)
    with library_errors_refused(archive.path):
        first = True
        for block in archive.blocks(name):
            if first:
                _check_prologue(archive.path, block)
                first = False
            parser.feed(block)
            yield from parser.read_events()
        parser.close()
        yield from parser.read_events()


def local(element: Any) -> str:
    """An element's name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def forget(element: Any) -> None:
    """Free an element that has been read, and what came before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def column_number(letters: str) -> int:
    """A column, counted from 1, that has these letters; 0 for none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def refuse_entities(path: Path) -> NoReturn:
    """A document type inside an office file is only ever an attack."""
    refuse_damaged(path, _("a part of it declares entities"))


def _check_prologue(path: Path, data: bytes) -> None:
    if b"<!DOCTYPE" in data[:_PROLOGUE].replace(b"\0", b""):
        refuse_entities(path)
