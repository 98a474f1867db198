"""What a list leaves open of an item that it replaces stays as it was; on an official row, marked.

A value that contradicts what the list does state is not kept: an article of another law, the
initiation of another type of power, a scope that rested on another remark.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any, Final

from registry.intake.annex_list import INITIATION_NOTE, Candidate
from registry.intake.item_scope import scope_of
from registry.intake.legal_basis import law_key
from registry.model.instrument import Annex
from registry.model.vocabulary import ITEM_FIELDS, ItemField, PowerType
from registry.store.item_records import ItemRecord

_INDEPENDENT: Final[tuple[ItemField, ...]] = (
    *("legal_level", "reform_mode", "basic_code", "implementation_code"),
)
_OF_LAW: Final[tuple[ItemField, ...]] = ("law_version", "article")
_NOTE_BEGINS: Final = INITIATION_NOTE.partition("，")[0]


def keep_unstated(
    candidate: Candidate,
    before: ItemRecord,
    annex: Annex,
    *,
    official: bool,
    initiations: Container[PowerType] = (),
) -> Candidate:
    """The list's item, with what the list leaves open as it was before.

    `official`: whether the list is; fields whose value then is no official list's are `unofficial`.
    `initiations`: types of which a person said how they are set in motion, which goes before what
    was.
    """
    merger = _Merger(candidate, before, annex)
    merger.merge(initiations)
    unofficial = merger.unofficial if official else set()
    return replace(
        candidate,
        row=candidate.row.model_copy(update=merger.values),
        departments=merger.departments,
        zones=merger.zones,
        scope_basis=merger.scope_basis,
        unofficial=tuple(field for field in ITEM_FIELDS if field in unofficial),
    )


class _Merger:
    def __init__(self, candidate: Candidate, before: ItemRecord, annex: Annex) -> None:
        self._candidate = candidate
        self._row = candidate.row
        self._before = before
        self._annex = annex
        self.values: dict[str, Any] = {}
        self.departments = candidate.departments
        self.zones = candidate.zones
        self.scope_basis = candidate.scope_basis
        self.unofficial: set[ItemField] = set()

    def merge(self, initiations: Container[PowerType]) -> None:
        """Decide field by field."""
        stated, before = self._candidate.stated, self._before
        for field in _INDEPENDENT:
            if field not in stated:
                self._keep(field)
        self._merge_law()
        if "department" not in stated and before.departments:
            self.departments = before.departments
            self._mark("department")
        if "zones" not in stated and before.zones:
            if set(before.zones) != set(self.zones):
                self._mark("zones")
            self.zones = before.zones
        self._merge_initiation(initiations)
        # A remark tells which part is conferred: of the whole there is none.
        if "remark" not in stated and not ("scope" in stated and self._row.scope == "全部"):
            self._keep("remark")
        if "scope" not in stated:
            self._merge_scope()

    def _merge_law(self) -> None:
        stated, law = self._candidate.stated, self._before.values["law"]
        if "law" not in stated:
            self._keep("law")
        elif law_key(self._row.law) != law_key(law):
            return
        for field in _OF_LAW:
            if field not in stated:
                self._keep(field)

    def _merge_initiation(self, initiations: Container[PowerType]) -> None:
        note = self._before.values["our_note"]
        kept = None if note is None or note.startswith(_NOTE_BEGINS) else note
        if "initiation" in self._candidate.stated:
            self.values["our_note"] = kept
            return
        kind = self._row.power_type
        if kind in initiations or kind != self._before.values["power_type"]:
            self.unofficial.add("initiation")
            return
        self._keep("initiation")
        self.values["our_note"] = note

    def _merge_scope(self) -> None:
        """The scope of the whole annex, if the instrument states one; else what it was, unless it
        rested on a remark that the list does not have; else read from the remark."""
        if self._annex.default_scope:
            return
        before = self._before.values
        remark = self.values.get("remark", self._row.remark)
        read, basis = scope_of(None, remark, self._annex)
        same = "remark" not in self._candidate.stated or remark == before["remark"]
        if before["scope"] and (same or read is None or read == before["scope"]):
            self._keep("scope")
            self.scope_basis = before["scope_basis"]
            return
        self.values["scope"], self.scope_basis = read, basis
        if read:
            self.unofficial.add("scope")

    def _keep(self, field: ItemField) -> None:
        value = self._before.values[field]
        if value is not None:
            self.values[field] = value
            self._mark(field)

    def _mark(self, field: ItemField) -> None:
        if not self._before.is_official(field):
            self.unofficial.add(field)
