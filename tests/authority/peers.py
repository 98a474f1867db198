"""A registry against the oracle of who may do what: every state, and questions on each day."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from registry.authority.answer import Answer, Question
from registry.authority.answering import Authority, Span
from registry.report.authority.batch import read_questions
from tests.conftest import write_csv
from tests.oracle import authority as oracle
from tests.oracle.authority import ACTS, Day
from tests.oracle.test_living import calendar, standing
from tests.oracle.world import Key, World, delegations_of, first_day

ZONES = ("east", "west", "harbour")
FINISHED = ("examine", "decide", "issue")


class Peers:
    """The program's answers on a registry and the oracle's on the world that it was made of."""

    def __init__(self, conn: sqlite3.Connection, world: World, random: Random) -> None:
        self.conn, self.world, self.random = conn, world, random
        self.authority = Authority(conn)
        self.authority.read_all()
        self.keys = [*delegations_of(world)]
        self.items = {
            (instrument, item): no
            for no, instrument, item in conn.execute(
                "SELECT i.no, ins.id, i.id FROM item AS i"
                " JOIN instrument AS ins ON ins.no = i.instrument"
            )
        }
        self.days = oracle.boundaries(world)
        issued = world.acts[0].issued
        self.lived = [day for day in self.days if day > issued[:7]]
        self.handovers = [
            first_day(effect)
            for act in world.acts
            for effect in act.stated.get("effects", [])
            if effect["kind"] in ("withdraws", "replaces")
        ]
        self._known: dict[str, Day] = {}

    def day(self, day: str) -> Day:
        """The oracle's day, replayed once."""
        if day not in self._known:
            self._known[day] = Day(self.world, calendar(), day, self.day)
        return self._known[day]

    # states

    def states(self) -> Iterator[str]:
        """Where views `standing` and `current_standing` differ from the oracle."""
        names = dict(
            self.conn.execute(
                "SELECT d.no, ins.id || ' ' || i.id || ' ' || z.id FROM delegation AS d"
                " JOIN item AS i ON i.no = d.item JOIN instrument AS ins ON ins.no = i.instrument"
                " JOIN zone AS z ON z.no = d.zone"
            )
        )
        spans: dict[str, list[tuple[str, str | None, str]]] = {name: [] for name in names.values()}
        for no, *span in self.conn.execute(
            "SELECT delegation_no, from_on, to_on, state FROM standing"
            " ORDER BY delegation_no, from_on"
        ):
            spans[names[no]].append(tuple(span))
        yield from (f"not whole: {name} {rows}" for name, rows in spans.items() if not whole(rows))
        # What no day of the world begins, the registry may know as never begun, or not at all.
        with standing(self.conn, self.days[0], materialise=False):
            for day in self.days:
                self.conn.execute("UPDATE temp.as_of SET date = ?", (day,))
                now = self.conn.execute("SELECT delegation_no, state FROM current_standing")
                current = {names[no]: state for no, state in now}
                for key in self.keys:
                    name, should = " ".join(key), self.day(day).state(key)
                    stretch = spans.get(name) or [("", None, "尚未生效")]
                    place = bisect_right([first for first, *_rest in stretch], day) - 1
                    says = stretch[place][2], current.get(name, "尚未生效")
                    if says != (should, should):
                        yield f"{day} {name}: oracle {should}, registry {says}"

    # questions

    def drawn(self, day: str, n: int) -> Iterator[tuple[Key, Question]]:
        """Questions on a day: with its delegation's key, about one of the zones."""
        random = self.random
        for _ in range(n):
            key = random.choice(self.keys)
            zone = random.choice([key[2], key[2], *ZONES])
            act, accepted = random.choice(ACTS), None
            if random.random() < 0.4:
                act = random.choice(FINISHED)
                near = [d for d in self.handovers if d <= day]
                accepted = random.choice(self.lived)
                if near and random.random() < 0.7:
                    before = self.days.index(random.choice(near)) - 1
                    accepted = self.days[max(0, before - random.choice([0, 0, 1, 3]))]
            strict = random.random() < 0.3
            yield key, Question(zone, self.items[key[:2]], act, day, accepted, strict)

    def asked(self, key: Key, question: Question) -> oracle.Question:
        """The same for the oracle."""
        zone, _item, act, day, accepted, strict = question
        return oracle.Question(zone, key[0], key[1], act, day, accepted, strict)

    def answers(self, n: int) -> Iterator[str]:
        """Where answers or premises differ, of `n` questions a day."""
        for day in self.days:
            for key, question in self.drawn(day, n):
                says = self.authority.can(question)
                should = self.day(day).premises(self.asked(key, question))
                found = values(says)
                if self._not_begun(says, day):
                    # Of what has not begun either may show other terms: it is a no anyway.
                    should, found = {"P1": should["P1"]}, {"P1": found["P1"]}
                answer = oracle.concluded(should, strict=question.strict)
                if (answer, should) != (says.answer, found):
                    yield f"{question}: oracle {answer} {should}, registry {says.answer} {found}"

    def _not_begun(self, says: Answer, day: str) -> bool:
        return says.delegation is None or says.delegation.period_on(day) is None

    def who(self, n: int) -> Iterator[str]:
        """Where those who may differ."""
        for day in self.days:
            for key, question in self.drawn(day, n):
                should = self.day(day).who(*key[:2], question.act)
                answers = self.authority.who(question.item, question.act, day)
                found = {a.question.zone for a in answers if a.answer == "yes"}
                if found != should:
                    yield f"{day} {key} {question.act}: oracle {should}, registry {found}"

    def spans(self, n: int) -> Iterator[str]:
        """Where the answers by stretches are not those of single days."""
        for _ in range(n):
            for _key, question in self.drawn(self.random.choice(self.lived), 1):
                spans = self.authority.spans(question)
                if not whole(spans):
                    yield f"not whole: {question} {spans}"
                for day in self.days:
                    says = self.authority.can(question._replace(day=day)).answer
                    if at(spans, day).answer != says:
                        yield f"{question} on {day}: {says}, by stretches {spans}"

    # one by one and many at once

    def batch(self, folder: Path, n: int) -> Iterator[str]:
        """Where a table of questions is answered otherwise than its questions one by one."""
        day, names = self.random.choice(self.lived), {no: key for key, no in self.items.items()}
        days = self.random.sample(self.lived, 5)
        drawn = [
            question._replace(strict=False) for d in days for _, question in self.drawn(d, n // 5)
        ]
        file = folder / "questions.csv"
        rows = [
            {
                "zone": q.zone,
                "item": ":".join(names[q.item]),
                "act": q.act,
                "on": "" if q.day == day else q.day,
                "accepted_on": q.accepted_on or "",
            }
            for q in drawn
        ]
        write_csv(file, rows)
        table = read_questions(self.conn, file, day, strict=False)
        if table.questions != drawn:
            yield f"read otherwise: {table.questions} {drawn}"
        many = Authority(self.conn)
        many.read({question.item for question in table.questions})
        for question in table.questions:
            one = Authority(self.conn).can(question)
            if not one == many.can(question) == self.authority.can(question):
                yield f"{question}: {one}, of many {many.can(question)}"


def values(answer: Answer) -> dict[str, bool | None]:
    """The premises of an answer, as the oracle has them."""
    return {premise.id: premise.value for premise in answer.premises}


def whole(spans: list[Span] | list[tuple[str, str | None, str]]) -> bool:
    """Whether stretches follow each other day by day, each of another value than the last."""
    if not spans or spans[-1][1] is not None or spans[0][0] not in (None, "0001-01-01"):
        return False
    return all(
        one[1] is not None
        and next_[0] is not None
        and date.fromisoformat(one[1]) + timedelta(1) == date.fromisoformat(next_[0])
        and one[2] != next_[2]
        for one, next_ in pairwise(spans)
    )


def at(spans: list[Span], day: str) -> Span:
    """The stretch in which a day lies."""
    return next(
        s for s in spans if (s.from_on or "") <= day and (s.to_on is None or day <= s.to_on)
    )
