"""What an announcement prints: texts for those who must hear something, change notices, and the lists that are new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scheduler.files import write_whole
from scheduler.i18n import _
from scheduler.plan import Told
from scheduler.reports.book import Book, Rider
from scheduler.reports.clearing import cleared
from scheduler.reports.formats.document import (
    LANDSCAPE_MM,
    Cell,
    Imprint,
    Sheet,
    Table,
    clock,
    columns,
    printable,
    public_day,
    short_place,
)
from scheduler.reports.formats.file_names import safe_name
from scheduler.reports.formats.fonts import Font
from scheduler.reports.formats.pdf import write_pdf
from scheduler.reports.formats.xlsx import write_workbook
from scheduler.reports.manifests.lists import carrier_list
from scheduler.reports.manifests.messages import message, mobile
from scheduler.reports.manifests.run_pack import handovers, passenger_list
from scheduler.reports.visibility import Reader, View
from scheduler.text_cells import csv_text

What = Literal["told", "changed", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Hearing:
    """Somebody who must be told something; `before` is what they knew, None the first time."""

    person: str
    what: What
    before: Told | None


@dataclass(frozen=True, slots=True)
class NewList:
    """The list of a run that replaces the one numbered `replaces` (0: it is the first)."""

    run: str
    number: int
    replaces: int


def write_announcement(
    folder: Path, book: Book, hearings: Sequence[Hearing], lists: Sequence[NewList], plan_number: int, now: dt.datetime
) -> int:
    """Write what is to be printed and sent below `folder`, and return how many files.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    made = f"{now:%Y-%m-%d %H:%M}"
    rows = [(_("run"), _("list"), _("replaces"), _("made"), _("note"))]
    for each in lists:
        note = "" if each.run in book.run_of else _("the run does not take place any more")
        rows.append((each.run, str(each.number), str(each.replaces or ""), made, note))
    write_whole(folder / f"{_('lists')}.csv", csv_text(rows))
    number = 1
    notices = _Notices(book, hearings)
    texts = notices.texts()
    for name, text in ((_("messages"), texts[0]), (_("numbers that take no message"), texts[1])):
        if text:
            write_whole(folder / f"{name}.csv", text)
            number += 1
    settings = book.problem.settings
    if sheets := notices.sheets():
        imprint = Imprint(settings.office, settings.duty_phone, f"{plan_number} {made}", now.date())
        write_workbook(folder / f"{_('change notices')}.xlsx", sheets, imprint)
        number += 1
    font = Font()
    for each in lists:
        if each.run in book.run_of:
            name = _listed(each, plan_number, made)
            number += _write_lists(folder, book, each.run, font, Imprint(settings.office, settings.duty_phone, name))
    return number


def _listed(each: NewList, plan_number: int, made: str) -> str:
    """Return what stands on every page of a list: whoever holds two of them sees which one holds."""
    if each.replaces:
        form = _("{plan}, list {number} of {made}, replaces list {replaces}")
    else:
        form = _("{plan}, list {number} of {made}")
    return form.format(plan=plan_number, number=each.number, made=made, replaces=each.replaces)


def _write_lists(folder: Path, book: Book, run_id: str, font: Font, imprint: Imprint) -> int:
    """Write the pack of a run, and of a coach the list of its charter contract: nobody outside it may board."""
    run = book.run_of[run_id]
    escort = _view(book, "escort")
    packs = [(_("runs"), escort, [passenger_list(book, run, escort), *handovers(book, run, escort)])]
    if run.mode == "coach":
        carrier = _view(book, "carrier")
        packs.append((_("carriers"), carrier, [carrier_list(book, run, carrier)]))
    for name, view, laid_out in packs:
        sheets = [cleared(sheet, view) for sheet in laid_out]
        write_pdf(folder / name / safe_name(run.id, ".pdf"), sheets, font, imprint)
        write_workbook(folder / name / safe_name(run.id, ".xlsx"), sheets, imprint)
    return 2 * len(packs)


def _view(book: Book, reader: Reader) -> View:
    return View(reader, "masked", book.problem.settings.policy.id_mask)


