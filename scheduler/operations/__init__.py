"""Once it is known who rides: everything the day needs beside it. In reading order:

- `vehicles`: seat numbers in a coach, and which plate it is.
- `crews`: escorts, else a coach leader and a deputy among the passengers.
- `feeders/`: minibuses between the townships and the hub or station of a run.
"""
