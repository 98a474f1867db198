"""The cells of a row -> the fields of a listed item, in batches that are validated at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from registry.intake.listing import values
from registry.intake.listing.characters import doubts, loss, restored
from registry.intake.listing.cleaning import clean, clean_text, is_nothing, names_text
from registry.intake.listing.fields import Field
from registry.intake.listing.header import Header
from registry.intake.listing.listing import Fault, Listing
from registry.intake.listing.signs import ticked
from registry.locale import _, list_separator
from registry.model.listing import ListedItem
from registry.model.vocabulary import PROVENANCES, PowerType
from registry.text import shell_word
from registry.validation import explain

_BATCH: Final = 1000
_PLAIN: Final[tuple[Field, ...]] = ("law", "article", "reform_mode")
_REMEMBERED: Final = 4096
_DIGITS: Final = 12
"""A sequence number has fewer."""
_EXPONENT: Final = re.compile(r"[0-9](?:\.[0-9]+)?[eE][+]?[0-9]{1,3}")
_EXACT_DIGITS: Final = 15
"""As many digits of a number as a spreadsheet keeps."""
_CERTAINLY_CUT: Final = 3
"""So many zeros after them are no chance."""
_OWN: Final[frozenset[Field]] = frozenset(
    ("remark", "basis", "code", "basic_code", "implementation_code")
)
"""Fields that differ from row to row; what the others say repeats, and is read together."""

# What a cell comes to: its field and value, and what is wrong with it, or merely doubtful.
_Read = tuple[str, Any, tuple[str, str] | None, bool]
_Reader = Callable[[str], _Read | None]


class Cells:
    """Reads the cells of one row after another; `add` gives an item its index in the list."""

    def __init__(
        self,
        listing: Listing,
        codes: Mapping[str, PowerType],
        type_words: Mapping[str, PowerType],
        mode_words: Mapping[str, str],
    ) -> None:
        self._listing = listing
        self._codes = codes
        self._type_words = type_words
        self._mode_words = mode_words
        self._adapter = TypeAdapter(list[ListedItem])
        self._records: list[dict[str, Any]] = []
        self._count = 0
        self._header: Header | None = None
        self._seq: int | None = None
        self._own: list[tuple[int, tuple[int, ...], _Reader, dict[str, _Read]]] = []
        self._shared: list[tuple[tuple[int, ...], _Reader]] = []
        self._key: Callable[[list[str]], tuple[str, ...]] = tuple
        self._seen: dict[tuple[str, ...], dict[str, Any]] = {}

    def use(self, header: Header) -> None:
        """Read by this header from now on."""
        self._header = header
        readers: dict[Field, _Reader] = {
            "department": lambda text: _plain("department", names_text(text)),
            "zones": lambda text: _plain("zones", names_text(text)),
            "power_type": self._power_type,
            "mode": self._mode,
            "initiation": _initiation,
            "scope": _scope,
            "remark": lambda text: _plain("remark", clean_text(text)),
            "basis": lambda text: _plain("basis", clean_text(text)),
            "law_version": lambda text: _plain("law_version", clean(text)),
            "legal_level": _legal_level,
            "provenance": _provenance,
            "code": lambda text: _code(None, text),
            "basic_code": lambda text: _code("basic_code", text),
            "implementation_code": lambda text: _code("implementation_code", text),
        }
        for name in _PLAIN:
            readers[name] = _plain_reader(name)
        present = [
            (f, (header.fields[f].index, *header.seconds(f)), r)
            for f, r in readers.items()
            if f in header.fields
        ]
        self._own = [
            (places[0], places[1:], reader, {})
            for field, places, reader in present
            if field in _OWN
        ]
        self._shared = [(places, reader) for field, places, reader in present if field not in _OWN]
        places = [index for places, _reader in self._shared for index in places]
        self._key = (
            itemgetter(*places) if len(places) > 1 else lambda c: tuple(c[i] for i in places)
        )
        self._seen = {}
        self._seq = header.fields["seq"].index if "seq" in header.fields else None

    def fill(
        self, record: dict[str, Any], row: int, cells: list[str], carried: Mapping[str, str]
    ) -> None:
        """Put the row's values into the record; `carried` are those of headings above it."""
        key = self._key(cells)
        shared = self._seen.get(key)
        if shared is None:
            shared = self._read_shared(record["sheet"], row, cells, key)
        record.update(shared)
        if self._seq is not None and (text := cells[self._seq]):
            plain = len(text) < _DIGITS and text.isdecimal()
            if number := int(text) if plain else _number(text):
                record["seq"] = number
        for first, others, reader, known in self._own:
            read = known.get(cells[first])
            if read is not None:
                record[read[0]] = read[1]
            elif cells[first] or others:
                self._read_own(record, row, cells, (first, *others), reader, known)
        for field, value in carried.items():
            if field not in record:
                record[field] = value

    def _read_own(
        self,
        record: dict[str, Any],
        row: int,
        cells: list[str],
        places: tuple[int, ...],
        reader: _Reader,
        known: dict[str, _Read],
    ) -> None:
        """What the first of these cells says that says anything; plain values are remembered."""
        for index in places:
            if text := cells[index]:
                read = _careful(reader, text)
                self._read(record, record["sheet"], row, index, read)
                if read:
                    plain = read[2] is None and read[0] != "remark"
                    if plain and index == places[0] and len(known) < _REMEMBERED:
                        known[text] = read
                    break

    def _read_shared(
        self, sheet: int, row: int, cells: list[str], key: tuple[str, ...]
    ) -> dict[str, Any]:
        """What these cells say; remembered, unless a fault has to be told of each row."""
        values_read: dict[str, Any] = {}
        clear = True
        for places, reader in self._shared:
            for index in places:
                if not cells[index]:
                    continue
                read = _careful(reader, cells[index])
                self._read(values_read, sheet, row, index, read)
                clear = clear and not (read and read[2])
                if read:
                    break
        if clear and len(self._seen) < _REMEMBERED:
            self._seen[key] = values_read
        return values_read

    def _read(
        self, record: dict[str, Any], sheet: int, row: int, column: int, read: _Read | None
    ) -> None:
        """Enter what a cell came to."""
        if read is None:
            return
        field, value, fault, doubtful = read
        if fault:
            found = Fault(sheet, row, column, *fault)
            (self._listing.cautions if doubtful else self._listing.faults).append(found)
        if value is None:
            return
        put(record, field, value)

    def add(self, record: dict[str, Any]) -> int:
        """Take the item in; its index in the list."""
        self._records.append(record)
        self._count += 1
        if len(self._records) >= _BATCH:
            self._validate()
        return self._count - 1

    def amend(self, index: int, changed: Mapping[str, Any]) -> None:
        """Give an item further values, whether or not it has been validated."""
        done = self._count - len(self._records)
        if index >= done:
            self._records[index - done].update(changed)
        else:
            item = self._listing.items[index]
            self._listing.items[index] = item.model_copy(update=dict(changed))

    def close(self) -> None:
        """Validate what is left."""
        self._validate()

    def _validate(self) -> None:
        records = self._records
        self._records = []
        try:
            self._listing.items += self._adapter.validate_python(records)
        except ValidationError as failure:
            for error in failure.errors(include_url=False):
                index, field = int(error["loc"][0]), str(error["loc"][1])
                record = records[index]
                column = self._header.fields.get(field) if self._header else None  # type: ignore[call-overload]
                self._listing.faults.append(
                    Fault(
                        *(record["sheet"], record["row"], column.index if column else None),
                        *explain(error),
                    )
                )
                # The item stays in the list, for its row to be accounted for, without the value.
                if field == "name":
                    record["name"] = record["name"][:500]
                else:
                    record.pop(field, None)
            self._listing.items += self._adapter.validate_python(records)

    def _power_type(self, text: str) -> _Read | None:
        word = clean(text)
        if is_nothing(word):
            return None
        found = values.power_type(word, self._codes, self._type_words)
        if found:
            return "power_type", found, None, False
        if word.isdigit():
            what = _("“{value}” is the number of a type, and no table says of which")
            remedy = _("State the table with --type-codes, as national or 1=行政许可,2=…")
        else:
            what = _("“{value}” is none of the eleven power types")
            remedy = _("Say which it is: --type {option}; types: {expected}.").format(
                option=shell_word(f"{word}=TYPE"),
                expected=list_separator().join(values.POWER_TYPES),
            )
        return "power_type", None, (what.format(value=word), remedy), False

    def _mode(self, text: str) -> _Read | None:
        word = clean(text)
        return _plain("mode", self._mode_words.get(word, word))


