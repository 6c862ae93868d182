"""A table is read as far as it can be, with every mistake in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dvm.manifest.bodies import keys_of, read_body
from dvm.model.choices import RunAs
from dvm.model.fields import Declared
from dvm.model.lock import Lock
from dvm.model.receipt import Receipt
from dvm.model.settings import Settings
from dvm.model.timeouts import Timeouts
from dvm.model.units import GIB
from dvm.model.vm import AS_FAR_AS_IT_GOES, VM, SetupEntry
from tests.unit.manifest.test_fuzz import FUZZ, HUGE, KEYS, VALUES

# For each key what is right, and what is nearly so.
NEAR: dict[str, list[Any]] = {
    "template": ["template:fedora", "template://debian", "./x.yaml", "/x.yaml", "https://example.org/x.yaml", ""],
    "template_sha256": ["0" * 64, "0" * 63, "A" * 64],
    "arch": ["x86_64", "aarch64", "arm64"],
    "vm_type": ["qemu", "vz", "QEMU"],
    "cpus": [1, 1024, 0, 1025, True, "2"],
    "memory": ["256MiB", "255MiB", "8GiB", "0.5TiB", "8GB", 8, " 1GiB "],
    "disk": ["1GiB", "1023MiB", "100GiB", -1],
    "user": ["developer", "root", "_a", "Root", "a" * 33, ""],
    "subuid_count": [0, 1 << 24, (1 << 24) + 1, -1],
    "subgid_count": [0, 65536, False],
    "ports": [[], ["3000"], ["3000:80", "3001:80"], ["3000", "3000"], ["22", "80", 3, "80"], [["3000"]], [[3000, 80]], "3000"],
    "isolation": ["strict", "standard", "STRICT", ""],
    "egress": ["open", "none", [], ["a.test", "*.b.test:8443"], ["a.test", "A.test."], ["10.0.0.1"], ["https://a.test"], "a.test"],
    "setup_egress": [[], ["a.test"], ["a.test:0"], "a.test", [1]],
    "reach": [[], ["db:5432"], ["db"], ["db:0"], [5432], "db:5432"],
    "setup": [
        ["a.sh"], ["a.sh", "./a.sh"], [{"script": "a.sh", "as": "root"}], [{"script": "a.sh", "as_": "root"}], [{}], [""],
        [{"script": "a.sh", "run": "once", "timeout": "1h30m", "sha256": "0" * 64}], [{"script": ""}], [["a.sh"]], "a.sh", {},
    ],
    "env": [{}, {"A": "b"}, {"a": "b"}, {"A": 1}, {"PATH": "x", "B": "c"}, ["A"]],
    "base": ["node", "", 1, ["node"]],
    "depends_on": [["db"], ["A"], [1], ["a", "a"], "db"],
    "parallelism": [1, 64, 65, 0, "4"],
    "timeouts": [{}, {"start": "15m", "read": "1s"}, {"start": "0s"}, {"start": 15}, {"nope": "1s"}, []],
    "script": ["a.sh", "", 1], "as": ["admin", "root", "nobody"], "run": ["always", "once", "never"],
    "sha256": ["0" * 64, "x"], "timeout": ["15m", "1h", "0s", "", 15],
}  # fmt: skip
SWITCHES = frozenset(
    key for model in (VM, Settings) for key, about in model.model_fields.items() if about.annotation is bool
)


def bodies(model: type[Declared]) -> st.SearchStrategy[dict[str, Any]]:
    near = {key: st.sampled_from([True, False, 1, "true"] if key in SWITCHES else NEAR[key]) for key in keys_of(model)}
    return st.fixed_dictionaries({}, optional=near)


def hold(model: type[Declared], body: dict[str, Any]) -> None:
    """What is right is read as the model reads it; what is wrong has a mistake, and its key nothing of it."""
    found = read_body(model, body)
    try:
        assert model.model_validate(body, context=AS_FAR_AS_IT_GOES) == found.value
        assert not found.errors
    except ValidationError:
        assert found.errors
    for key in set(body) - found.wrong:
        alone = model.model_validate({key: body[key]}, context=AS_FAR_AS_IT_GOES)
        assert getattr(found.value, key) == getattr(alone, key)


@FUZZ
@given(st.data(), st.sampled_from([VM, Settings]))
def test_on_what_is_nearly_right(data: st.DataObject, model: type[Declared]) -> None:
    hold(model, data.draw(bodies(model)))


@FUZZ
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.sampled_from([VM, Settings, Lock]))
def test_on_anything(body: dict[str, Any], model: type[Declared]) -> None:
    found = read_body(model, {key: 1 << 20_000 if value == HUGE else value for key, value in body.items()})
    assert bool(found.errors) or set(body) <= set(keys_of(model))


@pytest.mark.parametrize("key", keys_of(VM))
@pytest.mark.parametrize("value", [1.0, dt.date(2026, 1, 2), {"a": 1}, [[]], float("nan"), "\udc80"])
def test_no_key_takes_anything(key: str, value: object) -> None:
    found = read_body(VM, {key: value})
    assert found.errors
    # A list of names that lost all of them allows none of them.
    left = VM(egress="none") if key == "egress" and isinstance(value, list) else VM()
    assert found.value == left, "what is wrong leaves nothing behind"


@pytest.mark.parametrize("key", [key for key in NEAR if key in keys_of(VM) and key != "template_sha256"])
def test_each_key_has_values_on_both_sides(key: str) -> None:
    assert {bool(read_body(VM, {key: value}).errors) for value in NEAR[key]} == {True, False}


def test_the_rest_of_a_list_is_read_and_keeps_its_place() -> None:
    found = read_body(VM, {"ports": ["22", "80", 3, "90"], "memory": "4GiB", "setup": ["", "a.sh"], "cpus": "many"})
    assert [(found.index("ports", at), port.host) for at, port in enumerate(found.value.ports)] == [(1, 80), (3, 90)]
    assert [(found.index("setup", at), entry.script) for at, entry in enumerate(found.value.setup)] == [(1, "a.sh")]
    assert (found.value.memory, found.value.cpus) == (4 * GIB, None)
    assert found.wrong == {"ports", "setup", "cpus"}


def test_an_entry_with_two_mistakes_takes_no_other_with_it() -> None:
    found = read_body(VM, {"setup": [{"nope": 1, "run": "never"}, "a.sh", {"script": "b.sh", "x": 1, "as": "no"}]})
    assert [entry.script for entry in found.value.setup] == ["a.sh", "b.sh"]
    assert [found.index("setup", at) for at in range(2)] == [1, 2]


def test_models_are_frozen_and_closed() -> None:
    for model in (VM, Settings, Timeouts, SetupEntry, Lock):
        assert (model.model_config.get("frozen"), model.model_config.get("extra")) == (True, "forbid")
    assert Receipt.__struct_config__.frozen
    assert Receipt.__struct_config__.forbid_unknown_fields


def test_an_entry_is_written_with_its_alias() -> None:
    entry = SetupEntry.model_validate({"script": "a.sh", "as": "root"})
    assert entry.as_ is RunAs.ROOT
    assert entry.model_dump(mode="json")["as"] == "root"


@given(st.text(), st.none() | st.integers(0, 255), st.datetimes(timezones=st.just(dt.UTC)))
def test_a_receipt_survives_the_disk(text: str, status: int | None, when: dt.datetime) -> None:
    entry = {"path": text, "sha256": "", "as": "root", "run_id": "", "started": when, "exit_status": status}
    body = {"vm": "app", "instance": "dvm-app", "template": text, "created": when, "created_by": "1"}
    receipt = msgspec.convert(body | {"setup": [entry | {"content": text}]}, Receipt)
    assert msgspec.json.decode(msgspec.json.encode(receipt), type=Receipt) == receipt


def test_many_mistakes_are_counted_and_not_listed(config: Any) -> None:
    keys = "\n".join(f"k{number} = 1" for number in range(500))
    found = config.mistakes(f"[vm.app]\n{keys}\n")
    assert len(found) == 201
    assert any("300 more mistakes" in mistake.summary for mistake in found)
    found = config.mistakes(f"{keys}\n")
    assert len(found) == 201
    assert any("300 more unknown keys" in mistake.summary for mistake in found)
