"""What was seen of the walls around one VM, from both sides, and what is promised of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.model.port import parse_port
from dvm.model.receipt import Allowance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dvm.lima.listeners import Listener
    from dvm.model.check import CheckResult
    from dvm.model.instance import Instance
    from dvm.model.manifest import DesiredVM


class Promise(Struct, frozen=True):
    """What the manifest says of the walls or, of a VM that no manifest declares, its receipt.

    What neither says is promised to be shut.
    """

    allowed: Allowance
    sudo: bool = False

    @classmethod
    def of(cls, desired: DesiredVM | None, instance: Instance) -> Promise:
        """Return what is promised of an instance."""
        if desired is not None:
            return cls(desired.allowed, desired.config.sudo)
        receipt = instance.receipt
        if receipt is None:
            return cls(Allowance())
        made = receipt.bootstrap
        return cls(receipt.allowed or Allowance(), made is not None and made.sudo)

    @property
    def host_ports(self) -> frozenset[int]:
        """The declared ports of this host."""
        return frozenset(parse_port(text).host for text in self.allowed.ports)


class GuestReport(Struct, frozen=True):
    """What the guest answered: the values of each probe by its name and who tried it. Incomplete ones are not here."""

    values: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[str]) -> GuestReport:
        """Return the report that the lines of dvm-verify make; see dvm/lima/guest/verify.sh."""
        seen: dict[tuple[str, str], list[str]] = {}
        ended: set[tuple[str, str]] = set()
        for line in lines:
            word, name, who, *value = line.split("\t")
            values = seen.setdefault((name, who), [])
            if word == "end":
                ended.add((name, who))
            else:
                values.extend(value)
        return cls({key: tuple(values) for key, values in seen.items() if key in ended})


class Evidence(Struct, frozen=True):
    """All that was seen of one VM.

    `denied`: what the checks of instances deny. `listeners`: None where they could not be read. `arrived`: what came to
    the host's loopback. `guest`: None where nobody could look from inside, and then `no_guest` says why.
    """

    instance: Instance
    promise: Promise
    denied: Sequence[CheckResult]
    listeners: Sequence[Listener] | None
    token: str = ""
    arrived: frozenset[str] = frozenset()
    file: str = ""
    guest: GuestReport | None = None
    no_guest: str = ""

    def values(self, probe: str, who: str) -> tuple[str, ...] | None:
        """Return what a probe in the guest found; None where it was not carried out."""
        return None if self.guest is None else self.guest.values.get((probe, who))

    @property
    def unanswered(self) -> str:
        """Why a probe in the guest has no answer."""
        return self.no_guest or "the guest did not carry this out"
