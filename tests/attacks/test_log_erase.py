"""Floods by which somebody would push others' lines out of the access log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from registry.model.config import AccessLogConfig
from tests.attacks.checks import calm, refused
from tests.conftest import amount
from tests.internal.auth_client import PASSWORD, AuthClient, add, user
from tests.internal.site_client import visited
from tests.running import Run

pytestmark = pytest.mark.long

Runner = Callable[..., Run]


def sign_ins(front: AuthClient, name: str) -> int:
    """How many sign-ins of somebody the log tells."""
    return sum(line["event"] == "sign-in" and line["user"] == name for line in front.log)


def size(folder: Path) -> int:
    """How large the log is."""
    return sum(path.stat().st_size for path in folder.glob("access.log*"))


def test_strangers_who_fail(front: AuthClient) -> None:
    """Refused sign-ins with long and ever new names, from ever new addresses."""
    front.sign_in("li")
    assert sign_ins(front, "li") == 1
    began = size(front.folder)
    fields = {"password": "x" * 200, "next": "/" + "n" * 2_000}
    count = amount(150, 600, 10_000)
    for number in range(count):
        name = f"{number}" + "王\n\x00" * 300
        body = urlencode({"name": name, **fields}).encode()
        answer = front.ask(
            "POST",
            "/-/sign-in?" + "q" * 3_000,
            {
                "origin": "https://registry.test",
                "content-type": "application/x-www-form-urlencoded",
                "accept": "text/html",
                "user-agent": "u" * 5_000,
                "x-forwarded-for": "f" * 5_000,
            },
            body,
            (f"10.{number // 65536}.{number // 256 % 256}.{number % 256}", 4711),
        )
        assert answer.status < 500 or answer.status == 503
        assert not answer.cookie
    assert sign_ins(front, "li") == 1
    refusals = [line for line in front.log if line["event"] == "sign-in-refused"]
    assert len(refusals) <= 2_100
    assert size(front.folder) - began < 2_100 * 4_000
    front.clock.seconds += 3_700
    assert front.sign_in("li").cookie
    assert sign_ins(front, "li") == 2
    assert not any(PASSWORD in json.dumps(line) for line in front.log)


@pytest.mark.parametrize("way", ["restart", "sessions", "names", "pages"])
def test_an_allowance_that_is_used_up(way: str, tmp_path: Path) -> None:
    """No restart, new session, other writing of one's name or other page gives a new allowance."""
    add(tmp_path / "state", user(), user("li", None))
    front = AuthClient(tmp_path / "state", log_config=AccessLogConfig(user_megabytes=1))
    try:
        front.sign_in("li")
        cookie = front.sign_in("wang").cookie
        answered = refusals = 0
        for number in range(700):
            path = f"/catalogue/findings.json?_x={number}&y=" + "%01" * 1_200
            if way == "pages" and number % 2:
                path = f"/page/{number}/" + "z" * 3_000
            answer = front.get(path, cookie=cookie)
            assert answer.status in (200, 414, 429), answer.status
            answered += answer.status == 200
            refusals += answer.status == 429
            if answer.status == 429:
                assert b"secret of" not in answer.body
                if way == "restart":
                    front.restart()
                elif way == "sessions":
                    front.get("/-/sign-out", cookie=cookie)
                    front.post("/-/sign-out", {}, cookie=cookie)
                    cookie = front.sign_in("wang").cookie or cookie
                elif way == "names":
                    cookie = front.sign_in("ｗａｎｇ").cookie or cookie
            if refusals > 20:
                break
        assert answered > 50
        assert refusals > 20, (answered, refusals)
        mine = [line for line in front.log if line.get("user") == "wang"]
        assert sum(len(json.dumps(line, ensure_ascii=False)) for line in mine) < 2 * 1024 * 1024
        assert sign_ins(front, "li") == 1
        other = front.sign_in("li").cookie
        assert front.get("/catalogue/findings.json", cookie=other).status == 200
        assert sign_ins(front, "li") == 2
        front.clock.seconds += 86_400
        cookie = front.sign_in("wang").cookie
        assert front.get("/catalogue/findings.json", cookie=cookie).status == 200
        assert sign_ins(front, "li") == 2
    finally:
        front.middleware.close()


def test_years_of_days(tmp_path: Path) -> None:
    """Each day begins a file; only what is older than keep_days goes, and a line says how far."""
    add(tmp_path / "state", user(), user("li", None))
    front = AuthClient(tmp_path / "state", log_config=AccessLogConfig(keep_days=30))
    try:
        front.sign_in("li")
        day_of_li = front.clock.seconds
        for day in range(40):
            front.clock.seconds += 86_400
            cookie = front.sign_in("wang").cookie
            assert front.get(f"/catalogue/findings.json?_d={day}", cookie=cookie).status == 200
            if (front.clock.seconds - day_of_li) / 86_400 < 30:
                assert sign_ins(front, "li") == 1, day
        reads = [line["path"] + "?" + line.get("query", "") for line in front.log if "path" in line]
        kept = {one for one in reads if "_d=" in one}
        assert {f"_d={day}" for day in range(12, 40)} <= {one.rpartition("?")[2] for one in kept}
        numbers = [line["seq"] for line in front.log]
        assert numbers == sorted(numbers)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        front.clock.seconds -= 20 * 86_400  # a clock that is set back removes nothing
        front.restart()
        before = {path.name for path in front.folder.glob("access.log*")}
        assert front.sign_in("wang").cookie
        assert before <= {path.name for path in front.folder.glob("access.log*")}
    finally:
        front.middleware.close()


def test_a_clock_far_ahead(few: Path, run: Runner, tmp_path: Path) -> None:
    """Settings that would let the log go at once are refused, with their key."""
    (tmp_path / "registry.db").write_bytes(few.read_bytes())
    for text in (
        "keep_days = 0",
        "keep_days = -1",
        "user_megabytes = 0",
        "user_megabytes = -1",
        "keep_days = 0.5",
        "keep_day = 200",
    ):
        (tmp_path / "registry.toml").write_text(f"[access_log]\n{text}\n", encoding="utf-8")
        one = calm(run("audit", "--show-config"))
        refused(one, "registry.toml", text.split()[0])


def test_sql_that_fails_and_rows_that_are_long(
    office: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    """Failing statements, saved queries and forms fill the allowance as well; others read on."""
    config = AccessLogConfig(user_megabytes=1)
    with visited(office, tmp_path / "state", metadata, log_config=config) as site:
        assert site.get("/catalogue/findings.json?_size=1", "etdz").status == 200
        statuses: set[int] = set()
        for number in range(400):
            path = (
                f"/catalogue.json?sql=selekt+{number}+" + "%01" * 1_300,
                f"/catalogue/findings/{number}" + "%7e" * 1_000,
                f"/search?q={number}" + "%E5%8D%8F" * 400,
                f"/catalogue/nothing{number}?" + "a=1&" * 900,
            )[number % 4]
            answer = site.get(path, "slj")
            statuses.add(answer.status)
            assert answer.status < 500, (path[:60], answer.status)
        assert size(tmp_path / "state") < 3 * 1024 * 1024
        assert 429 in statuses
        assert site.get("/catalogue/findings.json?_size=1", "etdz").status == 200
        text = "".join(path.read_text("utf-8") for path in (tmp_path / "state").glob("access.log*"))
        assert text.count('"etdz"') >= 2
