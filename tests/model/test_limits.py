"""Plain dataclasses whose limits pydantic reads when something from outside is to be checked."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from registry.model.checking import checked
from registry.model.config import Config
from registry.model.limits import Bilingual, Limits, Name, PlainText, Strict
from tests.conftest import ROOT


@dataclass(frozen=True)
class Sample(Strict):
    """A dataclass as ours are."""

    name: Name
    note: PlainText | None = None
    days: Annotated[int, Limits(ge=1, le=250)] = 10
    texts: list[Bilingual] = field(default_factory=list)


def test_what_is_right_is_taken_and_stripped() -> None:
    stated = {"name": " 甲\u3000", "days": "5", "texts": [{"zh": "乙 ", "en": "b"}]}
    assert checked(Sample, stated) == Sample("甲", days=5, texts=[Bilingual("乙", "b")])


@pytest.mark.parametrize(
    ("change", "kind", "place"),
    [
        ({"name": ""}, "string_too_short", ("name",)),
        ({"name": "甲" * 501}, "string_too_long", ("name",)),
        ({"note": ""}, "string_too_short", ("note",)),
        ({"texts": [{"zh": "甲", "en": ""}]}, "string_too_short", ("texts", 0, "en")),
        ({"days": 0}, "greater_than_equal", ("days",)),
        ({"days": 251}, "less_than_equal", ("days",)),
        ({"note": "a\x00"}, "control_character", ("note",)),
        ({"texts": [{"zh": "甲"}]}, "missing", ("texts", 0, "en")),
        ({"texts": [{"zh": "甲", "en": "a", "fr": "b"}]}, "unexpected_keyword_argument", None),
        ({"other": 1}, "unexpected_keyword_argument", ("other",)),
        ({"texts": [5]}, "dataclass_type", ("texts", 0)),
    ],
)
def test_what_is_not_is_refused(
    change: dict[str, Any], kind: str, place: tuple[Any, ...] | None
) -> None:
    with pytest.raises(ValidationError) as failure:
        checked(Sample, {"name": "甲"} | change)
    (error,) = failure.value.errors()
    assert error["type"] == kind
    assert place in (None, error["loc"])


def test_limits_stand_in_the_schema() -> None:
    properties = TypeAdapter(Sample).json_schema()["properties"]
    assert (properties["days"]["minimum"], properties["days"]["maximum"]) == (1, 250)
    assert properties["name"]["maxLength"] == 500


def test_the_defaults_are_what_an_empty_file_says() -> None:
    assert checked(Config, {}) == Config()


def test_they_need_no_pydantic() -> None:
    code = (
        "import sys; sys.modules['pydantic'] = sys.modules['pydantic_core'] = None\n"
        "import registry.model.config, registry.model.rule_header; registry.model.config.Config()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
