"""The one network device of QEMU's that leads out of a VM: how it is made, and whether a command line has it."""

from __future__ import annotations

import os
import re
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
# What Lima gives its network, each once: whatever else is there could open another way, or take a rule back.
_LIMA_OPTIONS = re.compile(
    rf"id=\w+|net={re.escape(NETWORK)}|dhcpstart=[0-9.]+|hostfwd=tcp:127\.0\.0\.1:[0-9]+-:22", re.ASCII
)
# In front of the forwards.
_SHUT = ("restrict=on", "ipv6=off")


class NetworkError(Exception):
    """A command line of QEMU's whose network can't be shut; the message says why."""


def launch(script: str, *arguments: str) -> list[str]:
    """Return the words that start one of this package's programs, by this Python, without what its environment says."""
    return [sys.executable, "-I", "-S", os.path.join(os.path.dirname(os.path.abspath(__file__)), script), *arguments]  # noqa: PTH100, PTH118, PTH120


def rules(directory: str, policy: Policy) -> list[str]:
    """Return the options that shut a user network but for the proxy, and for ports of other VMs.

    `restrict=on` alone holds for IPv4: of IPv6, QEMU's network library compares a part of the sender's address, which
    guest root chooses, with the forwards, and connects to any address at the proxy's port.
    """
    forwards = [(PROXY_ADDRESS, PROXY_PORT, "proxy")]
    forwards += [(policy.address_of(each), each.port, str(each.host_port)) for each in policy.reached]
    return [*_SHUT, *(_forward(directory, *each) for each in forwards)]


def shut(words: Sequence[str], directory: str, policy: Policy) -> list[str]:
    """Return a command line whose only network leads to the proxy.

    Raises:
        NetworkError: it does not have exactly one network, of the kind that Lima makes.
    """
    place, options = _only_network(words)
    if not _is_lima(options):
        raise NetworkError(f"its network is not as Lima makes it: {','.join(options)}")
    changed = list(words)
    changed[place] = ",".join([words[place], *(rule.replace(",", ",,") for rule in rules(directory, policy))])
    return changed


def is_shut(words: Sequence[str], directory: str, policy: Policy) -> bool:
    """Whether a command line of QEMU's is one that `shut` made, with this policy's ports."""
    try:
        _, options = _only_network(words)
    except NetworkError:
        return False
    added = rules(directory, policy)
    lima = options[: -len(added)]
    return options[-len(added) :] == added and _is_lima(lima)


def is_restricted(words: Sequence[str]) -> bool:
    """Whether any network of a command line of QEMU's has a rule that shuts it, one of ours or not."""
    networks = (following for word, following in zip(words, [*words[1:], ""], strict=True) if _name(word) == _OPTION)
    return any(option.partition("=")[0] == "restrict" for text in networks for option in _options(text))


def _forward(directory: str, address: str, port: int, kind: str) -> str:
    # QEMU splits the command as a shell does.
    command = shlex.join(launch("connector.py", directory, kind))
    return f"guestfwd=tcp:{address}:{port}-cmd:{command}"


def _is_lima(options: Sequence[str]) -> bool:
    """Whether these are a network's options as Lima writes them, each known and there once."""
    names = {option.partition("=")[0] for option in options}
    return len(names) == len(options) and "net" in names and all(map(_LIMA_OPTIONS.fullmatch, options))


def _only_network(words: Sequence[str]) -> tuple[int, list[str]]:
    """Return where the value of the only network is, and its options."""
    other = next((word for word in words if _name(word) in _OTHER_NETWORKS), None)
    if other is not None:
        raise NetworkError(f"it has {other}")
    places = [at + 1 for at, word in enumerate(words) if _name(word) == _OPTION]
    if len(places) != 1 or places[0] >= len(words):
        raise NetworkError(f"it has {len(places)} networks, not one")
    options = list(_options(words[places[0]]))
    if options[0] != "user":
        raise NetworkError(f"its network is {options[0]}, not QEMU's own")
    return places[0], options[1:]


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
