"""Lists of services and of zones' contacts, in whatever form an office has them -> what they state.

A table that names items is of services; one that names zones alone is of contacts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from registry.intake.formats import read_source
from registry.intake.formats.file_kind import Source
from registry.intake.grid import Sheet
from registry.intake.header import Header, Vocabulary, find_header
from registry.intake.listing.cleaning import clean, is_nothing
from registry.intake.listing.fields import header_key
from registry.intake.platform.fields import HEADERS as PLATFORM_HEADERS
from registry.intake.platform.fields import ITEM_FIELDS
from registry.intake.platform.names import Bodies, Items, Known
from registry.intake.problems import ProblemLog, refuse
from registry.locale import _, list_separator
from registry.model.service import CONTACT_FIELDS, SERVICE_FIELDS, ContactRow, ServiceRow
from registry.model.vocabulary import Provenance
from registry.validation import explain

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    **{name: PLATFORM_HEADERS["cases"][name] for name in sorted(ITEM_FIELDS)},
    "zone": (
        *(
            "承接主体",
            "开发区",
            "功能区",
            "实施主体",
            "实施机构",
            "办理机构",
            "受理机构",
            "受理单位",
        ),
        *("承接单位", "管委会", "zone_name"),
    ),
    "guide_url": ("服务指南", "办事指南", "服务指南网址", "办事指南网址", "指南链接", "guide"),
    "apply_url": (
        *("办理入口", "在线办理", "网上办理", "网上办理地址", "在线办理入口", "办理地址网址"),
        *("申报入口", "办理链接", "apply"),
    ),
    "address": ("办理地点", "办理地址", "受理地点", "办公地址", "地址", "窗口地址"),
    "hours": ("办理时间", "办公时间", "工作时间", "受理时间", "办事时间"),
    "consult_phone": (*("咨询电话", "咨询方式", "咨询服务电话", "联系电话", "电话", "consult"),),
    "complaint_phone": ("投诉电话", "监督电话", "监督投诉电话", "投诉方式", "complaint"),
    "time_limit": ("承诺时限", "承诺办结时限", "办理时限", "办结时限", "法定时限", "法定办结时限"),
    "fee": ("收费", "收费标准", "是否收费", "收费情况", "费用"),
    "provenance": ("来源性质", "来源"),
    "source": ("出处", "数据出处", "资料来源"),
}
"""Field → names of columns, those that are preferred first; its own is taken too."""

_VALUES: Final = frozenset(SERVICE_FIELDS)


def _recogniser() -> Callable[[str], tuple[str, int] | None]:
    known = {
        header_key(name): (column, rank)
        for column, names in reversed(_COLUMNS.items())
        for rank, name in reversed([*enumerate((*names, column))])
    }
    return lambda header: known.get(header_key(header))


def _is_whole(fields: frozenset[str]) -> bool:
    return bool(fields & _VALUES) and "zone" in fields


_VOCABULARY: Final[Vocabulary[str]] = Vocabulary(_recogniser(), _is_whole, strict=True)


class ServiceEntry(NamedTuple):
    """What a row states. `item` None: of the zone itself. Numbers are the registry's own."""

    item: int | None
    zone: int
    values: Mapping[str, str | None]
    provenance: Provenance
    source: str

    @property
    def is_empty(self) -> bool:
        """Whether it states nothing."""
        return not any(self.values.values())


class Origin(NamedTuple):
    """Where rows come from that don't say so themselves. `source` None: each has to."""

    provenance: Provenance
    source: str | None


@dataclass
class ServiceList:
    """What a file states, in its order, each item and zone once. `unused`: headers of columns that
    are not read; `passed_over`: rows of provenances that are not taken."""

    file: Source
    services: list[ServiceEntry] = field(default_factory=list)
    contacts: list[ServiceEntry] = field(default_factory=list)
    unused: tuple[str, ...] = ()
    passed_over: int = 0


def read_services(
    path: Path,
    known: Known,
    origin: Origin,
    *,
    accepted: Collection[Provenance],
    instrument: str | None = None,
) -> ServiceList:
    """Read every table of a file that is understood.

    `instrument`: id of the one whose items are meant; None: of all. Raises InputError with every
    problem, or where no table is understood.
    """
    source, sheets = read_source(path)
    reader = _Reader(path, known, origin, accepted, instrument)
    found = ServiceList(source)
    unused: dict[str, None] = {}
    understood = 0
    for sheet in sheets:
        header = None if sheet.hidden else find_header(sheet, _VOCABULARY)
        if header is None:
            continue
        understood += 1
        unused |= dict.fromkeys(c.header for c in header.columns if c.field is None)
        for entry in reader.rows(sheet, header):
            (found.contacts if entry.item is None else found.services).append(entry)
    if not understood:
        refuse(
            path,
            _("no table of it has a header that is understood"),
            _("Columns are: {columns}.").format(
                columns=list_separator().join(
                    names[0] for name, names in _COLUMNS.items() if name not in ITEM_FIELDS
                )
            ),
        )
    reader.log.close()
    found.unused, found.passed_over = tuple(unused), reader.passed_over
    return found


