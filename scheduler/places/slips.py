"""Typing slips: how alike a typed name and a real one are, by sound (pinyin) and by shape.

A slip is one wrong character that sounds or looks like the right one (波白 for 博白, 义鸟 for 义乌), or, in names of
three characters and more, any one wrong, missing, doubled or swapped character. Two-character names leave too much
room for chance, so there only sound and shape count.
"""

from __future__ import annotations

import re
from functools import cache

# Characters people take for each other by shape (or by the key beside it in wubi and handwriting input).
_LOOKALIKES = (
    "鸟乌", "未末", "己已巳", "圳川训", "洲州", "莞菀皖", "岗冈", "埔浦甫", "揭竭喝", "衢瞿", "泸沪庐", "沪户", "晋普",
    "慈兹", "兰蓝", "贡责", "渝喻", "漳彰障", "潭谭", "枣束", "郴彬", "亳毫", "禹离", "甬角", "汕仙", "蚌棒", "滁除",
    "邳郅", "睢雎", "濮仆", "邢刑形", "邯甘", "郸单", "龙尤", "坂板", "坪平", "惠慧", "义又", "乌鸟", "台合", "人入",
    "上土", "大太天", "石右", "日曰", "新析", "昌冒", "宁丁", "苏办", "玉王", "田由甲", "岳兵", "池地", "县具", "顾颐",
    "苟荀狗", "垭亚", "裕浴", "罗岁", "坝贝",
)  # fmt: skip
# Sounds that one writes for the other in the south-west: 深证 for 深圳, 福南 for 湖南.
_FUZZY = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^l"), "n"),
    (re.compile(r"^hu(?=.)"), "f"),
    (re.compile(r"^hu$"), "fu"),
    (re.compile(r"ng$"), "n"),
)


@cache
def _sounds(character: str) -> frozenset[str]:
    """Return every reading of a character, without tones."""
    from pypinyin import Style, pinyin  # loads a large table; only names that fail need it

    readings = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(readings[0]) if readings else frozenset()


@cache
def _fuzzy_sounds(character: str) -> frozenset[str]:
    """Return the readings with the sounds that are often confused made one."""
    found = set()
    for sound in _sounds(character):
        for pattern, loose in _FUZZY:
            sound = pattern.sub(loose, sound)
        found.add(sound)
    return frozenset(found)


@cache
def _lookalikes() -> frozenset[tuple[str, str]]:
    return frozenset((one, other) for group in _LOOKALIKES for one in group for other in group if one != other)


def _pair(typed: str, real: str) -> int | None:
    """Return how two different characters could be mistaken: 0 same sound, 1 same shape, 2 like sound, None not."""
    if _sounds(typed) & _sounds(real):
        return 0
    if (typed, real) in _lookalikes():
        return 1
    if _fuzzy_sounds(typed) & _fuzzy_sounds(real):
        return 2
    return None


def likeness(typed: str, real: str) -> int | None:
    """Return how likely `typed` is a slip for `real` (0 the likeliest ... 3), None when it is not or they are equal.

    Both are names without their suffix.
    """
    if typed == real or len(typed) < 2 or len(real) < 2:
        return None
    if len(typed) == len(real):
        wrong = [(one, other) for one, other in zip(typed, real, strict=True) if one != other]
        if len(wrong) == 1:
            rank = _pair(*wrong[0])
            if rank is not None:
                return rank
        elif len(wrong) * 2 <= len(typed):
            ranks = [_pair(*each) for each in wrong]
            if all(rank == 0 for rank in ranks):
                return 1
    if min(len(typed), len(real)) >= 3:
        from rapidfuzz.distance import OSA

        if OSA.distance(typed, real, score_cutoff=1) <= 1:
            return 3
    return None
