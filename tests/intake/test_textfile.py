"""Text files: which encodings are read, and which files are refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.intake import textfile
from registry.intake.problems import InputError
from registry.intake.textfile import examine

TEXT = "seq,name\n1,企业投资项目核准\n"


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("written_in", "read_as"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030")],
)
def test_encoding_and_digest(tmp_path: Path, written_in: str, read_as: str) -> None:
    content = TEXT.encode(written_in)
    file = examine(put(tmp_path / "a.csv", content))
    assert (file.encoding, file.sha256) == (read_as, hashlib.sha256(content).hexdigest())
    assert file.path.read_text(encoding=file.encoding) == TEXT


@pytest.mark.parametrize(
    ("content", "what", "remedy"),
    [
        (b"", "the file is empty", "header row"),
        (TEXT.encode("utf-16"), "not a text file", "CSV in UTF-8"),
        (b"seq,na\0me\n", "not a text file", "CSV in UTF-8"),
        (TEXT.encode()[:-2], "not UTF-8 throughout: byte 33", "again as UTF-8"),
        (TEXT.encode()[:-2] + b"\n", "not UTF-8 throughout: byte 33", "again as UTF-8"),
        (b"seq\n\xff\xff\n", "neither UTF-8 nor GB18030", "again as UTF-8"),
        ("许可".encode()[:-1], "neither UTF-8 nor GB18030", "again as UTF-8"),  # cut off
    ],
)
def test_refused(tmp_path: Path, content: bytes, what: str, remedy: str) -> None:
    path = put(tmp_path / "a.csv", content)
    with pytest.raises(InputError) as caught:
        examine(path)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert what in problem.what
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("name", "what"), [("missing.csv", "there is no such file"), (".", "this is a folder")]
)
def test_missing_or_no_file(tmp_path: Path, name: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        examine(tmp_path / name)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_characters_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(textfile, "_BLOCK", 5)
    file = examine(put(tmp_path / "a.csv", TEXT.encode(encoding)))
    assert file.encoding.startswith(encoding)


@example(content=b"\xef", block=1)  # the first byte of a byte-order mark
@given(content=st.binary(max_size=60), block=st.integers(1, 7))
def test_any_bytes_are_read_as_said_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, block: int
) -> None:
    path = put(tmp_path_factory.getbasetemp() / "any.csv", content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textfile, "_BLOCK", block)
        try:
            file = examine(path)
        except InputError:
            assert not content or b"\0" in content or not decodes(content, "gb18030")
            assert not content or b"\0" in content or not decodes(content, "utf-8")
        else:
            assert decodes(content, file.encoding)
            assert (file.encoding == "utf-8-sig") == decodes(content, "utf-8")


def decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
