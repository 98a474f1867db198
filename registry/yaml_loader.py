"""YAML as this program reads it: strictly.

A key that stands twice is an error, where YAML's own reader would keep the last in silence; dates
stay the text that was written, so that the model that checks them can say what was wrong.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from registry.locale import _


def load_yaml(text: str | bytes) -> Any:
    """What a YAML document holds. Raises yaml.YAMLError, with a mark where a key is repeated."""
    import yaml

    try:
        return yaml.load(text, Loader=_loader())
    except (ValueError, KeyError) as error:  # PyYAML's own, for numbers that are none, say
        raise yaml.YAMLError(str(error)) from error


@cache
def _loader() -> Any:
    """The loader class; PyYAML is imported only once something is read."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class StrictLoader(base):  # type: ignore[misc]
        """Refuses repeated keys; leaves dates as text."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            """The mapping. Raises ConstructorError for a key that stands twice."""
            seen: set[str] = set()
            for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        raise yaml.constructor.ConstructorError(
                            None,
                            None,
                            _("{key} is given twice").format(key=key.value),
                            key.start_mark,
                        )
                    seen.add(key.value)
            return super().construct_mapping(node, deep)

    StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)
    return StrictLoader
