"""Variables, functions and aliases at one point of the script, as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.checks.scripts.values import EMPTY, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tree_sitter import Node

    from dvm.checks.scripts.parser import Source

_MOST_CHOICES = 8
Choices = tuple[Value, ...]
"""What a variable may hold: one value, or one for each branch that sets it."""


class Function(Struct):
    """A function of the script. `called`: some command of the script has run it already."""

    body: Node
    source: Source
    lines: tuple[int, int]
    called: bool = False


class Scope(Struct):
    """What names mean. Variables branch with `fork` and `merge`; functions and aliases only ever come to be."""

    variables: dict[str, Choices] = field(default_factory=dict)
    arrays: dict[str, Choices] = field(default_factory=dict)
    keyed: dict[str, dict[str, Value]] = field(default_factory=dict)
    """The elements of associative arrays by key."""
    positional: Choices | None = None
    functions: dict[str, Function] = field(default_factory=dict)
    aliases: dict[str, Value] = field(default_factory=dict)

    def set(self, name: str, choices: Choices) -> None:
        """Give a variable its value."""
        self.variables[name] = choices[:_MOST_CHOICES]

    def append(self, name: str, value: Value) -> None:
        """Add to a variable's value (`+=`)."""
        self.variables[name] = tuple(old + value for old in self.variables.get(name, (EMPTY,)))

    def fork(self) -> dict[str, Choices]:
        """Return the variables as they are now."""
        return dict(self.variables)

    def merge(self, branches: Sequence[Mapping[str, Choices]]) -> None:
        """Go on after branches of which any one may have run.

        A variable holds what each branch left, in the order of the branches: two variables that the same branches
        set (URL and checksum by architecture) stay in step.
        """
        first, *others = branches
        merged = dict(first)
        for name in {name for branch in others for name in branch} | set(first):
            held = [branch[name] for branch in branches if name in branch]
            if any(choices is not held[0] for choices in held):
                several = tuple(value for choices in held for value in choices)
                merged[name] = several[:_MOST_CHOICES] if len(set(several)) > 1 else several[:1]
            else:
                merged[name] = held[0]
        self.variables = merged
