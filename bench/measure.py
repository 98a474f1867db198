"""Runs processes one after another, and takes down time and memory as the system accounts them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One process. `seconds`: what it reports of itself, else its whole life; `megabytes`: peak."""

    seconds: float
    megabytes: float
    output: dict[str, Any]


def run(command: Sequence[str | Path], cwd: Path, *, ok: Sequence[int] = (0,)) -> Sample:
    """Run a command to its end. A last line of JSON with `seconds` overrides the measured time."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    output, errors = process.stdout.read(), process.stderr.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ok:
        sys.exit(f"{command} ended with {process.returncode}:\n{errors.decode()}")
    last = output.decode().strip().rpartition("\n")[2]
    found = json.loads(last) if last.startswith('{"seconds"') else {}
    return Sample(found.get("seconds", seconds), usage.ru_maxrss / 1024, found)


def alternate(runs: int, **contenders: Callable[[], Sample]) -> dict[str, list[Sample]]:
    """Run the contenders in turn, so that a machine that slows down slows them all."""
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    for _round in range(runs):
        for name, contender in contenders.items():
            samples[name].append(contender())
    return samples


def median(samples: Sequence[Sample]) -> float:
    """The median of their seconds."""
    return statistics.median(sample.seconds for sample in samples)


def peak(samples: Sequence[Sample]) -> float:
    """The highest of their peaks, in megabytes."""
    return max(sample.megabytes for sample in samples)


def ratio(one: Sequence[Sample], other: Sequence[Sample]) -> float:
    """The median of the ratios, run by run."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(one, other, strict=True))


@dataclass(frozen=True)
class Line:
    """A row of the table of results. `megabytes`: peaks of what was measured and of its peer."""

    name: str
    against: str
    ratio: float
    target: str
    megabytes: tuple[float, float]


def line(
    name: str,
    against: str,
    samples: Mapping[str, Sequence[Sample]],
    contenders: tuple[str, str],
    target: str,
) -> Line:
    """Compare two contenders of the same rounds."""
    one, other = (samples[contender] for contender in contenders)
    return Line(name, against, ratio(one, other), target, (peak(one), peak(other)))
