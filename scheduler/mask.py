"""One mask for personal data, the same everywhere: two different masks of one number, together, would reveal it.

People write numbers into any cell: a guardian's ID into the notes, their own behind the name. What is searched for in
free text are ID numbers of 18 and 15 digits and the long numbers of bank cards, however they are spaced or typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Literal

IdMask = Literal["tail4", "head6tail4"]

STAR = "*"
_ID_SHOWN, _ID_HEAD, _ID_LENGTHS = 4, 6, (15, 18)
_PHONE_HEAD, _PHONE_TAIL, _SHORT_TAIL = 3, 4, 2

_MOBILE = r"1[3-9]\d{9}"
_MOBILE_IN_TEXT = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_WITH_COUNTRY = re.compile(r"(?<![\d.])(?:(?:00|\+)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")

_SHORTEST_NUMBER = 15
_DIGIT = re.compile(r"\d")
_LAST = "[0-9Xx]"
_PROVINCE = ("1@[1-5]", "2@[1-3]", "3@[1-7]", "4@[1-6]", "5@[0-4]", "6@[1-5]", "[78]@[1-3]")
_MONTH, _DAY = "(?:0@[1-9]|1@[0-2])", "(?:0@[1-9]|[12]@[0-9]|3@[01])"
_HEAD = f"(?:{'|'.join(_PROVINCE)})" + "@[0-9]" * 4
_YEAR = "(?:1@9|2@0)@[0-9]@[0-9]"
_WHOLE = f"{_HEAD}@{_YEAR}@{_MONTH}@{_DAY}" + "@[0-9]" * 3 + f"@{_LAST}"
_OLD = f"{_HEAD}@[0-9]@[0-9]@{_MONTH}@{_DAY}" + "@[0-9]" * 3
_BETWEEN = r"\W{0,3}"
"""What stands between the digits of a number that is typed in groups: spaces, dashes, line breaks, marks."""

_GLUED = re.compile(_WHOLE.replace("@", ""))
_SPACED = re.compile(rf"(?<![0-9])(?:{_WHOLE}|{_OLD})(?![0-9])".replace("@", _BETWEEN))
_CARD = re.compile(r"(?<![0-9])[3-9][0-9]{3}(?:\W{1,3}[0-9]{4}){3}(?:\W{1,3}[0-9]{1,3})?(?![0-9])")
_LONG = re.compile(rf"(?<![0-9])(?:[0-9]{{{_SHORTEST_NUMBER},}}[Xx]?|[0-9]{{{_SHORTEST_NUMBER - 1}}}[Xx])")
_ONLY_PHONES = re.compile(rf"(?:{_MOBILE})+|0086{_MOBILE}")
_CHECK_LIKE = str.maketrans("ＸｘХх×✕χΧ", "XxXxXXxX")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_GROUP = 3
"""Digits that stand together at the start of a number typed in groups; 15 08:00 2027-02-15 08:00 has but two."""

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


def mask_id(number: str, style: IdMask = "tail4") -> str:
    """Return an ID number of which only the last four characters can be read, or the first six too; length is kept.

    The head is the area where the number was first issued: what shows less by either style shows no more by both.
    """
    hidden = max(len(number) - _ID_SHOWN, (len(number) + 1) // 2)
    head = number[:_ID_HEAD] if style == "head6tail4" and len(number) in _ID_LENGTHS else ""
    return head + STAR * (hidden - len(head)) + number[hidden:]


def mask_phone(number: str) -> str:
    """Return a phone number as 138****5678; of shorter ones only the last two characters are shown."""
    if len(number) < _PHONE_HEAD + _PHONE_TAIL + 4:
        hidden = max(len(number) - _SHORT_TAIL, (len(number) + 1) // 2)
        return STAR * hidden + number[hidden:]
    return number[:_PHONE_HEAD] + STAR * (len(number) - _PHONE_HEAD - _PHONE_TAIL) + number[-_PHONE_TAIL:]


def without_ids(text: str, shown: Callable[[str], str] = mask_id) -> str:
    """Return free text with every ID and bank card number in it as `shown` shows it; telephones stay as they are.

    Parameters
    ----------
    shown : callable
        Given a number without the marks between its digits.
    """
    if len(text) < _SHORTEST_NUMBER or len(_DIGIT.findall(text)) < _SHORTEST_NUMBER - 1:
        return text
    plain = _in_ascii(text)
    pieces, done = [], 0
    for start, end in sorted(_numbers(plain)):
        if start < done:
            continue
        pieces += [text[done:start], shown(re.sub(r"\W", "", plain[start:end]))]
        # A phone number that follows at once is told from the digits shown.
        pieces.append(" " if plain[end : end + 1].isdecimal() else "")
        done = end
    return "".join([*pieces, text[done:]])


def _in_ascii(text: str) -> str:
    """Return text of the same length in which digits and check characters of any width or script are ASCII."""
    if text.isascii():
        return text
    digits = (str(unicodedata.decimal(ch)) if ch.isdecimal() else ch for ch in text.translate(_CHECK_LIKE))
    return "".join(digits)


def _numbers(plain: str) -> Iterator[tuple[int, int]]:
    """Yield where numbers begin and end that no list may show."""
    rest = plain
    for pattern, is_one in ((_GLUED, None), (_SPACED, _is_typed_in_groups), (_CARD, _is_card), (_LONG, _is_no_phone)):
        at = 0
        while found := pattern.search(rest, at):
            if is_one is None or is_one(found[0]):
                yield found.span()
                rest = rest[: found.start()] + "字" * len(found[0]) + rest[found.end() :]
                at = found.end()
            else:
                at = found.start() + 1


def _is_typed_in_groups(text: str) -> bool:
    """Tell whether a number in groups is no row of dates and figures: by its groups, else by its check character."""
    groups = re.findall(r"\w+", text)
    by_one = max(map(len, groups)) == 1
    return by_one or len(groups[0]) >= _FIRST_GROUP or _has_check_character("".join(groups))


def _has_check_character(number: str) -> bool:
    """Tell whether a number of 18 characters ends in the right one (GB 11643)."""
    if len(number) != len(_WEIGHTS) + 1:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def _is_card(text: str) -> bool:
    """Tell whether digits in groups end in the right one of a bank card (ISO/IEC 7812)."""
    digits = [int(ch) for ch in text if ch.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_no_phone(text: str) -> bool:
    return _ONLY_PHONES.fullmatch(text) is None


def mask_text(text: str) -> str:
    """Return free text with every ID and mobile number in it masked: people write them into any cell."""
    return mask_mobiles(without_ids(text))


def mask_mobiles(text: str) -> str:
    """Return free text with every mobile number in it masked."""
    return _MOBILE_IN_TEXT.sub(lambda found: mask_phone(re.sub("[ -]", "", found[0])), text)


def without_numbers(text: str, shown: str) -> str:
    """Return free text with `shown` in the place of every ID, bank card and mobile number."""
    return _WITH_COUNTRY.sub(shown, without_ids(text, lambda _number: shown))


def is_mobile(text: str) -> bool:
    """Tell whether a mobile number stands in a text: it is somebody's, not an office's line."""
    return _WITH_COUNTRY.search(text) is not None


def mask_name(name: str) -> str:
    """Return the surname and one star: 张*, 欧阳*; a name of one character is a star alone."""
    if len(name) < 2:
        return STAR if name else ""
    surname = name[:2] if len(name) > 2 and is_compound_surname(name[:2]) else name[0]
    return surname + STAR


def is_compound_surname(text: str) -> bool:
    """Tell whether a text is a surname of two characters: 欧阳."""
    return text in _COMPOUND_SURNAMES
