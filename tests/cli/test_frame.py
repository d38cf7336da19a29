"""The command line's frame: lazy, bilingual, one-line errors, exit codes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.cli import COMMANDS, top
from scheduler.cli.common import choose_language, run_command_line
from scheduler.cli.help import display_width, wrap
from scheduler.errors import SchedulerError, UnsoundPlanError, UsageError


def _python(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "80"} | env,
        check=False,
    )


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from scheduler.cli import top; from scheduler.cli.common import run_command_line;"
        "run_command_line(top(), ['--help']);"
        "heavy = {'ortools', 'scipy', 'numpy', 'pydantic', 'rich', 'jinja2', 'fontTools'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    assert _python("-c", code).returncode == 0


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_has_help_with_an_example(name: str, language: str) -> None:
    result = _python("-m", "scheduler", name, "--help", "--lang", language)
    assert result.returncode == 0, result.stderr
    assert f"scheduler {name}" in result.stdout.partition("\n")[2], "an example"
    assert ("示例" if language == "zh" else "Example") in result.stdout
    assert "--lang" in result.stdout
    assert max(map(display_width, result.stdout.splitlines())) <= 80
    assert "INTEGER" not in result.stdout
    assert "FLOAT" not in result.stdout
    assert ("[选项]" if language == "zh" else "[OPTIONS]") in result.stdout


@given(st.text("的路a b-（），。“”1"), st.integers(8, 40))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(display_width(line) <= width or wrap(line, 1) == [line] for line in lines), "else it cannot be broken"


def test_no_line_begins_with_a_closing_mark() -> None:
    assert wrap("甲乙丙丁，戊己（庚）。", 8) == ["甲乙丙", "丁，戊己", "（庚）。"]
    assert wrap("见 docs/rules.md。好", 14) == ["见", "docs/rules.md。", "好"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["nix"], "nix"), (["--nix"], "--nix"), (["plan"], "SEASON"), (["plan", "x", "--gap", "2"], "--gap")],
)
def test_wrong_usage_is_one_line_and_exit_2(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    choose_language(["--lang", "zh"])
    assert run_command_line(top(), arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("错误：")
    assert word in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["plna"], "错误：plna: 没有这个命令 -> 是否应为 plan？"),
        (["Verify"], "错误：Verify: 没有这个命令 -> 是否应为 verify？"),
        (["xyz"], "错误：xyz: 没有这个命令 -> scheduler --help 列出全部命令"),
        (["plan"], "错误：缺少 SEASON；说明见 scheduler plan --help"),
        (["manifests", "x"], "错误：缺少 -o/--output；说明见 scheduler manifests --help"),
    ],
)
def test_a_slip_is_told_with_its_cure(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(top(), arguments) == 2
    assert capsys.readouterr().err == line + "\n"


def test_the_log_of_a_fault_holds_types_and_places_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def fail() -> None:
        try:
            raise KeyError("张三 511621199001010001")
        except KeyError as error:
            raise RuntimeError("李四 13812345678") from error

    command = click.Command("boom", callback=fail)
    assert run_command_line(command, []) == 1
    found = re.search(r"\S+\.log", capsys.readouterr().err)
    assert found is not None
    log = Path(found[0])
    text = log.read_text(encoding="utf-8")
    if os.name == "posix":
        assert log.stat().st_mode & 0o777 == 0o600
    assert re.match(r"RuntimeError\n", text)
    assert re.search(r"\nKeyError\n  tests\.cli\.test_frame:\d+ fail\n$", text)
    assert not re.search(r"[^\x00-\x7f]|511621|138", text)


def _raising(error: BaseException) -> click.Command:
    @click.command("boom")
    def boom() -> None:
        raise error

    return boom


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SchedulerError("坏了", "a.xlsx", "改\n好"), 1),
        (UsageError("坏了", "a.xlsx", "改\n好"), 2),
        (KeyboardInterrupt(), 1),
        (RuntimeError("secret"), 1),
        (UnsoundPlanError("secret"), 1),
    ],
)
def test_every_failure_is_one_line(
    error: BaseException,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run_command_line(_raising(error), []) == code
    err = capsys.readouterr().err
    assert err.strip().count("\n") == 0
    assert "Traceback" not in err
    assert "secret" not in err


def test_a_gbk_console_survives_rare_characters() -> None:
    code = (
        "import click; from scheduler.cli.common import run_command_line\n"
        "@click.command()\ndef show(): click.echo('𠅤好')\n"
        "import sys; sys.exit(run_command_line(show, []))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={"PYTHONIOENCODING": "gbk"}, check=False
    )
    assert result.returncode == 0
    assert "好" in result.stdout.decode("gbk")


@pytest.mark.parametrize(
    ("words", "at", "completed"),
    [
        ("scheduler pl", 1, "plan"),
        ("scheduler plan demo --ti", 3, "--time-limit"),
        ("scheduler check demo --an", 3, "--annotate"),
    ],
)
def test_the_tab_key_completes_commands_and_options(words: str, at: int, completed: str) -> None:
    asked = {"_SCHEDULER_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
    result = _python("-m", "scheduler", **asked)
    assert result.returncode == 0, result.stderr
    assert f"plain,{completed}" in result.stdout.splitlines()
    assert _python("-m", "scheduler", _SCHEDULER_COMPLETE="bash_source").stdout.startswith("_scheduler_completion")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_a_help_is_a_command_line_that_can_be_read(name: str) -> None:
    """Every option that an example uses is one that the command has, with a value that it takes."""
    group = top()
    command = group.get_command(click.Context(group), name)
    assert command is not None
    examples = re.findall(rf"^  scheduler {name}(?: (.*))?$", command.help or "", re.MULTILINE)
    assert examples
    for example in examples:
        command.make_context(name, shlex.split(example.partition(" > ")[0]))
