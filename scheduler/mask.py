"""One mask for personal data, the same everywhere: two different masks of one number, together, would reveal it."""

from __future__ import annotations

import re

STAR = "*"
_ID_SHOWN = 4
_PHONE_HEAD, _PHONE_TAIL, _SHORT_TAIL = 3, 4, 2

_ID_IN_TEXT = re.compile(r"(?<!\d)\d{14,17}[\dXxＸｘ](?!\d)")
_MOBILE_IN_TEXT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")

# Surnames of two characters that are still in use (复姓); all other surnames are the first character.
_COMPOUND_SURNAMES = frozenset(
    {
        "欧阳",
        "上官",
        "司马",
        "东方",
        "南宫",
        "万俟",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "皇甫",
        "宗政",
        "濮阳",
        "申屠",
        "公孙",
    }
    | {
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "令狐",
        "拓跋",
        "轩辕",
        "百里",
        "呼延",
        "东郭",
        "端木",
    }
)


def mask_id(number: str) -> str:
    """Return an ID number of which only the last four characters can be read; length is kept."""
    hidden = max(len(number) - _ID_SHOWN, (len(number) + 1) // 2)
    return STAR * hidden + number[hidden:]


def mask_phone(number: str) -> str:
    """Return a phone number as 138****5678; of shorter ones only the last two characters are shown."""
    if len(number) < _PHONE_HEAD + _PHONE_TAIL + 4:
        hidden = max(len(number) - _SHORT_TAIL, (len(number) + 1) // 2)
        return STAR * hidden + number[hidden:]
    return number[:_PHONE_HEAD] + STAR * (len(number) - _PHONE_HEAD - _PHONE_TAIL) + number[-_PHONE_TAIL:]


def mask_text(text: str) -> str:
    """Return free text with every ID and mobile number in it masked: people write them into any cell."""
    text = _ID_IN_TEXT.sub(lambda found: mask_id(found[0]), text)
    return _MOBILE_IN_TEXT.sub(lambda found: mask_phone(found[0]), text)


def mask_name(name: str) -> str:
    """Return the surname and one star: 张*, 欧阳*; a name of one character is a star alone."""
    if len(name) < 2:
        return STAR if name else ""
    surname = name[:2] if len(name) > 2 and is_compound_surname(name[:2]) else name[0]
    return surname + STAR


def is_compound_surname(text: str) -> bool:
    """Tell whether a text is a surname of two characters: 欧阳."""
    return text in _COMPOUND_SURNAMES
