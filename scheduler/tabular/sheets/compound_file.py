"""OLE compound files ([MS-CFB]), the container of .xls, old .et, and encrypted .xlsx: read by olefile, written here."""

from __future__ import annotations

import struct
from io import BytesIO

import olefile

_ROOT, _STREAM = 5, 2
_SECTOR = 4096  # of the files written: version 4
_END_OF_CHAIN, _FAT_SECTOR, _NONE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def streams(data: bytes, *names: str) -> dict[str, bytes]:
    """Return the streams of these names that a compound file has.

    Raises
    ------
    OSError
        When the bytes are damaged, or no compound file at all.
    """
    with olefile.OleFileIO(BytesIO(data)) as container:
        return {name: container.openstream(name).read() for name in names if container.exists(name)}


def packed(name: str, stream: bytes) -> bytes:
    """Return a compound file that holds one stream, in the plainest layout: header, FAT, directory, stream.

    Behind the directory lies one unused sector: readers insist that the root entry has one.
    """
    stream = stream.ljust(_SECTOR, b"\0")  # a shorter one would belong into the mini stream
    length = -(-len(stream) // _SECTOR)
    tables = 1
    while tables * _SECTOR // 4 < tables + 2 + length:
        tables += 1
    unused, first = tables + 1, tables + 2
    fat = [_FAT_SECTOR] * tables + [_END_OF_CHAIN] * 2 + [*range(first + 1, first + length), _END_OF_CHAIN]
    fat += [_NONE] * (tables * _SECTOR // 4 - len(fat))
    header = struct.pack(
        "<8s16x5H6x9I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 4, 0xFFFE, 12, 6),  # version, byte order, sizes of sectors and mini sectors as powers of two
        *(1, tables, tables, 0, 4096, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0),
    )
    header += struct.pack("<109I", *range(tables), *[_NONE] * (109 - tables))
    directory = _entry("Root Entry", _ROOT, 1, unused, 0) + _entry(name, _STREAM, _NONE, first, len(stream))
    blocks = (header, struct.pack(f"<{len(fat)}I", *fat), directory, bytes(_SECTOR), stream)
    return b"".join(block.ljust(-(-len(block) // _SECTOR) * _SECTOR, b"\0") for block in blocks)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    """Return a directory entry without siblings."""
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBB3I36xIQ", text, len(text), kind, 1, _NONE, _NONE, child, start, size)
