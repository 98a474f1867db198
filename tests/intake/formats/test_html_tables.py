"""Web pages: their encodings, spans, nested tables, and what is not text."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.formats import errors, read_sheets, read_source
from registry.intake.grid import Sheet, Span
from registry.intake.problems import InputError


def _read(tmp_path: Path, page: str, name: str = "a.html") -> list[Sheet]:
    path = tmp_path / name
    path.write_text(page, encoding="utf-8")
    return read_sheets(path)


def test_scripts_styles_and_comments_are_not_text(tmp_path: Path) -> None:
    (sheet,) = _read(
        tmp_path,
        "<table><tr><td>甲<script>alert('<td>坏</td>')</script><style>p{}</style><!-- 注 --></td>"
        "<td>&nbsp;</td><td onclick='x()'>a  \n b<br>c<p>d</p>e &lt;script&gt;</td></tr></table>",
    )
    assert sheet.rows == [["甲", "", "a b\nc\nd\ne <script>"]]


def test_spans(tmp_path: Path) -> None:
    (sheet,) = _read(
        tmp_path,
        "<table><thead><tr><th rowspan=99>头<th>x</thead><tbody>"
        "<tr><td rowspan=2 colspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr>"
        "<tr><td rowspan=0>乙<td>3</tr><tr><td>4</tr></tbody></table>",
    )
    assert sheet.rows == [
        ["头", "x"],
        ["甲", "甲", "1"],
        ["甲", "甲", "2"],
        ["乙", "3"],
        ["乙", "4"],
    ]
    assert sheet.spans == [Span(1, 0, 2, 1), Span(3, 0, 4, 0)]


def test_headings_captions_and_tables_inside_tables(tmp_path: Path) -> None:
    first, second, third = _read(
        tmp_path,
        "<h1>目录</h1><p>一、甲局</p><table><caption>附件1</caption><tr><td>外"
        "<table><tr><td>内</td></tr></table>后</td></tr></table>二、乙局<table><td>1</table>",
    )
    assert first.rows == [["目录"], ["一、甲局"], ["附件1"], ["外后"]]
    assert [first.number(row) for row in range(4)] == [0, 0, 0, 1]
    assert second.rows == [["内"]]
    assert third.rows == [["二、乙局"], ["1"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
@pytest.mark.parametrize("declared", ["", "gb2312", "big5"])
def test_encodings(tmp_path: Path, encoding: str, declared: str) -> None:
    if declared == "big5" and encoding == "gb18030":
        pytest.skip("a page that lies")
    path = tmp_path / "a.xls"  # as many systems name their exports
    text = "機關名稱一覽表" if encoding == "big5" else "市级实施单位名称"
    page = f'<html><meta charset="{declared}"><table><tr><td>{text}</td></tr></table></html>'
    path.write_bytes(page.encode(encoding))
    source, (sheet,) = read_source(path)
    assert (source.kind, sheet.rows) == ("html", [[text]])


def test_hostile_spans_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "<tr>" + "<td rowspan=99999999 colspan=99999999>x</td>" + "</tr>"
    (sheet,) = _read(
        tmp_path,
        f"<table>{row}<tr><td>y</td></tr></table>".replace("colspan=99999999", "colspan=999"),
    )
    assert [len(row) for row in sheet.rows] == [999, 1000]
    with pytest.raises(InputError, match="columns"):
        _read(tmp_path, f"<table>{row * 2}</table>")
    monkeypatch.setattr(errors, "MAX_CELLS", 20_000)
    many = "<table><tr><td colspan=1000>x</td></tr></table>" * 21
    with pytest.raises(InputError, match="together"):
        _read(tmp_path, many)


def test_pages_without_tables_and_other_xml_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table"):
        _read(tmp_path, "<html><p>甲</p></html>")
    with pytest.raises(InputError, match="XML form of 2003"):
        _read(
            tmp_path,
            '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "a.xls",
        )
    with pytest.raises(InputError, match="XML file"):
        _read(tmp_path, '<?xml version="1.0"?><list/>', "a.xml")
    assert _read(
        tmp_path, '<?xml version="1.0" encoding="gbk"?><html><table><td>甲</table></html>'
    )[0].rows == [["甲"]]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<td>甲<span style="display:none">乙</span>丙', "甲丙"),
        ('<td>甲<span style="COLOR: red; Display : None !important">乙</span>丙', "甲丙"),
        ('<td>甲<b style="visibility:hidden">乙</b>丙', "甲丙"),
        ("<td>甲<i hidden>乙</i>丙", "甲丙"),
        *((f"<td>甲<{tag}>乙</{tag}>丙", "甲丙") for tag in ("s", "strike", "del")),
        ('<td>甲<u style="text-decoration: line-through red">乙</u>丙', "甲丙"),
        ('<td>甲<u style="text-decoration-line:underline line-through">乙</u>丙', "甲丙"),
        ('<td style="text-decoration:line-through">甲<b>乙</b>丙', ""),
        ('<td style="visibility:hidden">甲<b style="visibility:visible">乙</b>丙', "乙"),
        ("<td>甲<b class='x gone'>乙</b>丙", "甲丙"),
        ("<td>甲<b id=me>乙</b>丙", "甲丙"),
        ("<td>甲<em>乙</em>丙", "甲丙"),
        ("<td>甲<b class='a b'>乙</b>丙", "甲丙"),
        ("<td>甲<b class=gone style='display:inline'>乙</b>丙", None),
        ("<td>甲<b class=shown>乙</b>丙", None),
        ("<td>甲<b class=a>乙</b>丙", None),
        ("<td>甲<b class=paper>乙</b>丙", None),
        ("<td>甲<ins>乙</ins>丙", None),
        ("<td>甲<s style='text-decoration:none'>乙</s>丙", None),
    ],
)
def test_what_a_browser_does_not_show(tmp_path: Path, cell: str, shown: str | None) -> None:
    styles = (
        "<!-- .gone, #me {display:none} /* .shown{display:none} */ em{visibility:hidden} .a.b "
        "{text-decoration:line-through} @media print { .paper{display:none} } -->"
    )
    page = f"<style>{styles}</style><table><tr><td>首{cell}<td>末</table>"
    (sheet,) = _read(tmp_path, page)
    assert sheet.rows == [["首", "甲乙丙" if shown is None else shown, "末"]]
    assert sheet.concealed == ({} if shown is None else {(0, 1): "甲乙丙"})


def test_cells_that_are_gone_let_others_take_their_place(tmp_path: Path) -> None:
    (sheet,) = _read(
        tmp_path,
        "<p>题</p><table><tr><th>序号<th>名称</tr><tr><td hidden>9f3<td>1<td>甲</tr>"
        "<tr><td style='display:none'>8e2<td hidden>x<td>2<td>乙</tr></table>",
    )
    assert sheet.rows == [["题"], ["序号", "名称"], ["1", "甲"], ["2", "乙"]]
    assert sheet.concealed == {(2, 2): "9f3", (3, 2): "8e2", (3, 3): "x"}
    sheet.reveal()
    assert sheet.rows[2:] == [["1", "甲", "9f3"], ["2", "乙", "8e2", "x"]]


def test_columns_as_excel_hides_them(tmp_path: Path) -> None:
    (sheet,) = _read(
        tmp_path,
        "<table><colgroup span=1></colgroup><colgroup><col style='display:none'>"
        "<col style='visibility:collapse' span=2></colgroup><tr><td>1<td style='display:none'>2"
        "<td>3<td>4<td>5</table>",
    )
    assert (sheet.rows, sheet.hidden_columns) == ([["1", "", "3", "4", "5"]], {1, 2, 3})
    assert sheet.concealed == {(0, 1): "2"}


def test_rows_groups_and_tables_that_are_gone(tmp_path: Path) -> None:
    first, second = _read(
        tmp_path,
        "<h1>题<del>旧</del></h1><p hidden>密</p><table><caption>表<s>名</s></caption>"
        "<tr><td>1<tr hidden><td>2<td><s>删</s>留<tbody style='display:none'><tr><td>3</tbody>"
        "</table><div style='display:none'><table><tr><td>4<tr hidden><td>5</table></div>",
    )
    assert first.rows == [["题"], [""], ["表"], ["1"], ["2", "留"], ["3"]]
    assert first.hidden_rows == {4, 5}
    assert first.concealed == {(0, 0): "题旧", (1, 0): "密", (2, 0): "表名", (4, 1): "删留"}
    assert (second.rows, second.hidden, second.hidden_rows) == ([["4"], ["5"]], True, set())
    assert not first.hidden


def test_a_nul_does_not_end_the_page(tmp_path: Path) -> None:
    (sheet,) = _read(tmp_path, f"<table><tr><td>甲\0乙<td>丙</table>{' ' * 99}")
    assert sheet.rows == [["甲\ufffd乙", "丙"]]
