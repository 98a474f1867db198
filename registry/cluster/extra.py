"""The extra `cluster`: what of it is at hand, and what to do where it isn't."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from registry.errors import RegistryError
from registry.locale import _

INSTALL: Final = 'pip install "delegated-authority-registry[cluster]"'

_PACKAGES: Final = {"pyspark": "pyspark-client"}
"""Module → the package that brings it, where that is called otherwise."""


class NoExtra(RegistryError):
    """A package of the extra `cluster` that is not installed."""


def part(module: str) -> Any:
    """A module of the extra. Raises NoExtra where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise NoExtra(
            _("exports and clusters need {package}, which is not installed").format(
                package=_PACKAGES.get(top := module.partition(".")[0], top)
            ),
            _("Run: {command}").format(command=INSTALL),
        ) from error


def require(*modules: str) -> None:
    """Raise NoExtra where one of the modules is not installed."""
    for module in modules:
        part(module)
