"""Minibuses that bring people to a run and fetch them from it. In reading order:

- `rounds`: what a round is made of: chunks of people, the task they belong to, minutes and km of the way.
- `routing`: the chunks of one run at one hub joined to rounds of least cost.
- `dispatch`: a minibus and a time for each round.
- `keeping`: rounds of the plan that stands which a new plan keeps.
- `plan`: all of it for a plan: `plan_feeders`.
"""
