"""A violation, and the one list of what can be violated. docs/rules.md explains each code, its cure and its source."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from scheduler.i18n import _

MESSAGES = {
    "V100": "plan.json does not follow its schema",
    # The plan as a whole
    "V101": "the plan's schema is of another version",
    "V102": "the plan is for another season",
    "V103": "the plan is for the other direction",
    "V104": "a passenger is not in the rosters any more",
    "V105": "two runs or feeders have the same id",
    "V106": "a row named is not the one where the person stands",
    "V107": "a person is listed more than once among those who had been told",
    "V108": "a run that is not changed any more is not as it was",
    # People and parties
    "V111": "the season has no such person or party",
    "V112": "a person appears more than once",
    "V113": "a party is neither on a run nor listed as unserved",
    "V114": "a party is split over several runs",
    "V115": "only a part of a party rides",
    "V116": "a party rides and is listed as unserved",
    "V117": "a passenger is listed under another party",
    "V118": "the people listed as unserved are not the whole party",
    "V119": "the rows set aside are not those that loading sets aside",
    "V120": "an unserved party has no proper code or reason",
    "V121": "a run departs outside the season",
    "V122": "a party travels outside its window",
    "V123": "a party travels in a mode it does not accept",
    "V124": "a party is said to have no option, though one exists",
    "V125": "a party is said to be shut out, though there is a seat for it",
    "V126": "a party is said to cost more than leaving it, though a seat costs less",
    # Boarding and alighting
    "V131": "a person uses a home-end place not open to the own township",
    "V132": "a passenger boards or alights where the run does not stop for it, or in the wrong order",
    "V133": "a person uses a work-end place that is not the own destination",
    # Stops of a coach
    "V141": "a stop is no known place",
    "V142": "too many or too few stops at one end",
    "V143": "a coach stops at a place of the wrong kind for that end",
    "V144": "a coach stops twice at the same place",
    "V145": "a coach takes people up after it has set people down",
    "V146": "the home stops lie too far apart",
    "V147": "the work stops lie too far apart",
    "V148": "the stops are not in the order of the shortest path",
    "V149": "the path is too long a detour, or has a leg without a distance",
    "V150": "a coach stops where nobody of it boards or alights",
    # Vehicle and load
    "V151": "the run names no vehicle of the fleet, or a coach and a train at once",
    "V152": "the path km stated are not those of the stops",
    "V153": "fewer drivers than the path needs",
    "V154": "the passenger seats stated are not those of the vehicle",
    "V155": "fewer people than a coach run needs",
    "V156": "more people than seats",
    "V161": "a seat number is missing or is not one of the vehicle's",
    "V162": "two people have the same seat",
    "V163": "a party does not sit in consecutive seats",
    # What is held over days
    "V171": "more coaches are held than are available that day",
    "V172": "the plate is not listed for this vehicle type and operator",
    "V173": "the vehicle of this plate is not available on a day of the run",
    "V174": "one vehicle is on two runs at once",
    # Trains
    "V181": "the season has no such train on that date",
    "V182": "one train is used by two runs",
    "V183": "the stops are not those of the train",
    "V184": "people board or alight at a train stop not open for it",
    "V185": "more people than the train block has seats",
    "V186": "fewer people than the train needs",
    "V187": "the seats stated are not those of the train block",
    # Cost
    "V190": "the cost of moves is not that of the people moved",
    "V191": "the cost of the runs is not what the runs cost",
    "V192": "the cost of the seats is not the sum of the fares",
    "V193": "the cost of date shifts is not what the shifts cost",
    "V194": "the cost of access is not what the access costs",
    "V195": "the unserved cost is not that of the parties left behind",
    "V196": "the total is not the sum of its parts",
    "V197": "runs and seats cost more than the budget",
    "V198": "the bound is above the total",
    "V199": "the gap is not that of total and bound",
    # Crew
    "V211": "the escort is not listed",
    "V212": "the escort is not available on a day of the run",
    "V213": "one escort is on two runs at once",
    "V214": "more escorts than the seats kept for them",
    "V215": "the coach leader or deputy is no passenger of the run",
    # Times
    "V221": "times run backwards",
    "V222": "the times are not those of the train",
    "V223": "a time lies far from the run's date",
    "V224": "the timetable breaks a rule of the road",
    # Feeders
    "V231": "the feeder serves no run, or is no feeder of the fleet",
    "V232": "the feeder carries somebody it should not, or not all the way",
    "V233": "more people than the feeder has seats",
    "V234": "a feeder breaks a rule of its round",
    # What the dispatcher has decided
    "V601": "two parties pinned together do not ride together",
    "V602": "two parties pinned apart ride together",
    "V603": "a party is not on the run, or a person not in the seat, that is pinned",
    "V604": "a party travels on another date than is pinned",
    "V605": "somebody boards at another place than is pinned",
    "V606": "a party travels in another mode than is pinned",
    "V607": "a party rides that is pinned to stay behind",
    "V608": "no run goes that is pinned to go",
    "V609": "a run goes that is pinned not to go",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one rule.

    Attributes
    ----------
    code : str
        V and three digits, see docs/codes.md.
    where : str
        In the plan: a run, a party, a key.
    expected : str
        What the rule asks for.
    actual : str
        What the plan says.
    message : str
        What the rule is, in the user's language.
    """

    code: str
    where: str
    expected: str
    actual: str
    message: str


def violation(code: str, where: str, expected: object, actual: object) -> Violation:
    """Return the violation of `code`, its message in the user's language."""
    return Violation(code, where, _said(expected), _said(actual), _(MESSAGES[code]))


def _said(figure: object) -> str:
    return "-" if figure is None or figure == "" else str(figure)


def schema_violations(error: ValidationError) -> list[Violation]:
    """Return what keeps a plan.json from being read as a plan, each at its place in the file."""
    found = []
    for part in error.errors(include_url=False, include_context=False):
        where = ".".join(str(key) for key in part["loc"]) or "plan.json"
        value = part["input"]
        # What stands there is told where it is one value; a missing key, or a file that is no JSON, has none.
        actual = value if isinstance(value, str | int | float) and part["type"] != "missing" else None
        code = "V101" if part["loc"] == ("schema",) else "V100"
        found.append(violation(code, where, part["msg"], actual if actual is None else str(actual)[:80]))
    return found
