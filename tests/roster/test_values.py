"""Single cells: names, ID and phone numbers, modes, priorities, companions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.roster.cells import (
    Cleaned,
    bare_companion,
    check_character,
    clean_name,
    clean_text,
    read_id,
    read_mode,
    read_phone,
    read_priority,
    read_sex,
    split_companions,
)
from scheduler.tabular.sheets.workbook import Value

TODAY = date(2027, 2, 28)
STANDARD = "11010519491231002X"  # the example of GB 11643


@pytest.mark.parametrize(
    ("value", "codes", "changed"),
    [
        (STANDARD, (), False),
        (STANDARD.lower(), (), True),
        (f"'{STANDARD}", (), True),
        (f" {STANDARD} ", (), True),
        (f'="{STANDARD}"', (), True),
        ("110105 19491231 002X", (), True),
        ("１１０１０５19491231002X", (), True),
        ("999999199001010008", (), False),  # an unknown area is nobody's business
        ("110105491231002", (), True),
        (110105491231002, (), True),
        (110105491231002.0, (), True),
        (1.10105194912310e17, ("R202",), False),
        (110105194912310020, ("R202",), False),
        ("1.10105E+17", ("R202",), False),
        ("110105194912310020.0", ("R202",), False),
        ("110105194912310021", ("R203",), False),
        ("11010519491231002", ("R203",), False),
        ("1101051949123100211", ("R203",), False),
        ("X10105194912310021", ("R203",), False),
        (12345, ("R203",), False),
        ("110105491331002", ("R204",), False),
        ("110105189912310028", ("R204",), False),
        ("110105202712310028", ("R204",), False),
    ],
)
def test_id_numbers(value: Value, codes: tuple[str, ...], changed: bool) -> None:
    number = read_id(value, TODAY)
    assert (number.codes, number.changed) == (codes, changed)
    if not codes and "1949" in number.text:
        assert (number.text, number.birth, number.sex) == (STANDARD, date(1949, 12, 31), "女")


@given(st.text("0123456789", min_size=17, max_size=17))
def test_one_check_character_in_eleven_is_right(body: str) -> None:
    right = [each for each in "0123456789X" if "R203" not in read_id(body + each, TODAY).codes]
    assert right in ([check_character(body)], list("0123456789X"))  # all: the birth date is wrong already


@pytest.mark.parametrize(
    ("value", "text", "valid", "changed"),
    [
        ("13800000000", "13800000000", True, False),
        (13800000000, "13800000000", True, False),
        (13800000000.0, "13800000000", True, False),
        ("138-0000-0000", "13800000000", True, True),
        ("+86 138 0000 0000", "13800000000", True, True),
        ('="13800000000"', "13800000000", True, True),
        ("8613800000000", "13800000000", True, True),
        ("１３８００００００００", "13800000000", True, True),
        ("13800000000/13900000000", "13800000000", True, True),
        ("0826-5221234", "08265221234", True, True),
        ("", "", True, False),
        ("无", "", True, False),
        ("1380000", "1380000", False, False),
        ("1.38E+10", "1.38E+10", False, False),
        ("户主", "户主", False, False),
        ("23800000000", "23800000000", False, False),
        ("10800000000", "10800000000", False, False),
        ("028833212345", "028833212345", False, False),
        ("11111111111", "11111111111", False, False),
        ("138000000001", "138000000001", False, False),
        ("3321234", "3321234", False, False),
        ("75512345678", "75512345678", True, False),  # the 0 lost to a numeric cell
        ("020-81234567", "02081234567", True, True),
        ("+852 9123 4567", "+85291234567", True, True),
        ("400-800-1234", "4008001234", True, True),
        ("1380000/13800000001", "13800000001", True, True),
    ],
)
def test_phones(value: Value, text: str, valid: bool, changed: bool) -> None:
    phone = read_phone(value)
    assert (phone.text, phone.valid, phone.changed) == (text, valid, changed)


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("张三", Cleaned("张三")),
        ("张 三", Cleaned("张三", True)),
        ("　张三\n", Cleaned("张三", True)),
        ("张\u200b三", Cleaned("张三", True)),
        ("龙\ue863", Cleaned("龙䶮", True)),
        ("张\ue816", Cleaned("张\U00020087", True)),
        ("阿依古丽•买买提", Cleaned("阿依古丽·买买提", True)),
        ("阿依古丽 · 买买提", Cleaned("阿依古丽·买买提", True)),
        ("阿依古丽·买买提", Cleaned("阿依古丽·买买提")),
        ("John  Smith", Cleaned("John Smith", True)),
        ("㛃𠅤𬱖", Cleaned("㛃𠅤𬱖")),
        ("𱁬", Cleaned("𱁬")),  # newer than Python's own tables
        ("张\ue123", Cleaned("张\ue123", False, ("\ue123",))),
        ("张\ufffd", Cleaned("张\ufffd", False, ("\ufffd",))),
        ("Ｔｏｍ", Cleaned("Tom", True)),
    ],
)
def test_names(value: str, cleaned: Cleaned) -> None:
    assert clean_name(value) == cleaned


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_name(text).text
    assert clean_name(once).text == once
    assert clean_text(clean_text(text).text).text == clean_text(text).text


@pytest.mark.parametrize(
    ("text", "mode", "known"),
    [
        ("汽车", "coach", True),
        ("大巴车", "coach", True),
        ("coach", "coach", True),
        ("火车", "train", True),
        ("高铁", "train", True),
        ("不限", "any", True),
        ("ANY", "any", True),
        ("汽车或火车", "any", True),
        ("", None, True),
        ("无", None, True),
        ("飞机", "any", False),
        ("自驾汽车", "any", False),
        ("骑马", "any", False),
    ],
)
def test_modes(text: str, mode: str | None, known: bool) -> None:
    assert read_mode(text) == (mode, known)


@pytest.mark.parametrize(
    ("value", "priority", "known"),
    [
        (1, 1, True),
        (2.0, 2, True),
        ("3", 3, True),
        ("", 1, True),
        ("脱贫户", 2, True),
        ("非脱贫户", 1, True),
        ("是", 2, True),
        ("否", 1, True),
        ("一般户", 1, True),
        ("9", 1, False),
        ("急", 1, False),
    ],
)
def test_priorities(value: Value, priority: int, known: bool) -> None:
    assert read_priority(value) == (priority, known)


def test_sexes() -> None:
    assert [read_sex(each) for each in ("男", "女 ", "M", "female", "未知", "")] == ["男", "女", "男", "女", "", ""]


@pytest.mark.parametrize(
    ("value", "tokens"),
    [
        (3, ["3"]),
        (3.0, ["3"]),
        ("张三、李四", ["张三", "李四"]),
        ("张三,李四/王五", ["张三", "李四", "王五"]),
        ("张三 李四", ["张三", "李四"]),
        ("张 三", ["张三"]),
        ("张三和李四", ["张三", "李四"]),
        ("王和平", ["王和平"]),
        ("01", ["1"]),
        ("张三（妻子）", ["张三"]),
        ("11010519491231002x", [STANDARD]),
        ("阿依古丽•买买提", ["阿依古丽·买买提"]),
        ("roster/a.xlsx!S!3", ["roster/a.xlsx!S!3"]),
        ("", []),
        ("无", []),
        ("本人", []),
    ],
)
def test_companions(value: Value, tokens: list[str]) -> None:
    assert split_companions(value) == tokens


@pytest.mark.parametrize("text", ["同张三", "和张三一起", "跟张三一路", "张三同行", "张三等人", "张三"])
def test_words_around_a_companion(text: str) -> None:
    assert bare_companion(text) == "张三"
