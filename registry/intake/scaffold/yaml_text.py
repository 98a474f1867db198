"""The commented instrument.yml: as it comes, or with what was read of lists put into it.

What an office gets is Chinese. Each block says of which file, column and rows it was taken; what no
list says stays empty, with what to fill in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml

from registry.intake.scaffold.reading import Kind, NamedBody, ReadAnnex, ReadLists

_TEMPLATE: Final = Path(__file__).with_name("instrument.yml")
_PLAIN: Final = re.compile(r"[^\W\d_][\w（）、〔〕“”·.-]*")
"""A text that may stand without quotation marks wherever a value may, unless YAML reads it as no
text."""
_NEEDED: Final = {"power_type": "事项类型", "initiation": "申请方式", "mode": "赋权方式"}
_MOST: Final = 12
"""Numbers that are told of a list."""
_SAME: Final = "# 疑为同一{what}的，合并为一条{how}。"


def blank_text(id: str) -> str:
    """The file with everything to fill in."""
    return _TEMPLATE.read_text(encoding="utf-8").format(id=id)


def read_text(id: str, read: ReadLists, commands: Mapping[int, str]) -> str:
    """The file with what the lists say. `commands`: annex → what takes its items in afterwards;
    those of other annexes stand in the annex's file."""
    blocks: dict[str, Callable[[list[str]], list[str]]] = {
        "title": lambda lines: _title(lines, read),
        "annexes": lambda lines: [lines[0], *_annexes(read, commands)],
        "modes": lambda lines: [lines[0], *_modes(read, lines[1:])],
        "zones": lambda lines: _zones(lines, read),
        "duties": lambda lines: _later("duties", lines, "# 清单不载明配套任务：按文件正文补充。"),
        "departments_provenance": lambda lines: [
            f"departments_provenance: {read.provenance} # 部门名称取自清单，来源性质同清单"
        ],
        "departments_source": lambda lines: [f"departments_source: {_scalar(_files(read))}"],
        "departments": lambda lines: _departments(lines, read),
        "defaults": lambda lines: [
            lines[0],
            f"  annex: {{provenance: {read.provenance}, source: {_scalar(_files(read))}}}",
            *lines[2:],
        ],
    }
    return _replaced(blank_text(id), blocks)


def _replaced(text: str, blocks: Mapping[str, Callable[[list[str]], list[str]]]) -> str:
    """The text with blocks in the place of others: a key at the margin, with what is below it."""
    lines = text.splitlines()
    done: list[str] = []
    at = 0
    while at < len(lines):
        end = at + 1
        key = lines[at].partition(":")[0]
        if key in blocks:
            while end < len(lines) and lines[end].startswith(" "):
                end += 1
            done += blocks[key](lines[at:end])
        else:
            done.append(lines[at])
        at = end
    return "\n".join(done) + "\n"


def _title(lines: list[str], read: ReadLists) -> list[str]:
    for annex in read.annexes:
        if annex.title:
            where = f"{annex.file.name} {annex.title_place}"
            return [f"title: {_scalar(annex.title)} # 取自清单标题（{where}），请改为文件标题全文"]
    return ["title: # 标题全文（清单上方没有标题）"]


def _annexes(read: ReadLists, commands: Mapping[int, str]) -> Iterable[str]:
    for annex in read.annexes:
        yield from _annex(annex, commands.get(annex.number))


def _annex(annex: ReadAnnex, command: str | None) -> Iterable[str]:
    listing = annex.listing
    items, main = len(listing.items), len(listing.main_items())
    counted = f"读出事项{items}项" + (f"，其中主项{main}项" if items != main else "")
    yield f"  # 附件{annex.number}：取自 {annex.file.name}，有文字的行{listing.rows}行，{counted}。"
    if without := annex.nameless():
        yield f"  # 另有{without}行没有读出事项，未计入，请核对清单。"
    if command:
        lacking = "、".join(f"{_NEEDED[name]}（{n}项）" for name, n in annex.lacking().items())
        why = f"清单没有写明{lacking}" if lacking else "清单有须先处理之处"
        yield f"  # {why}，annex{annex.number}.csv 未填事项；登记库建成后运行："
        yield f"  # {command}"
        if numbers := annex.type_numbers():
            yield f"  # TABLE：清单以数字（{_some(numbers)}）表示事项类型，按所用代码表"
            yield "  #   写作 1=行政许可,2=……；采用国家标准代码的，写 national。"
    else:
        yield f"  # 事项已写入 annex{annex.number}.csv，请核对。"
    yield f"  - annex: {annex.number}"
    if annex.title:
        yield f"    title: {_scalar(annex.title)} # 取自清单标题（{annex.title_place}）"
    else:
        yield "    title: # 附件标题（清单上方没有标题）"
    yield "    role: delegated # 清单不载明，请按文件核对：delegated、direct 或 withdrawn"
    yield f"    control_total: {main} # 按清单清点的主项数；文件载明总数的，填文件所载总数"
    yield "    clause: 一 # 请按文件核对"


