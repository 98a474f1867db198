"""Text files: their encoding and digest, found in one pass that holds no more than a block."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.intake.problems import refuse
from registry.locale import _

_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class TextFile:
    """A text file that can be read. `encoding` is utf-8-sig or gb18030; sha256 of its bytes."""

    path: Path
    encoding: str
    sha256: str


def examine(path: Path) -> TextFile:
    """Find encoding and digest. Raises InputError for a file that is missing, empty, unreadable, or
    no text."""
    try:
        return _examine(path)
    except OSError as error:
        refuse(
            path,
            _("the file can't be read: {error}").format(error=error.strerror or error),
            _("Check that it is there, and that you may read it."),
        )


def _examine(path: Path) -> TextFile:
    if not path.is_file():
        what = _("this is a folder") if path.is_dir() else _("there is no such file")
        refuse(path, what, _("Check the name and the folder."))
    digest = hashlib.sha256()
    # The incremental decoder of utf-8-sig takes half a mark at the end for nothing at all.
    decoders = {
        "utf-8-sig": codecs.getincrementaldecoder("utf-8")(),
        "gb18030": codecs.getincrementaldecoder("gb18030")(),
    }
    size = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            digest.update(block)
            if b"\0" in block:
                refuse(path, _("this is not a text file"), _remedy(path))
            _decode(decoders, block)
    _decode(decoders, b"", final=True)
    if size == 0:
        refuse(path, _("the file is empty"), _("Put the header row and the rows into it."))
    if "utf-8-sig" not in decoders:
        _refuse_damaged_utf8(path)
    if not decoders:
        refuse(
            path,
            _("the encoding is neither UTF-8 nor GB18030"),
            _("Save the file again as UTF-8."),
        )
    return TextFile(path, next(iter(decoders)), digest.hexdigest())


def _remedy(path: Path) -> str:
    if path.suffix.lower() in (".yml", ".yaml", ".toml", ".sql"):
        return _("Save the file again as UTF-8.")
    return _("Save the table as CSV in UTF-8.")


def _refuse_damaged_utf8(path: Path) -> None:
    """Refuse what is UTF-8 but for a few characters: hardly any bytes are not GB18030 as well."""
    from registry.intake.formats.encodings import refuse_in_part, utf8_but_damaged

    data = path.read_bytes()
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if utf8_but_damaged(data):
            refuse_in_part(path, "utf-8", error)


def _decode(
    decoders: dict[str, codecs.IncrementalDecoder], block: bytes, *, final: bool = False
) -> None:
    for name in list(decoders):
        try:
            decoders[name].decode(block, final)
        except UnicodeDecodeError:
            del decoders[name]
        else:
            if name == "utf-8-sig" and final:
                return
