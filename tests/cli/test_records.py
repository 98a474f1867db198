"""Papers recorded one by one, rows voided, the demonstration taken out; then audit."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import Run, SmallRoot
from tests.ledger_workbooks import Filling, inconsistencies, notes, send, take

Runner = Callable[..., Run]
Finding = tuple[str, str, str]

AS_OF = ("--as-of", "2021-06-30")
HANDBOOK = ("record", "proof", "handbook", "--zone", "东区", "--items", "1-1", "事项1-2", "1-03")
AGREEMENT = (
    *("record", "agreement", "示例1号", "--department", "甲局", "--zone", "东区管委会"),
    *("--items", "1-1", "--terms", "依据", "事项", "期限", "--filed-on", "2021/6/10"),
)


@pytest.fixture
def db(small_root: SmallRoot, tmp_path: Path) -> Path:
    """The small registry with an empty ledger, where commands look for it."""
    return small_root.build(db=tmp_path / "registry.db").path


def findings(run: Runner) -> dict[Finding, str]:
    """Code, subject and item of what an audit finds, and its status."""
    done = run("audit", *AS_OF, "--format", "json")
    assert done.rc in (0, 1), done.stderr
    return {
        (f["code"], f["subject_id"], f["item"] or ""): f["status"]
        for f in json.loads(done.stdout)["findings"]
    }


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql).fetchall()


@pytest.fixture
def differs(run: Runner) -> Callable[..., tuple[set[str], set[str]]]:
    """What a command changes in an audit: findings that go, and those that come."""

    def call(*args: str) -> tuple[set[str], set[str]]:
        before = findings(run)
        done = run(*args)
        assert done.rc == 0, done.stderr
        after = findings(run)
        return (
            {f"{code} {subject}" for code, subject, _item in before.keys() - after.keys()},
            {f"{code} {subject}" for code, subject, _item in after.keys() - before.keys()},
        )

    return call


def test_an_agreement_in_one_line_settles_its_delegation_and_nothing_else(
    run: Runner, db: Path, differs: Callable[..., tuple[set[str], set[str]]]
) -> None:
    gone, come = differs(*AGREEMENT, "--on", "2021年5月10日")
    assert (gone, come) == ({"AGR001 1-01-east"}, set())
    assert rows(
        db,
        "SELECT number, department, zone, signed_on, covers, provenance FROM agreements",
    ) == [("示例1号", "jia", "east", "2021-05-10", "1-01", "official")]


def test_a_late_agreement_says_so(run: Runner, db: Path) -> None:
    done = run(*AGREEMENT, "--on", "2021.6.3", *AS_OF)
    assert "Recorded: agreement 示例1号 (official); items: 1" in done.stdout
    assert "done late" in done.stdout
    assert "未签订" in done.stdout
    assert "逾期签订" in done.stdout
    assert {f for f in findings(run) if f[1] == "1-01-east" and f[0].startswith("AGR")} == {
        ("AGR002", "1-01-east", "1-01")
    }


def test_a_handbook_for_several_items_in_one_line(
    run: Runner, db: Path, differs: Callable[..., tuple[set[str], set[str]]], tmp_path: Path
) -> None:
    (tmp_path / "手册.pdf").write_bytes(b"handbook")
    gone, come = differs(*HANDBOOK, "--on", "2021/5/20", "--document", "手册.pdf", "--by", "张三")
    assert gone == {f"HBK001 1-0{n}-east" for n in (1, 2, 3)}
    assert come == set()
    ((key, covers, digest, source),) = rows(
        db, "SELECT key, covers, sha256, source FROM deliverables"
    )
    assert (key, covers, digest) == ("P-1", "1-01;1-02;1-03", sha256(b"handbook").hexdigest())
    assert str(source).startswith("逐项登记（张三，20")
    assert list(inconsistencies(db)) == []


def test_what_it_settles_is_told_late_or_not(run: Runner, db: Path) -> None:
    done = run(*HANDBOOK, "--on", "2021-05-28", *AS_OF)
    assert "Obligations that change: 3" in done.stdout
    assert done.stdout.count("overdue") == done.stdout.count(" done\n") == 3
    late = run(*HANDBOOK[:6], "1-04", "--on", "2021-05-31", *AS_OF)
    assert late.stdout.count("done late") == 1
    again = run(*HANDBOOK, "--on", "2021-06-01", *AS_OF)
    assert "No obligation changes by it." in again.stdout


def test_a_void_takes_back_what_a_paper_settled(
    run: Runner, db: Path, differs: Callable[..., tuple[set[str], set[str]]]
) -> None:
    before = findings(run)
    run(*HANDBOOK, "--on", "2021-05-20", "--document", "a.pdf")
    run(*AGREEMENT, "--on", "2021-05-10")
    gone, come = differs("void", "proof", "p-1", "--why", "开区登错", "--by", "李四")
    assert (gone, come) == (set(), {f"HBK001 1-0{n}-east" for n in (1, 2, 3)})
    gone, come = differs("void", "agreement", "示例１号", "--why", "日期登错")
    assert (gone, come) == (set(), {"AGR001 1-01-east"})
    assert findings(run) == before
    assert rows(db, "SELECT kind, key, voided_why, covers FROM voided_rows ORDER BY 1") == [
        ("agreement", "示例1号", "日期登错", "1-01"),
        ("proof", "P-1", "开区登错", "1-01;1-02;1-03"),
    ]
    shown = run("show", "P-1").stdout
    for words in ("P-1 voided", "开区登错", "李四", "a.pdf", "official"):
        assert words in shown
    assert list(inconsistencies(db)) == []


def test_the_number_of_a_voided_agreement_is_free_for_its_correction(run: Runner, db: Path) -> None:
    run(*AGREEMENT, "--on", "2021-05-10")
    taken = run(*AGREEMENT, "--on", "2021-05-11")
    assert taken.rc == 2
    assert "an agreement of the number 示例1号 is there already" in taken.stderr
    run("void", "agreement", "示例1号", "--why", "日期登错")
    assert run(*AGREEMENT, "--on", "2021-05-11").rc == 0
    assert rows(db, "SELECT number, signed_on FROM agreements") == [("示例1号", "2021-05-11")]
    assert rows(db, "SELECT key, dated FROM voided_rows") == [("示例1号（已作废1）", "2021-05-10")]


def test_a_voided_row_is_in_no_view_workbook_or_page(run: Runner, db: Path, tmp_path: Path) -> None:
    run(*HANDBOOK, "--on", "2021-05-20", "--document", "a.pdf")
    run(*AGREEMENT, "--on", "2021-05-10")
    guidance = ("record", "guidance", "--zone", "东区", "--department", "甲局")
    assert run(*guidance, "--kind", "业务培训", "--on", "2021-5-6", "--text", "求训").rc == 0
    service = ("record", "service", "--item", "事项1-1", "--zone", "东区", "--measure", "材料")
    assert run(*service, "--before", "5", "--after", "3", "--unit", "份").rc == 0
    for kind, key in (
        *(("proof", "P-1"), ("agreement", "示例1号")),
        *(("guidance", "G-1"), ("service", "1")),
    ):
        assert run("void", kind, key, "--why", "试").rc == 0
        again = run("void", kind, key, "--why", "试")
        assert again.rc == 2
        assert "and no longer counts" in again.stderr
    for view in ("agreements", "deliverables", "guidance_requests", "service_reductions", "proof"):
        assert rows(db, f"SELECT count(*) FROM {view}") == [(0,)], view
    assert rows(db, "SELECT count(*) FROM voided_rows") == [(4,)]
    book = Filling(send(db, "zone", "east", tmp_path / "east.xlsx"))
    for sheet in book.book.worksheets:
        for line in sheet.iter_rows(values_only=True):
            assert not {"a.pdf", "示例1号", "求训"} & set(line)
    assert run("publish", "-o", "public.db", *AS_OF).rc == 0
    assert rows(tmp_path / "public.db", "SELECT count(*) FROM agreements") == [(0,)]


def test_an_answer_is_recorded_of_a_request(run: Runner, db: Path) -> None:
    guidance = ("record", "guidance", "--zone", "东区", "--department", "甲局")
    run(*guidance, "--kind", "业务培训", "--on", "2021-05-06")
    assert run("record", "guidance", "g-1", "--answered-on", "2021年5月8日", "--by", "王").rc == 0
    ((answered, source),) = rows(db, "SELECT answered_on, source FROM guidance_requests")
    assert answered == "2021-05-08"
    assert "王" in str(source)
    assert rows(db, "SELECT field, old, new FROM ledger_history WHERE import = 2") == [
        ("answered_on", None, "2021-05-08")
    ]
    for wrong in (("g-1",), ("g-1", "--answered-on", "2021-05-08", "--zone", "东区"), ()):
        assert run("record", "guidance", *wrong).rc == 2
    lacking = run(*guidance)
    assert "A new request needs --kind --on." in lacking.stderr
    assert run("record", "guidance", "G-9", "--answered-on", "2021-05-08").rc == 2


def test_a_dry_run_tells_and_writes_nothing(run: Runner, db: Path) -> None:
    before = db.read_bytes()
    done = run(*HANDBOOK, "--on", "2021-05-20", *AS_OF, "--dry-run")
    assert "Obligations that change: 3" in done.stdout
    assert "nothing was written" in done.stderr
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"东区": "东曲"}, "--zone", "is no delegate"),
        ({"1-1": "1-99"}, "--items", "there is no item 1-99"),
        ({"事项1-2": "事项1-8"}, "--items", "Did you mean 事项1-1"),
        ({"handbook": "handbok"}, "DUTY", "Did you mean handbook"),
        ({"handbook": "agreement"}, "DUTY", "is not a known value"),
    ],
)
def test_what_is_wrong_is_told_with_its_option_and_changes_nothing(
    run: Runner, db: Path, change: dict[str, str], place: str, words: str
) -> None:
    before = db.read_bytes()
    done = run(*(change.get(word, word) for word in HANDBOOK), "--on", "2021-05-20")
    assert (done.rc, done.stdout) == (2, "")
    assert f"Error: {place}: " in done.stderr
    assert words in done.stderr
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("agreement", "示例2号"), "Did you mean 示例1号?"),
        (("proof", "G-1"), "keys look like P-12"),
        (("guidance", "1"), "keys look like G-3"),
        (("service", "x"), "keys look like S-4"),
    ],
)
def test_a_void_of_what_is_not_there(
    run: Runner, db: Path, args: tuple[str, str], words: str
) -> None:
    run(*AGREEMENT, "--on", "2021-05-10")
    done = run("void", *args, "--why", "试")
    assert (done.rc, done.stdout) == (2, "")
    assert words in done.stderr
    assert run("void", "agreement", "示例1号", "--why", " ").rc == 2


def test_a_new_audit_after_a_paper_knows_that_the_data_changed(run: Runner, db: Path) -> None:
    run("audit", *AS_OF)
    run(*HANDBOOK, "--on", "2021-05-20")
    run("audit", *AS_OF)
    digests = rows(db, "SELECT DISTINCT data_digest FROM runs")
    assert len(digests) == 2
    refused = run("build", "--data", "small")
    assert refused.rc == 2
    assert "1 imported ledgers" in refused.stderr


def test_the_demonstration_goes_and_all_else_stays(
    run: Runner, small_root: SmallRoot, tmp_path: Path
) -> None:
    small_root.ledger = {
        "agreements": [
            SmallRoot.agreement("演1"),
            SmallRoot.agreement("真1", provenance="official"),
        ],
        "deliverables": [
            SmallRoot.deliverable(covers="1-01;1-02"),
            SmallRoot.deliverable(provenance="official", covers="1-02"),
        ],
        "guidance": [
            {"zone": "east", "department": "jia", "kind": "业务培训", "raised_on": "2021-04-21"}
        ],
        "service": [
            {
                "item": "1-01",
                "zone": "east",
                "measure": "时限",
                "before": 2,
                "after": 1,
                "unit": "天",
            }
        ],
    }
    db = small_root.build(db=tmp_path / "registry.db").path
    run("audit", *AS_OF)
    stored = rows(db, "SELECT * FROM finding")
    assert "demonstration" in run("audit", *AS_OF).stdout
    before = db.read_bytes()
    tried = run("demo", "remove", "--dry-run")
    assert "would be removed" in tried.stdout
    assert db.read_bytes() == before
    done = run("demo", "remove")
    assert done.rc == 0
    counted = dict(line.rsplit(maxsplit=1) for line in done.stdout.splitlines()[1:])
    assert {name.strip(): n for name, n in counted.items()} == {
        **{"agreements": "1", "deliverables": "1"},
        **{"guidance requests": "1", "service reductions": "1"},
    }
    assert rows(db, "SELECT number FROM agreements") == [("真1",)]
    assert rows(db, "SELECT covers FROM deliverables") == [("1-02",)]
    assert rows(db, "SELECT count(*) FROM item") == [(9,)]
    assert rows(db, "SELECT * FROM finding WHERE run = 1") == stored
    assert list(inconsistencies(db)) == []
    later = run("audit", *AS_OF)
    assert "demonstration" not in later.stdout + later.stderr
    assert "no demonstration row" in run("demo", "remove").stdout


LEDGER = {
    "agreements": [SmallRoot.agreement()],
    "deliverables": [SmallRoot.deliverable(covers="1-01;1-02;1-03", document="手册.pdf")],
    "guidance": [
        {"zone": "east", "department": "jia", "kind": "业务培训", "raised_on": "2021-04-21"}
    ],
    "service": [
        {"item": "1-01", "zone": "east", "measure": "时限", "before": 2, "after": 1, "unit": "天"}
    ],
}


def test_the_same_voids_in_a_workbook(run: Runner, small_root: SmallRoot, tmp_path: Path) -> None:
    empty = findings_of_an_empty_ledger(run, small_root, tmp_path)
    small_root.ledger = LEDGER
    db = small_root.build(db=tmp_path / "registry.db", fresh=True).path
    assert findings(run) != empty
    filling = Filling(send(db, "zone", "east", tmp_path / "east.xlsx"))
    for n in (1, 2, 3):
        filling.set("obligations", f"1-0{n}-east/handbook", voided_why="登错")
    filling.set("agreements", "示例1号", voided_why="登错", signed_on=None)
    filling.set("guidance", "1", voided_why="重复")
    filling.set("service", "1", voided_why="重复")
    report = take(db, filling.save())
    assert report.written
    assert {c.field for file in report.files for c in file.changes} == {"voided_why", "signed_on"}
    assert findings(run) == empty
    assert sorted(rows(db, "SELECT key, voided_why, voided_by FROM voided_rows")) == [
        ("G-1", "重复", "台账回收：east.xlsx"),
        ("P-1", "登错", "台账回收：east.xlsx"),
        ("S-1", "重复", "台账回收：east.xlsx"),
        ("示例1号", "登错", "台账回收：east.xlsx"),
    ]
    assert list(inconsistencies(db)) == []


def findings_of_an_empty_ledger(
    run: Runner, small_root: SmallRoot, tmp_path: Path
) -> dict[Finding, str]:
    small_root.build(db=tmp_path / "registry.db")
    return findings(run)


def test_clearing_and_deleting_say_how_to_void(
    run: Runner, small_root: SmallRoot, tmp_path: Path
) -> None:
    small_root.ledger = LEDGER
    db = small_root.build(db=tmp_path / "registry.db").path
    filling = Filling(send(db, "zone", "east", tmp_path / "east.xlsx"))
    filling.set("agreements", "示例1号", signed_on=None).save()
    refused = run("ledger", "import", "east.xlsx")
    assert refused.rc == 2
    assert "To void the row, say why in the column “Void: why”." in refused.stderr
    filling = Filling(send(db, "zone", "east", tmp_path / "east.xlsx"))
    filling.sheet("service").delete_rows(filling.row("service", "1"))
    told = notes(take(db, filling.save()))
    assert "To void a row, say why in its column “Void: why”." in told
    assert rows(db, "SELECT count(*) FROM service_reductions") == [(1,)]
    filling = Filling(send(db, "zone", "east", tmp_path / "new.xlsx"))
    filling.add(
        "service", item="1-02", measure="材料", before=2, after=1, unit="份", voided_why="x"
    )
    filling.save()
    refused = run("ledger", "import", "new.xlsx")
    assert "can't be void" in refused.stderr


def test_rows_of_ledger_files_may_be_void(
    run: Runner, small_root: SmallRoot, tmp_path: Path
) -> None:
    void = {"voided_on": "2021年6月1日", "voided_why": "登错", "voided_by": "张三"}
    small_root.ledger = {
        "agreements": [SmallRoot.agreement(**void), SmallRoot.agreement("示例2号")],
        "deliverables": [SmallRoot.deliverable(**void)],
    }
    db = small_root.build(db=tmp_path / "registry.db").path
    assert rows(db, "SELECT number FROM agreements") == [("示例2号",)]
    assert rows(db, "SELECT count(*) FROM proof") == [(0,)]
    assert rows(db, "SELECT key, voided_on, voided_by FROM voided_rows ORDER BY 1") == [
        ("P-1", "2021-06-01", "张三"),
        ("示例1号", "2021-06-01", "张三"),
    ]
    for half in ("voided_on", "voided_why"):
        small_root.ledger["deliverables"] = [SmallRoot.deliverable(**{half: void[half]})]
        done = run("--db", "other.db", "build", "--demo", "--data", small_root.write())
        assert done.rc == 2
        assert "row 2, column voided_why: a voided row says on which day and why" in done.stderr


def test_ledger_files_take_words_as_people_write_them(
    small_root: SmallRoot, tmp_path: Path
) -> None:
    small_root.ledger = {
        "agreements": [SmallRoot.agreement(signed_on="2021/5/10", covers="1-1；事项1-2")],
        "deliverables": [SmallRoot.deliverable(zone="东区 ", done_on="2021.5.20", covers="1－1")],
    }
    db = small_root.build(db=tmp_path / "registry.db").path
    assert rows(db, "SELECT signed_on, covers FROM agreements") == [("2021-05-10", "1-01;1-02")]
    assert rows(db, "SELECT done_on, covers FROM deliverables") == [("2021-05-20", "1-01")]
    assert list(inconsistencies(db)) == []


def test_a_termination_in_one_line(
    run: Runner, db: Path, differs: Callable[..., tuple[set[str], set[str]]]
) -> None:
    run(*AGREEMENT, "--on", "2021-05-10")
    ended = ("record", "termination", "示例1号", "--on", "2021年6月10日", "--basis", "解除协议书")
    gone, come = differs(*ended, "--by", "张三")
    assert gone == set()
    assert come == {"AGR005 1-01-east", "AGR009 示例1号"}
    assert rows(
        db, "SELECT signed_on, terminated_on, termination_basis, to_on FROM agreements"
    ) == [("2021-05-10", "2021-06-10", "解除协议书", "2021-06-10")]
    assert rows(
        db, "SELECT source FROM agreements WHERE source LIKE '%record termination（张三，%'"
    )
    shown = run("record", "termination", "示例1号", "--on", "2021-06-11", "--basis", "更正", *AS_OF)
    assert "Recorded: agreement 示例1号" in shown.stdout


def test_a_termination_is_told_on_the_day(run: Runner, db: Path) -> None:
    run(*AGREEMENT, "--on", "2021-05-10")
    done = run("record", "termination", "示例1号", "--on", "2021-6-10", "--basis", "协议书", *AS_OF)
    assert "1-01-east" in done.stdout
    assert "已签订" in done.stdout
    assert "已解除" in done.stdout


@pytest.mark.parametrize(
    ("on", "place", "words"),
    [
        ("2021-05-01", "--on", "Error: --on: 2021-05-01 lies before the signing"),
        ("2021-05-11", "NUMBER", "there is no agreement"),
    ],
)
def test_a_termination_that_can_t_be(
    run: Runner, db: Path, on: str, place: str, words: str
) -> None:
    run(*AGREEMENT, "--on", "2021-05-10")
    before = db.read_bytes()
    number = "示例1号" if place == "--on" else "示例9号"
    done = run("record", "termination", number, "--on", on, "--basis", "x")
    assert done.rc == 2
    assert words in done.stderr
    assert db.read_bytes() == before


def test_a_renewal_names_an_agreement_that_is_there(run: Runner, db: Path) -> None:
    run(*AGREEMENT, "--on", "2021-05-10", "--expires-on", "2021-06-10")
    second = (*AGREEMENT[:2], "示例2号", *AGREEMENT[3:], "--on", "2021-06-01")
    wrong = run(*second, "--renews", "示例9号")
    assert wrong.rc == 2
    assert "there is no agreement 示例9号 to renew" in wrong.stderr
    assert run(*second, "--renews", "示例1号").rc == 0
    assert rows(db, "SELECT renews FROM agreements WHERE number = '示例2号'") == [("示例1号",)]


@pytest.mark.parametrize(
    ("rule", "subject", "kind", "key"),
    [
        ("EVD001", "handbook/east/2021-05-20/1-01", "proof", "P-1"),
        ("REQ001", "east/jia/业务培训/2021-04-21", "guidance", "G-1"),
        ("AGR004", "示例1号", "agreement", "示例1号"),
    ],
)
def test_a_waiver_of_what_was_voided_is_no_error(
    run: Runner,
    small_root: SmallRoot,
    tmp_path: Path,
    rule: str,
    subject: str,
    kind: str,
    key: str,
) -> None:
    small_root.ledger = LEDGER | {"deliverables": [SmallRoot.deliverable()]}
    small_root.build(db=tmp_path / "registry.db")
    waived = ("waive", rule, subject, "--reason", "x", "--approver", "y")
    done = run(*waived, "--issued", "2021-06-01", "--expires", "2021-12-31")
    assert done.rc == 0, done.stderr
    assert run("void", kind, key, "--why", "登错").rc == 0
    assert run("audit", *AS_OF).rc == 1
