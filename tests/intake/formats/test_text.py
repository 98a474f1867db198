"""Text: encodings, delimiters, and quotation marks that never close."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.formats import read_sheets, read_source
from registry.intake.problems import InputError

TEXT = "序号,事项名称,市级实施单位\n1,企业投资项目核准,市发展改革委\n2,排污许可,市生态环境局\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, told: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    source, (sheet,) = read_source(path)
    assert source.encoding == told
    assert sheet.rows[0] == ["序号", "事项名称", "市级实施单位"]
    assert sheet.rows[2] == ["2", "排污许可", "市生态环境局"]
    assert (sheet.name, sheet.numbers) == (None, None)


def test_big5_is_told_from_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "編號,事項名稱,機關\n1,企業投資項目核准,發展改革委員會\n2,排污許可證,環境保護局\n"
    path.write_bytes(text.encode("big5"))
    source, (sheet,) = read_source(path)
    assert source.encoding == "big5"
    assert sheet.rows[1] == ["1", "企業投資項目核准", "發展改革委員會"]
    path.write_bytes(text.encode("gb18030"))
    assert read_source(path)[0].encoding == "gb18030"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters(tmp_path: Path, delimiter: str, newline: str) -> None:
    path = tmp_path / "a.txt"
    rows = [["序号", "名称", "备注"], ["1", "甲,乙;丙", "x"], ["2", "丁,戊", "y|z"]]
    lines = [["目录"], *rows]
    quoted = [[f'"{c}"' if any(d in c for d in ",;|") else c for c in row] for row in lines]
    path.write_bytes(newline.join(map(delimiter.join, quoted)).encode())
    assert read_sheets(path)[0].rows == lines


def test_tabs_between_texts_with_commas(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("序号\t依据\n1\t甲,乙\n2\t丙,丁,戊\n", encoding="utf-8")
    assert read_sheets(path)[0].rows[2] == ["2", "丙,丁,戊"]


def test_one_column_and_lines_within_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称\n"甲\n乙"\n\n丙\n', encoding="utf-8")
    assert read_sheets(path)[0].rows == [["名称"], ["甲\n乙"], [], ["丙"]]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('a,b\n1,"x\n2,y\n3,z\n', 2),
        ('a,b\n1,x\n2,"y\n3,z\n4,"w"\n5,v\n', 3),
        ('a,b\n1,"', 2),
        ('a,b\n1,"x"y,"z\n2,w', 2),
    ],
)
def test_a_quotation_mark_that_never_closes_is_named(tmp_path: Path, text: str, row: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="quotation mark") as caught:
        read_sheets(path)
    assert caught.value.problems[0].row == row


def test_marks_inside_a_cell_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n"x"y,z\n5" 管,"说""话"\n', encoding="utf-8")
    assert read_sheets(path)[0].rows == [["a", "b"], ["xy", "z"], ['5" 管', '说"话']]


@pytest.mark.parametrize(
    "data", [b"a,b\n\0\0x\n", b"\xff\xfeA\0B", b"\xef\xbb\xbfa,\xff\n", b"a,\0b\0\0"]
)
def test_what_is_not_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(InputError):
        read_sheets(path)


def test_too_wide_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join("x" * 1001), encoding="utf-8")
    with pytest.raises(InputError, match="columns wide"):
        read_sheets(path)
