"""What the columns of published lists are called, and which field of an item each one gives.

The names are those of real lists (权责清单, 赋权目录, exports of item systems); the registry's own
headers are known too. Within a field, names stand in order of preference: of two columns that
could give a department, 授权部门 does rather than 单位. What is not among them is recognised by
what it ends in, after all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, get_args

from registry.intake.listing.cleaning import clean
from registry.text import nfkc

Field = Literal[
    "seq",
    "main_name",
    "name",
    "sub_name",
    "power_type",
    "initiation",
    "department",
    "zones",
    "mode",
    "scope",
    "remark",
    "basis",
    "law",
    "law_version",
    "article",
    "legal_level",
    "reform_mode",
    "basic_code",
    "implementation_code",
    "code",
    "provenance",
    "ignore",
]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)

HEADERS: Final[dict[Field, tuple[str, ...]]] = {
    "seq": ("序号", "总序号", "编号", "项号", "顺序号", "no", "no.", "#", "xh"),
    "main_name": (
        *("主项名称", "主项", "大项名称", "大项", "主事项名称", "主项事项名称", "事项主项名称"),
        *("事项名称（主项）", "一级事项名称", "父项名称"),
    ),
    "name": (
        *("事项名称", "权力名称", "职权名称", "权力事项名称", "行政权力名称", "行政职权名称"),
        *("行政权力事项名称", "政务服务事项名称", "赋权事项名称", "下放事项名称", "委托事项名称"),
        *("许可事项名称", "行政许可事项名称", "许可事项", "行政许可事项", "许可名称"),
        *("实施事项名称", "权力事项", "赋权事项", "下放事项", "委托事项", "管理权限名称"),
        *("权限名称", "审批事项名称", "审批事项", "实施清单事项名称", "权责事项名称", "权责事项"),
        *("抽查事项名称", "抽查事项", "行政权力事项", "服务事项名称", "事项全称", "项目名称"),
        *("基本目录名称", "目录名称", "事项名", "sxmc", "qlmc", "mc"),
        *("事项", "名称", "item name"),
    ),
    "sub_name": (
        *("子项名称", "子项", "分项名称", "小项名称", "小项", "子项事项名称", "事项子项名称"),
        *("事项名称（子项）", "业务办理项名称", "办理项名称", "二级事项名称", "情形名称"),
    ),
    "power_type": (
        *("权力类型", "事项类型", "权力类别", "事项类别", "职权类型", "职权类别", "行政权力类型"),
        *("行政权力类别", "项目类别", "项目类型", "类别", "类型", "权力性质", "事项性质"),
        *("事项类型代码", "权力类型代码", "事项类型编码", "power type"),
        *("事项类型名称", "权力类型名称", "类型名称", "sxlx", "qllx"),
    ),
    "initiation": ("申请方式", "启动方式", "依申请或依职权", "依申请/依职权", "行使方式"),
    "department": (
        *("授权部门", "委托部门", "委托单位", "委托机关", "赋权部门", "下放部门", "市级实施单位"),
        *("市级实施部门", "市级主管部门", "市级部门", "市直部门", "市直单位", "原实施单位"),
        *("原实施部门", "原行使主体", "实施部门", "实施单位", "主管部门", "责任部门", "实施机关"),
        *("实施主体", "行使主体", "责任单位", "责任主体", "赋权单位", "放权部门", "放权单位"),
        *("权责单位", "权责部门", "职权部门", "许可机关", "行政主体", "所属部门", "归口部门"),
        *("业务主管部门", "市级业务主管部门", "权力实施主体", "ssbm", "bmmc", "ssbmmc", "sszt"),
        *("承办机构", "承办部门", "牵头部门", "部门名称", "单位名称", "部门", "单位"),
    ),
    "zones": (
        *("承接主体", "承接单位", "承接部门", "承接机构", "承接开发区", "赋权对象", "开发区"),
        *("承接方", "受委托单位", "受委托机关", "承接对象", "承接区域", "下放对象", "下放区域"),
        *("实施区域", "适用区域", "zone"),
    ),
    "mode": (
        *("赋权方式", "下放方式", "调整方式", "委托方式", "赋权类型", "放权方式", "下放类型"),
        *("承接方式", "权限下放方式", "下放形式", "赋权形式", "委托形式"),
    ),
    "scope": (
        "权限",
        "赋权权限",
        "下放权限",
        "权限范围",
        "赋权范围",
        "下放范围",
        "委托权限",
        "委托范围",
    ),
    "remark": ("备注", "备注说明", "说明", "bz"),
    "basis": (
        *("设定依据", "设立依据", "设定和实施依据", "设定及实施依据", "法定依据", "法律依据"),
        *(
            "实施依据",
            "职权依据",
            "权力依据",
            "行使依据",
            "执法依据",
            "依据",
            "政策依据",
            "主要依据",
            "依据文件",
            "文件依据",
            "sdyj",
        ),
    ),
    "law": ("法律法规名称", "法规名称", "依据名称"),
    "law_version": (),
    "article": ("条款", "条款号"),
    "legal_level": ("实施层级", "行使层级", "法定层级", "层级"),
    "reform_mode": ("市县同权方式", "改革下放方式"),
    "basic_code": ("基本编码", "统一编码", "国家基本编码", "省级基本编码"),
    "implementation_code": ("实施编码", "实施清单编码"),
    "code": (
        *("事项编码", "职权编码", "权力编码", "项目编码", "事项代码", "权力代码", "编码"),
        *("代码", "事项编号", "目录编码", "事项唯一编码", "国家编码", "sxbm", "qlbm"),
    ),
    "provenance": ("来源性质",),
    "ignore": (),
}

_BRACKETED: Final = re.compile(r"[（(［\[【][^）)］\]】]*[）)］\]】]")
_MARKS: Final = re.compile(r"[\s*＊★☆:：]+")

_BODY: Final = "(?:部门|单位|机关|机构|主体)(?:名称|全称)?"
_ROLE: Final = (
    "(?:主管|实施|责任|行使|授权|委托|赋权|放权|下放|承办|牵头|主办|办理|审批|执法|抽查|检查)"
)
_POWER: Final = "(?:权力|事项|职权|权责|权限|许可)"
_KIND: Final = "(?:许可|处罚|强制|征收|给付|检查|确认|奖励|裁决|备案|审批|核准)"
_CONFERRED: Final = "(?:下放|赋权|放权|委托|授权|承接)"
_PATTERNS: Final[tuple[tuple[Field, str], ...]] = (
    ("zones", rf"(?:承接|受托|受委托|接收|被授权|被委托).*{_BODY}|.*(?:承接|受托)(?:方|地区)"),
    ("zones", rf"下放(?:至|给|到)(?:.*区)?|(?:下放|赋权|调整)后(?:的)?(?:实施|行使){_BODY}"),
    ("department", rf"(?:下放|赋权|调整|委托)前(?:的)?{_ROLE}?{_BODY}"),
    ("department", rf"(?:.*[市区县省级直原])?{_ROLE}(?:.*[的])?{_BODY}"),
    ("mode", rf".*(?:{_CONFERRED}|调整)(?:的)?(?:方式|形式|类型|类别)"),
    ("scope", rf".*{_CONFERRED}(?:的)?(?:范围|权限)"),
    ("power_type", rf".*{_POWER}(?:的)?(?:类型|类别|性质|种类|分类|属性)"),
    ("basis", rf".*(?:设定|设立|实施|行使|法律|法定|执法|职权|权力|抽查|{_KIND}).*依据"),
    ("name", rf".*(?:{_POWER}|{_KIND})(?:的)?(?:名称|全称|项目)"),
    ("name", r".*(?:[^子小分]项|权力|职权)(?:名称|目录|清单)"),
    ("name", rf".*(?:权力|职权|权责|服务|执法|审批|{_CONFERRED}|{_KIND})事项"),
    ("basic_code", r".*基本(?:目录)?编码"),
    ("implementation_code", r".*实施(?:清单|目录)?编码"),
    ("code", r".*(?:事项|权力|职权|权责|许可|项目)(?:的)?(?:编码|代码|编号)"),
    ("remark", r"备\s*注.*|.*备注"),
)
"""Field → what else its headers look like; none has the words of another column of such lists."""
_ENDINGS: Final = [(field, re.compile(pattern)) for field, pattern in _PATTERNS]
_NOT_THESE: Final = re.compile(
    r"意见|结果|材料|流程|时限|电话|地址|收费|监督|追责|整改|子项|情形|原名|对应|上级|省级目录"
)

_TYPED: Final = re.compile(r"(许可|处罚|强制|征收|给付|检查|确认|奖励|裁决)|抽查")


def header_key(text: str) -> str:
    """A header as headers are compared: without spaces, marks and case."""
    return _MARKS.sub("", nfkc(clean(text))).casefold()


def _bare_key(key: str) -> str:
    """A header without what it says in brackets: 实施部门（市级） is 实施部门."""
    return _BRACKETED.sub("", key)


_KNOWN: Final[dict[str, tuple[Field, int]]] = {
    header_key(name): (field, rank)
    for field, names in HEADERS.items()
    for rank, name in enumerate((field, *names))
}
_HEADERS: Final = 3
"""So many headers, at the least, make a row one of headers."""
LIKE: Final = 100
"""How far down the preferences a header stands that is recognised by its ending."""


def recognise(header: str) -> tuple[Field, int] | None:
    """The field that a header names, and how far down the preferences it stands; None if none."""
    key = header_key(header)
    bare = _bare_key(key)
    if known := _KNOWN.get(key) or _KNOWN.get(bare):
        return known
    if len(bare) > 20 or _NOT_THESE.search(bare):
        return None
    for rank, (field, pattern) in enumerate(_ENDINGS):
        if pattern.fullmatch(bare):
            return field, LIKE + rank
    return None


def is_header_like(texts: Sequence[str]) -> bool:
    """Whether the texts of a row are headers, most of them, and one of them names items; so that
    a list goes on below it whose columns are called otherwise than above."""
    found = [field for text in texts if (field := recognise(text))]
    names = {"name", "main_name", "sub_name"}
    enough = len(found) >= _HEADERS and 3 * len(found) >= 2 * len(texts)
    return enough and any(field in names for field, _rank in found)


def type_of_all(header: str) -> str | None:
    """The type of power of which all items are that stand under this header: 许可事项名称."""
    found = {"检查" if m[0] == "抽查" else m[0] for m in _TYPED.finditer(header_key(header))}
    return f"行政{found.pop()}" if len(found) == 1 else None
