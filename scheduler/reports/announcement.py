"""What an announcement prints and texts: the lists that are new, who must hear what, by run and by boarding place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath
from typing import Literal

from scheduler.files import PersonalFile, write_whole
from scheduler.i18n import _
from scheduler.mask import without_ids
from scheduler.plan import Told
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import (
    LANDSCAPE_MM,
    Cell,
    Imprint,
    Sheet,
    Spec,
    Table,
    Taken,
    clock,
    columns,
    printable,
    public_day,
    short_day,
    short_place,
    spaced,
)
from scheduler.reports.formats.file_names import safe_name, unique
from scheduler.reports.formats.fonts import Font
from scheduler.reports.manifests.guide import reader_text
from scheduler.reports.manifests.jobs import Job
from scheduler.reports.manifests.lists import carrier_list, railway_list
from scheduler.reports.manifests.messages import fullest, message, message_left, mobile
from scheduler.reports.manifests.run_pack import handovers, passenger_list
from scheduler.reports.visibility import IdChoice, Reader, View, level_text
from scheduler.text_cells import csv_rows, csv_text

What = Literal["told", "changed", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Hearing:
    """Somebody who must be told something.

    Attributes
    ----------
    person : str
    what : str
    before : Told or None
        What they knew; None the first time.
    pickup, pickup_at
        Where and when they knew that a minibus fetches them; empty where none was to.
    """

    person: str
    what: What
    before: Told | None
    pickup: str = ""
    pickup_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class NewList:
    """The list of a run that replaces the one numbered `replaces` (0: it is the first)."""

    run: str
    number: int
    replaces: int


def write_announcement(
    folder: Path,
    book: Book,
    hearings: Sequence[Hearing],
    lists: Sequence[NewList],
    plan_number: int,
    taken: Taken,
    ids: IdChoice = "masked",
    on_file: Callable[[PersonalFile], None] | None = None,
) -> int:
    """Write what is new below `folder`, and return how many files.

    Parameters
    ----------
    folder : Path
        Where to write; it is made where it is missing.
    book : Book
        Of the plan announced.
    hearings : sequence of Hearing
        Who must be told what; nobody else gets a message or stands in a notice.
    lists : sequence of NewList
        Of the other runs what was printed holds.
    plan_number : int
    taken : Taken
        Who takes the files out, and when: stands on every page beside the number of its list.
    ids : {"masked", "full", "none"}
        How much of an ID number those readers get who may see it.
    on_file : callable, optional
        Told each file with people in it, once it stands.

    Raises
    ------
    OutputError
        When a file cannot be written; those before it stand whole.
    """
    settings = book.problem.settings
    made = f"{taken.at:%Y-%m-%d %H:%M}"
    imprint = Imprint(settings.office, settings.duty_phone, spaced(str(plan_number), made), taken=taken)
    tell = on_file or (lambda _file: None)
    write_whole(folder / f"{_('lists')}.csv", _register(book, lists, made))
    texts = _messages(folder, book, hearings, ids)
    for path, text in texts.items():
        write_whole(path, text)
        tell(PersonalFile(path, "message", "none", csv_rows(text) - 1))
    font, files = Font(), len(texts) + 1
    for job, foot in _jobs(book, hearings, lists, imprint, ids):
        path = folder / job.path
        _write(path, job.sheets(), font, replace(foot, reader=reader_text(job.view.reader)))
        tell(PersonalFile(path, job.view.reader, level_text(job.view.id_level), job.people))
        files += 1
    return files


def _write(path: Path, sheets: list[Sheet], font: Font, imprint: Imprint) -> None:
    if path.suffix == ".pdf":
        from scheduler.reports.formats.pdf import write_pdf

        write_pdf(path, sheets, font, imprint)
    else:
        from scheduler.reports.formats.xlsx import write_workbook

        write_workbook(path, sheets, imprint)


def _register(book: Book, lists: Sequence[NewList], made: str) -> str:
    """Return the lists of this announcement with their numbers, and which earlier ones are void."""
    rows = [(_("run"), _("list"), _("replaces"), _("made"), _("remark"))]
    for each in lists:
        remark = "" if each.run in book.run_of else _("the run does not take place: its list is void")
        rows.append((each.run, str(each.number), str(each.replaces or ""), made, remark))
    return csv_text(rows)


# The lists that are new --------------------------------------------------------------------------------------------


def _jobs(
    book: Book, hearings: Sequence[Hearing], lists: Sequence[NewList], imprint: Imprint, ids: IdChoice
) -> Iterator[tuple[Job, Imprint]]:
    """Yield the files to lay out, each with what stands at the foot of its pages."""
    printed = [each for each in lists if each.run in book.run_of]  # of a run that has ended there is nothing to print
    stems = unique(stem_of(each.run) for each in printed)
    for each, stem in zip(printed, stems, strict=True):
        run = book.run_of[each.run]
        number = _("list {number}").format(number=each.number)
        if each.replaces:
            number = _("list {number}, replaces list {replaced}").format(number=each.number, replaced=each.replaces)
        foot = replace(imprint, plan_number=spaced(imprint.plan_number, number))
        contract = _("carriers") if run.mode == "coach" else _("railway")
        for path, view, layout in (
            (PurePath(_("runs"), run.date.isoformat()), _view(book, "escort", ids), _pack),
            (PurePath(contract), _view(book, "carrier" if run.mode == "coach" else "railway", ids), _carried),
        ):
            for suffix in (".pdf", ".xlsx"):
                yield Job(path / safe_name(stem, suffix), view, partial(layout, book, each.run, view), run.load), foot
    changed = [each for each in hearings if each.before is not None]
    if changed:
        view = _view(book, "township", ids)
        for suffix in (".pdf", ".xlsx"):
            path = PurePath(safe_name(_("change notices"), suffix))
            yield Job(path, view, partial(_notices, book, changed, view), len(changed)), imprint


def stem_of(run: str) -> str:
    """Return what the files of a run's list are called."""
    return safe_name(without_ids(run, lambda _number: ""))


