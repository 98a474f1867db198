"""Data roots and files of any size, made from the shipped instrument. The same seed, the same data.

Nothing of this is random from run to run: figures of two runs stand for the same work.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import yaml

DATA: Final = Path(__file__).resolve().parent.parent / "data"
INSTRUMENT: Final = "liaocheng-2021-8"
SEED: Final = 20210415

_ON_TIME: Final = ("2021-04-28", "2021-05-10", "2021-05-19", "2021-05-28")
_LATE: Final = ("2021-05-31", "2021-06-09", "2021-06-24")
_UNSEEN: Final = "2021-07-20"  # after the day of the audit: proof that does not count yet
_TERMS: Final = "委托依据;委托事项;委托权限;双方权利和义务;期限;法律责任"
_MEASURES: Final = (("时限", 20, 10, "个工作日"), ("材料", 8, 5, "件"), ("环节", 5, 3, "个"))

Row = dict[str, str]


def read_instrument() -> dict[str, Any]:
    """The shipped instrument.yml."""
    path = DATA / INSTRUMENT / "instrument.yml"
    instrument: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return instrument


def read_annex(annex: int) -> list[Row]:
    """The rows of a shipped annex."""
    path = DATA / INSTRUMENT / f"annex{annex}.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def data_root(root: Path, zones: int, seed: int = 0) -> None:
    """A data root with the shipped annexes and `zones` zones, whose ledger lacks 5 %.

    `seed`: another for another ledger.
    """
    folder = root / INSTRUMENT
    folder.mkdir(parents=True)
    shutil.copytree(DATA / "calendar", root / "calendar")
    shutil.copyfile(DATA / "law.yml", root / "law.yml")
    instrument = read_instrument()
    instrument["zones"] = [
        {
            "id": f"z{n:03}",
            "name": f"测试{n:03}区管委会",
            "short_name": f"测试{n:03}区",
            "clause": "C05",
        }
        for n in range(1, zones + 1)
    ]
    _write_yaml(folder / "instrument.yml", instrument)
    for annex in instrument["annexes"]:
        shutil.copy(DATA / INSTRUMENT / f"annex{annex['annex']}.csv", folder)
    items = {a["annex"]: read_annex(a["annex"]) for a in instrument["annexes"]}
    _Ledger(instrument, items, seed).write(folder / "ledger")


class _Ledger:
    """Draws who has proved what.

    Half of the zones prove a whole annex at a stroke (`annex:2`), so the other half lacks twice
    the share of what is proved item by item.
    """

    def __init__(self, instrument: dict[str, Any], items: dict[int, list[Row]], seed: int) -> None:
        self._random = random.Random(SEED + seed)
        self._zones = [zone["id"] for zone in instrument["zones"]]
        self._duties = instrument["duties"]
        self._annexes = {mode["name"]: mode["annex"] for mode in instrument["modes"]}
        self._entrusting = {mode["name"] for mode in instrument["modes"] if mode["entrusts"]}
        self._items = items
        self._kinds = instrument["guidance_kinds"]

    def write(self, folder: Path) -> None:
        folder.mkdir()
        agreements, deliverables = self._agreements(), self._deliverables()
        _write_csv(folder / "agreements.csv", agreements)
        _write_csv(folder / "deliverables.csv", deliverables)
        _write_csv(folder / "guidance.csv", self._guidance())
        _write_csv(folder / "service.csv", self._service())

    def _split(self, ids: Sequence[str], missing: float) -> dict[str, list[str]]:
        """Item ids by the day on which they were proved; what is missing is in no list."""
        on_time, late = self._random.choice(_ON_TIME), self._random.choice(_LATE)
        days: dict[str, list[str]] = {}
        for item in ids:
            drawn = self._random.random()
            if drawn < missing * 0.9:
                continue
            day = _UNSEEN if drawn < missing else late if drawn < missing + 0.02 else on_time
            days.setdefault(day, []).append(item)
        return days

    def _agreements(self) -> Iterable[Row]:
        by_department: dict[str, list[str]] = {}
        for row in self._items[1]:
            if row["mode"] in self._entrusting:
                by_department.setdefault(row["department"].split("；")[0], []).append(row["id"])
        number = 0
        for zone in self._zones:
            for department, ids in by_department.items():
                for day, covered in sorted(self._split(ids, 0.05).items()):
                    number += 1
                    yield {
                        "number": f"测试〔2021〕{number:05}号",
                        "department": department,
                        "zone": zone,
                        "signed_on": day,
                        "effective_on": day,
                        "expires_on": "2024-05-05",
                        "clauses": _TERMS if number % 50 else _TERMS.replace("委托权限;", ""),
                        "covers": ";".join(covered),
                        "document": f"协议-{number:05}.pdf",
                    }

    def _deliverables(self) -> Iterable[Row]:
        for duty in self._duties:
            if duty.get("proof") == "agreement":
                continue
            for annex in sorted({self._annexes[mode] for mode in duty["modes"]}):
                ids = [
                    row["id"]
                    for row in self._items[annex]
                    if row["mode"] in duty["modes"]
                    and duty.get("initiation") in (None, row["initiation"])
                ]
                whole = len(ids) == len(self._items[annex])
                for place, zone in enumerate(self._zones):
                    at_a_stroke = whole and place % 2 == 0
                    if at_a_stroke:
                        covered = [(self._random.choice(_ON_TIME), f"annex:{annex}")]
                    else:
                        days = self._split(ids, 0.10 if whole else 0.05)
                        covered = [(day, ";".join(ids)) for day, ids in sorted(days.items())]
                    for day, covers in covered:
                        yield {
                            "duty": duty["id"],
                            "zone": zone,
                            "covers": covers,
                            "done_on": day,
                            "document": f"{duty['id']}-{zone}-{day}.pdf",
                        }

    def _guidance(self) -> Iterable[Row]:
        departments = list(dict.fromkeys(r["department"].split("；")[0] for r in self._items[1]))
        for zone in self._zones:
            for department in departments:
                drawn = self._random.random()
                if drawn < 0.8:
                    yield {
                        "zone": zone,
                        "department": department,
                        "kind": self._random.choice(self._kinds),
                        "raised_on": "2021-05-06",
                        "answered_on": "2021-05-13" if drawn < 0.7 else "",
                        "text": "请派员指导",
                    }

    def _service(self) -> Iterable[Row]:
        served = [
            row["id"]
            for annex, rows in self._items.items()
            for row in rows
            if annex != 3 and row["initiation"] == "依申请"
        ]
        for zone in self._zones:
            for item in served:
                if self._random.random() < 0.95:
                    measure, before, after, unit = self._random.choice(_MEASURES)
                    yield {
                        "item": item,
                        "zone": zone,
                        "measure": measure,
                        "before": str(before),
                        "after": str(after),
                        "unit": unit,
                    }


def long_annex(folder: Path, rows: int) -> None:
    """instrument.yml with one zone and an annex 2 of `rows` rows, and that annex2.csv."""
    folder.mkdir(parents=True)
    instrument = read_instrument()
    instrument["zones"] = instrument["zones"][:1]
    for annex in instrument["annexes"]:
        if annex["annex"] == 2:
            annex["control_total"] = rows
    _write_yaml(folder / "instrument.yml", instrument)
    width = len(str(rows))
    shipped = read_annex(2)
    _write_csv(
        folder / "annex2.csv",
        (
            {**row, "id": f"2-{n:0{width}}", "seq": str(n), "name": f"{row['name']}（第{n}项）"}
            for n, row in enumerate(islice(cycle(shipped), rows), start=1)
        ),
    )


def _write_yaml(path: Path, content: object) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _write_csv(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(stream, list(row))
                writer.writeheader()
            writer.writerow(row)
