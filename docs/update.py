"""Writes anew what docs take from the program: help texts, and a page a rule: `make docs`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import click

from registry.audit.coverage import instrument_rules
from registry.audit.engine import run_audit
from registry.audit.rule import Rule, load_rules
from registry.cli import cli
from registry.cli.base import COMMANDS
from registry.intake.dataset import open_data_root
from registry.intake.instrument import read_instrument
from registry.intake.law import read_laws
from registry.intake.textfile import examine
from registry.model.duty_check import GENERAL_CODES
from registry.model.instrument import Instrument
from registry.model.schema import SchemaName, json_schema
from registry.model.vocabulary import PROVENANCES, Status
from registry.store.build import build
from registry.store.connection import connect
from registry.yaml_loader import load_yaml

DOCS = Path(__file__).parent
PAGES = {"en": DOCS / "cli.md", "zh": DOCS / "zh" / "cli.md"}
CHINESE_RULES = DOCS / "zh" / "rules.md"
CHINESE_SQL = DOCS / "zh" / "sql.md"
ROOT = DOCS.parent
METADATA = (ROOT / "datasette-metadata.yml", ROOT / "registry" / "internal" / "metadata.yml")
DEMONSTRATION = Path(__file__).with_name("demonstration.md")
DAYS = ("2021-06-30", "2021-12-31")
COUNTED: tuple[Status, ...] = ("ok", "pending", "alarm", "skip", "manual")
RULES = Path(__file__).with_name("rules")
LAWS = ROOT / "data" / "law.yml"
INSTRUMENT = ROOT / "data" / "liaocheng-2021-8" / "instrument.yml"
SCHEMAS = Path(__file__).with_name("schema")
SCHEMA_NAMES: tuple[SchemaName, ...] = ("instrument", "waivers", "registry")
SEVERITIES = {"high": "高", "medium": "中", "low": "低", "info": "提示"}
_BLOCK = re.compile(
    r"(?P<head><!-- help: (?P<command>.*?) -->\n```\n)(?P<text>.*?)(?P<tail>```\n)", re.DOTALL
)


_HELPS = """
import contextlib, io, json, sys
from registry.cli import main
helps = {}
for command in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as stream, contextlib.suppress(SystemExit):
        main([*command.split()[1:], "--help"])
    helps[command] = stream.getvalue()
print(json.dumps(helps))
"""


def helps_of(commands: list[str], language: str) -> dict[str, str]:
    """Command → its help, as an 80-column terminal shows it.

    One process for all, of one language: click keeps the first that it was asked in.
    """
    done = subprocess.run(
        [sys.executable, "-c", _HELPS, *commands],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "REGISTRY_LANG": language, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    helps: dict[str, str] = json.loads(done.stdout)
    return helps


def every_command() -> list[str]:
    """Every command of the program, in the order of its help."""
    found = ["registry"]
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        members = command.list_commands(context) if isinstance(command, click.Group) else ()
        found += [f"registry {name}", *(f"registry {name} {member}" for member in members)]
    return found


def commands(page: str) -> list[str]:
    """Commands whose help the page shows."""
    return [match["command"] for match in _BLOCK.finditer(page)]


def updated(page: str, language: str = "en") -> str:
    """The page with every help block as the program has it now."""
    helps = helps_of(commands(page), language)
    return _BLOCK.sub(lambda m: m["head"] + helps[m["command"]] + m["tail"], page)


def completed(page: str) -> str:
    """The page with an empty help block for each command that it lacks, in the program's order."""
    every = every_command()
    for before, command in pairwise(every):
        if command not in commands(page):
            (known,) = (m for m in _BLOCK.finditer(page) if m["command"] == before)
            heading = page.find("\n## ", known.end())
            at = len(page) if heading < 0 else heading
            block = f"\n## {command}\n\n<!-- help: {command} -->\n```\n```\n"
            page = page[:at] + block + page[at:]
    return page


