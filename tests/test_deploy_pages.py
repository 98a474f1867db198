"""The real nginx hands pages out as files, as deploy/nginx.conf says; the rest is the server's."""

from __future__ import annotations

import re
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.catalogue.page_files import PageFiles
from registry.catalogue.server import make_app
from tests.browsing import serving
from tests.conftest import THOROUGH
from tests.publications import AS_OF, publish
from tests.test_deploy import DEPLOY, LANGUAGES, free_port, nginx, running, write_conf

__all__ = ["nginx"]

LATER = "2021-07-31"
PAGES = ("/", "/data", "/changes", "/notice", "/notice/test-1", "/item/1-01", "/zone/east")
STYLE = ("/static/catalogue.css", "/static/pages.css", "/-/static/app.css?d59929")
THEIRS = (
    *("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"),
    *("cross-origin-opener-policy", "permissions-policy", "cache-control", "content-type"),
    *("content-language", "set-cookie"),
)


class Front:
    """nginx before a server that notes what it is asked."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.asked: list[str] = []
        self.url = ""
        self.server = ""
        self._client = httpx.Client(timeout=30)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the server does."""
        if scope["type"] == "http":
            self.asked.append(scope["raw_path"].decode() + "?" + scope["query_string"].decode())
        await self._app(scope, receive, send)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page, from a visitor without a past."""
        self._client.cookies.clear()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.get(self.url + path, headers=named)

    def direct(self, path: str, **headers: str) -> httpx.Response:
        """The same of the server."""
        self._client.cookies.clear()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["host"] = self.url.removeprefix("http://")
        answer = self._client.get(self.server.rstrip("/") + path, headers=named)
        self.asked.pop()
        return answer

    def is_file(self, path: str, **headers: str) -> bool:
        """Whether nginx answers by itself."""
        before = len(self.asked)
        self.get(path, **headers)
        return len(self.asked) == before


@pytest.fixture(scope="module")
def files(
    few: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Front, Path, PageFiles, Path]]:
    """Publish a few items twice with their pages; the first is served and counts."""
    folder = tmp_path_factory.mktemp("files")
    port = free_port()
    pages = PageFiles(folder / "pages", f"http://127.0.0.1:{port}", metadata)
    publish(few, folder / "later.db", as_of=LATER, demo=False, on_checked=pages.write)
    pages.switch()
    publish(few, folder / "now.db", as_of=AS_OF, demo=False, on_checked=pages.write)
    pages.switch()
    app = make_app(folder / "now.db", metadata)
    front = Front(app.app())
    front.url = f"http://127.0.0.1:{port}"
    yield front, folder, pages, folder / "now.db"
    app.close()


def conf(folder: Path, pages: Path, front: Front, server: str) -> int:
    """Write nginx's configuration before one server, at the port that pages bear."""
    port = int(front.url.rpartition(":")[2])
    behind = int(server.rstrip("/").rpartition(":")[2])
    free = write_conf(
        folder,
        [behind, behind, behind],
        **{"/srv/registry/pages/current": str(pages / "current")},
        **{"limit_conn registry_connections 100;": "limit_conn registry_connections 9999;"},
    )
    path = folder / "nginx.conf"
    path.write_text(path.read_text("utf-8").replace(f":{free};", f":{port};"), encoding="utf-8")
    return port


