"""What has happened to a season: one append-only table of events, from which every state is derived.

- `typed`: what somebody typed, which is kept apart
- `events`: the kinds of events, and what each says
- `chain`: each event holds the digest of the one before, so that a changed or missing one shows
- `rows`: events as the database holds them
- `states`: what follows from the events, by name: who has been told, what is frozen, who is aboard
- `schema`: the tables, and how an older database becomes one of today
- `engine`: the database of a season: SQLite in its folder, or a schema of a PostgreSQL server
- `ledger`: reading and appending
- `exporting`: which personal data were taken out, and where they lie
- `forget`: emptying it of what is personal
- `backup`: copies, and how one takes the place of the ledger

Nothing is imported here: SQLAlchemy costs a fifth of a second, and most of the program does without.
"""
