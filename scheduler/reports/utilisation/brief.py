"""The first page of the utilisation page: people, runs, money a head, the proof, what is left and why, the risks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.i18n import _, ngettext
from scheduler.reports.book import Book
from scheduler.reports.formats.document import percent
from scheduler.reports.reasons_in_words import clerk_reason, head_remedy
from scheduler.reports.utilisation.figures import Baseline, Insight
from scheduler.reports.utilisation.risks import risks

REASONS_SHOWN = 6
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline figure."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What stands on the first page, as text.

    Attributes
    ----------
    tiles : tuple of Tile
    proof : str
        What is proven of the plan, in a sentence.
    money : tuple of rows
        Label and figure: what is paid, then what only compares plans.
    left : tuple of rows
        People, reason, what would help.
    more_left : str
        How many reasons are not shown; empty when all are.
    risks : tuple of str
    compared : tuple of rows
        A row a figure, a column a plan; the first row holds the plans' names.
    """

    tiles: tuple[Tile, ...]
    proof: str
    money: tuple[Row, ...]
    left: tuple[Row, ...]
    more_left: str
    risks: tuple[str, ...]
    compared: tuple[Row, ...]


def brief(book: Book, figures: Insight, others: Sequence[Baseline]) -> Brief:
    """Return the first page; `others` are plans to compare with."""
    left = _left(book)
    more = len(left) - REASONS_SHOWN
    return Brief(
        tiles=tuple(_tiles(book, figures)),
        proof=_proof(book),
        money=tuple(_money(figures)),
        left=tuple(left[:REASONS_SHOWN]),
        more_left=ngettext("and {n} more reason, below", "and {n} more reasons, below", more).format(n=more)
        if more > 0
        else "",
        risks=tuple(risks(book, figures.fleet, figures.feeders)),
        compared=tuple(_compared((figures.mine, *others))) if others else (),
    )


def _left(book: Book) -> list[Row]:
    """Return people, reason and what would help, most people first, in the words of who decides: no setting's key."""
    people: Counter[tuple[str, str]] = Counter()
    for entry in book.plan.unserved:
        people[clerk_reason(entry), head_remedy(entry)] += len(entry.persons)
    return [(f"{number:,}", reason, remedy) for (reason, remedy), number in people.most_common()]


def yuan(fen: float) -> str:
    """Return fen as whole yuan."""
    return _("{yuan:,.0f} yuan").format(yuan=fen / 100)


def _tiles(book: Book, figures: Insight) -> list[Tile]:
    total, coaches = figures.loads.total, figures.loads.coaches
    history, mine, money = book.problem.settings.history, figures.mine, figures.money
    share = f"{total.people / figures.people:.1%}" if figures.people else "-"
    a_head = "-" if money.a_head_yuan is None else yuan(money.a_head_yuan * 100)
    gap = book.plan.gap
    return [
        Tile(
            _("People seated"),
            f"{total.people:,}",
            _("{share} of {people:,}").format(share=share, people=figures.people),
        ),
        Tile(_("People not seated"), f"{figures.people - total.people:,}"),
        Tile(
            _("Runs"),
            f"{total.runs:,}",
            _("{coaches:,} by coach, {trains:,} by train").format(
                coaches=coaches.runs, trains=total.runs - coaches.runs
            ),
        ),
        Tile(
            _("People a coach run"),
            f"{mine.people_a_run:.1f}",
            _change(mine.people_a_run, history.people_per_run, "{before:,.1f}")
            or _("load factor {share}").format(share=percent(coaches.load_factor)),
        ),
        Tile(
            _("To pay a head"),
            a_head,
            _change(money.a_head_yuan or 0, history.cost_per_head, "{before:,.0f}")
            or _("{yuan} in all").format(yuan=yuan(money.paid_fen)),
        ),
        Tile(_("Gap to the best, at most"), "-" if gap is None else percent(gap), _("proven")),
    ]


def _change(now: float, before: float, form: str) -> str:
    """Return how a figure compares with that of earlier years; empty where either is unknown."""
    if not now or not before:
        return ""
    return _("{more} on {before} in earlier years").format(
        more=f"{now / before - 1:+.0%}", before=form.format(before=before)
    )


def _proof(book: Book) -> str:
    cost, bound, gap = book.plan.cost.total, book.plan.bound, book.plan.gap
    if bound is None or gap is None:
        return _("Nothing is proven of how good the plan is.")
    if bound == cost:
        return _("It is proven that no plan that obeys the rules costs less than this one.")
    text = _(
        "It is proven that no plan that obeys the rules costs less than {bound}; "
        "this one costs {cost}, at most {gap} of it could be saved (prices for people left behind included)."
    )
    return text.format(bound=yuan(bound), cost=yuan(cost), gap=percent(gap))


def _money(figures: Insight) -> list[Row]:
    money = figures.money
    names = {
        "unserved": _("people left behind"),
        "date_shift": _("days away from the wished date"),
        "access": _("ways to the boarding points"),
        "moves": _("people who have to be told anew"),
    }
    compared = [(names[name], yuan(fen)) for name, fen in money.compared.items() if fen]
    feeders = [(_("Minibuses"), yuan(money.feeders_fen))] if money.feeders_fen else []
    return [
        (_("Coaches and trains"), yuan(money.runs_fen)),
        (_("Train fares"), yuan(money.fares_fen)),
        *feeders,
        (_("To pay in all"), yuan(money.paid_fen)),
        *((_("Only to compare plans: {what}").format(what=what), text) for what, text in compared),
    ]


def _compared(plans: Sequence[Baseline]) -> list[Row]:
    figures = (
        (_("People seated"), [f"{each.served:,}" for each in plans]),
        (_("Coach runs"), [f"{each.coach_runs:,}" for each in plans]),
        (_("People a coach run"), [f"{each.people_a_run:.1f}" for each in plans]),
        (_("Load factor of coaches"), [percent(each.load_factor) for each in plans]),
        (_("Vehicles and fares"), [yuan(each.paid_fen) for each in plans]),
        (_("The same a head"), [yuan(each.a_head_yuan * 100) for each in plans]),
    )
    return [("", *(each.name for each in plans)), *((name, *values) for name, values in figures)]
