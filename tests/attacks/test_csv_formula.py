"""Cells that a spreadsheet would run, in what commands and sites write."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.attacks.checks import done
from tests.conftest import SmallRoot, write_csv
from tests.internal.site_client import SiteClient, visited
from tests.publications import Visitor
from tests.running import Run

pytestmark = pytest.mark.long

Runner = Callable[..., Run]

BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULAS: Final = (
    "=1+1",
    "@SUM(1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '＝HYPERLINK("http://evil/","x")',
    "－1",
    "＋1",
    "＠SUM(1)",
)


def number(cell: str) -> bool:
    """Whether it is a number, which no spreadsheet runs."""
    try:
        float(cell)
    except ValueError:
        return False
    return cell.isascii()


def cells(text: str) -> list[str]:
    """All cells of a CSV, its header as well."""
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def harmless(text: str) -> None:
    """No cell begins a formula, however a reader splits it into lines."""
    every = cells(text.removeprefix("\ufeff"))
    assert every
    wrong = [cell for cell in every if cell.startswith(BEGINS) and not number(cell)]
    assert wrong == []


@pytest.fixture
def hostile(small_root: SmallRoot, tmp_path: Path) -> Path:
    """Build a registry in which every text that an office may choose begins a formula."""
    known = small_root.instrument
    known["zones"][0] |= {"name": "=东区管委会", "short_name": "@东区"}
    known["departments"][0] |= {"name": "+测试市甲局", "short_name": "-市甲局", "aliases": []}
    known["duties"][1]["name"] = {"zh": "=手册", "en": "=handbook"}
    known["guidance_kinds"] = ["=业务培训"]
    for number_, rows in small_root.annexes.items():
        for row, formula in zip(rows, FORMULAS[number_:], strict=False):
            row["name"] = formula + row["name"]
            if row["department"] == "市甲局":
                row["department"] = "-市甲局"
            row |= {"law": formula, "article": formula, "remark": formula, "our_note": formula}
    small_root.ledger = {
        "agreements": [
            small_root.agreement(
                "=1+1号", department="-市甲局", document="@x", signed_on="2021-06-29"
            )
        ],
        "guidance_requests": [
            {
                "zone": "east",
                "department": "-市甲局",
                "kind": "=业务培训",
                "raised_on": "2021-05-20",
                "answered_on": "",
                "text": "＝cmd|'/c calc'!A1",
            }
        ],
    }
    return small_root.build(db=tmp_path / "registry.db").path


def test_every_command_that_writes_csv(hostile: Path, run: Runner, tmp_path: Path) -> None:
    """Audits, reports, ready queries, powers, runs and evaluations write no formula."""
    day = ("--as-of", "2021-06-30")
    done(run("audit", *day, "--fail-on", "never"))
    wrote: list[Run] = [
        run("audit", *day, "--fail-on", "never", "--all", "--format", "csv"),
        run("audit", *day, "--fail-on", "never", "--format", "csv", "--bom"),
        run("report", "latest", "--format", "csv"),
        run("powers", "east", "--on", "2021-06-30", "--format", "csv"),
        run("runs", "--format", "csv"),
        run("runs", "--trend", "--format", "csv"),
        *(
            run("evaluate", *day, "--by", by, "--format", "csv")
            for by in ("delegation", "zone", "department")
        ),
    ]
    names = [line.split()[0] for line in run("query").stdout.splitlines() if line[:1].islower()]
    assert len(names) >= 5
    wrote += [run("query", name, *day, "--format", "csv") for name in names]
    held = 0
    for one in wrote:
        done(one)
        if one.stdout.strip():
            harmless(one.stdout)
            held += one.stdout.count("'=") + one.stdout.count("'@") + one.stdout.count("'-")
    assert held >= 20
    done(run("report", "latest", "--format", "xlsx", "-o", "findings.xlsx"))
    done(run("ledger", "export", "--zone", "east", *day, "-o", "ledger.xlsx"))
    for name in ("findings.xlsx", "ledger.xlsx"):
        with zipfile.ZipFile(tmp_path / name) as book:
            for member in book.namelist():
                if member.startswith("xl/worksheets/"):
                    sheet = book.read(member)
                    for text in (b"=1+1", b"cmd|", b"SUM(1)", b"HYPERLINK("):
                        for begin in (b"<f>", b"<f "):
                            assert begin + text not in sheet


def test_cells_that_a_batch_hands_back(few: Path, run: Runner, tmp_path: Path) -> None:
    """`can --batch` hands back headers and cells of whoever sent the file, and no formula."""
    rows: list[dict[str, Any]] = [
        {
            "zone": "east",
            "item": "1-01",
            "act": "accept",
            "on": "2021-07-01",
            "=cmd|'/c calc'!A1": formula,
            "＝2": "\t=1",
            "@note": "\r=1",
            "-x": f"\n{formula}",
        }
        for formula in FORMULAS
    ] + [{"zone": "=1+1", "item": "@SUM(1)", "act": "-1+x", "on": "+1+1"}]
    write_csv(tmp_path / "cases.csv", rows)
    one = run("--db", few, "can", "--batch", "cases.csv", "-o", "answered.csv")
    assert one.rc in (0, 1, 2, 3)
    assert "Traceback" not in one.stderr
    if one.rc == 2 and not (tmp_path / "answered.csv").exists():
        assert "cases.csv" in one.stderr  # the last row names nothing: it may be refused
        write_csv(tmp_path / "cases.csv", rows[:-1])
        one = run("--db", few, "can", "--batch", "cases.csv", "-o", "answered.csv")
    assert (tmp_path / "answered.csv").exists(), one.stderr
    text = (tmp_path / "answered.csv").read_text("utf-8")
    harmless(text)
    assert "cmd|" in text
    again = run("--db", few, "can", "--batch", "answered.csv", "-o", "again.csv")
    assert "Traceback" not in again.stderr
    if again.rc != 2:
        harmless((tmp_path / "again.csv").read_text("utf-8"))
        assert "''" not in (tmp_path / "again.csv").read_text("utf-8")


@pytest.fixture(scope="module")
def readers(
    office: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SiteClient]:
    """Open the internal site."""
    with visited(office, tmp_path_factory.mktemp("state"), metadata) as one:
        yield one


SELECTS: Final = (
    """SELECT 1 AS "=cmd|'/c calc'!A1", 2 AS "@x", 3 AS "＝y", 4 AS "\t=z", 5 AS "-1+1" """,
    "SELECT '=1+1', '@SUM(1)', '-1+cmd', '+1', '＝1', char(9) || '=1', char(13) || '=1'",
    "SELECT x'3d312b31' AS blob, CAST('=1+1' AS BLOB) AS b2",
    "SELECT json_array('=1') AS a, '=1' || char(10) || '=2' AS b, char(10) || '=1' AS c",
    "SELECT char(65279) || '=1' AS marked, '\"=1' AS quoted, ',=1' AS comma",
    "SELECT '=1', \"'=1\" FROM (SELECT '=2' AS \"'=1\") UNION ALL SELECT '@a', '＠b'",
    "SELECT 1 AS '\ufeff=cmd', 2 AS '\n=x'",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
    " SELECT '=' || i AS \"=n\" FROM n",
)


@pytest.mark.parametrize("sql", SELECTS)
def test_headers_and_values_of_readers_sql(sql: str, readers: SiteClient) -> None:
    """Names of columns, blobs and made texts of somebody's SQL, which a colleague opens as CSV."""
    for more in ({}, {"_stream": "1"}, {"_header": "off"}, {"_bom": "1"}, {"_dl": "1"}):
        answer = readers.get("/catalogue.csv?" + urlencode({"sql": sql, **more}), "slj")
        assert answer.status == 200, answer.text[:300]
        harmless(answer.text)


def test_tables_of_hostile_names(
    hostile: Path, run: Runner, metadata: dict[str, Any], tmp_path: Path
) -> None:
    """Tables of the public site as CSV, chosen, sorted and streamed in every way; JSON as it is."""
    done(run("publish", "-o", "out.db", "--as-of", "2021-06-30", "--demo"))
    visitor = Visitor(tmp_path / "out.db", metadata)
    try:
        tables = [table["name"] for table in visitor.get("/catalogue.json").json()["tables"]]
        seen = 0
        for table in tables:
            for more in ({}, {"_stream": "on"}, {"_size": "max", "_bom": "1"}, {"_labels": "on"}):
                answer = visitor.get(f"/catalogue/{table}.csv", **more)
                assert answer.status_code in (200, 400, 403, 404), (table, answer.text[:200])
                if answer.status_code == 200 and answer.text.strip():
                    harmless(answer.text)
                    seen += answer.text.count("'=")
        assert seen > 5
        plain = visitor.get("/catalogue/items.json", _shape="array", _size="max").text
        assert any(row["name"].startswith("@SUM(1)") for row in json.loads(plain))
    finally:
        visitor.close()
