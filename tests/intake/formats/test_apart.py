"""Files that are small, and ask for more memory or time than their size lets expect."""

from __future__ import annotations

import os
import resource
import signal
import sys
import zipfile
import zlib
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

import registry.intake.formats as formats
from registry.intake.formats import apart, read_sheets
from registry.intake.formats.errors import library_errors_refused
from registry.intake.formats.reading import read_here
from registry.intake.grid import Sheet, Span
from registry.intake.problems import InputError, refuse
from registry.locale import Language, use
from tests.intake.formats.make_files import write_xlsx

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes of this kind")


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_sheets(path)
    return str(caught.value.problems[0])


def pdf(path: Path, stream: bytes, objects: tuple[bytes, ...] = ()) -> Path:
    """A page with such a content."""
    packed = zlib.compress(stream, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</XObject<</X 6 0 R>>/Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *objects,
    ]
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    path.write_bytes(
        data
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
        + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(data))
    )
    return path


@pytest.mark.parametrize(
    "stream",
    [
        b"0 0 m 500 500 l S\n" * 300_000,
        b"BT /F 1 Tf 1 0 0 1 5 5 Tm " + b"(abcdefghij) Tj 0 1 Td " * 100_000 + b"ET",
        b"".join(b"%d %d 1 1 re S\n" % (n % 600, n // 600) for n in range(60_000)),
        b"/X Do " * 60_000,
    ],
)
def test_what_a_page_draws_is_counted(tmp_path: Path, stream: bytes) -> None:
    path = pdf(tmp_path / "a.pdf", stream)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # other tests may have taken more
    assert "a page draws more than 50,000 lines, boxes or texts" in refused(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 << 10


def forms_within_forms(path: Path) -> Path:
    """Forty forms that draw forty others each, and so on: a page without end."""
    head = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length %d>>"
    )
    inner = b"/X Do " * 40
    forms = [
        head % (number + 1, len(inner)) + b"stream\n" + inner + b"\nendstream"
        for number in range(6, 12)
    ]
    last = b"0 0 m 5 5 l S "
    forms.append(head % (12, len(last)) + b"stream\n" + last + b"\nendstream")
    return pdf(path, b"/X Do " * 40, tuple(forms))


def test_forms_within_forms_end_the_process_and_not_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(apart, "MAX_SECONDS", 3)
    told = refused(forms_within_forms(tmp_path / "a.pdf"))
    assert "more than 3 seconds" in told or "of memory to read" in told, way


def test_a_workbook_is_refused_for_what_it_unpacks_to(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [["序号", "事项"], ["1", "甲"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file,
        file.open("xl/x.xml", "w") as part,
    ):
        for _block in range(600):
            part.write(bytes(1 << 20))
    assert "unpacks to more than 512 MB" in refused(path)


def test_a_directory_that_says_less_than_there_is_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [["序号", "事项"], ["1", "甲"]])
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\1\2")
    data[at + 24 : at + 28] = (5).to_bytes(4, "little")
    path.write_bytes(data)
    assert "damaged" in refused(path)


SHEET = Sheet(
    "表",
    [["甲", "乙"], ["丙"]] * 6000,
    [Span(0, 0, 0, 1)],
    [3, 4],
    hidden_rows={1},
    concealed={(0, 1): "x"},
    flaws={(1, 0): "digits"},
    page=True,
)


WAYS = ("a copy of this process", "Python started anew")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """As where no thread runs, whatever other tests have left; or as where one does."""
    number = 1 + WAYS.index(request.param)
    monkeypatch.setattr(apart.threading, "active_count", lambda: number)
    return str(request.param)


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.threading, "active_count", lambda: 1)


@pytest.mark.usefixtures("copied")
def test_what_is_read_apart_is_what_is_read_here(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert apart.read_apart(tmp_path / "a", "csv", lambda _path, _kind: ("utf-8", [SHEET] * 2)) == (
        "utf-8",
        [SHEET, SHEET],
    )


def test_each_way_reads_the_same(tmp_path: Path, way: str) -> None:
    path = tmp_path / "清单.xlsx"
    write_xlsx(path, [["序号", "事项"], ["1", "甲𮕰"]])
    assert apart.read_apart(path, "xlsx", read_here) == read_here(path, "xlsx"), way


@pytest.mark.usefixtures("copied")
def test_what_is_wrong_is_told_from_apart(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()

    def wrong(path: Path, _kind: str) -> NoReturn:
        refuse(path, "falsch", "Do it.", sheet="表", row=3)

    with pytest.raises(InputError, match="falsch") as caught:
        apart.read_apart(path, "csv", wrong)
    assert str(caught.value.problems[0]) == f"{path}, sheet 表, row 3: falsch. Do it."


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_told_in_the_language_in_use(tmp_path: Path, way: str, language: Language) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK no workbook")
    told = []
    for read in (read_here, partial(apart.read_apart, read=read_here)):
        use(language)
        try:
            with pytest.raises(InputError) as caught, library_errors_refused(path):
                read(path, "xlsx")
        finally:
            use("en")
        told.append([(one.what, one.remedy) for one in caught.value.problems])
    assert told[0] == told[1], way
    assert ("文件" in told[0][0][0]) == (language == "zh"), told[0]


@pytest.mark.usefixtures("copied")
def test_a_process_that_is_ended_is_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()

    def grows(_path: Path, _kind: str) -> tuple[None, list[Sheet]]:
        return None, [Sheet(None, [[str(bytes(1 << 31))]])]

    def dies(_path: Path, _kind: str) -> tuple[None, list[Sheet]]:
        os.kill(os.getpid(), signal.SIGKILL)
        return None, []

    for read, told in ((grows, "memory"), (dies, "of memory to read")):
        with pytest.raises(InputError, match=told):
            apart.read_apart(path, "csv", read)


def test_where_processor_time_has_no_limit_the_clock_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = forms_within_forms(tmp_path / "a.pdf")
    monkeypatch.setattr(apart, "MAX_SECONDS", 0.2)
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(apart, "python_anew", lambda _module: sleeping)
    found, code = apart.started(path, "pdf")
    assert (found, code) == (None, apart.TOO_LONG)


def test_ordinary_files_are_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [["序号", "事项"], ["1", "甲"]])
    monkeypatch.setattr(formats, "read_apart", lambda *_args: 1 / 0)
    assert read_sheets(path)[0].rows[1] == ["1", "甲"]
