"""Command lines, taken apart into options and operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dvm.checks.scripts.values import Value, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def names_of(text: str) -> frozenset[str]:
    """Return the words of a text, as the names of options in the tables of programs."""
    return frozenset(text.split())


CONTAINER_VALUES = names_of(
    "-e --env -v --volume -w --workdir -u --user -p --publish --name --network --net --entrypoint -h --hostname --mount"
    " --platform -l --label --env-file --add-host --cap-add --cap-drop --device --security-opt --userns --ulimit -m"
    " --memory --cpus --restart --pull --tmpfs --shm-size --gpus --ip --dns --log-driver --pod --secret"
)
"""Options of `docker run` and its kin that take a value."""


class ParsedOptions(Struct):
    """Options in order, each with its value where it has one, and operands."""

    options: list[tuple[str, Value | None]] = field(default_factory=list)
    operands: list[Value] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(name in names for name, _ in self.options)

    def value(self, *names: str) -> Value | None:
        """Return the last value given by one of these options."""
        return next((value for name, value in reversed(self.options) if name in names), None)

    def values(self, *names: str) -> Iterator[Value]:
        """Yield every value given by one of these options."""
        return (value for name, value in self.options if name in names and value is not None)


def take_apart(
    given: Sequence[Value], with_value: frozenset[str] = frozenset(), *, stop: bool = False, single: bool = False
) -> ParsedOptions:
    """Return the options and operands of the words behind a program's name.

    `with_value` names the options that take a value: `-o` as `-oX`, `-o X` or `-qo X`, `--out` as `--out X`
    (any long option may have one as `--out=X`). `stop`: options end at the first operand, as for programs that
    run a command. `single`: long options have one dash (`find -exec`), so letters are not taken apart.
    """
    line = ParsedOptions()
    rest = list(given)
    while rest:
        word = rest.pop(0)
        text = word.text
        if text == "--":
            line.operands.extend(rest)
            break
        if len(text) < 2 or text[0] != "-" or not isinstance(word.parts[0], str):  # noqa: PLR2004 - "-" is an operand
            line.operands.append(word)
            if stop:
                line.operands.extend(rest)
                break
        elif text.startswith("--") or single:
            _long(line, word, rest, with_value)
        else:
            _short(line, word, rest, with_value)
    return line


def _long(line: ParsedOptions, word: Value, rest: list[Value], with_value: frozenset[str]) -> None:
    name, equals, _ = word.text.partition("=")
    if equals:
        line.options.append((name, word.drop(len(name) + 1)))
    elif name in with_value:
        line.options.append((name, rest.pop(0) if rest else None))
    else:
        line.options.append((name, None))


def _short(line: ParsedOptions, word: Value, rest: list[Value], with_value: frozenset[str]) -> None:
    letters = word.parts[0] if isinstance(word.parts[0], str) else ""
    for index, letter in enumerate(letters[1:], start=1):
        name = f"-{letter}"
        if name in with_value:
            value = word.drop(index + 1)
            line.options.append((name, value or (rest.pop(0) if rest else None)))
            return
        line.options.append((name, None))


def spread(values: Sequence[Value]) -> Value:
    """Return words put together with blanks, as eval and ssh do."""
    result = Value()
    for index, value in enumerate(values):
        result = (result + literal(" ") if index else result) + value
    return result
