"""A season folder -> everything a plan is made from, and every issue found on the way.

Loading never stops at a bad cell: what cannot be used is an issue, and the rest goes on. Only a season.toml that
cannot be read stops it (`SeasonError`).
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from scheduler.errors import InputError, SeasonError
from scheduler.evaluate import Evaluator, hubs_without_stop
from scheduler.i18n import _, ngettext
from scheduler.keys import with_keys
from scheduler.problem import Party, Place, Problem, Train
from scheduler.roster.intake import Progress, read_roster
from scheduler.roster.parties import split_oversized
from scheduler.season.folder import SETTINGS, TABLES, SeasonFolder, below_roster
from scheduler.season.network import Network, read_network
from scheduler.season.pins.reading import read_pins
from scheduler.season.settings import KeyProblem, read_settings
from scheduler.season.tables import FLEET, PINS, PLACES, TRAINS
from scheduler.season.vehicles import read_escorts, read_fleet, read_trains
from scheduler.settings import Settings
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.workbook import SUFFIXES

_NEEDED = (FLEET.stem, TRAINS.stem, PLACES.stem, PINS.stem)
_ROW_REFUSED = ("R106", "R401")
_NOT_READ = ("R101", "R102", "R103", "R104", "R107")


@dataclass(frozen=True, slots=True)
class Unread:
    """What of one file could not be used: all of it, a table, people without one, or rows of the season's tables.

    Attributes
    ----------
    file, sheet : str
        As issues name them.
    code : str
    rows : tuple of int
        The rows refused, as Excel numbers them; none: all of the file, sheet or table, or the people of the message.
    message : str
        Why; the first row's reason where there are several.
    """

    file: str
    sheet: str
    code: str
    rows: tuple[int, ...]
    message: str

    @property
    def is_needed(self) -> bool:
        """Whether a plan without it is not the plan asked for: whole files, what carries people or where, decisions."""
        return not self.rows or Path(self.file).stem.lower() in _NEEDED

    @property
    def is_of_pins(self) -> bool:
        """Whether it is what the dispatcher has decided, and nobody is missing for want of it."""
        return Path(self.file).stem.lower() == PINS.stem


@dataclass(frozen=True)
class Intake:
    """A season as read.

    Attributes
    ----------
    settings : Settings
    issues : tuple of Issue
        season.toml and the tables first, then the rosters, each in the order of sheet and row.
    problem : Problem
        Without the rows set aside.
    people, fit, set_aside, duplicates : int
        Rows that hold a person = those in the problem + those set aside + those dropped as duplicates.
    unread : tuple of Unread
        Files, tables and rows of tables that the problem is without; people set aside for their own row are not among
        them.
    resolve : callable
        A destination as people write it -> its division's code, and the stop of its city (county); None where it is
        not known.
    """

    settings: Settings
    issues: tuple[Issue, ...]
    problem: Problem
    people: int
    fit: int
    set_aside: int
    duplicates: int
    unread: tuple[Unread, ...] = ()
    resolve: Callable[[str], tuple[str, Place] | None] = field(default_factory=lambda: _knows_none)

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that set something aside."""
        return tuple(found for found in self.issues if found.severity == "error")

    def refuse_slips(self) -> None:
        """Refuse to plan while a default stands in for a key of season.toml that could not be used.

        Raises
        ------
        InputError
            Naming the first such key.
        """
        for found in self.errors:
            if found.file == SETTINGS:
                raise InputError(found.message, found.where, found.cure)


def _knows_none(_destination: str) -> None:
    """Resolve no destination."""


