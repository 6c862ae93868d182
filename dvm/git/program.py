"""The host's git, started with nothing of its environment, and with no hook, monitor or maintenance."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.errors import DvmError, RefusedError, UsageError
from dvm.git.address import Address, parse_url
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dvm.lima.process import Completed, Runner

SECONDS = 120.0
_PASSED = ("HOME", "USER", "LOGNAME", "PATH", "TMPDIR", "XDG_CONFIG_HOME")
_OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    *(
        word
        for setting in (
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "gc.auto=0",
            "maintenance.auto=false",
            "submodule.recurse=false",
            "protocol.allow=never",
        )
        for word in ("-c", setting)
    ),
)
_LINES = 5
_LINE_BREAK = "The path of its git directory has a line break."
_BEFORE = ("remotes", "branches")
"""Where git had remotes before it had them in its configuration."""
_PARTIAL = "extensions.partialclone"


def git_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what git gets of the host's environment: none of its own variables, which could be somebody else's."""
    kept = {name: environment[name] for name in _PASSED if name in environment}
    return kept | {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
    }


class Remote(Struct, frozen=True):
    """A remote of the repository, as its configuration has it."""

    name: str
    urls: tuple[str, ...]
    targets: tuple[str, ...]
    """Which references it fetches into, as patterns."""


class HostRepository:
    """The current repository.

    Args:
        runner: starts git, with `git_environment`.
        directory: where the user is.

    Raises:
        DvmError: git does not take it for a repository.
    """

    def __init__(self, runner: Runner, directory: Path) -> None:
        self.runner = runner
        asked = ("--git-dir", "--git-common-dir", "--git-path", "objects", "--git-path", "shallow")
        completed = runner.capture(
            ("git", *_OPTIONS, "-C", str(directory), "rev-parse", *asked, "--show-object-format"), timeout=SECONDS
        )
        lines = completed.stdout.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
        if completed.status != 0 or len(lines) != _LINES:
            said = "\n".join(visible(line, keep="\t").strip() for line in completed.tail[-_LINES:] if line.strip())
            raise DvmError(
                "The current directory is in no git repository that can be used.",
                detail=f"git says: {said.removeprefix('fatal: ')}" if completed.status else _LINE_BREAK,
                remedy="Go to the repository that the branches are for, or make one: git init",
            )
        *places, self.object_format = lines
        self.directory, self.common, self.objects, self.shallow = (directory / place for place in places)
        self._configuration: list[tuple[str, str]] | None = None

    def ask(self, *arguments: str, stdin: bytes | None = None, ok: Sequence[int] = (0,)) -> bytes:
        """Run git on the repository and return its output.

        Raises:
            DvmError: it ended with a status that is not in `ok`.
        """
        return self.answer(*arguments, stdin=stdin, ok=ok).stdout

    def answer(self, *arguments: str, stdin: bytes | None = None, ok: Sequence[int] | None = (0,)) -> Completed:
        """Run git on the repository; as `ask`, but with the status. `ok` None: any will do."""
        argv = ("git", *_OPTIONS, f"--git-dir={self.directory}", *arguments)
        completed = self.runner.begin(argv, stdin=stdin).wait(SECONDS)
        if ok is not None and completed.status not in ok:
            raise DvmError(
                f"`git {arguments[0]}` failed with status {completed.status}.",
                detail="\n".join(visible(line) for line in completed.tail[-3:]),
                remedy="Run `git fsck` in the repository.",
            )
        return completed

    @property
    def partial(self) -> bool:
        """Whether it is a partial clone: objects that it lacks are fetched from a remote when they are needed."""
        return any(key == _PARTIAL or key.endswith(".promisor") for key, _ in self._settings())

    def has_base(self, commit: str) -> bool:
        """Return whether HEAD and a commit have history in common."""
        with contextlib.suppress(DvmError):
            self.answer("merge-base", "HEAD", commit)
            return True
        return False

    def _settings(self) -> list[tuple[str, str]]:
        """Return keys and values of what its configuration says about remotes, in git's order."""
        if self._configuration is None:
            answer = self.ask("config", "-z", "--get-regexp", rf"^(remote\..*|{re.escape(_PARTIAL)})$", ok=(0, 1))
            entries = (entry.decode("utf-8", "surrogateescape") for entry in answer.split(b"\0") if entry)
            self._configuration = [(key, value) for key, _, value in (entry.partition("\n") for entry in entries)]
        return self._configuration

    def remotes(self) -> dict[str, Remote]:
        """Return the remotes by name."""
        found: dict[str, tuple[list[str], list[str]]] = {}
        for key, value in self._settings():
            name, _, what = key.removeprefix("remote.").rpartition(".")
            if what == "url":
                found.setdefault(name, ([], []))[0].append(value)
            elif what == "fetch":
                found.setdefault(name, ([], []))[1].append(value.rpartition(":")[2])
        # As git had remotes before, and reads them still.
        for place in (self.common / each for each in _BEFORE):
            for entry_name in os.listdir(place) if place.is_dir() else ():  # noqa: PTH208
                found.setdefault(entry_name, ([], []))[0].append(f"{place.name}/{entry_name}")
        return {name: Remote(name, tuple(urls), tuple(targets)) for name, (urls, targets) in found.items()}


def namespace(vm: str) -> str:
    """Return where the branches of a VM go."""
    return f"refs/remotes/{vm}/"


def demand_free(vm: str, address: Address, remotes: Mapping[str, Remote], code_dir: str) -> None:
    """Return where nothing else fetches into the VM's references.

    Raises:
        RefusedError: a remote does.
    """
    into = namespace(vm)
    for remote in remotes.values():
        if remote.name == vm:
            for url in remote.urls:
                there = address_of(url)
                if there is None or there.below(code_dir) != address:
                    ours = f"Fetch from that one (`dvm fetch {vm}`), or rename" if there is not None else "Rename"
                    # git renames only what is in the configuration, and moves the rest there when a name stays.
                    first = f"git remote rename {vm} {vm} && " if url.startswith(_BEFORE) else ""
                    raise RefusedError(
                        f"This repository has a remote {visible(vm)} with another URL: {visible(url)}",
                        detail=f"Its branches are in {into}, where those of {address.url} would go.",
                        remedy=f"{ours} the remote: `{first}git remote rename {vm} {vm}-other`",
                    )
            continue
        for target in remote.targets:
            # Where file systems ignore case, references do.
            fixed = target.partition("*")[0].casefold()
            if fixed.startswith(into) or ("*" in target and into.startswith(fixed)):
                name = visible(remote.name)
                if remote.name.casefold() == vm:
                    typed = f"Rename it: git remote rename {shlex.quote(name)} {vm}-other"
                else:
                    key, value = f"remote.{name}.fetch", f"+refs/heads/*:refs/remotes/{name}/*"
                    typed = f"Give it its own: git config --replace-all {shlex.quote(key)} {shlex.quote(value)}"
                raise RefusedError(
                    f"The remote {name} of this repository fetches into {visible(target)}.",
                    detail=f"The branches of {address.url} would go to {into}, among those of that remote.",
                    remedy=typed,
                )


def address_of(url: str) -> Address | None:
    """Return the repository that a remote's URL names; None: it is none of a VM's."""
    try:
        found = parse_url(url)
    except UsageError:
        return None
    return Address(found.vm.removeprefix("vm."), found.path.rstrip("/") or "/")
