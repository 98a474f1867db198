"""The messages of findings: a rule's text in both languages, with the values of a row.

There may be tens of thousands, so a text is taken apart once a rule.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from string import Formatter
from typing import Any, Final

from registry.audit.finding import Text
from registry.locale import LANGUAGES, Language
from registry.locale.labels import item_fields_label
from registry.model.limits import Bilingual

MessageWriter = Callable[[dict[str, Any], Text], Text]
"""A row with its names, and how long it is overdue in words → the message in both languages."""

_Filler = Callable[[dict[str, Any]], str]

_NUMBERS: Final[dict[Language, str]] = {
    "zh": "（{cases}件：{numbers}）",
    "en": " (cases: {cases}; {numbers})",
}


def compile_message(message: Bilingual) -> MessageWriter:
    """The writer of a rule's messages; a row on cases is told their numbers in any case.

    The writer raises KeyError for a name that the row does not have.
    """
    zh, en = _filler(message.zh), _filler(message.en)
    on_cases = _filler(_with_numbers(message.zh, "zh")), _filler(_with_numbers(message.en, "en"))
    names_fields = "{fields" in message.zh or "{fields" in message.en

    def write_message(row: dict[str, Any], overdue: Text) -> Text:
        """The message of one row."""
        if not names_fields and "case_numbers" not in row:
            row["overdue"] = overdue[0]
            in_chinese = zh(row)
            row["overdue"] = overdue[1]
            return Text(in_chinese, en(row))
        cases = "case_numbers" in row
        fill = on_cases if cases else (zh, en)
        texts = []
        for language, text, late in zip(LANGUAGES, fill, overdue, strict=True):
            row["overdue"] = late
            if "unofficial_fields" in row:
                row["fields"] = item_fields_label(row["unofficial_fields"], language)
            dated = cases and language == "zh"
            texts.append(text(_with_chinese_month(row) if dated else row))
        return Text(*texts)

    return write_message


def _with_numbers(template: str, language: Language) -> str:
    return template if "{numbers}" in template else template + _NUMBERS[language]


def _with_chinese_month(row: dict[str, Any]) -> dict[str, Any]:
    if not row.get("month"):
        return row
    year, _hyphen, month = str(row["month"]).partition("-")
    return row | {"month": f"{year}年{int(month)}月"}


def _filler(template: str) -> _Filler:
    """What fills a template: by position where it names plain columns alone, which takes a third of
    the time."""
    texts, names = [], []
    for text, name, spec, conversion in Formatter().parse(template):
        texts.append(text.replace("%", "%%"))
        if name is not None:
            if spec or conversion or not name.isidentifier():
                return template.format_map
            texts.append("%s")
            names.append(name)
    by_position = "".join(texts)
    if not names:
        whole = by_position % ()
        return lambda _row: whole
    if len(names) == 1:
        return lambda row: by_position % (row[names[0]],)
    values = itemgetter(*names)
    return lambda row: by_position % values(row)
