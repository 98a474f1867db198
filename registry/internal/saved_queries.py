"""Queries that users keep under a name, in the file `queries.json` of the state folder.

A query is its user's own. Who has its id, which nobody can guess, can read it: that is how it is
shared. It holds no results: whoever runs it sees their own data.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from registry.internal.errors import PrivateFileError
from registry.internal.http import Response, error_response, is_same_origin, read_form, redirect
from registry.internal.private_files import (
    FileVersion,
    file_version,
    locked,
    read_private,
    write_private,
)
from registry.locale import _
from registry.text import nfkc

PATH: Final = "/sql/queries"
"""The address of the forms."""

QUERIES: Final = "queries.json"
MAX_QUERIES: Final = 100
MAX_NAME: Final = 60
MAX_ADDRESS_BYTES: Final = 4_000
"""Bytes of a query in an address: a longer one could be kept and not be run."""

_BACK: Final = "/sql"
UNREADABLE: Final = f"{_BACK}?problem=unreadable#saved"
"""The page, where the file can't be used."""


class SavedQuery(BaseModel):
    """A query under its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(min_length=8)
    user: str
    name: str = Field(min_length=1, max_length=MAX_NAME)
    sql: str


class SavedQueries:
    """The queries of a state folder, as its file has them at each moment.

    All methods raise PrivateFileError where the file can't be used.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / QUERIES
        self._version: FileVersion | None = None
        self._queries: list[SavedQuery] = []

    def of(self, user: str) -> list[SavedQuery]:
        """The queries of a user, by name."""
        return sorted((one for one in self._read() if one.user == user), key=lambda one: one.name)

    def get(self, key: str) -> SavedQuery | None:
        """The query of that id, whosever it is."""
        return next((one for one in self._read() if one.id == key), None)

    def save(self, user: str, name: str, sql: str) -> str:
        """Keep a query; one of the same user and name is replaced. "" or why not: a problem."""
        problem = name_problem(name) or _sql_problem(sql)
        if problem:
            return problem
        with self._changing() as queries:
            same = [n for n, one in enumerate(queries) if (one.user, one.name) == (user, name)]
            if same:
                queries[same[0]] = queries[same[0]].model_copy(update={"sql": sql})
            elif sum(one.user == user for one in queries) >= MAX_QUERIES:
                return "full"
            else:
                key = secrets.token_urlsafe(16)
                queries.append(SavedQuery(id=key, user=user, name=name, sql=sql))
        return ""

    def rename(self, user: str, key: str, name: str) -> str:
        """Give a query of the user another name. "" or why not: a problem."""
        if problem := name_problem(name):
            return problem
        with self._changing() as queries:
            if any((one.user, one.name) == (user, name) and one.id != key for one in queries):
                return "taken"
            for n, one in enumerate(queries):
                if (one.user, one.id) == (user, key):
                    queries[n] = one.model_copy(update={"name": name})
        return ""

    def delete(self, user: str, key: str) -> None:
        """Delete a query of the user."""
        with self._changing() as queries:
            queries[:] = [one for one in queries if (one.user, one.id) != (user, key)]

    def forget(self, user: str) -> None:
        """Delete all queries of a user: another may get the same name."""
        if self.of(user):
            with self._changing() as queries:
                queries[:] = [one for one in queries if one.user != user]

    def _read(self) -> list[SavedQuery]:
        version = file_version(self.path)
        if version is None:
            self._version, self._queries = None, []
        elif version != self._version:
            self._version = None
            found = read_private(self.path)
            if found is None:
                return []
            self._queries, self._version = _parse(self.path, found[0]), found[1]
        return self._queries

    @contextmanager
    def _changing(self) -> Iterator[list[SavedQuery]]:
        with locked(self.path):
            queries = list(self._read())
            before = list(queries)
            yield queries
            if queries != before:
                content = {"version": 1, "queries": [one.model_dump() for one in queries]}
                text = json.dumps(content, ensure_ascii=False, indent=2)
                write_private(self.path, f"{text}\n".encode())


def normalised_query_name(name: str) -> str:
    """A name as it is stored: full-width letters as plain ones, one space between words."""
    return " ".join(nfkc(name).split())


def name_problem(name: str) -> str:
    """Why a name can't be taken; "" where it can."""
    return "" if 0 < len(name) <= MAX_NAME and name.isprintable() else "name"


def _sql_problem(sql: str) -> str:
    if not sql.strip():
        return "empty"
    return "long" if len(urlencode({"sql": sql})) > MAX_ADDRESS_BYTES else ""


def _parse(path: Path, content: bytes) -> list[SavedQuery]:
    try:
        parsed: Any = json.loads(content)
        return [SavedQuery.model_validate(entry) for entry in parsed["queries"]]
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise PrivateFileError(
            _("{path} can't be read: {detail}.").format(path=path, detail=error),
            _("Remove it: users then begin without saved queries."),
        ) from error


async def answer_form(queries: SavedQueries, user: str, scope: Any, receive: Any) -> Response:
    """Do what a form of the SQL page says, and lead back to the page.

    Raises InvalidForm and ClientDisconnected, and PrivateFileError.
    """
    if not is_same_origin(scope):
        return error_response(403, scope)
    form = await read_form(scope, receive)
    name, sql = normalised_query_name(form.get("name", "")), form.get("sql", "")
    action, key = form.get("action", ""), form.get("id", "")
    sql = sql.replace("\r\n", "\n")
    problem = ""
    if action == "save":
        problem = queries.save(user, name, sql)
    elif action == "rename":
        problem = queries.rename(user, key, name)
    elif action == "delete":
        queries.delete(user, key)
    else:
        return error_response(400, scope)
    if not problem:
        return redirect(f"{_BACK}#saved")
    kept = {"text": sql} if sql and problem not in ("empty", "long") else {}
    return redirect(f"{_BACK}?{urlencode({'problem': problem, **kept})}#saved")
