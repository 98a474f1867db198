"""The registry of the decision table, in which every kind of answer comes up."""

from tests.authority.conftest import table, table_file

__all__ = ["table", "table_file"]
