"""The program `scheduler`, also as python -m scheduler: light, so that an early Ctrl-C too ends it in one line."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the program."""
    try:
        from scheduler.cli import main as run

        run()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        from scheduler.i18n import _

        sys.exit(_("error: {message}").format(message=_("interrupted; what was stored before is whole")))


if __name__ == "__main__":
    main()
