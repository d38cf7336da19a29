"""What the dispatcher has pinned, as the solver sees it. A module imports only those above it in this list.

- `asked`: what pins ask of parties and runs, by name
- `links`: what they ask of several classes at once, and of services, by number
"""
