"""Lines and columns of keys and values, in any TOML that tomllib reads."""

from __future__ import annotations

import json
import os
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from dvm.manifest.positions import Positions

if TYPE_CHECKING:
    from collections.abc import Iterator

HARD = settings(max_examples=int(os.environ.get("DVM_FUZZ_EXAMPLES", "100")), deadline=None)
TEXT = '''\
# comment
version = 1
a.b."c d" = { x = [1, 2, { "é" = 3 }], y.z = """
two lines""" } # comment
'q\\' = [ # comment
  "one", # comment

  'two',
]
[vm.app]
"cpus" = 4
setup = ["ä.sh", { script = "b.sh", run = "nope" }]
[[list]]
k = 1
[[list]]
k = 2
[list.sub]
j = 1979-05-27 07:32:00Z
[[list.deep]]
[[list.deep]]
m = +nan
[vm]
other.cpus = 0xFF
'''


def test_examples() -> None:
    assert tomllib.loads(TEXT)
    found = Positions(TEXT)
    values = {
        ("version",): (2, 11),
        ("a", "b", "c d"): (3, 13),
        ("a", "b", "c d", "x", 1): (3, 23),
        ("a", "b", "c d", "x", 2, "é"): (3, 34),
        ("a", "b", "c d", "y", "z"): (3, 46),
        ("q\\",): (5, 8),
        ("q\\", 1): (8, 3),
        ("vm", "app", "setup", 1): (12, 18),
        ("vm", "app", "setup", 1, "run"): (12, 43),
        ("list", 1, "k"): (16, 5),
        ("list", 1, "sub", "j"): (18, 5),
        ("list", 1, "deep", 1, "m"): (21, 5),
        ("vm", "other", "cpus"): (23, 14),
    }
    assert {path: found.value(path) for path in values} == values
    keys = {
        ("a", "b"): (3, 3),
        ("a", "b", "c d", "y", "z"): (3, 42),
        ("vm",): (22, 2),
        ("vm", "app"): (10, 5),
        ("vm", "app", "cpus"): (11, 1),
        ("vm", "app", "setup", 1, "script"): (12, 20),
        ("list", 1): (15, 3),
        ("vm", "other", "cpus"): (23, 7),
    }
    assert {path: found.key(path) for path in keys} == keys


def test_nearest() -> None:
    found = Positions("[vm.app]\nsetup = ['a']\n")
    assert found.nearest(("vm", "app", "setup", 0, "script")) == (2, 10)
    assert found.nearest(("vm", "app", "gone"), "key") == (1, 5)
    assert found.nearest(("vm", "app", "setup"), "key") == (2, 1)
    assert found.nearest(("gone",)) is None
    assert found.nearest(()) is None


def test_line_ends() -> None:
    found = Positions('a = """x\r\ny"""\r\n[t]\r\nb = 1\r\n')
    assert (found.value(("a",)), found.value(("t", "b"))) == ((1, 5), (4, 5))


def test_what_is_too_deep_has_the_place_of_what_is_around_it() -> None:
    depth = 400
    found = Positions(f"{'.'.join('a' * 3000)} = 1\nx = {'[' * depth}1{']' * depth}\n")
    assert found.nearest(("a",) * 3000, "key") == found.key(("a",) * 100) == (1, 199)
    assert found.nearest(("x", *(0,) * depth)) == (2, 104)


KEYS = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(
    ["a", "b", "a-b", "1", "true", "vm", "é", ""]
)
SCALARS = (
    st.integers(-(2**63), 2**63)
    | st.booleans()
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=12)
    | st.datetimes()
    | st.dates()
    | st.times()
)
DOCUMENTS = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=5,
)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    match value:
        case dict() if value:
            for key, inner in value.items():
                yield from leaves(inner, (*path, key))
        case list() if value:
            for index, inner in enumerate(value):
                yield from leaves(inner, (*path, index))
        case _:
            yield path, value


def starting(text: str, place: tuple[int, int] | None) -> str:
    assert place is not None
    line, column = place
    return "\n".join([text.split("\n")[line - 1][column - 1 :], *text.split("\n")[line:]])


def same(left: Any, right: Any) -> bool:
    return bool(left == right) or repr(left) == repr(right)  # nan


def readings(rest: str, ends: str, before: str, after: str) -> Iterator[dict[str, Any]]:
    """Yield what TOML reads in `rest`, up to each of the characters that can end it."""
    for end in [*(index for index, character in enumerate(rest) if index and character in ends), len(rest)]:
        with suppress(tomllib.TOMLDecodeError):
            yield tomllib.loads(before + rest[:end] + after)


def check(text: str) -> None:
    found = Positions(text)
    for path, value in leaves(tomllib.loads(text)):
        if not path:
            continue
        assert found.nearest(path) is not None
        if value not in ({}, []):
            rest = starting(text, found.value(path))
            assert any(same(read["x"], value) for read in readings(rest, ",\n]} \t#", "x = ", "")), (
                path,
                rest,
            )
        if isinstance(path[-1], str):
            rest = starting(text, found.key(path))
            assert any([*read] == [path[-1]] for read in readings(rest, "=. \t]", "", " = 1")), (path, rest)


@HARD
@given(DOCUMENTS, st.booleans())
def test_a_place_is_where_the_key_or_the_value_begins(document: dict[str, Any], lines: bool) -> None:
    check(tomli_w.dumps(document, multiline_strings=lines))


@HARD
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_the_same_in_other_ways_to_write_it(document: dict[str, Any], random: Any) -> None:
    check(write(document, random))


def write(document: dict[str, Any], random: Any) -> str:
    """Write TOML with inline tables, dotted and quoted keys, comments, blanks and broken lines at random."""

    def key(name: str) -> str:
        bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        return (
            name if bare and random.random() < 0.7 else json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
        )

    def space() -> str:
        return str(random.choice(["", " ", "\t", "  "]))

    def value(item: Any) -> str:
        if isinstance(item, list):
            gap = random.choice([" ", "\n  ", " # é\n"])
            return f"[{gap}{''.join(f'{value(inner)}{space()},{gap}' for inner in item)}]"
        if isinstance(item, dict):
            return "{" + ", ".join(space() + pair((name,), inner) for name, inner in item.items()) + space() + "}"
        return tomli_w.dumps({"x": item}).removeprefix("x = ").rstrip("\n")

    def pair(names: tuple[str, ...], item: Any) -> str:
        if isinstance(item, dict) and len(item) == 1 and random.random() < 0.5:
            ((name, inner),) = item.items()
            return pair((*names, name), inner)
        dot = f"{space()}.{space()}"
        return f"{dot.join(map(key, names))}{space()}={space()}{value(item)}"

    return "".join(f"{space()}{pair((name,), item)} # ü\n" for name, item in document.items())
