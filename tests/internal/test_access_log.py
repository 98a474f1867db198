"""The access log: its lines, its chain, how long it is kept, and how much of it is one user's."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.internal.access_log import AccessLog, AccessLogError, LogQuotaExceeded
from registry.internal.audience import OFFICE, Audience
from registry.internal.log_chain import json_line, log_files
from registry.internal.log_verification import HeldHead, LogVerification, verify_access_log
from registry.model.checking import checked
from registry.model.config import AccessLogConfig
from tests.internal.auth_client import START, Clock

DAY = 86_400


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def all_lines(folder: Path) -> list[dict[str, Any]]:
    return [line for path in log_files(folder) for line in lines(path)]


def opened(folder: Path, clock: Clock | None = None, **config: Any) -> AccessLog:
    return AccessLog(folder, clock or Clock(), pytest.fail, AccessLogConfig(**config))


def problems(folder: Path, *held: HeldHead) -> list[str]:
    return verify_access_log(folder, held).problems


def test_a_line_says_who_when_and_what(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.write(
        "sql",
        user="王",
        audience=Audience("zone", "etdz"),
        address="10.0.0.7",
        path="/catalogue.json",
        query="_size=max",
        sql="select 1",
        rows=0,
        status=200,
    )
    log.write("sign-in", user="li", audience=OFFICE)
    first, second = lines(tmp_path / "access.log")
    moment = datetime.fromisoformat(first.pop("time"))
    assert moment.timestamp() == START
    assert moment.tzinfo is not None
    assert first == {
        "seq": 1,
        "event": "sql",
        "user": "王",
        "role": "viewer",
        "body": "zone:etdz",
        "address": "10.0.0.7",
        "path": "/catalogue.json",
        "query": "_size=max",
        "sql": "select 1",
        "rows": 0,
        "status": 200,
        "prev": "none",
    }
    assert (second["seq"], second["user"], second["role"]) == (2, "li", "office")
    assert set(second) == {"seq", "time", "event", "user", "role", "prev"}
    assert "王" in (tmp_path / "access.log").read_text(encoding="utf-8")
    assert problems(tmp_path) == []


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_one_line(text: str) -> None:
    line = json_line({"sql": text})
    assert line.isprintable()
    assert json.loads(line) == {"sql": text}


def test_breaks_and_bells_are_no_lines_of_their_own(tmp_path: Path) -> None:
    log = opened(tmp_path)
    sql = 'select 1\r\n{"event": "forged"}\u2028\u0085\x1b[31m\x07\u202e\ud800'
    log.write("sql", user="wang", sql=sql)
    content = (tmp_path / "access.log").read_bytes()
    assert content.count(b"\n") == 1
    assert not set(content) & {*range(10), *range(11, 32), 127}
    assert lines(tmp_path / "access.log")[0]["sql"] == sql


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_log_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "access.log").touch()
    (tmp_path / "access.log").chmod(0o644)
    opened(tmp_path).write("sign-out", user="wang")
    assert stat.S_IMODE((tmp_path / "access.log").stat().st_mode) == 0o600


def test_a_failed_write_raises_is_told_once_and_so_is_its_end(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "access.log").mkdir()
    log = AccessLog(tmp_path, Clock(), told.append)
    for work in (lambda: log.write("sign-in", user="wang"), lambda: log.check("wang")):
        with pytest.raises(AccessLogError):
            work()
    assert len(told) == 1
    assert "access.log can't be written" in told[0]
    (tmp_path / "access.log").rmdir()
    log.write("sign-in", user="li")
    assert "written again" in told[1]
    assert [line["user"] for line in lines(tmp_path / "access.log")] == ["li"]


def test_of_a_full_disk_no_half_line_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    log = AccessLog(tmp_path, Clock(), told.append)
    log.write("sign-in", user="wang")
    before = (tmp_path / "access.log").read_bytes()
    write = os.write

    def half(handle: int, content: bytes) -> int:
        if len(content) < 100:
            raise OSError(28, "No space left on device")
        return write(handle, content[:99])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(AccessLogError):
        log.write("sql", user="wang", sql="select 1" * 20)
    monkeypatch.undo()
    assert (tmp_path / "access.log").read_bytes() == before
    log.write("sql", user="wang", sql="select 2")
    assert problems(tmp_path) == []


def test_a_very_long_query_is_cut(tmp_path: Path) -> None:
    opened(tmp_path).write("sql", user="wang", sql="x" * 100_000)
    assert (tmp_path / "access.log").stat().st_size < 10_000


# ---- kept by time ----


def test_each_day_has_a_file_and_the_chain_goes_on(tmp_path: Path) -> None:
    clock = Clock()
    log = opened(tmp_path, clock)
    for _day in range(5):
        log.write("page", user="wang")
        log.write("page", user="li")
        clock.seconds += DAY
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 5
    assert names[0] == "access.log"
    assert all(len(name) == len("access.log.2027-01-15") for name in names[1:])
    assert [line["seq"] for line in all_lines(tmp_path)] == list(range(1, 11))
    assert verify_access_log(tmp_path) == LogVerification(10, 1)


def test_no_number_of_lines_pushes_others_out(tmp_path: Path) -> None:
    """As the queries of one reader did, who sent 27,500 long ones."""
    clock = Clock()
    log = opened(tmp_path, clock, user_megabytes=1)
    log.write("sign-in", user="wang")
    refused = 0
    for _n in range(3_000):
        try:
            log.write("sql", user="slj", sql="\x01" * 1_300)
        except LogQuotaExceeded:
            refused += 1
    assert refused > 2_000
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 1_200_000
    assert [line["user"] for line in all_lines(tmp_path)].count("wang") == 1
    log.write("sql", user="wang", sql="select 1")


def test_what_is_over_its_time_is_removed_and_a_line_says_so(tmp_path: Path) -> None:
    clock = Clock()
    log = opened(tmp_path, clock, keep_days=10)
    for _day in range(30):
        log.write("page", user="wang")
        clock.seconds += DAY
    found = verify_access_log(tmp_path)
    assert found.problems == []
    assert len(log_files(tmp_path)) == 11
    assert found.removed == found.first - 1 > 15
    assert found.lines == len(all_lines(tmp_path))
    removed = [line for line in all_lines(tmp_path) if line["event"] == "removed"]
    assert removed[-1]["up_to"] == found.removed


def test_lines_that_somebody_else_removed_are_missed(tmp_path: Path) -> None:
    clock = Clock()
    log = opened(tmp_path, clock, keep_days=10)
    for _day in range(30):
        log.write("page", user="wang")
        clock.seconds += DAY
    log_files(tmp_path)[0].unlink()
    assert len(problems(tmp_path)) == 1
    assert "no line says what became" in problems(tmp_path)[0]


def test_a_clock_that_jumps_removes_nothing(tmp_path: Path) -> None:
    clock = Clock()
    log = opened(tmp_path, clock, keep_days=10)
    for jump in (DAY, 4_000 * DAY, -4_000 * DAY, DAY):
        log.write("page", user="wang")
        clock.seconds += jump
    log.write("page", user="wang")
    assert len(all_lines(tmp_path)) == 5
    assert problems(tmp_path) == []


def test_a_log_of_before_is_kept_beside_the_chain(tmp_path: Path) -> None:
    old = '{"time": "2026-12-01T10:00:00+08:00", "event": "sign-in", "user": "wang"}\n'
    (tmp_path / "access.log.1").write_text(old * 3, encoding="utf-8")
    (tmp_path / "access.log").write_text(old * 2, encoding="utf-8")
    log = opened(tmp_path)
    log.write("page", user="wang")
    log.write("page", user="wang")
    assert (tmp_path / "access.log.2026-12-01").read_text(encoding="utf-8") == old * 2
    found = verify_access_log(tmp_path)
    assert (found.problems, found.lines, found.unchained) == ([], 2, 5)


# ---- the chain ----


def written(folder: Path, count: int = 20) -> list[HeldHead]:
    """Write lines over some days; what a checkpoint in the middle and one at the end would say."""
    clock = Clock()
    log = opened(folder, clock)
    held = []
    for number in range(1, count + 1):
        log.write("sql", user="wang", sql=f"select {number}")
        clock.seconds += DAY // 4
        if number in (count // 2, count):
            head = log._chain.head()
            held.append(HeldHead(head.seq, head.digest, "2027-01-20"))
    return held


def edit(folder: Path, change: Callable[[list[bytes]], object]) -> None:
    """Change the lines of the second file."""
    path = log_files(folder)[1]
    content = path.read_bytes().split(b"\n")[:-1]
    change(content)
    path.write_bytes(b"".join(line + b"\n" for line in content))


TAMPERED: dict[str, Callable[[list[bytes]], object]] = {
    "a word is another": lambda lines: lines.__setitem__(1, lines[1].replace(b"wang", b"li")),
    "one bit": lambda lines: lines.__setitem__(1, lines[1].replace(b"w", b"v")),
    "a line is taken out": lambda lines: lines.pop(1),
    "the first is taken out": lambda lines: lines.pop(0),
    "the last is taken out": lambda lines: lines.pop(),
    "a line is put in": lambda lines: lines.insert(1, lines[0].replace(b"select", b"SELECT")),
    "a line twice": lambda lines: lines.insert(1, lines[0]),
    "two change places": lambda lines: lines.insert(0, lines.pop(1)),
    "no line any more": lambda lines: lines.__setitem__(1, b"nothing"),
    "a space": lambda lines: lines.__setitem__(1, lines[1] + b" "),
    "all are taken out": lambda lines: lines.clear(),
}


@pytest.mark.parametrize("way", TAMPERED)
def test_a_changed_log_is_found(tmp_path: Path, way: str) -> None:
    written(tmp_path)
    assert problems(tmp_path) == []
    edit(tmp_path, TAMPERED[way])
    assert problems(tmp_path)


def test_a_file_taken_away_is_found(tmp_path: Path) -> None:
    written(tmp_path)
    log_files(tmp_path)[1].unlink()
    assert problems(tmp_path)


def test_a_log_that_is_cut_at_its_end_is_found_with_a_checkpoint(tmp_path: Path) -> None:
    held = written(tmp_path)
    assert problems(tmp_path, *held) == []
    path = log_files(tmp_path)[-1]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert problems(tmp_path) == []
    assert len(problems(tmp_path, *held)) == 1
    for other in log_files(tmp_path):
        other.unlink()
    assert len(problems(tmp_path, *held)) == 2


def test_a_log_that_is_written_anew_is_found_with_a_checkpoint(tmp_path: Path) -> None:
    held = written(tmp_path)
    for path in log_files(tmp_path):
        path.unlink()
    clock = Clock()
    log = opened(tmp_path, clock)
    for number in range(20):
        log.write("sql", user="li", sql=f"select {number}")
    assert problems(tmp_path) == []
    assert len(problems(tmp_path, *held)) == 2


def test_a_line_that_was_torn_does_not_end_the_log(tmp_path: Path) -> None:
    opened(tmp_path).write("page", user="wang")
    with (tmp_path / "access.log").open("ab") as stream:
        stream.write(b'{"seq": 2, "time": "2027-01-15T')  # the machine went down
    log = opened(tmp_path)
    log.write("page", user="li")
    log.write("page", user="li")
    content = (tmp_path / "access.log").read_bytes().splitlines()
    assert [json.loads(content[n])["seq"] for n in (0, 2, 3)] == [1, 3, 4]
    assert problems(tmp_path) == []
    assert problems(tmp_path, HeldHead(4, "0" * 64, "2027-01-15"))


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    logs = [opened(tmp_path) for _n in range(4)]

    def work(log: AccessLog) -> None:
        for _n in range(25):
            log.write("page", user="wang")

    threads = [threading.Thread(target=work, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify_access_log(tmp_path) == LogVerification(100, 1)


# ---- strangers, syslog ----


def test_strangers_fill_no_disk_and_are_counted(tmp_path: Path) -> None:
    clock = Clock()
    log = opened(tmp_path, clock)
    for number in range(5_000):
        log.write("sign-in-refused", user="(unknown)", address=f"10.0.{number % 90}.1", status=401)
    assert len(all_lines(tmp_path)) == 2_000
    clock.seconds += 3_600
    log.write("sign-in-refused", user="wang", address="10.0.0.1", status=401)
    assert all_lines(tmp_path)[-1]["left_out"] == 3_000
    for _n in range(100):
        log.write("sign-in-refused", user="wang", address="10.0.0.9", status=401)
    assert len(all_lines(tmp_path)) == 2_061
    log.write("sign-in", user="wang", address="10.0.0.9")


def test_lines_go_to_a_syslog_too(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        port = receiver.getsockname()[1]
        log = opened(tmp_path, syslog=f"127.0.0.1:{port}")
        log.write("sql", user="王", sql="select 1")
        received = receiver.recv(65_536)
        log.close()
    line = (tmp_path / "access.log").read_text(encoding="utf-8").rstrip("\n")
    assert received.decode() == f"<86>registry-internal: {line}"


@pytest.mark.skipif(os.name != "posix", reason="sockets with a path")
def test_a_syslog_that_fails_is_told_once_and_stops_nobody(tmp_path: Path) -> None:
    told: list[str] = []
    config = AccessLogConfig(syslog="/no/such/socket")
    log = AccessLog(tmp_path, Clock(), told.append, config)
    for _n in range(3):
        log.write("page", user="wang")
    assert len(told) == 1
    assert "/no/such/socket" in told[0]
    assert len(all_lines(tmp_path)) == 3


@pytest.mark.parametrize("syslog", ["log", "host", "host:", "a b:514", ":514x"])
def test_what_is_no_syslog_is_refused(syslog: str) -> None:
    with pytest.raises(ValueError, match="syslog"):
        checked(AccessLogConfig, {"syslog": syslog})
