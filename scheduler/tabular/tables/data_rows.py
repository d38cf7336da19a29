"""Rows of a sheet below the headings -> rows of data: what is a total, a signature line or an example is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scheduler.tabular.sheets.workbook import SheetCells, Value, text_of
from scheduler.tabular.tables.headings import Headings, Row

LONGEST_TEXT = 1_000
"""Characters of a cell that are read; what is longer ends in an ellipsis."""
_SHORTEST_ID = 14

_TOTAL = re.compile(
    r"^[(（]?(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*共|本页合计|总人数|人数合计|共\s*有?\s*\d+\s*[人名户]|total|subtotal"
    r"|(?:报名|返岗|返乡|填报|上报|登记)?人\s*数\s*(?:[:：\d]|$))",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^[(（]?(?:制表|填表|填报|审核|审批|复核|负责|经办|分管|统计|联系|报送|录入|校对)(?:人|单位|时间|日期|领导)"
    r"|^(?:制表|填表|填报|审核|审批|复核|经办|统计|报送|上报|录入|校对|时间|日期)(?:日期|时间)?\s*[:：]"
    r"|^(?:单位|部门|主要|乡镇|村)(?:负责人|领导)|盖\s*章|签\s*字|签\s*名|公\s*章"
    r"|^(?:说\s*明|备\s*注|注\s*意(?:事项)?|注|填表说明|填写说明)\s*(?:[:：]|\d|$)|^[(（]?以下(?:空白|无正文)"
)
_EXAMPLE = re.compile(
    r"^[(（【\[*]?\s*(?:示\s*例|样\s*例|范\s*例|举\s*例|例如|例\s*[::]|例$|example|e\.g\.)", re.IGNORECASE
)
_HINT = re.compile(r"必填|选填|请填|填写|格式|下拉|\d\s*位")
_DIGIT = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d{6}")


def read_row(sheet: SheetCells, index: int, names: Mapping[int, str], others: Mapping[int, str]) -> Row | None:
    """Return a row's known cells and notes; None when no known column holds a value of the row's own."""
    values: dict[str, Value] = {}
    notes: dict[str, str] = {}
    filled = set()
    for column, value in enumerate(sheet.cells[index]):
        if value == "":
            continue
        if isinstance(value, str):
            if not value.strip():
                continue
            if len(value) > LONGEST_TEXT:
                value = value[:LONGEST_TEXT].rstrip() + "…"
        name = names.get(column)
        if name is not None:
            values[name] = text_of(values[name]) + text_of(value) if name in values else value
            if sheet.filled and (index, column) in sheet.filled:
                filled.add(name)
        elif column in others:
            notes[others[column]] = text_of(value)
    return Row(index + 1, values, notes, frozenset(filled)) if len(values) > len(filled) else None


def is_no_data(cells: Sequence[Value], row: Row, headings: Headings, wide: bool) -> bool:
    """Tell whether a row is a total, a signature line, a text across the sheet, a hint or a template's example."""
    used = [value for value in cells if value != ""]
    first = text_of(used[0])[:LONGEST_TEXT]
    if wide and len(used) == 1:
        return True
    anchors = [row.text(name) for name in headings.anchors if name in row.values]
    for text in (first, *anchors):
        if _EXAMPLE.match(text) or _TOTAL.match(text):
            return True
    if _EXAMPLE.match(row.text("note")):
        return True
    if any(map(_HINT.search, anchors)) and not any(map(_LONG_NUMBER.search, anchors)):
        return True
    if _SIGNATURE.search(first) is None:
        return False
    if "id_number" in headings.anchors:
        return not any(len(_DIGIT.findall(text)) >= _SHORTEST_ID for text in anchors)
    return not all(name in row.values for name in headings.required)


def holds_number(value: Value) -> bool:
    """Tell whether a cell is a number, a date, or a text with a long number in it: no heading is."""
    return _LONG_NUMBER.search(value) is not None if isinstance(value, str) else True


def holds_digit(value: Value) -> bool:
    return _DIGIT.search(value) is not None if isinstance(value, str) else True
