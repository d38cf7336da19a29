"""What stands in a name cell that is no one person's name: several people, words, digits, damaged characters.

Only signs that are rarely part of a name are looked at; every finding is a warning. Not suspected: names with a
middle dot (买买提·吐尔逊), with a space (张 三, 欧阳 建国, 买买提 吐尔逊), in Latin letters, with a note in brackets
(张三(组长)).
"""

from __future__ import annotations

import re
from functools import lru_cache

from scheduler.mask import is_compound_surname

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PERSON = re.compile(rf"[{_HAN}][{_HAN}·]*")
_SEPARATORS = re.compile(rf"[、,;/\\|&+]|(?<=[{_HAN}]{{2}})[和与及跟同\-~—](?=[{_HAN}]{{2}})")
_SPACES = re.compile(r"\s+")
_BRACKETS = re.compile(r"[(\[【](.*?)[)\]】]")
_NUMBERING = re.compile(r"^\s*\d+\s*[、.]")
_NO_PERSON = re.compile(
    r"[男女汉回藏彝苗羌]|(?:班|队|组|车|村|社|厂)长|先生|女士|小姐|师傅|老师|同志|书记|主任|领队|带队|户主|本人|脱贫户|党员|代办|已.*|"
    r".*(?:族|村|镇|乡|组|队|社区|街道|公司|厂|工地|[省市县区])|(?:正|副).*"
)

_SEVERAL = re.compile(
    r"夫妻|夫妇|两口子|[俩两]口|(?<=..)(?:一家(?:人|[两三四五六七八九\d]?口)?|俩)$|一家[\d两三四五六七八九十]+[口人]|全家|"
    r"[父母](?:子|女)(?:$|[\d两二三四五俩]|一行)|兄弟|兄妹|姐妹|姊妹|姐弟|老婆孩子|[一两二三]大[一两二三]小|"
    r"等\s*(?:\d+|[两二三四五六七八九十几多]+个?人|人|亲友|家人)|"
    r"(?<!\d)(?:[2-9]|[1-9]\d)\s*(?:个?人|口|名|位)(?!组|间)|(?<=..)[两二三四五六七八九十]+(?:个?人|口|名|位)(?!组|间)|"
    rf"(?<=[{_HAN})\]】])\s*(?:[x×*]\s*[2-9]|\+\s*(?:\d|[一两二三四]))|"
    r"(?:带|携|偕|含).*(?:小孩|孩子|孩|娃|子|女|妻|夫|家属|家人|老婆|老公|父|母|小|婴)|"
    r"[和与及跟同](?:家属|家人|爱人|老婆|老公|妻子|丈夫|孩子|小孩|儿子|女儿|父母|父亲|母亲|妻儿|子女)",
    re.IGNORECASE,
)

# Characters that write the sounds of Uygur, Kazakh, Tibetan and Mongol names; two of them in one word tell such a name.
_SOUNDS = frozenset(
    "尔提江古丽依买艾吐麦热孜娜合克木扎西卓玛次仁多吉尼巴桑格央金拉措嘉旦增罗布洛达娃旺姆益阿都卡迪力亚吾肉帕沙汗逊哈斯乌云图"
)

_NOT_A_NAME = re.compile(
    r"(?:测试|试填|待定|不详|未知|暂无|同上|同前|上同|某某|无名|姓名|名字|张三李四|合\s*计|总\s*计|小\s*计|共\s*计)\d*"
    r"|test(?:er|ing)?|demo|sample|example|name|null|none|x{2,}|abc|aaa+|〃|[\"”“'’]+",
    re.IGNORECASE,
)
_PLACE_END = re.compile(r"(?:[省市县区镇乡]|街道)$")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")

_DAMAGED = re.compile(r"烫烫|屯屯|[□■▯◻☐�]|[?？]|[" + _HAN + r"]\*+|\*+[" + _HAN + "]")
_FEWEST_BYTES = 3
_CHINESE = re.compile(f"[{_HAN}]")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fa5]{2,3}")
_FAMILY = frozenset("妻妇口家俩子女弟妹姐属")


def several_people(raw: str) -> bool:
    """Tell whether a name cell names or counts more than one person.

    Parameters
    ----------
    raw : str
        The cell in half width, with its white space.
    """
    if _PLAIN_NAME.fullmatch(raw) and raw[-1] not in _FAMILY:
        return False  # nearly all names
    text = _NUMBERING.sub("", raw)
    if _SEVERAL.search(text):
        return True
    text = _BRACKETS.sub("", text).strip()
    parts = [part.strip() for part in _SEPARATORS.split(text)]
    if len(parts) > 1 and sum(map(_is_person, parts)) > 1:
        return True
    words = _SPACES.split(text)
    people = [word for word in words if 2 <= len(word) <= 4 and _is_person(word)]
    if len(people) < 2 or (len(words) == 2 and is_compound_surname(words[0])):
        return False
    return not any(sum(character in _SOUNDS for character in word) > 1 for word in people)


def is_no_name(text: str) -> bool:
    """Tell whether a name cell holds digits, no letter at all, or a word that is nobody's name (合计, test, 同上)."""
    bare = _BRACKETS.sub("", text).strip()
    return (
        _DIGIT.search(bare) is not None
        or _LETTER.search(text) is None
        or _NOT_A_NAME.fullmatch(bare or text.strip("()[]【】")) is not None
    )


def may_be_a_place(text: str) -> bool:
    """Tell whether a name ends like a place's: then it is worth looking up."""
    return len(text) > 2 and _PLACE_END.search(text) is not None


def is_damaged_name(text: str) -> bool:
    """Tell whether a name holds what stands for characters that were lost: ?七, □, 张*."""
    return _DAMAGED.search(text) is not None


@lru_cache(maxsize=65536)
def is_garbled(text: str) -> bool:
    """Tell whether a text is Chinese read in a wrong encoding.

    ÕÅÈý is GBK read as Latin-1, å¼ ä¸‰ UTF-8 read as Latin-1, 娴嬭瘯 UTF-8 read as GBK.
    """
    if text.isascii():
        return False
    if "锟斤" in text or "斤拷" in text:
        return True
    if _CHINESE.search(text):
        return _CHINESE.search(_recoded(text, "gbk", "utf-8")) is not None
    try:
        # Five bytes have no character in cp1252; they came through as they were. Spaces are hard ones made soft.
        letters = text.replace(" ", "\xa0")
        data = b"".join(each.encode("latin-1" if "\x80" <= each <= "\x9f" else "cp1252") for each in letters)
        return _CHINESE.search(data.decode()) is not None
    except UnicodeError:
        foreign = len(text) >= _FEWEST_BYTES and not any("a" <= each <= "z" for each in text.lower())
        return foreign and re.search(f"[{_HAN}]{{2}}", _recoded(text, "latin-1", "gb18030")) is not None


def _recoded(text: str, read_as: str, meant: str) -> str:
    """Return a text that was read in one encoding as it reads in another, '' when that cannot be."""
    try:
        return text.encode(read_as).decode(meant)
    except UnicodeError:
        return ""


def _is_person(text: str) -> bool:
    return _PERSON.fullmatch(text) is not None and _NO_PERSON.fullmatch(text) is None
