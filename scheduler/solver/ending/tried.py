"""Remedies that are tried: what a reason says would help is done, and the season planned around it, before it is said.

A remedy of money, vehicles or seats (a `Lift`) helps whoever can use it best, who need not be the party that asked.
So it stands beside a party only where the party rides afterwards. A small season, whose plan is proven the best, is
planned anew with the change, and that plan proven, too. Of others the plan stays, and those left behind take the last
seats of the changed season, as they do at the end of every search. Other searches may take them otherwise, so there
the change is made large enough for all who would use it, and a seat counts only where it is nobody else's as well
(`contested`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from scheduler.errors import InputError
from scheduler.evaluate import Evaluator
from scheduler.i18n import _
from scheduler.plan import Plan, Unserved
from scheduler.problem import Problem
from scheduler.solver.construction.start import home_sets
from scheduler.solver.decided import PINNED
from scheduler.solver.ending.contested import Contested
from scheduler.solver.ending.last_seats import LastSeats
from scheduler.solver.ending.train_seats import seats_more
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.services import Services
from scheduler.solver.model.solution import Solution, SolutionCosts
from scheduler.solver.plan_builder import Assembler, costless_plan
from scheduler.solver.reasons.impossible import both
from scheduler.solver.reasons.lift import Lift
from scheduler.solver.reasons.rules import wider_rules
from scheduler.solver.reasons.standing import Standing
from scheduler.solver.reasons.ways import MOST_WORK, Ways, with_raw_seats
from scheduler.units import FEN_PER_YUAN

ONE_DAY = timedelta(days=1)
MOST_TRIES = 12
"""Changes that are tried for a plan; those that most parties ask for come first."""
MOST_GAP = 0.1
"""Around a plan of a greater gap nothing is tried: another search may change it all."""
MOST_WISHES = 100
"""Of so many kinds of parties it is looked at which rules keep them off coaches with room."""
MOST_AGAIN = 400
"""A season of no more people is planned anew to try a remedy, where its plan is proven the best,"""
AGAIN_S = 3.0
"""in so many seconds each time."""
ENOUGH_YUAN = 1_000_000_000

Asking = Mapping[tuple[str, ...], tuple[Lift, list[str]]]
"""By its arguments: a lift, and the parties that it may help."""


class Trials:
    """Changes of one season, tried around one plan.

    Parameters
    ----------
    assembler : Assembler
        Of the problem that was searched.
    solution : Solution
        Its plan as counts.
    asked : Problem
        The whole problem: with frozen runs and those whom pins leave behind. Changes are of this one.
    again : callable or None
        Plans a changed problem anew, where this plan is proven the best.
    deadline : float
        When the last try must begin (`time.monotonic`).
    """

    def __init__(
        self,
        assembler: Assembler,
        solution: Solution,
        asked: Problem,
        again: Callable[[Problem], Plan] | None,
        deadline: float,
    ) -> None:
        self.assembler, self.problem, self.asked = assembler, assembler.problem, asked
        self.solution = solution
        self.again = again if self.asked.people <= MOST_AGAIN else None
        self.deadline = deadline
        self.runs, self.left = assembler.runs(solution)
        self.number = {party.id: i for i, party in enumerate(self.problem.parties)}
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
                lift = self._of_asked(lift) if self.again is not None else self._for_all(lift)
                asking.setdefault(lift.arguments(self.asked), (lift, []))[1].append(entry.party)
        helped: dict[str, tuple[str, ...]] = {}
        texts: dict[str, str] = {}
        self._try_rules(entries, helped, texts)
        self._try_seats(entries, helped, texts)
        self.tries = 0
        for arguments, (lift, names) in _most_asked(asking):
            waiting = [name for name in names if name not in helped]
            if waiting and self.again is None:
                for name, enough in self._enough(lift, waiting).items():
                    helped[name] = enough.arguments(self.asked)
                    texts[name] = both(enough.said(self.asked))
            elif waiting:
                riding = self._riding(lift.applied(self.asked))
                helped |= {name: arguments for name in waiting if name in riding}
        for entry in entries if self.again is not None else ():
            if entry.party not in helped and not entry.remedy_args and entry.proof != "open" and entry.code != PINNED:
                self._try_wishes(entry.party, helped, texts)
        return tuple(
            each.model_copy(update={"remedy_args": helped[each.party], "remedy": texts.get(each.party, each.remedy)})
            if each.party in helped
            else each
            for each in entries
        )

    def _of_asked(self, lift: Lift) -> Lift:
        """Return a lift of what was searched as one of the whole problem, whose budget holds frozen runs as well."""
        if "budget" not in lift.policy:
            return lift
        frozen_fen = self._budget_fen(self.asked) - self._budget_fen(self.problem)
        yuan = -(-(lift.policy["budget"] * FEN_PER_YUAN + frozen_fen) // FEN_PER_YUAN)
        return replace(lift, policy={**lift.policy, "budget": yuan})

    def _budget_fen(self, problem: Problem) -> int:
        return problem.settings.policy.budget_fen or 0

    def _try_rules(
        self, entries: Iterable[Unserved], helped: dict[str, tuple[str, ...]], texts: dict[str, str]
    ) -> None:
        """Try the rules that keep parties off coaches with room for them; no money is asked for that."""
        asking: dict[tuple[str, ...], tuple[Lift, list[str]]] = {}
        reserve = self.problem.settings.policy.reserve_seats
        roomy = [run for run in self.runs if run.mode == "coach" and run.seats - reserve > run.load]
        known: dict[tuple[object, ...], list[Lift]] = {}
        for entry in entries:
            if entry.proof in ("conflict", "cost") and not entry.remedy_args and entry.party in self.number:
                party = self.problem.parties[self.number[entry.party]]
                wish = party.origin, party.work_stop, party.earliest, party.latest, party.size, party.mode
                if wish not in known and (len(known) >= MOST_WISHES or time.monotonic() > self.deadline):
                    continue
                if wish not in known:
                    known[wish] = wider_rules(self.problem, self.assembler.evaluator, roomy, party)
                for lift in known[wish]:
                    asking.setdefault(lift.arguments(self.asked), (lift, []))[1].append(entry.party)
        for arguments, (lift, names) in _most_asked(asking):
            waiting = [name for name in names if name not in helped]
            if not waiting:
                continue
            if self.again is not None:
                riding = self._riding(lift.applied(self.asked))
            else:
                riding = {name for name, enough in self._enough(lift, waiting).items() if enough == lift}
            helped |= {name: arguments for name in waiting if name in riding}
            texts |= {name: both(lift.said(self.asked)) for name in waiting if name in riding}

    def _try_seats(
        self, entries: Iterable[Unserved], helped: dict[str, tuple[str, ...]], texts: dict[str, str]
    ) -> None:
        """Try seats more on trains, the fewest first: they cost no more than they carry."""
        self.tries = 0
        instance, services = self.assembler.instance, with_raw_seats(self.assembler.services)
        asking = seats_more(Standing(self.problem, instance, services, self.runs, self.left))
        if self.again is None:  # others than those who save most may have them: enough for all
            asking = list({lift.train: (lift, names) for lift, names in asking}.values())
        free = {entry.party for entry in entries if entry.proof != "open" and not entry.remedy_args}
        for lift, names in asking:
            waiting = [name for name in names if name in free and name not in helped]
            if not waiting:
                continue
            if self.again is not None:
                riding = self._riding(lift.applied(self.asked))
                enough = {name: lift for name in waiting if name in riding}
            else:
                enough = self._enough(lift, waiting)
            helped |= {name: each.arguments(self.asked) for name, each in enough.items()}
            texts |= {name: both(each.said(self.asked)) for name, each in enough.items()}

    def _try_wishes(self, name: str, helped: dict[str, tuple[str, ...]], texts: dict[str, str]) -> None:
        """Try another mode and a day more, with which a run could go that the plan does not have."""
        party = next(each for each in self.asked.parties if each.id == name)
        settings, wishes = self.asked.settings, []
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
            parties = tuple(changed if each is party else each for each in self.asked.parties)
            if name in self._riding(replace(self.asked, parties=parties)):
                helped[name], texts[name] = ("--party", f"{party.people[0].key}:{wish}"), text
                return

    def _may_try(self) -> bool:
        """Tell whether a try is left, and count it."""
        self.tries += 1
        return self.tries <= MOST_TRIES and time.monotonic() <= self.deadline

    def _riding(self, problem: Problem) -> set[str]:
        """Return the parties that ride in the best plan of a changed problem; nobody where that is not found."""
        if self.again is None or not self._may_try():
            return set()
        try:
            plan = self.again(problem)
        except InputError:  # in its seconds no plan was found that obeys the pins
            return set()
        left = {entry.party for entry in plan.unserved}
        return {party.id for party in problem.parties} - left if plan.gap == 0 else set()

    # Where the plan is not proven the best -----------------------------------------------------------------------

    def _for_all(self, lift: Lift) -> Lift:
        """Return a lift that asks for coaches from the first day on that somebody waits for one; no budget yet."""
        policy = {key: value for key, value in lift.policy.items() if key != "budget"}
        if lift.coach is None:
            return replace(lift, policy=policy)
        instance = self.assembler.instance
        class_of = {i: k for k, members in enumerate(instance.members) for i in members}
        days = [int(instance.first[class_of[i]]) for i in self.left if instance.by_coach[class_of[i]]]
        return Lift((lift.coach[0], min(days)), policy)

    def _enough(self, lift: Lift, names: Iterable[str]) -> dict[str, Lift]:
        """Return for those of some parties whom a lift gives a seat for sure how much of it is enough."""
        if "unserved_cost" in lift.policy:
            return {}  # raised to what their way costs just now: any better plan may leave them all the same
        if lift.changes_access and any(self.solution.trains):
            return {}  # the ways to board a train are numbered otherwise then
        if not self._may_try():
            return {}
        most = replace(lift, coaches=self.problem.people)
        has_budget = self.problem.settings.policy.budget_fen is not None
        if has_budget:
            most = replace(most, policy={**lift.policy, "budget": ENOUGH_YUAN})
        filling = self._filled(most.applied(self.problem))
        contested = Contested(filling)
        if contested.lacks_coaches():
            return {}
        enough = lift
        if lift.coach is not None:
            vehicle, day = lift.coach
            days = self.problem.settings.days
            first, last = (days.index(each) for each in Evaluator(self.problem).days_for_runs_from(days[day]))
            out = self.problem.people - int(filling.standing.free[vehicle, first : last + 1].min())
            enough = replace(lift, coaches=max(1, out))
        if lift.train is not None:
            blocks = [self.problem.trains[block.index] for block in self.assembler.instance.trains]
            number = next(i for i, each in enumerate(blocks) if (each.train, each.date) == lift.train)
            taken = int(filling.standing.train_seats[number].max())
            enough = replace(lift, seats=max(1, taken - blocks[number].seats))
        if has_budget:
            enough = self._with_budget(enough, filling)
        riding = [name for name in names if self.number[name] in filling.seated]
        return {name: enough for name in riding if contested.is_sure(self.number[name])}

    def _with_budget(self, lift: Lift, filling: LastSeats) -> Lift:
        """Return a lift with the budget that all together spend, where it is not there."""
        spent_fen = ENOUGH_YUAN * FEN_PER_YUAN - (filling.standing.spare_fen or 0)
        if spent_fen <= self._budget_fen(self.problem):
            return lift
        return self._of_asked(replace(lift, policy={**lift.policy, "budget": -(-spent_fen // FEN_PER_YUAN)}))

    def _filled(self, problem: Problem) -> LastSeats:
        """Return the last seats of a changed season, taken."""
        before, told = self.assembler.instance, tuple(self.assembler.told.values())
        most = before.told.max_moved if before.told is not None else None
        instance = build_instance(problem, Evaluator(problem), told, most, self.assembler.pinned)
        planned = costless_plan(problem, 0, (), self.runs, ())
        services = Services(replace(instance, more_home_sets=home_sets(instance, planned)))
        standing = Standing(problem, services.instance, with_raw_seats(services), self.runs, self.left)
        filling = LastSeats(SolutionCosts(services), standing, self.solution, Ways(standing, MOST_WORK, self.deadline))
        filling.filled()
        return filling


def _most_asked(asking: Asking) -> list[tuple[tuple[str, ...], tuple[Lift, list[str]]]]:
    """Return the lifts for which most parties ask first."""
    return sorted(asking.items(), key=lambda each: (-len(each[1][1]), each[0]))
