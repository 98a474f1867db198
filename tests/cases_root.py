"""The data root of the city whose year of cases tests.cases_city makes: instruments and papers."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.cases_city import (
    AGREED,
    DIRECT,
    ENTRUSTED,
    EXAMINED,
    EXPIRING,
    HANDED_OVER,
    LAND,
    LATE_SIGNED,
    LATER,
    RECEIVED,
    SUSPENDED,
    ZONES,
    Row,
    read_rows,
)
from tests.conftest import DATA, FIRST, write_csv


def write_root(root: Path) -> Path:
    """Write the instruments and their papers into an empty folder."""
    for name in ("calendar", "law.yml", "roles.yml", LAND):
        source = DATA / name
        if source.is_dir():
            shutil.copytree(source, root / name)
        elif source.exists():
            shutil.copyfile(source, root / name)
    stated = yaml.safe_load((DATA / FIRST / "instrument.yml").read_text(encoding="utf-8"))
    for zone in stated["zones"]:
        zone["status"] = {
            **{"approved_by": "国务院", "authorised_by": "某条例第九条", "source": "测试"},
        }
    for annex in stated["annexes"]:
        annex["control_total"] = None
    _write(root / FIRST, stated)
    rows = {n: read_rows(DATA / FIRST / f"annex{n}.csv") for n in (1, 2, 3)}
    rows[2] = [row for row in rows[2] if row["id"] in DIRECT]
    for number, annex_rows in rows.items():
        write_csv(root / FIRST / f"annex{number}.csv", annex_rows)
    write_csv(root / FIRST / "ledger" / "agreements.csv", [*_agreements(rows[1])])
    write_csv(root / FIRST / "ledger" / "deliverables.csv", [*_opened()])
    _write_later(root, stated)
    return root


def _agreements(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        for zone in ZONES if row["id"] in ENTRUSTED else ():
            late = (row["id"], zone) == LATE_SIGNED[:2]
            signed = LATE_SIGNED[2] if late else AGREED
            yield {
                "number": f"测试〔2021〕{row['id']}-{zone}号",
                "department": row["department"].split("；")[0],
                "zone": zone,
                "signed_on": signed,
                "effective_on": signed,
                "expires_on": EXPIRING[1] if row["id"] == EXPIRING[0] else "2026-05-09",
                "clauses": "委托依据;委托事项;委托权限;双方权利和义务;期限;法律责任",
                "covers": row["id"],
            }


def _opened() -> Iterator[Row]:
    """Proofs that access was opened on the platform."""
    for zone in ZONES:
        for item in (*EXAMINED, *RECEIVED):
            paper = {"duty": "platform-access", "zone": zone, "covers": item}
            yield {**paper, "done_on": "2021-05-20", "document": "开通单.pdf"}


def _write_later(root: Path, first: dict[str, Any]) -> None:
    """An instrument that withdraws one item from both zones and suspends another in one."""
    issued = "2023-06-01"
    clause = {"id": "W01", "heading": "一", "text": "收回、中止", "summary": "Withdraws, suspends."}
    effect = {"target": FIRST, "clause": "W01"}
    item, zone, day = SUSPENDED
    stated = {
        "id": LATER,
        "number": "聊政字〔2023〕9号",
        "title": "测试用后续文件",
        "issuer": first["issuer"],
        "signed_on": issued,
        "issued_on": issued,
        "issued_on_basis": "reading",
        "provenance": "official",
        "source": "测试",
        "annexes": [],
        "modes": [],
        "zones": [],
        "duties": [],
        "clauses": [clause | {"checked": "intake"}],
        "effects": [
            effect
            | {"kind": "withdraws", "items": [HANDED_OVER[0]], "effective_on": HANDED_OVER[1]}
            | {"handover_on": HANDED_OVER[1], "transition": "former-finishes"},
            effect
            | {"kind": "suspends", "items": [item], "delegates": [zone], "effective_on": day},
        ],
    }
    _write(root / LATER, stated)


def _write(folder: Path, stated: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump(stated, allow_unicode=True, sort_keys=False)
    (folder / "instrument.yml").write_text(text, encoding="utf-8")
