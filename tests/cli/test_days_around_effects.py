"""What later instruments and changes of bodies make of a delegation: the day before, of and after.

The table is written by hand from the instruments below: how the delegation stands, what it owes,
who gets a letter about it, and what its public page says.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from docx import Document

from registry.site.server import read_metadata
from registry.store.connection import connect
from registry.store.ledger.rows import find_body
from registry.store.ledger.workbooks import LedgerBooks
from registry.store.views import create_shadow_views, standing_on
from tests.conftest import ROOT, SmallRoot
from tests.publications import Visitor, publish
from tests.running import environment, run_in_process
from tests.store.test_effects import Later

BEFORE, ON, AFTER = "2022-03-31", "2022-04-01", "2022-04-02"
RESUMED = "2022-05-31", "2022-06-01", "2022-06-02"
DUTIES = {"agreement", "handbook", "supervision-rules", "powers-list"}

OLD = "3 overdue since 2021-05-28"
"""handbook, supervision-rules and powers-list, thirty working days after the first instrument; the
agreement is signed."""
NEW = "{} overdue since 2022-04-13"
"""The same, counted from the later instrument of 2022-03-01: 清明 is off, 2 April is worked."""
NOTHING = "nothing"
SINCE = "in force, since 2021-05-10"
LATER = "测试〔2022〕2号"
AGAIN = f"in force, since {RESUMED[1]}"
JIA = "市甲局"


class Day(NamedTuple):
    """How a delegation stands on a day. `page`: its status, the item's department, what changed."""

    conferral: str
    owed: str
    letters: str
    page: tuple[str, ...]


TABLE: dict[str, tuple[str, str, dict[str, Day]]] = {
    "withdrawn, and the former organ finishes what it began": (
        *("1-01", "east"),
        {
            BEFORE: Day("已赋权", OLD, "东区 市甲局", (SINCE, JIA)),
            ON: Day(
                *("已收回", NOTHING, ""),
                (f"withdrawn, since {ON} ({LATER})", JIA),
            ),
            AFTER: Day(
                *("已收回", NOTHING, ""),
                (f"withdrawn, since {ON} ({LATER})", JIA),
            ),
        },
    ),
    "narrowed to a part of the zone": (
        *("1-02", "east"),
        {
            BEFORE: Day("已赋权", OLD, "东区 市甲局", (SINCE, JIA)),
            ON: Day(
                *("已赋权", OLD, "东区 市甲局"),
                (SINCE, JIA, "Scope 部分; Remark 限起步区; Territory 起步区"),
            ),
            AFTER: Day(
                *("已赋权", OLD, "东区 市甲局"),
                (SINCE, JIA, "Scope 部分; Remark 限起步区; Territory 起步区"),
            ),
        },
    ),
    "suspended": (
        *("1-03", "east"),
        {
            BEFORE: Day("已赋权", OLD, "东区 市甲局", (SINCE, JIA)),
            ON: Day("已中止", NOTHING, "", (f"suspended, since {ON} ({LATER})", JIA)),
            AFTER: Day("已中止", NOTHING, "", (f"suspended, since {ON} ({LATER})", JIA)),
        },
    ),
    "resumed": (
        *("1-03", "east"),
        {
            RESUMED[0]: Day("已中止", NOTHING, "", (f"suspended, since {ON} ({LATER})", JIA)),
            RESUMED[1]: Day("已赋权", NEW.format(3), "东区 市甲局", (AGAIN, JIA)),
            RESUMED[2]: Day("已赋权", NEW.format(3), "东区 市甲局", (AGAIN, JIA)),
        },
    ),
    "extended to a third zone": (
        *("1-04", "south"),
        {
            BEFORE: Day(
                *("尚未生效", "4 due on 2022-04-13", ""),
                ("not yet in effect", JIA),
            ),
            ON: Day(
                *("已赋权", "4 due on 2022-04-13", ""),
                (f"awaiting an agreement, since {ON}", JIA),
            ),
            AFTER: Day(
                *("已赋权", "4 due on 2022-04-13", ""),
                (f"awaiting an agreement, since {ON}", JIA),
            ),
            RESUMED[1]: Day(
                *("已赋权", NEW.format(4), "南区 市甲局"),
                (f"awaiting an agreement, since {ON}", JIA),
            ),
        },
    ),
    "the zone that had it before the third": (
        *("1-04", "east"),
        {day: Day("已赋权", OLD, "东区 市甲局", (SINCE, JIA)) for day in (BEFORE, ON, AFTER)},
    ),
    "its zone is abolished": (
        *("1-07", "old"),
        {
            BEFORE: Day("已赋权", OLD, "市甲局 旧区", (SINCE, JIA)),
            ON: Day(
                *("已收回", NOTHING, ""),
                (f"withdrawn, since {ON} (测试编〔2022〕1号)", JIA),
            ),
            AFTER: Day(
                *("已收回", NOTHING, ""),
                (f"withdrawn, since {ON} (测试编〔2022〕1号)", JIA),
            ),
        },
    ),
    "its department is merged": (
        *("1-05", "east"),
        {
            BEFORE: Day("已赋权", OLD, "东区 市乙局", (SINCE, "市乙局")),
            ON: Day("已赋权", OLD, "东区 市丙局", (SINCE, "市丙局")),
            AFTER: Day("已赋权", OLD, "东区 市丙局", (SINCE, "市丙局")),
        },
    ),
    "its department is renamed": (
        *("1-06", "east"),
        {
            BEFORE: Day("已赋权", OLD, "东区 市丁局", (SINCE, "市丁局")),
            ON: Day("已赋权", OLD, "东区 市新局", (SINCE, "市新局")),
            AFTER: Day("已赋权", OLD, "东区 市新局", (SINCE, "市新局")),
        },
    ),
}
"""Case → item, zone, and how the delegation stands on each day."""


