"""Settings, environments and data that are wrong in ways that nobody meant."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.attacks.checks import asked, calm, refused, whole
from tests.conftest import SmallRoot
from tests.running import Run

pytestmark = pytest.mark.long

Runner = Callable[..., Run]

BOMB: Final = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
ODD_YAML: Final = {
    "bomb": BOMB.encode(),
    "itself": b"means: &a {x: *a}\n",
    "itself in a list": b"means: {x: &a [*a]}\n",
    "deep": b"means: {a: " * 20_000,
    "deep list": b"means:\n" + b"- " * 50_000,
    "tag": b'means: !!python/object/apply:os.system ["id"]\n',
    "binary": b"means: {x: !!binary '*'}\n",
    "set": b"means: !!set {a, b}\n",
    "date as a key": b"means: {2021-02-30: [x]}\n",
    "number as a key": b"means: {1: [x]}\n",
    "nothing as a key": b"means: {~: [x]}\n",
    "list as a key": b"? [a]\n: b\n",
    "huge": b"means: {x: [" + b"9" * 6_000 + b"]}\n",
    "hexadecimal": b"means: {x: [0x" + b"f" * 6_000 + b"]}\n",
    "base 60": b"means: {x: [" + b":".join([b"59"] * 3_000) + b"]}\n",
    "surrogate": b'means: {x: ["\\ud800"]}\n',
    "NUL": b'means: {x: ["\\0"]}\n',
    "control": b"means: {x: [\x01]}\n",
    "no text": b"\xff\xfe\x00\xd8",
    "UTF-32": "means: {x: [y]}\n".encode("utf-32"),
    "two documents": b"means: {}\n---\nmeans: {}\n",
    "only a mark": b"\xef\xbb\xbf",
    "a word": b"means",
    "merged": b"<<: [1, 2]\n",
    "directive": b"%YAML 9.9\n---\n{}\n",
    "two keys": b"means: {}\nmeans: {}\n",
    "empty words": b"means: {'': ['']}\nsame: [[]]\ndropped: [[]]\n",
    "spaces": "means: {'　': ['　']}\nsame: [['　', ' ']]\ndropped: [[' ']]\n".encode(),
    "operators": b"means: {'\"': ['\"', '*', 'NEAR(', '- ', 'a AND']}\nsame: [['(', '*']]\n",
    "long": b"means: {x: ['" + b"a" * 2_000_000 + b"']}\n",
    "wrong types": b"means: []\nenglish: 3\ndropped: {}\nsame: x\nexamples: [1]\n",
}


@pytest.mark.parametrize("name", ODD_YAML)
def test_words_of_the_search(name: str, few: Path, run: Runner, tmp_path: Path) -> None:
    """An odd words.yml is refused by its name, or read; searches and publications don't break."""
    (tmp_path / "words.yml").write_bytes(ODD_YAML[name])
    db = ("--db", str(few))
    began = time.monotonic()
    found = calm(run(*db, "find", "事项", "x"))
    published = calm(run(*db, "publish", "-o", "out.db", "--as-of", "2021-06-30"))
    assert time.monotonic() - began < 20
    for one in (found, published):
        assert one.rc in (0, 2)
        if one.rc:
            assert "words.yml" in one.stderr or "nothing" in one.stderr.lower(), one.stderr
    assert (tmp_path / "out.db").exists() == (published.rc == 0)
    assert not [
        path.name for path in tmp_path.iterdir() if path.name not in ("words.yml", "out.db")
    ]


