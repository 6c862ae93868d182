"""Names that a guest may reach: rules as the manifest writes them, and what they match.

A rule is a host or `*.domain`, each with an optional port; without one it is for 443 and 80. `*.domain` is one or more
labels before the domain, never the domain itself.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT_PORTS = (443, 80)
_LONGEST_NAME = 253
_LONGEST_TEXT = 600
_HIGHEST_PORT = 65535
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# What a resolver takes for an address: its last label is a number, in decimal or hex.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL = "localhost"
_RULE = 'a name is a host or "*.domain", with or without a port, as in "git.example.com" or "*.example.net:8443"'


class EgressRule(NamedTuple):
    """A host, or a domain below which every name is meant (`below`); `port` None: 443 and 80."""

    host: str
    below: bool = False
    port: int | None = None

    def __str__(self) -> str:
        """As the manifest writes it."""
        return f"{'*.' if self.below else ''}{self.host}{'' if self.port is None else f':{self.port}'}"

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that it allows."""
        return DEFAULT_PORTS if self.port is None else (self.port,)

    def matches(self, name: str, port: int) -> bool:
        """Whether it allows this port of a name that `parse_name` returned."""
        if port not in self.ports:
            return False
        return name.endswith(f".{self.host}") if self.below else name == self.host


def parse_rule(text: str) -> EgressRule:
    """Return the rule that a manifest writes, its name in lower case and in ASCII (IDNA).

    Raises:
        ValueError: it is none; the message says what is wrong with it.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError(_RULE)
    _demand_plain(text)
    host, colon, digits = text.partition(":")
    below = host.startswith("*.")
    rule = EgressRule(_ascii(host.removeprefix("*.")), below, _port(digits) if colon else None)
    if rule.host == _LOCAL or rule.host.endswith(f".{_LOCAL}"):
        raise ValueError("localhost is the VM itself; for a port of another VM there is reach")
    return rule


def parse_name(text: str) -> str:
    """Return a name that a client asks for, in lower case and without the dot at its end.

    Raises:
        ValueError: it is an address, or no name in ASCII.
    """
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if not text.isascii() or len(name) > _LONGEST_NAME or any(_LABEL.fullmatch(label) is None for label in labels):
        raise ValueError("it is not a host name")
    if _NUMBER.fullmatch(labels[-1]):
        raise ValueError("it is an address, and only names are allowed")
    return name


def matching(rules: tuple[EgressRule, ...], name: str, port: int) -> EgressRule | None:
    """Return the first rule that allows this port of a name; None: there is none."""
    return next((rule for rule in rules if rule.matches(name, port)), None)


def _demand_plain(text: str) -> None:
    """See that it is no more than a name: people paste URLs and addresses."""
    if "://" in text:
        raise ValueError('a name has no scheme: "git.example.com", not "https://git.example.com"')
    if "/" in text:
        raise ValueError("a name has no path, and no network is allowed as a whole")
    if "@" in text:
        raise ValueError("a name has no user in front")
    if text.startswith("[") or text.count(":") > 1:
        raise ValueError("an address can't be allowed: DVM allows names, and resolves them on the host")
    if text == "*" or text.startswith("*:"):
        raise ValueError('"*" is every name; for that there is egress = "open"')
    if "*" in text.removeprefix("*."):
        raise ValueError('"*" stands for whole labels at the front alone, as in "*.example.net"')


def _ascii(host: str) -> str:
    name = host
    if not host.isascii():
        try:
            name = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise ValueError("it is not a host name") from error
    try:
        return parse_name(name)
    except ValueError as error:
        if "address" in str(error):
            raise ValueError("an address can't be allowed: DVM allows names, and resolves them on the host") from None
        raise ValueError(_RULE) from None


def _port(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(_HIGHEST_PORT))):
        raise ValueError(_RULE)
    number = int(digits)
    if not 1 <= number <= _HIGHEST_PORT:
        raise ValueError(f"a port number is from 1 to {_HIGHEST_PORT}")
    return number