class _Reader:
    """Turns rows into entries, and collects what is wrong with them."""

    def __init__(
        self,
        path: Path,
        known: Known,
        origin: Origin,
        accepted: Collection[Provenance],
        instrument: str | None,
    ) -> None:
        self.log = ProblemLog(path)
        self.passed_over = 0
        self._origin = origin
        self._accepted = accepted
        self._bodies = Bodies(known)
        self._items = Items(known, instrument)
        self._zones = {item.no: item.zones for item in known.items}
        self._seen: dict[tuple[int | None, int], int] = {}

    def rows(self, sheet: Sheet, header: Header[str]) -> Iterator[ServiceEntry]:
        columns = {name: column.index for name, column in header.fields.items()}
        model = ServiceRow if ITEM_FIELDS & columns.keys() else ContactRow
        for index in range(header.last + 1, len(sheet.rows)):
            cells = sheet.rows[index]
            texts = {
                name: text
                for name, column in columns.items()
                if column < len(cells) and (text := _text(name, cells[column]))
            }
            if index in sheet.hidden_rows or not texts:
                continue
            entry = self._entry(texts, model, sheet.number(index), sheet.name)
            if entry is not None:
                yield entry

    def _entry(
        self, texts: dict[str, str], model: type[ContactRow], row: int, sheet: str | None
    ) -> ServiceEntry | None:
        item_texts = {name: texts.pop(name, "") for name in ITEM_FIELDS}
        zone_text = texts.pop("zone", "")
        try:
            stated = model.model_validate(texts)
        except ValidationError as failure:
            for error in failure.errors(include_url=False):
                self.log.add(*explain(error), row, str(error["loc"][0]), sheet)
            return None
        provenance = stated.provenance or self._origin.provenance
        if provenance not in self._accepted:
            self.passed_over += 1  # whatever it names may have been passed over as well
            return None
        zone = self._zone(zone_text, row, sheet)
        item = self._item(item_texts, zone, row, sheet) if model is ServiceRow else None
        if zone is None or (model is ServiceRow and item is None):
            return None
        source = stated.source or self._origin.source
        if source is None:
            self.log.add(
                _("the row does not say where it comes from"),
                _("Fill in the column source, or name the list with --source."),
                *(row, "source", sheet),
            )
            return None
        earlier = self._seen.setdefault((item, zone), row)
        if earlier != row:
            self.log.add(
                _("the same is stated in row {row} already").format(row=earlier),
                _("Keep one of them."),
                *(row, "zone", sheet),
            )
            return None
        names = SERVICE_FIELDS if model is ServiceRow else CONTACT_FIELDS
        values = {name: getattr(stated, name) for name in names}
        return ServiceEntry(item, zone, values, provenance, source)

    def _zone(self, text: str, row: int, sheet: str | None) -> int | None:
        zone = self._bodies[text].zone
        if zone is None:
            what = _("no zone is called {name}").format(name=text) if text else ""
            self.log.add(
                what or _("the cell is empty"),
                _("Give a zone's name, short name or id."),
                *(row, "zone", sheet),
            )
        return zone

    def _item(
        self, texts: Mapping[str, str], zone: int | None, row: int, sheet: str | None
    ) -> int | None:
        order = ("implementation_code", "basic_code", "item_code", "item_name")
        codes = [texts[name] for name in order]
        found = self._items[codes[0], codes[1], codes[2], codes[3], zone]
        shown = next(filter(None, reversed(codes)), "")
        if found.item is None:
            self.log.add(
                _("“{name}” names no item for certain").format(name=shown),
                _("Give its id, a code of it, or its name as listed."),
                *(row, next((name for name in reversed(order) if texts[name]), order[-1]), sheet),
            )
        elif zone is not None and zone not in self._zones[found.item]:
            self.log.add(
                _("“{name}” is not conferred on this zone").format(name=shown),
                _("Correct the item or the zone, or take the row out."),
                *(row, "zone", sheet),
            )
            return None
        return found.item


def _text(name: str, cell: str) -> str:
    """A cell's text; nothing where it says that it says nothing: of a fee, 无 says something."""
    text = clean(cell) if name not in ("guide_url", "apply_url") else cell.strip()
    return "" if is_nothing(text) and name != "fee" else text
