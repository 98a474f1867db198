"""Commands with words drawn at random: what an office may do to its registry, sense or not."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

import yaml

from tests.intake.formats.make_files import write_csv
from tests.ledger_workbooks import Filling, send
from tests.store.log.offices import LATER, Office, stored

Words = tuple[str, ...]
Draw = random.Random

_ITEMS: Final = ("1-01", "1-02", "1-03", "1-04", "annex:1", "2-01")
_ZONES: Final = ("east", "west")
_DEPARTMENTS: Final = ("市甲局", "市乙局", "市丙局")
_DUTIES: Final = ("handbook", "supervision-rules", "powers-list")


def _day(draw: Draw) -> str:
    return f"2021-0{draw.randint(4, 6)}-{draw.randint(15, 28)}"


def _one_of(office: Office, draw: Draw, sql: str, otherwise: str) -> str:
    """A key that the registry has, where it has one."""
    keys = [str(key) for (key,) in stored(office.db, sql)]
    return draw.choice(keys or [otherwise])


def _how(draw: Draw) -> Words:
    """Options that every record takes."""
    words: Words = ("--instrument", "test-1")
    if draw.random() < 0.2:
        words += ("--provenance", "demonstration")
    if draw.random() < 0.3:
        words += ("--by", "张三", "--why", "“补录”\\n")
    return (*words, "--dry-run") if draw.random() < 0.1 else words


def agreement(office: Office, draw: Draw) -> Words:
    number = f"示例{draw.randint(1, 3)}号"
    words = ("--department", draw.choice(_DEPARTMENTS), "--zone", draw.choice(_ZONES))
    words += ("--items", draw.choice(_ITEMS), "--on", _day(draw), "--terms", "依据")
    if draw.random() < 0.3:
        words += ("--expires-on", "2021-12-31")
    if draw.random() < 0.2:
        words += ("--renews", f"示例{draw.randint(1, 3)}号")
    return ("record", "agreement", number, *words, *_how(draw))


def proof(office: Office, draw: Draw) -> Words:
    items = draw.sample(_ITEMS, draw.randint(1, 3))
    zone = ("--zone", draw.choice(_ZONES)) if draw.random() < 0.8 else ()
    words = ("record", "proof", draw.choice(_DUTIES), *zone, "--on", _day(draw))
    return (*words, *_how(draw), "--items", *items)


def guidance(office: Office, draw: Draw) -> Words:
    if draw.random() < 0.3:
        key = _one_of(office, draw, "SELECT 'G-' || no FROM guidance_request", "G-1")
        return ("record", "guidance", key, "--answered-on", "2021-07-01", "--by", "李四")
    words = ("--zone", draw.choice(_ZONES), "--department", draw.choice(_DEPARTMENTS))
    words += ("--kind", "业务培训", "--on", _day(draw), "--text", "求训")
    return ("record", "guidance", *words, *_how(draw))


def service(office: Office, draw: Draw) -> Words:
    words = ("--item", draw.choice(_ITEMS), "--zone", draw.choice(_ZONES), "--unit", "份")
    words += ("--measure", "材料", "--before", str(draw.randint(4, 9)), "--after", "3")
    return ("record", "service", *words, *_how(draw))


def termination(office: Office, draw: Draw) -> Words:
    words = ("--on", f"2021-07-{draw.randint(10, 28)}", "--basis", "解除通知")
    number = _one_of(office, draw, "SELECT number FROM agreements", "示例1号")
    return ("record", "termination", number, *words)


def void(office: Office, draw: Draw) -> Words:
    kind, sql = draw.choice(
        [
            ("agreement", "SELECT number FROM agreements"),
            ("proof", "SELECT key FROM deliverables"),
            ("guidance", "SELECT 'G-' || no FROM guidance_request"),
            ("service", "SELECT 'S-' || no FROM service_reduction"),
        ]
    )
    return ("void", kind, _one_of(office, draw, sql, "P-1"), "--why", "登错")


def body_event(office: Office, draw: Draw) -> Words:
    what = draw.choice(["renamed", "merged", "abolished"])
    body, other = draw.sample(draw.choice([_DEPARTMENTS, _ZONES]), 2)
    words: Words = ("record", "body-event", what, body, "--basis", "测编〔2021〕9号")
    if what == "renamed":
        words += ("--name", "测试市新局", "--short-name", "新局")
    elif what == "merged" and draw.random() < 0.3:
        words += ("--to", "new", "--name", "测试市新局", "--short-name", "新局")
    elif what == "merged":
        words += ("--to", other)
    return (*words, "--on", f"2021-0{draw.randint(6, 9)}-01")


def load_instrument(office: Office, draw: Draw) -> Words:
    """The later instrument, which takes an item back; it may be loaded again with other effects."""
    effect: dict[str, Any] = {**LATER["effects"][0], "items": [draw.choice(_ITEMS[:4])]}
    effect["effective_on"] = draw.choice(["2022-04-01", "2021-06-01"])
    stated = {**LATER, "effects": [effect] * draw.randint(0, 1)}
    if stated["effects"] and draw.random() < 0.5:
        del effect["delegates"]
    text = yaml.safe_dump(stated, allow_unicode=True)
    (office.folder / "later" / "instrument.yml").write_text(text, encoding="utf-8")
    return ("load", "instrument", "later")


def load_annex(office: Office, draw: Draw) -> Words:
    annex, department, mode = draw.choice([(1, "市甲局", "委托下放"), (2, "市丙局", "原直接实施")])
    names = [f"事项{annex}-{n}" for n in (1, 2, 3)] + ["新设事项办理"]
    del names[draw.randrange(len(names))]
    rows = [[str(n), name, "行政许可", department, mode] for n, name in enumerate(names, 1)]
    path = office.folder / "list.csv"
    write_csv(path, [["序号", "事项名称", "事项类型", "实施部门", "赋权方式"], *rows])
    words = ("load", "annex", "list.csv", "--annex", str(annex), "--instrument", "test-1")
    return (*words, "--replace")


def ledger_import(office: Office, draw: Draw) -> Words:
    """The eastern zone's workbook, with a cell or two filled in."""
    try:
        path = send(office.db, "zone", "east", office.folder / "east.xlsx", office.clock.day)
    except Exception:  # it is another's by now
        return ("ledger", "import", "east.xlsx")
    filling = Filling(path)
    for item in draw.sample(_ITEMS[:4], 2):
        try:
            filling.set("obligations", f"{item}-east/{draw.choice(_DUTIES)}", done_on=_day(draw))
        except KeyError:
            continue  # it owes no such thing
    filling.save()
    return ("ledger", "import", "east.xlsx", "--why", "季度报送")


