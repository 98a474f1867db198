"""The releases that bundles carry, each with the sums of its files: requirements.lock.

`make lock` writes it anew from pyproject.toml, for every system and Python at once. pip takes a
file only if its sum is among those, whatever the index offers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bundle.wheels import Failure, Machine, plain

LOCK: Final = Path(__file__).with_name("requirements.lock")

_ENTRY: Final = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<when>.+))?"
)
_SUM: Final = re.compile(r"--hash=(sha256:[0-9a-f]{64})")


@dataclass(frozen=True)
class Release:
    """A release of a package. `sums`: of its files, `sha256:…`; `when`: the condition (PEP 508)
    under which it is needed."""

    name: str
    version: str
    sums: tuple[str, ...]
    when: str = ""

    def line(self) -> str:
        """The line of a requirements file that pip holds files to."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash={s}" for s in self.sums)])


def read_lock(path: Path = LOCK) -> list[Release]:
    """Every release of the lock. Raises Failure for what is none, or has no sum."""
    releases = []
    for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        text = line.partition(" --hash")[0].strip()
        if not text or text.startswith("#"):
            continue
        entry = _ENTRY.fullmatch(text)
        sums = tuple(_SUM.findall(line))
        if not entry or not sums:
            raise Failure(f"{path.name}: no release with its sums: {text}; run `make lock`")
        releases.append(Release(plain(entry["name"]), entry["version"], sums, entry["when"] or ""))
    return releases


def releases_for(machine: Machine, releases: Iterable[Release]) -> list[Release]:
    """Those that are needed on such a machine."""
    from pip._vendor.packaging.markers import Marker

    return [r for r in releases if not r.when or Marker(r.when).evaluate(machine.markers())]
