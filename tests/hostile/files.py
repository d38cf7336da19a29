"""Files of every kind and in every state: encodings, wrong suffixes, damage, bombs, links."""

from __future__ import annotations

import os
import re
import struct
from itertools import pairwise
from pathlib import Path

import openpyxl

from scheduler.tabular.sheets.compound_file import packed
from tests.hostile.build import csv_bytes, csv_text, html, ods, person, repacked, table, xls, xlsx, zipped
from tests.hostile.case import GOOD, case, one


def _far_cell(book: openpyxl.Workbook) -> None:
    book["S"]["XFD1048576"] = "x"


def _far_format(book: openpyxl.Workbook) -> None:
    book["S"]["XFD1048576"].number_format = "0.00"


def _dimension(name: str, content: bytes) -> bytes:
    return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', content)


def _without_references(name: str, content: bytes) -> bytes:
    return re.sub(rb' r="[A-Z]+\d+"', b"", content) if name.startswith("xl/worksheets/") else content


def _bomb(workbook: bytes) -> bytes:
    """Return a workbook whose directory says that its first part unpacks to 1.3 GB."""
    at = workbook.index(b"PK\x01\x02") + 24
    return workbook[:at] + struct.pack("<I", 0x50000000) + workbook[at + 4 :]


def _entities(name: str, content: bytes) -> bytes:
    """Replace the first cell by entities that grow a billionfold."""
    if not name.startswith("xl/worksheets/"):
        return content
    names = "abcdefghij"
    lines = [b'<!ENTITY a "lol">']
    lines += [f'<!ENTITY {b} "{("&" + a + ";") * 10}">'.encode() for a, b in pairwise(names)]
    doctype = b"<!DOCTYPE worksheet [" + b"".join(lines) + b"]>"
    return doctype + content.replace(b"<sheetData>", b"<sheetData><row><c><v>&j;</v></c></row>", 1)


def _encrypted_ole() -> bytes:
    """Return an OLE file with the stream that password-protected .xlsx files have."""
    return packed("EncryptedPackage", b"\0" * 5000)


def _filepass() -> bytes:
    """Return an .xls whose stream says that it is encrypted: the INTERFACEHDR record becomes FILEPASS."""
    return xls(table(person())).replace(b"\xe1\x00\x02\x00\xb0\x04", b"\x2f\x00\x02\x00\xb0\x04", 1)


def _outside_link(path: Path) -> None:
    outside = path.parents[2] / "outside.csv"
    outside.write_bytes(csv_bytes(table(person())))
    path.symlink_to(outside)


def _circle(path: Path) -> None:
    path.symlink_to(path.parent)


def _inside_link(path: Path) -> None:
    path.symlink_to(path.parent / "a.csv")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


