"""Which passwords may be chosen: long enough, and none that somebody who knows the user, the office
or usual passwords would try first.

A password is taken apart into what it is made of (usual passwords, pinyin, walks over the keyboard,
dates, the user's own names …) in the way that takes the fewest guesses; what then remains too easy
is refused. Which characters it has does not matter by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

from registry.errors import RegistryError
from registry.locale import N_, _
from registry.text import nfkc, nfkc_casefold

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 256

PasswordProblem = Literal["short", "long", "own", "easy"]
PROBLEMS: Final[dict[PasswordProblem, str]] = {
    "short": N_("the password is too short: {n} characters at the least."),
    "long": N_("the password is too long: {n} characters at the most."),
    "own": N_("the password must not be made of the user's name or unit."),
    "easy": N_(
        "the password is easy to guess: a usual one, pinyin or keys in a row with digits, or a "
        "date. Several words that have nothing to do with each other make a good one."
    ),
}

_COMMON: Final = Path(__file__).with_name("common_passwords.txt")
_ENOUGH: Final = 9.5
"""Guesses, as a power of ten, that a password has to withstand."""
_MAX_CHUNK: Final = 24
_MIN_WORD: Final = 3
_OWN: Final = 0.3
_OF_ONE: Final = (("0123456789", 1.0), ("abcdefghijklmnopqrstuvwxyz", 1.4))
_OTHER: Final = 1.6
_LAST_MARK: Final = 0.6
"""Of a mark at the end, which people add where one is asked for."""
_HAN: Final = 3.0
_SYLLABLE: Final = 2.0
_WALK: Final = 1.8
_SEQUENCE: Final = 1.5
_YEAR: Final = 2.0
_DATE: Final = 4.3
_REPEATED: Final = 1.0
_LEET: Final = str.maketrans("@4831!05$7+", "aabeiiosstt")
_MIN_DIGITS: Final = 20
"""Digits alone that are fewer are a telephone number, the number of an identity card, or dates."""

_SYLLABLES: Final = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ui|un|uo"
    "|ue|ve|a|e|i|o|u|v)"
)
_DATES: Final = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
_YEARS: Final = re.compile("(?:19|20)[0-9]{2}")
_KEYS: Final = (
    *("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"),
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/"),
    *("!@#$%^&*()_+", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0"),
    *("147258369", "741852963", "abcdefghijklmnopqrstuvwxyz"),
)


def validate_new_password(password: str, own: Iterable[str]) -> None:
    """Raises RegistryError for a password that may not be chosen. `own`: see `password_problem`."""
    problem = password_problem(password, own)
    if problem:
        raise RegistryError(problem_text(problem))


def problem_text(problem: PasswordProblem) -> str:
    """What is wrong, in words."""
    return _(PROBLEMS[problem]).format(n=MAX_LENGTH if problem == "long" else MIN_LENGTH)


def password_problem(password: str, own: Iterable[str]) -> PasswordProblem | None:
    """Why a password may not be chosen; None where it may.

    `own`: what everybody knows of the user: name, unit and its id.
    """
    if len(nfkc(password).strip()) < MIN_LENGTH:
        return "short"
    if len(password) > MAX_LENGTH:
        return "long"
    text = "".join(nfkc_casefold(password).split())
    digits = re.sub(r"[\W_]", "", text)
    words = frozenset(_own_words(own))
    if text in words:
        return "own"
    if (digits.isdigit() and len(digits) < _MIN_DIGITS) or len(set(text)) < 5:
        return "easy"
    if guesses(text) < _ENOUGH:
        return "easy"
    return "own" if words and guesses(text, words) < _ENOUGH else None


def _own_words(own: Iterable[str]) -> Iterator[str]:
    for name in own:
        key = "".join(nfkc_casefold(name).split())
        for word in (key, *re.split(r"[\W_]+", key)):
            yield word
            if not word.isascii():
                from pypinyin import Style, lazy_pinyin

                yield "".join(lazy_pinyin(word))
                yield "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))


def guesses(text: str, own: frozenset[str] = frozenset()) -> float:
    """After how many guesses, as a power of ten, somebody finds a text. `own`: words to try first.

    A text that is one shorter text several times takes as many guesses as that.
    """
    for size in range(1, len(text) // 2 + 1):
        if len(text) % size == 0 and text[:size] * (len(text) // size) == text:
            return guesses(text[:size], own) + math.log10(len(text) // size)
    plain = text.translate(_LEET)
    best = [0.0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        is_last_mark = end == len(text) and text[-1] in "!.?。！"
        best[end] = best[end - 1] + (_LAST_MARK if is_last_mark else _of_one(text[end - 1]))
        for start in range(max(0, end - _MAX_CHUNK), end - 1):
            cost = _of_chunk(text, plain, start, end, own)
            if cost is not None and best[start] + cost < best[end]:
                best[end] = best[start] + cost
    return best[-1]


def _of_one(character: str) -> float:
    for characters, cost in _OF_ONE:
        if character in characters:
            return cost
    return _HAN if character > "\u2e7f" else _OTHER


def _of_chunk(text: str, plain: str, start: int, end: int, own: frozenset[str]) -> float | None:
    """Guesses for a part of a text as one thing; None where it is none."""
    chunk = text[start:end]
    costs: list[float] = []
    if chunk in own and len(chunk) >= 2:
        costs.append(_OWN)
    if _SYLLABLES.fullmatch(chunk):
        costs.append(_SYLLABLE)
    if len(chunk) >= _MIN_WORD:
        ranks = _common_passwords()
        for word, more in ((chunk, 0.0), (chunk[::-1], 0.3), (plain[start:end], 0.5)):
            if word in ranks:
                costs.append(math.log10(ranks[word] + 1) + more)
            if word in own:
                costs.append(_OWN + more)
        if len(set(chunk)) == 1 or _is_sequence(chunk):
            costs.append(_SEQUENCE)
        if any(chunk in keys or chunk[::-1] in keys for keys in _KEYS):
            costs.append(_WALK)
        if chunk in text[:start]:
            costs.append(_REPEATED)
    if len(chunk) == 4 and _YEARS.fullmatch(chunk):
        costs.append(_YEAR)
    if len(chunk) in (6, 8) and _DATES.fullmatch(chunk):
        costs.append(_DATE)
    return min(costs, default=None)


def _is_sequence(chunk: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(chunk)}
    return len(steps) == 1 and steps <= {-2, -1, 1, 2}


@cache
def _common_passwords() -> dict[str, int]:
    """Usual passwords, with their rank."""
    lines = _COMMON.read_text("utf-8").splitlines()
    words = (line for line in lines if not line.startswith("# ") and line != "#")
    ranks: dict[str, int] = {}
    for rank, word in enumerate(words, 1):
        ranks.setdefault(word, rank)
    return ranks