def schemas() -> dict[str, str]:
    """File name → JSON Schema of each file that an office writes by hand."""
    return {
        f"{name}.schema.json": json.dumps(json_schema(name), ensure_ascii=False, indent=2) + "\n"
        for name in SCHEMA_NAMES
    }


def rule_pages() -> dict[str, str]:
    """File name → page, of every built-in rule, and an index of them."""
    instrument = read_instrument(examine(INSTRUMENT))
    laws = read_laws(examine(LAWS))
    clauses = {c.id: f"{c.heading}：{c.text}" for c in instrument.clauses}
    clauses |= {id_: law.citation for id_, law in laws.items()}
    files = {rule.code: rule for rule in load_rules()}
    expanded = {rule.code: rule for rule in instrument_rules(files.values(), [instrument])}
    rules = [rule for _code, rule in sorted((files | expanded).items())]
    cited = {rule.code: _cited(rule, instrument) for rule in rules}
    pages = {
        f"{rule.code}.md": _rule_page(rule, {c: clauses[c] for c in cited[rule.code]})
        for rule in rules
    }
    lines = ["# Rules", "", "| code | name | severity | clauses | checks |", "|---|" + "---|" * 4]
    lines += [
        f"| [{rule.code}]({rule.code}.md) | {rule.header.name} | {rule.header.severity}"
        f" | {' '.join(cited[rule.code])} | {rule.header.title.zh} · {rule.header.title.en} |"
        for rule in rules
    ]
    pages["README.md"] = "\n".join(lines) + "\n"
    return pages


def chinese_rules() -> str:
    """The page 规则: the rules in Chinese, each with a link to its own page."""
    instrument = read_instrument(examine(INSTRUMENT))
    files = {rule.code: rule for rule in load_rules()}
    files |= {rule.code: rule for rule in instrument_rules(files.values(), [instrument])}
    lines = [
        f"| [{code}](../rules/{code}.md) | {rule.header.title.zh}"
        f" | {SEVERITIES[rule.header.severity]} | {rule.header.remedy.zh.strip()} |"
        for code, rule in sorted(files.items())
    ]
    page = CHINESE_RULES.read_text(encoding="utf-8")
    return _replaced(page, "rules", "| 编号 | 检查什么 | 严重程度 | 怎么整改 |", lines)


def chinese_tables() -> str:
    """The page SQL: every table and column that the internal site's SQL page knows."""
    lines: list[str] = []
    for path in METADATA:
        for name, table in load_yaml(path.read_bytes())["databases"]["catalogue"]["tables"].items():
            if "columns" not in table:
                continue
            lines += [f"| **`{name}`** | **{table['title']}** | {table.get('description', '')} |"]
            for column, text in table["columns"].items():
                heading, _colon, meaning = text.partition("：")
                lines.append(f"| `{column}` | {heading} | {meaning} |")
    page = CHINESE_SQL.read_text(encoding="utf-8")
    return _replaced(page, "tables", "| 名称 | 中文 | 说明 |", lines)


