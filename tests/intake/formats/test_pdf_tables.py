"""PDF: tables page by page, merged cells by their boxes, texts above."""

from __future__ import annotations

import builtins
import zlib
from pathlib import Path
from typing import Any

import pytest

from registry.intake.formats import pdf_tables, read_sheets
from registry.intake.grid import Span
from registry.intake.problems import InputError
from tests.intake.formats.make_files import write_pdf


def test_pages_repeat_the_header_and_merged_cells_are_filled(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    rows = [["序号", "市级实施单位", "事项\n名称"]]
    rows += [[str(n), "市水务局" if n == 1 else "", f"事项{n}"] for n in range(1, 41)]
    write_pdf(path, rows, [Span(1, 1, 3, 1)], leads=["附件1", "一、市水务局"])
    first, second = read_sheets(path)
    assert (first.name, second.name) == ("page 1", "page 2")
    assert first.rows[:5] == [
        ["附件1"],
        ["一、市水务局"],
        ["序号", "市级实施单位", "事项名称"],
        ["1", "市水务局", "事项1"],
        ["2", "市水务局", "事项2"],
    ]
    assert [first.number(row) for row in range(4)] == [0, 0, 1, 2]
    assert first.spans == [Span(3, 1, 5, 1)]
    assert second.rows[0] == first.rows[2]
    assert second.rows[-1] == ["40", "", "事项40"]


def _canvas(path: Path, **settings: Any) -> Any:
    from reportlab.pdfgen.canvas import Canvas

    return Canvas(str(path), **settings)


def test_text_without_tables_and_pages_without_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = _canvas(path)
    canvas.drawString(100, 100, "only text")
    canvas.save()
    with pytest.raises(InputError, match="no table"):
        read_sheets(path)
    canvas = _canvas(path)
    canvas.rect(10, 10, 100, 100)
    canvas.showPage()
    canvas.save()
    with pytest.raises(InputError, match=r"no text"):
        read_sheets(path)


def test_two_tables_on_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = _canvas(path)
    for y in (600, 300):
        canvas.grid([100, 200, 300], [y, y + 20, y + 40])
        canvas.drawString(110, y + 5, f"at {y}")
    canvas.drawString(100, 400, "between")
    canvas.drawString(300, 20, "- 1 -")
    canvas.save()
    first, second = read_sheets(path)
    assert (first.name, first.rows) == ("page 1", [["", ""], ["at 600", ""]])
    assert (second.name, second.rows) == ("page 1 table 2", [["between"], ["", ""], ["at 300", ""]])


def test_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = _canvas(path, encrypt="secret")
    canvas.drawString(100, 100, "x")
    canvas.save()
    with pytest.raises(InputError, match="password"):
        read_sheets(path)


def test_without_pdfplumber_the_remedy_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pdf"
    write_pdf(path, [["甲"]])
    real = builtins.__import__

    def lacking(name: str, *others: Any) -> Any:
        if name == "pdfplumber":
            raise ImportError(name)
        return real(name, *others)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(InputError) as caught:
        pdf_tables.read(path)
    assert "[pdf]" in caught.value.problems[0].remedy


def test_a_stream_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_tables, "_MAX_EXPANDED", 1 << 20)
    path = tmp_path / "a.pdf"
    bomb = zlib.compress(bytes(2 << 20))
    path.write_bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nstream\n" + bomb + b"\nendstream\n")
    with pytest.raises(InputError, match="unpacks"):
        pdf_tables.read(path)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_damaged_files_are_refused(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "a.pdf"
    write_pdf(path, [["甲", "乙"], ["1", "2"]])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(InputError):
        read_sheets(path)


def test_cells_that_a_program_wrapped_are_joined(tmp_path: Path) -> None:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    path = tmp_path / "a.pdf"
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("p", fontName="STSong-Light", fontSize=9, wordWrap="CJK")
    texts = [
        "《中华人民共和国水法》（2016年7月2日修正）第三十九条第一款",
        "市水利局<br/>市林业局",
        "1.申请书，一式三份；<br/>2.身份证明复印件及其他能够证明其资格的材料",
        "仅限中型河道采砂场的许可，其余仍由市级实施",
    ]
    grid = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    for widths in ((70, 90, 80, 60), (110, 120, 95, 75), (61, 63, 127, 140)):
        cells = [Paragraph(text, style) for text in texts]
        title = Paragraph("某市人民政府关于赋予两个开发区若干经济管理权限的通知" * 3, style)
        SimpleDocTemplate(str(path)).build([title, Table([cells], widths, style=grid)])
        (sheet,) = read_sheets(path)
        assert sheet.rows == [
            ["某市人民政府关于赋予两个开发区若干经济管理权限的通知" * 3],
            [text.replace("<br/>", "\n") for text in texts],
        ]


def test_codes_of_a_font_without_text_stay_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    write_pdf(path, [["事项", "(cid:12)(cid:7)许可"]])
    assert read_sheets(path)[0].rows == [["事项", "(cid:12)(cid:7)许可"]]
