"""An evaluation to render: the demonstration with 600 cases of a year, and without any."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from registry.authority.evaluation import Evaluation, evaluate
from registry.model.config import EvaluationThresholds
from registry.store.connection import connect
from tests.conftest import MadeOnce
from tests.platform_cases import PlatformCases

FROM, TO = "2021-07-01", "2022-06-30"
_ITEMS = ("1-01", "1-03", "1-05", "1-08", "1-11", "1-15")
_DEPARTMENT = "slj"


@pytest.fixture(scope="session")
def filled(built: Path, made_once: MadeOnce) -> Path:
    """The registry with cases: a department decided every tenth, every fortieth has a finding."""

    def make(folder: Path) -> None:
        path = Path(shutil.copyfile(built, folder / "registry.db"))
        path.chmod(0o644)
        with closing(connect(path)) as conn:
            conn.execute("BEGIN")
            cases = PlatformCases(conn)
            cases.load(FROM, TO, provenance="demonstration")
            found = []
            for n in range(600):
                item, zone = _ITEMS[n % len(_ITEMS)], ("etdz", "hidz")[n // 7 % 2]
                day = date(2021, 7, 1) + timedelta(n % 360)
                by = {"decided_department": _DEPARTMENT} if n % 10 == 0 else {}
                number = cases.decided(
                    *(item, zone, day.isoformat(), (day + timedelta(n % 15)).isoformat()),
                    promised_on=(day + timedelta(12)).isoformat(),
                    satisfaction=3 + n % 3,
                    **by,
                )
                if n % 40 == 5:
                    found.append((item, zone, number))
            run = cases.audit(TO, "CSE001")
            for where in found:
                cases.finding(run, *where)
            conn.execute("COMMIT")

    return made_once("evaluated", make) / "registry.db"


def evaluation_of(path: Path) -> Evaluation:
    """The evaluation of the year."""
    with closing(connect(path)) as conn:
        return evaluate(conn, FROM, TO, TO, EvaluationThresholds())


@pytest.fixture(scope="session")
def evaluated(filled: Path) -> Evaluation:
    """With cases."""
    return evaluation_of(filled)


@pytest.fixture(scope="session")
def unprovided(built: Path) -> Evaluation:
    """Without."""
    return evaluation_of(built)
