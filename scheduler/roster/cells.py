"""Single cells of a roster -> clean values: names, ID and phone numbers, sex, mode, priority.

Each function takes a cell and returns what it means together with what was found on the way; none of them raises.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Literal

from scheduler.problem import Mode
from scheduler.tabular.sheets.workbook import Value, text_of
from scheduler.text_cells import visible

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS = ord("0") * sum(_WEIGHTS)
_CHECK_CHARACTERS = "10X98765432"

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_SPACE_IN_HAN = re.compile(rf"(?<=[{_HAN}·])\s+|\s+(?=[{_HAN}·])")
_DOTS = re.compile("[•‧∙⋅・･．●]|(?<=[" + _HAN + "])[.。](?=[" + _HAN + "])")
_PLAIN = re.compile(r"[\u4e00-\u9fa5A-Za-z0-9·()\-]*")
_UNUSUAL = re.compile(rf"[^\s\x20-\x7e·{_HAN}\u3000-\u303f\uff00-\uffef\u2010-\u2027]")

_APOSTROPHES = "'`‘’′＇\""
_ID = re.compile(r"\d{15}|\d{17}[\dX]", re.ASCII)
_ID_WITHIN = re.compile(r"(?<!\d)(?:\d{15}|\d{17}[\dX])(?!\d)|(?<=\d{17}[\dX])\d{17}[\dX]")
_ID_FILLING = re.compile(r"[\s\-—–_.=" + _APOSTROPHES + "]+")  # ="5116…" in a CSV keeps Excel from counting
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+?\d+$", re.IGNORECASE)
_DECIMAL_ID = re.compile(r"^\d{16,}\.0+$")

_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_MISTYPED_MOBILE = re.compile(r"0?[12]\d{10}$")  # no area code that begins with 1 or 2 leaves so many digits
_PHONE_FILLING = re.compile(r"[\s\-—–_.()=" + _APOSTROPHES + "]+")
_PHONE_SEPARATORS = re.compile(r"[/,;、，；]|或|\n")

NOTHING = frozenset(
    {"", "无", "没有", "暂无", "-", "--", "—", "/", "\\", "否", "空", "null", "none", "n/a", "na", "nan"}
)
"""What people write into a cell to say that there is nothing to write."""

# GB 18030 has since given a place in Unicode to characters that old fonts and input methods kept in the private use
# area: U+E815 and on stood for the bytes FE50 and on. Where Python's codec knows the new place it is asked; the
# rest is the table of GB 18030-2022, Annex D.
_LATER = {
    0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200cc", 0xE81E: "\u9fb4", 0xE826: "\u9fb5",
    0xE82B: "\u9fb6", 0xE82C: "\u9fb7", 0xE831: "\U000215d7", 0xE832: "\u9fb8", 0xE83B: "\U0002298f",
    0xE843: "\u9fb9", 0xE854: "\u9fba", 0xE855: "\U000241fe", 0xE864: "\u9fbb",
}  # fmt: skip


def _moved_characters() -> dict[int, str]:
    trail = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
    found = {0xE815 + i: bytes((0xFE, byte)).decode("gb18030") for i, byte in enumerate(trail)}
    return found | _LATER


_MOVED = _moved_characters()
_MOVED_PATTERN = re.compile(f"[{chr(min(_MOVED))}-{chr(max(_MOVED))}]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cell's text after cleaning; `changed` when it differs from the cell, `odd` the unassigned characters.

    `odd` holds also escapes (_xD842_) that stand for no whole character.
    """

    text: str
    changed: bool = False
    odd: tuple[str, ...] = ()


def clean_text(value: Value) -> Cleaned:
    """Return free text in half width, single spaces, no spaces between Chinese characters, old characters moved."""
    if not isinstance(value, str):
        return Cleaned(text_of(value))
    return _clean(value)


