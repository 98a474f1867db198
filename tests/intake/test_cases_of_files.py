"""What people report of files that tables stand in: lost characters and digits, errors, hidden
text, and files that look broken and aren't."""

from __future__ import annotations

import json
import unicodedata
import zipfile
from pathlib import Path

import pytest

from tests.intake.formats.make_files import (
    write_docx_xml,
    write_ods_xml,
    write_xlsx,
    write_xlsx_xml,
)
from tests.offices import (
    CHECK,
    LICENCE,
    PENALTY,
    WATER,
    Office,
    item,
)

HEAD = ["序号", "事项名称", "权力类型", "实施部门"]


def cells(row: int, *values: str, attributes: str = "") -> str:
    """A row of a sheet's XML: texts, or XML as it is."""
    done = []
    for column, value in zip("ABCDEFG", values, strict=False):
        if value.startswith("<"):
            done.append(value.replace("<c", f'<c r="{column}{row}"', 1))
        elif value:
            done.append(f'<c r="{column}{row}" t="inlineStr"><is><t>{value}</t></is></c>')
    return f'<row r="{row}"{attributes}>{"".join(done)}</row>'


STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="0000000000"/></numFmts>'
    '<fonts count="2"><font/><font><strike/></font></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf fontId="1" applyFont="1"/></cellXfs></styleSheet>'
)
"""Style 1 shows ten digits, style 2 is struck through."""
STYLED = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/styles" Target="styles.xml"/></Relationships>'
)


def write_styled(path: Path, *rows: str) -> None:
    """A workbook of one sheet with the styles above."""
    write_xlsx_xml(path, "".join(rows), **{"xl__styles.xml": STYLES})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/_rels/workbook.xml.rels"] = STYLED.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


# Characters that were deleted


@pytest.mark.parametrize("name", [
    "对\U00031350河取水的处罚", "对\U0002ebf0河取水的检查", "对\U00030000河取水的确认",
    "对\U000323b0\u9fff河取水的确认",
])  # fmt: skip
def test_characters_of_late_extensions_stay(office: Office, name: str) -> None:
    for ending in (".csv", ".xlsx"):
        office.read([HEAD, ["1", name, PENALTY, WATER]], ending=ending).holds(item(name, PENALTY))


def test_what_gb18030_had_in_private_use_is_kept_or_its_character(office: Office) -> None:
    text = ",".join(HEAD) + f"\n1,对\ue81e山水库取水的处罚,{PENALTY},{WATER}\n"
    text += f"2,对䶮河\U00020bb7村取水的检查,{CHECK},{WATER}\n"
    for data in (text.encode("gb18030"), text.encode()):
        found = office.bytes(data)
        assert found.rc == 0, found.why
        assert found.names[0].replace("\ue81e", "\u9fb4") == "对\u9fb4山水库取水的处罚"
        assert found.names[1] == "对䶮河\U00020bb7村取水的检查"


def test_a_character_of_private_use_that_nobody_knows_is_kept_and_told(office: Office) -> None:
    found = office.read([HEAD, ["2", "\ue000村河道检查", CHECK, WATER]])
    assert found.names == ["\ue000村河道检查"], found.why
    assert found.at(2), "others don't see what the office's font shows"


# Codes held as numbers


def test_a_format_of_zeros_is_honoured_and_lost_digits_are_told(office: Office) -> None:
    path = office.file("清单.xlsx")
    head = cells(1, *HEAD, "事项编码")
    write_styled(path, head, cells(2, "1", "甲许可", LICENCE, WATER, '<c s="1"><v>123456</v></c>'))
    found = office.load(path)
    found.holds(item("甲许可"))
    assert [c for c in found.rows[0].values() if c == "0000123456"], found.rows


@pytest.mark.parametrize("value", ["1.1371500012345601E+30", "3.70000010000001E+17"])
def test_a_long_code_held_as_a_number_is_told(office: Office, value: str) -> None:
    path = office.file("清单.xlsx")
    row = cells(2, "1", "甲许可", LICENCE, WATER, f"<c><v>{value}</v></c>")
    write_styled(path, cells(1, *HEAD, "事项编码"), row)
    found = office.load(path)
    assert any(note.cell.endswith("E2") for note in found.at(2)), found.why


