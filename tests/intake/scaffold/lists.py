"""Lists to propose an instrument from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from registry.intake.grid import Sheet
from registry.intake.listing.reader import read_list
from registry.intake.scaffold import ListFile

HEADER = ["序号", "事项名称", "权力类型", "申请方式", "赋权方式", "市级部门", "承接主体"]


def row(number: int, name: str = "", **cells: str) -> list[str]:
    """A row that states everything; `cells`: others, by header."""
    stated = dict(
        zip(
            HEADER,
            [
                str(number),
                name or f"事项{number}",
                "行政许可",
                "依申请",
                "委托下放",
                "市水利局",
                "",
            ],
            strict=True,
        )
    )
    return list((stated | cells).values())


def listed(*rows: Sequence[str], name: str = "清单.xlsx", sheet: str | None = None) -> ListFile:
    """A list of these rows, as it is read."""
    return ListFile(Path("some") / name, read_list([Sheet(sheet, [list(one) for one in rows])]))


def complete(*rows: Sequence[str], name: str = "清单.xlsx") -> ListFile:
    """A list whose header is `HEADER`."""
    return listed(HEADER, *rows, name=name)
