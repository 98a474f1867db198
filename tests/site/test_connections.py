"""Who sends nothing, or slowly, or takes nothing, keeps nobody else out."""

from __future__ import annotations

import asyncio
import http.client
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from registry.locale import language
from registry.site.connections import (
    BusyMiddleware,
    ConnectionLimits,
    LimitedProtocol,
    connection_limits,
    limited_protocol,
    superfluous,
)
from registry.site.server import bind
from tests.cli.test_serve import address, public
from tests.conftest import ROOT, THOROUGH

__all__ = ["public"]

PARTIAL = b"GET / HTTP/1.1\r\nHost: a\r\n"
LIMITS = ConnectionLimits(connections=40, backlog=16, head_seconds=1.0, send_seconds=1.5)
LARGE = b"x" * 8_000_000


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer at once, with much, or after a while."""
    if scope["type"] != "http":
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(4)
    body = LARGE if scope["path"] == "/large" else b"answered"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for start in range(0, len(body), 65_536):
        part = body[start : start + 65_536]
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def serving(limits: ConnectionLimits = LIMITS) -> Iterator[Any]:
    """Run the server; gives its port and its state."""
    import uvicorn

    listener = bind("127.0.0.1", 0)
    config = uvicorn.Config(
        app,
        http=limited_protocol(limits),
        log_level="error",
        backlog=limits.backlog,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield SimpleNamespace(port=listener.getsockname()[1], state=server.server_state)
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=10)


def connect(port: int, sent: bytes = b"", buffer: int | None = None) -> socket.socket:
    """Open a connection, and send something."""
    one = socket.socket()
    if buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    one.settimeout(10)
    one.connect(("127.0.0.1", port))
    one.sendall(sent)
    return one


def ask(port: int, path: str = "/", timeout: float = 20) -> tuple[int, bytes]:
    """Ask as a reader does."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, answer.read()
    finally:
        client.close()


def is_closed(one: socket.socket, seconds: float) -> bool:
    """Whether the other side closes within that time."""
    one.settimeout(seconds)
    try:
        while one.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize("sent", [b"", PARTIAL, b"G", PARTIAL + b"X: " + b"y" * 9_000])
def test_a_request_s_head_has_to_come_in_time(sent: bytes) -> None:
    with serving() as server, connect(server.port, sent) as one:
        begun = time.monotonic()
        assert is_closed(one, 8)
        assert time.monotonic() - begun > 0.8 * LIMITS.head_seconds


def test_who_sends_byte_after_byte_gains_no_time() -> None:
    with serving() as server, connect(server.port, PARTIAL) as one:
        begun = time.monotonic()
        with suppress(OSError):
            while time.monotonic() < begun + 8:
                one.sendall(b"X")
                time.sleep(0.1)
        assert time.monotonic() - begun < 6


def test_the_next_request_of_a_connection_has_as_much_time() -> None:
    with serving() as server, connect(server.port, PARTIAL + b"\r\n") as one:
        assert one.recv(65_536).startswith(b"HTTP/1.1 200")
        time.sleep(0.5)
        one.sendall(PARTIAL)
        assert is_closed(one, 8)


def test_a_slow_answer_is_waited_for() -> None:
    with serving() as server:
        assert ask(server.port, "/slow") == (200, b"answered")


def test_who_takes_nothing_of_an_answer_is_let_go() -> None:
    with serving() as server, connect(server.port, b"GET /large HTTP/1.0\r\n\r\n", 4_096) as one:
        time.sleep(5)
        got = 0
        with suppress(OSError):
            while part := one.recv(1 << 20):
                got += len(part)
        assert got < len(LARGE)
        assert ask(server.port, "/large") == (200, LARGE)


def test_who_takes_an_answer_slowly_gets_it() -> None:
    with serving() as server, connect(server.port, b"GET /large HTTP/1.0\r\n\r\n", 65_536) as one:
        got, begun = 0, time.monotonic()
        while part := one.recv(200_000):
            got += len(part)
            if time.monotonic() < begun + 4:
                time.sleep(0.2)
        assert got > len(LARGE)


def test_where_there_are_too_many_the_longest_idle_goes() -> None:
    with serving() as server, ExitStack() as stack:
        idle = [stack.enter_context(connect(server.port)) for _n in range(LIMITS.connections)]
        assert ask(server.port) == (200, b"answered")
        assert is_closed(idle[0], 3)
        assert len(server.state.connections) <= LIMITS.connections


