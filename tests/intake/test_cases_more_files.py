"""Brothers of the kinds in test_cases_of_files.py: what files lose, hide, and look like."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.intake.formats.make_files import (
    write_csv,
    write_docx_xml,
    write_ods_xml,
    write_xlsx_xml,
)
from tests.intake.test_cases_of_files import cells, write_styled
from tests.offices import LICENCE, URGENT, WATER, Loaded, Office, item

HEAD = ["序号", "事项名称", "权力类型", "实施部门"]
ROW = ["1", "甲许可", LICENCE, WATER]
TEXT = ",".join(HEAD) + f"\n1,甲许可,{LICENCE},{WATER}\n"


def place(note: Any) -> str:
    return str(note.cell.rpartition("!")[2])


# Characters


@pytest.mark.parametrize("name", [
    "对㐀河取水的许可", "对\U0002a700河许可", "葛\U000e0100城许可", "对\U0001f3df场馆许可",
    "对〇六号井许可", "对\uf900字许可", "m³以上取水许可", "℃控制许可", "Ⅲ类许可",
])  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_rare_characters_stay(office: Office, name: str, encoding: str) -> None:
    path = office.file("清单.csv")
    write_csv(path, [HEAD, ["1", name, LICENCE, WATER]], (), encoding)
    office.load(path).holds(item(name))


@pytest.mark.parametrize("department", ["市\u200b水利局", "\ufeff市水利局", "市水利局\u00a0"])
def test_marks_without_width_are_no_other_department(office: Office, department: str) -> None:
    office.read([HEAD, ["1", "甲许可", LICENCE, department]]).holds(item("甲许可"))


# Codes


@pytest.mark.parametrize("code", ["1.1E+17", "3.7e+17", "1.13715E30", "5.10E+11"])
def test_scientific_notation_is_no_code(office: Office, code: str) -> None:
    for ending in (".csv", ".html", ".docx"):
        found = office.read([[*HEAD, "事项编码"], [*ROW, code]], ending=ending)
        assert found.at(2), found.why


@pytest.mark.parametrize("head", ["事项编码", "基本编码", "实施编码"])
def test_digits_of_a_number_in_records_are_all_kept(office: Office, head: str) -> None:
    code = "1137150001234560001234567890123"
    text = json.dumps([dict(zip(HEAD, ROW, strict=True))], ensure_ascii=False)
    found = office.text(text.replace("}", f', "{head}": {code}}}'), ending=".json")
    if not found.faults + found.cautions:
        assert code in found.rows[0].values(), found.rows


@pytest.mark.parametrize(("form", "code"), [("000000", "001234"), ("0000000000", "0000001234")])
def test_zeros_of_a_format_in_an_old_workbook(office: Office, form: str, code: str) -> None:
    import xlwt

    path = office.file("清单.xls")
    book = xlwt.Workbook()
    sheet = book.add_sheet("附件")
    for column, text in enumerate([*HEAD, "事项编码"]):
        sheet.write(0, column, text)
    for column, text in enumerate(ROW):
        sheet.write(1, column, text)
    sheet.write(1, 4, 1234, xlwt.easyxf(num_format_str=form))
    book.save(str(path))
    found = office.load(path)
    found.holds(item("甲许可"))
    assert code in found.rows[0].values()


@pytest.mark.parametrize("value", ["1E+15", "9007199254740993", "3.7E+20"])
def test_a_code_that_a_number_can_not_hold_is_told(office: Office, value: str) -> None:
    path = office.file("清单.xlsx")
    row = cells(2, *ROW, f"<c><v>{value}</v></c>")
    write_styled(path, cells(1, *HEAD, "事项编码") + row)
    found = office.load(path)
    assert [n for n in found.at(2) if place(n) == "E2"], found.why


def test_a_running_number_held_as_a_number_is_told_of_nothing(office: Office) -> None:
    path = office.file("清单.xlsx")
    row = cells(2, "<c><v>1</v></c>", *ROW[1:], "<c><v>37011700</v></c>")
    write_styled(path, cells(1, *HEAD, "事项编码") + row)
    found = office.load(path)
    found.holds(item("甲许可"))
    assert "37011700" in found.rows[0].values()


# Errors


ERRORS = ["#DIV/0!", "#NUM!", "#NULL!", "#NAME?", "#REF!", "#N/A"]


@pytest.mark.parametrize(
    ("error", "column"), [*((error, "B") for error in ERRORS), *(("#N/A", c) for c in "CDE")]
)
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_errors_are_no_values_in_any_column(
    office: Office, error: str, column: str, ending: str
) -> None:
    row = [*ROW, "限市级"]
    row["ABCDE".index(column)] = error
    found = office.read([[*HEAD, "备注"], row], ending=ending)
    assert found.rc == 2, found.why
    assert f"{column}2" in map(place, found.faults)


@pytest.mark.parametrize("error", ["Err:502", "#VALUE!", "#REF!"])
def test_errors_of_an_open_document(office: Office, error: str) -> None:
    path = office.file("清单.ods")
    lines = [HEAD, ["1", error, LICENCE, WATER]]
    body = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{t}</text:p></table:table-cell>" for t in line)
        + "</table:table-row>"
        for line in lines
    )
    write_ods_xml(path, f'<table:table table:name="附件">{body}</table:table>')
    found = office.load(path)
    assert found.rc == 2, found.why
    assert "B2" in map(place, found.faults)


@pytest.mark.parametrize("column", ["C", "D", "E"])
def test_lost_characters_in_any_column_are_told(office: Office, column: str) -> None:
    row = [*ROW, "仅限市级"]
    row["ABCDE".index(column)] += "\ufffd"
    found = office.read([[*HEAD, "备注"], row])
    assert [n for n in found.at(2) if place(n) == f"{column}2"], found.why


# Fine files


@pytest.mark.parametrize("first", ["PK", "II", "RIFF", "MZ", "BM", "%"])
def test_a_table_is_not_judged_by_two_letters(office: Office, first: str) -> None:
    text = f"{first}编号,事项名称,权力类型,实施部门\n1,甲许可,{LICENCE},{WATER}\n"
    for encoding in ("utf-8", "gb18030"):
        office.bytes(text.encode(encoding)).holds(item("甲许可"))


@pytest.mark.parametrize("text", [
    TEXT.replace("行政许可", "⾏政许可"), TEXT.replace("权力类型", "权⼒类型"),
    TEXT.replace("市水利局", "市⽔利局"), TEXT.replace("实施部门", "实施部⻔"),
    TEXT.replace("权力类型", "权力类\u2004型"),
])  # fmt: skip
def test_look_alikes_of_characters(office: Office, text: str) -> None:
    office.text(text).holds(item("甲许可"))


@pytest.mark.parametrize("data", [
    TEXT.encode() + b"\0", TEXT.encode() + b"\0" * 8, TEXT.encode("gb18030") + b"\0",
    TEXT.encode() + b"\x1a",
], ids=["nul", "nuls", "gb18030", "ctrl-z"])  # fmt: skip
def test_padding_at_the_end_is_no_hindrance(office: Office, data: bytes) -> None:
    office.bytes(data).holds(item("甲许可"))


@pytest.mark.parametrize("broken", [b"\xe5", b"\xff", b"\xe5\x8f", b"\xc3"])
def test_one_broken_byte_in_the_middle_is_told(office: Office, broken: bytes) -> None:
    data = TEXT.encode() + "2,乙".encode() + broken + f"许可,{LICENCE},{WATER}\n".encode()
    found = office.bytes(data + f"3,丙许可,{LICENCE},{WATER}\n".encode())
    if found.rc == 0:
        assert found.names[0::2] == ["甲许可", "丙许可"], found.why
        assert found.at(3), found.why
    else:
        assert found.at(3) or "3" in found.run.stderr, found.why


# Formulas


@pytest.mark.parametrize("column", ["B", "C", "D", "E"])
@pytest.mark.parametrize("formula", [
    "<c><f>X!A1</f></c>", "<c><f>X!A1</f><v></v></c>", '<c><f t="shared" si="0"/></c>',
])  # fmt: skip
def test_a_formula_without_a_value_in_any_column(office: Office, column: str, formula: str) -> None:
    path = office.file("清单.xlsx")
    row = ["2", "乙许可", LICENCE, URGENT, "限市级"]
    row["ABCDE".index(column)] = formula
    write_xlsx_xml(path, cells(1, *HEAD, "备注") + cells(2, *ROW) + cells(3, *row))
    found = office.load(path)
    assert found.rc == 2, found.why
    assert f"{column}3" in map(place, found.faults)


def test_a_formula_with_a_value_is_its_value(office: Office) -> None:
    path = office.file("清单.xlsx")
    value = f'<c t="str"><f>X!A1</f><v>{URGENT}</v></c>'
    write_xlsx_xml(path, cells(1, *HEAD) + cells(2, *ROW[:3], value))
    office.load(path).holds(item("甲许可", departments=URGENT))


# Hidden


def hidden_sheet(office: Office, hide: Callable[[Any, Any, Any], None]) -> Loaded:
    """Load a workbook of two sheets and three items, of which one is hidden somehow."""
    import xlsxwriter

    path = office.file("清单.xlsx")
    book = xlsxwriter.Workbook(str(path))
    shown, other = book.add_worksheet("附件"), book.add_worksheet("底稿")
    for sheet, names in ((shown, ("甲许可", "乙许可")), (other, ("丙许可",))):
        for r, row in enumerate(
            [HEAD, *([str(n), x, LICENCE, WATER] for n, x in enumerate(names, 1))]
        ):
            sheet.write_row(r, 0, row)
    hide(book, shown, other)
    book.close()
    everything = office.load(path, "--hidden")
    assert everything.names == ["甲许可", "乙许可", "丙许可"], everything.why
    return office.load(path)


def struck(book: Any, sheet: Any, _other: Any) -> None:
    line = book.add_format({"font_strikeout": True})
    for column, text in enumerate(["2", "乙许可", LICENCE, WATER]):
        sheet.write_string(2, column, text, line)


@pytest.mark.parametrize("hide", [
    lambda book, sheet, other: sheet.set_row(2, None, None, {"hidden": True}),
    lambda book, sheet, other: sheet.set_row(2, 0),
    struck,
])  # fmt: skip
def test_a_row_that_people_do_not_see(
    office: Office, hide: Callable[[Any, Any, Any], None]
) -> None:
    found = hidden_sheet(office, hide)
    found.holds(item("甲许可"), item("丙许可"))
    assert found.is_told(3), found.why


@pytest.mark.parametrize("how", ["hide", "very_hidden"])
def test_a_sheet_that_people_do_not_see(office: Office, how: str) -> None:
    found = hidden_sheet(office, lambda book, sheet, other: getattr(other, how)())
    found.holds(item("甲许可"), item("乙许可"))
    assert "底稿" in found.said


def test_a_part_of_a_cell_that_is_struck(office: Office) -> None:
    path = office.file("清单.xlsx")
    rich = (
        '<c t="inlineStr"><is><r><t>甲</t></r><r><rPr><strike/></rPr><t>类</t></r>'
        "<r><t>许可</t></r></is></c>"
    )
    write_xlsx_xml(path, cells(1, *HEAD) + cells(2, "1", rich, LICENCE, WATER))
    found = office.load(path)
    found.holds(item("甲许可"))
    assert found.at(2), found.why
    office.load(path, "--hidden").holds(item("甲类许可"))


@pytest.mark.parametrize("hide", [
    '<tr style="visibility:hidden">', '<tr style="display: none;">', '<tr hidden="">',
    '<tr STYLE="color:red;DISPLAY:NONE">',
])  # fmt: skip
def test_a_row_that_a_page_hides(office: Office, hide: str) -> None:
    lines = [HEAD, ROW, ["2", "乙许可", LICENCE, WATER]]
    rows = ["".join(f"<td>{cell}</td>" for cell in line) for line in lines]
    page = f"<meta charset=utf-8><table><tr>{rows[0]}</tr><tr>{rows[1]}</tr>{hide}{rows[2]}</tr>"
    found = office.text(f"<html>{page}</table></html>", ending=".html")
    found.holds(item("甲许可"))
    assert found.is_told(3), found.why
    office.text(f"<html>{page}</table></html>", "--hidden", ending=".html").holds(
        item("甲许可"), item("乙许可")
    )


@pytest.mark.parametrize("mark", ["<del>{}</del>", "<s>{}</s>", "<strike>{}</strike>",
    '<span style="text-decoration:line-through">{}</span>', '<span style="display:none">{}</span>',
])  # fmt: skip
def test_a_part_of_a_cell_that_a_page_hides(office: Office, mark: str) -> None:
    row = "".join(f"<td>{cell}" for cell in ["1", f"甲{mark.format('类')}许可", LICENCE, WATER])
    page = "<html><meta charset=utf-8><table><tr>" + "".join(f"<th>{h}" for h in HEAD)
    found = office.text(f"{page}<tr>{row}</table>", ending=".html")
    found.holds(item("甲许可"))
    assert found.at(2), found.why
    office.text(f"{page}<tr>{row}</table>", "--hidden", ending=".html").holds(item("甲类许可"))


@pytest.mark.parametrize("how", ["<w:vanish/>", "<w:strike/>", "<w:dstrike/>",
    '<w:vanish w:val="1"/>', '<w:strike w:val="true"/>',
])  # fmt: skip
def test_a_part_of_a_cell_that_a_document_hides(office: Office, how: str) -> None:
    def run(text: str, how: str = "") -> str:
        return f"<w:r><w:rPr>{how}</w:rPr><w:t>{text}</w:t></w:r>"

    path = office.file("清单.docx")
    lines = [[run(h) for h in HEAD], [run(cell) for cell in ROW]]
    lines[1][1] = run("甲") + run("类", how) + run("许可")
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc><w:p>{cell}</w:p></w:tc>' for cell in line)}</w:tr>"
        for line in lines
    )
    write_docx_xml(path, f"<w:tbl>{rows}</w:tbl>")
    found = office.load(path)
    found.holds(item("甲许可"))
    assert found.at(2), found.why
    office.load(path, "--hidden").holds(item("甲类许可"))


@pytest.mark.parametrize("how", ['<w:vanish w:val="0"/>', '<w:strike w:val="false"/>'])
def test_what_a_document_says_is_not_hidden_is_shown(office: Office, how: str) -> None:
    path = office.file("清单.docx")
    rows = "".join(
        "<w:tr>"
        + "".join(
            f"<w:tc><w:p><w:r><w:rPr>{how}</w:rPr><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in line
        )
        + "</w:tr>"
        for line in (HEAD, ROW)
    )
    write_docx_xml(path, f"<w:tbl>{rows}</w:tbl>")
    office.load(path).holds(item("甲许可"))


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_a_row_that_an_open_document_hides(office: Office, visibility: str) -> None:
    path = office.file("清单.ods")
    hidden = f' table:visibility="{visibility}"'
    lines = [(HEAD, ""), (ROW, ""), (["2", "乙许可", LICENCE, WATER], hidden)]
    body = "".join(
        f"<table:table-row{how}>"
        + "".join(f"<table:table-cell><text:p>{t}</text:p></table:table-cell>" for t in line)
        + "</table:table-row>"
        for line, how in lines
    )
    write_ods_xml(path, f'<table:table table:name="附件">{body}</table:table>')
    found = office.load(path)
    found.holds(item("甲许可"))
    assert found.is_told(3), found.why
    assert office.load(path, "--hidden").names == ["甲许可", "乙许可"]


# Glyphs without characters, and what ended in internal errors


@pytest.mark.parametrize("name", ["(cid:21462)(cid:27700)许可", "甲(cid:3)许可", "锟斤拷许可"])
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_a_bad_copy_left_is_told(office: Office, name: str, ending: str) -> None:
    assert office.read([HEAD, ["1", name, LICENCE, WATER]], ending=ending).at(2)


@pytest.mark.parametrize("text", [
    "", "\n\n", "null", "[]", "[1]", "{}", '[{"事项名称": NaN}]', '[{"事项名称": {"a": 1}}]',
    '[{"\\ud83d": 1, "事项名称": "甲"}]', '[{"事项名称": "\\udc00", "事项类型": "行政许可"}]',
    '[{"事项名称": "甲许可", "序号": 1e999}]', "[" * 5000, TEXT.splitlines()[0],
    TEXT + "2,\x00\x01\x02,,\n", TEXT.replace("甲", "甲" * 9000), '"' + TEXT,
], ids=lambda text: repr(text)[:20])  # fmt: skip
@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_whatever_comes_in_is_no_internal_error(office: Office, text: str, ending: str) -> None:
    found = office.text(text, ending=ending)
    assert found.rc in (0, 2)
    assert "internal" not in found.run.stderr.lower()
    assert "Traceback" not in found.run.stderr
