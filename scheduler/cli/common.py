"""What every command shares: the language, --json, one-line errors, a console that survives a GBK terminal."""

from __future__ import annotations

import errno
import io
import json
import locale
import math
import os
import re
import stat
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from scheduler.errors import SchedulerError, UnsoundPlanError, UsageError
from scheduler.files import reason_of
from scheduler.i18n import LOCALE_DIR, Language, _, set_language
from scheduler.interrupt import is_ending

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from scheduler.tabular.issues import Issue

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


class Moment(click.DateTime):
    """A local time to the minute: 2027-02-15T08:00, or with a space between."""

    name = "T"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time, or fail with what would be right."""
        if isinstance(value, datetime):
            return value
        text = re.sub(r"(?<=[T ])(?=\d:)", "0", str(value).strip())  # 8:00 is written so
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0)
        except ValueError:
            form = _("{value} is no time, such as 2027-02-15T08:00")
            self.fail(form.format(value=value), param, ctx)


def now_option(command: F) -> F:
    """Add --now as `now`."""
    return click.option(
        "--now",
        type=Moment(),
        metavar="T",
        default=lambda: datetime.now().replace(second=0, microsecond=0),
        help=_("Take this as the present time, such as 2027-02-15T08:00."),
    )(command)


def who_option(command: F) -> F:
    """Add --by as `who`."""
    return click.option(
        "--by", "who", metavar="NAME", default=user_name, help=_("Who does this (default: the user of the computer).")
    )(command)


def open_option(command: F) -> F:
    """Add --open as `opens`."""
    return click.option("--open", "opens", is_flag=True, help=_("Open the page in the browser."))(command)


def open_page(path: Path) -> None:
    """Open a page that was written in the browser; say where it is when there is none."""
    import webbrowser

    if not webbrowser.open(path.absolute().as_uri()):
        click.echo(_("no browser was found; open it yourself: {path}").format(path=path), err=True)


class Number(click.FloatRange):
    """A real number in a range: what cannot be counted or measured (nan, inf, -0) is refused like any other slip."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail with what would be right."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number) or (number == 0 and math.copysign(1, number) < 0):
            self.fail(_("{value} is not a number to reckon with, such as 0.5 or 60").format(value=value), param, ctx)
        return number


MAX_SECONDS = 31 * 24 * 3600
"""The longest search that can be asked for: a month."""


def season_argument(command: F) -> F:
    """Add the SEASON folder as `season: Path`."""
    return click.argument("season", type=click.Path(path_type=Path))(command)


def db_option(command: F) -> F:
    """Add --db as `db: str | None`: where the ledger stands when not in season.db."""
    return click.option(
        "--db",
        envvar="SCHEDULER_DB",
        metavar="URL",
        help=_("PostgreSQL server of the ledger instead of season.db (default: SCHEDULER_DB)."),
    )(command)


def user_name() -> str:
    """Return who sits at the computer, for the ledger; empty where it does not say."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a service without an account
        return ""


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


def print_issues(issues: Sequence[Issue]) -> None:
    """Print what could not be used, one line each: where, what stands there, what to do."""
    out = console()
    for each in issues:
        value = f" [{each.value}]" if each.value else ""
        out.print(plain(f"{each.code} {each.where}{value}: {each.message} -> {each.cure}"), soft_wrap=True)


def print_json(value: object) -> None:
    """Print a JSON value; characters the terminal cannot show are escaped, so that it always parses."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = json.dumps(value, indent=1, default=str)
    click.echo(text)


def quiet_half_files() -> None:
    """Say once that a file cannot be written: a half-written workbook says so again when it is thrown away."""
    tell = sys.unraisablehook

    def tell_others(unraisable: sys.UnraisableHookArgs) -> None:
        if not isinstance(unraisable.exc_value, OSError):
            tell(unraisable)

    sys.unraisablehook = tell_others


class _Pipe(io.FileIO):
    """A pipe whose reader may go: what is written from then on is lost, and the command ends as it would have."""

    def write(self, data: Any) -> int:
        """Write, or say so."""
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.EINVAL):  # Windows says the latter
                raise
            return memoryview(data).nbytes


