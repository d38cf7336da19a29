"""What can carry people, and who rides along: fleet, trains, escorts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from scheduler.i18n import _
from scheduler.problem import Escort, FleetRow, Train, TrainStop, VehicleType
from scheduler.roster.dates import DateReader
from scheduler.season.network import Network, known_place
from scheduler.season.table_rows import MAX_YUAN, TableRow
from scheduler.season.tables import ESCORTS, FLEET, TRAINS, read_table
from scheduler.settings import Settings
from scheduler.tabular.issues import Issue
from scheduler.units import FEN_PER_YUAN, round_half_up

MAX_RATED_SEATS = 300
MAX_COACHES = 100_000
MAX_TRAIN_SEATS = 5_000
_FEEDER = frozenset({"feeder", "接驳", "接驳车", "短途"})
_LINE = frozenset({"", "line", "长途", "干线"})


# Fleet -------------------------------------------------------------------------------------------------------------


def read_fleet(
    season: Path, settings: Settings, issues: list[Issue]
) -> tuple[tuple[VehicleType, ...], tuple[VehicleType, ...]]:
    """Return the coaches of long-distance runs, and the vehicles of feeder rounds."""
    reader = _FleetReader(settings)
    for row in read_table(season, FLEET, issues):
        reader.read(row)
    return tuple(reader.types["line"].values()), tuple(reader.types["feeder"].values())


class _FleetReader:
    """Rows of the fleet table -> vehicle types by use; rows of one type and operator share seats and costs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.dates = DateReader(settings.first_date, settings.last_date)
        self.types: dict[str, dict[tuple[str, str], VehicleType]] = {"line": {}, "feeder": {}}
        self.plates: dict[str, list[FleetRow]] = {}

    def read(self, row: TableRow) -> None:
        """Add one row's coaches to their type."""
        use = self._use(row)
        name = row.needed("vehicle_type", _("the vehicle type"))
        key = name, row.text("operator")
        seats = row.whole("rated_seats", _("the number of rated seats"), 1, MAX_RATED_SEATS)
        fixed = row.real("fixed_cost", _("the fixed cost"), 0, MAX_YUAN)
        per_km = row.real("cost_per_km", _("the cost per km"), 0, MAX_YUAN)
        coaches = self._coaches(row)
        known = self.types[use].get(key)
        if known is not None:
            self._agree(row, known, seats, fixed, per_km)
        elif row.ok and seats is None:
            row.fault("rated_seats", _("the number of rated seats is empty"), _("fill in the cell"))
        elif row.ok and fixed is None and per_km is None:
            row.fault("cost_per_km", _("the coach has no cost"), _("fill in the fixed cost, the cost per km, or both"))
        if not row.ok or coaches is None:
            return
        if coaches.plate is not None:
            self.plates.setdefault(coaches.plate, []).append(coaches)
        if known is None:
            per_km_fen = round((per_km or 0) * FEN_PER_YUAN, 6)
            known = VehicleType(*key, seats or 0, round_half_up((fixed or 0) * FEN_PER_YUAN), per_km_fen)
        self.types[use][key] = replace(known, rows=(*known.rows, coaches))

    def _use(self, row: TableRow) -> str:
        text = row.text("use").lower()
        if text not in _FEEDER and text not in _LINE:
            row.fault("use", _("the use of the vehicle is unknown"), _("write 长途 (line) or 接驳 (feeder)"))
        return "feeder" if text in _FEEDER else "line"

    def _coaches(self, row: TableRow) -> FleetRow | None:
        count = row.whole("count", _("the number of vehicles"), 0, MAX_COACHES)
        first, last = days_available(row, self.settings, self.dates)
        plate = row.text("plate").upper().replace(" ", "") or None
        if plate and count not in (None, 1):
            row.fault("count", _("one plate, but several vehicles"), _("write one row for each plate, the number 1"))
        if plate and any(other.first <= last and first <= other.last for other in self.plates.get(plate, ())):
            row.fault("plate", _("this plate already has a row for these days"), _("delete one of the rows"))
        return FleetRow(1 if count is None else count, first, last, plate) if row.ok else None

    def _agree(
        self, row: TableRow, known: VehicleType, seats: int | None, fixed: float | None, per_km: float | None
    ) -> None:
        """Refuse a row that gives its type other seats or costs than the type's first row; empty cells follow it."""
        given = (
            ("rated_seats", seats, float(known.rated_seats)),
            ("fixed_cost", fixed, known.fixed_cost_fen / FEN_PER_YUAN),
            ("cost_per_km", per_km, known.cost_per_km_fen / FEN_PER_YUAN),
        )
        for name, value, first in given:
            if value is not None and abs(value - first) > 1e-6:
                message = _("{type} of {operator} has {first:g} here in its first row")
                row.fault(
                    name,
                    message.format(type=known.vehicle_type, operator=known.operator or "—", first=first),
                    _("make the rows of one type and operator agree, or give the type another name"),
                )


