"""A file for each audience, made once; and one publication after another."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from registry.internal import audience_apps
from registry.internal.application import InternalDatasette, make_internal
from registry.internal.audience import AUDIENCE, OFFICE, Audience
from registry.internal.audience_apps import AudienceApps
from registry.internal.projection import derive
from registry.site.errors import SiteError
from registry.site.hot_swap import HotSwapApp
from registry.site.publication_folder import current_publication
from tests.internal.auth_client import Response, asgi_request
from tests.internal.conftest import ETDZ, SLJ, audit, publish_to, rows

COUNT = "/catalogue.json?sql=select+count(*)+as+n+from+findings&_shape=array"


async def ask(app: Any, path: str, audience: Audience | None) -> Response:
    """One request that the auth middleware has let through."""
    before, _mark, query = path.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": before,
        "raw_path": before.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        **({AUDIENCE: audience} if audience else {}),
    }
    return await asgi_request(app, scope, [b""])


def count(file: Path) -> str:
    """Give the answer to COUNT."""
    return f'[{{"n": {rows(file, "SELECT count(*) FROM findings")[0][0]}}}]'


def test_a_file_is_made_once_though_many_ask(
    office: Path, slj: Path, metadata: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Audience] = []

    def counted(source: Path, audience: Audience, target: Path) -> None:
        made.append(audience)
        derive(source, audience, target)

    monkeypatch.setattr(audience_apps, "derive", counted)
    apps = AudienceApps(office, lambda file: make_internal(file, metadata))
    folder = Path(apps._folder.name)

    async def many() -> list[Response]:
        plan = [SLJ, ETDZ, OFFICE] * 12
        return await asyncio.gather(*(ask(apps, COUNT, one) for one in plan))

    answers = asyncio.run(many())
    assert {one.status for one in answers} == {200}
    assert answers[0].text.strip() == count(slj)
    assert sorted(made, key=str) == sorted([SLJ, ETDZ], key=str)
    assert len(list(folder.glob("*.db"))) == 2
    apps.close()
    assert not folder.exists()
    assert office.exists()


def test_a_file_that_can_t_be_made_is_tried_again(
    office: Path, metadata: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, audience: Audience, target: Path) -> None:
        raise OSError("disk full")

    apps = AudienceApps(office, lambda file: make_internal(file, metadata))

    async def twice() -> Response:
        with monkeypatch.context() as patched:
            patched.setattr(audience_apps, "derive", full)
            with pytest.raises(OSError, match="disk full"):
                await ask(apps, "/", SLJ)
        return await ask(apps, "/", SLJ)

    assert asyncio.run(twice()).status == 200
    apps.close()


def test_without_an_audience_there_is_no_answer(office: Path, metadata: dict[str, Any]) -> None:
    apps = AudienceApps(office, lambda file: make_internal(file, metadata))
    for path in ("/", COUNT, "/static/internal.css"):
        with pytest.raises(KeyError):
            asyncio.run(ask(apps, path, None))
    apps.close()


def test_a_publication_is_the_office_s_file(slj: Path, metadata: dict[str, Any]) -> None:
    with pytest.raises(SiteError):
        AudienceApps(slj, lambda file: make_internal(file, metadata))


def test_start_and_end_are_answered(office: Path, metadata: dict[str, Any]) -> None:
    messages = iter(["lifespan.startup", "lifespan.shutdown"])
    sent: list[str] = []

    async def receive() -> Any:
        return {"type": next(messages)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    apps = AudienceApps(office, lambda file: make_internal(file, metadata))
    asyncio.run(apps({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    apps.close()


def test_a_body_that_nobody_knows_sees_no_finding(office: Path, metadata: dict[str, Any]) -> None:
    """As one that the next publication lacks."""
    apps = AudienceApps(office, lambda file: make_internal(file, metadata))
    for kind in ("department", "zone"):
        gone = Audience(kind, "gone")  # type: ignore[arg-type]
        answer = asyncio.run(ask(apps, COUNT, gone))
        assert answer.text.strip() == '[{"n": 0}]'
        assert asyncio.run(ask(apps, "/", gone)).status < 500
    apps.close()


def test_each_answer_is_of_one_publication(
    audited: Path,
    publications: Path,
    metadata: dict[str, Any],
    tmp_path: Path,
    without_documents: None,
) -> None:
    working = Path(shutil.copyfile(audited, tmp_path / "registry.db"))
    working.chmod(0o644)
    first = current_publication(publications)
    closed: list[Path] = []

    class Noted(InternalDatasette):
        def close(self) -> None:
            closed.append(self.site.file.path)
            super().close()

    def opened(path: Path) -> AudienceApps:
        def served(file: Path) -> InternalDatasette:
            one = make_internal(file, metadata)
            one.__class__ = Noted
            return one

        return AudienceApps(path, served)

    told: list[str] = []
    switch = HotSwapApp(publications, opened, told.append, extra_scope={AUDIENCE: OFFICE})
    sql = "select+(select+max(run)+from+runs)+as+a,+(select+run+from+audience)+as+b"
    texts: list[tuple[Audience, str]] = []

    async def asking() -> None:
        stop = asyncio.Event()

        async def reader(audience: Audience) -> None:
            while not stop.is_set():
                answer = await ask(switch, f"/catalogue.json?sql={sql}&_shape=array", audience)
                assert answer.status == 200
                texts.append((audience, answer.text.strip()))
                await asyncio.sleep(0.1)  # some of the machine is for those who publish

        readers = [asyncio.ensure_future(reader(one)) for one in (SLJ, ETDZ, OFFICE, SLJ)]
        await asyncio.sleep(0.2)
        await asyncio.to_thread(audit, working, "2021-07-15")
        await asyncio.to_thread(publish_to, working, publications)
        await switch.check_for_update()
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.gather(*readers)

    asyncio.run(asking())
    assert {text for _who, text in texts} == {'[{"a": 2, "b": 2}]', '[{"a": 3, "b": 3}]'}
    for who in (SLJ, ETDZ, OFFICE):
        mine = [text for one, text in texts if one == who]
        assert mine[0] == '[{"a": 2, "b": 2}]'
        assert mine[-1] == '[{"a": 3, "b": 3}]', told
    assert first in closed, "the old one"
    assert len(closed) == 3, "and those that were derived from it"
    switch.close()
    assert len(closed) == 6
