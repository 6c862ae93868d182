"""A stream that never stops the work: an apply goes on when its reader has left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from typing import TextIO


def steady(stream: TextIO) -> TextIO:
    """Return `stream` as one that drops what can't be written.

    `dvm apply -y | head` and a closed terminal would otherwise raise in the middle of a step.
    What its encoding lacks is written as an escape.
    """
    return stream if isinstance(stream, _Steady) else cast("TextIO", _Steady(stream))


class _Steady:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._gone = False

    def write(self, text: str) -> int:
        if not self._gone:
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                encoding = self._stream.encoding or "ascii"
                self.write(text.encode(encoding, "backslashreplace").decode(encoding))
            except (OSError, ValueError):
                self._gone = True
        return len(text)

    def flush(self) -> None:
        if not self._gone:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._gone = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(self._stream, name)
