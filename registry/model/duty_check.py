"""How a duty is checked: whether what it demands is missing, and whether it came late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from registry.model.limits import Bilingual
from registry.model.vocabulary import Body, Severity

Check = Literal["missing", "late"]
CHECKS: Final[tuple[Check, ...]] = get_args(Check)

GENERAL_CODES: Final[dict[Check, str]] = {"missing": "DUT001", "late": "DUT002"}
"""The codes of findings about duties that their instrument gives no codes of their own."""


@dataclass(frozen=True, slots=True)
class DutyCheck:
    """One check of one duty of one instrument, with all that its findings say. `per_case`: the duty
    is owed for each case."""

    instrument: str
    duty: str
    check: Check
    code: str
    name: str
    severity: Severity
    title: Bilingual
    remedy: Bilingual
    message: Bilingual
    owed_by: tuple[Body, ...]
    clauses: tuple[str, ...]
    per_case: bool = False
