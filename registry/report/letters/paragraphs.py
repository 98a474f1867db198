"""The wording of a letter: paragraphs, in Chinese, with their place in the outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from registry.audit.finding import Finding
from registry.audit.finding_builder import OFFICE
from registry.report.chinese_text import (
    chinese_date,
    inner_marks,
    listed,
    ordinal,
    place_in_instrument,
    quoted,
)
from registry.report.letters.finding_text import (
    YOU,
    found_text,
    met_on,
    short_reference,
    subject_text,
    task_name,
    terms_of,
)
from registry.report.letters.groups import FindingGroups, Kind
from registry.report.letters.sources import Sources
from registry.store.notices import Terms

_NAMED: Final = 3
"""Items of one rule, or bodies, that the text names; the annex lists all."""

_SHORT: Final = 12
"""Findings up to which a letter's text names items; a longer one only counts them."""

_UNIT: Final = {"working": "个工作日", "calendar": "日"}
_START: Final = {"issue": "印发", "agreement": "所定委托协议生效"}


@dataclass(frozen=True, slots=True)
class LetterParagraph:
    """A paragraph: `level` 1 is a heading 一、; 2 begins with a heading （一）; 0 is plain text."""

    level: Literal[0, 1, 2]
    heading: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """How the text calls the lists that follow it: 附件1; "" of one that there is none of."""

    demanded: str
    late: str
    answer: str


def paragraphs(
    kind: Kind, body: str, groups: FindingGroups, sources: Sources, lists: Lists, answer_by: str
) -> Iterator[LetterParagraph]:
    """The letter from below the addressee to above its closing words."""
    yield LetterParagraph(0, "", _opening(kind, groups, sources, lists))
    yield LetterParagraph(1, "一、有关规定")
    yield from _outlined(_provisions(groups.all, sources))
    yield LetterParagraph(1, "二、核查情况")
    yield from _outlined(_findings_section(body, groups, sources, lists))
    if groups.demanded:
        yield LetterParagraph(1, "三、整改要求" if kind == "督办单" else "三、工作建议")
        yield from _outlined(_demands_section(body, groups, sources, lists, answer_by))


def _outlined(texts: Iterable[tuple[str, str]]) -> Iterator[LetterParagraph]:
    """Numbered （一）, （二） …; a lone one is plain text."""
    found = list(texts)
    for n, (heading, text) in enumerate(found, 1):
        if len(found) == 1:
            yield LetterParagraph(0, "", heading + text)
        else:
            yield LetterParagraph(2, f"（{ordinal(n)}）{heading}", text)


def _opening(kind: Kind, groups: FindingGroups, sources: Sources, lists: Lists) -> str:
    instruments = list(dict.fromkeys(f.instrument for f in groups.all))
    named = [sources.notices[i] for i in instruments]
    cited = listed(f"《{inner_marks(notice.title)}》（{notice.number}）" for notice in named)
    if len(named) == 1:
        cited = cited.removesuffix("）") + "，以下简称《通知》）"
    counted = []
    if groups.demanded:
        text = f"需要{YOU}办理的问题共{len(groups.demanded)}项"
        if groups.overdue and groups.other:
            text += f"，其中逾期未完成{len(groups.overdue)}项、其他{len(groups.other)}项"
        elif groups.overdue:
            text += "，均为逾期未完成"
        counted.append(f"{text}（见{lists.demanded}）")
    if groups.late:
        also = "另有" if groups.demanded else f"没有需要{YOU}办理的问题，有"
        counted.append(f"{also}{len(groups.late)}项任务已经完成，但晚于期限（见{lists.late}）")
    purpose = "现督办如下" if kind == "督办单" else "现将有关情况函告如下"
    return (
        f"按照{cited}要求，对赋权配套任务落实情况进行了核查。"
        f"截至{chinese_date(sources.as_of)}，{'；'.join(counted)}。{purpose}："
    )


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
            texts = cited.setdefault((instrument, place_in_instrument(known.heading)), [])
            texts.append(quoted(known.text))
        elif clause in sources.laws:
            laws[clause] = None
    for (instrument, place), texts in cited.items():
        reference = short_reference(instrument, findings, sources)
        yield f"{reference}{place}规定：", "；".join(texts) + "。"
    for law in (sources.laws[id_] for id_ in laws):
        source = "规定：" if law.whole else "（按摘录理解）："
        yield f"{law.citation}{source}", law.in_short
    deadlines = "".join(_deadlines(findings, sources))
    if deadlines:
        yield "办理期限。", deadlines


