"""The access log."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.internal.access_log import AccessLog, json_line
from registry.internal.audience import OFFICE, Audience
from tests.internal.auth_client import START, Clock


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_who_when_and_what(tmp_path: Path) -> None:
    log = AccessLog(tmp_path, Clock(), pytest.fail)
    log.write(
        "sql",
        user="王",
        audience=Audience("zone", "etdz"),
        address="10.0.0.7",
        path="/catalogue.json",
        sql="select 1",
        rows=0,
        status=200,
    )
    log.write("sign-in", user="li", audience=OFFICE)
    log.close()
    first, second = lines(tmp_path / "access.log")
    moment = datetime.fromisoformat(first.pop("time"))
    assert moment.timestamp() == START
    assert moment.tzinfo is not None
    assert first == {
        "event": "sql",
        "user": "王",
        "role": "viewer",
        "body": "zone:etdz",
        "address": "10.0.0.7",
        "path": "/catalogue.json",
        "sql": "select 1",
        "rows": 0,
        "status": 200,
    }
    assert second == {"time": second["time"], "event": "sign-in", "user": "li", "role": "office"}
    assert "王" in (tmp_path / "access.log").read_text(encoding="utf-8")


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_one_line(text: str) -> None:
    line = json_line({"sql": text})
    assert line.isprintable()
    assert json.loads(line) == {"sql": text}


def test_breaks_and_bells_are_no_lines_of_their_own(tmp_path: Path) -> None:
    log = AccessLog(tmp_path, Clock(), pytest.fail)
    sql = 'select 1\r\n{"event": "forged"}\u2028\u0085\x1b[31m\x07\u202e\ud800'
    log.write("sql", user="wang", sql=sql)
    log.close()
    content = (tmp_path / "access.log").read_bytes()
    assert content.count(b"\n") == 1
    assert not set(content) & {*range(10), *range(11, 32), 127}
    assert lines(tmp_path / "access.log")[0]["sql"] == sql


def test_it_is_put_aside_when_it_grows(tmp_path: Path) -> None:
    log = AccessLog(tmp_path, Clock(), pytest.fail, max_bytes=2_000, kept_files=3)
    for number in range(200):
        log.write("sql", user="wang", sql=f"select {number}")
    log.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["access.log", "access.log.1", "access.log.2", "access.log.3"]
    for path in tmp_path.iterdir():
        assert path.stat().st_size <= 2_000
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lines(tmp_path / "access.log")[-1]["sql"] == "select 199"


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_log_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "access.log").touch()
    (tmp_path / "access.log").chmod(0o644)
    log = AccessLog(tmp_path, Clock(), pytest.fail)
    log.write("sign-out", user="wang")
    log.close()
    assert stat.S_IMODE((tmp_path / "access.log").stat().st_mode) == 0o600


def test_a_failed_write_is_told_once_and_so_is_its_end(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "access.log").mkdir()
    log = AccessLog(tmp_path, Clock(), told.append)
    log.write("sign-in", user="wang")
    log.write("sign-in", user="wang")
    assert len(told) == 1
    assert "access.log can't be written" in told[0]
    (tmp_path / "access.log").rmdir()
    log.write("sign-in", user="li")
    log.close()
    assert "written again" in told[1]
    assert [line["user"] for line in lines(tmp_path / "access.log")] == ["li"]


def test_a_very_long_query_is_cut(tmp_path: Path) -> None:
    log = AccessLog(tmp_path, Clock(), pytest.fail)
    log.write("sql", user="wang", sql="x" * 100_000)
    log.close()
    assert (tmp_path / "access.log").stat().st_size < 10_000
