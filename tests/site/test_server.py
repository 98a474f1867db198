"""What the site gives, and what it does not give to anyone."""

from __future__ import annotations

import csv
import io
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from registry.authority.answer_table import widen_delegations
from registry.catalogue.server import make_app
from registry.site.errors import SiteError
from registry.site.server import address_of, bind, read_metadata
from registry.store.views import create_shadow_views
from tests.conftest import ROOT
from tests.publications import AS_OF, Visitor, query

PAGES = [
    *("/", "/catalogue", "/catalogue/items", "/catalogue/items/1-07", "/catalogue/delegations"),
    *("/catalogue/delegations/1-07-etdz", "/catalogue/agreements", "/catalogue/deliverables"),
    *("/catalogue/instrument", "/catalogue/clauses", "/catalogue/clauses/liaocheng-2021-8,C10"),
    *("/catalogue/annexes", "/catalogue/zones", "/catalogue/zones/etdz", "/catalogue/departments"),
    *("/static/catalogue.css", "/-/static/app.css"),
]
REFUSED = [
    *("/catalogue?sql=select+1", "/catalogue.json?sql=select+1", "/catalogue.csv?sql=select+1"),
    *("/catalogue/items?_where=1=1", "/catalogue/items.json?_where=1=1", "/catalogue.db"),
    *("/catalogue/items_fts", "/catalogue/items_fts_data", "/catalogue/items_fts_data/1"),
    *("/catalogue/delegations_fts.json", "/catalogue/sqlite_master/1"),
]
CLOSED = [
    *("/_memory", "/_memory?sql=select+1", "/_internal", "/_internal/databases", "/:memory:"),
    *("/-/databases.json", "/-/versions", "/-/threads.json", "/-/metadata.json", "/-/settings"),
    *("/-/allow-debug", "/-/messages", "/-/patterns", "/-/plugins.json", "/-/actor"),
    *("/catalogue/nothing", "/catalogue/items/9-99", "/other", "/registry", "/demo"),
]
MISTAKES = [
    *("_through=x", "_through={}", "_sort=nothing", "_sort=id&_sort_desc=id", "_size=x"),
    *("_facet=nothing", "_facet_array=name", "_facet=", "_col=nothing", "name__in=["),
    *("_through=-1", "_ttl=%C2%B2"),
]


@pytest.fixture(scope="module", params=["catalogue.db", "其他 名字#1?%41.sqlite", "_memory.db"])
def elsewhere(
    request: pytest.FixtureRequest,
    published: Path,
    metadata: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Visitor]:
    """Visit the same file under another name."""
    path = tmp_path_factory.mktemp("elsewhere") / request.param
    shutil.copyfile(published, path)
    one = Visitor(path, metadata)
    yield one
    one.close()


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_there(visitor: Visitor, page: str) -> None:
    assert visitor.get(page).status_code == 200


def test_queries_are_there(visitor: Visitor, metadata: dict[str, Any]) -> None:
    for name, about in metadata["databases"]["catalogue"]["queries"].items():
        page = visitor.get(f"/catalogue/{name}", zone="-", department="-", mode="-", law="-")
        assert page.status_code == 200
        assert about["title"] in page.text
        assert visitor.get(f"/catalogue/{name}.json").json()["rows"]


def test_rules_hold_whatever_the_file_is_called(elsewhere: Visitor) -> None:
    for page in REFUSED:
        assert elsewhere.get(page).status_code == 403, page
    for page in CLOSED:
        assert elsewhere.get(page).status_code == 404, page
    assert elsewhere.get("/catalogue/items").status_code == 200
    assert len(elsewhere.found("items", _search="排污许可")) == 13
    assert list(elsewhere.get("/.json").json()) == ["catalogue"]


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")  # Datasette's
@pytest.mark.parametrize("query_string", MISTAKES)
def test_a_wrong_address_is_the_visitor_s_mistake(visitor: Visitor, query_string: str) -> None:
    assert visitor.get(f"/catalogue/items?{query_string}").status_code == 400


