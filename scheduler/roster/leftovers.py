"""Cells that no table with headings takes in: whoever stands there must not be lost without a word.

People are known by the shape of their ID numbers, or by a name beside a mobile number. What only names a contact (who
filled in the form, the cadres of the villages) or shows how to fill it in is no error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scheduler.i18n import ngettext
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.workbook import SheetCells, Value, column_letter, text_of
from scheduler.tabular.tables.headings import SheetTable

_ID = re.compile(r"(?<![\dA-Za-z])(?:\d{17}[\dXx]|\d{15})(?![\dA-Za-z])")
_MASKED_ID = re.compile(r"\d{3,10}\*{4,12}\d{0,4}[\dXx]?")
_LOST_ID = re.compile(r"[1-9](?:\.\d+)?E\+?1[47]", re.IGNORECASE)
_FILLING = re.compile(r"[\s\-—–_.'`‘’\"=\u200b-\u200f\ufeff]+")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)")
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_BIRTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]+·[\u3400-\u9fff]+")
_NO_NAME = re.compile(r"[省市县区镇乡村组社局厂路]$|街道|公司|合计|总计|[手电]|[男女]性")

_EXAMPLE = re.compile(r"[示样范举]\s*例|例如|例\s*[:：]|^例$|example|e\.g\.", re.IGNORECASE)
_PROSE = re.compile(r"如|例|填写|格式|\d+\s*位|必须|不得|请")
_PROSE_LENGTH = 12
_INSTRUCTIONS = re.compile(
    r"说明|须知|要求|指南|模板|[示样范]\s*[例表本]|字段|instruction|example|guide|read\s*me", re.IGNORECASE
)
_LABEL = re.compile(
    r"^[(（]?(?:[填制]\s*[表报]|联\s*系|负责|经办|审[核批]|复核|分管|领导|录入|校对|统计|报送|咨询|值班|监督)"
)
_CONTACT = re.compile(
    r"[填制]\s*[表报]|联\s*系\s*人|联络|联系(?:表|方式)|负责|经办|审[核批]|复核|分管|领导|书记|主任|干部|村支|[村镇乡队]长|"
    r"网格|值班|咨询|热线|监督|通讯录|职务|工作人员|驻村|录入|统计员|报送|contact",
    re.IGNORECASE,
)
_LIST = re.compile(_CONTACT.pattern + r"|司机|驾驶|车牌", re.IGNORECASE)
"""What the title or the heading of a list says that is no list of people to be planned."""
_PHONE_HEADING = re.compile(r"手\s*机|电\s*话|联系方式|phone|mobile|tel", re.IGNORECASE)
_FEW_EXAMPLES = 2
_ROWS_OF_A_TITLE = 3
_LARGEST_GAP = 3
_FEWEST_PHONES, _FEWEST_PHONES_BESIDE = 2, 3


@dataclass(frozen=True, slots=True)
class Leftover:
    """Somebody who stands outside every table, at `row` and `column`, as Excel counts the one and from 0 the other.

    `number` is the ID number, or what stands for it; '' when only a mobile number tells of the person. `sure` tells
    whether it is a person to be planned, not perhaps a contact.
    """

    sheet: str
    row: int
    column: int
    number: str
    sure: bool


def find_leftovers(sheet: SheetCells, tables: Sequence[SheetTable], known: set[str]) -> list[Leftover]:
    """Return who stands in cells of a sheet that none of its tables reads.

    Parameters
    ----------
    tables : sequence of SheetTable
        Those of the sheet, their people read.
    known : set of str
        The ID numbers that have been read in the file; grows.
    """
    rows = dict(_free_cells(sheet, tables))
    found = [*_by_id(sheet, rows, known, instructions=not tables and _is_instruction(sheet))]
    read = {number for table in tables for number in table.people}
    return sorted([*found, *_by_phone(sheet, rows, found, read)], key=lambda each: (each.row, each.column))


def report_leftovers(file: str, found: Iterable[Leftover], issues: list[Issue]) -> None:
    """Report people outside the tables of a sheet, one finding a block of rows: R104, or R105 for likely contacts."""
    for block in _blocks(found):
        first, last = block[0], block[-1]
        rows = f"{first.row}–{last.row}" if last.row > first.row else f"{first.row}"
        if first.sure:
            code, form = (
                "R104",
                ngettext(
                    "row {rows}: {n} person outside every table with headings; not read",
                    "row {rows}: {n} people outside every table with headings; they are not read",
                    len(block),
                ),
            )
        else:
            code, form = (
                "R105",
                ngettext(
                    "row {rows}: {n} name with a number outside every table, perhaps somebody; not read",
                    "row {rows}: {n} names with numbers outside every table, perhaps people; not read",
                    len(block),
                ),
            )
        message = form.format(n=len(block), rows=rows)
        column = column_letter(first.column)
        issues.append(issue(code, file, sheet=first.sheet, row=first.row, column=column, message=message))


def _blocks(found: Iterable[Leftover]) -> Iterator[list[Leftover]]:
    block: list[Leftover] = []
    for each in sorted(found, key=lambda each: (not each.sure, each.row, each.column)):
        if block and (each.sure != block[-1].sure or each.row > block[-1].row + _LARGEST_GAP):
            yield block
            block = []
        block.append(each)
    if block:
        yield block


def _free_cells(sheet: SheetCells, tables: Sequence[SheetTable]) -> Iterator[tuple[int, dict[int, Value]]]:
    """Yield the rows, from 0, with those of their cells that are not empty and that no table reads."""
    readers: dict[int, frozenset[int]] = {}
    for table in tables:
        for number in table.people:
            headed = readers.get(number)
            readers[number] = table.headed if headed is None else headed | table.headed
    width = max(map(len, sheet.cells), default=0)
    gaps: dict[frozenset[int], list[int]] = {}
    for index, cells in enumerate(sheet.cells):
        headed = readers.get(index + 1)
        if headed is None:
            free: Iterable[int] = range(len(cells))
        else:
            if headed not in gaps:
                gaps[headed] = [column for column in range(width) if column not in headed]
            free = gaps[headed]
        row = {column: cells[column] for column in free if column < len(cells) and cells[column] != ""}
        if row:
            yield index, row


def _is_instruction(sheet: SheetCells) -> bool:
    """Tell whether a sheet says how to fill in another: by its name or its first rows."""
    texts = [sheet.name, *(text_of(value) for cells in sheet.cells[:_ROWS_OF_A_TITLE] for value in cells)]
    return any(map(_INSTRUCTIONS.search, texts))


# By ID number -------------------------------------------------------------------------------------------------------


def _by_id(
    sheet: SheetCells, rows: dict[int, dict[int, Value]], known: set[str], *, instructions: bool
) -> list[Leftover]:
    found: list[Leftover] = []
    examples: list[Leftover] = []
    for index, cells in rows.items():
        labelled = any(_EXAMPLE.search(text) for value in cells.values() if (text := _text(value)))
        contact = any(map(_LABEL.search, map(_text, cells.values())))
        for column, value in cells.items():
            if sheet.filled and (index, column) in sheet.filled:
                continue
            numbers = _numbers(value)
            if numbers and _is_prose(value):
                continue
            for number in numbers:
                if number in known:
                    continue
                known.add(number)
                each = Leftover(sheet.name, index + 1, column, number, not contact)
                above = (_text(rows.get(row, {}).get(column, "")) for row in range(max(0, index - 5), index))
                is_example = labelled or instructions or any(map(_EXAMPLE.search, above))
                (examples if is_example else found).append(each)
    return found if len(examples) <= _FEW_EXAMPLES else found + examples


def _numbers(value: Value) -> list[str]:
    """Return the ID numbers in a cell, 18 characters where they are whole."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = str(int(Decimal(f"{value:.14e}"))) if 1e14 <= value < 1e18 else ""  # Excel keeps 15 digits
        return [text] if _is_id(text) else []
    if not isinstance(value, str) or len(value) < 6:
        return []
    text = value if value.isascii() else unicodedata.normalize("NFKC", value)
    if found := [number.upper() for number in _ID.findall(text) if _is_id(number)]:
        return found
    bare = _FILLING.sub("", text)
    if _ID.fullmatch(bare) and _is_id(bare):
        return [bare.upper()]
    if _MASKED_ID.fullmatch(bare) and 15 <= len(bare) <= 18:
        return [bare]
    return [text.strip()] if _LOST_ID.fullmatch(text.strip()) else []


