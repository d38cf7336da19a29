"""Seasons side by side: who came, counted by hand; the archive without anybody in it that verifies again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.day.archive import Archive, read_archive, write_archive
from scheduler.day.on_the_way import Said
from scheduler.day.who_came import RunShow, SeatGroup, advice, rates, run_shows
from scheduler.errors import InputError, SchedulerError
from scheduler.problem import Escort, Place
from scheduler.season.ledger.events import Departed, Entry, SeatTold
from scheduler.verify import verify
from tests.builders import DONGGUAN, FIRST, SHENZHEN
from tests.day.test_commands import PEOPLE, answer, planned, run  # noqa: F401
from tests.day.week import PEOPLE_A_RUN, Ledger, boarded, comes, leaves, season
from tests.season_folders import person

# Who came -----------------------------------------------------------------------------------------------------------


def test_who_came_is_who_was_there() -> None:
    """Of 20 runs 10 left; three lacked one, one of whom came after all, and one lacked two whom nobody named."""
    asked, plan = season()
    ledger = Ledger()
    for i, run_ in enumerate(plan.runs[:10]):
        absent = (run_.passengers[0].person,) if i in (0, 1, 3) else ()
        ledger.say(plan, Said("depart", run_.id, PEOPLE_A_RUN - len(absent), leaves(run_), absent=absent))
    ledger.append([boarded(plan.runs[1], plan.runs[1].passengers[0].person, leaves(plan.runs[1]))])
    unnamed = plan.runs[10]
    ledger.append([Entry(Departed(at=leaves(unnamed), headcount=1, absent=2), run=unnamed.id)])
    shows = run_shows(asked, plan, ledger.events)
    assert [show.missing for show in shows] == [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2]
    by_township = rates(shows, lambda group: group.township)
    # Even numbers leave 顾县镇 (0, 2, 4, 6, 8, 10), odd ones 罗渡镇 (1, 3, 5, 7, 9).
    assert {name: (each.planned, each.came) for name, each in by_township.items()} == {
        "顾县镇": (18, 15),
        "罗渡镇": (15, 14),
    }
    by_city = rates(shows, lambda group: group.destination)
    assert {name: (each.planned, each.came) for name, each in by_city.items()} == {
        SHENZHEN: (27, 24),  # but for 3 and 7
        DONGGUAN: (6, 5),
    }
    assert list(by_city) == [SHENZHEN, DONGGUAN]
    assert by_township["顾县镇"].share == pytest.approx(15 / 18)


def test_a_run_of_several_townships_shares_those_whom_nobody_named() -> None:
    groups = (SeatGroup("a", "x", 10, 2), SeatGroup("b", "x", 30, 0))
    shows = (RunShow("r", "coach", 40, 21, 0, groups),)  # 2 named, 19 of the other 38
    found = rates(shows, lambda group: group.township)
    assert {name: each.came for name, each in found.items()} == {"a": 4, "b": 15}


def coach(missing: int, late: int, mode: str = "coach") -> RunShow:
    return RunShow("r", mode, 40, missing, late, ())


@pytest.mark.parametrize(
    ("shows", "seats"),
    [
        ([coach(0, 0)] * 5, 0),
        ([coach(0, 2)] * 5, 2),
        ([coach(0, 2), *[coach(2, 2)] * 4], 0),  # four of five had two free anyhow
        ([coach(0, 2), coach(0, 2), *[coach(2, 2)] * 3], 2),
        ([coach(1, 3)] * 5, 2),
        ([coach(5, 1)] * 5, 0),
        ([coach(0, 0), coach(0, 1)], 1),
        ([coach(0, 1), coach(0, 9, "train")], 1),
    ],
)
def test_seats_to_keep_free(shows: list[RunShow], seats: int) -> None:
    found = advice(shows)
    assert found is not None
    assert found.reserve_seats == seats


def test_nobody_can_say_before_a_coach_has_left() -> None:
    assert advice([]) is None
    assert advice([coach(0, 1, "train")]) is None


def test_a_late_comer_got_the_first_seat_from_a_list_that_replaced_another() -> None:
    asked, plan = season()
    first, second, third = (each.person for each in plan.runs[0].passengers)
    seat = {"date": FIRST, "board": "顾县", "alight": SHENZHEN}
    ledger = Ledger()
    run_id = plan.runs[0].id
    ledger.append([Entry(SeatTold(**seat, list_number=1), first, run_id)])
    ledger.append([Entry(SeatTold(**seat, list_number=2, replaces=1), who, run_id) for who in (first, second)])
    ledger.append([Entry(SeatTold(**seat, list_number=9), third, "another")])
    ledger.append([Entry(SeatTold(**seat, list_number=3, replaces=2), third, run_id)])
    ledger.say(plan, Said("depart", run_id, PEOPLE_A_RUN, leaves(plan.runs[0])))
    assert [show.late for show in run_shows(asked, plan, ledger.events)] == [1]  # the second alone


# The archive ---------------------------------------------------------------------------------------------------------


def test_an_archive_holds_what_was_asked_and_planned_and_nobody(tmp_path: Path) -> None:
    asked, plan = season()
    someone = replace(
        asked.parties[0].people[0],
        name="欧阳锋",
        phone="13812345678",
        village="八村13812345678",
        employer="欧阳锋电子厂",
        birth=dt.date(1990, 1, 1),
        note="511621199001010001",
        emergency_contact="郭靖",
        other_columns=(("银行卡", "6222020200112233445"),),
    )
    people = (someone, *asked.parties[0].people[1:])
    parties = (replace(asked.parties[0], people=people), *asked.parties[1:])
    places = {
        **asked.places,
        "某厂": Place("某厂", "employer", 23.0, 113.0, division="441900", contact="黄蓉", phone="139"),
    }
    escorts = (Escort("洪七公", "13900001111", "就业局", FIRST, FIRST + dt.timedelta(days=30)),)
    settings = asked.settings.model_copy(update={"duty_phone": "13700001111"})
    asked = replace(asked, parties=parties, places=places, escorts=escorts, settings=settings)
    runs = (plan.runs[0].model_copy(update={"escorts": ("洪七公",)}), *plan.runs[1:])
    plan = plan.model_copy(update={"runs": runs})
    shows = (RunShow("r", "coach", 3, 1, 0, (SeatGroup("顾县镇", SHENZHEN, 3, 1),)),)
    path = tmp_path / "2027.json"
    write_archive(path, Archive(asked, plan, plan.runs[:1], shows))
    text = path.read_text(encoding="utf-8")
    gone = [
        "欧阳锋",
        "13812345678",
        "511621199001010001",
        "郭靖",
        "6222020200112233445",
        "黄蓉",
        "洪七公",
        "13900001111",
    ]
    gone += ["13700001111", "八村", *(p.id_number for party in asked.parties for p in party.people)]
    gone += [p.key for party in asked.parties for p in party.people] + [p.ref for p in parties[0].people]
    for each in gone:
        assert each not in text, each
    kept = read_archive(path)
    assert kept.shows == shows
    assert verify(kept.problem, kept.plan) == verify(asked, plan)
    assert kept.problem.distances == asked.distances
    assert [run_.load for run_ in kept.plan.runs] == [run_.load for run_ in plan.runs]
    assert kept.plan.runs[0].escorts == (kept.problem.escorts[0].name,)
    assert kept.frozen == kept.plan.runs[:1]


def test_a_plan_with_a_fault_shows_it_in_the_archive_too(tmp_path: Path) -> None:
    asked, plan = season()
    worse = plan.model_copy(update={"cost": plan.cost.model_copy(update={"total": 1})})
    write_archive(tmp_path / "a.json", Archive(asked, worse, (), ()))
    kept = read_archive(tmp_path / "a.json")
    assert {each.code for each in verify(kept.problem, kept.plan)} == {each.code for each in verify(asked, worse)}
    assert {each.code for each in verify(kept.problem, kept.plan)} - {each.code for each in verify(asked, plan)}


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"archive": "scheduler archive", "schema": 2}'])
def test_what_is_no_archive_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_archive(path)


@pytest.mark.parametrize("cut", ["problem", "plan", "distances", "shows", "frozen"])
def test_an_archive_that_lacks_a_part_is_refused(tmp_path: Path, cut: str) -> None:
    asked, plan = season()
    path = tmp_path / "a.json"
    write_archive(path, Archive(asked, plan, (), ()))
    content = json.loads(path.read_bytes())
    del content[cut]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SchedulerError):
        read_archive(path)


# As commands ---------------------------------------------------------------------------------------------------------


def test_an_archive_verifies_and_stands_beside_other_seasons_after_the_season_was_erased(
    planned: tuple[Path, object],  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from scheduler.plan import Run

    folder, coach_ = planned
    assert isinstance(coach_, Run)
    gone = coach_.passengers[0].person
    begin, end = leaves(coach_).isoformat(), comes(coach_).isoformat()
    assert run("depart", folder, coach_.id, "--headcount", PEOPLE - 1, "--absent", gone, "--now", begin) == 0
    assert run("arrive", folder, coach_.id, "--headcount", PEOPLE - 1, "--now", end) == 0
    kept = tmp_path / "2027.json"
    _code, before = answer(capsys, "history", folder, "--archive", kept, "--html", tmp_path / "h.html")
    assert before["by_township"] == {"顾县镇": {"planned": PEOPLE, "came": PEOPLE - 1, "share": round(5 / 6, 4)}}
    assert before["advice"] == {"reserve_seats": 0, "coaches": 1, "late_a_coach": 0, "free_anyhow": 1}
    _code, as_planned = answer(capsys, "verify", folder)
    assert run("erase", folder, "--yes", "--now", "2028-03-01T09:00") == 0
    code, verified = answer(capsys, "verify", kept)
    assert (code, verified) == (0, as_planned)
    code, after = answer(capsys, "history", kept)
    assert (code, after) == (0, before)
    code, both = answer(capsys, "history", kept, kept)
    assert both["by_destination"][SHENZHEN]["planned"] == 2 * PEOPLE
    page, text = (tmp_path / "h.html").read_text(encoding="utf-8"), kept.read_text(encoding="utf-8")
    for serial in range(1, PEOPLE + 1):
        for name in ("身份证号", "联系电话"):
            assert person(serial)[name] not in text
            assert person(serial)[name] not in page
    assert "83.3%" in page
    assert "建议每车留 0 个空座" in page
    assert "<script" not in page


def test_slips_are_one_line(planned: tuple[Path, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    folder, _coach = planned
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    for arguments in (
        ("history", folder, folder, "--archive", tmp_path / "a.json"),
        ("history", folder, "--archive", folder / "fleet.csv"),
        ("history", tmp_path / "x.json"),
        ("history", folder, "--archive", tmp_path / "y", "--html", tmp_path / "y"),
        ("verify", tmp_path / "x.json"),
    ):
        capsys.readouterr()
        assert run(*arguments) != 0
        assert capsys.readouterr().err.count("\n") == 1, arguments
    assert not (tmp_path / "a.json").exists()
