"""The built-in divisions: the tree, the names, the coordinates."""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest

from scheduler.places import (
    Division,
    children,
    city_of,
    division,
    is_within,
    short_name,
    work_stop_of,
)
from scheduler.places.divisions import all_divisions

EVERY = list(all_divisions().values())
# Islands, and a park that lies in another province than the city it is counted to.
FAR_FROM_THEIR_CITY = {"460322", "460323", "540171"}

# 内蒙古, 黑龙江, 海南 (islands), 重庆, 四川, 西藏, 甘肃, 青海, 新疆: cities as wide as a province elsewhere.
THE_WIDE_WEST = {"15", "23", "46", "50", "51", "54", "62", "63", "65"}


def _get(code: str) -> Division:
    found = division(code)
    assert found is not None
    return found


def _distance_km(one: Division, other: Division) -> float:
    lat1, lon1, lat2, lon2 = (math.radians(x) for x in (one.lat, one.lon, other.lat, other.lon))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(half))


def test_numbers_of_the_standard() -> None:
    levels = Counter(each.level for each in EVERY)
    # 2,978 counties of the source less the four cities that stand for themselves (东莞, 中山, 儋州, 嘉峪关).
    assert levels == {"province": 28, "city": 339, "county": 2974}
    assert len(children(None)) == 34


def test_codes_are_six_digits_and_parents_exist() -> None:
    for each in EVERY:
        assert re.fullmatch(r"\d{6}", each.code)
        assert each.parent is None or each.code in children(each.parent)


def test_full_names_are_unique() -> None:
    assert len({each.full_name for each in EVERY}) == len(EVERY)


def test_no_grouping_entry_is_a_place() -> None:
    assert not [each.name for each in EVERY if "直辖县" in each.name or each.name in ("市辖区", "县")]


@pytest.mark.parametrize(
    ("code", "full_name", "level", "parent"),
    [
        ("440306", "广东省深圳市宝安区", "county", "440300"),
        ("440300", "广东省深圳市", "city", "440000"),
        ("440000", "广东省", "province", None),
        ("310000", "上海市", "city", None),
        ("310115", "上海市浦东新区", "county", "310000"),
        ("110105", "北京市朝阳区", "county", "110000"),
        ("500229", "重庆市城口县", "county", "500000"),
        ("429004", "湖北省仙桃市", "county", "420000"),
        ("659001", "新疆维吾尔自治区石河子市", "county", "650000"),
        ("419001", "河南省济源市", "county", "410000"),
        ("469002", "海南省琼海市", "county", "460000"),
        ("441900", "广东省东莞市", "city", "440000"),
        ("442000", "广东省中山市", "city", "440000"),
        ("460400", "海南省儋州市", "city", "460000"),
        ("620200", "甘肃省嘉峪关市", "city", "620000"),
        ("422802", "湖北省恩施土家族苗族自治州利川市", "county", "422800"),
        ("511621", "四川省广安市岳池县", "county", "511600"),
        ("810000", "香港特别行政区", "city", None),
        ("710000", "台湾省", "province", None),
    ],
)
def test_places_of_every_kind(code: str, full_name: str, level: str, parent: str | None) -> None:
    each = _get(code)
    assert (each.full_name, each.level, each.parent) == (full_name, level, parent)


def test_unknown_codes() -> None:
    assert division("999999") is None
    assert division("110100") is None  # 市辖区 of 北京
    assert children("999999") == ()
    assert city_of("999999") is None
    assert not is_within("999999", "440000")


def test_is_within() -> None:
    assert is_within("440306", "440306")
    assert is_within("440306", "440300")
    assert is_within("440306", "440000")
    assert not is_within("440300", "440306")
    assert not is_within("440306", "450000")


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("440306", "440300"),
        ("440300", "440300"),
        ("310115", "310000"),
        ("310000", "310000"),
        ("429004", "429004"),
        ("659001", "659001"),
        ("441900", "441900"),
        ("810000", "810000"),
        ("440000", None),
        ("710000", None),
    ],
)
def test_city_of(code: str, city: str | None) -> None:
    assert city_of(code) == city


def test_work_stop_is_the_city_or_the_finest_known() -> None:
    assert work_stop_of("440306", "city") == "440300"
    assert work_stop_of("440306", "county") == "440306"
    assert work_stop_of("440300", "county") == "440300"
    assert work_stop_of("429004", "city") == "429004"
    assert work_stop_of("440000", "county") is None


def test_everything_but_provinces_has_a_city_of_its_own_kind() -> None:
    for each in EVERY:
        city = city_of(each.code)
        assert (city is None) == (each.level == "province")
        assert city is None or city_of(city) == city


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("深圳市", "深圳"),
        ("宝安区", "宝安"),
        ("恩施土家族苗族自治州", "恩施"),
        ("新疆维吾尔自治区", "新疆"),
        ("香港特别行政区", "香港"),
        ("浦东新区", "浦东"),
        ("兰州新区", "兰州新区"),
        ("万柏林区", "万柏林"),
        ("神农架林区", "神农架"),
        ("泸县", "泸县"),
        ("城区", "城区"),
        ("北川羌族自治县", "北川"),
        ("东乡族自治县", "东乡"),
        ("鄂温克族自治旗", "鄂温克"),
        ("积石山保安族东乡族撒拉族自治县", "积石山"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("大兴安岭地区", "大兴安岭"),
        ("锡林郭勒盟", "锡林郭勒"),
        ("阿拉善左旗", "阿拉善左旗"),
        ("达拉特旗", "达拉特"),
        ("苏州工业园区", "苏州工业园区"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


def test_short_names_are_never_one_character() -> None:
    assert min(len(each.short_name) for each in EVERY) == 2


def test_coordinates_lie_in_the_country_and_near_their_city() -> None:
    for each in EVERY:
        assert 3 < each.lat < 54
        assert 73 < each.lon < 136
        if each.parent and each.code not in FAR_FROM_THEIR_CITY:
            above = _get(each.parent)
            # The widest: counties of 海西 and 阿拉善 from their city, cities of 内蒙古 and 新疆 from their capital.
            limit_km = 1300 if above.level == "province" else 600 if each.code[:2] in THE_WIDE_WEST else 220
            assert _distance_km(each, above) < limit_km, each.full_name


def test_coordinates_of_places_whose_position_is_known() -> None:
    yuechi = _get("511621")
    assert 30.23 < yuechi.lat < 30.73
    assert 106.13 < yuechi.lon < 106.73
    # Great circle x 1.3 against the road distances of the corridor (km), within 12 %.
    roads = {"440300": 1520, "441900": 1440, "350100": 1760, "330100": 1650, "310000": 1790, "520100": 560}
    for code, km in roads.items():
        assert _distance_km(yuechi, _get(code)) * 1.3 == pytest.approx(km, rel=0.12), code
