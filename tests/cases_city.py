"""A year of a city's cases, accounts and permissions, as files of its platform.

The two shipped instruments on their zones, with papers in order, and a later one that withdraws one
item and suspends another. Everything is invented, names of persons too, which nobody may keep. The
same seed, the same city; tests.cases_faults plants what must be found.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

import yaml

from registry.workdays import Calendar
from tests.conftest import DATA, FIRST, write_csv

LAND: Final = "liaocheng-office-2021-1"
LATER: Final = "liaocheng-2023-9"
AS_OF: Final = "2024-01-31"
ACCOUNTS: Final = 900
AGREED: Final = "2021-05-10"

ENTRUSTED: Final = tuple(f"1-{n:02}" for n in range(1, 15))
EXAMINED: Final = tuple(f"1-{n:02}" for n in range(15, 23))
RECEIVED: Final = tuple(f"1-{n:02}" for n in range(23, 30))
DIRECT: Final = tuple(f"2-{n:04}" for n in range(1, 21))
FILED: Final = "2-01"
"""Of the second instrument: what counties prepare, the department approves, and must be filed."""

EXPIRING: Final = "1-11", "2023-06-30"
"""Its agreements' last day."""
HANDED_OVER: Final = "1-12", "2023-07-03"
"""Withdrawn from both zones from that day; the former finish what they had accepted."""
SUSPENDED: Final = "1-13", "etdz", "2023-10-09"
LATE_SIGNED: Final = "1-06", "hidz", "2023-03-15"
"""There was no agreement before that day."""
UNUSED: Final = "1-10", "hidz"
"""Nobody ever applied for it."""

SELDOM: Final = "1-22", "hidz"
"""Nobody applied for it by chance."""

ZONES: Final = {"etdz": "聊城经开区", "hidz": "聊城高新区"}
COUNTIES: Final = {
    **{"donge": "东阿县政府", "yanggu": "阳谷县政府", "gaotang": "高唐县政府"},
    **{"linqing": "临清市政府", "resort": "聊城度假区", "city": "市政府"},
}
PLACES: Final = ZONES | COUNTIES
LAND_DEPARTMENT: Final = "市自然资源和规划局"
ACTS: Final = {
    "receive": "收件",
    "accept": "受理",
    "examine": "审查",
    "decide": "决定",
    "issue": "制证送达",
}
ROLES: Final = {
    "receive": "收件岗",
    "accept": "受理岗",
    "examine": "审核岗",
    "decide": "审批岗",
    "issue": "制证岗",
}
FILINGS: Final = (
    "征地批后信息录入发布",
    "电子数据报自然资源部备案",
    "批复材料转送人力资源社会保障部门",
)
PERSONS: Final = (
    "王建国",
    "李秀英",
    "张伟",
    "刘洋",
    "陈静",
    "杨帆",
    "赵敏",
    "孙丽",
    "周杰",
    "吴昊",
)
CASE_COLUMNS: Final = (
    *("project_no", "task_code", "task_name", "org_name", "handle_user_name", "apply_date"),
    *("accept_date", "promise_date", "result_date", "result_type", "satisfaction"),
    *("审批部门", "印章"),
)

Row = dict[str, str]


