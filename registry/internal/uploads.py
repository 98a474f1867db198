"""Forms that submissions come in: fields, and at most one file, within limits.

Only the two types that browsers send are read; what is unlike that is refused.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs

from registry.internal.http import ClientDisconnected, InvalidForm, header

_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_MAX_FIELDS: Final = 10
_MAX_FIELD_BYTES: Final = 16_384
_MAX_PART_HEADERS: Final = 2_048
_ROOM_FOR_FIELDS: Final = 32_768
_TIMEOUT: Final = 120.0  # seconds
_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.I)
_DISPOSITION: Final = re.compile(
    r'form-data;\s*name="([^"\r\n]{1,64})"(?:;\s*filename="((?:[^"\r\n]|\\")*)")?\s*', re.I
)
_MAX_NAME: Final = 120
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent. `file_name` is only ever shown, and never a path; `file` None: none sent."""

    fields: Mapping[str, str]
    file_name: str = ""
    file: bytes | None = field(default=None, repr=False)


async def read_submission(scope: Mapping[str, Any], receive: Any, max_file: int) -> Form:
    """The form that a request holds. `max_file`: bytes; 0: a form with a file is refused.

    Raises InvalidForm and ClientDisconnected.
    """
    kind = header(scope, b"content-type")
    type_ = kind.partition(";")[0].strip().lower()
    if type_ not in ((_URLENCODED, _MULTIPART) if max_file else (_URLENCODED,)):
        raise InvalidForm(415)
    most = max_file + _ROOM_FOR_FIELDS if type_ == _MULTIPART else _MAX_FIELD_BYTES
    length = header(scope, b"content-length") or "0"
    if not re.fullmatch("[0-9]{1,12}", length):
        raise InvalidForm(400)
    if int(length) > most:
        raise InvalidForm(413)
    try:
        body = await asyncio.wait_for(_read(receive, most), _TIMEOUT)
    except asyncio.TimeoutError:
        raise InvalidForm(408) from None
    try:
        if type_ == _URLENCODED:
            return Form(_fields(body))
        return _multipart(kind, body, max_file)
    except ValueError:  # not ASCII, not UTF-8, or too many fields
        raise InvalidForm(400) from None


async def _read(receive: Any, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise InvalidForm(413)
        if not message.get("more_body", False):
            return b"".join(parts)


def _fields(body: bytes) -> dict[str, str]:
    fields = parse_qs(
        body.decode("ascii"),
        keep_blank_values=True,
        max_num_fields=_MAX_FIELDS,
        encoding="utf-8",
        errors="strict",
    )
    return {name: values[0] for name, values in fields.items()}


def _multipart(kind: str, body: bytes, max_file: int) -> Form:
    """The parts of a body. Raises ValueError for what no browser sends, InvalidForm."""
    match = _BOUNDARY.search(kind)
    if match is None:
        raise ValueError("no boundary")
    boundary = b"--" + (match[1] or match[2]).encode("ascii")
    first, *parts = (b"\r\n" + body).split(b"\r\n" + boundary)
    if first.strip() or not parts or not parts[-1].startswith(b"--"):
        raise ValueError("cut off")
    if len(parts) - 1 > _MAX_FIELDS:
        raise ValueError("too many parts")
    fields: dict[str, str] = {}
    file_name, file = "", None
    for part in parts[:-1]:
        head, separator, content = part.partition(b"\r\n\r\n")
        if not separator or not head.startswith(b"\r\n") or len(head) > _MAX_PART_HEADERS:
            raise ValueError("a part without headers")
        name, named = _disposition(head.decode("utf-8"))
        if named is None:
            if len(content) > _MAX_FIELD_BYTES:
                raise InvalidForm(413)
            fields.setdefault(name, content.decode("utf-8"))
        elif file is not None:
            raise ValueError("several files")
        elif len(content) > max_file:
            raise InvalidForm(413)
        else:
            file_name, file = _shown(named), content
    return Form(fields, file_name, file)


def _disposition(head: str) -> tuple[str, str | None]:
    """Name of the field, and of the file where the part is one."""
    for line in head.split("\r\n"):
        name, _colon, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            match = _DISPOSITION.fullmatch(value.strip())
            if match:
                return match[1], match[2]
    raise ValueError("a part without a name")


def _shown(name: str) -> str:
    """A file's name as it can be shown: its last part, one line, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNPRINTABLE.sub("", last)[:_MAX_NAME].strip()
