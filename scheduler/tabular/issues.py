"""What is wrong with an input, where exactly, and what to do: one issue a finding, one code a kind of finding.

`CODES` is the whole table. A code of severity ``error`` sets the row aside; a warning or an info does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Literal

from scheduler.i18n import _
from scheduler.mask import mask_text

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding. `meaning`, `cure` and `example` are English message ids.

    `example` is an input that has it; it is shown in the documentation.
    """

    severity: Severity
    meaning: str
    cure: str
    example: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    Attributes
    ----------
    severity : {"error", "warning", "info"}
        An error sets the row aside.
    code : str
        R and three digits, see docs/codes.md.
    file : str
        Path from the season folder, with slashes.
    sheet : str
        Sheet name; empty for CSV and for findings about a whole file.
    row : int or None
        Row number as Excel shows it; None when the finding is about a whole file or sheet.
    column : str
        Column letter as Excel shows it; empty when there is none.
    value : str
        What stands in the cell; ID and phone numbers masked.
    message, cure : str
        In the user's language: what is wrong, what to do.
    """

    severity: Severity
    code: str
    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    message: str = ""
    cure: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the issue as ``check --json`` prints it."""
        return asdict(self)

    @property
    def where(self) -> str:
        """The place in one piece: file, sheet, cell."""
        cell = f"{self.column}{self.row}" if self.row is not None else self.column
        return " ".join(part for part in (self.file, self.sheet, cell) if part)


def issue(
    code: str,
    file: str,
    *,
    sheet: str = "",
    row: int | None = None,
    column: str = "",
    value: str = "",
    message: str = "",
    cure: str = "",
) -> Issue:
    """Return an issue of `code`; its meaning and general cure stand in where `message` or `cure` is empty.

    ID and mobile numbers are masked wherever they stand: columns slip, and a companion may be named by the ID.
    """
    kind = CODES[code]
    value, message, cure = map(mask_text, (value, message or _(kind.meaning), cure or _(kind.cure)))
    return Issue(kind.severity, code, file, sheet, row, column, value, message, cure)


