"""One-line messages as people write them into a chat group -> what was said of a run.

    C0216-深圳-03 51 2            51 on board, 2 absent: a departure, or a report once the run has left
    C0216-深圳-03 到达 51          arrived with 51
    C0216-深圳-03 全员到达         arrived with as many as were last on board

Slips are mended only where there is no doubt: full width, missing or other dashes, spaces, the time before or after,
and a run's id that only one run of the plan can be. Anything else is refused with the reason.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from scheduler.day.on_the_way import RefusedError, Said, What
from scheduler.i18n import _
from scheduler.plan import Plan

_ARRIVED = re.compile(r"(全员|全部|均已?|已|安全|顺利|平安)*(?<![实未没应])(到达|抵达|到了|到站|到)(目的地|终点)?了?")
_DEPARTED = re.compile(r"(已|准时|正常)*(发车|出发|开车|发出)了?")
_CLOCK = re.compile(r"(?<!\d)(?:(\d{1,2})[-/.月](\d{1,2})日?\s*)?([01]?\d|2[0-3])[:点时]([0-5]\d)分?(?!\d)")
_COUNT = re.compile(r"(?:车上|在车|实载|实到|人数|共)?\s*(\d{1,4})\s*(?:人|位|名)?")
_ABSENT = re.compile(r"(?:缺|未到|缺席|没来|少|差)\s*(\d{1,3})\s*(?:人|位|名)?")
_ALL = re.compile(r"全员|全部|人齐|满员|都(?:在|到)")
_DASHES = dict.fromkeys(map(ord, "－—–‐‑‒―─_~～·"), "-")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a message file: its number from 1, and the text."""

    number: int
    text: str


def lines_of(text: str) -> list[Line]:
    """Return the lines that say something; what a chat program puts before a message is cut off."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = unicodedata.normalize("NFKC", line).strip()
        if plain and not plain.startswith("#"):
            found.append(Line(number, plain))
    return found


class MessageReader:
    """Reads messages about the runs of one plan.

    Parameters
    ----------
    plan : Plan
    now : datetime
        A message without a time was written now.
    """

    def __init__(self, plan: Plan, now: dt.datetime) -> None:
        self.plan, self.now = plan, now
        self._ids = sorted((run.id for run in plan.runs), key=len, reverse=True)
        self._plain = {_bare(name): name for name in self._ids}
        self._doubtful = {bare for bare in self._plain if sum(_bare(name) == bare for name in self._ids) > 1}

    def read(self, text: str, departed: bool, last_count: int | None) -> Said:
        """Return what a message says.

        Parameters
        ----------
        text : str
            A line of `lines_of`.
        departed : bool
            Whether its run has left: the same words are a departure before, a report after.
        last_count : int or None
            How many were last counted on board of its run.

        Raises
        ------
        RefusedError
            R501 for a run that nobody knows, R504 for anything that could mean two things.
        """
        run, rest = self.run_of(text)
        at, rest = self._time(rest)
        arrived = _ARRIVED.search(rest)
        departure = _DEPARTED.search(rest)
        everybody = _ALL.search(rest)
        absent = _ABSENT.search(rest)
        bare = _ABSENT.sub(" ", rest)
        for pattern in (_ARRIVED, _DEPARTED, _ALL):
            bare = pattern.sub(" ", bare)
        bare = re.sub(r"[,，;；、。.!！:()（）]+", " ", bare)
        numbers = [int(found) for found in re.findall(r"\d+", bare)]
        words = _COUNT.sub(" ", bare).replace("缺", " ").strip()
        if arrived and departure:
            raise _unclear(_("it says both departed and arrived"))
        missing = int(absent[1]) if absent else None
        if len(numbers) == 2 and missing is None and not arrived:
            missing = numbers.pop()
        if len(numbers) > 1:
            raise _unclear(_("it has more numbers than on board and absent"))
        if words and not re.fullmatch(r"[一-鿿\s]{0,20}", words):
            raise _unclear(_("{words} is not understood").format(words=words))
        if numbers:
            headcount = numbers[0]
        elif everybody and last_count is not None:
            headcount = last_count
        elif everybody and not departed and not arrived:
            headcount = next(each.load for each in self.plan.runs if each.id == run) - (missing or 0)
        else:
            raise _unclear(_("the number of people on board is missing"))
        what: What = "arrive" if arrived else "report" if departed and not departure else "depart"
        return Said(what, run, headcount, at, missing=missing, place=words)

    def run_of(self, text: str) -> tuple[str, str]:
        """Return the id of the run that a message is about, and the rest of the message."""
        for name in self._ids:
            if text.startswith(name) and not text[len(name) : len(name) + 1].isalnum():
                return name, text[len(name) :]
        bare_text = text.translate(_DASHES)
        for length in range(len(bare_text), 3, -1):
            bare = _bare(bare_text[:length])
            following = bare_text[length : length + 1]
            if bare in self._plain and not (bare_text[length - 1].isdigit() and following.isdigit()):
                if bare in self._doubtful:
                    break
                return self._plain[bare], text[length:]
        begin = text.split()[0] if text.split() else text
        raise RefusedError(
            "R501", _("no run of the plan is {run}").format(run=begin), _("write the run as on its list")
        )

    def _time(self, text: str) -> tuple[dt.datetime, str]:
        found = _CLOCK.search(text)
        if found is None:
            return self.now, text
        month, day, hour, minute = found.groups()
        clock = dt.time(int(hour), int(minute))
        if month and day:
            try:
                date = self.now.date().replace(month=int(month), day=int(day))
            except ValueError:
                raise _unclear(_("{text} is no date").format(text=found[0].strip())) from None
            at = dt.datetime.combine(date, clock)
        else:
            at = dt.datetime.combine(self.now.date(), clock)
            if at > self.now + dt.timedelta(hours=12):
                at -= dt.timedelta(days=1)  # written after midnight about the evening before
        return at, text[: found.start()] + " " + text[found.end() :]


def _bare(text: str) -> str:
    return re.sub(r"[\s-]", "", text.translate(_DASHES)).upper()


def _unclear(reason: str) -> RefusedError:
    example = "C0216-深圳-03 51 2"
    return RefusedError(
        "R504", reason, _("write run, people on board, absent, as in: {example}").format(example=example)
    )
