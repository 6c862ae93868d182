"""The one network device of QEMU's that leads out of a VM: how it is made, and whether a command line has it."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from dvm.egress.place import NETWORK, PROXY_ADDRESS, PROXY_PORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.egress.policy import Policy

_OPTION = "-netdev"
# All that give QEMU another way out, or hide one in a file.
_OTHER_NETWORKS = frozenset({"-nic", "-net", "-readconfig", "-tftp", "-smb", "-redir", "-bootp"})
_RULES = ("restrict", "guestfwd", "smb", "tftp", "bootfile", "hostname", "dns", "dnssearch", "domainname")


class NetworkError(Exception):
    """A command line of QEMU's whose network can't be shut; the message says why."""


def launch(script: str, *arguments: str) -> list[str]:
    """Return the words that start one of this package's programs, by this Python, without what its environment says."""
    return [sys.executable, "-I", "-S", os.path.join(os.path.dirname(os.path.abspath(__file__)), script), *arguments]  # noqa: PTH100, PTH118, PTH120


def rules(directory: str, policy: Policy) -> list[str]:
    """Return the options that shut a user network but for the proxy, and for ports of other VMs."""
    forwards = [(PROXY_ADDRESS, PROXY_PORT, "proxy")]
    forwards += [(policy.address_of(each), each.port, str(each.host_port)) for each in policy.reached]
    return ["restrict=on", *(_forward(directory, *each) for each in forwards)]


def shut(words: Sequence[str], directory: str, policy: Policy) -> list[str]:
    """Return a command line whose only network leads to the proxy.

    Raises:
        NetworkError: it does not have exactly one network, of the kind that Lima makes.
    """
    place, options = _only_network(words)
    present = [option for option in options if option.partition("=")[0] in _RULES]
    if present:
        raise NetworkError(f"the network has {present[0].partition('=')[0]} already")
    if f"net={NETWORK}" not in options:
        raise NetworkError(f"the network is not {NETWORK}")
    changed = list(words)
    changed[place] = ",".join([words[place], *(rule.replace(",", ",,") for rule in rules(directory, policy))])
    return changed


def is_shut(words: Sequence[str], directory: str, policy: Policy) -> bool:
    """Whether a command line of QEMU's is one that `shut` made, with this policy's ports."""
    try:
        _, options = _only_network(words)
    except NetworkError:
        return False
    found = [option for option in options if option.partition("=")[0] in _RULES]
    return found == rules(directory, policy)


def is_restricted(words: Sequence[str]) -> bool:
    """Whether any network of a command line of QEMU's has a rule that shuts it, one of ours or not."""
    networks = (following for word, following in zip(words, [*words[1:], ""], strict=True) if _name(word) == _OPTION)
    return any(option.partition("=")[0] == "restrict" for text in networks for option in _options(text))


def _forward(directory: str, address: str, port: int, kind: str) -> str:
    # QEMU splits the command as a shell does.
    command = shlex.join(launch("connector.py", directory, kind))
    return f"guestfwd=tcp:{address}:{port}-cmd:{command}"


def _only_network(words: Sequence[str]) -> tuple[int, list[str]]:
    other = next((word for word in words if _name(word) in _OTHER_NETWORKS), None)
    if other is not None:
        raise NetworkError(f"it has {other}")
    places = [at + 1 for at, word in enumerate(words) if _name(word) == _OPTION]
    if len(places) != 1 or places[0] >= len(words):
        raise NetworkError(f"it has {len(places)} networks, not one")
    options = list(_options(words[places[0]]))
    if options[0] != "user":
        raise NetworkError(f"its network is {options[0]}, not QEMU's own")
    return places[0], options


def _name(word: str) -> str:
    """Return an option as QEMU takes it: with one hyphen or two."""
    return word[1:] if word.startswith("--") else word


def _options(text: str) -> Iterator[str]:
    """Yield the parts of an option's value: a comma ends one, two commas are a comma in it."""
    part = ""
    at = 0
    while at < len(text):
        if text[at] != ",":
            part += text[at]
        elif text[at + 1 : at + 2] == ",":
            part += ","
            at += 1
        else:
            yield part
            part = ""
        at += 1
    yield part