def clean_name(value: Value) -> Cleaned:
    """Return a person's name like `clean_text`, with one kind of middle dot (阿依古丽·买买提)."""
    cleaned = clean_text(value)
    text = _DOTS.sub("·", cleaned.text)
    text = re.sub(r"\s*·+\s*", "·", text)
    return cleaned if text == cleaned.text else Cleaned(text, True, cleaned.odd)


@lru_cache(maxsize=65536)
def _clean(raw: str) -> Cleaned:
    if _PLAIN.fullmatch(raw):
        return Cleaned(raw)
    text = decode_escapes(raw)
    if _MOVED_PATTERN.search(text):
        text = text.translate(_MOVED)
    if not text.isascii():
        text = "".join(
            unicodedata.normalize("NFKC", character) if not "\uf900" <= character <= "\ufaff" else character
            for character in visible(text)
        )
    text = _SPACE_IN_HAN.sub("", " ".join(visible(text).split()))
    odd = [*filter(_is_unassigned, _UNUSUAL.findall(text)), *_LONE_ESCAPE.findall(text)]
    return Cleaned(text, text != raw, tuple(dict.fromkeys(odd)))


def decode_escapes(text: str) -> str:
    """Return text without the escapes that programs leave behind: &#13425; of web pages, _x4E2D_ of Office files.

    What does not stand for whole characters of a text stays as it is (half of a surrogate pair, control characters).
    """
    if "&" in text:
        text = _ENTITY.sub(lambda found: _whole(html.unescape(found[0]), found[0]), text)
    if "_x" in text:
        text = _OFFICE_ESCAPES.sub(_office_text, text)
    return text


_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9A-Fa-f]{2,6}|amp|lt|gt|quot|apos|nbsp|middot);")
_OFFICE_ESCAPES = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_LONE_ESCAPE = re.compile(r"_x[dD][89a-fA-F][0-9A-Fa-f]{2}_|&#\w+;")


def _office_text(found: re.Match[str]) -> str:
    units = b"".join(bytes.fromhex(unit)[::-1] for unit in re.findall("_x(.{4})_", found[0]))
    text = units.decode("utf-16-le", "surrogatepass")
    # What is ASCII needs no escape: somebody wrote _x0041_.
    return found[0] if any(map(str.isascii, text)) else _whole(text, found[0])


def _whole(text: str, written: str) -> str:
    return text if all(each.isprintable() or each in "\xa0\u3000" for each in text) else written


def _is_unassigned(character: str) -> bool:
    """Tell whether Unicode assigns nothing to a character (newer ideographs than Python's tables know are assigned)."""
    if character == "\ufffd" or (ord(character) & 0xFFFE) == 0xFFFE:
        return True
    if "\U00020000" <= character <= "\U0003ffff":
        return False
    return unicodedata.category(character) in ("Co", "Cn", "Cs")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An ID cell: the 18 characters when whole, what is wrong else.

    Attributes
    ----------
    text : str
        18 characters; when something is wrong, what could be read.
    codes : tuple of str
        R202, R203 or R204; empty when the number is right.
    changed : bool
        Something was corrected (R217).
    several : bool
        The cell holds more than one number.
    """

    text: str
    codes: tuple[str, ...] = ()
    changed: bool = False
    birth: date | None = None
    sex: str = ""
    several: bool = False


def read_id(value: Value, today: date) -> IdNumber:
    """Return what an ID cell holds, by GB 11643; 15-digit numbers (GB 11643-1989) get 19 and their check character.

    Parameters
    ----------
    value : Value
        A number has lost all digits beyond the fifteenth, as Excel keeps no more.
    today : date
        Nobody is born after it.
    """
    if isinstance(value, str) and _ID.fullmatch(value):  # nearly all
        text, changed = value, False
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = text_of(value)
        if abs(value) >= 1e15:
            return IdNumber(text, ("R202",))
        changed = len(text) == 15
    else:
        text = unicodedata.normalize("NFKC", visible(text_of(value))).strip().upper()
        if _SCIENTIFIC.match(text) or _DECIMAL_ID.match(text):
            return IdNumber(text, ("R202",))
        text = _ID_FILLING.sub("", text)
        changed = text != value
    if not _ID.fullmatch(text):
        return IdNumber(text, ("R203",), several=len(_ID_WITHIN.findall(text_of(value).upper())) > 1)
    if len(text) == 15:
        text = f"{text[:6]}19{text[6:]}"
        text += check_character(text)
        changed = True
    birth = _birth(text[6:14], today)
    if birth is None:
        return IdNumber(text, ("R204",))
    if check_character(text[:17]) != text[17]:
        return IdNumber(text, ("R203",))
    return IdNumber(text, (), changed, birth, "男" if int(text[16]) % 2 else "女")


def check_character(body: str) -> str:
    """Return the 18th character of a citizen ID from its first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return _CHECK_CHARACTERS[(sum(map(mul, _WEIGHTS, body.encode())) - _ZEROS) % 11]