def _modes(read: ReadLists, template: list[str]) -> Iterable[str]:
    for annex in read.annexes:
        if not annex.modes:
            yield f"  # 附件{annex.number}：清单没有写明赋权方式，请按文件填写。"
            yield from (line.replace("annex: 1", f"annex: {annex.number}") for line in template)
            continue
        yield f"  # 附件{annex.number}：{_source(annex, 'mode')}。"
        for mode in annex.modes:
            if mode.name != mode.text:
                yield f"  # 清单写作“{mode.text}”；名称不能与其他附件相同，故加附件号，可另取名称。"
            yield f"  - name: {_scalar(mode.name)} # {mode.rows}项"
            yield f"    annex: {annex.number}"
            yield "    entrusts: # 承接主体以委托方名义行使的填 true，否则填 false"
            yield "    clause: 一 # 请按文件核对"


def _zones(lines: list[str], read: ReadLists) -> list[str]:
    if not read.zones:
        return ["# 清单没有写明承接主体，请按文件填写。", *lines]
    how = "，清单或 annexN.csv 中的写法一并改正"
    return [
        *(f"# 附件{a.number}：{_source(a, 'zones')}。" for a in read.annexes if a.texts["zones"]),
        "# 名称照清单所写；全称、简称与此不同的，请改 name、short_name。",
        _SAME.format(what="承接主体", how=how),
        lines[0],
        *(_body(zone, "clause: 一") for zone in read.zones),
    ]


def _departments(lines: list[str], read: ReadLists) -> list[str]:
    if not read.departments:
        return _later("departments", lines, "# 清单没有写明部门：按文件补充。")
    found = [
        *(
            f"# 附件{a.number}：{_source(a, 'department')}。"
            for a in read.annexes
            if a.texts["department"]
        ),
        "# 名称照清单所写；全称与此不同的，请改 name，清单所用名称留在 short_name。",
        _SAME.format(what="部门", how="，其余名称写入 aliases"),
    ]
    if any(one.is_code for one in read.departments):
        found.append("# 清单用代码表示部门的，代码已写入 aliases，请填写 name 和 short_name。")
    return [*found, lines[0], *(_body(one, "") for one in read.departments)]


def _body(body: NamedBody, more: str) -> str:
    """One line of a body."""
    name = "" if body.is_code else _scalar(body.text)
    parts = [f"id: {_scalar(body.id)}", f"name: {name}", f"short_name: {name}"]
    parts += [f"aliases: [{_scalar(body.text)}]"] if body.is_code and not more else []
    parts += [more] if more else []
    fill = "，请填写名称" if body.is_code else ""
    return f"  - {{{', '.join(parts)}}} # {body.rows}项{fill}"


def _source(annex: ReadAnnex, kind: Kind) -> str:
    """Where names were taken from."""
    column = annex.column(kind)
    of = f"共{len(annex.listing.items)}项，{annex.stated(kind)}项写明"
    where = f"{column[0]}列“{column[1]}”" if column else "分组标题行"
    return f"取自 {annex.file.name} 的{where}，{of}"


def _later(key: str, lines: list[str], why: str) -> list[str]:
    """An empty list, with the example below as a comment."""
    return [why, f"{key}: []", *(f"#{line}" for line in lines[1:])]


def _some(texts: Sequence[str]) -> str:
    """The first few."""
    return "、".join(texts[:_MOST]) + ("等" if len(texts) > _MOST else "")


def _files(read: ReadLists) -> str:
    return "、".join(dict.fromkeys(annex.file.name for annex in read.annexes))


def _scalar(text: str) -> str:
    """A text as YAML writes it, in a list between brackets as well."""
    if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)
