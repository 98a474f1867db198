"""Small random data roots: the shipped instrument with a handful of items and odd ledgers."""

from __future__ import annotations

import csv
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml
from hypothesis import strategies as st

from registry.model.vocabulary import PowerType
from tests.conftest import DATA

Record = dict[str, str]
Draw = st.DrawFn

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

POWER_TYPES = list(get_args(PowerType))
MODES = {1: [*["委托下放"] * 3, "下放实质性审核权", "委托收件"], 2: ["原直接实施"], 3: ["不再实施"]}
REFORM_MODES = ["", "", "委托下放", "委托收件", "原直接实施"]
LEVELS = ["", "国家级", "省级", "市级", "县级", "乡镇级"]
# The same names in other widths, cases and spacings, and with words that LAW001 looks for.
NAMES = [
    "取水许可",
    "取水 许可",
    "ＡB证（甲）",
    "ab证(甲)",
    "查封场所",
    "扣押、冻结财物",
    "代履行",
    "加处罚款",
]
DEPARTMENTS = [
    "fgw",
    "slj",
    "市水利局",
    "市行政审批服务局",
    "市审批服务局",
    "聊城市发展和改革委员会",
]
OF = {
    "市水利局": "slj",
    "市行政审批服务局": "spj",
    "市审批服务局": "spj",
    "聊城市发展和改革委员会": "fgw",
}
ROLES = ["", "（行业主管）", "（审批实施）", "（联合）"]
ZONES = ["etdz", "hidz", "聊城经开区", "聊城高新技术产业开发区管委会"]
KINDS = ["业务培训", "信息系统使用"]
# The first three stand for what fewest delegations owe; they come up more often.
DUTIES = """
    supervision-rules portal-notice public-notice supervision-rules portal-notice public-notice
    seal platform-access handbook service-guide powers-list system-update powers-list-removal
    system-removal
"""
EDGES = [
    "2021-05-27", "2021-05-28", "2021-05-29", "2021-07-14", "2021-07-15", "2021-07-16",
]  # fmt: skip
AMOUNTS = {"seal": [30, 20], "supervision-rules": [30, 45], "handbook": [30, 1392, 1394, 2000]}

_ANY_DAY = st.integers(0, 324).map(lambda n: (date(2021, 4, 10) + timedelta(n)).isoformat())
_EARLY = st.integers(0, 69).map(lambda n: (date(2021, 4, 10) + timedelta(n)).isoformat())
DAY = st.one_of(st.sampled_from(EDGES), _EARLY, _ANY_DAY)
_MAYBE_DAY = st.one_of(st.just(""), st.just(""), DAY)


@dataclass(frozen=True)
class Case:
    """A data root still to be written, and the day to audit it on."""

    as_of: str
    totals: dict[int, int | None]
    amounts: dict[str, int]
    annexes: dict[int, list[Record]]
    ledger: dict[str, list[Record]]
    term_basis: str | None

    def write(self, root: Path) -> None:
        """Write the data root into an empty folder."""
        folder = root / "liaocheng-2021-8"
        (folder / "ledger").mkdir(parents=True)
        (root / "calendar").symlink_to(DATA / "calendar")
        (root / "law.yml").symlink_to(DATA / "law.yml")
        act = deepcopy(_shipped())
        act["agreement_terms"]["term_basis"] = self.term_basis
        for annex in act["annexes"]:
            annex["control_total"] = self.totals[annex["annex"]]
        for duty in act["duties"]:
            duty["amount"] = self.amounts.get(duty["id"], duty["amount"])
        text = yaml.dump(act, Dumper=_DUMPER, allow_unicode=True, sort_keys=False)
        (folder / "instrument.yml").write_text(text, encoding="utf-8")
        for number, rows in self.annexes.items():
            _write(folder / f"annex{number}.csv", rows, ANNEX_COLUMNS.split())
        for name, rows in self.ledger.items():
            if rows:
                _write(folder / "ledger" / f"{name}.csv", rows, list(rows[0]))


ANNEX_COLUMNS = """
    id seq name power_type initiation mode department scope remark law article legal_level
    reform_mode zones provenance parent counts_in_total
"""


@lru_cache
def _shipped() -> dict[str, Any]:
    path = DATA / "liaocheng-2021-8" / "instrument.yml"
    shipped: dict[str, Any] = yaml.load(path.read_bytes(), Loader=_LOADER)
    # Less to write and to read back, 200 times over.
    names = {OF.get(name, name) for name in DEPARTMENTS}
    shipped["departments"] = [d for d in shipped["departments"] if d["id"] in names]
    for clause in shipped["clauses"]:
        clause["text"] = clause["summary"] = clause["id"]
    return shipped


def _write(path: Path, rows: list[Record], columns: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)


def _pick(draw: Draw, values: list[str]) -> str:
    return draw(st.sampled_from(values))


def _departments(draw: Draw) -> str:
    names = draw(
        st.lists(st.sampled_from(DEPARTMENTS), max_size=3, unique_by=lambda n: OF.get(n, n))
    )
    return ";".join(name + _pick(draw, ROLES) for name in names)


