"""waivers.yml as an office wrote it, with one waiver more or one renewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.intake.problems import InputError
from registry.intake.waivers import read_waivers
from registry.intake.waivers_text import write_waiver
from registry.model.waiver import Waiver

COMMENTED = """# 市里商定，见会议纪要3号
- rule: AGR001  # 已报
  subject: 1-05-hidz
  reason: x   # 理由
  approver: 'y'
  issued: 2021-06-01
  expires: "2021-08-31"  # 到期再议

# 附件二
- {rule: PWL001, subject: 2-0001-etdz, reason: 待办, approver: 李, issued: 2021-06-01,
   expires: 2021-08-31}
# 以上
"""


def waiver(**changes: Any) -> Waiver:
    return Waiver(
        **{
            "rule": "AGR001",
            "subject": "1-05-hidz",
            "reason": "x",
            "approver": "y",
            "issued": "2021-06-01",
            "expires": "2021-08-31",
            **changes,
        }
    )


def written(path: Path, text: str, one: Waiver, place: int | None = None) -> str:
    path.write_text(text, encoding="utf-8", newline="")
    write_waiver(path, read_waivers(path) if text else [], one, place)
    return path.read_bytes().decode()


def test_a_new_waiver_stands_at_the_end(tmp_path: Path) -> None:
    one = waiver(subject="1-07-hidz", reason="待会签", approver="王：办公室")
    assert written(tmp_path / "w.yml", COMMENTED, one) == COMMENTED + (
        "- rule: AGR001\n  subject: 1-07-hidz\n  reason: 待会签\n  approver: 王：办公室\n"
        "  issued: 2021-06-01\n  expires: 2021-08-31\n"
    )


def test_of_one_renewed_what_differs_is_replaced_where_it_stands(tmp_path: Path) -> None:
    one = waiver(reason="a: b # c", expires="2021-12-31")
    expected = COMMENTED.replace("reason: x ", "reason: 'a: b # c' ").replace(
        '"2021-08-31"', '"2021-12-31"'
    )
    assert written(tmp_path / "w.yml", COMMENTED, one, 0) == expected
    other = waiver(rule="PWL001", subject="2-0001-etdz", reason="甲, [乙]", approver="李")
    expected = COMMENTED.replace("reason: 待办", "reason: '甲, [乙]'")
    assert written(tmp_path / "w.yml", COMMENTED, other, 1) == expected


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("", "- rule: AGR001\n"),
        ("# nothing yet", "# nothing yet\n- rule: AGR001\n"),
        ("# nothing yet\r\n", "# nothing yet\r\n- rule: AGR001\r\n  subject: "),
        ("---\n", "---\n- rule: AGR001\n"),
        ("[]\n", "[{rule: AGR001, subject: "),
        ("[{rule: SEA001, subject: s, reason: r, approver: a, issued: 2021-01-01,"
         " expires: 2021-02-01} # 一\n]\n",
         "[{rule: SEA001, subject: s, reason: r, approver: a, issued: 2021-01-01,"
         " expires: 2021-02-01}, {rule: AGR001, "),
        ("  - rule: SEA001\n    subject: s\n    reason: r\n    approver: a\n"
         "    issued: 2021-01-01\n    expires: 2021-02-01",
         "  - rule: SEA001\n    subject: s\n    reason: r\n    approver: a\n"
         "    issued: 2021-01-01\n    expires: 2021-02-01\n  - rule: AGR001\n    subject: "),
    ],
)  # fmt: skip
def test_whatever_the_file_looks_like(tmp_path: Path, text: str, beginning: str) -> None:
    path = tmp_path / "w.yml"
    assert written(path, text, waiver()).startswith(beginning)
    assert read_waivers(path)[-1] == waiver()


def test_a_document_that_is_closed(tmp_path: Path) -> None:
    text = "---\n- rule: SEA001\n  subject: s\n  reason: r\n  approver: a\n  issued: 2021-01-01\n"
    text += "  expires: 2021-02-01\n"
    after = written(tmp_path / "w.yml", text + "...\n", waiver())
    assert after.startswith(text + "- rule: AGR001\n")
    assert after.endswith("  expires: 2021-08-31\n...\n")


def test_a_reason_of_several_lines(tmp_path: Path) -> None:
    text = (
        "- rule: AGR001\n  subject: 1-05-hidz\n  reason: |\n    一\n    二\n  approver: y\n"
        "  issued: 2021-06-01\n  expires: 2021-08-31\n"
    )
    path = tmp_path / "w.yml"
    after = written(path, text, waiver(reason="三"), 0)
    assert after == text.replace("|\n    一\n    二\n", "三\n")
    after = written(path, text, waiver(reason="三\n四"), 0)
    assert read_waivers(path) == [waiver(reason="三\n四")]


@pytest.mark.parametrize(
    "text",
    [
        "- &a\n  rule: AGR001\n  subject: 1-05-hidz\n  reason: &r x\n  approver: y\n"
        "  issued: 2021-06-01\n  expires: 2021-08-31\n"
        "- {rule: SEA001, subject: s, reason: *r, approver: y, issued: 2021-06-01,"
        " expires: 2021-08-31}\n",
        "- rule: SEA001\n  subject: s\n  <<: {reason: x, approver: y, issued: 2021-06-01,"
        " expires: 2021-08-31}\n",
    ],
)
def test_what_is_written_in_a_peculiar_way_is_left_to_people(tmp_path: Path, text: str) -> None:
    path = tmp_path / "w.yml"
    with pytest.raises(RegistryError) as caught:
        written(path, text, waiver(reason="其他"), 0)
    assert "reason: 其他" in str(caught.value), "what to write by hand"
    assert path.read_text(encoding="utf-8") == text


def test_encoding_mark_and_permissions_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "w.yml", tmp_path / "link.yml"
    for encoding, mark in (("gb18030", b""), ("utf-8-sig", "\ufeff".encode())):
        path.write_text(COMMENTED, encoding=encoding)
        path.chmod(0o664)
        if not link.is_symlink():
            link.symlink_to(path)
        write_waiver(link, read_waivers(link), waiver(subject="s"), None)
        assert link.is_symlink()
        assert path.stat().st_mode & 0o777 == 0o664
        assert path.read_bytes().startswith(mark + "# 市里".encode(encoding.removesuffix("-sig")))
        assert [w.subject for w in read_waivers(path)] == ["1-05-hidz", "2-0001-etdz", "s"]


PLAIN = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), min_size=1
).filter(lambda text: text.strip())


@given(reason=PLAIN, approver=PLAIN, subject=PLAIN)
def test_any_words_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, reason: str, approver: str, subject: str
) -> None:
    path = tmp_path_factory.mktemp("w") / "w.yml"
    for text in ("", "[]", COMMENTED):
        for place in (None, 0, 1) if text == COMMENTED else (None,):
            one = waiver(subject=f"s{subject}", reason=reason, approver=approver)
            written(path, text, one, place)
            found = read_waivers(path)[-1 if place is None else place]
            assert (found.reason, found.approver) == (one.reason, one.approver)
            if place is None:
                assert found == one


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  expires: 2021-12-31\n", "row 8: expires is given twice. Keep one of the two lines."),
        ("  reason: a\x07b\n", "row 8: this is not YAML: control characters are not allowed. "
         "Delete the character"),
    ],
)  # fmt: skip
def test_line_and_key_of_what_is_wrong(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "w.yml"
    path.write_text(COMMENTED.replace("\n\n", f"\n{line}\n"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_waivers(path)
    assert words in "\n".join(map(str, caught.value.problems))


@pytest.mark.parametrize("written_as", ['"a\\ab"', '"\\ud83d"', '"a\\0"'])
def test_control_characters_that_are_escaped(tmp_path: Path, written_as: str) -> None:
    path = tmp_path / "w.yml"
    path.write_text(COMMENTED.replace("reason: x", f"reason: {written_as}"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_waivers(path)
    assert "YAML" in str(caught.value) or "control character (U+00" in str(caught.value)
