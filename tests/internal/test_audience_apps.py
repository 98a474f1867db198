"""Houses: a file for each audience, made once; and one house after another."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from registry.internal import audience_apps as house_module
from registry.internal.application import Internal, make_internal
from registry.internal.audience import OFFICE, Audience
from registry.internal.audience_apps import AUDIENCE, House
from registry.internal.projection import derive, internal_projection
from registry.site.errors import SiteError
from registry.site.hot_swap import HotSwapApp
from registry.site.publication_folder import publish_into
from tests.internal.conftest import ETDZ, HEADERS, SLJ, audit, rows
from tests.internal.gates import Got, spoken

COUNT = "/catalogue.json?sql=select+count(*)+as+n+from+findings&_shape=array"


async def ask(app: Any, path: str, audience: Audience | None) -> Got:
    """One request that a gate has let through."""
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
    return await spoken(app, scope, [b""])


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

    monkeypatch.setattr(house_module, "derive", counted)
    house = House(office, lambda file: make_internal(file, metadata))
    folder = Path(house._folder.name)

    async def many() -> list[Got]:
        plan = [SLJ, ETDZ, OFFICE] * 12
        return await asyncio.gather(*(ask(house, COUNT, one) for one in plan))

    answers = asyncio.run(many())
    assert {one.status for one in answers} == {200}
    assert answers[0].text.strip() == count(slj)
    assert sorted(made, key=str) == sorted([SLJ, ETDZ], key=str)
    assert len(list(folder.glob("*.db"))) == 2
    house.close()
    assert not folder.exists()
    assert office.exists()


def test_a_file_that_can_t_be_made_is_tried_again(
    office: Path, metadata: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, audience: Audience, target: Path) -> None:
        raise OSError("disk full")

    house = House(office, lambda file: make_internal(file, metadata))

    async def twice() -> Got:
        with monkeypatch.context() as patched:
            patched.setattr(house_module, "derive", full)
            with pytest.raises(OSError, match="disk full"):
                await ask(house, "/", SLJ)
        return await ask(house, "/", SLJ)

    assert asyncio.run(twice()).status == 200
    house.close()


def test_without_an_audience_there_is_no_answer(office: Path, metadata: dict[str, Any]) -> None:
    house = House(office, lambda file: make_internal(file, metadata))
    for path in ("/", COUNT, "/static/internal.css"):
        with pytest.raises(KeyError):
            asyncio.run(ask(house, path, None))
    house.close()


def test_a_house_stands_on_the_office_s_file(slj: Path, metadata: dict[str, Any]) -> None:
    with pytest.raises(SiteError):
        House(slj, lambda file: make_internal(file, metadata))


def test_a_body_that_nobody_knows_sees_no_finding(office: Path, metadata: dict[str, Any]) -> None:
    """As one that the next publication lacks."""
    house = House(office, lambda file: make_internal(file, metadata))
    for kind in ("department", "zone"):
        gone = Audience(kind, "gone")  # type: ignore[arg-type]
        answer = asyncio.run(ask(house, COUNT, gone))
        assert answer.text.strip() == '[{"n": 0}]'
        assert asyncio.run(ask(house, "/", gone)).status < 500
    house.close()


def test_each_answer_is_of_one_publication(
    audited: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    working = Path(shutil.copyfile(audited, tmp_path / "registry.db"))
    working.chmod(0o644)
    folder = tmp_path / "publications"

    def published() -> Path:
        day, projection = internal_projection(working, HEADERS, None, lambda _done, _of: None)
        return publish_into(working, folder, as_of=day, demo=True, projection=projection).path

    first = published()
    closed: list[Path] = []

    class Noted(Internal):
        def close(self) -> None:
            closed.append(self.site.file.path)
            super().close()

    def opened(path: Path) -> House:
        def served(file: Path) -> Internal:
            one = make_internal(file, metadata)
            one.__class__ = Noted
            return one

        return House(path, served)

    told: list[str] = []
    switch = HotSwapApp(folder, opened, told.append, extra_scope={AUDIENCE: OFFICE})
    sql = "select+(select+max(run)+from+runs)+as+a,+(select+run+from+audience)+as+b"
    texts: list[tuple[Audience, str]] = []

    async def asking() -> None:
        stop = asyncio.Event()

        async def reader(audience: Audience) -> None:
            while not stop.is_set():
                answer = await ask(switch, f"/catalogue.json?sql={sql}&_shape=array", audience)
                assert answer.status == 200
                texts.append((audience, answer.text.strip()))

        readers = [asyncio.ensure_future(reader(one)) for one in (SLJ, ETDZ, OFFICE, SLJ)]
        await asyncio.sleep(1)
        await asyncio.to_thread(audit, working, "2021-07-15")
        await asyncio.to_thread(published)
        await switch.check_for_update()
        await asyncio.sleep(2)
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
