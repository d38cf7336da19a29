"""Why each party that a plan leaves behind is left behind, with what would help. In reading order:

- `standing`: the plan as it stands: what is free, who waits
- `company`: who of those left behind would best share a vehicle
- `way`: a way to ride, the limits that shut it, and the question all searches for ways share
- `planned`: ways onto trains and onto the coaches of the plan
- `own_coach`: ways on a coach that the plan does not have
- `ways`: all of them: the cheapest way that fewest limits shut
- `lift`: what would lift the limits that shut a party out
- `rules`: the rules that keep a party off coaches with room for it, and how much wider they would have to be
- `impossible`: which rule forbids every way, where there is none
- `unserved`: the reason of each party left behind: code, proof, words
- `remedies`: a change of the party's own wish that gives it a seat, where one is proven
"""
