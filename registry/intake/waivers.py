"""waivers.yml -> waivers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import examine
from registry.intake.yaml_file import parse_yaml
from registry.locale import _
from registry.model.waiver import Waiver
from registry.validation import explain


def read_waivers(path: Path) -> list[Waiver]:
    """The waivers that a file holds. Raises InputError, naming entry and field."""
    if path.is_file() and path.stat().st_size == 0:
        return []
    return parse_waivers(path.read_text(encoding=examine(path).encoding), path)


def parse_waivers(text: str, path: Path) -> list[Waiver]:
    """The waivers of a text, which stands in the file `path`. Raises InputError as above."""
    content = parse_yaml(text, path)
    if content is None:
        return []
    if not isinstance(content, list):
        refuse(path, _("the file is no list of waivers"), _("Begin each waiver with “- rule:”."))
    log = ProblemLog(path)
    try:
        waivers = TypeAdapter(list[Waiver]).validate_python(content)
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            entry, *rest = error["loc"]
            what, remedy = waiver_problem(error)
            log.add(
                _("waiver {n}: {what}").format(n=int(entry) + 1, what=what),
                remedy,
                column=".".join(map(str, rest)) or None,
            )
        log.close()
        raise
    seen: dict[str, int] = {}
    for number, waiver in enumerate(waivers, start=1):
        if waiver.id in seen:
            log.add(
                _("waiver {n}: it waives the same as waiver {other}").format(
                    n=number, other=seen[waiver.id]
                ),
                _("Keep one of them."),
            )
        seen.setdefault(waiver.id, number)
    log.close()
    return waivers


def waiver_problem(error: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with a waiver, and the remedy, of one pydantic error."""
    own = {
        "waiver_order": (
            _("it expires before it was issued"),
            _("Correct one of the two dates."),
        ),
        "waiver_length": (
            _("it lasts longer than a year"),
            _("Set an earlier last day; a waiver can be issued anew."),
        ),
    }
    return own.get(error["type"]) or explain(error)
