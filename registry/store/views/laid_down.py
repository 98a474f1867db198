"""The temporary tables in which an audit lays views down that many queries read."""

from __future__ import annotations

import re
from typing import Final

STATE_VIEW: Final = "obligation_state"
TOTAL_COLUMNS: Final = """(
      duty_no INTEGER NOT NULL,
      item_no INTEGER,
      zone_no INTEGER,
      status TEXT NOT NULL,
      obligations INTEGER NOT NULL
    )"""
STATE_COLUMNS: Final = """(
      duty_no INTEGER NOT NULL,
      delegation_no INTEGER NOT NULL,
      status TEXT NOT NULL,
      item_no INTEGER NOT NULL,
      zone_no INTEGER NOT NULL,
      due_on TEXT,
      certainty TEXT,
      met_on TEXT,
      PRIMARY KEY (duty_no, delegation_no)
    ) WITHOUT ROWID"""

MATERIALISED: Final = {
    "period_deadlines": """(
      duty_no INTEGER NOT NULL,
      start_on TEXT NOT NULL,
      due_on TEXT,
      certainty TEXT,
      PRIMARY KEY (duty_no, start_on)
    ) WITHOUT ROWID""",
    "departments": """(
      department_no INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      short_name TEXT NOT NULL,
      provenance TEXT NOT NULL,
      source TEXT NOT NULL
    )""",
    "zones": """(
      zone_no INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      short_name TEXT NOT NULL,
      provenance TEXT NOT NULL,
      source TEXT NOT NULL
    )""",
    "department_successions": """(
      department_no INTEGER NOT NULL,
      current_no INTEGER,
      department TEXT NOT NULL,
      current TEXT,
      UNIQUE (department_no, current_no),
      UNIQUE (current_no, department_no)
    )""",
    "department_lines": """(
      department_no INTEGER NOT NULL,
      relative_no INTEGER NOT NULL,
      department TEXT NOT NULL,
      PRIMARY KEY (department_no, relative_no)
    ) WITHOUT ROWID""",
    "zone_holders": """(
      zone_no INTEGER NOT NULL,
      holder_no INTEGER NOT NULL,
      zone TEXT NOT NULL,
      PRIMARY KEY (zone_no, holder_no),
      UNIQUE (holder_no, zone_no)
    ) WITHOUT ROWID""",
    "delegation_agreements": """(
      delegation_no INTEGER NOT NULL,
      agreement_no INTEGER NOT NULL,
      signed_on TEXT NOT NULL,
      effective_on TEXT NOT NULL,
      expires_on TEXT,
      PRIMARY KEY (delegation_no, agreement_no)
    ) WITHOUT ROWID""",
    "agreement_periods": """(
      delegation_no INTEGER NOT NULL,
      agreement_no INTEGER NOT NULL,
      signed_on TEXT NOT NULL,
      from_on TEXT NOT NULL,
      to_on TEXT,
      from_day INTEGER NOT NULL,
      to_day INTEGER,
      PRIMARY KEY (delegation_no, agreement_no)
    ) WITHOUT ROWID""",
    "agreement_stretches": """(
      delegation_no INTEGER NOT NULL,
      agreement_no INTEGER NOT NULL,
      from_on TEXT NOT NULL,
      covered_until TEXT,
      gap_days INTEGER,
      PRIMARY KEY (delegation_no, from_on)
    ) WITHOUT ROWID""",
    "first_agreements": """(
      delegation_no INTEGER PRIMARY KEY,
      signed_on TEXT NOT NULL,
      effective_on TEXT NOT NULL
    )""",
    STATE_VIEW: STATE_COLUMNS,
    "agreement_state": """(
      delegation_no INTEGER PRIMARY KEY,
      agreement_no INTEGER,
      status TEXT NOT NULL,
      since TEXT,
      exercisable_from TEXT,
      ends_on TEXT,
      last_on TEXT,
      covered_until TEXT,
      gap_days INTEGER,
      gap_ended_on TEXT,
      provenance TEXT
    )""",
    "item_departments": """(
      item_no INTEGER NOT NULL,
      department TEXT NOT NULL,
      department_name TEXT NOT NULL,
      role TEXT NOT NULL,
      rank INTEGER NOT NULL,
      department_no INTEGER NOT NULL,
      PRIMARY KEY (item_no, rank, department_no)
    ) WITHOUT ROWID""",
    "item_department_names": """(
      item_no INTEGER PRIMARY KEY,
      lead_department TEXT,
      department TEXT
    )""",
    "unofficial_field_lists": """(
      item_no INTEGER PRIMARY KEY,
      fields INTEGER NOT NULL,
      unofficial_fields TEXT NOT NULL
    )""",
    "agreement_term_lists": """(
      agreement_no INTEGER PRIMARY KEY,
      contains TEXT,
      lacks TEXT,
      lacks_advisable TEXT
    )""",
    "case_counts": """(
      item_no INTEGER,
      zone_no INTEGER,
      decided_zone_no INTEGER,
      cases INTEGER NOT NULL
    )""",
    "untimed_case_counts": """(
      item_no INTEGER,
      zone_no INTEGER,
      untimed INTEGER NOT NULL,
      unpromised INTEGER NOT NULL
    )""",
    "case_decision_steps": """(
      case_no INTEGER PRIMARY KEY,
      decided_on TEXT NOT NULL,
      steps INTEGER NOT NULL
    )""",
    "case_stop_days": """(
      case_no INTEGER PRIMARY KEY,
      working_days INTEGER,
      calendar_days INTEGER,
      extended INTEGER NOT NULL
    )""",
    "item_limits": """(
      item_no INTEGER PRIMARY KEY,
      power_type TEXT NOT NULL,
      amount INTEGER NOT NULL,
      unit TEXT NOT NULL,
      extension INTEGER NOT NULL
    )""",
    "limit_deadlines": """(
      power_type TEXT NOT NULL,
      accepted_on TEXT NOT NULL,
      due_on TEXT,
      PRIMARY KEY (power_type, accepted_on)
    ) WITHOUT ROWID""",
    "derivations": """(
      delegation_no INTEGER PRIMARY KEY,
      parent TEXT NOT NULL,
      loaded INTEGER NOT NULL,
      known INTEGER NOT NULL,
      parent_no INTEGER,
      held INTEGER NOT NULL,
      zone_no INTEGER,
      instrument_no INTEGER NOT NULL,
      mode TEXT NOT NULL,
      scope TEXT,
      remark TEXT,
      territory TEXT,
      above_state TEXT,
      ended_on TEXT,
      above_instrument_no INTEGER,
      above_mode TEXT,
      above_scope TEXT,
      above_remark TEXT,
      above_territory TEXT
    )""",
}
"""View → columns of the temporary table that an audit materialises it in, to read it once."""

_COLUMN: Final = re.compile(r"^ +([a-z_]+) (TEXT|INTEGER)", re.MULTILINE)


def stored_columns(view: str) -> list[tuple[str, str]]:
    """Name and type of each column of the table that an audit stores a view in; none where it
    does not."""
    return _COLUMN.findall(MATERIALISED.get(view, ""))
