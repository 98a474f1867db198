"""Uploads that nobody would make by mistake: refused by a page, never by an error of the site."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from importlib import import_module

import pytest

from registry.internal.inbox import database
from registry.internal.inbox.child import preview_here
from tests.conftest import SEED, amount
from tests.internal.inbox.conftest import Fill
from tests.internal.inbox_client import Forged, damaged, send, upload
from tests.internal.site_client import SiteClient

UPLOADS = amount(20, 50, 300)
APART = amount(6, 10, 60)
"""How many of them are read in a process of their own, which takes longest; the rest here."""

ANSWERS = import_module("registry.internal.pages.answers")
KEY = "1-08-hidz/public-notice"
SHEET = "xl/worksheets/sheet1.xml"


def archive(**members: bytes) -> bytes:
    """A ZIP archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def bomb(megabytes: int) -> bytes:
    """A workbook whose sheet is very much larger than itself."""
    return archive(**{"xl/workbook.xml": b"<workbook/>", SHEET: b" " * (megabytes << 20)})


def entities() -> bytes:
    """A workbook whose XML names itself again and again."""
    declared = b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"x") for n in range(9)
    )
    text = b"<?xml version='1.0'?><!DOCTYPE w [" + declared + b"]><workbook>&a8;</workbook>"
    return archive(**{"xl/workbook.xml": text, SHEET: text})


def rezipped(whole: bytes, name: str, change: bytes) -> bytes:
    """The workbook with another content of one of its parts."""
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        members = {one: file.read(one) for one in file.namelist()}
    return archive(**{**members, name: change})


def hostile(whole: bytes, draw: random.Random) -> Iterator[bytes]:
    """Files without end, of every kind."""
    yield from (bomb(300), entities(), b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(600))
    yield archive(**{"../../../etc/cron.d/x": b"x", "xl/workbook.xml": b"<workbook/>"})
    yield whole + b"#!/bin/sh\n" * 10
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        parts = file.namelist()
    while True:
        kind = draw.randrange(5)
        if kind == 0:
            yield draw.randbytes(draw.randrange(1, 3_000))
        elif kind == 1:
            start = draw.choice([b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.4", b"<html>", b"{"])
            yield start + draw.randbytes(draw.randrange(1, 3_000))
        elif kind == 2:
            yield whole[: draw.randrange(1, len(whole))]
        elif kind == 3:
            changes = [(draw.random(), draw.randbytes(draw.randrange(1, 40))) for _n in range(20)]
            yield damaged(whole, changes)
        else:
            junk = draw.choice([b"", b"<a", draw.randbytes(500), b"<worksheet>" * 5_000])
            yield rezipped(whole, draw.choice(parts), junk)


def test_hostile_files(fresh: SiteClient, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MAX_PER_DAY", {"upload": 10**6, "form": 10**6})
    monkeypatch.setattr(database, "MAX_OPEN_WORKBOOKS", 10**6)
    monkeypatch.setattr(database, "MAX_OPEN", 10**6)
    path = fill("slj", KEY, done_on="2021-06-20")
    draw = random.Random(SEED)
    files = hostile(path.read_bytes(), draw)
    names = ["台账.xlsx", "../../registry.db", "a\0b", "con.xlsx", "x" * 300, "<script>"]
    for n in range(UPLOADS):
        if n == APART:
            monkeypatch.setattr(ANSWERS, "preview_apart", preview_here)
        content = next(files)
        answer = upload(fresh, "slj", content, draw.choice(names))
        # What is damaged where nobody looks is as good as whole.
        assert answer.status in (303, 400, 413), (answer.status, content[:80])
        assert answer.status == 303 or 'role="alert"' in answer.text
    kept = {one.sha256 for one in fresh.site.middleware._inbox.list((), body_of(fresh))}
    assert {path.name for path in (fresh.state / "inbox-files").iterdir()} == kept
    assert fresh.get("/answers", "slj").status == 200
    assert fresh.told == []


def body_of(site: SiteClient) -> database.Audience:
    """The body of the clerk."""
    return site.site.middleware._sessions._accounts.users()["slj"].audience


def test_hostile_forms(fresh: SiteClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MAX_PER_DAY", {"upload": 10**6, "form": 10**6})
    draw = random.Random(SEED)
    kinds = [
        *("multipart/form-data; boundary=x", "multipart/form-data", "", "application/json"),
        *("application/x-www-form-urlencoded", "multipart/form-data; boundary=" + "y" * 500),
    ]
    parts = [
        *(b"--x", b"--x--", b"\r\n", b"\r\n\r\n", b"action=submit", b"%ff", b"&" * 50, b"\0"),
        *(b'Content-Disposition: form-data; name="file"; filename="a"', "甲".encode(), b"=" * 9),
    ]
    for _n in range(UPLOADS * 3):
        body = b"".join(draw.choice(parts) for _m in range(draw.randrange(12)))
        address = draw.choice(["/answers", "/answers/1", "/answer/ab", "/inbox/1"])
        who = draw.choice(["slj", "office"])
        answer = send(fresh, address, who, body, content_type=draw.choice(kinds))
        assert answer.status in (400, 404, 413, 415), (answer.status, address, body)
    assert fresh.site.middleware._inbox.list() == []


def test_forged_hidden_sheets(
    site: SiteClient, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ANSWERS, "preview_apart", preview_here)
    draw = random.Random(SEED)
    for n in range(UPLOADS // 8):
        path = fill("slj", KEY, done_on=f"2021-06-{1 + n % 28:02}")
        forged = Forged(path)
        for row in list(forged.sheet.iter_rows(min_row=2)):
            if draw.random() < 0.2:
                cell = draw.choice(row)
                cell.value = draw.choice([None, "1", "row", "fact", "fields", "zone", "x" * 99])
        forged.row(draw.choice(["obligations", "agreements", "nothing"]), draw.choice(["", KEY]))
        answer = upload(site, "slj", forged.save(path).read_bytes())
        assert answer.status in (303, 400, 403), answer.text
