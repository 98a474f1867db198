"""Files that are small, or seem to be, and would fill memory or time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.attacks.checks import asked, calm, done, whole
from tests.conftest import SmallRoot
from tests.running import Run, environment

Runner = Callable[..., Run]

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc"),
    pytest.mark.long,
]

MEGABYTES: Final = 700
"""What a command and those that it started may hold at once: 512 MB, and the program itself."""
SECONDS: Final = 240


def _held(pid: int) -> int:
    """Kilobytes that a process and its children hold now."""
    total = 0
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        for line in status.splitlines():
            if line.startswith("VmRSS:"):
                total = int(line.split()[1])
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            total += _held(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total


def measured(cwd: Path, *words: str) -> tuple[Run, int, float]:
    """Run it; how it ended, megabytes at the most, seconds."""
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "registry", *words],
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        most = 0
        over = threading.Event()

        def watch() -> None:
            nonlocal most
            while not over.wait(0.02):
                most = max(most, _held(process.pid))
                if most > 3_000_000 or time.monotonic() - began > SECONDS:
                    process.kill()

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            out, err = process.communicate()
        finally:
            over.set()
            watcher.join()
    run = Run(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))
    return run, most // 1024, time.monotonic() - began


def held(cwd: Path, *words: str) -> Run:
    """It ends in time, within memory, and without breaking."""
    run, megabytes, seconds = measured(cwd, *words)
    assert seconds < SECONDS, (words, seconds, megabytes)
    assert megabytes < MEGABYTES, (words, megabytes, run.stderr[-300:])
    return calm(run)


@pytest.fixture
def working(small_root: SmallRoot, tmp_path: Path) -> Path:
    """Build a small registry where commands find it."""
    return small_root.build(db=tmp_path / "registry.db").path


def _zip(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


HEADER: Final = ("序号", "事项名称", "事项类型", "实施部门", "赋权方式")
ENTITIES: Final = (
    "<!DOCTYPE x [<!ENTITY a0 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)


def ods(rows: str, prolog: str = "") -> bytes:
    """A spreadsheet of OpenDocument."""
    text = (
        f'<?xml version="1.0"?>{prolog}<office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="a">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return _zip(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        **{"content.xml": text.encode()},
    )


def xlsx(sheet: str, prolog: str = "") -> bytes:
    """A workbook of one sheet."""
    kind = "http://schemas.openxmlformats.org"
    office = f"{kind}/officeDocument/2006/relationships"
    return _zip(
        **{
            "[Content_Types].xml": (
                f'<Types xmlns="{kind}/package/2006/content-types"><Default Extension="rels"'
                ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                '<Override PartName="/xl/workbook.xml" ContentType="application/'
                'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
                '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
                'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
            ).encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="r1"'
                f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{kind}/spreadsheetml/2006/main" xmlns:r="{office}"><sheets>'
                '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="r1"'
                f' Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
            ).encode(),
            "xl/worksheets/sheet1.xml": (
                f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{kind}/spreadsheetml/2006/main">'
                f"{sheet}</worksheet>"
            ).encode(),
        }
    )


def docx(body: str, prolog: str = "") -> bytes:
    """A paper of Word."""
    kind = "http://schemas.openxmlformats.org"
    return _zip(
        **{
            "[Content_Types].xml": (
                f'<Types xmlns="{kind}/package/2006/content-types"><Default Extension="rels"'
                ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                '<Override PartName="/word/document.xml" ContentType="application/'
                'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
            ).encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="r1"'
                f' Type="{kind}/officeDocument/2006/relationships/officeDocument"'
                ' Target="word/document.xml"/></Relationships>'
            ).encode(),
            "word/document.xml": (
                f'<?xml version="1.0"?>{prolog}<w:document'
                f' xmlns:w="{kind}/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
            ).encode(),
        }
    )


def inline(*values: str) -> str:
    """A row of a sheet."""
    return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)


def ods_row(*values: str, more: str = "") -> str:
    """A row of an OpenDocument sheet."""
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>'
        for one in values
    )
    return f"<table:table-row {more}>{cells}</table:table-row>"


ROW: Final = ("1", "事项", "行政许可", "市甲局", "委托下放")
_HTML: Final = "".join(f"<th>{one}</th>" for one in HEADER)
BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "rows.ods": lambda: ods(
        ods_row(*HEADER) + ods_row(*ROW, more='table:number-rows-repeated="1000000000"')
    ),
    "columns.ods": lambda: ods(
        ods_row(*HEADER) + '<table:table-row table:number-rows-repeated="30000"><table:table-cell'
        ' table:number-columns-repeated="30000" office:value-type="string"><text:p>甲</text:p>'
        "</table:table-cell></table:table-row>"
    ),
    "spaces.ods": lambda: ods(
        ods_row(*HEADER) + ods_row('<text:s text:c="2000000000"/>甲', *ROW[1:])
    ),
    "entities.ods": lambda: ods(ods_row(*HEADER) + ods_row("&a11;", *ROW[1:]), ENTITIES),
    "entities.xlsx": lambda: xlsx(
        f"<sheetData><row>{inline(*HEADER)}</row>"
        f"<row>{inline('&a11;', *ROW[1:])}</row></sheetData>",
        ENTITIES,
    ),
    "dimension.xlsx": lambda: xlsx(
        '<dimension ref="A1:XFD1048576"/><sheetData>'
        f'<row r="1">{inline(*HEADER)}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData>"
    ),
    "merged.xlsx": lambda: xlsx(
        f'<sheetData><row r="1">{inline(*HEADER)}</row><row r="2">{inline(*ROW)}</row></sheetData>'
        '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    ),
    "many-merged.xlsx": lambda: xlsx(
        f'<sheetData><row r="1">{inline(*HEADER)}</row></sheetData><mergeCells>'
        + "".join(f'<mergeCell ref="A{n}:XFD{n + 900}"/>' for n in range(2, 1_000_000, 901))
        + "</mergeCells>"
    ),
    "many-cells.xlsx": lambda: xlsx(
        f'<sheetData><row r="1">{inline(*HEADER)}</row>'
        + "<row><c/></row>" * 3_000_000
        + "</sheetData>"
    ),
    "columns.xlsx": lambda: xlsx(
        '<cols><col min="1" max="2147483647" hidden="1"/></cols>'
        f"<sheetData><row>{inline(*HEADER)}</row></sheetData>"
    ),
    "deep.xlsx": lambda: xlsx(
        "<sheetData>" + "<row>" * 500_000 + "</row>" * 500_000 + "</sheetData>"
    ),
    "spans.docx": lambda: docx(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p><w:r><w:t>甲'
        "</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    ),
    "text.docx": lambda: docx("<w:p><w:r><w:t>" + "甲" * 200_000_000 + "</w:t></w:r></w:p>"),
    "nested.docx": lambda: docx(
        "<w:tbl><w:tr><w:tc>" * 20_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 20_000
    ),
    "spans.html": lambda: (
        f"<table><tr>{_HTML}</tr><tr><td rowspan=65534 colspan=1000>甲</td></tr>"
        + "<tr><td colspan=1000 rowspan=65534>乙</td></tr>" * 3_000
        + "</table>"
    ).encode(),
    "vast-span.html": lambda: (
        f"<table><tr>{_HTML}</tr>"
        "<tr><td colspan=99999999999 rowspan=99999999999>甲</td></tr></table>"
    ).encode(),
    "deep.html": lambda: b"<table><tr><td>" * 300_000,
    "deep.json": lambda: b"[" * 5_000_000,
    "objects.json": lambda: b'{"a":' * 1_000_000,
    "number.json": lambda: b'[{"' + "序号".encode() + b'": ' + b"1" * 5_000_000 + b"}]",
    "exponent.json": lambda: '[{"序号": 1e999999999, "事项名称": "a"}]'.encode(),
    "quote.csv": lambda: b'a,b\n1,"' + b"x\n" * 60_000_000,
    "columns.csv": lambda: b"," * 60_000_000 + b"\n",
    "lines.csv": lambda: "序号,事项名称\n".encode() + b"\n" * 100_000_000,
}
READ: Final = {"rows.ods", "spaces.ods"}
"""What is repeated beyond the end of any sheet is taken once."""
SLOW: Final = {"text.docx", "quote.csv", "columns.csv", "lines.csv", "many-cells.xlsx"}


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[pytest.mark.long] if one in SLOW else []) for one in BOMBS]
)
def test_lists_that_expand(name: str, working: Path, tmp_path: Path) -> None:
    """Repeated rows, spans, merged cells, entities, depths: refused or read, and within memory."""
    (tmp_path / name).write_bytes(BOMBS[name]())
    before = asked(working, "SELECT * FROM item ORDER BY 1")
    one = held(tmp_path, "load", "annex", name, "--annex", "1", "--replace")
    assert whole(working)
    if name in READ:
        assert one.rc == 0, one.stderr
        return
    assert one.rc == 2, (one.rc, one.stdout[-300:])
    assert name in one.stderr or "Nothing was changed" in one.stderr, one.stderr
    assert asked(working, "SELECT * FROM item ORDER BY 1") == before


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.json", "list.html", "list.pdf"])
def test_files_that_are_vast(name: str, working: Path, tmp_path: Path) -> None:
    """A file of forty gigabytes, of which nothing but a hole is there."""
    with (tmp_path / name).open("wb") as stream:
        stream.write("序号,事项名称\n".encode())
    os.truncate(tmp_path / name, 40 << 30)
    for words in (
        ("load", "annex", name, "--annex", "1"),
        ("compare", name),
        ("load", "cases", name),
        ("can", "--batch", name, "-o", "answered.csv"),
        ("ledger", "import", name),
    ):
        one = held(tmp_path, *words)
        assert one.rc == 2, (words, one.rc)
        assert name in one.stderr or "file 1" in one.stderr, (words, one.stderr)
    assert whole(working)
    assert not (tmp_path / "answered.csv").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("waivers.yml", ("audit", "--as-of", "2021-06-30", "--fail-on", "never")),
        ("registry.toml", ("audit", "--as-of", "2021-06-30", "--fail-on", "never")),
        ("words.yml", ("find", "x")),
        ("rules/X-001.sql", ("audit", "--rules", "rules", "--fail-on", "never")),
        ("small/test-1/instrument.yml", ("load", "instrument", "small/test-1")),
        ("small/test-1/annex1.csv", ("load", "instrument", "small/test-1")),
        ("kept.db", ("restore", "kept.db")),
        ("log.jsonl", ("verify", "--log", "log.jsonl")),
        ("point.txt", ("verify", "--against", "point.txt")),
        ("registry-internal/users.json", ("user", "list")),
    ],
)
def test_settings_that_are_vast(
    name: str, words: tuple[str, ...], working: Path, tmp_path: Path
) -> None:
    """Settings, rules, data, backups, logs and checkpoints of forty gigabytes."""
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    place.parent.chmod(0o700)
    place.write_bytes(b"")
    place.chmod(0o600)
    os.truncate(place, 40 << 30)
    one = held(tmp_path, *words)
    assert one.rc == 2, (one.rc, one.stdout[-300:], one.stderr[-300:])
    assert place.name in one.stderr, one.stderr
    assert whole(working)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_devices_without_end(device: str, working: Path, tmp_path: Path) -> None:
    """What never ends, and has no size, is not read to its end."""
    for words in (
        ("load", "annex", device, "--annex", "1"),
        ("compare", device),
        ("audit", "--waivers", device, "--fail-on", "never"),
        ("audit", "--config", device, "--fail-on", "never"),
        ("ledger", "import", device),
        ("load", "cases", device),
        ("verify", "--log", device),
        ("verify", "--against", device),
        ("restore", device),
        ("--db", device, "show", "1-01"),
    ):
        one = held(tmp_path, *words)
        assert one.rc == 2, (words, one.rc, one.stdout[-300:])
    assert whole(working)


def test_a_workbook_that_comes_back_as_a_bomb(working: Path, run: Runner, tmp_path: Path) -> None:
    """A ledger workbook of ours in which one part expands to two gigabytes."""
    done(run("ledger", "export", "--zone", "east", "--as-of", "2021-06-30", "-o", "ledger.xlsx"))
    with zipfile.ZipFile(tmp_path / "ledger.xlsx") as book:
        members = {name: book.read(name) for name in book.namelist()}
    sheet = next(name for name in members if name.startswith("xl/worksheets/"))
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, content in members.items():
            if name != sheet:
                bomb.writestr(name, content)
        with bomb.open(sheet, "w", force_zip64=True) as part:
            begin, mark, end = members[sheet].partition(b"<sheetData>")
            part.write(begin + mark)
            block = b"<row><c t='inlineStr'><is><t>x</t></is></c></row>" * 20_000
            for _turn in range(700):
                part.write(block)
            part.write(end)
    for words in (
        ("ledger", "import", "bomb.xlsx"),
        ("load", "annex", "bomb.xlsx", "--annex", "1"),
    ):
        one = held(tmp_path, *words)
        assert one.rc == 2
        assert "bomb.xlsx" in one.stderr
    assert whole(working)
