"""The schema and its numbered migrations."""

from __future__ import annotations

from typing import Final

MIGRATION_SET: Final = "registry"
MIGRATIONS: Final = (
    "0001_registry",
    "0002_annex_loads",
    "0003_ledger_imports",
    "0004_owed_by",
    "0004b_case_duties",
    "0005_duty_checks",
    "0006_agreement_life",
    "0007_voids",
    "0008_unofficial_fields",
    "0009_periods",
    "0010_references",
    "0011_powers",
    "0012_log",
    "0013_authority",
    "0014_cases",
    "0015_zone_aliases",
    "0016_services",
    "0017_reductions_by_item",
)
"""Every migration in order: a script of that name in `tables`."""
