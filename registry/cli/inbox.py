"""What the commands of the inbox share: opening it, names of bodies, a submission as JSON."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.base import today_or
from registry.cli.internal import state_folder
from registry.cli.registry_file import open_registry

if TYPE_CHECKING:
    from registry.internal.inbox.database import Inbox
    from registry.internal.inbox.submission import Submission


def open_inbox(ctx: click.Context, state: Path | None) -> Inbox:
    """The inbox of the state folder. Raises PrivateFileError."""
    from registry.internal.inbox.database import Inbox

    return Inbox(state_folder(ctx, state), time.time)


def body_names(path: Path) -> dict[tuple[str, str], str]:
    """Kind and id of each body → its name; nothing where there is no working file here."""
    if not path.is_file():
        return {}
    from registry.store.bodies import body_names_by_kind

    with open_registry(path) as conn:
        return body_names_by_kind(conn, today_or(None))


def submission_json(one: Submission) -> dict[str, Any]:
    """A submission for programs."""
    return {
        **{"no": one.no, "kind": one.kind, "state": one.state},
        **{"body": {"kind": one.body.kind, "id": one.body.id}, "user": one.user, "at": one.at},
        **{"instrument": one.instrument, "finding": one.fingerprint, "sha256": one.sha256},
        **{"content": one.content, "steps": [asdict(step) for step in one.steps]},
    }
