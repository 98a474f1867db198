"""Files that are damaged, lie about themselves, or are meant to do harm.

Whatever it is, reading gives sheets or an InputError, and takes no more memory than is sensible.
"""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.intake.formats import archive, file_kind, read_sheets
from registry.intake.problems import InputError
from tests.conftest import fuzzed
from tests.intake.formats.make_files import (
    WRITERS,
    worksheet,
    write_csv,
    write_docx_xml,
    write_html,
    write_ods_xml,
    write_xls,
    write_xlsx,
    write_xlsx_xml,
)

ROWS = [["序号", "事项"], ["1", "甲"], ["2", "乙"]]
ENDINGS = [*WRITERS, ".et", ".tsv", ".txt", ".htm", ""]
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 12))
    + "]>"
)


ONE, FAR = "<c><v>1</v></c>", '<c r="XFD1048576"><v>1</v></c>'


def _refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_sheets(path)
    problem = caught.value.problems[0]
    assert problem.path == path
    assert problem.remedy.endswith(".")
    assert not problem.what.endswith(".")
    return problem.what


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "ignore")


def _tolerated(path: Path) -> None:
    """Sheets or InputError, and nothing else."""
    try:
        sheets = read_sheets(path)
    except InputError:
        pass
    else:
        assert all(isinstance(cell, str) for s in sheets for row in s.rows for cell in row)


def _in_a_process(path: Path, megabytes: int) -> str:
    """What reading says, in a process of its own that must not need more memory than this."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not tell the peak of a process")
    script = (
        "import sys; from pathlib import Path\n"
        "from registry.intake.formats import read_sheets\n"
        "from registry.intake.problems import InputError\n"
        "try: print(len(read_sheets(Path(sys.argv[1]))), 'sheets')\n"
        "except InputError as e: print(e)\n"
        # What the system accounts a process includes the one that it was forked from.
        "peak, = (l for l in open('/proc/self/status') if l.startswith('VmHWM'))\n"
        "print(int(peak.split()[1]) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    *said, peak = done.stdout.splitlines()
    assert int(peak) < megabytes
    return "\n".join(said)


def _zip(path: Path, name: str, size: int, told: int | None = None, told_packed: int = 0) -> None:
    """An archive with one member of zeros, whose directory may tell another size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # Fully flushed, a block stands for itself and may be repeated.
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    told = size if told is None else told
    member = name.encode()
    with path.open("wb") as stream:
        stream.write(struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, 0, 0, len(member), 0))
        stream.write(member)
        packed = stream.write(block * (size >> 20)) + stream.write(packer.flush())
        packed = told_packed or packed
        at = stream.tell()
        entry = (b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, packed, told, len(member), *[0] * 6)
        stream.write(struct.pack("<4s6H3I5H2I", *entry) + member)
        stream.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, 46 + len(member), at, 0))


