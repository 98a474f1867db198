"""Detects the encoding of a text: byte order mark, then UTF-8, GB18030, Big5, then a guess.

A text with a few damaged characters is what it is but for these, which become U+FFFD; and a few
NULs, which some programs leave behind, are kept for who reads the text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from registry.intake.formats.errors import library_errors_refused
from registry.intake.problems import refuse
from registry.locale import _

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_DECLARABLE: Final = ("big5", "cp950", "gb18030", "euc-", "shift-jis", "iso-2022", "koi8", "hz")
_SAMPLE: Final = 1 << 16
_MIN_COMMON_SHARE: Final = 0.75
DAMAGED: Final = "\ufffd"
_DAMAGED_UTF8: Final = DAMAGED.encode()
_LONG: Final = "[\u0800-\U0010ffff]+"
_STRANGE: Final = "[\x80-\U0010ffff]+"
_PLACES: Final = re.compile(f"{DAMAGED}+")
_MIN_SOUND: Final = 4
"""So many sound characters there must be for each that is damaged."""
_MOST_NULS, _MIN_SIZE_OF_NUL = 3, 16
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_ENDS: Final = "\n\r,\t;|"
_EVERYDAY: Final = r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\n\r\t -~“”‘’—…·]"
# Texts of patterns: to compile such ranges takes time, which only who reads a file should spend.
_MIN_EVERYDAY: Final = 0.8


def decode(path: Path, data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text without its mark, and the encoding. `declared`: what the text says of itself."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(path, data[len(mark) :], encoding), encoding
    if wide := utf16_without_mark(data[:_SAMPLE]):
        return _decode_marked(path, data, wide), wide
    data = data.rstrip(b"\0")  # some systems fill the last block of a file
    if not few_nuls(data.count(0), len(data)):
        refuse_binary(path)
    for encoding in ("utf-8", *_trusted_declaration(declared), "gb18030"):
        text = _decoded(data, encoding)
        if text is None:
            continue
        if encoding == "gb18030" and (other := _as_big5(data, text)) is not None:
            return other, "big5"
        return text, encoding
    if (text := _damaged_gb18030(data)) is not None:
        return text, "gb18030"
    with library_errors_refused(path):
        from charset_normalizer import from_bytes

        if best := from_bytes(data).best():
            return str(best).lstrip("\ufeff"), best.encoding
    return refuse(
        path,
        _("the encoding of the file can't be told"),
        _("Save the file again as UTF-8."),
    )


def _decoded(data: bytes, encoding: str) -> str | None:
    """The text, if all of it is in this encoding, or nearly all where that is UTF-8."""
    try:
        return data.decode(encoding)
    except (ValueError, LookupError):
        if encoding != "utf-8" or not utf8_but_damaged(data[:_SAMPLE]):
            return None
    return data.decode(encoding, "replace") if utf8_but_damaged(data) else None


def utf8_but_damaged(*blocks: bytes) -> bool:
    """Whether a text that is not UTF-8 throughout is so but for a few damaged characters."""
    return Utf8Damage().of(blocks).is_slight()


@dataclass
class Utf8Damage:
    """How far a text is UTF-8, block by block.

    Hardly a text in another encoding has characters of three or more bytes, as Chinese ones have in
    UTF-8, and far fewer of them than places where it is wrong.
    """

    _places: int = 0
    _bytes: int = 0
    _long: int = 0

    def of(self, blocks: Iterable[bytes]) -> Utf8Damage:
        """Take more blocks, which don't part a character."""
        for block in blocks:
            text = block.decode("utf-8", "replace")
            damaged = text.count(DAMAGED) - block.count(_DAMAGED_UTF8)
            self._bytes += damaged
            # A character that lost its first byte leaves two others.
            self._places += min(len(_PLACES.findall(text)), damaged)
            self._long += sum(map(len, re.findall(_LONG, text))) - text.count(DAMAGED)
        return self

    def is_slight(self) -> bool:
        """Whether it is UTF-8 for all that."""
        return self._places * _MIN_SOUND <= self._long and self._bytes <= self._long


def _damaged_gb18030(data: bytes) -> str | None:
    """The text, if it is one in GB18030 of everyday characters but for a few damaged ones.

    After a lost byte the others pair up wrongly, up to the next character of ASCII: what comes of
    that is rare, but may be no sign of damage by itself.
    """
    text = data.decode("gb18030", "replace")
    sound = sum(map(len, re.findall(_STRANGE, text))) - text.count(DAMAGED)
    if text.count(DAMAGED) * _MIN_SOUND > sound or _as_big5(data, text) is not None:
        return None
    return text if _share(text.replace(DAMAGED, ""), "gb2312") >= _MIN_COMMON_SHARE else None


