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
from pathlib import Path

from registry.audit.coverage import instrument_rules
from registry.audit.engine import run_audit
from registry.audit.rule import Rule, load_rules
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

PAGE = Path(__file__).with_name("cli.md")
DEMONSTRATION = Path(__file__).with_name("demonstration.md")
DAYS = ("2021-06-30", "2021-12-31")
COUNTED: tuple[Status, ...] = ("ok", "pending", "alarm", "skip", "manual")
RULES = Path(__file__).with_name("rules")
LAWS = PAGE.parents[1] / "data" / "law.yml"
INSTRUMENT = PAGE.parents[1] / "data" / "liaocheng-2021-8" / "instrument.yml"
SCHEMAS = Path(__file__).with_name("schema")
SCHEMA_NAMES: tuple[SchemaName, ...] = ("instrument", "waivers", "registry")
_BLOCK = re.compile(
    r"(?P<head><!-- help: (?P<command>.*?) -->\n```\n)(?P<text>.*?)(?P<tail>```\n)", re.DOTALL
)


def help_of(command: str) -> str:
    """The English help of a command, as an 80-column terminal shows it."""
    environment = {**os.environ, "REGISTRY_LANG": "en", "COLUMNS": "80"}
    arguments = [word for word in command.split() if word != "registry"]
    done = subprocess.run(
        [sys.executable, "-m", "registry", *arguments, "--help"],
        capture_output=True,
        encoding="utf-8",
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    return done.stdout


def commands(page: str) -> list[str]:
    """Commands whose help the page shows."""
    return [match["command"] for match in _BLOCK.finditer(page)]


def updated(page: str) -> str:
    """The page with every help block as the program has it now."""
    return _BLOCK.sub(lambda m: m["head"] + help_of(m["command"]) + m["tail"], page)


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
        f" `manual`.\n\n```sql\n{rule.sql}\n```\n"
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


if __name__ == "__main__":
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
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