def _replaced(page: str, name: str, head: str, lines: list[str]) -> str:
    """The page with a table between the marks of such a name."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _start, rest = page.partition(start)
    _old, _end, after = rest.partition(end)
    rule = "|---" * (head.count("|") - 1) + "|"
    return before + start + "\n".join([head, rule, *lines]) + "\n" + end + after


def _cited(rule: Rule, instrument: Instrument) -> list[str]:
    """Ids of what a rule rests on: clauses of the shipped instrument, and articles."""
    if rule.header.code in GENERAL_CODES.values():
        return []  # of each duty its own
    duties = {duty for _instrument, duty in rule.duties}
    found = [c for duty in instrument.duties if duty.id in duties for c in duty.clauses]
    found += [clause.id for clause in instrument.clauses if rule.code in clause.rules]
    return [*dict.fromkeys(found), *rule.header.law]


def _rule_page(rule: Rule, clauses: dict[str, str]) -> str:
    header = rule.header
    cited = "\n".join(f"- {clause} {text}" for clause, text in clauses.items())
    cited = cited or "Those that the duty names in its instrument."
    return (
        f"# {rule.code} {header.name}\n\n{header.title.zh} · {header.title.en}\n\n"
        f"Severity: {header.severity}. Owed by: {', '.join(header.owed_by)}."
        f"{f' Since {header.since}.' if header.since else ''}\n\n"
        f"## Clause\n\n{cited}\n\n"
        f"## How to mend\n\n{header.remedy.zh}\n\n{header.remedy.en}\n\n"
        f"## What a finding says\n\n> {header.message.zh}\n\n> {header.message.en}\n\n"
        "## What is examined\n\nA row for every subject; `ok`, `pending`, `alarm`, `skip` or"
        f" `manual`.\n\n```sql\n{rule.listing}\n```\n"
    )


def demonstration_page(db: Path) -> str:
    """What each rule makes of the demonstration on two days; `db` is of the shipped data."""
    text = (
        "# The demonstration, rule by rule\n\nWhat `registry audit --format json` counts of the"
        " shipped lists (a reconstruction) and the shipped ledger (a demonstration).\n"
    )
    for day in DAYS:
        conn = connect(db)
        try:
            audit = run_audit(conn, load_rules(), day)
        finally:
            conn.close()
        text += f"\n## As of {day}\n\n| rule | examined | {' | '.join(COUNTED)} |\n"
        text += "|---|" + "---:|" * (len(COUNTED) + 1) + "\n"
        for result in audit.results:
            counts = " | ".join(f"{result.counts[status]:,}" for status in COUNTED)
            text += f"| {result.code} {result.name} | {result.examined:,} | {counts} |\n"
    return text


def _build(folder: Path) -> Path:
    path = folder / "registry.db"
    data = open_data_root(INSTRUMENT.parents[1])
    told = [folder for folder in data.instruments if folder.file.path == INSTRUMENT]
    build(path, replace(data, instruments=told), accepted=PROVENANCES, now=datetime(2021, 6, 30))
    return path


def update_pictures(folder: Path) -> None:
    """Draw the pictures of the READMEs anew; needs Chromium. `folder`: a place to work in."""
    from playwright.sync_api import sync_playwright

    from docs import draw_pictures
    from registry.catalogue.projection import PUBLIC
    from registry.catalogue.server import make_app
    from registry.site.projection import publish
    from registry.site.server import read_metadata
    from tests.browsing import serving
    from tests.conftest import CHROMIUM_OPTIONS, find_chromium

    db = _build(folder)
    publish(db, folder / "demo.db", projection=PUBLIC, as_of=draw_pictures.AS_OF, demo=True)
    metadata = read_metadata(METADATA[0])
    with serving(make_app(folder / "demo.db", metadata).app()) as site, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        pictures = draw_pictures.draw(browser, site, db, folder)
        browser.close()
    for name, content in pictures.items():
        (draw_pictures.PICTURES / name).write_bytes(content)


if __name__ == "__main__":
    if "--pictures" in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            update_pictures(Path(folder))
        sys.exit()
    with tempfile.TemporaryDirectory() as folder:
        DEMONSTRATION.write_text(demonstration_page(_build(Path(folder))), encoding="utf-8")
    RULES.mkdir(exist_ok=True)
    for old in RULES.glob("*.md"):
        old.unlink()
    for name, page in rule_pages().items():
        (RULES / name).write_text(page, encoding="utf-8")
    SCHEMAS.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")
    CHINESE_RULES.write_text(chinese_rules(), encoding="utf-8")
    CHINESE_SQL.write_text(chinese_tables(), encoding="utf-8")
    for language, page_file in PAGES.items():
        page = completed(page_file.read_text(encoding="utf-8"))
        page_file.write_text(updated(page, language), encoding="utf-8")
