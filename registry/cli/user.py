"""`registry user`: who may sign in to the internal site."""

from __future__ import annotations

from registry.cli import base
from registry.locale import N_

command = base.group(
    "user",
    N_("Say who may sign in to the internal site."),
    "add",
    "list",
    "remove",
    "passwd",
)
