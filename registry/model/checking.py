"""Plain dataclasses, checked where their values come from outside."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")

_ADAPTERS: Final[dict[type, TypeAdapter[Any]]] = {}


def checked(kind: type[T], content: object) -> T:
    """`content`, as a file states it, as a dataclass. Raises ValidationError."""
    adapter = _ADAPTERS.get(kind)
    if adapter is None:
        adapter = _ADAPTERS[kind] = TypeAdapter(kind)
    found: T = adapter.validate_python(content)
    return found
