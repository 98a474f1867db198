"""JSON and JSON lines: the contract of DESIGN section 6."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module

from registry.audit.finding import Audit
from registry.report.audit import BINARY_FORMATS, FORMATS, RenderOptions, render

TOP = {"schema", "as_of", "run", "instrument", "provenance", "examined", "summary", "rules"}
FINDING_FIELDS = [
    *("code", "name", "severity", "status", "waived", "fingerprint", "subject_type", "subject_id"),
    *("item", "item_name", "zone", "department", "owed_by", "mode", "duty", "due_on"),
    *("days_overdue", "working_days_overdue", "message", "clauses", "remedy", "provenance"),
    *("instrument", "reference", "cases", "case_numbers"),
]


def document(audit: Audit, context: RenderOptions) -> dict[str, object]:
    found: dict[str, object] = json.loads("".join(render("json", audit, context)))
    return found


def test_every_format_has_its_module() -> None:
    for name in FORMATS:
        module = import_module(f"registry.report.audit.{name}_format")
        assert callable(module.render_bytes if name in BINARY_FORMATS else module.render)


def test_document_has_the_contract_s_fields(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    found = document(findings_only, context())
    assert set(found) >= TOP
    assert found["schema"] == 2
    assert found["examined"] == sum(r["examined"] for r in found["rules"])  # type: ignore[attr-defined]
    assert list(found["findings"][0]) == FINDING_FIELDS  # type: ignore[index]
    assert found["provenance"]["agreement"] == {"demonstration": 18}  # type: ignore[index]


def test_rules_add_up(findings_only: Audit, context: Callable[..., RenderOptions]) -> None:
    for rule in document(findings_only, context())["rules"]:  # type: ignore[attr-defined]
        assert list(rule) == [
            "code", "name", "examined", "ok", "pending", "alarm", "skip", "manual"
        ]  # fmt: skip
        parts = rule["ok"] + rule["pending"] + rule["alarm"] + rule["manual"]
        assert rule["examined"] == parts


def test_summary_adds_up(findings_only: Audit, context: Callable[..., RenderOptions]) -> None:
    found = document(findings_only, context())
    summary, findings = found["summary"], found["findings"]
    alarms = sum(f["status"] == "alarm" for f in findings)  # type: ignore[attr-defined]
    for part in ("by_severity", "by_rule"):
        assert sum(n["alarm"] for n in summary[part].values()) == alarms  # type: ignore[index]
    in_zones = sum(f["zone"] is not None and f["status"] == "alarm" for f in findings)  # type: ignore[attr-defined]
    assert sum(n["alarm"] for n in summary["by_zone"].values()) == in_zones  # type: ignore[index]


def test_keys_stay_english_and_texts_follow_the_language(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    english, chinese = (document(findings_only, context(lang)) for lang in ("en", "zh"))
    assert set(english) == set(chinese)
    one, other = english["findings"][0], chinese["findings"][0]  # type: ignore[index]
    assert one["fingerprint"] == other["fingerprint"]
    assert "signed no agreement" in one["message"]
    assert "未就" in other["message"]
    assert one["owed_by"] == ["zjj", "hidz"]


def test_lines_are_the_findings(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    lines = [json.loads(t) for t in render("jsonl", findings_only, context())]
    found = document(findings_only, context())
    assert [list(line)[2:] for line in lines[:1]] == [FINDING_FIELDS]
    assert [line["fingerprint"] for line in lines] == [
        f["fingerprint"]
        for f in found["findings"]  # type: ignore[attr-defined]
    ]


def test_an_audit_without_findings_is_json_too(
    findings_only: Audit, context: Callable[..., RenderOptions]
) -> None:
    from dataclasses import replace

    assert document(replace(findings_only, findings=[]), context())["findings"] == []
