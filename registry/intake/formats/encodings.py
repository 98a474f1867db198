"""Detects the encoding of a text: byte order mark, then UTF-8, GB18030, Big5, then a guess."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

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


def decode(path: Path, data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text without its mark, and the encoding. `declared`: what the text says of itself."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_strictly(path, data[len(mark) :], encoding), encoding
    if wide := utf16_without_mark(data[:_SAMPLE]):
        return _decode_strictly(path, data, wide), wide
    if b"\0" in data:
        refuse(path, _("this is not a text file"), _("Save the table as CSV in UTF-8."))
    for encoding in ("utf-8", *_trusted_declaration(declared), "gb18030"):
        try:
            text = data.decode(encoding)
        except (ValueError, LookupError):
            continue
        if encoding == "gb18030" and (other := _as_big5(data, text)) is not None:
            return other, "big5"
        return text, encoding
    with library_errors_refused(path):
        from charset_normalizer import from_bytes

        if best := from_bytes(data).best():
            return str(best).lstrip("\ufeff"), best.encoding
    return refuse(
        path,
        _("the encoding of the file can't be told"),
        _("Save the file again as UTF-8."),
    )


def leading_text(head: bytes) -> str | None:
    """The beginning of a text, of which only the ASCII is reliable; None for binary data."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if wide := utf16_without_mark(head):
        return head.decode(wide, "replace")
    return None if b"\0" in head else head.decode("latin-1")


def utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 that doesn't say so: ASCII in it has a zero at every other place, and only there."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd and not even:
        return "utf-16-le"
    if even and not odd:
        return "utf-16-be"
    return None


def _decode_strictly(path: Path, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        refuse(
            path,
            _("the file is not {encoding} throughout: byte {place} does not fit").format(
                encoding=encoding.upper(), place=error.start + 1
            ),
            _("Save the file again as UTF-8."),
        )
    if "\0" in text:
        refuse(path, _("this is not a text file"), _("Save the table as CSV in UTF-8."))
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
