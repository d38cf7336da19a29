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
    "鸟乌", "未末", "己已巳", "圳川训", "洲州", "莞菀皖完", "埔浦甫", "揭竭喝", "衢瞿", "泸沪庐", "沪户", "晋普",
    "岗冈", "抗杭", "慈兹", "兰蓝", "贡责", "渝喻", "漳彰障", "潭谭", "枣束", "郴彬", "亳毫", "禹离", "甬角", "汕仙",
    "蚌棒", "滁除", "邳郅", "睢雎", "濮仆", "邢刑形", "邯甘", "郸单", "龙尤", "坂板", "坪平", "惠慧", "乌鸟", "台合",
    "人入", "上土", "大太天", "石右", "日曰", "新析", "昌冒", "宁丁", "苏办", "玉王", "田由甲", "岳兵", "池地",
    "县具", "顾颐", "苟荀狗", "夏厦", "波坡玻", "垭亚", "裕浴", "罗岁", "坝贝",
)  # fmt: skip
# Sounds that are one in the south-west: 昆三 for 昆山; and further ones, 深证 for 深圳, 福南 for 湖南.
_FLAT = ((re.compile(r"^([zcs])h"), r"\1"),)
_LOOSE = (
    *_FLAT,
    (re.compile(r"^l"), "n"),
    (re.compile(r"^hu(?=.)"), "f"),
    (re.compile(r"^hu$"), "fu"),
    (re.compile(r"ng$"), "n"),
)
_Rules = tuple[tuple[re.Pattern[str], str], ...]


@cache
def _sounds(text: str) -> tuple[frozenset[str], ...]:
    """Return the readings of each character without tones: the usual one, and the one it has in this name (重庆)."""
    from pypinyin import Style, lazy_pinyin  # loads a large table; only names that fail need it

    alone = [lazy_pinyin(character, style=Style.NORMAL)[0] for character in text]
    together = lazy_pinyin(text, style=Style.NORMAL)
    if len(together) != len(text):  # letters and digits come as one piece
        together = alone
    return tuple(frozenset(pair) for pair in zip(alone, together, strict=True))


def _made_one(sounds: frozenset[str], rules: _Rules) -> frozenset[str]:
    """Return the sounds with those that are often confused made one."""
    found = set()
    for sound in sounds:
        for pattern, loose in rules:
            sound = pattern.sub(loose, sound)
        found.add(sound)
    return frozenset(found)


@cache
def _lookalikes() -> frozenset[tuple[str, str]]:
    return frozenset((one, other) for group in _LOOKALIKES for one in group for other in group if one != other)


def _ranks(typed: str, real: str) -> list[int | None]:
    """Return for each character that differs how it could stand for the real one (see `likeness`); None: not."""
    ranks: list[int | None] = []
    for one, other, heard, meant in zip(typed, real, _sounds(typed), _sounds(real), strict=True):
        looks = (one, other) in _lookalikes()
        if one == other:
            continue
        if heard & meant:
            ranks.append(0 if looks else 1)
        elif looks:
            ranks.append(2)
        elif _made_one(heard, _FLAT) & _made_one(meant, _FLAT):
            ranks.append(3)
        elif _made_one(heard, _LOOSE) & _made_one(meant, _LOOSE):
            ranks.append(4)
        else:
            ranks.append(None)
    return ranks


def likeness(typed: str, real: str) -> int | None:
    """Return how likely `typed` is a slip for `real`; None when it is none, or they are equal.

    Both are names without their suffix. 0: one character, of the same sound and a like shape (夏门 for 厦门); 1: of
    the same sound; 2: of a like shape, or two characters of the same sound; 3, 4: of a like sound (z for zh; n for
    ng); 5: another single slip in a name of three characters or more.
    """
    if typed == real or min(len(typed), len(real)) < 2:
        return None
    if len(typed) == len(real) and sum(map(str.__ne__, typed, real)) * 2 <= len(typed):
        ranks = _ranks(typed, real)
        if len(ranks) == 1 and ranks[0] is not None:
            return ranks[0]
        if len(ranks) > 1 and all(rank in (0, 1) for rank in ranks):
            return 2
    if min(len(typed), len(real)) >= 3:
        from rapidfuzz.distance import OSA

        if OSA.distance(typed, real, score_cutoff=1) <= 1:
            return 5
    return None
