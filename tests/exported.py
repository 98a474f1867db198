"""Exports of small registries."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.rule import load_rules, texts_of
from registry.cluster.export import Export, Origin, export_parquet
from registry.store.connection import connect
from tests.conftest import MadeOnce
from tests.running import environment, run_in_process

AT = "2021-07-01T09:00:00+08:00"


def export(db: Path, folder: Path, name: str) -> Export:
    """Export a registry under a name."""
    conn = connect(db)
    try:
        rules = [*load_rules(), *registry_rules(conn)]  # duties of cases have SELECTs of their own
        origin = Origin(name, "某市改革办", "0.0.0", AT)
        return export_parquet(conn, folder, origin, texts_of(rules))
    finally:
        conn.close()


@pytest.fixture(scope="session")
def demonstration(made_once: MadeOnce, built: Path) -> Path:
    """Build the first instrument with the demonstration of cases, accounts and permissions. For
    reading only."""

    def make(folder: Path) -> None:
        db = folder / "registry.db"
        shutil.copyfile(built, db)
        db.chmod(0o644)
        done = run_in_process(["--db", str(db), "demo", "load"], environment(), folder)
        assert done.rc == 0, done.stderr

    return made_once("demonstration", make) / "registry.db"


@pytest.fixture(scope="session")
def exports(made_once: MadeOnce, demonstration: Path, two_built: Path) -> Path:
    """Two exports in one folder: the demonstration with its cases as 甲市, and two instruments that
    number alike as 乙市. For reading only."""

    def make(folder: Path) -> None:
        export(demonstration, folder, "甲市")
        export(two_built, folder, "乙市")

    return made_once("exports", make)
