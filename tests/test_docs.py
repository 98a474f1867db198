"""Docs say what the program does."""

from __future__ import annotations

import csv
import re
import shlex
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from docs import update
from registry import yaml_loader
from registry.intake.config import read_config
from registry.intake.waivers import read_waivers
from registry.intake.word_list import read_words
from registry.model.effect import Effect
from registry.store.views import view_texts
from tests.command_lines import options_of
from tests.conftest import DATA, ROOT, Run

INSIDE = {
    "agreement_term_lists",
    "effect_names",
    "unofficial_field_lists",
    "agreement_state",
    "current_standing",
    "case_counts",
    "item_limits",
    "limit_deadlines",
    "untimed_case_counts",
    "zone_case_counts",
    "delegation_ancestors",
    "department_line_days",
    "derivations",
    "exercisable_days",
    "zone_holder_days",
    "agreement_stretches",
    "current_periods",
    "department_lines",
    "period_deadlines",
    "period_duties",
    "zone_holders",
    "delegation_agreements",
    "first_agreements",
    "first_proofs",
    "instrument_zones",
    "item_department_names",
    "obligation_dues",
    "obligation_gap",
    "obligation_state",
    "obligation_total",
    "required_terms",
}
READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("language", update.PAGES)
def test_every_command_has_its_help_in_the_docs(language: str) -> None:
    page = update.PAGES[language].read_text(encoding="utf-8")
    assert update.commands(page) == update.every_command(), "run `make docs`"
    assert update.completed(page) == page


def test_a_command_that_the_docs_lack_gets_its_place() -> None:
    page = update.PAGES["zh"].read_text(encoding="utf-8")
    for command in ("registry audit", "registry ledger import", "registry schema"):
        start = page.index(f"## {command}\n")
        end = page.find("\n## ", start)
        without = page[:start] + (page[end + 1 :] if end > 0 else "")
        assert command not in update.commands(without)
        assert update.commands(update.completed(without)) == update.every_command()


@pytest.mark.parametrize("language", update.PAGES)
def test_help_in_the_docs_is_the_program_s(run_apart: Callable[..., Run], language: str) -> None:
    page = update.PAGES[language].read_text(encoding="utf-8")
    assert update.updated(page, language) == page, "run `make docs`"
    alone = run_apart("audit", "--help", env={"REGISTRY_LANG": language, "COLUMNS": "80"})
    assert alone.stdout in page, "as alone in a process"


def test_the_chinese_pages_have_every_rule_and_every_column() -> None:
    assert update.CHINESE_RULES.read_text(encoding="utf-8") == update.chinese_rules()
    page = update.CHINESE_SQL.read_text(encoding="utf-8")
    assert page == update.chinese_tables(), "run `make docs`"
    assert "| `days_overdue` | 逾期日数 |" in page


def test_every_rule_has_its_page() -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in update.RULES.glob("*.md")}
    assert pages == update.rule_pages(), "run `make docs`"


def test_the_schemas_in_the_docs_are_the_program_s() -> None:
    folder = update.SCHEMAS
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert found == update.schemas(), "run `make docs`"


def test_the_demonstration_is_as_the_docs_say(built: Path) -> None:
    page = update.DEMONSTRATION.read_text(encoding="utf-8")
    assert page == update.demonstration_page(built), "run `make docs`"