@pytest.mark.parametrize(("ending", "told"), [(".xlsx", None), (".docx", 10)])
def test_an_archive_that_unpacks_without_end(tmp_path: Path, ending: str, told: int | None) -> None:
    path = tmp_path / f"bomb{ending}"
    member = {".xlsx": "xl/worksheets/sheet1.xml", ".docx": "word/document.xml"}[ending]
    _zip(path, member, 1200 << 20, told)
    assert path.stat().st_size < 2 << 20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert _refused(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


def test_the_limit_counts_all_members_and_what_inflates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_EXPANDED", 3 << 20)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for n in range(4):
            file.writestr(f"xl/media/{n}.xml", b" " * (1 << 20))
    assert "unpacks to more" in _refused(path)
    _zip(path, "xl/media/1.xml", 4 << 20, told=7)
    assert "unpacks to more" in _refused(path)
    _zip(path, "xl/media/1.xml", 1 << 20, told_packed=100)
    assert "breaks off" in _refused(path)


def test_too_many_members(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        for n in range(10_001):
            file.writestr(f"xl/{n}.xml", b"")
    assert "parts" in _refused(path)


@pytest.mark.parametrize(
    "data",
    [
        f"<row>{ONE}</row><row>{FAR}</row>",
        f"<row>{'<c/>' * 999}{ONE}</row>{'<row/>' * 100_000}<row>{ONE}</row>",
        f"<row>{ONE}{FAR}</row>".replace("<", "<x:").replace("<x:/", "</x:"),
    ],
)
def test_far_cells_take_no_memory(tmp_path: Path, data: str) -> None:
    path = tmp_path / "far.xlsx"
    write_xlsx_xml(path, data)
    assert "columns" in _in_a_process(path, 200)


def test_a_sheet_that_hides_among_other_parts(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    far = worksheet('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>')
    for target in ("xl/media/strange.xml", "xl/sharedStrings.xml", "docProps/app.xml"):
        write_xlsx_xml(path, '<row r="1"><c r="A1"><v>1</v></c></row>')
        data: dict[str, bytes] = {}
        with zipfile.ZipFile(path) as file:
            data = {name: file.read(name) for name in file.namelist()}
        relations = data["xl/_rels/workbook.xml.rels"].decode()
        relations = relations.replace("worksheets/sheet1.xml", f"/{target}")
        shared = '<Relationship Id="x" Type="t" Target="sharedStrings.xml"/></Relationships>'
        data["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", shared).encode()
        data[target] = far.encode()
        with zipfile.ZipFile(path, "w") as file:
            for name, content in data.items():
                file.writestr(name, content)
        assert "columns" in _refused(path)


@pytest.mark.parametrize(
    "write",
    [
        lambda p: write_xlsx_xml(p, "", **{"xl__worksheets__x.xml": worksheet("", ENTITIES)}),
        lambda p: write_ods_xml(p, "<table:table>&a11;</table:table>", prologue=ENTITIES),
        lambda p: write_docx_xml(p, "<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", ENTITIES),
    ],
)
def test_entities_are_never_expanded(tmp_path: Path, write: object) -> None:
    path = tmp_path / "entities"
    write(path)  # type: ignore[operator]
    said = _in_a_process(path, 200)
    assert "entities" in said or "no text" in said


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods", ".docx", ".pdf"])
def test_truncated_files(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"whole{ending}"
    WRITERS[ending](path, ROWS)
    data = path.read_bytes()
    cut = tmp_path / f"cut{ending}"
    for length in range(1, len(data), max(len(data) // 25, 1)):
        cut.write_bytes(data[:length])
        _tolerated(cut)


@settings(max_examples=fuzzed(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ending=st.sampled_from(sorted(WRITERS)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), max_size=6),
)
def test_changed_bytes(tmp_path: Path, ending: str, changes: list[tuple[float, bytes]]) -> None:
    whole = tmp_path / f"whole{ending}"
    if not whole.exists():
        WRITERS[ending](whole, ROWS)
    data = bytearray(whole.read_bytes())
    for place, value in changes:
        at = int(place * len(data))
        data[at : at + len(value)] = value
    path = tmp_path / f"changed{ending}"
    path.write_bytes(data)
    _tolerated(path)


@settings(max_examples=fuzzed(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ending=st.sampled_from(ENDINGS),
    start=st.sampled_from(
        [
            *(b"", b"PK\3\4", b"PK\5\6", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.4\n", b"[{"),
            *(b"<table><td>", b"<?xml ", b"\xff\xfe", b"\xef\xbb\xbf", b'{"a":', b"<html>"),
        ]
    ),
    rest=st.one_of(st.binary(max_size=700), st.text(max_size=200).map(_bytes)),
)
def test_random_bytes(tmp_path: Path, ending: str, start: bytes, rest: bytes) -> None:
    path = tmp_path / f"random{ending}"
    path.write_bytes(start + rest)
    _tolerated(path)


def _container(*names: str) -> bytes:
    """An OLE file whose directory has streams of these names."""
    entries = []
    for n, name in enumerate(("Root Entry", *names)):
        raw = (name + "\0").encode("utf-16-le")
        kind = 2 if n else 5
        entries.append(
            struct.pack("<64sHBBIII36xIQ", raw, len(raw), kind, 1, *[0xFFFFFFFF] * 3, 0xFFFFFFFE, 0)
        )
    directory = b"".join(entries).ljust(1024, b"\0")
    header = struct.pack(
        "<8s16x5H6x10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0,
    )  # fmt: skip
    header = header[:76] + struct.pack("<I", 0) + b"\xff" * (512 - 80)
    table = struct.pack("<4I", 0xFFFFFFFD, 2, 0xFFFFFFFE, 0xFFFFFFFF).ljust(512, b"\xff")
    return header + table + directory


@pytest.mark.parametrize(
    ("streams", "what"),
    [
        (["EncryptionInfo", "EncryptedPackage"], "password"),
        (["WordDocument"], "old Word document"),
        (["PowerPoint Document"], "presentation"),
        (["Contents"], "not a table"),
    ],
)
@pytest.mark.parametrize("ending", [".xlsx", ".doc", ".wps", ".xls"])
def test_what_comes_in_old_containers(
    tmp_path: Path, streams: list[str], what: str, ending: str
) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(_container(*streams))
    assert what in _refused(path)


def test_an_encrypted_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, ROWS)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2")
    data[at + 8] |= 1
    path.write_bytes(data)
    assert "password" in _refused(path)


@pytest.mark.parametrize(
    ("ending", "written", "truth", "to"),
    [
        (".xls", ".xlsx", "an Excel workbook (xlsx)", ".xlsx"),
        (".xlsx", ".xls", "an old Excel workbook", ".xls"),
        (".csv", ".xlsx", "an Excel workbook (xlsx)", ".xlsx"),
        (".xlsx", ".csv", "a text file", ".csv"),
        (".xls", ".csv", "a text file", ".csv"),
        (".xlsx", ".html", "a web page", ".html"),
        (".doc", ".docx", "a Word document", ".docx"),
        (".csv", ".json", "JSON", ".json"),
        (".txt", ".pdf", "a PDF file", ".pdf"),
        (".xlsx", ".ods", "an OpenDocument spreadsheet", ".ods"),
    ],
)
def test_a_name_that_ends_wrongly(
    tmp_path: Path, ending: str, written: str, truth: str, to: str
) -> None:
    path = tmp_path / f"a{ending}"
    WRITERS[written](path, ROWS)
    with pytest.raises(InputError) as caught:
        read_sheets(path)
    problem = caught.value.problems[0]
    assert truth in problem.what
    assert f"end in {to}" in problem.remedy


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.csv", b"", "empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "not a table"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "not a table"),
        ("a", b"\x7fELF\2\1\1\0\0\0", "not a table"),
        ("a.xlsx", b"\x1f\x8b\x08", "packed archive"),
        ("a.doc", b"{\\rtf1\\ansi", "RTF"),
        ("a.xls", b"MIME-Version: 1.0\r\n", "web archive"),
        ("a.xlsx", b"PK\5\6" + bytes(18), "packed archive"),
        ("a.xlsx", b"PK\3\4", "damaged"),
    ],
)
def test_what_is_no_table_file(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert what in _refused(path)


@pytest.mark.parametrize(
    ("members", "what"),
    [
        (["xl/workbook.bin"], "xlsb"),
        (["ppt/presentation.xml"], "presentation"),
        (["readme.txt"], "packed archive"),
        (["word/media/x.xml"], "missing"),
        (["xl/workbook.xml"], "damaged"),
    ],
)
def test_archives_of_other_kinds(tmp_path: Path, members: list[str], what: str) -> None:
    path = tmp_path / "a"
    with zipfile.ZipFile(path, "w") as file:
        for name in members:
            file.writestr(name, "x")
    assert what in _refused(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert "OpenDocument text" in _refused(path)


def test_missing_files_folders_and_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no such file" in _refused(tmp_path / "none.csv")
    assert "not a file" in _refused(tmp_path)
    path = tmp_path / "a.csv"
    write_csv(path, ROWS)
    monkeypatch.setattr(file_kind, "MAX_BYTES", 10)
    assert "larger than" in _refused(path)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ROWS)

    def denied(*_args: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "Permission denied" in _refused(path)


def test_deep_pages(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<table><tr><td>" * 3000 + "x", encoding="utf-8")
    _tolerated(path)
    path.write_text("<div>" * 50_000 + "<table><td>x", encoding="utf-8")
    _tolerated(path)
    write_html(path, ROWS)
    assert read_sheets(path)


def test_old_workbooks_with_changed_headers(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    write_xls(path, [["甲", "乙"]] * 100)
    data = path.read_bytes()
    for at in range(24, 80, 2):
        for value in (b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\xfe\xff\xff\xff"):
            path.write_bytes(data[:at] + value + data[at + 4 :])
            _tolerated(path)
