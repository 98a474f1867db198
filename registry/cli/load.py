"""`registry load`: take in lists that offices made."""

from __future__ import annotations

from registry.cli import base
from registry.locale import N_

command = base.group("load", N_("Take in a list that an office made."), "annex")
