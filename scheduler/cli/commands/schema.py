"""`scheduler schema`: the JSON Schema of what the program writes for others to read."""

from __future__ import annotations

import click

from scheduler.cli.common import example_text, language_option, print_json
from scheduler.cli.help import Command
from scheduler.i18n import _


@click.command(
    "schema",
    cls=Command,
    help=_("Print the JSON Schema of plan/plan.json.") + example_text("scheduler schema plan > plan.schema.json"),
)
@click.argument("what", type=click.Choice(["plan"]))
@language_option
def schema(what: str) -> None:
    """Print a schema; there is one so far."""
    from scheduler.plan import Plan

    published = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": what}
    print_json(Plan.model_json_schema(by_alias=True) | published)
