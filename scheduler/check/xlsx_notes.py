"""Notes on the cells of an .xlsx: the part of comments and the drawing (VML) of their boxes, each edited as text.

A note of our own stands alone on its cell, by its author's name; on a cell that has the clerk's own note it is
added below that one, after `SEPARATOR`, and taken away there in the next round.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from scheduler.check.xlsx_marks import Cell, column_number, reference
from scheduler.text_cells import xml_text

_SIGN = "[scheduler]"
SEPARATOR = f"\n\n{_SIGN}\n"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENT = re.compile(r"<comment\b[^>]*>.*?</comment>", re.DOTALL)
_AUTHOR_NUMBER = re.compile(r'\bauthorId="(\d+)"')
_PLACE = re.compile(r'\bref="([A-Z]+)(\d+)"')
_TEXT = re.compile(r"<t\b[^>]*>(.*?)</t>", re.DOTALL)
_WHOLE_TEXT = re.compile(r"<text\b.*</text>", re.DOTALL)
_FINDING = re.compile(r"R\d{3} [^\n]*\n-> ")
_SHAPE = re.compile(r"<(\w+):shape\b.*?</\1:shape>", re.DOTALL)
_SHAPE_ROW, _SHAPE_COLUMN = re.compile(r"<\w+:Row>\s*(\d+)\s*<"), re.compile(r"<\w+:Column>\s*(\d+)\s*<")

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_AFTER_DRAWING = re.compile(
    r"<(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b"
    r"|</worksheet>"
)

EMPTY_NOTES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}">'
    "<authors></authors><commentList></commentList></comments>"
)
_VML_NAMES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
EMPTY_DRAWING = f'<xml {_VML_NAMES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_WIDTH_PT, _LINE_PT, _CHARACTERS_IN_A_LINE = 220, 14, 18


class Notes:
    """The notes of one sheet.

    Parameters
    ----------
    comments, drawing : str
        The parts, or the empty ones of this module.
    author : str
        Whose notes are ours.
    """

    def __init__(self, comments: str, drawing: str, author: str) -> None:
        self._comments = comments.replace("<authors/>", "<authors></authors>")
        self._drawing = drawing
        self._author = author
        authors = re.findall(r"<author\b[^>]*?/>|<author\b[^>]*>.*?</author>", self._comments, re.DOTALL)
        names = [re.sub("<[^>]*>", "", each) for each in authors]
        self._ours = names.index(author) if author in names else len(names)
        self._is_new_author = author not in names

    def clear(self) -> list[Cell]:
        """Take our notes of an earlier round away; return the cells that had them."""
        cleared: list[Cell] = []

        def without(found: re.Match[str]) -> str:
            comment = found[0]
            place, number = _PLACE.search(comment), _AUTHOR_NUMBER.search(comment)
            own, ours, _rest = html.unescape("".join(_TEXT.findall(comment))).partition(_SIGN)
            # Some programs forget whose a note is.
            alone = (number is not None and int(number[1]) == self._ours) or _FINDING.match(own) is not None
            if place is None or not (ours or alone):
                return comment
            cleared.append((int(place[2]), column_number(place[1])))
            kept = f'<text><t xml:space="preserve">{escape(own.rstrip())}</t></text>'
            return "" if alone else _WHOLE_TEXT.sub(lambda _found: kept, comment)

        self._comments = _COMMENT.sub(without, self._comments)
        left = {(int(p[2]), column_number(p[1])) for c in _COMMENT.findall(self._comments) if (p := _PLACE.search(c))}
        gone = set(cleared) - left
        self._drawing = _SHAPE.sub(lambda found: "" if _cell_of(found[0]) in gone else found[0], self._drawing)
        return cleared

    def add(self, texts: Mapping[Cell, str]) -> None:
        """Write our notes."""
        waiting = {reference(cell): (cell, text) for cell, text in texts.items()}

        def with_ours(found: re.Match[str]) -> str:
            place = _PLACE.search(found[0])
            if place is None or place[1] + place[2] not in waiting:
                return found[0]
            _cell, text = waiting.pop(place[1] + place[2])
            return _below(found[0], SEPARATOR + text)

        comments = _COMMENT.sub(with_ours, self._comments)
        new = "".join(
            f'<comment ref="{place}" authorId="{self._ours}"><text><t xml:space="preserve">{xml_text(text)}</t></text>'
            "</comment>"
            for place, (_cell, text) in waiting.items()
        )
        comments = comments.replace("<commentList/>", "<commentList></commentList>")
        comments = comments.replace("</commentList>", f"{new}</commentList>", 1)
        if self._is_new_author and new:
            comments = comments.replace("</authors>", f"<author>{escape(self._author)}</author></authors>", 1)
        self._comments = comments
        number = max((int(each) for each in re.findall(r'id="_x0000_s(\d+)"', self._drawing)), default=1024)
        shapes = "".join(_shape(number + n, cell, text) for n, (cell, text) in enumerate(waiting.values(), 1))
        if shapes and 'id="_x0000_t202"' not in self._drawing:
            shapes = _SHAPE_TYPE + shapes
        if "xmlns:v=" not in self._drawing:  # a drawing with other prefixes
            shapes = re.sub(r"<v:shape(type)?\b", lambda found: f"{found[0]} {_VML_NAMES}", shapes)
        self._drawing = re.sub(r"</xml>\s*$", lambda _end: f"{shapes}</xml>", self._drawing)

    def parts(self) -> tuple[str, str]:
        """Return comments and drawing."""
        return self._comments, self._drawing


def with_drawing(sheet: str, relation: str) -> str:
    """Return a worksheet that names the drawing of its notes, at the place that the format wants."""
    element = f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="{relation}"/>'
    return _AFTER_DRAWING.sub(lambda found: element + found[0], sheet, count=1)


def _below(comment: str, text: str) -> str:
    """Return a comment with a text below its own."""
    run = f'<r><t xml:space="preserve">{xml_text(text)}</t></r>'
    comment = re.sub(r"<text>\s*(<t\b[^>]*>.*?</t>|<t\b[^>]*/>)", r"<text><r>\1</r>", comment, count=1, flags=re.DOTALL)
    comment = comment.replace("<text/>", "<text></text>")
    return comment.replace("</text>", f"{run}</text>", 1)


def _cell_of(shape: str) -> Cell | None:
    row, column = _SHAPE_ROW.search(shape), _SHAPE_COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def _shape(number: int, cell: Cell, text: str) -> str:
    lines = sum(1 + len(line) // _CHARACTERS_IN_A_LINE for line in text.split("\n"))
    height = _LINE_PT * (lines + 1)
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:5pt;'
        f'width:{_WIDTH_PT}pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{cell[0] - 1}</x:Row><x:Column>{cell[1] - 1}</x:Column></x:ClientData>"
        "</v:shape>"
    )
