"""Nothing of a person's gets anywhere, whatever the column, sheet, file or error it stands in."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.intake.platform.personal import (
    case_number,
    case_numbers,
    header_label,
    login_name,
    looks_personal,
    window_name,
)
from tests.conftest import examples, sample
from tests.platform_files import CASES, Runner, case, workbook, write
from tests.running import environment, run_in_process

NAMES = ("欧阳翠花", "诸葛铁柱", "司马大山")
PHONE, LANDLINE = "13800138000", "0635-8412345"
DOCUMENTS = ("110101199003070011", "11010119900307123X", "110105491231002")
PLANTED = (*NAMES, PHONE, LANDLINE, *DOCUMENTS)
YEAR = 2026


@pytest.fixture
def db(platform_db: Path) -> Path:
    return platform_db


def traces(folder: Path, *outputs: str) -> list[str]:
    """Which planted texts are found: in outputs, and in the bytes of the registry and its log."""
    texts = [*outputs, (folder / "log.jsonl").read_text(encoding="utf-8")]
    data = (folder / "registry.db").read_bytes()
    return [
        one
        for one in PLANTED
        if any(one in text for text in texts)
        or any(one.encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "gb18030"))
    ]


def outputs(run: Runner, folder: Path, kind: str, *args: str | Path) -> list[str]:
    """What all commands print that may have something of a load."""
    found = []
    for words in (
        ("load", kind, *args, "--dry-run"),
        ("--lang", "zh", "load", kind, *args),
        ("load", kind, *args, "--format", "json"),
        ("log", "export", folder / "log.jsonl"),
        ("log",),
        ("audit", "--as-of", "2026-01-01", "--format", "json"),
        ("audit", "--as-of", "2026-01-01"),
        ("verify",),
    ):
        done = run(*words)
        found += [done.stdout, done.stderr]
    return found


@pytest.mark.parametrize(
    "column", sample([*CASES, "申请人姓名", "证件号码", "备注", "窗口名称", "办件状态"], 5)
)
def test_in_any_column_of_cases(db: Path, run: Runner, tmp_path: Path, column: str) -> None:
    planted = [case(f"A-{n}") for n in range(len(PLANTED))]
    for row, text in zip(planted, PLANTED, strict=True):
        row[column] = text
    path = write(tmp_path / "a.csv", planted)
    found = outputs(run, tmp_path, "cases", path)
    assert traces(tmp_path, *found) == []
    assert db.exists()


@pytest.mark.parametrize(
    "column", sample(["账号", "姓名", "所属部门", "角色", "状态", "最后登录时间"], 2)
)
def test_in_any_column_of_accounts(run: Runner, db: Path, tmp_path: Path, column: str) -> None:
    planted = [
        {"账号": f"user{n}", "姓名": "甲", "角色": "受理岗", "所属部门": "东区"} | {column: text}
        for n, text in enumerate(PLANTED)
    ]
    found = outputs(run, tmp_path, "accounts", write(tmp_path / "a.csv", planted))
    assert traces(tmp_path, *found) == []
    assert db.exists()


@pytest.mark.parametrize(
    "column", sample(["账号", "窗口名称", "角色", "姓名", "事项名称", "环节", "部门"], 2)
)
def test_in_any_column_of_permissions(run: Runner, db: Path, tmp_path: Path, column: str) -> None:
    row = {"窗口名称": "东区3号窗口", "事项名称": "事项1-1", "环节": "受理"}
    planted = [row | {column: text} for text in PLANTED]
    found = outputs(run, tmp_path, "permissions", write(tmp_path / "a.csv", planted))
    assert traces(tmp_path, *found) == []
    assert db.exists()


@pytest.mark.parametrize("kind", ["cases", "accounts", "permissions"])
def test_in_files_that_are_not_understood(run: Runner, db: Path, tmp_path: Path, kind: str) -> None:
    headerless = tmp_path / f"{NAMES[0]}.csv"
    headerless.write_text("\n".join(",".join(PLANTED) for _ in range(5)), encoding="utf-8")
    damaged = tmp_path / f"{NAMES[1]}{PHONE}.xlsx"
    damaged.write_bytes(b"PK\3\4" + NAMES[0].encode())
    folder = tmp_path / NAMES[2]
    folder.mkdir()
    unclosed = tmp_path / f"{DOCUMENTS[0]}.csv"
    unclosed.write_text(f'办件编号,事项名称\n1,"{NAMES[0]}\n', encoding="utf-8")
    missing = tmp_path / f"没有{NAMES[0]}.csv"
    for path in (headerless, damaged, folder, unclosed, missing):
        found = outputs(run, tmp_path, kind, path)
        assert traces(tmp_path, *found) == [], path.name
        assert run("load", kind, path).rc == 2
    assert db.exists()


def test_in_names_of_sheets_and_in_forms(run: Runner, db: Path, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for name, table in (
        (NAMES[0], [list(case()), list(case().values())]),
        (NAMES[1], [["办件编号", "A-5", "事项名称", "事项1-1", "申请人", NAMES[2]], [PHONE] * 6]),
        (NAMES[2], [[PHONE, NAMES[1]], list(DOCUMENTS)]),
    ):
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    found = outputs(run, tmp_path, "cases", tmp_path / "a.xlsx")
    assert traces(tmp_path, *found) == []
    assert db.exists()


def test_in_headers_of_two_levels(run: Runner, db: Path, tmp_path: Path) -> None:
    table = [
        ["办件编号", "事项名称", "申请人", "", "受理时间"],
        ["A-1", "事项1-1", NAMES[0], NAMES[1], "2022-03-01"],
        ["A-2", "", NAMES[2], PHONE, ""],
    ]
    found = outputs(run, tmp_path, "cases", workbook(tmp_path / "a.xlsx", table))
    assert traces(tmp_path, *found) == []
    assert db.exists()


def test_a_fault_of_the_program_quotes_nothing(
    run: Runner, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise KeyError(NAMES[0])

    monkeypatch.setattr("registry.intake.platform.cases.case_numbers", fail)
    before = db.read_bytes()
    done = run("load", "cases", write(tmp_path / "a.csv", [case()]))
    assert (done.rc, db.read_bytes()) == (2, before)
    assert "internal error (KeyError" in done.stderr
    assert NAMES[0] not in done.stdout + done.stderr


_DAY = st.dates(min_value=date(1930, 1, 1), max_value=date(YEAR - 10, 12, 31))
_DIGITS = st.text("0123456789", min_size=6, max_size=6)
documents = st.one_of(
    st.builds(
        lambda area, day, tail: f"{area}{day:%Y%m%d}{tail}",
        _DIGITS,
        _DAY,
        st.from_regex(r"[0-9]{3}[0-9Xx]", fullmatch=True),
    ),
    st.builds(
        lambda area, day, tail: f"{area}{day:%y%m%d}{tail}",
        _DIGITS,
        _DAY,
        st.from_regex(r"[0-9]{3}", fullmatch=True),
    ),
)
telephones = st.from_regex(
    r"1[3-9][0-9]{9}|1[3-9][0-9]-[0-9]{4}-[0-9]{4}|0[1-9][0-9]{2}-?[2-9][0-9]{6}", fullmatch=True
)
around = st.sampled_from(("", "A", "SL-", "示例-", "第", "示例号"))
person_names = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4
)


@given(st.one_of(documents, telephones), around, around)
def test_no_number_is_kept_that_holds_a_document_s_or_a_telephone(
    text: str, before: str, after: str
) -> None:
    assert looks_personal(text, YEAR)
    number = f"{before}{text}{after}"
    assert case_number(number, YEAR) is None
    assert case_numbers(["A-1", number, "2022-0001"], YEAR) == ["A-1", "", "2022-0001"]
    login = login_name(text, frozenset(), YEAR)
    assert login is None or text not in login


@given(st.lists(st.from_regex(r"[A-Z]{0,3}-?20[12][0-9]-?[0-9]{0,6}", fullmatch=True), min_size=1))
def test_a_column_is_kept_as_each_of_its_numbers_is(numbers: list[str]) -> None:
    assert case_numbers(numbers, YEAR) == [case_number(one, YEAR) or "" for one in numbers]


@pytest.mark.parametrize(
    "number",
    [
        *("SL-2022-0001", "20220301000123", "371500202203010001", "示例-0001", "A/2022(3)"),
        *("2022年第3号", "聊字1"[1:], "37150020220301000123"),
    ],
)
def test_numbers_of_cases_are_kept(number: str) -> None:
    assert case_number(f" {number} ", YEAR) == number


@given(person_names)
def test_a_person_s_name_is_no_number_login_or_window(name: str) -> None:
    assert case_number(name, YEAR) is None or set(name) <= set("年第号字示例")
    assert login_name(name, frozenset((name,)), YEAR) in (None, window_name(name))


@pytest.mark.parametrize("name", [*NAMES, "张三", "李小四窗口", "王五3号窗口", PHONE + "窗口"])
def test_names_are_no_windows_or_labels(name: str) -> None:
    assert window_name(name) is None
    assert header_label(name) is None or "窗口" in name


@pytest.mark.parametrize(
    "header",
    [
        *("申请人：王小明", "申请人 王小明", "申请人(王小明)", "经办人王小明", "联系人-李小红"),
        *("受理部门（王小明）", "受理时间王小明", "备注：王小明代办", "姓名王小明", "法人：王小明"),
        *(
            "单位名称：王小明超市",
            "手机：一三八零零一三八零零零",
            "办件人员_王小明",
            "满意度（王小明）",
        ),
        *(
            "申请人:WangXiaoMing",
            "姓名WangXiaoMing",
            "邮箱wxm@163.com",
            "住址：柳园路8号",
            "QQ号码:8888",
        ),
    ],
)
def test_a_header_that_holds_a_value_is_called_by_its_letters(header: str) -> None:
    assert header_label(header) is None


@pytest.mark.parametrize(
    "header",
    [
        *(
            "申请人",
            "申请人姓名",
            "统一社会信用代码",
            "办件状态",
            "是否收费",
            "特别程序类型",
            "审批结果说明",
        ),
        *(
            "apply_user",
            "联系电话（手机）",
            "证件号码/证件类型",
            "评价 等级",
            "IP地址",
            "最后登录时间",
        ),
    ],
)
def test_a_header_of_known_words_is_told(header: str) -> None:
    assert header_label(header) == header


@pytest.mark.parametrize("name", ["3号窗口", "综合受理窗口", "A12窗口", "政务服务大厅二楼5号窗口"])
def test_windows_of_known_forms_are_kept(name: str) -> None:
    assert window_name(name) == name


@settings(max_examples=examples(20, 5), suppress_health_check=[*HealthCheck])
@given(st.lists(st.one_of(documents, telephones), min_size=1, max_size=13), st.data())
def test_through_the_command_line(
    platform_registry: Path,
    tmp_path_factory: pytest.TempPathFactory,
    planted: list[str],
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(platform_registry, folder / "registry.db")
    table = []
    for place, text in enumerate(planted):
        column = data.draw(st.sampled_from([*CASES, "申请人", "联系电话"]))
        table.append(case(f"A-{place}") | {column: text})
    path = write(folder / "a.csv", table)
    done = run_in_process(["load", "cases", str(path)], environment(), folder)
    assert done.rc == 0, done.stderr
    stored = (folder / "registry.db").read_bytes()
    for text in planted:
        assert text not in done.stdout + done.stderr
        assert text.encode() not in stored
