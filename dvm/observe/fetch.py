"""A template from the network."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib import request
from urllib.error import URLError

from dvm.errors import DvmError
from dvm.model.evidence import MAX_FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

_SILENT_SECONDS = 30
_ALL_SECONDS = 120.0
"""A site that sends a byte now and then is never silent."""
_AT_ONCE = 8


def fetch_templates(urls: Iterable[str]) -> dict[str, bytes | DvmError]:
    """Return the bytes at each https URL, at most 1 MiB of them, or why they can't be had: in two minutes for all."""
    waiting = deque(dict.fromkeys(urls))
    ended: dict[str, bytes | Exception] = {}

    def work() -> None:
        with suppress(IndexError):
            while True:
                url = waiting.popleft()
                try:
                    ended[url] = _content(url)
                except Exception as error:  # noqa: BLE001 - judged below
                    ended[url] = error

    asked = list(waiting)
    # No timeout of a socket holds the whole of a fetch. Threads that are left end with the command.
    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(len(asked), _AT_ONCE))]
    deadline = time.monotonic() + _ALL_SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    waiting.clear()
    return {url: _outcome(url, ended.get(url)) for url in asked}


def _outcome(url: str, found: bytes | Exception | None) -> bytes | DvmError:
    if isinstance(found, bytes):
        if len(found) <= MAX_FILE_BYTES:
            return found
        return DvmError(
            f"The template at {url} is larger than 1 MiB.", remedy="Save it beside the manifest, shortened."
        )
    if found is not None and not isinstance(found, URLError | OSError | ValueError | HTTPException):
        raise found
    why = str(found) if found else f"not all of it came within {_ALL_SECONDS:.0f} s"
    error = DvmError(
        f"The template at {url} can't be fetched: {why}.",
        remedy="Try again, or save it beside the manifest and name the file.",
    )
    error.__cause__ = found
    return error


def _content(url: str) -> bytes:
    # https alone: a redirect to another scheme ends at the handler of unknown ones.
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPSHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
        request.HTTPDefaultErrorHandler,
        request.UnknownHandler,
    ):
        opener.add_handler(handler())
    with opener.open(url, timeout=_SILENT_SECONDS) as answer:
        content: bytes = answer.read(MAX_FILE_BYTES + 1)
    return content
