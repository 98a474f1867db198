"""Pages of our own, where a table of Datasette's is not enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = []
"""Pattern of an address → the view that answers it, as Datasette's hook register_routes asks."""
