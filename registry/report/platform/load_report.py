"""The account of a load: every row, and what was not understood, with the first places of it."""

from __future__ import annotations

import json
from typing import Any, Final

from registry.intake.platform.places import MAX_PLACES, Place
from registry.intake.platform.tally import Note, NoteKind, RefusalKind, Tally
from registry.loading.platform import PlatformLoad
from registry.locale import N_, _, bracketed, labelled, list_separator
from registry.locale.labels import provenance_label
from registry.model.case import FileKind, SheetKind
from registry.report.terminal import indent, table, wrap

_SHEETS: Final[dict[SheetKind, str]] = {
    "cases": N_("cases"),
    "steps": N_("steps of cases"),
    "stops": N_("special procedures"),
    "accounts": N_("accounts"),
    "permissions": N_("permissions"),
}
_COUNTS: Final = (
    ("read", N_("rows read")),
    ("new", N_("kept")),
    ("superseding", N_("kept, in place of an earlier file's")),
    ("unchanged", N_("in the registry already")),
    ("repeated", N_("given before in these files, the same")),
    ("contradicting", N_("given before in these files, otherwise")),
    ("refused", N_("refused")),
    ("hidden", N_("hidden in the file, and not read")),
    ("empty", N_("empty")),
)
_REFUSALS: Final[dict[RefusalKind, str]] = {
    "nothing_understood": N_("Refused, for nothing in the row is understood"),
    "no_such_case": N_("Refused, for no case has the number"),
    "no_number": N_("Refused, for there is no number that may be kept"),
    "no_day": N_("Refused, for it is not said when it began"),
    "no_window": N_("Refused, for no window is named"),
    "footer": N_("Totals, signatures and notes below a table: passed over"),
}
_NOTES: Final[dict[NoteKind, str]] = {
    "not_understood": N_("Not understood, and left out"),
    "item_doubtful": N_("Items that are doubtful: the name is like one, or several have it"),
    "item_unknown": N_("Items that the registry does not know"),
    "body_unknown": N_("Bodies that the registry does not know"),
    "number_not_kept": N_("Numbers that may be a person's, or are none: the row's is kept"),
    "login_not_kept": N_("Logins that may be a person's name: the row's number is kept"),
    "window_not_kept": N_("Names of windows of no known form: the row's number is kept"),
    "role_unknown": N_("Roles that the registry does not know"),
    "act_unknown": N_("Acts that the registry does not know"),
    "digits_lost": N_("Codes that lost digits as numbers: not used; keep such cells as text"),
    "no_result": N_("Formulas without a result: open the file, have it calculated, and save it"),
}