FILES = (
    case("csv utf-8", {"a.csv": GOOD}),
    case("csv utf-8 with mark", {"a.csv": csv_bytes(table(person()), "utf-8-sig")}),
    case("csv gb18030 with a rare name", {"a.csv": csv_bytes(table(person(name="龙䶮")), "gb18030")}),
    case("csv utf-16", {"a.csv": csv_bytes(table(person()), "utf-16")}),
    case("csv utf-16 without mark", {"a.csv": csv_bytes(table(person()), "utf-16-le")}),
    case("csv utf-16 big end first", {"a.csv": csv_bytes(table(person()), "utf-16-be")}),
    case("csv semicolons, old Mac line ends", {"a.csv": csv_bytes(table(person()), separator=";", line_end="\r")}),
    case("csv tabs, Windows line ends", {"a.CSV": csv_bytes(table(person()), separator="\t", line_end="\r\n")}),
    case("csv bars", {"a.csv": csv_bytes(table(person()), separator="|")}),
    case("csv sep directive", {"a.csv": "sep=;\n" + csv_text(table(person()), separator=";")}),
    case(
        "csv quoted line break: one row, as Excel shows it",
        {"a.csv": csv_bytes(table(person(note="晕车，\n靠前坐"), person(2, destination="")))},
        "R201 a.csv!!E3",
        "2 1 1 0",
    ),
    case(
        "csv quotation mark never closed",
        {"a.csv": csv_text(table(*(person(n) for n in range(40)))).replace("张二", '"张二', 1)},
        "R217 a.csv!!A3",
        "40 40 0 0",
    ),
    case(
        "csv cut in the middle of a character", {"a.csv": csv_bytes(table(person(note="晕车")))[:-2]}, "R210 a.csv!!I2"
    ),
    case(
        "csv one bad byte in a name",
        {"a.csv": csv_text(table(person(name="张?三"), person(2))).encode().replace(b"?", b"\xff")},
        "R210 a.csv!!A2",
        "2 2 0 0",
    ),
    case("xlsx named csv", {"a.csv": xlsx(("S", table(person())))}),
    case("csv named xlsx", {"a.xlsx": GOOD}),
    case("xls named xlsx", {"a.xlsx": xls(table(person()))}),
    case("xlsx without a suffix", {"顾县镇": xlsx(("S", table(person())))}),
    case("xls", {"a.xls": xls(table(person()))}),
    case("et is xls", {"a.ET": xls(table(person()))}),
    case("et is xlsx", {"a.et": xlsx(("S", table(person())))}),
    case("xls hidden sheet", {"a.xls": xls(table(person()), hidden=True)}, "R110 a.xls!旧表!"),
    case("xls counted from 1904", {"a.xls": xls(table(person(date=44971)), dates_1904=True)}),
    case("ods", {"a.ods": ods(table(person()))}),
    case(
        "ods merged cell",
        {
            "a.ods": ods(
                table(person(1), person(2, township="")),
                lambda r, c: 'table:number-rows-spanned="2"' if (r, c) == (1, 3) else "",
            )
        },
        "",
        "2 2 0 0",
    ),
    case(
        "ods a cell repeated a million times",
        {
            "b.ods": ods(table(person(2)), lambda r, c: 'table:number-columns-repeated="99999999"' if r == 1 else ""),
        },
        "R101 b.ods!!",
        "0 0 0 0",
    ),
    case("html named xls", {"a.xls": html(table(person()))}),
    case("html in gbk", {"a.xls": html(table(person()), '<meta charset="gb2312">').encode("gb18030")}),
    case("html without a table", {"a.xls": "<html><body>请登录</body></html>"}, "R101 a.xls!!", "0 0 0 0"),
    case("xml spreadsheet", {"a.xls": '<?xml version="1.0"?><Workbook></Workbook>'}, "R101 a.xls!!", "0 0 0 0"),
    case("empty file", {"a.xlsx": b"", "b.csv": GOOD}, "R101 a.xlsx!!"),
    case("only blanks", {"a.csv": b" \r\n\r\n"}, "R101 a.csv!!", "0 0 0 0"),
    case("truncated xlsx", {"a.xlsx": xlsx(("S", table(person())))[:2000], "b.csv": GOOD}, "R101 a.xlsx!!"),
    case("truncated xls", {"a.xls": xls(table(person()))[:600], "b.csv": GOOD}, "R101 a.xls!!"),
    case("truncated ods", {"a.ods": ods(table(person()))[:400], "b.csv": GOOD}, "R101 a.ods!!"),
    case("picture named xlsx", {"a.xlsx": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"}, "R101 a.xlsx!!", "0 0 0 0"),
    case("Word named xlsx", {"a.xlsx": zipped({"word/document.xml": "<w/>"})}, "R101 a.xlsx!!", "0 0 0 0"),
    case("binary workbook", {"a.xlsb": zipped({"xl/workbook.bin": b"\0"})}, "R101 a.xlsb!!", "0 0 0 0"),
    case("encrypted xlsx", {"a.xlsx": _encrypted_ole()}, "R101 a.xlsx!!", "0 0 0 0"),
    case("encrypted xls", {"a.xls": _filepass()}, "R101 a.xls!!", "0 0 0 0"),
    case("dimension says XFD1048576", {"a.xlsx": repacked(xlsx(("S", table(person()))), _dimension)}),
    case("a stray cell in XFD1048576", one(person(), edit=_far_cell) | {"b.csv": GOOD}, "R101 a.xlsx!!"),
    case("only a format in XFD1048576", one(person(), edit=_far_format)),
    case("cells without references", {"a.xlsx": repacked(xlsx(("S", table(person()))), _without_references)}),
    case("entity bomb", {"a.xlsx": repacked(xlsx(("S", table(person()))), _entities), "b.csv": GOOD}, "R101 a.xlsx!!"),
    case("zip bomb", {"a.xlsx": _bomb(xlsx(("S", table(person())))), "b.csv": GOOD}, "R101 a.xlsx!!"),
    case("lock and hidden files", {"~$a.xlsx": b"x", ".b.csv": GOOD, ".git/c.csv": GOOD, "d.csv": GOOD}),
    case("files of other kinds", {"readme.txt": "说明", "photo.jpg": b"\xff\xd8\xff", "d.csv": GOOD}),
    case(
        "sub-folders, capital suffix",
        {"东片/a.XLSX": xlsx(("S", table(person()))), "西片/b.csv": csv_bytes(table(person(2)))},
        "",
        "2 2 0 0",
    ),
    case("link out of the season", {"a.csv": GOOD, "b.csv": _outside_link}),
    case("links in circles", {"a.csv": GOOD, "b": _circle, "c.csv": _inside_link}),
    case("a pipe", {"a.csv": GOOD, "b.csv": _pipe}),
    case("no file at all", {}, "R101 !!", "0 0 0 0"),
)
