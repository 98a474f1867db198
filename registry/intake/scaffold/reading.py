"""Lists -> what they say of an instrument: its annexes, departments, delegates and modes.

Nothing is made up: what a list doesn't say is not proposed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from registry.intake.listing.fields import Field
from registry.intake.listing.listing import Listing
from registry.intake.names import PARTING, ROLES
from registry.intake.scaffold.ids import body_id
from registry.model.figures import holds_unseen, plain_figures
from registry.model.listing import ListedItem
from registry.text import name_key

Kind = Literal["department", "zones", "mode"]
"""The fields of an item that name something of its instrument."""
KINDS: Final[tuple[Kind, ...]] = ("department", "zones", "mode")

NEEDED: Final = ("power_type", "initiation", "mode")
"""What every row of an annex's file has to state, besides its name."""

MAX_LENGTH: Final = 100
"""Characters of the longest text that is taken for a name."""

_PARTING: Final = frozenset(f"{PARTING}\n")
# A space parts names only where what stands before it is one: 市水利局 市应急局.
_SPACED: Final = re.compile(
    r"(?<=[局委办厅会院区]) +(?=[^ ]{2,}[局委办厅会院区](?:[ （(、；;，,]|$))"
)
_OPENING, _CLOSING = frozenset("（(［[【《“"), frozenset("）)］]】》”")
_ROLE: Final = re.compile(rf"\s*[（(](?:{'|'.join(ROLES)})[）)]$")
_CODE: Final = re.compile(r"[0-9][0-9A-Za-z.-]*")
_ANNEX: Final = re.compile(r"^附[件表]\s*[0-9一二三四五六七八九十]*\s*[:：.、]?\s*")
_LIST: Final = re.compile(r"(清单|目录|名录|一览表|汇总表|事项表|明细表|事项)(（[^（）]{1,30}）)?$")
_BESIDE: Final = re.compile(r"[:：]|^(填报|制表|单位|日期|[0-9]{4}年[0-9]{1,2}月)")


@dataclass(frozen=True)
class ListFile:
    """A list from outside as it was read, and its file; `hints`: the words of the command that
    said how to read it."""

    path: Path
    listing: Listing
    hints: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name, as it can be written into another file."""
        return printable(self.path.name)


@dataclass
class NamedBody:
    """A department or delegate that lists name. `rows`: items that do; `is_code`: that the name is
    a number, whose meaning no list says."""

    id: str
    text: str
    rows: int
    is_code: bool


@dataclass
class NamedMode:
    """A mode that a list names. `name`: what the instrument is to call it, for a mode belongs to
    one annex."""

    text: str
    name: str
    rows: int


@dataclass
class ReadAnnex:
    """What one list says. `texts`: by kind, each name with the number of items that have it;
    `long`: items with a text that is too long for a name; `unseen`: places of cells with characters
    that show nothing; `title_place`: where its title stands."""

    number: int
    file: ListFile
    title: str = ""
    title_place: str = ""
    modes: list[NamedMode] = field(default_factory=list)
    texts: dict[Kind, dict[str, int]] = field(default_factory=dict)
    long: dict[Kind, list[ListedItem]] = field(default_factory=dict)
    unseen: dict[Kind, list[str]] = field(default_factory=dict)
    _columns: dict[tuple[int, Field], int | None] = field(default_factory=dict)

    @property
    def listing(self) -> Listing:
        """The list."""
        return self.file.listing

    def column(self, name: Field) -> tuple[str, str] | None:
        """Letters and header of the column that gives a field; None where none does."""
        for header in filter(None, self.listing.headers):
            if name in header.fields:
                column = header.fields[name]
                return column.letters, printable(column.header)
        return None

    def nameless(self) -> int:
        """How many rows have a fault and gave no item."""
        given = {(item.sheet, item.row) for item in self.listing.items}
        return len(self.listing.faulty_rows() - given)

    def lacking(self) -> dict[str, int]:
        """What a row of an annex's file needs and items don't state, with the number of those."""
        counts = {
            name: sum(1 for item in self.listing.items if getattr(item, name) is None)
            for name in NEEDED
        }
        return {name: n for name, n in counts.items() if n}

    def type_numbers(self) -> list[str]:
        """The numbers that the list has for types, whose meaning it doesn't say."""
        found = dict.fromkeys(
            plain_figures(text)
            for item in self.listing.items
            if item.power_type is None and (text := self.cell(item, "power_type"))
        )
        return [text for text in found if text.isdigit()]

    def cell(self, item: ListedItem, name: Field) -> str:
        """The cell that gives a field of an item, as it is; "" where none does."""
        if (item.sheet, name) not in self._columns:
            self._columns[item.sheet, name] = self.listing.cell(item, name)
        column = self._columns[item.sheet, name]
        cells = self.listing.sheets[item.sheet].rows[item.row]
        return cells[column] if column is not None and column < len(cells) else ""

    def stated(self, kind: Kind) -> int:
        """How many items name something of a kind."""
        return sum(1 for item in self.listing.items if getattr(item, kind))