def test_metadata_that_opens_sql_opens_nothing(published: Path, metadata: dict[str, Any]) -> None:
    loose = {**metadata, "allow_sql": True}
    loose["databases"] = {"catalogue": {**metadata["databases"]["catalogue"], "allow_sql": True}}
    one = Visitor(published, loose, settings={"default_allow_sql": True, "allow_download": True})
    for page in REFUSED:
        assert one.get(page).status_code == 403, page
    one.close()


def test_sites_without_metadata_are_closed_too(published: Path) -> None:
    one = Visitor(published, {})
    for page in REFUSED:
        assert one.get(page).status_code == 403, page
    assert one.get("/").status_code == 200
    assert one.get("/catalogue/items/1-07").status_code == 200
    one.close()


def test_nobody_writes(visitor: Visitor) -> None:
    conn = visitor.app.get_database("catalogue").connect()
    with pytest.raises(sqlite3.OperationalError):
        conn.execute("DELETE FROM items")


def test_no_page_tells_where_the_file_lies(visitor: Visitor, published: Path) -> None:
    for page in [*PAGES, "/.json", "/catalogue.json", "/catalogue/items.json", *CLOSED]:
        assert str(published.parent) not in visitor.get(page).text, page


def test_rows_as_json_and_csv(visitor: Visitor) -> None:
    item = visitor.get("/catalogue/items/1-07.json", _shape="array").json()[0]
    assert item["mode"] == "委托下放"
    assert item["provenance"] == "reconstruction"
    text = visitor.get("/catalogue/delegations.csv", _stream="1").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 3694
    assert {row["provenance"] for row in rows} == {"reconstruction"}


def test_no_csv_of_a_query_is_cut(visitor: Visitor) -> None:
    assert len(visitor.get("/catalogue/by-zone.csv").text.splitlines()) == 1 + 3618


def test_facets_count(visitor: Visitor) -> None:
    answer = visitor.get("/catalogue/delegations.json", _size="0").json()
    assert set(answer["facet_results"]) == {"zone", "state", "mode", "department", "power_type"}
    assert answer["facets_timed_out"] == [] if "facets_timed_out" in answer else True
    zones = answer["facet_results"]["zone"]["results"]
    assert {(z["label"], z["count"]) for z in zones} == {("聊城经开区", 1847), ("聊城高新区", 1847)}
    assert len(visitor.get("/catalogue/items.json").json()["rows"]) == 50


def test_a_working_file_is_not_served(built: Path, tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="not a published file"):
        make_app(built, {})
    with pytest.raises(SiteError, match="there is no file"):
        make_app(tmp_path / "nothing.db", {})


def test_a_file_that_only_claims_to_be_published_is_not_served(
    published: Path, tmp_path: Path
) -> None:
    fake = tmp_path / "fake.db"
    fake.write_bytes(published.read_bytes()[:100] + b"\0" * 4000)
    with pytest.raises(SiteError, match="not a published file"):
        make_app(fake, {})


