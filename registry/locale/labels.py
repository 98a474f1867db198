"""The labels of domain values: what users read where JSON and CSV hold the value itself.

A table for each vocabulary, and a function that gives a value's label in the language in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from registry.locale import N_, Language, _, language, list_separator
from registry.model.vocabulary import PROVENANCES, Body, Provenance, Severity, Status

_PROVENANCE: Final = {
    "official": N_("official"),
    "reconstruction": N_("reconstructed, not official"),
    "demonstration": N_("demonstration, not official"),
}
_PROVENANCE_WORD: Final = {
    "official": N_("official"),
    "reconstruction": N_("reconstructed"),
    "demonstration": N_("demonstration"),
}
"""As lists have it, below what each page says of it."""
_SEVERITY: Final = {
    "high": N_("high"),
    "medium": N_("medium"),
    "low": N_("low"),
    "info": N_("info"),
}
_STATUS: Final = {
    "ok": N_("done"),
    "pending": N_("not yet due"),
    "alarm": N_("alarm"),
    "skip": N_("not applicable"),
    "manual": N_("check by hand"),
}
_OBLIGATION_STATUS: Final = {
    "ok": N_("done"),
    "pending": N_("not yet due"),
    "alarm": N_("overdue"),
    "skip": N_("not begun"),
    "manual": N_("date to be checked"),
}
_CERTAINTY: Final = {"settled": N_("settled"), "provisional": N_("provisional")}
_ANNEX_ROLE: Final = {
    "delegated": N_("delegated"),
    "direct": N_("exercised before"),
    "withdrawn": N_("withdrawn"),
}
_BASIS: Final = {"text": N_("as printed"), "reading": N_("as we read it")}
_DAY_UNIT: Final = {
    "working": N_("working days"),
    "calendar": N_("calendar days"),
}
_COUNTED_FROM: Final = {
    "issue": N_("the day of issue"),
    "agreement": N_("the agreement"),
    "case": N_("each case"),
}
_BODY_KIND: Final = {
    "department": N_("the municipal department"),
    "zone": N_("the development zone"),
    "office": N_("the reform office"),
}
_RULE_BODY: Final = {
    "department": N_("the department"),
    "zone": N_("the zone"),
    "office": N_("the reform office"),
}
_ROW_KIND: Final = {
    "overall": N_("overall"),
    "zone": N_("zone"),
    "department": N_("department"),
    "duty": N_("duty"),
    "workbook": N_("Workbook to fill in"),
    "letter": N_("Letter"),
}
"""What a row of the published tables `progress` and `downloads` is about."""

_TABLE: Final = {
    "instrument": N_("notices"),
    "clauses": N_("clauses"),
    "duties": N_("duties"),
    "workdays": N_("days of the calendar"),
    "annexes": N_("annexes"),
    "zones": N_("zones"),
    "departments": N_("departments"),
    "items": N_("items"),
    "agreements": N_("agreements"),
    "delegations": N_("delegations"),
    "answers": N_("answers in a sentence"),
    "deliverables": N_("deliverables"),
    "item": N_("items"),
    "agreement": N_("agreements"),
    "deliverable": N_("deliverables"),
    "platform_load": N_("files of the platform"),
    "zone": N_("zones"),
    "department": N_("departments"),
    "guidance_request": N_("guidance requests"),
    "service_reduction": N_("service reductions"),
    "power": N_("powers"),
    "service": N_("services of items"),
    "services": N_("services of items"),
    "zone_contact": N_("contacts of zones"),
    "zone_contacts": N_("contacts of zones"),
    "changes": N_("changes of state"),
    "english_names": N_("English names"),
    "run": N_("audits"),
    "finding": N_("findings"),
    "log_head": N_("state of the log of changes"),
    "audience": N_("who may read it"),
    "runs": N_("audits"),
    "rules": N_("rules"),
    "finding_history": N_("findings of all audits"),
    "findings": N_("findings"),
    "finding_bodies": N_("findings by who owes them"),
    "finding_cases": N_("cases of findings"),
    "obligations": N_("obligations"),
    "agreement_terms": N_("agreements with their terms"),
    "guidance_requests": N_("guidance requests"),
    "progress": N_("lines of the progress report"),
    "progress_by_duty": N_("lines of progress by duty"),
    "run_changes": N_("changes since the last audit"),
    "downloads": N_("workbooks and letters"),
    "ledger_states": N_("states of the ledger"),
    "rule_applications": N_("what rules apply to"),
    "laws": N_("articles of law"),
    "body_successions": N_("bodies that others took over from"),
}
_CAUSE: Final = {
    "instrument": N_("an instrument"),
    "body": N_("a change of bodies"),
    "agreement": N_("an agreement took effect"),
    "term": N_("an agreement ran out"),
    "termination": N_("an agreement was terminated"),
    "parent": N_("a change of what it derives from"),
}
_COLUMN: Final = {
    "cause": _CAUSE,
    "provenance": _PROVENANCE,
    "agreement_provenance": _PROVENANCE,
    "severity": _SEVERITY,
    "status": _STATUS,
    "certainty": _CERTAINTY,
    "role": _ANNEX_ROLE,
    "annex_role": _ANNEX_ROLE,
    "basis": _BASIS,
    "issued_on_basis": _BASIS,
    "scope_basis": _BASIS,
    "unit": _DAY_UNIT,
    "counted_from": _COUNTED_FROM,
    "kind": _ROW_KIND,
}
"""Column of a published table → the vocabulary of its values."""

STATES: Final[Mapping[str, str]] = {
    "尚未生效": "not yet in effect",
    "待签协议": "awaiting an agreement",
    "生效": "in force",
    "中止": "suspended",
    "委托届满": "entrustment expired",
    "已解除": "entrustment terminated",
    "已收回": "withdrawn",
    "上级失效": "what it derives from is not in force",
}
"""State of a delegation → its English."""
VARIES: Final = "各区不同"
"""In a column of an item that says how it stands: its zones differ."""
ANSWERS: Final[Mapping[str, str]] = {"可以": "yes", "不可以": "no", "无法判定": "undetermined"}
"""Whether a zone may do an act, as tables hold it → its English."""
POWER_TYPES: Final[Mapping[str, str]] = {
    "行政许可": "administrative licence",
    "行政处罚": "administrative penalty",
    "行政强制": "compulsory measure",
    "行政征收": "levy",
    "行政给付": "benefit",
    "行政检查": "inspection",
    "行政确认": "confirmation",
    "行政奖励": "award",
    "行政裁决": "ruling",
    "其他行政权力": "other administrative power",
    "公共服务": "public service",
}
"""Type of a power or service → its English."""
INITIATIONS: Final[Mapping[str, str]] = {"依申请": "on application", "依职权": "ex officio"}
SCOPES: Final[Mapping[str, str]] = {"全部": "whole", "部分": "part"}
_ACROSS: Final[Mapping[str, str]] = {**ANSWERS, VARIES: "differs by zone"}
_CHINESE: Final[Mapping[str, Mapping[str, str]]] = {
    "state": {**STATES, VARIES: "differs by zone"},
    "before": STATES,
    "power_type": POWER_TYPES,
    "initiation": INITIATIONS,
    "scope": SCOPES,
    **dict.fromkeys(("receive", "accept", "examine", "decide", "issue", "implement"), _ACROSS),
}
"""Column of a published table whose values are Chinese words → their English."""

_ITEM_FIELD: Final[Mapping[str, Mapping[Language, str]]] = {
    "seq": {"zh": "序号", "en": "number"},
    "main_name": {"zh": "主项", "en": "main item"},
    "parent": {"zh": "主项", "en": "main item"},
    "name": {"zh": "事项名称", "en": "item name"},
    "sub_name": {"zh": "子项", "en": "sub-item"},
    "power_type": {"zh": "事项类型", "en": "power type"},
    "initiation": {"zh": "申请方式", "en": "initiation"},
    "department": {"zh": "部门", "en": "department"},
    "zones": {"zh": "承接主体", "en": "zone"},
    "mode": {"zh": "赋权方式", "en": "mode"},
    "scope": {"zh": "权限", "en": "scope"},
    "remark": {"zh": "备注", "en": "remark"},
    "basis": {"zh": "实施依据", "en": "legal basis"},
    "law": {"zh": "法律法规", "en": "law"},
    "law_version": {"zh": "法律版本日期", "en": "version of the law"},
    "article": {"zh": "条款", "en": "article"},
    "legal_level": {"zh": "法定层级", "en": "legal level"},
    "reform_mode": {"zh": "市县同权方式", "en": "mode of the reform"},
    "basic_code": {"zh": "基本编码", "en": "basic code"},
    "implementation_code": {"zh": "实施编码", "en": "implementation code"},
    "code": {"zh": "编码", "en": "code"},
    "provenance": {"zh": "来源性质", "en": "provenance"},
}
"""What a list, or the registry, says of an item: the words that lists head their columns with."""

_DOUBTS: Final = {
    "effective_on": N_("doubtful: recorded as effective from {day}, before it was signed"),
    "expires_on": N_("doubtful: recorded as expiring on {day}, before it is in force"),
    "terminated_on": N_("doubtful: recorded as terminated on {day}, before it is in force"),
}
"""Column of a day that can't be → what is said of it."""