def _annex(draw: Draw, annex: int, size: int, width: int) -> list[Record]:
    rows: list[Record] = []
    for seq in range(1, size + 1):
        # A sub-item hangs under an item that is none itself.
        mains = [row["id"] for row in rows if not row["parent"]]
        parent = _pick(draw, ["", "", "", *mains])
        rows.append(
            {
                "id": f"{annex}-{seq:0{width}}",
                "seq": str(seq),
                "name": _pick(draw, [*NAMES, f"事项{annex}-{seq}"]),
                "power_type": _pick(draw, [*POWER_TYPES, "行政强制", "行政处罚", "行政处罚"]),
                "initiation": _pick(draw, ["依申请", "依职权"]),
                "mode": _pick(draw, MODES[annex]),
                "department": _departments(draw),
                "scope": _pick(draw, ["", "全部", "部分"]),
                "remark": _pick(draw, ["", "限市级权限"]),
                "law": _pick(draw, ["", "水法", "水法", "水法"]),
                "article": _pick(draw, ["", "第七条", "第七条", "第七条"]),
                "legal_level": _pick(draw, LEVELS),
                "reform_mode": _pick(draw, REFORM_MODES),
                "zones": _pick(draw, ["", "", "etdz", "hidz", "etdz;hidz"]),
                "provenance": _pick(draw, ["official", "official", "", "demonstration"]),
                "parent": parent,
                "counts_in_total": _pick(draw, ["", "", "true", "false"]),
            }
        )
    return rows


def _covers(draw: Draw, annexes: dict[int, list[Record]]) -> str:
    ids = [row["id"] for rows in annexes.values() for row in rows]
    whole = [f"annex:{annex}" for annex, rows in annexes.items() if rows]
    # Annex 1 owes nearly everything, so it is covered most often.
    first = [row["id"] for row in annexes[1]]
    chosen = draw(
        st.lists(st.sampled_from([*first, *first, *ids]), min_size=1, max_size=4, unique=True)
    )
    return _pick(draw, [";".join(chosen), ";".join(chosen), *whole, whole[0]])


def _agreement(draw: Draw, number: int, annexes: dict[int, list[Record]]) -> Record:
    act = _shipped()["agreement_terms"]
    required, every = act["required"], [*act["required"], *act["recommended"]]
    some = draw(st.lists(st.sampled_from(every), unique=True))
    grantors, zones = [*DEPARTMENTS, *DEPARTMENTS, "etdz", "聊城高新区"], ZONES
    covers = _covers(draw, annexes)
    item = draw(st.sampled_from(annexes[1]))
    if item["department"] and item["mode"] == "委托下放" and draw(st.booleans()):
        # Chance alone seldom finds the right parties.
        grantors = [name.split("（")[0] for name in item["department"].split(";")]
        zones = (item["zones"] or "etdz;hidz").split(";")
        covers = _pick(draw, [item["id"], "annex:1"])
    signed = draw(DAY)
    filed = date.fromisoformat(signed) + timedelta(draw(st.sampled_from([0, 20, 60])))
    return {
        "number": f"示例{number}号",
        "department": _pick(draw, grantors),
        "zone": _pick(draw, zones),
        "signed_on": signed,
        "effective_on": draw(_MAYBE_DAY),
        "expires_on": draw(_MAYBE_DAY),
        "clauses": _pick(draw, [";".join(terms) for terms in (every, required, some, [])]),
        "covers": covers,
        "document": "",
        "url": "",
        "renews": "",
        "filed_on": _pick(draw, ["", filed.isoformat()]),
        "terminated_on": "",
        "termination_basis": "",
        "dissolved_public_on": "",
    }


def _renewals(draw: Draw, agreements: list[Record]) -> list[Record]:
    """Successors of some agreements, begun on time, or days too early or too late."""
    found = []
    for row in agreements:
        if not row["expires_on"] or not draw(st.booleans()):
            continue
        ends = date.fromisoformat(row["expires_on"])
        begins = ends + timedelta(draw(st.sampled_from([-20, 0, 1, 1, 2, 41])))
        signed = begins - timedelta(draw(st.sampled_from([0, 0, 15])))
        found.append(
            {
                **row,
                "number": f"续{row['number']}",
                "signed_on": signed.isoformat(),
                "effective_on": begins.isoformat(),
                "expires_on": draw(st.sampled_from(["", (begins + timedelta(60)).isoformat()])),
                "renews": draw(st.sampled_from(["", row["number"]])),
                "filed_on": "",
            }
        )
    return found


def _end_early(draw: Draw, row: Record) -> None:
    """Now and then a termination, and a day on which the end was made public."""
    signed = date.fromisoformat(row["signed_on"])
    last = date.fromisoformat(row["expires_on"]) if row["expires_on"] else signed + timedelta(200)
    if last >= signed and draw(st.integers(0, 3)) == 3:
        days = draw(st.integers(0, (last - signed).days))
        row["terminated_on"] = (signed + timedelta(days)).isoformat()
        row["termination_basis"] = "双方协商"
    if draw(st.booleans()):
        days = draw(st.sampled_from([0, 30, 120]))
        row["dissolved_public_on"] = (signed + timedelta(days)).isoformat()


