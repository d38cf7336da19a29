"""The streams of an OLE compound file ([MS-CFB]): the container of .xls, of old .et, and of encrypted .xlsx."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_FREE = 0xFFFFFFFA  # numbers from here on are marks, not sectors
_ROOT, _STREAM = 5, 2
_MINI_SECTOR = 64


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
