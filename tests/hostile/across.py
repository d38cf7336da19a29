"""What only shows across rows and files: people listed twice, groups, shared phones."""

from __future__ import annotations

from tests.hostile.build import csv_bytes, person, table
from tests.hostile.case import GOOD, case, one

ACROSS = (
    case("same person twice in one file", one(person(1), person(1)), "R301 a.xlsx!S!B3", "2 1 0 1"),
    case("the finer destination is kept", one(person(1, destination="深圳"), person(1)), "R301 a.xlsx!S!B3", "2 1 0 1"),
    case("same person in two files", {"a.csv": GOOD, "b.csv": GOOD}, "R302 b.csv!!B2", "2 1 0 1"),
    case("one person, two wishes", one(person(1), person(1, destination="杭州")), "R303 a.xlsx!S!B3", "2 1 1 0"),
    case(
        "one person, two dates",
        {"b.csv": GOOD, "a.csv": csv_bytes(table(person(1, date="2027-02-20")))},
        "R303 b.csv!!B2",
        "2 1 1 0",
    ),
    case("one ID, two names", one(person(1), person(1, name="李四")), "R303 a.xlsx!S!B3", "2 1 1 0"),
    case(
        "one person three times",
        one(person(1), person(1), person(1, mode="火车")),
        "R301 a.xlsx!S!B3\nR303 a.xlsx!S!B4",
        "3 1 1 1",
    ),
    case("a bad row is no duplicate", one(person(1, destination="厂里"), person(1)), "R207 a.xlsx!S!E2", "2 1 1 0"),
    case(
        "a group that disagrees",
        one(person(1, group=7), person(2, group=7), person(3, group=7, destination="杭州")),
        "R304 a.xlsx!S!H4",
        "3 3 0 0",
    ),
    case(
        "coach against train", one(person(1, group="3"), person(2, group=3, mode="火车")), "R304 a.xlsx!S!H3", "2 2 0 0"
    ),
    case(
        "a companion who may be two people",
        one(person(1, group="李四"), person(2, name="李四"), person(3, name="李四")),
        "R304 a.xlsx!S!H2",
        "3 3 0 0",
    ),
    case(
        "a companion of another township",
        one(person(1, group="李四"), person(2, name="李四", township="罗渡镇")),
        "R304 a.xlsx!S!H2",
        "2 2 0 0",
    ),
    case(
        "one phone for seven",
        one(*(person(n, phone="13800000000") for n in range(1, 8))),
        "R306 a.xlsx!S!C2",
        "7 7 0 0",
    ),
    case("one phone for six", one(*(person(n, phone="13800000000") for n in range(1, 7))), "", "6 6 0 0"),
)
