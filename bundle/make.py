"""Packs everything that a machine without internet needs into one archive: `make bundle`.

Run it with the Python that the other machine has, or name an older Linux with `--glibc`. Only the
standard library is used, so that no environment needs to be made first.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import re
import shutil
import sys
import tarfile
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bundle.materials import MATERIALS, write_materials
from bundle.wheels import (
    NAME,
    ROOT,
    Failure,
    Machine,
    gather,
    glibc_needed,
    linux,
    sha256_of,
    this_machine,
    version,
)

HERE: Final = Path(__file__).resolve().parent
CARRIED: Final = (
    *("data", "datasette-metadata.yml", "deploy", "docs"),
    *("CHANGELOG.md", "LICENSE", "README.md", "README.zh-CN.md", "SECURITY.md"),
)
SITE: Final = "docs-site"
"""Where the built docs are in a bundle."""

REQUIREMENTS: Final = "requirements.txt"
"""The wheels of a bundle by their sums, as install.sh hands them to pip."""

SUMS: Final = "SHA256SUMS"
_EARLIEST: Final = 315532800  # 1980-01-01, with which archives begin to count


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


def carry_all(folder: Path, site: Path | None) -> None:
    """Copy data, docs and whatever else comes along. Raises Failure where `site` is no site."""
    for name in CARRIED:
        if (ROOT / name).exists():
            carry(ROOT / name, folder / name)
    if site is not None:
        if not (site / "index.html").exists():
            raise Failure(f"{site}: no docs are built there; run `make docs-site`")
        carry(site, folder / SITE)


def fill(folder: Path, machine: Machine) -> None:
    """Write README.txt and install.sh, which say for which machine the bundle is."""
    names = [path.name for path in (folder / "wheels").iterdir()]
    glibc = glibc_needed(names)
    site = (folder / SITE / "index.html").exists()
    words = {
        "VERSION": version(),
        "PYTHON": machine.python,
        "SYSTEM": machine.system,
        "MACHINE": machine.machine,
        "REQUIREMENTS": REQUIREMENTS,
        "LIBRARY_EN": f", glibc {glibc} or newer" if glibc else "",
        "LIBRARY_ZH": f"，glibc {glibc} 或更新版本" if glibc else "",
        "DOCS": f"{SITE}/index.html" if site else "docs/index.md",
    }
    for name in ("README.txt", "install.sh"):
        text = filled(HERE / name, words)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def filled(template: Path, words: Mapping[str, str]) -> str:
    """A text with each @WORD@ said. Raises Failure where one is unknown."""
    text = template.read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    left = re.search(r"@[A-Z_]+@", text)
    if left:
        raise Failure(f"bundle/{template.name}: nothing is known of {left[0]}")
    return text


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file, by the name that it has in the bundle, in one order on every machine."""
    found = [(p.relative_to(folder).as_posix(), p) for p in folder.rglob("*") if p.is_file()]
    yield from sorted(found)


def write_requirements(wheels: Path, target: Path) -> None:
    """Write which wheels are to be installed, each with its sum. pip itself is not among them."""
    lines = []
    for path in sorted(wheels.glob("*.whl")):
        name, number = path.name.split("-")[:2]
        if name != "pip":
            digest = sha256_of(path)
            lines.append(f"{name}=={number} --hash=sha256:{digest}\n")
    target.write_text("".join(lines), encoding="utf-8", newline="\n")


def examine(folder: Path, others: tuple[str, ...] = ()) -> None:
    """Refuse what tells of the machine on which the bundle was made. Raises Failure.

    Below `others` is what others wrote, put in as it is: only what pip adds is looked for.
    """
    telling = [str(ROOT).encode(), str(folder).encode(), str(Path.home() / "x")[:-1].encode()]
    for name, path in files_of(folder):
        if name.startswith(others):
            if path.name == "direct_url.json":
                raise Failure(f"{name} names the place that it was taken from")
            continue
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


def write_sums(folder: Path) -> None:
    """Write the sum of every file, as sha256sum reads it."""
    lines = [f"{sha256_of(p)}  {n}" for n, p in files_of(folder)]
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


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


def make(target: Path, kept: Path | None, machine: Machine, site: Path | None) -> Path:
    """The bundle for such a machine, in the folder `target`. Raises Failure.

    `site` holds the docs as `make docs-site` built them.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, f"registry-{version()}-{_kind(machine)}bundle")
        (folder / "wheels").mkdir(parents=True)
        gather(folder / "wheels", kept, machine)
        write_requirements(folder / "wheels", folder / REQUIREMENTS)
        write_materials(folder / "wheels", machine, folder / MATERIALS)
        carry_all(folder, site)
        fill(folder, machine)
        examine(folder)
        write_sums(folder)
        path = target / f"{folder.name}.tar.gz"
        pack(folder, path, int(os.environ.get("SOURCE_DATE_EPOCH", _EARLIEST)))
        return path


def _kind(machine: Machine) -> str:
    """What the archive's name says of a machine that is not this one."""
    if not machine.tags:
        return ""
    return f"{machine.tags[0]}-py{machine.python.replace('.', '')}-"


def main() -> int:
    """Make the bundle and print where it is."""
    asked = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    asked.add_argument("--to", type=Path, default=ROOT / "dist", help="the folder for the bundle")
    asked.add_argument("--wheels", type=Path, help="a folder that keeps wheels for another time")
    asked.add_argument("--site", type=Path, help="the folder of the built docs")
    asked.add_argument("--glibc", help="for a Linux with this C library, such as 2.17")
    asked.add_argument("--machine", default="x86_64", help="with --glibc: such as aarch64")
    asked.add_argument("--python", default=this_machine().python, help="with --glibc: such as 3.10")
    given = asked.parse_args()
    try:
        machine = this_machine()
        if given.glibc:
            machine = linux(given.glibc, given.machine, given.python)
        path = make(given.to, given.wheels, machine, given.site)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.code
    print(f"{path}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