class _Notices:
    """Who must hear what: as texts, and for those who stand at a run or a stop."""

    def __init__(self, book: Book, hearings: Sequence[Hearing]) -> None:
        self.book = book
        self.hearings = [each for each in hearings if each.person in book.people]
        self.rider: dict[str, Rider] = {rider.person.key: rider for riders in book.riders.values() for rider in riders}

    def texts(self) -> tuple[str, str]:
        """Return the messages as CSV, and those of people without a mobile number; empty where there are none."""
        view = _view(self.book, "message")
        sent: list[tuple[str, ...]] = [(_("phone"), _("text"))]
        unsent: list[tuple[str, ...]] = [(_("phone"), _("name"), _("township"), _("village"), _("text"))]
        for each in self.hearings:
            person, party = self.book.people[each.person], self.book.party_of[each.person]
            text = self._text(each, view)
            if number := mobile(person, party):
                sent.append((number, text))
            else:
                home = view.text(person.township), view.text(person.village)
                unsent.append((printable(view.phone(person)), printable(view.text(person.name)), *home, text))
        one, other = (csv_text(rows) if len(rows) > 1 else "" for rows in (sent, unsent))
        return one, other

    def _text(self, each: Hearing, view: View) -> str:
        rider, before = self.rider.get(each.person), each.before
        if before is None and rider is not None:
            return message(self.book, rider, view)
        was = "" if before is None else f"{public_day(before.date)}{_time(before.depart)} {before.board}"
        office = self.book.problem.settings
        if rider is None:
            form = _("Change: the seat you were told ({was}) is taken back, do not come. {office} {phone}")
            text = form.format(was=was, office=office.office, phone=office.duty_phone)
        else:
            form = _("Change: not {was} as you were told, but: {text}")
            text = form.format(was=was, text=message(self.book, rider, view))
        return view.text(text.strip())

    def sheets(self) -> list[Sheet]:
        """Return the change notices by run and by boarding stop; none where nobody is told something else."""
        changes = [each for each in self.hearings if each.before is not None]
        if not changes:
            return []
        by_run = sorted(changes, key=lambda each: (each.before.run if each.before else "", each.person))
        by_stop = sorted(changes, key=lambda each: (each.before.board if each.before else "", each.person))
        return [
            self._sheet(_("by run"), _("Change notice by run"), by_run),
            self._sheet(_("by boarding stop"), _("Change notice by boarding stop"), by_stop),
        ]

    def _sheet(self, tab: str, title: str, changes: Sequence[Hearing]) -> Sheet:
        heads = columns(
            (_("Told run"), 34, "left"),
            (_("Told to board at"), 34, "left"),
            (_("Told departure"), 34),
            (_("Name"), 18, "left"),
            (_("Township"), 20, "left"),
            (_("Phone"), 26),
            (_("Run now"), 34, "left"),
            (_("Boards now at"), 34, "left"),
            (_("Departure now"), 34),
            width_mm=LANDSCAPE_MM,
        )
        table = Table(heads, tuple(self._rows(changes)), searched=True)
        return Sheet(tab, title, (table,), subtitle=self.book.problem.settings.name, landscape=True)

    def _rows(self, changes: Sequence[Hearing]) -> Iterator[tuple[Cell, ...]]:
        view = _view(self.book, "bureau")
        for each in changes:
            before, rider, person = each.before, self.rider.get(each.person), self.book.people[each.person]
            assert before is not None
            was = (before.run, short_place(before.board), f"{public_day(before.date)}{_time(before.depart)}")
            who = (view.name(person), person.township, view.phone(person))
            now: tuple[Cell, ...] = (_("no seat any more"), "", "")
            if rider is not None:
                leaves = rider.run.departure(rider.board)
                now = (rider.run.id, short_place(rider.board), f"{public_day(rider.run.date)}{_time(leaves)}")
            yield (*was, *who, *now)


def _time(moment: dt.datetime | None) -> str:
    return "" if moment is None else f" {clock(moment, moment.date())}"
