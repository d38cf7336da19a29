"""A roster that comes again, its rows elsewhere: a seat keeps its person's name; tools/resent_rosters.py tries more."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl

from tools.resent_rosters import printed, trials


def test_rosters_sent_again_put_nobody_elses_name_on_a_seat(tmp_path: Path) -> None:
    found = trials(tmp_path, 2, 40, 0)
    assert [(each.wrong, each.refused) for each in found] == [((), ())] * 2


def test_a_wrong_name_would_be_seen(tmp_path: Path) -> None:
    """What is compared names run, seat and person."""
    said = []
    for turn, name in enumerate(("张三", "李四")):
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = "C0215-深圳-01"
        for row in (("座位", "姓名", "电话"), ("12", name, "13800000001")):
            sheet.append(row)
        book.save(tmp_path / f"{turn}.xlsx")
        said.append(printed(tmp_path, Counter({name: 1})))
        (tmp_path / f"{turn}.xlsx").unlink()
    assert said[0] == {("C0215-深圳-01", "12", "张三", "13800000001")}
    assert said[0] != said[1]
