"""Problems in words, and how they are gathered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from registry import locale
from registry.intake.problems import MAX_PROBLEMS, InputError, Problem, ProblemLog, refuse
from registry.model.body_event import BodyEvent
from registry.model.effect import Effect
from registry.model.fields import LooseDate, TextList
from registry.validation import explain

PATH = Path("data/annex1.csv")


def test_a_problem_names_file_sheet_row_column_and_remedy() -> None:
    problem = Problem(PATH, "it is wrong", "Mend it.", 7, "mode", "表1")
    where = f"{PATH}, sheet 表1, row 7, column mode"
    assert str(problem) == f"{where}: it is wrong. Mend it."
    assert str(Problem(PATH, "it is wrong", "Mend it.")) == f"{PATH}: it is wrong. Mend it."


def test_refuse_raises_one_problem() -> None:
    with pytest.raises(InputError, match="it is wrong") as caught:
        refuse(PATH, "it is wrong", "Mend it.", row=3)
    assert caught.value.problems == [Problem(PATH, "it is wrong", "Mend it.", 3)]
    assert caught.value.more == 0


def test_a_log_without_problems_closes() -> None:
    ProblemLog(PATH, notes=["a remark"]).close()


@pytest.mark.parametrize("n", [1, MAX_PROBLEMS, MAX_PROBLEMS + 3])
def test_a_log_keeps_many_and_counts_the_rest(n: int) -> None:
    log = ProblemLog(PATH)
    for row in range(n):
        log.add("it is wrong", "Mend it.", row)
    with pytest.raises(InputError) as caught:
        log.close()
    assert [p.row for p in caught.value.problems] == list(range(min(n, MAX_PROBLEMS)))
    assert caught.value.more == max(0, n - MAX_PROBLEMS)


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    word: Literal["依申请", "依职权"] = "依申请"
    day: LooseDate = "2021-04-15"
    whole: int = Field(default=1, ge=1, le=99)
    real: float = Field(default=1, allow_inf_nan=False)
    code: Annotated[str, Field(pattern="^[a-z]+$")] = "a"
    names: TextList = []
    short: str = Field(default="", max_length=3)
    flag: bool = True


@pytest.mark.parametrize(
    ("field", "value", "what", "remedy"),
    [
        ("word", "依据", "“依据” is not a known value", "Use one of: 依申请, 依职权."),
        ("day", "2021-02-30", "“2021-02-30” is not a date of the calendar", "like 2021-05-28"),
        ("day", "2021/5/32", "“2021/5/32” is not a date of the calendar", "like 2021-05-28"),
        ("whole", "一", "“一” is not a number that fits", "Write a number."),
        ("whole", "1.5", "“1.5” is not a number that fits", "Write a number."),
        ("whole", 1.5, "“1.5” is not a number that fits", "Write a number."),
        ("whole", "0", "“0” is not a number that fits", "Write a number."),
        ("whole", "100", "“100” is not a number that fits", "Write a number."),
        ("whole", "1" * 5000, "is not a number that fits", "Write a number."),
        ("real", "x", "“x” is not a number that fits", "Write a number."),
        ("real", "inf", "“inf” is not a number that fits", "Write a number."),
        ("code", "A1", "“A1” does not have the right form", "The form is ^[a-z]+$."),
        ("names", "a;a", "names something twice", "Name it once."),
        ("short", "abcd", "longer than 3 characters", "Shorten it."),
        ("flag", "是", "“是” is neither yes nor no", "Write 1 or 0."),
        ("other", "x", "nothing of this name is known here", "Correct the name"),
        ("names", 5, "this is no list", "Begin each entry with a hyphen, or write [a, b]."),
    ],
)
def test_each_kind_of_error_in_words(field: str, value: Any, what: str, remedy: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate({field: value})
    (error,) = caught.value.errors(include_url=False)
    found = explain(error)
    assert what in found[0]
    assert remedy in found[1]


EFFECT = {"kind": "extends", "target": "a-1", "effective_on": "2026-01-01", "clause": "1"}
EVENT = {"what": "merged", "from": "市水利局", "on": "2026-01-01"}


@pytest.mark.parametrize(
    ("model", "data", "what"),
    [
        (Effect, EFFECT, "效力为 extends 的，应写明 until"),
        (
            Effect,
            {**EFFECT, "until": "2027-01-01", "handover_on": "2025-12-31"},
            "移交日期早于生效日期",
        ),
        (BodyEvent, EVENT, "merged 的机构变动，应写明 to"),
        (BodyEvent, {**EVENT, "what": "renamed", "name": "市水务局"}, "应写明 short_name"),
    ],
)
def test_what_an_effect_or_an_event_lacks_is_told_in_chinese(
    model: type[BaseModel], data: dict[str, str], what: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    (error,) = caught.value.errors(include_url=False)
    locale.use("zh")
    try:
        assert what in explain(error)[0]
    finally:
        locale.use("en")


def test_a_missing_value() -> None:
    error = {"type": "missing", "loc": ("name",), "input": {}, "msg": "Field required"}
    assert explain(error) == ("the cell is empty", "Fill it in.")


def test_chinese_problems_use_chinese_separators() -> None:
    locale.use("zh")
    try:
        assert f"{PATH}、" in str(Problem(PATH, "有误", "请更正。", 7))
    finally:
        locale.use("en")
