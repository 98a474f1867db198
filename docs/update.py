"""Writes the help texts in docs/cli.md anew from the program: `make docs`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("cli.md")
_BLOCK = re.compile(
    r"(?P<head><!-- help: (?P<command>.*?) -->\n```\n)(?P<text>.*?)(?P<tail>```\n)", re.DOTALL
)


def help_of(command: str) -> str:
    """The English help of a command, as an 80-column terminal shows it."""
    environment = {**os.environ, "REGISTRY_LANG": "en", "COLUMNS": "80"}
    arguments = [word for word in command.split() if word != "registry"]
    done = subprocess.run(
        [sys.executable, "-m", "registry", *arguments, "--help"],
        capture_output=True,
        encoding="utf-8",
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    return done.stdout


def commands(page: str) -> list[str]:
    """Commands whose help the page shows."""
    return [match["command"] for match in _BLOCK.finditer(page)]


def updated(page: str) -> str:
    """The page with every help block as the program has it now."""
    return _BLOCK.sub(lambda m: m["head"] + help_of(m["command"]) + m["tail"], page)


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
