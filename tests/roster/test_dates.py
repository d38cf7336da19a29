"""Dates as people write them, in seasons within one lunar month, over two, and over New Year."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from lunar_python import Lunar, LunarMonth, LunarYear

from scheduler.roster.dates import DateReader, DateWish, _lunar_date, _lunar_months
from scheduler.tabular.sheets.workbook import Value

READER = DateReader(date(2027, 2, 10), date(2027, 2, 28))
NEW_YEAR = DateReader(date(2026, 12, 20), date(2027, 1, 31))
FIFTEENTH = date(2027, 2, 15)


@pytest.mark.parametrize(
    "value",
    [
        "2027-02-15",
        "2027/2/15",
        "2027.2.15",
        "20270215",
        20270215.0,
        "2027年2月15日",
        "2027年 2月 15日",
        "２０２７年２月１５日",
        "27/2/15",
        "2月15日",
        "2月15号",
        "2/15",
        "2-15",
        "2.15",
        2.15,
        "0215",
        215,
        "15日",
        "2/15/2027",
        "15/2/2027",
        "二月十五日",
        "二〇二七年二月十五日",
        "二月十五",  # in characters, without 日: of the two calendars the one that lies in the season
        "2月15日左右",
        "2月15日（周一）",
        "2月15日(正月初十)",
        "2027-02-15 08:30:00",
        "2027-02-15T08:30",
        "2月15日上午8点",
        "46433",
        46433,
        46433.75,
        44971,  # counted from 1904: from 1900 it would be in 2023
        date(2027, 2, 15),
        datetime(2027, 2, 15, 8, 30),
        "正月初十",
        "正月10",
        "正月初10",
        "2027、2、15",
        "正月初十日",
        "农历正月初十",
        "大年初十",
        "初十",
        "2027年正月初十",
        " 2027-02-15\n",
        "2027年02月15日 星期一",
        "2027/02/15 0:00",
        "15-Feb-27",
        "15 February 2027",
        "15-Feb",
    ],
)
def test_one_day(value: Value) -> None:
    assert READER.read(value) == DateWish(FIFTEENTH)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2027-02-14T16:00:00Z", True),
        ("2027-02-14T16:00:00.000Z", True),
        ("2027-02-14 16:00:00 UTC", True),
        ("2027-2-14T16:00Z", True),
        ("2027-02-14T11:00:00-05:00", True),
        ("2027-02-15T15:59:59Z", False),
        ("2027-02-15T00:00:00+08:00", False),
        ("2027/02/15 00:00:00 GMT+0800", False),
    ],
)
def test_a_time_with_its_zone_is_the_day_in_beijing(text: str, moved: bool) -> None:
    assert READER.read(text) == DateWish(FIFTEENTH, moved=moved)


@pytest.mark.parametrize(
    "value",
    [1802620800000, 1802620800, "1802620800000", "1802620800", "/Date(1802620800000)/", "2027-02-30T16:00:00Z"],
)
def test_moments_counted_in_seconds_are_not_guessed(value: Value) -> None:
    assert not READER.read(value).readable


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("正月十六以后", "2027-02-21", None),
        ("2月20日后", "2027-02-20", None),
        ("初十起", "2027-02-15", None),
        ("初十以后都行", "2027-02-15", None),
        ("廿以后", "2027-02-25", None),
        ("2月20日以前", None, "2027-02-20"),
        ("正月十六之前", None, "2027-02-21"),
        ("2月15日-2月18日", "2027-02-15", "2027-02-18"),
        ("2月15-18日", "2027-02-15", "2027-02-18"),
        ("2.15-2.18", "2027-02-15", "2027-02-18"),
        ("2027-02-15~2027-02-18", "2027-02-15", "2027-02-18"),
        ("初八到初十", "2027-02-13", "2027-02-15"),
        ("正月初八至十二", "2027-02-13", "2027-02-17"),
        ("2月15日或16日", "2027-02-15", "2027-02-16"),
        ("2月15、16日", "2027-02-15", "2027-02-16"),
        ("2月中旬", "2027-02-11", "2027-02-20"),
        ("2月下旬", "2027-02-21", "2027-02-28"),
    ],
)
def test_windows(text: str, earliest: str | None, latest: str | None) -> None:
    first, last = (date.fromisoformat(each) if each else None for each in (earliest, latest))
    assert READER.read(text) == DateWish(None, first, last)


@pytest.mark.parametrize("text", ["", "无", "随时", "不限", "-"])
def test_no_wish(text: str) -> None:
    assert READER.read(text) == DateWish()


@pytest.mark.parametrize(
    "value",
    [
        "下个月",
        "待定",
        "过完年",
        "2月30日",
        "2027-02-29",
        "2月29日",
        "正月三十一",
        "15",
        "8月",
        "x" * 100,
        True,
        time(8),
        -5,
        1e300,
        float("nan"),
        "99999",
        "2月底",
    ],
)
def test_unreadable(value: Value) -> None:
    assert not READER.read(value).readable


def test_the_year_and_the_lunar_month_are_those_of_the_season() -> None:
    assert NEW_YEAR.read("12月25日").day == date(2026, 12, 25)
    assert NEW_YEAR.read("1/5").day == date(2027, 1, 5)
    assert NEW_YEAR.read("冬月二十").day == date(2026, 12, 28)
    assert NEW_YEAR.read("初八").day == date(2027, 1, 15)
    assert DateReader(date(2027, 1, 22), date(2027, 2, 5)).read("廿六").day == date(2027, 2, 2)
    assert DateReader(date(2027, 1, 22), date(2027, 2, 5)).read("腊月二十六").day == date(2027, 2, 2)


def test_a_day_that_the_season_has_twice_is_not_guessed() -> None:
    assert not NEW_YEAR.read("25日").readable
    assert not DateReader(date(2027, 1, 20), date(2027, 2, 28)).read("廿").readable


def test_a_date_outside_the_season_stays_itself() -> None:
    assert READER.read("2026-02-15").day == date(2026, 2, 15)
    assert READER.read("腊月廿六").day == date(2027, 2, 2)
    assert READER.read("除夕").day == date(2027, 2, 5)


def test_a_serial_follows_the_workbook() -> None:
    assert READER.read(44971, date1904=True).day == FIFTEENTH
    assert READER.read(40000).day == date(2009, 7, 6)
    assert READER.read(40000, date1904=True).day == date(2013, 7, 7)


def test_a_number_cut_by_excel_is_taken_only_when_clear() -> None:
    assert READER.read(2.1).day == date(2027, 2, 10)  # 2.10; 2.1 would lie outside the season
    assert not DateReader(date(2027, 2, 1), date(2027, 2, 28)).read(2.1).readable


def test_lunar_dates_agree_with_the_almanac() -> None:
    for year in range(2020, 2036):
        for month in range(1, 13):
            for day in (1, 15, 29):
                solar = Lunar.fromYmd(year, month, day).getSolar()
                assert _lunar_date(year, month, day) == date(solar.getYear(), solar.getMonth(), solar.getDay())


def test_new_years_eve_of_a_short_month() -> None:
    assert READER.read("腊月三十").day == date(2027, 2, 5)


@pytest.mark.parametrize("year", [239, 1900, 1984, 2025, 2033, 2100])
def test_every_month_of_a_lunar_year_is_the_library_s(year: int) -> None:
    """2025 has a second sixth month, 2033 a second eleventh; 239 two twelfth ones, of which the first is meant."""
    for month in (*range(-12, 0), *range(1, 13)):
        found = LunarMonth.fromYm(year, month)
        first = None if found is None else date.fromordinal(int(found.getFirstJulianDay()) - 1_721_425)
        assert _lunar_date(year, month, 1) == first


def test_a_lunar_year_is_reckoned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library keeps but the last year, and a date without a year is looked for in three."""
    asked = []
    reckon = LunarYear.fromYear
    monkeypatch.setattr(LunarYear, "fromYear", lambda year: (asked.append(year), reckon(year))[1])
    _lunar_months.cache_clear()
    reader = DateReader(date(2027, 2, 10), date(2027, 2, 28))
    for text in ("正月初八", "腊月廿六", "初十", "正月十五", "二月初二"):
        assert reader.read(text).readable
    assert len(asked) == len(set(asked)) > 1
