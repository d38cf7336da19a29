"""Several columns of a roster for one field -> the one that is meant: whose it is, of which journey, how exact.

A roster lists more people than those who travel (户主, 监护人, 包保干部), both journeys (返乡时间, 返岗时间), last
year's place beside this year's, a landline beside a mobile. The words of the headings and of the groups above them, and
the season's direction, tell which column is meant; where they do not, `agree` tells whether the cells differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import time

from scheduler.roster.cells import NOTHING, clean_text, read_mode, read_phone
from scheduler.settings import Direction
from scheduler.tabular.sheets.workbook import Value
from scheduler.tabular.tables.headings import FOREIGN

_BESIDE, _UNNAMED, _SOMEBODY, _DETAIL = 500, 10, 20, 3

_OWN_WORDS = (
    r"(?:外出|返岗|返乡|返乡返岗)?务工(?:人员|者)|返[岗乡](?:返[岗乡])?人员|外出人员|农民工|本人|乘客|旅客|乘车人员?|出行人员?|"
    r"劳动者|劳动力|求职者|报名人员?|家庭成员"
)
_OTHER_WORDS = (
    r"户主|户长|监护人|家长|父亲|母亲|父母|配偶|丈夫|妻子|爱人|家属|亲属|亲友|联系人|干部|责任人|负责人|帮扶人|包保人|网格[员长]|"
    r"经办人|填[表报]人|登记人|采集人|调查人|核查人|审核人|介绍人|推荐人|担保人|经纪人|领队|带队人?员?|司机|驾驶员|车长|代理人|"
    r"代办人|法人|法定代表人|书记|主任|组长|村长|队长|专员|联[络系]员|信息员|协管员|管理员|工作人员|同行人员?|随行人员|"
    r"(?:随行)?(?:儿童|子女|孩子)|学生|老人|陪[同护]人员?"
)
_ABOUT = r"的?(?:基本|个人|相关)?(?:信息|情况|资料|栏)?"
_OWN = re.compile(_OWN_WORDS)
_OTHERS_GROUP = re.compile(rf"(?:{_OTHER_WORDS}){_ABOUT}$")
_OTHERS_BRACKET = re.compile(rf"[^或及、/]{{0,4}}(?:{_OTHER_WORDS}){_ABOUT}")
_OTHERS_HEADING = re.compile(rf"[^或及、/]{{0,8}}?(?:{_OTHER_WORDS})的?(?![或及、/]|.*(?:{_OWN_WORDS}))")
_OTHERS_NAME = re.compile(rf"(?!紧急|应急).{{0,8}}?(?:{_OTHER_WORDS})(?:姓名|名字|名)?")
_SOMEBODY_GROUP = re.compile(rf"[人员者长方户]{_ABOUT}$")
_PERSONAL = frozenset({"name", "id_number", "phone", "sex", "birth", "township", "village", "destination", "employer"})
_ATTRIBUTES = frozenset({"id_number", "phone", "sex", "birth"})

_OTHER_TIME = re.compile(r"去年|上年|前年|往年|上一年|历年|以前|之前|过去|曾|上次|前次|^[原旧]")
_JOURNEY: dict[Direction, re.Pattern[str]] = {
    "to_home": re.compile(r"返乡|回乡|返家|回家|节前"),
    "to_work": re.compile(r"返岗|返工|复工|节后"),
}
_TRAVEL = frozenset({"date", "earliest", "latest", "mode"})
_NO_TRAVEL = re.compile(
    r"核酸|检测|体检|疫苗|接种|登记|填[表报写]|出生|入职|合同|培训|审核|采集|录入|上报|发证|有效|回访|摸排|更新|制表"
)

_MOBILE = re.compile(r"手机|移动|mobile|cell")
_LANDLINE = re.compile(r"固定|固话|座机|家庭|住宅|宅电|办公|landline")
_FIRM_GROUP = re.compile(rf"(?:用工|务工|就业|工作|用人)?(?:单位|企业|公司){_ABOUT}")
_HERE, _THERE = re.compile(r"目的|返岗|到达|前往|去向|意向|拟|计划|预计|期望"), re.compile(r"出发|^现|from|origin")
_HOME_END: dict[Direction, re.Pattern[str]] = {
    "to_home": re.compile(r"返乡|回乡|到达|下车"),
    "to_work": re.compile(r"出发|上车|乘车"),
}
_WORK = re.compile(r"用工|务工|就业|工作|用人")

_BRACKETS = re.compile(r"[(\[{<【〔「《](.*?)[)\]}>】〕」》]")
_MARKS = re.compile(r"[\s*★☆※●_:.-]+")
_CLOCK = re.compile(r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上)|(?:[上下]午)?\d{1,2}(?:[:点时]\d{0,2}分?(?::\d\d)?)")
_DIVISION = re.compile(r"特别行政区|自治[区州县]|街道|[省市州县区镇乡]")


class ColumnChoice:
    """How the columns of a roster are told apart in a season of this direction."""

    decisive = frozenset(
        {"name", "id_number", "phone", "township", "destination", "employer", "date", "earliest", "latest", "mode"}
    )
    """Fields of which two columns must not differ: who travels, from where, to where, when, how, who is texted."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._journey = _JOURNEY[direction]
        self._other_journey = _JOURNEY["to_work" if direction == "to_home" else "to_home"]

    def strength(self, name: str, parts: Sequence[str], beside: bool = False) -> int:
        """Return how well a column's headings fit a field: the least fits best, FOREIGN does not fit.

        Parameters
        ----------
        parts : sequence of str
            The headings above the column, the lowest last.
        beside : bool
            The column follows another person's name: 户主姓名, 身份证号.
        """
        groups = [_plain(_BRACKETS.sub("", _half(part))) for part in parts[:-1]]
        heading = _half(parts[-1])
        inside = [_plain(text) for text in _BRACKETS.findall(heading)]
        own = _plain(_BRACKETS.sub("", heading)) or "".join(inside)
        if any(map(_OTHER_TIME.search, (*groups, *inside))) or _OTHER_TIME.match(own):
            return FOREIGN
        if name in _TRAVEL:
            return self._of_journey(name, groups, inside, own)
        whose = _whose(groups, inside, own) if name in _PERSONAL else _UNNAMED
        if whose == FOREIGN or (name == "phone" and any(map(_FIRM_GROUP.fullmatch, groups))):
            return FOREIGN
        return whose + (_BESIDE if beside else 0) + self._kind(name, groups, inside, own)

    def _of_journey(self, name: str, groups: Sequence[str], inside: Sequence[str], own: str) -> int:
        texts = [_OWN.sub("", text) for text in (*groups, *inside, own)]
        if any(self._other_journey.search(text) and not self._journey.search(text) for text in texts):
            return FOREIGN
        if name != "mode" and any(map(_NO_TRAVEL.search, (*groups, *inside))):
            return FOREIGN
        return 1 if own == "日期" else 0

    def _kind(self, name: str, groups: Sequence[str], inside: Sequence[str], own: str) -> int:
        if name == "phone":
            texts = (*groups, *inside, own)
            return 2 if any(map(_LANDLINE.search, texts)) else 0 if any(map(_MOBILE.search, (*inside, own))) else 1
        if name == "destination":
            return self._destination([_OWN.sub("", text) for text in (*groups, *inside)], own)
        if name == "township":
            return 0 if _HOME_END[self._direction].search(own) else 1
        if name == "employer":
            return 0 if _WORK.search(own) else 2 if "单位" in own else 1
        if name == "id_number":
            return 0 if "身份" in own else 1
        return 0

    def _destination(self, around: Sequence[str], own: str) -> int:
        detail = _DETAIL if "地址" in own else 0
        other = any(self._other_journey.search(text) and not self._journey.search(text) for text in around)
        if self._direction == "to_work":
            return FOREIGN if other else detail + (0 if _HERE.search(own) else 2 if _THERE.search(own) else 1)
        # On the way home the work end is where they leave; 目的地 may be the village, 返岗地点 next month's.
        return detail + (0 if _THERE.search(own) else 2 if other or _HERE.search(own) else 1)

    @staticmethod
    def is_others_name(parts: Sequence[str]) -> bool:
        """Tell whether headings name another person, whose number may stand in the next column (户主姓名)."""
        return _OTHERS_NAME.fullmatch(_plain(_BRACKETS.sub("", "".join(map(_half, parts))))) is not None

    @staticmethod
    def is_attribute(name: str) -> bool:
        """Tell whether a field belongs to the person named before it."""
        return name in _ATTRIBUTES

    def says_nothing(self, name: str, value: Value) -> bool:
        """Tell whether a cell says nothing about a field: empty, 无, or a time of day where a date is meant."""
        text = clean_text(value).text.lower()
        return text in NOTHING or (
            name in _TRAVEL and name != "mode" and (isinstance(value, time) or bool(_CLOCK.fullmatch(text)))
        )

    @staticmethod
    def agree(name: str, one: Value, other: Value) -> bool:
        """Tell whether two cells say the same about a field, as far as that shows without the season's places."""
        texts = clean_text(one).text, clean_text(other).text
        if texts[0].lower() == texts[1].lower():
            return True
        if name == "phone":
            return read_phone(one).text == read_phone(other).text
        if name == "id_number":
            first, second = (re.sub(r"[^0-9A-Z]", "", text.upper()) for text in texts)
            return first == second
        if name == "mode":
            return read_mode(one) == read_mode(other)
        if name in _TRAVEL:
            first_days, second_days = (re.findall(r"\d+", text)[-2:] for text in texts)
            return len(first_days) == 2 and list(map(int, first_days)) == list(map(int, second_days))
        if name in ("destination", "township", "employer"):
            short, long = sorted((_DIVISION.sub("", text) for text in texts), key=len)
            rest = iter(long)
            return bool(short) and all(character in rest for character in short)
        return False


def _whose(groups: Sequence[str], inside: Sequence[str], own: str) -> int:
    """Return whose a column is: the traveller's 0, nobody's named, somebody's who is not known, FOREIGN."""
    if (
        any(map(_OTHERS_GROUP.search, groups))
        or any(map(_OTHERS_BRACKET.fullmatch, inside))
        or _OTHERS_HEADING.match(own)
    ):
        return FOREIGN
    if any(map(_OWN.search, (*groups, *inside))) or _OWN.match(own):
        return 0
    return _SOMEBODY if any(map(_SOMEBODY_GROUP.search, groups)) else _UNNAMED


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _plain(text: str) -> str:
    return _MARKS.sub("", text).lower()