def test_the_same_in_an_old_workbook(office: Office) -> None:
    import xlwt

    path = office.file("清单.xls")
    book = xlwt.Workbook()
    sheet = book.add_sheet("附件")
    for column, head in enumerate([*HEAD, "事项编码"]):
        sheet.write(0, column, head)
    ten = xlwt.easyxf(num_format_str="0000000000")
    for row, (code, style) in enumerate([(123456, ten), (1.1371500012345601e30, None)], 1):
        for column, text in enumerate([str(row), f"{'甲乙'[row - 1]}许可", LICENCE, WATER]):
            sheet.write(row, column, text)
        sheet.write(row, 4, code, *([style] if style else []))
    book.save(str(path))
    found = office.load(path)
    assert any(note.cell.endswith("E3") for note in found.at(3)), found.why
    assert "123456" not in [i.get("code") for i in found.document.get("items", [])]
    if found.rc == 0:
        assert "0000123456" in found.rows[0].values()


def test_the_same_in_an_open_document(office: Office) -> None:
    path = office.file("清单.ods")

    def line(*texts: str, last: str) -> str:
        plain = "".join(f"<table:table-cell><text:p>{t}</text:p></table:table-cell>" for t in texts)
        return f"<table:table-row>{plain}{last}</table:table-row>"

    def number(value: str, shown: str) -> str:
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{shown}</text:p></table:table-cell>"
        )

    write_ods_xml(
        path,
        '<table:table table:name="附件">'
        + line(*HEAD, last="<table:table-cell><text:p>事项编码</text:p></table:table-cell>")
        + line("1", "甲许可", LICENCE, WATER, last=number("123456", "0000123456"))
        + line("2", "乙许可", LICENCE, WATER, last=number("1.13715000123456E+030", "1.13715E+30"))
        + "</table:table>",
    )
    found = office.load(path)
    assert any(note.cell.endswith("E3") for note in found.at(3)), found.why
    if found.rc == 0:
        assert "0000123456" in found.rows[0].values()


@pytest.mark.parametrize("code", ["1.13715E+30", "3.7E+17"])
def test_the_same_in_text(office: Office, code: str) -> None:
    found = office.read([[*HEAD, "事项编码"], ["1", "取水许可新甲", LICENCE, WATER, code]])
    assert found.at(2), found.why


def test_the_same_in_records(office: Office) -> None:
    record = json.dumps([dict(zip(HEAD, ["1", "甲许可", LICENCE, WATER], strict=True))])
    code = "1137150001234560001234567890123.0"
    found = office.text(record.replace("}", f', "事项编码": {code}}}'), ending=".json")
    assert found.faults + found.cautions, found.why


# Errors instead of values


@pytest.mark.parametrize(("column", "error"), [
    ("B", "#REF!"), ("E", "#N/A"), ("F", "#VALUE!"), ("G", "#NAME?"),
])  # fmt: skip
def test_an_error_of_the_workbook_is_no_value(office: Office, column: str, error: str) -> None:
    path = office.file("清单.xlsx")
    row = ["1", "甲许可", LICENCE, WATER, "A1", "限市级", "《水法》第七条"]
    row["ABCDEFG".index(column)] = f'<c t="e"><f>VLOOKUP(A1,X!A:B,2)</f><v>{error}</v></c>'
    write_xlsx_xml(path, cells(1, *HEAD, "事项编码", "备注", "实施依据") + cells(2, *row))
    found = office.load(path)
    assert found.rc == 2, found.why
    assert [f.cell.rpartition("!")[2] for f in found.faults] == [f"{column}2"]


def test_a_name_with_a_character_that_was_lost_is_refused(office: Office) -> None:
    found = office.read([[*HEAD, "备注"], ["1", "取水\ufffd许可新甲", LICENCE, WATER, ""]])
    assert found.rc == 2, found.why
    assert [f.cell for f in found.faults] == ["B2"]
    assert office.read([HEAD, ["2", "锟斤拷烫烫烫许可", LICENCE, WATER]]).at(2)