CODES: Mapping[str, Code] = MappingProxyType(
    {
        "R101": Code(
            "error",
            "the file cannot be read",
            "open it in Excel or WPS, save it as .xlsx without a password, and put it back",
            "a truncated, encrypted or empty file",
        ),
        "R102": Code(
            "error",
            "no heading row found",
            "add one row of headings",
            "a workbook that holds only people, without headings",
        ),
        "R103": Code(
            "error",
            "a required column is missing; the whole table is set aside",
            "add the column with its heading and fill it in",
            "a roster without 目的地",
        ),
        "R104": Code(
            "error",
            "people outside every table with headings; they are not read",
            "give them a row of headings of their own, or move them below the headings of a table",
            "names and ID numbers on a second sheet without headings, or right of the table",
        ),
        "R105": Code(
            "warning",
            "outside every table, perhaps people: not read",
            "nothing, if they are only contacts; else give them a row of headings",
            "names with mobile numbers on a sheet 村干部通讯录",
        ),
        "R106": Code(
            "error",
            "the cells of a line do not stand below their headings",
            "put the cell with the separator or line break in it between quotation marks, or save the file as .xlsx",
            "深圳市,宝安区 without quotation marks in a .csv: all cells behind it slip",
        ),
        "R107": Code(
            "error",
            "several columns could be one field, and their cells differ; the whole table is set aside",
            "keep one of them, or say in the headings whose and of which journey they are (户主, 务工人员; 返乡, 返岗)",
            "two columns 姓名 with different names, and no groups above them",
        ),
        "R108": Code(
            "warning",
            "a column is of another journey, and not read",
            "add a column for this journey, or correct the heading",
            "返乡时间 as the only date in a season of 返岗",
        ),
        "R110": Code(
            "info",
            "hidden sheet skipped",
            "nothing, if it is an old copy; else unhide the sheet",
            "a hidden sheet with last year's list",
        ),
        "R201": Code("error", "a required cell is empty", "fill in the cell", "a row without 身份证号"),
        "R202": Code(
            "error",
            "the ID number was stored as a number, its last digits are lost",
            "format the column as text and type the 18 characters again",
            "511621199001010000 in a numeric cell, 5.1E+17 in a CSV file",
        ),
        "R203": Code(
            "error",
            "the ID number has a wrong length, character or check digit",
            "compare it with the ID card",
            "511621199001010001",
        ),
        "R204": Code(
            "error", "the ID number holds an impossible birth date", "compare it with the ID card", "511621199013010002"
        ),
        "R205": Code("warning", "the phone number is not valid", "compare it with the person", "1380000"),
        "R206": Code("error", "the date cannot be read", "write it like 2027-02-15 or 正月初八", "下个月"),
        "R207": Code(
            "error",
            "the destination is unknown",
            "write province, city and district, like 广东省深圳市宝安区",
            "保安区",
        ),
        "R208": Code(
            "error", "the destination is ambiguous or too wide", "add the city or the district", "广东; 朝阳区"
        ),
        "R209": Code(
            "warning", "the mode of travel is unknown, taken as any", "write 汽车, 火车 or 不限", "飞机 in 出行方式"
        ),
        "R210": Code(
            "warning",
            "a character that no standard assigns",
            "type the character again with a current input method",
            "a private-use character in a name",
        ),
        "R211": Code("error", "the township is unknown", "write a township of the home county", "顾先镇"),
        "R212": Code("error", "the township is ambiguous", "write its full name", "兴隆 where two places match"),
        "R213": Code(
            "warning",
            "several people in one cell; one seat is planned for them",
            "write one row for each person, with the own ID number",
            "张三、李四; 张三夫妻2人; 张三等5人",
        ),
        "R214": Code(
            "warning",
            "this is no person's name",
            "write the name as on the ID card; tell people of one name apart by their ID numbers",
            "张三2, 合计, 测试, a place",
        ),
        "R215": Code(
            "error",
            "the destination lies in the home county",
            "write where the person works; delete the row if the work is at home",
            "岳池县 as 目的地 of people from 岳池县",
        ),
        "R217": Code("info", "corrected", "nothing; look at it once", "51162119900101000x, 顾县 for 顾县镇"),
        "R218": Code(
            "warning",
            "sex or birth date disagrees with the ID number",
            "compare with the ID card",
            "男 beside a woman's ID number",
        ),
        "R219": Code(
            "error",
            "a formula error, or a formula that was never calculated",
            "mend the formula, or write the value itself",
            "#N/A in 返岗时间, a formula without its result",
        ),
        "R220": Code(
            "warning",
            "a formula error, or a formula that was never calculated; taken as empty",
            "mend the formula, or write the value itself",
            "#N/A in 备注",
        ),
        "R301": Code(
            "warning",
            "the same person twice in one file, same wish; kept once",
            "delete one of the rows",
            "two equal rows",
        ),
        "R302": Code(
            "warning",
            "the same person in several files, same wish; kept once",
            "delete the row in one of the files",
            "one person registered by two townships",
        ),
        "R303": Code(
            "error",
            "the same person twice with different wishes; the later row is set aside",
            "ask the person, then delete the wrong row",
            "深圳 in one row, 杭州 in another",
        ),
        "R304": Code(
            "warning",
            "the members of a group disagree; the group is split by wish",
            "ask the people whether they travel together, then make their rows agree",
            "one group number, two destinations",
        ),
        "R305": Code(
            "error",
            "the travel window is empty or outside the season",
            "correct the dates of the row; if the season's own dates are wrong, tell the county",
            "最早日期 after 最晚日期",
        ),
        "R306": Code(
            "info",
            "one phone number for more than 6 people",
            "make sure that the number reaches them",
            "a village cadre's number in ten rows",
        ),
        "R307": Code(
            "warning",
            "the number of people written on the sheet is not the number read",
            "look for missing or surplus rows, or correct the number",
            "共12人 in the title, 11 rows of people",
        ),
        "R308": Code(
            "warning",
            "ID numbers are masked in another way than on the season's lists: laid together, two masks reveal more",
            "write the whole numbers; lists are published with one and the same mask by all",
            "511621********0012 in a roster, where lists show the last four digits only",
        ),
        "R401": Code(
            "error",
            "a value of fleet, trains, places, access, distances, escorts, pins or the settings cannot be used",
            "correct the cell or the key",
            "a fleet row of -3 coaches, a place nobody knows, min_laod in season.toml",
        ),
        "R402": Code(
            "warning",
            "people want a coach, and there is none",
            "list the coaches in fleet.csv or fleet.xlsx (scheduler init writes one to fill in)",
            "a season without fleet and trains",
        ),
        "R403": Code(
            "warning",
            "a pin, or a cell of one, asks nothing",
            "delete the row, or correct it",
            "a pin about somebody who does not travel any more",
        ),
        "R404": Code(
            "warning",
            "a stop or hub of the home county lies too far from it",
            "compare latitude and longitude with a map",
            "纬度 32.544 for 30.544: 223 km away",
        ),
        "R501": Code(
            "error",
            "what comes back names a person or a run that nobody knows",
            "correct the ID number, the name and township, or the run",
            "a reply of somebody who is in no roster",
        ),
        "R502": Code(
            "error",
            "what is asked for is not possible any more",
            "look at the run's state with scheduler status",
            "a change of date for a run that has departed",
        ),
        "R503": Code(
            "error",
            "what comes back contradicts what is recorded",
            "ask again, and record the right one",
            "a headcount above the seats, one person on two runs",
        ),
        "R504": Code(
            "error",
            "a line of what comes back cannot be read",
            "write it as the example shows",
            "a reply of neither 1 nor 2",
        ),
    }
)
