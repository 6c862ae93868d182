"""Interpreters of other languages: they run what they read, unless they are given a program of the author's own.

Code of these languages is not parsed. A program that both fetches from the network and runs text counts as running
what it fetches; one that fetches and writes a file counts as a download that nobody verified.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.bash.quoting import unescape_ansi
from dvm.checks.scripts.effects.options import take_apart
from dvm.checks.scripts.program import Sunk
from dvm.checks.scripts.values import EMPTY, DataOrigin, Known, OriginKind, Value, hole, literal
from dvm.checks.scripts.verified import DIGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell

_CODE = {
    **dict.fromkeys(("python", "pypy", "pwsh", "powershell", "guile", "expect", "nu", "xonsh", "elvish"), "-c"),
    **dict.fromkeys(
        ("perl", "perl5", "ruby", "node", "nodejs", "bun", "lua", "lua5.4", "luajit", "Rscript", "julia"), "-e"
    ),
    **dict.fromkeys(("elixir", "groovy", "raku", "R", "janet", "rakudo"), "-e"),
    **dict.fromkeys(("swipl", "racket"), "-g"),
    **dict.fromkeys(("tclsh", "deno"), ""),
    "php": "-r",
}
_ALSO_CODE = ("-E", "-ne", "-pe", "-nle", "-lne", "-ple", "-i", "-n", "-p", "--eval", "-p", "--print", "-Command")
_WITH_VALUE = frozenset({"-W", "-X", "-I", "-r", "--require", "-M"})
_FETCHES = pattern(
    r"urlopen|urlretrieve|urllib|\brequests\b|sockopen|import\s*\(?\s*['\"]https?|httpx|http\.client|https?\.get|fetch\s*\(|Net::HTTP|LWP|HTTP::Tiny|open-uri"
    r"|URI\.open|copy\s*\(\s*['\"]https?|require\(['\"](?:node:)?https?['\"]\)|from\s+['\"](?:node:)?https?['\"]|socket|file_get_contents\s*\(\s*['\"]https?|curl_init|axios"
    r"|\bsource\s*\(\s*['\"]https?|\bhttp get\b|new\s+URL\s*\("
    r"|\bdownload(?:\.file)?\s*\(|\bInvoke-(?:WebRequest|RestMethod)\b|\biwr\b|\birm\b|\bDownloadString\b"
)
_RUNS = pattern(
    r"\bexec\b|\beval\b|\bsystem\b|\bpopen\b|subprocess|os\.exec|child_process|\bcompile\s*\(|new\s+Function|`|vm\.run"
    r"|instance_eval|\binclude(?:_string)?\s*\(|\bpickle\b|\b__import__\b|runpy|importlib|\bsource\s*\(\s*['\"]https?|\bInvoke-Expression\b|\biex\b"
    r"|\bevaluate\s*\(|\bload\s*\(|\bdofile\b|os\.execute|\bnu \S|\bsource \S"
)
_KEEPS = pattern(
    r"urlretrieve|\bcopy\s*\(|open\s*\([^)]*['\"][wa]b?\+?['\"]|write_bytes|write_text|writeFile|getstore|IO\.copy|File\.write|open\s*\([^)]*>"
)
_SAVES = pattern(
    r"(?:copy|urlretrieve|getstore|download)\s*\(\s*(['\"])https?[^'\"\n]*\1\s*,\s*(?:filename\s*=\s*)?(['\"])(?P<path>[\w./~-]+)\2"
)
_NAMED = pattern(r"['\"]([\w./~-]+)['\"]")
# How these hand a text to a shell, the strings that they hand over, and those that are worth a look.
_SHELLS_OUT = pattern(
    r"\bsystem\b|\bpopen|subprocess|\bexec|child_process|`|os\.spawn|\bspawn\b|shell_exec|passthru|proc_open|os\.execute"
)
# What they make of a text that they read, and of one that another program prints.
_RUNS_INPUT = pattern(r"\b(exec|eval|compile|system|popen|subprocess|spawn|pickle|marshal|dill|unsafe_load)\b")
_RUNS_OUTPUT = pattern(r"\beval\b|(?<!\.)\bexec\s*\(|\bload(?:string)?\s*\(|new\s+Function|instance_eval")
_STRING = pattern(r"(['\"`])((?:\\.|(?!\1)[^\\])*)\1", re.DOTALL)
_DOWNLOADS = pattern(r"\b(?:curl|wget|fetch|aria2c|nc|ncat|socat|lynx|git)\b")
_URLS = pattern(r"https?://[^\s'\"`)]+")
_OWN = pattern(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/|$)")
_PATH = pattern(r"['\"]((?:/|\./|~/)[\w./~-]+)['\"]")
_IMPORTS_URL = pattern(r"import\s*\(?\s*['\"]https?")
_STOPS = pattern(r"\b(sys\.exit|exit|raise|assert|die|abort|process\.exit)\b")
_MOST_STRINGS = 64
_VERIFIES = pattern(r"sha-?(256|384|512)", re.IGNORECASE)
_DECODES = pattern(r"b64decode|base64|decode\(|fromhex|unhexlify|atob|Buffer\.from|unpack|marshal|zlib", re.IGNORECASE)


def _interpreter(shell: Shell, command: Command) -> Value:
    rest = list(command.args)
    flag = _CODE.get(command.name, "-c")
    origin = None if command.stdin is None else command.stdin.origin
    out = hole(f"out:{' '.join(word.key for word in command.words)}", origin)
    modules = ""
    while rest and rest[0].text.startswith("-") and rest[0].text != "-" and rest[0].parts:
        option = rest.pop(0).text
        # `perl -MLWP::Simple`, `ruby -ropen-uri`: what these bring is part of the program.
        modules += f"{option}\n" if option[1] in "Mr" else ""
        if option == "-m":
            return _module(shell, command, rest, out)
        if option in (flag, *_ALSO_CODE) or (len(flag) > 1 and re.fullmatch(rf"-\w*{flag[1]}", option)):
            return _own_code(shell, command, rest[0], out, modules) if rest else EMPTY
        if option in _WITH_VALUE and rest:
            rest.pop(0)
    return _program(shell, command, rest, out)


def _program(shell: Shell, command: Command, rest: list[Value], out: Value) -> Value:
    """The program is a file, an address, or what comes on the standard input."""
    if command.name in {"deno", "bun"} and rest and rest[0].text in {"run", "eval", "x", "install", "compile", "test"}:
        verb = rest.pop(0).text
        rest = take_apart(rest, frozenset({"-n", "--name", "--root", "-c", "--config", "-o", "--output"})).operands
        if verb == "eval" and rest:
            return _own_code(shell, command, rest[0], out)
    stdin = command.stdin
    if not rest or rest[0].text in {"-", "/dev/stdin", "/dev/fd/0"}:
        if stdin is not None and stdin.origin is not None:
            shell.ran(command.place, stdin.origin, command.name)
        elif stdin is not None and stdin.leading is not None and stdin.leading.known is not Known.LOCAL:
            shell.trouble(command.place, f"{command.name} runs text that is only known at run time")
        elif stdin is not None:
            look(shell, command, stdin)
        return out
    if rest[0].text.startswith(("https://", "http://", "data:")):
        shell.ran(command.place, DataOrigin(OriginKind.REMOTE, rest[0].text, command.place), command.name)
    return shell.run_path(rest[0], command, command.name, bash=False)


def _module(shell: Shell, command: Command, rest: list[Value], out: Value) -> Value:
    # `python -m pip` is pip.
    if rest and rest[0].text in {"pip", "pipx", "uv"}:
        got = shell.invoke(rest, command.stdin, command.place, command.text, command.assignments)
        return got or out
    return out


def _own_code(shell: Shell, command: Command, code: Value, out: Value, modules: str = "") -> Value:
    origin = code.origin
    if origin is not None and (origin.kind is not OriginKind.REMOTE or code.leading_origin is not None):
        shell.ran(command.place, origin, f"{command.name}, as its argument")
        return out
    stdin = command.stdin
    if stdin is not None and stdin.origin is not None:
        if _RUNS_INPUT.search(code.text):
            shell.ran(command.place, stdin.origin, command.name)
        elif _KEEPS.search(code.text):
            for match in _PATH.finditer(code.text):
                shell.write(literal(match[1]), stdin, command.place)
    if origin is None and code.leading is not None and code.leading.known is not Known.LOCAL:
        shell.trouble(command.place, f"{command.name} runs text that is only known at run time")
    fetched = look(shell, command, code, modules)
    if fetched is not None:
        return hole(out.key, fetched)
    files = [shell.disk.find(literal(match[1])) for match in _NAMED.finditer(code.text)]
    digest = next((file.key for file in files if file is not None), None) if _VERIFIES.search(code.text) else None
    return hole(out.key, out.origin, digest) if digest is not None else out


def look(shell: Shell, command: Command, code: Value, modules: str = "") -> DataOrigin | None:  # noqa: C901 - one way for each kind
    """Look for signs of fetching and running in another language, and return where what it prints comes from."""
    text = modules + code.text
    if _KEEPS.search(text) or _RUNS.search(text) or _SHELLS_OUT.search(text):
        shell.looked_through(code, command.place, command.name)
    if _VERIFIES.search(text) and _STOPS.search(text) and DIGEST.search(text):
        for match in _PATH.finditer(text):
            file = shell.disk.find(literal(match[1]))
            if file is not None:
                shell.verify(file)
    if _SHELLS_OUT.search(text):
        _run_strings(shell, command, text)
    urls = _URLS.findall(text)
    fetches = _FETCHES.search(text) is not None and not (urls and all(_OWN.match(url) for url in urls))
    if not fetches:
        if _RUNS.search(text) and _DECODES.search(text):
            origin = DataOrigin(OriginKind.DECODED, command.text, command.place)
            shell.ran(command.place, origin, command.name)
        return None
    origin = DataOrigin(OriginKind.REMOTE, f"{command.name} code that fetches from the network", command.place)
    if _VERIFIES.search(text):
        return None
    if _RUNS.search(text) or _IMPORTS_URL.search(text):
        shell.ran(command.place, origin, command.name)
    elif (kept := _SAVES.search(text)) is not None:
        shell.write(literal(kept["path"]), hole(f"net:{kept[0]}", origin), command.place)
        return None
    elif _KEEPS.search(text):
        shell.program.sunk.append(Sunk(origin, command.name))
    return origin


def _run_strings(shell: Shell, command: Command, text: str) -> None:
    """Walk through the strings of a program that hands text to a shell, where they speak of a download."""
    found = [match for match in _STRING.finditer(text) if _DOWNLOADS.search(match[2])]
    if len(found) > _MOST_STRINGS:
        shell.trouble(command.place, f"{command.name} code has more strings that download than are followed")
    for match in found[:_MOST_STRINGS]:
        out = shell.run_code(literal(unescape_ansi(match[2])), command.place, None, f"a shell of {command.name}")
        if out.origin is not None and _RUNS_OUTPUT.search(text):
            shell.ran(command.place, out.origin, command.name)


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = dict.fromkeys(_CODE, _interpreter)
for _version in ("python2", "python3", *(f"python3.{minor}" for minor in range(6, 20)), "pypy3"):
    EFFECTS[_version] = _interpreter
