"""The day and after: what escorts report, what is overdue, and what follows from it. In reading order:

on_the_way   a departure, a report, an arrival: taken, or refused with what stands
one_liners   one-line messages as people write them into a chat group
status       how each run stands at a moment
"""
