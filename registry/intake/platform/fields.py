"""What the columns of the platform's files are called, and which field each one gives.

Of two columns that could give a field, the one whose name stands first does. The names are those
of the national exchange, of exports, and of what offices call them; the fields' own are taken too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from registry.intake.header import Vocabulary
from registry.intake.listing.fields import header_key
from registry.model.case import FileKind, SheetKind

_NUMBER: Final = (
    *(
        "project_no",
        "办件编号",
        "办件编码",
        "办件号",
        "业务编号",
        "业务流水号",
        "受理编号",
        "受理号",
    ),
    *("流水号", "申办流水号", "申报号", "申请编号", "案卷号", "收件编号", "办理编号"),
)
_ITEM: Final = {
    "implementation_code": ("task_code", "实施编码", "实施清单编码", "事项实施编码"),
    "basic_code": ("catalog_code", "基本编码", "事项基本编码", "目录编码", "国家基本编码"),
    "item_code": (
        *("事项编码", "事项编号", "事项代码", "权力编码", "职权编码", "权力事项编码", "item"),
    ),
    "item_name": (
        *("task_name", "事项名称", "权力名称", "权力事项名称", "政务服务事项名称", "办理事项"),
        *("业务名称", "审批事项", "审批事项名称", "事项", "办件名称", "project_name"),
    ),
}
_WINDOW: Final = ("窗口名称", "窗口", "受理窗口", "办理窗口", "收件窗口", "window_name")

HEADERS: Final[dict[SheetKind, dict[str, tuple[str, ...]]]] = {
    "cases": {
        "number": _NUMBER,
        **_ITEM,
        "accepted_by": (
            *("org_name", "受理部门", "受理单位", "受理机构", "受理部门名称", "受理机关"),
            *("实施部门", "实施主体", "办理部门", "办理单位", "所属部门", "部门名称"),
        ),
        "window": _WINDOW,
        "applied_on": ("apply_date", "申请时间", "申请日期", "申报时间", "提交时间", "收件时间"),
        "accepted_on": ("accept_date", "受理时间", "受理日期", "受理日"),
        "promised_on": (
            *("promise_date", "承诺办结时间", "承诺办结日期", "承诺时间", "承诺日期"),
            *("承诺办结时限", "应办结时间", "承诺期限"),
        ),
        "decided_by": (
            *("审批部门", "审批单位", "决定部门", "决定机关", "审批机关", "办结部门", "办结单位"),
            *("issue_dept", "证照颁发机构", "发证机关", "发证单位"),
        ),
        "decided_on": (
            *("result_date", "办结时间", "办结日期", "决定时间", "决定日期", "审批时间"),
            *("实际办结时间", "办结日"),
        ),
        "result": ("result_type", "办结结果", "办理结果", "审批结果", "结果类型", "办结类型"),
        "status": ("办件状态", "办理状态", "业务状态", "project_status", "办件状态名称"),
        "certificate": (
            *("result_cetr_no", "result_cert_no", "结果证照编号", "证照编号", "证书编号"),
            *("许可证号", "证照号码"),
        ),
        "seal": ("印章", "落款", "用印", "印章名称", "用印单位", "加盖印章", "落款单位"),
        "satisfaction": ("满意度", "满意度评价", "评价结果", "评价等级", "办件评价"),
    },
    "steps": {
        "number": _NUMBER,
        "process": ("process_name", "办理环节名称", "办理环节", "环节名称", "环节", "办理步骤"),
        "event": ("event_name", "业务动作", "动作", "办理动作", "动作名称"),
        "done_by": (
            *("event_org_name", "办理部门", "办理单位", "处理部门", "处理单位", "所属部门"),
            *("org_name", "受理部门", "部门名称"),
        ),
        "window": _WINDOW,
        "started_on": (
            *("event_start_time", "开始时间", "环节开始时间", "办理开始时间", "开始日期"),
            *("接收时间",),
        ),
        "ended_on": (
            *("event_end_time", "结束时间", "环节结束时间", "办理结束时间", "结束日期"),
            *("完成时间", "办理时间"),
        ),
    },
    "stops": {
        "number": _NUMBER,
        "stop": ("special_type", "特别程序种类", "特别程序类型", "特别程序名称", "特别程序"),
        "from_on": (
            *("special_time", "特别程序开始时间", "特别程序开始日期", "特别程序启动时间"),
            *("特别程序申请时间", "开始时间"),
        ),
        "to_on": (
            "end_time",
            "特别程序结束时间",
            "特别程序结束日期",
            "特别程序办结时间",
            "结束时间",
        ),
    },
    "accounts": {
        "login": (
            "account",
            "账号",
            "登录账号",
            "登录名",
            "用户账号",
            "帐号",
            "登录帐号",
            "用户名",
        ),
        "person": ("user_name", "姓名", "人员姓名", "用户姓名", "真实姓名", "使用人", "人员名称"),
        "body": (
            *("org_name", "所属部门", "所属单位", "部门", "单位", "所在部门", "部门名称"),
            *("所属机构", "工作单位", "单位名称"),
        ),
        "window": _WINDOW,
        "role": ("role_name", "角色", "角色名称", "岗位", "岗位角色", "用户角色", "岗位名称"),
        "active": ("status", "状态", "账号状态", "启用状态", "是否启用", "帐号状态"),
        "last_login_on": (
            *("last_login_time", "最后登录时间", "最近登录时间", "上次登录时间", "最后登录日期"),
            *("最后登陆时间",),
        ),
    },
    "permissions": {
        "window": _WINDOW,
        "login": ("account", "账号", "登录账号", "登录名", "用户账号", "帐号", "登录帐号"),
        "role": ("role_name", "角色", "角色名称", "岗位", "岗位名称"),
        "person": ("user_name", "姓名", "人员姓名", "人员", "窗口人员", "人员名称", "使用人"),
        "body": (
            *("org_name", "所属部门", "所属单位", "部门", "单位", "部门名称", "所在部门"),
            *("窗口所属部门", "单位名称"),
        ),
        **_ITEM,
        "act": (
            *("event_name", "办理环节", "环节", "业务动作", "权限", "操作权限", "环节名称"),
            *("办理权限", "动作"),
        ),
    },
}
"""Kind of sheet → field → names of columns, those that are preferred first."""

SHEETS: Final[dict[FileKind, tuple[SheetKind, ...]]] = {
    "cases": ("steps", "stops", "cases"),
    "accounts": ("accounts",),
    "permissions": ("permissions",),
}
"""Kinds of sheet that files of a kind hold. Of two that fit a header alike, the first is meant."""

ITEM_FIELDS: Final = frozenset(_ITEM)

_BRACKETED: Final = re.compile(r"[（(［\[【][^）)］\]】]*[）)］\]】]")


def _is_whole(kind: SheetKind) -> Callable[[frozenset[str]], bool]:
    """Whether fields make a header of that kind of sheet."""

    def cases(fields: frozenset[str]) -> bool:
        days = {"applied_on", "accepted_on", "promised_on", "decided_on"}
        return bool(ITEM_FIELDS & fields) and bool(fields & {"number", *days}) and len(fields) > 1

    def steps(fields: frozenset[str]) -> bool:
        named, timed = fields & {"process", "event"}, fields & {"started_on", "ended_on"}
        return "number" in fields and bool(named) and bool(timed)

    def stops(fields: frozenset[str]) -> bool:
        return {"number", "stop", "from_on"} <= fields

    def accounts(fields: frozenset[str]) -> bool:
        return "login" in fields and len(fields) > 1

    def permissions(fields: frozenset[str]) -> bool:
        held = fields & {"login", "role", "window"}
        return (bool(held) and bool(ITEM_FIELDS & fields or {"window", "person"} <= fields)) or (
            {"window", "login"} <= fields
        )

    checks = {
        "cases": cases,
        "steps": steps,
        "stops": stops,
        "accounts": accounts,
        "permissions": permissions,
    }
    return checks[kind]


def _recognise(kind: SheetKind) -> Callable[[str], tuple[str, int] | None]:
    known = {
        header_key(name): (field, rank)
        for field, names in reversed(HEADERS[kind].items())
        for rank, name in reversed([*enumerate((*names, field))])
    }

    def recognise(header: str) -> tuple[str, int] | None:
        key = header_key(header)
        return known.get(key) or known.get(_BRACKETED.sub("", key))

    return recognise


VOCABULARIES: Final[dict[SheetKind, Vocabulary[str]]] = {
    kind: Vocabulary(_recognise(kind), _is_whole(kind), strict=True) for kind in HEADERS
}


def field_called(kind: SheetKind, name: str) -> str | None:
    """The field of that kind of sheet that a person names: by its own name or a column's."""
    found = VOCABULARIES[kind].recognise(name)
    return found[0] if found else None
