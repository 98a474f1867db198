"""Characters that a conversion replaced, lost or left without a meaning, and what they stand for.

Radicals (U+2E80 to U+2FD5) look like the ideographs that they are parts of, and take their place in
text that was copied from a PDF or recognised from a picture; the ideographs are those of Unicode's
EquivalentUnifiedIdeograph. Private-use characters that GBK gave to letters which Unicode had not
yet are those of GB 18030-2022.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from registry.locale import _, list_separator

_SUPPLEMENT: Final = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺"
    "⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_SUPPLEMENT_STANDS_FOR: Final = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑𫜹忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀"
    "聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_OF_2005: Final = {
    **dict(zip(range(0xE78D, 0xE797), "︐︒︑︓︔︕︖︗︘︙", strict=True)),
    **{0xE7C7: "ḿ", 0xE7C8: "ǹ", 0xE816: "𠂇", 0xE817: "𠂉", 0xE818: "𠃌", 0xE81E: "龴"},
    **{0xE826: "龵", 0xE82B: "龶", 0xE82C: "龷", 0xE831: "𡗗", 0xE832: "龸", 0xE83B: "𢦏"},
    **{0xE843: "龹", 0xE854: "龺", 0xE855: "𤇾", 0xE864: "龻"},
}


def _of_gbk() -> dict[int, str]:
    """The characters of rows A9 and FE that GB 18030 took out of the private use area."""
    table = dict(_OF_2005)
    for first, start, end, private in ((0xA9, 0x89, 0x96, 0xE7E7), (0xFE, 0x50, 0xA1, 0xE815)):
        for second in range(start, end):
            if second != 0x7F:
                character = bytes((first, second)).decode("gb18030")
                if unicodedata.category(character) != "Co":
                    table.setdefault(private, character)
                private += 1
    return table


_RADICALS: Final = {
    **{c: unicodedata.normalize("NFKC", chr(c)) for c in range(0x2F00, 0x2FD6)},
    **dict(zip(map(ord, _SUPPLEMENT), _SUPPLEMENT_STANDS_FOR, strict=True)),
}
_STANDS_FOR: Final = {**_RADICALS, **_of_gbk()}
_REPLACEABLE: Final = re.compile("[\u2e80-\u2fd5\ue78d-\ue864]")

_LOST: Final = re.compile(
    r"""(?x)
    (?P<replaced>\ufffd)
    | (?P<glyph>\(cid:[0-9]+\))
    | (?P<mojibake>锟斤拷|烫烫烫|屯屯屯|ï¿½)
    | (?P<error>^\s*[#＃](?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!
        |GETTING_DATA|BLOCKED!|UNKNOWN!|BUSY!|CONNECT!|EXTERNAL!|PYTHON!|\#+)\s*$)
    | (?P<surrogate>[\ud800-\udfff])
    """,
    re.IGNORECASE,
)
_SUSPECT: Final = re.compile("[\ufffd#＃(锟烫屯½\ud800-\udfff]|^\\s*[eE错][rR误]")
"""What one of these texts has in it; looked for first, for hardly any text has."""
_ODF_ERROR: Final = re.compile(r"\s*(?:Err:[0-9]{3}|错误:[0-9]{3}|#{3,})\s*", re.IGNORECASE)
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def restored(text: str) -> str:
    """A text with ideographs for radicals, and Unicode's characters for those of GBK."""
    return text.translate(_STANDS_FOR) if _REPLACEABLE.search(text) else text


def loss(text: str) -> tuple[str, str] | None:
    """What a cell lost of its text and how to get it back; None where nothing shows that."""
    if not _SUSPECT.search(text):
        return None
    found = _LOST.search(text)
    if found is None:
        if not _ODF_ERROR.fullmatch(text):
            return None
        kind: str | None = "error"
    else:
        kind = found.lastgroup
    shown = text if len(text) <= 30 else f"{text[:29]}…"
    if kind == "error":
        return (
            _("“{value}” is an error of the spreadsheet, and no value").format(value=text.strip()),
            _("Put the formula right, or write the value in its place."),
        )
    if kind == "glyph":
        return (
            _("“{value}”: the font of the PDF says of no sign which character it is").format(
                value=shown
            ),
            _("Give the list as a workbook (xlsx), or have the text recognised first."),
        )
    if kind == "surrogate":
        return (
            _("half a character stands in the text"),
            _("Write the character anew."),
        )
    return (
        _("characters of “{value}” were lost when the file was converted").format(value=shown),
        _("Take them from the original, or save the file again as UTF-8."),
    )


def doubts(text: str) -> tuple[str, str] | None:
    """What is strange about the characters of a text, though none is lost; None for nothing."""
    if found := _PRIVATE.findall(text):
        what = _(
            "{codes}: characters of a machine's own, which others show otherwise or not at all"
        )
        remedy = _("They were kept; write the standard's characters if there are any.")
        return what.format(codes=_codes(found)), remedy
    if found := _CONTROL.findall(text):
        what = _("{codes}: control characters, which nobody sees, were left out")
        return what.format(codes=_codes(found)), _("Look whether a character is missing there.")
    return None


def _codes(characters: list[str]) -> str:
    return list_separator().join(f"U+{ord(c):04X}" for c in dict.fromkeys(characters))
