"""The only module that starts processes: limactl, without a shell, with an environment and a directory of DVM's own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from typing import IO, TYPE_CHECKING, NoReturn

from msgspec import Struct, field

from dvm.errors import LimaError
from dvm.files import make_private
from dvm.lima.environment import child_environment
from dvm.lima.streams import PipeReader, Tail, TooMuchError, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

MAX_CAPTURE_BYTES = 64 << 20
MAX_LEFT_BYTES = 16 << 10
# A process that limactl leaves behind (ssh's shared connection) may keep our pipe open; we do not wait for it.
_DRAIN_SECONDS = 1.0
_CANCEL_SECONDS = 5.0
_LOOK_SECONDS = 0.05
# How long a guest may take to end when all of a copy has gone in or come out.
_AFTER_SECONDS = 300.0
# The same when nobody waits for anything more of it.
_RELAY_SECONDS = 5.0


class Completed(Struct, frozen=True):
    """How a call ended. `status`: the exit status, negative: minus the signal that killed it.

    `tail` are the last lines of what it said on standard error (or on both, when streamed).
    """

    argv: tuple[str, ...]
    status: int
    seconds: float
    stdout: bytes = b""
    tail: tuple[str, ...] = ()
    timed_out: bool = False


class Piped(Struct):
    """A call one of whose streams is ours: `file` while it runs, `completed` (its errors in `tail`) when it ended."""

    file: IO[bytes]
    completed: Completed | None = None


class Cancellation(Struct):
    """Lets another thread end the running calls at once (a second Ctrl-C)."""

    _groups: set[int] = field(default_factory=set)
    # A signal handler cancels, maybe in the very thread that holds the lock.
    _lock: threading.RLock = field(default_factory=threading.RLock)
    cancelled: bool = False

    def cancel(self) -> None:
        """Send SIGTERM to every running call's process group, SIGKILL when asked again.

        Calls begun later fail at once; one that does not end is killed by who waits for it.
        """
        with self._lock:
            number = signal.SIGKILL if self.cancelled else signal.SIGTERM
            self.cancelled = True
            for group in list(self._groups):
                _signal_group(group, number)

    @contextlib.contextmanager
    def watching(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Have `process` ended by a cancel while the block runs."""
        self.watch(process)
        try:
            yield
        finally:
            self.forget(process)

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        """Have `process` ended by a cancel from now on."""
        with self._lock:
            self._groups.add(process.pid)
            if self.cancelled:
                _signal_group(process.pid, signal.SIGTERM)

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """Leave `process` alone from now on: it has ended, and its number may be another's."""
        with self._lock:
            self._groups.discard(process.pid)


class Answer:
    """A call that answers on standard output, and goes on while DVM does other things, until `wait` or `drop`."""

    def __init__(self, argv: Sequence[str], process: subprocess.Popen[bytes], cancellation: Cancellation) -> None:
        self._argv = tuple(argv)
        self._process = process
        self._cancellation = cancellation
        self._begun = time.monotonic()
        self._bytes = bytearray()
        self._tail = Tail()
        self._readers = [PipeReader(process.stdout, [self._keep]), PipeReader(process.stderr, [self._tail.feed])]
        cancellation.watch(process)

    def wait(self, timeout: float) -> Completed:
        """Return how it ended and what it answered.

        Raises:
            LimaError: it runs longer than `timeout` seconds from now, or answered more than 64 MiB.
        """
        # Not before: limactl answers at its end, and threads that wait for that would only take turns with ours.
        for reader in self._readers:
            reader.start()
        try:
            in_time = _wait(self._process, self._readers, timeout, self._cancellation)
        finally:
            self.drop()
        _drain(self._readers)
        for reader in self._readers:
            if isinstance(reader.error, TooMuchError):
                raise LimaError(
                    f"{_name(self._argv)} answered more than {MAX_CAPTURE_BYTES >> 20} MiB; that is not its format."
                )
            if reader.error is not None:
                raise reader.error
        if not in_time:
            raise LimaError(
                f"{_name(self._argv)} gave no answer in {timeout:.0f} s.",
                detail="It was ended. Lima asks each running VM's host agent, one after the other.",
                remedy="Run the same command by hand to see where it hangs; `dvm doctor` looks for causes.",
            )
        seconds = time.monotonic() - self._begun
        return Completed(self._argv, self._process.returncode, seconds, bytes(self._bytes), self._tail.lines())

    def drop(self) -> None:
        """End it if it still runs: nobody waits for it any more."""
        if self._process.poll() is None:
            _end(self._process)
        self._cancellation.forget(self._process)
        for reader in self._readers:
            reader.close_unread()

    def _keep(self, chunk: bytes) -> None:
        if len(self._bytes) + len(chunk) > MAX_CAPTURE_BYTES:
            raise TooMuchError
        self._bytes.extend(chunk)


