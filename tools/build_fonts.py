"""Build the fonts of the PDF documents from their sources (needs fontTools; see README.md beside the fonts).

    python tools/build_fonts.py NotoSansSC_400Regular.ttf HanaMinA.ttf HanaMinB.ttf

The main font loses what the documents never use (Hangul, kana, layout features). The rare one holds the characters of
CJK Extension B to F that the main one lacks, its outlines rounded to 1/100 em to keep the file small.
"""

from __future__ import annotations

import io
import lzma
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

TARGET = Path(__file__).parents[1] / "scheduler" / "reports" / "formats" / "fonts"
NOT_CHINESE = ((0x1100, 0x11FF), (0x3040, 0x30FF), (0x3130, 0x318F), (0x31F0, 0x31FF), (0xA960, 0xD7FF))
RARE = (0x20000, 0x2A6DF)
RARE_UNITS_PER_EM = 100
UNUSED = ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF", "STAT", "DSIG", "FFTM"]


def subset_font(path: Path, codes: set[int]) -> TTFont:
    """Return the font with these characters only, without hints and layout."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += UNUSED
    font = TTFont(path)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    return font


def store(font: TTFont, name: str) -> None:
    """Write the font, xz-compressed."""
    buffer = io.BytesIO()
    font.save(buffer)
    data = lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)
    (TARGET / name).write_bytes(data)
    print(name, len(font.getBestCmap()), "characters", len(data), "bytes")


def rename(font: TTFont, family: str) -> None:
    """Give a modified font its own name, as the reserved font names of the OFL ask."""
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = family.replace(" ", "") if record.nameID == 6 else family


def drop_repeated_points(font: TTFont) -> None:
    """Drop points that rounding laid upon their neighbour of the same kind."""
    from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates, flagOnCurve

    glyf = font["glyf"]
    for name in font.getGlyphOrder():
        glyph = glyf[name]
        if glyph.numberOfContours <= 0:
            continue
        points, flags, ends, start = [], bytearray(), [], 0
        for end in glyph.endPtsOfContours:
            contour = [(glyph.coordinates[i], glyph.flags[i] & flagOnCurve) for i in range(start, end + 1)]
            kept = [point for i, point in enumerate(contour) if point != contour[i - 1]]
            start = end + 1
            if len(kept) < 3:
                continue
            points += [point for point, _flag in kept]
            flags += bytes(flag for _point, flag in kept)
            ends.append(len(points) - 1)
        glyph.coordinates, glyph.flags = GlyphCoordinates(points), flags
        glyph.endPtsOfContours, glyph.numberOfContours = ends, len(ends)
        glyph.recalcBounds(glyf)


def main(noto: Path, hana_a: Path, hana_b: Path) -> None:
    """Build both fonts."""
    known = set(TTFont(noto).getBestCmap())
    store(
        subset_font(noto, {c for c in known if not any(a <= c <= b for a, b in NOT_CHINESE)}),
        "NotoSansSC-Regular.ttf.xz",
    )
    for path, name in ((hana_a, "rare-a.ttf.xz"), (hana_b, "rare-b.ttf.xz")):
        codes = {c for c in TTFont(path).getBestCmap() if RARE[0] <= c <= RARE[1]} - known
        font = subset_font(path, codes)
        scale_upem(font, RARE_UNITS_PER_EM)
        drop_repeated_points(font)
        rename(font, f"Scheduler Rare Han {name[5].upper()}")
        store(font, name)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
