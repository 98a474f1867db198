"""Detects the kind of a file by its content; a file whose name says otherwise is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn

from registry.intake.formats.encodings import leading_text
from registry.intake.problems import refuse
from registry.locale import N_, _

Kind = Literal["xlsx", "xls", "ods", "docx", "html", "json", "pdf", "text"]

MAX_BYTES: Final = 200 << 20

_HEAD: Final = 1 << 16
_BEGIN: Final = 512
_MIN_TEXT: Final = 64
"""Bytes of a text for each control character in it that has no place there."""
_ENDINGS: Final[dict[Kind, tuple[str, ...]]] = {
    "xlsx": (".xlsx", ".xlsm"),
    "xls": (".xls", ".et"),
    "ods": (".ods",),
    "docx": (".docx", ".docm"),
    "html": (".html", ".htm"),
    "json": (".json",),
    "pdf": (".pdf",),
    "text": (".csv", ".tsv", ".txt", ".tab"),
}
_OTHER_ENDINGS: Final = frozenset(
    (".xlsb", ".doc", ".wps", ".odt", ".rtf", ".ppt", ".pptx", ".xml", ".zip", ".mht")
)
_NAMES: Final[dict[Kind, str]] = {
    "xlsx": N_("an Excel workbook (xlsx)"),
    "xls": N_("an old Excel workbook (xls)"),
    "ods": N_("an OpenDocument spreadsheet"),
    "docx": N_("a Word document (docx)"),
    "html": N_("a web page"),
    "json": N_("JSON"),
    "pdf": N_("a PDF file"),
    "text": N_("a text file"),
}
_PACKED: Final = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ")
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_PACKED_IN_LETTERS: Final = (b"Rar!", b"BZh")
_PICTURES_IN_LETTERS: Final = (b"GIF8", b"BM")
_RICH_TEXT: Final = re.compile(rb"\{\\rtf\d")
_OBJECT: Final = re.compile(rb"\d \d+ obj\b")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
"""What binary data has in abundance, and text hardly ever."""
_WEB_PAGE: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|meta|body|table|div|style|title|tr|p|h\d)[\s>/]", re.I
)
_RECORDS: Final = re.compile(r'\{\s*["}]|\[\s*[\[{"\]\-\dtfn]')
_FIRMLY_RECORDS: Final = re.compile(r'\{\s*["}]|\[\s*\{')


@dataclass(frozen=True)
class Source:
    """A file as it was read. `encoding` is None where the format leaves no choice."""

    path: Path
    kind: Kind
    encoding: str | None
    sha256: str


def detect_kind(path: Path, *, text_of_any_size: bool = False) -> Kind:
    """The kind of a file. Raises InputError where no reader of ours takes it.

    `text_of_any_size`: for who reads a text row by row.
    """
    if not path.exists():
        refuse(path, _("there is no such file"), _("Check the name and the folder."))
    if not path.is_file():
        refuse(path, _("this is not a file"), _("Name a file."))
    size = path.stat().st_size
    if size == 0:
        refuse(path, _("the file is empty"), _("Put the header row and the rows into it."))
    if size > MAX_BYTES and not text_of_any_size:
        _refuse_large(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    kind = _by_content(path, head)
    if size > MAX_BYTES and kind != "text":
        _refuse_large(path)
    if (problem := misnamed(kind, path.suffix)) is not None:
        refuse(path, *problem)
    return kind


def misnamed(kind: Kind, ending: str) -> tuple[str, str] | None:
    """Problem and remedy where a name ends as those of files of another kind do."""
    ending = ending.lower()
    known = ending in _OTHER_ENDINGS or any(ending in endings for endings in _ENDINGS.values())
    if not known or ending in _ENDINGS[kind] or (kind == "html" and ending == ".xls"):
        return None
    what = _("the name ends in {ending}, but this is {kind}")
    remedy = _("Rename it to end in {ending}, or save it again in the form you meant.")
    return (
        what.format(ending=ending, kind=_(_NAMES[kind])),
        remedy.format(ending=_ENDINGS[kind][0]),
    )


def _refuse_large(path: Path) -> NoReturn:
    refuse(
        path,
        _("the file is larger than {size} MB").format(size=MAX_BYTES >> 20),
        _("Split it into smaller files, and take pictures out."),
    )


def _by_content(path: Path, head: bytes) -> Kind:
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _in_archive(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _in_container(path)
    # Letters may begin a text as well: a table may have the heading BM, or speak of %PDF-.
    binary = _is_binary(head)
    if head.lstrip().startswith(b"%PDF-") or (b"%PDF-" in head[:1024] and _OBJECT.search(head)):
        return "pdf"
    if _RICH_TEXT.match(head):
        refuse(path, _("this is a document in RTF"), _("Save it as docx."))
    if head.startswith(_PACKED) or (binary and head.startswith(_PACKED_IN_LETTERS)):
        refuse(path, _("this is a packed archive"), _("Unpack it, and give the table in it."))
    picture = head.startswith(_PICTURES) or (binary and head.startswith(_PICTURES_IN_LETTERS))
    text = None if picture else leading_text(head)
    if text is None:
        refuse(
            path,
            _("this is not a table file"),
            _("Save the table as xlsx, or as CSV in UTF-8."),
        )
    return _in_text(path, text.lstrip())


def _is_binary(head: bytes) -> bool:
    """Whether this is no text, or in no encoding that keeps ASCII as it is."""
    begin = head[:_BEGIN]
    return len(_CONTROLS.findall(begin)) * _MIN_TEXT > len(begin)


def _in_archive(path: Path) -> Kind:
    from registry.intake.formats.archive import Archive

    archive = Archive(path)
    names = {name.lower() for name in archive.members}
    if "xl/workbook.bin" in names:
        refuse(path, _("this is a binary Excel workbook (xlsb)"), _("Save it as xlsx."))
    if any(name.startswith("xl/") and name.endswith(".xml") for name in names):
        return "xlsx"
    if any(name.startswith("word/") and name.endswith(".xml") for name in names):
        return "docx"
    if "mimetype" in archive.members:
        kind = archive.read("mimetype")
        if b"opendocument.spreadsheet" in kind:
            return "ods"
        if b"opendocument" in kind:
            refuse(path, _("this is an OpenDocument text"), _("Save it as docx."))
    if any(name.startswith("ppt/") for name in names):
        _presentation(path)
    return refuse(path, _("this is a packed archive"), _("Unpack it, and give the table in it."))


def _in_container(path: Path) -> Kind:
    from registry.intake.formats.errors import refuse_encrypted
    from registry.intake.formats.ole import Container
    from registry.intake.formats.xls import STREAMS

    streams = Container(path).streams
    if "EncryptedPackage" in streams:
        refuse_encrypted(path)
    if any(name in streams for name in STREAMS):
        return "xls"
    if "PowerPoint Document" in streams:
        _presentation(path)
    if "WordDocument" in streams:
        refuse(path, _("this is an old Word document (doc, wps)"), _("Save it as docx."))
    return refuse(
        path, _("this is not a table file"), _("Save the table as xlsx, or as CSV in UTF-8.")
    )


def _in_text(path: Path, text: str) -> Kind:
    if text.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in text and "<html" not in text.lower():
            refuse(
                path,
                _("this is an Excel workbook in the XML form of 2003"),
                _("Save it as xlsx."),
            )
        if _WEB_PAGE.search(text):
            return "html"
        if text.startswith("<?xml"):
            refuse(
                path,
                _("this is an XML file, of which no table is read"),
                _("Save the table as xlsx, or as CSV in UTF-8."),
            )
    if text.lower().startswith("mime-version:"):
        refuse(path, _("this is a web archive (mht)"), _("Save it as xlsx or as a web page."))
    meant_as_text = path.suffix.lower() in _ENDINGS["text"]
    if (_FIRMLY_RECORDS if meant_as_text else _RECORDS).match(text):
        return "json"
    # Damaged records are to be told as such, and not as a table of text.
    return "json" if path.suffix.lower() in _ENDINGS["json"] else "text"


def _presentation(path: Path) -> NoReturn:
    refuse(path, _("this is a presentation"), _("Copy the table into a workbook (xlsx)."))
