"""Packs the registry with a Python of its own into a ZIP for Windows: `make windows`.

The ZIP is unpacked and `start.cmd` double-clicked: nothing is installed, and nobody has to be an
administrator. It is put together on any system, from the wheels for Windows and from Python's
“embeddable package”, which python.org offers and `--embed` names where it can't be fetched.
"""

from __future__ import annotations

import argparse
import re
import shutil
import struct
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Final

from bundle.make import carry_all, examine, files_of, filled, write_sums
from bundle.materials import MATERIALS, write_materials
from bundle.wheels import (
    NO_NETWORK,
    ROOT,
    Failure,
    for_machine,
    gather,
    pip,
    plain,
    sha256_of,
    version,
    windows,
)

FILES: Final = Path(__file__).resolve().parent / "windows_files"
PYTHON: Final = "3.12.10"
"""The last release of 3.12 that python.org offers for Windows."""

URL: Final = f"https://www.python.org/ftp/python/{PYTHON}/python-{PYTHON}-embed-amd64.zip"
TEXTS: Final = ("start.cmd", "registry.cmd", "start.py", "README.txt")
LONGEST: Final = 160
"""Windows takes 259 characters for a path: this many are ours, the rest is for the folder."""

_AMD64: Final = 0x8664
_NEEDED: Final = ("python.exe", "_sqlite3.pyd", "sqlite3.dll", "_socket.pyd", "_ssl.pyd")
_PTH: Final = re.compile(r"python3(\d+)\._pth")


def fetch_embeddable(folder: Path) -> Path:
    """Python's embeddable package from python.org. Raises Failure, which says what to do."""
    target = folder / URL.rpartition("/")[2]
    try:
        with urllib.request.urlopen(URL, timeout=60) as answer, target.open("wb") as stream:
            shutil.copyfileobj(answer, stream)
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise Failure(
            f"{URL} can't be fetched: {reason}\n"
            f"Fetch {target.name} where that address can be reached, compare its SHA-256 with the "
            f"one that python.org states, and name it: --embed {target.name}",
            NO_NETWORK,
        ) from error
    return target


def unpack_embeddable(archive: Path, target: Path) -> str:
    """Unpack it, and let it find our packages. Gives its version (`3.12`). Raises Failure."""
    try:
        with zipfile.ZipFile(archive) as packed:
            names = packed.namelist()
            found = [match for name in names if (match := _PTH.fullmatch(name))]
            missing = [name for name in _NEEDED if name not in names]
            if len(found) != 1 or missing:
                lack = ", ".join(missing) or "python3…._pth"
                raise Failure(
                    f"{archive} is not Python's embeddable package for Windows: no {lack}"
                )
            if _processor(packed.read("python.exe")) != _AMD64:
                raise Failure(f"{archive} is not for 64-bit Intel and AMD processors (amd64)")
            packed.extractall(target)  # which leaves out `..` and drives by itself
    except (OSError, zipfile.BadZipFile) as error:
        raise Failure(f"{archive} can't be read: {error}") from error
    if int(found[0][1]) < 10:
        raise Failure(f"{archive} has Python 3.{found[0][1]}; 3.10 or later is needed")
    path = target / found[0][0]
    # Nothing but these is searched, whatever PYTHONPATH or another Python of the machine say.
    lines = [f"python3{found[0][1]}.zip", ".", "../lib"]
    path.write_text("\n".join(lines) + "\n", encoding="ascii", newline="\r\n")
    return f"3.{found[0][1]}"


def _processor(program: bytes) -> int:
    """The processor that a Windows program says it is for; 0 where it is no program."""
    if program[:2] != b"MZ" or len(program) < 64:
        return 0
    (header,) = struct.unpack_from("<I", program, 60)
    if program[header : header + 4] != b"PE\0\0":
        return 0
    (processor,) = struct.unpack_from("<H", program, header + 4)
    return int(processor)


def install(wheels: Path, target: Path, python: str) -> None:
    """Install the wheels into a folder, as on the machine they are for. Raises Failure."""
    names = [path.name.split("-")[:2] for path in sorted(wheels.glob("*.whl"))]
    wanted = [f"{name}=={number}" for name, number in names if plain(name) != "pip"]
    options = ("--no-index", "--find-links", wheels, "--no-deps", "--no-compile")
    pip("install", *options, *for_machine(windows(python)), "--target", target, *wanted)
    shutil.rmtree(target / "bin", ignore_errors=True)  # programs of the machine that we run on


def write_texts(folder: Path, python: str) -> None:
    """Write what people open, as Windows wants it: lines that end with CR LF."""
    words = {"VERSION": version(), "PYTHON": python}
    for name in TEXTS:
        text = filled(FILES / name, words)
        # With a mark, by which Notepad of an older Windows knows UTF-8. cmd would stumble over it.
        encoding = "utf-8-sig" if name.endswith(".txt") else "utf-8"
        (folder / name).write_text(text, encoding=encoding, newline="\r\n")


def pack(folder: Path, target: Path) -> None:
    """Write the ZIP; the same files give the same bytes. Raises Failure for too long a path."""
    beside = target.with_name(f"{target.name}.writing")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, path in files_of(folder):
                if len(f"{folder.name}/{name}") > LONGEST:
                    raise Failure(f"{name} is too long a path for Windows")
                entry = zipfile.ZipInfo(f"{folder.name}/{name}")
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def make(target: Path, embed: Path | None, kept: Path | None, site: Path | None) -> Path:
    """The ZIP, in the folder `target`. Raises Failure."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, f"registry-{version()}-windows")
        wheels = Path(work, "wheels")
        wheels.mkdir()
        archive = embed or fetch_embeddable(Path(work))
        digest = sha256_of(archive) if archive.is_file() else ""
        python = unpack_embeddable(archive, folder / "python")
        print(f"{archive.name}: Python {python}, SHA-256 {digest}", file=sys.stderr)
        gather(wheels, kept, windows(python))
        install(wheels, folder / "lib", python)
        write_materials(
            wheels, windows(python), folder / MATERIALS, embedded=(archive.name, digest)
        )
        carry_all(folder, site)
        write_texts(folder, python)
        examine(folder, others=("lib/", "python/"))
        write_sums(folder)
        path = target / f"{folder.name}.zip"
        pack(folder, path)
        return path


def main() -> int:
    """Make the ZIP and print where it is."""
    asked = argparse.ArgumentParser(prog="make windows", description=__doc__)
    asked.add_argument("--to", type=Path, default=ROOT / "dist", help="the folder for the ZIP")
    asked.add_argument("--embed", type=Path, help="Python's embeddable package, fetched elsewhere")
    asked.add_argument("--wheels", type=Path, help="a folder that keeps wheels for another time")
    asked.add_argument("--site", type=Path, help="the folder of the built docs")
    given = asked.parse_args()
    try:
        path = make(given.to, given.embed, given.wheels, given.site)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.code
    print(f"{path}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
