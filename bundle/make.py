"""Packs everything that a machine without internet needs into one archive: `make bundle`.

Run it with the Python that the other machine has. Only the standard library is used, so that no
environment needs to be made first.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
NAME: Final = "delegated-authority-registry"
EXTRAS: Final = "pdf"
CARRIED: Final = (
    *("data", "datasette-metadata.yml", "deploy", "docs"),
    *("CHANGELOG.md", "LICENSE", "README.md", "README.zh-CN.md"),
)
NO_NETWORK: Final = 3
"""The exit code where the wheels can't be had for want of a network."""

_SUMS: Final = "SHA256SUMS"
_EARLIEST: Final = 315532800  # 1980-01-01, with which archives begin to count
_UNREACHABLE: Final = re.compile(
    r"NewConnectionError|NameResolutionError|Max retries|Failed to establish|Network is unreachable"
)
_NEEDS_GLIBC: Final = re.compile(r"manylinux_(\d+)_(\d+)_")
_OLD_GLIBC: Final = {"manylinux1_": (2, 5), "manylinux2010_": (2, 12), "manylinux2014_": (2, 17)}


class Failure(Exception):
    """Why there is no bundle; `code` is the exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


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


def gather(wheels: Path, kept: Path | None) -> None:
    """Put wheels of the registry and of all that it needs into `wheels`.

    `kept` holds those of an earlier time: where they suffice nothing is fetched, else they are
    fetched into it. Raises Failure.
    """
    pip("wheel", "--no-deps", "--wheel-dir", wheels, str(ROOT))
    (registry,) = wheels.glob("*.whl")
    # pip is among the wheels: it installs them where Python has none.
    wanted = [f"{registry}[{EXTRAS}]", "pip"]
    if kept is None:
        pip("wheel", "--wheel-dir", wheels, *wanted)
        return
    kept.mkdir(parents=True, exist_ok=True)
    known = ("--no-index", "--find-links", kept)
    try:
        pip("wheel", *known, "--wheel-dir", wheels, *wanted)
    except Failure:
        pip("wheel", "--wheel-dir", wheels, *wanted)
        for path in wheels.glob("*.whl"):
            if path.name != registry.name:
                shutil.copyfile(path, kept / path.name)


def carry(source: Path, target: Path) -> None:
    """Copy what is for readers and for the program; nothing that a machine left behind."""
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return
    for path in sorted(source.iterdir()):
        hidden = path.name.startswith((".", "__")) or path.suffix in (".py", ".pyc")
        if not hidden and ".db" not in path.suffixes:
            carry(path, target / path.name)


def glibc_needed(names: Sequence[str]) -> str:
    """The oldest C library on which all of these wheels run; empty where they ask for none."""
    needed = (0, 0)
    for name in names:
        tags = [(int(a), int(b)) for a, b in _NEEDS_GLIBC.findall(name)]
        tags += [level for tag, level in _OLD_GLIBC.items() if tag in name]
        if tags:
            needed = max(needed, min(tags))
    return "{}.{}".format(*needed) if needed > (0, 0) else ""


def fill(folder: Path) -> None:
    """Write README.txt and install.sh, which say for which machine the bundle is."""
    names = [path.name for path in (folder / "wheels").iterdir()]
    glibc = glibc_needed(names)
    words = {
        "VERSION": version(),
        "PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
        "SYSTEM": platform.system(),
        "MACHINE": platform.machine(),
        "REQUIREMENT": f"{NAME}[{EXTRAS}]=={version()}",
        "LIBRARY_EN": f", glibc {glibc} or newer" if glibc else "",
        "LIBRARY_ZH": f"，glibc {glibc} 或更新版本" if glibc else "",
    }
    for name in ("README.txt", "install.sh"):
        text = (HERE / name).read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(f"@{word}@", value)
        left = re.search(r"@[A-Z_]+@", text)
        if left:
            raise Failure(f"bundle/{name}: nothing is known of {left[0]}")
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file, by the name that it has in the bundle, in one order on every machine."""
    found = [(p.relative_to(folder).as_posix(), p) for p in folder.rglob("*") if p.is_file()]
    yield from sorted(found)


def examine(folder: Path) -> None:
    """Refuse what tells of the machine on which the bundle was made. Raises Failure."""
    telling = [str(ROOT).encode(), str(folder).encode(), str(Path.home() / "x")[:-1].encode()]
    for name, path in files_of(folder):
        if path.suffix != ".whl":
            contents = {name: path.read_bytes()}
        else:
            with zipfile.ZipFile(path) as wheel:
                if any(inner.endswith("direct_url.json") for inner in wheel.namelist()):
                    raise Failure(f"{name} names the place that it was taken from")
                ours = path.name.startswith(NAME.replace("-", "_"))
                contents = {i: wheel.read(i) for i in wheel.namelist()} if ours else {}
        for inner, content in contents.items():
            if any(word in content for word in telling):
                raise Failure(f"{name}: {inner} holds a path of this machine")


def sign(folder: Path) -> None:
    """Write the sum of every file, as sha256sum reads it."""
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {n}" for n, p in files_of(folder)]
    (folder / _SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def pack(folder: Path, target: Path, made_at: int) -> None:
    """Write the archive beside `target`, and move it there: the same files give the same bytes."""
    beside = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        with (
            beside.open("wb") as stream,
            gzip.GzipFile("", "wb", fileobj=stream, mtime=made_at) as squeezed,
            tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for name, path in files_of(folder):
                content = path.read_bytes()
                entry = tarfile.TarInfo(f"{folder.name}/{name}")
                entry.size, entry.mtime = len(content), made_at
                entry.mode = 0o755 if path.suffix == ".sh" else 0o644
                archive.addfile(entry, io.BytesIO(content))
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def make(target: Path, kept: Path | None) -> Path:
    """The bundle, in the folder `target`. Raises Failure."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, f"registry-{version()}-bundle")
        (folder / "wheels").mkdir(parents=True)
        gather(folder / "wheels", kept)
        for name in CARRIED:
            if (ROOT / name).exists():
                carry(ROOT / name, folder / name)
        fill(folder)
        examine(folder)
        sign(folder)
        path = target / f"{folder.name}.tar.gz"
        pack(folder, path, int(os.environ.get("SOURCE_DATE_EPOCH", _EARLIEST)))
        return path


def main() -> int:
    """Make the bundle and print where it is."""
    asked = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    asked.add_argument("--to", type=Path, default=ROOT / "dist", help="the folder for the bundle")
    asked.add_argument("--wheels", type=Path, help="a folder that keeps wheels for another time")
    given = asked.parse_args()
    try:
        path = make(given.to, given.wheels)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.code
    print(f"{path}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
