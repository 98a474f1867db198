"""Five viewers against everything that is not theirs, after bodies were merged, split and renamed.

What each may read is told here from the working file, by what the docs promise, and never from the
file that the program derived for it. Then every table, in every form, and every other way to ask.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from registry.internal.audience import Audience
from registry.internal.inbox.database import Inbox
from registry.internal.inbox.submission import NewSubmission
from registry.internal.projection import derive
from registry.internal.saved_queries import SavedQueries
from registry.store.connection import connect
from registry.store.views import standing_on
from tests.audit.platform_files import Platform
from tests.conftest import MadeOnce, drawn_of
from tests.internal.auth_client import Response, add, user
from tests.internal.conftest import audit, publish_office, rows
from tests.internal.site_client import SiteClient, visited
from tests.platform_cases import PlatformCases
from tests.running import environment, run_in_process

INSTRUMENT = "liaocheng-2021-8"
EVENTS = (
    ("merged", "slj", "--to", "yjj"),
    ("split", "zjj", "--to", "cgj"),
    ("split", "zjj", "--to", "zgj"),
    ("renamed", "scj", "--name", "聊城市市场与知识产权局", "--short-name", "市场知产局"),
)
DAYS = ("2021-06-05", "2021-06-30")
WHO: dict[str, tuple[str, str]] = {
    "merged": ("department", "slj"),
    "successor": ("department", "yjj"),
    "split": ("department", "zjj"),
    "renamed": ("department", "scj"),
    "zone": ("zone", "etdz"),
}
"""User → for which body."""
READS_AS: dict[str, set[str]] = {
    "merged": {"slj", "yjj"},
    "successor": {"slj", "yjj"},
    "split": {"zjj"},
    "renamed": {"scj"},
    "zone": {"etdz"},
}
"""User → the bodies whose rows are the user's own."""
DOCUMENTS = ("workbook", "letter")


@pytest.fixture(scope="module")
def changed(built: Path, made_once: MadeOnce) -> Path:
    """A registry of which bodies have changed, with cases, accounts and permissions, audited."""

    def make(folder: Path) -> None:
        path = Path(shutil.copyfile(built, folder / "registry.db"))
        path.chmod(0o644)
        _platform(path)
        audit(path, DAYS[0])
        for event in EVENTS:
            words = ["record", "body-event", *event, "--on", "2021-06-10", "--basis", "聊编1号"]
            done = run_in_process(words, environment(), folder)
            assert done.rc == 0, done.stderr
        audit(path, DAYS[1])

    return made_once("isolation-changed", make) / "registry.db"


def _platform(path: Path) -> None:
    """Cases that zones decided late or without power, accounts of many, and permissions."""
    with closing(connect(path)) as conn, conn:
        cases = PlatformCases(conn)
        load = cases.load("2021-04-01", "2021-05-31")
        found = conn.execute(
            "SELECT i.id, z.id FROM delegation AS d JOIN item AS i ON i.no = d.item"
            " JOIN zone AS z ON z.no = d.zone ORDER BY d.no"
        ).fetchall()
        for item, zone in found[::60]:
            days = {"accepted": "2021-04-20", "decided": "2021-05-28"}
            cases.decided(item, zone, load=load, **days, promised_on="2021-05-06")
        files = Platform(conn, loaded_on="2021-06-01")
        for number, (item, zone) in enumerate(found[::90]):
            name = f"账号{number}-{zone}"
            files.account(name, zone=zone, people=3, last_login_on="2020-01-01")
            item = f"{INSTRUMENT}:{item}"
            for act in ("accept", "examine", "decide", "issue"):
                files.permit(act, zone, item, holder=name)


@pytest.fixture(scope="module")
def office_file(changed: Path, made_once: MadeOnce) -> Path:
    """The office's file of it, with its documents."""
    return made_once(
        "isolation-office", lambda folder: publish_office(changed, folder / "office.db")
    ) / "office.db"  # fmt: skip


# ---- what is whose ----


@dataclass(frozen=True)
class Foreign:
    """What a viewer may not read: texts that stand nowhere else, and keys of rows."""

    texts: frozenset[str]
    findings: tuple[str, ...]
    bodies: tuple[str, ...]
    submissions: tuple[int, ...]


def own_findings(changed: Path, bodies: set[str]) -> set[tuple[str, int]]:
    """Fingerprint and run of the findings that concern bodies, from the working file."""
    with closing(connect(changed)) as conn:
        found = conn.execute("SELECT run, fingerprint, zone, department FROM finding").fetchall()
        owed = conn.execute("SELECT run, fingerprint, body FROM finding_owed_by").fetchall()
    mine = {(key, run) for run, key, zone, department in found if {zone, department} & bodies}
    return mine | {(key, run) for run, key, body in owed if body in bodies}


