"""`registry ledger`: workbooks that bodies fill in: sent out, and taken back."""

from __future__ import annotations

from registry.cli import base
from registry.locale import N_

command = base.group(
    "ledger",
    N_("Send ledger workbooks out to departments and zones, and take them back."),
    "export",
    "import",
)
