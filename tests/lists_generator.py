"""Lists in the shapes that offices make, and the items that each of them says.

A shape is what a list looks like: where it states departments, types, modes and zones, how it
numbers, what stands around the items. `make` fills one with items, as rows and merged cells that
tests/intake/formats/make_files.py writes in every format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from registry.intake.grid import Span
from tests.lists_shapes import Said, Shape

DEPARTMENTS = ("市水利局", "市应急局", "市市场监管局", "市住房城乡建设局", "市公安局")
MODES = ("委托下放", "下放实质性审核权", "委托收件")
NO_MODE = "原直接实施"
TYPES = {
    "行政许可": ("{}许可", "{}核准", "{}审批"),
    "行政处罚": ("对违法{}的处罚", "对擅自{}行为的处罚"),
    "行政检查": ("对{}的检查", "{}的监督检查"),
    "行政确认": ("{}认定", "{}资格确认"),
    "其他行政权力": ("{}备案", "{}审核转报"),
}
ZONES = {"etdz": ("经开区", "测试经开区"), "hidz": ("高新区", "测试高新区")}
PLACES = "河道水库滩涂堤防渡口码头桥梁林场矿区厂房街区集市公园广场车站校园仓库机库"
WORKS = "取水采砂清淤修缮占用挖掘架线排水停车绿化改建拆除封闭通行测绘勘查租用施工"
"""Two characters each."""
ONES = "一二三四五六七八九"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十; below a hundred."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{ONES[tens - 1]}十"
    return head + (ONES[ones - 1] if ones else "")


def number(style: str, n: int) -> str:
    """A number in a style: 1. / 1、 / 一、 / （一） / （1） / ① and the like."""
    if style == "①":
        return CIRCLED[n - 1]
    return style.replace("一", chinese(n)).replace("1", str(n))


@dataclass
class List:
    """A list of a shape: its rows, its merged cells, and what it says."""

    shape: Shape
    rows: list[list[str]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    @property
    def annex(self) -> int:
        """The annex of the instrument of tests/offices.py that it is for."""
        return 1 if self.shape.modes else 2


def _twos(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]


def _draw_items(shape: Shape, random: Random) -> list[list[Said]]:
    """Main items, each with its parts, in the order of the headings."""
    count = random.randint(3, 6)
    pairs = [(p, w) for p in _twos(PLACES) for w in _twos(WORKS)]
    groups = []
    for place, work in random.sample(pairs, count):
        kind = random.choice(list(TYPES))
        body = f"{place}{work}"
        departments = {random.choice(DEPARTMENTS[: 2 + count % 3])}
        if shape.departments == "column" and random.random() < 0.2:
            departments.add(random.choice(DEPARTMENTS))
        zones = frozenset(ZONES)
        if shape.zones:
            zones = frozenset(random.sample(sorted(ZONES), random.randint(1, 2)))
        mode = random.choice(MODES) if shape.modes else NO_MODE
        name = random.choice(TYPES[kind]).format(body)
        main = Said(name, kind, frozenset(departments), zones, mode, None)
        group = [main]
        if shape.parts and random.random() < 0.5:
            for act in ("新办", "变更", "注销")[: random.randint(2, 3)]:
                group.append(main._replace(name=f"{name}（{act}）", parent=name))
        groups.append(group)

    def place(group: list[Said]) -> tuple[int, int, str]:
        said = group[0]
        return (
            MODES.index(said.mode) if shape.modes in ("headings", "merged") else 0,
            0 if shape.departments == "column" else DEPARTMENTS.index(min(said.departments)),
            said.power_type if shape.types in ("headings", "merged") else "",
        )

    return sorted(groups, key=place)


def make(shape: Shape, random: Random) -> List:
    """A list of a shape, with other items for other numbers."""
    return _Maker(shape, random).list


class _Maker:
    def __init__(self, shape: Shape, random: Random) -> None:
        self.shape, self.random = shape, random
        self.list = List(shape)
        self.rows, self.spans = self.list.rows, self.list.spans
        self.columns = self._columns()
        self.width = len(self.columns)
        groups = _draw_items(shape, random)
        self.list.said += [said for group in groups for said in group]
        self._write_title()
        self._write_header("")
        self._write_groups(groups)
        self._write_end(len(groups))

    def _columns(self) -> list[tuple[str, str]]:
        """Field and header of every column."""
        shape, pick = self.shape, self.random.choice
        columns = []
        if shape.numbers.startswith("column"):
            columns.append(("seq", "序号"))
        if shape.parts == "column":
            columns += [("name", "主项名称"), ("part", "子项名称")]
        else:
            columns.append(("name", pick(["事项名称", "权力名称"])))
        if shape.types != "headings":
            columns.append(("power_type", pick(["事项类型", "权力类型"])))
        if shape.departments != "headings":
            columns.append(("departments", pick(["实施部门", "市级实施单位", "实施主体"])))
        if shape.modes in ("column", "merged"):
            columns.append(("mode", pick(["赋权方式", "调整方式"])))
        if shape.zones == "cell":
            columns.append(("zones", "承接主体"))
        elif shape.zones:
            columns += [(zone, pick(names)) for zone, names in ZONES.items()]
        if shape.duties:
            columns.append(("duty", "责任事项"))
        columns.append(("remark", "备注"))
        return columns

    def _at(self, name: str) -> int:
        return [column for column, _head in self.columns].index(name)

    def _write_title(self) -> None:
        if self.shape.title:
            self._write_line("测试市赋权事项目录（2021年）", merged=True)

    def _write_line(self, text: str, column: int = 0, *, merged: bool = False) -> None:
        row = [""] * self.width
        row[column] = text
        if merged:
            self.spans.append(Span(len(self.rows), 0, len(self.rows), self.width - 1))
        self.rows.append(row)

    def _write_header(self, how: str) -> None:
        top, spaced = len(self.rows), how == "spaced"
        above: dict[int, str] = {}
        if self.shape.levels:
            first = self._at("name")
            below = [c for c, (f, _h) in enumerate(self.columns) if f in ("name", "power_type")]
            if below == [first, first + 1]:
                above |= dict.fromkeys(below, "赋权事项")
        if self.shape.zones == "ticks 2":
            above |= dict.fromkeys((self._at(zone) for zone in ZONES), "承接主体")
        heads = [self._spaced(head) if spaced else head for _field, head in self.columns]
        if not above:
            self.rows.append(heads)
            return
        upper = ["" if c in above else head for c, head in enumerate(heads)]
        lower = [head if c in above else "" for c, head in enumerate(heads)]
        for text, cells in groupby(sorted(above), key=lambda c: above[c]):
            first, *_others, last = cells
            upper[first] = text
            self.spans.append(Span(top, first, top, last))
        self.spans += [Span(top, c, top + 1, c) for c in range(self.width) if c not in above]
        self.rows += [upper, lower]

    def _spaced(self, head: str) -> str:
        how = self.random.choice([" ", "　", "\n", "  "])
        half = len(head) // 2
        return head[:half] + how + head[half:]

    def _write_groups(self, groups: list[list[Said]]) -> None:
        shape = self.shape
        levels = [
            key
            for key, where in (
                ("mode", shape.modes),
                ("departments", shape.departments),
                ("power_type", shape.types),
            )
            if where == "headings"
        ]
        broken = self.random.randrange(1, len(groups)) if shape.again else 0
        before: dict[str, str] = {}
        counts = [0, 0]
        running = 0
        for place, group in enumerate(groups):
            if place and place == broken:
                self._write_header(shape.again)
            for level, key in enumerate(levels):
                word = self._word(group[0], key)
                if before.get(key) == word:
                    continue
                before = {k: v for k, v in before.items() if k in levels[:level]} | {key: word}
                counts[level] += 1
                counts[level + 1 :] = [0] * (1 - level)
                same = [levels[n] for n in range(level + 1)]
                held = [
                    g
                    for g in groups
                    if all(self._word(g[0], k) == self._word(group[0], k) for k in same)
                ]
                self._write_heading(level, counts[level], word, len(held))
                if shape.numbers in ("column （1）", "（1）", "①"):
                    running = 0  # such numbers begin again below each heading
            running += 1
            self._write_group(group, running)
        self._merge_columns()

    def _word(self, said: Said, key: str) -> str:
        if key == "departments":
            return "、".join(sorted(said.departments))
        return str(getattr(said, key))

    def _write_heading(self, level: int, n: int, word: str, held: int) -> None:
        label = number("一、" if level == 0 else "（一）", n)
        text = f"{word}事项" if word in MODES else word
        if self.shape.counts:
            text += f"（{held}项）"
        if self.shape.where == "number" and self.columns[0][0] == "seq":
            row = [""] * self.width
            row[0], row[1] = label, text
            self.rows.append(row)
        elif self.shape.where == "name":
            self._write_line(label + text, self._at("name"))
        else:
            self._write_line(label + text, merged=self.shape.where == "merged")

    def _write_group(self, group: list[Said], n: int) -> None:
        shape = self.shape
        main, *parts = group
        if shape.parts == "column" and parts:
            top = len(self.rows)
            for place, said in enumerate(parts):
                row = self._row(said)
                row[self._at("name")] = "" if place else main.name
                row[self._at("part")] = said.name
                if shape.numbers.startswith("column") and not place:
                    row[0] = number(shape.numbers.partition(" ")[2], n)
                self.rows.append(row)
            merged = [self._at("name")] + [0] * shape.numbers.startswith("column")
            self.spans += [Span(top, c, len(self.rows) - 1, c) for c in dict.fromkeys(merged)]
            return
        top = len(self.rows)
        self.rows.append(self._numbered(self._row(main), shape.numbers, n))
        for place, said in enumerate(parts, 1):
            row = self._row(said)
            row[0] = f"（{place}）" if shape.parts == "（1）" else f"{n}{shape.parts[1]}{place}"
            self.rows.append(row)
        if shape.duties:
            self._write_duties(top)

    def _numbered(self, row: list[str], numbers: str, n: int) -> list[str]:
        if numbers.startswith("column "):
            row[0] = number(numbers.removeprefix("column "), n)
        elif numbers != "none":
            row[self._at("name")] = number(numbers, n) + row[self._at("name")]
        return row

    def _row(self, said: Said) -> list[str]:
        ticks = self.random.choice(["√", "○", "是", "1", "●"])  # which fonts have
        empty = self.random.choice(["", "", "×", "否", "—"]) if ticks in "√是" else ""
        row = []
        for key, _head in self.columns:
            if key in ZONES:
                row.append(ticks if key in said.zones else empty)
            elif key == "zones":
                names = [self.random.choice(ZONES[zone]) for zone in sorted(said.zones)]
                row.append(self.random.choice(["、", "，", "\n", "/"]).join(names))
            elif key == "departments":
                separator = self.random.choice(["、", "，", ";", "\n", "/"])
                row.append(separator.join(sorted(said.departments)))
            elif key in ("name", "power_type", "mode"):
                row.append(getattr(said, key))
            else:
                row.append("")
        if self.random.random() < 0.2:
            row[-1] = self.random.choice(["限市级权限", "不含跨市项目"])
        return row

    def _write_duties(self, top: int) -> None:
        duty = self._at("duty")
        self.rows[top][duty] = "受理"
        acts = ["审查", "决定", "送达"][: self.random.randint(0, 3)]
        for act in acts:
            self._write_line(act, duty)
        if acts:
            others = [c for c in range(self.width) if c != duty]
            self.spans += [Span(top, c, len(self.rows) - 1, c) for c in others]

    def _merge_columns(self) -> None:
        """Merge equal cells below each other, in columns that are to be merged."""
        for key, where in (
            ("departments", self.shape.departments),
            ("power_type", self.shape.types),
            ("mode", self.shape.modes),
        ):
            if where == "merged":
                self._merge_column(self._at(key))

    def _merge_column(self, column: int) -> None:
        heads = {head for _field, head in self.columns}
        covered = {
            (r, c)
            for s in self.spans
            if s.left == 0 and s.right == self.width - 1
            for r in range(s.top, s.bottom + 1)
            for c in range(self.width)
        }
        taken = [s for s in self.spans if s.left == s.right == column]
        self.spans[:] = [s for s in self.spans if s not in taken or self._is_head(s)]
        top = 0
        while top < len(self.rows):
            text = self.rows[top][column]
            bottom = top
            is_item = text and "".join(text.split()) not in heads and (top, column) not in covered
            if is_item and not any(s.top == top and s.left == column for s in self.spans):
                while bottom + 1 < len(self.rows) and self._goes_on(bottom + 1, column, text):
                    bottom += 1
            if bottom > top:
                for r in range(top + 1, bottom + 1):
                    self.rows[r][column] = ""
                self.spans.append(Span(top, column, bottom, column))
            top = bottom + 1

    def _is_head(self, span: Span) -> bool:
        heads = {head for _field, head in self.columns}
        return "".join(self.rows[span.top][span.left].split()) in heads

    def _goes_on(self, row: int, column: int, text: str) -> bool:
        cells = self.rows[row]
        if cells[column] == text:
            return True
        duty = self.shape.duties and cells[self._at("duty")] not in ("", "受理", "责任事项")
        return bool(duty and not cells[column] and not cells[self._at("name")])

    def _write_end(self, mains: int) -> None:
        if self.shape.total:
            row = [""] * self.width
            row[0], row[1] = "合计", f"{mains}项"
            self.rows.append(row)
        if self.shape.note:
            self._write_line("注：本目录自公布之日起施行。", merged=True)