@dataclass
class City:
    """Files of a city as rows. `calendar`: its working days."""

    random: Random
    calendar: Calendar
    items: dict[str, Row]
    cases: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    stops: list[Row] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    permissions: list[Row] = field(default_factory=list)
    licences: list[Row] = field(default_factory=list)

    def after(self, day: str, working_days: int) -> str:
        """The day so many working days later."""
        return self.calendar.add(date.fromisoformat(day), working_days).date.isoformat()

    def name(self, item: str) -> str:
        """What an item is called."""
        return self.items[item]["name"]

    def department(self, item: str) -> str:
        """Short name of the department that answers for an item."""
        return self.items[item]["department"].split("；")[0]

    def case(self, number: str, item: str, zone: str, accepted: str, **more: str) -> Row:
        """A case as it should be: accepted and decided by the zone that may, in time.

        `more`: columns that are otherwise; `days`: working days from acceptance to decision.
        """
        days = int(more.pop("days", "0")) or self.random.randint(1, 12)
        place, decided = PLACES[zone], self.after(accepted, days)
        row = {
            "project_no": number,
            "task_code": "",
            "task_name": self.name(item),
            "org_name": place,
            "handle_user_name": self.random.choice(PERSONS),
            "apply_date": f"{_plus(accepted, -self.random.randint(0, 3))} 09:30:00",
            "accept_date": f"{accepted} 10:00:00",
            "promise_date": self.after(accepted, 15),
            "result_date": f"{decided} 16:20:00",
            "result_type": "0",
            "satisfaction": self.random.choice(["5", "5", "4", "非常满意", ""]),
            "审批部门": place,
            "印章": self.department(item) if item in ENTRUSTED else place,
        }
        if item in EXAMINED:
            row |= {"result_type": "4", "印章": ""}
        if item in RECEIVED:
            row |= dict.fromkeys(("org_name", "审批部门", "印章"), self.department(item))
            self.step(number, "receive", place, _plus(accepted, -1))
        row |= more
        self.cases.append(row)
        return row

    def step(self, number: str, act: str, place: str, day: str, ended: str = "") -> None:
        """A step of a case. `act`: or what it is called."""
        word = ACTS.get(act, act)
        self.steps.append(
            {
                "project_no": number,
                "process_name": word,
                "event_name": word,
                "办理部门": place,
                "handle_user_name": self.random.choice(PERSONS),
                "event_start_time": day,
                "event_end_time": ended or day,
            }
        )

    def stop(self, number: str, kind: str, first: str, last: str) -> None:
        """Days that do not count."""
        self.stops.append(
            {"project_no": number, "special_type": kind, "special_time": first, "end_time": last}
        )

    def by_department(self, number: str, item: str, accepted: str, **more: str) -> Row:
        """A case that the department did alone."""
        own = dict.fromkeys(("org_name", "审批部门", "印章"), self.department(item))
        return self.case(number, item, "etdz", accepted, **{**own, "result_type": "0", **more})

    def filed(self, number: str, zone: str, accepted: str, left_out: str = "") -> None:
        """A case of land, with what has to be filed after its approval but one. `accepted`: day."""
        other = {"审批部门": LAND_DEPARTMENT, "印章": "", "result_type": "6"}
        row = self.case(number, FILED, zone, accepted, **other)
        self.step(number, "examine", PLACES[zone], accepted)
        for filing in FILINGS:
            if filing != left_out:
                day = self.after(row["result_date"][:10], self.random.randint(1, 2))
                self.step(number, filing, PLACES[zone], day)

    def account(self, login: str, place: str, roles: str, **more: str) -> Row:
        """An account in good order."""
        row = {
            "姓名": self.random.choice(PERSONS),
            "账号": login,
            "所属部门": place,
            "角色": roles,
            "状态": "启用",
            "最后登录时间": _plus(AS_OF, -self.random.randint(1, 60)),
        } | more
        self.accounts.append(row)
        return row

    def permit(self, login: str, place: str, item: str, act: str) -> None:
        """What the platform lets an account do."""
        row = {"账号": login, "所属部门": place, "事项名称": self.name(item), "办理环节": ACTS[act]}
        self.permissions.append(row)


def city(size: int, *, seed: int = 20210415, calendar: Calendar | None = None) -> City:
    """A year of `size` cases without a fault, and its accounts and permissions."""
    items = {row["id"]: row for row in _annexes()}
    made = City(Random(seed), calendar or Calendar.load(DATA / "calendar"), items)
    days = [day.isoformat() for day in _working_days(made.calendar, "2023-01-03", "2023-11-30")]
    for n in range(size):
        _normal(made, f"LC23-{n:06}", made.random.choice(days))
    _accounts(made)
    made.licences = [
        {"许可事项名称": row["name"], "事项类型": "行政许可"}
        for row in items.values()
        if row["power_type"] == "行政许可"
    ]
    return made


