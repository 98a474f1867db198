"""The steps of `load annex`, one after another: understand, pair, decide, load."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.cli.listing import with_aliases
from registry.errors import RegistryError
from registry.files import atomic_write
from registry.intake.annex_list import resolve
from registry.intake.matching import Named, Pairing, near_duplicates, pair_up
from registry.intake.pair_decisions import Doubt, read_decisions
from registry.locale import _, list_separator
from registry.report.listing.load_report import LoadReport
from registry.store.annex_load import Decided, Origin, StoredItem, load_annex, stored_items
from registry.store.instrument import find_instrument, stored_instrument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry.intake.formats import Source
    from registry.intake.listing.listing import Listing
    from registry.model.vocabulary import Initiation, PowerType

_MOST_COMPARED = 20_000
"""Items among which near-duplicates are looked for: beyond that it would take minutes."""


class Loading:
    """One list on its way into one annex."""

    def __init__(
        self, conn: sqlite3.Connection, file: Path, annex: int, options: Mapping[str, Any]
    ) -> None:
        self.conn = conn
        self.annex = annex
        self.options = options
        self.no, id_ = find_instrument(conn, options["instrument"])
        self.source = options["source"] or file.name
        plain = stored_instrument(conn, self.no, options["provenance"], self.source)
        self.instrument, self.aliases = with_aliases(plain, options["aliases"])
        try:
            self.facts = self.instrument.annex_of(annex)
        except KeyError:
            raise RegistryError(
                _("{instrument} has no annex {annex}; it has: {annexes}.").format(
                    instrument=id_,
                    annex=annex,
                    annexes=list_separator().join(str(a.annex) for a in self.instrument.annexes),
                )
            ) from None
        self.stored = stored_items(conn, self.no, annex)
        self.pairing = Pairing()
        self.pairs: dict[int, Decided] = {}
        self.undecided: dict[Doubt, float] = {}

    def understand(
        self,
        source: Source,
        listing: Listing,
        initiations: Mapping[PowerType, Initiation],
        tick: Callable[[int, int], None],
    ) -> LoadReport:
        """Resolve the list's names, look for duplicates, and pair it with what is there."""
        found = resolve(listing, self.instrument, self.annex, initiations=initiations)
        named = [Named(item.name, item.power_type) for item in listing.items]
        report = LoadReport(source, self.facts, found)
        if len(named) <= _MOST_COMPARED:
            report.duplicates = near_duplicates(named)
        if self.options["replace"] and not found.faults:
            self.pairing = pair_up(
                [item.named for item in found.items], [s.named for s in self.stored], tick=tick
            )
        return report

    def decide(self, report: LoadReport) -> None:
        """Take sure pairs as they are; have doubtful ones decided through the workbook."""
        if not self.options["replace"]:
            report.added = len(report.found.items)
            return
        for pair in self.pairing.same:
            self.pairs[pair.left] = Decided(self.stored[pair.right].id, pair.score, "name")
        places = {item.place: i for i, item in enumerate(report.found.items)}
        doubts = {
            Doubt(report.found.items[p.left].place, self.stored[p.right].id): p.score
            for p in sorted(self.pairing.probable, key=lambda p: (p.left, -p.score, p.right))
        }
        workbook: Path | None = self.options["pairs"]
        if doubts and workbook and workbook.exists():
            for doubt, same in read_decisions(workbook, list(doubts)).items():
                if same:
                    decided = Decided(doubt.item, doubts[doubt], "person")
                    self.pairs[places[doubt.place]] = decided
        else:
            self.undecided = doubts
            if doubts and workbook:
                self._write_pairs(workbook, report)
        report.pairs = len(self.pairs)
        report.doubtful = len({doubt.place for doubt in self.undecided})
        report.added = len(report.found.items) - len(self.pairs) - report.doubtful
        report.retired = len(self.stored) - len(self.pairs)

    def refusals(self, report: LoadReport) -> list[str]:
        """What stands against loading."""
        if report.found.faults:
            rows = len({(f.sheet, f.row) for f in report.found.faults})
            return [_("{rows:,} rows can't be taken in as they are.").format(rows=rows)]
        if not report.found.items:
            return [_("The list holds no item.")]
        if report.loaded:
            return []
        if self.stored and not self.options["replace"] and not self.options["dry_run"]:
            return [
                _(
                    "Annex {annex} holds {n:,} items; --replace puts the list in their place."
                ).format(annex=self.annex, n=len(self.stored))
            ]
        if not self.undecided or (self.options["dry_run"] and not self.options["pairs"]):
            return []
        if self.options["pairs"]:
            return [
                _("{n:,} pairs are to be decided in {path}; then run this again.").format(
                    n=len(self.undecided), path=self.options["pairs"]
                )
            ]
        return [
            _(
                "{n:,} pairs are doubtful; --pairs FILE.xlsx writes them down for a decision."
            ).format(n=len(self.undecided))
        ]

    def ready(self, report: LoadReport) -> bool:
        """Whether nothing stands against loading."""
        return not self.refusals(report)

    def load(self, report: LoadReport, now: str) -> None:
        """Put the list into the file."""
        source = report.source
        origin = Origin(
            *(source.path, source.sha256, str(source.kind)),
            *(self.options["provenance"], self.source),
        )
        report.loaded = load_annex(
            *(self.conn, self.instrument, self.no, self.annex, report.found.items, self.pairs),
            origin,
            now=now,
            aliases=self.aliases,
        )

    def _write_pairs(self, path: Path, report: LoadReport) -> None:
        from registry.report.listing.pairs_xlsx import DoubtRow, pairs_workbook

        by_id: dict[str, StoredItem] = {item.id: item for item in self.stored}
        by_place = {item.place: item for item in report.found.items}
        rows = [
            DoubtRow(
                *(score, doubt.item, by_id[doubt.item].named.name),
                *(doubt.place, by_place[doubt.place].row.name),
                (by_id[doubt.item].departments, by_place[doubt.place].listed.department or ""),
                (by_id[doubt.item].named.power_type or "", by_place[doubt.place].row.power_type),
            )
            for doubt, score in self.undecided.items()
        ]
        title = _("Annex {annex}: pairs to be decided").format(annex=self.annex)
        atomic_write(path, pairs_workbook(rows, title))
