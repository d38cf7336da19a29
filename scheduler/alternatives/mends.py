"""The cheapest mend of what a plan made by hand breaks: which parties leave a run, and where each goes instead.

Parties whose seat breaks a rule, those that are split or nowhere, runs with more people than seats and runs with too
few. The parties leave the runs that they are on, and take the cheapest seat that a run of the plan has, or stay behind
where that costs less. Costs are exact: the change of the plan's total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.alternatives.reseating import Reseating
from scheduler.alternatives.ways import Alternatives
from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Party, Problem

BY_PARTY = frozenset({"V113", "V114", "V115", "V122", "V123", "V131", "V132", "V133"})
TOO_FEW, TOO_MANY = "V155", "V156"
MOST_TRIED = 60
"""Parties of a run that is too full of which the cheapest to move is looked for, the smallest that are enough first."""


@dataclass(frozen=True, slots=True)
class PartyMove:
    """A party's new run; "" where it stays behind."""

    party: str
    run: str


@dataclass(frozen=True, slots=True)
class Mend:
    """What is to be moved, and what the plan costs more for it (less, below 0), in fen."""

    moves: tuple[PartyMove, ...]
    extra_fen: int


class Mends:
    """Mends of one plan, each by itself; what it costs must be known (`plan.cost`)."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.reseating = Reseating(problem, plan)
        self.parties = {party.id: party for party in problem.parties}
        self._by_ref = {person.ref: party for party in problem.parties for person in party.people}

    def of(self, code: str, where: str) -> Mend | None:
        """Return the cheapest mend of a breach, by its code and the place that `verify` names; None: none is known."""
        run = next((run for run in self.plan.runs if where == run.id or where.startswith(f"{run.id} ")), None)
        rest = where.removeprefix(run.id).strip() if run is not None else where
        party = self.parties.get(rest) or self._by_ref.get(rest)
        if code in BY_PARTY and party is not None:
            return self._moved([party])
        if code == TOO_FEW and run is not None:
            return self._moved(self._aboard(run))
        if code == TOO_MANY and run is not None:
            found = [mend for parties in self._enough(run) if (mend := self._moved(parties)) is not None]
            return min(found, key=lambda mend: mend.extra_fen, default=None)
        return None

    def _aboard(self, run: Run) -> list[Party]:
        names = dict.fromkeys(self.reseating.party_of[p.person].id for p in run.passengers if self._knows(p))
        return [self.parties[name] for name in names]

    def _knows(self, passenger: Passenger) -> bool:
        return passenger.person in self.reseating.party_of

    def _enough(self, run: Run) -> Iterator[list[Party]]:
        """Yield parties whose leaving makes room on a run: one that is large enough, else the largest together."""
        kept = self.reseating.policy.reserve_seats if run.mode == "coach" else 0
        over = run.load - (run.seats - kept)
        aboard = sorted(self._aboard(run), key=lambda party: party.size)
        alone = [party for party in aboard if party.size >= over]
        for party in alone[:MOST_TRIED]:
            yield [party]
        if not alone:
            leaving: list[Party] = []
            while aboard and sum(party.size for party in leaving) < over:
                leaving.append(aboard.pop())
            yield leaving

    def _moved(self, parties: Sequence[Party]) -> Mend | None:
        """Return the parties moved, one after another, each to the cheapest seat that is left then."""
        keys = {person.key for party in parties for person in party.people}
        extra_fen, runs = 0, []
        for run in self.plan.runs:
            stay = [each for each in run.passengers if each.person not in keys]
            if len(stay) == run.load:
                runs.append(run)
                continue
            after = self.reseating.with_people(run, stay)
            if after.rule is not None:
                return None
            extra_fen += after.extra_fen
            runs += [after.run] if after.run is not None else []
        seated = {each.person for run in self.plan.runs for each in run.passengers}
        left = [person for party in parties if any(p.key in seated for p in party.people) for person in _keys(party)]
        extra_fen += self.reseating.leaving_fen(left)
        plan, moves = self._with(runs), []
        for party in parties:
            ways = Alternatives(self.problem, plan, ())
            best = next(iter(ways.free_seats(party)), None)
            if best is None or best.extra_fen is None or best.extra_fen >= 0:
                moves.append(PartyMove(party.id, ""))
                continue
            changed = ways.seated(party, best)
            plan = self._with([changed if run.id == best.run else run for run in plan.runs])
            extra_fen += best.extra_fen
            moves.append(PartyMove(party.id, best.run))
        return Mend(tuple(moves), extra_fen)

    def _with(self, runs: Sequence[Run]) -> Plan:
        reseating, plan = self.reseating, self.plan.model_copy(update={"runs": tuple(runs)})
        fares = sum(reseating.fare_fen(run, each) for run in runs for each in run.passengers)
        spent = sum(reseating.spent_fen(run) for run in runs)
        cost = self.plan.cost.model_copy(update={"runs": spent - fares, "seats": fares})
        return plan.model_copy(update={"cost": cost})


def _keys(party: Party) -> list[str]:
    return [person.key for person in party.people]