def _view(book: Book, reader: Reader, ids: IdChoice) -> View:
    return View(reader, ids, book.problem.settings.policy.id_mask)


def _pack(book: Book, run_id: str, view: View) -> list[Sheet]:
    run = book.run_of[run_id]
    return [passenger_list(book, run, view), *handovers(book, run, view)]


def _carried(book: Book, run_id: str, view: View) -> list[Sheet]:
    """Return the contract list of the carrier, or the ticket list of the railway: nobody else may board."""
    run = book.run_of[run_id]
    return [carrier_list(book, run, view) if run.mode == "coach" else railway_list(book, run, view)]


# Who must be told something else -----------------------------------------------------------------------------------


def _notices(book: Book, hearings: Sequence[Hearing], view: View) -> list[Sheet]:
    """Return who must go elsewhere or at another time: by the run they were told, and by boarding place.

    Whose minibus alone comes otherwise stands only in the first: at the place where the run leaves nothing changes.
    """
    riders = _riders(book)
    by_run: list[tuple[Cell, ...]] = []
    by_place: list[tuple[Cell, ...]] = []
    for each in hearings:
        told = each.before
        if told is None:
            continue
        person, rider = book.people[each.person], riders.get(each.person)
        who = (view.name(person), view.phone(person), view.text(person.township))
        was = _way(told.date, told.depart, told.board, told.alight)
        run, now, seat = _now_cells(rider)
        minibuses = _fetched(each.pickup, each.pickup_at, told.date), _minibus(book, rider)
        by_run.append((told.run, *who, was, minibuses[0], run, now, minibuses[1], seat))
        stays = rider is not None and rider.board == told.board
        if stays and (run, now) == (told.run, was):
            continue
        what = _("other time or run") if stays else _("not here any more")
        by_place.append((short_place(told.board), what, *who, told.run, was, run, now, seat))
        if rider is not None and not stays:
            by_place.append((short_place(rider.board), _("here now"), *who, told.run, was, run, now, seat))
    sheets = [_notice(_("By run"), _by_run(sorted(by_run)), book.problem.settings.name)]
    if by_place:
        sheets.append(_notice(_("By boarding place"), _by_place(sorted(by_place)), book.problem.settings.name))
    return sheets


_WHO_MM, _RUN_MM, _WAY_MM, _SEAT_MM = (14, 21, 15), 24, 53, 8


def _by_run(rows: Sequence[tuple[Cell, ...]]) -> Table:
    minibus: Spec = (_("Minibus before"), 34, "left")
    spec = columns(
        (_("Run before"), _RUN_MM, "left"),
        *_people(),
        (_("What they were told"), _WAY_MM, "left"),
        minibus,
        (_("Run now"), _RUN_MM, "left"),
        (_("What holds now"), _WAY_MM, "left"),
        (_("Minibus now"), *minibus[1:]),
        (_("Seat"), _SEAT_MM),
        width_mm=LANDSCAPE_MM,
    )
    return Table(spec, tuple(rows), searched=True)