def leading_text(head: bytes) -> str | None:
    """The beginning of a text, of which only the ASCII is reliable; None for binary data."""
    filled = head.rstrip(b"\0")
    if not _CONTROL.search(filled):
        head = filled  # some systems fill the last block of a file
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if wide := utf16_without_mark(head):
        return head.decode(wide, "replace")
    return head.decode("latin-1") if few_nuls(head.count(0), len(head)) else None


def few_nuls(nuls: int, size: int) -> bool:
    """Whether so many zeros in so many bytes may stand in a text by some program's mistake."""
    return nuls * _MIN_SIZE_OF_NUL <= size and nuls <= max(_MOST_NULS, size // 1000)


def utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 that doesn't say so: read as such, nearly all of it is everyday characters, among them
    ends of lines or of cells.

    Other text has a zero only by mistake; read as UTF-16, Chinese of it makes no sense, and most of
    the ends of its lines and cells do not stand beside a zero.
    """
    if not head.count(0):
        return None
    found = {
        encoding: sum(end in _ENDS for end in text)
        for encoding in ("utf-16-le", "utf-16-be")
        if (text := head[: len(head) & ~1].decode(encoding, "replace"))
        and _everyday(text) >= _MIN_EVERYDAY
    }
    encoding = max(found, key=lambda name: found[name], default="")
    if not found.get(encoding):
        return None
    ends = sum(head.count(ord(end)) for end in _ENDS)
    if max(head) < 0x80 and 2 * found[encoding] < ends:
        return None
    return encoding


def _everyday(text: str) -> float:
    """The share of a text that is Chinese, its signs, or printable ASCII."""
    return len(re.findall(_EVERYDAY, text)) / len(text)


def refuse_binary(path: Path) -> NoReturn:
    """Refuse what is no text."""
    refuse(path, _("this is not a text file"), _("Save the table as CSV in UTF-8."))


def refuse_in_part(path: Path, encoding: str, error: UnicodeDecodeError) -> NoReturn:
    """Refuse a text that is in an encoding, but not all of it."""
    refuse(
        path,
        _("the file is not {encoding} throughout: byte {place} does not fit").format(
            encoding=encoding.upper(), place=error.start + 1
        ),
        _("Save the file again as UTF-8."),
    )


def _decode_marked(path: Path, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and utf8_but_damaged(data):
            return data.decode(encoding, "replace")
        if encoding == "gb18030" and (found := _damaged_gb18030(data)) is not None:
            return found
        refuse_in_part(path, encoding, error)
    if not few_nuls(text.count("\0"), len(text)):
        refuse_binary(path)
    return text


def _trusted_declaration(declared: str | None) -> tuple[str, ...]:
    """A declared encoding, unless it is one that a program puts down without a thought.

    GB2312 and GBK stand for whatever GB18030 holds; Latin takes any bytes, Chinese ones as well.
    """
    name = (declared or "").strip().lower().replace("_", "-")
    if name in ("gb2312", "gbk", "gb-2312-80", "cp936", "x-gbk"):
        return ("gb18030",)
    return (name,) if name.startswith(_DECLARABLE) else ()


def _as_big5(data: bytes, text: str) -> str | None:
    """The text as Big5, where that makes everyday characters and GB18030 makes rare ones.

    Hardly a text in Big5 isn't also one in GB18030, but then of characters that nobody uses.
    """
    if _share(text, "gb2312") >= _MIN_COMMON_SHARE:
        return None
    for encoding in ("big5", "cp950"):
        try:
            other = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        everyday = [c for c in other[:_SAMPLE] if c > "\x7f"]
        frequent = sum(b"\xa1" <= c.encode(encoding)[:1] <= b"\xc6" for c in everyday)
        return other if frequent >= _MIN_COMMON_SHARE * len(everyday) else None
    return None


def _share(text: str, encoding: str) -> float:
    """How much of what isn't ASCII the encoding has a place for."""
    strange = "".join(c for c in text[:_SAMPLE] if c > "\x7f")
    if not strange:
        return 1.0
    return len(strange.encode(encoding, "ignore")) / 2 / len(strange)
