"""What DVM says about one field of Lima's configuration."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]


class Decider(StrEnum):
    """Who decides a field."""

    HARMLESS = "harmless"
    DVM = "set by DVM"
    TEMPLATE = "declared by the template"
    LIMA = "filled in by Lima"
    DENIED = "denied"


class Field(Struct, frozen=True, kw_only=True):
    """One row of the table. `path` is a path as in "ssh.localPort"; `[]` ends a list, `{}` a mapping with free keys.

    A list or a mapping's entry is judged as a whole; `inside` are the keys that an entry may have.
    """

    path: str
    decider: Decider
    why: str
    inside: tuple[str, ...] = ()
    passes: Callable[[Any, Json], bool] | None = None
    """Whether a value passes without a voucher, given the whole configuration. None: of HARMLESS and DVM every
    value does (DVM's is judged elsewhere), of all others none does."""
    values: str = ""
    """What `passes` lets through, in words."""
    or_template: bool = False
    """Whether a template may bring another value than those that pass."""
    adoptable: bool = False
    """Whether a VM that was there before DVM, and was adopted, may keep another value."""
    reset: str = ""
    """The value, as JSON, that takes an undeclared one away; empty: the field is taken out of the file."""
    code: str = "DVM314"
    """The check that reports what does not pass; of a field set by DVM, the check that judges it."""
    editable: bool = True
    """Whether `limactl edit` can put an earlier value back into an instance."""
    secret: bool = False
    """Whether a value may be a secret, so that a receipt keeps the digest alone."""

    @property
    def declarable(self) -> bool:
        """Whether a template may bring a value that does not pass by itself."""
        return self.decider is Decider.TEMPLATE or self.or_template

    @property
    def leaves(self) -> Iterator[str]:
        """The full path of every value below it."""
        yield from (f"{self.path}.{name}" for name in self.inside)
        if not self.inside:
            yield self.path

    def accepts(self, value: object, config: Json) -> bool:
        """Whether the value passes by itself. Null and what is empty always do: Lima fills in its own."""
        if value is None or value in ("", [], {}):
            return True
        if self.passes is None:
            return self.decider in (Decider.HARMLESS, Decider.DVM)
        return self.passes(value, config)


def only(*allowed: object) -> Callable[[Any, Json], bool]:
    """Return a predicate that lets these values through, each of the very type."""
    return lambda value, _: any(type(value) is type(one) and value == one for one in allowed)


def truth(value: object, _: Json) -> bool:
    """Whether a value is true or false."""
    return isinstance(value, bool)
