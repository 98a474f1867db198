"""The text of paragraphs in documents of Word and WPS: what people see of it, and all of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from registry.intake.formats.archive import Archive
from registry.intake.formats.xmlparts import local, parse

WRAPPERS: Final = frozenset(
    ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body", "txbxContent")
)
_NOT_TEXT: Final = frozenset(("del", "moveFrom", "pPr", "rPr", "rt"))
_BREAKS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CONCEALING: Final = frozenset(("vanish", "strike", "dstrike"))
_FALSE: Final = frozenset(("0", "false", "off"))
_MOST_PARENTS: Final = 20
_TICKS: Final = {
    ("Wingdings", 0xFB): "×",
    ("Wingdings", 0xFC): "√",
    ("Wingdings", 0xFD): "☒",
    ("Wingdings", 0xFE): "☑",
    ("Wingdings", 0xA8): "□",
    ("Wingdings", 0x6F): "□",
    ("Wingdings 2", 0x4F): "×",
    ("Wingdings 2", 0x50): "√",
    ("Wingdings 2", 0x51): "☒",
    ("Wingdings 2", 0x52): "☑",
    ("Wingdings 2", 0xA3): "□",
}
"""The signs of these fonts that people put into a table's cells."""


class Words(NamedTuple):
    """A text: what people see of it, and all of it, with what is hidden or struck through."""

    shown: str
    whole: str


class Styles:
    """The styles of paragraphs and of characters that hide their text or strike it through."""

    def __init__(self, archive: Archive, body: str) -> None:
        self._concealing: dict[str, bool] = {}
        name = posixpath.join(posixpath.dirname(body), "styles.xml")
        if name not in archive.members:
            return
        own: dict[str, bool | None] = {}
        parents: dict[str, str] = {}
        for style in parse(archive, name).iterchildren("{*}style"):
            key = value(style, "styleId")
            own[key] = _says(style)
            for parent in style.iterchildren("{*}basedOn"):
                parents[key] = value(parent)
        for key in own:
            at = key
            for _step in range(_MOST_PARENTS):
                if own.get(at) is not None or at not in parents:
                    break
                at = parents[at]
            if own.get(at):
                self._concealing[key] = True

    def conceal(self, holder: Any, properties: str, style: str, *, otherwise: bool) -> bool:
        """Whether a run or a paragraph is concealed, by its own properties or by its style."""
        found = _says(holder)
        if found is not None:
            return found
        if self._concealing:
            for inner in holder.iterchildren(f"{{*}}{properties}"):
                for named in inner.iterchildren(f"{{*}}{style}"):
                    return self._concealing.get(value(named), otherwise)
        return otherwise


def _says(holder: Any) -> bool | None:
    """What the properties of a run or style say themselves; None: nothing."""
    says = None
    for properties in holder.iterchildren("{*}rPr"):
        for found in properties:
            if local(found) in _CONCEALING:
                says = bool(says) or value(found) not in _FALSE
    return says


@dataclass
class Paragraph:
    """A paragraph, taken apart. `tables`: those inside text boxes, which are no part of it."""

    parts: list[tuple[str, bool]] = field(default_factory=list)
    boxes: list[Words] = field(default_factory=list)
    tables: list[Any] = field(default_factory=list)

    @classmethod
    def of(cls, element: Any, styles: Styles) -> Paragraph:
        """Take a paragraph apart."""
        paragraph = cls()
        concealed = styles.conceal(element, "pPr", "pStyle", otherwise=False)
        paragraph._gather(element, styles, concealed)
        return paragraph

    def words(self) -> Words:
        """Its text; each paragraph of a text box has a line of its own below."""
        own = Words(
            "".join(text for text, concealed in self.parts if not concealed),
            "".join(text for text, _concealed in self.parts),
        )
        return join_lines([own, *self.boxes] if own.whole or not self.boxes else self.boxes)

    def _gather(self, element: Any, styles: Styles, concealed: bool) -> None:
        for child in element:
            kind = local(child)
            if kind == "r":
                inner = styles.conceal(child, "rPr", "rStyle", otherwise=concealed)
                self._gather(child, styles, inner)
            elif kind == "t":
                self.parts.append((child.text or "", concealed))
            elif kind in _BREAKS:
                self.parts.append((_BREAKS[kind], concealed))
            elif kind == "sym":
                self.parts.append((_sign(child), concealed))
            elif kind == "AlternateContent":
                self._choose(child, styles, concealed)
            elif kind == "txbxContent":
                for block in blocks(child):
                    if local(block) == "p":
                        box = Paragraph.of(block, styles)
                        self.boxes.append(box.words())
                        self.tables += box.tables
                    else:
                        self.tables.append(block)
            elif kind == "tbl":
                self.tables.append(child)
            elif kind not in _NOT_TEXT:
                self._gather(child, styles, concealed)

    def _choose(self, alternatives: Any, styles: Styles, concealed: bool) -> None:
        """Take the first of several forms of the same thing that has any text."""
        for form in alternatives:
            found = Paragraph()
            found._gather(form, styles, concealed)
            if found.words().whole.strip() or found.tables:
                self.parts += found.parts
                self.boxes += found.boxes
                self.tables += found.tables
                return


def join_lines(lines: list[Words]) -> Words:
    """Lines of text as one; a line of which nothing is seen is no empty line."""
    shown = (line.shown for line in lines if line.shown.strip() or not line.whole.strip())
    return Words("\n".join(shown).strip("\n"), "\n".join(line.whole for line in lines).strip("\n"))


def blocks(elements: Any) -> Iterator[Any]:
    """The paragraphs and tables among these elements, and in what merely wraps them."""
    for element in elements:
        kind = local(element)
        if kind in ("p", "tbl"):
            yield element
        elif kind in WRAPPERS:
            yield from blocks(element)
        elif kind == "AlternateContent":
            yield from next((found for form in element if (found := list(blocks(form)))), ())


def value(element: Any, name: str = "val") -> str:
    """An attribute of this name, whatever its namespace."""
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")


def _sign(element: Any) -> str:
    """A sign of a font that has its own: the usual one where people mean that, or its own number,
    which Word keeps among those for private use."""
    try:
        number = int(value(element, "char"), 16)
    except ValueError:
        return ""
    known = _TICKS.get((value(element, "font"), number & 0xFF))
    return known or (chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE else "")
