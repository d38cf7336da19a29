"""What to do next: the commands that follow, ready to be typed, at the end of what a command says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from scheduler.cli.common import console
from scheduler.cli.help import display_width
from scheduler.i18n import _

Step = tuple[str, str]
"""A command line, and what it is good for."""


def command_line(*words: object) -> str:
    """Return a command of ours as it is typed; what has spaces in it stands between quotation marks."""
    return " ".join(["scheduler", *(_quoted(str(word)) for word in words)])


def _quoted(word: str) -> str:
    return f'"{word}"' if re.search(r"[\s&()';|<>]", word) else word


def after_check(season: Path, *, has_errors: bool, can_plan: bool, is_annotated: bool) -> list[Step]:
    """Return what follows a `check`."""
    steps = []
    if has_errors and not is_annotated:
        marked = command_line("check", season, "--annotate", season / "back")
        steps.append((marked, _("marked copies to send back")))
    if can_plan:
        steps.append((command_line("plan", season), _("plan those who are right")))
    return steps


def after_plan(season: Path, *, has_errors: bool) -> list[Step]:
    """Return what follows a `plan`."""
    steps = []
    if has_errors:
        marked = command_line("check", season, "--annotate", season / "back")
        steps.append((marked, _("mend the rows, plan again")))
    steps.append((command_line("utilisation", season, "--open"), _("a page for the bureau")))
    steps.append((command_line("manifests", season, "-o", season / "out"), _("lists to print")))
    return steps


def after_replan(season: Path) -> list[Step]:
    """Return what follows a `replan`."""
    tell = command_line("announce", season, "-o", season / "told")
    return [(tell, _("print and text only what changed"))]


def print_steps(steps: Sequence[Step]) -> None:
    """Print the commands that follow, if any, each with what it is good for."""
    if not steps:
        return
    out = console()
    out.print(_("What to do next:"), style="bold", soft_wrap=True)
    width = max(display_width(command) for command, _why in steps)
    for command, why in steps:
        space = " " * (width - display_width(command) + 2)
        out.print(f"  {command}{space}{why}", markup=False, soft_wrap=True)