def load(
    season: Path,
    progress: Progress | None = None,
    *,
    salt: bytes | None = None,
    change: Callable[[Settings], Settings] | None = None,
) -> Intake:
    """Read a season folder.

    Parameters
    ----------
    season : Path
        The season folder.
    salt : bytes, optional
        The season's own, which people's keys are made with; without it nobody has one, which is enough to check.
    progress : callable, optional
        Told after each roster file how many are read, and how many there are.
    change : callable, optional
        Applied to the settings before anything else is read: they decide windows and parties.

    Returns
    -------
    Intake
        The problem, and everything that was found on the way.

    Raises
    ------
    SeasonError
        When the folder or its season.toml cannot be read.
    """
    settings, slips = read_settings(season)
    if change is not None:
        settings = change(settings)
    issues: list[Issue] = []
    try:
        network = read_network(season, settings, issues)
        line_types, feeder_types = read_fleet(season, settings, issues)
        trains = read_trains(season, network, issues)
        escorts = read_escorts(season, settings, issues)
        digest = inputs_sha256(season)
    except OSError as error:
        reason = _("cannot be read: {reason}").format(reason=error.strerror or error)
        raise SeasonError(reason, str(season), _("check the file and the folder's permissions")) from error
    own_names = {code: network.division_place(code).name for code in network.own_divisions}
    roster = read_roster(SeasonFolder(season).roster, network.lookups, own_names, progress)
    stops = {network.work_stop(party.destination) for party in roster.parties}
    places = _places(network, [stop.place for train in trains for stop in train.stops], stops)
    problem = Problem(
        settings=settings,
        parties=roster.parties,
        places=places,
        vehicle_types=line_types,
        trains=trains,
        access=network.access,
        distances={pair: leg for pair, leg in network.distances.items() if pair[0] in places and pair[1] in places},
        feeder_types=feeder_types,
        escorts=escorts,
        set_aside=roster.set_aside,
        inputs_sha256=digest,
    )
    capacity = Capacity(problem)
    parties = tuple(split_oversized(roster.parties, capacity.of))
    problem = replace(problem, parties=parties if salt is None else with_keys(parties, salt))
    problem = replace(problem, pins=read_pins(season, problem, network, issues, salt))
    issues += _not_followed(season)
    unread = tuple(_unread([*issues, *roster.issues]))
    issues += _townships_without_stop(problem, season)
    issues += _nothing_to_ride(problem, season)
    return Intake(
        settings,
        (*map(_of_key, slips), *issues, *roster.issues),
        problem,
        people=roster.people,
        fit=roster.fit,
        set_aside=len(roster.set_aside),
        duplicates=roster.dropped,
        unread=unread,
        resolve=network.destination,
    )


class Capacity:
    """The most people of a party that one run could ever carry: over-large parties are split by it."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._evaluator = Evaluator(problem)
        self._coach_seats: dict[tuple[str, str, date, date], int] = {}
        self._drivers: dict[tuple[str, str], frozenset[int]] = {}
        self._trains: dict[tuple[str, str], tuple[Train, ...]] = {}

    def of(self, party: Party) -> int:
        """Return the passenger seats of the largest coach or train block the party could use; 0 without any."""
        if party.size == 1:
            return 1
        coach = self._by_coach(party) if party.mode != "train" else 0
        return max(coach, self._by_train(party) if party.mode != "coach" else 0)

    def _by_coach(self, party: Party) -> int:
        wish = party.origin, party.work_stop, party.earliest, party.latest
        if wish not in self._coach_seats:
            self._coach_seats[wish] = self._most_coach_seats(party)
        return self._coach_seats[wish]

    def _most_coach_seats(self, party: Party) -> int:
        evaluator, key = self._evaluator, (party.origin, party.work_stop)
        if key not in self._drivers:
            paths = (evaluator.path([home], [party.work_stop]) for home in evaluator.access_fen(party.origin))
            self._drivers[key] = frozenset(evaluator.drivers(path) for path in paths if path.path_m > 0)
        seats = [
            evaluator.seats(vehicle.rated_seats, number)
            for number in self._drivers[key]
            for vehicle in self._problem.vehicle_types
            if any(row.count and row.first <= party.latest and party.earliest <= row.last for row in vehicle.rows)
        ]
        return max(0, max(seats, default=0) - evaluator.policy.reserve_seats)

    def _by_train(self, party: Party) -> int:
        key = party.origin, party.work_stop
        if key not in self._trains:
            options = self._evaluator.train_options
            self._trains[key] = tuple(train for train in self._problem.trains if options(train, party))
        return max((t.seats for t in self._trains[key] if party.earliest <= t.date <= party.latest), default=0)


def inputs_sha256(season: Path) -> str:
    """Return one digest of season.toml and every table and roster file, by path and content.

    The same on every system: paths have slashes and stand in the order of their characters.
    """
    found = SeasonFolder(season).inputs()
    digest = hashlib.sha256()
    for name in sorted(found):
        try:
            content = hashlib.sha256(found[name].read_bytes()).hexdigest()
        except OSError:
            content = "unreadable"  # check reports it as R101
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


def _of_key(slip: KeyProblem) -> Issue:
    message = f"{slip.key}: {slip.message}"
    return issue("R401", SETTINGS, row=slip.row, value=slip.value, message=message, cure=slip.cure)


def _places(network: Network, train_stops: Iterable[str], work_stops: Iterable[Place | None]) -> dict[str, Place]:
    """Return the season's own places, and the divisions that parties go to or trains stop at."""
    places = dict(network.places)
    for name in train_stops:
        place = network.find(name)
        if place is not None:
            places.setdefault(place.name, place)
    for stop in sorted(filter(None, work_stops), key=lambda place: place.division or ""):
        places.setdefault(stop.name, stop)
    return places


