"""Queries under a name: kept, listed, renamed, deleted, shared; by their user alone."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from registry.internal.errors import PrivateFileError
from registry.internal.request_context import RequestContext, current_request
from registry.internal.saved_queries import (
    MAX_NAME,
    MAX_QUERIES,
    SavedQueries,
    normalised_query_name,
)
from tests.internal.auth_client import AuthClient
from tests.internal.conftest import SLJ, Reader

SQL = "SELECT code\nFROM findings"


@pytest.fixture
def queries(tmp_path: Path) -> SavedQueries:
    return SavedQueries(tmp_path)


# ---- the file ----


def test_a_query_is_kept_renamed_and_deleted(queries: SavedQueries) -> None:
    assert queries.of("li") == []
    assert queries.save("li", "乙", SQL) == ""
    assert queries.save("li", "甲", "SELECT 1") == ""
    other = SavedQueries(queries.path.parent)  # another server's, or the next start's
    assert [one.name for one in other.of("li")] == ["乙", "甲"]
    key = other.of("li")[0].id
    assert queries.get(key) == other.of("li")[0]
    assert queries.rename("li", key, "丙") == ""
    assert [(one.name, one.sql) for one in other.of("li")] == [("丙", SQL), ("甲", "SELECT 1")]
    queries.delete("li", key)
    assert [one.name for one in queries.of("li")] == ["甲"]
    assert queries.get(key) is None
    if os.name == "posix":
        assert queries.path.stat().st_mode & 0o077 == 0


def test_one_of_the_same_name_is_replaced_and_keeps_its_address(queries: SavedQueries) -> None:
    queries.save("li", "甲", "SELECT 1")
    key = queries.of("li")[0].id
    assert queries.save("li", "甲", SQL) == ""
    assert [(one.id, one.sql) for one in queries.of("li")] == [(key, SQL)]
    queries.save("wang", "甲", "SELECT 2")
    assert queries.of("li")[0].sql == SQL


def test_nobody_changes_what_is_anothers(queries: SavedQueries) -> None:
    queries.save("li", "甲", SQL)
    before = queries.of("li")
    queries.rename("wang", before[0].id, "乙")
    queries.delete("wang", before[0].id)
    assert queries.of("li") == before
    queries.save("wang", "乙", SQL)
    queries.forget("li")
    assert queries.of("li") == []
    assert [one.name for one in queries.of("wang")] == ["乙"]


def test_what_is_not_kept(queries: SavedQueries) -> None:
    for name in ("", "x" * (MAX_NAME + 1), "a\tb"):
        assert queries.save("li", name, SQL) == "name"
    assert queries.save("li", "x" * MAX_NAME, SQL) == ""
    assert queries.save("li", "甲", " \n") == "empty"
    assert queries.save("li", "甲", "-- " + "水" * 500) == "long"
    assert queries.save("li", "甲", SQL) == ""
    first, second = queries.of("li")
    assert queries.rename("li", first.id, second.name) == "taken"
    assert queries.rename("li", first.id, first.name) == ""
    assert queries.rename("li", first.id, "") == "name"
    for n in range(MAX_QUERIES - 2):
        assert queries.save("li", f"{n}", SQL) == ""
    assert queries.save("li", "one more", SQL) == "full"
    assert queries.save("li", "5", "SELECT 5") == ""
    assert len(queries.of("li")) == MAX_QUERIES


def test_names_are_normalised() -> None:
    assert normalised_query_name("　Ａ　 b\n") == "A b"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"queries": [{"id": "x"}]}', "\ud800"])
def test_a_file_that_is_none_is_an_error_and_stays(queries: SavedQueries, content: str) -> None:
    raw = content.encode("utf-8", "surrogatepass")
    queries.path.write_bytes(raw)
    queries.path.chmod(0o600)
    for act in (
        lambda: queries.of("li"),
        lambda: queries.save("li", "甲", SQL),
        lambda: queries.get("abcdefgh"),
    ):
        with pytest.raises(PrivateFileError):
            act()
    assert queries.path.read_bytes() == raw


# ---- forms ----


def test_a_form_saves_for_who_is_signed_in(front: AuthClient) -> None:
    cookie = front.sign_in("li").cookie
    fields = {"action": "save", "name": " 逾期 ", "sql": SQL.replace("\n", "\r\n")}
    got = front.post("/sql/queries", fields, cookie=cookie)
    assert (got.status, got["location"]) == (303, "/sql#saved")
    kept = SavedQueries(front.folder)
    (query,) = kept.of("li")
    assert (query.name, query.sql) == ("逾期", SQL)
    front.post("/sql/queries", {"action": "rename", "id": query.id, "name": "乙"}, cookie=cookie)
    assert kept.of("li")[0].name == "乙"
    other = front.sign_in("wang").cookie
    front.post("/sql/queries", {"action": "delete", "id": query.id}, cookie=other)
    assert len(kept.of("li")) == 1
    front.post("/sql/queries", {"action": "delete", "id": query.id}, cookie=cookie)
    assert kept.of("li") == []
    assert front.inner.asked == []


def test_a_problem_leads_back_with_the_text(front: AuthClient) -> None:
    cookie = front.sign_in("li").cookie
    got = front.post("/sql/queries", {"action": "save", "name": "", "sql": SQL}, cookie=cookie)
    address = urlsplit(got["location"])
    assert (got.status, address.path) == (303, "/sql")
    assert parse_qs(address.query) == {"problem": ["name"], "text": [SQL]}


def test_forms_of_others_are_refused(front: AuthClient) -> None:
    fields = {"action": "save", "name": "甲", "sql": SQL}
    assert front.post("/sql/queries", fields).status == 401
    cookie = front.sign_in("li").cookie
    body = urlencode(fields).encode()
    form = {"content-type": "application/x-www-form-urlencoded", "cookie": cookie}
    for sender in (
        {},
        {"origin": "https://elsewhere.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        got = front.ask("POST", "/sql/queries", {**form, **sender}, body)
        assert got.status == 403, sender
    assert front.post("/sql/queries", {"action": "else"}, cookie=cookie).status == 400
    assert front.post("/sql/queries", {"sql": "x" * 20_000}, cookie=cookie).status == 413
    assert front.post("/sql", fields, cookie=cookie).status == 405
    assert front.ask("PUT", "/sql/queries", {**form}, body).status == 405
    assert SavedQueries(front.folder).of("li") == []


def test_a_file_that_cannot_be_read_is_told_to_who_runs_the_site(front: AuthClient) -> None:
    cookie = front.sign_in("li").cookie
    path = front.folder / "queries.json"
    path.write_text("{", encoding="utf-8")
    path.chmod(0o600)
    got = front.post("/sql/queries", {"action": "save", "name": "甲", "sql": SQL}, cookie=cookie)
    assert got["location"] == "/sql?problem=unreadable#saved"
    assert "queries.json" in front.told[-1]


# ---- pages ----


class As:
    """A reader's pages as somebody who is signed in, with the queries of a folder."""

    def __init__(self, reader: Reader, name: str, queries: SavedQueries) -> None:
        self.reader, self.context = reader, RequestContext(name, SLJ, queries=queries)

    def get(self, path: str, **query: str) -> Any:
        token = current_request.set(self.context)
        try:
            return self.reader.get(path, **query)
        finally:
            current_request.reset(token)


