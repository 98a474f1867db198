"""What is kept of numbers, logins and names of windows: nothing that may be a person's.

A form is kept because it is known, never because it looks harmless: whatever is of no known form
is called by its line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from registry.text import nfkc

_OF_AGE: Final = 10
"""Years: a number with the birth date of somebody younger is taken for a number of that day."""

_KEPT: Final = re.compile(
    r"(?=[^0-9A-Za-z]*[0-9A-Za-z])[0-9A-Za-z_/〔〕\[\]()（）年第号字示例-]{1,60}"
).fullmatch
_ALL_KEPT: Final = re.compile(r"[0-9A-Za-z_/〔〕\[\]()（）年第号字示例\n-]*").fullmatch
_LONGEST: Final = 60
_DOCUMENT: Final = 15
"""Digits of the shortest document number."""
_HINTS: Final = (
    re.compile(r"1[3-9][0-9][-_/]?[0-9]{4}[-_/]?[0-9]{4}(?![0-9])").search,
    re.compile(r"0[1-9][0-9]{1,2}[)）]?[-_/]?[2-9][0-9]{6}").search,
    re.compile(r"400[-_/]?[0-9]{3}[-_/]?[0-9]{4}").search,
    re.compile(r"800[-_/]?[0-9]{3}[-_/]?[0-9]{4}").search,
)
"""What looking closer is worth: most numbers are none of this."""
_NO_DIGITS: Final = re.compile(r"[^0-9]+")
_NOT_DIGITS: Final = dict.fromkeys(i for i in range(128) if chr(i) not in "0123456789\n")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_MARKS: Final = re.compile(r"[\s_/〔〕\[\]()（）.·—–-]+")
_EIGHTEEN: Final = re.compile(r"(?=([0-9]{6}((?:18|19|20)[0-9]{2})([0-9]{4})[0-9]{3}[0-9Xx]))")
_FIFTEEN: Final = re.compile(r"(?<![0-9])[0-9]{6}[0-9]{2}([0-9]{4})[0-9]{3}(?![0-9])")
_MOBILE: Final = re.compile(
    r"1[3-9][0-9]{9}(?![0-9])|(?<![0-9])1[3-9][0-9][-_/. ]?[0-9]{4}[-_/. ]?[0-9]{4}(?![0-9])"
)
_LANDLINE: Final = re.compile(
    r"(?<![0-9])[(（]?0[1-9][0-9]{1,2}[)）]?[-_/ ]?[2-9][0-9]{6,7}(?![0-9])"
    r"|(?<![0-9])[48]00[-_/ ]?[0-9]{3}[-_/ ]?[0-9]{4}(?![0-9])"
)
_LONG_DIGITS: Final = re.compile("[0-9]{7}")
_STARRED: Final = re.compile(r"[0-9Xx](?:[-_/. ]?[0-9Xx]){6,}")


def _is_day(month_day: str) -> bool:
    return "01" <= month_day[:2] <= "12" and "01" <= month_day[2:] <= "31"


def looks_personal(text: str, year: int) -> bool:
    """Whether a text holds what may be a document number or a telephone. `year`: this one."""
    plain = nfkc(text)
    for form in (plain, _MARKS.sub("", plain)):
        for found in _EIGHTEEN.finditer(form):
            if 1880 <= int(found[2]) <= year - _OF_AGE and _is_day(found[3]):
                return True
    return (
        any(_is_day(found[1]) for found in _FIFTEEN.finditer(plain))
        or bool(_MOBILE.search(plain))
        or bool(_LANDLINE.search(plain))
    )


def case_numbers(column: Sequence[str], year: int) -> list[str]:
    """The numbers of cases as they are kept, "" for each that is not: see `case_number`.

    Where nothing in the whole column needs a closer look, none of them is looked at by itself.
    """
    text = "\n".join(column)
    if text.isascii() and _ALL_KEPT(text):
        digits = text.translate(_NOT_DIGITS).split("\n")
        counts = set(map(len, digits))
        if (
            len(digits) == len(column)
            and min(counts) > 0
            and max(counts) < _DOCUMENT
            and max(map(len, column)) <= _LONGEST
            and not any(hint(text) for hint in _HINTS)
        ):
            return list(column)
    return [case_number(one, year) or "" for one in column]


def case_number(text: str, year: int) -> str | None:
    """The number of a case as it is kept; None where it has other characters, or looks personal."""
    number = text.strip()
    if not _KEPT(number):
        return None
    digits = len(_NO_DIGITS.sub("", number))
    if digits >= _DOCUMENT or any(hint(number) for hint in _HINTS):
        return None if looks_personal(number, year) else number
    return number


_ZONE_WORDS: Final = (
    *("行政审批服务", "政务服务", "行政审批", "便民服务", "为民服务", "审批服务", "政务", "服务"),
    *("中心", "大厅", "分中心", "办事处", "办事", "分厅", "专区", "专厅", "专窗", "专柜", "窗口"),
    *("综合", "受理", "收件", "出件", "发证", "取件", "咨询", "导办", "帮办", "代办", "统一"),
    *("企业", "开办", "工程", "建设", "项目", "投资", "不动产", "登记", "市场", "准入", "社会"),
    *("事务", "民生", "税务", "社保", "医保", "公积金", "公安", "交通", "农业", "水利", "环保"),
    *("无差别", "一窗通办", "一窗", "通办", "跨省", "跨域", "全省", "自助", "审核", "审批", "事项"),
    *(
        "管委会",
        "开发区",
        "高新区",
        "经开区",
        "新区",
        "园区",
        "示范区",
        "窗",
        "号",
        "区",
        "厅",
        "岗",
    ),
    *("办件", "前台", "后台", "台", "层", "楼", "分", "组"),
)
_WINDOW: Final = re.compile(
    rf"(?>{'|'.join(sorted(_ZONE_WORDS, key=len, reverse=True))}|第"
    r"|(?<![0-9])[0-9]{1,4}(?![0-9])|[A-Za-z](?![A-Za-z])"
    r"|(?<![一二三四五六七八九十])[一二三四五六七八九十]{1,3}|[()#、·-])++"
)
_LOGIN: Final = re.compile(r"[0-9A-Za-z_.@+-]{1,60}")


def window_name(text: str, body: str = "") -> str | None:
    """The name of a window as it is kept; None for one of no known form.

    `body`: the known name of a body that it begins with.
    """
    name = "".join(nfkc(text).split())
    rest = name[len(body) :]
    if len(name) > 40 or not (rest or body) or (rest and not _WINDOW.fullmatch(rest)):
        return None
    return name if re.search("[窗厅台柜岗]|[0-9]", rest) else None


def login_name(text: str, persons: frozenset[str], year: int) -> str | None:
    """A login as it is kept: with stars in the middle of a telephone or document number.

    `persons`: what the row's column of names says. None for a login that may be a name.
    """
    login = nfkc(text).strip()
    if _HAN.search(login):
        return window_name(login)
    if not _LOGIN.fullmatch(login) or login.casefold() in persons:
        return None
    if not looks_personal(login, year) and not looks_personal(_MARKS.sub("", login), year):
        return login
    starred = _STARRED.sub(lambda found: _stars(found[0]), login)
    return starred if starred != login else None


def _stars(number: str) -> str:
    shown = 3 if len(number) < 15 else 4
    return f"{number[:3]}{'*' * (len(number) - 3 - shown)}{number[-shown:]}"


_LABEL_PARTS: Final = (
    *("时间", "日期", "时限", "期限", "名称", "姓名", "编号", "编码", "代码", "证件", "号码"),
    *("电话", "手机", "地址", "类型", "类别", "状态", "方式", "申请人", "经办人", "联系人"),
    *("代理人", "法人", "人员", "负责人", "办理人", "单位", "部门", "窗口", "备注", "说明"),
    *("是否", "结果", "环节", "事项", "材料", "证照", "来源", "渠道", "级别", "层级", "区划"),
    *("序号", "满意", "评价", "意见", "原因", "依据", "金额", "数量", "标识", "标志", "字段"),
    *("自定义", "次数", "天数", "工号", "邮箱", "性别", "年龄", "民族", "账号", "角色", "权限"),
    *("对象", "信息", "内容", "主体"),
)
_LABEL_WORD: Final = re.compile(
    r"[a-z]+(?:_[a-z]+)+|id|no|name|phone|type|remark|status|date", re.IGNORECASE
)


_LABEL_CHARACTERS: Final = frozenset(
    "".join(_LABEL_PARTS)
    + "申请受理办结承诺审批核准决定项目用户企业个人行政法实际开始束提交接收送达发证领取"
    "件本次当前所属机关构组织区县市省国家委局处科室厅中心网上线下预约咨询投诉好差度等"
    "大小主子分序流程步骤特别补正电文号许可由登录密码最后首创建更新修改变删除停启岗职"
    "务统一社会信身份出生年月日住地址编代自然赋权印签章清施据平台系终端设备费缴款票物"
    "快递档案归集推同版有效止从到的和与或者及以内外秒总计均多少高全半应已未需醒超逾警"
    "扣减听检验鉴专评公示告知撤销延长"
)
"""Of what headers are made; few names are."""
_BESIDE_A_LABEL: Final = re.compile(r"[:：=]\s*\S")
_NO_LABEL: Final = re.compile(
    "[/、,，_\\s()（）〔〕\\[\\]-]+|(?<![A-Za-z0-9])[A-Za-z0-9]{1,4}(?![A-Za-z0-9])"
)


def header_label(header: str) -> str | None:
    """What a column that is not used may be called; None where its header may be, or hold, a value.

    A form that stands label beside value could be taken for a header, and then a name for a label.
    """
    text = header.strip()
    if len(text) > 30 or _LONG_DIGITS.search(_MARKS.sub("", text)):
        return None
    if _LABEL_WORD.fullmatch(text):
        return text
    if _BESIDE_A_LABEL.search(text) or not any(part in text for part in _LABEL_PARTS):
        return None
    return text if _LABEL_CHARACTERS.issuperset(_NO_LABEL.sub("", nfkc(text))) else None
