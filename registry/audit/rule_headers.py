"""The headers of rules' files: YAML in the comment with which a file begins.

What the program's own rules say of themselves is compiled when it is installed, as its messages
are: PyYAML and pydantic, which alone take as long as the rest of a small audit, are then needed
only for rules of an office's own. A header is known by the digest of its text, so that one that was
edited since is read anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from registry.model.rule_header import RuleHeader
from registry.yaml_loader import load_yaml

BUILT_IN: Final = Path(__file__).parent / "rules"
PART: Final = ".part.sql"
"""How the names of files end that are part of several rules, and none themselves."""

COMPILED: Final = BUILT_IN / "headers.json"

_HEADER: Final = re.compile(r"\s*/\*(?P<header>.*?)\*/", re.DOTALL)


def rule_files(folder: Path) -> list[Path]:
    """The rules' files of a folder, by name."""
    return [path for path in sorted(folder.glob("*.sql")) if not path.name.endswith(PART)]


def split_header(text: str) -> tuple[str, str, int] | None:
    """The header of a rule's file, what follows it, and the line on which the header begins.

    None where the file has none.
    """
    match = _HEADER.match(text)
    if match is None:
        return None
    return match["header"], text[match.end() :], text.count("\n", 0, match.start("header")) + 1


def read_header(header: str, first_line: int) -> RuleHeader:
    """What a header says. Raises YamlError or ValidationError."""
    if (known := _compiled().get(_digest(header))) is not None:
        return RuleHeader.of_checked(known)
    from registry.model.checking import checked

    return checked(RuleHeader, load_yaml(header, first_line=first_line))


def compile_headers() -> bytes:
    """The content of COMPILED for the rules built in; tests see to it that their headers are right.

    It is called where nothing of what the program needs is installed but PyYAML.
    """
    headers = {}
    for path in rule_files(BUILT_IN):
        parts = split_header(path.read_text(encoding="utf-8"))
        if parts is not None:
            header, _rest, first_line = parts
            headers[_digest(header)] = _stripped(load_yaml(header, first_line=first_line))
    return json.dumps(headers, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _compiled() -> dict[str, dict[str, Any]]:
    try:
        found: dict[str, dict[str, Any]] = json.loads(COMPILED.read_bytes())
    except OSError:  # nothing was installed: the program runs from its sources
        return {}
    return found


def _digest(header: str) -> str:
    return hashlib.sha256(header.encode()).hexdigest()


def _stripped(value: Any) -> Any:
    """The value with its texts as pydantic strips them."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_stripped(one) for one in value]
    if isinstance(value, dict):
        return {name: _stripped(one) for name, one in value.items()}
    return value