def _is_id(number: str) -> bool:
    """Tell whether digits have the shape of an ID number: a province, and a birth date where it belongs."""
    birth = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    return len(number) in (15, 18) and _PROVINCE.match(number) is not None and _BIRTH.fullmatch(birth) is not None


def _is_prose(value: Value) -> bool:
    """Tell whether a cell is a sentence that names a number as an example."""
    text = _text(value)
    return len(_ID.sub("", text)) > _PROSE_LENGTH and _PROSE.search(text) is not None


# By name and mobile number ------------------------------------------------------------------------------------------


def _by_phone(
    sheet: SheetCells, rows: dict[int, dict[int, Value]], by_id: Sequence[Leftover], read: set[int]
) -> list[Leftover]:
    with_id = {each.row for each in by_id}
    id_columns = {each.column for each in by_id}
    found: list[tuple[int, int]] = []
    beside: list[tuple[int, int]] = []
    contacts = 0
    for index, cells in rows.items():
        columns = [column for column, value in cells.items() if index + 1 not in with_id and _is_mobile(value)]
        texts = [_text(value) for value in cells.values()]
        if not columns or any(_EXAMPLE.search(text) or _LABEL.search(text) for text in texts):
            continue
        if any(map(_numbers, cells.values())):  # of somebody who has been read
            continue
        names = sum(_NAME.fullmatch(text) is not None and not _NO_NAME.search(text) for text in texts)
        if index + 1 in read:
            beside += [(index, columns[0])] if names else []
            continue
        if len(columns) > 1 and _PHONE_HEADING.search(texts[0]):  # fields below each other, people across
            here = [(index, column) for column in columns if column not in id_columns]
        elif len(columns) > 1 and names > 1:
            here = [(index, column) for column in columns]
        else:
            here = [(index, columns[0])] if names else []
        found += here
        contacts += len(here) if any(map(_CONTACT.search, texts)) else 0
    above = range(max(0, found[0][0] - _ROWS_OF_A_TITLE), found[0][0]) if found else ()
    titles = (text_of(value) for index in above for value in sheet.cells[index])
    is_list = any(map(_LIST.search, [sheet.name, *titles])) or contacts * 2 >= len(found)
    sure = len(found) >= _FEWEST_PHONES and not is_list
    leftovers = [Leftover(sheet.name, index + 1, column, "", sure) for index, column in found]
    if len(beside) >= _FEWEST_PHONES_BESIDE:
        leftovers += [Leftover(sheet.name, index + 1, column, "", False) for index, column in beside]
    return leftovers


def _is_mobile(value: Value) -> bool:
    text = text_of(value)
    return 11 <= len(text) <= 40 and _MOBILE.search(_FILLING.sub("", text)) is not None


def _text(value: Value) -> str:
    return value.strip() if isinstance(value, str) else ""
