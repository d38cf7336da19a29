"""Where people can board and alight: places, access and distances, and the one name of each place.

`read_network` gives the `Network` that every other reader asks: it knows the season's places, their aliases, the
townships and the built-in divisions.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path

from scheduler.i18n import _
from scheduler.places import Resolver, TownshipResolver, division, is_within, reach_km, work_stop_of
from scheduler.places.names import normalise
from scheduler.problem import AccessRow, Leg, Place, PlaceKind
from scheduler.roster.row_reader import Lookups
from scheduler.season.table_rows import MAX_YUAN, TableRow
from scheduler.season.tables import ACCESS, DISTANCES, NOT_LOCATED, PLACES, read_table, split_list
from scheduler.settings import Settings
from scheduler.tabular.issues import Issue
from scheduler.units import FEN_PER_YUAN, great_circle_km, round_half_up

MAX_KM = 10_000
MAX_MINUTES = 10_000
MAX_KM_PER_H = 200
LAT, LON = (3.0, 54.0), (73.0, 136.0)
"""The degrees between which China lies."""
_KINDS: Mapping[str, PlaceKind] = {
    "hub": "hub",
    "集散点": "hub",
    "集散中心": "hub",
    "stop": "stop",
    "上车点": "stop",
    "乡镇上车点": "stop",
    "下车点": "stop",
    "station": "station",
    "车站": "station",
    "火车站": "station",
    "employer": "employer",
    "企业": "employer",
    "用工企业": "employer",
    "用工单位": "employer",
}


class Network:
    """The season's places and what names mean.

    Parameters
    ----------
    settings : Settings
    places : mapping of str to Place
        The season's own places, by name.
    names : mapping of str to str
        Normalised name or alias -> name of a place.

    Attributes
    ----------
    access : dict of str to tuple of AccessRow
        By township.
    distances : dict of (str, str) to Leg
        By the names of both places; divisions stand under the name `division_place` gives them.
    lookups : Lookups
        What the rosters are read with.
    townships : TownshipResolver
    own_divisions : tuple of str
        Codes of the divisions that have a row, and so a name, of the season's own.
    """

    def __init__(self, settings: Settings, places: Mapping[str, Place], names: Mapping[str, str]) -> None:
        self.settings = settings
        self.places = dict(places)
        self.access: dict[str, tuple[AccessRow, ...]] = {}
        self.distances: dict[tuple[str, str], Leg] = {}
        self._names = names
        self._by_code = {p.division: p for p in places.values() if p.kind == "division" and p.division}
        self.own_divisions = tuple(self._by_code)
        self.lookups = self._lookups()
        self.resolver = Resolver(self.lookups.destinations)
        self.townships = TownshipResolver(self.lookups.townships, settings.home)

    def _lookups(self) -> Lookups:
        plain = Resolver()
        destinations, township_aliases, employers = {}, {}, {}
        for name, of in self._names.items():
            place = self.places[of]
            if place.kind == "employer":
                employers[name] = of
            if place.kind == "stop" and place.township:
                township_aliases[name] = place.township
            if place.division and (place.kind != "division" or named_division(name, plain) is None):
                destinations[name] = place.division
        townships = tuple(dict.fromkeys(place.township for place in self.places.values() if place.township))
        return Lookups(self.settings, destinations, townships, township_aliases, employers)

    def division_place(self, code: str) -> Place:
        """Return the place of a division: the season's own row for it, else the built-in one under its full name."""
        if code not in self._by_code:
            here = division(code)
            if here is None:
                raise KeyError(code)
            self._by_code[code] = Place(here.full_name, "division", here.lat, here.lon, division=code)
        return self._by_code[code]

    def work_stop(self, code: str) -> Place | None:
        """Return the stop of a destination by policy.work_level, None for a province."""
        stop = work_stop_of(code, self.settings.policy.work_level)
        return None if stop is None else self.division_place(stop)

    def destination(self, text: str) -> tuple[str, Place] | None:
        """Return the code of a destination and its stop; None where it is not known, or is a province."""
        found = self.resolver.resolve(text)
        stop = self.work_stop(found.code) if found.status == "found" and found.code else None
        return None if stop is None or found.code is None else (found.code, stop)

    def find(self, text: str) -> Place | None:
        """Return the place a table names: one of the season's, by name or alias, else a division by its name."""
        name = text if text in self.places else self._names.get(normalise(text))
        if name is not None:
            return self.places[name]
        code = named_division(text, self.resolver)
        return self.division_place(code) if code else None


