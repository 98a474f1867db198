"""A row in what a registry fills with time: audits, lists of licences, accounts, the log."""

from __future__ import annotations

import json
import sqlite3

from tests.audit.platform_files import Platform

_ROWS = """
INSERT INTO run VALUES (1, '2021-06-30', '2021-06-30T09:00:00', '', '', 'a', 'b', 3, NULL);
INSERT INTO run_rule VALUES (1, 'CAT006', 'missing-legal-basis', 'c', 1, 0, 1, 0, 1);
INSERT INTO finding VALUES (1, 'f1', 'CAT006', 'low', 'alarm', 'test-1', 'item', '1-01',
  '1-01', NULL, NULL, 'office', NULL, NULL, NULL, NULL, NULL, '一', 'one', 'official', 0);
INSERT INTO finding_owed_by VALUES (1, 'f1', 1, 'office');
INSERT INTO licence_list VALUES (1, '清单', '2021-01-01', 'official');
INSERT INTO licence SELECT 1, no, name, name_key, basic_code FROM item WHERE no % 2 = 0;
INSERT INTO power (no, name, power_type, provenance, source)
  VALUES (1, '权力', '行政许可', 'official', '测试'), (2, '旧权力', '行政许可', 'official', '测试');
UPDATE power SET voided_on = '2021-05-01', voided_why = '重复', voided_by = '某人' WHERE no = 2;
INSERT INTO item_power SELECT no, 1 + no % 2, '2021-05-01T09:00:00', '某人' FROM item WHERE no < 5;
INSERT INTO checkpoint VALUES (1, 2, 300, 'd', '2021-05-02T09:00:00', '{}');
INSERT INTO recorded_row SELECT 'agreement', no, '2021-06-20' FROM agreement;
INSERT INTO recorded_row SELECT 'deliverable', no, '2021-05-20' FROM deliverable;
INSERT INTO recorded_row SELECT 'guidance_request', no, '2021-07-20' FROM guidance_request;
INSERT INTO ledger_import VALUES (1, '2021-06-01T09:00:00', 'a.xlsx', 'e');
INSERT INTO annex_load SELECT 1, instrument, annex, '2021-06-01T09:00:00', 'b.xlsx', 'f',
  'official', '测试' FROM annex LIMIT 1;
INSERT INTO item_listing SELECT no, 1, 'B3', name, NULL FROM item LIMIT 1;
UPDATE agreement SET voided_on = '2021-06-01', voided_why = '重复', voided_by = '某人'
  WHERE no = (SELECT max(no) FROM agreement);
"""
_LOGGED = {
    "item_change": [1, 1, "1-01", "replaced", "旧名", 0.87, "person", '{"name": "旧名"}'],
    "ledger_change": [1, 1, "agreements", "示例1", "expires_on", None, "2022-05-01"],
}


def fill(conn: sqlite3.Connection) -> None:
    """Put a row at least into whatever a new registry leaves empty, beside its cases."""
    conn.executescript(_ROWS)
    (seq,) = conn.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()
    for table, row in _LOGGED.items():
        seq += 1
        entry = {"seq": seq, "table": table, "op": "set", "row": row}
        body = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        conn.execute("INSERT INTO entry (seq, body) VALUES (?, ?)", (seq, body))
    platform = Platform(conn, source="另一平台")
    platform.account("wang", "收件岗", "审批岗", people=2, last_login_on=None)
    platform.account("li", "受理岗", zone=None, unknown_roles=1)
