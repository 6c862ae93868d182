"""Programs that print, pass on, change or keep a stream of data."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.patterns import pattern
from dvm.checks.scripts.bash.quoting import unescape_ansi
from dvm.checks.scripts.effects.options import names_of, take_apart
from dvm.checks.scripts.names import MOST_CHOICES
from dvm.checks.scripts.program import Sunk
from dvm.checks.scripts.values import EMPTY, DataOrigin, Hole, Known, OriginKind, Value, fields, hole, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell

_NEWLINE = literal("\n")
_ALWAYS = pattern("^")
_DIRECTIVE = pattern(r"%(%|[-+ #0]*[0-9]*(?:\.[0-9]+)?[a-zA-Z])")
_NEW_EACH_TIME = frozenset({"mktemp", "date", "uuidgen"})
_QUIET = names_of(
    """
    true : mkdir rm rmdir touch chown sleep wait kill umask shopt set apt-get dnf
    yum systemctl useradd usermod groupadd ln break continue
    """
)
_LINE_FILTERS = names_of("sed awk gawk mawk head tail sort uniq cut column grep egrep fgrep rg jq yq")
# What these keep or load can't be verified afterwards.
_SINKS = names_of(
    """
    bsdunzip 7z ar apt-key rpm sponge patch docker podman nerdctl ctr psql mysql sqlite3 kubectl git
    rpm2cpio debconf-set-selections
    """
)


# Programs that change nothing that matters here, and may be given addresses.
KNOWN = _QUIET | names_of(
    """
    git grep egrep fgrep rg jq yq sed awk tr cut sort uniq head tail wc tee xargs less more cat column nl fold paste
    ping curl wget logger echo printf test expr psql mysql sqlite3 createdb createuser openssl gpg hostnamectl
    timedatectl localectl loginctl journalctl ip iptables nft ufw firewall-cmd sysctl update-ca-certificates xdg-open
    chsh usermod useradd adduser userdel groupadd groupmod gpasswd passwd visudo chage apt-mark apt-cache dpkg-query
    npm pnpm yarn pip pip3 cargo go gem docker podman nerdctl kubectl helm systemctl ln cp mv install chmod chown
    """
)


def other_program(shell: Shell, command: Command) -> Value:
    """Return what a program that nothing is known of prints: unknown, and as unchecked as what it reads."""
    stdin = command.stdin
    origin = None if stdin is None else stdin.origin
    if command.name in _QUIET:
        return EMPTY
    if origin is not None and origin.kind is OriginKind.REMOTE and command.name in _SINKS:
        shell.program.sunk.append(Sunk(origin, command.name))
    key = " ".join(word.key for word in command.words)
    if command.name in _NEW_EACH_TIME:
        return shell.fresh(key)
    digest = None if stdin is None else stdin.digest_of
    # Lines of what the guest itself says.
    known = Known.LOCAL if command.name in _LINE_FILTERS and _is_local(stdin) else Known.NO
    return hole(f"out:{key}:{'' if stdin is None else stdin.key[:200]}", origin, digest, known)


def _is_local(text: Value | None) -> bool:
    return text is not None and bool(text.holes) and all(part.known is Known.LOCAL for part in text.holes)


def _echo(_shell: Shell, command: Command) -> Value:
    args = list(command.args)
    escapes = newline = False
    while args and re.fullmatch(r"-[neE]+", args[0].text):
        option = args.pop(0).text
        escapes, newline = "e" in option, newline or "n" in option
    out = EMPTY
    for index, arg in enumerate(args):
        out = (out + literal(" ") if index else out) + (_unescaped(arg) if escapes else arg)
    return out if newline else out + _NEWLINE


def _unescaped(value: Value) -> Value:
    return Value(tuple(unescape_ansi(part) if isinstance(part, str) else part for part in value.parts))


def _printf(shell: Shell, command: Command) -> Value:
    args = list(command.args)
    variable = None
    if len(args) > 2 and args[0].text == "-v":  # noqa: PLR2004 - option, name, format
        variable, args = args[1].known, args[2:]
    if args and args[0].text == "--":
        args = args[1:]
    if not args:
        return EMPTY
    out = _formatted(args[0], args[1:])
    if variable is None:
        return out
    shell.scope.set(variable, (out,))
    shell.noted(variable, out)
    return EMPTY


def _formatted(template: Value, args: list[Value]) -> Value:
    out = EMPTY
    once = True
    while once or (args and len(out.parts) < 100):  # noqa: PLR2004 - as long as no one writes by hand
        before = len(args)
        for part in template.parts:
            out += Value((part,)) if isinstance(part, Hole) else _formatted_text(part, args)
        if len(args) == before:
            break
        once = False
    return out


def _formatted_text(text: str, args: list[Value]) -> Value:
    out = EMPTY
    at = 0
    for match in _DIRECTIVE.finditer(text):
        out += literal(unescape_ansi(text[at : match.start()]))
        at = match.end()
        if match[1] == "%":
            out += literal("%")
        elif args:
            value = args.pop(0)
            out += _unescaped(value) if match[1].endswith("b") else value
    return out + literal(unescape_ansi(text[at:]))


def _cat(shell: Shell, command: Command) -> Value:
    files = take_apart(command.args).operands
    if not files:
        return command.stdin or EMPTY
    out = EMPTY
    for file in files:
        out += shell.read(file, command.stdin)
    return out


def _tee(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args)
    content = command.stdin or EMPTY
    for file in line.operands:
        shell.write(file, content, command.place, append=line.has("-a", "--append"))
    return content


def _dd(shell: Shell, command: Command) -> Value:
    given = {name: word.drop(len(name) + 1) for word in command.args for name in [word.text.partition("=")[0]]}
    content = shell.read(given["if"], command.stdin) if "if" in given else command.stdin or EMPTY
    if "of" in given:
        shell.write(given["of"], content, command.place)
        return EMPTY
    return content


def _filtered(skip: int, shell: Shell, command: Command) -> Value:
    """Return what comes out of a program that changes what it reads: the files behind `skip` operands, or its input."""
    source = _input(shell, command, skip)
    if source is None:
        return other_program(shell, command)
    if not source.holes:
        # Literal text that is changed before it is used is text that a reader of the script does not see.
        kind = OriginKind.EDITED if command.name in _LINE_FILTERS else OriginKind.DECODED
        origin = DataOrigin(kind, command.text, command.place) if source else None
        return hole(f"out:{' '.join(word.key for word in command.words)}:{source.key[:200]}", origin)
    key = " ".join(word.key for word in command.words)
    return Value(tuple(replace(part, key=f"out:{key}:{part.key[:200]}") for part in source.holes))


def _input(shell: Shell, command: Command, skip: int) -> Value | None:
    """Return what a program reads: the files it names behind `skip` operands, else its standard input."""
    operands = take_apart(command.args, _FILTER_OPTIONS).operands[skip:]
    out = EMPTY
    for operand in operands:
        if shell.disk.find(operand) is not None or operand.text in {"-", "/dev/stdin"}:
            out += shell.read(operand, command.stdin)
    if not out and operands:
        return None
    return out or command.stdin


_FILTER_OPTIONS = frozenset({"-d", "-f", "-e", "-n", "-c", "-F", "-v", "-k", "-t", "--arg", "--delimiter", "--fields"})


def _decoded(asked: re.Pattern[str], shell: Shell, command: Command) -> Value:
    """Return what comes out of a program that decodes where its words, a blank in front, match `asked`."""
    if asked.search(" " + " ".join(command.texts)) is None:
        return other_program(shell, command)
    line = take_apart(command.args, frozenset({"-in", "-out", "-k", "-pass"}), single=command.name == "openssl")
    source = EMPTY
    for operand in (*line.operands, *line.values("-in")):
        found = shell.disk.find(operand)
        source += found.content if found is not None else EMPTY
    source = source or command.stdin or EMPTY
    origin = source.origin or DataOrigin(OriginKind.DECODED, command.text, command.place)
    return hole(f"out:{' '.join(word.key for word in command.words)}:{source.key[:200]}", origin)


def _unpack(shell: Shell, command: Command) -> Value:
    files = [shell.disk.find(word) for word in command.args]
    archive = next((file.content for file in files if file is not None), command.stdin)
    origin = None if archive is None else archive.origin
    to_stdout = re.compile(r"-\w*p\w*" if command.name == "unzip" else r"-?[a-zA-Z]*O[a-zA-Z]*|--to-stdout")
    shell.unpacked = shell.unpacked or origin is None
    shown = any(to_stdout.fullmatch(text) for text in command.texts)
    remote = origin is not None and origin.kind is OriginKind.REMOTE
    if origin is not None and remote and not shown:
        shell.program.sunk.append(Sunk(origin, command.name))
    return hole(f"out:{' '.join(word.key for word in command.words)}", origin if shown else None)


def _read(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args, frozenset({"-p", "-u", "-d", "-t", "-n", "-N", "-i", "-a"}))
    fd = line.value("-u")
    content = command.stdin if fd is None else shell.disk.read(literal("/dev/fd/") + fd)
    names = [*line.values("-a")] or line.operands or [literal("REPLY")]
    given = dict(command.assignments).get("IFS") or shell.variable("IFS")
    between = " \t\n" if given is None else given.known
    text = None if content is None or line.has("-d", "-n", "-N") else content.known
    rows = [] if text is None or between is None else _rows(shell, text)
    table = [_columns(row, len(names), between or "") for row in rows]
    for index, name in enumerate(names):
        unknown = shell.fresh("read", None if content is None else content.origin)
        got = tuple(literal(row[index]) for row in table) or (unknown,)
        if name.known is None:
            continue
        if line.has("-a"):
            shell.scope.variables.pop(name.known, None)
            shell.scope.arrays[name.known] = tuple(fields([(got[0], False)], between or "")) or (EMPTY,)
        else:
            shell.keep(name.known, got)
            shell.noted(name.known, got[0])
            shell.scope.arrays.pop(name.known, None)
    return EMPTY


def _rows(shell: Shell, text: str) -> list[str]:
    """Return the lines that `read` may be given: the first, in a loop each, none where they are too many."""
    rows = text.splitlines()
    if shell.rounds is None:
        return rows[:1]
    if shell.rounds:
        rows = [row for row in rows if row.strip() and not row.lstrip().startswith("#")]
    return rows if len(rows) <= MOST_CHOICES else []


def _columns(row: str, count: int, separators: str) -> list[str]:
    """Return what `read` puts into so many variables."""
    if separators.isspace():
        pieces = row.split(None, count - 1)
    else:
        pieces = re.split(f"[{re.escape(separators)}]", row, maxsplit=count - 1) if separators and count > 1 else [row]
    return [*(piece.rstrip() if separators.isspace() else piece for piece in pieces), *[""] * (count - len(pieces))]


def _mapfile(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args, frozenset({"-d", "-n", "-O", "-s", "-u", "-C", "-c"}))
    name = line.operands[0].known if line.operands else "MAPFILE"
    content = command.stdin or EMPTY
    if name is not None:
        items = content.split(re.compile(r"\n")) if not content.origin else [content]
        shell.scope.arrays[name] = tuple(items[:256])
    return EMPTY


def _name_of_program(_shell: Shell, command: Command) -> Value:
    names = take_apart(command.args).operands
    return names[0] + _NEWLINE if names else EMPTY


def _file_name(_shell: Shell, command: Command) -> Value:
    operands = take_apart(command.args, frozenset({"-s"})).operands
    known = operands[0].known if operands else None
    if known is None:
        return hole(f"out:{' '.join(word.key for word in command.words)}")
    head, _, tail = known.rstrip("/").rpartition("/")
    if command.name == "dirname":
        return literal(head or ".")
    suffix = operands[1].known if len(operands) > 1 else None
    return literal(tail.removesuffix(suffix or ""))


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = {
    "echo": _echo,
    "printf": _printf,
    "cat": _cat,
    "tac": partial(_filtered, 0),
    "tr": partial(_filtered, 2),
    "tee": _tee,
    "dd": _dd,
    "read": _read,
    **dict.fromkeys(("mapfile", "readarray"), _mapfile),
    **dict.fromkeys(("which", "type"), _name_of_program),
    **dict.fromkeys(("basename", "dirname"), _file_name),
    **dict.fromkeys(("base64", "base32"), partial(_decoded, pattern(r" (-\w*[dD]|--decode)"))),
    "openssl": partial(_decoded, pattern(r" (enc|base64|aes\S*|des\S*|smime|cms)\b.* -(d|a|A|decrypt)\b")),
    "xxd": partial(_decoded, pattern(r" -\w*r")),
    "uudecode": partial(_decoded, _ALWAYS),
    **dict.fromkeys(("tar", "bsdtar", "cpio", "unzip"), _unpack),
}
for _name in ("zcat", "xzcat", "bzcat", "zstdcat", "lzcat"):
    EFFECTS[_name] = partial(_decoded, _ALWAYS)
for _name in ("gunzip", "unxz", "bunzip2", "unzstd", "gzip", "xz", "bzip2", "zstd"):
    EFFECTS[_name] = partial(_decoded, pattern(r" (-\w*c|--stdout|--to-stdout)|^ ?(-d)?$"))
for _name in (
    "rev",
    "sort",
    "uniq",
    "head",
    "tail",
    "column",
    "fold",
    "paste",
    "nl",
    "strings",
    "iconv",
    "dos2unix",
    "cut",
):
    EFFECTS[_name] = partial(_filtered, 0)
for _name in ("sed", "awk", "gawk", "mawk", "jq", "yq"):
    EFFECTS[_name] = partial(_filtered, 1)
