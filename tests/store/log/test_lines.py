"""Lines of a log: what is none is told as that, whatever it is."""

from __future__ import annotations

import pytest

from registry.store.log.lines import (
    ChangeLine,
    LogError,
    RowLine,
    TableLine,
    parse_line,
    row_line,
    table_line,
)


def test_lines_as_they_are_written_are_read() -> None:
    change = '{"seq":1,"change":1,"at":"2021-06-30T09:00:00","by":"张三","command":null}'
    assert isinstance(parse_line(change), ChangeLine)
    table = parse_line(table_line(2, "item", ["no", "name"], ["no"]))
    assert table == TableLine(2, "item", ("no", "name"), ("no",))
    row = parse_line(row_line(3, "item", "set", '[1,"取水",null,1.5]'))
    assert row == RowLine(3, "item", "set", [1, "取水", None, 1.5], '[1,"取水",null,1.5]')


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", "1", "null", '{"seq":1}'),
        row_line(3, "item", "set", "[1]") + "\n",
        row_line(3, "item", "set", "[1]") + " ",
        '{"seq":3,"table":[1],"op":"set","row":[1]}',
        '{"seq":"3","table":"item","op":"set","row":[1]}',
        '{"seq":3,"table":"item","op":"set","row":[[1],{}]}',
        '{"seq":3,"table":"item","op":"set","row":[1],"more":1}',
        '{"seq":3,"table":"item","op":"put","row":[1]}',
        '{"seq":3,"change":"x","at":"","by":null}',
        '{"seq":3,"change":1,"at":5,"by":null}',
        '{"seq":3,"change":1,"at":"","by":[],"command":{},"why":1}',
        '{"seq":3,"table":"item","columns":[5],"key":[7]}',
        '{"seq":3,"table":"item","columns":"no","key":5}',
        "[" * 200_000,
        '{"seq":3,"table":"item","op":"set","row":' + "[" * 200_000,
    ],
)
def test_anything_else_is_no_line(body: str) -> None:
    with pytest.raises(LogError):
        parse_line(body)
