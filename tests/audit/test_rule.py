"""Rule files: what a header must say, and how codes select."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.audit.coverage import instrument_rules
from registry.audit.rule import (
    Rule,
    RuleError,
    UnknownRule,
    load_rules,
    select_rules,
)
from registry.audit.rule_headers import BUILT_IN
from registry.intake.instrument import read_instrument
from registry.intake.textfile import examine
from registry.model.instrument import Instrument
from registry.model.limits import Bilingual
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


def _shipped() -> Instrument:
    return read_instrument(examine(DATA / "liaocheng-2021-8" / "instrument.yml"))


def shipped_rules() -> list[Rule]:
    return instrument_rules(load_rules(), [_shipped()])


def write(folder: Path, header: str, sql: str = "SELECT 1") -> Path:
    path = folder / "TST001_test_rule.sql"
    path.write_text(f"/*\n{header}*/\n{sql}\n", encoding="utf-8")
    return path


def test_built_in_rules_are_those_of_the_design_and_named_after_their_files() -> None:
    rules = load_rules()
    assert len(rules) == 70
    assert len({rule.header.name for rule in rules}) == 70
    for rule in rules:
        name = f"{rule.code}_{rule.header.name.replace('-', '_')}.sql"
        assert (BUILT_IN / name).is_file()


def test_built_in_rules_rest_on_clauses_that_name_them_on_law_or_on_nothing() -> None:
    named = {code for clause in _shipped().clauses for code in clause.rules}
    for rule in load_rules():
        header = rule.header
        assert header.clauses == [], "which clauses is an instrument's to say"
        assert rule.code in named or header.law or header.general or header.check, rule.code
    assert named <= {rule.code for rule in load_rules()}


def test_the_shipped_duties_keep_their_codes_names_and_severities() -> None:
    rules = {rule.code: rule for rule in shipped_rules()}
    assert len(rules) == 46 + 6 + 11 + 12 + 8 + 4, (
        "with DUT002, AGR008, AGR009, AGR010, HIS001 and HIS002; CHN, INS and BOD; CSE;"
        " PER and LAW006; EVL"
    )
    assert rules["AGR001"].names == {"missing-agreement"}
    assert (rules["AGR001"].header.severity, rules["AGR002"].header.severity) == ("high", "info")
    assert rules["GDE002"].header.title.zh == "服务指南逾期完成"
    of = {duty for _instrument, duty in rules["DUT002"].duties}
    assert of == {
        *("seal", "platform-access", "portal-notice", "public-notice"),
        *("powers-list-removal", "system-removal"),
    }
    header = rules["DUT002"].header_of("liaocheng-2021-8", "seal")
    assert (header.title.zh, header.owed_by) == ("二号章逾期完成", ["department"])
    assert rules["DUT002"].header_of("liaocheng-2021-8", None).title.zh == "配套任务逾期完成"


def test_the_general_texts_are_those_of_the_files() -> None:
    """The model makes a duty's texts from its name as the files for duties have them."""
    for rule in load_rules():
        if rule.header.check:
            duty = _shipped().duties[1].model_copy(update={"name": Bilingual(zh="甲", en="a")})
            bare = type(duty).model_validate(
                duty.model_dump(exclude={"titles", "messages", "remedies", "names", "severities"})
            )
            (check,) = (c for c in bare.checks("x") if c.check == rule.header.check)
            for language in ("zh", "en"):
                template = getattr(rule.header.message, language)
                name = getattr(duty.name, language)
                made = getattr(check.message, language)
                assert made == template.replace("{duty_name}", name)
            assert (check.name, check.severity) == (rule.header.name, rule.header.severity)


def test_a_rule_is_read(tmp_path: Path) -> None:
    write(tmp_path, HEADER, "SELECT 1;")
    (rule,) = load_rules(tmp_path)
    assert (rule.code, rule.sql, rule.header.title.zh) == ("X-TST001", "SELECT 1", "测试")


@pytest.mark.parametrize("ground", ["clauses: [二（三）-1]", "law: [L1]", "general: true"])
def test_a_rule_of_one_s_own_says_what_it_rests_on(tmp_path: Path, ground: str) -> None:
    write(tmp_path, HEADER.replace("clauses: [C01]", ground))
    assert load_rules(tmp_path)[0].code == "X-TST001"
    write(tmp_path, HEADER.replace("clauses: [C01]\n", ""))
    with pytest.raises(RuleError, match="does not say what it rests on"):
        load_rules(tmp_path)


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
        HEADER.replace("clauses: [C01]", "clauses: ['C01;C02']"),
        HEADER.replace("clauses: [C01]", "law: [C01]"),
        HEADER.replace("clauses: [C01]", "check: missing"),
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
        ("law", None, ["LAW001", "LAW002", "LAW003", "LAW004", "LAW006"]),
        ("missing-seal, LAW", "LAW002", ["LAW001", "LAW003", "LAW004", "LAW006", "SEA001"]),
        ("CAL", "CAL001", []),
    ],
)
def test_codes_prefixes_and_names_select(select: str, ignore: str | None, codes: list[str]) -> None:
    assert [rule.code for rule in select_rules(shipped_rules(), select, ignore)] == codes


def test_without_selection_every_rule_runs() -> None:
    assert select_rules(load_rules(), None, None) == load_rules()


@pytest.mark.parametrize("word", ["XYZ", "AGR9", "missing"])
def test_a_word_that_selects_nothing_is_an_error(word: str) -> None:
    with pytest.raises(UnknownRule, match=word):
        select_rules(load_rules(), word, None)
    with pytest.raises(UnknownRule, match=word):
        select_rules(load_rules(), None, word)
