"""What people report of reading text: numbers cut off names, glyphs without characters, and input
that ended in an internal error."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.offices import HOUSING, LICENCE, MARKET, NATURE, POLICE, WATER, Office, item

HEAD = ["序号", "事项名称", "权力类型", "实施部门"]


# Numbers that were cut off names


@pytest.mark.parametrize(("name", "department"), [
    ("三、四级房地产开发企业资质核定新", HOUSING), ("一、二类压力容器登记新", MARKET),
    ("（二）级以下资质认定新", HOUSING), ("110、119报警联动备案新", POLICE),
    ("3.15消费者权益认定新", MARKET), ("十、百、千工程认定新", MARKET),
    ("①②类器械备案新", MARKET), ("二、三类射线装置许可新", NATURE),
    ("四、五类放射源备案新", NATURE), ("一级射线装置许可新", NATURE),
    ("（四）类以下放射源备案新", NATURE),
])  # fmt: skip
@pytest.mark.parametrize("numbered", [True, False])
def test_what_is_no_running_number_stays_in_the_name(
    office: Office, name: str, department: str, numbered: bool
) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], ["2", name, LICENCE, department]]
    rows = rows if numbered else [row[1:] for row in rows]
    office.read(rows).holds(item("甲许可"), item(name, departments=department))


def test_a_running_number_in_the_name_goes(office: Office) -> None:
    rows = [[f"{n}、{x}许可新", LICENCE, WATER] for n, x in enumerate("甲乙丙", 1)]
    office.read([HEAD[1:], *rows]).holds(*(item(f"{x}许可新") for x in "甲乙丙"))


# Text without text


def write_without_text(path: Path, *, everything: bool) -> None:
    """A PDF that draws glyphs of names, or all, and doesn't say which characters they are."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate, Table

    plain, odd = "STSong-Light", "HeiseiMin-W3"
    for font in (plain, odd):
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONTNAME", (0, 0), (-1, -1), plain)]
    area = ((0, 0), (-1, -1)) if everything else ((1, 1), (1, -1))
    style.append(("FONTNAME", *area, odd))
    rows = [HEAD, ["1", "取水許可甲", LICENCE, WATER], ["2", "河道採砂許可乙", LICENCE, WATER]]
    SimpleDocTemplate(str(path)).build([Table(rows, style=style)])
    data = path.read_bytes()
    assert b"/UniJIS-UCS2-H" in data
    data = data.replace(b"/UniJIS-UCS2-H", b"/Identity-H   ")
    path.write_bytes(data.replace(b"Japan1", b"Idn123"))


@pytest.mark.parametrize("everything", [True, False])
def test_glyphs_without_characters_are_no_text(office: Office, everything: bool) -> None:
    path = office.file("清单.pdf")
    write_without_text(path, everything=everything)
    found = office.load(path)
    assert found.rc == 2 or found.cautions, found.why
    assert not [name for name in found.names if "(cid:" in name]


# Internal errors


def test_a_name_of_a_file_that_is_no_text(office: Office) -> None:
    path = office.file("x.csv")
    named = Path(os.fsdecode(os.fsencode(path.parent) + b"/bad\xff\xe5.csv"))
    named.write_text(",".join(HEAD) + f"\n1,甲许可,{LICENCE},{WATER}\n", encoding="utf-8")
    found = office.load(named)
    assert found.rc in (0, 2)
    assert "internal" not in found.run.stderr.lower()
    assert "Traceback" not in found.run.stderr


@pytest.mark.parametrize("option", ["--source", "--department", "--by", "--why"])
def test_an_option_that_is_no_text(office: Office, option: str) -> None:
    found = office.read([HEAD, ["1", "甲许可", LICENCE, WATER]], option, os.fsdecode(b"a\xff"))
    assert found.rc in (0, 2)
    assert "internal" not in found.run.stderr.lower()
    assert "Traceback" not in found.run.stderr


@pytest.mark.parametrize("name", ["事项名称", "备注"])
def test_half_a_character_in_records(office: Office, name: str) -> None:
    record = dict(zip(HEAD, ["1", "取水许可甲", LICENCE, WATER], strict=True))
    record[name] = record.get(name, "") + "\ud83d"
    found = office.text(json.dumps([record]), ending=".json")
    assert found.rc in (0, 2)
    assert found.faults + found.cautions or found.rc == 2, found.why
    assert "internal" not in found.run.stderr.lower()
    assert "Traceback" not in found.run.stderr
