"""What helps a person who types: examples, nearest names, colours that can be refused."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from registry.cli import cli
from registry.cli.base import COMMANDS, GROUPS
from registry.cli.examples import EXAMPLES
from registry.cli.output import shows_colour, write_text
from registry.report.terminal import text_width
from tests.conftest import Run

Runner = Callable[..., Run]

LINES = [(path, line) for path, lines in EXAMPLES.items() for line in lines]


def parse(words: list[str], group: click.Group, ctx: click.Context) -> str:
    """Parse a command line as click does, without running it; the path of its command."""
    name, command, rest = group.resolve_command(ctx, words)
    assert command is not None
    assert name is not None
    inner = command.make_context(name, rest, parent=ctx)
    if isinstance(command, click.Group):
        below = [*inner._protected_args, *inner.args]
        return f"{name} {parse(below, command, inner)}"
    return name


@pytest.mark.parametrize(("path", "line"), LINES)
def test_every_example_is_a_command_line(
    path: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    words = [word if word != "DIR" else "." for word in words]
    assert words[0] == "registry"
    ctx = cli.make_context("registry", words[1:])
    found = parse([*ctx._protected_args, *ctx.args], cli, ctx)
    assert path in ("", found)


def test_examples_are_of_commands_that_there_are() -> None:
    known = {"", *COMMANDS, *(f"{group} {name}" for group in GROUPS for name in GROUPS[group][1])}
    assert EXAMPLES.keys() <= known


@pytest.mark.parametrize("path", EXAMPLES)
def test_help_shows_its_examples(run: Runner, path: str) -> None:
    shown = run("--lang", "zh", *path.split(), "--help", env={"COLUMNS": "80"}).stdout
    assert "示例" in shown
    for line in EXAMPLES[path]:
        assert f"  {line}\n" in shown


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("audti",), "there is no command “audti”. Did you mean audit?"),
        (("lettres",), "Did you mean letters?"),
        (("load", "anex"), "Did you mean annex?"),
        (("ledger", "imprt"), "Did you mean import?"),
        (("xyzzy",), "there is no command “xyzzy”. `registry --help` lists them."),
        (("audit", "--fromat", "json"), "--format"),
        (("due", "--deparment", "x"), "--department"),
    ],
)
def test_the_nearest_name_is_offered(run: Runner, words: tuple[str, ...], offered: str) -> None:
    done = run(*words)
    assert (done.rc, done.stdout) == (2, "")
    assert offered in done.stderr


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm-256color"}, True),
    ],
)
def test_colours_can_be_refused(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert shows_colour() is coloured
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    assert not shows_colour()


def test_a_file_gets_no_colours(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(["\033[1mAudit\033[0m ", "\033[31mhigh\033[0m\n"], path)
    assert path.read_text(encoding="utf-8") == "Audit high\n"


NARROW = (
    ("rules",),
    ("runs",),
    ("due", "--as-of", "2021-05-20"),
    ("audit", "--as-of", "2021-06-30"),
    ("find", "许可"),
    ("query", "totals"),
    ("log",),
    ("progress",),
)


@pytest.mark.parametrize("words", NARROW)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.usefixtures("built_copy")
def test_tables_fit_a_narrow_terminal(run: Runner, words: tuple[str, ...], language: str) -> None:
    done = run("--lang", language, *words, env={"COLUMNS": "40"})
    assert done.stdout
    assert [line for line in done.stdout.splitlines() if text_width(line) > 40] == []


@pytest.mark.usefixtures("built_copy")
def test_output_of_lists_goes_to_a_file(run: Runner, tmp_path: Path) -> None:
    run("audit", "--as-of", "2021-05-20")
    run("audit", "--as-of", "2021-06-30")
    for words in (
        ("query",),
        ("query", "totals"),
        ("query", "totals", "--format", "csv", "--bom"),
        ("runs", "--format", "json"),
        ("diff",),
        ("find", "许可"),
        ("find", "zzz"),
    ):
        shown = run(*words)
        done = run(*words, "-o", "out.txt")
        assert (done.rc, done.stdout) == (0, ""), done.stderr
        written = (tmp_path / "out.txt").read_bytes().decode()
        assert written == shown.stdout
        assert written.startswith("\ufeff") == ("--bom" in words)


ASKED = {
    "bash": ("plain,audit\n", {"COMP_WORDS": "registry aud", "COMP_CWORD": "1"}),
    "zsh": ("plain\naudit\n", {"COMP_WORDS": "registry aud", "COMP_CWORD": "1"}),
    "fish": ("plain\taudit\t", {"COMP_WORDS": "registry aud", "COMP_CWORD": "aud"}),
    "powershell": ("audit\t", {"COMP_WORDS": "registry aud", "COMP_CWORD": "aud"}),
}


@pytest.mark.parametrize("shell", ASKED)
def test_shells_complete_words(run_apart: Runner, shell: str) -> None:
    expected, asked = ASKED[shell]
    found = run_apart(env={"_REGISTRY_COMPLETE": f"{shell}_complete", **asked})
    assert found.rc == 0, found.stderr
    assert found.stdout.replace("\r", "").startswith(expected.split("\t")[0])
    assert "audit" in found.stdout
    assert "build" not in found.stdout


@pytest.mark.parametrize("shell", ["zsh", "fish", "powershell"])
def test_shells_are_told_how_to_ask(run_apart: Runner, shell: str) -> None:
    found = run_apart(env={"_REGISTRY_COMPLETE": f"{shell}_source"})
    assert found.rc == 0, found.stderr
    assert f"{shell}_complete" in found.stdout
    assert "registry" in found.stdout


def test_powershell_completes_values_and_leaves_files_to_itself(run_apart: Runner) -> None:
    def found(words: str, last: str) -> list[str]:
        env = {"_REGISTRY_COMPLETE": "powershell_complete", "COMP_WORDS": words, "COMP_CWORD": last}
        return [line.split("\t")[0] for line in run_apart(env=env).stdout.split("\n") if line]

    assert found("registry audit --format ", "")[:2] == ["table", "json"]
    assert found("registry load ", "")[0] == "annex"
    assert "--format" in found("registry audit --f", "--f")
    assert found("registry load annex ", "") == []
