"""Dates as people write them -> days of the season: 2027-02-15, 2月15日, 2/15, Excel serials, 正月初八, 廿六, 初八以后.

A year that is not written is the one that brings the date into the season; likewise the month of a bare day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from scheduler.tabular.sheets.workbook import Value
from scheduler.text_cells import visible

_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_JULIAN_DAY_OF_ORDINAL_0 = 1_721_425  # at noon; date.toordinal counts from 0001-01-01
_SERIALS = range(30_000, 80_000)  # 1982 to 2119: no travel date lies outside

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_NUMBER = r"(?:初?\d{1,2}|[初十廿卅一二三四五六七八九]{1,3})"
_YEAR = r"(?:\d{4}|\d{2}|[〇零○一二三四五六七八九]{4})"

_FULL = re.compile(rf"({_YEAR})(?:年|[-/.,、 ])({_NUMBER})(?:月份?|[-/.,、 ])({_NUMBER})[日号]?$")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)$")
_MONTH_DAY = re.compile(
    r"(\d{1,2}|[十一二三四五六七八九]{1,3})(?:月份?|[-/.])(\d{1,2}|[十一二三四五六七八九]{1,3})[日号]?$"
)
_COMPACT_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])([0-3]\d)$")
_BACKWARD = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_DAY = re.compile(r"(\d{1,2}|[十廿卅一二三四五六七八九]{1,3})[日号]$")
_ENGLISH = re.compile(r"(\d{1,2})[- ]?([A-Z]{3})[A-Z]*(?:[- ,]*(\d{4}|\d{2}))?$", re.IGNORECASE)  # 15-Feb-27
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_LUNAR = re.compile(rf"(?:({_YEAR})年)?(?:[农阴]历)?(闰)?(正|腊|冬|[一二三四五六七八九十]{{1,2}})月({_NUMBER})[日号]?$")
_LUNAR_DIGITS = re.compile(rf"(?:({_YEAR})年)?[农阴]历(\d{{1,2}})[月./-]({_NUMBER})[日号]?$")
_LUNAR_DAY = re.compile(
    r"(?:[农阴]历)?(?:大?年)?(初[一二三四五六七八九十]|初\d{1,2}|廿|[廿卅二三]?十?[一二三四五六七八九十])$"
)
_FEASTS = {
    **dict.fromkeys(("除夕", "除夕夜", "大年三十", "年三十", "大年30", "年30"), (12, 30)),
    **dict.fromkeys(("春节", "大年初一"), (1, 1)),
    **dict.fromkeys(("元宵", "元宵节", "正月半", "大年十五"), (1, 15)),
}
_THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}

_NO_DATE = frozenset({"-", "--", "—", "/", "any", "无", "服从安排"}) | frozenset(
    {"随时", "不限", "均可", "都可以", "都可", "任意", "任何时间", "无要求"}
)
_AFTER = re.compile(r"(?:及|或|或者|和)?(?:以|之|往)?(?:后|起|开始)(?:[均都也](?:可以?|行)|出发|走|返岗)?$")
_BEFORE = re.compile(r"(?:及|或|或者|和)?(?:以|之)?前(?:[均都也](?:可以?|行)|出发|走|返岗)?$")
_ABOUT = re.compile(
    r"(?:左右|前后|上下|大概|大约|当天|全天|出发|返岗|动身|走)$|^(?:大概|大约|约|预计|计划|拟|公历|阳历|新历|国历)"
)
_CLOCK = re.compile(
    r"(?:\s|T)*(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜间|早|晚)?\s*\d{1,2}\s*(?:[::]\s*\d{1,2}(?:\s*:\s*\d{1,2}(?:\.\d+)?)?|[点时](?:\d{1,2}分?|半)?)\s*(?:AM|PM|Z|左右)?$",
    re.IGNORECASE,
)
_PART_OF_DAY = re.compile(r"(?:凌晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上|夜间|早|晚)$")
_IN_BRACKETS = re.compile(r"[(\[【][^)\]】\n]{0,100}[)\]】]|(?:星期|周|礼拜)[一二三四五六日天]")
_ZONED = re.compile(
    r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)[T ]+(\d\d?):(\d\d)(?::\d\d(?:\.\d+)?)?\s*"
    r"(?:(?:UTC|GMT)?([+-])(\d\d):?(\d\d)?|Z|UTC|GMT)",
    re.IGNORECASE,
)
_SERIAL_TEXT = re.compile(r"\d{5}(?:\.\d+)?")
_BEIJING = timedelta(hours=8)
_RANGE = re.compile(r"至|到|或|、|~|～|—+|–|―|-+")


@dataclass(frozen=True, slots=True)
class DateWish:
    """What a date cell says: one day, a first day, a last day, or both; all None for no wish.

    `readable` is False when it says something that could not be understood (R206); `moved` is True when the day it
    names is another one in Beijing time.
    """

    day: date | None = None
    earliest: date | None = None
    latest: date | None = None
    readable: bool = True
    moved: bool = False


UNREADABLE = DateWish(readable=False)


class DateReader:
    """Reads the date cells of one season.

    Parameters
    ----------
    first, last : date
        The season, both included.
    """

    def __init__(self, first: date, last: date) -> None:
        self._first, self._last = first, last
        self._cached = lru_cache(maxsize=65536)(self._read_text)
        self._of_cell = lru_cache(maxsize=65536)(self._read_cell)

    def read(self, value: Value, date1904: bool = False) -> DateWish:
        """Return what a cell says; times of day are ignored.

        `date1904` tells that the workbook counts serial dates from 1904. Of the two epochs the other one is taken
        when only that brings a serial into the season.
        """
        if isinstance(value, datetime):
            return DateWish(value.date())
        if isinstance(value, date):
            return DateWish(value)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return UNREADABLE
        if isinstance(value, str):
            return self._of_cell(value, date1904)
        return self._of_number(value, date1904)

    def _read_cell(self, value: str, date1904: bool) -> DateWish:
        text = visible(value).strip()
        return self._of_number(float(text), date1904) if _SERIAL_TEXT.fullmatch(text) else self._cached(text)

    def _of_number(self, value: float, date1904: bool) -> DateWish:
        if not abs(value) < 1e9:  # not a number, infinite, or absurd
            return UNREADABLE
        whole = int(value)
        if whole in _SERIALS:
            days = [epoch + timedelta(days=whole) for epoch in (_EPOCH_1900, _EPOCH_1904)]
            if date1904:
                days.reverse()
            return DateWish(next((day for day in days if self._within(day)), days[0]))
        if value == whole and (_COMPACT.match(str(whole)) or 101 <= whole <= 1231):
            return self._cached(str(whole) if whole > 1231 else f"{whole:04d}")
        return self._of_decimal(value)

    def _of_decimal(self, value: float) -> DateWish:
        """Read 2.15, typed as a date and taken by Excel for a number; 2.1 may have been 2.10."""
        month, _point, digits = f"{value:.10f}".rstrip("0").partition(".")
        if not month.isdigit() or not 1 <= len(digits) <= 2:
            return UNREADABLE
        ways = [digits] if len(digits) == 2 else [digits, digits + "0"]
        found = {day for way in ways for day in self._solar(int(month), int(way))}
        inside = [day for day in found if self._within(day)]
        if len(inside) == 1:
            return DateWish(inside[0])
        return UNREADABLE if len(ways) > 1 and len(inside) > 1 else self._nearest(found)

    def _read_text(self, raw: str) -> DateWish:
        text = unicodedata.normalize("NFKC", raw)
        if zoned := _ZONED.fullmatch(text.strip(" '\"`")):
            return _in_beijing(*zoned.groups())
        text = re.sub(r"_x000D_", " ", text)
        text = _IN_BRACKETS.sub("", text) if _IN_BRACKETS.sub("", text).strip() else text.strip("()[]【】")
        text = text.strip(" '\"`,;。.、\t\r\n\u200b\ufeff")
        if text.lower() in _NO_DATE or not text:
            return DateWish()
        if len(text) > 60:
            return UNREADABLE
        text = _ABOUT.sub("", _tight(text))
        if (bare := _AFTER.sub("", text)) != text:
            day = self._day(bare)
            return DateWish(earliest=day) if day else UNREADABLE
        if (bare := _BEFORE.sub("", text)) != text:
            day = self._day(bare)
            return DateWish(latest=day) if day else UNREADABLE
        if third := re.fullmatch("(.+月)([上中下])旬", text):
            return self._third(third[1], *_THIRDS[third[2]])
        day = self._day(text)
        return DateWish(day) if day else self._range(text)

    def _third(self, month: str, first: int, last: int) -> DateWish:
        """Read 2月中旬, 正月下旬: a third of a month."""
        start = self._day(f"{month}{first}")
        ends = (self._day(f"{month}{day}") for day in range(last, last - 4, -1))
        return DateWish(earliest=start, latest=next(filter(None, ends), None)) if start else UNREADABLE

    def _range(self, text: str) -> DateWish:
        """Read 2月15日-2月18日, 初八到初十, 2月15-18日; the end may leave out its month."""
        for sign in _RANGE.finditer(text):
            start_text, end_text = text[: sign.start()], text[sign.end() :]
            start = self._day(start_text) or self._day(start_text + "日")
            if start is None:
                continue
            end = self._end_of_range(start_text, start, end_text)
            if end is not None:
                return DateWish(earliest=start, latest=end)
        return UNREADABLE

    def _end_of_range(self, start_text: str, start: date, text: str) -> date | None:
        lunar_month = re.match(r"(?:[农阴]历)?(?:正|腊|冬|[一二三四五六七八九十]{1,2})月", start_text)
        if lunar_month and (end := self._day(lunar_month[0] + text)):
            return end
        number = re.fullmatch(r"(\d{1,2})[日号]?", text)
        if number and not lunar_month:
            return _date(start.year, start.month, int(number[1]))
        return self._day(text)

    def _day(self, text: str) -> date | None:
        """Return the one day a text names, None when it names none or several of the season."""
        text = _ABOUT.sub("", _CLOCK.sub("", _ABOUT.sub("", text)))
        text = _PART_OF_DAY.sub("", text).strip()
        if match := _FULL.match(text) or _COMPACT.match(text):
            year, month, day = match[1], _number(match[2]), _number(match[3])
            if match.re is _COMPACT or not _is_lunar_day(match[3]):
                return _date(_year(year), month, day)
        if match := _BACKWARD.match(text):
            a, b, year_number = (int(part) for part in match.groups())
            return _date(year_number, a, b) or _date(year_number, b, a)
        if match := _COMPACT_MONTH_DAY.match(text):
            return self._only(self._solar(int(match[1]), int(match[2])))
        if match := _MONTH_DAY.match(text):
            month, day = _number(match[1]), _number(match[2])
            if match[1].isdigit() or text.endswith(("日", "号")):
                return self._only(self._solar(month, day))
            return self._only([*self._solar(month, day), *self._lunar(None, month, day)])  # 二月十五: either calendar
        if (match := _ENGLISH.match(text)) and (month := _MONTHS.get(match[2].upper(), 0)):
            day = int(match[1])
            return _date(_year(match[3]), month, day) if match[3] else self._only(self._solar(month, day))
        if match := _DAY.match(text):
            return self._only(self._solar_day(_number(match[1])))
        return self._lunar_day(text)

    def _lunar_day(self, text: str) -> date | None:
        if text in _FEASTS:
            month, day = _FEASTS[text]
            return self._only(self._lunar(None, month, day))
        if match := _LUNAR.match(text) or _LUNAR_DIGITS.match(text):
            *_, month_text, day_text = match.groups()
            month = {"正": 1, "冬": 11, "腊": 12}.get(month_text) or _number(month_text)
            if match.re is _LUNAR and match[2]:
                month = -month
            return self._only(self._lunar(_year(match[1]) if match[1] else None, month, _number(day_text)))
        if match := re.match(rf"(?:[农阴]历)?(正|腊|冬)月?({_NUMBER})[日号]?$", text):
            return self._only(self._lunar(None, {"正": 1, "冬": 11, "腊": 12}[match[1]], _number(match[2])))
        if match := _LUNAR_DAY.match(text):
            return self._only(self._lunar(None, None, _number(match[1])))
        return None

    def _within(self, day: date) -> bool:
        return self._first <= day <= self._last

    def _nearest(self, days: Iterable[date]) -> DateWish:
        found = sorted(days, key=self._distance)
        return DateWish(found[0]) if found else UNREADABLE

    def _distance(self, day: date) -> int:
        return max((self._first - day).days, (day - self._last).days, 0)

    def _only(self, days: Iterable[date]) -> date | None:
        """Return the one day in the season, None when there are several; the nearest when none lies in it."""
        found = sorted(set(days), key=lambda day: (self._distance(day), day))
        if len(found) > 1 and self._within(found[1]):
            return None
        return found[0] if found else None

    def _solar(self, month: int, day: int) -> Iterator[date]:
        """Yield the day in each year about the season; nothing for a 29 February that the season's years lack."""
        if any(_date(year, month, day) for year in range(self._first.year, self._last.year + 1)):
            for year in range(self._first.year - 1, self._last.year + 2):
                if found := _date(year, month, day):
                    yield found

    def _solar_day(self, day: int) -> Iterator[date]:
        for month_number in range(
            self._first.year * 12 + self._first.month - 2, self._last.year * 12 + self._last.month + 1
        ):
            if found := _date(month_number // 12, month_number % 12 + 1, day):
                yield found

    def _lunar(self, year: int | None, month: int | None, day: int) -> Iterator[date]:
        """Yield the days of a lunar date; without year or month, in every lunar month that may touch the season."""
        if year is not None and month is not None:
            years: Iterable[int] = (year,)
        else:
            years = range(self._first.year - 1, self._last.year + 2)
        for lunar_year in years:
            for lunar_month in (month,) if month is not None else range(1, 13):
                if (found := _lunar_date(lunar_year, lunar_month, day)) is not None:
                    yield found


def _in_beijing(
    year: str, month: str, day: str, hour: str, minute: str, sign: str | None, hours: str | None, minutes: str | None
) -> DateWish:
    """Read 2027-02-14T16:00:00Z, as programs write 2027-02-15 of a clock in China."""
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    try:
        written = datetime(int(year), int(month), int(day), int(hour), int(minute))
        meant = written - offset + _BEIJING
    except (ValueError, OverflowError):
        return UNREADABLE
    return DateWish(meant.date(), moved=meant.date() != written.date())


def _lunar_date(year: int, month: int, day: int) -> date | None:
    """Return the day of a lunar date; 腊月三十 of a month of 29 days is its last day, as people mean New Year's Eve."""
    if not 1 <= day <= 30 or not 1 <= abs(month) <= 12:
        return None
    found = _lunar_months(year).get(month)
    if found is None:
        return None
    first, length = found
    if day > length:
        if abs(month) != 12:
            return None
        day = length
    return date.fromordinal(first + day - 1)


@lru_cache(maxsize=64)
def _lunar_months(year: int) -> dict[int, tuple[int, int]]:
    """Return ordinal of the first day, and length, of each month of a lunar year; -6 is 闰六月.

    Kept by year, as the library takes milliseconds to reckon one and keeps but the last.
    """
    from lunar_python import LunarYear

    months = LunarYear.fromYear(year).getMonthsInYear()
    return {
        month.getMonth(): (int(month.getFirstJulianDay()) - _JULIAN_DAY_OF_ORDINAL_0, month.getDayCount())
        for month in reversed(months)  # of two months of one number, as of 239, the first
    }


def _tight(text: str) -> str:
    """Remove the spaces of a text but for those between digits, which separate."""
    text = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", text)
    return re.sub(r"(?<=[年月日号./-])\s+", "", text)


def _year(text: str) -> int:
    if text.isdigit() and text.isascii():
        return int(text) if len(text) == 4 else 2000 + int(text)
    return int("".join(str(_DIGITS[character]) for character in text))


def _number(text: str) -> int:
    """Return 15 for 15, 十五, 初五 (5), 廿六 (26), 三十, 卅 (30); 0 when it is no number of a day."""
    if text.isascii():
        return int(text)
    text = text.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    text = text.replace("二十十", "二十").replace("三十十", "三十")
    if text.isdigit() and text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 99) if ones else 0)


def _is_lunar_day(text: str) -> bool:
    return text.startswith(("初", "廿", "卅"))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