ODD_TOML: Final = {
    "number's pad": '[papers]\nnumber = "{n:>2000000000}"',
    "number's attribute": '[papers]\nnumber = "{n.__class__.__mro__}"',
    "number's index": '[papers]\nnumber = "{n[0]}"',
    "number's other": '[papers]\nnumber = "{0}{1}{x}"',
    "number's brace": '[papers]\nnumber = "{n"',
    "number's conversion": '[papers]\nnumber = "{n!z}"',
    "number's nesting": '[papers]\nnumber = "{n:{n}{n}{n}}"',
    "number's format": '[papers]\nnumber = "{year:s}{n:c}"',
    "sender of lines": '[papers]\nsender = "a\\r\\nb\\u0000"',
    "sender of controls": '[papers]\nsender = "a\\u000b\\ufffe\\u001b[31m"',
    "sender of markup": '[papers]\nsender = "<w:p/>&amp;]]>"',
    "long sender": '[papers]\nsender = "' + "市" * 4_000 + '"',
    "contact of controls": '[papers]\ncontact = "a\\u0001"\ntelephone = "1\\u0008"',
    "copies to controls": '[papers]\ncopies_to = ["a\\u001f"]',
    "number of controls": '[papers]\nnumber = "\\u0000{n}"',
    "answer in an age": "[papers]\nanswer_days = 99999999999999999999",
    "answer long ago": "[papers]\nanswer_days = -1",
    "copies to one": '[papers]\ncopies_to = "abc"',
    "copies to nothing": "[papers]\ncopies_to = [{}, [], 1]",
    "heading": '[papers]\nred_heading = "yes"',
    "an age of months": "[evaluation]\nperiod_months = 99999999999",
    "no months": "[evaluation]\nperiod_months = 0",
    "no number": "[evaluation]\nguidance_late = nan",
    "beyond numbers": "[evaluation]\nminimum_cases = inf",
    "days of checkpoints": "[thresholds]\ncheckpoint_days = 9223372036854775808",
    "days without login": "[thresholds]\ndormant_days = 999999999",
    "samples": "[thresholds]\ncase_sample = -9223372036854775809",
    "origin of lines": '[log]\norigin = "a\\nb\\n\\nregistry 1"',
    "empty origin": '[log]\norigin = ""',
    "SM3": '[log]\nsm3 = "no"',
    "rules in themselves": '[rules]\nfolder = "."\nseconds = 0.0000001',
    "rules of a device": '[rules]\nfolder = "/dev/stdin"',
    "rules of NUL": '[rules]\nfolder = "a\\u0000b"',
    "rules of a long name": '[rules]\nfolder = "' + "a/" * 3_000 + '"',
    "seconds without end": "[rules]\nseconds = inf",
    "seconds of no number": "[rules]\nseconds = nan",
    "log for ever": "[access_log]\nkeep_days = 99999999999999999999",
    "log for no time": "[access_log]\nkeep_days = 0",
    "log of nothing": "[access_log]\nuser_megabytes = -5",
    "log to nowhere": '[access_log]\nsyslog = ":::::99999999"',
    "log to NUL": '[access_log]\nsyslog = "/dev/\\u0000"',
    "tables for values": "thresholds = [[1]]\npapers = 3\nseverity = []\nignore = {}",
    "times": "[papers]\nsender = 07:32:00\nanswer_days = 1979-05-27",
}


@pytest.mark.parametrize("name", ODD_TOML)
def test_settings_of_papers_and_logs(
    name: str, small_root: SmallRoot, run: Runner, tmp_path: Path
) -> None:
    """An odd registry.toml ends every command that reads it with its key, or does no harm."""
    small_root.build(db=tmp_path / "registry.db")
    (tmp_path / "registry.toml").write_text(ODD_TOML[name], encoding="utf-8")
    day = ("--as-of", "2021-06-30")
    section = ODD_TOML[name].partition("]")[0].strip("[")
    others = {
        "papers": (
            ("letters", "-o", "letters.zip", *day),
            ("progress", *day, "--format", "docx", "-o", "progress.docx"),
        ),
        "evaluation": (("evaluate", *day, "--format", "json"),),
        "thresholds": (("due", *day),),
        "log": (("checkpoint", "-o", "points"),),
    }
    for words in (
        ("audit", *day, "--fail-on", "never"),
        *others.get(section, (("audit", "--show-config"),)),
    ):
        began = time.monotonic()
        one = calm(run(*words))
        assert time.monotonic() - began < 20, words
        assert one.rc in (0, 2, 3), (words, one)
        if one.rc == 2:
            assert "registry.toml" in one.stderr, (words, one.stderr)
    assert whole(tmp_path / "registry.db")


ENVIRONMENTS: Final = {
    "narrow": {"COLUMNS": "0"},
    "negative": {"COLUMNS": "-5"},
    "one": {"COLUMNS": "1"},
    "no number": {"COLUMNS": "wide"},
    "vast": {"COLUMNS": "9" * 30},
    "language": {"REGISTRY_LANG": "xx"},
    "no language": {"REGISTRY_LANG": ""},
    "locale": {"LC_ALL": "xx_YY.nonsense", "REGISTRY_LANG": ""},
    "folder as a file": {"REGISTRY_DB": "."},
    "device as a file": {"REGISTRY_DB": "/dev/zero"},
    "address as a file": {"REGISTRY_DB": "file:registry.db?mode=memory"},
    "no home": {"HOME": "/nowhere", "USER": "", "LOGNAME": ""},
    "user of lines": {"USER": "a\nb\x1b[31m", "LOGNAME": "a\nb\x1b[31m"},
    "time zone": {"TZ": "Nowhere/Nothing"},
    "temporary": {"TMPDIR": "/nowhere"},
}


