"""The PDF format as far as we print (ISO 32000-1): pages of text, rules and grey boxes, in one embedded font.

Written by hand because it is little and hot: a large county prints three million pieces of text. The font of a
document holds the glyphs it uses and no other, numbered in the order of use; a ToUnicode map lets readers search and
copy the text.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable

from scheduler.reports.formats.fonts import Font

POINTS_PER_MM = 72 / 25.4
RULE_PT = 0.57
BOLD_STROKE = 0.03
"""Width of the stroke around bold letters, of their size."""
GREY = 0.92
COMPRESSION = 5
TO_UNICODE_BLOCK = 100
Piece = tuple[float, float, float, str]
"""Text to print: mm from the left, mm from the top to its baseline, size in points, the text."""


Rectangle = tuple[float, float, float, float]
"""Mm from the left, mm from the top, width, height."""


class _Glyphs(dict[str, str]):
    """Characters to glyph numbers as four hexadecimal digits, given out in the order of use, from 1."""

    def __missing__(self, character: str) -> str:
        self[character] = code = f"{len(self) + 1:04X}"
        return code


class PdfFile:
    """A document to be: pages are added, and drawn upon in mm from their top left corner."""

    def __init__(self, font: Font, title: str, language: str) -> None:
        self._font = font
        self._title = title
        self._language = language
        self._glyphs = _Glyphs()
        self._pages: list[tuple[float, float, list[str]]] = []
        self._height = 0.0
        self._drawn: list[str] = []

    def turn_to_new_page(self, width_mm: float, height_mm: float) -> None:
        """Add a page and draw on it from now on."""
        self._pages.append((width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM, [f"{RULE_PT:.2f} w"]))
        self.turn_to(len(self._pages))

    def turn_to(self, number: int) -> None:
        """Draw on an earlier page, counted from 1."""
        _width, self._height, self._drawn = self._pages[number - 1]

    def text(self, pieces: Iterable[Piece], bold: bool = False) -> None:
        """Print pieces of text that the font has; bold ones are stroked too, as there is one weight of the font."""
        height, glyph, size_now = self._height, self._glyphs.__getitem__, 0.0
        marks = ["BT 2 Tr" if bold else "BT"]
        for x, baseline, size, text in pieces:
            if size != size_now:
                marks.append(f"/F {size:.2f} Tf")
                if bold:
                    marks.append(f"{size * BOLD_STROKE:.2f} w")
                size_now = size
            codes = "".join(map(glyph, text))
            marks.append(f"1 0 0 1 {x * POINTS_PER_MM:.2f} {height - baseline * POINTS_PER_MM:.2f} Tm <{codes}> Tj")
        marks.append(f"0 Tr {RULE_PT:.2f} w ET" if bold else "ET")
        self._drawn.append(" ".join(marks))

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a rule."""
        k, height = POINTS_PER_MM, self._height
        self._drawn.append(f"{x1 * k:.2f} {height - y1 * k:.2f} m {x2 * k:.2f} {height - y2 * k:.2f} l S")

    def dashes(self, x1: float, y: float, x2: float) -> None:
        """Draw a broken rule to cut along."""
        self._drawn.append("[6 4] 0 d")
        self.line(x1, y, x2, y)
        self._drawn.append("[] 0 d")

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the outline of a rectangle."""
        self._drawn.append(f"{self._rectangle(x, y, width, height)} S")

    def fill(self, rectangles: Iterable[Rectangle], grey: float = GREY) -> None:
        """Fill rectangles with a grey: 0 is black."""
        path = " ".join(self._rectangle(*rectangle) for rectangle in rectangles)
        self._drawn.append(f"{grey:g} g {path} f 0 g")

    def _rectangle(self, x: float, y: float, width: float, height: float) -> str:
        k = POINTS_PER_MM
        return f"{x * k:.2f} {self._height - (y + height) * k:.2f} {width * k:.2f} {height * k:.2f} re"

    def content(self) -> bytes:
        """Return the file."""
        first_page = 9
        kids = " ".join(f"{first_page + 2 * i} 0 R" for i in range(len(self._pages)))
        objects = [
            f"<< /Type /Catalog /Pages 2 0 R /Lang ({self._language}) "
            "/ViewerPreferences << /DisplayDocTitle true >> >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} /Resources << /Font << /F 4 0 R >> >> >>",
            f"<< /Title <FEFF{_utf16(self._title)}> /Producer (scheduler) >>",
            *self._font_objects(),
        ]
        bodies = [text.encode("ascii") if isinstance(text, str) else text for text in objects]
        for i, (width, height, drawn) in enumerate(self._pages):
            box = f"[0 0 {width:.2f} {height:.2f}]"
            bodies.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents {first_page + 2 * i + 1} 0 R >>".encode()
            )
            bodies.append(_stream("\n".join(drawn).encode("ascii")))
        return _file(bodies)

    def _font_objects(self) -> list[str | bytes]:
        """Return the objects 4 to 8: composite font, its descendant, descriptor, outlines, the way back to text."""
        font, characters = self._font, list(self._glyphs)
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256("".join(characters).encode()).digest()[:6])
        name = f"/{tag}+NotoSansSC-Regular"
        widths = " ".join(f"{font.width_em(ch) * 1000:.0f}" for ch in characters)
        outlines = font.true_type(characters)
        return [
            f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H /DescendantFonts [5 0 R] "
            "/ToUnicode 8 0 R >>",
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /FontDescriptor 6 0 R /CIDToGIDMap /Identity "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/DW 1000 /W [1 [{widths}]] >>",
            # Flag 4: a font with an encoding of its own. The box and the heights are those of Noto Sans SC.
            f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [-1002 -549 2413 1323] /ItalicAngle 0 "
            "/Ascent 880 /Descent -120 /CapHeight 733 /StemV 80 /FontFile2 7 0 R >>",
            _stream(outlines, f"/Length1 {len(outlines)} "),
            _stream(_to_unicode(self._glyphs).encode("ascii")),
        ]


def _utf16(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def _to_unicode(glyphs: dict[str, str]) -> str:
    """Return the map from glyph numbers to characters (ISO 32000-1, 9.10.3)."""
    pairs = [f"<{code}> <{_utf16(ch)}>" for ch, code in glyphs.items()]
    blocks = (pairs[i : i + TO_UNICODE_BLOCK] for i in range(0, len(pairs), TO_UNICODE_BLOCK))
    maps = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{maps}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def _stream(data: bytes, entries: str = "") -> bytes:
    packed = zlib.compress(data, COMPRESSION)
    head = f"<< {entries}/Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return head.encode("ascii") + packed + b"\nendstream"


def _file(bodies: list[bytes]) -> bytes:
    """Return numbered objects (from 1: catalog, page tree, information) with their cross-reference table."""
    parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    places, at = [], len(parts[0])
    for number, body in enumerate(bodies, 1):
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        places.append(at)
        at += len(part)
        parts.append(part)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(bodies) + 1
    parts.append(f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode("ascii"))
    parts.append(f"trailer\n<< /Size {size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{at}\n%%EOF\n".encode("ascii"))
    return b"".join(parts)
