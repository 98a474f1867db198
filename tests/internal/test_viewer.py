"""A viewer of 市水利局 against the findings of others: every way there is, one by one."""

from __future__ import annotations

import asyncio
import hashlib
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from itsdangerous import URLSafeSerializer

from tests.conftest import sample
from tests.internal.auth_client import Response, user
from tests.internal.conftest import rows
from tests.internal.site_client import SiteClient, change, secrets_of, visited


@pytest.fixture(scope="module")
def site(
    office: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SiteClient]:
    """Open the site on the office's file."""
    with visited(office, tmp_path_factory.mktemp("viewer") / "state", metadata) as one:
        yield one


@pytest.fixture(scope="module")
def hidden(office: Path, slj: Path) -> list[str]:
    """Give messages and fingerprints that 市水利局 may not read."""
    found = secrets_of(office, slj)
    assert len(found) > 500
    return found


@pytest.fixture(scope="module")
def foreign(office: Path, slj: Path) -> str:
    """Give the fingerprint of a finding of another department, of an item and with a name."""
    known = {one for (one,) in rows(slj, "SELECT fingerprint FROM findings")}
    listed = rows(office, "SELECT fingerprint FROM findings WHERE item_name NOT NULL ORDER BY 1")
    return next(str(one) for (one,) in listed if one not in known)


def told(answer: Response, hidden: list[str]) -> list[str]:
    """What an answer gives away. No address names a whole fingerprint by itself."""
    text = answer.text if "gzip" not in answer["content-encoding"] else ""
    text = text.replace("\\/", "/").encode().decode("utf-8")
    if "\\" in text:  # JSON in ASCII
        text += text.encode("ascii", "ignore").decode("unicode_escape", "ignore")
    return [one for one in hidden if one in text]


def sql(text: str, end: str = ".json") -> str:
    """Give the address of a query."""
    return f"/catalogue{end}?{urlencode({'sql': text, '_shape': 'array'})}"


def row_paths(key: str) -> list[str]:
    """Addresses of a finding by its key."""
    ends = ("", ".json", ".json?_extras=foreign_key_tables", ".blob?_blob_column=message_zh")
    return [f"/finding/{key}", *(f"/catalogue/findings/{key}{end}" for end in ends)]


