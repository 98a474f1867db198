"""One list on its way into one annex: resolve its names, pair its items, load or refuse it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import RegistryError
from registry.intake.annex_list import AnnexList, Candidate, resolve
from registry.intake.formats import Source
from registry.intake.matching import Named, Pair, Pairing, likeness, near_duplicates, pair_up
from registry.intake.pair_decisions import Doubt, PairSides, read_decisions
from registry.loading.item_changes import ItemChange, item_changes
from registry.loading.listing import Progress, with_aliases
from registry.loading.unstated_fields import keep_unstated
from registry.locale import _, list_separator
from registry.model.instrument import Annex
from registry.store.annex_load import (
    AnnexLoadResult,
    Origin,
    ReplacedItem,
    item_ids,
    load_annex,
    stored_items,
)
from registry.store.instrument import find_instrument
from registry.store.item_records import item_records
from registry.store.stored_instrument import stored_instrument

if TYPE_CHECKING:
    from registry.intake.listing.listing import Listing
    from registry.model.vocabulary import Initiation, PowerType, Provenance

_MAX_COMPARED = 20_000
"""Items among which near-duplicates are looked for: beyond that it would take minutes."""


class LoadRefused(RegistryError):
    """A list that was read, but can't be loaded: faults in it, or pairs yet to be decided."""

    def remarks(self) -> Iterator[str]:
        """That nothing was changed."""
        yield _("Nothing was changed.")


@dataclass(frozen=True)
class LoadOptions:
    """How a list is loaded. `instrument`: its id, None for the only one; `aliases`: texts like
    区经信局=市工业和信息化局; `pairs`: the workbook of doubtful pairs; `remember`: whether aliases
    are kept for later lists."""

    instrument: str | None
    provenance: Provenance
    source: str
    aliases: tuple[str, ...]
    replace: bool
    dry_run: bool
    pairs: Path | None
    remember: bool = False


@dataclass
class LoadReport:
    """What was read, found and done.

    `pairs`: None where nothing is replaced. `doubtful`: new items whose pairs a person has yet to
    decide; `undecided`: those pairs. `retired`: stored items without a pair, nor a doubtful one.
    `changes`: what the list does to each item. `duties`: id → Chinese and English name.
    `needs_replace`: a dry run of what only --replace would do. `loaded`: None where nothing was.
    """

    source: Source
    annex: Annex
    found: AnnexList
    duplicates: list[Pair] = field(default_factory=list)
    pairs: int | None = None
    doubtful: int = 0
    added: int = 0
    retired: int = 0
    undecided: list[UndecidedPair] = field(default_factory=list)
    changes: list[ItemChange] = field(default_factory=list)
    duties: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    needs_replace: bool = False
    loaded: AnnexLoadResult | None = None


@dataclass(frozen=True, slots=True)
class UndecidedPair:
    """A doubtful pair, for a person to decide: of the last two, the registry's and the list's."""

    score: float
    item: str
    old_name: str
    place: str
    new_name: str
    departments: tuple[str, str]
    power_types: tuple[str, str]