def _normal(made: City, number: str, day: str) -> None:
    random, zone = made.random, made.random.choice([*ZONES])
    kind = random.random()
    if kind < 0.04:
        made.filed(number, random.choice(["donge", "yanggu", "gaotang", "etdz"]), day)
        return
    group = ENTRUSTED if kind < 0.5 else EXAMINED if kind < 0.65 else RECEIVED
    item = random.choice(group if kind < 0.75 else DIRECT)
    days = random.randint(1, 12)
    if (item, zone) in (UNUSED, SELDOM):
        item = "1-09"
    if may(made, item, zone, day, made.after(day, days)):
        made.case(number, item, zone, day, days=str(days))
        if random.random() < 0.1:
            made.stop(number, "听证", made.after(day, 1), made.after(day, 3))
    else:
        made.by_department(number, item, day, days=str(days))


def may(made: City, item: str, zone: str, accepted: str, decided: str) -> bool:
    """Whether a zone may do such a case from end to end."""
    if item == EXPIRING[0]:
        return decided <= EXPIRING[1]
    if item == HANDED_OVER[0]:
        return accepted < HANDED_OVER[1]  # what it had accepted, it finishes
    if (item, zone) == SUSPENDED[:2]:
        return decided < SUSPENDED[2]
    return (item, zone) != LATE_SIGNED[:2] or accepted >= LATE_SIGNED[2]


def held() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Item, zone and the acts that it may do, on the day of the audit."""
    for zone in ZONES:
        for item in ENTRUSTED:
            if item not in (EXPIRING[0], HANDED_OVER[0]) and (item, zone) != SUSPENDED[:2]:
                yield item, zone, tuple(ACTS)
        for item in EXAMINED:
            yield item, zone, ("receive", "accept", "examine")
        for item in RECEIVED:
            yield item, zone, ("receive",)
        for item in DIRECT:
            yield item, zone, tuple(ACTS)
    for zone in _land_zones():
        yield FILED, zone, ("receive", "accept", "examine")
    for item in ("L1-01", "L1-02"):
        yield item, "city", tuple(ACTS)


def login_of(zone: str, act: str) -> str:
    """The first account of a zone whose role is an act."""
    return f"{zone}-{act}-1"


def _accounts(made: City) -> None:
    """One role each; the first of each zone and role holds what the zone may do."""
    places = PLACES | _land_zones()
    pairs = [(zone, act) for zone in places for act in ACTS]
    for n in range(ACCOUNTS):
        zone, act = pairs[n % len(pairs)]
        made.account(f"{zone}-{act}-{n // len(pairs) + 1}", places[zone], ROLES[act])
    for item, zone, acts in held():
        for act in acts:
            made.permit(login_of(zone, act), places[zone], item, act)


def _land_zones() -> dict[str, str]:
    stated = yaml.safe_load((DATA / LAND / "instrument.yml").read_text(encoding="utf-8"))
    return {z["id"]: z["short_name"] for z in stated["zones"] if z["id"] != "city"}


def _annexes() -> Iterator[Row]:
    """Items by id; those of the land instrument's first annex as L1-01 and L1-02."""
    for annex in (1, 2):
        for row in read_rows(DATA / FIRST / f"annex{annex}.csv"):
            if annex == 1 or row["id"] in DIRECT:
                yield row
    for row in read_rows(DATA / LAND / "annex1.csv"):
        yield {**row, "id": f"L{row['id']}"}
    yield from read_rows(DATA / LAND / "annex2.csv")


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _working_days(calendar: Calendar, first: str, last: str) -> Iterator[date]:
    day = date.fromisoformat(first)
    while day.isoformat() <= last:
        if calendar.is_workday(day):
            yield day
        day += timedelta(1)


def _plus(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def write_files(made: City, folder: Path) -> dict[str, Path]:
    """Write everything as CSV: kind → file."""
    files = {}
    for kind in ("cases", "steps", "stops", "accounts", "permissions", "licences"):
        files[kind] = folder / f"{kind}.csv"
        write_csv(files[kind], getattr(made, kind))
    return files
