"""Who travels with whom: groups, wishes that disagree, duplicates, parties too large for any vehicle."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.problem import Party
from scheduler.roster.duplicates import drop_duplicates, report_shared_phones
from scheduler.roster.parties import form_parties, split_oversized
from scheduler.roster.row_reader import RosterEntry, window_of
from scheduler.settings import Settings
from scheduler.tabular.issues import Issue
from tests import builders

SETTINGS = Settings(
    name="测试", direction="to_work", home="511621", first_date=date(2027, 2, 10), last_date=date(2027, 2, 28)
)
SHENZHEN, BAOAN, NANSHAN, HANGZHOU = "440300", "440306", "440305", "330100"
_row = count(2)


def entry(*companions: str, **changes: Any) -> RosterEntry:
    """Return a good entry of 顾县镇 to 深圳 on 15 February."""
    row = next(_row)
    file = changes.pop("file", "roster/a.xlsx")
    defaults: dict[str, Any] = {
        "name": f"张{row}",
        "id_number": f"{row:018d}",
        "township": "顾县镇",
        "destination": SHENZHEN,
        "preferred": date(2027, 2, 15),
        "companions": tuple((file, each) for each in companions),
    }
    return RosterEntry(f"{file}!S!{row}", file, "S", row, {"group": "H", "id_number": "B"}, **defaults | changes)


def parties_of(*entries: RosterEntry) -> tuple[list[Party], list[Issue]]:
    """Form parties; stops are named by their codes."""
    issues: list[Issue] = []
    return form_parties(entries, SETTINGS, lambda code: code, issues), issues


def sizes(*entries: RosterEntry) -> list[int]:
    """Return the sizes of the parties, which must give no finding."""
    parties, issues = parties_of(*entries)
    assert issues == []
    return [party.size for party in parties]


def test_a_number_joins_within_one_file() -> None:
    assert sizes(entry("1"), entry("2"), entry("1")) == [2, 1]
    assert sizes(entry("1"), entry("1", file="roster/b.xlsx")) == [1, 1]


def test_a_name_joins_within_one_township_across_files() -> None:
    assert sizes(entry("李四"), entry(name="李四", file="roster/b.xlsx")) == [2]


def test_words_around_a_name_and_several_names() -> None:
    assert sizes(entry("同李四一起", "王五"), entry(name="李四"), entry(name="王五")) == [3]


def test_names_join_transitively_and_a_person_may_name_itself() -> None:
    assert sizes(entry("李四"), entry("李四", "王五", name="李四"), entry(name="王五")) == [3]


def test_an_id_joins() -> None:
    assert sizes(entry("110105194912310020"), entry(id_number="110105194912310020")) == [2]
    assert sizes(entry("110105491231002"), entry(id_number="11010519491231002X")) == [2]


def test_a_homonym_is_settled_when_one_of_them_names_back() -> None:
    assert sizes(entry("李四", name="张三"), entry(name="李四"), entry("张三", name="李四")) == [2, 1]


def test_a_homonym_that_stays_open_is_reported() -> None:
    parties, issues = parties_of(entry("李四"), entry(name="李四"), entry(name="李四"))
    assert [party.size for party in parties] == [1, 1, 1]
    assert [each.code for each in issues] == ["R304"]


def test_a_companion_of_another_township_is_reported() -> None:
    parties, issues = parties_of(entry("李四"), entry(name="李四", township="罗渡镇"))
    assert [party.size for party in parties] == [1, 1]
    assert [each.code for each in issues] == ["R304"]


def test_a_companion_named_by_the_id_is_masked() -> None:
    _parties, [issue] = parties_of(entry("51162119900101000X"))
    assert issue.value == "**************000X"
    assert "5116211990" not in issue.message + issue.cure


def test_members_who_leave_something_open_follow_the_group() -> None:
    (party,), issues = parties_of(
        entry("1", preferred=None, mode="any"), entry("1", mode="coach", destination=BAOAN), entry("1", preferred=None)
    )
    assert issues == []
    assert (party.mode, party.destination, party.preferred) == ("coach", BAOAN, date(2027, 2, 15))
    assert (party.earliest, party.latest) == (date(2027, 2, 14), date(2027, 2, 16))


@pytest.mark.parametrize(
    "other",
    [
        {"destination": HANGZHOU},
        {"mode": "train"},
        {"preferred": date(2027, 2, 16)},
        {"earliest": date(2027, 2, 15)},
        {"township": "罗渡镇"},
    ],
)
def test_members_who_disagree_are_split_by_wish(other: dict[str, Any]) -> None:
    parties, issues = parties_of(entry("1", mode="coach"), entry("1", **other), entry("1", mode="coach"))
    assert [party.size for party in parties] == [2, 1]
    assert [(each.code, each.severity, each.column) for each in issues] == [("R304", "warning", "H")]


def test_the_minority_is_reported() -> None:
    first, second, third = entry("1", destination=HANGZHOU), entry("1"), entry("1")
    _parties, issues = parties_of(first, second, third)
    assert [each.row for each in issues] == [first.row]


def test_two_districts_of_one_city_are_two_wishes() -> None:
    parties, _issues = parties_of(entry("1"), entry("1", destination=BAOAN), entry("1", destination=NANSHAN))
    assert [(party.size, party.destination) for party in parties] == [(2, BAOAN), (1, NANSHAN)]


def test_entries_with_errors_are_left_out() -> None:
    assert sizes(entry("1"), entry("1", codes=("R203",))) == [1]


def test_windows() -> None:
    day = date(2027, 2, 15)
    first, last = SETTINGS.first_date, SETTINGS.last_date
    assert window_of(SETTINGS, None, None, None) == (first, last)
    assert window_of(SETTINGS, day, None, None) == (date(2027, 2, 14), date(2027, 2, 16))
    assert window_of(SETTINGS, first, None, None) == (first, date(2027, 2, 11))
    assert window_of(SETTINGS, None, day, None) == (day, last)
    assert window_of(SETTINGS, day, None, day) == (first, day)
    assert window_of(SETTINGS, None, date(2027, 1, 1), date(2027, 3, 1)) == (first, last)
    assert window_of(SETTINGS, None, day, date(2027, 2, 14)) is None
    assert window_of(SETTINGS, date(2027, 3, 2), None, None) is None


def duplicates(*entries: RosterEntry) -> tuple[list[RosterEntry], list[str]]:
    """Return the entries that stay and the codes found."""
    issues: list[Issue] = []
    kept, dropped = drop_duplicates(entries, issues)
    assert len(kept) + dropped == len(entries)
    return kept, [each.code for each in issues]


def same(**changes: Any) -> RosterEntry:
    """Return an entry of one and the same person."""
    return entry(**{"name": "张三", "id_number": "1"} | changes)


def test_the_same_wish_is_kept_once() -> None:
    assert duplicates(same(), same())[1] == ["R301"]
    assert duplicates(same(), same(file="roster/b.xlsx"))[1] == ["R302"]


def test_the_finer_destination_and_what_only_one_row_says_are_kept() -> None:
    kept, codes = duplicates(same(preferred=None), same(destination=BAOAN, mode="coach"))
    assert codes == ["R301"]
    assert (kept[0].destination, kept[0].mode, kept[0].preferred) == (BAOAN, "coach", date(2027, 2, 15))


@pytest.mark.parametrize(
    "other", [{"destination": HANGZHOU}, {"preferred": date(2027, 2, 20)}, {"mode": "train"}, {"name": "李四"}]
)
def test_another_wish_or_name_sets_the_later_row_aside(other: dict[str, Any]) -> None:
    kept, codes = duplicates(same(mode="coach"), same(**other))
    assert codes == ["R303"]
    assert [each.codes for each in kept] == [(), ("R303",)]


def test_a_row_with_errors_is_no_duplicate() -> None:
    assert duplicates(same(codes=("R207",)), same())[1] == []


def test_one_phone_for_many() -> None:
    issues: list[Issue] = []
    report_shared_phones([entry(phone="13800000000") for _ in range(6)], issues)
    report_shared_phones([entry(phone="户主") for _ in range(9)], issues)
    assert issues == []
    report_shared_phones([entry(phone="13800000000") for _ in range(7)], issues)
    assert [each.code for each in issues] == ["R306"]


@given(st.integers(1, 400), st.integers(1, 60))
def test_large_parties_are_split_into_the_fewest_even_pieces(size: int, capacity: int) -> None:
    party = builders.party(size, id="p")
    pieces = list(split_oversized([party], lambda _party: capacity))
    assert [each for piece in pieces for each in piece.people] == list(party.people)
    assert len(pieces) == -(-size // capacity)
    numbers = [piece.size for piece in pieces]
    assert max(numbers) - min(numbers) <= 1
    assert len({piece.id for piece in pieces}) == len(pieces)
    if len(pieces) > 1 and min(numbers) == 1:
        assert size < 2 * len(pieces)  # nobody could have been spared it


def test_a_party_nothing_could_carry_stays_whole() -> None:
    party = builders.party(80)
    assert list(split_oversized([party], lambda _party: None)) == [party]
    assert list(split_oversized([party], lambda _party: 0)) == [party]