@pytest.fixture(scope="module")
def front(
    nginx: str,
    files: tuple[Front, Path, PageFiles, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    """Run nginx before the server."""
    one, folder, _pages, _file = files
    with serving(one) as one.server:
        place = tmp_path_factory.mktemp("nginx") / "conf"
        port = conf(place, folder / "pages", one, one.server)
        with running(nginx, place, port):
            yield one


def vary(answer: httpx.Response) -> set[str]:
    """What an answer depends on."""
    return set(re.findall("[a-z-]+", ", ".join(answer.headers.get_list("vary")).lower()))


@pytest.mark.parametrize("path", [*PAGES, *STYLE])
def test_a_page_from_nginx_is_the_server_s(front: Front, path: str) -> None:
    for language in ("zh-CN", "en"):
        mine = front.get(path, accept_language=language, accept_encoding="identity")
        theirs = front.direct(path, accept_language=language)
        assert mine.status_code == theirs.status_code == 200
        assert mine.content == theirs.content
        for name in THEIRS:
            assert mine.headers.get_list(name) == theirs.headers.get_list(name), name
        assert vary(mine) >= vary(theirs)
        small = front.get(path, accept_language=language, accept_encoding="gzip")
        assert small.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in vary(small)
        assert small.content == mine.content
        assert front.is_file(path, accept_language=language)


def test_pages_are_known_again_but_not_in_another_language(front: Front) -> None:
    for path in (*PAGES, STYLE[0]):
        for encoding in ("gzip", "identity"):
            first = front.get(path, accept_language="zh", accept_encoding=encoding)
            known = {"if_none_match": first.headers["etag"], "accept_encoding": encoding}
            known["if_modified_since"] = first.headers["last-modified"]
            assert front.get(path, accept_language="zh", **known).status_code == 304
            if path in PAGES:
                assert front.get(path, accept_language="en", **known).status_code == 200


@pytest.mark.parametrize(("preferred", "_expected"), LANGUAGES)
def test_the_language_is_the_one_that_the_server_chooses(
    front: Front, preferred: str, _expected: str
) -> None:
    more = ["ZH", "En;q=0.5", "zh;q=0.1, en;q=0.9", "en-US,zh;q=0.9,en;q=0.3", "zh;q=0", "xx,zh"]
    for accepted in (preferred, *(more if preferred == "fr" else ())):
        for cookie in ("", "lang=en", "lang=zh", "a=b; lang=en", "lang=xx", "lang="):
            headers = {"accept_language": accepted, "cookie": cookie}
            mine, theirs = front.get("/zone/east", **headers), front.direct("/zone/east", **headers)
            assert mine.content == theirs.content, headers
            assert mine.headers["content-language"] == theirs.headers["content-language"]
    assert front.is_file("/zone/east", cookie="lang=en")


@pytest.mark.parametrize("path", PAGES)
def test_a_choice_of_language_is_answered_and_remembered(front: Front, path: str) -> None:
    for language in ("zh", "en"):
        for cookie in ("", "lang=zh", "lang=en"):
            mine = front.get(f"{path}?_lang={language}", cookie=cookie, accept_encoding="identity")
            theirs = front.direct(f"{path}?_lang={language}", cookie=cookie)
            assert mine.content == theirs.content
            assert mine.headers["set-cookie"].startswith(f"lang={language};")
            for name in THEIRS:
                assert mine.headers.get_list(name) == theirs.headers.get_list(name), name
            assert front.is_file(f"{path}?_lang={language}")


@pytest.mark.parametrize(
    "path",
    [
        *("/search", "/search?q=x", "/catalogue/items", "/catalogue/items.json", "/data/items.csv"),
        *("/changes.atom", "/sitemap.xml", "/opensearch.xml", "/data/catalogue.db", "/robots.txt"),
        *("/_home", "/index", "/zh/notice", "/zh/notice.html", "/notice.html", "/item", "/item/"),
        *("/item/9-99", "/item/1-01/", "/item/%31-01", "/item/..", "/item/../notice.html"),
        *("/?_lang=fr", "/?_lang=en&x=1", "/notice?x=1", "/?", "/assets/static/pages.css"),
        *("/static/none.css", "/static/", "/-/static/../../zh/notice.html", "/current/zh/notice"),
        *("/item/1-01.gz", "/item/1-01.html.gz", "//item/1-01", "/static/pages.css.gz"),
    ],
)
def test_whatever_else_is_asked_for_is_the_server_s(front: Front, path: str) -> None:
    mine, theirs = front.get(path, accept_language="en"), front.direct(path, accept_language="en")
    assert mine.status_code == theirs.status_code
    assert mine.content == theirs.content
    assert mine.headers["content-type"] == theirs.headers["content-type"]


def test_pages_outlive_a_stopped_server(
    nginx: str, files: tuple[Front, Path, PageFiles, Path], tmp_path: Path
) -> None:
    _front, folder, _pages, _file = files
    away = Front(None)
    away.url = f"http://127.0.0.1:{free_port()}"
    port = conf(tmp_path / "conf", folder / "pages", away, f"http://127.0.0.1:{free_port()}")
    with running(nginx, tmp_path / "conf", port):
        for path in (*PAGES, *STYLE, "/notice?_lang=en"):
            assert away.get(path).status_code == 200, path
        assert away.get("/notice", accept_language="en").headers["content-language"] == "en"
        for path in ("/search?q=x", "/catalogue/items", "/nothing"):
            gone = away.get(path)
            assert gone.status_code == 503
            assert "目录暂时无法访问" in gone.text


def test_publications_change_under_load_and_no_page_is_of_two(
    front: Front, files: tuple[Front, Path, PageFiles, Path], few: Path
) -> None:
    _front, folder, pages, file = files
    wrong: list[str] = []
    seen: set[str] = set()
    stop = threading.Event()

    def visit(place: int) -> None:
        with httpx.Client(base_url=front.url, timeout=30) as client:
            while not stop.is_set():
                answer = client.get(PAGES[place], headers={"accept-language": "en"})
                days = set(re.findall(rf"Data as of ({AS_OF}|{LATER})", answer.text))
                if answer.status_code != 200 or len(days) != 1 or "</html>" not in answer.text:
                    wrong.append(f"{answer.status_code} {days}")
                seen.update(days)

    visitors = [threading.Thread(target=visit, args=(n,)) for n in (0, 3, 5, 6)]
    for visitor in visitors:
        visitor.start()
    try:
        for _n in range(8):
            for source in (folder / "later.db", file):
                pages.write(source)
                pages.switch()
    finally:
        stop.set()
        for visitor in visitors:
            visitor.join()
    assert wrong == []
    assert seen == {AS_OF, LATER}
    assert len(list((folder / "pages").iterdir())) == 3, "two publications and the link"


def test_idle_connections_keep_no_reader_out_of_nginx(
    nginx: str, files: tuple[Front, Path, PageFiles, Path], tmp_path: Path
) -> None:
    _front, folder, _pages, _file = files
    away = Front(None)
    away.url = f"http://127.0.0.1:{free_port()}"
    port = conf(tmp_path / "conf", folder / "pages", away, f"http://127.0.0.1:{free_port()}")
    written = tmp_path / "conf/nginx.conf"
    text = written.read_text("utf-8")
    # As docs/deploy.md says, in the system's own file.
    assert "worker_connections 8192" in text
    more = text.replace("worker_connections 1024;", "worker_connections 8192;")
    written.write_text(f"worker_rlimit_nofile 16384;\n{more}", encoding="utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = min(4_000 if THOROUGH else 1_500, hard - 300)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number + 300), hard))
    held: list[socket.socket] = []
    try:
        with running(nginx, tmp_path / "conf", port):
            for n in range(number):
                held.append(socket.create_connection(("127.0.0.1", port), 20))
                held[-1].sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" if n % 2 else b"")
            assert away.get("/notice").status_code == 200
            time.sleep(11)  # longer than client_header_timeout
            assert away.get("/notice", accept_language="en").status_code == 200
            held[-1].settimeout(10)
            left = b""
            with suppress(OSError):
                left = held[-1].recv(100)
            assert left == b"", "nginx has closed what sent half a request"
    finally:
        for one in held:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_both_configurations_limit_connections() -> None:
    for name in ("nginx.conf", "nginx-internal.conf"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        assert re.search(r"^\s*client_header_timeout 10s;", text, re.MULTILINE), name
        assert re.search(r"^\s*client_body_timeout 10s;", text, re.MULTILINE), name
        assert re.search(r"^\s*send_timeout 30s;", text, re.MULTILINE), name
        zone = re.search(r"^limit_conn_zone \$binary_remote_addr zone=(\w+):", text, re.MULTILINE)
        assert zone is not None, name
        assert re.search(rf"^    limit_conn {zone[1]} [0-9]+;", text, re.MULTILINE), name
