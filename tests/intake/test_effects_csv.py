"""effects.csv: the effects of an instrument as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.intake.dataset import InstrumentFolder, open_instrument_folder
from registry.intake.problems import InputError
from registry.locale import Language, use
from registry.model.effect import Effect
from tests.conftest import SmallRoot, write_csv
from tests.store.test_effects import LATER

WITHDRAWS = {
    **{"kind": "withdraws", "target": "test-1", "items": "1-01；annex:2", "delegates": "east"},
    **{"effective_on": "2022/4/1", "handover_on": "", "transition": "former-finishes"},
    **{"to": "", "clause": "一"},
}
EXTENDS = {
    **{"kind": "extends-to", "target": "test-1", "to": "south;north", "items": ""},
    **{"effective_on": "2022-04-01", "clause": "一"},
}


def folder(path: Path, *rows: dict[str, Any], encoding: str = "utf-8", **stated: Any) -> Path:
    """A later instrument whose effects stand in a table."""
    made = path / "later"
    made.mkdir(exist_ok=True)
    text = yaml.safe_dump({**LATER, **stated}, allow_unicode=True)
    (made / "instrument.yml").write_text(text, encoding="utf-8")
    write_csv(made / "effects.csv", rows, encoding)
    return made


def refused(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        open_instrument_folder(path)
    return [message.replace(f"{path}/", "") for message in caught.value.messages()]


def test_a_row_is_an_effect_as_in_yaml(tmp_path: Path) -> None:
    opened: InstrumentFolder = open_instrument_folder(folder(tmp_path, WITHDRAWS, EXTENDS))
    assert [effect.model_dump(exclude_defaults=True) for effect in opened.instrument.effects] == [
        {
            **{"kind": "withdraws", "target": "test-1", "items": ["1-01", "annex:2"]},
            **{"delegates": ["east"], "effective_on": "2022-04-01"},
            **{"transition": "former-finishes", "clause": "一"},
        },
        {
            **{"kind": "extends-to", "target": "test-1", "effective_on": "2022-04-01"},
            **{"to": ["south", "north"], "clause": "一"},
        },
    ]
    assert opened.effects is not None
    assert [file.path.name for file in opened.stating_files()] == ["instrument.yml", "effects.csv"]
    assert opened.notes == ()


def test_columns_are_the_keys_of_an_effect(tmp_path: Path) -> None:
    path = folder(tmp_path, dict.fromkeys(Effect.model_fields, ""))
    assert open_instrument_folder(path).instrument.effects == []


@pytest.mark.parametrize(
    ("row", "english", "chinese"),
    [
        (
            {"kind": "repeals"},
            "effects.csv, row 2, column kind: “repeals” is not a known value. Use one of",
            "effects.csv、第2行、kind列：",
        ),
        (
            {"effective_on": "4/1/2022"},
            "effects.csv, row 2, column effective_on: “4/1/2022” can be read as more than one",
            "effects.csv、第2行、effective_on列：",
        ),
        (
            {"kind": "extends-to"},
            "effects.csv, row 2, column to: an effect that extends-to states to. State what is",
            "effects.csv、第2行、to列：",
        ),
        (
            {"handover_on": "2022-03-01"},
            "effects.csv, row 2, column handover_on: the handover comes before the effect.",
            "effects.csv、第2行、handover_on列：",
        ),
        (
            {"items": "第一项"},
            "effects.csv, row 2, column items: “第一项” does not have the right form.",
            "effects.csv、第2行、items列：",
        ),
        (
            {"target": ""},
            "effects.csv, row 2, column target: the cell is empty. Fill it in.",
            "effects.csv、第2行、target列：",
        ),
        (
            {"clause": "二"},
            "effects.csv, row 2, column clause: instrument.yml has no clause 二. Use one of: 一.",
            "effects.csv、第2行、clause列：instrument.yml 中没有条款“二”。可用值：一。",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(
    tmp_path: Path, row: dict[str, str], english: str, chinese: str
) -> None:
    path = folder(tmp_path, WITHDRAWS | row)
    languages: tuple[tuple[Language, str], ...] = (("en", english), ("zh", chinese))
    try:
        for language, text in languages:
            use(language)
            (found,) = refused(path)
            assert found.startswith(text)
    finally:
        use("en")


def test_a_missing_column(tmp_path: Path) -> None:
    path = folder(tmp_path, {"kind": "withdraws", "target": "test-1", "clause": "一"})
    (found,) = refused(path)
    assert found.startswith("effects.csv, row 1, column effective_on: the table has no column")


def test_effects_stand_in_one_place(tmp_path: Path) -> None:
    effect = {"kind": "suspends", "target": "test-1", "effective_on": "2022-04-01", "clause": "一"}
    (found,) = refused(folder(tmp_path, WITHDRAWS, effects=[effect]))
    assert found == (
        "effects.csv: instrument.yml states effects as well. State them in one of the two files,"
        " and take them out of the other."
    )


def test_a_build_takes_them_and_says_what_it_passed_over(small_root: SmallRoot) -> None:
    row = {**WITHDRAWS, "备注": "甲"}
    folder(small_root.path, row, encoding="gb18030")
    result = small_root.build("2022-04-01")
    assert [note.rpartition("/")[2] for note in result.notes] == [
        "effects.csv: read as GB18030; UTF-8 is the registry's own encoding",
        "effects.csv: columns not known, and not read: 备注",
    ]
    conn = small_root.open("2022-04-01", fresh=True)
    assert conn.execute(
        "SELECT conferral FROM delegations WHERE id IN ('1-01-east', '1-01-west') ORDER BY id"
    ).fetchall() == [("已收回",), ("已赋权",)]
    assert ("later/effects.csv",) in conn.execute("SELECT path FROM source_file").fetchall()