@dataclass
class ReadLists:
    """What several lists say together."""

    annexes: list[ReadAnnex]
    departments: list[NamedBody]
    zones: list[NamedBody]

    @property
    def provenance(self) -> str:
        """What all the items say that they are, if all say the same; else official."""
        said = {item.provenance for annex in self.annexes for item in annex.listing.items}
        only = said.pop() if len(said) == 1 else None
        return only or "official"


def read_lists(files: Sequence[ListFile]) -> ReadLists:
    """What the lists say, each of an annex, in their order."""
    annexes = [_read(number, file) for number, file in enumerate(files, start=1)]
    names: set[str] = set()
    for annex in annexes:
        for text, rows in annex.texts["mode"].items():
            name = text if text not in names else f"{text}（附件{annex.number}）"
            names.add(name)
            annex.modes.append(NamedMode(text, name, rows))
    ids: set[str] = set()
    departments = _bodies(annexes, "department", ids, "d")
    return ReadLists(annexes, departments, _bodies(annexes, "zones", ids, "z"))


def _read(number: int, file: ListFile) -> ReadAnnex:
    annex = ReadAnnex(number, file)
    annex.title, annex.title_place = _title(file.listing)
    for kind in KINDS:
        counts: Counter[str] = Counter()
        for item in file.listing.items:
            text = getattr(item, kind) or ""
            parts = [text.strip()] if kind == "mode" else list(parts_of(text))
            counts.update(dict.fromkeys((p for p in map(printable, parts) if p), 1))
            if any(len(part) > MAX_LENGTH for part in parts):
                annex.long.setdefault(kind, []).append(item)
        annex.texts[kind] = {text: n for text, n in counts.items() if len(text) <= MAX_LENGTH}
        annex.unseen[kind] = list(_unseen(annex, kind))
    return annex


def parts_of(text: str) -> Iterator[str]:
    """The names in a cell, parted by 、；;， or a line's end outside of brackets; without roles."""
    for name, _role in parts_with_roles(text):
        yield name


def parts_with_roles(text: str) -> Iterator[tuple[str, str]]:
    """The same with the role that stands behind each, in brackets; "" where none does."""
    depth, part = 0, ""
    for character in _SPACED.sub("\n", text) + "\n":
        depth += (character in _OPENING) - (character in _CLOSING and depth > 0)
        if character not in _PARTING or (depth and character != "\n"):
            part += character
            continue
        role = _ROLE.search(part.strip())
        if name := _ROLE.sub("", part.strip()):
            yield name, role[0].strip() if role else ""
        depth, part = 0, ""


def _bodies(
    annexes: Sequence[ReadAnnex], kind: Kind, ids: set[str], prefix: str
) -> list[NamedBody]:
    """The bodies that the lists name; spellings that names are compared without are one."""
    found: dict[str, NamedBody] = {}
    for annex in annexes:
        for text, rows in annex.texts[kind].items():
            key = name_key(text)
            if key in found:
                found[key].rows += rows
            else:
                is_code = bool(_CODE.fullmatch(key))
                found[key] = NamedBody(body_id(text, ids, prefix), text, rows, is_code)
    return list(found.values())


def _title(listing: Listing) -> tuple[str, str]:
    """The text above the header that is the list's title, and where it stands; "" if none is."""
    found = [
        (_ANNEX.sub("", printable(line.text)), listing.place(line))
        for line in listing.skipped
        if line.reason == "title"
    ]
    found = [one for one in found if one[0] and len(one[0]) <= MAX_LENGTH]
    for is_title in (_LIST.search, lambda text: not _BESIDE.search(text)):
        for text, place in found:
            if is_title(text):
                return text, place
    return "", ""


def _unseen(annex: ReadAnnex, kind: Kind) -> Iterator[str]:
    """Places of the cells that name something, with characters that show nothing."""
    for item in annex.listing.items:
        if not item.implied and holds_unseen(annex.cell(item, kind)):
            yield annex.listing.sheets[item.sheet].place(item.row, annex.listing.cell(item, kind))


def printable(text: str) -> str:
    """A text on one line, with nothing in it that can't be shown or written."""
    plain = " ".join(text.split())
    if plain.isprintable():
        return plain
    return "".join(c if c.isprintable() else "�" for c in plain)
