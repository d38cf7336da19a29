"""The fonts of the PDF documents: vendored Noto Sans SC, and a fallback for rare characters.

A county's names use some 2,000 characters of 76,000. A process opens the fonts once and cuts each glyph once, when it
is first printed; a document embeds those that it prints. A character that no font has is never dropped: it is printed
as 〓, the compositor's sign for a missing type, and reported.
"""

from __future__ import annotations

import io
import logging
import lzma
import struct
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

FONT_DIR = Path(__file__).parent / "fonts"
MAIN_FONT = "NotoSansSC-Regular.ttf.xz"
RARE_FONTS = ("rare-a.ttf.xz", "rare-b.ttf.xz")
MISSING = "〓"
EM = 1000
"""Units of all outlines in one em, which are those of the main font."""


class Font:
    """What a process prints with: glyphs by character, cut out of the fonts when they are first asked for.

    Attributes
    ----------
    missing : set of str
        Characters asked for so far that no font has.
    """

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self._fonts = [_FontFile(MAIN_FONT), *map(_FontFile, RARE_FONTS)]
        self._outlines: dict[str, bytes] = {}
        self._widths: dict[str, float] = {}

    def shown(self, text: str) -> str:
        """Return text as it can be printed: characters without a glyph replaced by 〓."""
        used = set(text)
        if self._widths.keys() >= used:
            return text
        self._cut(used - self._widths.keys())
        return "".join(MISSING if ch in self.missing else ch for ch in text)

    def _cut(self, characters: Iterable[str]) -> None:
        for ch in {MISSING, *characters}:
            font = next((font for font in self._fonts if font.has(ch)), None)
            if font is None:
                self.missing.add(ch)
            else:
                self._outlines[ch], self._widths[ch] = font.outline(ch), font.width_em(ch)

    def width_em(self, text: str) -> float:
        """Return the width in em of a text that `shown` has returned."""
        return sum(map(self._widths.__getitem__, text))

    def true_type(self, characters: Sequence[str]) -> bytes:
        """Return a TrueType file of these characters: glyph 1 is the first one; glyph 0 is empty, for none."""
        glyphs = [b"", *map(self._outlines.__getitem__, characters)]
        places = [0]
        for glyph in glyphs:
            places.append(places[-1] + len(glyph))
        metrics = [0, 0]
        for ch, glyph in zip(characters, glyphs[1:], strict=True):
            metrics += round(self._widths[ch] * EM), struct.unpack_from(">h", glyph, 2)[0] if glyph else 0
        count = struct.pack(">H", len(glyphs))
        head, hhea, maxp = (self._fonts[0].table(tag) for tag in ("head", "hhea", "maxp"))
        return _file_of_tables(
            {
                b"glyf": b"".join(glyphs),
                # No checksum adjustment, which PDF readers ignore; places are long ones.
                b"head": head[:8] + bytes(4) + head[12:50] + struct.pack(">h", 1) + head[52:],
                b"hhea": hhea[:34] + count,
                b"hmtx": struct.pack(f">{'Hh' * len(glyphs)}", *metrics),
                b"loca": struct.pack(f">{len(places)}L", *places),
                b"maxp": maxp[:4] + count + maxp[6:],
            }
        )


class _FontFile:
    """A vendored font, opened when first needed."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def _font(self) -> Any:
        from fontTools.ttLib import TTFont

        logging.getLogger("fontTools").setLevel(logging.ERROR)
        return TTFont(io.BytesIO(lzma.decompress((FONT_DIR / self.name).read_bytes())), recalcBBoxes=False)

    @cached_property
    def _glyph_names(self) -> dict[int, str]:
        names: dict[int, str] = self._font.getBestCmap()
        return names

    def has(self, character: str) -> bool:
        """Tell whether the font has a glyph for a character."""
        return ord(character) in self._glyph_names

    def width_em(self, character: str) -> float:
        """Return the advance width of a character."""
        advance: int = self._font["hmtx"][self._glyph_names[ord(character)]][0]
        return advance / float(self._font["head"].unitsPerEm)

    def outline(self, character: str) -> bytes:
        """Return the `glyf` record of a character in units of 1/1000 em, padded to a multiple of four bytes."""
        table = self._font["glyf"]
        glyph = table[self._glyph_names[ord(character)]]
        scale = EM // self._font["head"].unitsPerEm
        glyph.expand(table)
        if scale > 1 and glyph.numberOfContours:
            glyph.coordinates.scale((scale, scale))
            glyph.recalcBounds(table)
        record: bytes = glyph.compile(table, recalcBBoxes=False)
        return record + bytes(-len(record) % 4)

    def table(self, tag: str) -> bytes:
        """Return a table as it stands in the file."""
        data: bytes = self._font.reader[tag]
        return data


def _file_of_tables(tables: dict[bytes, bytes]) -> bytes:
    """Return a TrueType file (ISO/IEC 14496-22, 4.5) of tables in the order of their tags."""
    power = len(tables).bit_length() - 1
    header = struct.pack(">L4H", 0x10000, len(tables), 16 << power, power, (len(tables) << 4) - (16 << power))
    offset = len(header) + 16 * len(tables)
    directory, body = [], []
    for tag, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        directory.append(struct.pack(">4s3L", tag, checksum, offset, len(table)))
        body.append(padded)
        offset += len(padded)
    return b"".join((header, *directory, *body))