def named_division(text: str, resolver: Resolver) -> str | None:
    """Return the code of the division that `text` is the name of, in full, in short or with what lies above it.

    Unlike a destination, nothing may stand behind the name: 深圳北站 is not 深圳.
    """
    found = resolver.resolve(text)
    here = division(found.code) if found.status == "found" and found.code else None
    if here is None:
        return None
    own = [here.name, here.short_name, here.short_name + "州", here.short_name + "县"]
    ways, parent = [own], here.parent
    while parent is not None and (above := division(parent)):
        ways.insert(0, ["", above.name, above.short_name])
        parent = above.parent
    names = {normalise("".join(parts)) for parts in product(*ways)}
    return here.code if normalise(text) in names else None


def read_network(season: Path, settings: Settings, issues: list[Issue]) -> Network:
    """Read places, access and distances of a season; what is wrong is added to `issues`."""
    reader = _PlacesReader(settings, issues)
    for row in read_table(season, PLACES, issues):
        reader.read(row)
    network = Network(settings, reader.places, reader.names)
    _read_distances(season, network, issues)
    _read_access(season, network, issues)
    for name, row in reader.rows.items():
        if not _can_be_reached(network.places[name], network):
            message = _("{name} has neither coordinates nor a row in distances").format(name=name)
            cure = _("fill in latitude and longitude, or add its distances")
            if network.places[name].kind == "station":
                cure = _("fill in latitude and longitude; for a station at the work end, its division")
            row.fault("lat", message, cure)
    return network


def _can_be_reached(place: Place, network: Network) -> bool:
    """Tell whether a place has a distance to somewhere, or needs none: a station that only trains serve."""
    if place.lat is not None or any(place.name in pair for pair in network.distances):
        return True
    boardings = {row.boarding for rows in network.access.values() for row in rows}
    listed = place.township is not None or place.division is not None or place.name in boardings
    return place.kind == "station" and listed


# Places ------------------------------------------------------------------------------------------------------------


