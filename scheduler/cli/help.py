"""Help texts that fit the terminal: widths count as shown, where a Chinese character takes two columns.

click wraps by characters, so its Chinese lines run over the edge. Nothing heavy is imported here: `--help` answers at
once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import click

from scheduler.i18n import _

# A line may break at a space and beside a wide character, but no line begins with a closing mark or ends with an
# opening one.
_WIDE = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff"
_OPENING, _CLOSING = "（《“「【", "，。；：、）》”」】！？…"
_UNIT = re.compile(
    rf"\s+|[{_OPENING}]*(?:[^\s{_WIDE}{_OPENING}{_CLOSING}]+|[^\s{_OPENING}{_CLOSING}])?[{_CLOSING}]*|[{_OPENING}]+"
)
_TERM_MAX = 30


def display_width(text: str) -> int:
    """Return the columns that a text takes; an ambiguous character counts as two, as a GBK console shows it."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def wrap(text: str, width: int) -> list[str]:
    """Return one paragraph as lines of at most `width` columns; only a word longer than that stays whole."""
    lines, line = [], ""
    for unit in _UNIT.findall(" ".join(text.split())):
        if line and not unit.isspace() and display_width(line + unit) > width:
            lines.append(line.rstrip())
            line = ""
        if line or not unit.isspace():
            line += unit
    return [*lines, line.rstrip()] if line else lines


class HelpText(click.HelpFormatter):
    """click's help, laid out by the columns that a terminal takes."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line; its arguments hang below one another."""
        start = (prefix or _("Usage: ")) + prog + " "
        hang = display_width(start)
        self._write_lines(wrap(args, self.width - hang), start, " " * hang)

    def write_heading(self, heading: str) -> None:
        """Write a section's heading, its colon as the language has it."""
        self.write(" " * self.current_indent + _("{heading}:").format(heading=heading) + "\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs; one that begins with a line of \\b keeps its lines."""
        indent = " " * self.current_indent
        blocks = []
        for paragraph in re.split(r"\n{2,}", text.strip("\n")):
            raw = paragraph.removeprefix("\b\n")
            lines = raw.splitlines() if raw != paragraph else wrap(paragraph, self.width - self.current_indent)
            blocks.append("".join(f"{indent}{line}\n" for line in lines))
        self.write("\n".join(blocks))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _TERM_MAX, col_spacing: int = 2) -> None:
        """Write terms and their meanings side by side; a long term stands on a line of its own."""
        rows = list(rows)
        first = min(max(display_width(term) for term, _meaning in rows), col_max) + col_spacing
        hang = self.current_indent + first
        for term, meaning in rows:
            start = " " * self.current_indent + term
            lines = wrap(meaning, self.width - hang)
            if display_width(term) > first - col_spacing:
                self.write(start + "\n")
                start = ""
            self._write_lines(lines, start + " " * (hang - display_width(start)), " " * hang)

    def _write_lines(self, lines: list[str], start: str, hang: str) -> None:
        for line in lines or [""]:
            self.write((start + line).rstrip() + "\n")
            start = hang


class _Context(click.Context):
    formatter_class = HelpText


class Command(click.Command):
    """A command with such a help, which says what SEASON is."""

    context_class = _Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the usage line in the language in use."""
        return [_("[OPTIONS]"), *super().collect_usage_pieces(ctx)[1:]]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what SEASON is, then the options."""
        if any(parameter.name == "season" for parameter in self.get_params(ctx)):
            with formatter.section(_("Arguments")):
                formatter.write_dl([("SEASON", _("the folder of the season: season.toml, roster, fleet, plan"))])
        super().format_options(ctx, formatter)


class Group(click.Group):
    """A group of commands with such a help."""

    context_class = _Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the usage line in the language in use."""
        return [_("[OPTIONS]"), _("COMMAND [ARGS]...")]
