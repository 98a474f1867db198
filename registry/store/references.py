"""References: what several instruments may have under one id, told apart as INSTRUMENT:ID.

The full form names the instrument, as `city-2021-8:1-07`. The short form is the id alone: it is
taken, and shown, wherever only one instrument has it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cached_property
from typing import Final

from registry.errors import RegistryError
from registry.locale import _, enumerated
from registry.store.instrument import instrument_ids
from registry.store.views import view_texts

_SEPARATORS: Final = (":", "：")
_Holders = Callable[[str], list[str]]

_ZONES: Final = """
  (SELECT instrument, zone FROM instrument_zone
   UNION SELECT i.instrument, d.zone FROM delegation AS d JOIN item AS i ON i.no = d.item
     WHERE d.effect IS NOT NULL
   UNION SELECT i.instrument, p.zone FROM period AS p
     JOIN delegation_period AS dp ON dp.period = p.no
     JOIN delegation AS d ON d.no = dp.delegation JOIN item AS i ON i.no = d.item
     WHERE p.zone IS NOT NULL)
"""
"""The zones of an instrument: those that it names, that joined it later, or took over from them.
View instrument_zones has the same; this one is quick where few joined."""

_ITEMS: Final = """
  SELECT instrument, id AS subject FROM item
  UNION SELECT i.instrument, i.id || '-' || z.id
    FROM delegation AS d JOIN item AS i ON i.no = d.item JOIN zone AS z ON z.no = d.zone
"""
DELEGATION_CALLED: Final = """
  SELECT ins.no AS instrument_no, ins.id AS instrument, i.no AS item_no, d.no AS delegation_no
  FROM item AS i
  CROSS JOIN instrument AS ins
  CROSS JOIN zone AS z
  CROSS JOIN delegation AS d
  WHERE substr(:id, 1, length(i.id) + 1) = i.id || '-' AND ins.no = i.instrument
    AND z.id = substr(:id, length(i.id) + 2) AND d.item = i.no AND d.zone = z.no
"""
"""The delegations of an id: found by its parts, for there may be a million to compare it with."""

_HOLDERS_OF_ITEM: Final = f"""
  SELECT ins.no, ins.id FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument
  WHERE i.id = :id
  UNION SELECT instrument_no, instrument FROM ({DELEGATION_CALLED})
  ORDER BY 1
"""
_OTHERS: Final = f"""
  SELECT instrument, number AS subject FROM agreement
  UNION SELECT a.instrument, a.number || '/' || i.id
    FROM agreement AS a JOIN agreement_item AS ai ON ai.agreement = a.no
    JOIN item AS i ON i.no = ai.item
  UNION SELECT iz.instrument, z.id FROM {_ZONES} AS iz JOIN zone AS z ON z.no = iz.zone
  UNION SELECT iz.instrument, z.id || '/' || dep.id
    FROM {_ZONES} AS iz JOIN zone AS z ON z.no = iz.zone
    JOIN (SELECT DISTINCT i.instrument AS instrument, x.department AS department
          FROM item_department AS x JOIN item AS i ON i.no = x.item) AS own
      ON own.instrument = iz.instrument
    JOIN department AS dep ON dep.no = own.department
  UNION SELECT instrument, id FROM duty
  UNION SELECT instrument, 'annex:' || annex FROM annex
  UNION SELECT instrument, 'effect:' || position FROM effect
  UNION SELECT no, id FROM instrument
  UNION SELECT i.instrument, e.body
    FROM body_event AS e JOIN department_line_days AS l ON l.since <= e.on_day
    JOIN department AS gone ON gone.no = l.relative_no AND gone.id = e.body
    JOIN item_department AS x ON x.department = l.department_no JOIN item AS i ON i.no = x.item
    WHERE e.kind = 'department' AND e.what <> 'renamed'
  UNION SELECT g.instrument, z.id || '/' || dep.id || '/' || g.kind || '/' || g.raised_on
    FROM guidance_request AS g JOIN zone AS z ON z.no = g.zone
    JOIN department AS dep ON dep.no = g.department
  UNION SELECT du.instrument,
         du.id || '/' || coalesce(z.id, '*') || '/' || dv.done_on || '/' || dv.covers
    FROM deliverable AS dv JOIN duty AS du ON du.no = dv.duty
    LEFT JOIN zone AS z ON z.no = dv.zone
"""
"""Everything but items and delegations that a rule can name as its subject."""

_SUBJECTS: Final = f"{_ITEMS} UNION {_OTHERS}"
"""Everything that a rule can name as its subject, once for each instrument that has it."""

_TWINS: Final = """
  SELECT one.id AS id, one.no AS item, twin.no AS twin
  FROM instrument AS other
  CROSS JOIN item AS one ON one.instrument < other.no
  JOIN item AS twin ON twin.instrument = other.no AND twin.id = one.id
"""
"""Items of two instruments that have one id."""

_SHARED: Final = f"""
  WITH twins AS MATERIALIZED ({_TWINS})
  SELECT id FROM twins
  UNION SELECT t.id || '-' || z.id
    FROM twins AS t
    JOIN delegation AS d ON d.item = t.item
    JOIN delegation AS e ON e.item = t.twin AND e.zone = d.zone
    JOIN zone AS z ON z.no = d.zone
  UNION SELECT subject FROM ({_OTHERS}) GROUP BY subject HAVING count(*) > 1
