"""Whatever the internal site is asked, by strangers and by each audience, it answers: never 500."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry.internal.application import make_internal
from tests.conftest import SEED, amount
from tests.internal.conftest import rows
from tests.internal.site_client import SiteClient, visited
from tests.internal.test_closed import concrete
from tests.odd_requests import OddRequest, OddRequests, addresses_of, columns_of, wrong_answers

OWN = ("/-/sign-in", "/-/sign-out", "/sql", "/sql/saved/x", "/robots.txt", "/-/queries")


@pytest.fixture(scope="module")
def site(
    office: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SiteClient]:
    """Open the site on the office's file."""
    with visited(office, tmp_path_factory.mktemp("odd") / "state", metadata) as one:
        yield one


@pytest.mark.parametrize("who", [None, "office", "slj", "etdz"])
def test_odd_requests_are_answered(
    site: SiteClient, office: Path, metadata: dict[str, Any], who: str | None
) -> None:
    finding = rows(office, "SELECT min(fingerprint) FROM findings")[0][0]
    app = make_internal(office, metadata)
    patterns = [p if isinstance(p, str) else p.pattern for p, _view in app._routes()]
    known = {one.partition("?")[0] for p in patterns for one in concrete(p, finding)}
    addresses, columns = addresses_of(app, [*known, *OWN]), columns_of(app)
    app.close()
    drawn = OddRequests(addresses, columns, f"{SEED} {who}").draw(amount(200, 500, 3_000))
    asked = drawn if who is None else (_signed_in(one, site.cookie(who)) for one in drawn)
    wrong, statuses = site.run(wrong_answers(site.site.app(), asked))
    assert wrong == []
    assert site.told == []
    expected = {401} if who is None else {200, 400, 404, 405}
    assert expected <= set(statuses), "something of everything was asked"


def _signed_in(request: OddRequest, cookie: str) -> OddRequest:
    """The request with a session, and with no other cookie."""
    kept = [header for header in request.headers if header[0] != b"cookie"]
    return replace(request, headers=(*kept, (b"cookie", cookie.encode("ascii"))))