def days_available(row: TableRow, settings: Settings, dates: DateReader) -> tuple[date, date]:
    """Return a row's days from `from` to `to`; the season's where a cell is empty. An empty span is an issue."""
    first = row.day("from", _("the first day"), dates) or settings.first_date
    last = row.day("to", _("the last day"), dates) or settings.last_date
    if row.ok and first > last:
        row.fault("from", _("the first day is after the last"), _("swap them, or mend the year"))
    elif row.ok and (last < settings.first_date or settings.last_date < first):
        message = _("these days lie outside the season")
        row.fault("from" if row.text("from") else "to", message, _season_days(settings))
    return first, last


def _season_days(settings: Settings) -> str:
    form = _("the season runs from {first} to {last}")
    return form.format(first=settings.first_date, last=settings.last_date)


# Trains ------------------------------------------------------------------------------------------------------------


@dataclass
class _TrainRows:
    """The rows of one train on one date, as far as they can be used."""

    first: TableRow
    ok: bool = True
    stops: list[TrainStop] = field(default_factory=list)
    seats: int | None = None
    fixed: float | None = None
    min_load: int | None = None
    resell: bool | None = None


def read_trains(season: Path, network: Network, issues: list[Issue]) -> tuple[Train, ...]:
    """Return the trains of a season; a stop that cannot be used is left out, a train without any use as well."""
    trains: dict[tuple[str, date], _TrainRows] = {}
    settings = network.settings
    dates = DateReader(settings.first_date, settings.last_date)
    for row in read_table(season, TRAINS, issues):
        name = row.needed("train", _("the train"))
        day = row.day("date", _("the date"), dates)
        if day is None and row.ok:
            row.fault("date", _("{label} is empty").format(label=_("the date")), _("write it like 2027-02-15"))
        elif day is not None and not settings.first_date <= day <= settings.last_date:
            row.fault("date", _("the train runs outside the season"), _season_days(settings))
        if not row.ok or day is None:
            continue
        _add_stop(row, trains.setdefault((name, day), _TrainRows(row)), network)
    found = (_train(name, day, rows, network) for (name, day), rows in trains.items())
    return tuple(train for train in found if train is not None)


def _add_stop(row: TableRow, train: _TrainRows, network: Network) -> None:
    """Read one stop, and the train's own cells, which stand on its first row (or on each, the same)."""
    _read_block(row, train)
    place = known_place(row, "stop", network)
    arrive = row.clock("arrive", _("the arrival"))
    depart = row.clock("depart", _("the departure"))
    fare = row.real("fare", _("the fare"), 0, MAX_YUAN)
    boards = row.yes("boards", _("whether people can board"))
    if place is not None and any(stop.place == place.name for stop in train.stops):
        row.fault("stop", _("the train stops here twice"), _("keep one row for each stop"))
    _check_times(row, train, arrive, depart)
    if row.ok and place is not None:
        fare_fen = None if fare is None else round_half_up(fare * FEN_PER_YUAN)
        train.stops.append(TrainStop(place.name, arrive, depart, fare_fen, boards))


def _read_block(row: TableRow, train: _TrainRows) -> None:
    least = 1 if row is train.first else 0
    block = {
        "seats": row.whole("seats", _("the number of seats"), least, MAX_TRAIN_SEATS),
        "fixed": row.real("fixed_cost", _("the fixed cost"), 0, MAX_YUAN),
        "min_load": row.whole("min_load", _("the least number of people"), least, MAX_TRAIN_SEATS),
        "resell": row.yes("resell", _("whether seats are sold again")) if row.text("resell") else None,
    }
    if row is not train.first:
        # A form filled with 0 and 否 all the way down says there no more than empty cells.
        block = {name: value or None for name, value in block.items()}
    train.ok = train.ok and row.ok  # without its seats or costs the whole train is of no use
    for name, value in block.items():
        known = getattr(train, name)
        if known is not None and value is not None and known != value:
            heading = "fixed_cost" if name == "fixed" else name
            message = _("the train's first row says {first}").format(first=known)
            row.fault(heading, message, _("write it on the train's first row only"))
            train.ok = False
        elif known is None:
            setattr(train, name, value)


