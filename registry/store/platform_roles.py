"""Roles of the platform, and acts that nobody should hold together: written, and read back."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.model.platform_roles import PlatformRoles


def write_platform_roles(conn: sqlite3.Connection, stated: PlatformRoles) -> None:
    """Write what a file of roles states; what the registry had is replaced."""
    conn.execute("DELETE FROM platform_role")
    conn.execute("DELETE FROM incompatible_acts")
    conn.executemany(
        "INSERT INTO platform_role VALUES (?, ?)",
        [(name, act) for name, acts in stated.roles.items() for act in acts],
    )
    conn.executemany(
        "INSERT INTO incompatible_acts VALUES (?, ?, ?)",
        [(*pair.acts, pair.basis) for pair in stated.incompatible],
    )


def stored_platform_roles(conn: sqlite3.Connection) -> PlatformRoles:
    """What the registry knows of roles, in the order in which it was stated."""
    from registry.model.platform_roles import PlatformRoles

    roles: dict[str, list[str]] = {}
    for name, act in conn.execute("SELECT name, act FROM platform_role ORDER BY rowid"):
        roles.setdefault(name, []).append(act)
    pairs = conn.execute("SELECT first, second, basis FROM incompatible_acts ORDER BY rowid")
    return PlatformRoles.model_validate(
        {
            "roles": roles,
            "incompatible": [
                {"acts": [first, second], "basis": basis} for first, second, basis in pairs
            ],
        }
    )
