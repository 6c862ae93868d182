"""The server name in a TLS ClientHello (RFC 8446, RFC 6066), read as strictly as a server does."""

from __future__ import annotations

from typing import NamedTuple

MAX_BYTES = 64 << 10
_HANDSHAKE, _CLIENT_HELLO, _SERVER_NAME, _HOST_NAME = 22, 1, 0, 0
_RECORD_HEAD, _MESSAGE_HEAD = 5, 4
# The major version in records of all versions of TLS.
_TLS = 3
_MAX_RECORD = 16 << 10
_VERSION_AND_RANDOM = 2 + 32


class HelloError(Exception):
    """What came is no ClientHello that names one server; the message says why."""


class _Reader:
    """Takes fields off a message; whatever is too short is an error."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        if count > len(self._data) - self._at:
            raise HelloError("its TLS ClientHello is damaged")
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        return self.take(self.number(size))

    def ended(self) -> bool:
        return self._at == len(self._data)


class Hello(NamedTuple):
    """A whole ClientHello: the name of the server, in lower case."""

    server_name: str


def read_hello(data: bytes) -> Hello | None:
    """Return what a client's first bytes say; None: more has to come.

    Raises:
        HelloError: they are not TLS, name no server, or more than one.
    """
    message = _message(data)
    if message is None:
        return None
    hello = _Reader(message)
    hello.take(_VERSION_AND_RANDOM)
    hello.vector(1)
    hello.vector(2)
    hello.vector(1)
    if hello.ended():
        raise HelloError("its TLS ClientHello names no server")
    extensions = _Reader(hello.vector(2))
    if not hello.ended():
        raise HelloError("its TLS ClientHello is damaged")
    names = []
    while not extensions.ended():
        kind, content = extensions.number(2), extensions.vector(2)
        if kind == _SERVER_NAME:
            names.append(_server_name(content))
    if len(names) != 1:
        raise HelloError("its TLS ClientHello names no server" if not names else "it names more than one server")
    return Hello(names[0])


def _message(data: bytes) -> bytes | None:
    """Return the body of the handshake message, which may be in several records; None: more has to come."""
    at, body = 0, b""
    while True:
        length = _record(data[at : at + _RECORD_HEAD])
        if length is not None:
            body += data[at + _RECORD_HEAD : at + _RECORD_HEAD + length]
        message = _whole(body)
        if message is not None:
            return message
        if length is None or len(data) < at + _RECORD_HEAD + length:
            if len(data) > MAX_BYTES:
                raise HelloError("its TLS ClientHello is too long")
            return None
        at += _RECORD_HEAD + length


def _record(head: bytes) -> int | None:
    """Return a record's length; None: more has to come. It is judged as soon as it shows what it is."""
    if (head and head[0] != _HANDSHAKE) or (len(head) > 1 and head[1] != _TLS):
        raise HelloError("it does not begin with TLS")
    if len(head) < _RECORD_HEAD:
        return None
    length = int.from_bytes(head[3:], "big")
    if not 0 < length <= _MAX_RECORD:
        raise HelloError("its TLS ClientHello is damaged")
    return length


def _whole(body: bytes) -> bytes | None:
    if body[:1] and body[0] != _CLIENT_HELLO:
        raise HelloError("it does not begin with a TLS ClientHello")
    if len(body) < _MESSAGE_HEAD:
        return None
    size = int.from_bytes(body[1:_MESSAGE_HEAD], "big")
    if size > MAX_BYTES:
        raise HelloError("its TLS ClientHello is too long")
    return body[_MESSAGE_HEAD : _MESSAGE_HEAD + size] if len(body) >= _MESSAGE_HEAD + size else None


def _server_name(content: bytes) -> str:
    extension = _Reader(content)
    entries = _Reader(extension.vector(2))
    if not extension.ended():
        raise HelloError("its TLS ClientHello is damaged")
    names = []
    while not entries.ended():
        kind, name = entries.number(1), entries.vector(2)
        if kind != _HOST_NAME:
            raise HelloError("its TLS ClientHello names a server in an unknown way")
        names.append(name)
    if len(names) != 1:
        raise HelloError("it names more than one server" if names else "its TLS ClientHello names no server")
    try:
        return names[0].decode("ascii").lower()
    except UnicodeDecodeError:
        raise HelloError("its TLS server name is not ASCII") from None
