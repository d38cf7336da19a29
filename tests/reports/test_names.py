"""File and sheet names from any text; masks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.mask import mask_id, mask_name, mask_phone, mask_text
from scheduler.reports.formats.file_names import MAX_NAME, safe_name, tab_names, unique

RESERVED = {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}


@given(st.text(max_size=300), st.sampled_from(["", ".xlsx", ".pdf"]))
def test_any_text_is_a_file_name_on_windows(text: str, suffix: str) -> None:
    name = safe_name(text, suffix)
    assert 0 < len(name) <= MAX_NAME
    assert len(name.encode()) <= 240
    assert not set(name) & set('<>:"/\\|?*')
    assert all(ord(ch) >= 32 for ch in name)
    assert name.endswith(suffix)
    assert not name.startswith(".")
    assert not name.endswith((".", " "))
    assert name.split(".")[0].upper() not in RESERVED


@pytest.mark.parametrize("text", ["CON", "nul.txt", "com1", "..", "../../etc/passwd", "a/b", "x:y", " . ", ""])
def test_names_that_would_harm(text: str) -> None:
    name = safe_name(text, ".pdf")
    assert not set(name) & set("/\\:")
    assert name.split(".")[0].upper() not in RESERVED
    assert name != ".pdf"


def test_same_names_are_numbered_whatever_their_case() -> None:
    assert unique(["K1", "k1", "K1"]) == ["K1", "k1~2", "K1~3"]


@given(st.lists(st.text(max_size=60), max_size=8))
def test_sheet_names_are_what_excel_takes(texts: list[str]) -> None:
    tabs = tab_names(texts)
    assert len({tab.casefold() for tab in tabs}) == len(texts)
    for tab in tabs:
        assert 0 < len(tab) <= 31
        assert not set(tab) & set("[]:*?/\\")
        assert tab == tab.strip("'")


def test_ids_show_the_last_four_only() -> None:
    assert mask_id("51162119900101000X") == "*" * 14 + "000X"
    assert mask_id("123") == "**3"


def test_numbers_inside_a_text_are_masked() -> None:
    assert mask_text("同51162119900101000x、13800001234一起") == "同**************000x、138****1234一起"
    assert mask_text("511621900101001") == "***********1001"
    assert mask_text("2027-02-15 08:30, 20270215, 0826-5222233") == "2027-02-15 08:30, 20270215, 0826-5222233"


@pytest.mark.parametrize(
    ("phone", "masked"), [("13800001234", "138****1234"), ("0826-5222233", "082*****2233"), ("5222233", "*****33")]
)
def test_phones_hide_their_middle(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三丰", "张*"), ("欧阳娜娜", "欧阳*"), ("赵", "*"), ("", ""), ("欧阳", "欧*"), ("阿不都·买提", "阿*")],
)
def test_names_keep_the_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked
