"""How far `plan` is: told from the first second, by a clock of its own; a command refused at once says one line."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console

from scheduler.cli import progress, top
from scheduler.cli.common import run_command_line, use_language
from scheduler.cli.help import display_width
from scheduler.cli.progress import Teller, telling
from scheduler.solver.result import Phase, Progress
from tests.season_folders import csv_text, person, write


def point(phase: Phase, cost: int | None = 8_000_000_00, bound: int = 5_000_000_00, elapsed_s: float = 3.0) -> Progress:
    gap = None if cost is None else (cost - bound) / cost
    return Progress(elapsed_s, phase, cost, bound, gap, 300, 14_000, 15_000)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_picture_fits_80_columns_and_a_gbk_console(language: str) -> None:
    use_language("zh" if language == "zh" else "en")
    try:
        told = Teller(120.0)
        pictures = [told.picture().plain]
        told.say("x")
        for each in (point("first_plan", None), point("search"), point("search", bound=7_900_000_00), point("done")):
            told.show(each)
            pictures.append(told.picture().plain)
    finally:
        use_language("zh")
    for picture in pictures:
        picture.encode("gbk")
        assert max(map(display_width, picture.splitlines())) <= 80
    assert "[" in pictures[1], "a bar for the time before there is a plan"
    assert "98.75%" not in pictures[2]
    assert "1.25%" in pictures[3]
    assert pictures[3].count("[") == 2, "time and gap"


def test_the_proof_is_said_to_get_ready_while_it_is_compiled() -> None:
    told = Teller(60.0)
    told.show(point("first_plan", None))
    told.show(point("search"))
    assert "编译" in told.picture().plain
    told.show(point("search", bound=6_000_000_00))
    assert "编译" not in told.picture().plain


def test_time_goes_on_without_news(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Teller(60.0)
    told.show(point("search", elapsed_s=3.0))
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 7.0)
    assert told.line().split()[0] == "10"


def test_lines_come_though_nobody_tells_anything(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "LINE_EVERY_S", 0.01)
    seen = threading.Event()
    monkeypatch.setattr(Teller, "line", lambda told: seen.set() or "tick")
    with telling(False, 60.0):
        assert seen.wait(30)
    assert "tick" in capsys.readouterr().err


def test_what_is_told_at_the_end_is_printed_and_nothing_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    with telling(False, 60.0) as told:
        told.say("…")
        told.show(point("first_plan", None))
        told.show(point("first_plan"))
        told.show(point("search"))
        told.show(point("done"))
    assert [line.split()[2] for line in capsys.readouterr().err.splitlines()] == ["初始方案", "初始方案", "完成"]
    with telling(True, 60.0) as told:
        told.show(point("done"))
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_a_bar_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    terminal = Console(file=screen, force_terminal=True, width=80, legacy_windows=False)
    monkeypatch.setattr(progress, "console", lambda stderr: terminal)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with telling(False, 60.0) as told:
        told.say("正在读名单")
        told.show(point("first_plan", None))
    assert "[#" in screen.getvalue()


@pytest.mark.parametrize("options", [("--strict",), ()])
def test_a_plan_that_is_refused_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    season = write(tmp_path / "s", {"roster/顾县镇.csv": csv_text(person(1, 身份证号="1"))})
    if not options:
        (season / "season.toml").write_text("name = ", encoding="utf-8")
    assert run_command_line(top(), ["plan", str(season), *options]) != 0
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("fen", "said"), [(0, "0"), (1, "0.01"), (35, "0.35"), (-99, "-0.99"), (100, "1"), (123_456_78, "123,457")]
)
def test_less_than_a_yuan_is_not_said_to_be_nothing(fen: int, said: str) -> None:
    assert progress.yuan(fen) == said
