"""The bar for what takes long."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from registry.cli import progress_bar as waiting
from registry.report.terminal import text_width


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    """Time that passes when a test says so."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in the place of stderr; pytest changes that of sys itself between steps."""
    stream = Terminal()
    monkeypatch.setattr(waiting, "sys", SimpleNamespace(stderr=stream))
    return stream


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Put a clock of ours in the place of the module's."""
    ours = Clock()
    monkeypatch.setattr(waiting, "time", ours)
    return ours


def test_nothing_within_two_seconds(terminal: Terminal, clock: Clock) -> None:
    with waiting.waiting("读取清单") as tick:
        tick(1, 10)
        clock.now += 1.9
        tick(2, 10)
    assert terminal.getvalue() == ""


def test_after_two_seconds_a_bar_and_then_nothing(terminal: Terminal, clock: Clock) -> None:
    with waiting.waiting("读取清单") as tick:
        clock.now += 2.5
        tick(5, 10)
        tick(6, 10)  # too soon after the last to be worth showing
    shown = terminal.getvalue()
    bar = "读取清单 [############............] 5/10"
    assert shown == f"\r{bar}\r{' ' * text_width(bar)}\r"


def test_without_a_total_it_counts(terminal: Terminal, clock: Clock) -> None:
    with waiting.waiting("读取") as tick:
        clock.now += 3
        tick(1234, 0)
    assert "读取 1,234" in terminal.getvalue()


def test_it_goes_even_when_the_work_fails(terminal: Terminal, clock: Clock) -> None:
    def work() -> None:
        with waiting.waiting("读取") as tick:
            clock.now += 3
            tick(1, 2)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work()
    assert terminal.getvalue().endswith("\r")


def test_no_terminal_no_bar(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(waiting, "sys", SimpleNamespace(stderr=stream))
    with waiting.waiting("读取") as tick:
        clock.now += 3
        tick(1, 2)
    assert stream.getvalue() == ""
