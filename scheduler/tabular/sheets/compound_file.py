"""OLE compound files ([MS-CFB]): the container of .xls, of old .et, and of encrypted .xlsx, read and written."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_FREE = 0xFFFFFFFA  # numbers from here on are marks, not sectors
_ROOT, _STREAM = 5, 2
_MINI_SECTOR = 64
_SECTOR = 4096  # of the files written: version 4
_END_OF_CHAIN, _FAT_SECTOR, _NONE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


class CompoundFile:
    """A compound file, read from its bytes.

    Raises
    ------
    struct.error, UnicodeDecodeError
        When the bytes are damaged.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << min(struct.unpack_from("<H", data, 30)[0], 20)
        if self._size not in (512, 4096):
            raise struct.error("sector size")
        directory, self._cutoff, mini_fat = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
        self._fat = self._read_fat()
        self._mini_fat = self._numbers(self._read(mini_fat))
        self._entries: dict[str, tuple[int, int]] = {}
        self._mini_stream = b""
        entries = self._read(directory)
        for at in range(0, len(entries) - 127, 128):
            name_bytes, kind = struct.unpack_from("<HB", entries, at + 64)
            start, size = struct.unpack_from("<II", entries, at + 116)
            if kind == _ROOT:
                self._mini_stream = self._read(start)
            elif kind == _STREAM:
                name = entries[at : at + max(0, min(name_bytes, 64) - 2)].decode("utf-16-le")
                self._entries[name] = start, size

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def stream(self, name: str) -> bytes:
        """Return the content of a stream."""
        start, size = self._entries[name]
        if size >= self._cutoff:
            return self._read(start)[:size]
        sectors = self._chain(start, self._mini_fat)
        return b"".join(self._mini_stream[n * _MINI_SECTOR : (n + 1) * _MINI_SECTOR] for n in sectors)[:size]

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _numbers(self, block: bytes) -> list[int]:
        count = len(block) // 4
        return list(struct.unpack(f"<{count}I", block[: count * 4]))

    def _read_fat(self) -> list[int]:
        """Return the file allocation table: the 109 sectors named in the header, then those of the DIFAT chain."""
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        most = len(self._data) // self._size + 1
        for _turn in range(most):  # a damaged chain may run in circles
            if following >= _FREE or not (block := self._numbers(self._sector(following))):
                break
            *more, following = block
            sectors += more
        fat: list[int] = []
        for number in sectors:
            if number < _FREE and len(fat) <= most:
                fat += self._numbers(self._sector(number))
        return fat

    def _chain(self, start: int, table: list[int]) -> Iterator[int]:
        for _turn in range(len(table)):
            if start >= len(table):
                return
            yield start
            start = table[start]

    def _read(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._chain(start, self._fat)))


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
