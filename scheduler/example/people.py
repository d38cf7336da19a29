"""Names, ID numbers and phones that look right and belong to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from scheduler.places.divisions import all_divisions

SURNAMES = (
    "李王张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "皇甫", "令狐", "东方", "尉迟")
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂清玉萍红梅琴云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉蓉眉君"
    "建国华文辉力永健世广志义兴良海山仁波宁贵福生龙元全胜学祥才发武新利飞彬富顺信子成康星光天达安岩中茂进林有坚和彪博诚先"
)
RARE_GIVEN = ("䶮", "㛃", "𠅤", "𬱖", "喆", "昇", "堃", "翀")
DOTTED_NAMES = ("吉克·阿合", "木乃·阿嘎", "阿依古丽·买买提", "沙马·尔古", "扎西·顿珠", "努尔兰·哈力克")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_HOME_AREAS = ("511621", "512930", "513621", "512923")
"""Area codes under which people of Yuechi were registered, newest first."""

ESCORT_PHONES = 5_900_000
"""First serial of the staff's numbers, above those of the travellers."""

_YOUNGEST, _OLDEST = date(2008, 12, 31), date(1963, 1, 1)


def check_character(body: str) -> str:
    """Return the 18th character of a citizen ID from its first 17 digits (GB 11643)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def draw_names(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` names; about one in 150 has a compound surname, a rare character or a middle dot."""
    # The first surnames are by far the most common ones.
    ranks = np.minimum(rng.exponential(22.0, count).astype(int), len(SURNAMES) - 1)
    first = rng.integers(0, len(GIVEN), count)
    second = rng.integers(0, len(GIVEN), count)
    long = rng.random(count) < 0.8
    unusual = rng.random(count)
    names = []
    for rank, a, b, two, odd in zip(ranks, first, second, long, unusual, strict=True):
        given = GIVEN[a] + (GIVEN[b] if two else "")
        if odd < 0.0030:
            names.append(COMPOUND_SURNAMES[rank % len(COMPOUND_SURNAMES)] + given)
        elif odd < 0.0055:
            names.append(SURNAMES[rank] + RARE_GIVEN[a % len(RARE_GIVEN)])
        elif odd < 0.0070:
            names.append(DOTTED_NAMES[a % len(DOTTED_NAMES)])
        else:
            names.append(SURNAMES[rank] + given)
    return names


def draw_births(rng: np.random.Generator, count: int) -> list[date]:
    """Return `count` birth dates of people of working age (17 or 18 to 64 in 2027), most of them 25 to 50."""
    span = (_YOUNGEST - _OLDEST).days
    offsets = (rng.beta(2.2, 1.8, count) * span).astype(int)
    return [_OLDEST + timedelta(days=int(offset)) for offset in offsets]


def _areas() -> Iterator[str]:
    """Yield area codes of first registration: those of Yuechi, then the counties of Sichuan and Chongqing."""
    yield from _HOME_AREAS
    for code, each in all_divisions().items():
        if code[:2] in ("51", "50") and each.level == "county" and code not in _HOME_AREAS:
            yield code


def number_ids(births: list[date]) -> list[str]:
    """Return an ID number for each birth date, all different, none of which anybody can own.

    The sequence is 000, which no authority gives out, and the check character is right. The n-th person with
    one birth date gets the n-th area code, so numbers never clash. As 000 is even, all of them read as women.
    """
    areas = tuple(_areas())
    seen: dict[date, int] = {}
    numbers = []
    for birth in births:
        turn = seen[birth] = seen.get(birth, -1) + 1
        body = f"{areas[turn]}{birth:%Y%m%d}000"
        numbers.append(body + check_character(body))
    return numbers


def phone(serial: int) -> str:
    """Return a mobile number from 1740-0 to 1740-5 by its serial below 6,000,000.

    The block is kept for the state's emergency satellite service; no private person holds a number in it.
    """
    return f"1740{serial:07d}"


def number_phones(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` different mobile numbers, below those of the escorts."""
    return [phone(serial) for serial in rng.choice(ESCORT_PHONES, count, replace=False)]
