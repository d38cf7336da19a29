"""`erase`: no byte of a name, ID or telephone stays in the folder; counts and the chain do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scheduler.plan import Run
from scheduler.season.ledger.ledger import open_ledger
from tests.day.test_commands import PEOPLE, answer, planned, run  # noqa: F401
from tests.day.week import comes, leaves
from tests.season_folders import person


def test_nothing_personal_is_left(planned: tuple[Path, Run], capsys) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    season, coach = planned
    begin, end = leaves(coach), comes(coach)
    assert run("depart", season, coach.id, "--headcount", PEOPLE, "--now", begin.isoformat(), "--by", "李四") == 0
    code = run("erase", season, "--yes")
    assert code == 2
    assert (season / "roster/顾县镇.csv").exists()
    assert (
        run("arrive", season, coach.id, "--headcount", PEOPLE, "--now", end.isoformat(), "--signed-by", "王主任") == 0
    )
    code, found = answer(capsys, "erase", season, "--yes", "--now", (end + timedelta(days=400)).isoformat())
    assert (code, found["people"], found["counts"]["carried"]) == (0, PEOPLE, PEOPLE)
    texts = {
        row[name] for n in range(1, PEOPLE + 1) for row in [person(n)] for name in ("姓名", "身份证号", "联系电话")
    }
    for path in season.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for text in (*texts, "王主任", "李四"):
            assert text.encode() not in data, (path, text)
    assert Path(found["certificate"]).exists()
    with open_ledger(season, None, create=False) as ledger:
        assert ledger.check_chain() is None


def test_it_asks_and_a_no_keeps_all(planned: tuple[Path, Run], monkeypatch) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    season, _coach = planned
    answers = iter([True, False])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: "y" if next(answers) else "n")
    assert run("erase", season) != 0
    assert (season / "roster/顾县镇.csv").exists()
    assert (season / "plan/plan.json").exists()


def test_other_files_are_named(planned: tuple[Path, Run], capsys) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    season, _coach = planned
    (season / "out").mkdir()
    (season / "out/名单.txt").write_text("x", encoding="utf-8")
    assert run("erase", season, "--yes") == 0
    assert "名单.txt" in capsys.readouterr().err
