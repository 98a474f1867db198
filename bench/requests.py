"""(e) Requests a second, by wrk: the catalogue against stock Datasette, on the same file.

One process each, the same connections, the same pages: a table with its facets, and one row. The
rounds alternate, and the ratio of each round counts, so that a machine that slows down slows all.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.measure import Line
from bench.sites import METADATA, Server, behind_nginx, serving

__all__ = ["METADATA", "MISSING", "Load", "find_wrk", "requests"]

PAGES: Final = {
    "items page": ("catalogue/items", "catalogue/items"),
    "item page": ("item/1-07", "catalogue/items/1-07"),
}
"""Name → the catalogue's address, and the one that stock Datasette has for the same."""

MISSING: Final = (
    "(e) is left out: it takes wrk, which is not installed (Debian, Ubuntu: apt-get install wrk)"
)
_CONNECTIONS: Final = 8
_LANGUAGE: Final = "zh-CN,zh;q=0.9"
_RATE: Final = re.compile(r"^Requests/sec:\s+([\d.]+)", re.MULTILINE)
_WRONG: Final = re.compile(r"^\s*(?:Non-2xx or 3xx responses|Socket errors): .*", re.MULTILINE)


@dataclass(frozen=True)
class Load:
    """How a round is run."""

    wrk: str
    seconds: int
    rounds: int

    def rate(self, address: str) -> float:
        """Requests a second; ends the benchmark where one of them was not answered well."""
        length = f"-d{self.seconds}s"
        asked = ("-H", f"Accept-Language: {_LANGUAGE}", address)
        run = subprocess.run(
            [self.wrk, "-t1", f"-c{_CONNECTIONS}", length, *asked],
            capture_output=True,
            text=True,
            check=True,
        )
        rate, wrong = _RATE.search(run.stdout), _WRONG.search(run.stdout)
        if rate is None or wrong is not None:
            sys.exit(f"wrk at {address}:\n{run.stdout}")
        return float(rate[1])


def find_wrk() -> str | None:
    """Where wrk is, if it is installed."""
    return shutil.which("wrk")


def requests(file: Path, pages: Path, work: Path, load: Load) -> list[Line]:
    """Both pages, from the cache and rendered anew, against stock; figures go to stderr. `pages`:
    the folder of the pages that are files."""
    with ExitStack() as stack:
        servers = {
            how: stack.enter_context(serving(how, file)) for how in ("kept", "rendered", "stock")
        }
        before = stack.enter_context(behind_nginx(servers["kept"], work / "nginx"))
        if before is None:
            print("(e) nginx is not installed: no figures behind its cache", file=sys.stderr)
        else:
            servers["nginx"] = before
            files = stack.enter_context(
                behind_nginx(servers["kept"], work / "nginx-files", pages / "current")
            )
            assert files is not None
            servers["files"] = files
        lines = []
        for page in PAGES:
            # Of a table there is no file.
            is_file = not PAGES[page][0].startswith("catalogue/")
            asked = {how: one for how, one in servers.items() if how != "files" or is_file}
            rates = _measure(asked, page, load)
            told = ", ".join(f"{how} {statistics.median(r):,.0f}" for how, r in rates.items())
            print(f"(e) {page}, requests a second: {told}", file=sys.stderr)
            for how, name in (("kept", "as served"), ("rendered", "rendered anew")):
                memory = (servers[how].megabytes, servers["stock"].megabytes)
                ratio = quotient(rates[how], rates["stock"])
                target = "≥ 1" if how == "kept" else "none"
                lines.append(Line(f"(e) {page}, {name}", "stock Datasette", ratio, target, memory))
        return lines


def quotient(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios of two rates, round by round."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def _measure(servers: dict[str, Server], page: str, load: Load) -> dict[str, list[float]]:
    """Server → its rates, round by round."""
    addresses = {
        how: server.address + PAGES[page][how == "stock"] for how, server in servers.items()
    }
    for address in addresses.values():  # once, to warm up, and to see that it is there
        asked = urllib.request.Request(address, headers={"Accept-Language": _LANGUAGE})
        with urllib.request.urlopen(asked) as answer:
            answer.read()
    rates: dict[str, list[float]] = {how: [] for how in servers}
    for _round in range(load.rounds):
        for how, address in addresses.items():
            rates[how].append(load.rate(address))
    return rates