def test_those_that_wait_for_an_answer_stay() -> None:
    with serving(ConnectionLimits(4, 8, head_seconds=30)) as server, ExitStack() as stack:
        asked = b"GET /slow HTTP/1.0\r\n\r\n"
        asking = [stack.enter_context(connect(server.port, asked)) for _n in range(4)]
        time.sleep(1)
        with connect(server.port) as late:
            assert is_closed(late, 3), "the newest has no place"
        for one in asking:
            assert one.recv(65_536).startswith(b"HTTP/1.1 200")


def test_what_is_no_request_is_told_so_in_both_languages() -> None:
    with serving() as server:
        for sent in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET  / HTTP/1.1\r\n\r\n", b"a" * 90_000):
            with connect(server.port, sent) as one:
                answer = b""
                with suppress(OSError):
                    while part := one.recv(65_536):
                        answer += part
                head, _gap, body = answer.partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 400")
                assert body.decode() == "无法识别该请求。\nThis request can't be understood.\n"


def test_too_many_requests_at_once_are_told_to_wait() -> None:
    running = BusyMiddleware(app, 2)

    async def one(path: str, accepted: bytes = b"zh") -> tuple[int, str]:
        parts: list[Any] = []

        async def send(message: Any) -> None:
            parts.append(message)

        headers = [(b"accept-language", accepted)]
        scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        await running(scope, None, send)
        return parts[0]["status"], b"".join(part.get("body", b"") for part in parts).decode()

    async def several() -> None:
        slow = [asyncio.ensure_future(one("/slow")) for _n in range(2)]
        await asyncio.sleep(0.1)
        assert (await one("/"))[0] == 503
        assert "稍后再试" in (await one("/"))[1]
        assert "try again" in (await one("/", b"en"))[1]
        assert [status for status, _text in await asyncio.gather(*slow)] == [200, 200]
        assert await one("/") == (200, "answered")

    before = language()
    asyncio.run(several())
    assert language() == before


class Stub(LimitedProtocol):
    """A connection of an address, without a socket."""

    def __init__(self, host: str, since: float, answering: bool = False, buffered: int = 0) -> None:
        self.client = (host, 1)
        self.since = since
        self.moved = since
        self.buffered = buffered
        self.cycle = SimpleNamespace(response_complete=not answering)  # type: ignore[assignment]


def test_the_address_with_most_connections_loses_one() -> None:
    many = [Stub("10.0.0.1", 5.0 + n) for n in range(3)]
    few = [Stub("10.0.0.2", 1.0)]
    assert superfluous([*many, *few, Stub("10.0.0.3", 99)]) is many[0]
    busy = [Stub("10.0.0.1", 1, answering=True), Stub("10.0.0.1", 2, answering=True)]
    assert superfluous([*busy, *few, Stub("10.0.0.3", 99)]) is few[0]
    assert superfluous([*busy, Stub("10.0.0.3", 99)]) is None
    untaken = Stub("10.0.0.1", 3, answering=True, buffered=9)
    assert superfluous([*busy, untaken, Stub("10.0.0.3", 99)]) is untaken
    assert superfluous([]) is None


@pytest.mark.parametrize("files", [64, 300, 1_024, 8_192])
def test_connections_leave_files_for_everything_else(
    monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (files, files))
    limits = connection_limits()
    assert 8 <= limits.backlog <= 256
    assert 16 <= limits.connections <= 1_000
    assert limits.connections + limits.backlog <= 0.7 * files


def test_four_thousand_idle_connections_keep_no_reader_out(public: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = min(4_000 if THOROUGH else 1_500, hard - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number + 200), hard))
    # With as many files as an old system allows a process.
    limited = ["bash", "-c", 'ulimit -n 1024; exec "$0" -m registry serve "$@"', sys.executable]
    process = subprocess.Popen(
        [*limited, str(public), "--port", "0"], stderr=subprocess.PIPE, cwd=ROOT
    )
    held: list[socket.socket] = []
    try:
        port = urlsplit(address(process)).port
        assert port is not None
        assert ask(port, "/search?q=0")[0] == 200
        for n in range(number):
            held.append(connect(port, PARTIAL if n % 2 else b""))
            if n % 500 == 499:
                begun = time.monotonic()
                assert ask(port, f"/search?q={n}")[0] == 200
                assert time.monotonic() - begun < 10, "as long as a busy machine may take"
        for n in range(3):
            assert ask(port, f"/search?q=x{n}")[0] == 200
    finally:
        for one in held:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        process.terminate()
        code = process.wait(40)
    assert code in (0, 143)
    assert process.stderr is not None
    assert process.stderr.read() == b"Ctrl-C ends it.\n"
