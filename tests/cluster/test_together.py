"""Many registries audited together on Sail: what each finds alone, finding by finding."""

from __future__ import annotations

from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.cluster import digest
from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.rule import select_rules
from registry.cluster.reading import find_exports
from registry.cluster.sessions import session
from registry.cluster.spark import ClusterFailure
from registry.cluster.together import RegistryAudit, audit_together, prepare
from registry.model.config import Config, Thresholds
from registry.store.connection import connect
from tests.conftest import MadeOnce, examples
from tests.exported import export
from tests.oracle.random_worlds import worlds
from tests.oracle.test_living import made
from tests.oracle.world import World

FEW = "AGR001,AGR002,CAT001,HIS001,DUT,PWL001,WVR"
CONFIG = Config(thresholds=Thresholds(agreement_expiring_days=300, case_sample=1))


def chosen(select: str | None, conn: object) -> list:  # type: ignore[type-arg]
    """The registry's rules that are selected."""
    rules = registry_rules(conn)  # type: ignore[arg-type]
    words = [
        word for word in (select or "").split(",") if any(r.code.startswith(word) for r in rules)
    ]
    return select_rules(rules, ",".join(words) or None, None)


def together(
    folder: Path, day: str, select: str | None = None, *, everything: bool = False
) -> dict[str, RegistryAudit]:
    """The audits of a folder's exports, by registry."""
    with session(None) as (connected, work):
        registries = prepare(find_exports([folder]), partial(chosen, select))
        found = audit_together(
            *(connected, work, registries, day), config=CONFIG, everything=everything
        )
        return {one.registry: one for one in found}


def alone(db: Path, day: str, select: str | None = None, *, everything: bool = False) -> dict:  # type: ignore[type-arg]
    """The digest of a registry's own audit."""
    with closing(connect(db)) as conn:
        rules = chosen(select, conn)
        return digest(run_audit(conn, rules, day, config=CONFIG, everything=everything))


def test_each_registry_finds_what_it_finds_alone(
    exports: Path, demonstration: Path, two_built: Path
) -> None:
    found = together(exports, "2021-06-30", FEW)
    assert digest(found["甲市"].audit) == alone(demonstration, "2021-06-30", FEW)
    assert digest(found["乙市"].audit) == alone(two_built, "2021-06-30", FEW)
    assert all(one.audit.findings for one in found.values())
    with closing(connect(demonstration)) as conn:
        mine = run_audit(conn, chosen(FEW, conn), "2021-06-30", config=CONFIG)
    assert found["甲市"].audit.provenance == mine.provenance
    assert found["甲市"].bodies["etdz"]


@pytest.mark.long
@pytest.mark.parametrize("day", ["2021-04-15", "2021-06-30", "2022-06-30", "2024-06-30"])
def test_every_rule_on_every_day(
    exports: Path, demonstration: Path, two_built: Path, day: str
) -> None:
    found = together(exports, day)
    assert digest(found["甲市"].audit) == alone(demonstration, day)
    assert digest(found["乙市"].audit) == alone(two_built, day)


@pytest.mark.long
def test_every_subject_where_all_are_wanted(exports: Path, two_built: Path) -> None:
    found = together(exports, "2021-06-30", everything=True)
    assert digest(found["乙市"].audit) == alone(two_built, "2021-06-30", everything=True)


@pytest.mark.long
def test_250_zones(made_once: MadeOnce, tmp_path: Path) -> None:
    from bench.child import build
    from bench.generate import data_root

    def make(folder: Path) -> None:
        for number, zones in enumerate((125, 125)):
            data_root(folder / f"root{number}", zones, number)
            build(str(folder / f"{number}.db"), str(folder / f"root{number}"))

    folder = made_once("cluster-250", make)
    for number in (0, 1):
        export(folder / f"{number}.db", tmp_path / "out", f"city-{number}")
    found = together(tmp_path / "out", "2021-06-30")
    for number in (0, 1):
        assert digest(found[f"city-{number}"].audit) == alone(folder / f"{number}.db", "2021-06-30")


@pytest.mark.long
@given(
    one=worlds(), other=worlds(), day=st.sampled_from(["2021-05-28", "2021-06-10", "2021-08-01"])
)
@settings(
    max_examples=examples(6),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.generate],
)
def test_random_registries(
    tmp_path_factory: pytest.TempPathFactory, one: World, other: World, day: str
) -> None:
    folder = tmp_path_factory.mktemp("worlds")
    with ExitStack() as stack:
        conns = {name: stack.enter_context(made(w)) for name, w in (("甲", one), ("乙", other))}
        for name, conn in conns.items():
            (path,) = (row[2] for row in conn.execute("PRAGMA database_list") if row[1] == "main")
            export(Path(path), folder, name)
        found = together(folder, day)
        for name, conn in conns.items():
            mine = run_audit(conn, chosen(None, conn), day, config=CONFIG)
            assert digest(found[name].audit) == digest(mine)


def test_a_server_that_is_not_there_is_said() -> None:
    with (
        pytest.raises(ClusterFailure, match=r"there is no Spark Connect at sc://127\.0\.0\.1:1"),
        session("sc://127.0.0.1:1"),
    ):
        pass