def foreign_texts(changed: Path, bodies: set[str]) -> set[str]:
    """Fingerprints, messages, case numbers, names of accounts and texts of requests of others."""
    mine = own_findings(changed, bodies)
    with closing(connect(changed)) as conn:
        findings = conn.execute(
            "SELECT fingerprint, run, message_zh, message_en FROM finding"
        ).fetchall()
        with standing_on(conn, DAYS[1]):
            requests = conn.execute(
                "SELECT zone, department, text FROM guidance_requests WHERE raised_on <= ?"
                " AND text IS NOT NULL",
                (DAYS[1],),
            ).fetchall()
    own = {text for key, run, *texts in findings if (key, run) in mine for text in (key, *texts)}
    own |= {text for zone, department, text in requests if {zone, department} & bodies}
    every = {text for key, _run, *texts in findings for text in (key, *texts)}
    return (every | {text for *_bodies, text in requests}) - own - {""}


@pytest.fixture(scope="module")
def site(
    office_file: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SiteClient]:
    """The site, with submissions of every body and saved queries of everybody."""
    state = tmp_path_factory.mktemp("isolation") / "state"
    add(state, *(user(name, body) for name, body in WHO.items()))
    with visited(office_file, state, metadata) as one:
        inbox = Inbox(state, lambda: 1_800_000_000.0)
        for kind, body in (*WHO.values(), ("department", "fgw")):
            for state_name in ("draft", "received"):
                content = {"text": f"密件-{body}-{state_name}", "code": "AGR001", "key": ""}
                content |= {"subject": "1-01", "message_zh": "", "message_en": "", "fields": {}}
                content |= {"cells": 1, "changes": [], "file_name": f"密件-{body}-.xlsx"}
                inbox.add(
                    NewSubmission(
                        *("explanation", Audience(kind, body), body, INSTRUMENT, content),  # type: ignore[arg-type]
                        fingerprint=f"{body}-{state_name}",
                    ),
                    state_name,  # type: ignore[arg-type]
                )
        queries = SavedQueries(state)
        for name in WHO:
            queries.save(name, f"查询-{name}", f"SELECT 'geheim-{name}' AS x, * FROM findings")
        yield one


@pytest.fixture(scope="module")
def foreign(changed: Path, office_file: Path, site: SiteClient) -> dict[str, Foreign]:
    """Viewer → what is not theirs."""
    found = {}
    listed = [key for (key,) in rows(office_file, "SELECT fingerprint FROM findings ORDER BY 1")]
    bodies = [body for (body,) in rows(office_file, "SELECT DISTINCT body FROM downloads")]
    for who, own in READS_AS.items():
        mine = {key for key, _run in own_findings(changed, own)}
        texts = foreign_texts(changed, own)
        texts |= {f"密件-{body}-" for _kind, body in WHO.values() if body not in own}
        texts |= {"密件-fgw-"} | {f"查询-{name}" for name in WHO if name != who}
        found[who] = Foreign(
            frozenset(texts),
            tuple(key for key in listed if key not in mine),
            tuple(body for body in bodies if body not in own),
            tuple(range(1, 13)),
        )
        assert len(found[who].texts) > 500
        assert found[who].findings
    return found


_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


def told(answer: Response, foreign: Foreign, asked: str = "") -> list[str]:
    """What an answer tells of what is not the asker's, beside what was asked for."""
    if "gzip" in answer["content-encoding"] or "openxml" in answer["content-type"]:
        return []
    text = answer.body.decode("utf-8", "replace").replace("\\/", "/")
    text += _ESCAPED.sub(lambda one: chr(int(one[1], 16)), text) if "\\u" in text else ""
    return [one for one in foreign.texts if one in text and one not in asked]


# ---- the files ----


def test_the_bodies_have_changed_and_there_is_much_to_hide(
    changed: Path, office_file: Path
) -> None:
    """Or the tests below could not fail."""
    assert rows(office_file, "SELECT body, successor FROM body_successions") == [("slj", "yjj")]
    assert rows(office_file, "SELECT count(*) FROM finding_cases")[0][0] > 10
    codes = {code for (code,) in rows(office_file, "SELECT DISTINCT code FROM findings")}
    assert {code[:3] for code in codes} >= {"AGR", "CSE", "PER", "BOD"}
    assert own_findings(changed, {"slj"}) - own_findings(changed, {"yjj"})


