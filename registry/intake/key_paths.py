"""Where in a YAML file something stands, as people name it: `duties[handbook].modes`.

Entries of a list are named by their id, or else by their place, from 1 on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

SECTIONS: Final = {
    "clause": "clauses",
    "annex": "annexes",
    "mode": "modes",
    "superior document": "superior_documents",
    "term": "agreement_terms",
    "guidance kind": "guidance_kinds",
    "zone": "zones",
    "zone name": "zones",
    "duty": "duties",
    "department name": "departments",
}
"""Kind of what an instrument states → the key under which it does."""


def key_path(content: object, place: Sequence[int | str]) -> str | None:
    """The path of what stands at `place`, a sequence of keys and positions; None of the whole."""
    path = ""
    for part in place:
        entry = None
        if isinstance(content, (dict, list)):
            with suppress(KeyError, IndexError, TypeError):
                entry = content[part]  # type: ignore[index]
        path += _step(path, part, entry)
        content = entry
    return path or None


def place_of_reference(content: object, kind: str, value: object, what: str) -> str | None:
    """Where a value stands that is not stated, or stands twice; else the entry of that id.

    None where it is not found.
    """
    leaves = [(path, key) for path, key, leaf in _leaves(content) if str(leaf) == str(value)]
    section = SECTIONS.get(kind, "")
    if what == "is not stated":
        found = [path for path, key in leaves if key in (kind, section)]
        return found[0] if found else None
    if what == "stands twice":
        within = [path for path, _key in leaves if path.startswith(section)]
        found = within if len(within) > 1 else [path for path, key in leaves if key == section]
        return found[1] if len(found) > 1 else None
    return f"{section}[{value}]" if section else None


def _leaves(content: object, path: str = "", key: str = "") -> Iterator[tuple[str, str, object]]:
    """Path, nearest key, and value of everything in the file, in its order."""
    if isinstance(content, dict):
        for name, entry in content.items():
            yield from _leaves(entry, path + _step(path, str(name), entry), str(name))
    elif isinstance(content, list):
        for index, entry in enumerate(content):
            yield from _leaves(entry, path + _step(path, index, entry), key)
    else:
        yield path, key, content


def _step(path: str, part: int | str, entry: object) -> str:
    if isinstance(part, int):
        name = entry.get("id") if isinstance(entry, dict) else None
        return f"[{name if isinstance(name, str) else part + 1}]"
    return f".{part}" if path else part
