"""What falls due -> iCalendar files, by icalendar."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.audit.due import Agenda, Due
from registry.locale import Language, _
from registry.text import NOT_IN_FILE_NAMES

_LISTED: Final = 50
"""Subjects that an event names; a line says how many more there are."""
_CHINA: Final = "Asia/Shanghai"


def agenda_ics(
    agenda: Agenda, bodies: Mapping[str, str], language: Language, stamp: dt.datetime
) -> bytes:
    """One all-day event for each entry.

    Its id goes by what the deadline is of: calendars move an event whose deadline was moved. A
    calendar without events is a valid one too: it states its time zone.
    """
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//delegated-authority-registry//due//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Due: {bodies}").format(bodies=_title(bodies)))
    calendar.add("x-wr-timezone", _CHINA)
    calendar.add_component(_time_zone())
    for due in agenda.entries:
        event = icalendar.Event()
        day = dt.date.fromisoformat(due.due_on)
        event.add("uid", _uid(due))
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(1))
        event.add("summary", _summary(due, bodies, language))
        if lines := _lines(due):
            event.add("description", "\n".join(lines))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


def calendars_by_body(
    agenda: Agenda,
    bodies: Mapping[str, str],
    chosen: Iterable[str],
    language: Language,
    stamp: dt.datetime,
) -> dict[str, bytes]:
    """File name → calendar, one for each body chosen, also for one that has nothing to do: a
    calendar that was handed on before is then emptied."""
    files = {}
    for body in chosen:
        own = Agenda(
            agenda.as_of, agenda.until, [due for due in agenda.entries if due.body == body], 0
        )
        name = bodies[body].translate(NOT_IN_FILE_NAMES)
        name = name if f"{name}.ics" not in files else f"{name}-{body}"
        files[f"{name}.ics"] = agenda_ics(own, {body: bodies[body]}, language, stamp)
    return files


def _title(bodies: Mapping[str, str]) -> str:
    if len(bodies) == 1:
        return next(iter(bodies.values()))
    return _("all bodies")


def _summary(due: Due, bodies: Mapping[str, str], language: Language) -> str:
    """Who has to do what, and of which item."""
    name = bodies.get(due.body, due.body)
    what = due.what_zh if language == "zh" else due.what_en
    names = list(dict.fromkeys(due.names))
    if due.kind == "agreement":
        concerned = due.subjects[0]
        if names:
            concerned += _(": {items}").format(items=_in_short(names))
    else:
        concerned = _in_short(names)
    text = f"{name}：{what}" if language == "zh" else f"{name}: {what}"
    return _("{text} ({detail})").format(text=text, detail=concerned) if concerned else text


def _in_short(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("{first} and others, {n:,} items").format(first=names[0], n=len(names))


def _lines(due: Due) -> list[str]:
    """What an event is about, a line each."""
    if due.kind == "guidance":
        return []  # the summary says from whom
    if due.kind == "obligation":
        lines = [f"{name} {subject}" for subject, name in zip(due.subjects, due.names, strict=True)]
    else:
        lines = [*due.subjects, *due.names]
    if len(lines) > _LISTED:
        lines = [*lines[:_LISTED], _(" … {n:,} in all").format(n=len(lines)).strip()]
    return lines


def _time_zone() -> Any:
    """China's time, in which there has been no summer time since 1991."""
    import icalendar

    zone, standard = icalendar.Timezone(), icalendar.TimezoneStandard()
    zone.add("tzid", _CHINA)
    standard.add("dtstart", dt.datetime(1992, 1, 1))
    standard.add("tzoffsetfrom", dt.timedelta(hours=8))
    standard.add("tzoffsetto", dt.timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _uid(due: Due) -> str:
    parts = (due.kind, due.body, due.key)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32] + "@registry"
