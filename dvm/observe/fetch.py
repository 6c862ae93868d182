"""A template from the network."""

from __future__ import annotations

from urllib import request
from urllib.error import URLError

from dvm.errors import DvmError
from dvm.model.evidence import MAX_FILE_BYTES

_FETCH_SECONDS = 30


def fetch_template(url: str) -> bytes:
    """Return the bytes at an https URL, at most 1 MiB of them.

    Raises:
        DvmError: they can't be had.
    """
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
    try:
        with opener.open(url, timeout=_FETCH_SECONDS) as answer:
            content: bytes = answer.read(MAX_FILE_BYTES + 1)
    except (URLError, OSError, ValueError) as error:
        raise DvmError(
            f"The template at {url} can't be fetched: {error}.",
            remedy="Try again, or save it beside the manifest and name the file.",
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise DvmError(f"The template at {url} is larger than 1 MiB.", remedy="Save it beside the manifest, shortened.")
    return content