def _deadlines(findings: Sequence[Finding], sources: Sources) -> Iterator[str]:
    """A sentence a deadline, then what of it is a reading of ours."""
    found: dict[tuple[str, int, str, str, str], dict[Terms, None]] = {}
    for f in findings:
        terms = terms_of(f, sources)
        if terms:
            key = (f.instrument, terms.amount, terms.unit, terms.counted_from, f.due_on or "")
            found.setdefault(key, {})[terms] = None
    for (instrument, amount, unit, start, due_on), duties in found.items():
        reference = short_reference(instrument, findings, sources)
        names = "上述任务" if len(found) == 1 else _quoted(duties)
        day = f"最迟为{chinese_date(due_on)}" if due_on else "具体日期暂无法核算"
        yield f"{names}应于{reference}{_START[start]}后{amount}{_UNIT[unit]}内完成，{day}。"
    supposed = {f.instrument for f in findings if terms_of(f, sources)}
    for instrument in sorted(supposed):
        notice = sources.notices[instrument]
        if not notice.issue_stated:
            reference = short_reference(instrument, findings, sources)
            yield f"{reference}正文未载明印发日期，按成文日期{chinese_date(notice.signed_on)}起算。"
    readings = {t: None for duties in found.values() for t in duties if not t.stated}
    if readings:
        yield f"其中{_quoted(readings)}未单列期限，按同一期限掌握。"


def _quoted(duties: Iterable[Terms]) -> str:
    return listed(quoted(terms.name) for terms in duties)


def _findings_section(
    body: str, groups: FindingGroups, sources: Sources, lists: Lists
) -> Iterator[tuple[str, str]]:
    if groups.overdue:
        yield f"逾期未完成{len(groups.overdue)}项。", _by_title(body, groups.overdue, sources)
    if groups.other:
        heading = f"其他情况{len(groups.other)}项。" if groups.overdue or groups.late else ""
        yield heading, _others(body, groups.other, sources, lists)
    if groups.late:
        text = "以下任务均已完成，不再要求办理，予以告知：" + _done_late(body, groups.late, sources)
        if groups.demanded:
            yield f"已完成但晚于期限{len(groups.late)}项。", text
        else:
            yield "", text + "登记的完成日期与实际不符的，请告知我单位更正。"


def _others(body: str, findings: Sequence[Finding], sources: Sources, lists: Lists) -> str:
    named = [f for f in findings if f.item_name]
    bare = [found_text(f, body, sources) for f in findings if not f.item_name]
    text = "".join(bare[:_NAMED])
    if len(bare) > _NAMED:
        text += f"另有同类情况{len(bare) - _NAMED}项，见{lists.demanded}。"
    return text + (_by_title(body, named, sources) if named else "")


def _by_title(body: str, findings: Sequence[Finding], sources: Sources) -> str:
    """The findings by what was found: counted, and named in a short letter."""
    sentences = []
    for title, group in groupby(findings, key=lambda f: sources.rules.header(f).title.zh):
        found = list(group)
        sentence = f"{title}{len(found)}项"
        if len(findings) <= _SHORT:
            names = list(dict.fromkeys(subject_text(f, body, sources) for f in found))
            sentence += f"：{listed(names[:_NAMED])}{'等' if len(names) > _NAMED else ''}"
        sentences.append(sentence)
    return "；".join(sentences) + "。"


def _done_late(body: str, findings: Sequence[Finding], sources: Sources) -> str:
    """What was done late, by item in a short letter, by task in a long one."""
    if len(findings) > _SHORT:
        counts: dict[str, int] = {}
        for finding in findings:
            name = quoted(task_name(finding, sources))
            counts[name] = counts.get(name, 0) + 1
        return listed(f"{name}{n}项" for name, n in counts.items()) + "。"
    by_item: dict[str, list[str]] = {}
    for finding in findings:
        done = met_on(finding)
        told = quoted(task_name(finding, sources)) + (f"于{chinese_date(done)}完成" if done else "")
        by_item.setdefault(subject_text(finding, body, sources), []).append(told)
    return "；".join(f"{item}的{'，'.join(told)}" for item, told in by_item.items()) + "。"


def _demands_section(
    body: str, groups: FindingGroups, sources: Sources, lists: Lists, answer_by: str
) -> Iterator[tuple[str, str]]:
    if groups.overdue:
        text = (
            f"请对逾期未完成的{len(groups.overdue)}项任务，按{lists.demanded}所列整改要求逐项办理、"
            "尽快完成，并将完成日期、文号和佐证材料登记入台账。"
        )
        partners = partners_of(body, groups.overdue)
        if partners:
            n = sum(bool(partners_of(body, [f])) for f in groups.overdue)
            names = [
                (sources.full_names if p in sources.zones else sources.names)[p] for p in partners
            ]
            who = "、".join(names[:_NAMED]) + ("等单位" if len(names) > _NAMED else "")
            text += f"其中{n}项由{YOU}与{who}共同承担，请主动对接、协同办理。"
        yield "抓紧完成未办任务。", text
    if groups.other:
        subject = f"其他情况{len(groups.other)}项，" if groups.overdue else ""
        yield "核实有关情况。", f"{subject}请按{lists.demanded}所列整改要求办理。"
    yield (
        "按时书面反馈。",
        f"请于{answer_by}前填写{lists.answer}，书面反馈办理情况；对核查结果有异议的，请一并说明并附佐证材料。",
    )


def partners_of(body: str, findings: Iterable[Finding]) -> list[str]:
    """The other bodies that owe the findings as well, by id."""
    others = (b for f in findings for b in f.owed_by if b not in (body, OFFICE))
    return list(dict.fromkeys(others))
