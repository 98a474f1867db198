"""The words that the search knows, as a published file carries them.

They are compiled when a file is published, with what needs a dictionary: how everyday words are
read, and which traditional characters stand for which simplified ones. A server only reads the
result, once a file.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from registry.model.word_list import WordList
from registry.site.search.full_text import fold
from registry.site.search.pinyin import read_aloud
from registry.yaml_loader import load_yaml

_HAN: Final = range(0x3400, 0xA000)
_NEVER: Final = re.compile(r"(?!)")


@cache
def shipped_words() -> WordList:
    """The words that come with the program."""
    text = Path(__file__).with_name("words.yml").read_text(encoding="utf-8")
    return WordList.model_validate(load_yaml(text))


@dataclass(frozen=True)
class Vocabulary:
    """What the search knows of words. Keys are folded, and in simplified characters.

    `means`: an everyday word → what lists call it; `english`: the same; `pinyin`: how an everyday
    word is read → the word; `same`: groups of words near in meaning; `simplified`: a table for
    `str.translate`; `dropped`: words of a sentence.
    """

    dropped: frozenset[str]
    means: Mapping[str, tuple[str, ...]]
    english: Mapping[str, tuple[str, ...]]
    pinyin: Mapping[str, str]
    same: tuple[tuple[str, ...], ...]
    examples: Mapping[str, tuple[str, ...]]
    simplified: Mapping[int, str]
    everyday: re.Pattern[str]
    english_words: re.Pattern[str]
    between: re.Pattern[str]
    idle: re.Pattern[str]

    def simplify(self, text: str) -> str:
        """A text in simplified characters, folded."""
        return fold(text.translate(self.simplified))


@lru_cache(maxsize=4)
def compiled(words: str) -> str:
    """The words as a file carries them; `words`: a WordList, as JSON."""
    stated = WordList.model_validate_json(words)
    traditional = _simplified_characters()
    content = {
        **stated.model_dump(),
        "pinyin": {read_aloud(word): word for word in reversed(stated.means) if _is_han(word)},
        "traditional": ["".join(traditional), "".join(traditional.values())],
    }
    return json.dumps(content, ensure_ascii=False)


@lru_cache(maxsize=4)
def vocabulary(content: str) -> Vocabulary:
    """What `compiled` made, ready for use."""
    stored = json.loads(content)
    dropped = [fold(word) for group in stored["dropped"] for word in group]
    han = [word for word in dropped if _is_han(word)]
    means, english = _folded(stored["means"]), _folded(stored["english"])
    return Vocabulary(
        frozenset(dropped),
        means,
        english,
        {reading: fold(word) for reading, word in stored["pinyin"].items()},
        tuple(map(tuple, stored["same"])),
        {language: tuple(found) for language, found in stored["examples"].items()},
        dict(zip(map(ord, stored["traditional"][0]), stored["traditional"][1], strict=True)),
        _any_of(means),
        _any_of(english, r"(?<![a-z])", r"(?![a-z])"),
        _any_of(word for word in han if len(word) > 1),
        _any_of(han, "(?:", ")+"),
    )


def fill_vocabulary(conn: sqlite3.Connection, words: WordList | None) -> None:
    """Store the words in the public file that is being made; those of the program if None."""
    conn.execute(
        "INSERT INTO public.words_fts (content) VALUES (?)",
        (compiled((words or shipped_words()).model_dump_json()),),
    )


def load_vocabulary(conn: sqlite3.Connection) -> Vocabulary:
    """The words of a published file; none where it was made before there were any."""
    try:
        row = conn.execute("SELECT content FROM words_fts").fetchone()
    except sqlite3.OperationalError:
        row = None
    return vocabulary(row[0]) if row else vocabulary(_EMPTY)


_EMPTY: Final = json.dumps(
    {**WordList().model_dump(), "pinyin": {}, "traditional": ["", ""]}, ensure_ascii=False
)


def _folded(words: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {fold(word): tuple(map(fold, meanings)) for word, meanings in words.items()}


def _any_of(words: Iterable[str], before: str = "(?:", after: str = ")") -> re.Pattern[str]:
    """A pattern for any of the words, the longest first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    if not ordered:
        return _NEVER
    expression = "|".join(map(re.escape, ordered))
    grouped = before.endswith("(?:")
    return re.compile(before + (expression if grouped else f"(?:{expression})") + after)


def _is_han(word: str) -> bool:
    return all(ord(character) in _HAN for character in word)


@cache
def _simplified_characters() -> dict[str, str]:
    """Traditional character → the simplified one, as OpenCC has them, each taken by itself."""
    from opencc import OpenCC

    characters = list(map(chr, _HAN))
    converted: Iterator[str] = iter(OpenCC("t2s").convert("\n".join(characters)).split("\n"))
    return {
        old: new
        for old, new in zip(characters, converted, strict=True)
        if new != old and len(new) == 1
    }
