"""Name cells that hold more, less or something else than one person's name; and those that only look so."""

from __future__ import annotations

import unicodedata

import pytest

from scheduler.roster.cells import clean_name
from scheduler.roster.names import is_damaged_name, is_garbled, is_no_name, several_people

SEVERAL = [
    "甲、乙",
    "甲/乙",
    "甲夫妻2人",
    "甲等5人",
    "甲+1",
    "甲(带小孩)",
    "张三，李四",
    "张三和李四",
    "张三一家三口",
    "张三x3",
    "张三×2",
    "张三夫妇",
    "张三（2人）",
    "张三一家",
    "张三全家",
    "张三&李四",
    "张三和老婆",
    "张三父子",
    "张三带孩子",
    "张三及家属",
    "张三等人",
    "张三携妻子",
    "张三*2",
    "张三等三人",
    "张三\n李四",
    "欧阳娜娜、张三",
    "张三；李四",
    "张三与李四",
    "张三母女二人",
    "张三 李四",
    "张三\u3000王小五",
    "买买提·吐尔逊、阿依古丽",
    "张三-李四",
    "张三俩",
    "张三(一大一小)",
]

ONE = [
    "张三",
    "李和平",
    "王和",
    "欧阳和平",
    "张三（组长）",
    "张三(女)",
    "买买提·吐尔逊",
    "买买提.吐尔逊",
    "阿不都热合曼·吐尔逊江",
    "古丽娜尔",
    "张三（回族）",
    "张三先生",
    "吉克·阿合",
    "Müller José",
    "王等",
    "李带娣",
    "张携",
    "张三（1组）",
    "张三(13人组)",
    "王和父",
    "张文和",
    "陈与义",
    "王一家",
    "李三人",
    "王九位",
    "尼玛次仁",
    "张三(顾县村)",
    "张 三",
    "欧阳 建国",
    "诸葛 孔明",
    "买买提 吐尔逊",
    "扎西 多吉",
    "迪丽 热巴",
    "John Smith",
    "Smith/John",
    "Nguyen Van An",
    "张三/女",
    "张三 组长",
    "O'Brien",
    "张三（李四之妻）",
    "Zoë",
    "Ångström",
    "François",
    "Łukasz",
    "Ñáñez",
    "Владимир",
    "김철수",
    "㛃𠅤",
    "张\n三",
]


@pytest.mark.parametrize("text", SEVERAL)
def test_several_people_in_one_cell(text: str) -> None:
    assert several_people(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("text", ONE)
def test_one_person_is_not_suspected(text: str) -> None:
    name = clean_name(text).text
    assert not several_people(unicodedata.normalize("NFKC", text))
    assert not is_no_name(name)
    assert not is_damaged_name(name)
    assert not is_garbled(text)


@pytest.mark.parametrize(
    "text", ["123", "合计", "test", "测试1", "同上", "张三2", "○", "XXX", "待定", "1、张三", "13800000000"]
)
def test_what_is_nobodys_name(text: str) -> None:
    assert is_no_name(clean_name(text).text)


@pytest.mark.parametrize("text", ["?七", "张□", "王？", "张*"])
def test_lost_characters(text: str) -> None:
    assert is_damaged_name(clean_name(text).text)


@pytest.mark.parametrize(
    "text", ["锟斤拷", "ÕÅÈý", "ÀîËÄ", "å¼\xa0ä¸‰", "å¼ ä¸‰", "æ\x9dŽå››", "çŽ‹äº”", "娴嬭瘯", "寮犱笁"]
)
def test_wrong_encodings(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize(
    ("text", "name", "odd"),
    [
        ("张&#13425;", "张㑱", ()),
        ("张&#x3471;", "张㑱", ()),
        ("张&nbsp;三", "张三", ()),
        ("_xD842__xDFB7_张", "𠮷张", ()),
        ("张_x4E09_", "张三", ()),
        ("_xD842_张", "_xD842_张", ("_xD842_",)),
        ("A&B", "A&B", ()),
    ],
)
def test_escapes_are_decoded_where_they_are_whole(text: str, name: str, odd: tuple[str, ...]) -> None:
    cleaned = clean_name(text)
    assert (cleaned.text, cleaned.odd, cleaned.changed) == (name, odd, name != text)
