"""The bar for what takes long."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from registry.cli import progress_bar
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
    monkeypatch.setattr(progress_bar, "sys", SimpleNamespace(stderr=stream))
    return stream


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Put a clock of ours in the place of the module's."""
    ours = Clock()
    monkeypatch.setattr(progress_bar, "time", ours)
    return ours


def test_nothing_within_two_seconds(terminal: Terminal, clock: Clock) -> None:
    with progress_bar.progress_bar("读取清单") as update:
        update(1, 10)
        clock.now += 1.9
        update(2, 10)
    assert terminal.getvalue() == ""


def test_after_two_seconds_a_bar_and_then_nothing(terminal: Terminal, clock: Clock) -> None:
    with progress_bar.progress_bar("读取清单") as update:
        clock.now += 2.5
        update(5, 10)
        update(6, 10)  # too soon after the last to be worth showing
    shown = terminal.getvalue()
    bar = "读取清单 [############............] 5/10"
    assert shown == f"\r{bar}\r{' ' * text_width(bar)}\r"


def test_without_a_total_it_counts(terminal: Terminal, clock: Clock) -> None:
    with progress_bar.progress_bar("读取") as update:
        clock.now += 3
        update(1234, 0)
    assert "读取 1,234" in terminal.getvalue()


def test_it_goes_even_when_the_work_fails(terminal: Terminal, clock: Clock) -> None:
    def work() -> None:
        with progress_bar.progress_bar("读取") as update:
            clock.now += 3
            update(1, 2)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work()
    assert terminal.getvalue().endswith("\r")


def test_no_terminal_no_bar(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(progress_bar, "sys", SimpleNamespace(stderr=stream))
    with progress_bar.progress_bar("读取") as update:
        clock.now += 3
        update(1, 2)
    assert stream.getvalue() == ""
