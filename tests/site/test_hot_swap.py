"""Publishing into a folder while it is served: nothing fails, nothing is mixed."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.catalogue.server import make_hot_swap_app
from registry.site.errors import SiteError
from registry.site.hot_swap import HotSwapApp
from registry.site.publication_folder import current_publication, set_current
from registry.site.server import address_of, bind
from tests.conftest import MadeOnce, Run
from tests.publications import AS_OF, publish_into

LATER = "2021-07-31"


@pytest.fixture
def folder(built: Path, made_once: MadeOnce, tmp_path: Path) -> Path:
    """Copy a folder into which was published once to where a test may change it."""
    made = made_once("folder", lambda to: publish_into(built, to, as_of=AS_OF, demo=False))
    return Path(shutil.copytree(made, tmp_path / "public", copy_function=shutil.copyfile))


@pytest.fixture
def few_folder(few: Path, tmp_path: Path) -> Path:
    """Publish the few into a folder."""
    publish_into(few, tmp_path / "public", as_of=AS_OF, demo=False)
    return tmp_path / "public"


class Server:
    """Serves a folder in a thread, and notes what it tells."""

    def __init__(self, folder: Path, metadata: dict[str, Any]) -> None:
        import uvicorn

        self.told: list[str] = []
        self.switch: HotSwapApp = make_hot_swap_app(
            folder, metadata, self.told.append, interval=0.05
        )
        self.listener = bind("127.0.0.1", 0)
        self.url = address_of(self.listener)
        config = uvicorn.Config(self.switch, log_level="warning", lifespan="on")
        self._server = uvicorn.Server(config)
        listening = {"sockets": [self.listener]}
        self._thread = threading.Thread(target=self._server.run, kwargs=listening, daemon=True)
        self._thread.start()

    def tells(self, words: str) -> None:
        """Wait until it has told this."""
        for _n in range(2_400):
            if any(words in text for text in self.told):
                return
            threading.Event().wait(0.05)
        raise AssertionError(self.told)

    def close(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self.switch.close()
        self.listener.close()


@pytest.fixture
def server(folder: Path, metadata: dict[str, Any]) -> Iterator[Server]:
    """Serve the folder."""
    one = Server(folder, metadata)
    yield one
    one.close()


def test_a_folder_holds_the_last_publications(few: Path, few_folder: Path) -> None:
    first = current_publication(few_folder)
    assert re.fullmatch(r"catalogue-[0-9a-f]{16}\.db", first.name)
    for day in (LATER, "2021-08-31"):
        second = publish_into(few, few_folder, as_of=day, demo=False).path
        assert current_publication(few_folder) == second
    assert not first.exists()
    names = sorted(p.name for p in few_folder.iterdir())
    assert len(names) == 3, names
    assert names[-1] == "current"


def test_the_same_rows_are_the_same_file(few: Path, few_folder: Path) -> None:
    first = current_publication(few_folder)
    assert publish_into(few, few_folder, as_of=AS_OF, demo=False).path == first
    assert len(list(few_folder.iterdir())) == 2


@pytest.mark.parametrize(
    "text", ["", "../../etc/passwd", "catalogue.db", "/tmp/catalogue-0123456789abcdef.db", "\xff"]
)
def test_a_pointer_names_a_publication_of_its_folder_or_nothing(
    few_folder: Path, text: str
) -> None:
    (few_folder / "current").write_text(text, encoding="latin-1")
    with pytest.raises(SiteError, match="names no publication"):
        current_publication(few_folder)


def test_nothing_fails_while_publications_change(server: Server, built: Path, folder: Path) -> None:
    old = current_publication(folder)
    wrong: list[str] = []
    days: set[str] = set()
    stop = threading.Event()
    done = 0

    def visit(n: int) -> None:
        nonlocal done
        with httpx.Client(base_url=server.url, timeout=60) as client:
            while not stop.is_set():
                answer = client.get(f"/catalogue/as_of.json?_shape=array&_size={n + 1}")
                page = client.get(f"/catalogue/items?_size={n % 40 + 1}")
                if answer.status_code != 200 or page.status_code != 200:
                    wrong.append(f"{answer.status_code} {page.status_code}")
                else:
                    days.add(answer.json()[0]["date"])
                done += 1
                stop.wait(0.05)  # some of the machine is for the publication

    with ThreadPoolExecutor(24) as visitors:
        going = [visitors.submit(visit, n) for n in range(24)]
        try:
            published = publish_into(built, folder, as_of=LATER, demo=False)
            server.tells(f"Now serving {published.path.name}, as of {LATER}.")
            now = httpx.get(f"{server.url}catalogue/as_of.json?_shape=array", timeout=60)
            assert now.json() == [{"date": LATER}], "no answer of the old file is given again"
        finally:
            stop.set()
        for one in going:
            one.result()
    assert wrong == []
    assert done >= 24
    assert days <= {AS_OF, LATER}
    assert old.exists(), "to go back to"
    set_current(folder, old.name)
    server.tells(f"Now serving {old.name}, as of {AS_OF}.")


def test_requests_end_on_what_they_began_on(few_folder: Path, few: Path) -> None:
    """Five hundred are in the old publication while the new one is let on."""

    class Slow:
        """A publication that answers when it is let."""

        def __init__(self, path: Path) -> None:
            from registry.site.context import SiteContext
            from registry.site.published import open_published

            self.site = SiteContext(open_published(path), {}, "zh")
            self.go = asyncio.Event()
            self.closed = False

        def app(self) -> Any:
            async def answer(scope: Any, receive: Any, send: Any) -> None:
                if scope["headers"] != [(b"host", b"localhost")]:
                    await self.go.wait()
                assert not self.closed
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "x", "day": self.site.file.as_of})

            return answer

        def close(self) -> None:
            self.closed = True

    async def play() -> None:
        opened: list[Slow] = []

        def open_file(path: Path) -> Slow:
            opened.append(Slow(path))
            return opened[-1]

        switch = HotSwapApp(few_folder, open_file, lambda text: None)
        days: list[str] = []

        async def send(message: Any) -> None:
            if "day" in message:
                days.append(message["day"])

        scope = {"type": "http", "headers": []}
        going = [asyncio.ensure_future(switch(scope, None, send)) for _n in range(500)]
        await asyncio.sleep(0)
        publish_into(few, few_folder, as_of=LATER, demo=False)
        await switch.check_for_update()
        assert not opened[0].closed
        late = asyncio.ensure_future(switch(scope, None, send))
        await asyncio.sleep(0)
        opened[0].go.set()
        await asyncio.gather(*going)
        assert days == [AS_OF] * 500
        assert opened[0].closed
        opened[1].go.set()
        await late
        assert days[-1] == LATER

    asyncio.run(play())


def test_what_is_broken_changes_nothing(server: Server, folder: Path, built: Path) -> None:
    served = current_publication(folder)

    def still_serves() -> None:
        assert httpx.get(f"{server.url}catalogue/items", timeout=60).status_code == 200
        assert server.switch.current.path == served

    (folder / "current").write_text("nothing of ours\n", encoding="ascii")
    server.tells("names no publication")
    still_serves()
    name = "catalogue-00000000000000aa.db"
    set_current(folder, name)
    server.tells("there is no file")
    still_serves()
    half = served.read_bytes()
    (folder / name).write_bytes(half[: len(half) // 2])
    server.tells(f"Still serving {served.name}")
    still_serves()
    shutil.copyfile(served, folder / name)
    server.tells("not what its name says")
    still_serves()
    shutil.copyfile(built, folder / "catalogue-00000000000000bb.db")
    set_current(folder, "catalogue-00000000000000bb.db")
    server.tells("not a published file")
    still_serves()
    good = publish_into(built, folder, as_of=LATER, demo=False)
    server.tells(f"Now serving {good.path.name}")


def test_an_aborted_publication_changes_nothing(
    few_folder: Path, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in few_folder.iterdir()}

    def fails(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    for name in ("set_current", "sync", "file_digest"):
        with monkeypatch.context() as patch:
            patch.setattr(f"registry.site.publication_folder.{name}", fails)
            with pytest.raises(KeyboardInterrupt):
                publish_into(few, few_folder, as_of=LATER, demo=True)
        found = {p.name: p.read_bytes() for p in few_folder.iterdir()}
        assert found["current"] == before["current"]
        assert before.items() <= found.items()
        assert not [p for p in few_folder.iterdir() if p.name.endswith(".new")]


def test_threads_and_connections_go_with_their_publication(
    few_folder: Path, few: Path, metadata: dict[str, Any]
) -> None:
    async def play() -> None:
        switch = make_hot_swap_app(few_folder, metadata, lambda text: None)
        for n in range(3):
            publish_into(few, few_folder, as_of=f"2021-08-0{n + 1}", demo=False)
            await switch.check_for_update()
        await asyncio.sleep(0.2)
        switch.close()
        database = switch.current.publication.get_database("catalogue")
        for conn in database._all_file_connections:
            with pytest.raises(sqlite3.ProgrammingError):
                conn.execute("SELECT 1")

    before = threading.active_count()
    asyncio.run(play())
    for _n in range(100):
        if threading.active_count() <= before:
            break
        threading.Event().wait(0.05)
    assert threading.active_count() <= before


def test_the_command_publishes_into_a_folder(
    run: Callable[..., Run], built: Path, tmp_path: Path
) -> None:
    done = run("--db", built, "publish", "--to", "public", "--as-of", AS_OF)
    assert done.rc == 0, done.stderr
    name = current_publication(tmp_path / "public").name
    assert name in done.stdout
    for arguments in ((), ("-o", "p.db", "--to", "public")):
        refused = run("--db", built, "publish", *arguments)
        assert refused.rc == 2
        assert "-o FILE or --to FOLDER" in refused.stderr
    (tmp_path / "empty").mkdir()
    refused = run("serve", "empty")
    assert refused.rc == 2
    assert "registry publish --to FOLDER" in refused.stderr
