"""Verifying the access log: its lines against each other, and against checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from registry.internal.log_chain import NONE, REMOVED, log_files, parsed
from registry.locale import _


class HeldHead(NamedTuple):
    """What a checkpoint says of the log: the number and digest of its last line then."""

    seq: int
    digest: str
    at: str


@dataclass
class LogVerification:
    """What verifying found. `lines`: how many are chained, from number `first` on; `unchained`: how
    many are older than the chain; `removed`: how many of the lines before were removed when their
    time was over. `problems`: what differs."""

    lines: int = 0
    first: int = 0
    unchained: int = 0
    removed: int = 0
    problems: list[str] = field(default_factory=list)


def verify_access_log(folder: Path, held: Sequence[HeldHead] = ()) -> LogVerification:
    """Verify the access log of a state folder. `held`: what checkpoints say of it.

    Raises OSError.
    """
    found = LogVerification()
    digests: dict[int, str] = {}
    wanted = {one.seq for one in held}
    gone = (0, "")
    known, last, before_first = NONE, 0, NONE
    for place, line in _lines(folder):
        fields = parsed(line)
        seq, prev = (fields.get("seq"), fields.get("prev")) if fields else (None, None)
        if not last and not isinstance(seq, int):
            found.unchained += 1
        elif not last:
            last = found.first = int(seq or 0)
            before_first = str(prev)
            if last == 1 and prev != known:
                found.problems.append(_does_not_follow(place, last))
        else:
            # A line that was torn when the machine went down is vouched for by the next one.
            if fields is not None and (seq, prev) != (last + 1, known):
                found.problems.append(_does_not_follow(place, last + 1))
            last = seq if isinstance(seq, int) else last + 1
        known = hashlib.sha256(line).hexdigest()
        found.lines += last > 0
        if fields and fields.get("event") == REMOVED:
            gone = max(gone, (_number(fields.get("up_to")), str(fields.get("digest"))))
        if last in wanted:
            digests[last] = known
    found.removed = max(0, found.first - 1)
    found.problems += _missing_before(found, before_first, gone)
    found.problems += _against(held, found.first, last, digests)
    return found


def _against(
    held: Sequence[HeldHead], first: int, last: int, digests: dict[int, str]
) -> Iterator[str]:
    for one in held:
        if one.seq > last:
            yield _(
                "the access log ends with line {last}, and had {seq} at the checkpoint of {at}"
            ).format(last=last, seq=one.seq, at=one.at)
        elif one.seq >= first and digests.get(one.seq) != one.digest:
            yield _("line {seq} of the access log is not that of the checkpoint of {at}").format(
                seq=one.seq, at=one.at
            )


def _lines(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in log_files(folder):
        with path.open("rb") as stream:
            for line in stream:
                yield path.name, line.rstrip(b"\n")


def _missing_before(
    found: LogVerification, before_first: str, gone: tuple[int, str]
) -> Iterator[str]:
    """Whether the lines before the first one were removed by the program, as a line says."""
    if found.first <= 1:
        return
    up_to, digest = gone
    if found.first - 1 > up_to or (found.first - 1 == up_to and digest != before_first):
        yield _(
            "the access log begins with line {first}, and no line says what became of those before"
        ).format(first=found.first)


def _does_not_follow(place: str, seq: int) -> str:
    return _("{file}: line {seq} does not follow from the one before").format(file=place, seq=seq)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
