"""A new instrument's folder: a commented instrument.yml to fill in, and annexes.

Without lists the annex is empty; with lists, what they say is proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from registry.files import atomic_write
from registry.intake.problems import refuse
from registry.intake.scaffold.commands import load_command
from registry.intake.scaffold.items_csv import header_csv, items_csv
from registry.intake.scaffold.reading import ListFile, read_lists
from registry.intake.scaffold.remarks import common_remarks, list_remarks
from registry.intake.scaffold.yaml_text import blank_text, read_text
from registry.locale import _
from registry.model.fields import Identifier

__all__ = ["ListFile", "Scaffold", "check_free", "write_scaffold"]


@dataclass
class Scaffold:
    """What was written. `remarks`: what a person has to know of the lists; `commands`: annex → what
    takes its items in once the registry is built, where its file is left empty."""

    files: list[Path]
    remarks: list[str] = field(default_factory=list)
    commands: dict[int, str] = field(default_factory=dict)


def check_free(root: Path, id: str) -> Path:
    """The folder `root`/`id`. Raises InputError where it is there, or the id has another form."""
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
    return folder


def write_scaffold(root: Path, id: str, lists: Sequence[ListFile] = ()) -> Scaffold:
    """Write `root`/`id`. `lists`: one for each annex. Raises as `check_free` does."""
    folder = check_free(root, id)
    made = Scaffold([])
    texts = {"instrument.yml": blank_text(id), "annex1.csv": header_csv()}
    if lists:
        read = read_lists(lists)
        for annex in read.annexes:
            items = items_csv(read, annex)
            texts[f"annex{annex.number}.csv"] = items.text or header_csv()
            if items.text is None:
                made.commands[annex.number] = load_command(annex, id)
            made.remarks += list_remarks(annex, items.faults)
        made.remarks += common_remarks(read)
        texts["instrument.yml"] = read_text(id, read, made.commands)
    folder.mkdir(parents=True)
    for name, text in texts.items():
        atomic_write(folder / name, text.encode())
        made.files.append(folder / name)
    return made
