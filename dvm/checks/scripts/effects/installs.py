"""Package managers, where they install files or addresses instead of names: what is in those runs as root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.effects.downloads import is_local
from dvm.checks.scripts.effects.options import names_of, take_apart
from dvm.checks.scripts.program import Sunk
from dvm.checks.scripts.values import EMPTY, DataOrigin, OriginKind, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell

_URL = pattern(r"(?:https?|ftp)://")
_HASHED = pattern(r"#(.*&)?(sha256=[0-9a-f]{64}|sha384=[0-9a-f]{96}|sha512=[0-9a-f]{128})", re.IGNORECASE)
_GIT_AT = pattern(r"\.git(#|@)([0-9a-f]{7,64}|v?\d)")
_PACKAGE = pattern(r".+\.(deb|rpm|apk|whl|tgz|tar\.gz|gem|crate|run|bin|zip|vsix|snap|flatpak|pkg\.tar\.\w+)$")
# These run code out of what they install, or install it as root.
_RUN = names_of(
    """
    pip pip3 pipx uv uvx npm npx pnpm pnpx yarn bunx gem easy_install apt apt-get dpkg dnf yum rpm
    zypper apk pacman snap cargo flatpak code nix-env nix brew microdnf dnf5 tdnf opkg alien gdebi
    """
)
_INSTALLS = pattern(
    r"install|i|in|add|localinstall|reinstall|upgrade|run|dlx|exec|x|tool|global|-\w*[iU]\w*|--install(-extension)?|--upgrade|-S|plugin"
)
_ONE_STEP = frozenset({"uvx", "npx", "pnpx", "bunx", "easy_install", "gdebi"})
_KEYS = pattern(r"--import|--add-repo|addrepo|--from-repofile(=.*)?|--fetch-keys|ar|add-repository|--keyserver-options")
_SOURCES = names_of("--path --from --with -p --package --install-extension -i -r --requirement")
_NOT_A_SOURCE = names_of(
    """
    -i --index-url --trusted --trusted-host --extra-index-url --registry --proxy -f --find-links --default-index --index
    --keyserver --repo --source -c -r --constraint --requirement --git --trusted-host --fallback-version
    --path --repofrompath --setopt -o --option --root --version --repository -X --python -p
    """
)


def _install(shell: Shell, command: Command) -> Value:
    texts = command.texts
    if any(_KEYS.fullmatch(text) for text in texts):
        _trusts(shell, command)
        return EMPTY
    if command.name not in _ONE_STEP and not any(_INSTALLS.fullmatch(text) for text in texts):
        return shell.other(command)
    single = command.name in {"apt", "apt-get", "dpkg"}
    options = _NOT_A_SOURCE - ({"-i", "-r"} if single or command.name in {"rpm", "npm"} else set())
    line = take_apart(command.args, frozenset(options))
    for operand in (*line.operands, *line.values(*_SOURCES)):
        _operand(shell, command, operand)
    return shell.other(command) if command.stdin is not None else EMPTY


def _operand(shell: Shell, command: Command, operand: Value) -> None:
    text = operand.text
    if operand.leading_origin is not None:
        # Which packages these are is up to the network; lines of the script's own text name them.
        if operand.leading_origin.kind is not OriginKind.EDITED:
            shell.ran(command.place, operand.leading_origin, command.name)
        return
    at = re.match(r"[\w.\[\],-]+\s*@\s*(?=https?://)", text)
    address = operand.drop(at.end()) if at is not None else operand
    if _URL.match(address.text):
        hashed = _HASHED.search(text) and command.name in {"pip", "pip3", "pipx", "uv", "uvx"}
        if not is_local(address) and not hashed and not _GIT_AT.search(text):
            shell.ran(command.place, DataOrigin(OriginKind.REMOTE, text, command.place), command.name)
        return
    origin = shell.clone_at(operand) if "/" in text or text == "." else None
    if origin is not None:
        shell.ran(command.place, origin, command.name)
    elif "/" in text or _PACKAGE.fullmatch(text) is not None or (operand.holes and len(operand.parts) == 1):
        file = shell.disk.find(operand)
        if file is not None:
            shell.ran_file(file, command.place, command.name)


def _trusts(shell: Shell, command: Command) -> None:
    for word in command.args:
        text = word.text.partition("=")[2] if word.text.startswith("--") else word.text
        if _URL.match(text) and not is_local(word):
            origin = DataOrigin(OriginKind.REMOTE, text, command.place)
            shell.program.sunk.append(Sunk(origin, command.name))
        file = shell.disk.find(word)
        if file is not None and file.origin is not None and command.name == "rpm":
            shell.program.sunk.append(Sunk(file.origin, command.name))


def _ansible_pull(shell: Shell, command: Command) -> Value:
    line = take_apart(command.args, frozenset({"-U", "--url", "-C", "--checkout", "-i", "-d", "-e", "-t"}))
    address = line.value("-U", "--url")
    if address is not None and line.value("-C", "--checkout") is None:
        shell.ran(command.place, DataOrigin(OriginKind.REMOTE, address.text, command.place), command.name)
    return EMPTY


EFFECTS: dict[str, Callable[[Shell, Command], Value]] = dict.fromkeys(_RUN, _install)
EFFECTS |= {"ansible-pull": _ansible_pull, **dict.fromkeys(("apt-key", "add-apt-repository"), _install)}
