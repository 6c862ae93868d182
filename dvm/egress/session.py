"""One connection of a guest: what it asks for, whether it may, and its bytes."""

from __future__ import annotations

import hmac
import socket
import time
from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING

import h11

from dvm.egress.hello import HelloError, read_hello
from dvm.egress.holder import holders, is_taken_by
from dvm.egress.log import ALLOWED, DENIED, FAILED, OPENED, Entry
from dvm.egress.place import LOOPBACK, USER
from dvm.egress.policy import PolicyError, read_policy, setup_runs
from dvm.egress.relay import IDLE_SECONDS, relay
from dvm.egress.request import (
    HEAD_BYTES,
    RequestError,
    asked,
    credential_of,
    forwarded,
    length_of,
    returned,
)
from dvm.egress.resolve import CONNECT_SECONDS, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.egress.log import AccessLog
    from dvm.egress.policy import Policy
    from dvm.egress.request import Request
    from dvm.egress.resolve import Resolver

HEAD_SECONDS = 20.0
_CHUNK_BYTES = 64 << 10
_HEAD_CHUNK_BYTES = 1 << 10
_BODY_BYTES = 256 << 10
_LINGER_SECONDS, _LINGER_READS = 1.0, 16
_LOOK_SECONDS = 1.0
_REASONS = {400: "Bad Request", 403: "Forbidden", 405: "Method Not Allowed", 407: "Proxy Authentication Required"}


class _EndedError(Exception):
    """The client went away, or took too long."""


class _SetupEndedError(Exception):
    """What was allowed only while setup runs is not any more."""


class _Allowance:
    """Whether a connection may go on that was allowed: one that was only while setup runs ends with it."""

    def __init__(self, directory: str, *, only_setup: bool) -> None:
        self._directory = directory
        self._only_setup = only_setup
        self._looked = time.monotonic()

    def demand(self) -> None:
        """Return where it may; the lock is looked at once a second.

        Raises:
            _SetupEndedError: it may not.
        """
        now = time.monotonic()
        if self._only_setup and now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            if not setup_runs(self._directory):
                raise _SetupEndedError


