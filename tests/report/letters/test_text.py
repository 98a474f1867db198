"""What letters say: the whole text of two, and what holds for each of them."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.audit.finding import Finding, Text
from registry.report.chinese_text import chinese_date
from registry.report.letters import Letter, letter_bytes, letters
from registry.report.letters.finding_text import found_text
from registry.report.letters.letter import LetterContent
from registry.report.letters.tables import ANSWER, DEMANDED, DONE_LATE, LetterTable
from tests.conftest import examples
from tests.report.letters.conftest import DAYS, Made

GOLDEN = Path(__file__).parent / "golden"
PROPERTY = settings(
    max_examples=examples(60, 12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def text_of(content: LetterContent) -> str:
    """All that a letter says, but for its lists' heads and the log."""
    cells = (c for t in content.tables for row in (*t.rows, t.notes) for c in row)
    parts = (p.heading + p.text for p in content.paragraphs)
    ends = (content.title, content.addressee, content.closing, content.sender.contact_line)
    return "\n".join((*ends, *parts, *content.attachments, *content.copies, *cells))


def table_of(content: LetterContent, title: str) -> LetterTable | None:
    return next((t for t in content.tables if t.title == title), None)


def rows_of(content: LetterContent, title: str) -> list[list[str]]:
    table = table_of(content, title)
    return [list(row) for row in table.rows] if table else []


