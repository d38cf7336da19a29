"""Remedies that are tried: what a reason says would help is done, and the season planned around it, before it is said.

A remedy of money or vehicles (a `Lift`) helps whoever can use it best, who need not be the party that asked. So it
stands beside a party only where the party rides afterwards. A small season, whose plan is proven the best, is planned
anew with the change; of others the plan stays, and those left behind take the last seats of the changed season, as they
do at the end of every search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from scheduler.evaluate import Evaluator
from scheduler.i18n import _
from scheduler.plan import Plan, Unserved
from scheduler.problem import Problem
from scheduler.solver.ending.last_seats import LastSeats
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Solution, SolutionCosts
from scheduler.solver.plan_builder import Assembler
from scheduler.solver.reasons.lift import Lift
from scheduler.solver.reasons.standing import Standing
from scheduler.solver.reasons.ways import MOST_WORK, Ways, with_raw_seats
from scheduler.units import FEN_PER_YUAN

ONE_DAY = timedelta(days=1)
MOST_TRIES = 12
"""Changes that are tried for a plan; those that most parties ask for come first."""
MOST_AGAIN = 400
"""A season of no more people is planned anew to try a remedy, where its plan is proven the best,"""
AGAIN_S = 3.0
"""in so many seconds each time."""
ENOUGH_YUAN = 1_000_000_000


class Trials:
    """Changes of one season, tried around one plan.

    Parameters
    ----------
    assembler : Assembler
        Of the problem.
    solution : Solution
        The plan as counts.
    again : callable or None
        Plans a changed problem anew, to the proven best, where that takes no long time.
    deadline : float
        When the last try must begin (`time.monotonic`).
    """

    def __init__(
        self, assembler: Assembler, solution: Solution, again: Callable[[Problem], Plan] | None, deadline: float
    ) -> None:
        self.assembler, self.problem = assembler, assembler.problem
        self.solution = solution
        self.again = again if self.problem.people <= MOST_AGAIN else None
        self.deadline = deadline
        self.runs, self.left = assembler.runs(solution)
        self.tries = 0

    def tried(self, entries: Iterable[Unserved], lifts: Mapping[str, Lift]) -> tuple[Unserved, ...]:
        """Return the entries of a plan; where a lift gives the party a seat, with the arguments that make the change.

        Parameters
        ----------
        entries : iterable of Unserved
            Those that have a remedy with arguments already keep it.
        lifts : mapping
            By party.
        """
        entries = tuple(entries)
        asking: dict[tuple[str, ...], tuple[Lift, list[str]]] = {}
        for entry in entries:
            lift = lifts.get(entry.party)
            if lift is not None and not entry.remedy_args:
                asking.setdefault(lift.arguments(self.problem), (lift, []))[1].append(entry.party)
        helped: dict[str, tuple[str, ...]] = {}
        texts: dict[str, str] = {}
        budgets = {name for lift, names in asking.values() if set(lift.policy) == {"budget"} for name in names}
        if budgets and self.again is None:
            for name, yuan in self._budgets(budgets).items():
                helped[name] = Lift(policy={"budget": yuan}).arguments(self.problem)
                texts[name] = self._raised(yuan)
        for arguments, (lift, names) in sorted(asking.items(), key=lambda each: (-len(each[1][1]), each[0])):
            waiting = [name for name in names if name not in helped]
            if waiting and not (set(waiting) <= budgets and self.again is None):
                seated = self._riding(lift.applied(self.problem))
                helped |= {name: arguments for name in waiting if name in seated}
        for entry in entries if self.again is not None else ():
            if entry.party not in helped and not entry.remedy_args and entry.proof != "open":
                self._try_wishes(entry.party, helped, texts)
        return tuple(
            each.model_copy(update={"remedy_args": helped[each.party], "remedy": texts.get(each.party, each.remedy)})
            if each.party in helped
            else each
            for each in entries
        )

    def _try_wishes(self, name: str, helped: dict[str, tuple[str, ...]], texts: dict[str, str]) -> None:
        """Try another mode and a day more, with which a run could go that the plan does not have."""
        party = next(each for each in self.problem.parties if each.id == name)
        settings, wishes = self.problem.settings, []
        if party.mode != "any":
            wishes.append((replace(party, mode="any"), "mode=any", _("let them travel by coach or train")))
        if party.latest < settings.last_date:
            day = party.latest + ONE_DAY
            wishes.append(
                (replace(party, latest=day), f"latest={day}", _("let them travel up to {day}").format(day=day))
            )
        if party.earliest > settings.first_date:
            day = party.earliest - ONE_DAY
            text = _("let them travel from {day} on").format(day=day)
            wishes.append((replace(party, earliest=day), f"earliest={day}", text))
        for changed, wish, text in wishes:
            parties = tuple(changed if each is party else each for each in self.problem.parties)
            if name in self._riding(replace(self.problem, parties=parties)):
                helped[name], texts[name] = ("--party", f"{party.people[0].key}:{wish}"), text
                return

    def _riding(self, problem: Problem) -> set[str]:
        """Return the parties that ride in a changed problem, as far as they were left; nobody where no try is left."""
        if self.tries >= MOST_TRIES or time.monotonic() > self.deadline:
            return set()
        self.tries += 1
        if self.again is not None:
            left = {entry.party for entry in self.again(problem).unserved}
            return {party.id for party in problem.parties} - left
        return {problem.parties[i].id for i in self._filled(problem).seated}

    def _filled(self, problem: Problem) -> LastSeats:
        """Return the last seats of a changed season, taken."""
        evaluator = Evaluator(problem)
        instance = build_instance(problem, evaluator, tuple(self.assembler.told.values()))
        services = Services(replace(instance, more_home_sets=self.assembler.instance.more_home_sets))
        standing = Standing(problem, services.instance, with_raw_seats(services), self.runs, self.left)
        filling = LastSeats(SolutionCosts(services), standing, self.solution, Ways(standing, MOST_WORK, self.deadline))
        filling.filled()
        return filling

    def _budgets(self, names: set[str]) -> dict[str, int]:
        """Return the budget, in whole yuan, with which each of some parties rides: with all who use it better."""
        self.tries += 1
        policy = self.problem.settings.policy
        filling = self._filled(Lift(policy={"budget": ENOUGH_YUAN}).applied(self.problem))
        spare_fen = Standing(self.problem, self.assembler.instance, self._raw(), self.runs, self.left).spare_fen or 0
        budget_fen = (policy.budget_fen or 0) - spare_fen
        found = {}
        for i, spent_fen in filling.seated.items():
            name = self.problem.parties[i].id
            if name in names:
                found[name] = -(-(budget_fen + spent_fen) // FEN_PER_YUAN)
        return found

    def _raw(self) -> Services:
        return with_raw_seats(self.assembler.services)

    def _raised(self, yuan: int) -> str:
        more = yuan - self.problem.settings.policy.budget
        return _("raise the budget by {yuan} yuan").format(yuan=f"{-(-more // 1):,.0f}")
