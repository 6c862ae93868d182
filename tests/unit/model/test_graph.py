from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.model.graph import CycleError_, cycles, order

NAMES = st.sampled_from("abcdefgh")
GRAPHS = st.dictionaries(NAMES, st.frozensets(NAMES, max_size=4), max_size=8)


def test_order_by_need_then_by_name() -> None:
    assert order({"web": ["db", "cache"], "db": [], "cache": [], "alone": []}) == [
        "alone",
        "cache",
        "db",
        "web",
    ]


def test_unknown_needs_are_left_out() -> None:
    assert order({"web": ["gone"]}) == ["web"]
    assert order({}) == []


@pytest.mark.parametrize(
    ("nodes", "cycle"),
    [
        ({"a": ["a"]}, "a -> a"),
        ({"b": ["a"], "a": ["b"]}, "a -> b -> a"),
        ({"c": ["a"], "a": ["b"], "b": ["c"], "d": ["a"]}, "a -> b -> c -> a"),
    ],
)
def test_cycle_is_named_in_full_from_its_first_name(nodes: dict[str, list[str]], cycle: str) -> None:
    with pytest.raises(CycleError_) as caught:
        order(nodes)
    assert str(caught.value) == cycle


def test_all_cycles() -> None:
    assert cycles({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"], "e": []}) == [
        ("a", "b", "a"),
        ("c", "d", "c"),
    ]


@given(GRAPHS)
def test_needs_come_first_or_a_real_cycle_is_named(nodes: dict[str, frozenset[str]]) -> None:
    if cycles(nodes):
        with pytest.raises(CycleError_) as caught:
            order(nodes)
        cycle = caught.value.cycle
        assert cycle[0] == cycle[-1]
        assert all(after in nodes[before] for before, after in itertools.pairwise(cycle))
    else:
        found = order(nodes)
        assert sorted(found) == sorted(nodes)
        assert all(found.index(need) < found.index(name) for name in nodes for need in nodes[name] & nodes.keys())


@given(GRAPHS, st.randoms(use_true_random=False))
def test_order_does_not_depend_on_who_was_written_first(nodes: dict[str, frozenset[str]], random: object) -> None:
    names = list(nodes)
    random.shuffle(names)  # type: ignore[attr-defined]
    shuffled = {name: nodes[name] for name in names}
    assert cycles(nodes) == cycles(shuffled)
    if not cycles(nodes):
        assert order(nodes) == order(shuffled)


def test_deep_and_wide() -> None:
    chain = {f"v{number:05}": [f"v{number + 1:05}"] for number in range(5000)}
    assert order(chain)[0] == "v04999"
    ring = {f"v{number:04}": [f"v{(number + 1) % 1000:04}"] for number in range(1000)}
    assert len(cycles(ring)[0]) == 1001
