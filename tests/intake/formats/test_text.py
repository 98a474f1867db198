"""Text: encodings, delimiters, and quotation marks that never close."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.intake.formats import read_sheets, read_source
from registry.intake.formats.encodings import decode
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


@pytest.mark.parametrize("delimiter", ["，", "；", ",", "\t", ";", "|"])
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


@pytest.mark.parametrize("start", [*(b"BM,MC\n", b"BMMC,x\n", b"BZh,x\n", b"Rar!,x\n")])
@pytest.mark.parametrize(
    "more", [b"", b"GIF89a,x\n", b"II*,x\n", b"see %PDF-1.4,x\n", b"{\\rtf,x\n"]
)
def test_letters_that_other_formats_begin_with(tmp_path: Path, start: bytes, more: bytes) -> None:
    path = tmp_path / "a.csv"
    for content in (start + more, more + start):
        path.write_bytes(content + "市水利局,取水许可\n".encode())
        source, (sheet,) = read_source(path)
        assert source.kind == "text"
        assert sheet.rows[-1] == ["市水利局", "取水许可"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("nul", ["\0", "\0\0", "\0甲\0"])
def test_a_few_nuls_are_kept_in_the_text(tmp_path: Path, encoding: str, nul: str) -> None:
    path = tmp_path / "a.csv"
    for place in range(len(TEXT)):
        path.write_bytes((TEXT[:place] + nul + TEXT[place:]).encode(encoding))
        source, (sheet,) = read_source(path)
        assert source.encoding == {"utf-8-sig": "utf-8", "gbk": "gb18030"}.get(encoding, encoding)
        read = "".join(map("".join, sheet.rows))
        assert read == (TEXT[:place] + nul + TEXT[place:]).replace(",", "").replace("\n", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_damaged_character_is_one_sign(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    sound = TEXT.encode(encoding)
    start = sound.index("事项".encode())
    damaged = {
        "cut off": sound[:-3],
        "without its end": sound[: start + 2] + sound[start + 3 :],
        "without its beginning": sound[:start] + sound[start + 1 :],
        "changed": sound[:start] + b"\xff" + sound[start + 1 :],
        "a byte too many": sound[:start] + b"\x80" + sound[start:],
    }
    for how, data in damaged.items():
        path.write_bytes(data)
        source, (sheet,) = read_source(path)
        assert source.encoding == "utf-8", how
        rest = "".join(map("".join, sheet.rows)).replace("\ufffd", "")
        assert len(rest) >= len(TEXT.replace(",", "").replace("\n", "")) - 2, how


def test_a_damaged_byte_of_gb18030_harms_its_cell_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    sound = TEXT.encode("gb18030")
    start = sound.index("企业".encode("gb18030"))
    for data in (sound[:start] + sound[start + 1 :], sound[:start] + b"\xff" + sound[start + 1 :]):
        path.write_bytes(data)
        source, (sheet,) = read_source(path)
        assert source.encoding == "gb18030"
        assert "\ufffd" in sheet.rows[1][1]
        assert sheet.rows[1][::2] == ["1", "市发展改革委"]
        assert sheet.rows[2] == ["2", "排污许可", "市生态环境局"]


EVERYDAY = [
    character
    for first in range(0xB0, 0xD7)
    for second in range(0xA1, 0xFF)
    if (character := bytes([first, second]).decode("gb2312"))
]
LISTS = st.lists(
    st.one_of(st.sampled_from(EVERYDAY), st.sampled_from("，。（）《》"), st.sampled_from("1a,\n")),
    min_size=1,
    max_size=80,
).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LISTS)
def test_no_text_in_gb18030_is_taken_for_damaged_utf8(tmp_path: Path, text: str) -> None:
    data = text.encode("gb18030")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert decode(tmp_path, data) == (text, "gb18030")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LISTS, st.integers(0, 10_000), st.sampled_from([b"", b"\xff", b"\x80"]))
def test_a_damaged_text_in_utf8_stays_one(
    tmp_path: Path, text: str, place: int, instead: bytes
) -> None:
    sound = ("序号,事项名称,实施部门\n" + text).encode()
    at = place % len(sound)
    found, encoding = decode(tmp_path, sound[:at] + instead + sound[at + 1 :])
    assert encoding == "utf-8"
    assert found.count("\ufffd") <= 3
    assert found.isascii() or len(found) >= len(sound.decode()) - 1


@given(st.text(st.characters(codec="big5"), min_size=1), st.binary(max_size=4))
def test_any_bytes_are_read_or_refused(text: str, more: bytes) -> None:
    data = text.encode("big5") + more
    try:
        found, _encoding = decode(Path("a"), data)
    except InputError:
        return
    assert isinstance(found, str)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@given(text=LISTS)
def test_utf16_is_told_from_text_with_nuls(encoding: str, text: str) -> None:
    text = f"序号,一、事项名称\n{text}"
    assert decode(Path("a"), text.encode(encoding)) == (text, encoding)


def test_commas_of_sentences_part_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("事项名称\n取水，排水许可\n采砂许可，含延续\n排污许可\n", encoding="utf-8")
    (sheet,) = read_sheets(path)
    assert sheet.rows[1] == ["取水，排水许可"]
