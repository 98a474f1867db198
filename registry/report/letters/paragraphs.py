"""The wording of a letter: paragraphs, in Chinese, with their place in the outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from registry.audit.finding import Finding
from registry.audit.finding_builder import OFFICE
from registry.audit.rule_book import RuleBook
from registry.report.docx_page import chinese_date
from registry.store.log.checkpoints import Head
from registry.store.notices import Notice, Terms

Kind = Literal["督办单", "工作提示函"]
URGENT_SEVERITIES: Final = frozenset({"high", "medium"})
"""Severities whose overdue alarms make a letter a 督办单."""

_NAMED: Final = 3
"""Items of one rule, or bodies, that the text names; the annex lists all."""

_SHORT: Final = 12
"""Findings up to which a letter's text names items; a longer one only counts them."""

_ORDINALS: Final = "一二三四五六七八九十"
_UNIT: Final = {"working": "个工作日", "calendar": "日"}
_START: Final = {"issue": "印发", "agreement": "所定委托协议生效"}


@dataclass(frozen=True, slots=True)
class Sources:
    """What letters are written from besides findings. `names`, `full_names`: by a body's id; `log`:
    what the log of changes was then."""

    as_of: str
    rules: RuleBook
    notices: dict[str, Notice]
    names: dict[str, str]
    full_names: dict[str, str]
    zones: frozenset[str]
    log: Head


@dataclass(frozen=True, slots=True)
class LetterParagraph:
    """A paragraph: `level` 1 is a heading 一、; 2 begins with a heading （一）; 0 is plain text."""

    level: Literal[0, 1, 2]
    heading: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class FindingGroups:
    """A body's open findings: overdue ones, ones done too late, and others."""

    overdue: list[Finding]
    late: list[Finding]
    other: list[Finding]

    @property
    def all(self) -> list[Finding]:
        """Every finding, in the order of the letter."""
        return [*self.overdue, *self.late, *self.other]


def group_findings(findings: Iterable[Finding], sources: Sources) -> FindingGroups:
    """Sort a body's findings into groups."""
    groups = FindingGroups([], [], [])
    for finding in findings:
        if sources.rules.is_late(finding):
            groups.late.append(finding)
        elif finding.days_overdue and finding.severity != "info":
            groups.overdue.append(finding)
        else:
            groups.other.append(finding)
    return groups


def kind_by_content(findings: Iterable[Finding]) -> Kind:
    """督办单 where something of weight is overdue, else 工作提示函."""
    pressing = any(f.days_overdue and f.severity in URGENT_SEVERITIES for f in findings)
    return "督办单" if pressing else "工作提示函"


def short_reference(instrument: str, findings: Sequence[Finding], sources: Sources) -> str:
    """《通知》 where one instrument is spoken of, else its number."""
    alone = len({f.instrument for f in findings}) == 1
    return "《通知》" if alone else sources.notices[instrument].number


def task_name(finding: Finding, sources: Sources) -> str:
    """The task of a finding: its duty, else what its rule says."""
    terms = _terms(finding, sources)
    if terms is None:
        return sources.rules.header(finding).title.zh
    return f"{terms.name}（逾期完成）" if sources.rules.is_late(finding) else terms.name


def paragraphs(
    kind: Kind, body: str, groups: FindingGroups, sources: Sources
) -> Iterator[LetterParagraph]:
    """The letter from below the addressee to above its closing words."""
    yield LetterParagraph(0, "", _opening(kind, groups, sources))
    yield LetterParagraph(1, "一、有关规定")
    yield from _outlined(_provisions(groups.all, sources))
    yield LetterParagraph(1, "二、核查情况")
    yield from _outlined(_findings_section(body, groups, sources))
    yield LetterParagraph(1, "三、整改要求" if kind == "督办单" else "三、工作建议")
    yield from _outlined(_demands_section(body, groups, sources))


def _outlined(texts: Iterable[tuple[str, str]]) -> Iterator[LetterParagraph]:
    """Numbered （一）, （二） …; a lone one is plain text."""
    listed = list(texts)
    for n, (heading, text) in enumerate(listed):
        if len(listed) == 1:
            yield LetterParagraph(0, "", heading + text)
        else:
            yield LetterParagraph(2, f"（{_ordinal(n + 1)}）{heading}", text)


