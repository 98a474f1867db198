"""Wheels of the registry and of all that it needs, for this machine or for another kind.

Only the standard library is used, and pip, whose own reader of requirements is borrowed.
"""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
NAME: Final = "delegated-authority-registry"
EXTRAS: Final = "pdf"
NO_NETWORK: Final = 3
"""The exit code where something can't be fetched for want of a network."""

_UNREACHABLE: Final = re.compile(
    r"NewConnectionError|NameResolutionError|Max retries|Failed to establish|Network is unreachable"
)
_GLIBC_TAG: Final = re.compile(r"manylinux_(\d+)_(\d+)_")
_OLD_GLIBC: Final = {"manylinux1_": (2, 5), "manylinux2010_": (2, 12), "manylinux2014_": (2, 17)}


class Failure(Exception):
    """Why there is no bundle; `code` is the exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Machine:
    """The kind of machine that a bundle is for.

    `system` and `machine` as `uname` says them, `python` its first two numbers, `tags` the
    platforms whose wheels run there, the best first; without tags it is the machine we are on.
    """

    system: str
    machine: str
    python: str
    tags: tuple[str, ...] = ()

    def markers(self) -> dict[str, str]:
        """What the conditions of requirements (PEP 508) ask about such a machine."""
        windows = self.system == "Windows"
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "nt" if windows else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system,
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "win32" if windows else self.system.lower(),
        }


def this_machine() -> Machine:
    """The machine, and the Python, that we run on."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Machine(platform.system(), platform.machine(), python)


def windows(python: str) -> Machine:
    """Windows on a 64-bit Intel or AMD processor."""
    return Machine("Windows", "AMD64", python, ("win_amd64",))


def linux(glibc: str, machine: str, python: str) -> Machine:
    """Linux with this C library (`2.17`) or a newer one. Raises Failure where that says nothing."""
    if not re.fullmatch(r"2\.\d+", glibc) or not re.fullmatch(r"3\.\d+", python):
        raise Failure(f"no versions of glibc and Python: {glibc}, {python}")
    minor = int(glibc.split(".")[1])
    tags = []
    for level in range(minor, 4, -1):
        tags.append(f"manylinux_2_{level}_{machine}")
        tags += [f"{old}{machine}" for old, since in _OLD_GLIBC.items() if since == (2, level)]
    return Machine("Linux", machine, python, tuple(tags))


def glibc_needed(names: Iterable[str]) -> str:
    """The oldest C library on which all of these wheels run; empty where they ask for none."""
    needed = (0, 0)
    for name in names:
        tags = [(int(a), int(b)) for a, b in _GLIBC_TAG.findall(name)]
        tags += [level for tag, level in _OLD_GLIBC.items() if tag in name]
        if tags:
            needed = max(needed, min(tags))
    return "{}.{}".format(*needed) if needed > (0, 0) else ""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while part := stream.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def version() -> str:
    """The version of the registry, as the package states it."""
    text = (ROOT / "registry" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__\s*(?::[^=]+)?=\s*"([^"]+)"', text, re.MULTILINE)
    if not found:
        raise Failure("registry/__init__.py states no version")
    return found[1]


def pip(*words: str | Path) -> None:
    """Run pip of this Python, in whose configuration a mirror may be named. Raises Failure."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", *words, "--quiet", "--disable-pip-version-check"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = done.stderr or done.stdout
        raise Failure(said.strip(), NO_NETWORK if _UNREACHABLE.search(said) else 1)


def gather(wheels: Path, kept: Path | None, machine: Machine) -> None:
    """Put wheels of the registry and of all that it needs on `machine` into `wheels`.

    `kept` holds those of an earlier time: where they suffice nothing is fetched, else they are
    fetched into it. Every file that is fetched has one of the sums in requirements.lock. Raises
    Failure.
    """
    pip("wheel", "--no-deps", "--wheel-dir", wheels, ROOT)
    (registry,) = wheels.glob("*.whl")
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        try:
            _fetch(wheels, machine, ("--no-index", "--find-links", kept))
            return
        except Failure:
            pass
    _fetch(wheels, machine, ())
    if kept is not None:
        for path in wheels.glob("*.whl"):
            if path.name != registry.name:
                shutil.copyfile(path, kept / path.name)


def _fetch(wheels: Path, machine: Machine, options: tuple[str | Path, ...]) -> None:
    from bundle.lock import LOCK, read_lock, releases_for

    with tempfile.TemporaryDirectory() as folder:
        # pip reads conditions as of the machine that it runs on, and is given none.
        wanted = Path(folder, "requirements.txt")
        lines = [release.line() for release in releases_for(machine, read_lock())]
        wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
        held = ("--no-deps", "--require-hashes", "--requirement", wanted)
        if machine.tags:
            pip("download", *options, *for_machine(machine), *held, "--dest", wheels)
        else:
            pip("wheel", *options, *held, "--wheel-dir", wheels)
    missing = lacking(requirements_of(wheels), machine)
    if missing:
        raise Failure(f"{LOCK.name} lacks {', '.join(missing)}; run `make lock`")


def for_machine(machine: Machine) -> tuple[str, ...]:
    """pip's options for the wheels of another machine."""
    tags = [word for tag in machine.tags for word in ("--platform", tag)]
    python = ("--python-version", machine.python, "--implementation", "cp")
    return ("--only-binary=:all:", *python, *tags)


def requirements_of(wheels: Path) -> dict[str, list[str]]:
    """What each wheel of a folder says it needs, by its name in lower case and with `-`."""
    found = {}
    for path in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            (name,) = (n for n in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
            told = Parser().parsestr(wheel.read(name).decode("utf-8"), headersonly=True)
        found[plain(told["Name"])] = told.get_all("Requires-Dist") or []
    return found


def plain(name: str) -> str:
    """The normal form of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lacking(needs: Mapping[str, list[str]], machine: Machine) -> list[str]:
    """What the registry and its requirements need on `machine` and is not among `needs`."""
    from pip._vendor.packaging.requirements import Requirement

    missing: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    queue = [(NAME, ""), (NAME, EXTRAS)]
    while queue:
        name, extra = queue.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for text in needs[name]:
            wanted = Requirement(text)
            if wanted.marker and not wanted.marker.evaluate({**machine.markers(), "extra": extra}):
                continue
            if plain(wanted.name) in needs:
                queue += [(plain(wanted.name), asked) for asked in ("", *wanted.extras)]
            else:
                missing[plain(wanted.name)] = f"{wanted.name}{wanted.specifier}"
    return sorted(missing.values())


def needed_by(needs: Mapping[str, list[str]], machine: Machine) -> dict[str, list[str]]:
    """Name of each wheel → the names of those that it needs on `machine`, whatever the extra."""
    from pip._vendor.packaging.requirements import Requirement

    extras = [{**machine.markers(), "extra": extra} for extra in ("", EXTRAS)]
    found: dict[str, list[str]] = {}
    for name, texts in needs.items():
        wanted = [Requirement(text) for text in texts]
        found[name] = sorted(
            {
                plain(one.name)
                for one in wanted
                if plain(one.name) in needs
                and (not one.marker or any(one.marker.evaluate(asked) for asked in extras))
            }
        )
    return found
