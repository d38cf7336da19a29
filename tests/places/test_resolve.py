"""Destination text -> division: the table of real-world spellings, and what must hold for any text."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.places import Resolution, Resolver, division, is_within
from scheduler.places.divisions import all_divisions
from scheduler.places.gazetteer import Gazetteer
from scheduler.places.slips import likeness
from scheduler.places.words import PLAIN_WORDS

with (Path(__file__).parents[1] / "data" / "destinations.csv").open(encoding="utf-8", newline="") as _file:
    # text, status, code, also: the proposal, or with "ambiguous" the candidates (none given: any two or more)
    SPELLINGS = list(csv.DictReader(_file))

EVERY = list(all_divisions().values())
_SHARED = Resolver()


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver()


def test_the_table_covers_every_outcome() -> None:
    counts = Counter(row["status"] for row in SPELLINGS)
    assert counts["found"] >= 300
    assert min(counts[status] for status in ("unknown", "ambiguous", "province")) >= 15
    assert counts["empty"] >= 4


@pytest.mark.parametrize("row", SPELLINGS, ids=[row["text"] for row in SPELLINGS])
def test_real_world_spelling(resolver: Resolver, row: dict[str, str]) -> None:
    result = resolver.resolve(row["text"])
    assert (result.status, result.code or "") == (row["status"], row["code"])
    if result.status != "ambiguous":
        assert (result.proposal or "") == row["also"]
    elif row["also"]:
        assert sorted(result.candidates) == row["also"].split()
    else:
        assert len(result.candidates) > 1


def test_every_full_name_is_its_own_division(resolver: Resolver) -> None:
    for each in EVERY:
        result = resolver.resolve(each.full_name)
        assert result.code == each.code
        assert result.status == ("province" if each.level == "province" else "found")
        assert result.corrected is None
        assert result.proposal is None


def test_every_name_that_is_unique_is_enough(resolver: Resolver) -> None:
    count = Counter(each.name for each in EVERY)
    for each in EVERY:
        if count[each.name] == 1 and each.name not in PLAIN_WORDS:
            assert resolver.resolve(each.name).code == each.code, each.full_name


def test_every_county_is_found_behind_its_city_with_an_address_behind(resolver: Resolver) -> None:
    for each in EVERY:
        if each.level == "county" and each.parent:
            above = all_divisions()[each.parent]
            for text in (
                above.name + each.name,
                f"{above.short_name}{each.name}建设路12号",
                f"{above.name} {each.name}",
            ):
                result = resolver.resolve(text)
                # Behind a province a district of two cities stays ambiguous: 河北桥西区.
                assert each.code == result.code or each.code in result.candidates, text
                assert result.status == "found" or above.level == "province", text


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    _check(_SHARED.resolve(text))


@given(
    st.lists(
        st.sampled_from(["深圳", "市", "宝安区", "朝阳", "吉林", "广东省", "路", "镇", "/", " ", "到", "长安", "保安"])
    )
)
def test_any_mixture_of_names_has_an_answer(parts: list[str]) -> None:
    _check(_SHARED.resolve("".join(parts)))


def _check(result: Resolution) -> None:
    """Hold what any answer promises."""
    assert (result.code is not None) == (result.status in ("found", "province"))
    for code in (result.code, result.proposal, *result.candidates):
        assert code is None or division(code) is not None
    if result.status == "ambiguous":
        assert result.candidates
    if result.status == "found" and result.proposal:
        assert result.code is not None
        assert is_within(result.proposal, result.code)


def test_very_long_and_repetitive_texts_are_answered(resolver: Resolver) -> None:
    assert resolver.resolve("深圳" + "厂" * 100_000).code == "440300"
    assert resolver.resolve("吉林" * 10_000).status == "found"


def test_answers_are_cached(resolver: Resolver) -> None:
    assert resolver.resolve("深圳宝安") is resolver.resolve("深圳宝安")


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("深圳", None),
        ("广东 深圳", None),
        ("恩施州", None),
        ("东莞长安镇", None),
        ("襄樊", "湖北省襄阳市"),
        ("增城市", "广东省广州市增城区"),
        ("广东增城市", "广东省广州市增城区"),
        ("虎门镇", "广东省东莞市"),
        ("大亚湾", "广东省惠州市惠阳区"),
        ("440306", "广东省深圳市宝安区"),
    ],
)
def test_odd_names_are_told(resolver: Resolver, text: str, corrected: str | None) -> None:
    assert resolver.resolve(text).corrected == corrected


def test_the_seasons_aliases_come_first() -> None:
    resolver = Resolver({"大厂": "440306", "龙华": "440309", "富士康 A 区": "440309"})
    assert resolver.resolve("大厂") == Resolution("found", "440306", corrected="广东省深圳市宝安区")
    assert resolver.resolve("龙华").code == "440309"
    assert resolver.resolve("龙华某某厂").code == "440309"
    assert resolver.resolve("富士康Ａ区").code == "440309"
    assert resolver.resolve("海口龙华").code == "460106"
    assert Resolver().resolve("龙华").status == "ambiguous"


def test_an_alias_may_be_a_word_that_is_no_place_elsewhere() -> None:
    resolver = Resolver({"阿里巴巴": "330110", "沿海": "350200", "东区": "442000", "厂": "440300"})
    assert resolver.resolve("阿里巴巴西溪园区").code == "330110"
    assert resolver.resolve("沿海").code == "350200"
    assert resolver.resolve("东区").code == "442000"
    assert resolver.resolve("厂").status == "unknown"  # one character is no name


def test_an_alias_of_no_division_is_refused() -> None:
    with pytest.raises(ValueError, match="999999"):
        Resolver({"某地": "999999"})


def test_province_lists_its_cities(resolver: Resolver) -> None:
    result = resolver.resolve("海南")
    assert {"460100", "460400", "469002"} <= set(result.candidates)


def test_other_names_file_names_real_divisions() -> None:
    path = Path(__file__).parents[2] / "scheduler" / "places" / "data" / "other_names.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = Gazetteer({})
    for row in rows:
        assert row["kind"] in {"old", "zone", "colloquial"}
        assert not row["within"] or division(row["within"]), row
        assert row["codes"]
        for code in row["codes"].split():
            assert division(code), row
        assert names.exactly(row["name"]), row
    assert len({(row["name"], row["within"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("typed", "real", "rank"),
    [
        ("夏门", "厦门", 0),
        ("波白", "博白", 1),
        ("义鸟", "义乌", 2),
        ("昆三", "昆山", 3),
        ("深证", "深圳", 4),
        ("石家装", "石家庄", 1),
        ("秦岛皇", "秦皇岛", 5),
        ("连云", "连云港", None),
        ("中庆", "重庆", 1),
        ("义山", "义乌", None),
        ("深圳", "深圳", None),
        ("", "深圳", None),
    ],
)
def test_likeness(typed: str, real: str, rank: int | None) -> None:
    assert likeness(typed, real) == rank
