"""The two readers of a table agree: what one takes the other takes, as the same values."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from dvm.manifest.models import mistakes_in, model_of
from dvm.model.lock import Lock
from dvm.model.manifest import Settings
from dvm.model.receipt import Receipt
from dvm.model.table import Table, read
from dvm.model.vm import VM, SetupEntry, contradictions
from tests.unit.manifest.test_fuzz import FUZZ, HUGE, KEYS, VALUES

# For each key what is right, and what is nearly so.
RIGHT: dict[str, list[Any]] = {
    "template": ["template:fedora", "template://debian", "./x.yaml", "/x.yaml", "https://example.org/x.yaml", ""],
    "template_sha256": ["0" * 64, "0" * 63, "A" * 64],
    "arch": ["x86_64", "aarch64", "arm64"],
    "vm_type": ["qemu", "vz", "QEMU"],
    "cpus": [1, 1024, 0, 1025, 2.0, True, "2"],
    "memory": ["256MiB", "255MiB", "8GiB", "0.5TiB", "8GB", 8, " 1GiB "],
    "disk": ["1GiB", "1023MiB", "100GiB", -1],
    "user": ["developer", "root", "_a", "Root", "a" * 33, ""],
    "subuid_count": [0, 1 << 24, (1 << 24) + 1, -1, 1.0],
    "subgid_count": [0, 65536, False],
    "ports": [[], ["3000"], ["3000:80", "3001:80"], ["3000", "3000"], ["22"], [3000], [["3000"]], [[3000, 80]], "3000"],
    "isolation": ["strict", "standard", "STRICT", ""],
    "setup": [
        ["a.sh"], ["a.sh", "./a.sh"], [{"script": "a.sh", "as": "root"}], [{"script": "a.sh", "as_": "root"}], [{}], [""],
        [{"script": "a.sh", "run": "once", "timeout": "1h30m", "sha256": "0" * 64}], [{"script": ""}], [["a.sh"]], "a.sh", {},
    ],
    "depends_on": [["db"], ["A"], [1], ["a", "a"], "db"],
    "parallelism": [1, 64, 65, 0, "4"],
    "timeouts": [{}, {"start": "15m", "read": "1s"}, {"start": "0s"}, {"start": 15}, {"nope": "1s"}, []],
    "script": ["a.sh", "", 1], "as": ["admin", "root", "nobody"], "run": ["always", "once", "never"],
    "sha256": ["0" * 64, "x"], "timeout": ["15m", "1h", "0s", "", 15],
}  # fmt: skip
SWITCHES = ("sudo", "auto_ports", "running", "protect", "proxy_env", "require_review")


def bodies(table: type[Table]) -> st.SearchStrategy[dict[str, Any]]:
    near: dict[str, st.SearchStrategy[Any]] = {}
    for key in table.__struct_encode_fields__:
        near[key] = st.sampled_from([True, False, 1, "true"] if key in SWITCHES else RIGHT[key])
    return st.fixed_dictionaries({}, optional=near)


def taken(table: type[Table], body: dict[str, Any]) -> object:
    try:
        return read(table, body)
    except ValueError:
        return None


def plain(value: object) -> object:
    """Return a table or a model as its values alone."""
    if isinstance(value, Table):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if type(value) in {tuple, list}:
        assert isinstance(value, tuple)
        return tuple(plain(each) for each in value)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return (type(value), value)


def agree(table: type[Table], body: dict[str, Any]) -> None:
    mine = taken(table, body)
    wrong = mistakes_in(table, body)
    apart = table is VM and not wrong and contradictions(body)
    assert (mine is None) == bool(wrong or apart), (mine, wrong)
    if mine is not None:
        assert plain(mine) == plain(model_of(table).model_validate(body, by_alias=True, by_name=False))


@FUZZ
@given(st.data(), st.sampled_from([VM, Settings, SetupEntry]))
def test_on_what_is_nearly_right(data: st.DataObject, table: type[Table]) -> None:
    agree(table, data.draw(bodies(table)))


@FUZZ
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.sampled_from([VM, Settings, SetupEntry, Lock]))
def test_on_anything(body: dict[str, Any], table: type[Table]) -> None:
    agree(table, {key: 1 << 20_000 if value == HUGE else value for key, value in body.items()})


@pytest.mark.parametrize("key", [*VM.__struct_encode_fields__])
@pytest.mark.parametrize("value", [None, 1.0, dt.date(2026, 1, 2), {"a": 1}, [[]], float("nan"), "\udc80"])
def test_on_each_key(key: str, value: object) -> None:
    if value is not None:  # which no file has
        agree(VM, {key: value})


@pytest.mark.parametrize("key", [key for key in RIGHT if key in VM.__struct_encode_fields__])
def test_each_key_has_values_on_both_sides(key: str) -> None:
    found = [taken(VM, {key: value}) is not None for value in RIGHT[key]]
    assert any(found) or key == "template_sha256"  # which goes with a path alone
    assert not all(found)


def test_models_are_frozen_and_closed() -> None:
    for table in (VM, Settings, SetupEntry, Lock, Receipt):
        config = model_of(table).model_config
        assert (config.get("frozen"), config.get("extra")) == (True, "forbid")
        assert table.__struct_config__.frozen
        assert table.__struct_config__.forbid_unknown_fields


def test_what_is_refused_without_a_reason_is_still_a_mistake(config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dvm.manifest.models.mistakes_in", lambda *_: [])
    (mistake,) = config.mistakes("[vm.app]\ncpus = 'many'\n")
    assert mistake.summary == "vm.app: some of its keys can't be read"
    (mistake,) = config.mistakes("[settings]\nparallelism = 'many'\n")
    assert mistake.summary == "settings: some of its keys can't be read"


@given(st.text(), st.none() | st.integers(0, 255), st.datetimes(timezones=st.just(dt.UTC)))
def test_a_receipt_survives_the_disk(text: str, status: int | None, when: dt.datetime) -> None:
    entry = {"path": text, "sha256": "", "as": "root", "run_id": "", "started": when, "exit_status": status}
    body = {"vm": "app", "instance": "dvm-app", "template": text, "created": when, "created_by": "1"}
    receipt = msgspec.convert(body | {"setup": [entry | {"content": text}]}, Receipt)
    written = msgspec.json.encode(receipt)
    assert msgspec.json.decode(written, type=Receipt) == receipt
    # What an older DVM wrote with pydantic, and the other way round.
    model = model_of(Receipt)
    assert plain(model.model_validate_json(written)) == plain(receipt)
    older = model.model_validate_json(written).model_dump_json(by_alias=True, indent=1)
    assert msgspec.json.decode(older, type=Receipt) == receipt
    assert json.loads(older) == json.loads(written)