# Fine files that were refused


def test_a_table_that_begins_with_bm_is_no_picture(office: Office) -> None:
    text = f"BM,MC\n{WATER},取水许可甲\n"
    assert "取水许可甲" in office.text(text).run.stderr
    words = ("--map", "MC=name", "--map", "BM=department", "--type", LICENCE)
    office.text(text, *words).holds(item("取水许可甲"))
    text = f"BMMC,事项名称,权力类型\n{WATER},取水许可甲,{LICENCE}\n"
    office.text(text, "--map", "BMMC=department").holds(item("取水许可甲"))


def test_a_workbook_whose_parts_are_named_with_backslashes(office: Office) -> None:
    path = office.file("清单.xlsx")
    write_xlsx(path, [HEAD, ["1", "甲许可", LICENCE, WATER]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo("x")
            info.filename = name.replace("/", "\\")
            archive.writestr(info, data)
    assert b"xl\\workbook.xml" in path.read_bytes()
    office.load(path).holds(item("甲许可"))


@pytest.mark.parametrize("head", ["权⼒类型", "权力类型"])
def test_radicals_in_place_of_characters_are_read(office: Office, head: str) -> None:
    rows = [["序号", "事项名称", head, "实施部⻔"], ["1", "取⽔许可新", "⾏政许可", "市⽔利局"]]
    found = office.read(rows)
    assert found.rc == 0, found.why
    (held,) = found.items
    assert held._replace(name=unicodedata.normalize("NFKC", held.name)) == item("取水许可新")


def test_one_nul_makes_no_other_encoding(office: Office) -> None:
    found = office.text(",".join(HEAD) + f"\n1,取水\0许可新甲,{LICENCE},{WATER}\n")
    if found.rc == 0:
        assert [name.replace(" ", "") for name in found.names] == ["取水许可新甲"]
    else:
        assert found.at(2), found.why


def test_one_broken_character_makes_no_other_encoding(office: Office) -> None:
    rows = ",".join(HEAD) + f"\n1,取水许可新甲,{LICENCE},{WATER}\n"
    rows += f"2,河道采砂许可新乙,{LICENCE},{WATER}\n3,"
    found = office.bytes(rows.encode() + b"\xe5\x8f")
    assert found.document.get("encoding", "utf-8").startswith("utf-8")
    if found.rc == 0:
        assert found.names == ["取水许可新甲", "河道采砂许可新乙"]
        assert found.is_told(4)
    else:
        assert found.at(4) or "4" in found.run.stderr, found.why


# A formula whose value is not in the file


def test_a_formula_without_a_value_is_no_empty_cell(office: Office) -> None:
    path = office.file("清单.xlsx")
    rows = cells(1, *HEAD) + cells(2, "1", "地下水抽用许可", LICENCE, WATER)
    rows += cells(3, "2", "废气排放证核发", LICENCE, "<c><f>VLOOKUP(A3,X!A:B,2)</f></c>")
    write_xlsx_xml(path, rows)
    found = office.load(path)
    assert found.rc == 2, found.why
    assert [f.cell.rpartition("!")[2] for f in found.faults] == ["D3"]


# Hidden text


def test_hidden_rows_and_struck_rows_of_a_workbook(office: Office) -> None:
    path = office.file("清单.xlsx")
    struck = [f'<c s="2" t="inlineStr"><is><t>{t}</t></is></c>' for t in ("3", "丙", LICENCE)]
    write_styled(
        path,
        cells(1, *HEAD),
        cells(2, "1", "取水许可新甲", LICENCE, WATER),
        cells(3, "2", "隐藏行许可新乙", LICENCE, WATER, attributes=' hidden="1"'),
        cells(4, *struck, f'<c s="2" t="inlineStr"><is><t>{WATER}</t></is></c>'),
        cells(5, "4", "筛选掉许可新丁", LICENCE, WATER, attributes=' hidden="1"'),
    )
    found = office.load(path)
    found.holds(item("取水许可新甲"))
    assert all(found.is_told(row) for row in (3, 4, 5)), found.why
    assert office.load(path, "--hidden").names == [
        *("取水许可新甲", "隐藏行许可新乙", "丙", "筛选掉许可新丁")
    ]


def test_a_hidden_column_of_a_workbook(office: Office) -> None:
    import xlsxwriter

    path = office.file("清单.xlsx")
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("附件")
    for r, row in enumerate([[*HEAD, "备注"], ["1", "甲许可", LICENCE, WATER, "内部掌握"]]):
        sheet.write_row(r, 0, row)
    sheet.set_column(4, 4, None, None, {"hidden": True})
    book.close()
    found = office.load(path)
    found.holds(item("甲许可"))
    assert found.rows[0]["remark"] is None
    assert any("E" in note.cell or "E" in note.what for note in found.cautions) or any(
        c["column"] == "E" and c["field"] is None
        for s in found.document["sheets"]
        for c in s["columns"]
    ), found.why
    assert office.load(path, "--hidden").rows[0]["remark"] == "内部掌握"


def test_hidden_text_of_a_web_page(office: Office) -> None:
    row = "<tr{}><td>{}<td>{}<td>行政许可<td>市水利局"
    page = "<html><meta charset=utf-8><table><tr>" + "".join(f"<th>{head}" for head in HEAD)
    page += row.format("", 1, '取水许可新甲<span style="display:none">内部</span>')
    page += row.format(' style="display:none"', 2, "隐藏许可新乙")
    page += row.format(" hidden", 3, "隐藏许可新丙") + "</table>"
    found = office.text(page, ending=".html")
    found.holds(item("取水许可新甲"))
    assert all(found.is_told(number) for number in (2, 3, 4)), found.why
    everything = office.text(page, "--hidden", ending=".html")
    assert everything.names == ["取水许可新甲内部", "隐藏许可新乙", "隐藏许可新丙"]


def test_a_struck_name_of_a_web_page_is_no_item(office: Office) -> None:
    page = "<table><tr>" + "".join(f"<th>{head}" for head in HEAD)
    page += f"<tr><td>1<td>甲许可<td>{LICENCE}<td>{WATER}"
    page += f"<tr><td>4<td><s>删除许可新丁</s><td>{LICENCE}<td>{WATER}</table>"
    found = office.text(f"<html><meta charset=utf-8>{page}", ending=".html")
    assert "删除许可新丁" not in found.names
    assert found.is_told(3), found.why
    everything = office.text(f"<html><meta charset=utf-8>{page}", "--hidden", ending=".html")
    assert everything.names == ["甲许可", "删除许可新丁"]


def _word(*paragraphs: str, hidden: bool = False) -> str:
    inside = "".join(f"<w:tc><w:p>{p}</w:p></w:tc>" for p in paragraphs)
    return f"<w:tr>{'<w:trPr><w:hidden/></w:trPr>' if hidden else ''}{inside}</w:tr>"


def _run(text: str, how: str = "") -> str:
    return f"<w:r><w:rPr>{how}</w:rPr><w:t>{text}</w:t></w:r>"


def test_hidden_text_of_a_document(office: Office) -> None:
    path = office.file("清单.docx")
    end = (_run(LICENCE), _run(WATER))
    vanished = _run("取水") + _run("（内部）", "<w:vanish/>") + _run("许可甲")
    rows = [
        _word(*map(_run, HEAD)),
        _word(_run("1"), vanished, *end),
        _word(_run("2"), _run("围垦审批乙", "<w:strike/>"), *end),
        _word(_run("3"), _run("隐藏审批丙"), *end, hidden=True),
        _word(_run("4"), _run("采砂许可丁"), *end),
    ]
    write_docx_xml(path, f"<w:tbl>{''.join(rows)}</w:tbl>")
    found = office.load(path)
    assert not {"围垦审批乙", "隐藏审批丙", "取水（内部）许可甲"} & set(found.names)
    assert all(found.is_told(number) for number in (2, 3, 4)), found.why
    if found.rc == 0:
        assert found.names == ["取水许可甲", "采砂许可丁"]
    assert office.load(path, "--hidden").names == [
        *("取水（内部）许可甲", "围垦审批乙", "隐藏审批丙", "采砂许可丁")
    ]
