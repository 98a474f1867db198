"""What the headers of columns of signs say beside the name of a zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_SAYS_WHETHER: Final = re.compile(
    r"^(?:是否)?(?:可以|可)?(?:下放|赋权|委托|授权|放权)?(?:至|给|到|由)?|(?:是否|能否)?(?:承接|行使|实施)(?:情况)?$"
)
"""What stands around the name of a zone in the header of a column of signs."""


def zone_of_header(text: str, is_zone: Callable[[str], bool]) -> str | None:
    """The zone that the header of a column of signs names: 经开区, or 是否下放至经开区."""
    if is_zone(text):
        return text
    bare = _SAYS_WHETHER.sub("", text)
    return bare if bare and is_zone(bare) else None