def test_settings_in_the_docs_are_taken(tmp_path: Path) -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    (toml,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    words, waivers, effects = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "registry.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "waivers.yml").write_text(waivers, encoding="utf-8")
    (tmp_path / "words.yml").write_text(words, encoding="utf-8")
    assert read_words(tmp_path / "words.yml").means["水证"] == ["取水许可"]
    assert read_config(tmp_path / "registry.toml").ignore[0].rule == "SVC001"
    assert read_waivers(tmp_path / "waivers.yml")[0].subject == "1-09-hidz"
    (stated,) = yaml_loader.load_yaml(effects)["effects"]
    (row,) = csv.DictReader(re.findall(r"```csv\n(.*?)```", page, re.DOTALL)[0].splitlines())
    assert Effect.model_validate(stated) == Effect.model_validate(row)
    assert Effect.model_validate(stated).handover_on == "2024-07-15"


def test_every_view_and_column_is_documented(built: Path) -> None:
    page = (ROOT / "docs/sql.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+).*?\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    conn = sqlite3.connect(f"{built.as_uri()}?mode=ro", uri=True)
    try:
        for name in [*(set(view_texts()) - INSIDE), "workday"]:
            columns = [row[1] for row in conn.execute(f"PRAGMA table_info({name})")]
            documented = re.findall(r"^\| `(\w+)` \| (?=\S)", sections[name], re.MULTILINE)
            assert documented == columns, name
    finally:
        conn.close()
    assert all(f"`{name}`" in page for name in INSIDE)


def test_queries_in_the_docs_run(built: Path) -> None:
    page = (ROOT / "docs/sql.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    conn = sqlite3.connect(f"{built.as_uri()}?mode=ro", uri=True)
    try:
        answers = [conn.execute(sql).fetchall() for sql in block.split(";")[:-1]]
    finally:
        conn.close()
    assert len(answers) == 4
    assert answers[0], "what is overdue"
    assert answers[1] == [("2021-05-28", "settled")]
    assert answers[2], "agreements that lack a term"


def commands_of(page: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.usefixtures("data_root")  # the README tells of one instrument
def test_commands_of_the_readme_run(run: Callable[..., Run]) -> None:
    found = commands_of((ROOT / READMES[0]).read_text(encoding="utf-8"))
    assert len(found) >= 5
    run_all(run, found)


@pytest.mark.usefixtures("built_copy")  # `registry build`, which both name, makes the same
def test_what_the_chinese_readme_says_otherwise_runs(run: Callable[..., Run]) -> None:
    found, theirs = (commands_of((ROOT / name).read_text(encoding="utf-8")) for name in READMES)
    assert len(found) == len(theirs)
    run_all(run, [line for line in theirs if line not in found])


def run_all(run: Callable[..., Run], lines: list[str]) -> None:
    for line in lines:
        words = shlex.split(line)
        if words[0] == "registry" and "serve" not in words:
            done = run(*words[1:])
            assert done.rc in (0, 1), (line, done.stderr)


@pytest.mark.parametrize("name", READMES)
def test_make_targets_of_the_readme_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.findall(r"`make (\w+)`", (ROOT / name).read_text(encoding="utf-8"))
    assert {"run", "test"} <= set(found)
    for target in found:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.usefixtures("data_root")
@pytest.mark.parametrize("name", READMES)
def test_output_in_the_readme_is_the_program_s(run: Callable[..., Run], name: str) -> None:
    """The one screen of output is the beginning of what the program prints."""
    page = (ROOT / name).read_text(encoding="utf-8")
    language = "zh" if "zh" in name else "en"
    command, shown = re.findall(r"<!-- output of: (.*?) -->\n```\n(.*?)```", page, re.DOTALL)[0]
    env = {"REGISTRY_LANG": language, "COLUMNS": "80"}
    assert run("build", "--demo", "--data", DATA, env=env).rc == 0
    printed = run(*shlex.split(command)[1:], env=env).stdout
    assert printed.startswith(shown.rstrip("…\n"))


def test_links_between_docs_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)
            if page.is_relative_to(ROOT / "docs"):  # the site has no more than this folder
                assert (page.parent / target).resolve().is_relative_to(ROOT / "docs"), target


CHINESE = sorted([ROOT / "docs" / "index.md", *(ROOT / "docs" / "zh").glob("*.md")])
_SHOWN = re.compile(r"^(?:[$#] )?(?:\S+[/\\])?registry(?:\.cmd)? (?! )(.+?)(?: {3,}.*)?$")


@pytest.mark.parametrize("path", CHINESE, ids=lambda path: path.stem)
def test_commands_of_the_chinese_docs_are_there(path: Path) -> None:
    """Each command line that the page shows names a command and options that there are."""
    page = re.sub(
        r"<!-- help: .*?```\n.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", page, re.DOTALL | re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    lines += [" ".join(text.split()) for text in re.findall(r"`(registry [^`]+)`", page)]
    calls = [match[1] for line in lines if (match := _SHOWN.match(line)) and "…" not in line]
    calls = [call.split(" # ")[0] for call in calls]
    for call in calls:
        words = shlex.split(call)
        if not words[0].isdigit() and words[-1] != "\\":  # the first line of a checkpoint
            options_of(words)
    assert calls or path.stem in ("index", "security", "data")
