"""Cases of a platform, put into a registry by SQL: as files would bring them."""

from __future__ import annotations

import sqlite3
from itertools import count

from registry.store.log.changes import data_digest

_BODIES = {
    "accepted_zone": "zone",
    "decided_zone": "zone",
    "seal_zone": "zone",
    "accepted_department": "department",
    "decided_department": "department",
    "seal_department": "department",
}


class PlatformCases:
    """Adds loads and cases to the file behind a connection; numbers of cases are A1, A2 …"""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self._numbers = count(1)
        conn.execute("INSERT OR IGNORE INTO platform_source (name) VALUES ('平台')")

    def load(
        self, from_on: str | None, to_on: str | None, provenance: str = "official", **more: object
    ) -> int:
        """Add a load of a file of cases that covers these days; its number."""
        values = {
            **{"kind": "cases", "source": 1, "loaded_on": to_on or "2022-06-30"},
            **{"from_on": from_on, "to_on": to_on, "rows_read": 0, "rows_kept": 0},
            **{"content_digest": "0", "provenance": provenance, **more},
        }
        return self._insert("platform_load", values)

    def add(self, item: str | None, load: int = 1, **fields: object) -> str:
        """Add a case of an item by its id, None: of none that is known; its number.

        Bodies are given by their ids, as `accepted_zone`; other fields are columns of case_record.
        """
        number = f"A{next(self._numbers)}"
        values = {"load": load, "line": 1, "source": 1, "number": number, **fields}
        values["item"] = self._no("item", item)
        values.setdefault("matched", "none" if item is None else "code")
        for column, table in _BODIES.items():
            if column in values:
                values[column] = self._no(table, values[column])
        self._insert("case_record", values)
        return number

    def decided(self, item: str, zone: str, accepted: str, decided: str, **fields: object) -> str:
        """Add a case that a zone accepted and decided; who decided may be given otherwise."""
        by = {} if "decided_department" in fields else {"decided_zone": zone}
        dates = {"accepted_on": accepted, "decided_on": decided}
        values = {"accepted_zone": zone, **dates, "result": "办结", **by, **fields}
        return self.add(item, **values)  # type: ignore[arg-type]

    def audit(self, as_of: str, *rules: str, filters: str = "") -> int:
        """Store an audit of some rules on the data as it is, that found nothing; its number."""
        values = {"as_of": as_of, "started_at": f"{as_of}T09:00:00", "instrument": "测试"}
        values |= {
            "filters": filters,
            "data_digest": data_digest(self.conn),
            "rules_digest": "0",
            "examined": "1",
        }
        columns = {row[1] for row in self.conn.execute("PRAGMA table_info(run)")}
        run = self._insert("run", values | dict.fromkeys(columns & {"outcome_digest"}, "0"))
        for rule in rules:
            self.conn.execute(
                "INSERT INTO run_rule VALUES (?, ?, 'rule', '0', 1, 0, 0, 0, 0)", (run, rule)
            )
        return run

    def finding(self, run: int, item: str, zone: str, *numbers: str, **changes: object) -> None:
        """Store a finding on cases: an alarm of CSE001 on the delegation."""
        (instrument,) = self.conn.execute(
            "SELECT ins.id FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
            " WHERE i.id = ?",
            (item,),
        ).fetchone()
        values = {
            **{"run": run, "fingerprint": f"f-{'-'.join(numbers)}-{len(changes)}"},
            **{"code": "CSE001", "severity": "high", "status": "alarm", "instrument": instrument},
            **{"subject_type": "delegation", "subject_id": f"{item}-{zone}", "item": item},
            **{"zone": zone, "owed_by": zone, "message_zh": "", "message_en": ""},
            **{"provenance": "official", "waived": 0, **changes},
        }
        self._insert("finding", values)
        for position, number in enumerate(numbers, 1):
            row = (run, values["fingerprint"], position, number)
            self.conn.execute("INSERT INTO finding_case VALUES (?, ?, ?, ?)", row)

    def _no(self, table: str, id_: object) -> int | None:
        row = self.conn.execute(f"SELECT no FROM {table} WHERE id = ?", (id_,)).fetchone()
        return int(row[0]) if row else None

    def _insert(self, table: str, values: dict[str, object]) -> int:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        cursor = self.conn.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values())
        )
        return int(cursor.lastrowid or 0)
