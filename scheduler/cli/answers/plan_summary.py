"""What `scheduler plan` says of a plan: what it is without, who rides, what it costs, why people are left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scheduler.cli.common import console, plain
from scheduler.cli.progress import percent
from scheduler.i18n import _, count_text, ngettext

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from scheduler.itinerary import FeederSummary
    from scheduler.plan import Plan
    from scheduler.problem import Problem
    from scheduler.reports.money import Money
    from scheduler.season.load import Intake, Unread

UNREAD_SHOWN = 10
TOWNS_SHOWN = 6


def nobody(intake: Intake) -> str:
    """Say why nobody can be planned."""
    if intake.set_aside:
        text = ngettext(
            "Nobody can be planned: the only row is set aside; scheduler check says why.",
            "Nobody can be planned: all {n} rows are set aside; scheduler check says why.",
            intake.set_aside,
        )
        return text.format(n=f"{intake.set_aside:,}")
    return _("There are no people in the rosters yet: fill in the workbooks in the folder roster.")


def without_stop_text(problem: Problem) -> str:
    """Name in one line the townships whose people can board nowhere; empty where there is none."""
    from scheduler.evaluate import hubs_without_stop
    from scheduler.season.load import people_without_stop

    def named(township: str) -> str:
        hubs = hubs_without_stop(problem, township)
        return _("{township} (only {hubs})").format(township=township, hubs=" ".join(hubs)) if hubs else township

    people = people_without_stop(problem)
    if not people:
        return ""
    form = ngettext(
        "{n} township has no stop, {people} cannot be planned: {towns}; see places: kind, lat, lon",
        "{n} townships have no stop, {people} cannot be planned: {towns}; see places: kind, lat, lon",
        len(people),
    )
    lost = count_text("{n} person", "{n} people", sum(people.values()))
    towns = _(", ").join([*map(named, list(people)[:TOWNS_SHOWN]), *(["…"] if len(people) > TOWNS_SHOWN else [])])
    return form.format(n=len(people), people=lost, towns=towns)


def print_unread(unread: tuple[Unread, ...], shown: int = UNREAD_SHOWN) -> None:
    """Say what the plan is without: it may look whole, and a township be missing."""
    if not unread:
        return
    out = console()
    heading = _("Not everything could be read; the plan is without it (more: scheduler check):")
    out.print(plain(heading, "bold red"), soft_wrap=True)
    for each in unread[:shown]:
        where = " ".join(filter(None, (each.file, each.sheet)))
        if each.rows:
            form = ngettext(
                "{where}: row {row}: {message}", "{where}: {n} rows, the first is row {row}: {message}", len(each.rows)
            )
            text = form.format(where=where, n=len(each.rows), row=each.rows[0], message=each.message)
        else:
            text = f"{where}: {each.message}"
        out.print(plain(f"  {each.code} {text}"), soft_wrap=True)
    if len(unread) > shown:
        out.print(_("and {n} more").format(n=len(unread) - shown))
    out.print()


def as_json(
    intake: Intake, result: Plan, money: Money, feeders: FeederSummary | None, seconds: float
) -> dict[str, Any]:
    """Return the figures of a plan, for programs."""
    escorted, led, neither = _crews(result)
    return {
        "unread": [asdict(each) for each in intake.unread],
        "cost": result.cost.model_dump(),
        "paid": money.paid_fen,
        "bound": result.bound,
        "gap": result.gap,
        "runs": len(result.runs),
        "people": sum(run.load for run in result.runs),
        "unserved": sum(len(entry.refs) for entry in result.unserved),
        "set_aside": len(result.set_aside),
        "crews": {"escorted": escorted, "led": led, "neither": neither},
        "feeders": feeders
        and {
            "rounds": feeders.rounds,
            "km": feeders.km,
            "cost": feeders.cost_fen,
            "seats": feeders.seats,
            "carried": feeders.carried,
            "left": feeders.left_people,
            "early_rounds": feeders.early_rounds,
            "early_people": feeders.early_people,
            "earliest": feeders.earliest and f"{feeders.earliest:%H:%M}",
        },
        "seconds": round(seconds, 1),
    }


def _crews(result: Plan) -> tuple[int, int, int]:
    """Return how many runs have an escort, a coach leader instead, neither."""
    escorted = sum(bool(run.escorts) for run in result.runs)
    led = sum(not run.escorts and run.leader is not None for run in result.runs)
    return escorted, led, len(result.runs) - escorted - led


def amount(fen: int) -> str:
    """Return fen as whole yuan with thousands separators."""
    return _("{amount} yuan").format(amount=f"{fen / 100:,.0f}")


def print_rows(title: str, groups: Iterable[Iterable[tuple[str, str]]]) -> None:
    """Print labels and their figures, a blank line between groups."""
    from rich.table import Table

    table = Table(title=plain(title), show_header=False, title_justify="left", box=None, pad_edge=False)
    table.add_column(style="bold", overflow="fold")
    table.add_column(justify="right", overflow="fold")
    for rows in groups:
        for number, row in enumerate(rows):
            if not number and table.row_count:
                table.add_row()
            table.add_row(*row)
    console().print(table)


def print_full(intake: Intake, result: Plan, money: Money, feeders: FeederSummary | None, seconds: float) -> None:
    """Print all that is known of a plan."""
    checked = (_("Verified"), _("every rule and every cost")), (_("Time"), _("{seconds:.0f} s").format(seconds=seconds))
    groups = [_people_rows(result), _paid_rows(money), cost_rows(result), _feeder_rows(feeders) if feeders else ()]
    print_rows(result.season, [*groups, checked])
    out = console()
    out.print()
    if result.unserved:
        out.print(_unserved_table(result))
        out.print()
    if feeders and feeders.left:
        out.print(_without_feeder_table(intake.problem, result, feeders))
        out.print()


def _people_rows(result: Plan) -> Iterator[tuple[str, str]]:
    served = sum(run.load for run in result.runs)
    left = sum(len(entry.refs) for entry in result.unserved)
    people = served + left
    yield _("People with a seat"), f"{served:,} / {people:,} ({served / people:.1%})"
    yield _("Left behind"), f"{left:,}"
    if result.set_aside:
        yield _("Rows set aside (scheduler check says why)"), f"{len(result.set_aside):,}"
    coaches = [run for run in result.runs if run.mode == "coach"]
    yield _("Coach runs"), f"{len(coaches):,}"
    yield _("Trains"), f"{len(result.runs) - len(coaches):,}"
    if coaches:
        seats, riders = sum(run.seats for run in coaches), sum(run.load for run in coaches)
        yield _("Coach load factor"), f"{riders / seats:.1%}"
        yield _("People a coach run"), f"{riders / len(coaches):.1f}"
    escorted, led, neither = _crews(result)
    yield _("Runs with an escort"), f"{escorted:,}"
    yield _("Runs with a coach leader instead"), f"{led:,}"
    if neither:
        yield _("Runs with neither: nobody on board can lead"), f"{neither:,}"


def _paid_rows(money: Money) -> Iterator[tuple[str, str]]:
    yield _("Coaches and trains"), amount(money.runs_fen)
    yield _("Train fares"), amount(money.fares_fen)
    if money.feeders_fen:
        yield _("Minibuses to the hubs"), amount(money.feeders_fen)
    yield _("To pay in all"), amount(money.paid_fen)
    if money.a_head_yuan is not None:
        yield _("To pay for each person with a seat"), amount(round(money.a_head_yuan * 100))


def cost_rows(result: Plan) -> Iterator[tuple[str, str]]:
    """Yield the prices that nobody pays, the total that plans are compared by, and what is proven of it."""
    cost = result.cost.model_dump()
    labels = {
        "unserved": _("Only to compare: people left behind"),
        "date_shift": _("Only to compare: date shifts"),
        "access": _("Only to compare: ways to the boarding points"),
        "moves": _("Only to compare: people to be told anew"),
    }
    for name, label in labels.items():
        if cost[name] or name != "moves":  # in a first plan nobody has been told anything yet
            yield label, amount(cost[name])
    yield from bound_rows(result)
    if result.bound is not None and result.bound < cost["total"] and 0 < cost["unserved"] < cost["total"]:
        served = cost["total"] - cost["unserved"]
        yield _("Gap over cost less the unserved part"), percent((cost["total"] - result.bound) / served)


def bound_rows(result: Plan, gap_form: str = "{gap}") -> Iterator[tuple[str, str]]:
    """Yield the total that plans are compared by, and what is proven of it; `gap_form` may say more of the gap."""
    total = result.cost.total
    yield _("Total cost (without minibuses)"), amount(total)
    if result.bound is None or result.gap is None:
        yield _("Proven: no plan costs less than"), _("not proven")
        return
    yield _("Proven: no plan costs less than"), amount(result.bound)
    gap = gap_form.format(gap=percent(result.gap))
    yield _("Gap"), _("0 (proven optimal)") if result.bound == total else gap


def by_reason(result: Plan) -> list[tuple[tuple[str, str, str], int]]:
    """Return (code, reason, remedy) with the people who have it, most first; figures may differ from party to party."""
    people: Counter[tuple[str, str]] = Counter()
    said: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for entry in result.unserved:
        key = str(entry.code), str(entry.proof)
        people[key] += len(entry.refs)
        said.setdefault(key, Counter())[entry.reason, entry.remedy] += len(entry.refs)
    rows = []
    for key, count in people.most_common():
        ((reason, remedy), alike), *others = said[key].most_common()
        if others:
            reason = _("{n} of them: {reason}").format(n=f"{alike:,}", reason=reason)
        rows.append(((key[0], reason, remedy), count))
    return rows


def _unserved_table(result: Plan) -> Table:
    from rich.table import Table

    table = Table(title=_("Why people are left behind"), title_justify="left")
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("People"), justify="right")
    table.add_column(_("Reason"), overflow="fold")  # Chinese has no spaces to break at
    table.add_column(_("What would help"), overflow="fold")
    for (code, reason, remedy), count in by_reason(result):
        table.add_row(code, f"{count:,}", plain(reason), plain(remedy))
    table.caption = _("The reason of each party stands in plan.json and on the list of its township.")
    table.caption_justify = "left"
    return table


def _feeder_rows(feeders: FeederSummary) -> Iterator[tuple[str, str]]:
    km = _("{rounds} / {km} km").format(rounds=f"{feeders.rounds:,}", km=f"{feeders.km:,.0f}")
    yield _("Feeder rounds / their way"), km
    share = feeders.carried / feeders.seats if feeders.seats else 0
    if feeders.earliest is not None:
        early = _("{rounds} / {people}, the first at {time}").format(
            rounds=f"{feeders.early_rounds:,}", people=f"{feeders.early_people:,}", time=f"{feeders.earliest:%H:%M}"
        )
        yield _("Feeders before the night is over / their people"), early
    yield _("Feeder seats used"), f"{feeders.carried:,} / {feeders.seats:,} ({share:.1%})"
    yield _("People without a feeder"), f"{feeders.left_people:,}"


def _without_feeder_table(problem: Problem, result: Plan, feeders: FeederSummary) -> Table:
    """Return who has no feeder, by date and reason: they come to the hub (go home from it) on their own."""
    from rich.table import Table

    from scheduler.operations.feeders.plan import minibuses_short

    short = minibuses_short(problem, result.runs, result.feeders)
    people: Counter[tuple[date, str, str]] = Counter()
    for left in feeders.left:
        day, remedy = left.need.date, left.remedy
        if left.is_scarce:
            remedy = ngettext("{n} more minibus suffices", "{n} more minibuses suffice", short[day]).format(
                n=short[day]
            )
        people[day, left.reason, remedy] += len(left.need.refs)
    table = Table(title=_("Who has no feeder between township and hub"), title_justify="left")
    if any(left.is_scarce for left in feeders.left):
        table.caption = _("Longer waits at the hub (feeder_max_wait_min) need fewer minibuses.")
        table.caption_justify = "left"
    table.add_column(_("Date"), no_wrap=True)
    table.add_column(_("People"), justify="right")
    table.add_column(_("Reason"), overflow="fold")
    table.add_column(_("What would help"), overflow="fold")
    for (day, reason, remedy), count in sorted(people.items()):
        table.add_row(day.isoformat(), f"{count:,}", reason, remedy)
    return table