ALL = "/catalogue/findings"
READ = {
    "page of another department": ["/department/yjj", "/department/zjj", "/zone/etdz"],
    "first page": ["/", "/?_lang=en", "/rules", "/rule/AGR001", "/rule/SVC001", "/item/1-07"],
    "JSON": [f"{ALL}.json?_size=max", f"{ALL}.json?_shape=arrays&_size=max", f"{ALL}.jsono"],
    "history": [f"/catalogue/finding_history.json?_size=max{n}" for n in ("", "&_sort=run")],
    "CSV": [f"{ALL}.csv?_size=max", f"{ALL}.csv?_stream=1", "/catalogue/finding_history.csv"],
    "filters": [
        f"{ALL}.json?department=yjj&_size=max",
        f"{ALL}.json?department__not=slj&_size=max",
        f"{ALL}.json?message_zh__contains=局&_size=max",
        f"{ALL}.json?owed_by__like=%25&_size=max",
        f"{ALL}?_next=1&_size=max",
    ],
    "_where": [
        f"{ALL}.json?_size=max&_where=1=1",
        f"{ALL}.json?_size=max&_where=1)+or+(1=1",
        f"{ALL}.json?_size=max&_where=1=1+union+select+*+from+findings",
        f"{ALL}?_where=fingerprint+in+(select+fingerprint+from+finding_history)",
    ],
    "facets": [
        f"{ALL}.json?_facet=message_zh&_facet=fingerprint&_facet_size=max&_size=0",
        f"{ALL}?_facet_array=owed_by&_facet_date=due_on&_facet=message_en",
        "/catalogue/finding_history.json?_facet=message_en&_facet_size=max",
    ],
    "search": [
        *("/search?q=逾期", "/search?q=AGR001", "/search?q=市应急局"),
        f"{ALL}.json?_search=局&_fts_table=items_fts&_fts_pk=rowid",
        f"{ALL}.json?_search=a&_searchmode=raw&_search_message_zh=局",
        "/catalogue/items_fts.json?_size=max",
        "/catalogue/delegations_fts_content.json?_size=max",
    ],
    "_shape and _nl": [
        f"{ALL}.json?_shape={shape}&_size=max&_nl=on"
        for shape in ("array", "arrays", "object", "objects", "arrayfirst")
    ],
    "_trace": [f"{ALL}?_trace=1&_size=max", "/?_trace=1", f"{ALL}.json?_trace=1&_size=max"],
    "_hash": [f"{ALL}?_hash=1", "/catalogue-0000000/findings.json", f"{ALL}.json?_hash=1&_ttl=0"],
    "through": [
        f"{ALL}.json?_through={quote(one)}&_size=max"
        for one in (
            '{"table":"finding_bodies","column":"body","value":"yjj"}',
            '{"table":"rules","column":"code","value":"AGR001"}',
        )
    ],
    "other databases": [
        *("/_internal", "/_internal.json?sql=select+*+from+columns", "/_internal/tables.json"),
        *("/_memory.json?sql=select+1", "/:memory:.json?sql=select+1", "/office", "/office.json"),
        *("/-/databases.json", "/catalogue.db", "/office.db", "/_internal.db"),
    ],
    "path tricks": [
        *("/../office.db", "/static/../../office.db", "/catalogue/../catalogue/findings.json"),
        *("/catalogue%2Ffindings.json", "//catalogue/findings.json", "/catalogue//findings.json"),
        *("/catalogue/findings/..;/findings.json", "/catalogue/findings%00.json", "/~2e~2e/x"),
        *("/download/..%2Fyjj/letter", "/download/slj%2F..%2Fyjj/letter", "/department/slj/../yjj"),
    ],
}
QUERIES = {
    "select": "select * from findings",
    "union": "select fingerprint from findings union select message_zh from finding_history",
    "cte": "with x as (select * from finding_history) select * from x",
    "subquery": "select (select group_concat(fingerprint) from findings)",
    "main": "select * from main.findings",
    "temp": "select * from temp.findings",
    "sqlite_master": "select * from sqlite_master",
    "sqlite_schema": "select sql from sqlite_schema union all select sql from sqlite_temp_master",
    "sqlite_stat": "select * from sqlite_stat1",
    "sqlite_sequence": "select * from sqlite_sequence",
    "database_list": "select * from pragma_database_list",
    "table_list": "select * from pragma_table_list",
    "compile_options": "select * from pragma_compile_options",
    "temp_store_directory": "select * from pragma_temp_store_directory",
    "module_list": "select * from pragma_module_list",
    "dbstat": "select * from dbstat",
    "sqlite_dbpage": "select * from sqlite_dbpage",
    "sqlite_dbdata": "select * from sqlite_dbdata",
    "bytecode": "select * from bytecode('select * from findings')",
    "fts_content": "select * from items_fts_content",
    "fts_data": "select hex(block) from items_fts_data",
    "fts_vocab": "select * from fts5vocab('main', 'items_fts', 'row')",
    "attach": "attach '{office}' as o",
    "attach by union": "select 1 union select * from (attach '{office}' as o)",
    "vacuum": "vacuum into '/tmp/never.db'",
    "two": "select 1; select * from findings",
    "two with attach": "select 1; attach '{office}' as o; select * from o.findings",
    "comment": "-- x\nselect * from findings",
    "comment before attach": "/* select */ attach '{office}' as o",
    "comment between": "sel/**/ect * from findings",
    "pragma": "pragma database_list",
    "pragma behind a comment": "/* select */ pragma writable_schema = 1",
    "explain": "explain attach '{office}' as o",
    "update": "update findings set message_zh = 'x'",
    "with delete": "with x as (select 1) delete from findings",
    "load_extension": "select load_extension('/tmp/x.so')",
    "readfile": "select hex(readfile('{office}'))",
    "writefile": "select writefile('/tmp/never', 'x')",
    "fts3_tokenizer": "select fts3_tokenizer('simple')",
    "edit": "select edit('x')",
    "fsdir": "select * from fsdir('/')",
    "csv": "select * from csv('/etc/passwd')",
    "zipfile": "select * from zipfile('{office}')",
    "sqlite_log": "select sqlite_log(1, 'x')",
    "file uri": "select * from 'file:{office}'.findings",
    "downloads": "select body, kind, name, hex(content) from downloads",
    "audience": "select * from audience, runs, rules, progress, obligations limit 2000",
}
OF_THE_MACHINE = ("database_list", "sqlite_dbpage", "dbstat", "load_extension", "readfile")


