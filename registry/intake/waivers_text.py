"""waivers.yml with one waiver more, or one renewed, and every other character as it was.

Comments, order, quotation marks, line ends and encoding are the office's own. A new waiver stands
at the end. Of one that is renewed, the words and days that differ are replaced where they stand.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from registry.errors import RegistryError
from registry.files import atomic_path, written_path
from registry.intake.textfile import examine
from registry.intake.waivers import parse_waivers
from registry.locale import _
from registry.model.waiver import Waiver

if TYPE_CHECKING:
    import yaml

_RENEWED: Final = ("reason", "approver", "issued", "expires")
_DAYS: Final = ("issued", "expires")
_NEVER_FOLDED: Final = 1 << 30


def write_waiver(
    path: Path,
    known: list[Waiver],
    waiver: Waiver,
    place: int | None,
    record: Callable[[bytes], object] = bytes,
) -> None:
    """Write a waiver into the file that holds the `known` ones, or into a new one.

    `place`: of the known one that it renews; None adds it. `record` is called with the new content
    before that takes the file's place. Raises RegistryError where the file is written in a way that
    can't be changed so, OSError, and what `record` raises; the file then is as it was.
    """
    text, encoding, mark = "", "utf-8", b""
    if path.is_file() and path.stat().st_size:
        encoding = examine(path).encoding
        with path.open(encoding=encoding, newline="") as stream:
            text = stream.read()
        if path.read_bytes().startswith(codecs.BOM_UTF8):
            mark = codecs.BOM_UTF8
    expected = list(known)
    if place is None:
        expected.append(waiver)
    else:
        expected[place] = known[place].model_copy(
            update={name: getattr(waiver, name) for name in _RENEWED}
        )
    changed = None
    with suppress(_Peculiar):
        changed = (
            _renewed(text, expected[place], place) if place is not None else _added(text, waiver)
        )
    if changed is None or not _holds(changed, path, expected):
        raise RegistryError(
            _("the file is written in a way that no command can add to"),
            _("Write the waiver into it by hand:") + "\n" + _entry(waiver, "", "\n").rstrip("\n"),
            path,
        )
    content = mark + changed.encode(encoding.removesuffix("-sig"))
    with atomic_path(written_path(path)) as temporary:
        temporary.write_bytes(content)
        record(content)


class _Peculiar(Exception):
    """A way to write YAML in which a value does not stand where it counts."""


def _holds(text: str, path: Path, expected: list[Waiver]) -> bool:
    """Whether the text says what it is to say, read as any command reads it."""
    try:
        return parse_waivers(text, path) == expected
    except RegistryError:
        return False


def _added(text: str, waiver: Waiver) -> str:
    import yaml

    newline = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.SequenceNode) and root.flow_style:
        pairs = ", ".join(f"{key}: {_written(key, v, flow=True)}" for key, v in _fields(waiver))
        last = root.value[-1].end_mark.index if root.value else root.end_mark.index - 1
        return f"{text[:last]}{', ' if root.value else ''}{{{pairs}}}{text[last:]}"
    end, margin = len(text), ""
    if isinstance(root, yaml.SequenceNode):
        end, margin = root.end_mark.index, " " * root.start_mark.column
    before = text[:end]
    if before and not before.endswith("\n"):
        before += newline
    return before + _entry(waiver, margin, newline) + text[end:]


def _entry(waiver: Waiver, margin: str, newline: str) -> str:
    lines = [f"{key}: {_written(key, value)}" for key, value in _fields(waiver)]
    return "".join(
        f"{margin}{'  ' if number else '- '}{line}{newline}" for number, line in enumerate(lines)
    )


def _fields(waiver: Waiver) -> list[tuple[str, str]]:
    return list(waiver.model_dump(exclude_none=True).items())


def _renewed(text: str, waiver: Waiver, place: int) -> str:
    """The text with what differs of one entry replaced, from its end to its beginning."""
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    entry = root.value[place] if isinstance(root, yaml.SequenceNode) else None
    if not isinstance(entry, yaml.MappingNode):
        raise _Peculiar
    values = {key.value: (key, value) for key, value in entry.value}
    edits = []
    for name in _RENEWED:
        if name not in values:  # it comes from elsewhere, by <<
            raise _Peculiar
        key, value = values[name]
        if value.start_mark.index < key.end_mark.index or text[value.start_mark.index] == "&":
            raise _Peculiar  # *name, or what others name so
        if value.value.strip() != getattr(waiver, name):
            edits.append((value, _replacement(name, value, waiver, flow=bool(entry.flow_style))))
    for value, words in sorted(edits, key=lambda edit: -edit[0].start_mark.index):
        text = text[: value.start_mark.index] + words + text[value.end_mark.index :]
    return text


def _replacement(name: str, value: yaml.ScalarNode, waiver: Waiver, *, flow: bool) -> str:
    if value.style in ("|", ">"):  # whose end is the beginning of the next line
        return _written(name, getattr(waiver, name), flow=flow) + "\n"
    return _written(name, getattr(waiver, name), value.style, flow=flow)


def _written(key: str, value: str, style: str | None = None, *, flow: bool = False) -> str:
    """A text as YAML has it after a key: plain where that can be, else in quotation marks."""
    import yaml

    if key in _DAYS and style is None:
        return value  # plain: load_yaml takes days for text
    if len(value.splitlines()) > 1:
        style = '"'
    name = yaml.ScalarNode("tag:yaml.org,2002:str", "k")
    scalar = yaml.ScalarNode("tag:yaml.org,2002:str", value, style=style)
    node: Any = yaml.MappingNode("tag:yaml.org,2002:map", [(name, scalar)], flow_style=flow)
    text: str = yaml.serialize(
        node, Dumper=yaml.SafeDumper, allow_unicode=True, width=_NEVER_FOLDED
    )
    text = text.rstrip("\n")
    return text[len("{k: ") : -1] if flow else text[len("k: ") :]
