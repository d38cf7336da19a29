"""Names, ID numbers and phones that look right and belong to nobody."""

from __future__ import annotations

from collections import Counter
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

MEN_SHARE = 0.57
"""Of those who work away; the national surveys of migrant workers say some six in ten."""
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


def _areas_of_no_county() -> Iterator[str]:
    """Yield area codes that no edition of GB/T 2260 ever gave to a county: number 99 of a prefecture.

    Districts count from 01, counties from 21, county-level cities from 81; no prefecture came near 99 of them. Those of
    Yuechi's own prefecture and of Sichuan and Chongqing come first.
    """
    prefectures = dict.fromkeys(["5116", *(code[:4] for code in all_divisions() if code[2:4] != "00")])
    for head in sorted(prefectures, key=lambda head: (head != "5116", head[:2] not in ("51", "50"), head)):
        if f"{head}99" not in all_divisions():
            yield f"{head}99"


def is_man(index: int) -> bool:
    """Tell whether the n-th person drawn is a man: some four of seven, spread evenly, without a draw of its own."""
    return index * 2_654_435_761 % 2**32 < MEN_SHARE * 2**32


def sex_of(id_number: str) -> str:
    """Return 男 or 女, as the sequence of an ID number says (GB 11643)."""
    return "男" if int(id_number[16]) % 2 else "女"


def number_ids(births: list[date]) -> list[str]:
    """Return an ID number for each birth date, all different, none of which anybody can own.

    A woman's has the sequence 000, which no authority gives out. That is even; of the odd sequences, which are men's,
    every one is given out somewhere, so a man's number has the area of no county: no police station can have issued it.
    Its sequence, 999, is one that was kept for people of a hundred years. The check characters are right. The n-th
    woman (man) with one birth date gets the n-th area code, so numbers never clash.
    """
    areas = {True: tuple(_areas_of_no_county()), False: tuple(_areas())}
    seen: Counter[tuple[date, bool]] = Counter()
    numbers = []
    for index, birth in enumerate(births):
        man = is_man(index)
        area = areas[man][seen[birth, man]]
        seen[birth, man] += 1
        body = f"{area}{birth:%Y%m%d}{'999' if man else '000'}"
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
