"""`registry letters`, as a process."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from docx import Document

from tests.conftest import Run, SmallRoot

Runner = Callable[..., Run]


def test_it_writes_a_letter_to_each_and_lists_them(
    run: Runner, built: Path, tmp_path: Path
) -> None:
    done = run("--db", built, "letters", "-o", "new/letters", "--as-of", "2021-06-30")
    assert done.rc == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "new/letters").iterdir())
    assert len(names) == 13, "and nothing half-written"
    assert "督办单-市水利局-20210630.docx" in names
    assert "工作提示函-市发展改革委-20210630.docx" in names
    assert all(name in done.stdout for name in names)
    assert "13 letters written to" in done.stdout
    assert "demonstration, not official" in done.stderr
    document = Document(str(tmp_path / "new/letters/督办单-市水利局-20210630.docx"))
    assert document.sections[0].header.paragraphs[0].text == "演示数据，非正式公文"


def test_letters_to_some_alone_and_all_as_one_file(
    run: Runner, built: Path, tmp_path: Path
) -> None:
    at = ("--db", built, "letters", "--as-of", "2021-06-30")
    assert run(*at, "-o", "l", "--department", "市水利局", "--zone", "聊城高新区").rc == 0
    names = ["督办单-市水利局-20210630.docx", "督办单-聊城高新区-20210630.docx"]
    assert sorted(p.name for p in (tmp_path / "l").iterdir()) == names
    for place in ("new/all.zip", "new/again.ZIP"):
        assert run(*at, "-o", place, "--format", "markdown").rc == 0
    with zipfile.ZipFile(tmp_path / "new/all.zip") as archive:
        assert len(archive.namelist()) == 13
        text = archive.read("督办单-市水利局-20210630.md").decode()
        assert archive.testzip() is None
    assert "聊城市水利局：" in text
    assert (tmp_path / "new/all.zip").read_bytes() == (tmp_path / "new/again.ZIP").read_bytes()
    done = run(*at, "-o", "none", "--department", "nyj")
    assert (done.rc, "They owe nothing" in done.stdout) == (0, True), done.stderr
    assert not (tmp_path / "none").exists()
    assert run(*at, "-o", "l", "--zone", "无此区").rc == 2


def test_who_sends_them_is_set_and_what_is_not_set_is_told(
    run: Runner, built: Path, tmp_path: Path
) -> None:
    at = ("--db", built, "letters", "--as-of", "2021-06-30", "--department", "slj")
    done = run(*at, "-o", "l")
    assert "left in 〔〕 for you to fill in: the sender, the document number" in done.stderr
    (tmp_path / "registry.toml").write_text(
        '[papers]\nsender = "甲办"\ncontact = "乙"\ntelephone = "1"\nanswer_days = 5\n'
        'number = "甲〔{year}〕{n}号"\n',
        encoding="utf-8",
    )
    done = run(*at, "-o", "l", "--number", "7")
    assert (done.rc, "left in" in done.stderr) == (0, False), done.stderr
    lines = [p.text for p in Document(str(tmp_path / "l/督办单-市水利局-20210630.docx")).paragraphs]
    assert "甲〔2021〕7号" in lines
    assert any("请于2021年7月7日前" in line for line in lines)
    assert "--number" in run(*at, "-o", "l").stderr
    shown = run("audit", "--show-config").stdout
    (tmp_path / "registry.toml").write_text(shown, encoding="utf-8")
    assert run("audit", "--show-config").stdout == shown
    assert 'sender = "甲办"' in shown
    (tmp_path / "registry.toml").write_text('[papers]\nnumber = "{x}"\n', encoding="utf-8")
    done = run(*at, "-o", "l")
    assert (done.rc, "papers.number" in done.stderr) == (2, True), done.stderr


def test_the_kind_can_be_given(run: Runner, built: Path, tmp_path: Path) -> None:
    given = ("--kind", "工作提示函", "--as-of", "2021-06-30")
    assert run("--db", built, "letters", "-o", "l", *given).rc == 0
    assert all(p.name.startswith("工作提示函-") for p in (tmp_path / "l").iterdir())
    assert run("--db", built, "letters", "-o", "l", "--kind", "命令").rc == 2


def test_letters_are_chinese_in_any_language_and_replace_older_ones(
    run: Runner, built: Path, tmp_path: Path
) -> None:
    for language in ("zh", "en"):
        done = run(
            *("--db", built, "--lang", language, "letters", "-o", "l", "--as-of", "2021-06-30")
        )
        assert done.rc == 0
        document = Document(str(tmp_path / "l/督办单-市水利局-20210630.docx"))
        assert "聊城市水利局：" in [p.text for p in document.paragraphs]
    assert len(list((tmp_path / "l").iterdir())) == 13


def test_what_is_waived_is_not_asked_for(run: Runner, built_copy: Path, tmp_path: Path) -> None:
    as_of = ("--as-of", "2021-06-30")
    text = (
        "- {{rule: {}, subject: {}, reason: r, approver: a,"
        " issued: 2021-06-01, expires: 2021-07-01}}\n"
    )
    found = json.loads(run("audit", *as_of, "--department", "fgw", "--format", "json").stdout)
    alarms = [f for f in found["findings"] if f["status"] == "alarm" and "fgw" in f["owed_by"]]
    assert len(alarms) == 2
    waivers = "".join(text.format(f["code"], f["subject_id"]) for f in alarms)
    (tmp_path / "waivers.yml").write_text(waivers, encoding="utf-8")
    done = run("letters", "-o", "l", *as_of)
    assert done.rc == 0, done.stderr
    assert not [path for path in (tmp_path / "l").iterdir() if "市发展改革委" in path.name]


def test_where_nothing_is_owed_there_is_no_letter(
    run: Runner, small_root: SmallRoot, tmp_path: Path
) -> None:
    path = small_root.build().path
    done = run("--db", path, "letters", "-o", "l", "--as-of", "2021-05-01")
    assert done.rc == 0, done.stderr
    assert "no letter was written" in done.stdout
    assert not (tmp_path / "l").exists()


def test_mistakes_are_errors(run: Runner, built: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for output in ("file", "file/below"):
        done = run("--db", built, "letters", "-o", output, "--as-of", "2021-06-30")
        assert done.rc == 2
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
    assert "the letters can't be written to" in done.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
    assert run("--db", built, "letters").rc == 2
    assert run("letters", "-o", "l").rc == 2
