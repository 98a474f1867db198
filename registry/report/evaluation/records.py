"""An evaluation as plain values: what JSON, CSV and the workbook hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from registry.authority.evaluation import EvaluatedDelegation, Evaluation, GroupName
from registry.authority.figures import Figures, Ratio
from registry.locale import LANGUAGES
from registry.report.evaluation.wording import RATIOS, grounds_text

SCHEMA: Final = 1


def evaluation_record(evaluation: Evaluation, by: GroupName) -> dict[str, Any]:
    """The whole, with the rows of one kind. `null` stands for what is not provided."""
    coverage, run = evaluation.coverage, evaluation.run
    return {
        "schema": SCHEMA,
        "from": evaluation.from_on,
        "to": evaluation.to_on,
        "as_of": evaluation.as_of,
        "instruments": list(evaluation.instruments),
        "demonstration": evaluation.demonstrates,
        "reconstruction": evaluation.reconstructs,
        "coverage": {
            "covered_days": coverage.covered,
            "days": coverage.days,
            "stretches": [{"from": first, "to": last} for first, last in coverage.stretches],
        },
        "run": run._asdict() if run else None,
        "thresholds": asdict(evaluation.thresholds),
        "apart": evaluation.apart._asdict() if coverage.covered else None,
        "overall": figures_record(evaluation.overall),
        "by": by,
        "rows": [record for record, _figures in rows(evaluation, by)],
        "without_case": (
            [delegation.reference for delegation in evaluation.idle] if coverage.covered else None
        ),
    }


def rows(evaluation: Evaluation, by: GroupName) -> Iterator[tuple[dict[str, Any], Figures]]:
    """The record of each row, and its figures."""
    if by == "delegation":
        for delegation in evaluation.delegations:
            yield delegation_record(delegation), delegation.figures
    else:
        for entry in evaluation.zones if by == "zone" else evaluation.departments:
            record = {"id": entry.id, "name": entry.name, **figures_record(entry.figures)}
            yield record, entry.figures


def delegation_record(delegation: EvaluatedDelegation) -> dict[str, Any]:
    """A delegation with its figures, the advice, and the grounds of that."""
    advice = delegation.advice
    return {
        "reference": delegation.reference,
        "item_name": delegation.item_name,
        "zone": delegation.zone,
        "zone_name": delegation.zone_name,
        "departments": list(delegation.departments),
        "mode": delegation.mode,
        "initiation": delegation.initiation,
        "state": delegation.state,
        "provenance": delegation.provenance,
        **figures_record(delegation.figures),
        "advice": advice.kind,
        "no_advice_because": advice.silence,
        "grounds": [
            {
                "threshold": ground.threshold,
                "limit": ground.limit if ground.measure else None,
                "figures": _ratio(ground.figures),
            }
            for ground in advice.grounds
        ],
        "grounds_text": {language: grounds_text(advice, language) for language in LANGUAGES},
    }


def figures_record(figures: Figures) -> dict[str, Any]:
    """Every figure, numerator and denominator."""
    return {
        "delegations": figures.delegations,
        "not_applied_for": figures.not_applied_for,
        "not_throughout": figures.not_throughout,
        "cases": figures.cases,
        **{measure: _ratio(getattr(figures, measure)) for measure in RATIOS},
        "late": _ratio(figures.late),
    }


def _ratio(ratio: Ratio | None) -> dict[str, int] | None:
    return None if ratio is None else ratio._asdict()
