"""Who leads a run, in words: escorts, coach leader and deputy, the leader of a day's coaches to one city."""

from __future__ import annotations

from scheduler.i18n import _
from scheduler.plan import Run
from scheduler.reports.book import Book
from scheduler.reports.formats.document import joined


def leaders(book: Book, run: Run) -> list[tuple[str, str]]:
    """Return who leads a run, with phones: escorts, coach leader and deputy; else a line to fill in."""
    lines = [(_("Escort"), _with_phone(book, name, None)) for name in run.escorts]
    for label, key in ((_("Coach leader"), run.leader), (_("Deputy leader"), run.deputy)):
        if key in book.people:
            lines.append((label, _with_phone(book, None, key)))
    return lines or [(_("Coach leader") if run.mode == "coach" else _("Escort"), "")]


def leaders_text(book: Book, run: Run) -> str:
    """Return who leads a run, with phones, in one line."""
    return joined([who for _label, who in leaders(book, run)])


def first_leader(book: Book, run: Run) -> tuple[str, str]:
    """Return the name and phone of who is to be phoned about a run: its first escort, else its leader; else empty."""
    person = book.escorts.get(run.escorts[0]) if run.escorts else book.people.get(run.leader or "")
    return (person.name, person.phone) if person and person.phone else ("", "")


def group_leader(book: Book, run: Run) -> str:
    """Return who leads the coaches of that day to the same city, with phone and coach; empty when there is but one."""
    group = book.group_leaders.get(run.id)
    if group is None:
        return ""
    who = _with_phone(book, group.escort, group.person)
    return _("{who} on {run} ({count} coaches)").format(who=who, run=group.leads_on, count=len(group.runs)).strip()


def _with_phone(book: Book, escort: str | None, key: str | None) -> str:
    """Return the name and phone of a member of staff, or of the passenger with a key."""
    person = book.escorts.get(escort or "") or book.people.get(key or "")
    return f"{person.name} {person.phone}".strip() if person else escort or ""
