"""Words that people search with, as words.yml states them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from registry.model.fields import Row
from registry.model.limits import Name

Word = Annotated[Name, Field(max_length=60)]


def _folded_once(words: list[str]) -> list[str]:
    if len({word.casefold() for word in words}) < len(words):
        raise PydanticCustomError("repeated", "a value stands twice")
    return words


Words = Annotated[list[Word], AfterValidator(_folded_once)]


class WordList(Row):
    """The whole file, or what an office adds to it.

    `dropped`: words of a sentence that are not looked for. `means`: what people say → what lists
    call it, the best first; the words of one expression, parted by spaces, all have to be there.
    `english`: the same for English. `same`: groups of words that are near in meaning. `examples`:
    what the search page suggests, by language.
    """

    dropped: list[Annotated[Words, Field(min_length=1)]] = []
    means: dict[Word, Annotated[Words, Field(min_length=1)]] = {}
    same: list[Annotated[Words, Field(min_length=2)]] = []
    english: dict[Word, Annotated[Words, Field(min_length=1)]] = {}
    examples: dict[Literal["zh", "en"], Words] = {}

    @model_validator(mode="after")
    def _told_apart(self) -> WordList:
        for words in (self.means, self.english):
            _folded_once(list(words))
        return self

    def with_own(self, own: WordList) -> WordList:
        """These words and an office's own, which win where both say what a word means."""
        return WordList(
            dropped=self.dropped + own.dropped,
            means={**self.means, **own.means},
            same=self.same + own.same,
            english={**self.english, **own.english},
            examples={**self.examples, **own.examples},
        )
