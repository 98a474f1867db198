"""May they? against the day-by-day oracle, in random worlds: states, answers and their premises."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.authority.peers import Peers
from tests.conftest import SEED, amount
from tests.oracle.random_authority import worlds_of_authority
from tests.oracle.test_living import made
from tests.oracle.world import World

SHARDS = 4
A_DAY = amount(25, 30, 60)


@pytest.mark.parametrize("shard", range(SHARDS))  # so that several workers share them
def test_registry_and_oracle_agree_on_random_worlds(shard: int, tmp_path: Path) -> None:
    """Other worlds in each run; REGISTRY_TESTS_SEED draws the same again."""
    numbers = iter(range(10_000))

    @seed(f"{SEED} {shard}")
    @settings(
        max_examples=amount(12, 24, 300) // SHARDS,
        database=None,
        phases=[Phase.generate],  # without shrinking, which takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(world=worlds_of_authority(zones_grant=False))
    def agree(world: World) -> None:
        with made(world) as conn:
            peers = Peers(conn, world, Random(f"{SEED} {shard} {next(numbers)}"))
            assert [*peers.states()] == []
            assert [*peers.answers(A_DAY)] == []
            assert [*peers.who(2)] == []
            assert [*peers.spans(3)] == []
            assert [*peers.batch(tmp_path, 25)] == []

    agree()
