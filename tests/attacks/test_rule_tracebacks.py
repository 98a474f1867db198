"""Hostile or careless rules of an office: populations, odd values, headers in other commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.attacking import clean, contents, refused
from tests.running import Run

pytestmark = pytest.mark.long

HEADER = """/*
code: X-ABC001
name: my-rule
title: {zh: 我的, en: Mine}
severity: low
clauses: [C01]
owed_by: [office]
remedy: {zh: 改, en: Mend}
message: {zh: "MESSAGE", en: "MESSAGE"}
since: "0.1"
MORE*/
"""
SELECT = (
    "SELECT 'test-1' AS instrument, 'item' AS subject_type, id AS subject_id,"
    " 'alarm' AS status, NULL AS due_on FROM item LIMIT 5"
)


def write(
    folder: Path, text: str, *, name: str = "r.sql", message: str = "x", more: str = ""
) -> None:
    """Write a rule into <folder>/rules."""
    (folder / "rules").mkdir(exist_ok=True)
    header = HEADER.replace("MESSAGE", message).replace("MORE", more)
    (folder / "rules" / name).write_text(header + text, encoding="utf-8")
    (folder / "registry.toml").write_text("[rules]\nseconds = 2\n", encoding="utf-8")


AUDIT = (
    "audit",
    "--as-of",
    "2021-07-30",
    "--fail-on",
    "never",
    "--select",
    "X-",
    "--rules",
    "rules",
)

POPULATIONS = {
    "no column": "SELECT 1 AS n",
    "no instrument": "SELECT 1 AS subjects",
    "text": "SELECT 'many' AS subjects, 'test-1' AS instrument",
    "NULL": "SELECT NULL AS subjects, 'test-1' AS instrument",
    "fraction": "SELECT 1.5 AS subjects, 'test-1' AS instrument",
    "infinite": "SELECT 9e999 AS subjects, 'test-1' AS instrument",
    "blob": "SELECT x'ff' AS subjects, 'test-1' AS instrument",
    "overflow": "SELECT 9223372036854775807 AS subjects, 'test-1' AS instrument"
    " UNION ALL SELECT 9223372036854775807, 'test-1'",
    "NULL instrument": "SELECT 7 AS subjects, NULL AS instrument",
    "unknown instrument": "SELECT 7 AS subjects, 'nope' AS instrument",
    "two statements": "SELECT 7 AS subjects, 'test-1' AS instrument; DROP TABLE item",
    "writes": "DELETE FROM item RETURNING 1 AS subjects, 'test-1' AS instrument",
    "attaches": "ATTACH 'x.db' AS x",
    "endless": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
    " SELECT x AS subjects, 'test-1' AS instrument FROM c",
    "no SQL": "plenty",
    "empty": "",
}


@pytest.mark.parametrize("kind", POPULATIONS)
def test_population_of_a_rule(
    lived: Path, tmp_path: Path, run: Callable[..., Run], kind: str
) -> None:
    """What a header states as `population` is checked as the rule's SELECT is."""
    before = contents(lived)
    write(tmp_path, SELECT, more=f'population: "{POPULATIONS[kind]}"\n')
    ended = run(*AUDIT)
    clean(ended, 2)
    refused(ended, "r.sql")
    assert contents(lived) == before
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize("population", ["3", "[SELECT]", "{zh: a}", "null", "true"])
def test_population_that_is_no_text(
    lived: Path, tmp_path: Path, run: Callable[..., Run], population: str
) -> None:
    """A header's `population` of another type is told with file and key, or is none at all."""
    write(tmp_path, SELECT, more=f"population: {population}\n")
    ended = run(*AUDIT)
    clean(ended, *([0, 2] if population == "null" else [2]))
    if ended.rc == 2:
        refused(ended, "r.sql", "population")


VALUES = {
    "not UTF-8": "CAST(x'61eda080ff' AS TEXT)",
    "NUL": "'a' || char(0) || 'b'",
    "controls": "char(27) || '[31mred' || char(13) || char(10) || 'next'",
    "turned round": "char(8238) || 'gpj.exe'",
    "not XML": "char(65534) || char(11) || char(8)",
    "markup": "'<script>alert(1)</script>|' || char(10) || '# heading'",
    "formula": "'=cmd|''/c calc''!A1'",
    "huge number": "9223372036854775807",
    "fraction": "1.5",
    "infinite": "9e999",
    "empty": "''",
    "blank": "' '",
    "long": "printf('%.*c', 150000, 'x')",
}


FORMS = ["table", "json", "csv", "html", "markdown", "xlsx"]


