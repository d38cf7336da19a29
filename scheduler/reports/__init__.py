"""From a plan to paper and screen: what each hand holds on the day, and how full the seats are. In reading order:

- `formats/`: neutral documents, and how they become PDF or xlsx.
- `gather`: where, when and how a rider gathers, worked out here alone.
- `money`: what is paid, apart from prices that only compare plans.
- `book`: the plan's passengers joined to the roster's people, in the order in which they board.
- `reasons_in_words`: why there is no seat or no minibus, and what helps, in the words of each reader.
- `visibility`: who may see which field, and in which form.
- `clearing`: the one gate to paper: every text of a sheet as its reader may see it.
- `daily`: the day's report upward as sheets.
- `settlement`: what carriers are paid and employers claim, as sheets to sign.
- `labels`: stickers and seat cards on label sheets.
- `manifests/`: run packs, lists and messages, and which file goes to whom.
- `utilisation/`: load factors, and the page with charts.
- `history`: seasons side by side, a line each, and a page with charts.
- `day_pack`: files in one zip with a password, for the duty telephone.
- `announcement`: what an announcement prints: new lists, who must hear what.

Nothing here decides anything about the plan.
"""