@pytest.mark.parametrize("way", READ)
def test_nothing_of_others_is_read(
    site: SiteClient, hidden: list[str], foreign: str, way: str
) -> None:
    for path in READ[way]:
        address = quote(path, safe="/?&=%+~*'()\";:,.")
        answer = site.get(address, "slj")
        assert answer.status < 500, (path, answer.text[:300])
        assert told(answer, hidden) == [], path
        data = site.get(address, "slj", accept="*/*")
        assert data.body == answer.body or told(data, hidden) == [], path


def test_the_page_and_the_row_of_a_finding_are_not_there(
    site: SiteClient, hidden: list[str], foreign: str
) -> None:
    for path in row_paths(foreign):
        answer = site.get(path, "slj")
        assert answer.status == 404, path
        assert [one for one in told(answer, hidden) if one != foreign] == [], path
        assert site.get(path, "office").status == 200, path


@pytest.mark.parametrize("end", ["", ".json", ".csv"])
@pytest.mark.parametrize("way", QUERIES)
def test_sql_reads_nothing_of_others(
    site: SiteClient, office: Path, hidden: list[str], way: str, end: str
) -> None:
    answer = site.get(sql(QUERIES[way].format(office=office), end), "slj")
    assert answer.status in (200, 400, 403), answer.text[:300]
    assert told(answer, hidden) == []
    echo = str(office) if "{office}" in QUERIES[way] else "\0"
    assert str(office.parent) not in answer.text.replace(echo, "").replace(quote(echo), "") or (
        "{office}" in QUERIES[way]
    )
    if way in OF_THE_MACHINE:
        assert answer.status == 400
    assert not Path("/tmp/never.db").exists()
    assert not Path("/tmp/never").exists()


def test_no_query_tells_where_a_file_lies(site: SiteClient) -> None:
    folder = str(site.site.inner._folder.name)
    for way in ("database_list", "table_list", "temp_store_directory", "sqlite_master"):
        assert folder not in site.get(sql(QUERIES[way]), "slj").text


def test_ready_queries_are_of_the_own_file(
    site: SiteClient, hidden: list[str], metadata: dict[str, Any]
) -> None:
    site.get("/", "office")
    queries = next(iter(site.site.inner._opened.values())).site.queries
    given = urlencode({"department": "yjj", "zone": "etdz", "body": "yjj", "code": ""})
    for name in queries:
        ways = product((".json?_shape=array", ".csv?", "?"), ("", given))
        for _name, end, parameters in sample([(name, *way) for way in ways], 1):
            answer = site.get(f"/catalogue/{name}{end}&{parameters}", "slj")
            assert answer.status in (200, 400), (name, answer.text[:200])
            assert told(answer, hidden) == [], name


def test_documents_of_another_are_not_there(site: SiteClient, office: Path) -> None:
    listed = rows(office, "SELECT body, kind FROM downloads")
    assert len(listed) > 10
    for body, kind in listed:
        status = site.get(f"/download/{body}/{kind}", "slj").status
        assert status == (200 if body == "slj" else 404), body
        assert site.get(f"/download/{body}/{kind}", "office").status == 200


def test_the_office_reads_what_the_viewer_can_not(
    site: SiteClient, hidden: list[str], foreign: str
) -> None:
    """Or the tests above could not fail."""
    for path in (
        f"{ALL}.json?_size=max",
        f"{ALL}.csv?_size=max",
        f"{ALL}.json?_size=max&_where=1=1",
        "/department/yjj",
        f"/finding/{foreign}",
        sql("select * from findings"),
        sql("select fingerprint from findings union select message_zh from finding_history"),
    ):
        assert told(site.get(path, "office"), hidden), path


# ---- whose session it is ----


