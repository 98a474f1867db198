"""Which body a cell names: by any of its names, or by a part of it; else none, and not guessed."""

from __future__ import annotations

import pytest

from registry.intake.platform.names import NO_BODY, Bodies, Body, Known

EAST, WEST, WATER = Body(zone=1), Body(zone=2), Body(department=1)
NAMES = {
    **{"东城经开区": EAST, "东城经济开发区管委会": EAST, "西城高新区": WEST},
    **{"市水利局": WATER, "水利局": WATER},
}


@pytest.fixture
def bodies() -> Bodies:
    return Bodies(Known(bodies=NAMES, prefixes=NAMES))


@pytest.mark.parametrize(
    ("text", "body"),
    [
        *(("东城经开区", EAST), ("东城 经开区", EAST), ("东城经开区行政审批服务局", EAST)),
        *(("东城经开区人力资源和社会保障局", EAST), ("东城经开区政务大厅3号窗口", EAST)),
        *(("东城经开区综合窗口（一楼、二楼）", EAST), ("西城高新区水利局", WEST)),
        *(("市水利局驻东城经开区窗口", WATER), ("市水利局(行政审批科)", WATER)),
    ],
)
def test_a_name_or_a_part_of_the_body(bodies: Bodies, text: str, body: Body) -> None:
    assert bodies[text] == body


@pytest.mark.parametrize(
    "text",
    [
        *("东城经开区以外", "东城经开区除外", "东城经开区外", "非东城经开区", "东城"),
        *("东城经开区、西城高新区", "东城经开区和西城高新区", "东城经开区/西城高新区"),
        *("东城经开区，西城高新区", "东城经开区及其所属", "市水利局、东城经开区", "市水利局与某局"),
        *("东城经开区建设集团有限公司", "东城经开区投资有限公司（本部）", "市水利局幼儿园协会"),
        "东城经开区审批局、西城高新区审批局",
    ],
)
def test_what_is_no_part_of_it_is_nobody(bodies: Bodies, text: str) -> None:
    assert bodies[text] == NO_BODY
