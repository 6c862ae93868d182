"""Addresses of repositories in guests: `dvm://VM/REPOSITORY` for git, `VM:REPOSITORY` for `dvm fetch`."""

from __future__ import annotations

import re
import shlex
from typing import Final

from msgspec import Struct

from dvm.errors import UsageError
from dvm.text import visible

SCHEME: Final = "dvm://"
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_MOST_CHARACTERS = 1024
_FORMS = (
    "It is dvm://VM/REPOSITORY, relative to the code directory; dvm://VM//srv/x is an absolute path, and dvm://VM/~/x "
    "one in DVM_USER's home."
)


class Address(Struct, frozen=True):
    """A repository in a guest: the VM as the user names it, and the path that the guest's git gets.

    The path is relative to the code directory, or absolute, or begins with `~/`.
    """

    vm: str
    path: str

    @property
    def url(self) -> str:
        """As `git remote add` takes it."""
        return f"{SCHEME}{self.vm}/{self.path.replace('%', '%25')}"

    @property
    def typed(self) -> str:
        """`url` as a shell takes it."""
        return shlex.quote(self.url)

    @property
    def branches(self) -> str:
        """`typed`, and where plain git puts the branches, as a shell takes it."""
        return f"{self.typed} '+refs/heads/*:refs/remotes/{self.vm}/*'"

    def below(self, code_dir: str) -> Address:
        """Return the same repository, named from the code directory where it is in there."""
        user = code_dir.rsplit("/", 2)[0]
        path = f"{user}/{self.path[2:]}" if self.path.startswith("~/") else self.path
        relative = path.removeprefix(f"{code_dir}/").strip("/")
        return Address(self.vm, relative) if path.startswith(f"{code_dir}/") and relative else self

    def inside(self, *words: str) -> str:
        """Return the line that runs git on the repository in the guest."""
        # The code directory is two below the home: no shell of the guest's has to know "~".
        path = f"../../{self.path[2:]}" if self.path.startswith("~/") else self.path
        return shlex.join(("dvm", "ssh", self.vm, "--", "git", "-C", path, *words))


def parse_url(url: str) -> Address:
    """Return what a URL of git's names. A percent sign and two digits are a byte, as in git's own ssh:// URLs.

    Raises:
        UsageError: it is no such URL.
    """
    rest = url.removeprefix(SCHEME)
    vm, _, path = rest.partition("/")
    if rest == url or not vm or not path:
        raise UsageError(f'"{_shown(url)}" names no repository in a VM.', remedy=_FORMS)
    return address(vm, _decoded(path))


def address(vm: str, path: str) -> Address:
    """Return the address of a repository, the VM's name not yet looked at.

    Raises:
        UsageError: no repository can be called so.
    """
    if path.startswith("-"):
        raise UsageError(
            f'"{_shown(path)}" can\'t be a repository: its name begins with "-", as an option does.',
            remedy=f"Rename it in the guest, or name it from the code directory: ./{_shown(path)}",
        )
    if not path or len(path) > _MOST_CHARACTERS or visible(path) != path:
        raise UsageError(
            f'"{_shown(path)}" can\'t be a repository: its name has to be text of 1 to {_MOST_CHARACTERS} characters.',
            remedy=_FORMS,
        )
    return Address(vm, path)


def _decoded(path: str) -> str:
    """Decode as git does: what is no escape, and a NUL, stays as it is."""
    raw = path.encode("utf-8", "surrogateescape")
    whole = _ESCAPE.sub(lambda match: match[0] if match[1] == b"00" else bytes.fromhex(match[1].decode()), raw)
    return whole.decode("utf-8", "surrogateescape")


def _shown(text: str) -> str:
    return visible(text[:_MOST_CHARACTERS])