@pytest.mark.parametrize(("body", "name"), [("slj", "sent"), ("fgw", "made")])
def test_the_whole_text(request: pytest.FixtureRequest, body: str, name: str) -> None:
    """REGISTRY_GOLDEN=1 writes the texts anew: read them as who gets them would."""
    chosen: Made = request.getfixturevalue(name)
    (letter,) = letters(*chosen, bodies=[body], first_number=12 if name == "sent" else None)
    text = letter_bytes(letter, "markdown").decode()
    text, count = re.subn(r"变更记录.*\n$", "变更记录\n", text)
    assert count == 1
    path = GOLDEN / f"{body}.md"
    if os.environ.get("REGISTRY_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def _terms(made: Made) -> str:
    """Words of the instruments, of the ledger and of laws that may have Latin letters."""
    sources = made.sources
    texts = [i.name for i in sources.items.values()]
    for notice in sources.notices.values():
        texts += [notice.number, notice.title, *(d.name for d in notice.duties.values())]
        texts += [clause.text for clause in notice.clauses.values()]
    return "\n".join(texts)


@pytest.mark.parametrize("day", DAYS)
def test_no_id_stands_in_a_letter(on_days: dict[str, Made], day: str) -> None:
    made = on_days[day]
    terms = _terms(made)
    found = {f.fingerprint for f in made.audit.findings}
    for letter in letters(*made):
        text = text_of(letter.content())
        assert not [word for word in re.findall(r"[A-Za-z]+", text) if word not in terms]
        assert not re.search(r"\b\d-\d\d\b|\d{4}-\d\d-\d\d|[A-Z]{3}\d{3}|\[|;", text)
        assert not any(fingerprint in text for fingerprint in found)
        assert not re.search("[”》]、[“《]", text)


def _seen(finding: Finding) -> tuple[str, str, str]:
    due = chinese_date(finding.due_on) if finding.due_on else "—"
    return finding.item_name or "", due, str(finding.days_overdue or "—")


@PROPERTY
@given(st.data())
def test_each_alarm_stands_in_its_letter_once(
    on_days: dict[str, Made], data: st.DataObject
) -> None:
    """Of any part of the findings, some of them waived."""
    audit, sources = on_days[data.draw(st.sampled_from(DAYS))]
    alarms = [f for f in audit.findings if f.status == "alarm"]
    flags = data.draw(st.lists(st.sampled_from("kwo"), min_size=len(alarms), max_size=len(alarms)))
    chosen = [
        f._replace(waived=flag == "w") for f, flag in zip(alarms, flags, strict=True) if flag != "o"
    ]
    written = letters(replace(audit, findings=chosen), sources)
    assert {x.body for x in written} == {
        body for f in chosen if not f.waived for body in f.owed_by if body in sources.names
    } - {"office"}
    for letter in written:
        own = [f for f in chosen if letter.body in f.owed_by and not f.waived]
        late = [f for f in own if sources.rules.is_late(f)]
        _check_lists(letter, [f for f in own if f not in late], late)


def _check_lists(letter: Letter, todo: list[Finding], late: list[Finding]) -> None:
    content = letter.content()
    for title, expected in ((DEMANDED, todo), (DONE_LATE, late)):
        rows = rows_of(content, title)
        assert [row[0] for row in rows] == [str(n + 1) for n in range(len(expected))]
        days = 6 if title == DEMANDED else 7
        items = {f.item_name for f in expected if f.item_name}
        shown = Counter(
            (
                name if (name := re.sub(r"（附件\d+第\d+项）$", "", row[1])) in items else "",
                row[5],
                row[days],
            )
            for row in rows
        )
        assert shown == Counter(_seen(f) for f in expected)
    numbers = []
    for row in rows_of(content, ANSWER):
        first, _to, last = row[0].partition("至")
        numbers += range(int(first), int(last or first) + 1)
        assert row[2:] == ["", "", "", ""]
    assert numbers == list(range(1, len(todo) + 1)), "each demand has one place in the form"


def test_what_came_late_is_told_in_a_paragraph_of_its_own_and_not_asked_for(sent: Made) -> None:
    (letter,) = letters(*sent, bodies=["slj"])
    content = letter.content()
    (told,) = [p for p in content.paragraphs if "已完成但晚于期限" in p.heading]
    assert "“服务指南”于2021年6月22日完成" in told.text
    assert "不再要求办理" in told.text
    start = next(n for n, p in enumerate(content.paragraphs) if p.heading.startswith("三、"))
    asked = "".join(p.heading + p.text for p in content.paragraphs[start:])
    assert "晚于" not in asked
    assert "逾期原因" not in asked
    assert "共4项" in content.paragraphs[0].text, "what came late is not counted among them"
    assert not any("已逾期" in c for row in rows_of(content, DONE_LATE) for c in row)


def test_a_letter_of_what_came_late_alone_asks_for_nothing(sent: Made) -> None:
    audit, sources = sent
    late = [f for f in audit.findings if sources.rules.is_late(f) and "slj" in f.owed_by]
    late = [f._replace(severity="high") for f in late]
    (letter,) = letters(replace(audit, findings=late), sources, bodies=["slj"])
    assert letter.kind == "工作提示函", "nothing is overdue"
    content = letter.content()
    assert content.attachments == [DONE_LATE]
    assert content.copies == ["示例市政府办公室"]
    text = text_of(content)
    assert "没有需要你单位办理的问题，有5项任务已经完成，但晚于期限（见附件）" in text
    assert "反馈" not in text
    assert "三、" not in text
    assert "the day for the answer" not in letter.sender.left_open


def test_copies_go_to_who_owes_a_task_as_well(sent: Made) -> None:
    for letter in letters(*sent):
        todo = letter.groups.demanded
        others = {b for f in todo for b in f.owed_by} - {letter.body, "office"}
        names = {sent.sources.full_names[b] for b in others}
        assert set(letter.content().copies) == names | {"示例市政府办公室"}
        assert len(letter.content().copies) == len(names) + 1


def test_many_findings_of_one_task_share_a_row_of_the_form(made: Made) -> None:
    audit, sources = made
    of = next(f for f in audit.findings if f.code == "PWL001" and "hidz" in f.owed_by)
    other = next(f for f in audit.findings if f.code == "HBK001" and "hidz" in f.owed_by)
    many = [of._replace(subject_id=str(n), fingerprint=str(n)) for n in range(21)]
    (letter,) = letters(replace(audit, findings=[*many, other]), sources, bodies=["hidz"])
    rows = rows_of(letter.content(), ANSWER)
    assert [row[0] for row in rows] == ["1", "2至22"]
    assert "权责清单编制，共21项" in rows[1][1]
    assert len(rows_of(letter.content(), DEMANDED)) == 22


def test_what_is_about_no_duty_says_what_was_found_and_names_a_subject_once(made: Made) -> None:
    audit, sources = made
    of = next(f for f in audit.findings if f.item == "1-08" and f.zone == "hidz")
    found = [
        of._replace(
            **{"code": "PER001", "duty": None, "due_on": None, "days_overdue": None},
            **{
                "status": "alarm",
                "severity": "high",
                "owed_by": ("slj",),
                "fingerprint": f"f-{act}",
            },
            message=Text(f"平台允许聊城高新区对“取水许可”{act}。", ""),
        )
        for act in ("受理", "审查", "决定", "制证")
    ]
    (letter,) = letters(replace(audit, findings=found), sources)
    content = letter.content()
    (told,) = [p.text for p in content.paragraphs if "4项：" in p.text]
    assert told.endswith("4项：“取水许可”（聊城高新区）。")
    rows = rows_of(content, DEMANDED)
    assert rows[0][-1].startswith("平台允许聊城高新区对“取水许可”受理。停用")
    assert rows[0][4] == "《行政许可法》第六十九条第一款第二项、第七十四条第一项"
    assert len({row[1] for row in rows_of(content, ANSWER)}) == 4


def test_ids_in_a_rule_s_words_become_names(made: Made) -> None:
    of = next(f for f in made.audit.findings if f.item == "1-08" and f.zone == "hidz")

    def told(text: str, body: str = "slj") -> str:
        return found_text(of._replace(message=Text(text, "")), body, made.sources)

    assert told("与1-08同名。") == "与“取水许可”同名。"
    assert told("依据liaocheng-2021-8:1-08-hidz。") == "依据“取水许可”（聊城高新区）。"
    assert told("依据1-08-etdz、1-07。") == (
        "依据“取水许可”（聊城经开区）、“建设项目环境影响评价文件审批”。"
    )
    assert told("于2021-05-28前由hidz办理handbook;seal。") == (
        "于2021年5月28日前由聊城高新区办理业务手册、二号章。"
    )
    assert told("文号〔2021〕1-08号、“甲”、“乙”，3件。") == "文号〔2021〕1-08号、“甲”“乙”，3件。"
    assert told("市水利局对聊城高新区“市水利局审批”。") == "你单位对聊城高新区“市水利局审批”。"
    assert told("市水利局对聊城高新区。", "hidz") == "市水利局对你单位。"
    assert told(f"见{of.code}。") == f"{made.sources.rules.header(of).title.zh}。"
    assert told("nowhere:1-08。") == "nowhere:1-08。", "what is no id of ours stays"


@PROPERTY
@given(st.data())
def test_no_id_of_an_item_or_delegation_is_left_in_words(made: Made, data: st.DataObject) -> None:
    sources = made.sources
    instrument, item = data.draw(st.sampled_from(sorted(sources.items)))
    zone = data.draw(st.sampled_from(sorted(sources.zones)))
    token = data.draw(st.sampled_from([item, f"{item}-{zone}"]))
    if data.draw(st.booleans()):
        token = f"{instrument}:{token}"
    of = next(f for f in made.audit.findings if f.status == "alarm")._replace(
        instrument=instrument,
        message=Text(f"前{token}后。", ""),
    )
    text = found_text(of, "slj", sources)
    assert token not in text
    assert sources.items[instrument, item].name.translate(str.maketrans("“”《》", "‘’〈〉")) in text
