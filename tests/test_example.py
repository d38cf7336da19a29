"""The synthetic season: sound at every size, the same for a seed, nobody's data, the files what the problem says."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from click.testing import CliRunner

from scheduler.cli.commands.example import example
from scheduler.errors import UsageError
from scheduler.evaluate import Evaluator
from scheduler.example import county
from scheduler.example.people import check_character
from scheduler.example.season import synthetic_problem, synthetic_season
from scheduler.example.spelling import lunar, spell_date, spell_place
from scheduler.example.write import write_season
from scheduler.places.divisions import children
from scheduler.places.resolve import Resolver
from scheduler.problem import Problem
from tests.season_folders import is_nobodys


@pytest.fixture(scope="module")
def county_season() -> Problem:
    return synthetic_problem(6000, 3)


@pytest.mark.parametrize("direction", ["to_work", "to_home"])
@pytest.mark.parametrize("people", [1, 7, 60, 500, 2345])
def test_has_exactly_the_people_asked_for_in_sound_parties(people, direction):
    problem = synthetic_problem(people, 5, direction)
    settings = problem.settings
    assert problem.people == people
    assert settings.direction == direction
    assert len({person.ref for party in problem.parties for person in party.people}) == people
    assert len({person.id_number for party in problem.parties for person in party.people}) == people
    for party in problem.parties:
        assert 1 <= party.size <= 6
        assert settings.first_date <= party.earliest <= party.latest <= settings.last_date
        assert (party.latest - party.earliest).days < 7
        assert party.preferred is None or party.earliest <= party.preferred <= party.latest
        assert problem.places[party.work_stop].division is not None
        assert party.origin in problem.township_stop


def test_same_seed_same_season_other_seed_another():
    assert synthetic_problem(300, 1) == synthetic_problem(300, 1)
    assert synthetic_problem(300, 1).parties != synthetic_problem(300, 2).parties


@pytest.mark.parametrize("people", [0, -3, 10**9])
def test_people_out_of_range_are_refused(people):
    with pytest.raises(UsageError):
        synthetic_season(people, 0)


def test_a_county_has_all_its_townships_and_more_than_forty_cities(county_season):
    assert {party.origin for party in county_season.parties} == {name for name, *_rest in county.TOWNSHIPS}
    assert len(county.TOWNSHIPS) == 27
    assert len({party.work_stop for party in county_season.parties}) > 40
    sizes = Counter(party.size for party in county_season.parties)
    assert sizes[1] + sizes[2] > 0.75 * len(county_season.parties)
    assert set(sizes) == {1, 2, 3, 4, 5, 6}
    assert {party.mode for party in county_season.parties} == {"coach", "train", "any"}
    assert {person.priority for party in county_season.parties for person in party.people} == {1, 2, 3}
    assert any(person.employer_stop for party in county_season.parties for person in party.people)


def test_dates_peak_between_the_eighth_and_the_sixteenth_of_the_first_month(county_season):
    dated = [party for party in county_season.parties if party.preferred is not None]
    in_peak = sum(date(2027, 2, 13) <= party.preferred <= date(2027, 2, 21) for party in dated)
    assert in_peak > 0.7 * len(dated)
    home = synthetic_problem(500, 0, "to_home")
    assert home.settings.last_date < date(2027, 2, 6)


def test_coordinates_are_distinct_and_inside_the_county():
    positions = [(lat, lon) for _name, lat, lon, _size in county.TOWNSHIPS]
    assert len(set(positions)) == 27
    assert all(30.23 <= lat <= 30.73 and 106.13 <= lon <= 106.73 for lat, lon in positions)


def test_fleet_is_of_three_sizes_scarce_at_the_peak_and_grows_with_the_people(county_season):
    assert {each.rated_seats for each in county_season.vehicle_types} == {39, 49, 55}
    assert len({each.operator for each in county_season.vehicle_types}) == 3
    assert any(row.plate for each in county_season.vehicle_types for row in each.rows)
    coaches = sum(row.count for each in county_season.vehicle_types for row in each.rows)
    twice = synthetic_problem(12000, 3)
    assert 1.6 * coaches < sum(row.count for each in twice.vehicle_types for row in each.rows) < 2.4 * coaches
    # If everyone left on the wished date the busiest day would want more coaches than there are.
    evaluator = Evaluator(county_season)
    hub = county.HUBS[0][0]
    held: Counter[date] = Counter()
    for party in county_season.parties:
        if party.preferred is not None and party.mode != "train":
            first, last = evaluator.days_held(party.preferred, evaluator.path([hub], [party.work_stop]).path_m)
            for day in county_season.settings.days:
                held[day] += party.size * (first <= day <= last)
    assert max(held.values()) / 44 > 0.85 * coaches


def test_train_wishes_have_a_train(county_season):
    evaluator = Evaluator(county_season)
    wishers = [party for party in county_season.parties if party.mode == "train"]
    assert wishers
    for party in wishers:
        dates = [t.date for t in county_season.trains if t.seats == 200 and evaluator.train_options(t, party)]
        assert any(party.earliest <= day <= party.latest for day in dates) or not dates
    for train in county_season.trains:
        assert sum(stop.fare_fen is not None for stop in train.stops) in (2, 3)


def test_ids_cannot_belong_to_anyone_and_are_right(county_season):
    people = [person for party in county_season.parties for person in party.people]
    for person in people:
        assert is_nobodys(person.id_number)
        assert check_character(person.id_number[:17]) == person.id_number[17]
        assert f"{person.birth:%Y%m%d}" == person.id_number[6:14]
        assert person.phone.startswith("1740")
    men = sum(person.sex == "男" for person in people)
    assert 0.5 < men / len(people) < 0.65
    assert all((person.sex == "男") == (int(person.id_number[16]) % 2 == 1) for person in people)
    assert len({person.id_number for person in people}) == len(people)
    assert any("·" in person.name for person in people)
    assert any(person.name.startswith(("欧阳", "上官", "司马", "诸葛")) for person in people)
    assert check_character("11010519491231002") == "X"


def test_every_destination_is_spelled_so_that_it_resolves_to_its_code():
    resolver = Resolver()
    for city in county.CITIES:
        for code in (city.code, *children(city.code)):
            for style in ("full", "plain", "short"):
                found = resolver.resolve(spell_place(code, style))
                assert (found.status, found.code, found.corrected) == ("found", code, None)


def test_dates_as_townships_write_them():
    day = date(2027, 2, 13)
    written = [spell_date(day, s) for s in ("iso", "slash", "dot", "compact", "chinese", "month_day", "cell", "lunar")]
    assert written[:4] == ["2027-02-13", "2027/2/13", "2027.2.13", "20270213"]
    assert written[4:] == ["2027年2月13日", "2月13日", day, "正月初八"]
    assert lunar(date(2027, 2, 3)) == "腊月廿七"
    assert spell_date(None, "iso") == ""


def test_the_same_season_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_season(synthetic_season(200, 1), tmp_path / name, dirty=0.1, seed=4)
    for path in (tmp_path / "a").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
    assert len(list((tmp_path / "a" / "roster").iterdir())) == 27


def test_command_writes_a_season_says_it_is_synthetic_and_refuses_a_full_folder(tmp_path):
    arguments = [str(tmp_path / "demo"), "--people", "120", "--dirty", "0.05", "--format", "csv", "--lang", "en"]
    first = CliRunner().invoke(example, arguments)
    assert first.exit_code == 0, first.output
    assert "synthetic" in first.output
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {
        "distances.csv",
        "escorts.csv",
        "fleet.csv",
        "places.csv",
        "planted.csv",
        "roster",
        "season.toml",
        "trains.csv",
    }
    second = CliRunner().invoke(example, arguments)
    assert isinstance(second.exception, UsageError)
    assert "not empty" in str(second.exception)
    (tmp_path / "file").write_text("x")
    third = CliRunner().invoke(example, [str(tmp_path / "file"), "--lang", "en"])
    assert isinstance(third.exception, UsageError)