_YES_NO_COLUMNS: Final = frozenset(
    ("conferred", "entrusts", "counts_in_total", "is_workday", "waived", "late", "in_text")
)


def provenance_label(provenance: Provenance) -> str:
    """The label of a provenance."""
    return _(_PROVENANCE[provenance])


def provenance_word(provenance: Provenance) -> str:
    """The label of a provenance where it stands in a list, in one word."""
    return _(_PROVENANCE_WORD[provenance])


def annex_label(annex: int, *, in_text: bool) -> str:
    """What a list of items is called: an annex, or a part of the instrument's own text."""
    text = _("List {annex} in the text") if in_text else _("Annex {annex}")
    return text.format(annex=annex)


def severity_label(severity: Severity) -> str:
    """The label of a severity."""
    return _(_SEVERITY[severity])


def status_label(status: Status) -> str:
    """The label of a status, as audits report it."""
    return _(_STATUS[status])


def finding_kind_label(kind: str) -> str:
    """The label of what a finding is counted as: an alarm's severity, or `manual`."""
    label = _STATUS["manual"] if kind == "manual" else _SEVERITY[kind]
    return _(label)


def obligation_status_label(status: Status, *, late: bool = False) -> str:
    """The label of a status, as ledgers show it. `late`: done, but after its due date."""
    return _("done late") if status == "ok" and late else _(_OBLIGATION_STATUS[status])