class _PlacesReader:
    """Rows of the places table -> Network."""

    def __init__(self, settings: Settings, issues: list[Issue]) -> None:
        self.settings = settings
        self.places: dict[str, Place] = {}
        self.rows: dict[str, TableRow] = {}
        self.names: dict[str, str] = {}
        self.issues = issues
        self._plain = Resolver()
        self._townships = TownshipResolver((), settings.home)

    def read(self, row: TableRow) -> None:
        """Add one row's place and its aliases."""
        name = row.needed("name", _("the name"))
        if name.startswith(NOT_LOCATED.rstrip("：")):
            if not row.text("lat") and not row.text("lon"):
                return  # nobody has filled it in; whoever comes from there is told that the township has no stop
            name = name.removeprefix(NOT_LOCATED.rstrip("：")).lstrip("：: ")
        if name and normalise(name) in self.names:
            other = self.names[normalise(name)]
            row.fault("name", _("{name} is already taken by {other}").format(name=name, other=other), _one_name())
        township = self._township(row)
        code = self._division(row)
        kind = self._kind(row, name, township, code)
        lat, lon = _coordinates(row)
        if not row.ok or kind is None:
            return
        if kind == "division":
            code = named_division(name, self._plain)
            built_in = division(code or "")
            if any(place.kind == "division" and place.division == code for place in self.places.values()):
                row.fault("name", _("this division already has a row"), _one_name())
                return
            if lat is None and built_in:
                lat, lon = built_in.lat, built_in.lon
        contact, phone = row.text("contact"), row.text("phone")
        place = Place(name, kind, lat, lon, None if kind == "division" else township, code, contact, phone)
        self._compare_with_county(row, place)
        self.places[name] = place
        self.rows[name] = row
        self.names[normalise(name)] = name
        for alias in split_list(row.text("aliases")):
            self._alias(row, alias, name)

    def _compare_with_county(self, row: TableRow, place: Place) -> None:
        """Warn of a digit that slipped: every distance from there would be wrong, and nobody be told."""
        county = division(self.settings.home)
        if county is None or place.township is None or place.lat is None or place.lon is None:
            return
        km = great_circle_km(place.lat, place.lon, county.lat, county.lon)
        if place.kind in ("stop", "hub") and km > reach_km(county.code):
            form = _("{name} lies {km:.0f} km from the seat of {county}")
            message = form.format(name=place.name, km=km, county=county.name)
            row.fault("lat", message, "", spoil=False, code="R404")  # the cure is the code's

    def _alias(self, row: TableRow, alias: str, name: str) -> None:
        other = self.names.setdefault(normalise(alias), name)
        if other != name:
            message = _("the alias {alias} already means {other}").format(alias=alias, other=other)
            row.fault("aliases", message, _one_name(), spoil=False)

    def _township(self, row: TableRow) -> str | None:
        text = row.text("township")
        if not text:
            return None
        found = self._townships.resolve(text)
        if found.status == "ambiguous":
            names = "、".join(found.candidates)
            row.fault("township", _("the township is ambiguous"), _("write one of: {names}").format(names=names))
        elif found.status == "unknown" and found.proposal:
            message = _("the home county has no township {name}").format(name=text)
            row.fault("township", message, _("did you mean {name}?").format(name=found.proposal))
        # A township that the built-in list does not know is new, and the season's word for it holds.
        return found.name or text

    def _division(self, row: TableRow) -> str | None:
        """Return the division of a work-end place; one inside the home county says no more than that it is at home."""
        text = row.text("division")
        if not text:
            return None
        found = self._plain.resolve(text)
        if found.status != "found" or found.code is None:
            names = "、".join(here.full_name for code in found.candidates[:6] if (here := division(code)))
            slip = division(found.proposal or "")
            cure = _("write province, city and district, like 广东省深圳市宝安区")
            if slip:
                cure = _("did you mean {name}?").format(name=slip.full_name)
            elif names:
                cure = _("write one of: {names}").format(names=names)
            row.fault("division", _("the division {name} is unknown or ambiguous").format(name=text), cure)
            return None
        return None if is_within(found.code, self.settings.home) else found.code

    def _kind(self, row: TableRow, name: str, township: str | None, code: str | None) -> PlaceKind | None:
        text = row.text("kind").lower()
        kind = _KINDS.get(text)
        if text and kind is None:
            row.fault("kind", _("the kind of place is unknown"), _("write 集散点, 上车点, 车站 or 企业"))
            return None
        if kind in (None, "stop") and township is None:
            if named_division(name, self._plain):
                return "division"
            if code is None:
                message = _("{name} has no township, and is no division by its name").format(name=name)
                row.fault("township" if row.has_column("township") else "name", message, _("fill in the township"))
                return None
        if kind is None and township is None:
            row.fault("kind", _("the kind is empty"), _("write 集散点, 上车点, 车站 or 企业"))
            return None
        if kind == "employer" and code is None and row.ok:
            field_name = "division" if row.has_column("division") else "name"
            message = _("the employer {name} has no division at the work end").format(name=name)
            row.fault(field_name, message, _("write where it lies, like 广东省深圳市宝安区"))
        return kind or "stop"


def _one_name() -> str:
    return _("give every place one name of its own, in one row")


def _coordinates(row: TableRow) -> tuple[float | None, float | None]:
    lat = row.real("lat", _("the latitude"), -180, 180)
    lon = row.real("lon", _("the longitude"), -180, 180)
    if lat is None and lon is None:
        return None, None
    if lat is None or lon is None:
        if row.ok:
            missing = "lat" if lat is None else "lon"
            row.fault(missing, _("only one of latitude and longitude is given"), _("fill in both, or none"))
        return None, None
    if not (LAT[0] <= lat <= LAT[1] and LON[0] <= lon <= LON[1]):
        if LAT[0] <= lon <= LAT[1] and LON[0] <= lat <= LON[1]:
            row.fault("lat", _("latitude and longitude are swapped"), _("swap the two cells"))
        else:
            message = _("the point {lat}, {lon} lies outside China").format(lat=lat, lon=lon)
            row.fault("lat", message, _("write degrees, like 30.544 and 106.446"))
        return None, None
    return lat, lon


