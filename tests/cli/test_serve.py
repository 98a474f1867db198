"""`registry serve`, as a process."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.conftest import Run

Start = Callable[..., "subprocess.Popen[bytes]"]


def address(process: subprocess.Popen[bytes]) -> str:
    """The address that a server prints once it listens."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line.decode())
        if "http://" in said[-1]:
            return "http://" + said[-1].split("http://")[1].strip()
    raise AssertionError("".join(said))


@pytest.fixture(scope="module")
def public(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish without demonstration rows, under a name of its own."""
    from tests.publications import publish

    path = tmp_path_factory.mktemp("public") / "other name.db"
    return publish(built, path, as_of="2021-06-30", demo=False).path


def test_the_working_file_is_published_and_served(
    start: Start, built: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = start("--db", built, "serve", "--port", "0", "--demo", env={"TMPDIR": str(folder)})
    url = address(process)
    assert url.startswith("http://127.0.0.1:")
    page = httpx.get(f"{url}catalogue/items?_search=排污许可", timeout=30)
    assert page.status_code == 200
    assert page.headers["x-robots-tag"] == "noindex"
    assert "notice-demonstration" in page.text
    assert [p.name for p in folder.glob("*/*")] == ["catalogue.db"]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert list(folder.iterdir()) == [], "the temporary file is gone"
    assert process.stdout is not None
    assert process.stdout.read() == b""


def test_the_browser_is_opened_where_the_site_answers(
    start: Start, public: Path, tmp_path: Path
) -> None:
    """`$BROWSER` names the program; an address from which nothing comes would keep it waiting."""
    program = tmp_path / "browser.py"
    program.write_text(
        "import sys, urllib.request\n"
        "with urllib.request.urlopen(sys.argv[1], timeout=30) as answer:\n"
        "    open(sys.argv[2], 'w').write(f'{answer.status} {sys.argv[1]}')\n",
        encoding="utf-8",
    )
    opened = tmp_path / "opened"
    browser = shlex.join([sys.executable, str(program), "%s", str(opened)])
    process = start("serve", public, "--port", "0", "--open", env={"BROWSER": f"{browser} &"})
    url = address(process)
    deadline = time.monotonic() + 30
    while not (opened.exists() and opened.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert opened.read_text() == f"200 {url}"


def test_a_published_file_is_served_whatever_it_is_called(start: Start, public: Path) -> None:
    process = start("serve", public, "--port", "0")
    url = address(process)
    with httpx.Client(base_url=url, timeout=30) as client:
        assert client.get("/").status_code == 200
        assert client.get("/catalogue/items/1-07").status_code == 200
        assert "x-robots-tag" not in client.get("/catalogue/items").headers
        for path in ("/catalogue?sql=select+1", "/catalogue/items?_where=1=1", "/catalogue.db"):
            assert client.get(path).status_code == 403, path
        for path in ("/other%20name", "/_memory", "/-/databases.json"):
            assert client.get(path, follow_redirects=True).status_code == 404, path
    process.terminate()
    assert process.wait(20) == 0
    assert public.exists()


def test_a_port_that_is_taken_is_an_error(
    start: Start, run: Callable[..., Run], public: Path
) -> None:
    port = address(start("serve", public, "--port", "0")).rsplit(":", 1)[1].strip("/")
    done = run("serve", public, "--port", port)
    assert done.rc == 2
    assert port in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_refusals_name_the_remedy(run: Callable[..., Run], built: Path, public: Path) -> None:
    for arguments, words in (
        (("serve", built), "registry publish -o FILE"),
        (("serve", "nothing.db"), "registry publish -o FILE"),
        (("serve",), "registry build"),
        (("serve", public, "--demo"), "--demo and --as-of go with the working file"),
        (("serve", public, "--port", "70000"), "70000"),
        (("serve", public, "--host", "192.0.2.1"), "--host"),
    ):
        done = run(*arguments)
        assert done.rc == 2, arguments
        assert words in done.stderr
        assert "Traceback" not in done.stderr