def certainty_label(certainty: str) -> str:
    """The label of how certain a working day is."""
    return _(_CERTAINTY[certainty])


def body_kind_label(kind: str) -> str | None:
    """The label of a kind of body, on pages; None where `kind` is none."""
    return _(_BODY_KIND[kind]) if kind in _BODY_KIND else None


def rule_body_label(kind: Body) -> str:
    """The label of a kind of body that a rule holds responsible, in `registry rules`."""
    return _(_RULE_BODY[kind])


def table_label(table: str) -> str:
    """The label of the rows of a table, of the working file or of a published one."""
    return _(_TABLE[table])


def value_label(column: str, value: object) -> str | None:
    """The label of a value in a column of a published table; None where it has none."""
    if isinstance(value, str) and column == "unofficial_fields":
        return item_fields_label(value)
    if isinstance(value, str) and column in _CHINESE:
        return value if language() == "zh" else _CHINESE[column].get(value)
    if isinstance(value, str):
        labels = _COLUMN.get(column, {})
        return _(labels[value]) if value in labels else None
    if isinstance(value, int) and column in _YES_NO_COLUMNS:
        return _("yes") if value else _("no")
    return None


def doubts_text(doubts: str) -> str:
    """What is doubtful of a row, in words: days as recorded, `effective_on=2021-05-01;…`."""
    parts = []
    for doubt in doubts.split(";"):
        name, _equals, day = doubt.partition("=")
        parts.append(_(_DOUBTS[name]).format(day=day))
    return _("; ").join(parts)


def is_item_field(name: str) -> bool:
    """Whether a column is a field of an item, and has a label."""
    return name in _ITEM_FIELD


def item_field_label(field: str) -> str:
    """The label of a field of an item, as a list's column or the registry's has it."""
    return _ITEM_FIELD[field][language()]


def item_fields_label(fields: str | Iterable[str] | None, said_in: Language | None = None) -> str:
    """The labels of several fields, joined; of a text, those that it joins by `;`.

    `said_in`: another language than the one in use.
    """
    names = (fields.split(";") if fields else ()) if isinstance(fields, str | None) else fields
    said_in = said_in or language()
    separator = "、" if said_in == "zh" else ", "
    return separator.join(_ITEM_FIELD[name][said_in] for name in names)


def provenance_lines(
    rows: Mapping[str, Mapping[Provenance, int]], partly: tuple[int, Iterable[str]] = (0, ())
) -> Iterable[str]:
    """A line for each provenance. `rows`: for each table, how many rows have which provenance.

    `partly`: how many official items have fields that are not official, and which fields.
    """
    for provenance in PROVENANCES:
        counts = [
            _("{table} {n:,}").format(
                table=_("notice") if table == "instrument" else table_label(table),
                n=by_provenance[provenance],
            )
            for table, by_provenance in rows.items()
            if by_provenance.get(provenance)
        ]
        if counts:
            yield _("{provenance}: {rows}").format(
                provenance=provenance_label(provenance), rows=list_separator().join(counts)
            )
    items, fields = partly
    if items:
        yield _("official, but for some fields ({fields}): items {n:,}").format(
            fields=item_fields_label(fields), n=items
        )
