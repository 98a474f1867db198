"""Connections that hold a server: slow bodies, chunks without end, answers that nobody takes."""

from __future__ import annotations

import shutil
import socket
import time
from pathlib import Path

import pytest

from tests.attacks.attacking import ask, server

pytestmark = pytest.mark.long

FORM = b"Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"


def connect(address: str) -> socket.socket:
    """Open a connection."""
    host, _colon, port = address.partition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def closed(conn: socket.socket, within: float) -> bool:
    """Whether the server ends a connection in so many seconds, whatever it says before."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        conn.settimeout(max(until - time.monotonic(), 0.1))
        try:
            if not conn.recv(65536):
                return True
        except TimeoutError:
            return False
        except OSError:
            return True
    return False


def readers_are_answered(address: str, path: str) -> None:
    """Others get their pages."""
    for _ in range(3):
        begun = time.monotonic()
        assert ask(address, path).status == 200
        assert time.monotonic() - begun < 8


SLOW = {
    "body that trickles": b"POST /-/sign-in HTTP/1.1\r\nHost: a\r\n" + FORM
    + b"Content-Length: 50000\r\n\r\nname=wang&pass",
    "chunk without end": b"POST /-/sign-in HTTP/1.1\r\nHost: a\r\n" + FORM
    + b"Transfer-Encoding: chunked\r\n\r\nffff\r\nname=",
    "waits for 100": b"POST /-/sign-in HTTP/1.1\r\nHost: a\r\n" + FORM
    + b"Expect: 100-continue\r\nContent-Length: 50000\r\n\r\n",
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("kind", SLOW)
def test_bodies_that_do_not_come(office: Path, tmp_path: Path, kind: str) -> None:
    """300 strangers hold back the sign-in form: others are answered, and the strangers let go."""
    place = shutil.copyfile(office, tmp_path / "office.db")
    with server(tmp_path, "--internal", place, "--state", "state") as (address, process):
        held = []
        for _ in range(300):
            held.append(connect(address))
            held[-1].sendall(SLOW[kind])
        readers_are_answered(address, "/-/sign-in")
        assert closed(held[0], 60)
        readers_are_answered(address, "/-/sign-in")
        assert process.poll() is None
        for conn in held:
            conn.close()


@pytest.mark.long
def test_pipelined_requests_that_nobody_reads(published: Path, tmp_path: Path) -> None:
    """Forty connections ask a hundred times each without reading: others are answered."""
    place = shutil.copyfile(published, tmp_path / "catalogue.db")
    with server(tmp_path, place) as (address, process):
        held = []
        for _ in range(40):
            conn = connect(address)
            conn.settimeout(0.5)
            held.append(conn)
            try:
                conn.sendall(b"GET /data/catalogue.db HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
            except OSError:
                continue
        begun = time.monotonic()
        assert ask(address, "/").status == 200
        assert time.monotonic() - begun < 15
        assert process.poll() is None
        for conn in held:
            conn.close()


@pytest.mark.long
def test_one_byte_of_a_body_a_second(office: Path, tmp_path: Path) -> None:
    """A body of which a byte comes now and then is not waited for without end."""
    place = shutil.copyfile(office, tmp_path / "office.db")
    with server(tmp_path, "--internal", place, "--state", "state") as (address, _process):
        conn = connect(address)
        conn.sendall(SLOW["body that trickles"])
        begun = time.monotonic()
        ended = False
        while time.monotonic() - begun < 75 and not ended:
            try:
                conn.sendall(b"x")
            except OSError:
                ended = True
            ended = ended or closed(conn, 1)
        assert ended
        conn.close()
