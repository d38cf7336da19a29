"""Message texts: what each passenger must know, and what those left behind are told; numbers that take none apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.i18n import _
from scheduler.plan import Unserved
from scheduler.problem import Party, Person
from scheduler.reports import reasons_in_words
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import clock, printable, public_day, short_place
from scheduler.reports.manifests.crew import first_leader
from scheduler.reports.visibility import View
from scheduler.text_cells import csv_text

MESSAGE_MAX = 70
"""Characters of one Chinese short message."""
TWO_MESSAGES_MAX = 134
"""Characters of a text that is sent as two: each gives up three for their joint."""
_MOBILE = re.compile(r"1[3-9]\d{9}")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1)")


@dataclass(frozen=True, slots=True)
class Messages:
    """Texts as CSV: to riders, to those left behind, and both for whom nobody of the party has a mobile number.

    The last two are empty where there is nobody.
    """

    riders: str
    left: str
    no_mobile: str
    without_mobile: int


def messages(book: Book, view: View) -> Messages:
    """Return all message texts; none holds an ID number.

    A text names the gathering (day, lunar day, time, place, how to get there), the run, the destination, whom to phone,
    and the signature of season.toml; seat and ID card where it stays as short as that.
    """
    heading = (_("phone"), _("text"))
    bad_heading = (_("phone"), _("name"), _("township"), _("village"), _("text"))
    riders: list[tuple[str, ...]] = [heading]
    left: list[tuple[str, ...]] = [heading]
    bad: list[tuple[str, ...]] = [bad_heading]
    for person, party, text, rows in _texts(book, view, riders, left):
        if number := mobile(person, party):
            rows.append((number, text))
        else:
            home = (view.text(person.township), view.text(person.village))
            bad.append((printable(view.phone(person)), printable(view.text(person.name)), *home, text))
    left_text, bad_text = (csv_text(rows) if len(rows) > 1 else "" for rows in (left, bad))
    return Messages(csv_text(riders), left_text, bad_text, len(bad) - 1)


def _texts(
    book: Book, view: View, riders: list[tuple[str, ...]], left: list[tuple[str, ...]]
) -> Iterator[tuple[Person, Party, str, list[tuple[str, ...]]]]:
    for run in book.runs:
        for rider in book.riders[run.id]:
            yield rider.person, rider.party, message(book, rider, view), riders
    for entry in book.plan.unserved:
        for key in entry.persons:
            if key in book.people:
                person, party = book.people[key], book.party_of[key]
                yield person, party, message_left(book, entry, party, person, view), left


def mobile(person: Person, party: Party) -> str:
    """Return the mobile number that a person's message goes to, else the first of the party; empty without one."""
    for each in (person, *party.people):
        number = _COUNTRY.sub("", re.sub(r"[\s\-()（）]", "", each.phone))
        if number.isascii() and _MOBILE.fullmatch(number):
            return number
    return ""


def message(book: Book, rider: Rider, view: View, endings: Sequence[str] = ("",)) -> str:
    """Return the message text of one rider: the fullest that is one short message, else the fullest that is two.

    Parameters
    ----------
    endings : sequence of str
        What it has to end with, from the fullest wording to the shortest.
    """
    run, own, settings = rider.run, book.gather(rider), book.problem.settings
    day = own.day(run)
    name, phone = first_leader(book, run)
    if not phone:
        name, phone = settings.office, settings.duty_phone
    facts = {
        "sign": _signature(book),
        "head": _("To work") if book.to_work else _("Going home"),
        "name": printable(view.name(rider.person)),
        "day": public_day(day),
        "time": clock(own.when, day),
        "leaves": _(" (leaves {time})").format(time=clock(own.leaves, day)) if own.leaves else "",
        "place": own.place,
        "feeder": own.feeder,
        "run": run.train or run.id,
        "seat": _(" seat {seat}").format(seat=rider.seat) if rider.seat else "",
        "alight": short_place(rider.alight),
        "home": _("; then minibus {way}").format(way=own.further(day)) if own.onward else "",
        "phone": _(", phone {phone}").format(phone=phone) if phone else "",
        "who": _(" Phone {name} {phone}.").format(name=name, phone=phone).replace("  ", " ") if phone else "",
    }
    wordings = (
        _(
            "{sign}{head}: {name}, {day} {time} at {place}{leaves}, run {run}{seat} to {alight}{home}. "
            "Bring your ID card.{who}"
        ),
        _("{sign}{name}, {day} {time} at {place}, run {run}{seat} to {alight}{home}, bring your ID card{phone}"),
        _("{sign}{name}: {day} {time} at {place}, run {run} to {alight}{home}{phone}"),
    )
    if own.by == "feeder":
        wordings = (
            _(
                "{sign}{head}: {name}, {day} {time} at {place}, minibus {feeder}{leaves}, then run {run}{seat} to "
                "{alight}. Bring your ID card.{who}"
            ),
            _(
                "{sign}{name}, {day} {time} at {place}, minibus {feeder}, then run {run}{seat} to {alight}, bring your "
                "ID card{phone}"
            ),
            _("{sign}{name}: {day} {time} at {place}, minibus {feeder}, then {run} to {alight}{phone}"),
        )
    return fullest([view.text(wording.format(**facts)) for wording in wordings], endings)


def message_left(
    book: Book, entry: Unserved, party: Party, person: Person, view: View, endings: Sequence[str] = ("",)
) -> str:
    """Return what somebody left behind is told: that there is no seat, why, what to do; `endings` as in `message`."""
    phone = book.problem.settings.duty_phone
    facts = {
        "sign": _signature(book),
        "name": printable(view.name(person)),
        "days": reasons_in_words.wished_days(party),
        "to": short_place(party.work_stop) if book.to_work else party.origin,
        "why": reasons_in_words.clerk_reason(entry),
        "remedy": reasons_in_words.person_remedy(entry),
        "phone": _(", phone {phone}").format(phone=phone) if phone else "",
    }
    wordings = (
        _("{sign}{name}: no seat yet to {to} for {days}: {why}. Please: {remedy}{phone}"),
        _("{sign}{name}: no seat yet to {to} for {days}. Please: {remedy}{phone}"),
    )
    return fullest([view.text(wording.format(**facts)) for wording in wordings], endings)


def _signature(book: Book) -> str:
    name = book.problem.settings.signature.strip("【】[] ")
    return f"【{name}】" if name else ""


def fullest(texts: Sequence[str], endings: Sequence[str] = ("",)) -> str:
    """Return the first of texts, from long to short, that is one message with its ending; else the first that is two.

    The fuller ending comes first. Where nothing is short enough, it is the shortest with the shortest ending.
    """
    whole = [text + ending for ending in endings for text in texts]
    for most in (MESSAGE_MAX, TWO_MESSAGES_MAX):
        fits = next((text for text in whole if len(text) <= most), None)
        if fits is not None:
            return fits
    return whole[-1]
