"""The short way back into a guest: where nothing has changed since its last session was verified, become ssh at once.

A session's checks are a function of what they read: limactl and what it starts and reads, Lima's `_config`, the
instance's directory, the receipt, the manifest, the processes that run the VM, the environment. The last session that
passed them noted each of these as it was (dvm.cli.guest.reentry_note). Where a single one is another now, or can't be
seen, this does nothing, and the whole look and all checks are made as ever.

Python's own start is most of what it takes: it imports nothing that is not built in, and repeats in a few lines what
`dvm.lima.ssh` does for every session (one entry among the sessions of the shared connection, whose socket is ours).
"""

# pathlib takes as long to import as all of this.
# ruff: noqa: PTH108, PTH110, PTH120, PTH123, PTH208

from __future__ import annotations

import _socket
import fcntl
import os
import sys
import time

# What differs between two terminals, and has no part in any check. All else in the environment must be as it was.
_PASSING = frozenset(
    (
        *("_", "PWD", "OLDPWD", "SHLVL", "TERM", "COLORTERM", "COLUMNS", "LINES", "PS1", "GPG_TTY", "VTE_VERSION"),
        *("TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TERM_SESSION_ID", "TMUX", "TMUX_PANE", "STY", "WINDOW", "WINDOWID"),
        *("SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY"),
        # DVM sets it for itself.
        "PYDANTIC_DISABLE_PLUGINS",
    )
)
FORMAT = "dvm-entry 1"
FILE = "entry"
ABSENT = "absent"
MOST_SESSIONS = 8
_MOST_BYTES = 1 << 20
_LONGEST_COLOUR = 16
_OTHERS_WRITE = 0o022
_OTHERS = 0o077
_TYPE = 0o170000
_REGULAR = 0o100000
_DIRECTORY = 0o040000
_WORDS = frozenset("@%+=:,./-_")


def reenter(arguments: list[str]) -> None:
    """Become the session that `ssh VM -- CMD…` or `sh VM` asks for, if the short way is open; else return."""
    meant = _meant(arguments)
    if meant is None or os.environ.get("DVM_VERBOSE", "") not in {"", "0"}:
        return
    try:
        note = _note(meant[0])
        if note is not None:
            _enter(note, meant[1])
    except (OSError, ValueError, KeyError, IndexError):
        # Whatever it is, the long way finds it too, and has words for it.
        return


def _meant(arguments: list[str]) -> tuple[str, list[str]] | None:
    """Return the VM and the command, where the words can mean one thing alone."""
    if len(arguments) < 2 or not arguments[1].replace("-", "").isalnum() or arguments[1].startswith(("-", "dvm-")):  # noqa: PLR2004
        return None
    command, vm, *rest = arguments
    if command == "sh":
        return None if rest else (vm, [])
    if command != "ssh":
        return None
    if rest[:1] == ["--"]:
        rest = rest[1:]
    elif any(word.startswith("-") for word in rest):
        return None
    if len(rest) == 1 and not (rest[0] and all(each.isalnum() or each in _WORDS for each in rest[0])):
        return vm, ["bash", "-c", rest[0]]
    return vm, rest


def seen(kind: str, what: str) -> str:  # noqa: PLR0911 - one for each kind
    """Return how a thing is now, as one word or several; it is another one when the thing has changed."""
    if kind == "environment":
        return environment_digest()
    if kind == "user":
        return f"{os.geteuid()} {os.getegid()} {sorted(os.getgroups())}"
    if kind == "boot":
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    try:
        if kind == "process":
            # When it began: field 22 of proc(5), counted from what follows the program's name.
            with open(f"/proc/{what}/stat", "rb") as stat:
                return stat.read().rpartition(b")")[2].split()[19].decode()
        about = os.lstat(what)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    who = f"{about.st_dev} {about.st_ino} {about.st_mode} {about.st_uid} {about.st_gid}"
    if kind == "place":
        return who
    # A directory's size says nothing that its times do not.
    return f"{who} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"


def environment_digest() -> str:
    """Return the SHA-256 of the environment, less what has no part in any check."""
    try:
        from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        from hashlib import sha256
    kept = sorted(f"{name}={value}\0" for name, value in os.environ.items() if name not in _PASSING)
    return str(sha256("".join(kept).encode("utf-8", "surrogateescape")).hexdigest())


