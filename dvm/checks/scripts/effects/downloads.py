"""Programs that bring data from the network: to their output, or into files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks.patterns import pattern
from dvm.checks.scripts.effects.options import ParsedOptions, names_of, take_apart
from dvm.checks.scripts.program import Written
from dvm.checks.scripts.values import EMPTY, DataOrigin, Hole, OriginKind, Value, hole, literal
from dvm.checks.scripts.verified import is_given

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell

_LOCAL = pattern(
    r"(?:[a-z]+://)?(?:[^/@]*@)?(?:localhost|127\.[0-9.]+|\[::1\]|0\.0\.0\.0)(?::[^/@]*)?(?:[/?#].*)?$|file:|unix:",
    re.IGNORECASE,
)
_NC_RUNS = names_of("-e --exec -c --sh-exec")
_SOCAT_RUNS = pattern(r"(?:EXEC|SYSTEM|SHELL):", re.IGNORECASE)
_STRONG = pattern(r"sha-(256|384|512)=")
_STREAMS = frozenset({"-", "/dev/stdout", "/proc/self/fd/1", "/dev/fd/1"})


_CURL = names_of(
    "-o --output -A --user-agent -b --cookie -c --cookie-jar -C --continue-at -d --data --data-raw --data-binary"
    " --data-urlencode -D --dump-header -e --referer -E --cert -F --form -H --header -K --config -m --max-time -P -Q"
    " -r --range -T --upload-file -u --user -U -w --write-out -x --proxy -X --request -y -Y -z --time-cond --url"
    " --retry --retry-delay --retry-max-time --connect-timeout --output-dir --cacert --capath --key --limit-rate"
    " --proto --proto-redir --resolve --max-redirs --unix-socket --abstract-unix-socket --json --netrc-file"
    " --dns-servers"
    " --interface --noproxy --tls-max --ciphers --create-file-mode --etag-save --etag-compare --parallel-max"
)
_WGET = names_of(
    "-O --output-document -o --output-file -a -P --directory-prefix -t --tries -T --timeout -U --user-agent"
    " -e --execute"
    " --header --user --password --post-data --post-file -i --input-file -w --wait -Q -l -A -R -D --ca-certificate"
    " --method --body-data --waitretry --dns-timeout --connect-timeout --read-timeout --limit-rate --secure-protocol"
)


class Fetcher(Struct, frozen=True):
    """How a program is told where to put what it fetches. `saves`: a file named as in the URL by default."""

    with_value: frozenset[str]
    output: tuple[str, ...]
    directory: tuple[str, ...] = ()
    by_name: tuple[str, ...] = ()
    saves: bool = False
    nothing: tuple[str, ...] = ()


_FETCHERS: dict[str, Fetcher] = {
    "curl": Fetcher(
        _CURL,
        ("-o", "--output"),
        ("--output-dir",),
        ("-O", "--remote-name", "--remote-name-all"),
        nothing=("-I", "--head", "-V", "--version"),
    ),
    "wget": Fetcher(
        _WGET,
        ("-O", "--output-document"),
        ("-P", "--directory-prefix"),
        saves=True,
        nothing=("--spider", "-V", "--version"),
    ),
    "aria2c": Fetcher(
        names_of("-o --out -d --dir -x -s -j -k --header --checksum -i"), ("-o", "--out"), ("-d", "--dir"), saves=True
    ),
    "axel": Fetcher(names_of("-o --output -n -H"), ("-o", "--output"), saves=True),
    "fetch": Fetcher(names_of("-o -T -B"), ("-o",), saves=True),
    "http": Fetcher(names_of("-o --output -a --auth"), ("-o", "--output"), by_name=("-d", "--download")),
    **dict.fromkeys(("lynx", "w3m", "links", "elinks", "GET", "lwp-request"), Fetcher(frozenset(), ())),
    "lwp-download": Fetcher(frozenset(), (), saves=True),
}
for _same, _as in (
    ("https", "http"),
    ("xh", "http"),
    ("xhs", "http"),
    ("wget2", "wget"),
    ("curlie", "curl"),
    ("ftp", "fetch"),
):
    _FETCHERS[_same] = _FETCHERS[_as]


def is_local(url: Value) -> bool:
    """Whether an address is certainly this machine's own (the guest's, for a setup script)."""
    first = url.parts[0] if url.parts else ""
    return isinstance(first, str) and _LOCAL.match(first + ("x" if len(url.parts) > 1 else "")) is not None


def remote(command: Command, what: str = "") -> Value:
    """Return data from the network."""
    origin = DataOrigin(OriginKind.REMOTE, what or command.text, command.place)
    return hole(f"net:{' '.join(word.key for word in command.words)}", origin)


def _fetch(shell: Shell, command: Command) -> Value:
    fetcher = _FETCHERS[command.name]
    line = take_apart(command.args, fetcher.with_value)
    urls = [*line.operands, *line.values("--url")]
    for config in line.values("-K", "--config") if command.name == "curl" else ():
        shell.program.written.append(Written(".curlrc", shell.read(config, command.stdin), command.place))
    if command.name in {"http", "https", "xh", "xhs"}:
        urls = [url for url in urls if re.fullmatch("[A-Z]+", url.text) is None][:1]
    listed = line.has("-K", "--config", "-i", "--input-file") and command.name != "http"
    if not listed and (not urls or all(is_local(url) for url in urls) or line.has(*fetcher.nothing)):
        return EMPTY
    out = _put(shell, command, fetcher, line, urls, remote(command))
    checksum = line.value("--checksum") if command.name == "aria2c" else None
    if checksum is not None and _STRONG.match(checksum.text) and is_given(checksum):
        # It fails where the checksum is another.
        shell.verify_all([file for file in shell.disk.pending() if file.place == command.place])
    return out


def _put(
    shell: Shell, command: Command, fetcher: Fetcher, line: ParsedOptions, urls: list[Value], data: Value
) -> Value:
    outputs = list(line.values(*fetcher.output))
    directory = line.value(*fetcher.directory)
    if any(output.text in _STREAMS for output in outputs):
        return data
    if not outputs and (fetcher.saves or line.has(*fetcher.by_name)):
        outputs = [_last_part(url) for url in urls] or [shell.fresh("listed")]
    for output in outputs:
        path = output if directory is None else directory + literal("/") + output
        if path.text != "/dev/null":
            shell.write(path, data, command.place)
    # What no option saves is printed.
    printed = len(outputs) < len(urls) and not fetcher.saves and not line.has(*fetcher.by_name)
    return data if not outputs or printed or line.has("-w", "--write-out", "-D", "-v", "--dump-header") else EMPTY


def _last_part(url: Value) -> Value:
    """Return the file name of a URL: what is behind its last slash, which may hold what is not known."""
    kept: list[str | Hole] = []
    for part in reversed(url.parts):
        if isinstance(part, str) and "/" in part:
            kept.append(part.rpartition("/")[2])
            break
        kept.append(part)
    kept.reverse()
    name = Value(tuple(part for part in kept if part))
    known = name.known
    if known is None:
        return name
    return literal(known.split("?", 1)[0].split("#", 1)[0] or "index.html")


def _prints(shell: Shell, command: Command) -> Value:
    """What comes in goes to its output, and to the program that it is told to start."""
    data = remote(command)
    line = take_apart(command.args, _NC_RUNS)
    for code in line.values(*_NC_RUNS) if command.name in {"nc", "ncat", "netcat"} else ():
        shell.run_code(code, command.place, data, command.name)
    for word, text in zip(command.args, command.texts, strict=True) if command.name == "socat" else ():
        found = _SOCAT_RUNS.match(text)
        if found is not None:
            options = text.find(",", found.end())
            code = word.drop(found.end()) if options < 0 else literal(text[found.end() : options])
            shell.run_code(code, command.place, data, command.name)
    return data


def _copy_from_host(shell: Shell, command: Command) -> Value:
    with_value = names_of("-i -P -o -F -e --rsh -l -c -J -S")
    line = take_apart(command.args, with_value)
    operands = line.operands
    if len(operands) < 2 or not any(_is_remote_path(item) for item in operands[:-1]):  # noqa: PLR2004 - from and to
        return EMPTY
    for item in operands[:-1]:
        target = operands[-1]
        if target.text.endswith(("/", ".")):
            target = target + literal("/") + _name_there(item)
        shell.write(target, remote(command), command.place)
    if line.has("-r", "-a", "--recursive", "--archive"):
        shell.filled(operands[-1], DataOrigin(OriginKind.REMOTE, command.text, command.place))
    return EMPTY


def _sftp(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args, names_of("-B -b -c -D -F -i -J -l -o -P -R -S -s -X"))
    if len(line.operands) == 1 and _is_remote_path(line.operands[0]):
        shell.write(_name_there(line.operands[0]), remote(command), command.place)
        return EMPTY
    return _copy_from_host(shell, command)


def _name_there(path: Value) -> Value:
    """Return the file name of `HOST:PATH`."""
    known = path.known
    return _last_part(path) if known is None else literal(re.split("[/:]", known)[-1])


def _is_remote_path(path: Value) -> bool:
    return re.match(r"[\w.@\N{HORIZONTAL ELLIPSIS}-]+:(?!\\)", path.text) is not None or "://" in path.text


def _gh(shell: Shell, command: Command) -> Value:
    texts = command.texts
    if texts[:2] == ("release", "download"):
        line = take_apart(command.args[2:], names_of("-p --pattern -D --dir -O --output -R --repo -A --archive"))
        output = line.value("-O", "--output")
        if output is not None and output.text == "-":
            return remote(command)
        directory = line.value("-D", "--dir")
        for pattern in (output,) if output is not None else tuple(line.values("-p", "--pattern")) or (literal("*"),):
            path = pattern if directory is None else directory + literal("/") + pattern
            shell.write(path, remote(command), command.place)
        return EMPTY
    if texts[:2] == ("attestation", "verify"):
        with_value = names_of("-R --repo -o --owner --bundle --signer-workflow")
        line = take_apart(command.args[2:], with_value)
        signers = list(line.values("-R", "--repo", "-o", "--owner"))
        for operand in line.operands if signers and all(signer.origin is None for signer in signers) else ():
            file = shell.disk.find(operand)
            if file is not None:
                shell.verify(file)
        return EMPTY
    from dvm.checks.scripts.effects.clones import other_clone

    return other_clone(shell, command)


def _dvm_fetch(shell: Shell, command: Command) -> Value:
    """Our own: it keeps only what has the checksum."""
    operands = take_apart(command.args, names_of("--mode -m")).operands
    if len(operands) < 3:  # noqa: PLR2004 - address, checksum, file
        return EMPTY
    shell.write(operands[2], remote(command), command.place)
    file = shell.disk.find(operands[2])
    if file is not None and is_given(operands[1]) and file.origin is not None:
        # It fails otherwise, and leaves no file.
        shell.assumed([file])
    return EMPTY


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    **dict.fromkeys(_FETCHERS, _fetch),
    **dict.fromkeys(("nc", "ncat", "netcat", "socat", "telnet", "dig", "host", "nslookup", "drill"), _prints),
    "dvm-fetch": _dvm_fetch,
    "scp": _copy_from_host,
    "rsync": _copy_from_host,
    "sftp": _sftp,
    "gh": _gh,
}