@pytest.mark.parametrize("who", WHO)
def test_a_viewers_file_holds_own_rows_only(
    changed: Path, office_file: Path, foreign: dict[str, Foreign], who: str, tmp_path: Path
) -> None:
    file = tmp_path / "own.db"
    derive(office_file, Audience(*WHO[who]), file)  # type: ignore[arg-type]
    mine = own_findings(changed, READS_AS[who])
    keys = {key for key, _run in mine}
    assert set(rows(file, "SELECT fingerprint, run FROM finding_history")) <= mine
    for table in ("findings", "finding_bodies", "finding_cases", "run_changes"):
        assert {key for (key,) in rows(file, f"SELECT fingerprint FROM {table}")} <= keys, table
    own = READS_AS[who]
    for table, columns in {
        "agreement_terms": "department, zone, grantor_zone",
        "guidance_requests": "department, zone",
        "progress": "id",
        "progress_by_duty": "body",
        "downloads": "body",
    }.items():
        for row in rows(file, f"SELECT {columns} FROM {table}"):
            assert set(row) & own, (table, row)
    assert {body for (body,) in rows(file, "SELECT body FROM ledger_states")} <= own | {""}
    content = file.read_bytes()
    left = [text for text in foreign[who].texts if text.encode() in content]
    assert left == [], "nothing is hidden in it, but removed"
    names = dict(rows(office_file, "SELECT id, short_name FROM departments"))
    for zone, departments in rows(file, "SELECT zone, department FROM obligations"):
        held = {names.get(body) for body in own} & set((departments or "").split("、"))
        assert zone in own or held, (zone, departments)
    assert {one for (one,) in rows(file, "SELECT DISTINCT examined FROM runs")} == {None}


def test_whose_body_was_split_reads_for_none_of_its_successors(
    office_file: Path, tmp_path: Path
) -> None:
    derive(office_file, Audience("department", "zjj"), tmp_path / "own.db")
    assert rows(tmp_path / "own.db", "SELECT kind, id FROM audience") == [("department", "zjj")]
    for successor in ("cgj", "zgj"):
        assert rows(
            tmp_path / "own.db",
            "SELECT count(*) FROM finding_bodies WHERE body = ?",
            successor,
        ) == [(0,)], "but what concerns both"


# ---- asking ----


def tables(site: SiteClient, who: str) -> dict[str, list[str]]:
    """The tables of a viewer's file, with their columns."""
    site.get("/", who)
    audience = Audience(*WHO[who])  # type: ignore[arg-type]
    file = site.site.inner._opened[audience].site.file
    return {name: list(columns) for name, columns in file.columns.items()}


def table_ways(table: str, columns: list[str], foreign: Foreign) -> Iterator[str]:
    """Addresses that read a table."""
    base = f"/catalogue/{quote(table)}"
    yield from (f"{base}.json?_size=max&_shape=array", f"{base}.csv?_stream=1", base)
    yield f"{base}.json?_size=max&_labels=on&_nl=on&_shape=array"
    yield f"{base}.json?_size=max&_where=1=1)+or+(1=1"
    yield f"{base}.csv?_where=1&_size=max"
    for start in range(0, len(columns), 8):
        facets = [("_facet", column) for column in columns[start : start + 8]]
        yield f"{base}.json?{urlencode([*facets, ('_facet_size', 'max'), ('_size', '0')])}"
    for column in columns[:3]:
        yield f"{base}.json?_size=max&_sort_desc={column}"
        yield f"{base}?{urlencode({f'{column}__not': 'x', '_size': 'max'})}"
    for key in foreign.findings[:2]:
        if table == "findings":
            yield f"{base}/{key}.json"
        yield f"{base}.json?{urlencode({'_search': key})}"


@pytest.mark.parametrize("who", WHO)
def test_no_table_tells_in_any_form(
    site: SiteClient, foreign: dict[str, Foreign], who: str
) -> None:
    found = tables(site, who)
    ways = [
        way for name, columns in found.items() for way in table_ways(name, columns, foreign[who])
    ]
    assert len(ways) > 400
    for path in drawn_of(ways, 20, 40):
        answer = site.get(path, who)
        assert answer.status < 500, (path, answer.text[:300])
        assert told(answer, foreign[who], path) == [], path


@pytest.mark.parametrize("who", WHO)
def test_no_sql_tells_in_any_form(site: SiteClient, foreign: dict[str, Foreign], who: str) -> None:
    texts = [f'SELECT * FROM "{table}"' for table in tables(site, who)]
    texts += ["SELECT * FROM sqlite_schema", "SELECT * FROM pragma_database_list"]
    texts += ["SELECT f.*, h.* FROM findings f FULL JOIN finding_history h ON 1=1 LIMIT 500"]
    texts += ["SELECT json_extract(message_zh, '$') FROM finding_history", "SELECT nothing"]
    asked = [(text, end) for text in texts for end in ("", ".json", ".csv")]
    for text, end in drawn_of(asked, 6, 12):
        path = f"/catalogue{end}?{urlencode({'sql': text})}"
        answer = site.get(path, who)
        assert answer.status in (200, 400), (path, answer.text[:300])
        assert told(answer, foreign[who], text) == [], path


