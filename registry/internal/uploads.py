"""Forms that submissions come in: fields, and at most one file, within limits.

Only the two types that browsers send are read; what is unlike that is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registry.internal.http import (
    FORM_TYPE,
    MAX_FORM_BYTES,
    InvalidForm,
    form_fields,
    form_type,
    header,
    read_form_body,
)

_MULTIPART: Final = "multipart/form-data"
_MAX_FIELDS: Final = 10
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
    type_ = form_type(scope)
    if type_ not in ((FORM_TYPE, _MULTIPART) if max_file else (FORM_TYPE,)):
        raise InvalidForm(415)
    most = max_file + _ROOM_FOR_FIELDS if type_ == _MULTIPART else MAX_FORM_BYTES
    body = await read_form_body(scope, receive, most, _TIMEOUT)
    if type_ == FORM_TYPE:
        return Form(form_fields(body))
    try:
        return _multipart(header(scope, b"content-type"), body, max_file)
    except ValueError:  # what no browser sends
        raise InvalidForm(400) from None


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
            if len(content) > MAX_FORM_BYTES:
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
