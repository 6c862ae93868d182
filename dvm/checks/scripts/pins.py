"""How each package manager is told an exact version, and what in a command line has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.effects.options import CONTAINER_VALUES, ParsedOptions, names_of, take_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.values import Value

_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_NOT_A_NAME = pattern(r"(\.{0,2}/|~/|https?:|file:|\.{1,2}$|<|>)|.*\.(deb|rpm|apk|whl|tgz|tar\.gz|gem|zip|vsix|snap)$")
_GIT = pattern(r"(?:.*@\s*)?git\+|git@|github:|git:")
_GIT_PINNED = pattern(rf".*(@|#)([0-9a-f]{{40}}|v?\d[\w.-]*|{_DOTS}).*")
_EXACT_NPM = pattern(rf"@?[^@]+@(v?\d+\.\d+\.\d+[\w.+-]*|.*{_DOTS}.*)")
_RPM = pattern(
    rf".*-(?:\d[\w~+^]*[.:][\w.~+^:]*|{_DOTS}[\w.{_DOTS}]*)(?:-[\w.{_DOTS}*]+)?\*?|.*-\d[\w~+^]*-\d[\w.{_DOTS}*]*|.*-\d[\w.]*\*"
)
_REVISION = pattern(rf"[0-9a-f]{{7,64}}|.*{_DOTS}.*")
_TAG = pattern(r"v?\d[\w.+-]*|.*\d+\.\d+.*")
_COMMIT = pattern(rf"[0-9a-f]{{40}}|[0-9a-f]{{64}}|.*{_DOTS}.*|(tags/)?v?\d+\.\d[\w.+-]*")
_MOVING_URL = pattern(r"https?://\S*/(latest|HEAD|master|main|nightly)(/|$)|.*[-_/@]latest([-_./]|$)")


def _names(operands: Sequence[Value]) -> Iterator[str]:
    for operand in operands:
        text = operand.text
        if text and text.strip(_DOTS) and _NOT_A_NAME.match(text) is None:
            yield text


def _after(command: Command, verbs: frozenset[str], with_value: frozenset[str] = frozenset()) -> ParsedOptions | None:
    """Return the line behind the verb, None where this is another one."""
    line = take_apart(command.args, with_value)
    if not line.operands or line.operands[0].text not in verbs:
        return None
    line.operands = line.operands[1:]
    return line


_INSTALL = names_of("install in")
_APT = names_of("-t --target-release -o --option -c")
_DNF = names_of("--repo --setopt --enablerepo --disablerepo -c --releasever --installroot -x --exclude --from-repo")


def _apt(command: Command) -> Iterator[str]:
    if _after(command, names_of("upgrade dist-upgrade full-upgrade"), _APT) is not None:
        yield "all packages"
    line = _after(command, _INSTALL, _APT)
    yield from (name for name in _names(line.operands if line else ()) if "=" not in name and not name.endswith("-"))


def _dnf(command: Command) -> Iterator[str]:
    if _after(command, names_of("upgrade update dist-upgrade distro-sync"), _DNF) is not None:
        yield "all packages"
    line = _after(command, names_of("install in reinstall"), _DNF)
    for name in _names(line.operands if line else ()):
        if _RPM.fullmatch(name) is None and "=" not in name and not re.match(r"@[^:]+:.", name):
            yield name


def _apk(command: Command) -> Iterator[str]:
    line = _after(command, names_of("add"), names_of("-t --virtual -X --repository"))
    return (name for name in _names(line.operands if line else ()) if not re.search(r"[=~<]", name))


def _pacman(command: Command) -> Iterator[str]:
    syncs = any(re.fullmatch(r"-S\w*", text) for text in command.texts)
    return _names(take_apart(command.args).operands if syncs else ())


_PIP = names_of(
    """
    --trusted --trusted-host -r --requirement -c --constraint -e --editable -i --index-url --extra-index-url --target -t
    --prefix --root --python -p -f --find-links --proxy --timeout --spec --pip-args --suffix --with --from
    """
)


def _python(command: Command) -> Iterator[str]:
    line = take_apart(command.args, _PIP)
    operands = list(line.operands)
    tool = command.name == "uv" and bool(operands) and operands[0].text == "tool"
    if command.name == "uv":
        while operands and operands[0].text in {"pip", "tool"}:
            operands.pop(0)
    if not operands or operands[0].text not in {"install", "inject", "run", "add", "upgrade"}:
        return
    verb = operands.pop(0).text
    if verb == "run" and command.name == "uv" and not tool:
        operands = []
    if verb == "inject" or (verb == "run" and operands):
        operands = operands[1:] if verb == "inject" else operands[:1]
    wanted = [*operands, *line.values("--spec", "--with", "--from")]
    if verb == "run" and line.value("--spec") is not None:
        wanted = list(line.values("--spec"))
    yield from _unpinned_python(wanted)


def _uvx(command: Command) -> Iterator[str]:
    line = take_apart(command.args, names_of("--from --with --python -p --index-url"), stop=True)
    source = list(line.values("--from"))
    yield from _unpinned_python([*(source or line.operands[:1]), *line.values("--with")])


def _unpinned_python(wanted: Sequence[Value]) -> Iterator[str]:
    for item in wanted:
        text = item.text
        if _GIT.match(text):
            if _GIT_PINNED.fullmatch(text.partition("git+")[2] or text) is None:
                yield text
        elif (
            text.strip(_DOTS)
            and _NOT_A_NAME.match(text) is None
            and not re.search(r"==|@\s*(https?:|v?\d+\.\d|\N{HORIZONTAL ELLIPSIS})", text)
        ):
            yield text


_NPM = names_of("--prefix -C --registry -w --workspace --cache --userconfig --tag --loglevel --dir -F --filter")


def _npm(command: Command) -> Iterator[str]:
    line = take_apart(command.args, _NPM)
    operands = list(line.operands)
    if operands and operands[0].text == "global" and command.name == "yarn":
        operands.pop(0)
    if not operands:
        return
    verb = operands.pop(0).text
    if verb in {"install", "i", "add", "isntall"}:
        yield from _unpinned_npm(operands)
    elif verb in {"dlx", "exec", "x", "create", "init"}:
        yield from _unpinned_npm(operands[:1])


def _unpinned_npm(operands: Sequence[Value]) -> Iterator[str]:
    for operand in operands:
        text = operand.text
        if _GIT.match(text):
            if _GIT_PINNED.fullmatch(text) is None:
                yield text
        elif text.strip(_DOTS) and _NOT_A_NAME.match(text) is None and _EXACT_NPM.fullmatch(text) is None:
            yield text


def _npx(command: Command) -> Iterator[str]:
    line = take_apart(command.args, names_of("-p --package -c --call"), stop=True)
    packages = list(line.values("-p", "--package"))
    yield from _unpinned_npm(packages or line.operands[:1])


def _corepack(command: Command) -> Iterator[str]:
    line = _after(command, names_of("prepare install use"))
    yield from _unpinned_npm(line.operands if line else ())


def _cargo(command: Command) -> Iterator[str]:
    words = command.args[1:] if command.texts[:1] and command.texts[0].startswith("+") else command.args
    value = names_of(
        "--version --vers --git --rev --tag --branch --path --root --index --registry -F --features --bin -j --target"
        " --profile"
    )
    line = take_apart(words, value)
    if not line.operands or line.operands[0].text not in {"install", "binstall"}:
        return
    revision = line.value("--rev")
    if line.has("--path", "--version", "--vers", "--tag") or (
        revision is not None and _REVISION.fullmatch(revision.text)
    ):
        return
    git = line.value("--git")
    if git is not None:
        yield git.text
        return
    yield from (name for name in _names(line.operands[1:]) if not re.search(rf"@=?(\d|{_DOTS})", name))


def _go(command: Command) -> Iterator[str]:
    operands = take_apart(command.args, names_of("-ldflags -tags -o -mod -C -gcflags -p"), single=True).operands
    for name in _names(operands[1:] if operands and operands[0].text in {"install", "run", "get"} else ()):
        module, _, version = name.partition("@")
        if (
            "." in module.partition("/")[0]
            and not re.match(rf"v\d|{_DOTS}|[0-9a-f]{{12,40}}$", version)
            and not name.endswith(".go")
        ):
            yield name


def _gem(command: Command) -> Iterator[str]:
    if command.texts[:1] == ("update",):
        yield "all gems" if "--system" not in command.texts else "RubyGems itself"
    with_value = names_of("-v --version -i --install-dir -n --bindir -P --trust-policy --source -s")
    line = _after(command, _INSTALL, with_value)
    if line is not None and not line.has("-v", "--version"):
        yield from (name for name in _names(line.operands) if not re.search(r":\d", name))


def _container(command: Command) -> Iterator[str]:
    texts = list(command.texts)
    verb = next((index for index, text in enumerate(texts) if not text.startswith("-")), None)
    if verb is not None and texts[verb] in {"image", "container"}:
        verb += 1
    if verb is None or verb >= len(texts) or texts[verb] not in {"pull", "run", "create"}:
        return
    line = take_apart(command.args[verb + 1 :], CONTAINER_VALUES)
    for image in line.operands[:1]:
        text = image.text
        last = text.rpartition("/")[2]
        if (
            "@sha256:" in text
            or "@\N{HORIZONTAL ELLIPSIS}" in text
            or not text.strip(_DOTS)
            or text.startswith("localhost/")
        ):
            continue
        if last.endswith(":latest") or (":" not in last and _DOTS not in last):
            yield text


def _rustup(command: Command) -> Iterator[str]:
    if command.texts in {("update",), ("self", "update"), ("upgrade",)}:
        yield "the toolchain"
    line = take_apart(command.args, names_of("--default-toolchain --profile -c -t --target --component"))
    names = list(line.values("--default-toolchain"))
    texts = [operand.text for operand in line.operands]
    if texts[:2] == ["toolchain", "install"] or texts[:1] in (["default"], ["install"]):
        names += [word for word in line.operands if word.text not in {"toolchain", "install", "default"}]
    yield from (name.text for name in names if re.match(r"(stable|beta|nightly)(?!-\d)", name.text))


def _versions(command: Command) -> Iterator[str]:
    """`mise use node@lts`, `asdf install nodejs latest`, `nvm install --lts`."""
    verbs = {"install"} if command.name == "nvm" else {"use", "install", "global", "add"}
    if set(command.texts[:1]) & verbs:
        floating = re.compile(r".*@(latest|lts)|latest|lts|--lts.*|node|stable")
        yield from (text for text in command.texts[1:] if floating.fullmatch(text))


def _snap(command: Command) -> Iterator[str]:
    line = _after(command, _INSTALL, names_of("--channel --revision"))
    if line is not None and not line.has("--channel", "--revision"):
        yield from _names(line.operands)


def _named(command: Command) -> Iterator[str]:
    """`brew install`, `conda install`: a version is part of the name or there is none."""
    line = _after(command, _INSTALL, names_of("-n --name -c --channel"))
    yield from (name for name in _names(line.operands if line else ()) if not re.search(r"[@=]\d", name))


def _url(command: Command) -> Iterator[str]:
    yield from (text for text in command.texts if _MOVING_URL.match(text) and text.startswith("http"))


UNPINNED: dict[str, Callable[[Command], Iterator[str]]] = {
    **dict.fromkeys(("apt", "apt-get", "aptitude"), _apt),
    **dict.fromkeys(("dnf", "dnf5", "yum", "microdnf", "tdnf", "zypper", "rpm-ostree"), _dnf),
    **dict.fromkeys(("pip", "pip3", "pipx", "uv"), _python),
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), _npm),
    **dict.fromkeys(("npx", "bunx", "pnpx"), _npx),
    **dict.fromkeys(("docker", "podman", "nerdctl"), _container),
    **dict.fromkeys(("rustup", "rustup-init"), _rustup),
    **dict.fromkeys(("mise", "asdf", "nvm", "fnm", "volta"), _versions),
    **dict.fromkeys(("brew", "conda", "mamba"), _named),
    **dict.fromkeys(("curl", "wget", "aria2c"), _url),
    "apk": _apk,
    "pacman": _pacman,
    "uvx": _uvx,
    "corepack": _corepack,
    "cargo": _cargo,
    "go": _go,
    "gem": _gem,
    "snap": _snap,
}


def unpinned_clone(command: Command) -> str | None:
    """Return the address of a `git clone` that takes whatever a branch holds today."""
    line = _after(
        command,
        names_of("clone"),
        names_of("-b --branch --depth -o --origin -c --config --revision --reference --filter -j --template -u"),
    )
    if line is None or not line.operands or line.has("--revision"):
        return None
    address = line.operands[0].text
    branch = line.value("-b", "--branch")
    if branch is not None and (_TAG.fullmatch(branch.text) or branch.holes):
        return None
    return address if re.match(r"(https?|ssh|git)://|[\w.-]+@[\w.-]+:", address) else None


def pins_a_clone(command: Command) -> bool:
    """Whether a git command goes to a fixed commit or tag."""
    verbs = names_of("checkout reset switch fetch rev-parse")
    line = take_apart(command.args, names_of("-C -c"))
    texts = [operand.text for operand in line.operands]
    return bool(texts) and texts[0] in verbs and any(_COMMIT.fullmatch(text) for text in texts[1:])