def refused(site: SiteClient, cookie: str, **more: str) -> bool:
    """Whether somebody with such a cookie is led to the sign-in, by page and by data."""
    page = site.get("/", None, cookie=cookie, **more)
    data = site.get(f"{ALL}.json", None, cookie=cookie, accept="*/*", **more)
    return (page.status, data.status) == (303, 401) and not page.body


@pytest.fixture
def own(office: Path, metadata: dict[str, Any], tmp_path: Path) -> Iterator[SiteClient]:
    """Open a site of one's own, whose clock a test moves."""
    moment = [time.time()]
    with visited(office, tmp_path / "state", metadata, clock=lambda: moment[0]) as one:
        one.moment = moment  # type: ignore[attr-defined]
        yield one


def test_every_altered_cookie_is_refused(site: SiteClient) -> None:
    name, _equals, value = site.cookie("slj").partition("=")
    chance = random.Random(6)
    for place in chance.sample(range(len(value)), 40):
        other = "A" if value[place] != "A" else "B"
        altered = value[:place] + other + value[place + 1 :]
        if place == len(value) - 1:
            continue  # the last letter of base64 holds bits that say nothing
        assert refused(site, f"{name}={altered}"), place
    for cut in (1, 5, 20):
        assert refused(site, f"{name}={value[:-cut]}")


def test_a_session_is_not_made_another_s(site: SiteClient) -> None:
    name, _equals, mine = site.cookie("slj").partition("=")
    theirs = site.cookie("office").partition("=")[2]
    told_of, signature = theirs.rpartition(".")[::2]
    assert refused(site, f"{name}={told_of}.{mine.rpartition('.')[2]}")
    assert refused(site, f"{name}={mine.rpartition('.')[0]}.{signature}")
    assert refused(site, f"{name}={mine}{theirs}")
    assert refused(site, f"{name}x={mine}")


@pytest.mark.parametrize("secret", ["", "secret", "0" * 64, "datasette"])
def test_another_secret_signs_nothing(site: SiteClient, secret: str) -> None:
    signer = URLSafeSerializer(
        secret or "x",
        salt="registry.session",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
    told_of = ["office", "0" * 32, "nonce", int(time.time())]
    assert refused(site, f"registry_session={signer.dumps(told_of)}")
    actor = URLSafeSerializer(secret or "x", salt="actor").dumps({"a": {"id": "root"}})
    assert refused(site, f"ds_actor={actor}")


def test_a_removed_user_is_out(own: SiteClient) -> None:
    from registry.internal.accounts import Accounts

    cookie = own.cookie("slj")
    assert not refused(own, cookie)
    with Accounts(own.state).changing() as users:
        del users["slj"]
    assert refused(own, cookie)


def test_another_password_ends_the_session(own: SiteClient) -> None:
    from registry.internal.passwords import hash_password

    cookie = own.cookie("slj")
    assert not refused(own, cookie)
    change(own.state, "slj", password_hash=hash_password("another-password-9"))
    assert refused(own, cookie)


def test_another_role_ends_the_session(own: SiteClient, hidden: list[str]) -> None:
    cookie = own.cookie("office")
    assert not refused(own, cookie)
    lesser = user("office", ("department", "slj"))
    change(own.state, "office", role=lesser.role, body=lesser.body)
    assert refused(own, cookie)
    again = own.session("office")
    answer = own.get(f"{ALL}.json?_size=max", None, cookie=again)
    assert answer.status == 200
    assert told(answer, hidden) == []


def test_the_same_name_anew_is_somebody_else(own: SiteClient) -> None:
    cookie = own.cookie("slj")
    change(own.state, "slj", changed_at=datetime(2027, 1, 1, tzinfo=timezone.utc))
    assert refused(own, cookie)


def test_an_old_session_is_refused(own: SiteClient) -> None:
    cookie = own.cookie("slj")
    for _ask in range(9):  # used often enough not to end for that
        own.moment[0] += 3_190  # type: ignore[attr-defined]
        assert not refused(own, cookie)
    own.moment[0] += 91  # type: ignore[attr-defined]
    assert refused(own, cookie)


def test_a_session_that_nobody_uses_is_refused(own: SiteClient) -> None:
    cookie = own.cookie("slj")
    own.moment[0] += 3_601  # type: ignore[attr-defined]
    assert refused(own, cookie)


def test_after_sign_out_the_session_is_refused(own: SiteClient) -> None:
    cookie = own.cookie("slj")
    form = {"content_type": "application/x-www-form-urlencoded", "sec_fetch_site": "same-origin"}
    left = own.run(own.ask("/-/sign-out", None, "POST", cookie=cookie, **form))
    assert left.status == 303
    assert refused(own, cookie)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-user": "office"},
        {"x-forwarded-for": "127.0.0.1", "x-forwarded-host": "localhost"},
        {"x-real-ip": "127.0.0.1", "forwarded": "for=127.0.0.1;host=localhost"},
        {"x-original-url": f"{ALL}.json", "x-rewrite-url": f"{ALL}.json"},
        {"x-http-method-override": "GET", "x-remote-user": "office", "remote-user": "office"},
        {"host": "localhost"},
        {"host": "office"},
        {"authorization": "Basic b2ZmaWNlOmNvcnJlY3QtaG9yc2UtOQ=="},
        {"authorization": "Bearer dstok_office"},
        {"cookie2": "registry_session=office"},
    ],
    ids=str,
)
def test_headers_make_nobody_else(
    site: SiteClient, hidden: list[str], headers: dict[str, str]
) -> None:
    sent = {name.replace("-", "_"): value for name, value in headers.items()}
    assert refused(site, "registry_session=x", **sent)
    for path in (f"{ALL}.json?_size=max", "/", "/department/yjj"):
        answer = site.get(path, "slj", **sent)
        assert told(answer, hidden) == []


