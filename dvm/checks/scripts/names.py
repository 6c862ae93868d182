"""Variables, functions and aliases at one point of the script, as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.checks.scripts.values import EMPTY, Value, hole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.checks.scripts.bash.nodes import Node
    from dvm.checks.scripts.source import Source

MOST_CHOICES = 256
_MOST_MERGED = 16
Choices = tuple[Value, ...]
"""What a variable may hold: one value, or one for each branch or round that sets it."""


class Function(Struct, eq=False):
    """One definition of a function. `called`: some command of the script has run it already."""

    body: Node
    source: Source
    called: bool = False


class Namespace(Struct):
    """What names mean. Variables branch with `fork` and `merge`; functions and aliases only ever come to be."""

    variables: dict[str, Choices] = field(default_factory=dict)
    arrays: dict[str, Choices] = field(default_factory=dict)
    keyed: dict[str, dict[str, Value]] = field(default_factory=dict)
    """The elements of associative arrays by key."""
    references: dict[str, str] = field(default_factory=dict)
    """The variables that `declare -n` made stand for others."""
    positional: Choices | None = None
    functions: dict[str, list[Function]] = field(default_factory=dict)
    aliases: dict[str, Value] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)
    """Names that `hash -p` or BASH_CMDS gave to other programs."""

    def set(self, name: str, choices: Choices) -> None:
        """Give a variable its value."""
        name = self.references.get(name, name)
        if len(choices) > MOST_CHOICES:
            choices = (hole(f"many:{name}"),)
        self.variables[name] = choices
        self.arrays.pop(name, None)

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
        if not branches:
            return
        first, *others = branches
        merged = dict(first)
        for name in {name for branch in others for name in branch} | set(first):
            held = [branch[name] for branch in branches if name in branch]
            if any(choices is not held[0] for choices in held):
                several = tuple(value for choices in held for value in choices)
                # Alike ones are kept too, so that variables stay in step; but not without end.
                merged[name] = several if len(several) <= _MOST_MERGED else tuple(dict.fromkeys(several))
                if len(set(several)) == 1:
                    merged[name] = several[:1]
            else:
                merged[name] = held[0]
        self.variables = {
            name: kept if len(kept) <= MOST_CHOICES else (hole(f"many:{name}"),) for name, kept in merged.items()
        }
