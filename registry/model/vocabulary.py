"""Closed vocabularies. Values that users see are the notice's own Chinese terms."""

from __future__ import annotations

from typing import Final, Literal, get_args

PowerType = Literal[
    "行政许可",
    "行政处罚",
    "行政强制",
    "行政征收",
    "行政给付",
    "行政检查",
    "行政确认",
    "行政奖励",
    "行政裁决",
    "其他行政权力",
    "公共服务",
]
"""The notice's eleven types (clause C03)."""

Initiation = Literal["依申请", "依职权"]
Scope = Literal["全部", "部分"]
LegalLevel = Literal["国家级", "省级", "市级", "县级", "乡镇级"]
DepartmentRole = Literal["行业主管", "审批实施", "联合"]
Provenance = Literal["official", "reconstruction", "demonstration"]
AnnexRole = Literal["delegated", "direct", "withdrawn"]
DayUnit = Literal["working", "calendar"]
CountedFrom = Literal["issue", "agreement", "case"]
Basis = Literal["text", "reading"]
Body = Literal["department", "zone", "office"]
RESERVED_BODY_IDS: Final = frozenset(
    (
        *("office", "public", "all", "any", "none", "null", "overall", "unknown", "me", "self"),
        *("admin", "administrator", "root", "system", "registry", "internal", "catalogue"),
        *("user", "users", "viewer", "guest", "anonymous", "everyone", "everybody", "nobody"),
        *("body", "bodies", "zone", "zones", "department", "departments", "instrument"),
    )
)
"""Ids that no zone and no department has: the reform office's own, roles, and kinds of bodies."""

Proof = Literal["deliverable", "agreement"]
Checked = Literal["rules", "intake", "no"]
Severity = Literal["high", "medium", "low", "info"]
Status = Literal["ok", "pending", "alarm", "skip", "manual"]
ServiceMeasure = Literal["材料", "环节", "时限"]

ItemField = Literal[
    "department",
    "zones",
    "initiation",
    "scope",
    "remark",
    "law",
    "law_version",
    "article",
    "legal_level",
    "reform_mode",
    "basic_code",
    "implementation_code",
]
"""Fields of an item that a list may leave open."""

ITEM_FIELDS: Final[tuple[ItemField, ...]] = get_args(ItemField)
"""In the order in which they are named."""

PROVENANCES: Final[tuple[Provenance, ...]] = get_args(Provenance)
"""From the most to the least trustworthy; the last one wins where rows are combined."""

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""From the gravest down."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)


def weakest(provenances: set[Provenance]) -> Provenance | None:
    """The least trustworthy of several provenances; None for an empty set."""
    return max(provenances, key=PROVENANCES.index, default=None)
