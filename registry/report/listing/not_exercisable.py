"""What stands in a zone's published list although the zone may not exercise it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from registry.authority.answer import Question, Sentence
from registry.authority.answering import Authority
from registry.authority.in_short import in_short
from registry.authority.position import position_of
from registry.intake.matching import Named, Pair, Pairing, pair_up
from registry.store.annex_load import StoredItem


class NotExercisable(NamedTuple):
    """A row of the list, and the item that it is by an equal or, with a score, a like name.

    `pair`: their places in the list and among the items; `why`: how the zone stands to the item.
    """

    pair: Pair
    why: Sentence


def not_exercisable(
    authority: Authority,
    zone: str,
    day: str,
    stored: Sequence[StoredItem],
    listed: Sequence[Named],
    pairing: Pairing,
) -> list[NotExercisable]:
    """The rows of a list that are items for which the zone may do nothing on the day.

    `stored`: items that were conferred on the zone; `pairing`: of the list with all of them. A row
    whose name is that of an item that the zone may exercise is that one, whatever else it is like.
    Equal names come first, then the most alike.
    """
    authority.read(item.no for item in stored)
    closed = [i for i, item in enumerate(stored) if _may_nothing(authority, zone, item.no, day)]
    exercised = {pair.left for pair in pairing.same if pair.right not in closed}
    rows = [i for i in range(len(listed)) if i not in exercised]
    own = pair_up([listed[i] for i in rows], [stored[i].named for i in closed])
    found = []
    for pair in (*sorted(own.same, key=lambda p: p.left), *own.best()):
        item = closed[pair.right]
        (delegation, *_others) = authority.held_by(zone, stored[item].no, day)
        why = in_short(position_of(authority, delegation, day), authority.acts)
        found.append(NotExercisable(Pair(rows[pair.left], item, pair.score), why))
    return found


def _may_nothing(authority: Authority, zone: str, item: int, day: str) -> bool:
    """Whether the answer is no for every act, although the item was conferred on the zone."""
    return bool(authority.held_by(zone, item, day)) and all(
        authority.can(Question(zone, item, act, day)).answer == "no" for act in authority.acts
    )
