"""The pipes of a call."""

from __future__ import annotations

import os
import threading

from dvm.lima.streams import write_all


def test_a_pipe_that_is_closed_meanwhile_is_no_error() -> None:
    reading, writing = os.pipe()
    pipe = os.fdopen(writing, "wb")
    pipe.close()
    os.close(reading)
    write_all(pipe, b"data", lifeline=False)
    write_all(pipe, b"data", lifeline=True)


def test_a_reader_that_ends_early_is_no_error_and_the_pipe_is_closed() -> None:
    reading, writing = os.pipe()
    pipe = os.fdopen(writing, "wb")
    os.close(reading)
    write_all(pipe, b"x" * (1 << 20), lifeline=False)
    assert pipe.closed


def test_a_lifeline_stays_open() -> None:
    reading, writing = os.pipe()
    pipe = os.fdopen(writing, "wb")
    taken: list[bytes] = []
    reader = threading.Thread(target=lambda: taken.append(os.read(reading, 10)))
    reader.start()
    write_all(pipe, b"data", lifeline=True)
    reader.join()
    assert (taken, pipe.closed) == ([b"data"], False)
    pipe.close()
    os.close(reading)
