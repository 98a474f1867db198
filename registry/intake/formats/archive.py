"""Zip files: every member is inflated once, and counted, before any library may trust the file.

What a directory says of its members' sizes may be a lie, and Python's own reader stops at the size
that is declared where others read on. So the raw data is inflated here, whatever is declared.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn, Protocol

from registry.intake.formats.errors import library_errors_refused, refuse_damaged, refuse_encrypted
from registry.intake.problems import InputError, refuse
from registry.locale import _

MAX_EXPANDED: Final = 512 << 20
MAX_MEMBERS: Final = 10_000

_BLOCK: Final = 1 << 20
_PACKED: Final = 1 << 16
_MAX_DIRECTORY: Final = 16 << 20
_MAX_PART: Final = 64 << 20
_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
_DIRECTORY_ENTRY: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_END_64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64: Final = struct.Struct("<4sIQI")
_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
_ODD: Final = re.compile(r"\\|^\.?/|//|/\./")


class Sink(Protocol):
    """What is given a member's blocks, one after another."""

    def __call__(self, block: bytes, /) -> None: ...


class Sinks(Protocol):
    """Chooses what is given the blocks of the member with this name; None: nobody wants them."""

    def __call__(self, name: str, /) -> Sink | None: ...


class Archive:
    """A zip file, its directory checked. Raises InputError for whatever is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with library_errors_refused(path):
            _check_directory(path)
            with zipfile.ZipFile(path) as file:
                members = file.infolist()
        if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_EXPANDED:
            _too_large(path)
        if any(member.flag_bits & _ENCRYPTED for member in members):
            refuse_encrypted(path)
        self._all = members
        self.members = {_plain(member.filename): member for member in members}
        self._odd = any(_plain(member.filename) != member.filename for member in members)
        if self._odd and len(self.members) < len({member.filename for member in members}):
            refuse_damaged(path, _("two parts of it have one name"))

    def inflate(self, sinks: Sinks) -> None:
        """Inflate every member, within the limits, giving the blocks to those who want them."""
        left = MAX_EXPANDED
        for member in self._all:
            sink = sinks(_plain(member.filename))
            for block in self._blocks(member):
                left -= len(block)
                if left < 0:
                    _too_large(self.path)
                if sink:
                    sink(block)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The contents of a member, in blocks."""
        member = self.members.get(name)
        if member is None:
            refuse_damaged(self.path, _("{name} is missing").format(name=name))
        return self._blocks(member)

    def read(self, name: str) -> bytes:
        """The contents of a member that is to be small."""
        parts, size = [], 0
        for block in self.blocks(name):
            size += len(block)
            if size > _MAX_PART:
                _too_large(self.path)
            parts.append(block)
        return b"".join(parts)

    def renamed(self) -> bytes | None:
        """The file with names as the format has them, `xl/workbook.xml`; None: as it is.

        Some programs write `xl\\workbook.xml` or `/xl/workbook.xml`, and others can't read that.
        """
        if not self._odd:
            return None
        file, directory = io.BytesIO(), io.BytesIO()
        with library_errors_refused(self.path), self.path.open("rb") as stream:
            for name, member in self.members.items():
                stream.seek(member.header_offset)
                header = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
                stream.seek(header[9] + header[10], 1)
                raw = name.encode()
                about = (
                    *(20, _UTF8, member.compress_type, 0, 0x21),
                    *(member.CRC, member.compress_size, member.file_size, len(raw), 0),
                )
                entry = (b"PK\1\2", 20, *about, 0, 0, 0, 0, file.tell())
                directory.write(_DIRECTORY_ENTRY.pack(*entry) + raw)
                file.write(_LOCAL_HEADER.pack(b"PK\3\4", *about) + raw)
                file.write(stream.read(member.compress_size))
                if file.tell() > MAX_EXPANDED:  # parts that overlap, each of them copied
                    _too_large(self.path)
            count = len(self.members)
            at = file.tell()
            size = file.write(directory.getvalue())
            file.write(_END.pack(b"PK\5\6", 0, 0, count, count, size, at, 0))
        return file.getvalue()

    def _blocks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        with library_errors_refused(self.path), self.path.open("rb") as stream:
            stream.seek(member.header_offset)
            header = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
            if header[0] != b"PK\3\4":
                refuse_damaged(self.path, member.filename)
            if header[2] & _ENCRYPTED:
                refuse_encrypted(self.path)
            stream.seek(header[9] + header[10], 1)
            left, checksum, size = member.compress_size, 0, 0
            if member.compress_type == zipfile.ZIP_STORED:
                while left > 0 and (raw := stream.read(min(left, _BLOCK))):
                    left -= len(raw)
                    checksum = zlib.crc32(raw, checksum)
                    size += len(raw)
                    yield raw
                complete = left <= 0
            elif member.compress_type == zipfile.ZIP_DEFLATED:
                inflater = zlib.decompressobj(-zlib.MAX_WBITS)
                while left > 0 and not inflater.eof and (raw := stream.read(min(left, _PACKED))):
                    left -= len(raw)
                    while raw and not inflater.eof:
                        if block := inflater.decompress(raw, _BLOCK):
                            checksum = zlib.crc32(block, checksum)
                            size += len(block)
                            yield block
                        raw = inflater.unconsumed_tail
                while not inflater.eof and (block := inflater.decompress(b"", _BLOCK)):
                    checksum = zlib.crc32(block, checksum)
                    size += len(block)
                    yield block
                complete = inflater.eof
            else:
                refuse_damaged(
                    self.path,
                    _("{name} is packed by an unknown method").format(name=member.filename),
                )
            # Other readers make room for as much as is declared, or trust it.
            if not complete or checksum != member.CRC or size != member.file_size:
                refuse_damaged(
                    self.path, _("{name} breaks off, or was changed").format(name=member.filename)
                )


def declared_size(path: Path) -> int:
    """How many bytes its directory says that the file unpacks to; 0 of one that can't be read."""
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as file:
            return sum(member.file_size for member in file.infolist())
    except (OSError, ValueError, InputError, zipfile.BadZipFile, struct.error):
        return 0


def _plain(name: str) -> str:
    """The name of a part as the formats have it."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/") if _ODD.search(name) else name


def _check_directory(path: Path) -> None:
    """Refuse a directory that is too long to be read, before Python reads it whole."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _END.size - 0xFFFF))
        tail = stream.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) - at < _END.size:
            refuse_damaged(path, _("the directory at its end is missing"))
        end = _END.unpack_from(tail, at)
        count, length = end[4], end[5]
        locator = at - _LOCATOR_64.size
        if locator >= 0 and tail[locator : locator + 4] == b"PK\6\7":
            stream.seek(_LOCATOR_64.unpack_from(tail, locator)[2])
            wide = _END_64.unpack(stream.read(_END_64.size))
            count, length = max(count if count != 0xFFFF else 0, wide[7]), wide[8]
        if count > MAX_MEMBERS or length > _MAX_DIRECTORY:
            _too_large(path)


def _too_large(path: Path) -> NoReturn:
    refuse(
        path,
        _("the file unpacks to more than {size} MB or more than {members} parts").format(
            size=MAX_EXPANDED >> 20, members=MAX_MEMBERS
        ),
        _("Split it into smaller files, and take pictures out."),
    )