class Session:
    """Serves one connection of the VM whose instance is in `directory`."""

    def __init__(
        self, client: socket.socket, directory: str, resolver: Resolver, log: AccessLog, *, listens: bool
    ) -> None:
        self._client = client
        self._directory = directory
        self._resolver = resolver
        self._log = log
        self._listens = listens
        self._begun = time.monotonic()
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)

    def reach(self, host_port: int) -> None:
        """Connect to a port of another VM, if the policy names it and that VM's own process has it."""
        name = f"127.0.0.1:{host_port}"
        try:
            reached = next((each for each in read_policy(self._directory).reached if each.host_port == host_port), None)
        except PolicyError as error:
            self._note(name, host_port, DENIED, str(error))
            return
        if reached is None:
            self._note(name, host_port, DENIED, "reach does not name this port")
            return
        held = holders(self._directory, reached.vm)
        if not held:
            self._note(name, host_port, DENIED, f"vm.{reached.vm} does not forward its ports")
            return
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
            try:
                server.settimeout(CONNECT_SECONDS)
                server.connect((LOOPBACK, host_port))
            except OSError as error:
                self._note(name, host_port, FAILED, error.strerror or "no connection")
                return
            if not is_taken_by(held, server):
                self._note(name, host_port, DENIED, f"what listens there is not vm.{reached.vm}")
                return
            self._note(name, host_port, OPENED)
            done = relay(self._client, server)
        self._note(name, host_port, ALLOWED, done.why, done.sent, done.received)

    def proxy(self) -> None:
        """Read a request, and serve it or say why not."""
        try:
            request = self._request()
            wanted = asked(request)
            only_setup = self._demand_allowed(wanted)
        except RequestError as error:
            self._note(error.name, error.port, DENIED, str(error))
            self._refuse(error.status, str(error), error.name, error.port)
            return
        except _EndedError:
            return
        try:
            server = self._resolver.connect(wanted.name, wanted.port)
        except UnreachableError as error:
            self._note(wanted.name, wanted.port, DENIED if error.denied else FAILED, str(error))
            self._refuse(403 if error.denied else 502, str(error), wanted.name, wanted.port)
            return
        with server:
            if wanted.path is None:
                self._tunnel(wanted, server, only_setup=only_setup)
            else:
                self._plain(wanted, request, server, only_setup=only_setup)

    def _request(self) -> h11.Request:
        deadline = time.monotonic() + HEAD_SECONDS
        try:
            while True:
                event = self._http.next_event()
                if isinstance(event, h11.Request):
                    return event
                if event is not h11.NEED_DATA:
                    raise _EndedError
                # Small pieces: h11 limits a head that is not whole.
                data = self._receive(deadline, _HEAD_CHUNK_BYTES)
                if not data:
                    raise _EndedError
                self._http.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise RequestError(error.error_status_hint, "it is no HTTP request") from None

    def _demand_allowed(self, wanted: Request) -> bool:
        """See that the VM may have it; return whether only because setup runs."""
        policy = self._policy(wanted)
        rule, only_setup = policy.rule_for(wanted.name, wanted.port, setup=setup_runs(self._directory))
        if rule is None:
            raise RequestError(403, f"egress of vm.{policy.vm} does not allow it", wanted.name, wanted.port)
        return only_setup

    def _policy(self, wanted: Request) -> Policy:
        try:
            policy = read_policy(self._directory)
        except PolicyError as error:
            # The path is the host's, and not for the guest.
            raise RequestError(403, "there is no egress policy for this VM", wanted.name, wanted.port) from error
        if self._listens:
            expected = b"Basic " + b64encode(f"{USER}:{policy.credential}".encode())
            if not policy.credential or not hmac.compare_digest(credential_of(wanted.headers), expected):
                raise RequestError(407, "it does not have this VM's credential", wanted.name, wanted.port)
        return policy

    def _tunnel(self, wanted: Request, server: socket.socket, *, only_setup: bool) -> None:
        early, ended = self._http.trailing_data
        try:
            self._client.settimeout(HEAD_SECONDS)
            self._client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            hello = self._hello(early, wanted, ended=ended)
        except HelloError as error:
            self._note(wanted.name, wanted.port, DENIED, str(error))
            return
        except (OSError, _EndedError):
            self._note(wanted.name, wanted.port, ALLOWED, "the client said nothing")
            return
        self._note(wanted.name, wanted.port, OPENED)
        try:
            server.settimeout(CONNECT_SECONDS)
            server.sendall(hello)
        except OSError as error:
            self._note(wanted.name, wanted.port, FAILED, error.strerror or "it was cut off")
            return
        still = None if not only_setup else lambda: setup_runs(self._directory)
        done = relay(self._client, server, allowed=still)
        self._note(wanted.name, wanted.port, ALLOWED, done.why, len(hello) + done.sent, done.received)

    def _hello(self, early: bytes, wanted: Request, *, ended: bool) -> bytes:
        """Return the client's first bytes, which name the server that it asked for. No name, no data."""
        deadline = time.monotonic() + HEAD_SECONDS
        data = early
        while (hello := read_hello(data)) is None:
            more = b"" if ended else self._receive(deadline)
            if not more:
                raise _EndedError
            data += more
        if hello.server_name != wanted.name:
            raise HelloError(f"its TLS server name is another one: {hello.server_name}")
        return data

    def _plain(self, wanted: Request, request: h11.Request, server: socket.socket, *, only_setup: bool) -> None:
        upstream = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
        sent = received = 0
        why = ""
        for each in (self._client, server):
            each.settimeout(IDLE_SECONDS)
        demand = _Allowance(self._directory, only_setup=only_setup).demand
        try:
            head = upstream.send(forwarded(wanted, request)) or b""
            self._note(wanted.name, wanted.port, OPENED)
            server.sendall(head)
            sent = self._send_body(server, upstream, demand)
            received = self._send_answer(server, upstream, demand, has_body=request.method != b"HEAD")
        except RequestError as error:
            self._note(wanted.name, wanted.port, DENIED, str(error))
            self._refuse(error.status, str(error), wanted.name, wanted.port)
            return
        except h11.ProtocolError:
            why = "it is not HTTP"
            self._refuse(502, why, wanted.name, wanted.port)
        except _SetupEndedError:
            why = "setup has ended"
        except (OSError, _EndedError) as error:
            why = getattr(error, "strerror", None) or "it was cut off"
            self._refuse(502, why, wanted.name, wanted.port)
        self._note(wanted.name, wanted.port, FAILED if why else ALLOWED, why, sent, received)

    def _send_body(self, server: socket.socket, upstream: h11.Connection, demand: Callable[[], None]) -> int:
        count = 0
        while True:
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
                self._client.sendall(self._http.send(go_on) or b"")
            event = self._http.next_event()
            if isinstance(event, h11.Data):
                count += len(event.data)
                demand()
                server.sendall(upstream.send(event) or b"")
            elif isinstance(event, h11.EndOfMessage):
                server.sendall(upstream.send(h11.EndOfMessage()) or b"")
                return count
            elif event is h11.NEED_DATA:
                data = self._client.recv(_CHUNK_BYTES)
                if not data:
                    raise _EndedError
                self._http.receive_data(data)
            else:
                raise _EndedError

    def _send_answer(
        self, server: socket.socket, upstream: h11.Connection, demand: Callable[[], None], *, has_body: bool
    ) -> int:
        count = 0
        while True:
            event = upstream.next_event()
            if isinstance(event, h11.Response):
                self._client.sendall(self._http.send(returned(event)) or b"")
                length = length_of(event) if has_body else None
                if length is not None:
                    return self._send_as_it_is(server, upstream.trailing_data[0], length, demand)
            elif isinstance(event, h11.Data):
                count += len(event.data)
                demand()
                self._client.sendall(self._http.send(event) or b"")
            elif isinstance(event, h11.EndOfMessage):
                self._client.sendall(self._http.send(h11.EndOfMessage()) or b"")
                return count
            elif event is h11.NEED_DATA:
                upstream.receive_data(server.recv(_CHUNK_BYTES))
            elif not isinstance(event, h11.InformationalResponse):
                raise _EndedError

    def _send_as_it_is(self, server: socket.socket, begin: bytes, length: int, demand: Callable[[], None]) -> int:
        """Hand on a body whose length is known, without a parser: large downloads are such."""
        self._client.sendall(begin[:length])
        count = min(len(begin), length)
        buffer = memoryview(bytearray(_BODY_BYTES))
        while count < length:
            got = server.recv_into(buffer[: length - count])
            if not got:
                raise _EndedError
            demand()
            self._client.sendall(buffer[:got])
            count += got
        return count

    def _receive(self, deadline: float, most: int = _CHUNK_BYTES) -> bytes:
        """Return what the client sends next, empty where it has ended, by `deadline`."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise _EndedError
        self._client.settimeout(left)
        try:
            return self._client.recv(most)
        except OSError:
            raise _EndedError from None

    def _refuse(self, status: int, why: str, name: str, port: int) -> None:
        """Say why not, where the client can still be told."""
        shown = f"{name}:{port}: " if name and port else f"{name}: " if name else ""
        text = f"DVM: {shown}{why}.\n".encode("ascii", "replace")
        headers = [("content-type", "text/plain"), ("content-length", str(len(text))), ("connection", "close")]
        if status == 407:  # noqa: PLR2004
            headers.append(("proxy-authenticate", 'Basic realm="dvm"'))
        head = "".join(f"{key}: {value}\r\n" for key, value in headers)
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        with suppress(OSError):
            self._client.settimeout(HEAD_SECONDS)
            self._client.sendall(f"HTTP/1.1 {status} {_REASONS.get(status, 'Refused')}\r\n{head}\r\n".encode() + text)
            # What was sent and not read would have the kernel take our answer back.
            self._client.shutdown(socket.SHUT_WR)
            self._client.settimeout(_LINGER_SECONDS)
            for _ in range(_LINGER_READS):
                if not self._client.recv(_CHUNK_BYTES):
                    return

    def _note(self, name: str, port: int, verdict: str, why: str = "", sent: int = 0, received: int = 0) -> None:
        self._log.write(Entry(name, port, verdict, why, sent, received, time.monotonic() - self._begun))
