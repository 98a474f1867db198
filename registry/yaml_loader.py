"""The one way to read YAML: strictly, and with the line of what is wrong.

A repeated key is an error, where PyYAML would silently keep the last value. Dates stay text, so
that the model that checks them can name the key of an impossible one. PyYAML is imported lazily.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, Literal

from registry.errors import RegistryError
from registry.locale import _

Kind = Literal["syntax", "repeated", "character"]

_SMALL: Final = 20_000
"""Bytes up to which a document without `&name` need not be looked through: the headers of rules."""
_MAX_NODES: Final = 5_000_000
_USUAL_NODES: Final = 10_000
_MOST_REPEATED: Final = 10
"""How many times what is written the whole may be, with all that is repeated."""
_MAX_DEPTH: Final = 200
_REPEATED: Final = "repeated"
"""The note of an error of ours, by which it is known again."""


class YamlError(RegistryError):
    """Text that is not YAML, or repeats a key. `line`: where, from 1; None where it isn't known.

    `kind`: what is wrong with it; a key that is repeated, a character that no text holds, or else.
    """

    def __init__(self, problem: str, line: int | None = None, kind: Kind = "syntax") -> None:
        place = None if line is None else _("row {row}").format(row=line)
        super().__init__(problem, place=place)
        self.line = line
        self.kind = kind


def load_yaml(text: str | bytes, *, first_line: int = 1) -> Any:
    """The value of a YAML document; of an empty one, None. Raises YamlError.

    `first_line`: the number of the text's first line in its file.
    """
    import yaml

    try:
        data = text.encode() if isinstance(text, str) else text
        loader = _loader()(data)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            if b"&" in data or len(data) > _SMALL:
                _check_size(node, first_line)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + first_line if mark else None
        kind: Kind = "repeated" if error.note == _REPEATED else "syntax"
        raise YamlError(str(error.problem), line, kind) from error
    except yaml.reader.ReaderError as error:  # a control character, or bytes that are not UTF-8
        line = data[: error.position].count(b"\n") + first_line
        raise YamlError(str(error.reason), line, "character") from error
    except RecursionError as error:
        raise YamlError(_("it is nested too deeply")) from error
    except (yaml.YAMLError, ValueError, ArithmeticError, LookupError, TypeError) as error:
        raise YamlError(str(error)) from error


def _check_size(root: Any, first_line: int) -> None:
    """Refuse what is small as it is written, and without end once `*name` is what `&name` is."""
    sizes: dict[int, int] = {}
    depths: dict[int, int] = {}
    waiting = [root]
    begun: set[int] = set()
    while waiting:
        node = waiting[-1]
        parts = _parts_of(node)
        if id(node) in sizes:
            waiting.pop()
        elif id(node) in begun:
            if any(id(part) not in sizes for part in parts):
                raise YamlError(
                    _("what is named with & holds itself"), node.start_mark.line + first_line
                )
            sizes[id(node)] = 1 + sum(sizes[id(part)] for part in parts)
            depths[id(node)] = 1 + max((depths[id(part)] for part in parts), default=0)
            if sizes[id(node)] > _MAX_NODES or depths[id(node)] > _MAX_DEPTH:
                raise _too_large(node, first_line)
            waiting.pop()
        else:
            begun.add(id(node))
            waiting += [part for part in parts if id(part) not in sizes]
    if sizes[id(root)] > _USUAL_NODES + _MOST_REPEATED * len(sizes):
        raise _too_large(root, first_line)


def _too_large(node: Any, first_line: int) -> YamlError:
    return YamlError(
        _("with all that * repeats it is too large, or nested too deeply"),
        node.start_mark.line + first_line,
    )


def _parts_of(node: Any) -> list[Any]:
    if isinstance(node.value, str):
        return []
    return [part for one in node.value for part in (one if isinstance(one, tuple) else (one,))]


@cache
def _loader() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class StrictLoader(base):  # type: ignore[misc]
        """Refuses repeated keys; leaves dates as text."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            """The mapping. Raises ConstructorError for a repeated key."""
            seen: set[str] = set()
            for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        problem = _("{key} is given twice").format(key=key.value)
                        raise yaml.constructor.ConstructorError(
                            None, None, problem, key.start_mark, _REPEATED
                        )
                    seen.add(key.value)
            return super().construct_mapping(node, deep)

    StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)
    return StrictLoader
