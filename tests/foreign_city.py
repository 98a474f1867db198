"""A data root of another city, whose notice shares nothing with the shipped ones.

45 items conferred and 44 that go on as before, on one zone; duties, clauses, modes, departments and
places of its own. Everything is owed and nothing done: there is no ledger. Invented, as facts only.
"""

from __future__ import annotations

import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import yaml

from tests.conftest import DATA, write_csv

ID: Final = "haichuan-2023-17"
ZONE: Final = "harbour"
ISSUED: Final = "2023-03-01"
CONFERRED: Final = 45
CONTINUED: Final = 44

DEADLINES: Final = {
    "contract": "2023-03-29",
    "staff-training": "2023-04-13",
    "open-register": "2023-04-17",
    "window": "2023-03-15",
    "annual-list": "2023-05-26",
}
"""Duty → its last day, counted by hand from 2023-03-01: 20 working days; 30, with Qingming on
Wednesday 5 April; 45 calendar days, which end on Saturday 15 April, hence Monday the 17th; 10; and
60, of which 1 to 3 May are off, and Sunday 23 April and Saturday 6 May are worked."""

NAMES: Final = ("海川", "临港", "harbour", "河西")
"""Words by which its texts are told from those of other instruments."""

_OBJECTS: Final = ("码头岸线", "渔港", "冷链仓储", "船员", "滩涂养殖", "夜间施工", "招牌")
_ACTS: Final = ("设立许可", "变更许可", "年度检查", "资格确认", "违规处罚", "备案登记")
_POWER_TYPES: Final = ("行政许可", "行政许可", "行政检查", "行政确认", "行政处罚", "其他行政权力")
_DEPARTMENTS: Final = ("市海港局", "市渔业局", "市城建委")


def foreign_instrument(*, codes: bool = False, rules: bool = True) -> dict[str, Any]:
    """What its instrument.yml states, a fresh copy.

    `codes`: duties have codes of their own. `rules`: clauses name the rules that check them.
    """
    stated = deepcopy(_INSTRUMENT)
    if codes:
        for duty in stated["duties"]:
            duty["codes"] = dict(_CODES[duty["id"]])
    if rules:
        for clause in stated["clauses"]:
            clause["rules"] = list(_RULES.get(clause["id"], ()))
    return stated


def foreign_items(annex: int) -> list[dict[str, Any]]:
    """The rows of annex 1 or 2."""
    return [_item(annex, seq) for seq in range(1, (CONFERRED, CONTINUED)[annex - 1] + 1)]


def write_foreign_city(root: Path, instrument: dict[str, Any] | None = None) -> Path:
    """Write the city's folder into the data root `root`, and a calendar where there is none.

    `instrument`: what its instrument.yml states, if not `foreign_instrument()`. Gives `root`.
    """
    stated = foreign_instrument() if instrument is None else instrument
    folder = root / stated["id"]
    folder.mkdir(parents=True, exist_ok=True)
    if not (root / "calendar").exists():
        shutil.copytree(DATA / "calendar", root / "calendar")
    text = yaml.safe_dump(stated, allow_unicode=True, sort_keys=False)
    (folder / "instrument.yml").write_text(text, encoding="utf-8")
    for annex in (1, 2):
        write_csv(folder / f"annex{annex}.csv", foreign_items(annex))
    return root


def _item(annex: int, seq: int) -> dict[str, Any]:
    """An item; in annex 1 the modes take turns, and every fifth is conferred in part."""
    act = seq % len(_ACTS)
    part = annex == 1 and seq % 5 == 0
    on_application = _POWER_TYPES[act] in ("行政许可", "行政确认", "其他行政权力")
    return {
        "id": f"{annex}-{seq:02}",
        "seq": seq,
        "name": f"{_OBJECTS[seq % len(_OBJECTS)]}{_ACTS[act]}（{'甲乙'[annex - 1]}{seq}类）",
        "power_type": _POWER_TYPES[act],
        "initiation": "依申请" if on_application else "依职权",
        "department": _DEPARTMENTS[seq % len(_DEPARTMENTS)],
        "mode": ("授权行使", "窗口代办", "协议行使")[seq % 3] if annex == 1 else "沿用",
        "scope": "部分" if part else "全部",
        "remark": "限临港片区内" if part else "",
        "law": "海川市港区管理条例",
        "law_version": "2020-06-01",
        "article": f"第{seq}条",
    }


def _duty(id: str, zh: str, modes: list[str], amount: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "name": {"zh": zh, "en": id.replace("-", " ")},
        "modes": modes,
        "amount": amount,
        "basis": "text",
        "owed_by": ["zone"],
        **more,
    }


def _clause(id: str, text: str, checked: str = "rules", **more: Any) -> dict[str, Any]:
    heading = id.rsplit("-", 1)[0]
    return {
        **{"id": id, "heading": heading, "text": text},
        **{"summary": f"Clause {id}.", "checked": checked, **more},
    }


