"""A registry made of the shipped data in which every state and every kind of premise comes up.

What is added to the data: three items are penalties, one has no remark, one has a law that allows
its entrustment; an agreement names an act, one was terminated; a later instrument suspends and
withdraws; two further ones confer what derives from others; a zone is merged into another.
"""

from __future__ import annotations

import csv
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from registry.intake.dataset import open_data_root
from registry.model.body_event import BodyEvent
from registry.model.vocabulary import PROVENANCES
from registry.store.body_events import write_body_event
from registry.store.build import build
from registry.store.connection import connect, transaction
from registry.store.effects import update_periods
from tests.conftest import DATA, FIRST, SmallRoot, write_csv
from tests.oracle.random_worlds import conferring, later, write
from tests.oracle.world import Act, Row, World

ACTS = (
    *("receive", "accept", "examine", "decide", "issue"),
    *("revoke", "inspect", "penalise", "coerce"),
)


def build_registry(folder: Path) -> None:
    """Build it as <folder>/registry.db."""
    root = folder / "data"
    shutil.copytree(DATA, root)
    first = root / FIRST
    _change(first / "annex1.csv", "id", _ITEMS)
    _change(first / "ledger" / "agreements.csv", "number", _AGREEMENTS)
    stated = (first / "instrument.yml").read_text(encoding="utf-8")
    status = "status: {approved_by: 省政府, authorised_by: 某条例第九条, source: 某公报}"
    told = stated.replace(
        "short_name: 聊城高新区, clause: C05", f"short_name: 聊城高新区, clause: C05, {status}"
    )
    assert told != stated
    (first / "instrument.yml").write_text(told, encoding="utf-8")
    more = folder / "more"
    more.mkdir()
    write(World([_second(), _third(), _later()]), more)
    for path in more.glob("*/instrument.yml"):
        shutil.move(path.parent, root / path.parent.name)
    now = datetime(2021, 6, 30, 9)
    build(folder / "registry.db", open_data_root(root), accepted=PROVENANCES, now=now)
    event = {"what": "merged", "from": "west", "to": "east", "on": "2021-10-01"}
    with closing(connect(folder / "registry.db")) as conn, transaction(conn):
        what = BodyEvent.model_validate(event)
        write_body_event(conn, what, "测试文件", "official", "测试")
        update_periods(conn)


_ITEMS: dict[str, Row] = {
    "1-06": {"power_type": "行政处罚"},
    "1-10": {"power_type": "行政处罚"},
    "1-11": {"power_type": "行政处罚"},
    "1-12": {"scope": "部分", "remark": ""},
    "1-13": {"entrustment_basis": "某条例第三条"},
}
_AGREEMENTS: dict[str, Row] = {
    "示例〔2021〕008号": {"terminated_on": "2022-01-10", "termination_basis": "双方协商"},
    "示例〔2021〕009号": {"acts": "撤销变更注销"},
}


def _change(path: Path, key: str, changes: dict[str, Row]) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for name, change in changes.items():
        next(row for row in rows if row[key] == name).update(change)
    write_csv(path, rows)


def _rules(mode: str, answer: str, acts: list[str], **more: Any) -> Row:
    return {"mode": mode, "acts": acts, "answer": answer, "basis": "text", "clause": "C10", **more}


def _confers(name: str, issued: str, items: list[Row]) -> Act:
    act = conferring(name, issued, {1: items, 2: [], 3: []})
    act.stated["annexes"] = act.stated["annexes"][:1]
    act.annexes = {1: items}
    act.stated["modes"] = [mode for mode in act.stated["modes"] if mode["annex"] == 1]
    act.stated["duties"] = [duty for duty in act.stated["duties"] if duty["id"] == "handbook"]
    agreed = [name for name in ACTS if name != "inspect"]
    act.stated["act_rules"] = [
        _rules("委托下放", "yes", [*ACTS]),
        _rules("下放实质性审核权", "yes", [*ACTS]),
        _rules("委托收件", "yes", agreed),
        _rules("委托收件", "yes", ["inspect"], needs_agreement=True),
    ]
    return act


def _derived(seq: int, mode: str, parent: str) -> Row:
    return SmallRoot.item(1, seq, mode=mode, zones="east", derives_from=parent)


def _second() -> Act:
    """What derives from the first instrument's, and two of its own from which more derives."""
    audit, first = "下放实质性审核权", f"{FIRST}:"
    act = _confers(
        "test-2",
        "2021-05-15",
        [
            _derived(1, audit, f"{first}1-09-etdz"),
            _derived(2, "委托下放", f"{first}1-09-etdz"),
            _derived(3, audit, "elsewhere-1:1-01-east"),
            _derived(4, audit, f"{first}1-99-etdz"),
            _derived(5, audit, f"{first}1-17-etdz"),
            _derived(6, audit, f"{first}1-10-etdz"),
            SmallRoot.item(1, 7, mode="委托下放", zones="east"),
            SmallRoot.item(1, 8, mode="委托收件", zones="east"),
            _derived(9, "委托下放", f"{first}1-17-etdz"),
            _derived(10, audit, f"{first}1-18-etdz"),
            SmallRoot.item(1, 11, mode="委托收件", zones="west"),
        ],
    )
    act.ledger["agreements"] = [
        SmallRoot.agreement("甲1号", signed_on="2021-05-20", covers="1-07"),
        SmallRoot.agreement("甲2号", signed_on="2021-05-20", covers="1-02;1-09"),
    ]
    return act


def _third() -> Act:
    audit = "下放实质性审核权"
    return _confers(
        "test-3",
        "2021-05-16",
        [
            _derived(1, audit, "test-2:1-01-east"),
            _derived(2, audit, "test-2:1-07-east"),
            _derived(3, audit, "test-2:1-08-east"),
            _derived(4, audit, "test-2:1-03-east"),
        ],
    )


def _later() -> Act:
    def effect(kind: str, item: str, **more: Any) -> Row:
        day = {"effective_on": "2021-09-01", "clause": "C01"}
        return {
            "kind": kind,
            "target": FIRST,
            "items": [item],
            "delegates": ["etdz"],
            **day,
            **more,
        }

    finish = {"transition": "former-finishes"}
    return later(
        "later-1",
        "2021-08-10",
        [
            effect("suspends", "1-03"),
            effect("withdraws", "1-05", handover_on="2021-09-10", **finish),
            effect("withdraws", "1-07", transition="successor-takes"),
            effect("withdraws", "1-08"),
            effect("withdraws", "1-18", **finish),
            effect("amends", "1-15", territory="核心区"),
        ],
    )
