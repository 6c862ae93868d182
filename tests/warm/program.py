"""A Python program that is up already: `run` it, or give its executable to somebody who starts it.

Most of a short run of `dvm` or of the simulator is Python that starts and imports. Here each run is a child of one
process a test session (`tests.warm.server`) that has done so, with the run's own arguments, variables, directory and
streams. What a test sees is the same, signals that end a run included. It is not the same for who looks at the process:
its command line, its group, its limits, and when it imports what. Those tests start the real thing.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

# Where there is no C compiler; only what Python has built in: `import socket` alone takes longer than the call.
_CLIENT = """\
#!{python} -IS
import sys, posix, _signal, _socket
_signal.signal(_signal.SIGINT, _signal.SIG_DFL)
words = [b"%d" % posix.getppid(), b"%d" % len(sys.argv), *(a.encode("utf-8", "surrogateescape") for a in sys.argv)]
call = b"".join(w + b"\\0" for w in [*words, *(b"%b=%b" % e for e in posix.environ.items())])
streams = b"".join(n.to_bytes(4, sys.byteorder) for n in (0, 1, 2, posix.open(".", posix.O_RDONLY)))
s = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
s.connect({address!r})
s.sendmsg([len(call).to_bytes(4, "big"), call], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
code = int.from_bytes(s.recv(2) or b"\\0\\1", "big", signed=True)
if code < 0:
    if code != -_signal.SIGKILL:
        _signal.signal(-code, _signal.SIG_DFL)
    posix.kill(posix.getpid(), -code)
posix._exit(code)
"""
_SOURCE = Path(__file__).with_name("client.c")
COMPILER = shutil.which("cc")


class Program:
    """`module` has a `main` without arguments. `place`: an empty directory with a short path, for a socket; `environment`: what it imports with."""

    def __init__(self, module: str, place: Path, environment: Mapping[str, str]) -> None:
        self.place = place
        self._address = str(place / "s")
        # It answers when it has imported; until then calls wait in the queue of its socket.
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self._address)
            listening.listen(64)
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.warm.server", str(listening.fileno()), module],
                stdin=subprocess.PIPE,
                cwd="/",
                env=dict(environment),
                pass_fds=[listening.fileno()],
                # Ctrl-C is for the tests, which then end it.
                process_group=0,
            )

    def close(self) -> None:
        """End it, and every run of it."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait()

    def write_executable(self, path: Path, compiler: str | None = COMPILER) -> None:
        """Write an executable that is this program, for as long as it is up.

        It starts in a millisecond where there is a C compiler, and else in ten.
        """
        if compiler is None:
            path.write_text(_CLIENT.format(python=sys.executable, address=self._address), encoding="utf-8")
        else:
            path.write_bytes(self._compiled(compiler))
        path.chmod(0o755)

    def _compiled(self, compiler: str) -> bytes:
        compiled = self.place / "client"
        if not compiled.exists():
            words = [compiler, f'-DADDRESS="{self._address}"', "-o", str(compiled), str(_SOURCE)]
            subprocess.run(words, check=True, timeout=60)
        return compiled.read_bytes()

    def run(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: Path,
        stdin: bytes = b"",
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end.

        Raises:
            subprocess.TimeoutExpired: it took longer than `timeout` seconds, and was ended.
        """
        words = [str(os.getpid()), str(len(arguments) + 1), "", *arguments, *map("=".join, environment.items())]
        call = b"".join(os.fsencode(word) + b"\0" for word in words)
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            where = os.open(directory, os.O_RDONLY)
            try:
                with socket.socket(socket.AF_UNIX) as server:
                    server.settimeout(timeout)
                    server.connect(self._address)
                    streams = [given.fileno(), out.fileno(), err.fileno(), where]
                    socket.send_fds(server, [len(call).to_bytes(4, "big"), call], streams)
                    code = int.from_bytes(server.recv(2), "big", signed=True)
            except TimeoutError as error:
                raise subprocess.TimeoutExpired(list(arguments), timeout) from error
            finally:
                os.close(where)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(list(arguments), code, out.read(), err.read())