def outlive_readers() -> None:
    """Let a command whose output is piped finish, with its own exit code, after the reader (head, less) has gone."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        with suppress(OSError, ValueError, AttributeError):  # closed, or not a real file
            if stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode):
                pipe = io.BufferedWriter(_Pipe(stream.fileno(), "w", closefd=False))
                setattr(sys, name, io.TextIOWrapper(pipe, stream.encoding, stream.errors, line_buffering=True))


def _open_closed_streams() -> None:
    """Let a program started without stdout or stderr (`>&-`, a service) run as if nobody listened."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (open to the end)


def _survive_narrow_encoding(stream: IO[str]) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _print_error(message: str) -> None:
    try:
        click.echo(_("error: {message}").format(message=" ".join(message.split())), err=True)
    except OSError:  # stderr is full or gone as well: the exit code still says it
        _discard(sys.stderr)


def _discard(stream: IO[str]) -> None:
    """Send what is left of a stream nowhere, so that Python does not complain about it when it ends."""
    with suppress(OSError, ValueError, AttributeError):  # not a real file, as in tests
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _usage_message(error: click.ClickException) -> str:
    """Return click's message; of a missing argument in our words, for click joins its own with a Western full stop."""
    if isinstance(error, click.MissingParameter) and error.param is not None and error.ctx is not None:
        option = isinstance(error.param, click.Option)
        name = "/".join(error.param.opts) if option else error.param.make_metavar(error.ctx)
        return _("{name} is missing; {command} --help explains it").format(name=name, command=error.ctx.command_path)
    return error.format_message()


def _interrupted() -> int:
    _print_error(_("interrupted; what was stored before is whole"))
    return 1


def run_command_line(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command and return its exit code. Every failure is one line on stderr, never a traceback."""
    _open_closed_streams()
    _survive_narrow_encoding(sys.stdout)
    _survive_narrow_encoding(sys.stderr)
    try:
        # Not command.main: it takes every broken pipe, also that of a process of our own, for a reader who has gone.
        with command.make_context("scheduler", list(arguments)) as context:
            result = command.invoke(context)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        _print_error(_usage_message(error))
        return 2
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _interrupted()
    except UnsoundPlanError as error:  # nothing that the user could mend
        return _fault(error)
    except SchedulerError as error:
        if is_ending():
            return _interrupted()
        _print_error(str(error))
        return error.exit_code
    except SystemExit:  # rich ends so when the reader of a pipe (head, less) has gone: no error
        return 0
    except OSError as error:
        if is_ending():
            return _interrupted()
        if os.environ.get("SCHEDULER_DEBUG"):
            raise
        return _fault(error) if _is_of_own_process(error) else _system_error(error)
    except Exception as error:
        if is_ending():  # a library may have made an error of its own of the interrupt
            return _interrupted()
        if os.environ.get("SCHEDULER_DEBUG"):
            raise
        return _fault(error)
    return result if isinstance(result, int) else 0


def _fault(error: Exception) -> int:
    """Say that the program is at fault; return the exit code."""
    kind = type(error).__name__
    try:
        log = _write_fault(error)
    except OSError:
        _print_error(_("a fault of the program ({kind}); please report it").format(kind=kind))
    else:
        message = _("a fault of the program ({kind}); please report it with {log}, which holds no personal data")
        _print_error(message.format(kind=kind, log=log))
    return 1


def _system_error(error: OSError) -> int:
    """Say what the system refused (a full disk, a locked folder, an output that takes no more); return the exit code.

    Nothing is said to somebody who reads no more: the reader (head, less) has gone, and that is no error.
    """
    if error.filename is None:  # every file is written by `whole_file`, which names it: this is stdout or stderr
        _discard(sys.stdout)
        if isinstance(error, BrokenPipeError):
            return 0
    where = str(error.filename or _("the output"))
    what = _("the system refused it: {reason}").format(reason=reason_of(error))
    _print_error(str(UsageError(what, where, _("check the disk and the folder's permissions"))))
    return UsageError.exit_code


def _is_of_own_process(error: OSError) -> bool:
    """Tell whether an error came from talking to a process of our own, which has gone."""
    modules = (str(frame.f_globals.get("__name__")) for frame, _line in traceback.walk_tb(error.__traceback__))
    return any(module.startswith(("multiprocessing.", "concurrent.")) for module in modules)


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
