"""Effects: what each kind needs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from registry.model.effect import Effect

EFFECT = {"kind": "withdraws", "target": "a-1", "effective_on": "2022-04-01", "clause": "一"}


def test_everything_of_everybody_unless_told_otherwise() -> None:
    effect = Effect.model_validate(EFFECT)
    assert (effect.items, effect.delegates, effect.transition) == (["all"], ["all"], "unstated")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"kind": "extends"}, "until"),
        ({"kind": "extends-to"}, "to"),
        ({"kind": "amends"}, "mode / scope / remark / territory"),
        ({"handover_on": "2022-03-31"}, "the handover comes before the effect"),
        ({"items": ["第一项"]}, "items"),
        ({"items": []}, "items"),
        ({"kind": "repeals"}, "kind"),
    ],
)
def test_what_is_refused(change: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        Effect.model_validate(EFFECT | change)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "extends", "until": "2025-12-31"},
        {"kind": "extends-to", "to": "south;north"},
        {"kind": "amends", "territory": "起步区"},
        {"items": "annex:1;2-0003", "handover_on": "2022-04-01"},
    ],
)
def test_what_is_taken(change: dict[str, Any]) -> None:
    assert Effect.model_validate(EFFECT | change).kind == change.get("kind", "withdraws")
