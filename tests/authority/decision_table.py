"""The decision table, written out by hand from the design: what is asked, and what has to be said.

`disagreements` is what test_decision_table.py asserts to be none, and what every mutation has to
change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from registry.authority.answer import Answer, Question
from registry.authority.answering import Authority
from tests.authority.table_registry import ACTS

FIRST, OFFICE = "liaocheng-2021-8", "liaocheng-office-2021-1"
DAY = "2021-06-30"
SAYS = {"y": "yes", "n": "no", "u": "undetermined"}
_VALUES = {"y": True, "n": False, "u": None}
_CERTAINTIES = {"t": "text", "r": "reading", "-": None}
_UNSAID = object()


@dataclass(frozen=True)
class Bears:
    """Who bears what is done. `?`: undetermined."""

    name: str | None
    seal: str | None
    respondent: str | None
    answered_by: str | None = None


NOBODY = Bears(None, None, None)
SECOND_SEAL = "市级部门的“二号章”"
INTERNAL = "市级部门印章，管委会的审核意见为内部意见"
PROVINCE = "山东省人民政府"
CITY = "聊城市人民政府"
RED_HEAD = "省政府红头“鲁政土字P”文号，备案后加盖“山东省人民政府土地审批专用章”"
ENTRUSTED = {
    "1-09": Bears("市市场监管局", SECOND_SEAL, "市市场监管局"),
    "1-06": Bears("市城管局", SECOND_SEAL, "市城管局"),
}
EXAMINES = Bears("市住房城乡建设局", INTERNAL, "市住房城乡建设局")
RECEIVES = Bears("市人力资源社会保障局", "市级部门印章", "市人力资源社会保障局")
OWN = Bears("?", "管委会印章", "?")
FOR_CITY = Bears(CITY, "市政府公章", CITY)
FOR_PROVINCE = Bears(PROVINCE, RED_HEAD, PROVINCE, CITY)
COMPILES = Bears("聊城经济技术开发区管委会", None, None)

# Acts in their order: receive, accept, examine, decide, issue, revoke, inspect, penalise, coerce.
# The answer in state 生效, and what it rests on: t text, r reading, - no rule, which is a reading.
TABLE = [
    # 委托下放 of a licence and of a penalty
    ("etdz", FIRST, "1-09", "yt yt yt yt yt ur u- u- nt", ENTRUSTED["1-09"]),
    ("etdz", FIRST, "1-06", "yt yt yt yt yt ur u- yr nt", ENTRUSTED["1-06"]),
    # 下放实质性审核权, 委托收件
    ("etdz", FIRST, "1-18", "yr yr yt nt nt nt u- u- u-", EXAMINES),
    ("etdz", FIRST, "1-29", "yt nr nt nt nr nt u- u- u-", RECEIVES),
    # 原直接实施: a service, an inspection, a penalty, a compulsory measure
    ("etdz", FIRST, "公共服务", "yr yr yr yr yr yr u- u- u-", OWN),
    ("etdz", FIRST, "行政检查", "yr yr yr yr yr yr yr u- u-", OWN),
    ("etdz", FIRST, "行政处罚", "yr yr yr yr yr yr yr yr u-", OWN),
    ("etdz", FIRST, "行政强制", "yr yr yr yr yr yr yr u- yr", OWN),
    # 不再实施
    ("etdz", FIRST, "3-01", "nt nt nt nt nt nt nt nt nt", NOBODY),
    # 授权, 委托, 组卷初审
    ("city", OFFICE, "1-01", "yr yr yr yt yt ur u- u- u-", FOR_CITY),
    ("city", OFFICE, "1-02", "yr yr yr yt yt ur u- u- nr", FOR_PROVINCE),
    ("etdz", OFFICE, "2-01", "yr yr yt nt nt nt u- u- u-", COMPILES),
]


@dataclass(frozen=True)
class Line:
    """A question, and what has to be said. `premises`: as `P3 ut` each, value and certainty."""

    zone: str
    instrument: str
    item: str
    act: str
    answer: str
    premises: str = ""
    day: str = DAY
    accepted_on: str | None = None
    strict: bool = False
    certainty: str = "reading"
    bears: Any = _UNSAID
    conditions: tuple[tuple[str, bool | None], ...] | None = None
    last_condition: tuple[str, bool | None] | None = None
    because: str = ""
    """A premise, and words of its reason."""
    done_by: str | None = None


def lines() -> Iterator[Line]:
    """All that is asserted."""
    yield from cells()
    yield from states()
    yield from handovers()
    yield from agreements_and_law()
    yield from chains()
    yield from scopes_and_statuses()
    yield from reasons()


def cells() -> Iterator[Line]:
    """The table in state 生效."""
    for zone, instrument, item, row, bears in TABLE:
        for act, (letter, basis) in zip(ACTS, row.split(), strict=True):
            certainty = "reading"
            said = bears
            if basis == "-":
                said = NOBODY  # no rule says who
            elif letter == "n":
                said = Bears(bears.name, None, bears.respondent, bears.answered_by)
            if bears.name == PROVINCE and basis != "-":
                certainty = "contested"
            premises = f"P3 {letter}{'r' if basis == '-' else basis}"
            if act == "coerce" and item in ("1-09", "1-06", "1-02"):
                premises += ", P5 nt"  # whatever the instrument says
            yield Line(
                zone, instrument, item, act, letter, premises, certainty=certainty, bears=said
            )


def states() -> Iterator[Line]:
    """Other states than 生效: no; the department goes on."""
    for day, item, premises, by in (
        ("2021-04-14", "1-09", "P1 nt, P4 nt", "市市场监管局"),  # 尚未生效
        ("2021-05-10", "1-09", "P1 yt, P4 nt", "市市场监管局"),  # 待签协议
        ("2021-12-16", "1-09", "P1 yt, P4 nt", "市市场监管局"),  # 委托届满
        ("2021-09-01", "1-03", "P1 nt, P4 yt", "市自然资源和规划局"),  # 中止
        ("2021-09-10", "1-05", "P1 nt, P4 yt", "市住房城乡建设局"),  # 已收回
    ):
        for act in ("receive", "accept", "examine", "decide", "issue", "revoke"):
            yield Line("etdz", FIRST, item, act, "n", premises, day, done_by=by)
    first_days = (("2021-05-11", "y"), ("2021-12-15", "y"), ("2021-08-31", "y"))
    for day, letter in first_days:
        item = "1-03" if day == "2021-08-31" else "1-09"
        yield Line("etdz", FIRST, item, "decide", letter, "P1 yt, P4 yt", day)
    # 已解除, after its last day
    for day, letter in (("2022-01-10", "y"), ("2022-01-11", "n")):
        yield Line("hidz", FIRST, "1-01", "decide", letter, f"P4 {letter}t", day)
    # A mode that is no entrustment needs no agreement, and begins with its instrument.
    yield Line("etdz", FIRST, "1-18", "examine", "n", "P1 nt, P4 y-, P6 y-", "2021-04-14")
    yield Line("etdz", FIRST, "1-18", "examine", "y", "P1 yt, P4 y-, P6 y-", "2021-04-15")
    # 上级失效
    for day, letter in (("2021-12-15", "y"), ("2021-12-16", "n")):
        basis, certainty = ("r", "reading") if letter == "y" else ("t", "text")
        for name in ("test-2", "test-3"):
            premises = f"P1 yt, P2 {letter}{basis}"
            yield Line("east", name, "1-01", "decide", letter, premises, day, certainty=certainty)
    # A parent that is withdrawn, though its mode needs no agreement.
    yield Line("east", "test-2", "1-10", "examine", "y", "P2 yr", "2021-08-31")
    withdrawn = {"day": "2021-09-01", "certainty": "text"}
    yield Line("east", "test-2", "1-10", "examine", "n", "P2 nt", **withdrawn)
    # Merged into another zone.
    yield Line("west", "test-2", "1-11", "receive", "y", "P1 yt", "2021-09-30")
    gone = {"day": "2021-10-01", "because": "P1 自2021-10-01起由东区承接"}
    yield Line("west", "test-2", "1-11", "receive", "n", "P1 nt", **gone)
    yield Line("east", "test-2", "1-11", "receive", "y", "P1 yt", "2021-10-01")
    # Nothing was conferred on it.
    yield Line("east", FIRST, "1-09", "decide", "n", "P1 n-", certainty="text")
    yield Line("etdz", "test-2", "1-01", "decide", "n", "P1 n-", certainty="text")


def handovers() -> Iterator[Line]:
    """已收回: a case that was accepted before the handover may be finished, where that is said."""
    before = {"day": "2021-09-10", "accepted_on": "2021-09-09"}
    for act in ("examine", "decide", "issue"):
        yield Line("etdz", FIRST, "1-05", act, "y", "P1 yt, P3 yt, P4 yt", **before)
    for act in ("receive", "accept", "revoke", "inspect"):
        yield Line("etdz", FIRST, "1-05", act, "n", "P1 nt", **before)
    yield Line("etdz", FIRST, "1-05", "decide", "y", "P1 yt", "2021-09-09", "2021-09-01")
    yield Line("etdz", FIRST, "1-05", "decide", "n", "P1 nt", "2021-09-10", "2021-09-10")
    yield Line("etdz", FIRST, "1-05", "decide", "n", "P1 nt", "2021-09-20", "2021-09-11")
    # Without an agreement on the day of acceptance, and before anything was conferred.
    yield Line("etdz", FIRST, "1-05", "decide", "n", "P1 yt, P4 nt", "2021-09-10", "2021-05-31")
    yield Line("etdz", FIRST, "1-05", "decide", "n", "P1 nt", "2021-09-10", "2021-04-14")
    # What the mode didn't give is not given by the handover.
    accepted = {"day": "2021-09-01", "accepted_on": "2021-08-31"}
    yield Line("etdz", FIRST, "1-18", "examine", "y", "P1 yt, P3 yt", **accepted)
    yield Line("etdz", FIRST, "1-18", "decide", "n", "P1 yt, P3 nt", **accepted)
    yield Line("etdz", FIRST, "1-07", "decide", "n", "P1 nt, P4 yt", **accepted)
    yield Line("etdz", FIRST, "1-08", "decide", "u", "P1 ur, P4 yt", **accepted)
    yield Line("etdz", FIRST, "1-08", "accept", "n", "P1 nt", **accepted)
    # Suspended is not withdrawn.
    yield Line("etdz", FIRST, "1-03", "decide", "n", "P1 nt", **accepted)
    # Nor does another zone finish it.
    yield Line("hidz", FIRST, "1-07", "decide", "y", "P1 yt", **accepted)  # its own


def agreements_and_law() -> Iterator[Line]:
    """P3 by an agreement, P4, P5 and P6."""
    # The powers of 009 name the act, from its first day on.
    yield Line("etdz", FIRST, "1-13", "revoke", "n", "P3 ur, P4 nt", "2021-05-31")
    yield Line("etdz", FIRST, "1-13", "revoke", "y", "P3 yt, P4 yt", "2021-06-01")
    yield Line("hidz", FIRST, "1-13", "revoke", "u", "P3 ur, P4 yt", "2021-06-01")
    yield Line("etdz", FIRST, "1-13", "inspect", "u", "P3 ur, P4 yt", "2021-06-01")
    # A rule may need an agreement where its mode does not.
    yield Line("east", "test-2", "1-08", "receive", "y", "P3 yt, P4 y-, P5 y-")
    yield Line("east", "test-2", "1-08", "inspect", "n", "P3 yt, P4 nt")
    # Penalties: until L3 is in force; with term and announcement; lacking either.
    for day, letter in (("2021-07-14", "y-"), ("2021-07-15", "yt"), ("2021-08-01", "yt")):
        yield Line("etdz", FIRST, "1-06", "penalise", letter[0], f"P5 {letter}", day)
    yield Line("hidz", FIRST, "1-11", "penalise", "y", "P5 y-", "2021-07-14")
    yield Line("hidz", FIRST, "1-11", "penalise", "u", "P5 ut", "2021-07-15")
    yield Line("hidz", FIRST, "1-11", "decide", "y", "P5 y-", "2021-07-15")
    for day, letter in (("2021-09-14", "n"), ("2021-09-21", "u"), ("2021-09-22", "y")):
        value = "yt" if letter == "y" else "ut"
        yield Line("etdz", FIRST, "1-10", "penalise", letter, f"P5 {value}", day)
    yield Line("etdz", FIRST, "行政处罚", "penalise", "y", "P5 y-, P6 y-", "2021-07-15")
    yield Line("etdz", FIRST, "行政强制", "coerce", "y", "P5 y-, P6 y-", "2021-07-15")
    # What no recorded law allows is a caveat; asked strictly, it is undetermined.
    yield Line("etdz", FIRST, "1-09", "decide", "y", "P6 u-")
    yield Line("etdz", FIRST, "1-09", "decide", "u", "P6 u-", strict=True)
    yield Line("etdz", FIRST, "1-09", "coerce", "n", "P6 u-", strict=True)
    yield Line("etdz", FIRST, "1-13", "decide", "y", "P6 yt", strict=True)
    yield Line("etdz", FIRST, "1-18", "examine", "y", "P6 y-", strict=True)
    yield Line(
        "city", OFFICE, "1-02", "decide", "u", "P4 y-, P6 u-", strict=True, certainty="contested"
    )


def chains() -> Iterator[Line]:
    """P2: what derives from another delegation."""
    east = "east", "test-2"
    yield Line("etdz", FIRST, "1-09", "decide", "y", "P2 yr")
    yield Line(*east, "1-07", "decide", "y", "P2 yr, P3 yt")
    yield Line(*east, "1-01", "decide", "y", "P2 yr, P3 yt")
    yield Line(*east, "1-01", "revoke", "u", "P2 ur, P3 yt")  # undetermined of the parent
    yield Line(*east, "1-01", "inspect", "u", "P2 ur, P3 yt")  # of which nothing is said
    yield Line(*east, "1-01", "coerce", "n", "P2 nt, P3 yt, P5 y-", certainty="text")
    yield Line(*east, "1-02", "decide", "n", "P2 nt, P4 yt", certainty="text")  # entrusted on
    yield Line(*east, "1-09", "examine", "y", "P2 yr, P4 yt")  # entrusted, but not on
    yield Line(*east, "1-03", "decide", "u", "P2 ut", certainty="text")  # not loaded
    yield Line(*east, "1-04", "decide", "n", "P2 nt", certainty="text")  # not conferred
    yield Line(*east, "1-05", "examine", "y", "P2 yr")
    yield Line(
        *east, "1-05", "decide", "n", "P2 nt, P3 yt", certainty="text"
    )  # which the parent's mode doesn't give
    # The law of penalties is asked of the parent as well.
    yield Line(*east, "1-06", "penalise", "u", "P2 ut, P5 y-", "2021-09-21", certainty="text")
    yield Line(*east, "1-06", "penalise", "y", "P2 yr, P5 y-", "2021-09-22")
    yield Line(*east, "1-06", "decide", "y", "P2 yr", "2021-09-21")
    # Two steps up.
    third = "east", "test-3"
    yield Line(*third, "1-01", "decide", "y", "P2 yr")
    yield Line(*third, "1-01", "revoke", "u", "P2 ur")
    yield Line(*third, "1-01", "coerce", "n", "P2 nt", certainty="text")
    yield Line(*third, "1-04", "decide", "u", "P2 ut", certainty="text")
    # Compulsory measures that the parent's rule gives, and the law does not.
    yield Line(*east, "1-07", "coerce", "n", "P3 yt, P5 nt")
    yield Line(*third, "1-02", "coerce", "n", "P2 nt, P3 yt, P5 y-", certainty="text")
    yield Line(*third, "1-02", "decide", "y", "P2 yr")
    yield Line(
        *third, "1-02", "decide", "n", "P2 nt", "2021-05-19", certainty="text"
    )  # 上级 is 待签协议
    # An agreement that the parent's rule needs, and its mode does not.
    yield Line(*third, "1-03", "receive", "y", "P2 yr")
    yield Line(*third, "1-03", "inspect", "n", "P2 nt, P3 yt, P4 y-", certainty="text")


def scopes_and_statuses() -> Iterator[Line]:
    """P7, conditions, and what is recorded of a zone's body."""
    remark = (("限市级核准权限内的项目", None),)
    seal = "已移交“二号章”"
    yield Line("etdz", FIRST, "1-09", "decide", "y", "P7 y-", conditions=())
    yield Line("etdz", FIRST, "1-01", "decide", "y", "P7 yt", conditions=remark)
    yield Line("etdz", FIRST, "1-12", "decide", "u", "P7 ut", conditions=())
    yield Line("etdz", FIRST, "3-01", "decide", "n", "P1 nt, P7 u-", conditions=())
    yield Line("etdz", FIRST, "1-15", "examine", "y", "P7 y-", conditions=())
    territory = (("限于：核心区", None),)
    yield Line("etdz", FIRST, "1-15", "examine", "y", "P7 y-", "2021-09-01", conditions=territory)
    for day, met in (("2021-05-11", None), ("2021-05-12", True)):
        yield Line("etdz", FIRST, "1-09", "issue", "y", "", day, conditions=((seal, met),))
    filed = ("已在省自然资源厅备案", None)
    answer = Line("city", OFFICE, "1-02", "issue", "y", "P7 yt", certainty="contested")
    yield replace(answer, last_condition=filed)
    both = (*remark, (seal, True))
    yield Line("etdz", FIRST, "1-01", "issue", "y", "", conditions=both)
    own = "聊城高新技术产业开发区管委会"
    yield Line("hidz", FIRST, "公共服务", "decide", "y", bears=Bears(own, "管委会印章", own))
    yield Line("etdz", FIRST, "公共服务", "decide", "y", bears=OWN)


