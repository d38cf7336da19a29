"""What each hand holds on the day, one folder a reader. In reading order:

- `guide`: the note beside the files: which folder goes to whom, and what it shows.
- `run_pack`: all that one run needs: passengers, timetable with safety reports, handover.
- `lists`: lists by reader: carrier, railway, township, employer, station, public notice, staff, feeders.
- `messages`: what each passenger must know, in one short message.
- `jobs`: which files are written for whom, one job a file.
- `write`: the jobs done, spread over processes where there are many.
"""