def put(record: dict[str, Any], field: str, value: Any) -> None:
    """Enter a value; a remark goes on with what other columns say of it."""
    both = field == "remark" and "remark" in record
    record[field] = f"{record['remark']}；{value}" if both else value


def _careful(reader: _Reader, text: str) -> _Read | None:
    """What a cell comes to, unless it lost something; strange characters are told."""
    if lost := loss(text):
        return "", None, lost, False
    read = reader(text.strip())
    if read and read[2] is None and (strange := doubts(restored(text))):
        return read[0], read[1], strange, True
    return read


def _code(field: str | None, text: str) -> _Read | None:
    """A code without what is no part of it, unless a spreadsheet made a number of it. `field`: None
    where the code itself says which it is."""
    text = values.even_code(text)
    field = field or values.which_code(text)
    if _EXPONENT.fullmatch(text):
        what = _("“{value}” is a code that was saved as a number, and lost its last digits")
        remedy = _("Format the column as text, and enter the codes anew.")
        return field, None, (what.format(value=text), remedy), False
    if text.isdecimal() and len(text) > _EXACT_DIGITS and not text[_EXACT_DIGITS:].strip("0"):
        what = _("the code “{value}” has nothing but zeros after its 15th digit")
        remedy = _("Look whether a spreadsheet cut it; format the column as text.")
        certain = len(text) >= _EXACT_DIGITS + _CERTAINLY_CUT
        return field, None if certain else text, (what.format(value=text), remedy), not certain
    return _plain(field, text)


