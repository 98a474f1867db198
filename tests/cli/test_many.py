"""Commands with two instruments in one registry, which number their items alike."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Run
from tests.many import TwoRoots

Runner = Callable[..., Run]
DAY = ("--as-of", "2021-06-30")
TERMS = ("--reason", "r", "--approver", "a", "--expires", "2021-12-31", "--issued", "2021-06-01")


@pytest.fixture
def both(run: Runner, two_copy: Path) -> Runner:
    """Run commands on a registry of two instruments."""
    return run


def findings(run: Runner, *args: str) -> list[dict[str, Any]]:
    done = run("audit", *DAY, "--format", "json", *args)
    assert done.rc in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert found["schema"] == 2
    listed: list[dict[str, Any]] = found["findings"]
    return listed


def test_each_finding_names_its_instrument(both: Runner) -> None:
    found = findings(both)
    assert {f["instrument"] for f in found} == {"test-1", "test-2"}
    assert all(f["reference"] == f"{f['instrument']}:{f['subject_id']}" for f in found)
    alone = findings(both, "--instrument", "test-2")
    assert alone == [f for f in found if f["instrument"] == "test-2"]
    assert both("audit", "--instrument", "test-9").rc == 2


@pytest.mark.parametrize("which", ["first", "second"])
def test_one_instrument_is_audited_beside_another_as_alone(
    both: Runner, two_roots: TwoRoots, tmp_path: Path, which: str
) -> None:
    together = findings(both, "--all")
    root = getattr(two_roots, which)
    agreement = {"first": {}, "second": {"department": "邻市丁局", "covers": "1-01;1-02"}}[which]
    covers = {"first": "1-01;1-02", "second": "annex:1"}[which]
    root.ledger = {
        "agreements": [root.agreement(**agreement)],
        "deliverables": [root.deliverable("powers-list", covers=covers)],
    }
    root.build(db=tmp_path / "alone.db")
    done = both("--db", "alone.db", "audit", *DAY, "--format", "json", "--all")
    alone = json.loads(done.stdout)["findings"]
    own = [f for f in together if f["instrument"] == root.instrument["id"]]
    assert own
    # The log is the registry's: its findings stand with the first instrument.
    own, alone = ([f for f in found if f["code"] != "HIS001"] for found in (own, alone))
    assert own == alone


def test_the_table_tells_like_subjects_apart(both: Runner) -> None:
    text = both("audit", *DAY, "--select", "AGR001").stdout
    assert "test-1:1-02-east" in text, "east has 1-02 of both"
    assert "  1-02-west " in text
    assert "test-1:1-02-west" not in text
    markdown = both("audit", *DAY, "--select", "AGR001", "--format", "markdown").stdout
    html = both("audit", *DAY, "--select", "AGR001", "--format", "html").stdout
    assert "test-1:1-02-east" in html
    assert "test-1:1-02-east" in markdown.replace("\\", "")


@pytest.mark.parametrize(
    ("named", "rc", "said"),
    [
        ("test-1:1-01", 0, "事项1-1"),
        ("test-2:1-01", 0, "邻市事项甲"),
        ("test-2：1-01-east", 0, "test-2:1-01-east 东区管委会"),
        ("1-05", 0, "1-05 邻市事项戊"),
        ("1-01-harbour", 0, "test-2:1-01 邻市事项甲"),
        ("1-01", 2, "test-1:1-01, test-2:1-01"),
        ("1-01-east", 2, "test-1:1-01-east, test-2:1-01-east"),
        ("test-2:1-03", 2, "test-2:1-03"),
    ],
)
def test_show_takes_references(both: Runner, named: str, rc: int, said: str) -> None:
    done = both("show", named)
    assert done.rc == rc
    assert said in (done.stderr if rc else done.stdout)
    if "harbour" in named:
        assert "east" not in done.stdout


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("test-1:1-1", ["test-1:1-01"]),
        ("test-2：1-01", ["test-2:1-01"]),
        ("test-2:1-1-east", ["test-2:1-01-east"]),
        ("test-2:1-5", ["1-05"]),
        ("1-01", ["test-1:1-01", "test-2:1-01"]),
        ("test-2:事项", ["test-2:1-01", "test-2:1-02", "1-05", "test-2:3-01"]),
        ("test-2:示例1号", ["test-2:示例1号"]),
        ("test-1:P-1", ["P-1"]),
        ("test-2:P-1", []),
        ("test-1:1-05", []),
        ("test-1:邻市", []),
    ],
)
def test_find_takes_references_and_gives_what_show_takes(
    both: Runner, words: str, keys: list[str]
) -> None:
    done = both("find", words, "--format", "json", *DAY[:2])
    found = json.loads(done.stdout)
    assert [record["key"] for record in found] == keys
    named = words.replace("：", ":").rpartition(":")[0]
    assert not named or {record["instrument"] for record in found} <= {named}
    for key in keys:
        assert both("show", key, *DAY[:2]).rc == 0, key


def test_void_takes_references(both: Runner) -> None:
    why = ("--why", "重复登记", "--dry-run")
    done = both("void", "agreement", "示例1号", *why)
    assert (done.rc, done.stdout) == (2, "")
    assert "several instruments have 示例1号." in done.stderr
    assert "Name one of them: test-1:示例1号, test-2:示例1号." in done.stderr
    done = both("void", "agreement", "test-2:示例1号", *why)
    assert done.rc == 0, done.stderr
    assert both("void", "agreement", "示例1号", "--instrument", "test-2", *why) == done
    assert both("void", "proof", "test-1：p-1", *why).rc == 0
    done = both("void", "proof", "test-2:P-1", *why)
    assert "there is no proof test-2:P-1; keys look like P-12" in done.stderr
    done = both("void", "agreement", "test-2:示例1号", "--instrument", "test-1", *why)
    assert (done.rc, done.stdout) == (2, "")
    assert "of another instrument than the one named with --instrument" in done.stderr
    ended = ("--on", "2021-06-20", "--basis", "协商一致", "--dry-run")
    assert both("record", "termination", "示例1号", *ended).rc == 2
    assert both("record", "termination", "test-1:示例1号", *ended).rc == 0


def test_a_waiver_for_one_leaves_the_other(both: Runner, tmp_path: Path) -> None:
    done = both("waive", "HBK001", "1-01-east", *TERMS)
    assert done.rc == 2
    assert "test-1:1-01-east, test-2:1-01-east" in done.stderr
    assert not (tmp_path / "waivers.yml").exists()
    assert both("waive", "HBK001", "1-01-east", "--instrument", "test-2", *TERMS).rc == 0
    assert both("waive", "HBK001", "test-1:1-02-east", *TERMS).rc == 0
    assert both("waive", "HBK001", "1-01-harbour", *TERMS).rc == 0
    assert both("waive", "HBK001", "test-1:1-01-harbour", *TERMS).rc == 2
    written = yaml.safe_load((tmp_path / "waivers.yml").read_text(encoding="utf-8"))
    assert [(w["instrument"], w["subject"]) for w in written] == [
        ("test-2", "1-01-east"),
        ("test-1", "1-02-east"),
        ("test-2", "1-01-harbour"),
    ]
    waived = {f["reference"] for f in findings(both) if f["waived"]}
    assert waived == {"test-2:1-01-east", "test-1:1-02-east", "test-2:1-01-harbour"}
    subjects = {f["reference"] for f in findings(both, "--all") if f["code"] == "WVR002"}
    assert subjects == {
        "test-2:HBK001/1-01-east",
        "test-1:HBK001/1-02-east",
        "test-2:HBK001/1-01-harbour",
    }


def test_a_waiver_is_renewed_and_not_doubled(both: Runner, tmp_path: Path) -> None:
    for instrument in ("test-1", "test-2", "test-1"):
        done = both("waive", "HBK001", f"{instrument}:1-01-east", *TERMS)
        assert done.rc == 0
    assert "Renewed" in done.stdout
    assert len(yaml.safe_load((tmp_path / "waivers.yml").read_text(encoding="utf-8"))) == 2


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (["subject: 1-01-east"], "test-1:1-01-east, test-2:1-01-east"),
        (["subject: east"], "test-1:east, test-2:east"),
        (["subject: 1-03-east", "{instrument: test-1, subject: 1-03-east}"], "the same finding"),
        (["{instrument: test-2, subject: 1-03-east}"], "a subject that there is not"),
        (["subject: test-2:1-03-east"], "a subject that there is not"),
        (["{instrument: test-1, subject: 'test-2:1-01-east'}"], "a subject that there is not"),
    ],
)
def test_waivers_that_fit_no_one_instrument(
    both: Runner, tmp_path: Path, entries: list[str], said: str
) -> None:
    rest = "reason: r, approver: a, issued: 2021-06-01, expires: 2021-12-31, rule: HBK001"
    lines = [f"- {{{rest}, {entry.strip('{}')}}}\n" for entry in entries]
    (tmp_path / "waivers.yml").write_text("".join(lines), encoding="utf-8")
    done = both("audit", *DAY)
    assert done.rc == 2
    assert said in done.stderr
    assert "waivers.yml" in done.stderr


def test_due_and_progress_of_one(both: Runner) -> None:
    due = json.loads(both("due", "--as-of", "2021-05-20", "--format", "json").stdout)
    subjects = {s for entry in due["entries"] for s in entry["subjects"]}
    assert {"test-1:1-02-east", "test-2:1-02-east", "1-02-west"} <= subjects
    args = ("due", "--as-of", "2021-05-20", "--format", "json", "--instrument", "test-2")
    alone = {s for entry in json.loads(both(*args).stdout)["entries"] for s in entry["subjects"]}
    assert "test-2:1-02-east" in alone
    assert not any("test-1" in s or "west" in s for s in alone)
    whole, first, second = (
        both("progress", *DAY, *args).stdout
        for args in ((), ("--instrument", "test-1"), ("--instrument", "test-2"))
    )
    assert "Delegated items: Of 42 obligations" in whole
    assert "stand apart: Of 12 obligations" in whole
    assert "Instruments" in whole
    assert "Of 22 obligations" in first
    assert "Of 10 obligations" in first
    assert "邻市" not in first
    assert "Of 20 obligations" in second
    assert "Of 2 obligations" in second
    assert "Instruments" not in second
    assert both("progress", *DAY, "--instrument", "test-9").rc == 2


def test_letters_cite_the_instruments(both: Runner, tmp_path: Path) -> None:
    def text(name: str) -> str:
        with zipfile.ZipFile(tmp_path / "letters" / name) as archive:
            return archive.read("word/document.xml").decode("utf-8")

    assert both("letters", "-o", "letters", *DAY).rc == 0
    east = text("督办单-东区-20210630.docx")
    assert "（测试〔2021〕1号）" in east
    assert "（邻市政发〔2021〕20号）" in east
    assert "（邻市政发〔2021〕20号）" not in text("督办单-西区-20210630.docx")
    assert both("letters", "-o", "letters", *DAY, "--instrument", "test-2").rc == 0
    assert "测试〔2021〕1号" not in text("督办单-东区-20210630.docx")


def test_a_workbook_for_each_instrument_comes_back(both: Runner, tmp_path: Path) -> None:
    assert both("ledger", "export", "--all", "-o", "out", *DAY).rc == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"东区-测试〔2021〕1号-台账.xlsx", "东区-邻市政发〔2021〕20号-台账.xlsx"} <= names
    assert not any(name.startswith("邻市丁局-测试") for name in names)
    done = both("ledger", "import", *sorted((tmp_path / "out").iterdir()), "--dry-run")
    assert (done.rc, done.stdout.splitlines()[-1]) == (0, "No change.")
    one = ("ledger", "export", "--zone", "east", "-o", "east.xlsx", *DAY)
    assert both(*one).rc == 2
    assert both(*one, "--instrument", "test-2").rc == 0


def test_queries_show_references(both: Runner) -> None:
    done = both("query", "by-mode", "-p", "mode=委托下放", "--format", "json", *DAY)
    items = [row["item"] for row in json.loads(done.stdout)]
    assert items == ["test-1:1-01", "test-1:1-02", "test-2:1-01", "test-2:1-02"]
    done = both("query", "needs-agreement", "--format", "json", *DAY)
    rows = [row for row in json.loads(done.stdout) if row["agreement"]]
    assert [(row["item"], row["agreement"]) for row in rows] == [
        ("test-1:1-01", "test-1:示例1号"),
        ("test-2:1-01", "test-2:示例1号"),
        ("test-2:1-02", "test-2:示例1号"),
    ]


def test_a_run_of_one_instrument_says_nothing_of_the_other(both: Runner) -> None:
    for args in ((), ("--instrument", "test-1")):
        assert both("audit", *DAY, "--select", "HBK001", *args).rc == 1
    found = json.loads(both("diff", "--format", "json").stdout)
    assert not found["resolved"]
    assert {f["instrument"] for f in found["not_evaluated"]} == {"test-2"}
    assert "test-2:1-01-east" in both("diff").stdout
