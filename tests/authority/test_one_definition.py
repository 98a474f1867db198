"""What a zone may do has one definition: files, lists, pages, queries and answers never differ."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from registry.authority.answer import Question
from registry.authority.answering import Authority
from registry.store.connection import connect
from tests.conftest import sample
from tests.publications import Visitor, publish, query

DAYS = (*("2021-04-01", "2021-05-20", "2021-06-30", "2022-01-21", "2024-06-30", "2026-11-29"),)
"""Before everything, while agreements are being signed, and as they end one by one."""

STEPS = ("receive", "accept", "examine", "decide", "issue")
WORDS = {"yes": "可以", "no": "不可以", "undetermined": "无法判定"}
LABELS = {"receive": "收件", "accept": "受理", "examine": "审查", "decide": "决定", "issue": "制证"}
CARRIED_OUT = {"行政处罚": "penalise", "行政检查": "inspect", "行政强制": "coerce"}

Told = dict[str, tuple[str, ...]]
"""Delegation → state, its first day, the answer for every step, and that for implementing it."""


class Published:
    """The demonstration as it is published on a day, and the working file that it is of."""

    def __init__(self, built: Path, file: Path, day: str, metadata: dict[str, Any]) -> None:
        self.built, self.file, self.day = built, file, day
        publish(built, file, as_of=day, demo=True)
        self.visitor = Visitor(file, metadata)

    def answered(self) -> Told:
        """What `can` and view `standing` say, question by question."""
        with closing(connect(self.built)) as conn:
            states = {
                (f"{instrument}:{delegation}"): (state, "" if from_on < "0002" else from_on)
                for instrument, delegation, state, from_on in conn.execute(
                    "SELECT instrument, delegation, state, from_on FROM standing"
                    " WHERE from_on <= :day AND (to_on IS NULL OR to_on >= :day)",
                    {"day": self.day},
                )
            }
            delegations = conn.execute(
                "SELECT ins.id || ':' || i.id || '-' || z.id, i.no, z.id, i.initiation,"
                " i.power_type FROM delegation AS d JOIN item AS i ON i.no = d.item"
                " JOIN instrument AS ins ON ins.no = i.instrument JOIN zone AS z ON z.no = d.zone"
            ).fetchall()
            authority = Authority(conn)
            authority.read_all()

            def word(zone: str, item: int, act: str) -> str:
                return WORDS[authority.can(Question(zone, item, act, self.day)).answer]

            return {
                reference: (
                    *states[reference],
                    *(word(zone, item, act) for act in STEPS),
                    word(zone, item, CARRIED_OUT.get(kind, "decide"))
                    if initiation == "依职权"
                    else "",
                )
                for reference, item, zone, initiation, kind in delegations
            }


def told(rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Told:
    """What rows of delegations say, however they were got."""
    columns = ("state", "state_from", *STEPS, "implement")
    return {row["reference"]: tuple(row[name] or "" for name in columns) for row in rows}


@pytest.fixture(params=sample(DAYS, 1))
def published(
    request: pytest.FixtureRequest, shipped: Path, metadata: dict[str, Any], tmp_path: Path
) -> Iterator[Published]:
    """Publish on a day."""
    made = Published(shipped, tmp_path / "catalogue.db", request.param, metadata)
    yield made
    made.visitor.close()


def test_files_lists_pages_and_answers_agree(published: Published) -> None:
    expected = published.answered()
    columns = ("reference", "state", "state_from", *STEPS, "implement")
    stored = query(published.file, f"SELECT {', '.join(columns)} FROM delegations")
    assert told([dict(zip(columns, row, strict=True)) for row in stored]) == expected
    _files_agree(published.visitor, expected)
    _queries_agree(published.visitor, expected)
    _pages_agree(published, expected)


def _files_agree(visitor: Visitor, expected: Told) -> None:
    """CSV and JSON of everything."""
    text = visitor.get("/data/delegations.csv").text
    assert told(csv.DictReader(io.StringIO(text))) == expected
    listed = visitor.get("/catalogue/delegations.csv", _stream="1").text
    assert told(csv.DictReader(io.StringIO(listed))) == expected
    answer = visitor.get("/catalogue/delegations.json", _shape="array", _size="max", _nofacet="1")
    assert told(json.loads(answer.text)) == expected


def _queries_agree(visitor: Visitor, expected: Told) -> None:
    """Canned queries: what is in force, with its acts; what needs an agreement, with its state."""
    text = visitor.get("/catalogue/by-zone.csv").text
    in_force = sorted(
        tuple(row[name] for name in STEPS) for row in csv.DictReader(io.StringIO(text))
    )
    assert in_force == sorted(row[2:7] for row in expected.values() if row[0] == "生效")
    text = visitor.get("/catalogue/needs-agreement.csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    listed = json.loads(
        visitor.get(
            "/catalogue/delegations.json",
            _shape="array",
            _size="max",
            _nofacet="1",
            agreement_status__not="不适用",
        ).text
    )
    assert len(rows) == len(listed) > 0
    states = sorted((row["state"], row["state_from"], row["decide"]) for row in rows)
    assert states == sorted(
        (
            expected[row["reference"]][0],
            expected[row["reference"]][1],
            expected[row["reference"]][5],
        )
        for row in listed
    )


def _pages_agree(published: Published, expected: Told) -> None:
    """The table and the sentences of items' pages: of each mode, and of entrusted ones all."""
    items = query(
        published.file,
        "SELECT id, reference FROM items WHERE mode = '委托下放' OR no IN"
        " (SELECT min(no) FROM items WHERE initiation = '依申请' GROUP BY mode)",
    )
    assert len(items) > 14
    for item, reference in items:
        page = published.visitor.get(f"/item/{item}?_lang=zh").text
        table = page.partition('class="plain stack division"')[2].partition("</table>")[0]
        rows = re.findall("<tr>.*?</tr>", table.partition("<tbody>")[2], re.S)
        shown = [
            [
                *(
                    _text(re.search(f'data-label="{label}">(.*?)</td>', row, re.S))
                    for label in LABELS.values()
                ),
                _text(re.search('data-label="权限状态">(.*?)</td>', row, re.S)),
            ]
            for row in rows
        ]
        delegations = query(
            published.file,
            "SELECT d.reference, w.answer_zh FROM delegations AS d"
            " JOIN answers AS w ON w.delegation = d.id WHERE d.item = ? ORDER BY d.no",
            item,
        )
        assert [row[:5] for row in shown] == [list(expected[d][2:7]) for d, _a in delegations], item
        for (delegation, answer), row in zip(delegations, shown, strict=True):
            state, since, *acts = expected[delegation]
            assert row[5] == (f"{state}，自{since}起" if since else state)
            assert html.escape(answer) in page
            says_who = "找" in answer or "由" in answer.partition("，目前由")[0]
            assert says_who or "可以" not in acts, reference


def _text(found: re.Match[str] | None) -> str:
    assert found is not None
    return re.sub(r"<[^>]*>|\s", "", found[1])
