"""The audit of cases and permissions against the oracle, in random worlds, finding by finding."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from registry.audit.engine import run_audit
from registry.audit.finding import Audit, Finding, fingerprint
from registry.audit.rule import load_rules
from registry.authority.answer import Question
from registry.authority.answering import Authority
from registry.model.config import Config, Thresholds
from tests.authority.case_rows import CODES, CaseRows
from tests.authority.peers import Peers
from tests.conftest import SEED, amount
from tests.oracle.case_world import ZONE, Case, Setting
from tests.oracle.cases import Cases, Expected, Group, acts_of
from tests.oracle.random_authority import worlds_of_authority
from tests.oracle.random_cases import LIMITS, Drawn, cite, state_names
from tests.oracle.test_living import calendar, made
from tests.oracle.world import World

SHARDS = 4
CASES, PERMISSIONS = 60, 25
BY_VERDICT = ("CSE001", "CSE002", "CSE003", "CSE004", "CSE006")
OF_CASES = tuple(code for code in CODES if code.startswith("CSE"))
OF_PERMISSIONS = ("PER001", "PER002", "PER003")
COUNTED_WHOLE = ("CSE008", "CSE009", "CSE011", "CSE012", "PER003")
"""Of these the contract says of every row whether it is in order; of others which are found."""


class Trial:
    """A random world with cases and permissions: the registry, and what the oracle expects."""

    def __init__(self, conn: sqlite3.Connection, world: World, random: Random) -> None:
        self.conn = conn
        peers = Peers(conn, world, random)
        lived = [day for day in peers.lived if day >= world.acts[0].issued]
        as_of = random.choice(lived[len(lived) // 2 :])
        zones = ("east", "west", "harbour")
        self.setting = Setting(
            as_of,
            max(as_of, random.choice([as_of, lived[-1]])),
            LIMITS,
            conn.execute("SELECT id FROM instrument ORDER BY no LIMIT 1").fetchone()[0],
            sample=random.choice([1, 5]),
            authorised=frozenset(random.sample(zones, 1)),
            approved=frozenset(random.sample(zones, 1)),
        )
        self.oracle = Cases(world, calendar(), self.setting, peers.day)
        drawn = Drawn(world, calendar(), random, as_of)
        self.cases, self.permissions = drawn.cases(CASES), drawn.permissions(PERMISSIONS)
        self.rows = CaseRows(conn, self.setting)
        self.rows.write(self.cases, self.permissions)

    def audit(self) -> Audit:
        """What the program finds."""
        rules = [rule for rule in load_rules() if rule.code in CODES]
        config = Config(thresholds=Thresholds(case_sample=self.setting.sample))
        return run_audit(self.conn, rules, self.setting.as_of, config=config)

    def differences(self, codes: Collection[str]) -> Iterator[str]:
        """Where program and oracle differ in counts or findings of these rules, one line each."""
        audit = self.audit()
        expected = self.oracle.expected(self.cases)
        permitted = self.oracle.expected_permissions(self.permissions)
        expected.counts.update(permitted.counts)
        expected.groups.update(permitted.groups)
        if self._zones_changed():
            # Whether what a zone had and another has now is ended, withdrawn or none of its own is
            # a matter of words: only that it may not is held.
            yield from self._refusals(audit, expected)
            codes = [code for code in codes if code not in (*BY_VERDICT, "CSE005", "CSE007")]
        yield from self._counts(audit, expected, codes)
        yield from self._findings(audit, expected, codes)

    def _zones_changed(self) -> bool:
        (changed,) = self.conn.execute(
            "SELECT EXISTS (SELECT 1 FROM body_event WHERE kind = 'zone' AND what <> 'renamed')"
        ).fetchone()
        return bool(changed)

    def _refusals(self, audit: Audit, expected: Expected) -> Iterator[str]:
        """Cases of a zone in which only one of them finds an act that it may not, or not surely."""
        should = {
            (group.subject_id, number)
            for group, numbers in expected.groups.items()
            if group.code in BY_VERDICT
            for number in numbers
        }
        found = {
            (finding.subject_id, number)
            for finding in audit.findings
            if finding.code in BY_VERDICT
            for number in finding.cases
        }
        for subject, number in sorted(should ^ found):
            yield f"told by one alone: {subject} {self.told([number])}"

    def _counts(self, audit: Audit, expected: Expected, codes: Collection[str]) -> Iterator[str]:
        counts = {result.code: result.counts for result in audit.results}
        for code in codes:
            names = ("alarm", "manual") + ("ok", "pending") * (code in COUNTED_WHOLE)
            should = {name: expected.counts[code][name] for name in names}
            found = {name: n for name, n in counts.get(code, {}).items() if name in names}
            if code in counts and should != found:
                yield f"{code}: oracle {should}, program {found}"

    def _findings(self, audit: Audit, expected: Expected, codes: Collection[str]) -> Iterator[str]:
        should = {
            (_mark(group), group.status): (group, tuple(dict.fromkeys(numbers)))
            for group, numbers in expected.groups.items()
            if group.code in codes
        }
        found = {(f.fingerprint, f.status): f for f in audit.findings if f.code in codes}
        for key in sorted({*should, *found}):
            finding, expectation = found.get(key), should.get(key)
            if finding is None and expectation is not None:
                yield f"oracle only: {expectation} {self.told(expectation[1])}"
            elif finding is not None and expectation is None:
                where = finding.code, finding.subject_type, finding.reference, finding.status
                yield f"program only: {where} {finding.cases} {self.told(finding.cases)}"
            elif finding is not None and expectation is not None and _differ(finding, expectation):
                yield f"{expectation}: program {finding.cases}"

    def told(self, numbers: Collection[str]) -> list[Case]:
        """The cases of these numbers."""
        return [case for case in self.cases if case.number in numbers]


def _differ(finding: Finding, expectation: tuple[Group, tuple[str, ...]]) -> bool:
    """Whether a finding on cases stands for others than it should."""
    return finding.code in OF_CASES and finding.cases != expectation[1]


def _mark(group: Group) -> str:
    """The fingerprint of the finding. What is to be checked by hand is apart from what is wrong."""
    of_status = "" if group.status == "alarm" else f"/{group.status}"
    return fingerprint(
        group.instrument,
        group.code,
        group.subject_type,
        group.subject_id,
        group.discriminator + of_status,
    )


def in_worlds(shard: object, n: int, hold: Callable[[Trial], None]) -> None:
    """Hold something on trials, others in each run; REGISTRY_TESTS_SEED draws the same again."""
    numbers = iter(range(10_000))

    @seed(f"{SEED} {shard}")
    @settings(
        max_examples=n,
        database=None,
        phases=[Phase.generate],  # without shrinking, which takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(world=worlds_of_authority(zones_grant=False))
    def each(world: World) -> None:
        random = Random(f"{SEED} {shard} {next(numbers)}")
        state_names(world, random)
        cite(world, CODES)
        with made(world) as conn:
            hold(Trial(conn, world, random))

    each()


@pytest.mark.parametrize("shard", range(SHARDS))  # so that several workers share them
def test_audit_and_oracle_agree_on_cases(shard: int) -> None:
    """Every count and every grouped finding, of 100 worlds in `make test-all`."""

    def agree(trial: Trial) -> None:
        assert [*trial.differences((*OF_CASES, *OF_PERMISSIONS))] == []

    in_worlds(f"cases {shard}", amount(4, 12, 100) // SHARDS, agree)


def test_case_alarms_exactly_where_can_says_no() -> None:
    """In CSE001 to CSE004 or CSE006, asked of the program's `can`."""

    def hold(trial: Trial) -> None:
        authority = Authority(trial.conn)
        authority.read_all()
        alarmed = {
            number
            for finding in trial.audit().findings
            if finding.code in BY_VERDICT and finding.status == "alarm"
            for number in finding.cases
        }
        told_no = {case.number for case in trial.cases if _told_no(authority, trial, case)}
        assert alarmed == told_no

    in_worlds("can", amount(2, 10, 100), hold)


def test_oracle_and_can_agree_on_cases() -> None:
    """Whether one act of a case was a no: the two that the audit is held against."""

    def hold(trial: Trial) -> None:
        authority = Authority(trial.conn)
        authority.read_all()
        for case in trial.cases:
            assert trial.oracle.may_not(case) == _told_no(authority, trial, case), case

    in_worlds("oracle", amount(3, 10, 100), hold)


def _told_no(authority: Authority, trial: Trial, case: Case) -> bool:
    """Whether `can` says no for an act of a case on its day."""
    if case.item is None:
        return False
    item = trial.rows.items[case.item]
    return any(
        authority.can(Question(body[1], item, act, on, case.accepted_on)).answer == "no"
        for act, on, body in acts_of(case)
        if body and body[0] == ZONE and on <= trial.setting.as_of
    )