def _check_times(row: TableRow, train: _TrainRows, arrive: int | None, depart: int | None) -> None:
    """Refuse times that run backwards: within the stop, or from the stop before."""
    cure = _("correct the time; a time on the next day is written 06:15+1")
    last = train.stops[-1] if train.stops else None
    times = (last.arrive_min, last.depart_min) if last else ()
    before = max((time for time in times if time is not None), default=None)
    if arrive is not None and before is not None and arrive < before:
        row.fault("arrive", _("the train arrives before it left the stop before"), cure)
    elif depart is not None and before is not None and depart < before:
        row.fault("depart", _("the train leaves before it left the stop before"), cure)
    elif arrive is not None and depart is not None and depart < arrive:
        row.fault("depart", _("the train leaves before it arrives"), cure)


def _train(name: str, day: date, rows: _TrainRows, network: Network) -> Train | None:
    """Return the train, None (and an issue on its first row) when nobody could ever use it."""
    if not rows.ok:
        return None
    if rows.seats is None:
        message = _("the train {train} has no number of seats").format(train=name)
        rows.first.fault("seats", message, _("write it on the train's first row"))
        return None
    if rows.min_load is not None and rows.min_load > rows.seats:
        message = _("the train {train} needs more people than it has seats").format(train=name)
        rows.first.fault("min_load", message, _("correct one of the two numbers"))
        return None
    useless = _useless(rows.stops, network)
    if useless:
        rows.first.fault(useless[0], f"{name}: {useless[1]}", useless[2])
        return None
    fixed_fen = round_half_up((rows.fixed or 0) * FEN_PER_YUAN)
    return Train(name, day, rows.seats, tuple(rows.stops), fixed_fen, rows.min_load or 1, bool(rows.resell))


def _useless(stops: list[TrainStop], network: Network) -> tuple[str, str, str] | None:
    """Return field, message and cure when nobody can board and then alight, from home to work or the other way."""
    boarding = [i for i, stop in enumerate(stops) if stop.boards]
    alighting = [i for i, stop in enumerate(stops) if stop.fare_fen is not None]
    if not boarding:
        return "boards", _("nobody can board this train"), _("write 是 under 可上车 where people can board")
    if not any(i > boarding[0] for i in alighting):
        message = _("nobody can alight from this train after a stop where people board")
        return "fare", message, _("write the fare (0 if free) where people can alight")
    work = alighting if network.settings.direction == "to_work" else boarding
    home = boarding if network.settings.direction == "to_work" else alighting
    if not any(_at_work(stops[i], network) for i in work):
        message = _("no stop of this train belongs to a destination")
        return "stop", message, _("give the stations at the work end their division in places")
    if all(_at_work(stops[i], network) for i in home):
        message = _("no stop of this train lies at the home end")
        return "stop", message, _("add the home stations to places, without a division")
    return None


def _at_work(stop: TrainStop, network: Network) -> bool:
    place = network.find(stop.place)
    return place is not None and place.township is None and place.division is not None


# Escorts -----------------------------------------------------------------------------------------------------------


def read_escorts(season: Path, settings: Settings, issues: list[Issue]) -> tuple[Escort, ...]:
    """Return the staff who can ride along; one name is one person."""
    escorts: list[Escort] = []
    dates = DateReader(settings.first_date, settings.last_date)
    for row in read_table(season, ESCORTS, issues):
        name = row.needed("name", _("the name"))
        first, last = days_available(row, settings, dates)
        if any(other.name == name and other.first <= last and first <= other.last for other in escorts):
            message = _("the escort {name} already has a row for these days").format(name=name)
            row.fault("name", message, _("delete one row, or tell two people apart by their unit: 张伟（交通局）"))
        if row.ok:
            escorts.append(Escort(name, row.text("phone"), row.text("unit"), first, last))
    return tuple(escorts)