# ---- many at once ----


def test_answers_never_go_to_another(site: SiteClient, office: Path, slj: Path, etdz: Path) -> None:
    files = {"office": office, "slj": slj, "etdz": etdz}
    counts = {
        who: {table: rows(file, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}
        for who, file in files.items()
    }
    assert len({str(one) for one in counts.values()}) == 3
    prints = {
        who: {one for (one,) in rows(file, "SELECT fingerprint FROM findings")}
        for who, file in files.items()
    }
    chance = random.Random(6)
    plan = [
        (who, table, chance.choice(("sql", "table")))
        for who in files
        for table in TABLES
        for _n in range(17)
    ]
    chance.shuffle(plan)
    assert len(plan) > 200

    async def one(who: str, table: str, kind: str) -> None:
        await asyncio.sleep(chance.random() / 10)
        if kind == "sql":
            answer = await site.ask(sql(f"select count(*) as n, '{who}' as w from {table}"), who)
            assert answer.text.replace(" ", "") == (f'[{{"n":{counts[who][table]},"w":"{who}"}}]')
            return
        answer = await site.ask(f"{ALL}.csv?_size=max", who)
        assert answer.status == 200
        shown = {line.partition(",")[0] for line in answer.text.splitlines()[1:]}
        assert {x for x in shown if len(x) >= 32} == prints[who]

    async def everybody() -> None:
        await asyncio.gather(*(one(*asked) for asked in plan))

    site.run(everybody())


TABLES = ("findings", "finding_history", "obligations", "progress")


def test_the_file_of_a_viewer_is_read_only(site: SiteClient) -> None:
    site.get("/", "slj")
    served = next(s for a, s in site.site.inner._opened.items() if a.id == "slj")
    conn = served.get_database("catalogue").connect()
    served._prepare_connection(conn, "catalogue")
    for statement in ("DELETE FROM findings", "CREATE TABLE x (y)", "ATTACH ':memory:' AS m"):
        with pytest.raises(sqlite3.DatabaseError):
            conn.execute(statement)


@pytest.mark.parametrize("body", [("department", "etdz"), ("zone", "slj"), ("department", "gone")])
def test_a_user_of_no_body_is_told_so_and_sees_nothing(
    own: SiteClient, body: tuple[str, str]
) -> None:
    change(own.state, "slj", body={"kind": body[0], "id": body[1]})
    for address in ("/", f"/{body[0]}/{body[1]}", f"/zone/{body[1]}", "/answers", "/catalogue"):
        answer = own.get(address, "slj")
        assert answer.status in (200, 404), (address, answer.text[:300])
    found = own.get("/catalogue.json?sql=select+count(*)+from+findings&_shape=array", "slj")
    assert found.text == '[{"count(*)": 0}]'
