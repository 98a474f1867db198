"""`registry progress`, as a process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docx import Document

from tests.conftest import Run, SmallRoot

Runner = Callable[..., Run]


def test_a_table_is_printed(run: Runner, built: Path) -> None:
    done = run("--db", built, "progress", "--as-of", "2021-06-30")
    assert done.rc == 0, done.stderr
    assert "Delegated items: Of 462 obligations 417 are met (90.3%)" in done.stdout
    assert "Other items, which stand apart: Of 3,684 obligations" in done.stdout
    assert "市水利局" in done.stdout
    assert "demonstration, not official" in done.stderr


def test_pages_and_papers_are_written(run: Runner, built: Path, tmp_path: Path) -> None:
    at = ("--db", built, "progress", "--as-of", "2021-06-30")
    assert run(*at, "--format", "html", "-o", "p.html").rc == 0
    assert run(*at, "--format", "docx", "-o", "p.docx").rc == 0
    assert (tmp_path / "p.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert len(Document(str(tmp_path / "p.docx")).tables) == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.docx", "p.html"]
    done = run(*at, "--format", "html")
    assert done.stdout == (tmp_path / "p.html").read_text(encoding="utf-8")


def test_it_stores_nothing(run: Runner, built_copy: Path) -> None:
    before = built_copy.read_bytes()
    assert run("--db", built_copy, "progress", "--as-of", "2021-06-30").rc == 0
    assert built_copy.read_bytes() == before


def test_nothing_examined_is_no_pass(run: Runner, small_root: SmallRoot, tmp_path: Path) -> None:
    small_root.instrument["duties"] = []
    path = small_root.build().path
    done = run("--db", path, "progress")
    assert done.rc == 3
    assert "Nothing was examined" in done.stdout
    done = run("--db", path, "progress", "--format", "docx", "-o", "p.docx")
    assert done.rc == 3
    assert "Nothing was examined" in done.stderr


def test_mistakes_are_errors(run: Runner, built: Path) -> None:
    for wrong in (
        ("--format", "docx"),
        ("--format", "pdf"),
        ("--as-of", "2021-02-30"),
        ("--format", "html", "-o", "nowhere/p.html"),
    ):
        done = run("--db", built, "progress", *wrong)
        assert done.rc == 2, wrong
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
