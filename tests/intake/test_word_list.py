"""words.yml: what people say and what lists call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.problems import InputError
from registry.intake.word_list import read_words
from registry.model.word_list import WordList


def written(tmp_path: Path, text: str) -> Path:
    """A words.yml."""
    path = tmp_path / "words.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_section_is_read_and_none_is_needed(tmp_path: Path) -> None:
    text = "means:\n  水证: [取水许可]\nenglish:\n  well: [取水]\ndropped:\n  - [俺, 中不中]\n"
    words = read_words(written(tmp_path, text))
    assert words.means == {"水证": ["取水许可"]}
    assert words.english == {"well": ["取水"]}
    assert words.dropped == [["俺", "中不中"]]
    assert read_words(written(tmp_path, "# 尚无\n")) == WordList()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("- 水证\n", None),
        ("means:\n  水证: 取水许可\n", "means.水证"),
        ("means:\n  水证: []\n", "means.水证"),
        ("meant:\n  水证: [取水许可]\n", "meant"),
        ("same:\n  - [取水]\n", "same.0"),
        ("means:\n  水证: [取水, 取水]\n", "means.水证"),
        ("means:\n  KTV: [娱乐]\n  ktv: [娱乐场所]\n", None),
        ("examples:\n  fr: [eau]\n", "examples.fr.[key]"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(tmp_path: Path, text: str, key: str | None) -> None:
    with pytest.raises(InputError) as caught:
        read_words(written(tmp_path, text))
    (problem,) = caught.value.problems
    assert problem.key == key
    assert problem.remedy


def test_a_word_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="水证"):
        read_words(written(tmp_path, "means:\n  水证: [取水]\n  水证: [用水]\n"))
