"""A clerk's way and the office's, over HTTP: what is taken, what is refused, and who sees what."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from registry.internal.inbox import database, submission
from tests.internal.auth_client import Response
from tests.internal.inbox.conftest import Fill, download
from tests.internal.inbox_client import (
    URLENCODED,
    finding_of,
    multipart,
    number_of,
    page,
    post,
    send,
    state_of,
    submitted,
    upload,
)
from tests.internal.site_client import SiteClient
from tests.internal.test_pages import ENGLISH, texts

KEY = "1-08-hidz/public-notice"
GUIDE = ("1-17-hidz", "service-guide")
OTHER_SITE = {"origin": "https://evil.test"}


def refused(response: Response, status: int, said: str = "") -> None:
    """It is refused by a whole page that says why."""
    assert response.status == status, response.text
    assert "<main" in response.text
    assert 'role="alert"' in response.text
    assert said in response.text


def log(site: SiteClient) -> list[dict[str, Any]]:
    """The lines of the access log about the inbox."""
    text = (site.state / "access.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    return [line for line in lines if line["event"] == "inbox"]


# ---- the clerk ----


def test_upload_preview_submit(fresh: SiteClient, fill: Fill) -> None:
    path = fill("slj", KEY, done_on="2021-06-20", document="水〔2021〕9号")
    no = number_of(upload(fresh, "slj", path.read_bytes(), "我的<b>台账.xlsx"))
    preview = fresh.get(f"/answers/{no}", "slj").text
    for part in ("2021-06-20", "水〔2021〕9号", "我的&lt;b&gt;台账.xlsx", 'value="submit"'):
        assert part in preview
    assert state_of(fresh, no) == "draft"
    assert f"/inbox/{no}" not in fresh.get("/inbox", "office").text
    done = post(fresh, f"/answers/{no}", "slj", action="submit")
    assert (done.status, done["location"]) == (303, f"/answers/{no}")
    assert state_of(fresh, no) == "received"
    assert f"/answers/{no}" in fresh.get("/answers", "slj").text
    assert f"/inbox/{no}" in fresh.get("/inbox", "office").text
    assert [(line["user"], line["done"], line["status"]) for line in log(fresh)] == [
        ("slj", f"draft {no}", 303),
        ("slj", f"submit {no}", 303),
    ]


def test_a_draft_can_be_dropped(fresh: SiteClient, fill: Fill) -> None:
    no = number_of(upload(fresh, "slj", fill().read_bytes()))
    done = post(fresh, f"/answers/{no}", "slj", action="drop")
    assert (done.status, done["location"]) == (303, "/answers")
    assert fresh.get(f"/answers/{no}", "slj").status == 404
    assert list((fresh.state / "inbox-files").iterdir()) == []


def test_the_form_for_one_finding(fresh: SiteClient, office: Path) -> None:
    finding = finding_of(office, *GUIDE)
    shown = fresh.get(f"/answer/{finding}", "slj").text
    assert shown.count("<form") == 3  # to sign out, the paper, the explanation
    done = post(
        *(fresh, f"/answer/{finding}", "slj"),
        **{"kind": "form", "done_on": "2021年6月20日", "document": " 水〔2021〕9号 "},
        url="https://slj.example/9",
    )
    no = number_of(done)
    one = fresh.site.middleware._inbox.get(no)
    assert (one.kind, one.state, one.user) == ("form", "received", "slj")
    assert (one.content["done_on"], one.content["document"]) == ("2021-06-20", "水〔2021〕9号")
    assert "水〔2021〕9号" in fresh.get(f"/inbox/{no}", "office").text
    owed = fresh.get("/department/slj", "slj").text
    assert f'href="/answers/{no}"' in owed
    again = post(fresh, f"/answer/{finding}", "slj", kind="explanation", text="再说一次")
    refused(again, 400, f"submission {no}")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "on which day"),
        ({"done_on": "去年"}, "去年"),
        ({"done_on": "2999-01-01"}, "still to come"),
        ({"done_on": "2021-06-01", "url": "javascript:alert(1)"}, "http://"),
        ({"done_on": "2021-06-01", "document": "长" * 201}, "200 characters"),
    ],
)
def test_a_form_says_what_is_wrong_and_keeps_the_rest(
    site: SiteClient, office: Path, fields: dict[str, str], said: str
) -> None:
    filled = {"document": "水〔2021〕9号", **fields}
    answer = post(site, f"/answer/{finding_of(office, *GUIDE)}", "slj", kind="form", **filled)
    refused(answer, 400, said)
    assert filled["document"] in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_an_explanation_has_an_end(site: SiteClient, office: Path) -> None:
    address = f"/answer/{finding_of(office, '1-08-hidz', 'public-notice')}"
    refused(post(site, address, "slj", kind="explanation", text=" \n "), 400, "Write the")
    refused(post(site, address, "slj", kind="explanation", text="长" * 501), 400, "500 characters")
    refused(post(site, address, "slj", kind="explanation", text="长" * 9_000), 413, "longer")
    no = number_of(post(site, address, "slj", kind="explanation", text="长" * 499 + "\u202e。"))
    assert site.site.middleware._inbox.get(no).content["text"] == "长" * 499 + "。"


def test_a_form_for_what_no_paper_mends(site: SiteClient, office: Path) -> None:
    address = f"/answer/{finding_of(office, '1-08-hidz', 'agreement')}"
    shown = site.get(address, "slj").text
    assert 'name="done_on"' not in shown
    assert 'name="text"' in shown
    refused(post(site, address, "slj", kind="form", done_on="2021-06-20"), 400)


# ---- the office ----


def test_the_office_accepts_and_sends_back(fresh: SiteClient, fill: Fill, office: Path) -> None:
    first = submitted(fresh, "slj", fill("slj", KEY, done_on="2021-06-20"))
    second = number_of(
        post(fresh, f"/answer/{finding_of(office, *GUIDE)}", "slj", kind="explanation", text="慢")
    )
    home = fresh.get("/", "office").text
    assert '<span class="count">2' in home
    shown = fresh.get(f"/inbox/{first}", "office").text
    assert "2021-06-20" in shown
    refused(post(fresh, f"/inbox/{second}", "office", action="send-back", word=" "), 400, "Say why")
    assert post(fresh, f"/inbox/{first}", "office", action="accept", word="好").status == 303
    sent = post(fresh, f"/inbox/{second}", "office", action="send-back", word="请附<i>文号")
    assert (sent.status, sent["location"]) == (303, "/inbox")
    assert (state_of(fresh, first), state_of(fresh, second)) == ("approved", "sent-back")
    clerk = fresh.get(f"/answers/{second}", "slj").text
    assert "请附&lt;i&gt;文号" in clerk
    assert f'href="/answer/{finding_of(office, *GUIDE)}"' in clerk
    assert "registry inbox accept --approved" in fresh.get("/inbox", "office").text
    refused(post(fresh, f"/inbox/{second}", "office", action="accept"), 400, "no longer open")
    assert [line.get("done") for line in log(fresh)][-4:] == [
        *(None, f"accept {first}", f"send-back {second}", None)
    ]


def test_the_office_takes_the_file_as_it_is(fresh: SiteClient, fill: Fill) -> None:
    path = fill()
    no = submitted(fresh, "slj", path)
    answer = fresh.get(f"/inbox/{no}/file", "office")
    assert answer.body == path.read_bytes()
    assert answer["content-disposition"] == f'attachment; filename="inbox-{no}.xlsx"'
    assert answer["content-type"] == "application/octet-stream"
    assert fresh.get(f"/inbox/{no}/file", "slj").status == 404
    assert fresh.get("/inbox/77/file", "office").status == 404
    text = (fresh.state / "access.log").read_text(encoding="utf-8")
    assert f'"download": "inbox {no}"' in text


def test_what_changed_since_is_said_beside_it(fresh: SiteClient, fill: Fill, office: Path) -> None:
    no = submitted(fresh, "slj", fill("slj", KEY, done_on="2021-06-20"))
    inbox = fresh.site.middleware._inbox
    with inbox._database.writing() as conn:
        conn.execute(
            'UPDATE submission SET content = replace(content, \'"old": ""\', \'"old": "旧"\')'
        )
    assert "The registry says now:" in page(fresh, f"/inbox/{no}", "office")


def test_each_page_is_in_its_language(fresh: SiteClient, fill: Fill, office: Path) -> None:
    finding = finding_of(office, *GUIDE)
    no = submitted(fresh, "slj", fill("slj", KEY, done_on="2021-06-20"))
    post(fresh, f"/answer/{finding}", "slj", kind="explanation", text="慢")
    post(fresh, "/inbox/2", "office", action="send-back", word="请附文号")
    post(fresh, f"/inbox/{no}", "office", action="accept")
    for who, address in (
        *(("slj", "/answers"), ("slj", f"/answers/{no}"), ("slj", "/answers/2")),
        *(("slj", f"/answer/{finding}"), ("office", "/inbox"), ("office", f"/inbox/{no}")),
        *(("office", "/inbox/2"), ("slj", "/department/slj"), ("slj", f"/finding/{finding}")),
    ):
        chinese = fresh.get(address, who).text
        assert '<html lang="zh-CN">' in chinese
        for text in texts(chinese):
            assert not ENGLISH.search(re.sub(r"\S*[/=?&_.]\S*", "", text)), (address, text)
        assert '<html lang="en">' in page(fresh, address, who)
        ids = re.findall(r'\sid="([^"]+)"', chinese)
        assert len(ids) == len(set(ids))
        assert not re.search(r"\sstyle=|\son[a-z]+=", chinese)


# ---- who may do what ----


def test_addresses_of_one_are_not_there_for_the_other(
    site: SiteClient, fill: Fill, office: Path
) -> None:
    no = submitted(site, "slj", fill("slj", KEY, done_on="2021-06-19"))
    finding = finding_of(office, *GUIDE)
    for who, address in (
        *(("office", "/answers"), ("office", f"/answers/{no}"), ("office", f"/answer/{finding}")),
        *(("slj", "/inbox"), ("slj", f"/inbox/{no}"), ("etdz", f"/answers/{no}")),
        *(("etdz", f"/answer/{finding}"), ("slj", "/answers/999999999"), ("office", "/inbox/77")),
    ):
        assert site.get(address, who).status == 404, (who, address)
        sent = post(site, address, who, action="accept", kind="explanation", text="x", word="x")
        assert sent.status in (404, 405), (who, address)
    assert state_of(site, no) == "received"


def test_strangers_hand_in_nothing(fresh: SiteClient, fill: Fill) -> None:
    body = multipart(fill().read_bytes())
    for address in ("/answers", "/answers/1", "/answer/ab", "/inbox/1"):
        answer = fresh.run(fresh.ask(address, None, "POST", body, origin="http://registry.test"))
        assert answer.status == 401
    assert not (fresh.state / "inbox.db").exists()


@pytest.mark.parametrize(
    "headers",
    [
        OTHER_SITE,
        {"origin": "null"},
        {"origin": "", "referer": "https://evil.test/registry.test"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": ""},
    ],
)
def test_forms_of_other_sites(
    fresh: SiteClient, fill: Fill, office: Path, headers: dict[str, str]
) -> None:
    no = submitted(fresh, "slj", fill())
    refused(upload(fresh, "slj", fill("slj", KEY).read_bytes(), **headers), 403)
    for address, who, body in (
        (f"/answers/{no}", "slj", b"action=drop"),
        (f"/answer/{finding_of(office, *GUIDE)}", "slj", b"kind=explanation&text=x"),
        (f"/inbox/{no}", "office", b"action=accept"),
    ):
        answer = send(fresh, address, who, body, content_type=URLENCODED, **headers)
        refused(answer, 403)
        assert answer["connection"] == "close"
    assert [one.state for one in fresh.site.middleware._inbox.list()] == ["received"]
    assert [line.get("done") for line in log(fresh)[2:]] == [None] * 4


def test_other_addresses_take_no_forms(site: SiteClient) -> None:
    for address in (
        "/",
        "/sql",
        "/inbox",
        "/answers/x",
        "/answers/1/",
        "/inbox/1/file",
        "/ANSWERS",
    ):
        assert post(site, address, "slj", action="accept").status == 405


# ---- what is refused ----


def test_the_workbook_of_another_unit(site: SiteClient, office: Path, tmp_path: Path) -> None:
    theirs = download(office, "etdz", tmp_path / "etdz.xlsx").read_bytes()
    refused(upload(site, "slj", theirs), 403, "another unit")


def test_the_same_twice(fresh: SiteClient, fill: Fill) -> None:
    path = fill()
    no = submitted(fresh, "slj", path)
    refused(upload(fresh, "slj", path.read_bytes(), "anders.xlsx"), 400, f"submission {no}")
    one = fresh.site.middleware._inbox.get(no)
    assert fresh.site.middleware._inbox.file(str(one.sha256)).exists()
    refused(post(fresh, f"/answers/{no}", "slj", action="submit"), 400, "no longer open")


def test_no_file_and_no_action(site: SiteClient, fill: Fill) -> None:
    refused(upload(site, "slj", b""), 400, "No file was chosen")
    refused(post(site, "/answers", "slj", file="x"), 400, "No file was chosen")
    no = number_of(upload(site, "slj", fill("slj", KEY, done_on="2021-05-01").read_bytes()))
    refused(post(site, f"/answers/{no}", "slj", action="accept"), 400)


def test_too_large(fresh: SiteClient) -> None:
    answer = upload(fresh, "slj", b"", content_length=str(submission.MAX_UPLOAD_BYTES * 2))
    refused(answer, 413, "8 MB")
    assert answer["connection"] == "close"
    refused(upload(fresh, "slj", bytes(submission.MAX_UPLOAD_BYTES + 1)), 413, "8 MB")
    assert not (fresh.state / "inbox-files").exists()


def test_too_often(
    fresh: SiteClient, fill: Fill, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "MAX_PER_DAY", {"upload": 1, "form": 1})
    address = f"/answer/{finding_of(office, *GUIDE)}"
    refused(upload(fresh, "slj", b"x"), 400)
    refused(upload(fresh, "slj", fill().read_bytes()), 403, "today")
    refused(post(fresh, address, "slj", kind="form"), 400)
    refused(post(fresh, address, "slj", kind="explanation", text="x"), 403, "today")
    assert fresh.site.middleware._inbox.list() == []


def test_cells_that_can_t_be_taken_are_shown(site: SiteClient, fill: Fill) -> None:
    path = fill("slj", KEY, done_on="不知<script>哪天")
    answer = upload(site, "slj", path.read_bytes())
    refused(answer, 400, "&lt;script&gt;")
    assert "<script" not in answer.text


# ---- the working file ----


def test_the_site_takes_submissions_without_any_working_file(
    fresh: SiteClient, working: Path, fill: Fill, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens what it publishes and its inbox; the working file is shut, and then gone."""
    working.chmod(0)
    monkeypatch.chdir(working.parent)
    opened: list[str] = []

    def forbidden(*paths: Any, **_how: Any) -> Any:
        opened.append(str(paths))
        raise AssertionError("the site opened the working file")

    monkeypatch.setattr("registry.store.connection.connect", forbidden)
    no = submitted(fresh, "slj", fill("slj", KEY, done_on="2021-06-20"))
    if os.name == "posix":
        assert working.stat().st_mode & 0o777 == 0
    working.unlink()
    done = post(
        *(fresh, f"/answer/{finding_of(office, *GUIDE)}", "slj"),
        **{"kind": "form", "done_on": "2021-06-20"},
    )
    for one in (no, number_of(done)):
        assert fresh.get(f"/inbox/{one}", "office").status == 200
        assert post(fresh, f"/inbox/{one}", "office", action="accept").status == 303
        assert fresh.get(f"/answers/{one}", "slj").status == 200
    assert opened == []


def test_an_inbox_that_can_t_be_used_says_so(fresh: SiteClient, fill: Fill) -> None:
    (fresh.state / "inbox.db").write_bytes(b"broken" * 200)
    refused(fresh.get("/answers", "slj"), 503)
    refused(fresh.get("/inbox", "office"), 503)
    refused(fresh.get("/inbox/1", "office"), 503)
    refused(fresh.get("/answers/1", "slj"), 503)
    refused(upload(fresh, "slj", fill().read_bytes()), 503)
    for address, who in (("/", "office"), ("/", "slj"), ("/department/slj", "slj")):
        assert fresh.get(address, who).status == 200
