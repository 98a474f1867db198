"""Who is signed in, on every page."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

import registry.internal
from registry.internal.audience import OFFICE, Audience
from registry.internal.current_user import current_user
from registry.internal.request_context import RequestContext, current_request
from registry.locale import _

TEMPLATES = Path(registry.internal.__file__).with_name("templates")
SITE: Any = SimpleNamespace(
    file=SimpleNamespace(names={"department": ("departments", {"slj": "市水利局"})})
)


def shown() -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return environment.get_template("_current_user.html").render(
        _=_, current_user=lambda: current_user(SITE), urls=SimpleNamespace(path=lambda path: path)
    )


@pytest.mark.parametrize(
    ("audience", "body"),
    [
        (OFFICE, "Reform office"),
        (Audience("department", "slj"), "市水利局"),
        (Audience("department", "gone"), "gone"),
        (Audience("zone", "etdz"), "etdz"),
    ],
)
def test_user_and_body_are_named(audience: Audience, body: str) -> None:
    token = current_request.set(RequestContext("<wang>", audience))
    try:
        text = shown()
    finally:
        current_request.reset(token)
    assert f"Signed in as &lt;wang&gt; · {body}" in text
    assert '<form class="who" method="post" action="/-/sign-out">' in text
    assert 'href="/account"' in text


def test_nobody_is_named_where_nobody_asks() -> None:
    assert shown().strip() == ""
