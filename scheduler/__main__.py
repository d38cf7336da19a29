"""The program `scheduler`, also as python -m scheduler: light, so that an early Ctrl-C too ends it in one line."""

from __future__ import annotations

import sys

from scheduler.interrupt import end_on_signals, ignore_signals


def main() -> None:
    """Run the program."""
    end_on_signals()
    try:
        from scheduler.cli import main as run

        run()
    except KeyboardInterrupt:
        ignore_signals()
        from scheduler.i18n import _

        sys.exit(_("error: {message}").format(message=_("interrupted; what was stored before is whole")))


if __name__ == "__main__":
    main()
