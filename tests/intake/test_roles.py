"""roles.yml: what is taken, and what is refused with its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.problems import InputError, Problem
from registry.intake.roles import read_roles
from registry.intake.textfile import examine
from registry.model.platform_roles import PlatformRoles
from tests.conftest import DATA


def read(path: Path, text: str) -> PlatformRoles:
    path.write_text(text, encoding="utf-8")
    return read_roles(examine(path))


def problem(path: Path, text: str) -> Problem:
    with pytest.raises(InputError) as caught:
        read(path, text)
    (found,) = caught.value.problems
    assert found.remedy
    return found


def test_the_shipped_file() -> None:
    stated = read_roles(examine(DATA / "roles.yml"))
    assert stated.roles == {
        **{"收件岗": ["receive"], "受理岗": ["accept"], "审核岗": ["examine"]},
        **{"审批岗": ["decide"], "制证岗": ["issue"]},
    }
    assert [(pair.acts, pair.basis) for pair in stated.incompatible] == [
        *((["accept", "decide"], "reading"), (["examine", "decide"], "reading"))
    ]


def test_a_role_of_several_acts_and_a_file_without_pairs(tmp_path: Path) -> None:
    stated = read(tmp_path / "roles.yml", "roles:\n  综合岗: [receive, accept]\n")
    assert (stated.roles, stated.incompatible) == ({"综合岗": ["receive", "accept"]}, [])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("roles: {审批岗: [approve]}\n", "roles.审批岗.0"),
        ("roles: {审批岗: decide}\n", "roles.审批岗"),
        ("posts: {审批岗: [decide]}\n", "posts"),
        ("incompatible: [{acts: [accept], basis: reading}]\n", "incompatible.0.acts"),
        ("incompatible: [{acts: [accept, accept], basis: reading}]\n", "incompatible.0"),
        ("incompatible: [{acts: [accept, decide], basis: ours}]\n", "incompatible.0.basis"),
        ("roles: {审批岗: [decide, decide]}\n", None),
        (
            "incompatible:\n- {acts: [accept, decide], basis: text}\n"
            "- {acts: [decide, accept], basis: reading}\n",
            None,
        ),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, text: str, key: str | None) -> None:
    assert problem(tmp_path / "roles.yml", text).key == key


@pytest.mark.parametrize("text", ["# nothing\n", "- 收件岗\n"])
def test_a_file_that_states_nothing(tmp_path: Path, text: str) -> None:
    assert problem(tmp_path / "roles.yml", text).what == "the file states nothing"