def load_json(load: PlatformLoad) -> str:
    """The whole account."""
    request = load.request
    document = {
        "schema": 1,
        "kind": request.kind,
        "load": load.key,
        "source": request.source,
        "provenance": request.provenance,
        "dry_run": request.dry_run,
        "from": load.from_on,
        "to": load.to_on,
        "content_digest": load.digest,
        "rows_read": load.read,
        "rows_kept": load.kept,
        "tables": [
            {
                **_place_record(one.place),
                "kind": one.kind,
                "columns": [{"header": header, "field": name} for header, name in one.columns],
                "not_used": list(one.unused),
                "hidden_columns": list(one.hidden),
            }
            for one in load.tables
        ],
        "not_understood": [_place_record(place) for place in load.other],
        "hidden_tables": [_place_record(place) for place in load.hidden],
        "rows": {kind: _tally_record(tally) for kind, tally in load.tallies.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _tally_record(tally: Tally) -> dict[str, Any]:
    return {
        **{name: _count(tally, name) for name, _label in _COUNTS},
        "hidden_rows": _note_record(tally.hidden),
        "refusals": [{"why": why, **_note_record(note)} for why, note in tally.refused.items()],
        "twice": [
            {"same": same, **_note_record(note)}
            for same, note in ((True, tally.repeated), (False, tally.contradicting))
            if note.count
        ],
        "notes": [
            {"what": what, "column": column, **_note_record(note)}
            for (what, column), note in tally.notes.items()
        ],
    }


def _note_record(note: Note) -> dict[str, Any]:
    return {"count": note.count, "places": [_place_record(place) for place in note.places]}


def _place_record(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {"file": place.file}
    if place.sheet:
        found["table"] = place.sheet
    if place.row:
        found["row"] = place.row
    if place.column:
        found["column"] = place.column
    return found


def _count(tally: Tally, name: str) -> int:
    if name == "refused":
        return sum(note.count for note in tally.refused.values())
    value = getattr(tally, name)
    return value.count if isinstance(value, Note) else value


_HEADS: Final[dict[FileKind, str]] = {
    "cases": N_("Cases of {source} ({provenance})"),
    "accounts": N_("Accounts of {source} ({provenance})"),
    "permissions": N_("Permissions of {source} ({provenance})"),
}


def load_text(load: PlatformLoad, width: int) -> str:
    """The account in words."""
    request = load.request
    head = _(_HEADS[request.kind]).format(
        source=request.source, provenance=provenance_label(request.provenance)
    )
    lines = [head, ""]
    for one in load.tables:
        lines += _wrapped(
            _("{place}: {kind}; {n} columns are read").format(
                place=one.place, kind=_(_SHEETS[one.kind]), n=len(one.columns)
            ),
            width,
        )
        if one.unused:
            unused = list_separator().join(dict.fromkeys(one.unused))
            lines += _wrapped("  " + _("not used: {headers}").format(headers=unused), width)
        if one.hidden:
            headers = list_separator().join(dict.fromkeys(one.hidden))
            text = _("hidden columns, not read: {headers}").format(headers=headers)
            lines += _wrapped("  " + text, width)
    for place in load.other:
        lines += _wrapped(_("{place}: no header that is understood").format(place=place), width)
    for place in load.hidden:
        lines += _wrapped(_("{place}: hidden, and not read").format(place=place), width)
    lines.append("")
    kinds = list(load.tallies)
    rows = [
        (_(label), *(_count(load.tallies[kind], name) for kind in kinds))
        for name, label in _COUNTS
        if name in ("read", "new") or any(_count(tally, name) for tally in load.tallies.values())
    ]
    text = "\n".join(lines) + "\n"
    if rows:
        text += table(rows, ("", *(_(_SHEETS[kind]) for kind in kinds)))
    for kind, tally in load.tallies.items():
        text += _notes(tally, _(_SHEETS[kind]) if len(kinds) > 1 else "", width)
    return text + "\n" + "\n".join(_wrapped(_outcome(load), width)) + "\n"


def _notes(tally: Tally, sheet: str, width: int) -> str:
    told = [(_(_REFUSALS[why]), note) for why, note in tally.refused.items()]
    told += [
        (_("Given before in these files, otherwise: the first is kept"), tally.contradicting),
        (_("Given before in these files, the same"), tally.repeated),
        (
            _("Hidden rows: show them in the file (clear its filter) if they are meant"),
            tally.hidden,
        ),
    ]
    told += [(_(_NOTES[what]), note) for (what, _column), note in tally.notes.items()]
    text = ""
    for label, note in told:
        if not note.count:
            continue
        title = labelled(bracketed(label, sheet) if sheet else label, f"{note.count:,}")
        places = _("; ").join(map(str, note.places))
        if note.count > MAX_PLACES:
            places += " …"
        text += f"\n{title}\n" + indent(wrap(places, width - 2) + "\n", 2)
    return text


def _outcome(load: PlatformLoad) -> str:
    if load.request.kind == "cases" and load.key is None and not load.request.dry_run:
        return _("The registry has all of it: nothing was written.")
    if load.request.dry_run:
        return _("Would be kept: {n:,} of {m:,} rows.").format(n=load.kept, m=load.read)
    covered = ""
    if load.from_on and load.to_on:
        covered = _("; it covers {first} to {last}").format(first=load.from_on, last=load.to_on)
    return _("Loaded as {key}: {n:,} of {m:,} rows are kept{covered}.").format(
        key=load.key, n=load.kept, m=load.read, covered=covered
    )


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width).splitlines()
