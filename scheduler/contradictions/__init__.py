"""Pins that cannot all hold: found before anybody plans, the smallest set that contradicts itself named. In order:

- `ways`: whether any coach or train at all could carry some parties together, as pins would have it.
- `companies`: what pins make of a company of parties, and the rule by which it cannot travel so.
- `sets`: all contradictions among the pins of a problem, each a smallest set.
"""
