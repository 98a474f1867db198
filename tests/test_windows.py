"""The ZIP for Windows: what it is put together from, and what people double-click in it."""

from __future__ import annotations

import importlib.util
import os
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from bundle import windows
from bundle.wheels import NAME, NO_NETWORK, Failure, lacking, linux
from bundle.wheels import windows as windows_machine
from tests.conftest import ROOT

KEPT = ROOT / "build" / "bundle" / "wheels-win312"
PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", 0x8664)
DEMO, EMPTY = "2", "1"


def embeddable(path: Path, python: str = "312", **replaced: bytes | None) -> Path:
    """Write an archive with the names of Python's embeddable package, and little in them."""
    files: dict[str, bytes | None] = dict.fromkeys(windows._NEEDED, b"")
    files |= {"python.exe": PROGRAM, f"python{python}.zip": b"", f"python{python}._pth": b"."}
    files |= {name.replace("__", "."): content for name, content in replaced.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def test_the_python_that_is_packed_finds_our_packages_and_no_others(tmp_path: Path) -> None:
    archive = embeddable(tmp_path / "embed.zip")
    assert windows.unpack_embeddable(archive, tmp_path / "python") == "3.12"
    told = (tmp_path / "python" / "python312._pth").read_bytes()
    assert told == b"python312.zip\r\n.\r\n../lib\r\n"


@pytest.mark.parametrize(
    ("python", "replaced", "problem"),
    [
        ("312", {"python__exe": None}, "no python.exe"),
        ("312", {"_sqlite3__pyd": None}, "no _sqlite3.pyd"),
        ("312", {"python__exe": PROGRAM[:-2] + struct.pack("<H", 0xAA64)}, "64-bit Intel"),
        ("312", {"python__exe": b"#!/bin/sh"}, "64-bit Intel"),
        ("39", {}, "3.10 or later"),
    ],
)
def test_another_archive_is_refused(
    tmp_path: Path, python: str, replaced: dict[str, bytes | None], problem: str
) -> None:
    archive = embeddable(tmp_path / "embed.zip", python, **replaced)
    with pytest.raises(Failure, match=re.escape(problem)):
        windows.unpack_embeddable(archive, tmp_path / "python")


@pytest.mark.parametrize("content", [None, b"<html>"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes | None) -> None:
    archive = tmp_path / "embed.zip"
    if content is not None:
        archive.write_bytes(content)
    with pytest.raises(Failure, match="can't be read"):
        windows.unpack_embeddable(archive, tmp_path / "python")


def test_where_python_org_is_out_of_reach_the_way_round_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "URL", "http://127.0.0.1:9/python-3.12.10-embed-amd64.zip")
    monkeypatch.setattr(sys, "argv", ["windows", "--to", str(tmp_path)])
    with pytest.raises(Failure, match=r"--embed python-3\.12\.10-embed-amd64\.zip") as told:
        windows.fetch_embeddable(tmp_path)
    assert told.value.code == NO_NETWORK
    assert windows.main() == NO_NETWORK
    assert list(tmp_path.glob("*.zip*")) == []


def test_what_only_windows_needs_is_asked_for() -> None:
    needs = {
        NAME: ["click>=8", 'tomli; python_version < "3.11"', 'pdfplumber>=0.11; extra == "pdf"'],
        "click": ['colorama<1; platform_system == "Windows"'],
        "pdfplumber": ["Pillow[fast]>=9"],
        "pillow": ['turbo; extra == "fast"', 'sphinx; extra == "docs"'],
    }
    assert lacking(needs, windows_machine("3.12")) == ["colorama<1", "turbo"]
    assert lacking(needs, linux("2.17", "x86_64", "3.10")) == ["tomli", "turbo"]
    assert lacking({**needs, "turbo": []}, linux("2.17", "x86_64", "3.12")) == []


def test_wheels_for_an_older_linux_are_those_for_its_c_library_and_older_ones() -> None:
    tags = linux("2.17", "aarch64", "3.10").tags
    assert tags[:3] == ("manylinux_2_17_aarch64", "manylinux2014_aarch64", "manylinux_2_16_aarch64")
    assert "manylinux2010_aarch64" in tags
    assert tags[-2:] == ("manylinux_2_5_aarch64", "manylinux1_aarch64")
    for glibc, python in (("3.1", "3.10"), ("2.17", "2.7"), ("new", "3.10")):
        with pytest.raises(Failure):
            linux(glibc, "x86_64", python)


def test_the_same_files_make_the_same_zip_and_no_path_is_too_long(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "读我.txt").write_text("x", encoding="utf-8")
    for name in ("one.zip", "two.zip"):
        windows.pack(folder, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["registry/lib/读我.txt"]
    (folder / "lib" / ("x" * windows.LONGEST)).touch()
    with pytest.raises(Failure, match="too long"):
        windows.pack(folder, tmp_path / "three.zip")
    assert not (tmp_path / "three.zip").exists()


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Write what people open, into a folder such as people have."""
    folder = tmp_path / "赋权 (登记) & 试用"
    folder.mkdir()
    windows.write_texts(folder, "3.12")
    return folder


def test_every_text_is_as_windows_reads_it(texts: Path) -> None:
    for name in windows.TEXTS:
        content = (texts / name).read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 0, name
        assert content.startswith(b"\xef\xbb\xbf") == name.endswith(".txt"), name
        assert "@VERSION@" not in content.decode("utf-8-sig")


@pytest.mark.parametrize("name", [name for name in windows.TEXTS if name.endswith(".cmd")])
def test_a_script_of_cmd_is_sound(texts: Path, name: str) -> None:
    """cmd reads a script byte by byte in the code page of the moment: ASCII, but for `echo`."""
    lines = (texts / name).read_bytes().decode("utf-8").split("\r\n")
    assert lines[:3] == ["@echo off", "setlocal DisableDelayedExpansion", "chcp 65001 >nul"]
    labels = {line[1:] for line in lines if line.startswith(":")}
    for line in lines:
        assert line.isascii() or line.startswith("echo "), line
        assert line.count('"') % 2 == 0, line
        assert set(re.findall(r"goto (\w+)", line)) <= labels
        unquoted = re.sub(r'"[^"]*"', "", line)
        assert "%~dp0" not in unquoted, "a folder's name may hold spaces, & and brackets"
        assert "%ComSpec%" not in unquoted
    assert any('python\\python.exe" -X utf8' in line for line in lines)
    before, _label, after = "\n".join(lines).partition("\n:")
    assert "exit /b" in before, "what follows the label is reached by goto alone"
    assert after


class Menu:
    """start.py, loaded from a folder of its own, whose commands are noted and not run."""

    def __init__(self, folder: Path, answers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        found = importlib.util.spec_from_file_location("start", folder / "start.py")
        assert found
        assert found.loader
        self.module: ModuleType = importlib.util.module_from_spec(found)
        found.loader.exec_module(self.module)
        self.folder = folder
        self.commands: list[str] = []
        self.opened: list[str] = []
        self.code = 0
        left = iter(answers)

        def answer(_question: str) -> str:
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr(self.module, "registry", self._command)
        monkeypatch.setattr(self.module, "free_port", lambda: 8002)
        monkeypatch.setattr(self.module.webbrowser, "open", self.opened.append)

    def _command(self, *words: str | Path) -> int:
        self.commands.append(" ".join(map(str, words)).replace(f"{self.folder}{os.sep}", ""))
        if words[0] == "build" and self.code == 0:
            (self.folder / "registry.db").touch()
        return self.code


@pytest.mark.parametrize(("chosen", "words"), [(EMPTY, "build"), (DEMO, "build --demo")])
def test_the_menu_first_builds_a_registry(
    texts: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, words: str
) -> None:
    menu = Menu(texts, ["7", ""], monkeypatch)
    assert menu.module.main() == 1, "nothing was chosen"
    menu = Menu(texts, [chosen, "2", "0"], monkeypatch)
    assert menu.module.main() == 0
    assert menu.commands == [words, "serve --open --port 8002"]
    menu = Menu(texts, ["2"], monkeypatch)
    menu.module.main()
    assert menu.commands == ["serve --open --port 8002"], "there is one by now"


def test_a_build_that_fails_ends_the_menu(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = Menu(texts, [EMPTY, "2"], monkeypatch)
    menu.code = 2
    assert menu.module.main() == 1
    assert menu.commands == ["build"]


def test_the_menu_audits_backs_up_and_lets_somebody_in(
    texts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (texts / "registry.db").touch()
    menu = Menu(texts, ["1", "", "8", "3", "4", "6"], monkeypatch)
    assert menu.module.main() == 0
    added, audited, served, again, backed_up = menu.commands
    assert added == "user add office --role office"
    assert audited == again == "audit --format html -o 核查报告.html"
    assert served == "serve --internal --open --port 8002"
    assert re.fullmatch(r"backup 备份.registry-\d{8}-\d{6}\.db", backed_up)
    assert menu.opened == [(texts / "核查报告.html").as_uri(), (texts / "docs" / "zh").as_uri()]
    assert "请输入 0 到 6" in capsys.readouterr().out
    (texts / "registry-internal").mkdir()
    (texts / "registry-internal" / "users.json").touch()
    menu = Menu(texts, ["1"], monkeypatch)
    menu.code = 2
    menu.module.main()
    assert menu.commands == [audited], "no site without an audit"


def test_the_menu_finds_a_free_port(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = Menu(texts, [], monkeypatch)
    monkeypatch.undo()
    with menu.module.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setattr(menu.module, "PORTS", [port])
        assert menu.module.free_port() == 0


@pytest.mark.long
def test_the_menu_works_as_a_process(texts: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, texts / "start.py"],
        input=f"{DEMO}\n3\n4\n0\n",
        env={**environment, "BROWSER": "true"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (texts / "核查报告.html").stat().st_size > 100_000
    assert len(list((texts / "备份").glob("registry-*.db"))) == 1


@pytest.mark.long
def test_the_zip_has_wheels_for_windows(tmp_path: Path) -> None:
    archive = embeddable(tmp_path / "embed.zip")
    try:
        path = windows.make(tmp_path / "dist", archive, KEPT, None)
    except Failure as failure:
        if failure.code == NO_NETWORK and not os.environ.get("CI"):
            pytest.skip("no network, and no wheels from an earlier run")
        raise
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        names = {name.partition("/")[2] for name in packed.namelist()}
    assert {"start.cmd", "registry.cmd", "README.txt", "SHA256SUMS", "data/law.yml"} <= names
    assert {"lib/registry/carried/datasette-metadata.yml", "lib/datasette/app.py"} <= names
    for package in ("pydantic_core/_pydantic_core", "lxml/etree", "rapidfuzz/utils_cpp"):
        assert f"lib/{package}.cp312-win_amd64.pyd" in names
    assert not [n for n in names if n.endswith((".so", ".pyc", "direct_url.json"))]
    assert not [n for n in names if n.startswith("lib/bin/")]