def _ordinal(n: int) -> str:
    """1 → 一, 12 → 十二, 23 → 二十三."""
    tens, ones = divmod(n, 10)
    digits = "" if not ones else _ORDINALS[ones - 1]
    if not tens:
        return digits
    return ("" if tens == 1 else _ORDINALS[tens - 1]) + "十" + digits


def _opening(kind: Kind, groups: FindingGroups, sources: Sources) -> str:
    instruments = list(dict.fromkeys(f.instrument for f in groups.all))
    named = [sources.notices[i] for i in instruments]
    cited = "、".join(f"《{_inner(notice.title)}》（{notice.number}）" for notice in named)
    if len(named) == 1:
        cited = cited.removesuffix("）") + "，以下简称《通知》）"
    words = [
        (word, len(found))
        for word, found in (
            ("逾期未完成的", groups.overdue),
            ("逾期完成的", groups.late),
            ("其他情况", groups.other),
        )
        if found
    ]
    counted = f"共{len(groups.all)}项"
    if len(words) > 1:
        counted += "，其中" + "、".join(f"{word}{n}项" for word, n in words)
    elif not groups.other:
        counted += f"，均为{words[0][0].removesuffix('的')}"
    purpose = "现督办如下" if kind == "督办单" else "现将有关情况函告如下"
    return (
        f"按照{cited}要求，对赋权配套任务落实情况进行了核查。截至{chinese_date(sources.as_of)}，"
        f"涉及你单位的问题{counted}，详见附件。{purpose}："
    )


def _inner(text: str) -> str:
    """A text to be set within 《》 or “”: its own marks become the inner ones."""
    return text.translate(str.maketrans("《》“”", "〈〉‘’"))


def _provisions(findings: Sequence[Finding], sources: Sources) -> Iterator[tuple[str, str]]:
    """What the clauses say, by the place where they stand; then the deadlines."""
    cited: dict[tuple[str, str], list[str]] = {}
    laws: dict[str, None] = {}
    order = {
        (instrument, clause): place
        for instrument, notice in sources.notices.items()
        for place, clause in enumerate(notice.clauses)
    }
    pairs = {(f.instrument, c) for f in findings for c in sources.rules.of(f)}
    for instrument, clause in sorted(pairs, key=lambda p: (p[0], order.get(p, len(order)), p[1])):
        known = sources.notices[instrument].clauses.get(clause)
        if known:
            texts = cited.setdefault((instrument, known.heading), [])
            texts.append(f"“{_inner(known.text)}”")
        elif clause in sources.rules.laws:
            laws[sources.rules.laws[clause]] = None
    for (instrument, heading), texts in cited.items():
        reference = short_reference(instrument, findings, sources)
        yield f"{reference}“{heading}”部分规定：", "；".join(texts) + "。"
    if laws:
        yield "法律规定：", "；".join(laws) + "。"
    deadlines = "".join(_deadlines(findings, sources))
    if deadlines:
        yield "办理期限。", deadlines


def _deadlines(findings: Sequence[Finding], sources: Sources) -> Iterator[str]:
    """A sentence a deadline, then what of it is a reading of ours."""
    found: dict[tuple[str, int, str, str, str], dict[Terms, None]] = {}
    for f in findings:
        terms = _terms(f, sources)
        if terms:
            key = (f.instrument, terms.amount, terms.unit, terms.counted_from, f.due_on or "")
            found.setdefault(key, {})[terms] = None
    for (instrument, amount, unit, start, due_on), duties in found.items():
        reference = short_reference(instrument, findings, sources)
        names = "上述任务" if len(found) == 1 else _quoted(duties)
        day = f"最迟为{chinese_date(due_on)}" if due_on else "具体日期暂无法核算"
        yield f"{names}应于{reference}{_START[start]}后{amount}{_UNIT[unit]}内完成，{day}。"
    supposed = {f.instrument for f in findings if _terms(f, sources)}
    for instrument in sorted(supposed):
        notice = sources.notices[instrument]
        if not notice.issue_stated:
            reference = short_reference(instrument, findings, sources)
            yield f"{reference}正文未载明印发日期，按成文日期{chinese_date(notice.signed_on)}起算。"
    readings = {t: None for duties in found.values() for t in duties if not t.stated}
    if readings:
        yield f"其中{_quoted(readings)}未单列期限，按同一期限掌握。"


