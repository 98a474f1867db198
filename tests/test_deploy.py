"""What deploy/ holds works as it stands there: the real nginx before three real servers.

Only ports, paths and limits are put in its place; every replacement must find what it replaces.
"""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.site import server
from registry.site.publication_folder import current_publication
from tests.command_lines import options_of
from tests.conftest import ROOT, Run
from tests.publications import publish_into

DEPLOY = ROOT / "deploy"
DOCS = ROOT / "docs/deploy.md"
AS_OF = "2021-06-30"
NEW_NAME = "改了名称的事项"
ITEM = "/catalogue/items/1-07.json?_shape=array"
FRAME = """
daemon off;
pid nginx.pid;
error_log errors.log;
worker_processes 2;
{user}
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {ours}
}}
"""


@pytest.fixture(scope="module")
def nginx() -> str:
    """Find nginx; where there is none, skip, but fail under CI."""
    path = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(path).exists():
        if os.environ.get("CI"):
            pytest.fail(f"no nginx at {path}; `make machine` brings it")
        pytest.skip(f"no nginx at {path}")
    return path


def free_port() -> int:
    """Find a port that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(what: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


def write_conf(folder: Path, ports: list[int], **changes: str) -> int:
    """Write deploy/nginx.conf into a frame, with other ports and paths; gives its own port."""
    folder.mkdir()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    port = free_port()
    replacements = {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "$registry_host $server_name;": f"$registry_host 127.0.0.1:{port};",
        "/var/cache/registry-nginx": str(folder / "cache"),
        "/var/log/nginx/registry.log": str(folder / "access.log"),
        "/var/log/nginx/registry-error.log": str(folder / "errors.log"),
        **{f"127.0.0.1:{8001 + n} ": f"127.0.0.1:{one} " for n, one in enumerate(ports)},
        "rate=30r/s": "rate=9999r/s",
        "burst=150": "burst=9999",
        "200 10s;": "200 1s;",
        **changes,
    }
    for old, new in replacements.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    framed = FRAME.format(user=user, ours=text)
    (folder / "nginx.conf").write_text(framed, encoding="utf-8")
    return port


def nginx_command(nginx: str, folder: Path) -> list[str]:
    """How nginx is called for a folder that `write_conf` wrote."""
    return [nginx, "-p", f"{folder}/", "-c", "nginx.conf", "-e", "errors.log"]


@contextmanager
def running(nginx: str, folder: Path, port: int) -> Iterator[str]:
    """Run nginx; gives its address."""
    process = subprocess.Popen(nginx_command(nginx, folder), stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: process.poll() is None and socket_answers(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGQUIT if hasattr(signal, "SIGQUIT") else signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def socket_answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


class Site:
    """Three servers of one folder, and nginx before them."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self.folder = folder
        self.logs = logs
        self.url = ""
        self._client = httpx.Client(timeout=30)
        self.ports: list[int] = [free_port() for _n in range(3)]
        self.servers: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, port: int) -> None:
        """Start the server of a port."""
        log = (self.logs / f"{port}.log").open("ab")
        self.servers[port] = subprocess.Popen(
            [sys.executable, "-m", "registry", "serve", str(self.folder), "--port", str(port)],
            env={**os.environ, "REGISTRY_LANG": "en"},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        log.close()

    def stop(self, port: int) -> int:
        """Tell a server to end, as systemd does; gives its exit code."""
        process = self.servers.pop(port)
        process.terminate()
        return process.wait(40)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page, through nginx, from a visitor without a past."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._client.cookies.clear()
        return self._client.get(self.url + path, headers=named)

    def direct(self, port: int, path: str, **headers: str) -> httpx.Response:
        """The same of one server, without nginx."""
        return self._client.get(f"http://127.0.0.1:{port}{path}", headers=headers)

    def names(self) -> list[str]:
        """What each server calls item 1-07, asked without nginx."""
        return [self.direct(port, ITEM).json()[0]["name"] for port in self.ports]


@pytest.fixture(scope="module")
def site(nginx: str, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the shipped data as docs/deploy.md says."""
    place = tmp_path_factory.mktemp("site")
    publish_into(built, place / "public", as_of=AS_OF, demo=False)
    one = Site(place / "public", place)
    port = write_conf(place / "nginx", one.ports)
    try:
        for each in one.ports:
            one.start(each)
        with running(nginx, place / "nginx", port) as one.url:
            for each in one.ports:
                wait_for(lambda each=each: socket_answers(each))  # type: ignore[misc]
                assert one.direct(each, "/").status_code == 200
            yield one
    finally:
        for process in one.servers.values():
            process.kill()
            process.wait()


class Load:
    """Visitors that never rest, each time with an address that nothing is kept under."""

    def __init__(self, url: str, visitors: int = 8) -> None:
        self.url = url
        self.wrong: list[str] = []
        self.names: set[str] = set()
        self.done = 0
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._visit, args=(n,)) for n in range(visitors)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def reaches(self, done: int) -> None:
        """Wait until so many were answered from now."""
        before = self.done
        wait_for(lambda: self.done >= before + done)

    def _visit(self, n: int) -> None:
        count = 0
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while not self._stop.is_set():
                count += 1
                time.sleep(0.01)  # some of the machine is for those who publish
                path = ITEM if n % 4 else "/catalogue/as_of?x=1"
                try:
                    answer = client.get(f"{path}&_once={n}-{count}")
                    problem = "" if answer.status_code == 200 else str(answer.status_code)
                except httpx.HTTPError as error:
                    problem, answer = repr(error), None
                with self._lock:
                    self.done += 1
                    if problem:
                        self.wrong.append(problem)
                    elif answer is not None and n % 4:
                        self.names.add(answer.json()[0]["name"])


# ---- the configuration ----


def test_nginx_takes_the_configuration(nginx: str, tmp_path: Path) -> None:
    write_conf(tmp_path / "conf", [8001, 8002, 8003])
    command = [*nginx_command(nginx, tmp_path / "conf"), "-t"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_tls_is_one_line_more(nginx: str, site: Site, tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    key, certificate = tmp_path / "registry.key", tmp_path / "registry.crt"
    about = ["-subj", "/CN=registry.example", "-days", "2", "-nodes"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *files, *about], check=True, capture_output=True)
    secure = free_port()
    snippet = (DEPLOY / "nginx-tls.conf").read_text(encoding="utf-8")
    for old, new in {
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "/etc/nginx/tls/": f"{tmp_path}/",
    }.items():
        assert old in snippet
        snippet = re.sub(rf"^(?!#)(.*){re.escape(old)}", rf"\g<1>{new}", snippet, flags=re.M)
    (tmp_path / "tls.conf").write_text(snippet, encoding="utf-8")
    include = {"# include /etc/nginx/registry-tls.conf;": f"include {tmp_path}/tls.conf;"}
    port = write_conf(tmp_path / "conf", site.ports, **include)
    with running(nginx, tmp_path / "conf", port) as url:
        sent = httpx.get(f"{url}/search?q=x")
        assert sent.status_code == 301
        assert sent.headers["location"] == "https://127.0.0.1/search?q=x"
        hsts = "strict-transport-security"
        assert hsts not in sent.headers
        secured = httpx.Client(base_url=f"https://127.0.0.1:{secure}", verify=False)
        for answer in (secured.get("/"), secured.get("/nowhere"), secured.post("/")):
            assert answer.headers.get_list(hsts) == ["max-age=31536000"], answer.status_code
        address = f"https://127.0.0.1:{secure}/catalogue/items.json?_size=1&_tls=1"
        page = httpx.get(address, verify=False)
        assert page.json()["next_url"].startswith("https://127.0.0.1:")


# ---- pages through nginx ----

LANGUAGES = [
    *(("", "zh-CN"), ("en-US,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN")),
    *(("en,zh;q=0.8", "en"), ("en, zh", "zh-CN"), ("fr", "zh-CN"), ("fr,en;q=0.8", "en")),
    *(("fr,en;q=0.0", "zh-CN"), ("en;q=0.3, zh;q=0.2", "en"), ("zh;q=0, en;q=0.1", "en")),
    *(("zh-CN,zh;q=0.8,zh-TW;q=0.7,zh-HK;q=0.5,en-US;q=0.3,en;q=0.2", "zh-CN"), ("*", "zh-CN")),
    *(("EN-gb ; Q=1", "en"), (";;,q=", "zh-CN"), ("en;q=7, zh;q=0.1", "zh-CN")),
    (",".join(["en;q=0.1"] * 700) + "!", "en"),
]


@pytest.mark.parametrize(("preferred", "expected"), LANGUAGES)
def test_languages_are_kept_apart(site: Site, preferred: str, expected: str) -> None:
    for cookie, language in (("", expected), ("lang=en", "en"), ("a=b; lang=zh", "zh-CN")):
        for _n in range(2):
            page = site.get("/notice", accept_language=preferred, cookie=cookie)
            assert page.status_code == 200
            assert page.headers["content-language"] == language
            assert f'<html lang="{language}">' in page.text
            assert {"accept-language", "cookie"} <= set(re.findall("[a-z-]+", vary_of(page)))


def vary_of(answer: httpx.Response) -> str:
    """All that an answer depends on."""
    return ", ".join(answer.headers.get_list("vary")).lower()


def test_a_choice_of_language_is_not_kept_for_others(site: Site) -> None:
    for path, language in (("/notice?_lang=en", "en"), ("/notice?%5Flang=en&_x=1", "en")):
        for _n in range(2):
            chosen = site.get(path, cookie="lang=zh")
            assert chosen.headers["content-language"] == language
            assert chosen.headers["set-cookie"].startswith("lang=en;")
            assert chosen.headers["cache-control"] == "private, no-store"


def test_pages_are_kept_small_and_known_again(site: Site) -> None:
    log = site.logs / "nginx/access.log"
    paths = ("/catalogue/items?_size=7", "/catalogue/items.json", "/catalogue/items.csv?_dl=1")
    for path in (*paths, "/static/catalogue.css"):
        first = site.get(path, accept_encoding="gzip")
        assert first.status_code == 200
        assert "accept-encoding" in vary_of(first)
        assert first.headers["content-encoding"] == "gzip"
        tag = first.headers["etag"]
        assert site.get(path).content == first.content
        known = site.get(path, if_none_match=tag)
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"].removeprefix("W/") == tag.removeprefix("W/")
    site.get("/search?q=私事&_x=2")

    def revalidated() -> bool:
        again = site.get(paths[0], accept_encoding="gzip")
        assert again.headers["content-encoding"] == "gzip"
        return " REVALIDATED " in log.read_text(encoding="utf-8")

    wait_for(revalidated)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert any(" HIT " in line for line in lines)
    assert any("/search" in line for line in lines)
    assert not any("?" in line or "私事" in line for line in lines)


def test_headers_are_the_catalogue_s(site: Site) -> None:
    theirs = ("content-security-policy", "x-content-type-options", "x-frame-options")
    theirs += ("referrer-policy", "cross-origin-opener-policy", "permissions-policy")
    theirs += ("cache-control", "content-type", "etag")
    for path in ("/", "/catalogue/items?_size=5", "/nothing", "/static/catalogue.css"):
        direct = site.direct(site.ports[0], path, host=site.url.removeprefix("http://"))
        for _n in range(2):
            behind = site.get(path, accept_encoding="identity")
            assert behind.status_code == direct.status_code
            assert behind.content == direct.content
            assert behind.headers["server"] == "nginx"
            for name in theirs:
                assert behind.headers.get_list(name) == direct.headers.get_list(name), name


def test_links_bear_the_site_s_own_name(site: Site) -> None:
    for _n in range(2):
        for host in ("a.example", site.url.removeprefix("http://"), "a.example:1"):
            page = site.get("/catalogue/items.json?_size=1&_named=1", host=host)
            assert page.json()["next_url"].startswith(f"{site.url}/"), host


def test_whoever_does_not_read_is_turned_away(site: Site) -> None:
    refused = httpx.post(f"{site.url}/catalogue/items", data={"a": "b"})
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, HEAD"
    assert "本目录只供查阅" in refused.text
    head = httpx.head(f"{site.url}/catalogue/items?_size=6", timeout=30)
    assert (head.status_code, head.content) == (200, b"")
    assert site.get(f"/search?q={'x' * 5000}").status_code == 414, "by a server"


def test_what_nginx_refuses_by_itself_bears_the_headers_too(site: Site) -> None:
    too_long, header = site.get(f"/search?q={'x' * 9000}"), site.get("/", x_long="x" * 9000)
    large = httpx.request("GET", f"{site.url}/", content=b"x" * 5000)
    posted = httpx.post(f"{site.url}/", data={"a": "b"})
    with socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2]))) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nno header\r\n\r\n")
        raw.settimeout(30)
        malformed = b"".join(iter(lambda: raw.recv(4096), b"")).decode()
    statuses = [one.status_code for one in (too_long, header, large, posted)]
    assert statuses == [414, 400, 413, 405]
    assert malformed.startswith("HTTP/1.1 400 ")
    for one in (too_long, header, large, posted):
        assert one.headers["content-type"] == "text/plain; charset=utf-8"
        assert one.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in one.headers["content-security-policy"]
        assert re.match("[一-鿿]+", one.text), "Chinese first"
    assert "x-content-type-options: nosniff" in malformed.lower()
    assert "frame-ancestors 'none'" in malformed


def test_who_asks_too_often_has_to_wait(nginx: str, site: Site, tmp_path: Path) -> None:
    limits = {"rate=30r/s": "rate=1r/s", "burst=150": "burst=3"}
    port = write_conf(tmp_path / "conf", site.ports, **limits)
    with running(nginx, tmp_path / "conf", port) as url:
        with httpx.Client(timeout=30) as client:
            answers = [client.get(f"{url}/notice") for _n in range(12)]
        found = [answer.status_code for answer in answers]
        assert found[:3] == [200] * 3
        assert found.count(429) >= 5
        assert set(found) == {200, 429}
        late = next(answer for answer in answers if answer.status_code == 429)
        assert late.headers["retry-after"] == "5"
        assert late.headers["content-type"] == "text/plain; charset=utf-8"
        assert "访问过于频繁" in late.text
    assert "notice" not in (tmp_path / "conf/errors.log").read_text(encoding="utf-8")


def test_without_servers_the_last_pages_are_still_there(
    nginx: str, site: Site, tmp_path: Path
) -> None:
    alone = Site(site.folder, tmp_path)
    port = write_conf(tmp_path / "nginx", alone.ports)
    with running(nginx, tmp_path / "nginx", port) as alone.url:
        away = alone.get("/notice")
        assert away.status_code == 503
        assert "目录暂时无法访问" in away.text
        assert away.headers["cache-control"] == "no-store"
        alone.start(alone.ports[1])
        try:
            wait_for(lambda: alone.get("/notice").status_code == 200)
        finally:
            assert alone.stop(alone.ports[1]) in (0, 143)
        time.sleep(1.2)
        assert alone.get("/notice").status_code == 200


# ---- changes while visitors are there ----


def test_servers_are_restarted_without_a_request_lost(site: Site) -> None:
    port = site.ports[0]
    with Load(site.url) as load:
        load.reaches(100)
        assert site.stop(port) == 0
        load.reaches(100)
        site.start(port)
        wait_for(lambda: socket_answers(port))
        load.reaches(200)
    assert load.wrong == []


def test_publications_change_without_a_request_lost(
    run: Callable[..., Run], site: Site, built_copy: Path
) -> None:
    old = site.names()[0]
    assert site.get(ITEM).json()[0]["name"] == old
    conn = sqlite3.connect(built_copy)
    conn.execute("UPDATE item SET name = ? WHERE id = '1-07'", (NEW_NAME,))
    conn.commit()
    conn.close()
    with Load(site.url) as load:
        load.reaches(100)
        done = run("--db", built_copy, "publish", "--to", site.folder, "--as-of", AS_OF)
        assert done.rc == 0, done.stderr
        wait_for(lambda: site.names() == [NEW_NAME] * 3)
        wait_for(lambda: site.get(ITEM).json()[0]["name"] == NEW_NAME, 10)
        wait_for(lambda: load.done >= 500)
    assert load.wrong == []
    assert load.done >= 500
    assert load.names == {old, NEW_NAME}


def test_a_killed_publication_changes_nothing(
    start: Callable[..., subprocess.Popen[bytes]], site: Site, built: Path
) -> None:
    served, names = current_publication(site.folder), site.names()
    process = start("--db", built, "publish", "--to", site.folder, "--as-of", "2021-08-31")
    wait_for(lambda: process.poll() is not None or list(site.folder.glob("*.new*")))
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it had not ended"
    left = list(site.folder.glob("*.new*"))
    assert left, "what a killed publication leaves behind"
    time.sleep(1.2)  # servers look every second
    assert current_publication(site.folder) == served
    assert site.names() == names
    for path in left:
        os.utime(path, (0, 0))
    publish_into(built, site.folder, as_of=AS_OF, demo=False)
    assert not list(site.folder.glob("*.new*")), "the next one clears up"


# ---- units and docs ----


def unit(name: str) -> configparser.ConfigParser:
    """A unit file."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / name, encoding="utf-8")
    return parser


def test_units_call_the_program_as_it_is() -> None:
    serve = unit("registry@.service")["Service"]
    words = shlex.split(serve["ExecStart"])
    assert words[0].endswith("/registry")
    assert options_of(words[1:]) == {"--port"}
    assert words[-1] == "%i"
    # systemd waits for longer than the server does for its visitors.
    assert int(serve["TimeoutStopSec"]) > server._SHUTDOWN_SECONDS
    assert serve["DynamicUser"] == serve["NoNewPrivileges"] == serve["PrivateTmp"] == "yes"
    assert serve["ProtectSystem"] == "strict"
    published = shlex.split(unit("registry-publish.service")["Service"]["ExecStart"])
    assert options_of(published[1:]) == {"--db", "--to", "--pages", "--address"}
    into = published[published.index("--to") + 1]
    assert words[2] == into, "where it is published is where it is served from"
    pages = published[published.index("--pages") + 1]
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert f"root {pages}/current;" in conf
    assert {into, pages} <= {*unit("registry-publish.service")["Service"]["ReadWritePaths"].split()}
    name = re.search(r"server_name (\S+);", conf)
    assert name is not None
    assert published[published.index("--address") + 1] == f"http://{name[1]}"
    hidden = serve["InaccessiblePaths"].removeprefix("-")
    assert published[2].startswith(f"{hidden}/"), "servers can't read the working file"


def test_the_internal_unit_calls_the_program_as_it_is() -> None:
    serve = unit("registry-internal.service")["Service"]
    words = shlex.split(serve["ExecStart"])
    assert options_of(words[1:]) == {"--internal", "--state", "--port", "--behind-proxy"}
    assert int(serve["TimeoutStopSec"]) > server._SHUTDOWN_SECONDS
    assert serve["UMask"] == "0077"
    state = words[words.index("--state") + 1]
    assert serve["ReadWritePaths"] == state
    port = words[words.index("--port") + 1]
    conf = (DEPLOY / "nginx-internal.conf").read_text(encoding="utf-8")
    assert f"proxy_pass http://127.0.0.1:{port};" in conf
    # Where the docs publish it is where it is served from.
    assert f"publish --internal --to {words[words.index('--internal') + 1]}" in DOCS.read_text(
        encoding="utf-8"
    )


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("no systemd-analyze")
    program = Path(shutil.which("true") or "/bin/true")
    for path in DEPLOY.glob("registry*.*"):
        text = path.read_text(encoding="utf-8").replace("/opt/registry/bin/registry", str(program))
        (tmp_path / path.name.replace("@", "@8001")).write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    found = [line for line in done.stderr.splitlines() if "registry" in line]
    assert found == []


def test_commands_of_the_docs_are_there() -> None:
    page = DOCS.read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line[:2] in "$ # "]
    calls = [re.match(r"(?:/\S*/)?registry (.*)", line) for line in lines]
    ours = [shlex.split(call[1]) for call in calls if call]
    assert {"build", "audit", "publish"} <= {word for words in ours for word in words}
    for words in ours:
        options_of(words)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", page):
        assert target == "bundle" or re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for path in DEPLOY.iterdir():
        assert f"deploy/{path.name}" in page, path.name
