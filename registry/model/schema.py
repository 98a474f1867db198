"""JSON Schema of the files that an office writes by hand, for editors to complete from.

A property's title is its Chinese name, its description says what stands there.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, TypeAdapter

from registry.model.config import Config
from registry.model.instrument import Instrument
from registry.model.waiver import Waiver

SchemaName = Literal["instrument", "waivers", "registry"]

_FILES: Final[dict[str, tuple[str, type[BaseModel] | Any]]] = {
    "instrument": ("instrument.yml 文件", Instrument),
    "waivers": ("waivers.yml 豁免", list[Waiver]),
    "registry": ("registry.toml 配置", Config),
}

_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "id": ("标识", "What the registry calls it: small letters, digits and hyphens."),
    "number": ("文号", "The number, as printed."),
    "title": ("标题", "The title, as printed."),
    "name": ("名称", "The name, as the instrument has it."),
    "short_name": ("简称", "The short name that lists and reports use."),
    "aliases": ("其他名称", "Every other name that lists use for it."),
    "clause": ("条款", "Id of the clause that it rests on."),
    "clauses": ("条款", "Ids of the clauses that it rests on."),
    "provenance": ("来源性质", "Whether it is official, a reconstruction, or a demonstration."),
    "source": ("来源", "Where it is taken from."),
    "zh": ("中文", "The Chinese text."),
    "en": ("英文", "The English text."),
    "severity": ("严重程度", "How grave a finding is: high, medium, low or info."),
    "rule": ("规则", "Code of a rule."),
    "reason": ("理由", "Why."),
    "annex": ("附件", "Number of the annex."),
    "basis": ("依据", "text: the instrument's own wording; reading: our reading of it."),
    "modes": ("赋权方式", "Names of modes."),
    "Instrument.issuer": ("发文机关", "Who issued it."),
    "Instrument.signed_on": ("成文日期", "The day of signing."),
    "Instrument.issued_on": ("印发日期", "The day of issue, from which periods are counted."),
    "Instrument.issued_on_basis": ("印发日期依据", "Whether the text states that day."),
    "Instrument.gazette": ("公报", "Where it is printed."),
    "Instrument.superior_documents": ("上级文件", "Documents of higher authorities it rests on."),
    "Instrument.annexes": ("附件清单", "The lists of items; the items stand in annexN.csv."),
    "Instrument.modes": ("赋权方式", "The ways in which it confers."),
    "Instrument.act_rules": ("环节规则", "What modes let their delegates do, act by act."),
    "ActRule.mode": ("赋权方式", "The mode that it rules on."),
    "ActRule.acts": ("环节", "The acts that it rules on."),
    "ActRule.answer": ("可否", '"yes", "no" or undetermined, where the delegation is in force.'),
    "ActRule.types": ("事项类型", "Only for items of these types; not said: for every other."),
    "ActRule.needs_agreement": (
        "需签协议",
        "Whether it takes an agreement; not said: as the mode.",
    ),
    "ActRule.by_agreement": ("协议可写明", "Whether an agreement that names the act gives it."),
    "ActRule.name_of": ("以谁名义", "department, delegate, delegate-if-authorised, or a body."),
    "ActRule.seal": ("印章", "The seal that the document bears."),
    "ActRule.respondent": ("被申请人", "Who answers by law: department, zone-by-status, a body …"),
    "ActRule.answered_by": ("答复应诉", "Who does the work of answering, if another."),
    "ActRule.condition": ("条件", "What the act is tied to besides."),
    "ActRule.contested": ("争议", "What two texts say that disagree."),
    "Condition.text": ("条件内容", "The condition, in words."),
    "Condition.duty": ("配套任务", "The duty whose proof shows that it is met."),
    "Zone.en": ("英文名称", "What it is called in English."),
    "Department.en": ("英文名称", "What it is called in English."),
    "Mode.en": ("英文名称", "What it is called in English."),
    "Annex.title_en": ("英文标题", "The title in English."),
    "Instrument.title_en": ("英文标题", "The title in English."),
    "Zone.status": ("主体资格", "What the law asks of its body, as far as it is known."),
    "ZoneStatus.approved_by": ("批准机关", "Who approved the zone."),
    "ZoneStatus.authorised_by": ("授权依据", "What lets the body act in its own name."),
    "Instrument.zones": ("承接主体", "The delegates."),
    "Instrument.agreement_terms": ("协议内容", "What an agreement has to contain."),
    "Instrument.guidance_kinds": ("业务指导类别", "What zones may ask departments for."),
    "Instrument.duties": ("配套任务", "What delegations owe, and by when."),
    "Instrument.clauses": ("条款", "Every requirement of the instrument, in its own words."),
    "Instrument.departments": ("市级部门", "The departments, with all their names."),
    "Instrument.departments_provenance": ("部门名称来源性质", "What the departments' names are."),
    "Instrument.departments_source": ("部门名称来源", "Where the departments' names are from."),
    "Instrument.defaults": ("默认来源", "The origin of rows that do not state their own."),
    "Defaults.annex": ("事项清单", "Of rows of the annexes."),
    "Defaults.ledger": ("台账", "Of rows of the ledger."),
    "Annex.role": ("作用", "delegated: confers; direct: leaves as it was; withdrawn: takes back."),
    "Annex.control_total": ("载明总数", "The number of items that the instrument states; or null."),
    "Annex.in_text": ("正文所列", "The items stand in the instrument's text; there is no annex."),
    "Mode.entrusts": ("委托", "Whether the delegate acts in the grantor's name."),
    "Mode.agreement": ("需签协议", "Whether it takes an agreement; not said: where it entrusts."),
    "AgreementTerms.required": ("必备内容", "Terms that the instrument requires."),
    "AgreementTerms.recommended": ("建议内容", "Terms that are advisable."),
    "Duty.initiation": ("办理类型", "Only for items of this kind; not said: for all."),
    "Duty.amount": ("期限", "The period's length."),
    "Duty.unit": ("单位", "Working days or calendar days."),
    "Duty.counted_from": ("起算", "The day of issue, the agreement, or an event of each case."),
    "Duty.event": ("起算事件", "What has to happen to a case for its period to begin."),
    "Duty.event_act": ("起算环节", "The act whose end is that event, such as decide."),
    "Duty.owed_by": ("责任主体", "Who owes it: department, zone (the delegate), office."),
    "Duty.proof": ("佐证", "What proves it: a deliverable, or the agreement itself."),
    "Clause.id": ("条款标识", "Free text without spaces, such as 二（三）-1."),
    "Clause.heading": ("出处", "The heading it stands under, as 二（三）."),
    "Clause.text": ("原文", "The requirement, word for word."),
    "Clause.summary": ("摘要", "The same in short, in English."),
    "Duty.codes": ("规则代码", "Codes of its findings: missing, late; else DUT001 and DUT002."),
    "Duty.names": ("规则名", "Names of its two checks, in English, with hyphens."),
    "Duty.titles": ("规则标题", "Titles of its two checks."),
    "Duty.severities": ("严重程度", "How grave it is that it is missing, or came late."),
    "Duty.remedies": ("整改要求", "How to mend either."),
    "Duty.messages": ("问题表述", "What a finding says of either."),
    "Duty.guided": ("需业务指导", "Whether departments guide zones in it."),
    "Duty.announces": ("属于公告", "Whether it makes known what was conferred."),
    "Duty.public": ("佐证公开", "Whether what is delivered for it is itself a publication."),
    "Instrument.effects": ("文件效力", "What it does to earlier instruments."),
    "Instrument.valid_until": ("有效期至", "The last day of what it confers; or null."),
    "Effect.kind": ("效力", "What it does: withdraws, amends, suspends, resumes, extends …"),
    "Effect.target": ("对象文件", "Id of the instrument that it changes."),
    "Effect.items": ("事项", "all, annex:N, or ids of items."),
    "Effect.delegates": ("承接主体", "all, or ids of zones."),
    "Effect.effective_on": ("生效日期", "The first day of what is new."),
    "Effect.handover_on": ("移交日期", "The day from which the new organ acts, if another."),
    "Effect.transition": ("过渡安排", "Who finishes what was accepted before the handover."),
    "Effect.mode": ("赋权方式", "The new mode."),
    "Effect.scope": ("权限", "The new scope."),
    "Effect.remark": ("备注", "The new remark."),
    "Effect.territory": ("适用区域", "The part of the zone that it is narrowed to."),
    "Effect.until": ("延长至", "The new last day."),
    "Effect.to": ("增加承接主体", "Ids of the zones that it is extended to."),
    "missing": ("未完成", "Of what is missing."),
    "late": ("逾期", "Of what came late."),
    "Annex.default_scope": ("默认权限", "The scope of items whose list does not state it."),
    "AgreementTerms.term_basis": (
        "期限依据",
        "On what 期限 and 法律责任 are required, if they are.",
    ),
    "Clause.rules": ("规则", "Codes of the rules that check it, besides those of its duties."),
    "Clause.checked": ("核查方式", "rules, intake (refused when loaded), or no, with a reason."),
    "Instrument.place": ("地名", "The place that titles of pages name; without it, the issuer's."),
    "Instrument.source_en": ("出处（英文）", "Where it is taken from, in English."),
    "Waiver.instrument": ("文件标识", "Id of the instrument, where several have the subject."),
    "Waiver.subject": ("对象", "What the finding is about, such as 1-09-east."),
    "Waiver.approver": ("批准人", "Who answers for it."),
    "Waiver.issued": ("起始日", "Its first day."),
    "Waiver.expires": ("截止日", "Its last day, a year later at most."),
    "Config.thresholds": ("阈值", "Numbers that instruments leave open."),
    "Config.evaluation": ("运行评估", "Numbers by which delegations are evaluated."),
    "EvaluationThresholds.period_months": ("评估月数", "Months of a period that is not named."),
    "EvaluationThresholds.seldom_cases": ("少用件数", "Fewer cases: the item is seldom used."),
    "EvaluationThresholds.minimum_cases": (
        "最少件数",
        "Cases that a rate must be of to be a ground for withdrawal.",
    ),
    "EvaluationThresholds.guidance_findings": (
        "加强指导：每千件问题",
        "Findings a thousand cases above which a zone is guided.",
    ),
    "EvaluationThresholds.withdrawal_findings": (
        "建议收回：每千件问题",
        "Findings a thousand cases above which withdrawal is advised.",
    ),
    "EvaluationThresholds.guidance_late": (
        "加强指导：超法定期限",
        "Per cent of cases past the legal limit above which a zone is guided.",
    ),
    "EvaluationThresholds.withdrawal_late": (
        "建议收回：超法定期限",
        "Per cent of cases past the legal limit above which withdrawal is advised.",
    ),
    "EvaluationThresholds.guidance_returned": (
        "加强指导：回流",
        "Per cent of cases decided by a department above which a zone is guided.",
    ),
    "EvaluationThresholds.withdrawal_returned": (
        "建议收回：回流",
        "Per cent of cases decided by a department above which withdrawal is advised.",
    ),
    "Config.severity": ("严重程度", "Code of a rule: another severity for it."),
    "Config.ignore": ("不核查的规则", "Rules that are not run, and why."),
    "Config.log": ("变更记录", "What checkpoints of the log of changes say."),
    "Config.access_log": ("访问日志", "The access log of the internal site."),
    "Config.rules": ("本单位的规则", "Rules of the office's own."),
    "OwnRules.folder": (
        "规则文件夹",
        "The folder of *.sql files, from where registry.toml stands; --rules names another.",
    ),
    "OwnRules.seconds": ("规则时限（秒）", "Seconds that each may take in an audit."),
    "LogConfig.origin": ("登记单位", "Whose registry it is; else the first instrument's issuer."),
    "LogConfig.sm3": ("国密摘要", "Whether a checkpoint states an SM3 digest as well."),
    "AccessLogConfig.keep_days": ("访问日志保存天数", "Days that the access log is kept."),
    "AccessLogConfig.user_megabytes": (
        "每个用户每天的日志限额（MB）",
        "Megabytes of the access log that one user may fill a day.",
    ),
    "AccessLogConfig.syslog": (
        "同时发往的 syslog",
        "A syslog that gets the lines too: a socket's path, or HOST:PORT by UDP.",
    ),
    "Config.papers": ("公文落款", "What only the sender of letters and 通报 knows."),
    "PapersConfig.sender": ("发文单位", "Full name of the office that sends them."),
    "PapersConfig.contact": ("联系人", "Whom to ask."),
    "PapersConfig.telephone": ("联系电话", "The telephone of whom to ask."),
    "PapersConfig.number": (
        "文号格式",
        "The pattern of document numbers: 某审改〔{year}〕{n}号.",
    ),
    "PapersConfig.answer_days": ("反馈期限", "Working days that an answer may take."),
    "PapersConfig.copies_to": ("抄送", "Who gets every letter as a copy."),
    "PapersConfig.red_heading": ("红头", "Whether the sender heads the paper in red."),
    "Thresholds.guidance_answer_days": ("答复期限", "Working days for answering a request."),
    "Thresholds.agreement_filing_days": ("备案期限", "Working days for filing an agreement."),
    "Thresholds.recording_days": ("登记期限", "Working days for recording a paper."),
    "Thresholds.checkpoint_days": ("封存间隔", "Calendar days from one checkpoint to the next."),
    "Thresholds.dormant_days": (
        "停用天数",
        "Calendar days without a login: the account is dormant.",
    ),
    "Thresholds.case_sample": ("抽查件数", "Cases a month to check by hand where scope is 部分."),
    "Thresholds.agreement_expiring_days": ("临近届满", "Calendar days before an agreement ends."),
}
"""Property, or Model.property where models differ → Chinese name, and what stands there."""


def json_schema(name: SchemaName) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file."""
    title, kind = _FILES[name]
    schema = TypeAdapter(kind).json_schema()
    definitions = schema.get("$defs", {})
    for model, definition in definitions.items():
        _describe(model, definition)
    if "properties" in schema:
        _describe(kind.__name__, schema)
    schema["title"] = title
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def chinese_name(model: str, field: str) -> str | None:
    """What a property is called in Chinese; None where it has no name here."""
    texts = _FIELDS.get(f"{model}.{field}") or _FIELDS.get(field)
    return texts[0] if texts else None


def _describe(model: str, definition: dict[str, Any]) -> None:
    """Put Chinese names and descriptions to the properties of one model."""
    for field, property_ in definition.get("properties", {}).items():
        texts = _FIELDS.get(f"{model}.{field}") or _FIELDS.get(field)
        if texts is not None:
            property_["title"], property_["description"] = texts