class Runner:
    """Starts limactl, or ssh.

    Args:
        executable: the program's absolute path; it stands in for the first word of every argv.
        environment: the host's; only what limactl needs of it is passed on.
        directory: the program's working directory. A refused `edit` leaves a file in it, so it is DVM's own.
        variable: of the environment, by which a user names another program.
        whole_environment: pass on all of `environment`, which is not the host's then.
    """

    def __init__(
        self,
        executable: Path,
        environment: Mapping[str, str],
        directory: Path,
        *,
        variable: str = "DVM_LIMACTL",
        whole_environment: bool = False,
    ) -> None:
        self.executable = executable
        self._variable = variable
        self.environment = dict(environment) if whole_environment else child_environment(environment)
        self.directory = directory
        self.cancellation = Cancellation()
        self.trace: Callable[[Sequence[str]], None] = lambda _argv: None
        """Told each call as it is started (DVM_VERBOSE)."""
        self.options: tuple[str, ...] = ()
        """Put before limactl's command in each call (DVM_LIMA_LOG_LEVEL)."""
        self._identity = _identity(executable)

    def begin(self, argv: Sequence[str], *, stdin: bytes | None = None, lima_home: Path | None = None) -> Answer:
        """Start a call that answers on standard output, and do not wait for it.

        `lima_home` stands in for the LIMA_HOME of the environment.

        Raises:
            LimaError: it could not be started.
        """
        # A call that answers is a look, and a look makes no directory.
        environment = self.environment if lima_home is None else self.environment | {"LIMA_HOME": str(lima_home)}
        process = self._start(
            argv,
            merged=False,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            looks=True,
            environment=environment,
        )
        if stdin is not None:
            # A pipe holds less than a template may have.
            threading.Thread(target=write_all, args=(process.stdin, stdin, False), daemon=True).start()
        return Answer(argv, process, self.cancellation)

    def capture(self, argv: Sequence[str], *, timeout: float) -> Completed:
        """Run a call that answers on standard output.

        Raises:
            LimaError: it could not be started, ran longer than `timeout` seconds, or answered more than 64 MiB.
        """
        return self.begin(argv).wait(timeout)

    def stream(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        sink: Callable[[bytes], None],
        stdin: bytes | None = None,
        lifeline: bool = False,
        started: Callable[[int], None] | None = None,
        answer: Callable[[bytes], None] | None = None,
        shared: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Completed:
        """Run a call whose output (both streams, as it comes) goes to `sink`.

        `answer`, where there is one, gets its standard output instead. A sink that raises TooMuchError ends the call.
        `lifeline` holds standard input open after `stdin` until the call ends: guest programs take its end for ours.
        `started` gets the process id as soon as there is one. The call gets the descriptors `shared` as well;
        `environment` stands in for its usual one.

        Raises:
            LimaError: it could not be started.
        """
        begun = time.monotonic()
        process = self._start(
            argv,
            merged=answer is None,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            shared=shared,
            environment=environment,
        )
        tail = Tail()
        readers = [PipeReader(process.stdout, [sink, tail.feed])]
        if answer is not None:
            readers = [PipeReader(process.stdout, [answer]), PipeReader(process.stderr, [sink, tail.feed])]
        timed_out = False
        with self.cancellation.watching(process):
            for reader in readers:
                reader.start()
            writer = threading.Thread(target=write_all, args=(process.stdin, stdin, lifeline), daemon=True)
            writer.start()
            try:
                if started is not None:
                    started(process.pid)
                timed_out = not _wait(process, readers, timeout, self.cancellation)
            finally:
                if process.poll() is None:
                    _end(process)
        _drain(readers)
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        for reader in readers:
            if reader.error is not None and not isinstance(reader.error, TooMuchError):
                raise reader.error
        seconds = time.monotonic() - begun
        return Completed(tuple(argv), process.returncode, seconds, tail=tail.lines(), timed_out=timed_out)

    def replace(self, argv: Sequence[str]) -> NoReturn:
        """Become the call: terminal, signals, standard streams and the exit status are limactl's from here on.

        Raises:
            LimaError: it could not be started.
        """
        self.trace((argv[0], *self.options, *argv[1:]))
        self._demand_same()
        try:
            make_private(self.directory)
            os.chdir(self.directory)
            # Python ignores it, and what is ignored stays so: `dvm ssh app -- yes | head` would not end.
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.execve(self.executable, self._words(argv), self.environment)  # noqa: S606
        except OSError as error:
            raise self._unstartable(error) from error

    def attend(self, argv: Sequence[str]) -> int:
        """Run the call with our own terminal and standard streams, and return its exit status as a shell has it.

        What the terminal sends (Ctrl-C) reaches the call, and does not end us.

        Raises:
            LimaError: it could not be started.
        """
        self.trace((argv[0], *self.options, *argv[1:]))
        self._demand_same()
        # A handler, as what is ignored would be ignored by the call too.
        deaf = {number: signal.signal(number, _not_ours) for number in (signal.SIGINT, signal.SIGQUIT)}
        try:
            make_private(self.directory)
            process = subprocess.Popen(self._words(argv), cwd=self.directory, env=self.environment)
            try:
                status = process.wait()
            except BaseException:
                process.terminate()
                raise
        except OSError as error:
            raise self._unstartable(error) from error
        finally:
            for number, handler in deaf.items():
                signal.signal(number, handler)
        return 128 - status if status < 0 else status

    def leave(self, argv: Sequence[str], stdin: bytes) -> None:
        """Start a call with `stdin`, at most MAX_LEFT_BYTES of it, that goes on beside us and is not waited for.

        Raises:
            LimaError: it could not be started.
        """
        assert len(stdin) <= MAX_LEFT_BYTES, "more than a pipe is sure to hold"
        process = self._start(argv, merged=None, stdin=subprocess.PIPE)
        write_all(process.stdin, stdin, lifeline=False)

    @contextlib.contextmanager
    def reading(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes,
        errors: Callable[[bytes], None],
        started: Callable[[int], None] | None = None,
    ) -> Iterator[Piped]:
        """Run a call with `stdin`, whose standard output is `file`; it is ended when the block is left early.

        Raises:
            LimaError: it could not be started.
        """
        with self._piped(argv, stdin, writing=False, errors=errors, started=started) as piped:
            yield piped

    @contextlib.contextmanager
    def writing(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes,
        answer: Callable[[bytes], None],
        errors: Callable[[bytes], None],
        started: Callable[[int], None] | None = None,
    ) -> Iterator[Piped]:
        """Run a call whose standard input is `stdin` and then `file`, which is closed at the end of the block.

        Raises:
            LimaError: it could not be started.
        """
        with self._piped(argv, stdin, writing=True, errors=errors, answer=answer, started=started) as piped:
            yield piped

    @contextlib.contextmanager
    def relaying(self, argv: Sequence[str], *, stdin: int, errors: Callable[[bytes], None]) -> Iterator[Piped]:
        """Run a call whose standard input is the descriptor `stdin`, and whose standard output is `file`.

        It ends soon after the block, or is ended.

        Raises:
            LimaError: it could not be started.
        """
        with self._piped(argv, stdin, writing=False, errors=errors, after=_RELAY_SECONDS) as piped:
            yield piped

    @contextlib.contextmanager
    def _piped(
        self,
        argv: Sequence[str],
        stdin: bytes | int,
        *,
        writing: bool,
        errors: Callable[[bytes], None],
        answer: Callable[[bytes], None] | None = None,
        after: float = _AFTER_SECONDS,
        started: Callable[[int], None] | None = None,
    ) -> Iterator[Piped]:
        begun = time.monotonic()
        process = self._start(argv, merged=False, stdin=stdin if isinstance(stdin, int) else subprocess.PIPE)
        tail = Tail()
        readers = [PipeReader(process.stderr, [tail.feed, errors])]
        if answer is not None:
            readers.append(PipeReader(process.stdout, [answer]))
        file = process.stdin if writing else process.stdout
        assert file is not None
        piped = Piped(file)
        timed_out = False
        with self.cancellation.watching(process):
            for reader in readers:
                reader.start()
            if started is not None:
                started(process.pid)
            # Not in a thread: a pipe holds all of it, and the call's own input follows it.
            if isinstance(stdin, bytes):
                write_all(process.stdin, stdin, lifeline=writing)
            try:
                yield piped
                with contextlib.suppress(OSError):
                    file.close()
                timed_out = not _wait(process, readers, after, self.cancellation)
            finally:
                if process.poll() is None:
                    _end(process)
                with contextlib.suppress(OSError):
                    file.close()
        for reader in readers:
            reader.join(_DRAIN_SECONDS)
        seconds = time.monotonic() - begun
        piped.completed = Completed(tuple(argv), process.returncode, seconds, tail=tail.lines(), timed_out=timed_out)

    def _start(
        self,
        argv: Sequence[str],
        *,
        merged: bool | None,
        stdin: int,
        looks: bool = False,
        environment: Mapping[str, str] | None = None,
        shared: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a call; `merged`: both outputs in one pipe, in two, or (None) in neither.

        `stdin`: a descriptor, or what subprocess has for one. It gets the descriptors `shared` as well.
        """
        output = subprocess.DEVNULL if merged is None else subprocess.PIPE
        self.trace((argv[0], *self.options, *argv[1:]))
        self._demand_same()
        try:
            if not looks:
                make_private(self.directory)
            return subprocess.Popen(  # the executable is an absolute path that the checks looked at
                self._words(argv),
                stdin=stdin,
                stdout=output,
                stderr=subprocess.STDOUT if merged else output,
                cwd="/" if looks else self.directory,
                env=environment or self.environment,
                # Out of the terminal's reach: the first Ctrl-C lets a step finish.
                process_group=0,
                pass_fds=shared,
            )
        except OSError as error:
            raise self._unstartable(error) from error

    def _words(self, argv: Sequence[str]) -> list[str]:
        return [str(self.executable), *self.options, *argv[1:]]

    def _demand_same(self) -> None:
        if _identity(self.executable) != self._identity:
            raise LimaError(
                f"{self._program} was replaced while DVM ran.",
                detail=f"{self.executable} is another file than the one that was checked. It was not run.",
                remedy=f"Run the same command again; the new {self._program} is checked then.",
            )

    def _unstartable(self, error: OSError) -> LimaError:
        return LimaError(
            f"{self._program} could not be started: {error.strerror}.",
            detail=f"It is {self.executable}, in the directory {self.directory}.",
            remedy=f"See that both exist and may be used, or name another {self._program} by {self._variable}.",
        )

    @property
    def _program(self) -> str:
        return self.executable.name


def _not_ours(_number: int, _frame: object) -> None:
    """Take a signal that the call beside us gets as well."""


def start_aside(words: Sequence[str]) -> None:
    """Start a program of DVM's own that goes on beside us, in a session of its own, with nothing of the environment.

    Raises:
        LimaError: it could not be started.
    """
    null = subprocess.DEVNULL
    try:
        subprocess.Popen(words, stdin=null, stdout=null, stderr=null, cwd="/", env={}, start_new_session=True)
    except OSError as error:
        raise LimaError(f"{words[0]} could not be started: {error.strerror}.") from error


def _identity(executable: Path) -> tuple[int, ...] | None:
    try:
        about = executable.stat()
    except OSError:
        return None
    return (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)


def _wait(
    process: subprocess.Popen[bytes], readers: Sequence[PipeReader], timeout: float, cancellation: Cancellation
) -> bool:
    """Wait for the end; a reader that failed (too much output) ends the call early, and so does a cancel."""
    deadline = time.monotonic() + timeout
    patience: float | None = None
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        # The end of its output is told at once, where Python would look for the end of a process now and then only.
        # What it leaves behind may hold the pipe open, so that is looked for as well.
        readers[0].join(min(left, _LOOK_SECONDS))
        try:
            process.wait(0 if readers[0].is_alive() else min(left, 0.5))
        except subprocess.TimeoutExpired:
            if any(reader.error is not None for reader in readers):
                return True
            if cancellation.cancelled:
                # It has had its SIGTERM; a caller that waits now ends it for good.
                patience = patience or time.monotonic() + _CANCEL_SECONDS
                if time.monotonic() > patience:
                    return True
        else:
            return True


def _drain(readers: Sequence[PipeReader]) -> None:
    deadline = time.monotonic() + _DRAIN_SECONDS
    for reader in readers:
        reader.join(max(0.0, deadline - time.monotonic()))


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        _signal_group(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _name(argv: Sequence[str]) -> str:
    return f"`{' '.join(argv[:3])}`"