def people_without_stop(problem: Problem) -> dict[str, int]:
    """Return how many people of each township can board nowhere, for it has neither a stop nor rows in access."""
    people: Counter[str] = Counter()
    for party in problem.parties:
        if party.origin not in problem.township_stop and party.origin not in problem.access:
            people[party.origin] += party.size
    return dict(sorted(people.items()))


def _townships_without_stop(problem: Problem, season: Path) -> list[Issue]:
    """Return an issue for each township whose people can board nowhere."""
    files = SeasonFolder(season).table_files(PLACES.stem)
    file = files[0].name if files else "places.csv"
    found = []
    for township, number in people_without_stop(problem).items():
        message = ngettext(
            "the township {township} has no stop in places and no rows in access: its {n} person cannot be planned",
            "the township {township} has no stop in places and no rows in access: its {n} people cannot be planned",
            number,
        )
        cure = _("add a stop (上车点) of the township with its coordinates to {file}")
        hubs = hubs_without_stop(problem, township)
        if hubs:
            message = ngettext(
                "the township {township} has only {hubs}, no stop in places and no rows in access: "
                "its {n} person cannot be planned",
                "the township {township} has only {hubs}, no stop in places and no rows in access: "
                "its {n} people cannot be planned",
                number,
            )
            cure = _(
                "add a stop (上车点) of the township to {file}, its coordinates may be those of {hub}; "
                "or write in access that its people board at {hub}"
            )
        said = {"township": township, "n": number, "file": file, "hubs": " ".join(hubs), "hub": "".join(hubs[:1])}
        found.append(issue("R401", file, value=township, message=message.format(**said), cure=cure.format(**said)))
    return found


def _unread(issues: Sequence[Issue]) -> Iterator[Unread]:
    """Yield what the issues of tables and rosters say is lost beside rows of people, in their order."""
    lost: dict[tuple[str, str, str, bool, int], list[Issue]] = {}
    for found in issues:
        of_people = below_roster(found.file) is not None
        if found.code in _NOT_READ or (found.code in _ROW_REFUSED and found.severity == "error" and not of_people):
            is_whole = found.code in _NOT_READ or found.row is None
            block = (found.row or 0) if found.code == "R104" else 0  # each says its own rows
            lost.setdefault((found.file, found.sheet, found.code, is_whole, block), []).append(found)
    for (file, sheet, code, is_whole, _block), found_there in lost.items():
        rows = () if is_whole else tuple(sorted({each.row for each in found_there if each.row is not None}))
        yield Unread(file, sheet, code, rows, found_there[0].message)


def _not_followed(season: Path) -> Iterator[Issue]:
    """Yield an issue for each table or roster that is passed over: a link out of the season or to nowhere, a folder."""
    home, roster = season.resolve(), SeasonFolder(season).roster
    tables = [path for path in season.iterdir() if path.stem.lower() in TABLES]
    rosters = [Path(here, name) for here, folders, files in os.walk(roster) for name in (*folders, *files)]
    for path in sorted((*tables, *rosters)):
        is_table = path.suffix.lower() in SUFFIXES
        if path.name.startswith((".", "~$")):
            continue
        if path.is_symlink() and (is_table or path.is_dir()):
            if not path.exists() or not path.resolve().is_relative_to(home):
                message = _("the link leads out of the season folder, or nowhere, and is not followed")
                cure = _("put the file itself there")
                yield issue("R101", path.relative_to(season).as_posix(), message=message, cure=cure)
        elif is_table and path in tables and path.is_dir():
            cure = _("put the file itself there")
            yield issue("R101", path.name, message=_("a folder has the name of a table"), cure=cure)


def _nothing_to_ride(problem: Problem, season: Path) -> list[Issue]:
    """Return an issue where people want a coach and there is none; trains alone are fine for those who take one."""
    if problem.vehicle_types:
        return []
    people = sum(party.size for party in problem.parties if party.mode == "coach" or not problem.trains)
    if not people:
        return []
    files = SeasonFolder(season).table_files(FLEET.stem)
    if files:
        form = ngettext(
            "the fleet table gives no coach that can be used: {n} person has nothing to ride",
            "the fleet table gives no coach that can be used: {n} people have nothing to ride",
            people,
        )
    else:
        form = ngettext(
            "there is no fleet table: {n} person has nothing to ride",
            "there is no fleet table: {n} people have nothing to ride",
            people,
        )
    cure = _("list the coaches in fleet.csv or fleet.xlsx (scheduler init writes one to fill in)")
    return [issue("R402", files[0].name if files else "fleet.csv", message=form.format(n=people), cure=cure)]
