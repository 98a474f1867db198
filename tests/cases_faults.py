"""Faults planted in a city's year of cases, each with where an audit must find it."""

from __future__ import annotations

from typing import Final, NamedTuple

from registry.workdays import Calendar
from tests.cases_city import (
    EXPIRING,
    FILED,
    FILINGS,
    HANDED_OVER,
    LATE_SIGNED,
    PLACES,
    ROLES,
    SELDOM,
    SUSPENDED,
    UNUSED,
    City,
    city,
    login_of,
)


class Fault(NamedTuple):
    """What must be found. `numbers`: of the cases, which the finding stands for among others.

    `month`: of the finding; of a fault in accounts and permissions what tells it from others
    instead: act or login. `subject`: id of the delegation, or "load".
    """

    code: str
    subject: str
    month: str
    numbers: tuple[str, ...] = ()
    status: str = "alarm"


BY_DESIGN: Final = ("CSE007", "EVL001", "EVL002")
"""Rules with findings in the twin as well: what is conferred in part is sampled, and what is seldom
used is nobody's fault."""
ON_CASES: Final = tuple(f"CSE{n:03}" for n in range(1, 13))
ON_PERMISSIONS: Final = tuple(f"PER{n:03}" for n in range(1, 8))
ON_LISTS: Final = ("LAW006",)
ON_EVALUATION: Final = ("EVL001", "EVL002", "EVL003", "EVL004")


def flawed_city(size: int, calendar: Calendar | None = None) -> tuple[City, list[Fault]]:
    """A year of `size` good cases and those that are not, and what is wrong with them."""
    made = city(size, calendar=calendar)
    planted = _Planted(made)
    planted.without_delegation()
    planted.outside_agreement()
    planted.after_withdrawal()
    planted.names_and_modes()
    planted.time()
    planted.records()
    planted.filings()
    planted.permissions()
    planted.accounts()
    planted.licences()
    planted.evaluation()
    return made, planted.faults


