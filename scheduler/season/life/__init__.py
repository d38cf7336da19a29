"""A season after its first plan: people are told, answer, change their minds; coaches break down. In reading order:

fleet_changes   coaches fewer on some days
changes_file    a changes file -> what has changed, row by row
standing        the rosters and tables as the ledger's events have changed them; what is told, what is frozen
announcing      the current plan becomes what people have been told
differences     what a plan changes for people, one by one, and why
"""
