"""Which lines of a PDF file belong together, and what comes between them."""

from __future__ import annotations

import pytest

from registry.intake.formats.pdf_lines import Line, cell_text, paragraphs

SIZE = 10.0


def _lines(*texts: str, left: float = 0) -> list[Line]:
    """Lines in type of 10 points, one below the other."""
    widths = [sum(SIZE if c >= "\u2000" else SIZE * 0.55 for c in text) for text in texts]
    return [
        Line(text, left, left + width, n * SIZE * 1.2, n * SIZE * 1.2 + SIZE)
        for n, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["中华人民共和", "国水法"], "中华人民共和国水法"),
        (["《安全生产", "法》第三条"], "《安全生产法》第三条"),
        (["（2016", "年7月修正"], "（2016年7月修正"),
        (["市水利局", "市林业局"], "市水利局\n市林业局"),
        (["依据如下内容。", "另见附件"], "依据如下内容。\n另见附件"),
        (["第一种情形是；", "《水法》"], "第一种情形是；\n《水法》"),
        *(
            (["需要提交材料", f"{n}申请书"], f"需要提交材料\n{n}申请书")
            for n in ("1.", "1、", "12．", "（一）", "(2)", "①", "一、")
        ),
        (["第十二条第", "（二）项规定"], "第十二条第（二）项规定"),
        (["含税总额约为", "1.5倍以上"], "含税总额约为1.5倍以上"),
        (["see the law", "of water use"], "see the law of water use"),
        (["GB/T 2260-", "2007标准"], "GB/T 2260-2007标准"),
        (["371500010203", "040506A"], "371500010203040506A"),
        (["权力类型code", "甲"], "权力类型code甲"),
        (["对违反规定的", "，予以处罚"], "对违反规定的，予以处罚"),
        (["一", "二", "三"], "一\n二\n三"),
        (["只有一行"], "只有一行"),
        ([], ""),
    ],
)
def test_lines_of_a_cell(lines: list[str], text: str) -> None:
    assert cell_text(_lines(*lines), 66) == text


def test_a_line_ends_early_because_what_follows_may_not_begin_one() -> None:
    """Five characters and room for six: but the sixth takes its comma along."""
    assert cell_text(_lines("对违反规定", "的，处罚"), 60) == "对违反规定的，处罚"
    assert cell_text(_lines("对违反规定", "的处罚"), 70) == "对违反规定\n的处罚"


def test_brackets_hold_lines_together_only_until_they_close() -> None:
    assert cell_text(_lines("《水", "法》", "甲"), 200) == "《水法》\n甲"
    assert cell_text(_lines("甲（乙", "丙", "丁）", "戊"), 200) == "甲（乙丙丁）\n戊"


def test_texts_above_a_table() -> None:
    lines = _lines("关于赋予两区管理权限的", "通知", "附件1", "一、市水利局", left=50)
    assert paragraphs(lines, 162) == [
        *((0.0, "关于赋予两区管理权限的通知"), (24.0, "附件1"), (36.0, "一、市水利局")),
    ]
    assert [text for _top, text in paragraphs(lines, 400)] == [line.text for line in lines]


def test_lines_far_apart_or_of_other_size_are_texts_of_their_own() -> None:
    (first,) = _lines("甲乙丙丁")
    far = Line("戊", 0, 10, 40, 50)
    large = Line("己", 0, 20, 12, 32)
    for second in (far, large):
        assert [text for _top, text in paragraphs([first, second], 40)] == [
            first.text,
            second.text,
        ]