class _Planted:
    def __init__(self, made: City) -> None:
        self.city = made
        self.faults: list[Fault] = []
        self._next = 0

    def _number(self) -> str:
        self._next += 1
        return f"FAULT-{self._next:03}"

    def _case(
        self, item: str, zone: str, accepted: str, *found: tuple[str, str], **more: str
    ) -> str:
        """A case with a fault. `found`: code and month of each finding on its delegation."""
        number = self._number()
        self.city.case(number, item, zone, accepted, **more)
        for code, month in found:
            self.faults.append(Fault(code, f"{item}-{zone}", month, (number,)))
        return number

    def without_delegation(self) -> None:
        """CSE001: what a county does that it was never given."""
        for item, zone in (("1-06", "resort"), ("1-03", "donge"), ("1-05", "city")):
            self._case(item, zone, "2023-03-06", ("CSE001", "2023-03"), days="5")

    def outside_agreement(self) -> None:
        """CSE002 and CSE003, from a day beside the agreement's."""
        item, zone, _signed = LATE_SIGNED
        self._case(item, zone, "2023-03-14", ("CSE002", "2023-03"), days="3")
        self._case(item, zone, "2023-02-01", ("CSE002", "2023-02"), days="7")
        number = self._number()
        self.city.by_department(number, item, "2023-01-09", days="4")
        self.city.step(number, "examine", PLACES[zone], "2023-01-10")
        self.faults.append(Fault("CSE002", f"{item}-{zone}", "2023-01", (number,)))
        item = EXPIRING[0]
        # The last day of the agreement is a Friday: the decision is of the Monday.
        self._case(item, "etdz", "2023-06-28", ("CSE003", "2023-07"), days="3")
        self._case(item, "hidz", "2023-08-07", ("CSE003", "2023-08"), days="3")
        self._case(item, "etdz", "2023-07-03", ("CSE003", "2023-07"), days="2")

    def after_withdrawal(self) -> None:
        """CSE004, from the very day of the handover; what was accepted before is in order."""
        item, handover = HANDED_OVER
        self._case(item, "etdz", handover, ("CSE004", "2023-07"), days="4")
        self._case(item, "hidz", "2023-09-04", ("CSE004", "2023-09"), days="4")
        item, zone, suspended = SUSPENDED
        accepted = "2023-09-28"
        days = 1
        while self.city.after(accepted, days) < suspended:
            days += 1
        self._case(item, zone, accepted, ("CSE004", "2023-10"), days=str(days))

    def names_and_modes(self) -> None:
        """CSE005, CSE006 and CSE010."""
        zone, place = "etdz", PLACES["etdz"]
        self._case("1-03", zone, "2023-04-10", ("CSE005", "2023-04"), days="4", 印章=place)
        self._case("1-09", "hidz", "2023-05-08", ("CSE005", "2023-05"), days="4", 印章="市水利局")
        self._case(
            "2-0001", zone, "2023-06-05", ("CSE005", "2023-06"), days="4", 印章="市市场监管局"
        )
        self._case("1-15", zone, "2023-04-10", ("CSE006", "2023-04"), days="4", result_type="0")
        self._case(
            "1-23", "hidz", "2023-05-08", ("CSE006", "2023-05"), days="4", org_name=PLACES["hidz"]
        )
        number = self._case("1-20", zone, "2023-06-05", ("CSE006", "2023-06"), days="4")
        self.city.step(number, "issue", place, "2023-06-12")
        for accepted in ("2023-02-06", "2023-10-16"):
            self._case(
                "1-14",
                zone,
                accepted,
                ("CSE010", accepted[:7]),
                **{"days": "4", "审批部门": self.city.department("1-14")},
            )

    def time(self) -> None:
        """CSE008 and CSE009, by a day; stops and an extension are taken off before."""
        late = {"promise_date": ""}
        self._case("1-04", "etdz", "2023-03-06", ("CSE008", "2023-03"), days="21", **late)
        number = self._case("1-04", "hidz", "2023-05-09", ("CSE008", "2023-05"), days="24", **late)
        self.city.stop(number, "听证", "2023-05-15", "2023-05-17")
        self._case(
            "1-04",
            "etdz",
            "2023-11-01",
            ("CSE008", "2023-11"),
            **{"result_date": "", "审批部门": "", "印章": "", "result_type": "", **late},
        )
        self._case("1-08", "etdz", "2023-06-12", ("CSE009", "2023-06"), days="16")
        number = self._case("1-08", "hidz", "2023-06-12", ("CSE009", "2023-06"), days="18")
        self.city.stop(number, "检测", "2023-06-14", "2023-06-15")
        # As long as these may be, and no longer.
        number = self._case("1-08", "hidz", "2023-09-04", days="18")
        self.city.stop(number, "检测", "2023-09-06", "2023-09-08")
        self._case("1-04", "hidz", "2023-03-06", days="20", **late)
        number = self._case("1-04", "hidz", "2023-07-03", days="30", **late)
        self.city.stop(number, "延期", "2023-07-20", "2023-07-20")

    def records(self) -> None:
        """CSE011 and CSE012."""
        self._case(
            *("1-02", "etdz", "2023-04-17", ("CSE011", "2023-04")),
            **{"days": "3", "apply_date": "2023-04-18"},
        )
        number = self._case("1-02", "hidz", "2023-04-17", ("CSE011", "2023-04"), days="3")
        self.city.step(number, "examine", PLACES["hidz"], "2023-04-19", "2023-04-18")
        number = self._case("2-0002", "hidz", "2023-08-14", ("CSE011", "2023-08"), days="3")
        self.city.stop(number, "公示", "2023-08-16", "2023-08-15")
        for more in ({"task_name": "无此事项之甲乙丙"}, {"org_name": "某某街道之甲乙丙"}):
            number = self._case("2-0003", "etdz", "2023-08-14", days="3", **more)
            self.faults.append(Fault("CSE012", "load", "2023-08", (number,), "manual"))
        number = self._case("2-0003", "etdz", "2023-09-18", days="3", 审批部门="")
        self.faults.append(Fault("CSE012", "load", "2023-09", (number,), "manual"))
        for day in range(6, 13):
            self._case("1-07", "etdz", f"2023-03-{day:02}", days="2")
        self.faults.append(Fault("CSE007", "1-07-etdz", "2023-03", (), "manual"))

    def filings(self) -> None:
        """Duties that are counted from a case."""
        for filing, accepted in zip(
            FILINGS, ("2023-02-06", "2023-05-08", "2023-08-07"), strict=True
        ):
            number = self._number()
            self.city.filed(number, "yanggu", accepted, left_out=filing)
            self.faults.append(Fault("DUT001", f"{FILED}-yanggu", filing, (number,)))
        number = self._number()
        self.city.filed(number, "donge", "2023-09-04", left_out=FILINGS[0])
        decided = self.city.cases[-1]["result_date"][:10]
        self.city.step(number, FILINGS[0], PLACES["donge"], self.city.after(decided, 11))
        self.faults.append(Fault("DUT002", f"{FILED}-donge", FILINGS[0], (number,)))

    def permissions(self) -> None:
        """PER001 to PER005 and PER007."""
        made = self.city
        for item, zone, act, code in (
            ("1-06", "resort", "decide", "PER001"),
            ("1-23", "etdz", "accept", "PER001"),
            (EXPIRING[0], "etdz", "decide", "PER002"),
            (HANDED_OVER[0], "hidz", "accept", "PER002"),
            (*SUSPENDED[:2], "examine", "PER002"),
        ):
            made.permit(login_of(zone, act), PLACES[zone], item, act)
            self.faults.append(Fault(code, f"{item}-{zone}", act))
        gone = [
            ("1-15", "etdz", "examine"),
            ("1-20", "hidz", "examine"),
            ("1-24", "hidz", "receive"),
        ]
        for item, zone, act in gone:
            left = (login_of(zone, act), made.name(item))
            made.permissions = [
                row for row in made.permissions if (row["账号"], row["事项名称"]) != left
            ]
            self.faults.append(Fault("PER003", f"{item}-{zone}", act))
        # Paper says that access was opened, and there is none at all.
        self.faults.append(Fault("PER004", "1-24-hidz", ""))
        made.permissions.append(
            {
                "账号": login_of("etdz", "accept"),
                "所属部门": PLACES["etdz"],
                "事项名称": "无此事项之丁戊己",
                "办理环节": "受理",
            }
        )
        self.faults.append(Fault("PER007", "", "", status="manual"))
        made.account("both-1", PLACES["etdz"], f"{ROLES['accept']};{ROLES['decide']}")
        # The one by its role, the other by what it is permitted.
        made.account("both-2", PLACES["hidz"], ROLES["examine"])
        made.permit("both-2", PLACES["hidz"], "1-09", "decide")
        self.faults += [Fault("PER005", "", login) for login in ("both-1", "both-2")]

    def accounts(self) -> None:
        """PER006 and PER007."""
        made = self.city
        made.account("orphan-1", "某某公司之甲乙丙", ROLES["accept"])
        made.account("shared-1", PLACES["etdz"], ROLES["accept"], 姓名="王建国")
        made.account("shared-1", PLACES["etdz"], ROLES["accept"], 姓名="李秀英")
        made.account("dormant-1", PLACES["hidz"], ROLES["accept"], 最后登录时间="2023-08-03")
        self.faults += [
            Fault("PER006", "", login) for login in ("orphan-1", "shared-1", "dormant-1")
        ]
        # 180 days without a login are none too many; of what is off nothing is asked.
        made.account("awake-1", PLACES["hidz"], ROLES["accept"], 最后登录时间="2023-08-04")
        made.account("off-1", "某某公司之甲乙丙", ROLES["accept"], 状态="停用")
        made.account("role-1", PLACES["etdz"], "某岗之甲乙丙")
        self.faults.append(Fault("PER007", "", "role-1", status="manual"))

    def licences(self) -> None:
        """LAW006: one licence is not on the list."""
        off = self.city.name("1-21")
        self.city.licences = [row for row in self.city.licences if row["许可事项名称"] != off]
        self.faults.append(Fault("LAW006", "1-21", ""))

    def evaluation(self) -> None:
        """EVL001 to EVL004, in a city of few cases: what the other faults and their lack make."""
        self._case(*SELDOM, "2023-05-15", days="3")
        for code, delegation in zip(
            ON_EVALUATION, (UNUSED, SELDOM, ("1-14", "etdz"), ("1-04", "etdz")), strict=True
        ):
            self.faults.append(Fault(code, "-".join(delegation), ""))
