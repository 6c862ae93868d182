"""A guest program that takes or gives a stream of data beside its answer: pack and unpack."""

from __future__ import annotations

import hashlib
import os
import select
from contextlib import contextmanager, suppress
from io import BufferedReader, RawIOBase
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from dvm.errors import LimaError
from dvm.lima.guest_call import UnprovenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

    from dvm.lima.guest_call import Ending, GuestCall, Proven
    from dvm.lima.process import Completed, Piped, Runner

STALL_SECONDS = 120.0
_CHUNK = 1 << 18
_MOST_PADDING = 1 << 20


class Transfer(Struct):
    """A stream of data: `file` in the block, `ending` after it."""

    file: IO[bytes]
    ending: Ending | None = None
    sha256: str = ""
    """Of all that was read, where the guest says its own."""
    size: int = 0
    """How many bytes they were."""

    def proven(self) -> Proven:
        """Return the proof that all of it went over; to be asked for when the block has ended.

        Raises:
            UnprovenError: there is none, or other bytes came than the guest says it sent.
        """
        assert self.ending is not None, "the transfer goes on"
        proof = self.ending.proven()
        if proof.status == 0:
            # How many bytes it sent is said by some programs only.
            *counted, sha256 = proof.detail.split(" ")
            differs = "another SHA-256" if self.sha256 != sha256 else ""
            differs = "another number of bytes" if counted not in ([], [str(self.size)]) else differs
            if differs:
                raise UnprovenError(self.ending.call.name, f"what came has {differs} than what the guest says it sent")
        return proof

    def feed(self, source: IO[bytes], progress: Callable[[int], None] = lambda _bytes: None) -> None:
        """Write all that `source` has; `progress` gets the number of bytes that went in so far.

        Raises:
            BrokenPipeError: the guest reads no more; its ending says why.
            LimaError: the guest takes nothing for two minutes.
        """
        self.file.flush()
        descriptor, done = self.file.fileno(), 0
        os.set_blocking(descriptor, False)
        while chunk := source.read(_CHUNK):
            view = memoryview(chunk)
            while view:
                if not select.select([], [descriptor], [], STALL_SECONDS)[1]:
                    raise _stalled("took")
                with suppress(BlockingIOError):
                    view = view[os.write(descriptor, view) :]
            done += len(chunk)
            progress(done)


@contextmanager
def reading(runner: Runner, call: GuestCall, *, started: Callable[[int], None] | None = None) -> Iterator[Transfer]:
    """Run a call whose standard output is read by the block; `started` gets its process id.

    Raises:
        LimaError: it could not be started, sends nothing for two minutes, or does not end.
    """
    heard = call.heard()
    with runner.reading(call.argv, stdin=call.stdin, errors=heard.errors, started=started) as piped:
        source = _Hashed(piped.file)
        transfer = Transfer(BufferedReader(source, _CHUNK))
        yield transfer
        # tar pads its end; what is left unread would count in one digest and not in the other.
        source.drain()
        transfer.sha256, transfer.size = source.digest.hexdigest(), source.size
    transfer.ending = heard.ended(_completed(piped))


@contextmanager
def writing(runner: Runner, call: GuestCall, *, started: Callable[[int], None] | None = None) -> Iterator[Transfer]:
    """Run a call whose standard input is written by the block; `started` gets its process id.

    Raises:
        LimaError: it could not be started.
    """
    heard = call.heard()
    with runner.writing(
        call.argv, stdin=call.stdin, answer=heard.output, errors=heard.errors, started=started
    ) as piped:
        transfer = Transfer(piped.file)
        yield transfer
    transfer.ending = heard.ended(_completed(piped))


class _Hashed(RawIOBase):
    """A pipe whose bytes are hashed as they are read, and that does not wait forever."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._descriptor = pipe.fileno()
        self.digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        if not select.select([self._descriptor], [], [], STALL_SECONDS)[0]:
            raise _stalled("sent")
        chunk = os.read(self._descriptor, len(view))
        view[: len(chunk)] = chunk
        self.digest.update(chunk)
        self.size += len(chunk)
        return len(chunk)

    def drain(self) -> None:
        """Read what is left.

        Raises:
            LimaError: it is more than any tar has after its end.
        """
        left = _MOST_PADDING
        buffer = bytearray(_CHUNK)
        while size := self.readinto(buffer):
            left -= size
            if left < 0:
                raise LimaError(
                    "The guest goes on sending after the end of its tar.",
                    detail="The call was ended. A tar program that works does not do so: do not trust this guest.",
                )


def _stalled(verb: str) -> LimaError:
    return LimaError(
        f"The guest {verb} nothing for {STALL_SECONDS:.0f} s.", detail="The call was ended.", remedy="Try again."
    )


def _completed(piped: Piped) -> Completed:
    assert piped.completed is not None
    return piped.completed
