"""What a client of the proxy asks for: CONNECT, or plain HTTP in absolute form. Anything ambiguous is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import h11

from dvm.egress.names import parse_name

if TYPE_CHECKING:
    from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]
HEAD_BYTES = 16 << 10
_HIGHEST_PORT = 65535
_BODILESS = frozenset({204, 304})
_ABSOLUTE = re.compile(rb"http://([^/?#@\\]+)((?:/[^#\\]*)?(?:\?[^#]*)?)", re.IGNORECASE)
_AUTHORITY = re.compile(rb"([^:\[\]]+)(?::([0-9]{1,5}))?")
# What is between two hops, and not for the one behind (RFC 9110, 7.6.1).
_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"upgrade",
        b"expect",
    }
)
# A client that has these taken out on the way could have two servers read two requests.
_NEVER_DROPPED = frozenset({b"host", b"content-length", b"transfer-encoding"})


class RequestError(Exception):
    """A request that is not served: an HTTP status, the name it asked for as far as it has one, and why."""

    def __init__(self, status: int, why: str, name: str = "", port: int = 0) -> None:
        super().__init__(why)
        self.status = status
        self.name = name
        self.port = port


class Request(NamedTuple):
    """What a client wants: a port of a name. `path` None: a tunnel; else the target at the server, in origin form."""

    name: str
    port: int
    path: bytes | None
    headers: Headers


def asked(request: h11.Request) -> Request:
    """Return what a request asks for.

    Raises:
        RequestError: it asks for no name, or in a way that two servers could read as two things.
    """
    headers = [(bytes(name).lower(), bytes(value)) for name, value in request.headers]
    if request.method == b"CONNECT":
        name, port = _authority(bytes(request.target), default=None)
        _demand_host(headers, name, port, default=443)
        return Request(name, port, None, headers)
    if request.method == b"TRACE":
        raise RequestError(405, "TRACE is not served")
    match = _ABSOLUTE.fullmatch(bytes(request.target))
    if match is None:
        raise RequestError(400, "it is a proxy: it takes CONNECT, and http:// URLs without a user")
    name, port = _authority(match[1], default=80)
    _demand_host(headers, name, port, default=80)
    _demand_one_length(headers)
    path = match[2] if match[2].startswith(b"/") else b"/" + match[2]
    return Request(name, port, path, headers)


def forwarded(wanted: Request, request: h11.Request) -> h11.Request:
    """Return the request for the server: origin form, its own Host, and nothing that was for the proxy."""
    host = wanted.name.encode() + (b"" if wanted.port == 80 else b":%d" % wanted.port)  # noqa: PLR2004
    kept = [(name, value) for name, value in _beyond_the_hop(wanted.headers) if name != b"host"]
    assert wanted.path is not None
    return h11.Request(
        method=request.method, target=wanted.path, headers=[(b"host", host), *kept, (b"connection", b"close")]
    )


def returned(response: h11.Response) -> h11.Response:
    """Return the server's answer for the client."""
    headers = _beyond_the_hop([(bytes(name).lower(), bytes(value)) for name, value in response.headers])
    return h11.Response(
        status_code=response.status_code, reason=response.reason, headers=[*headers, (b"connection", b"close")]
    )


def length_of(response: h11.Response) -> int | None:
    """Return the length of an answer's body in bytes, where the answer says it and can have one."""
    headers = {bytes(name).lower(): bytes(value) for name, value in response.headers}
    if b"transfer-encoding" in headers or response.status_code in _BODILESS:
        return None
    # h11 has seen that it is one number.
    return int(headers[b"content-length"]) if b"content-length" in headers else None


def credential_of(headers: Headers) -> bytes:
    """Return what Proxy-Authorization says, empty where there is none or more than one."""
    found = [value for name, value in headers if name == b"proxy-authorization"]
    return found[0] if len(found) == 1 else b""


def _beyond_the_hop(headers: Headers) -> Headers:
    named = {token.strip().lower() for name, value in headers if name == b"connection" for token in value.split(b",")}
    if named & _NEVER_DROPPED:
        raise RequestError(400, "its Connection header names one that frames the message")
    return [(name, value) for name, value in headers if name not in _HOP and name not in named]


def _authority(text: bytes, *, default: int | None) -> tuple[str, int]:
    match = _AUTHORITY.fullmatch(text)
    shown = text.decode("ascii", "replace")
    if match is None:
        raise RequestError(400, "it asks for an address, and only names are allowed", shown)
    port = int(match[2]) if match[2] else default
    shown = match[1].decode("ascii", "replace")
    if port is None or not 1 <= port <= _HIGHEST_PORT:
        raise RequestError(400, "it names no port", shown)
    try:
        return parse_name(match[1].decode("ascii", "replace")), port
    except ValueError as error:
        raise RequestError(403, str(error), shown, port) from None


def _demand_host(headers: Headers, name: str, port: int, *, default: int) -> None:
    hosts = [value for key, value in headers if key == b"host"]
    if not hosts:
        return
    try:
        said = [_authority(value, default=default) for value in hosts]
    except RequestError:
        said = []
    # Clients leave the port out, or write it, in either place.
    if len(said) != 1 or said[0][0] != name or said[0][1] not in (port, default):
        raise RequestError(400, "its Host header names another server", name, port)


def _demand_one_length(headers: Iterable[tuple[bytes, bytes]]) -> None:
    lengths = [name for name, _ in headers if name in (b"content-length", b"transfer-encoding")]
    if len(lengths) > 1:
        raise RequestError(400, "it says its length more than once")
