"""Why a party was left behind: a code, a reason, how sure that is, what would help.

A proof is claimed only where it is one: `no_option` and `conflict` are read off the problem alone, `cost` off the
party's own cheapest fare, or off a plan that is proven optimal. Everything else is `open`: true of this plan.

U201 the township has no stop and no access            U205 too few people to open a coach
U202 no vehicle and no train gets there                U206 dearer to carry than to leave
U203 larger than any vehicle's seats                   U207 no coach free on any day of the window
U204 no train on any day of the window                 U208 the budget is spent
U209 no legal timetable
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.i18n import _
from scheduler.plan import Unserved
from scheduler.problem import Problem
from scheduler.solver.classes import CLOSED
from scheduler.solver.draft import Books, Draft
from scheduler.solver.services import Services


@dataclass(frozen=True, slots=True)
class Reason:
    """What stands in an unserved entry beside the party."""

    code: str
    reason: str
    proof: str
    remedy: str


class Explainer:
    """Reasons for one problem; classes that never could ride are settled once."""

    def __init__(self, problem: Problem, services: Services, books: Books) -> None:
        self.problem = problem
        self.services = services
        self.instance = services.instance
        self.books = books

    def unserved(self, draft: Draft, parties: Sequence[int], optimal: bool) -> tuple[Unserved, ...]:
        """Return the entry of each party left behind, in the order of the problem."""
        class_of = {i: k for k, members in enumerate(self.instance.members) for i in members}
        self.free = self.instance.fleet - self.books.held(draft.coaches)
        self.spare = None
        if self.instance.budget_fen is not None:
            self.spare = self.instance.budget_fen - self.books.spent(draft)
        left = [class_of[i] for i in parties]
        waiting = np.bincount(left, minlength=self.instance.n_classes) * self.instance.size
        planned_to_leave = draft.left
        reasons: dict[int, Reason] = {}
        entries = []
        for i, k in zip(parties, left, strict=True):
            if k not in reasons:
                fell_out = int(waiting[k]) > int(planned_to_leave[k]) * int(self.instance.size[k])
                reasons[k] = _no_timetable() if fell_out else self._reason(k, waiting, optimal)
            party, why = self.problem.parties[i], reasons[k]
            entries.append(
                Unserved.model_validate(
                    {
                        "party": party.id,
                        "refs": tuple(person.ref for person in party.people),
                        "code": why.code,
                        "reason": why.reason,
                        "proof": why.proof,
                        "remedy": why.remedy,
                    }
                )
            )
        return tuple(entries)

    def _reason(self, k: int, waiting: np.ndarray, optimal: bool) -> Reason:
        return self._impossible(k) or self._conflict(k) or self._costly(k, optimal) or self._scarce(k, waiting)

    # What could never be -----------------------------------------------------------------------------------------

    def _impossible(self, k: int) -> Reason | None:
        """Return why no plan at all could carry the class."""
        instance = self.instance
        township = instance.origins[int(instance.origin[k])]
        if not self._any_access(township):
            return Reason(
                "U201",
                _("{township} has no boarding point: no stop in places, no row in access").format(township=township),
                "no_option",
                _("give the township a stop in places, or list where its people may board in access"),
            )
        coach = self._coach_seats(k) if instance.by_coach[k] else 0
        train = self._train_seats(k) if instance.by_train[k] else 0
        if max(coach, train) >= int(instance.size[k]):
            return None
        if max(coach, train) > 0:
            return Reason(
                "U203",
                _("a party of {n} is larger than the seats of any vehicle that goes there ({most})").format(
                    n=int(instance.size[k]), most=max(coach, train)
                ),
                "no_option",
                _("split the party, or add a larger vehicle"),
            )
        if not instance.by_coach[k]:
            return Reason(
                "U204",
                _("they ask for a train, and no train to their destination that they can board runs on their dates"),
                "no_option",
                _("ask them to go by coach too, widen their dates, or book a seat block"),
            )
        return Reason(
            "U202",
            _("no coach and no train that they may take goes to {stop}").format(
                stop=instance.works[int(instance.work_stop[k])]
            ),
            "no_option",
            _("add vehicles or a train, or raise access_max_km or max_detour"),
        )

    def _any_access(self, township: str) -> bool:
        origin = self.instance.origins.index(township)
        if int(self.instance.access[origin].min(initial=CLOSED)) < CLOSED:
            return True
        return any(key[0] == origin for block in self.instance.trains for key in block.options)

    def _works(self, k: int) -> Iterable[int]:
        """Yield the smallest work sets that could carry a class: one stop for each of its needs."""
        signature = self.instance.signatures[int(self.instance.signature[k])]
        choices: list[set[int]] = [set()]
        for need in signature:
            choices = [chosen | {stop} for chosen in choices for stop in need]
        for chosen in choices:
            yield self.services.work_id(chosen)

    def _coach_seats(self, k: int) -> int:
        """Return the most seats of a coach that could take the class, by the smallest sets of stops."""
        instance = self.instance
        reach = self.services.access[:, int(instance.origin[k])] < CLOSED
        has_fleet = instance.fleet.max(axis=1, initial=0) > 0
        best = 0
        for work in self._works(k):
            seats = self.services.table(work).seats[reach][:, has_fleet]
            best = max(best, int(seats.max(initial=0)))
        return best

    def _train_seats(self, k: int) -> int:
        instance = self.instance
        key = int(instance.origin[k]), int(instance.work_stop[k])
        blocks = [b for b in instance.trains if key in b.options and instance.first[k] <= b.day <= instance.last[k]]
        return max((block.seats for block in blocks), default=0)

    # What stands in the way ----------------------------------------------------------------------------------------

    def _conflict(self, k: int) -> Reason | None:
        """Return a proof that too few people could ever share a coach with the class, if it needs one."""
        instance = self.instance
        if not instance.by_coach[k] or (instance.by_train[k] and self._train_seats(k) > 0):
            return None
        stops = {stop for need in instance.signatures[int(instance.signature[k])] for stop in need}
        near = np.zeros(len(instance.works), dtype=bool)
        for stop in stops:
            near[self.services.neighbours(stop)] = True
            near[stop] = True
        could = (
            instance.by_coach
            & np.array([self._touches(sig, near) for sig in range(len(instance.signatures))])[instance.signature]
        )
        people = instance.size * instance.count * could
        most = 0
        for day in range(int(instance.first[k]), int(instance.last[k]) + 1):
            most = max(most, int(people[(instance.first <= day) & (instance.last >= day)].sum()))
        if most >= instance.min_load:
            return None
        return Reason(
            "U205",
            _("only {n} people could share a coach on their dates, fewer than min_load ({least})").format(
                n=most, least=instance.min_load
            ),
            "conflict",
            _("widen their dates, lower min_load, or offer them a train"),
        )

    def _touches(self, signature: int, near: np.ndarray) -> bool:
        return all(any(near[stop] for stop in need) for need in self.instance.signatures[signature])

    def _costly(self, k: int, optimal: bool) -> Reason | None:
        """Return a proof that carrying costs more than leaving: from the class alone, or from an optimal plan."""
        instance = self.instance
        cheapest = CLOSED
        if instance.by_coach[k]:
            cheapest = int(instance.access[int(instance.origin[k])].min(initial=CLOSED))
        key = int(instance.origin[k]), int(instance.work_stop[k])
        for block in instance.trains:
            if instance.by_train[k] and key in block.options and instance.first[k] <= block.day <= instance.last[k]:
                cheapest = min(cheapest, block.options[key][0].cost_fen)
        if not optimal and cheapest * int(instance.size[k]) < int(instance.leave_fen[k]):
            return None
        return Reason(
            "U206",
            _("carrying them would cost more than unserved_cost says leaving them does"),
            "cost",
            _("raise unserved_cost or their priority, or widen their dates"),
        )

    def _scarce(self, k: int, waiting: np.ndarray) -> Reason:
        """Return what stands in the way in this plan; not proven."""
        instance = self.instance
        if not instance.by_coach[k]:
            return Reason(
                "U204",
                _("the trains on their dates are full, or carry too few to run"),
                "open",
                _("ask them to go by coach too, widen their dates, or book more seats"),
            )
        days = slice(int(instance.first[k]), int(instance.last[k]) + 1)
        if int(self.free[:, days].max(initial=0)) <= 0:
            return Reason(
                "U207",
                _("no coach is free on any of their dates"),
                "open",
                _("charter more coaches for those days, or widen their dates"),
            )
        if self.spare is not None and self.spare < int(instance.fixed_fen.min(initial=CLOSED)):
            return Reason("U208", _("the budget is spent"), "open", _("raise the budget, or fill thinner runs first"))
        stop = int(instance.work_stop[k])
        near = np.zeros(len(instance.works), dtype=bool)
        near[self.services.neighbours(stop)] = True
        near[stop] = True
        company = waiting * instance.by_coach * near[instance.work_stop]
        most = 0
        for day in range(int(instance.first[k]), int(instance.last[k]) + 1):
            most = max(most, int(company[(instance.first <= day) & (instance.last >= day)].sum()))
        if most < instance.min_load:
            return Reason(
                "U205",
                _("too few are left for another coach on their dates, and the coaches that run are full"),
                "open",
                _("widen their dates, lower min_load, or offer them a train"),
            )
        return Reason(
            "U206",
            _("no run was found that carries them for less than leaving them costs"),
            "open",
            _("let the search run longer, widen their dates, or add coaches on those days"),
        )


def _no_timetable() -> Reason:
    return Reason(
        "U209",
        _("no departure of depart_at gives their coach a legal timetable"),
        "open",
        _("change depart_at or the driving rules in coach_rules"),
    )
