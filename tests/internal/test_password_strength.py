"""Which passwords are too easy."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.internal.password_strength import (
    MAX_LENGTH,
    PasswordProblem,
    _common_passwords,
    guesses,
    password_problem,
    validate_new_password,
)

OWN = ("market", "slj", "市水利局")
EASY = (
    *("1234567890", "0000000000", "aaaaaaaaaa", "abcdefghij", "password123", "P@ssw0rd123"),
    *("qwertyuiop", "1qaz2wsx3edc", "!QAZ2wsx#EDC", "qweasdzxc123", "zxcvbnm,./", "q1w2e3r4t5"),
    *("iloveyou123", "woaini1314520", "5845201314", "admin888888", "Admin@123456", "Aa123456789"),
    *("zhangwei1987", "zhangwei19870203", "wangxiaoming123", "lixiaolong1990!", "zhangsanlisi"),
    *("13812345678", "370102199001011234", "20240101", "2024010120240202", "baidu20230808"),
    *("tmp9tmp9tmp9", "abcabcabcabc", "drowssap321", "a1b2c3d4e5", "１２３４５６７８９０"),
)
GOOD = (
    *("correct-horse-9", "correct horse battery", "xk3v9qm2zr", "tulip-Radar-17-ohm"),
    *("woxihuanchipingguo", "k8Jf!2mQz7", "绿色的山和蓝天下的雨", "82 47 tulpen im garten"),
)


@pytest.mark.parametrize("password", EASY)
def test_easy_ones_are_refused(password: str) -> None:
    expected = "short" if len(password) < 10 else "easy"
    assert password_problem(password, ()) == expected


@pytest.mark.parametrize("password", GOOD)
def test_others_are_taken(password: str) -> None:
    assert password_problem(password, OWN) is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "short"),
        ("123456789", "short"),
        (" tulip ohm ", "short"),
        ("x9" * MAX_LENGTH, "long"),
        ("market#77&slj", "own"),
        ("Market-Market7!", "own"),
        ("tekram#77&q7", "own"),
        ("市水利局#77&x9", "own"),
        ("shishuiliju#77&", "own"),
        ("m4rk3t#77&q", "own"),
        ("tulip#77&q ohm", None),
    ],
)
def test_what_is_known_of_the_user_does_not_count(
    password: str, problem: PasswordProblem | None
) -> None:
    assert password_problem(password, OWN) == problem
    if problem == "own":
        assert password_problem(password, ()) is None, "somebody else may take it"


def test_why_is_told() -> None:
    for password, said in (
        ("short", "too short: 10 characters at the least"),
        ("password123", "easy to guess"),
        ("market#77&slj", "made of the user's name or unit"),
        ("x9z" * 100, "too long: 256 characters at the most"),
    ):
        with pytest.raises(RegistryError, match=said):
            validate_new_password(password, OWN)
    validate_new_password("correct-horse-9", OWN)


def test_the_shipped_list_is_refused_whole() -> None:
    known = _common_passwords()
    assert len(known) > 10_000
    assert all(not word.startswith("#") for word in known)
    for word in random.Random(1).sample(sorted(known), 300):
        for password in (word, word.upper(), f"{word}123", f"{word}2024!", f"123456{word}"):
            assert password_problem(password, ()) in ("short", "easy"), password


@given(st.text(max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    assert password_problem(text, OWN) in (None, "short", "long", "own", "easy")
    assert password_problem(text, [text]) is not None


@given(st.text(string.ascii_letters + string.digits + "-_. ", min_size=1, max_size=20))
def test_more_takes_no_fewer_guesses_than_a_part(text: str) -> None:
    lower = text.lower()
    assert guesses(lower, frozenset([lower])) <= guesses(lower)


def test_chance_makes_good_ones() -> None:
    source = random.Random(7)
    made = ["".join(source.choices(string.ascii_lowercase, k=12)) for _n in range(300)]
    assert sum(password_problem(one, ()) is None for one in made) > 295