_CONFERRED: Final = ["协议行使", "授权行使", "窗口代办"]

_INSTRUMENT: Final[dict[str, Any]] = {
    "id": ID,
    "number": "海川政发〔2023〕17号",
    "title": "海川市人民政府关于向临港新区下放市级行政权力事项的决定",
    "issuer": "海川市人民政府",
    "signed_on": "2023-02-27",
    "issued_on": ISSUED,
    "issued_on_basis": "text",
    "gazette": "海川市人民政府公报2023年第2期",
    "provenance": "official",
    "source": "海川市人民政府公报2023年第2期",
    "superior_documents": [
        {"number": "东海发〔2022〕9号", "title": "关于支持临港新区建设的意见"},
    ],
    "annexes": [
        {
            **{"annex": 1, "title": "下放事项目录", "role": "delegated"},
            **{"control_total": CONFERRED, "clause": "一（二）-1"},
        },
        {
            **{"annex": 2, "title": "沿用事项目录", "role": "direct"},
            **{"control_total": CONTINUED, "clause": "一（二）-2"},
        },
    ],
    "modes": [
        {"name": "协议行使", "annex": 1, "entrusts": True, "clause": "二（三）-1"},
        {"name": "授权行使", "annex": 1, "entrusts": False, "clause": "二（三）-2"},
        {"name": "窗口代办", "annex": 1, "entrusts": False, "clause": "二（三）-2"},
        {"name": "沿用", "annex": 2, "entrusts": False, "clause": "一（二）-2"},
    ],
    "zones": [
        {
            **{"id": ZONE, "name": "海川临港新区管理委员会", "short_name": "临港新区"},
            "clause": "一（一）",
        },
    ],
    "agreement_terms": {"required": ["行使范围", "监督方式"], "recommended": ["有效期"]},
    "guidance_kinds": ["跟班学习"],
    "duties": [
        _duty(
            *("contract", "行使协议", ["协议行使"], 20),
            **{"proof": "agreement", "owed_by": ["department", "zone"]},
            clauses=["二（三）-1"],
        ),
        _duty(
            *("staff-training", "人员培训", _CONFERRED, 30),
            **{"owed_by": ["department"], "clauses": ["三（一）-1"]},
        ),
        _duty(
            *("open-register", "公开登记", _CONFERRED, 45),
            **{"unit": "calendar", "clauses": ["三（一）-2"]},
        ),
        _duty(
            *("window", "设置窗口", ["窗口代办"], 10),
            **{"initiation": "依申请", "basis": "reading", "clauses": ["三（二）"]},
        ),
        _duty("annual-list", "年度目录", [*_CONFERRED, "沿用"], 60, clauses=["三（三）"]),
    ],
    "clauses": [
        _clause("一（一）", "由临港新区管理委员会承接", "intake"),
        _clause("一（二）-1", "下放事项45项"),
        _clause("一（二）-2", "沿用事项44项"),
        _clause("二（三）-1", "协议行使的事项，自本决定印发之日起20个工作日内签订行使协议"),
        _clause("二（三）-2", "授权行使、窗口代办的事项，由临港新区直接办理", "intake"),
        _clause("三（一）-1", "30个工作日内完成人员培训"),
        _clause("三（一）-2", "45日内公开登记"),
        _clause("三（二）", "窗口代办的依申请事项，应当设置窗口"),
        _clause("三（三）", "60个工作日内编制年度目录"),
        _clause(
            *("四", "加强组织领导", "no"),
            reason={"zh": "属工作要求，无记录可核", "en": "an exhortation"},
        ),
    ],
    "departments_provenance": "official",
    "departments_source": "海川市人民政府公报2023年第2期",
    "departments": [
        {"id": "haigang", "name": "海川市海洋港口局", "short_name": "市海港局"},
        {"id": "yuye", "name": "海川市渔业发展局", "short_name": "市渔业局"},
        {
            **{"id": "chengjian", "name": "海川市城乡建设委员会", "short_name": "市城建委"},
            "aliases": ["市建委"],
        },
    ],
    "defaults": {
        "annex": {"provenance": "official", "source": "海川市人民政府公报2023年第2期"},
        "ledger": {"provenance": "official", "source": "海川市台账"},
    },
}

_CODES: Final = {
    "contract": {"missing": "CTR001", "late": "CTR002"},
    "staff-training": {"missing": "TRN001"},
    "open-register": {"missing": "REG001", "late": "REG002"},
    "window": {},
    "annual-list": {"missing": "ANL001"},
}
_RULES: Final = {
    "一（二）-1": ("CAT001", "CAT002"),
    "一（二）-2": ("CAT001", "CAT004"),
    "二（三）-1": ("AGR003", "AGR007"),
}
