"""A season that is read once, and told later what its ledger has heard since."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.season.ledger.ledger import open_ledger
from scheduler.season.life import standing_season
from scheduler.season.life.standing_season import as_planned, read_season
from scheduler.season.load import load
from tests.living import BEFORE, Living
from tests.season_folders import id_number


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    return Living(tmp_path, capsys).begin()


@pytest.mark.parametrize(
    "row",
    [f"退出,{id_number(1)},,", "车辆故障,,49座,", f"改期,{id_number(2)},,2027-02-13", "停运,,,"],
    ids=["cancelled", "coach lost", "another date", "refused"],
)
def test_later_is_what_reading_anew_would_give(living: Living, row: str) -> None:
    with open_ledger(living.folder, create=False) as ledger:
        before = read_season(living.folder, ledger)
        living.run("record", living.changes("变更,身份证号,车型,日期", row), "--now", BEFORE)
        later, anew = before.later(ledger), read_season(living.folder, ledger)
    assert later.events == anew.events
    assert later.problem == anew.problem
    assert later.loaded is before.loaded


def test_later_of_a_ledger_without_events_is_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living = Living(tmp_path, capsys)
    with open_ledger(living.folder) as ledger:
        before = read_season(living.folder, ledger)
        assert before.events == ()
        living.begin()
        assert len(before.later(ledger).events) == ledger.last[0] > 0


def test_events_read_before_serve_a_plan_as_planned(living: Living) -> None:
    with open_ledger(living.folder, create=False) as ledger:
        loaded, events = load(living.folder, salt=ledger.salt), ledger.events()
        assert as_planned(loaded, living.plan, ledger, events) == as_planned(loaded, living.plan, ledger)


def test_a_replan_and_use_read_the_folder_and_the_ledger_once(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a season of 15,500 people told each reading of all events takes a fifth of a second."""
    whole: list[int] = []
    events = standing_season.Ledger.events

    def counted(ledger: standing_season.Ledger, *kinds: str, **options: object) -> object:
        found = events(ledger, *kinds, **options)  # type: ignore[arg-type]
        if not kinds and not options:
            whole.append(len(found))
        return found

    monkeypatch.setattr(standing_season.Ledger, "events", counted)
    assert living.run("replan", "--now", BEFORE, "--iterations", 1, "--workers", 1) == 0
    assert len(whole) == 1
    whole.clear()
    assert living.run("use", 1, "--now", BEFORE) == 0
    assert len(whole) == 1