@pytest.mark.parametrize(
    ("kind", "form"), [*zip(VALUES, [*FORMS, "xlsx", "html", *FORMS], strict=False)]
)
def test_odd_values_in_every_format(
    lived: Path, tmp_path: Path, run: Callable[..., Run], kind: str, form: str
) -> None:
    """A subject and a message of odd characters are refused, or written as the format wants."""
    sql = SELECT.replace("id AS subject_id", f"{VALUES[kind]} AS subject_id, {VALUES[kind]} AS odd")
    write(tmp_path, sql.replace("LIMIT 5", "LIMIT 1"), message="about {odd}")
    ended = run(*AUDIT, "--format", form, "-o", "out")
    clean(ended, 0, 2)
    if ended.rc == 2:
        refused(ended, "r.sql")
        assert not (tmp_path / "out").exists()
        return
    written = (tmp_path / "out").read_bytes()
    assert written
    if form != "xlsx":
        text = written.decode("utf-8")
        assert "\x1b" not in text
        assert "\x00" not in text
        assert "<script>alert" not in text or form != "html"


@pytest.mark.parametrize(
    "message",
    ["{n:,}", "{nothing:,}", "{text:,}", "{blob:,}", "{big:,}", "{{n}} {n}", "{n:.0f}", "{N}"],
)
def test_messages_that_format_odd_columns(
    lived: Path, tmp_path: Path, run: Callable[..., Run], message: str
) -> None:
    """A format that does not fit the column's value is told, or harmless."""
    sql = SELECT.replace(
        " FROM item",
        ", 5 AS n, NULL AS nothing, 'a' AS text, x'ff' AS blob, 9e999 AS big FROM item",
    )
    write(tmp_path, sql, message=message)
    ended = run(*AUDIT)
    clean(ended, 0, 2)
    if ended.rc == 2:
        refused(ended, "r.sql")


HEADERS = {
    "list as title": ("title: {zh: 我的, en: Mine}", "title: [a, b]"),
    "no language": ("title: {zh: 我的, en: Mine}", "title: {zh: 我的}"),
    "empty title": ("title: {zh: 我的, en: Mine}", "title: {zh: '', en: ''}"),
    "number as severity": ("severity: low", "severity: 3"),
    "severity off the list": ("severity: low", "severity: !!python/object:os.system x"),
    "unknown owner": ("owed_by: [office]", "owed_by: [everybody]"),
    "no owner": ("owed_by: [office]", "owed_by:"),
    "key twice": ("severity: low", "severity: low\nseverity: high"),
    "number as key": ("severity: low", "severity: low\n3: 4"),
    "anchor of itself": ("clauses: [C01]", "clauses: &a [*a]"),
    "date as code": ("code: X-ABC001", "code: 2021-05-28"),
    "path as code": ("code: X-ABC001", "code: X-../../etc"),
    "long code": ("code: X-ABC001", "code: X-" + "A" * 5000),
    "general with clauses": ("since: \"0.1\"", "since: \"0.1\"\ngeneral: maybe"),
    "unknown key": ("since: \"0.1\"", "since: \"0.1\"\nnonsense: 1"),
}  # fmt: skip
COMMANDS = {
    "rules": ("rules", "--rules", "rules"),
    "waive": ("waive", "X-ABC001", "1-01", "--reason", "r", "--approver", "a", "--expires",
              "2027-01-01", "--rules", "rules"),
    "letters": ("letters", "-o", "letters", "--rules", "rules"),
    "report": ("report", "latest", "--rules", "rules"),
    "publish": ("publish", "--internal", "-o", "i.db", "--rules", "rules"),
    "serve": ("serve", "--internal", "--rules", "rules"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "command"), [*zip(HEADERS, [*COMMANDS] * 3, strict=False)])
def test_headers_in_other_commands(
    lived: Path, tmp_path: Path, run: Callable[..., Run], command: str, kind: str
) -> None:
    """A header that does not fit is told by every command that reads rules; nothing is written."""
    write(tmp_path, SELECT)
    path = tmp_path / "rules" / "r.sql"
    old, new = HEADERS[kind]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    before = contents(lived)
    ended = run(*COMMANDS[command])
    refused(ended, "r.sql")
    assert contents(lived) == before
    for name in ("waivers.yml", "letters", "i.db"):
        assert not (tmp_path / name).exists()


def test_two_files_of_one_code_or_name(
    lived: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """Two rules of one code are refused by both file names, not taken for one another."""
    write(tmp_path, SELECT, name="a.sql")
    write(tmp_path, SELECT, name="b.sql")
    refused(run(*AUDIT), "X-ABC001")
