"""What falls due -> an iCalendar file, by icalendar."""

from __future__ import annotations

import datetime as dt
import hashlib

from registry.audit.due import Agenda, Due
from registry.locale import Language


def agenda_ics(
    agenda: Agenda, bodies: dict[str, str], language: Language, stamp: dt.datetime
) -> bytes:
    """One all-day event for each entry; its id stays the same from one export to the next."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//delegated-authority-registry//due//")
    calendar.add("version", "2.0")
    for due in agenda.entries:
        event = icalendar.Event()
        day = dt.date.fromisoformat(due.due_on)
        name = bodies.get(due.body, due.body)
        what = due.what_zh if language == "zh" else due.what_en
        event.add("uid", _uid(due))
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(1))
        event.add("summary", f"{name}：{what}" if language == "zh" else f"{name}: {what}")
        event.add("description", " ".join(due.subjects))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


def _uid(due: Due) -> str:
    parts = (due.kind, due.body, due.due_on, due.what_en)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32] + "@registry"