def first_instrument(root: SmallRoot) -> None:
    """Seven entrusted items, each with an agreement; 1-07 on a zone of its own."""
    stated = root.instrument
    stated["zones"].append(
        {"id": "old", "name": "旧区管委会", "short_name": "旧区", "clause": "C01"}
    )
    stated["departments"].append({"id": "ding", "name": "测试市丁局", "short_name": "市丁局"})
    stated["annexes"][0]["control_total"] = 7
    stated["defaults"]["ledger"]["provenance"] = "official"
    departments = [*["市甲局"] * 4, "市乙局", "市丁局", "市甲局"]
    root.annexes[1] = [
        root.item(1, n, department=name, zones="old" if n == 7 else "east;west")
        for n, name in enumerate(departments, 1)
    ]
    signed = {"signed_on": "2021-05-10", "filed_on": "2021-05-12"}
    root.ledger["agreements"] = [
        root.agreement("甲", covers="1-01;1-02;1-03;1-04", **signed),
        root.agreement("乙", covers="1-05", department="市乙局", **signed),
        root.agreement("丁", covers="1-06", department="市丁局", **signed),
        root.agreement("旧", covers="1-07", zone="old", **signed),
    ]


def later_instrument(later: Later) -> None:
    """测试〔2022〕2号 of 2022-03-01, which takes effect on 1 April."""
    later.instrument["zones"] = [
        {"id": "south", "name": "南区管委会", "short_name": "南区", "clause": "一"}
    ]
    later.effect("withdraws", items=["1-01"], transition="former-finishes")
    later.effect("amends", items=["1-02"], territory="起步区", scope="部分", remark="限起步区")
    later.effect("suspends", items=["1-03"])
    later.effect("resumes", items=["1-03"], effective_on=RESUMED[1])
    later.effect("extends-to", items=["1-04"], to=["south"])


EVENTS = (
    ("abolished", "旧区"),
    ("merged", "市乙局", "--to", "市丙局"),
    ("renamed", "市丁局", "--name", "测试市新局", "--short-name", "市新局"),
)
"""What happened to bodies on 1 April, by 测试编〔2022〕1号."""


