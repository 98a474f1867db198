"""How a letter speaks of one finding: its task, its subject, what was found, what it cites.

Nothing that only this program calls something (ids of items, bodies, duties, clauses; codes of
rules) stands in a letter: names and places of the instrument take their part.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

from registry.audit.finding import Finding
from registry.report.chinese_text import listed, place_in_instrument, quoted, with_chinese_dates
from registry.report.letters.sources import Sources
from registry.store.notices import Terms

NOTHING: Final = "—"
YOU: Final = "你单位"
_TOKEN: Final = re.compile(r"(?<![A-Za-z0-9〕])[A-Za-z0-9][A-Za-z0-9_.:-]*(?![A-Za-z0-9号])")
_DEADLINE: Final = re.compile("，应于[^，。；]*，(已逾期|逾期天数)[^，。；]*")
_QUOTED: Final = re.compile(r"(“[^”]*”|《[^》]*》)")


def terms_of(finding: Finding, sources: Sources) -> Terms | None:
    """The duty of a finding; None where it is about none."""
    duties = sources.notices[finding.instrument].duties
    return duties.get(finding.duty) if finding.duty else None


def task_name(finding: Finding, sources: Sources) -> str:
    """The task of a finding: its duty, else what its rule says."""
    terms = terms_of(finding, sources)
    return terms.name if terms else sources.rules.header(finding).title.zh


def short_reference(instrument: str, findings: Sequence[Finding], sources: Sources) -> str:
    """《通知》 where one instrument is spoken of, else its number."""
    alone = len({f.instrument for f in findings}) == 1
    return "《通知》" if alone else sources.notices[instrument].number


def other_side(finding: Finding, body: str, sources: Sources) -> str:
    """For a department the zone that a finding concerns; for a zone, the item's department."""
    other = finding.department if body in sources.zones else finding.zone
    return sources.names.get(other or "", "")


def item_text(finding: Finding, body: str, sources: Sources) -> str:
    """The item of a finding with its place: 某许可（附件1第8项）; of one about none, what was
    found."""
    if not finding.item_name:
        return _found_briefly(finding, body, sources)
    item = sources.items.get((finding.instrument, finding.item or ""))
    return finding.item_name + (f"（{item.place}）" if item and item.place else "")


def subject_text(finding: Finding, body: str, sources: Sources) -> str:
    """The item and the other side, as a sentence names them: “某许可”（某区）.

    Of a finding about no item, what was found.
    """
    if not finding.item_name:
        return _found_briefly(finding, body, sources)
    other = other_side(finding, body, sources)
    return quoted(finding.item_name) + (f"（{other}）" if other else "")


def places(finding: Finding, sources: Sources) -> str:
    """What a finding cites: 第二条第（三）项、第三条第（二）项; else the number.

    Articles of one law name it once.
    """
    cited: dict[str, None] = {}
    law = ""
    for clause in sources.rules.of(finding):
        heading = sources.rules.headings.get((finding.instrument, clause))
        if heading is not None:
            cited[place_in_instrument(heading)] = None
        elif clause in sources.laws:
            of = sources.laws[clause]
            cited[of.article if of.name == law else of.citation] = None
            law = of.name
    return listed(cited) or sources.notices[finding.instrument].number


def met_on(finding: Finding) -> str | None:
    """The day on which what came late was done."""
    if finding.due_on is None or finding.days_overdue is None:
        return None
    return (dt.date.fromisoformat(finding.due_on) + dt.timedelta(finding.days_overdue)).isoformat()


def found_text(finding: Finding, body: str, sources: Sources) -> str:
    """What was found, in the words of the rule, to the body that is written to.

    Dates are Chinese, ids are names, and the body itself is 你单位. Where an id of a rule's own
    is left, the rule's title says it.
    """
    text = with_chinese_dates(finding.message.zh).replace(";", "、")
    text = _TOKEN.sub(lambda match: _named(match[0], finding, sources), text)
    text = text.replace("”、“", "”“").replace("》、《", "》《")
    if finding.code in text or finding.fingerprint in text or not text:
        return f"{sources.rules.header(finding).title.zh}。"
    names = (sources.full_names[body], sources.names[body])
    return "".join(
        part if part[:1] in ("“", "《") else _to_you(part, names) for part in _QUOTED.split(text)
    )


def task_text(finding: Finding, body: str, sources: Sources) -> str:
    """The task with its subject: 业务手册：“某许可”（某区）; of a finding about no duty, what was
    found, as several may be about one subject."""
    if finding.duty and finding.item_name:
        return f"{task_name(finding, sources)}：{subject_text(finding, body, sources)}"
    return _found_briefly(finding, body, sources)


def demand_text(finding: Finding, body: str, sources: Sources) -> str:
    """What is to be done; of a finding on an item, but about no duty, what was found as well."""
    remedy = sources.rules.header(finding).remedy.zh
    if finding.duty or not finding.item_name:
        return remedy
    return f"{_found_briefly(finding, body, sources)}。{remedy}"


def _found_briefly(finding: Finding, body: str, sources: Sources) -> str:
    """What was found, without the deadline, which stands beside it."""
    return _DEADLINE.sub("", found_text(finding, body, sources)).removesuffix("。")


def _to_you(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, YOU)
    return text


def _named(token: str, finding: Finding, sources: Sources) -> str:
    """What a word of Latin letters and digits stands for, if it is an id; else the word itself."""
    instrument, _colon, rest = token.rpartition(":")
    instrument = instrument or finding.instrument
    if instrument not in sources.notices:
        return token
    if rest in sources.notices:
        return sources.notices[rest].number
    if (instrument, rest) in sources.items and not rest.isdecimal():
        return quoted(sources.items[instrument, rest].name)
    for zone in sources.zones:
        item = sources.items.get((instrument, rest.removesuffix(f"-{zone}")))
        if item and rest.endswith(f"-{zone}"):
            return f"{quoted(item.name)}（{sources.names[zone]}）"
    if rest in sources.names:
        return sources.names[rest]
    duty = sources.notices[instrument].duties.get(rest)
    return duty.name if duty else token
