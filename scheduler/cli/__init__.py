"""The command line: parse, call the library, print. In reading order:

- `outputs`: what a command may write where.
- `common`: what every command shares: language, --json, one-line errors, the console.
- `exporting`: taking personal data out: what for, and what the ledger is told.
- `older_lists`: lists that hold no more are moved aside.
- `progress`: how far a search is, told every second.
- `values`: values as people write them: 2%, 返岗, 岳池.
- `search_options`: how long and how to search for a plan.
- `wizard`: the questions of `init` on a terminal.
- `help`: help texts that fit the terminal, in Chinese too.
- `next_steps`: what to do next, at the end of what a command says.
- `answers/`: what commands say at length.
- `commands/`: one file a command, imported only when asked for.

The top group stands here.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from contextlib import suppress

import click

from scheduler.cli.common import (
    choose_language,
    example_text,
    language_option,
    outlive_readers,
    quiet_half_files,
    run_command_line,
)
from scheduler.cli.help import Group
from scheduler.errors import UsageError
from scheduler.i18n import _
from scheduler.interrupt import ignore_signals, is_ending

# In the order of a season's work: name -> (module, attribute, short help).
COMMANDS = {
    "init": ("init", "init", "make a new season folder with template workbooks"),
    "example": ("example", "example", "write a synthetic season to try the program on"),
    "check": ("check", "check", "list every problem of the rosters and tables, with its cure"),
    "plan": ("plan", "plan", "assign parties to coaches and trains at the least cost"),
    "verify": ("verify", "verify", "re-derive every rule and every cost of the plan"),
    "plans": ("plans", "plans", "list the plans that the season keeps, by number"),
    "diff": ("diff", "diff", "set two plans of the season side by side"),
    "use": ("use", "use", "take an earlier plan back"),
    "manifests": ("manifests", "manifests", "write what each hand needs on the day"),
    "explain": ("explain", "explain", "say why this run, why not another, or why no seat and what would help"),
    "whatif": ("whatif", "whatif", "set plans side by side with some things otherwise"),
    "announce": ("announce", "announce", "make the plan what people have been told; print only what changed"),
    "replan": ("replan", "replan", "plan again after changes, with the least disturbance"),
    "waiting": ("waiting", "waiting", "show the waiting list, and whom free seats could take"),
    "pins": ("pins", "pins", "list what is decided, whether it holds together, what it costs"),
    "record": ("record", "record", "read in files that come back"),
    "depart": ("on_the_way", "depart", "record that a run left"),
    "report": ("on_the_way", "report", "record a safety report of a run"),
    "arrive": ("on_the_way", "arrive", "record that a run arrived"),
    "status": ("status", "status", "show how every run stands, what is overdue"),
    "daily": ("daily", "daily", "report a day upward, planned and actual"),
    "settle": ("settle", "settle", "settle with carriers, claim for employers, list who rode"),
    "history": ("history", "history", "set seasons side by side"),
    "utilisation": ("utilisation", "utilisation", "show how full the seats are"),
    "log": ("log", "log", "show who took which personal data out, or all that happened"),
    "backup": ("backup", "backup", "copy the ledger of a season into one file"),
    "restore": ("restore", "restore", "put a copy in the place of the ledger"),
    "erase": ("erase", "erase", "remove the personal data of a season"),
    "bench": ("bench", "bench", "run the benchmark suite with gaps and bounds"),
    "score": ("score", "score", "verify and cost a plan made by hand"),
    "schema": ("schema", "schema", "print the JSON Schema of the plan"),
}


COMPLETION = "_SCHEDULER_COMPLETE"
"""Set by a shell that asks for completions, as click has it."""


class SeasonCommands(Group):
    """The top group: knows the commands' names and short helps without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of a season's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return one command."""
        if name not in COMMANDS:
            return None
        module, attribute, _short = COMMANDS[name]
        command = getattr(importlib.import_module(f"scheduler.cli.commands.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command asked for, or name the nearest one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name.lower(), COMMANDS, n=1)
            cure = _("did you mean {name}?").format(name=near[0]) if near else _("scheduler --help lists all commands")
            raise UsageError(_("there is no such command"), name, cure)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list without importing any command."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(short)) for name, (_module, _attribute, short) in COMMANDS.items()])


def top() -> click.Group:
    """Return the command tree, its help in the language in use."""
    from scheduler._version import __version__

    group = SeasonCommands(
        "scheduler",
        help=_("Plan a county's Spring Festival coaches and trains: from township rosters to manifests.")
        + example_text(
            "scheduler example demo --people 500 --dirty 0.02",
            "scheduler check demo",
            "scheduler plan demo --time-limit 60",
            "scheduler manifests demo -o demo/out",
        ),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    return language_option(
        click.version_option(__version__, prog_name="scheduler", help=_("Show the version and exit."))(group)
    )


def main() -> None:
    """Run the program named `scheduler`."""
    # Python looks for cycles after every 700 new objects; a season of 15,500 people is some millions without any.
    gc.set_threshold(50_000, 20, 100)
    choose_language(sys.argv[1:])
    if instruction := os.environ.get(COMPLETION):
        from click.shell_completion import shell_complete

        sys.exit(shell_complete(top(), {}, "scheduler", COMPLETION, instruction))
    outlive_readers()
    quiet_half_files()
    code = run_command_line(top(), sys.argv[1:])
    ignore_signals()
    if is_ending():
        # Python would end itself by SIGINT, whatever the exit code, where the interrupt went through code it had
        # compiled from a string (dataclasses, named tuples).
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)
