"""Forms with a file: what browsers send is read, everything else is refused, and nothing fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.internal import uploads
from registry.internal.http import ClientDisconnected, InvalidForm
from registry.internal.uploads import Form, read_submission
from tests.conftest import fuzzed
from tests.internal.inbox_client import BOUNDARY, multipart

MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def read(body: bytes, kind: str = MULTIPART, most: int = 1_000, length: str | None = None) -> Form:
    """Read a form that comes in parts."""
    parts = [body[start : start + 7] for start in range(0, len(body), 7)] or [b""]

    async def receive() -> Any:
        return {"body": parts.pop(0), "more_body": bool(parts), "type": "http.request"}

    headers = [(b"content-type", kind.encode("latin-1"))]
    if length is not None:
        headers.append((b"content-length", length.encode()))
    return asyncio.run(read_submission({"headers": headers}, receive, most))


def status(*what: Any, **how: Any) -> int:
    """With what a form is refused."""
    with pytest.raises(InvalidForm) as error:
        read(*what, **how)
    return error.value.status


def test_a_file_as_browsers_send_it() -> None:
    content = bytes(range(256)) + b"\r\n--almost\r\n\r\n"
    form = read(multipart(content, "市水利局-台账.xlsx"))
    assert (form.file, form.file_name, form.fields) == (content, "市水利局-台账.xlsx", {})


def test_fields_beside_it() -> None:
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n甲\r\n'.encode()
    form = read(field + multipart(b"x"))
    assert (form.fields, form.file) == ({"a": "甲"}, b"x")
    assert read(b"a=1&b=%E7%94%B2", "application/x-www-form-urlencoded") == Form(
        {"a": "1", "b": "甲"}
    )


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\台账.xlsx", "台账.xlsx"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("x" * 500, "x" * 120),
        ("", ""),
    ],
)
def test_a_name_is_only_to_be_shown(sent: str, shown: str) -> None:
    assert read(multipart(b"x", sent)).file_name == shown


def test_limits() -> None:
    assert read(multipart(b"x" * 1_000)).file == b"x" * 1_000
    assert status(multipart(b"x" * 1_001)) == 413
    assert status(multipart(b"x" * 50_000)) == 413
    assert status(b"", length="99999999") == 413
    assert status(b"", length="-1") == 400
    assert status(b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded") == 413
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n'.encode()
    assert status(field + b"x" * 17_000 + b"\r\n" + multipart(b"")) == 413


def test_a_form_without_room_for_files_takes_none() -> None:
    assert status(multipart(b"x"), most=0) == 415
    assert status(b"{}", "application/json") == 415
    assert status(b"", "") == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        multipart(b"x")[:-30],
        multipart(b"x").replace(b"form-data", b"attachment"),
        multipart(b"x").replace(b'name="file"', b"name=file"),
        multipart(b"x").replace(b"\r\n\r\n", b"\n\n"),
        b"preamble" + multipart(b"x"),
        multipart(b"x")[: -len(BOUNDARY) - 6] + multipart(b"y"),
        multipart(b"x").replace("台账".encode(), b"\xff\xfe"),
    ],
)
def test_what_no_browser_sends(body: bytes) -> None:
    assert status(body) == 400


def test_many_parts_and_no_boundary() -> None:
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.encode()
    assert status(field * 11 + multipart(b"x")) == 400
    assert status(multipart(b"x"), "multipart/form-data") == 400


def test_who_goes_away_and_who_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone() -> Any:
        return {"type": "http.disconnect"}

    scope = {"headers": [(b"content-type", MULTIPART.encode())]}
    with pytest.raises(ClientDisconnected):
        asyncio.run(read_submission(scope, gone, 10))

    async def never() -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(uploads, "_TIMEOUT", 0.01)
    with pytest.raises(InvalidForm) as error:
        asyncio.run(read_submission(scope, never, 10))
    assert error.value.status == 408


@settings(max_examples=fuzzed(200))
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                [
                    *(b"--" + BOUNDARY.encode(), b"\r\n", b"--", b"\r\n\r\n", b"x", b"\xff", b'"'),
                    b'Content-Disposition: form-data; name="a"',
                    b'Content-Disposition: form-data; name="file"; filename="b"',
                ]
            ),
            max_size=20,
        ).map(b"".join),
    ),
    kind=st.sampled_from([MULTIPART, "multipart/form-data; boundary=x", "multipart/form-data"]),
)
def test_any_bytes_are_read_or_refused(body: bytes, kind: str) -> None:
    found: Form | InvalidForm
    try:
        found = read(body, kind)
    except InvalidForm as error:
        found = error
    assert isinstance(found, Form) or found.status in (400, 413)