def test_a_file_of_an_earlier_version_is_not_served_without_what_its_pages_need(
    published: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(published.read_bytes())
    with closing(sqlite3.connect(old)) as conn:
        conn.execute("DROP TABLE answers")
        conn.commit()
    with pytest.raises(SiteError, match=r"by an earlier version: it lacks answers\.") as refused:
        make_app(old, {})
    assert "Publish it again" in str(refused.value)


# ---- metadata ----


def test_metadata_names_every_table_and_column(published: Path, metadata: dict[str, Any]) -> None:
    tables = metadata["databases"]["catalogue"]["tables"]
    for table, about in tables.items():
        found = query(published, "SELECT name FROM pragma_table_info(?)", table)
        assert [name for (name,) in found] == list(about["columns"]), table
        assert about["title"]
        assert all("：" in text for text in about["columns"].values()), table
    assert metadata["allow_sql"] is False


def test_queries_run_on_the_working_file_with_nothing_filled_in(
    built: Path, demo: Path, metadata: dict[str, Any]
) -> None:
    queries = metadata["databases"]["catalogue"]["queries"]
    assert {"by-department", "by-zone", "by-mode", "needs-agreement", "totals"} <= set(queries)
    for name, about in queries.items():
        parameters = dict.fromkeys(("department", "zone", "mode", "law", "state"), "")
        answers = []
        for file in (built, demo):
            conn = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
            if file == built:
                create_shadow_views(conn, AS_OF)
                widen_delegations(conn, about["sql"])
            answers.append(len(conn.execute(about["sql"], parameters).fetchall()))
            conn.close()
        assert answers[0] == answers[1] > 0, name


def test_queries_take_parameters(visitor: Visitor) -> None:
    def rows(name: str, **parameters: str) -> list[dict[str, Any]]:
        answer = visitor.get(f"/catalogue/{name}.json", _shape="array", **parameters)
        found: list[dict[str, Any]] = answer.json()
        return found

    assert {r["department"] for r in rows("by-department", department="生态")} == {"市生态环境局"}
    assert len(rows("by-zone", zone="etdz")) == len(rows("by-zone", zone="高新")) == 1809
    assert {r["mode"] for r in rows("by-mode", mode="委托收件")} == {"委托收件"}
    assert {r["law"] for r in rows("by-law", law="城乡规划")} == {"城乡规划法"}
    assert len(rows("needs-agreement", zone="hidz", state="待签协议")) == 14
    assert rows("needs-agreement", state="生效") == []
    assert sum(r["items"] for r in rows("totals")) == 1847


@pytest.mark.parametrize(
    "content",
    [
        *("- a list", "a: [", "\0", "databases: [1]", "databases: {c: 3}"),
        *("databases: {c: {queries: [a]}}", "databases: {c: {queries: {a: 5}}}"),
        "databases: {c: {queries: {a: {title: t}}}}",
    ],
)
def test_metadata_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "metadata.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SiteError, match="can't be used"):
        read_metadata(path)
    with pytest.raises(SiteError, match="can't be used"):
        read_metadata(tmp_path / "nothing.yml")


def test_a_canned_query_may_be_plain_sql(tmp_path: Path) -> None:
    path = tmp_path / "metadata.yml"
    path.write_text(
        "databases:\n  c:\n    queries:\n      mine: select 1\n  d:\n", encoding="utf-8"
    )
    assert read_metadata(path)["databases"]["c"]["queries"] == {"mine": {"sql": "select 1"}}
    path.write_text("title: t\ndatabases:\n", encoding="utf-8")
    assert read_metadata(path) == {"title": "t", "databases": None}


def test_stock_datasette_keeps_sql_off_under_another_name(published: Path, tmp_path: Path) -> None:
    other = shutil.copyfile(published, tmp_path / "othername.db")

    def status(path: str) -> int:
        command = [sys.executable, "-m", "datasette", str(other), "--get", path]
        command += ["-m", str(ROOT / "datasette-metadata.yml")]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert status("/othername/items.json") == 0
    assert status("/othername.json?sql=select+1") != 0


# ---- the port ----


def test_a_port_is_taken_once() -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of(listener) == f"http://127.0.0.1:{port}/"
        with pytest.raises(SiteError, match="--port"):
            bind("127.0.0.1", port)
    bind("127.0.0.1", port).close()


def test_addresses_that_a_browser_opens() -> None:
    with bind("0.0.0.0", 0) as listener:
        assert address_of(listener).startswith("http://127.0.0.1:")
    if socket.has_ipv6:
        try:
            listener = bind("::1", 0)
        except SiteError:
            pytest.skip("this machine has no IPv6")
        with listener:
            assert address_of(listener).startswith("http://[::1]:")