def waive(office: Office, draw: Draw) -> Words:
    subject = f"{draw.choice(_ITEMS[:4])}-{draw.choice(_ZONES)}"
    words = ("--reason", "在办", "--approver", "王五", "--expires", "2021-12-31")
    return ("waive", "HBK001", subject, *words, "--instrument", "test-1")


def audit(office: Office, draw: Draw) -> Words:
    return ("audit", "--as-of", draw.choice([office.clock.day, "2021-12-31"]))


def demo_remove(office: Office, draw: Draw) -> Words:
    return ("demo", "remove", "--why", "试用结束")


def build(office: Office, draw: Draw) -> Words:
    return ("build", "--fresh") if draw.random() < 0.5 else ("build",)


def checkpoint(office: Office, draw: Draw) -> Words:
    return ("checkpoint", "-o", "checkpoints")


COMMANDS: Final[dict[str, Callable[[Office, Draw], Words]]] = {
    function.__name__: function
    for function in (
        *(agreement, proof, guidance, service, termination, void, body_event, load_instrument),
        *(load_annex, ledger_import, waive, audit, demo_remove, build, checkpoint),
    )
}
"""Name → what gives the words of a command, and writes the files that they name."""

WRITE_NO_RECORD: Final = ("audit", "checkpoint")


def log_of(office: Office) -> list[str]:
    """The lines of the log."""
    return [body for (body,) in stored(office.db, "SELECT body FROM entry ORDER BY seq")]