class AnnexLoad:
    """The steps, in the order of the methods; `report` makes the account that the others fill."""

    def __init__(self, conn: sqlite3.Connection, annex: int, options: LoadOptions) -> None:
        """Find the instrument and its annex. Raises RegistryError where there is none."""
        self._conn = conn
        self._options = options
        self._no, id_ = find_instrument(conn, options.instrument)
        stored = stored_instrument(conn, self._no, options.provenance, options.source)
        self.instrument, self._aliases = with_aliases(stored, options.aliases)
        try:
            self._annex = self.instrument.annex_of(annex)
        except KeyError:
            raise RegistryError(
                _("{instrument} has no annex {annex}; it has: {annexes}.").format(
                    instrument=id_,
                    annex=annex,
                    annexes=list_separator().join(str(a.annex) for a in self.instrument.annexes),
                )
            ) from None
        self._stored = stored_items(conn, self._no, annex)
        self._replacing = options.replace or (options.dry_run and bool(self._stored))
        self._initiations: Mapping[PowerType, Initiation] = {}
        self._pairing = Pairing()
        self._pairs: dict[int, ReplacedItem] = {}
        self._undecided: dict[Doubt, float] = {}

    def report(
        self,
        source: Source,
        listing: Listing,
        initiations: Mapping[PowerType, Initiation],
        on_progress: Progress,
    ) -> LoadReport:
        """Resolve the list's names, look for duplicates, and pair it with the stored items."""
        found = resolve(listing, self.instrument, self._annex.annex, initiations=initiations)
        named = [Named(item.name, item.power_type) for item in listing.items]
        report = LoadReport(source, self._annex, found)
        report.duties = {d.id: (d.name.zh, d.name.en) for d in self.instrument.duties}
        report.needs_replace = self._replacing and not self._options.replace
        self._initiations = initiations
        if len(named) <= _MAX_COMPARED:
            report.duplicates = near_duplicates(named)
        if self._replacing and not found.faults:
            self._pairing = pair_up(
                [item.named for item in found.items],
                [s.named for s in self._stored],
                tick=on_progress,
            )
        return report

    def decide_pairs(self, report: LoadReport) -> None:
        """Take sure pairs as they are, and others as the workbook decides; then work out what the
        list does to each item, with what it leaves open kept.

        Raises InputError for a workbook that can't be used or is not filled in.
        """
        items = report.found.items
        if self._replacing:
            self._pair(report)
            report.pairs = len(self._pairs)
            report.undecided = self._undecided_pairs(report)
        records = item_records(self._conn, self._no, self._annex.annex)
        for index, decided in self._pairs.items():
            items[index] = keep_unstated(
                *(items[index], records[decided.item], self._annex),
                official=self._options.provenance == "official",
                initiations=self._initiations,
            )
        report.found.derived = _derived(items, self._pairs)
        open_places = {doubt.place for doubt in self._undecided}
        open_items = {doubt.item for doubt in self._undecided}
        report.doubtful = len(open_places)
        report.added = len(items) - len(self._pairs) - report.doubtful
        report.retired = (
            len({s.id for s in self._stored} - {d.item for d in self._pairs.values()} - open_items)
            * self._replacing
        )
        if self._stored and not self._replacing:
            return  # it is going to be refused
        report.changes = item_changes(
            *(self._conn, self._no, items, records, self._pairs),
            ids=item_ids(
                self._conn, self.instrument, self._no, self._annex.annex, items, self._pairs
            ),
            undecided=(open_places, open_items),
            replacing=self._replacing,
        )

    def _pair(self, report: LoadReport) -> None:
        """Fill the pairs, and the doubtful ones that nobody has decided."""
        items, stored = report.found.items, self._stored
        sure = {Doubt(items[p.left].place, stored[p.right].id): p.score for p in self._pairing.same}
        doubts = {
            Doubt(items[p.left].place, stored[p.right].id): p.score
            for p in sorted(self._pairing.probable, key=lambda p: (p.left, -p.score, p.right))
        }
        decisions: dict[Doubt, bool] = {}
        workbook = self._options.pairs
        if workbook and workbook.exists():
            listed = {item.place: item.row.name for item in items}
            sides = PairSides(self._annex.annex, listed, [s.id for s in stored], frozenset(sure))
            decisions = read_decisions(workbook, list(doubts), sides)
        else:
            self._undecided = doubts
        affirmed = [doubt for doubt, yes in decisions.items() if yes]
        taken = {d.place for d in affirmed}, {d.item for d in affirmed}
        places = {item.place: i for i, item in enumerate(items)}
        names = {s.id: s.named.name for s in stored}
        for pair, score in sure.items():
            if pair in decisions or pair.place in taken[0] or pair.item in taken[1]:
                continue  # a person has said otherwise
            self._pairs[places[pair.place]] = ReplacedItem(pair.item, score, "name")
        for pair in affirmed:
            index = places[pair.place]
            score = doubts.get(pair) or likeness(items[index].row.name, names[pair.item])
            self._pairs[index] = ReplacedItem(pair.item, score, "person")

    def _undecided_pairs(self, report: LoadReport) -> list[UndecidedPair]:
        """The rows of a new workbook of pairs; none where a workbook has decided them."""
        by_id = {item.id: item for item in self._stored}
        by_place = {item.place: item for item in report.found.items}
        return [
            UndecidedPair(
                *(score, doubt.item, by_id[doubt.item].named.name),
                *(doubt.place, by_place[doubt.place].row.name),
                (by_id[doubt.item].departments, by_place[doubt.place].listed.department or ""),
                (by_id[doubt.item].named.power_type or "", by_place[doubt.place].row.power_type),
            )
            for doubt, score in self._undecided.items()
        ]

    def may_pair_by_hand(self, report: LoadReport) -> bool:
        """Whether a person might pair what names did not: rows on both sides are left over."""
        return bool(report.added and report.retired)

    def refusal(self, report: LoadReport) -> LoadRefused | None:
        """Why the list can't be loaded; None if it can."""
        options = self._options
        if report.found.faults:
            rows = len({(f.sheet, f.row) for f in report.found.faults})
            return LoadRefused(_("{rows:,} rows can't be taken in as they are.").format(rows=rows))
        if not report.found.items:
            return LoadRefused(_("The list holds no item."))
        if self._stored and not options.replace and not options.dry_run:
            return LoadRefused(
                _(
                    "Annex {annex} holds {n:,} items; --replace puts the list in their place."
                ).format(annex=self._annex.annex, n=len(self._stored))
            )
        if not self._undecided or (options.dry_run and not options.pairs):
            return None
        if options.pairs:
            return LoadRefused(
                _("{n:,} pairs are to be decided in {path}; then run this again.").format(
                    n=len(self._undecided), path=options.pairs
                )
            )
        return LoadRefused(
            _(
                "{n:,} pairs are doubtful; --pairs FILE.xlsx writes them down for a decision."
            ).format(n=len(self._undecided))
        )

    def load(self, report: LoadReport, now: str) -> None:
        """Put the list into the file, in one transaction. `now`: the time, in ISO's form."""
        source, options = report.source, self._options
        origin = Origin(
            *(source.path, source.sha256, str(source.kind), options.provenance, options.source)
        )
        report.loaded = load_annex(
            *(self._conn, self.instrument, self._no, self._annex.annex),
            *(report.found.items, self._pairs, origin),
            now=now,
            aliases=self._aliases if options.remember else None,
        )


def _derived(
    items: Sequence[Candidate], pairs: Container[int]
) -> dict[tuple[PowerType, Initiation], int]:
    """How many new items had their initiation read from their type."""
    return dict(
        Counter(
            (item.row.power_type, item.row.initiation)
            for index, item in enumerate(items)
            if index not in pairs and "initiation" not in item.stated
        )
    )
