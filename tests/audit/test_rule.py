"""Rule files: what a header must say, and how codes select."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.audit.law import LAW
from registry.audit.rule import BUILT_IN, RuleError, UnknownRule, load_rules, select_rules
from registry.intake.instrument import read_instrument
from registry.intake.textfile import examine
from tests.conftest import DATA

HEADER = """code: X-TST001
name: test-rule
title: {zh: 测试, en: Test}
severity: low
clauses: [C01]
owed_by: [office]
remedy: {zh: 改, en: Mend}
message: {zh: 问题, en: Problem}
since: 0.1.0
"""


def write(folder: Path, header: str, sql: str = "SELECT 1") -> Path:
    path = folder / "TST001_test_rule.sql"
    path.write_text(f"/*\n{header}*/\n{sql}\n", encoding="utf-8")
    return path


def test_built_in_rules_are_those_of_the_design_and_named_after_their_files() -> None:
    rules = load_rules()
    assert len(rules) == 49
    assert len({rule.header.name for rule in rules}) == 49
    for rule in rules:
        name = f"{rule.code}_{rule.header.name.replace('-', '_')}.sql"
        assert (BUILT_IN / name).is_file()


def test_built_in_rules_cite_clauses_that_there_are() -> None:
    instrument = read_instrument(examine(DATA / "liaocheng-2021-8" / "instrument.yml"))
    known = {clause.id for clause in instrument.clauses} | set(LAW)
    for rule in load_rules():
        assert set(rule.header.clauses) <= known, rule.code


def test_a_rule_is_read(tmp_path: Path) -> None:
    write(tmp_path, HEADER, "SELECT 1;")
    (rule,) = load_rules(tmp_path)
    assert (rule.code, rule.sql, rule.header.title.zh) == ("X-TST001", "SELECT 1", "测试")


def test_the_digest_is_of_the_select_not_of_the_wording(tmp_path: Path) -> None:
    write(tmp_path, HEADER)
    (before,) = load_rules(tmp_path)
    write(tmp_path, HEADER.replace("测试", "别的"))
    (reworded,) = load_rules(tmp_path)
    write(tmp_path, HEADER, "SELECT 2")
    (changed,) = load_rules(tmp_path)
    assert before.digest == reworded.digest != changed.digest


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace("code: X-TST001", "code: T1"),
        HEADER.replace("name: test-rule", "name: Test Rule"),
        HEADER.replace("severity: low", "severity: grave"),
        HEADER.replace("clauses: [C01]", "clauses: []"),
        HEADER.replace("clauses: [C01]", "clauses: [Z9]"),
        HEADER.replace("owed_by: [office]", "owed_by: [nobody]"),
        HEADER.replace("zh: 测试, ", ""),
        HEADER + "colour: red\n",
        "code: [unclosed\n",
    ],
)
def test_a_bad_header_names_the_file(tmp_path: Path, header: str) -> None:
    path = write(tmp_path, header)
    with pytest.raises(RuleError) as error:
        load_rules(tmp_path)
    assert error.value.place == path


def test_a_code_of_one_s_own_begins_with_x_and_stands_once(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER.replace("X-TST001", "TST001"))
    with pytest.raises(RuleError, match="begins with X-"):
        load_rules(tmp_path)
    path.rename(tmp_path / "first.sql")
    (tmp_path / "first.sql").write_text(f"/*\n{HEADER}*/\nSELECT 1", encoding="utf-8")
    write(tmp_path, HEADER)
    with pytest.raises(RuleError, match="has the code X-TST001 too"):
        load_rules(tmp_path)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="holds no rule"):
        load_rules(tmp_path)


def test_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(RuleError, match="has no header"):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        ("AGR001", None, ["AGR001"]),
        ("law", None, ["LAW001", "LAW002", "LAW003", "LAW004"]),
        ("missing-seal, LAW", "LAW002", ["LAW001", "LAW003", "LAW004", "SEA001"]),
        ("CAL", "CAL001", []),
    ],
)
def test_codes_prefixes_and_names_select(select: str, ignore: str | None, codes: list[str]) -> None:
    assert [rule.code for rule in select_rules(load_rules(), select, ignore)] == codes


def test_without_selection_every_rule_runs() -> None:
    assert select_rules(load_rules(), None, None) == load_rules()


@pytest.mark.parametrize("word", ["XYZ", "AGR9", "missing"])
def test_a_word_that_selects_nothing_is_an_error(word: str) -> None:
    with pytest.raises(UnknownRule, match=word):
        select_rules(load_rules(), word, None)
    with pytest.raises(UnknownRule, match=word):
        select_rules(load_rules(), None, word)
