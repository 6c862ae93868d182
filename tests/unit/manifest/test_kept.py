"""Tables that were read before are what pydantic read, and nothing else is taken for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.kept import MOST_BYTES, signed
from dvm.manifest.bodies import keys_of, read_body
from dvm.manifest.kept import KeptTable, KeptTables, frozen, reading_code
from dvm.model.settings import Settings
from dvm.model.vm import VM, Base
from tests.keys import WRITTEN

# Where egress is limited these two can't be had.
EVERYTHING = WRITTEN | {"host_loopback": False, "proxy_env": False}


def kept_again(kind: str, body: dict[str, object], model: VM | Settings) -> KeptTable | None:
    """Return what the next command gets of a table that one read."""
    tables = KeptTables(b"", "code")
    tables.add(kind, body, model)
    found = KeptTables(tables.content(), "code").get(kind, body)
    assert found is None or isinstance(found, KeptTable)
    return found


def same(kept: object, model: object) -> bool:
    """Whether two tables have the same values of the same types, at every depth."""
    if isinstance(kept, KeptTable):
        names = set(type(model).model_fields)  # type: ignore[attr-defined]
        if names != set(vars(kept)) or kept.model_fields_set != model.model_fields_set:  # type: ignore[attr-defined]
            return False
        return all(same(getattr(kept, name), getattr(model, name)) for name in names)
    if isinstance(kept, tuple) and type(kept) is type(model):
        return len(kept) == len(model) and all(map(same, kept, model))
    return type(kept) is type(model) and kept == model


def test_the_table_of_everything_has_every_key() -> None:
    assert set(EVERYTHING) == set(keys_of(VM))


@pytest.mark.parametrize("kind", ["vm", "base"])
@pytest.mark.parametrize("key", ["", *EVERYTHING])
def test_what_is_kept_is_what_was_read(kind: str, key: str) -> None:
    body = dict(EVERYTHING) if not key else {key: EVERYTHING[key]}
    read = read_body(VM if kind == "vm" else Base, body)
    assert not read.errors
    kept = kept_again(kind, body, read.value)
    assert kept is not None
    assert same(kept, read.value)
    assert kept == read.value
    assert read.value == kept
    assert kept != read_body(VM if kind == "vm" else Base, {**body, "cpus": 7}).value


def test_settings_are_kept() -> None:
    body: dict[str, object] = {"parallelism": 2, "timeouts": {"start": "15m"}}
    read = read_body(Settings, body).value
    kept = kept_again("settings", body, read)
    assert kept is not None
    assert same(kept, read)
    assert kept.timeouts.start == 900  # type: ignore[attr-defined]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "1", "1GiB", "open", "true"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "script", "1"]), inner, max_size=2)
    ),
    max_leaves=5,
)
_BODIES = st.dictionaries(st.sampled_from([*EVERYTHING, "nosuch"]), _VALUES, max_size=4)


def _exactly(left: object, right: object) -> bool:
    """Whether two values of TOML are the same one: 1 is not true, and neither is "1"."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(_exactly(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_exactly, left, right))
    return left == right


@given(_BODIES, _BODIES, st.sampled_from(["vm", "base", "defaults"]), st.sampled_from(["vm", "base", "defaults"]))
def test_another_table_is_not_taken_for_it(
    body: dict[str, object], other: dict[str, object], kind: str, other_kind: str
) -> None:
    tables = KeptTables(b"", "code")
    tables.add(kind, body, VM())
    found = KeptTables(tables.content(), "code").get(other_kind, other)
    assert (found is not None) == (kind == other_kind and _exactly(body, other))


def test_dates_and_floats_are_read_each_time() -> None:
    import datetime as dt

    for value in (1.5, dt.date(2026, 1, 1), dt.time(1, 2)):
        assert kept_again("vm", {"cpus": value}, VM()) is None


def test_other_code_keeps_nothing() -> None:
    tables = KeptTables(b"", "code")
    tables.add("vm", {}, VM())
    assert KeptTables(tables.content(), "other").get("vm", {}) is None
    assert KeptTables(tables.content(), "").get("vm", {}) is None, "code that can't be told"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"code":"code"}',
        b'{"code":"code","known":[]}',
        b"\xff" * 20,
        *(
            b'{"code":"code","known":{"KEY":%b}}' % each
            for each in (
                b"null",
                b"1",
                b'""',
                b"[]",
                b"{}",
                b'["table"]',
                b'["table",1,2]',
                b'["table",[],{"cpus":["enum","Nosuch","a"]}]',
                b'["table",[],{"cpus":["enum","Run","nosuch"]}]',
                b'["table",[],{"ports":["list",["word","Port","x"]]}]',
                b'["table",[],{"cpus":["nosuch"]}]',
                b'["table",[],{"cpus":[]}]',
                b'["word","Port","80"]',
                b'["list"]',
            )
        ),
    ],
)
def test_content_that_is_not_ours_is_as_none(content: bytes) -> None:
    tables = KeptTables(b"", "code")
    tables.add("vm", {}, VM())
    key = tables.content().partition(b'"known":{"')[2][:64]
    content = content.replace(b"KEY", key)
    assert KeptTables(content, "code").get("vm", {}) is None
    assert KeptTables(signed(content), "code").get("vm", {}) is None


def test_a_byte_that_changed_on_the_disk_is_found() -> None:
    tables = KeptTables(b"", "code")
    tables.add("vm", {"cpus": 1}, VM(cpus=1))
    content = tables.content()
    assert KeptTables(content, "code").get("vm", {"cpus": 1}) is not None
    assert KeptTables(content.replace(b'"cpus":1', b'"cpus":3'), "code").get("vm", {"cpus": 1}) is None
    assert KeptTables(content[:-1], "code").get("vm", {"cpus": 1}) is None


def test_tables_of_other_manifests_stay_while_they_fit() -> None:
    tables = KeptTables(b"", "code")
    tables.add("vm", {"cpus": 1}, VM(cpus=1))
    after = KeptTables(tables.content(), "code")
    after.add("vm", {"cpus": 2}, VM(cpus=2))
    both = KeptTables(after.content(), "code")
    assert both.get("vm", {"cpus": 1}) == VM(cpus=1)
    assert both.get("vm", {"cpus": 2}) == VM(cpus=2)
    assert not both.changed
    for number in range(9000):
        after.add("vm", {"cpus": 3, "user": f"u{number}"}, VM())
    content = after.content()
    assert not content or len(content) <= MOST_BYTES


def test_it_can_no_more_be_set_than_the_model() -> None:
    kept = kept_again("vm", {}, VM())
    assert kept is not None
    with pytest.raises(AttributeError):
        kept.cpus = 3
    assert kept.cpus is None  # type: ignore[attr-defined]


def test_a_value_that_no_table_has_is_an_error() -> None:
    with pytest.raises(TypeError, match="which can't be kept"):
        frozen(Path())


def test_the_code_is_told_by_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dvm.manifest.kept as module

    package = tmp_path / "dvm"
    for name in ("model", "manifest", "egress"):
        (package / name).mkdir(parents=True)
    file = package / "model" / "vm.py"
    file.write_text("a = 1\n")
    monkeypatch.setattr(module, "__file__", str(package / "manifest" / "kept.py"))
    before = reading_code()
    assert before
    assert reading_code() == before
    file.write_text("a = 2\n")
    os.utime(file, ns=(1, 1))
    assert reading_code() != before