def _deliverable(draw: Draw, annexes: dict[int, list[Record]]) -> Record:
    return {
        "duty": _pick(draw, DUTIES.split()),
        "zone": _pick(draw, ["", "", *ZONES]),
        "covers": _covers(draw, annexes),
        "done_on": draw(DAY),
        "document": _pick(draw, ["", "甲.pdf"]),
        "url": _pick(draw, ["", "https://example.invalid/a"]),
        "sha256": "",
        "note": "",
    }


def _request(draw: Draw, late: bool) -> Record:
    raised = st.sampled_from(["2026-12-10", "2026-12-16", "2026-12-24"]) if late else DAY
    return {
        "zone": _pick(draw, ZONES),
        "department": _pick(draw, DEPARTMENTS),
        "kind": _pick(draw, KINDS),
        "raised_on": draw(raised),
        "answered_on": draw(_MAYBE_DAY),
        "text": "",
    }


def _service(draw: Draw, annexes: dict[int, list[Record]]) -> Record:
    return {
        "item": _pick(draw, [row["id"] for rows in annexes.values() for row in rows]),
        "zone": _pick(draw, ZONES),
        "measure": _pick(draw, ["材料", "环节", "时限"]),
        "before": _pick(draw, ["5", "10"]),
        "after": _pick(draw, ["3", "5", "7.5"]),
        "unit": "件",
    }


def _subject(row: Record) -> tuple[str, ...]:
    """What tells two rows of the ledger apart; the generator makes no others."""
    zone = {"聊城经开区": "etdz", "聊城高新技术产业开发区管委会": "hidz"}.get(
        row["zone"], row["zone"]
    )
    if "duty" in row:
        return row["duty"], zone, row["done_on"], row["covers"]
    return zone, OF.get(row["department"], row["department"]), row["kind"], row["raised_on"]


def _distinct(draw: Draw, rows: list[Record]) -> list[Record]:
    """One row a subject, but now and then one of them twice over."""
    kept = list({_subject(row): row for row in rows}.values())
    return kept + kept[: draw(st.sampled_from([0, 0, 0, 1]))]


def _as_of(draw: Draw, ledger: dict[str, list[Record]]) -> str:
    edges: list[str] = []
    for row in ledger["agreements"]:
        if row["expires_on"]:
            ends = date.fromisoformat(row["expires_on"])
            edges += [(ends - timedelta(days)).isoformat() for days in (0, 30)]
    for row in ledger["guidance"]:
        raised = date.fromisoformat(row["raised_on"])
        edges += [(raised + timedelta(days)).isoformat() for days in (13, 14, 15)]
    edges = [day for day in edges if day >= "2021-04-10"]
    return draw(st.one_of(st.sampled_from(EDGES), st.sampled_from(edges or EDGES), _ANY_DAY))


@st.composite
def cases(draw: Draw) -> Case:
    """Draw a data root and an as-of day."""
    sizes = {1: draw(st.integers(1, 6)), 2: draw(st.integers(0, 5)), 3: draw(st.integers(0, 3))}
    totals = {
        1: draw(st.sampled_from([sizes[1], 29, 3])),
        2: draw(st.sampled_from([sizes[2], 1794, None])),
        3: draw(st.sampled_from([None, None, sizes[3]])),
    }
    annexes = {
        annex: _annex(draw, annex, size, max(2, len(str(totals[annex] or 0))))
        for annex, size in sizes.items()
    }
    # Now and then a day near or past the end of the calendar.
    late = draw(st.integers(0, 11)) == 11
    count = st.integers(0, 5)
    ledger = {
        "agreements": [_agreement(draw, n, annexes) for n in range(draw(count))],
        "deliverables": _distinct(
            draw, [_deliverable(draw, annexes) for _ in range(draw(st.integers(0, 12)))]
        ),
        "guidance": _distinct(draw, [_request(draw, late) for _ in range(draw(count))]),
        "service": [_service(draw, annexes) for _ in range(draw(count))],
    }
    amounts = {duty: draw(st.sampled_from(often)) for duty, often in AMOUNTS.items()}
    as_of = _pick(draw, ["2026-12-28", "2027-02-01"]) if late else _as_of(draw, ledger)
    for row in ledger["agreements"]:
        # Chance alone seldom finds the last day on which AGR005 is silent.
        days = draw(st.sampled_from([None, None, 30, 31]))
        if days:
            ends = date.fromisoformat(as_of) + timedelta(days)
            row["expires_on"] = ends.isoformat()
    ledger["agreements"] += _renewals(draw, ledger["agreements"])
    for row in ledger["agreements"]:
        _end_early(draw, row)
    for row in (row for rows in ledger.values() for row in rows):
        voided = draw(st.integers(0, 7)) == 7
        row["voided_on"], row["voided_why"] = ("2022-01-01", "登错") if voided else ("", "")
    basis = draw(st.sampled_from([None, None, "某规定第十六条"]))
    return Case(as_of, totals, amounts, annexes, ledger, basis)
