"""A solution to begin with: from nothing, or the plan that stands.

- `work_sets`: sets of work stops that are worth a coach
- `boarding`: whether somebody may board a coach that goes anyway, and what that costs
- `exchanging`: those whom pins link change seats with others
- `linked_start`: those whom pins link, placed first
- `parting`: those who ride against what pins link leave, and are seated elsewhere
- `start`: the plan that stands as a solution
- `greedy`: a first solution from nothing, or from a part of one
"""
