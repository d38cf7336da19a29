"""Numbers in free text: what is hidden however it is typed, and what must stay to be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.mask import mask_id, mask_text, without_ids

STARS = "*" * 14


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("父亲 51162119800329000X", f"父亲 {STARS}000X"),
        ("51162119800329000x，同车", f"{STARS}000x，同车"),
        ("511621 19800329 0003", f"{STARS}0003"),
        ("511621-1980-0329-0003", f"{STARS}0003"),
        ("5116 2119 8003 2900 03", f"{STARS}0003"),
        ("5 1 1 6 2 1 1 9 9 0 0 1 0 1 0 0 0 X", f"{STARS}000X"),
        ("511621198003\r\n290003", f"{STARS}0003"),
        ("511621\u200b19800329\u200b0003", f"{STARS}0003"),
        ("５１１６２１１９８００３２９０００Ｘ", f"{STARS}000X"),
        ("51162119800329000×", f"{STARS}000X"),
        ("张三511621198003290003李四", f"张三{STARS}0003李四"),
        ("511621198003290003、511621198003290011", f"{STARS}0003、{STARS}0011"),
        ("511621800329000", f"{'*' * 11}9000"),
        ("老证511621 800329 000", f"老证{'*' * 11}9000"),
        ("51162119800329000313800000015", f"{STARS}0003 13800000015"),
        ("13800000015511621198003290003", f"13800000015{STARS}0003"),
        ("511621198013990003", f"{STARS}0003"),
        ("51162119800329000", f"{'*' * 13}9000"),
        ("卡6217000000000000001", f"卡{'*' * 15}0001"),
        ("6222 0202 0000 0000 006", f"{'*' * 15}0006"),
        ("6222-0202-0000-0005", f"{'*' * 12}0005"),
    ],
)
def test_numbers_are_found_however_they_are_typed(text: str, shown: str) -> None:
    assert without_ids(text) == shown
    digits = "".join(ch for ch in without_ids(text, lambda _number: "***") if ch.isdecimal())
    assert digits in ("", "13800000015")


@pytest.mark.parametrize(
    "text",
    [
        "13800000015",
        "13800000015 13900000016",
        "1380000001513900000016",
        "0086 138 0000 0015",
        "008613800000015",
        "0826-5221234 13800000015",
        "5221234 13800000015",
        "82345678 82345679",
        "2027-02-15 08:00 2027-02-15 08:00",
        "2027-02-15 2027-02-16 2027-02-17",
        "15 08:00 2027-02-15 08:00 至 2027-02-16 09:00",
        "C0215-深圳-01 12 45 1520.3",
        "川X12345 第 3 排 12 座",
    ],
)
def test_phones_dates_and_figures_stay(text: str) -> None:
    assert without_ids(text) == text


def test_a_phone_is_hidden_where_phones_are() -> None:
    assert mask_text("电话138-0000-0015") == "电话138****0015"
    assert mask_text("51162119800329000313800000015") == f"{STARS}0003 138****0015"


@given(
    st.text(alphabet="张三村 ,;:，。\n-0", max_size=6),
    st.lists(st.sampled_from(["", " ", "-", "\n", "\u3000", "－", ".", "/"]), min_size=2, max_size=2),
    st.dates(),
    st.integers(0, 999),
    st.booleans(),
)
def test_a_number_in_three_groups_is_never_left(
    before: str, between: list[str], born: object, serial: int, wide: bool
) -> None:
    day = f"{str(born)[5:7]}{str(born)[8:]}"
    number = between[0].join(["511621", f"1980{day}"]) + between[1] + f"{serial:03d}X"
    if wide:
        number = number.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    before = before.rstrip("0")
    left = without_ids(f"{before}{number}人", lambda _number: "?")
    assert sum(ch.isdecimal() for ch in left) <= before.count("0")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("51162119800329000X", "511621********000X"),
        ("511621800329000", "511621*****9000"),
        ("6222021234567890123", "***************0123"),
        ("51162", "***62"),
        ("", ""),
    ],
)
def test_the_head_of_an_id_is_shown_where_the_season_says_so(number: str, shown: str) -> None:
    """Of what is no ID number (a bank card, a cut one) only the tail."""
    assert mask_id(number, "head6tail4") == shown
    assert mask_id(number).endswith(shown.rpartition("*")[2])
