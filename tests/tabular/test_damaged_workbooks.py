"""Workbooks with bytes altered or cut off: read, or refused in one line; nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.tabular.sheets.limits import UnreadableError
from scheduler.tabular.sheets.workbook import read_bytes
from tests.hostile.build import person, table, xlsx

SLIPS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=20)
"""Where (counted round and round), and which byte stands there now."""


@cache
def old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("返岗名单")
    for row in range(60):
        for column in range(8):
            sheet.write(row, column, f"张三{row}{column}")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@cache
def new_workbook() -> bytes:
    return xlsx(("返岗名单", table(*(person(serial) for serial in range(60)))))


def damaged(data: bytes, slips: list[tuple[int, int]], within: int, cut: int) -> bytes:
    """Return a file with bytes altered within its first `within` and all behind `cut` per mille of it gone."""
    altered = bytearray(data)
    for at, byte in slips:
        altered[at % min(within, len(data))] = byte
    return bytes(altered[: len(data) * cut // 1000])


@pytest.mark.parametrize("workbook", [old_workbook, new_workbook])
@given(slips=SLIPS, within=st.sampled_from([512, 4096, 10**6]), cut=st.sampled_from([1000, 1000, 999, 900, 500]))
@settings(max_examples=100, deadline=None)
def test_it_is_read_or_refused(
    workbook: Callable[[], bytes], slips: list[tuple[int, int]], within: int, cut: int
) -> None:
    with suppress(UnreadableError):
        read_bytes(damaged(workbook(), slips, within, cut), "名单", [])
