"""What a guest's git sends, with nothing in it that could drive a terminal.

git prints much of what the other side sends: progress, errors, names of branches. Older ones print it as it comes. So
each packet that is not a part of a pack passes through here on its way to the host's git. A character that a terminal
could take for more than itself becomes question marks, as many as it has bytes: lengths stay what they are. A name of
a branch with such a character is none any more, and git leaves it out.

The packets are found as git finds them (gitprotocol-common(5)), so that none is taken for a part of a pack that git
prints. In version 2 a line says where a pack begins; earlier versions have no such line, and are refused.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from dvm.errors import DvmError
from dvm.text import visible

_HEAD: Final = 4
_END_OF_LIST = 0
_PACK_BAND, _PROGRESS_BAND = 1, 2
_BANDS = frozenset({_PACK_BAND, _PROGRESS_BAND, 3})
# Of progress, a carriage return begins a line again: git puts "remote: " in front of each.
_ODD = re.compile(rb"[^\x20-\x7e\n\t\x00]")
_ODD_PROGRESS = re.compile(rb"[^\x20-\x7e\n\t\x00\r]")
_PACK_FOLLOWS = frozenset({b"packfile\n", b"packfile", b"\x01packfile\n", b"\x01packfile"})
_FIRST = frozenset({b"version 2\n", b"version 2"})
_MOST_LINE: Final = 4096


class Service(StrEnum):
    """What the guest's git is asked to do."""

    UPLOAD_PACK = "git-upload-pack"
    RECEIVE_PACK = "git-receive-pack"


class ProtocolError(DvmError):
    """What comes is not git's protocol."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The guest's git answers with what is not git's protocol: {why}.",
            remedy="Try `dvm ssh VM -- git --version`; it has to be 2.18 or later.",
        )


class Screen:
    """Takes the stream of one session, piece by piece.

    `packets` counts those that are no part of a pack. `complete`: a pack has come to its end.
    """

    def __init__(self, service: Service) -> None:
        self._fetches = service is Service.UPLOAD_PACK
        self._rest = b""
        self._in_pack = False
        self.packets = 0
        self.complete = False

    def feed(self, chunk: bytes) -> bytes:
        """Return what of the stream may be passed on now; the rest of a packet is kept until it is whole.

        Raises:
            ProtocolError: it is not git's protocol.
        """
        data = self._rest + chunk if self._rest else chunk
        parts: list[bytes] = []
        begin = at = 0
        while at + _HEAD <= len(data):
            size = _size(data[at : at + _HEAD])
            if size < _HEAD:
                if size == _END_OF_LIST and self._in_pack:
                    self._in_pack, self.complete = False, True
                at += _HEAD
                continue
            if at + size > len(data):
                break
            if not (self._in_pack and size > _HEAD and data[at + _HEAD] == _PACK_BAND):
                payload = data[at + _HEAD : at + size]
                clean = self._screened(payload)
                if clean != payload:
                    parts += (data[begin : at + _HEAD], clean)
                    begin = at + size
            at += size
        parts.append(data[begin:at])
        self._rest = data[at:]
        return b"".join(parts)

    def _screened(self, payload: bytes) -> bytes:
        self.packets += 1
        if self._fetches:
            if self.packets == 1 and payload not in _FIRST and not payload.startswith(b"ERR "):
                raise ProtocolError("it does not speak version 2")
            self._in_pack = self._in_pack or payload in _PACK_FOLLOWS
        band = payload[:1] if payload[:1] and payload[0] in _BANDS else b""
        text = payload[len(band) :]
        keep = "\r" if band and payload[0] == _PROGRESS_BAND else ""
        return band + text if not (_ODD_PROGRESS if keep else _ODD).search(text) else band + _harmless(text, keep)


def _size(head: bytes) -> int:
    try:
        # Not int(), which knows more ways to write a number than git does.
        return int.from_bytes(bytes.fromhex(head.decode("ascii") if head.isalnum() else "-"))
    except ValueError:
        raise ProtocolError("a packet has no length") from None


def _harmless(text: bytes, keep: str) -> bytes:
    shown = text.decode("utf-8", "surrogateescape")
    kept = "\n\t\0" + keep
    return b"".join(
        each.encode("utf-8", "surrogateescape")
        if visible(each, keep=kept) == each
        else b"?" * len(each.encode("utf-8", "surrogateescape"))
        for each in shown
    )


class Lines:
    """Takes what a guest says besides, and gives it back line by line, made visible; a long line is cut."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> str:
        """Return the lines that are whole now."""
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        self._rest = self._rest[:_MOST_LINE]
        return "".join(f"{self._shown(line)}\n" for line in whole)

    def end(self) -> str:
        """Return the last line, which has no end."""
        rest, self._rest = self._rest, b""
        return f"{self._shown(rest)}\n" if rest else ""

    def _shown(self, line: bytes) -> str:
        return visible(line[:_MOST_LINE].decode("utf-8", "replace").rstrip("\r"), keep="\t")
