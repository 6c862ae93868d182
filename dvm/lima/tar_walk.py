"""Whether a stream of bytes is a whole tar, seen as it goes by: nothing of it is kept, followed or unpacked.

Of each header only what says where the next one is counts: its checksum, its size, and the blocks of a sparse file's
map. Names are not read.
"""

from __future__ import annotations

_BLOCK = 512
_CHECKSUM = slice(148, 156)
_SIZE = slice(124, 136)
_KIND = 156
_MAGIC = slice(257, 262)
# Of these kinds no data follows the header, whatever size it says: links, devices, directories, pipes.
_NO_DATA = frozenset(b"123456")
_SPARSE = ord("S")
_BEFORE_AN_ENTRY = frozenset(b"LKxg")
# Where the header of a sparse file, and each block of its map, says that another block of the map follows.
_MORE_IN_HEADER, _MORE_IN_MAP = 482, 504
_ZEROS = bytes(_BLOCK)
_END_BLOCKS = 2
# Zeros fill the last record, of which none is larger than 1 MiB.
_MOST_END_BLOCKS = (1 << 20) // _BLOCK


class NoTarError(Exception):
    """What goes by is no tar, or one that does not end well; the text says why."""


class TarWalk:
    """Walks from header to header. `entries`: how many files, directories and links there were."""

    def __init__(self) -> None:
        self.entries = 0
        self._rest = b""
        self._skip = 0
        self._in_map = False
        self._zeros = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next piece.

        Raises:
            NoTarError: it can't be the next piece of a tar.
        """
        view = memoryview(self._rest + chunk if self._rest else chunk)
        at = 0
        while len(view) - at >= _BLOCK:
            if self._skip:
                blocks = min(self._skip, (len(view) - at) // _BLOCK)
                self._skip -= blocks
                at += blocks * _BLOCK
                continue
            self._take(bytes(view[at : at + _BLOCK]))
            at += _BLOCK
        self._rest = bytes(view[at:])

    def end(self) -> None:
        """Take note that nothing follows.

        Raises:
            NoTarError: the tar has not ended.
        """
        if self._rest or self._skip or self._in_map or self._zeros < _END_BLOCKS:
            raise NoTarError("it ends in the middle")
        if not self.entries:
            raise NoTarError("it is empty")

    def _take(self, block: bytes) -> None:
        if self._in_map:
            self._in_map = bool(block[_MORE_IN_MAP])
            if not self._in_map:
                self._skip = self._data
        elif block == _ZEROS:
            self._zeros += 1
            if self._zeros > _MOST_END_BLOCKS:
                raise NoTarError("it goes on with zeros after its end")
        elif self._zeros:
            raise NoTarError("more follows its end")
        else:
            self._header(block)

    def _header(self, block: bytes) -> None:
        if block[_MAGIC] != b"ustar" or _octal(block[_CHECKSUM]) != sum(block) - sum(block[_CHECKSUM]) + 8 * 0x20:
            raise NoTarError("it has something else where a header must be")
        kind = block[_KIND]
        size = 0 if kind in _NO_DATA else _number(block[_SIZE])
        self._data = -(-size // _BLOCK)
        self.entries += kind not in _BEFORE_AN_ENTRY
        self._in_map = kind == _SPARSE and bool(block[_MORE_IN_HEADER])
        self._skip = 0 if self._in_map else self._data


def _octal(field: bytes) -> int:
    digits = field.strip(b" \0")
    if digits.strip(b"01234567"):
        raise NoTarError("it has no number where a header must have one")
    return int(digits or b"0", 8)


def _number(field: bytes) -> int:
    """Return a size: octal digits, or, for what those can't say, binary with the first bit set."""
    if field[0] == 0x80:  # noqa: PLR2004 - a positive one
        return int.from_bytes(field[1:], "big")
    return _octal(field)