def test_saved_queries_are_listed_and_open(slj_reader: Reader, queries: SavedQueries) -> None:
    queries.save("li", "我的<查询>", SQL)
    key = queries.of("li")[0].id
    page = As(slj_reader, "li", queries).get("/sql").text
    assert "我的&lt;查询&gt;" in page
    href = re.search(r'<ul class="saved-queries">\s*<li><a href="([^"]+)"', page)
    assert href
    answer = As(slj_reader, "li", queries).get(html.unescape(href[1]))
    assert answer.status_code == 200
    assert 'name="action" value="save"' in answer.text
    assert f'href="/sql/saved/{key}"' in page
    assert "我的&lt;查询" not in As(slj_reader, "wang", queries).get("/sql").text


def test_who_has_the_address_has_the_query(slj_reader: Reader, queries: SavedQueries) -> None:
    queries.save("li", "甲", "SELECT '</textarea>'")
    key = queries.of("li")[0].id
    page = As(slj_reader, "wang", queries).get(f"/sql/saved/{key}")
    assert page.status_code == 200
    assert "SELECT &#39;&lt;/textarea&gt;&#39;</textarea>" in page.text
    assert "li" not in re.findall(r"\bli\b", re.sub(r"<[^>]*>", " ", page.text))
    assert As(slj_reader, "li", queries).get("/sql/saved/abcdefghijkl").status_code == 404
    queries.delete("li", key)
    assert As(slj_reader, "wang", queries).get(f"/sql/saved/{key}").status_code == 404


@pytest.mark.parametrize("problem", ["name", "taken", "full", "long", "empty", "unreadable"])
def test_a_problem_is_told_and_the_text_stays(
    slj_reader: Reader, queries: SavedQueries, problem: str
) -> None:
    page = As(slj_reader, "li", queries).get("/sql", problem=problem, text="SELECT 77").text
    assert page.count('class="message-error" role="alert"') == 1
    assert ">SELECT 77</textarea>" in page
    unknown = As(slj_reader, "li", queries).get("/sql", problem="x").text
    assert "message-error" not in unknown


def test_a_broken_file_leaves_the_page(slj_reader: Reader, queries: SavedQueries) -> None:
    queries.path.write_text(json.dumps({"queries": 1}), encoding="utf-8")
    queries.path.chmod(0o600)
    page = As(slj_reader, "li", queries).get("/sql", _lang="en")
    assert page.status_code == 200
    assert "Saved queries can" in page.text
    assert As(slj_reader, "li", queries).get("/sql/saved/abcdefgh").status_code == 404
