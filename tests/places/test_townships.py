"""Townships: the built-in list, and township text -> the canonical name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.places import TownshipResolver, townships

YUECHI = "511621"
# The 27 townships of 岳池县, without their suffix.
STREETS = "九龙 朝阳"
TOWNS = (
    "花园 坪滩 龙孔 镇裕 白庙 酉溪 同兴 兴隆 秦溪 顾县 苟角 天平 石垭 乔家 罗渡 裕民 中和 新场 普安 临溪 西板 齐福 伏龙"
)
RURAL = "黄龙 鱼峰"
STEMS = {
    stem: stem + suffix for stems, suffix in ((STREETS, "街道"), (TOWNS, "镇"), (RURAL, "乡")) for stem in stems.split()
}

_SHARED = TownshipResolver(["顾县"], YUECHI)


@pytest.fixture(scope="module")
def resolver() -> TownshipResolver:
    return TownshipResolver([], YUECHI)


def test_the_home_county_has_its_27_townships() -> None:
    assert sorted(town.name for town in townships(YUECHI)) == sorted(STEMS.values())
    assert all(town.code.startswith(YUECHI) and len(town.code) == 9 for town in townships(YUECHI))


@pytest.mark.parametrize(("code", "name"), [("441900", "虎门镇"), ("442000", "小榄镇"), ("620200", "雄关街道")])
def test_cities_without_counties_have_townships(code: str, name: str) -> None:
    assert name in {town.name for town in townships(code)}


@pytest.mark.parametrize("code", ["440000", "440300", "310000", "810000", "999999"])
def test_provinces_and_cities_of_counties_have_none(code: str) -> None:
    assert townships(code) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("顾县镇", "顾县镇"),
        (" 顾 县 镇 ", "顾县镇"),
        ("顾县", "顾县镇"),
        ("顾县乡", "顾县镇"),
        ("九龙", "九龙街道"),
        ("九龙镇", "九龙街道"),
        ("九龙街道办", "九龙街道"),
        ("九龙街道办事处", "九龙街道"),
        ("岳池县顾县镇", "顾县镇"),
        ("岳池顾县", "顾县镇"),
        ("广安市岳池县顾县镇", "顾县镇"),
        ("广安市顾县镇", "顾县镇"),
        ("四川省广安市岳池县顾县镇", "顾县镇"),
        ("四川岳池顾县", "顾县镇"),
        ("顾县镇人民政府", "顾县镇"),
        ("岳池县顾县镇人民政府", "顾县镇"),
        ("顾县镇柏树村3组", "顾县镇"),
        ("四川省-广安市-岳池县-黄龙乡", "黄龙乡"),
    ],
)
def test_ways_to_write_a_township(resolver: TownshipResolver, text: str, name: str) -> None:
    result = resolver.resolve(text)
    assert (result.status, result.name) == ("found", name)


@pytest.mark.parametrize(("stem", "name"), STEMS.items())
def test_every_township_and_its_short_form(resolver: TownshipResolver, stem: str, name: str) -> None:
    for text in (name, stem, f"岳池县{name}"):
        assert resolver.resolve(text).name == name


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("固县镇", "顾县镇"),
        ("狗角镇", "苟角镇"),
        ("荀角", "苟角镇"),
        ("岳池县中河镇", "中和镇"),
        ("渔峰乡", "鱼峰乡"),
        ("石丫", "石垭镇"),
        ("岳池县", None),
        ("武胜县中心镇", None),
        ("深圳", None),
        ("不详", None),
    ],
)
def test_unknown_townships_and_slips(resolver: TownshipResolver, text: str, proposal: str | None) -> None:
    result = resolver.resolve(text)
    assert (result.status, result.name, result.proposal) == ("unknown", None, proposal)


@pytest.mark.parametrize("text", ["", "  ", "　", "-", "/"])
def test_empty(resolver: TownshipResolver, text: str) -> None:
    assert resolver.resolve(text).status == "empty"


def test_two_townships_in_one_cell(resolver: TownshipResolver) -> None:
    result = resolver.resolve("顾县镇、苟角镇")
    assert (result.status, result.candidates) == ("ambiguous", ("顾县镇", "苟角镇"))


def test_the_seasons_names_come_first() -> None:
    resolver = TownshipResolver(["顾县", "九龙镇"], YUECHI)
    assert resolver.resolve("顾县镇").name == "顾县"
    assert resolver.resolve("岳池县顾县镇").name == "顾县"
    assert resolver.resolve("九龙街道").name == "九龙镇"
    assert resolver.resolve("苟角").name == "苟角镇"
    assert resolver.resolve("固县镇").proposal == "顾县"


def test_a_name_that_means_two_townships() -> None:
    resolver = TownshipResolver(["新场镇", "新场乡"], YUECHI)
    assert resolver.resolve("新场乡").name == "新场乡"
    assert resolver.resolve("新场").candidates == ("新场镇", "新场乡")


def test_a_county_without_a_built_in_list() -> None:
    resolver = TownshipResolver(["东镇"], "999999")
    assert resolver.resolve("东镇").name == "东镇"
    assert resolver.resolve("西镇").status == "unknown"


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    result = _SHARED.resolve(text)
    assert (result.name is not None) == (result.status == "found")