class World:
    """One registry of both instruments and the events, looked at on any day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "root").mkdir()
        root = SmallRoot(folder / "root")
        first_instrument(root)
        later = Later(root)
        later_instrument(later)
        later.open()
        root.close()
        self.db = folder / "small.db"
        for words in EVENTS:
            self._run("record", "body-event", *words, "--on", ON, "--basis", "测试编〔2022〕1号")
        self.visitors: list[Visitor] = []
        self.letters_of = cache(self._letters_of)
        self.visitor = cache(self._visitor)

    def _run(self, *words: str) -> None:
        done = run_in_process(["--db", str(self.db), *words], environment(), self.folder)
        assert done.rc == 0, done.stderr

    def day(self, item: str, zone: str, day: str) -> Day:
        """How the delegation stands on the day."""
        conn = connect(self.db)
        try:
            create_shadow_views(conn, day)
            ((conferral, short_name),) = conn.execute(
                "SELECT d.conferral, z.short_name FROM delegations AS d"
                " JOIN zone AS z ON z.id = d.zone WHERE d.id = ?",
                (f"{item}-{zone}",),
            ).fetchall()
            owed = self._owed(conn, f"{item}-{zone}")
        finally:
            conn.close()
        recipients = sorted(
            recipient
            for recipient, about in self.letters_of(day).items()
            if (item, short_name) in about or (recipient == short_name and item in dict(about))
        )
        return Day(conferral, owed, " ".join(recipients), self._page(item, short_name, day))

    @staticmethod
    def _owed(conn: sqlite3.Connection, delegation: str) -> str:
        rows = conn.execute(
            "SELECT status, due_on, count(*) FROM obligation_status"
            " WHERE delegation = ? AND status <> 'ok' GROUP BY 1, 2",
            (delegation,),
        ).fetchall()
        words = {"alarm": "overdue since", "pending": "due on"}
        return ", ".join(f"{n} {words[status]} {due}" for status, due, n in rows) or NOTHING

    def _letters_of(self, day: str) -> dict[str, set[tuple[str, str]]]:
        """Recipient → items and other sides of the duties that its letter asks for."""
        folder = self.folder / f"letters-{day}"
        self._run("letters", "--as-of", day, "-o", str(folder))
        found: dict[str, set[tuple[str, str]]] = {}
        for path in folder.iterdir():
            _kind, recipient, _day = path.stem.split("-")
            # The list of what is asked for comes first; the answer form and the 版记 follow.
            table = Document(str(path)).tables[0]
            rows = [[cell.text for cell in row.cells] for row in table.rows]
            found[recipient] = {
                (f"{place[1]}-{int(place[2]):02}", row[2])
                for row in rows
                if row[3] in DUTIES and (place := re.search("附件([0-9]+)第([0-9]+)项", row[1]))
            }
        return found

    def _visitor(self, day: str) -> Visitor:
        file = self.folder / f"{day}.db"
        publish(self.db, file, as_of=day, demo=False)
        visitor = Visitor(file, read_metadata(ROOT / "datasette-metadata.yml"))
        self.visitors.append(visitor)
        return visitor

    def _page(self, item: str, zone: str, day: str) -> tuple[str, ...]:
        page = self.visitor(day).get(f"/item/{item}?_lang=en").text
        division = page.partition('class="plain stack division"')[2].partition("</table>")[0]
        (status,) = (
            line.rpartition("<td")[2].partition(">")[2]
            for line in re.findall("<tr.*?</tr>", division, re.DOTALL)
            if f">{zone}<" in re.sub("<span[^>]*>|</span>", "", line)
        )
        department = re.search("<dt>Department</dt><dd>(.*?)</dd>", page, re.DOTALL)
        changed = page.partition("Changed by later instruments")[2].partition("</ul>")[0]
        assert department
        lines = map(_text, re.findall("<li>.*?</li>", changed, re.DOTALL))
        own = [text.partition(": ")[2] for text in lines if text.startswith(zone)]
        return (_text(status), _text(department[1]), *own)


def _text(markup: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", "", markup)).split())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("days"))
    yield made
    for visitor in made.visitors:
        visitor.close()


def cases() -> list[Any]:
    return [
        pytest.param(item, zone, day, expected, id=f"{case}: {day}")
        for case, (item, zone, days) in TABLE.items()
        for day, expected in days.items()
    ]


@pytest.mark.parametrize(("item", "zone", "day", "expected"), cases())
def test_a_delegation_on_a_day(world: World, item: str, zone: str, day: str, expected: Day) -> None:
    assert world.day(item, zone, day) == expected


def test_show_tells_what_was_changed_for_a_zone(world: World) -> None:
    """A narrowing leaves what the list says, and is told with the delegation."""

    def shown(day: str) -> str:
        words = ["--db", str(world.db), "show", "test-1:1-02-east", "--as-of", day]
        done = run_in_process(words, environment(), world.folder)
        assert done.rc == 0, done.stderr
        return " ".join(done.stdout.split())

    assert "Territory" not in shown(BEFORE)
    assert f"conferred ({LATER} 一) Valid 2021-04-15 – … Scope 部分 Remark 限起步区" in shown(ON)
    assert "Territory 起步区" in shown(AFTER)


def workbook(world: World, zone: str, day: str) -> set[str]:
    """Keys of the obligations that a zone's workbook asks for on the day."""
    conn = connect(world.db)
    try:
        with standing_on(conn, day):
            body = find_body(conn, "zone", zone)
        book = LedgerBooks(conn, 1, day).book(body)
    finally:
        conn.close()
    return {row.key for row in book.sheets[0].rows}


def test_a_workbook_asks_for_what_is_owed_on_the_day(world: World) -> None:
    handbooks = {f"1-0{n}-east/handbook" for n in range(1, 7)}
    asked = {day: workbook(world, "east", day) & handbooks for day in (BEFORE, ON, RESUMED[1])}
    assert asked[BEFORE] == handbooks
    assert asked[ON] == handbooks - {"1-01-east/handbook", "1-03-east/handbook"}
    assert asked[RESUMED[1]] == handbooks - {"1-01-east/handbook"}
    assert "1-04-south/handbook" in workbook(world, "south", BEFORE)
    assert "1-07-old/handbook" in workbook(world, "old", BEFORE)
    assert workbook(world, "old", ON) == set()


def test_find_and_papers_know_a_renamed_body_by_both_names(world: World, tmp_path: Path) -> None:
    def out(*words: str) -> str:
        done = run_in_process(["--db", str(world.db), *words], environment(), tmp_path)
        assert done.rc in (0, 1), done.stderr
        return done.stdout

    for name in ("测试市丁局", "市新局"):
        assert "ding" in out("find", name, "--as-of", ON)
    assert "市新局" not in out("audit", "--as-of", BEFORE)
    assert "市新局" in out("audit", "--as-of", ON)
    for day, name in ((BEFORE, "市丁局"), (ON, "市新局")):
        out("ledger", "export", "--all", "-o", f"books-{day}", "--as-of", day)
        books = [path.stem for path in (tmp_path / f"books-{day}").iterdir()]
        assert sum(name in book for book in books) == 1, day
