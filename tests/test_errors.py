"""The tree of errors, and how an error becomes text."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import registry
from registry import errors
from registry.errors import RegistryError
from registry.locale import use


def tree(kind: type[RegistryError], depth: int = 1) -> Iterator[str]:
    """A line for each class below `kind`, as the docstring of `registry.errors` writes it."""
    for found in sorted(kind.__subclasses__(), key=lambda found: found.__name__):
        if found.__module__.startswith("registry."):
            module = found.__module__.removeprefix("registry.")
            yield f"{'    ' * depth}{found.__name__}: {module}"
            yield from tree(found, depth + 1)


def test_the_docstring_shows_the_whole_tree() -> None:
    for module in pkgutil.walk_packages(registry.__path__, "registry."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    drawn = (errors.__doc__ or "").partition("    RegistryError\n")[2].rstrip("\n").splitlines()
    assert drawn == [f"    {line}" for line in tree(RegistryError)]


def test_problem_remedy_and_place_as_text() -> None:
    assert str(RegistryError("it is wrong")) == "it is wrong"
    assert str(RegistryError("it is wrong", "Mend it.")) == "it is wrong. Mend it."
    assert str(RegistryError("it is wrong", "Mend it.", "here")) == "here: it is wrong. Mend it."
    assert list(RegistryError("it is wrong").messages()) == ["it is wrong"]
    assert list(RegistryError("it is wrong").remarks()) == []


def test_the_text_has_the_punctuation_of_the_language() -> None:
    use("zh")
    try:
        assert str(RegistryError("有误", "请改正。", "此处")) == "此处：有误。请改正。"
    finally:
        use("en")
