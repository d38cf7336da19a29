"""What every command shares: the language, --json, one-line errors, a console that survives a GBK terminal."""

from __future__ import annotations

import json
import locale
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from scheduler.errors import SchedulerError
from scheduler.i18n import LOCALE_DIR, Language, _, set_language

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

F = TypeVar("F", bound=Callable[..., Any])


def locale_language() -> Language:
    """Return the language of the user's locale: English for an English one, else Chinese."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    return "en" if (locale.getlocale()[0] or "").lower().startswith("en") else "zh"


def choose_language(arguments: Sequence[str]) -> None:
    """Set the language from --lang wherever it stands, else from the locale: help texts need it before parsing."""
    chosen = locale_language()
    for i, argument in enumerate(arguments):
        following = arguments[i + 1] if i + 1 < len(arguments) else ""
        value = following if argument == "--lang" else argument.partition("--lang=")[2]
        if value == "zh":
            chosen = "zh"
        elif value == "en":
            chosen = "en"
    use_language(chosen)


def use_language(language: Language) -> None:
    """Set the language of our messages and of click's own."""
    import gettext

    set_language(language)
    os.environ["LANGUAGE"] = "zh_CN" if language == "zh" else "en"
    gettext.bindtextdomain("messages", str(LOCALE_DIR))


def _language_callback(_context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value == "zh":
        use_language("zh")
    elif value == "en":
        use_language("en")


def language_option(command: F) -> F:
    """Add --lang."""
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        expose_value=False,
        is_eager=True,
        callback=_language_callback,
        help=_("Language of the output (default: the locale's)."),
    )(command)


def json_option(command: F) -> F:
    """Add --json as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))(command)


def season_argument(command: F) -> F:
    """Add the SEASON folder as `season: Path`."""
    return click.argument("season", type=click.Path(path_type=Path))(command)


def example_text(*lines: str) -> str:
    """Return the example that closes a command's help."""
    return "\n\n\b\n" + _("{heading}:").format(heading=_("Example")) + "\n" + "\n".join(f"  {line}" for line in lines)


def console(stderr: bool = False, **options: Any) -> Console:
    """Return a rich console on stdout or stderr."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, **options)


def plain(text: str, style: str = "") -> Text:
    """Return text that the terminal shows as it is: file names and cells are neither markup nor commands."""
    from rich.text import Text

    return Text("".join(character if character.isprintable() else " " for character in text), style=style)


def print_json(value: object) -> None:
    """Print a JSON value; characters the terminal cannot show are escaped, so that it always parses."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = json.dumps(value, indent=1, default=str)
    click.echo(text)


def _survive_narrow_encoding(stream: IO[str]) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _print_error(message: str) -> None:
    click.echo(_("error: {message}").format(message=" ".join(message.split())), err=True)


def _usage_message(error: click.ClickException) -> str:
    """Return click's message; of a missing argument in our words, for click joins its own with a Western full stop."""
    if isinstance(error, click.MissingParameter) and error.param is not None and error.ctx is not None:
        option = isinstance(error.param, click.Option)
        name = "/".join(error.param.opts) if option else error.param.make_metavar(error.ctx)
        return _("{name} is missing; {command} --help explains it").format(name=name, command=error.ctx.command_path)
    return error.format_message()


def run_command_line(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command and return its exit code. Every failure is one line on stderr, never a traceback."""
    _survive_narrow_encoding(sys.stdout)
    _survive_narrow_encoding(sys.stderr)
    try:
        result = command.main(args=list(arguments), prog_name="scheduler", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        _print_error(_usage_message(error))
        return 2
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _print_error(_("interrupted; what was stored before is whole"))
        return 1
    except SchedulerError as error:
        _print_error(str(error))
        return error.exit_code
    except BrokenPipeError:
        # The reader (head, less) has gone: not an error, but Python must not complain at shutdown either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("SCHEDULER_DEBUG"):
            raise
        kind = type(error).__name__
        message = _("a fault of the program ({kind}); please report it with {log}, which holds no personal data")
        _print_error(message.format(kind=kind, log=_write_fault(error)))
        return 1
    return result if isinstance(result, int) else 0


def _write_fault(error: BaseException) -> str:
    """Write where an error arose and return the file: types and places alone, for messages may quote a roster."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        lines.append(type(cause).__name__)
        for frame, line in traceback.walk_tb(cause.__traceback__):
            lines.append(f"  {frame.f_globals.get('__name__')}:{line} {frame.f_code.co_name}")
        cause = cause.__cause__ or cause.__context__
    # mkstemp makes the file readable by its owner only.
    handle, name = tempfile.mkstemp(prefix="scheduler-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.write("\n".join(lines) + "\n")
    return name
