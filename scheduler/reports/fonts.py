"""The fonts of the PDF documents: vendored Noto Sans SC and a fallback for rare characters, as one font a job.

A county's names use some 2,000 characters of 76,000. They are cut out of the fonts once, before the first page; each
document then embeds those it prints. A character that no font has is never dropped: it is printed as 〓, the
compositor's sign for a missing type, and reported.
"""

from __future__ import annotations

import io
import logging
import lzma
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FONT_DIR = Path(__file__).parent / "fonts"
MAIN_FONT = "NotoSansSC-Regular.ttf.xz"
RARE_FONTS = ("rare-a.ttf.xz", "rare-b.ttf.xz")
MISSING = "〓"
ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + MISSING


@dataclass(frozen=True)
class JobFont:
    """A font file that holds what one job prints.

    Attributes
    ----------
    path : Path
        The TrueType file.
    widths : mapping
        Advance width of each character, in em.
    missing : frozenset of str
        Characters of the job that no font has.
    """

    path: Path
    widths: Mapping[str, float]
    missing: frozenset[str]

    def shown(self, text: str) -> str:
        """Return text as it can be printed: characters without a glyph replaced by 〓."""
        if self.widths.keys() >= set(text):
            return text
        return "".join(ch if ch in self.widths else MISSING for ch in text)

    def width_em(self, text: str) -> float:
        """Return the width of printable text in em."""
        return sum(map(self.widths.__getitem__, text))


def build_job_font(characters: Iterable[str], path: Path) -> JobFont:
    """Cut a font with these characters out of the vendored ones and write it to `path`."""
    wanted = {ord(ch) for ch in characters} | {ord(ch) for ch in ALWAYS}
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    font = _load(MAIN_FONT)
    covered = wanted & font.getBestCmap().keys()
    rest = wanted - covered
    _subset(font, covered)
    for name in RARE_FONTS:
        if not rest:
            break
        rare = _load(name)
        found = rest & rare.getBestCmap().keys()
        if found:
            _subset(rare, found)
            _add_glyphs(font, rare, found)
            rest -= found
    font.save(path)
    em = font["head"].unitsPerEm
    widths = {chr(code): font["hmtx"][name][0] / em for code, name in font.getBestCmap().items()}
    return JobFont(path, widths, frozenset(chr(code) for code in rest))


def _load(name: str) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO(lzma.decompress((FONT_DIR / name).read_bytes())))


def _subset(font: Any, codes: set[int]) -> None:
    from fontTools import subset

    options = subset.Options(layout_features=[], notdef_outline=True, hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)


def _add_glyphs(font: Any, rare: Any, codes: set[int]) -> None:
    """Add the glyphs of `codes` to `font`, scaled to its em."""
    from fontTools.ttLib.scaleUpem import scale_upem

    scale_upem(rare, font["head"].unitsPerEm)
    cmap = rare.getBestCmap()
    tables = [table for table in font["cmap"].tables if table.isUnicode()]
    if not any(table.format == 12 for table in tables):
        tables.append(_wide_cmap(font, tables[0]))
    for code in sorted(codes):
        name = f"u{code:05X}"
        font["glyf"][name] = rare["glyf"][cmap[code]]
        font["hmtx"][name] = rare["hmtx"][cmap[code]]
        for table in tables:
            if code <= 0xFFFF or table.format == 12:
                table.cmap[code] = name


def _wide_cmap(font: Any, narrow: Any) -> Any:
    """Add a character map that reaches beyond U+FFFF, with what `narrow` maps."""
    from fontTools.ttLib.tables._c_m_a_p import cmap_format_12

    wide = cmap_format_12(12)
    wide.platformID, wide.platEncID, wide.language, wide.cmap = 3, 10, 0, dict(narrow.cmap)
    font["cmap"].tables.append(wide)
    return wide