# Distances and access ----------------------------------------------------------------------------------------------


def _read_distances(season: Path, network: Network, issues: list[Issue]) -> None:
    for row in read_table(season, DISTANCES, issues):
        ends = [known_place(row, end, network) for end in ("from", "to")]
        km = row.real("km", _("the distance"), 0, MAX_KM, above=True)
        if km is None and row.ok:
            row.fault("km", _("the distance is empty"), _("fill in the cell"))
        minutes = row.real("minutes", _("the driving time"), 0, MAX_MINUTES, above=True)
        if km and minutes and km / minutes * 60 > MAX_KM_PER_H:
            message = _("{km:g} km in {minutes:g} min is faster than any coach").format(km=km, minutes=minutes)
            row.fault("minutes", message, _("write minutes, not hours"))
        if not row.ok or ends[0] is None or ends[1] is None or km is None:
            continue
        pair = ends[0].name, ends[1].name
        if pair[0] == pair[1]:
            row.fault("to", _("both ends are the same place"), _("write two places"))
        elif pair in network.distances:
            row.fault("to", _("these two places already have a row"), _("keep one of the rows"))
        else:
            network.distances[pair] = Leg(km, minutes)


def _read_access(season: Path, network: Network, issues: list[Issue]) -> None:
    rows: dict[str, dict[str, AccessRow]] = {}
    for row in read_table(season, ACCESS, issues):
        origin = _origin(row, network)
        boarding = known_place(row, "boarding", network)
        yuan = row.real("cost", _("the cost"), 0, MAX_YUAN)
        if yuan is None and row.ok:
            row.fault("cost", _("the cost is empty"), _("write 0 when it is free"))
        minutes = row.whole("minutes", _("the time"), 0, MAX_MINUTES)
        if boarding is not None and origin is not None:
            _check_boarding(row, origin, boarding)
        if not row.ok or origin is None or boarding is None or yuan is None:
            continue
        listed = rows.setdefault(origin, {})
        if boarding.name in listed:
            row.fault("boarding", _("this origin and boarding point already have a row"), _("keep one of the rows"))
        else:
            listed[boarding.name] = AccessRow(boarding.name, round_half_up(yuan * FEN_PER_YUAN), minutes)
    network.access = {origin: tuple(listed.values()) for origin, listed in rows.items()}


def _origin(row: TableRow, network: Network) -> str | None:
    """Return the township that an origin names, by itself or by its stop."""
    text = row.needed("origin", _("the origin"))
    if not text:
        return None
    place = network.places.get(text)
    found = network.townships.resolve(text)
    if place is None and found.status != "found":
        place = network.find(text)
    if place is not None and place.township is not None and place.kind == "stop":
        return place.township
    if found.status == "found":
        return found.name
    cure = _("write a township, or the stop of one")
    if found.candidates or found.proposal:
        cure = _("write one of: {names}").format(names="、".join(found.candidates or (found.proposal or "",)))
    row.fault("origin", _("{name} is no township and no stop of one").format(name=text), cure)
    return None


def _check_boarding(row: TableRow, origin: str, boarding: Place) -> None:
    if boarding.kind in ("hub", "station"):
        if boarding.division is not None and boarding.township is None:
            message = _("{name} lies at the work end").format(name=boarding.name)
            row.fault("boarding", message, _("write a hub or station of the home end"))
    elif boarding.kind != "stop" or boarding.township != origin:
        message = _("only hubs and stations take people from other townships; {name} is neither")
        cure = _("write a hub or station, or the township's own stop")
        row.fault("boarding", message.format(name=boarding.name), cure)


def known_place(row: TableRow, field_name: str, network: Network) -> Place | None:
    """Return the place a cell names; an empty cell or an unknown place is an issue."""
    label = {"from": _("the start"), "to": _("the end"), "boarding": _("the boarding point"), "stop": _("the stop")}
    text = row.needed(field_name, label[field_name])
    place = network.find(text) if text else None
    if text and place is None:
        cure = _("add it to places, or write a city or county by its full name")
        row.fault(field_name, _("the place {name} is unknown").format(name=text), cure)
    return place
