"""The inbox database and its files: what is put in, listed, and moved from state to state.

The site and the office's commands write to it, each in short transactions. Times are given.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from registry.internal.audience import Audience
from registry.internal.inbox.submission import (
    MAX_OPEN,
    MAX_OPEN_WORKBOOKS,
    MAX_PER_DAY,
    MAX_STORED_BYTES,
    OPEN,
    AttemptKind,
    NewSubmission,
    Refused,
    State,
    Step,
    Submission,
    no_such_submission,
    not_open,
)
from registry.internal.private_database import PrivateDatabase
from registry.internal.private_files import create_private, ensure_folder
from registry.locale import _

FILE_NAME: Final = "inbox.db"
FILES: Final = "inbox-files"
APPLICATION_ID: Final = 0x52474942  # "RGIB"
_VERSIONS: Final = (Path(__file__).with_name("schema.sql"),)
"""What makes each version of the one before it; the first is the schema."""

_DRAFT_HOURS: Final = 24
_DAYS_OF_ATTEMPTS: Final = 7
_COLUMNS: Final = (
    *("no", "token", "kind", "body_kind", "body", "user", "at", "state", "instrument"),
    *("fingerprint", "sha256", "size", "content"),
)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM submission"


class Inbox:
    """The inbox of a state folder. `clock`: seconds, as time.time.

    Every method raises PrivateFileError where the file can't be used.
    """

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        ensure_folder(folder)
        self.path = folder / FILE_NAME
        self._database = PrivateDatabase(self.path, APPLICATION_ID, _VERSIONS)
        self._files = folder / FILES
        self._clock = clock

    def moment(self) -> str:
        """The moment, ISO 8601 with its offset."""
        moment = dt.datetime.fromtimestamp(self._clock()).astimezone()
        return moment.isoformat(timespec="seconds")

    # Putting in.

    def count_attempt(self, user: str, what: AttemptKind) -> None:
        """Count that somebody hands in something. Raises Refused beyond what a day allows."""
        day = self.moment()[:10]
        with self._database.writing() as conn:
            conn.execute(
                "DELETE FROM attempt WHERE day < ?",
                (_days_before(day, _DAYS_OF_ATTEMPTS),),
            )
            (n,) = conn.execute(
                "INSERT INTO attempt VALUES (?, ?, ?, 1)"
                " ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n",
                (user, day, what),
            ).fetchone()
        if n > MAX_PER_DAY[what]:
            raise Refused(
                403,
                _("you have handed in {n} times today; no more is taken").format(
                    n=MAX_PER_DAY[what]
                ),
                _("Go on tomorrow, or ask the reform office."),
            )

    def keep_file(self, content: bytes) -> tuple[str, Path]:
        """Keep a file by its digest, and give both. Raises Refused where there is no room."""
        ensure_folder(self._files)
        self._drop_old_drafts()
        digest = hashlib.sha256(content).hexdigest()
        path = self.file(digest)
        if not path.exists():
            with os.scandir(self._files) as entries:
                stored = sum(entry.stat().st_size for entry in entries)
            if stored + len(content) > MAX_STORED_BYTES:
                raise Refused(503, _("the inbox is full"), _("Tell the reform office."))
            create_private(path, content)
        return digest, path

    def file(self, digest: str) -> Path:
        """Where the file of that digest is kept."""
        return self._files / digest

    def drop_unused(self, digest: str) -> None:
        """Remove a file that no submission names."""
        with self._database.writing() as conn:  # nobody puts it in meanwhile
            used = conn.execute("SELECT 1 FROM submission WHERE sha256 = ?", (digest,)).fetchone()
            if used is None:
                with suppress(OSError):
                    self.file(digest).unlink()

    def add(self, new: NewSubmission, state: State) -> int:
        """Put in a draft, or what is handed in; its number. Raises Refused for what waits already,
        or where too much does."""
        with self._database.writing() as conn:
            self._check_room(conn, new.body)
            self._check_once(conn, new.body, new.sha256 or new.fingerprint or "")
            if new.sha256 and not self.file(new.sha256).exists():
                raise Refused(503, _("the file was lost"), _("Upload it once more."))
            values = (
                *(
                    secrets.token_hex(4),
                    new.kind,
                    new.body.kind,
                    new.body.id,
                    new.user,
                    self.moment(),
                ),
                *(state, new.instrument, new.fingerprint, new.sha256, new.size),
                json.dumps(new.content, ensure_ascii=False),
            )
            marks = ", ".join("?" * len(values))
            (no,) = conn.execute(
                f"INSERT INTO submission VALUES (NULL, {marks}) RETURNING no", values
            ).fetchone()
            self._note(conn, no, state, new.user, None)
        return int(no)

    def submit(self, no: int, body: Audience, user: str) -> None:
        """Hand a draft in. Raises Refused where it is none, or the same waits already."""
        with self._database.writing() as conn:
            one = self._one(conn, no, body)
            if one.state != "draft":
                raise not_open(one)
            self._check_once(conn, body, one.sha256 or "")
            conn.execute("UPDATE submission SET at = ? WHERE no = ?", (self.moment(), no))
            self._move(conn, one, "received", user, None)

    def discard(self, no: int, body: Audience) -> None:
        """Drop a draft. Raises Refused where it is none."""
        with self._database.writing() as conn:
            one = self._one(conn, no, body)
            if one.state != "draft":
                raise not_open(one)
            conn.execute("DELETE FROM submission WHERE no = ?", (no,))
        if one.sha256:
            self.drop_unused(one.sha256)

    # The office.

    def decide(self, no: int, state: State, user: str, word: str | None = None) -> None:
        """Move what is open into another state. Raises Refused for what is not, RegistryError for
        a number that is none."""
        with self._database.writing() as conn:
            one = self._one(conn, no)
            if one.state not in OPEN or one.state == state:
                raise not_open(one)
            self._move(conn, one, state, user, word)

    def get(self, no: int, body: Audience | None = None) -> Submission:
        """A submission, with its steps; of `body`, where one is given. Raises RegistryError."""
        with self._database.reading() as conn:
            return self._one(conn, no, body)

    def list(
        self,
        states: tuple[State, ...] = (),
        body: Audience | None = None,
        *,
        limit: int = 200,
    ) -> list[Submission]:
        """Submissions, the latest first; drafts only of a body that is named."""
        conditions, values = ["1"], []
        if body is not None:
            conditions.append("body_kind = ? AND body = ?")
            values += [body.kind, str(body.id)]
        else:
            conditions.append("state <> 'draft'")
        if states:
            conditions.append(f"state IN ({', '.join('?' * len(states))})")
            values += states
        with self._database.reading() as conn:
            found = conn.execute(
                f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY no DESC LIMIT ?",
                (*values, limit),
            ).fetchall()
            return [self._with_steps(conn, row) for row in found]

    def waiting(self) -> int:
        """How many wait for the office's word."""
        with self._database.reading() as conn:
            row = conn.execute("SELECT count(*) FROM submission WHERE state = 'received'")
            return int(row.fetchone()[0])

    # Within a transaction.

    def _one(self, conn: sqlite3.Connection, no: int, body: Audience | None = None) -> Submission:
        row = conn.execute(f"{_SELECT} WHERE no = ?", (no,)).fetchone()
        if row is None or (body is not None and (row[3], row[4]) != (body.kind, body.id)):
            raise no_such_submission(no)
        return self._with_steps(conn, row)

    def _with_steps(self, conn: sqlite3.Connection, row: tuple[Any, ...]) -> Submission:
        names = dict(zip(_COLUMNS, row, strict=True))
        steps = conn.execute(
            "SELECT at, state, user, word FROM step WHERE submission = ? ORDER BY rowid",
            (names["no"],),
        ).fetchall()
        return Submission(
            **{
                **{name: value for name, value in names.items() if name != "body_kind"},
                "body": Audience(names["body_kind"], names["body"]),
                "content": json.loads(names["content"]),
                "steps": tuple(Step(*step) for step in steps),
            }
        )

    def _move(
        self, conn: sqlite3.Connection, one: Submission, state: State, user: str, word: str | None
    ) -> None:
        conn.execute("UPDATE submission SET state = ? WHERE no = ?", (state, one.no))
        self._note(conn, one.no, state, user, word)

    def _note(
        self, conn: sqlite3.Connection, no: int, state: State, user: str, word: str | None
    ) -> None:
        conn.execute(
            "INSERT INTO step VALUES (?, ?, ?, ?, ?)", (no, self.moment(), state, user, word)
        )

    def _check_room(self, conn: sqlite3.Connection, body: Audience) -> None:
        n, workbooks = conn.execute(
            "SELECT count(*), count(sha256) FROM submission WHERE body_kind = ? AND body = ?"
            " AND state IN ('draft', 'received', 'approved')",
            (body.kind, body.id),
        ).fetchone()
        if n >= MAX_OPEN or workbooks >= MAX_OPEN_WORKBOOKS:
            raise Refused(
                403,
                _("{n} submissions of your unit wait already").format(n=n),
                _("Wait until the reform office has looked at them."),
            )

    def _check_once(self, conn: sqlite3.Connection, body: Audience, what: str) -> None:
        row = conn.execute(
            "SELECT no FROM submission WHERE body_kind = ? AND body = ?"
            " AND coalesce(sha256, fingerprint) = ?"
            " AND (state IN ('received', 'approved') OR (state = 'accepted'"
            "  AND sha256 IS NOT NULL))",
            (body.kind, body.id, what),
        ).fetchone()
        if row is not None:
            raise Refused(
                400,
                _("the same was handed in already: submission {no}").format(no=row[0]),
                _("See what became of it; what is sent back can be handed in again."),
            )

    def _drop_old_drafts(self) -> None:
        moment = dt.datetime.fromtimestamp(self._clock() - _DRAFT_HOURS * 3600).astimezone()
        with self._database.writing() as conn:
            dropped = conn.execute(
                "DELETE FROM submission WHERE state = 'draft'"
                " AND julianday(at) < julianday(?) RETURNING sha256",
                (moment.isoformat(timespec="seconds"),),
            ).fetchall()
        for (digest,) in dropped:
            self.drop_unused(digest)


def _days_before(day: str, days: int) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days)).isoformat()
