"""Delegated-authority registry: who may do what, on what basis, and what is still owed for it."""

import sys

__version__ = "0.1.0"

sys.modules.setdefault("pysqlite3", None)  # type: ignore[arg-type]
# Datasette and sqlite-utils take pysqlite3 where it is installed; they are handed connections of
# Python's own sqlite3, which it takes for no connections, and whose errors it doesn't know.
