"""Settings, rules and data that are damaged, huge, of another type or encoding: each is an error
that names its file, and none is a fault of the program."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.audit.rule import load_rules
from registry.audit.rule_headers import BUILT_IN
from registry.errors import RegistryError
from registry.intake.config import read_config
from registry.intake.instrument import read_instrument
from registry.intake.law import read_laws
from registry.intake.roles import read_roles
from registry.intake.textfile import examine
from registry.intake.waivers import read_waivers
from registry.intake.word_list import read_words
from registry.workdays import Calendar
from tests.conftest import DATA, fuzzed

if TYPE_CHECKING:
    from tests.conftest import Run

WAIVERS = """\
# 说明
- rule: AGR001
  subject: 1-01-etdz
  reason: 协议文本报市政府审定中
  approver: 示例审批人
  issued: 2021-06-01
  expires: 2021-08-31
"""
CONFIG = """\
[thresholds]
guidance_answer_days = 10
[papers]
sender = "某市改革办"
copies_to = ["某市政府办"]
[severity]
AGR004 = "info"
[[ignore]]
rule = "SVC001"
reason = "另行统计"
[rules]
seconds = 20
"""
WORDS = (
    "means:\n  水证: [取水许可]\nsame:\n  - [公司, 企业]\nexamples:\n  zh: [开饭店, 环评, 水证]\n"
)
RULE = """\
/*
code: X-ABC001
name: my-rule
title: {zh: 我的, en: Mine}
severity: low
general: true
owed_by: [office]
remedy: {zh: 改, en: Mend}
message: {zh: "{item_name}", en: "{item_name}"}
*/
SELECT 'liaocheng-2021-8' AS instrument, 'item' AS subject_type, id AS subject_id,
  'alarm' AS status, NULL AS due_on FROM item
"""
INSTRUMENT = DATA / "liaocheng-2021-8" / "instrument.yml"

SHIPPED: dict[str, tuple[bytes, Callable[[Path], object]]] = {
    "waivers.yml": (WAIVERS.encode(), read_waivers),
    "registry.toml": (CONFIG.encode(), read_config),
    "words.yml": (WORDS.encode(), read_words),
    "rules/r.sql": (RULE.encode(), lambda path: load_rules(path.parent)),
    "calendar/2026.yml": (
        (DATA / "calendar" / "2026.yml").read_bytes(),
        lambda path: Calendar.load(path.parent),
    ),
    "law.yml": ((DATA / "law.yml").read_bytes(), lambda path: read_laws(examine(path))),
    "roles.yml": ((DATA / "roles.yml").read_bytes(), lambda path: read_roles(examine(path))),
    "instrument.yml": (INSTRUMENT.read_bytes(), lambda path: read_instrument(examine(path))),
}
ODD = [
    *("", " ", "\t", "[", "{", "- ", "*a", "&a ", "<<: *a", "!!int x", "!!binary x", "? [a]\n"),
    *("\0", "\x01", "\x85", "\ufeff", "\ud800", '"\\ud800"', '"\\u0000"', "9" * 5000, "1e999"),
    *(".nan", ".inf", "0x" + "f" * 5000, ":".join(["59"] * 400) + ".5", "2021-02-30", "-1", "|"),
    *("9999-12-31", "0000-01-01", "yes", "~", "[a, b]", "{a: b}", "'", '"', "%YAML 9.9\n", "---\n"),
    *("{", "}", "{0}", "{a.b}", "{a!z}", "{a:>999999999}", "*/", "/*", ";", "x" * 100_000),
    *("[" * 5000, "{b=" * 5000, "&a [*a]"),
    "\n".join(["&a0 x", *(f"&a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]),
]


def mutated(data: bytes, draw: random.Random) -> bytes:
    """A file with one or several things wrong."""
    for _time in range(draw.randint(1, 3)):
        kind = draw.randrange(7)
        at = draw.randrange(len(data) + 1)
        lines = data.split(b"\n")
        row = draw.randrange(len(lines))
        odd = draw.choice(ODD).encode("utf-8", "surrogatepass")
        if kind == 0:
            data = data[:at] + odd + data[at + draw.randrange(20) :]
        elif kind == 1:
            data = data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :]
        elif kind == 2:
            data = data[:at]
        elif kind == 3:
            lines[row] = b""
            data = b"\n".join(lines)
        elif kind == 4:
            data = b"\n".join([*lines[:row], lines[row], *lines[row:]])
        elif kind == 5:
            mark = b"=" if b"=" in lines[row] else b":"
            key, found, _value = lines[row].partition(mark)
            lines[row] = key + found + b" " + odd if found else odd
            data = b"\n".join(lines)
        else:
            text = data.decode("utf-8", "replace")
            data = text.encode(draw.choice(["gb18030", "utf-16", "utf-8-sig", "utf-32"]), "replace")
    return data


def refusals(read: Callable[[], object]) -> list[str]:
    """What is said of a file that is not read."""
    try:
        read()
    except RegistryError as error:
        return list(error.messages())
    return []


@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=fuzzed(30), deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_whatever_a_file_states_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, seed: int
) -> None:
    data, read = SHIPPED[name]
    path = tmp_path_factory.getbasetemp() / "odd" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mutated(data, random.Random(seed)))
    told = "".join(refusals(lambda: read(path)))
    assert not told or path.name in told or path.parent.name in told
    assert len(told) < 40_000


@pytest.mark.parametrize("name", SHIPPED)
def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir(parents=True)
    (told,) = refusals(lambda: SHIPPED[name][1](path))
    assert path.name in told


@pytest.mark.parametrize("name", ["waivers.yml", "registry.toml"])
def test_settings_that_are_there_are_never_passed_over(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run], name: str
) -> None:
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    done = run("--db", built_copy, "audit", "--as-of", "2021-07-30", cwd=tmp_path)
    assert (done.rc, done.stdout) == (2, "")
    assert f"{name}: there is no such file" in done.stderr
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    done = run("--db", built_copy, "audit", "--as-of", "2021-07-30", cwd=tmp_path)
    assert done.rc == 2
    assert f"{name}: this is a folder" in done.stderr


def test_an_empty_configuration_states_nothing(tmp_path: Path) -> None:
    (tmp_path / "registry.toml").touch()
    assert read_config(tmp_path / "registry.toml").rules.seconds == 30


def test_a_key_of_thousands_of_parts_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("[thresholds]\n" + ".".join(["a"] * 50_000) + " = 1\n")
    with pytest.raises(RegistryError) as failed:
        read_config(tmp_path / "r.toml")
    assert "r.toml, row 2: a key has too many parts" in "".join(failed.value.messages())


def test_a_long_word_is_no_trap(tmp_path: Path) -> None:
    """In time that grows with the text, and not with its square: 2 MB would take hours."""
    path = tmp_path / "r.toml"
    path.write_text("# " + "a" * 2_000_000 + "\n[thresholds]\ncase_sample = 3\n")
    assert read_config(path).thresholds.case_sample == 3


def test_rules_in_gb18030_are_read(tmp_path: Path) -> None:
    (tmp_path / "r.sql").write_bytes(RULE.encode("gb18030"))
    (rule,) = load_rules(tmp_path)
    assert rule.header.title.zh == "我的"
    shutil.copy(next(BUILT_IN.glob("AGR003*.sql")), tmp_path)
    with pytest.raises(RegistryError, match="begins with X-"):
        load_rules(tmp_path)