def _number(text: str) -> int:
    """A sequence number; 0 where the cell gives none."""
    number = clean(text).rstrip("、.．")
    return int(number) if number.isdecimal() and len(number) < _DIGITS else 0


def _plain(field: str, text: str) -> _Read | None:
    return None if is_nothing(text) else (field, text, None, False)


def _plain_reader(field: str) -> Callable[[str], _Read | None]:
    return lambda text: _plain(field, clean(text))


def _initiation(text: str) -> _Read | None:
    word = clean(text)
    found = values.initiation(word)
    if found or is_nothing(word):
        return ("initiation", found, None, False) if found else None
    what = _("“{value}” says neither 依申请 nor 依职权").format(value=word)
    return "initiation", None, (what, _("Write one of the two.")), False


def _scope(text: str) -> _Read | None:
    """A scope that is neither 全部 nor 部分 is told in words: then it is part of the remark."""
    words = clean_text(text)
    found = values.scope(words)
    if found is None and ticked(words):
        what = _("“{value}” is a sign, and does not say whether it is all or a part")
        return "scope", None, (what.format(value=words), _("Write 全部 or 部分.")), False
    return ("scope", found, None, False) if found else _plain("remark", words)


def _provenance(text: str) -> _Read | None:
    """What our own files say of a row; other words say nothing to us."""
    word = clean(text).casefold()
    return ("provenance", word, None, False) if word in PROVENANCES else None


def _legal_level(text: str) -> _Read | None:
    words = clean(text)
    if is_nothing(words):
        return None
    found = values.legal_level(words)
    if found:
        return "legal_level", found, None, False
    what = _("“{value}” is not one level; it was left out").format(value=words)
    return "legal_level", None, (what, _("Name one: 国家级, 省级, 市级, 县级 or 乡镇级.")), True