def reasons() -> Iterator[Line]:
    """The reason that a premise gives, where several have the same value."""
    for zone, item, day, because in (
        ("etdz", "1-09", "2021-04-14", "P1 当日尚未生效"),
        ("etdz", "1-09", "2021-06-30", "P1 附件1第9项，委托下放，全部"),
        ("etdz", "1-05", "2021-09-10", "P1 自2021-09-10起已收回（测试"),
        ("etdz", "1-03", "2021-09-01", "P1 自2021-09-01起中止（测试"),
        ("etdz", "1-09", "2021-05-10", "P4 待签协议，示例〔2021〕003号自2021-05-11起才生效"),
        ("etdz", "1-09", "2021-12-16", "P4 示例〔2021〕003号，2021-05-11至2021-12-15，委托届满"),
        ("hidz", "1-01", "2022-01-11", "P4 至2022-01-10，已解除"),
        ("etdz", "1-09", "2021-06-30", "P4 示例〔2021〕003号，2021-05-11至2021-12-15"),
        ("hidz", "1-11", "2021-05-24", "P4 待签协议，示例〔2021〕010号自2021-05-25起才生效"),
        ("hidz", "1-11", "2021-06-30", "P4 示例〔2021〕010号，自2021-05-25起，未定期限"),
        ("hidz", "1-05", "2021-06-30", "P4 待签协议，未登记协议"),
        ("etdz", "1-09", "2021-06-30", "P6 未登记"),
        ("etdz", "1-12", "2021-06-30", "P7 部分，未注明哪一部分"),
        ("etdz", "1-01", "2021-06-30", "P7 部分：限市级核准权限内的项目"),
        ("etdz", "3-01", "2021-06-30", "P7 未载明"),
    ):
        yield Line(zone, FIRST, item, "decide", "", day=day, because=because)
    for act, because in (
        ("revoke", "P3 委托权限未写明的，无法判定"),
        ("inspect", "P3 未载明委托下放是否包括检查"),
        ("decide", "P3 委托下放包括决定"),
        ("coerce", "P3 委托下放不包括强制措施"),
    ):
        yield Line("etdz", FIRST, "1-09", act, "", because=because)
    yield Line("city", OFFICE, "1-01", "revoke", "", because="P3 授权是否包括撤销变更注销")
    for instrument, item, act, because in (
        ("test-2", "1-05", "decide", "P2 不包括决定"),
        ("test-2", "1-01", "inspect", "P2 未载明是否包括检查"),
        ("test-2", "1-01", "decide", "P2 1-09-etdz，生效"),
        ("test-2", "1-03", "decide", "P2 未收录"),
        ("test-2", "1-04", "decide", "P2 没有这项赋权"),
        ("test-2", "1-02", "decide", "P2 不得再委托"),
        ("test-3", "1-02", "coerce", "P2 1-07-east：行政强制"),
        ("test-3", "1-03", "inspect", "P2 1-08-east：待签协议，未登记协议"),
        ("test-3", "1-04", "decide", "P2 elsewhere-1:1-01-east，本登记库未收录"),
    ):
        yield Line("east", instrument, item, act, "", because=because)


