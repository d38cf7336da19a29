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
    "苟荀狗", "夏厦", "波坡玻", "垭亚", "裕浴", "罗岁", "坝贝",
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
def _sounds(character: str, rare: bool) -> frozenset[str]:
    """Return the usual reading of a character without tones, or with `rare` every reading (莞 is guan and wan)."""
    from pypinyin import Style, pinyin  # loads a large table; only names that fail need it

    readings = pinyin(character, style=Style.NORMAL, heteronym=rare, errors="ignore")
    return frozenset(readings[0]) if readings else frozenset()


@cache
def _fuzzy_sounds(character: str, rare: bool) -> frozenset[str]:
    """Return the readings with the sounds that are often confused made one."""
    found = set()
    for sound in _sounds(character, rare):
        for pattern, loose in _FUZZY:
            sound = pattern.sub(loose, sound)
        found.add(sound)
    return frozenset(found)


@cache
def _lookalikes() -> frozenset[tuple[str, str]]:
    return frozenset((one, other) for group in _LOOKALIKES for one in group for other in group if one != other)


def _pair(typed: str, real: str) -> int | None:
    """Return how `typed` could stand for `real`, 0 the likeliest (see `likeness`), None when it could not."""
    sounds = bool(_sounds(typed, False) & _sounds(real, True))
    looks = (typed, real) in _lookalikes()
    if sounds:
        return 0 if looks else 1
    if looks:
        return 2
    return 3 if _fuzzy_sounds(typed, False) & _fuzzy_sounds(real, True) else None


def likeness(typed: str, real: str) -> int | None:
    """Return how likely `typed` is a slip for `real`; None when it is none, or they are equal.

    Both are names without their suffix. 0: one character, of the same sound and a like shape (夏门 for 厦门); 1: of
    the same sound; 2: of a like shape, or two characters of the same sound; 3: of a like sound; 4: another single
    slip in a name of three characters or more.
    """
    if typed == real or min(len(typed), len(real)) < 2:
        return None
    if len(typed) == len(real):
        ranks = [_pair(one, other) for one, other in zip(typed, real, strict=True) if one != other]
        if len(ranks) == 1 and ranks[0] is not None:
            return ranks[0]
        if 1 < len(ranks) <= len(typed) / 2 and all(rank in (0, 1) for rank in ranks):
            return 2
    if min(len(typed), len(real)) >= 3:
        from rapidfuzz.distance import OSA

        if OSA.distance(typed, real, score_cutoff=1) <= 1:
            return 4
    return None