def _by_place(rows: Sequence[tuple[Cell, ...]]) -> Table:
    spec = columns(
        (_("Boarding place"), 26, "left"),
        (_("What"), 24),
        *_people(),
        (_("Run before"), _RUN_MM, "left"),
        (_("What they were told"), _WAY_MM, "left"),
        (_("Run now"), _RUN_MM, "left"),
        (_("What holds now"), _WAY_MM, "left"),
        (_("Seat"), _SEAT_MM),
        width_mm=LANDSCAPE_MM,
    )
    return Table(spec, tuple(rows), searched=True)


def _people() -> tuple[Spec, ...]:
    name, phone, township = _WHO_MM
    return (_("Name"), name, "left"), (_("Phone"), phone), (_("Township"), township)


def _notice(tab: str, table: Table, season: str) -> Sheet:
    return Sheet(tab, _("Changes to what people were told"), (table,), spaced(season, tab), landscape=True)


def _riders(book: Book) -> dict[str, Rider]:
    return {rider.person.key: rider for riders in book.riders.values() for rider in riders}


def _now_cells(rider: Rider | None) -> tuple[str, str, str]:
    """Return the run, the way and the seat that somebody has now."""
    if rider is None:
        return "", _("no seat"), ""
    run = rider.run
    return run.id, _way(run.date, run.departure(rider.board), rider.board, rider.alight), rider.seat


def _minibus(book: Book, rider: Rider | None) -> str:
    own = None if rider is None else book.gather(rider)
    return _fetched(own.place, own.leaves, rider.run.date) if rider and own and own.by == "feeder" else ""


def _fetched(place: str, at: dt.datetime | None, day: dt.date) -> str:
    return f"{clock(at, day)} {short_place(place)}".strip() if place else ""


def _way(date: dt.date, depart: dt.datetime | None, board: str, alight: str) -> str:
    when = f"{short_day(date)} {clock(depart, date)}".strip()
    return f"{when} {short_place(board)} → {short_place(alight)}"


# Message texts -----------------------------------------------------------------------------------------------------


def _messages(folder: Path, book: Book, hearings: Sequence[Hearing], ids: IdChoice) -> dict[Path, str]:
    """Return the message files: one to send, and one of those who take none; only what there is."""
    view = _view(book, "message", ids)
    riders = _riders(book)
    texts: list[tuple[str, ...]] = [(_("phone"), _("text"))]
    by_hand: list[tuple[str, ...]] = [(_("phone"), _("name"), _("township"), _("village"), _("text"))]
    for each in hearings:
        person, party = book.people[each.person], book.party_of[each.person]
        text = _text(book, each, riders.get(each.person), view)
        if number := mobile(person, party):
            texts.append((number, text))
        else:
            home = (view.text(person.township), view.text(person.village))
            by_hand.append((printable(view.phone(person)), printable(view.text(person.name)), *home, text))
    files = {_("messages"): texts, _("numbers that take no message"): by_hand}
    out = folder / _("messages")
    return {out / f"{name}.csv": csv_text(rows) for name, rows in files.items() if len(rows) > 1}


def _text(book: Book, hearing: Hearing, rider: Rider | None, view: View) -> str:
    """Return what somebody is told: what holds now, and what does not hold any more."""
    endings = _voids(hearing)
    if rider is not None:
        return message(book, rider, view, endings)
    party, person = book.party_of[hearing.person], book.people[hearing.person]
    entry = next((each for each in book.plan.unserved if hearing.person in each.persons), None)
    if entry is not None:
        return message_left(book, entry, party, person, view, endings)
    # Their row came back after the plan was made.
    phone = book.problem.settings.duty_phone
    call = _(", phone {phone}").format(phone=phone) if phone else ""
    return fullest([_("{name}: no seat yet{phone}").format(name=printable(view.name(person)), phone=call)], endings)


def _voids(hearing: Hearing) -> tuple[str, ...]:
    """Return how a message says that what they were told before is void, from the fullest wording to the shortest."""
    before = hearing.before
    if before is None:
        return ("",)
    day, clock_time = public_day(before.date), clock(before.depart, before.date)
    at = before.board
    if hearing.pickup:
        at, clock_time = hearing.pickup, clock(hearing.pickup_at, before.date)
    facts = {"when": f"{day} {clock_time}".strip(), "board": short_place(at), "alight": short_place(before.alight)}
    return (
        _(" Void: what we told you before, {when} {board} to {alight}.").format(**facts),
        _(" Void: {when} {board}.").format(**facts),
    )