def disagreements(conn: sqlite3.Connection, asked: list[Line]) -> Iterator[str]:
    """What the program says otherwise."""
    authority = Authority(conn)
    numbers = {
        (instrument, item): no
        for no, instrument, item in conn.execute(
            "SELECT i.no, ins.id, i.id FROM item AS i"
            " JOIN instrument AS ins ON ins.no = i.instrument"
        )
    }
    kept = dict(
        conn.execute(
            "SELECT i.power_type, min(i.no) FROM item AS i"
            " JOIN instrument AS ins ON ins.no = i.instrument WHERE ins.id = ? AND i.annex = 2"
            " GROUP BY i.power_type",
            (FIRST,),
        )
    )
    numbers |= {(FIRST, type_): no for type_, no in kept.items()}
    authority.read(numbers[line.instrument, line.item] for line in asked)
    for line in asked:
        number = numbers[line.instrument, line.item]
        answer = authority.can(
            Question(line.zone, number, line.act, line.day, line.accepted_on, line.strict)
        )
        yield from (f"{line}: {what}" for what in _compared(line, answer))


def _compared(line: Line, answer: Answer) -> Iterator[str]:
    said_so = answer.answer, answer.certainty
    if line.answer and said_so != (SAYS[line.answer], line.certainty):
        yield f"{answer.answer}, {answer.certainty}"
    found = {premise.id: (premise.value, premise.certainty) for premise in answer.premises}
    for premise in filter(None, line.premises.split(", ")):
        name, (value, certainty) = premise.split()
        if found.get(name) != (_VALUES[value], _CERTAINTIES[certainty]):
            yield f"{name}: {found.get(name)}"
    if line.bears is not _UNSAID:
        said = Bears(
            *(_name(answer.name_of), answer.seal["zh"] if answer.seal else None),
            *(_name(answer.respondent), _name(answer.answered_by)),
        )
        if said != line.bears:
            yield f"{said}"
    if line.conditions is not None:
        told = tuple((one.text.say("zh"), one.met) for one in answer.conditions)
        if told != line.conditions:
            yield f"{told}"
    if line.last_condition is not None:
        text, met = answer.conditions[-1].text.say("zh"), answer.conditions[-1].met
        if (text, met) != line.last_condition:
            yield f"{text} {met}"
    if line.because:
        name, words = line.because.split(maxsplit=1)
        told = next(p.because.say("zh") for p in answer.premises if p.id == name)
        if words not in told:
            yield f"{name}: {told}"
    if line.done_by is not None:
        names = "、".join(body.short_name for body in answer.exercised_by)
        if names != line.done_by:
            yield f"done by {names}"
    if (answer.answer == "yes") != (not answer.exercised_by) and answer.delegation is not None:
        yield f"done by {answer.exercised_by}"


def _name(body: Any) -> str | None:
    return body if isinstance(body, str) or body is None else "?"
