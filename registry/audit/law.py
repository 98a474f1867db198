"""The articles outside the notice that rules rest on, as rules cite them."""

from __future__ import annotations

from typing import Final

LAW: Final = {
    "L1": "行政强制法（2011-06-30）第十七条",
    "L2": "行政许可法（2019-04-23）第二十四条",
    "L3": "行政处罚法（2021-01-22，自2021-07-15起施行）第二十条",
    "L4": "山东省行政程序规定（省政府令第238号）第十六条（据摘录理解）",
}
"""Citation by id: law, date of the version, article."""
