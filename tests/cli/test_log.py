"""`registry log`: changes, and the life of an item or a row, in words of both languages."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from registry.locale import LANGUAGES, Language, use
from registry.locale.log_labels import logged_column_label, logged_value_label
from tests.conftest import Run

Runner = Callable[..., Run]
TOLD_OF = (
    *("item", "item_department", "item_listing", "item_unofficial_field", "delegation"),
    *("agreement", "agreement_contains", "agreement_item", "deliverable", "guidance_request"),
    *("service_reduction", "power", "item_power"),
)
UNTOLD = {"no", "name_key"}


@pytest.fixture
def db(built_copy: Path) -> Path:
    """The demonstration, in the folder where commands run."""
    return built_copy


@pytest.fixture(autouse=True)
def _english_again() -> object:
    yield
    use("en")


def columns(db: Path) -> set[str]:
    with closing(sqlite3.connect(db)) as conn:
        return {
            column
            for table in TOLD_OF
            for (column,) in conn.execute("SELECT name FROM pragma_table_info(?)", (table,))
        } - UNTOLD


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_that_may_be_told_has_a_label(built: Path, language: Language) -> None:
    use(language)
    for column in columns(built):
        label = logged_column_label(column)
        assert "_" not in label, column
        assert language == "en" or re.search("[\u4e00-\u9fff]", label), column
    assert logged_column_label("something_else") == "something_else"


def test_codes_are_told_in_words() -> None:
    use("zh")
    assert logged_value_label("provenance", "demonstration") == "演示数据，非正式文件"
    assert logged_value_label("field", "scope") == "权限"
    assert logged_value_label("scope_basis", "text") == "正文所载"
    assert logged_value_label("counts_in_total", 1) == "是"
    assert logged_value_label("number", "示例1号") is None


@pytest.mark.parametrize("key", ["1-07", "P-1", "G-1", "S-1", "示例〔2021〕004号"])
def test_what_became_of_it_is_told_without_a_word_of_the_program(
    run: Runner, db: Path, key: str
) -> None:
    text = run("--lang", "zh", "log", key).stdout
    assert "登记" in text
    bare = re.sub(r"https?:\S+|\S+\.(?:pdf|html)|liaocheng-\S+", "", "".join(text.split()))
    assert not re.findall("[a-z]+_[a-z]+|provenance|demonstration", bare), text


def test_a_change_is_told_from_what_to_what(run: Runner, db: Path) -> None:
    number = "示例〔2021〕004号"
    assert run("void", "agreement", number, "--why", "重复登记", "--by", "张三").rc == 0
    chinese = run("--lang", "zh", "log", number).stdout
    flat = "".join(chinese.split())
    assert "作废原因（空）→重复登记" in flat
    assert "作废人（空）→张三" in flat
    english = "".join(run("--lang", "en", "log", number).stdout.split())
    assert "void:why(nothing)→重复登记" in english
    assert "signedon2021-05-13" in english
    told = json.loads(run("log", number, "--format", "json").stdout)
    ended = told[-1]["rows"][-1]
    assert (ended["before"]["voided_why"], ended["after"]["voided_why"]) == (None, "重复登记")


def test_changes_name_the_kinds_of_rows(run: Runner, db: Path) -> None:
    text = "".join(run("--lang", "zh", "log").stdout.split())
    assert "佐证的任务" in text