@pytest.mark.long
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environment(name: str, few: Path, run_apart: Runner, tmp_path: Path) -> None:
    """An odd environment is no reason to break; nothing is written into what is no registry."""
    copy = tmp_path / "registry.db"
    copy.write_bytes(few.read_bytes())
    env = ENVIRONMENTS[name]
    for words in (
        ("show", "1-01"),
        ("record", "proof", "handbook", "--zone", "east", "--items", "1-01", "--on", "2021-05-20"),
        ("powers", "east", "--on", "2021-06-30"),
    ):
        one = calm(run_apart(*words, env=env))
        assert one.rc in (0, 2), one
        if "REGISTRY_DB" in env:
            assert one.rc == 2
            assert env["REGISTRY_DB"] in one.stderr
    assert whole(copy)
    assert len(asked(copy, "SELECT * FROM deliverables")) <= 1


ODD_FILES: Final = {
    "NUL in a list": ("annex1.csv", b"id,seq,name\x00,mode\n1-01,1,\x00,x\n"),
    "a cell without end": ("annex1.csv", b'id,seq,name\n1-01,1,"' + b"a" * 300_000),
    "a header alone": ("annex1.csv", b"id,seq,name,power_type,initiation,mode\n"),
    "no byte": ("annex1.csv", b""),
    "headers twice": ("annex1.csv", b"id,id,seq,seq\n1,2,3,4\n"),
    "a number of digits": (
        "annex1.csv",
        b"id,seq,name,power_type,initiation,mode,department\n1-01,"
        + b"9" * 5_000
        + ",a,行政许可,依申请,委托下放,市甲局\n".encode(),
    ),
    "superscript": (
        "annex1.csv",
        "id,seq,name,power_type,initiation,mode,department\n"
        "1-01,²,a,行政许可,依申请,委托下放,市甲局\n".encode(),
    ),
    "effects of odd days": (
        "effects.csv",
        b"kind,target,items,delegates,effective_on,clause\n"
        b"withdraws,test-1,all,east,0000-00-00,C10\nnothing,,;;;,\xff,99999-1-1,\n",
    ),
    "a folder": ("annex1.csv", None),
    "services of odd addresses": (
        "services.csv",
        "事项编号,承接主体,服务指南,办理入口\n1-01,东区,javascript:alert(1),http://[::1\n".encode(),
    ),
    "agreements of odd days": (
        "ledger/agreements.csv",
        "number,department,zone,signed_on,covers\n甲,市甲局,east,2021年13月40日,1-01\n".encode(),
    ),
    "law": ("../law.yml", BOMB.encode()),
    "law of limits": (
        "../law.yml",
        b"limit: {power_type: x, amount: .nan, unit: parsec}\n- [*a]",
    ),
    "roles": ("../roles.yml", b"roles: {a: [receive, [receive]], ~: 3}\nincompatible: {acts: x}\n"),
    "roles in themselves": ("../roles.yml", b"roles: &a {x: *a}\n"),
    "a day off": ("../calendar/2021.yml", b"year: 2021\nholidays: {2021-02-30: x}\n"),
    "a year that is none": ("../calendar/abcd.yml", b"year: " + b"1" * 5_000),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_data_of_odd_files(name: str, small_root: SmallRoot, run: Runner, tmp_path: Path) -> None:
    """A build of odd data tells the file, and leaves the registry that was there as it was."""
    path, content = ODD_FILES[name]
    target = small_root.folder / path
    target.parent.mkdir(exist_ok=True)
    if content is None:
        target.unlink()
        target.mkdir()
    else:
        target.write_bytes(content)
    kept = tmp_path / "registry.db"
    kept.write_bytes(b"")
    kept.unlink()
    one = calm(run("build", "--data", "small"))
    if name in ("a header alone",) and one.rc == 0:
        return
    refused(one)
    assert target.resolve().name in one.stderr, one.stderr
    assert not kept.exists()
    assert not list(tmp_path.glob("*.db*"))