def state_place() -> str:
    """Return the state directory as the environment names it; empty: the long way has to find out."""
    named, home = os.environ.get("DVM_STATE_DIR", ""), os.environ.get("HOME", "")
    if named:
        return named if named.startswith("/") else ""
    state = os.environ.get("XDG_STATE_HOME", "").strip() or f"{home}/.local/state"
    return f"{state}/dvm" if state.startswith("/") and sys.platform == "linux" else ""


def _note(vm: str) -> dict[str, list[str]] | None:
    """Return what was noted of a VM's last session, if all of it is as it was."""
    directory = f"{state_place()}/{vm}"
    if not directory.startswith("/") or not _is_ours_alone(directory):
        return None
    descriptor = os.open(f"{directory}/{FILE}", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        about = os.fstat(descriptor)
        if about.st_mode & _TYPE != _REGULAR or about.st_uid != os.geteuid() or about.st_mode & _OTHERS:
            return None
        text = os.read(descriptor, _MOST_BYTES).decode("utf-8", "surrogateescape")
    finally:
        os.close(descriptor)
    first, *lines, last = text.split("\n")
    if first != header() or last != "end":
        return None
    note: dict[str, list[str]] = {}
    for line in lines:
        kind, what, said = line.split("\t")
        if kind == "fact":
            note.setdefault(what, []).append(said)
        elif seen(kind, what) != said:
            return None
    return note


def header() -> str:
    """Return the first line of a note: another DVM, or another Python, has one of its own."""
    return f"{FORMAT} {sys.version_info[:3]} {os.path.dirname(__file__)}"


def _is_ours_alone(directory: str) -> bool:
    """Whether nobody but this user and root can put anything on the way to a directory."""
    place = ""
    for part in ("", *directory.strip("/").split("/")):
        place = f"{place}/{part}".replace("//", "/")
        about = os.lstat(place)
        if about.st_mode & _TYPE != _DIRECTORY or about.st_mode & _OTHERS_WRITE:
            return False
        if about.st_uid not in (0, os.geteuid()):
            return False
    return True


def _enter(note: dict[str, list[str]], command: list[str]) -> None:
    socket = note["socket"][0]
    if not _is_ours(socket):
        return
    colour = os.environ.get("COLORTERM", "")
    if len(colour) > _LONGEST_COLOUR or not all(each in "abcdefghijklmnopqrstuvwxyz0123456789-" for each in colour):
        colour = ""
    user, code_dir = note["user"][0], note["code directory"][0]
    called = " ".join(_quoted(word) for word in (user, code_dir, "", colour, *command))
    words = [*note["word"], f"{note['remote'][0]}{called}"]
    if os.isatty(0) and os.isatty(1):
        words[words.index("-T")] = "-t"
    environment = {name: os.environ[name] for name in note["passed"] if name in os.environ}
    environment |= dict(pair.split("=", 1) for pair in note["set"])
    mine = f"{socket}.{os.getpid()}"
    os.close(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    try:
        if _sessions(socket) > MOST_SESSIONS:
            return
        os.chdir(note["directory"][0])
        _write(note["journal"][0], note["event"][0 if command else 1])
        import _signal  # type: ignore[import-not-found]

        # Python ignores it, and what is ignored stays so.
        _signal.signal(_signal.SIGPIPE, _signal.SIG_DFL)
        os.execve(note["ssh"][0], words, environment)  # noqa: S606
    finally:
        os.unlink(mine)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\"'\"'") + "'"


def _is_ours(socket: str) -> bool:
    """Whether a process of this user listens there."""
    about = os.lstat(socket)
    probe = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        probe.settimeout(5.0)
        probe.connect(socket)
        peer = probe.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    finally:
        probe.close()
    return about.st_uid == int.from_bytes(peer[4:8], sys.byteorder) == os.geteuid()


def _sessions(socket: str) -> int:
    """Return how many processes have a session of the connection at `socket`, this one among them."""
    directory, _, name = socket.rpartition("/")
    count = 0
    for entry in os.listdir(directory):
        process = entry[len(name) + 1 :] if entry.startswith(f"{name}.") else ""
        # One that has ended is cleared by the long way.
        count += process.isdigit() and os.path.exists(f"/proc/{process}")
    return count


def _write(journal: str, event: str) -> None:
    """Append to the journal as dvm.state.journal does."""
    now = time.time()
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    line = f'{{"time": "{moment}.{int(now * 1000) % 1000:03d}+00:00", "pid": {os.getpid()}, {event}\n'.encode()
    descriptor = os.open(journal, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        whole = b"\n" * torn + line
        if os.write(descriptor, whole) != len(whole):
            os.ftruncate(descriptor, size)
            raise OSError
    finally:
        os.close(descriptor)
