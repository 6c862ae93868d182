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
from typing import TYPE_CHECKING, Final

from dvm.errors import DvmError
from dvm.git.names import HEADS
from dvm.text import visible

if TYPE_CHECKING:
    from dvm.git.names import RefNames

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
_PACK_HEAD: Final = 12
_BRANCH: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})? " + HEADS.encode() + rb"([^ \n]*)")
_CUT: Final = (b"shallow ", b"unshallow ")


class Service(StrEnum):
    """What the guest's git is asked to do."""

    UPLOAD_PACK = "git-upload-pack"
    RECEIVE_PACK = "git-receive-pack"


class ProtocolError(DvmError):
    """What comes is not git's protocol."""

    def __init__(self, vm: str, why: str) -> None:
        super().__init__(
            f"The guest's git answers with what is not git's protocol: {why}.",
            remedy=f"It has to be git 2.18 or later: `dvm ssh {vm} -- git --version` shows what it is.",
        )


class Screen:
    """Takes the stream of one session, piece by piece.

    `packets` counts those that are no part of a pack. `begun`: a pack has begun; `complete`: it has come to its end;
    `objects`: how many it says it has. `shallow`: the guest said that it has a part of the history only.

    Args:
        service: what the guest's git was asked to do.
        vm: for messages.
        names: takes the branches that may pass; None: all of them pass.
    """

    def __init__(self, service: Service, vm: str, names: RefNames | None = None) -> None:
        self._fetches = service is Service.UPLOAD_PACK
        self._vm = vm
        self._names = names
        self._rest = b""
        self._in_pack = False
        self._pack_head = b""
        self.packets = 0
        self.begun = False
        self.complete = False
        self.shallow = False

    @property
    def objects(self) -> int:
        """How many objects the pack says it has; 0: that has not come yet."""
        head = self._pack_head
        return int.from_bytes(head[8:_PACK_HEAD]) if len(head) == _PACK_HEAD else 0

    def feed(self, chunk: bytes) -> bytes:
        """Return what of the stream may be passed on now; the rest of a packet is kept until it is whole.

        Raises:
            ProtocolError: it is not git's protocol.
        """
        data = self._rest + chunk if self._rest else chunk
        parts: list[bytes] = []
        begin = at = 0
        while at + _HEAD <= len(data):
            size = self._size(data[at : at + _HEAD])
            if size < _HEAD:
                if size == _END_OF_LIST and self._in_pack:
                    self._in_pack, self.complete = False, True
                at += _HEAD
                continue
            if at + size > len(data):
                break
            if self._in_pack and size > _HEAD and data[at + _HEAD] == _PACK_BAND:
                if len(self._pack_head) < _PACK_HEAD:
                    self._pack_head += data[at + _HEAD + 1 : at + size][: _PACK_HEAD - len(self._pack_head)]
            else:
                payload = data[at + _HEAD : at + size]
                clean = self._screened(payload)
                if clean != payload:
                    parts += (data[begin:at],) if clean is None else (data[begin : at + _HEAD], clean)
                    begin = at + size
            at += size
        parts.append(data[begin:at])
        self._rest = data[at:]
        return b"".join(parts)

    def _screened(self, payload: bytes) -> bytes | None:
        """Return what is passed on of a packet; None: nothing."""
        self.packets += 1
        if self._fetches:
            if self.packets == 1 and payload not in _FIRST and not payload.startswith(b"ERR "):
                raise ProtocolError(self._vm, "it does not speak version 2")
            self._in_pack = self._in_pack or payload in _PACK_FOLLOWS
            self.begun = self.begun or self._in_pack
            self.shallow = self.shallow or payload.startswith(_CUT)
            branch = _BRANCH.match(payload) if self._names is not None else None
            if branch and not self._take(branch[1].decode("utf-8", "surrogateescape")):
                return None
        band = payload[:1] if payload[:1] and payload[0] in _BANDS else b""
        text = payload[len(band) :]
        keep = "\r" if band and payload[0] == _PROGRESS_BAND else ""
        return band + text if not (_ODD_PROGRESS if keep else _ODD).search(text) else band + _harmless(text, keep)

    def _take(self, name: str) -> bool:
        return self._names is None or self._names.take(name)

    def _size(self, head: bytes) -> int:
        try:
            # Not int(), which knows more ways to write a number than git does.
            return int.from_bytes(bytes.fromhex(head.decode("ascii") if head.isalnum() else "-"))
        except ValueError:
            raise ProtocolError(self._vm, "a packet has no length") from None


def _harmless(text: bytes, keep: str) -> bytes:
    shown = text.decode("utf-8", "surrogateescape")
    kept = "\n\t\0" + keep
    return b"".join(
        each.encode("utf-8", "surrogateescape")
        if visible(each, keep=kept) == each
        else b"?" * len(each.encode("utf-8", "surrogateescape"))
        for each in shown
    )


class ScreenedLines:
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