@pytest.mark.parametrize("who", WHO)
def test_no_page_query_or_document_tells(
    site: SiteClient, foreign: dict[str, Foreign], who: str
) -> None:
    mine = foreign[who]
    audience = Audience(*WHO[who])  # type: ignore[arg-type]
    tables(site, who)
    named = {"department": "fgw", "zone": "hidz", "body": "fgw", "code": "AGR001"}
    queries = site.site.inner._opened[audience].site.queries
    ends = (".json", "")
    paths = [f"/catalogue/{name}{end}?{urlencode(named)}" for name in queries for end in ends]
    paths += [f"/download/{body}/{kind}" for body in mine.bodies for kind in DOCUMENTS]
    paths += ["/download/letters.zip", "/download/workbooks.zip", "/inbox", "/answers", "/sql"]
    paths += [f"/{kind}/{body}" for kind in ("department", "zone") for body in mine.bodies]
    paths += [f"/finding/{key}" for key in mine.findings[:40]]
    paths += [f"/answer/{key}" for key in mine.findings[:40]]
    paths += [f"/{page}/{no}{end}" for no in mine.submissions for page, end in
              (("answers", ""), ("inbox", ""), ("inbox", "/file"))]  # fmt: skip
    paths += ["/", "/progress", "/rules", "/rule/AGR001", "/search?q=逾期", "/search?q=密件"]
    for path in drawn_of(paths, 25, 60):
        address = quote(path, safe="/?&=%+~")
        answer = site.get(address, who)
        assert answer.status < 500, (path, answer.text[:300])
        assert told(answer, mine, path) == [], path
        if path.startswith("/download/") and path.count("/") == 3:
            assert answer.status == 404, path


def test_a_document_by_its_row_is_ones_own(site: SiteClient, office_file: Path) -> None:
    keys = rows(office_file, "SELECT body, kind, instrument, part FROM downloads")
    for who in WHO:
        for body, kind, instrument, part in drawn_of(keys, 6, 24):
            key = f"{body},{kind},{quote(instrument)},{part}"
            path = f"/catalogue/downloads/{key}.blob?_blob_column=content"
            assert site.get(path, who).status == (200 if body in READS_AS[who] else 404), path


@pytest.mark.parametrize("who", WHO)
def test_the_archives_hold_ones_own(site: SiteClient, who: str, office_file: Path) -> None:
    import io
    import zipfile

    own = {
        name
        for body, name in rows(office_file, "SELECT body, name FROM downloads")
        if body in READS_AS[who]
    }
    for kind in ("letters", "workbooks"):
        answer = site.get(f"/download/{kind}.zip", who)
        if answer.status == 404:
            continue
        names = zipfile.ZipFile(io.BytesIO(answer.body)).namelist()
        assert names
        assert set(names) <= own


@pytest.mark.parametrize("who", WHO)
def test_the_workbooks_that_are_compared_hold_ones_own(
    office_file: Path, changed: Path, foreign: dict[str, Foreign], who: str, tmp_path: Path
) -> None:
    from registry.internal.inbox.ledger_state import unpacked

    derive(office_file, Audience(*WHO[who]), tmp_path / "own.db")  # type: ignore[arg-type]
    states = rows(tmp_path / "own.db", "SELECT body, content FROM ledger_states")
    assert states
    for body, content in states:
        text = json.dumps(unpacked(content), ensure_ascii=False)
        assert [one for one in foreign[who].texts if one in text] == [], body


def test_a_shared_query_runs_on_ones_own_rows(
    site: SiteClient, foreign: dict[str, Foreign]
) -> None:
    for one in SavedQueries(site.state).of("zone"):
        for who in WHO:
            answer = site.get(f"/sql/saved/{one.id}", who)
            assert answer.status == 200
            ran = site.get(f"/catalogue.json?{urlencode({'sql': one.sql})}", who)
            assert ran.status == 200
            assert told(ran, foreign[who], "查询-zone") == []


def test_the_office_reads_all_of_it(site: SiteClient, foreign: dict[str, Foreign]) -> None:
    """Or the tests above could not fail."""
    found = site.get("/catalogue/finding_history.json?_size=max&_shape=array", "office")
    assert told(found, foreign["merged"])
    inbox = site.get("/inbox", "office").text
    assert all(f'"/inbox/{no}"' in inbox for no in foreign["merged"].submissions[1::2])
    key = foreign["merged"].findings[0]
    assert site.get(f"/finding/{key}", "office").status == 200
