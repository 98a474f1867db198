"""The public projection: a file that holds nothing but what the public may see."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from registry.authority.answer_table import create_answer_table
from registry.catalogue.selection import OF_INSTRUMENT, SELECTIONS, left_out
from registry.site.projection import Projection
from registry.store.connection import PUBLISHED_ID

PUBLIC: Final = Projection(
    "catalogue",
    PUBLISHED_ID,
    (Path(__file__).with_name("schema.sql"),),
    SELECTIONS,
    create_answer_table,
    left_out=left_out,
    of_instrument=OF_INSTRUMENT,
)