"""
_PAIRS: Final = f"""
  SELECT iz.instrument, z.id || '/' || dep.id AS subject
  FROM {_ZONES} AS iz JOIN zone AS z ON z.no = iz.zone CROSS JOIN department AS dep
  UNION ALL SELECT i.instrument, i.id || '-' || z.id FROM item AS i CROSS JOIN zone AS z
  UNION ALL SELECT ins.no, 'L-' || l.no FROM instrument AS ins CROSS JOIN platform_load AS l
  UNION ALL SELECT (SELECT min(no) FROM instrument), src.name || '/' || a.login
    FROM account AS a JOIN platform_load AS l ON l.no = a.load
    JOIN platform_source AS src ON src.no = l.source
"""
"""What is looked at where nothing else has the id: zones and departments that have nothing to do
with each other, as old waivers may name them; what a zone did or may on the platform without any
delegation; files of the platform, and its accounts."""


class UnknownReference(RegistryError):
    """What no instrument has, or not the one that was named."""


class AmbiguousReference(RegistryError):
    """An id that several instruments have, without the instrument."""


def full_reference(instrument: str, id: str) -> str:
    """INSTRUMENT:ID."""
    return f"{instrument}:{id}"


class References:
    """The references of one file: which ids have to name their instrument.

    `instruments`: ids of the instruments, in their order.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self.instruments: tuple[str, ...] = tuple(instrument_ids(conn))

    @property
    def several(self) -> bool:
        """Whether the file has several instruments."""
        return len(self.instruments) > 1

    def shown(self, instrument: str, id: str) -> str:
        """The reference as people read it: short where one instrument alone has the id.

        What is no id, NULL, stays as it is.
        """
        return full_reference(instrument, id) if id in self.shared else id

    def shown_list(self, instrument: str, ids: str) -> str:
        """The same of ids that are joined by `;`. A whole annex stays as it is."""
        if not self.shared or ids.startswith("annex:"):
            return ids
        return ";".join(self.shown(instrument, id_) for id_ in ids.split(";"))

    def split(self, text: str) -> tuple[str | None, str]:
        """Instrument and id of a reference; None where it names none."""
        for separator in _SEPARATORS:
            instrument, found, id_ = text.partition(separator)
            if found and instrument.strip() in self.instruments:
                return instrument.strip(), id_.strip()
        return None, text.strip()

    def holders(self, id: str) -> list[str]:
        """The instruments that have a subject of that id."""
        return self._holders(_SUBJECTS, id) or self._holders(_PAIRS, id)

    def _holders_of_item(self, id: str) -> list[str]:
        return [of for _no, of in self._conn.execute(_HOLDERS_OF_ITEM, {"id": id})]

    def resolve(self, text: str, instrument: str | None = None) -> tuple[str, str]:
        """Instrument and id of a subject, by its reference or, of `instrument`, its id.

        Raises UnknownReference, and AmbiguousReference for an id that several instruments have.
        """
        return self._resolve(text, instrument, self.holders)

    def resolve_item(self, text: str, instrument: str | None = None) -> tuple[str, str]:
        """The same of items and delegations alone."""
        return self._resolve(text, instrument, self._holders_of_item)

    def _resolve(self, text: str, instrument: str | None, holders: _Holders) -> tuple[str, str]:
        named, id_ = self.split(text)
        if named and instrument and named != instrument:
            raise UnknownReference(
                _("{reference} is of another instrument than {id}").format(
                    reference=text, id=instrument
                ),
                _("Name one instrument."),
            )
        wanted = named or instrument
        found = holders(id_)
        if wanted is not None and wanted in found:
            return wanted, id_
        if wanted is None and len(found) == 1:
            return found[0], id_
        if not found or wanted is not None:
            raise UnknownReference(_("there is nothing called {reference}").format(reference=text))
        raise AmbiguousReference(
            _("several instruments have {id}").format(id=id_),
            _("Name one of them: {known}.").format(
                known=enumerated([full_reference(one, id_) for one in found])
            ),
        )

    @cached_property
    def shared(self) -> frozenset[str]:
        """Ids of items, delegations, agreements and other subjects that several instruments have.

        Read when it is first asked for: it takes every item of the file.
        """
        if not self.several:
            return frozenset()
        rows = self._conn.execute(_SHARED)
        return frozenset(subject for (subject,) in rows)

    def _holders(self, subjects: str, id: str) -> list[str]:
        rows = self._conn.execute(
            "SELECT DISTINCT ins.no, ins.id"
            f" FROM (SELECT instrument FROM ({subjects}) WHERE subject = ?) AS s"
            " JOIN instrument AS ins ON ins.no = s.instrument ORDER BY ins.no",
            (id,),
        )
        return [id_ for _no, id_ in rows]


def show_references(conn: sqlite3.Connection) -> None:
    """Have the temporary views `items` and `delegations` give ids as people read them.

    As the public file has them, so that a query gives the same on both. The caller has made the
    views (`create_shadow_views`).
    """
    references = References(conn)
    if not references.shared:
        return
    conn.create_function("shown", 2, references.shown, deterministic=True)
    for view, ids in {
        "items": ("id", "parent"),
        "delegations": ("id", "item", "agreement"),
    }.items():
        cursor = conn.execute(f"SELECT * FROM {view} LIMIT 0")
        columns = ", ".join(
            f"shown(instrument, {name}) AS {name}" if name in ids else name
            for name, *_rest in cursor.description
        )
        conn.execute(f"DROP VIEW temp.{view}")
        conn.execute(f"CREATE TEMP VIEW {view} AS SELECT {columns} FROM ({view_texts()[view]})")