def _quoted(duties: Iterable[Terms]) -> str:
    return "、".join(f"“{_inner(terms.name)}”" for terms in duties)


def _findings_section(
    body: str, groups: FindingGroups, sources: Sources
) -> Iterator[tuple[str, str]]:
    if groups.overdue:
        yield (
            f"逾期未完成{len(groups.overdue)}项。",
            _by_rule(body, groups.overdue, sources),
        )
    if groups.late:
        yield f"逾期完成{len(groups.late)}项。", _by_rule(body, groups.late, sources)
    if groups.other:
        alone = not groups.overdue and not groups.late
        heading = "" if alone else f"其他情况{len(groups.other)}项。"
        named = [f for f in groups.other if f.item_name]
        bare = [f.message.zh for f in groups.other if not f.item_name]
        text = "".join(bare[:_NAMED])
        if len(bare) > _NAMED:
            text += f"另有同类情况{len(bare) - _NAMED}项，见附件。"
        yield heading, text + (_by_rule(body, named, sources) if named else "")


def _by_rule(body: str, findings: Sequence[Finding], sources: Sources) -> str:
    sentences = []
    for title, group in groupby(findings, key=lambda f: sources.rules.header(f).title.zh):
        found = list(group)
        sentence = f"{title}{len(found)}项"
        if len(findings) <= _SHORT:
            names = [
                f"“{_inner(f.item_name or f.subject_id)}”（{other_side(f, body, sources) or '—'}）"
                for f in found[:_NAMED]
            ]
            sentence += f"：{'、'.join(names)}{'等' if len(found) > _NAMED else ''}"
        sentences.append(sentence)
    return "；".join(sentences) + "。"


def other_side(finding: Finding, body: str, sources: Sources) -> str:
    """For a department the zone that a finding concerns; for a zone, the item's department."""
    other = finding.department if body in sources.zones else finding.zone
    return sources.names.get(other or "", "")


def _demands_section(
    body: str, groups: FindingGroups, sources: Sources
) -> Iterator[tuple[str, str]]:
    if groups.overdue:
        text = (
            f"请对逾期未完成的{len(groups.overdue)}项任务，按附件所列整改要求逐项办理、尽快完成，"
            "并将完成日期、文号和佐证材料登记入台账。"
        )
        partners = _partners(body, groups.overdue)
        if partners:
            n = sum(bool(_partners(body, [f])) for f in groups.overdue)
            names = [
                (sources.full_names if p in sources.zones else sources.names)[p] for p in partners
            ]
            who = "、".join(names[:_NAMED]) + ("等单位" if len(names) > _NAMED else "")
            text += f"其中{n}项由你单位与{who}共同承担，请主动对接、协同办理。"
        yield "抓紧完成未办任务。", text
    if groups.late:
        yield (
            "说明逾期原因。",
            f"逾期完成的{len(groups.late)}项已无法补正，请说明原因，并核对登记的办理日期是否有误。",
        )
    if groups.other:
        subject = f"其他情况{len(groups.other)}项，" if groups.overdue or groups.late else ""
        yield "核实有关情况。", f"{subject}请按附件所列整改要求办理。"
    yield (
        "按时书面反馈。",
        "请于〔反馈期限〕前书面反馈办理情况；对核查结果有异议的，请一并说明并附佐证材料。",
    )


def _partners(body: str, findings: Iterable[Finding]) -> list[str]:
    others = (b for f in findings for b in f.owed_by if b not in (body, OFFICE))
    return list(dict.fromkeys(others))


def _terms(finding: Finding, sources: Sources) -> Terms | None:
    duties = sources.notices[finding.instrument].duties
    return duties.get(finding.duty) if finding.duty else None
