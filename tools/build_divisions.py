"""Rebuild divisions and townships of scheduler/places/data from their two sources (see PROVENANCE.md there).

python tools/build_divisions.py CHINA_DIVISION_DIST CPCA_ADCODES_CSV
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from scheduler.places.names import short_name

DATA_DIR = Path(__file__).parents[1] / "scheduler" / "places" / "data"

# Groupings of the statistical code list that are no places: 市辖区, 县, 省直辖县级行政区划.
PSEUDO_CITIES = {"1101", "1201", "3101", "5001", "5002", "4190", "4290", "4690", "6590"}
# Cities without counties; the source repeats them as their own only county.
CITIES_WITHOUT_COUNTIES = {"4419": "441900", "4420": "442000", "4604": "460400", "6202": "620201"}
MUNICIPALITIES = {"11", "12", "31", "50"}
# Not divided further in GB/T 2260. Hong Kong and Macau are one stop each, Taiwan is a province.
BEYOND = {"710000": ("台湾省", "province"), "810000": ("香港特别行政区", "city"), "820000": ("澳门特别行政区", "city")}

# Renamed since the coordinates were taken, under a name with another stem: new code -> old code.
SUCCESSORS = {
    "130284": "130223", "130505": "130526", "140215": "140227", "140404": "140421", "340210": "340221",
    "360404": "360421", "361104": "361121", "411003": "411023", "430212": "430221", "450181": "450127",
    "510117": "510124", "511504": "511521", "520281": "520222", "540600": "542400", "540602": "542421",
    "610118": "610125", "610482": "610427",
}  # fmt: skip
# New places the coordinates do not know: (lat, lon) of the seat of government, from general knowledge, +-3 km.
BY_HAND = {
    "130181": (37.94, 115.22), "130672": (39.12, 116.03), "130682": (38.52, 114.99), "130973": (38.38, 117.65),
    "140213": (40.08, 113.30), "140214": (40.01, 113.15), "140403": (36.20, 113.12), "140971": (38.98, 113.59),
    "152571": (46.26, 118.83), "230717": (47.73, 128.91), "230718": (47.73, 128.67), "230723": (48.45, 129.57),
    "230724": (48.29, 129.53), "230725": (47.03, 129.03), "230751": (47.41, 129.43), "232761": (50.41, 124.13),
    "232762": (50.70, 124.19), "232763": (51.67, 124.40), "232764": (52.04, 123.58), "320576": (31.32, 120.72),
    "320812": (33.55, 119.03), "330113": (30.42, 120.30), "330114": (30.31, 120.49), "330383": (27.58, 120.55),
    "360113": (28.70, 115.86), "410173": (34.53, 113.86), "440309": (22.66, 114.05), "440310": (22.69, 114.35),
    "440311": (22.75, 113.94), "540171": (36.41, 94.90), "620171": (36.48, 103.65), "632803": (38.25, 90.86),
    "632857": (37.85, 95.36), "659005": (47.35, 87.82), "659007": (44.84, 82.35), "659008": (43.95, 80.98),
    "659009": (37.21, 79.29), "659010": (44.69, 84.83), "659011": (42.80, 93.75), "659012": (46.66, 82.87),
}  # fmt: skip

Row = tuple[str, str, str, str]  # code, name, level, parent


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def divisions(dist: Path) -> Iterator[Row]:
    """Yield every province, city and county of the source, parents first."""
    for province in table(dist / "provinces.csv"):
        level = "city" if province["code"] in MUNICIPALITIES else "province"
        yield province["code"] + "0000", province["name"], level, ""
    for code, (name, level) in BEYOND.items():
        yield code, name, level, ""
    for city in table(dist / "cities.csv"):
        if city["code"] not in PSEUDO_CITIES:
            yield city["code"] + "00", city["name"], "city", city["provinceCode"] + "0000"
    for county in table(dist / "areas.csv"):
        city_code = county["cityCode"]
        if CITIES_WITHOUT_COUNTIES.get(city_code) == county["code"]:
            continue
        parent = county["provinceCode"] + "0000" if city_code in PSEUDO_CITIES else city_code + "00"
        yield county["code"], county["name"], "county", parent


def coordinates(rows: list[Row], adcodes: Path) -> dict[str, tuple[float, float, str]]:
    """Return code -> (lat, lon, where it came from) for every row."""
    known: dict[str, tuple[float, float]] = {}
    retired: dict[tuple[str, str], list[str]] = {}  # (province, short name) -> old codes
    current = {code for code, *_ in rows}
    for row in table(adcodes):
        if row["latitude"] and row["longitude"]:
            code = row["adcode"][:6]
            known[code] = (float(row["latitude"]), float(row["longitude"]))
            if code not in current:
                retired.setdefault((code[:2], short_name(row["name"])), []).append(code)
    found: dict[str, tuple[float, float, str]] = {}
    for code, name, _level, parent in rows:
        namesakes = retired.get((code[:2], short_name(name)), [])
        if code in known:
            found[code] = (*known[code], "cpca")
        elif code in BY_HAND:
            found[code] = (*BY_HAND[code], "hand")
        elif code in SUCCESSORS:
            found[code] = (*known[SUCCESSORS[code]], "old code")
        elif len(namesakes) == 1:
            found[code] = (*known[namesakes[0]], "old code")
        else:
            found[code] = (*found[parent][:2], "parent")
    return found


def write_divisions(rows: list[Row], where: dict[str, tuple[float, float, str]]) -> None:
    """Write divisions.csv: code, name, level, parent, lat, lon."""
    with (DATA_DIR / "divisions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "level", "parent", "lat", "lon"])
        for code, name, level, parent in rows:
            lat, lon, _ = where[code]
            writer.writerow([code, name, level, parent, f"{lat:.4f}", f"{lon:.4f}"])


def write_townships(dist: Path) -> int:
    """Write townships.csv.gz: code, name; return how many."""
    text = io.StringIO()
    streets = sorted((row["code"], row["name"]) for row in table(dist / "streets.csv"))
    csv.writer(text, lineterminator="\n").writerows(streets)
    # mtime 0: the same sources give the same bytes.
    (DATA_DIR / "townships.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    return len(streets)


def main(dist: Path, adcodes: Path) -> None:
    """Build both files and say what the coordinates were taken from."""
    rows = list(divisions(dist))
    where = coordinates(rows, adcodes)
    write_divisions(rows, where)
    sources = [source for *_, source in where.values()]
    print({source: sources.count(source) for source in sorted(set(sources))}, "divisions:", len(rows))
    print("from the parent:", [(code, name) for code, name, *_ in rows if where[code][2] == "parent"])
    print("townships:", write_townships(dist))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
