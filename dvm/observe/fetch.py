"""A template from the network."""

from __future__ import annotations

import threading
from http.client import HTTPException
from urllib import request
from urllib.error import URLError

from dvm.errors import DvmError
from dvm.model.evidence import MAX_FILE_BYTES

_SILENT_SECONDS = 30
_ALL_SECONDS = 120
"""A site that sends a byte now and then is never silent."""


def fetch_template(url: str) -> bytes:
    """Return the bytes at an https URL, at most 1 MiB of them, within two minutes.

    Raises:
        DvmError: they can't be had.
    """
    content, failed = list[bytes](), list[Exception]()

    def fetch() -> None:
        try:
            content.append(_content(url))
        except Exception as error:  # noqa: BLE001 - raised below
            failed.append(error)

    # No timeout of a socket holds the whole of a fetch. A thread that is left ends with the command.
    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    thread.join(_ALL_SECONDS)
    if failed and not isinstance(failed[0], URLError | OSError | ValueError | HTTPException):
        raise failed[0]
    if not content:
        why = str(failed[0]) if failed else f"not all of it came within {_ALL_SECONDS} s"
        raise DvmError(
            f"The template at {url} can't be fetched: {why}.",
            remedy="Try again, or save it beside the manifest and name the file.",
        ) from (failed[0] if failed else None)
    if len(content[0]) > MAX_FILE_BYTES:
        raise DvmError(f"The template at {url} is larger than 1 MiB.", remedy="Save it beside the manifest, shortened.")
    return content[0]


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