def _birth(digits: str, today: date) -> date | None:
    """Return the birth date in YYYYMMDD; None when it is no date, before 1900 or in the future."""
    try:
        found = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return found if date(1900, 1, 1) <= found <= today else None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone cell: the number as it is dialled, or the text as it stands when it is no valid number."""

    text: str
    valid: bool = True
    changed: bool = False


def read_phone(value: Value) -> Phone:
    """Return the phone number of a cell, the first valid one when it holds several; nothing is a valid phone ''."""
    if isinstance(value, str) and value.isascii() and _MOBILE.fullmatch(value):  # nearly all
        return Phone(value)
    raw = text_of(value)
    text = unicodedata.normalize("NFKC", visible(raw)).strip()
    if text.lower() in NOTHING:
        return Phone("")
    changed = isinstance(value, str)
    if _MOBILE.match(text):
        return Phone(text, changed=changed and text != value)
    for part in _PHONE_SEPARATORS.split(text):
        number = _domestic(_PHONE_FILLING.sub("", part))
        if _MOBILE.match(number) or _is_valid_number(number):
            return Phone(number, changed=changed and number != value)
    return Phone(raw, valid=False)


def _domestic(number: str) -> str:
    """Return a number without the country code of mainland China; scientific notation of a CSV is no number."""
    bare = re.sub(r"^(?:\+|00)?86(?=1\d{10}$|0?[2-9]\d{8,10}$)", "", number)
    return re.sub(r"^(\d{11})\.0$", r"\1", bare)


@lru_cache(maxsize=65536)
def _is_valid_number(number: str) -> bool:
    if not re.fullmatch(r"\+?\d{7,15}", number) or _MISTYPED_MOBILE.match(number):
        return False
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))
    except phonenumbers.NumberParseException:
        return False


_SEXES = {
    "男": "男",
    "男性": "男",
    "m": "男",
    "male": "男",
    "1": "男",
    "女": "女",
    "女性": "女",
    "f": "女",
    "female": "女",
    "2": "女",
}


def read_sex(value: Value) -> str:
    """Return 男, 女, or '' when the cell says neither."""
    return _SEXES.get(clean_text(value).text.lower(), "")


_COACH = re.compile(r"汽车|大巴|客车|包车|专车|班车|客运|coach|bus|大客|巴士|点对点")
_TRAIN = re.compile(r"火车|高铁|动车|专列|列车|铁路|train|rail")
_ANY = re.compile(
    r"^(?:不限|均可|都可以?|皆可|任意|随意|无所谓|都行|无要求|服从安排|听从安排|any|either|all|both|汽车火车均可)$"
)
_NOT_OURS = re.compile(r"自驾|自己|自行|私家车|飞机|航空|摩托|拼车|顺风车|网约|不坐|不乘")


def read_mode(value: Value) -> tuple[Mode | None, bool]:
    """Return the mode a cell asks for, None when it is empty, and whether it could be understood.

    What cannot be understood is taken as any.
    """
    return _read_mode(clean_text(value).text.lower())


@lru_cache(maxsize=4096)
def _read_mode(text: str) -> tuple[Mode | None, bool]:
    if text in NOTHING:
        return None, True
    if _NOT_OURS.search(text):
        return "any", False
    coach, train = _COACH.search(text) is not None, _TRAIN.search(text) is not None
    if _ANY.match(text) or (coach and train):
        return "any", True
    if coach or train:
        return ("coach" if coach else "train"), True
    return "any", False


Priority = Literal[1, 2, 3]
_PRIORITIES: dict[str, Priority] = {
    **dict.fromkeys(("1", "一", "一级", "普通", "一般", "一般户", "一般农户", "普通户", "不是", "no", "n"), 1),
    **dict.fromkeys(("2", "二", "二级", "是", "yes", "y", "√"), 2),
    **dict.fromkeys(("3", "三", "三级"), 3),
}


def read_priority(value: Value) -> tuple[Priority, bool]:
    """Return 1, 2 or 3 and whether the cell could be understood; 脱贫户 counts as 2, an empty cell as 1."""
    text = clean_text(value).text.lower()
    if text in NOTHING:
        return 1, True
    if text in _PRIORITIES:
        return _PRIORITIES[text], True
    if re.search("脱贫|监测户|建档立卡|贫困户", text):
        return (1, True) if text.startswith(("非", "不")) else (2, True)
    return 1, False


def split_companions(value: Value) -> list[str]:
    """Return the group labels, names or ID numbers of a group cell: 张三、李四 -> 张三, 李四; nobody -> [].

    A name written with a space inside (张 三) stays whole, and so does one with a 和 in it (王和平), and the party of
    a merged county roster, which is a ref (file!sheet!row).
    """
    return list(_companions(value if isinstance(value, str) else text_of(value)))


@lru_cache(maxsize=65536)
def _companions(raw: str) -> tuple[str, ...]:
    if "!" in raw:
        return (raw.strip(),)
    text = unicodedata.normalize("NFKC", visible(raw.translate(_MOVED))).strip()
    text = _IN_BRACKETS.sub(" ", text)
    if _SPACED_NAME.fullmatch(text):
        text = "".join(text.split())
    tokens = [part.strip(_APOSTROPHES + ":。.") for part in _COMPANION_SEPARATORS.split(text)]
    tokens = [token.upper() if _ID_LIKE.fullmatch(token) else _DOTS.sub("·", token) for token in tokens]
    tokens = [token.lstrip("0") or "0" if _SHORT_NUMBER.fullmatch(token) else token for token in tokens]  # 01 is 1
    return tuple(token for token in dict.fromkeys(tokens) if token.lower() not in NOTHING and token not in _ALONE)


def bare_companion(text: str) -> str:
    """Return a companion's name without the words around it: 同张三一起 -> 张三."""
    return _AROUND_COMPANION.sub("", text)


_IN_BRACKETS = re.compile(r"[(\[【][^)\]】\n]{0,100}[)\]】]")
_SPACED_NAME = re.compile(rf"[{_HAN}]\s+[{_HAN}]")
_COMPANION_SEPARATORS = re.compile(r"[\s、,;/|+&]+|(?<=..)[和与及](?=..)")
_ID_LIKE = re.compile(r"\d{14,17}[\dXx]")
_SHORT_NUMBER = re.compile(r"[0-9]{1,9}")
_AROUND_COMPANION = re.compile(
    r"^(?:[同和与跟随陪携]|跟着|随同)(?=..)|(?:一起走?|一同|同行|一路|一道|结伴|同车|同走|等人?|一家)+$"
)
_ALONE = frozenset({"0", "本人", "独自", "单独", "一人", "1人", "自己", "无人", "单人", "个人"})
