"""A new instrument's folder: a commented instrument.yml to fill in, and an empty annex."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from registry.files import atomic_write
from registry.intake.problems import refuse
from registry.locale import _
from registry.model.fields import Identifier
from registry.model.item import ItemRow

_TEMPLATE: Final = Path(__file__).with_name("instrument.yml")
_COLUMNS: Final = tuple(
    name for name in ItemRow.model_fields if name not in ("provenance", "source", "our_note")
)


def write_scaffold(root: Path, id: str) -> list[Path]:
    """Write `root`/`id`; the files written. Raises InputError where that folder is there."""
    folder = root / id
    try:
        TypeAdapter(Identifier).validate_python(id)
    except ValidationError:
        refuse(
            folder,
            _("“{value}” does not have the right form").format(value=id),
            _("An id has small letters, digits and hyphens, and begins with a letter."),
        )
    if folder.exists():
        refuse(
            folder,
            _("it is there already, and is left as it is"),
            _("Choose another id, or another folder with --to."),
        )
    folder.mkdir(parents=True)
    text = _TEMPLATE.read_text(encoding="utf-8").format(id=id)
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(_COLUMNS)
    files = {folder / "instrument.yml": text, folder / "annex1.csv": "\ufeff" + header.getvalue()}
    for path, content in files.items():
        atomic_write(path, content.encode())
    return list(files)
