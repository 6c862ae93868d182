"""Which parts of a configuration pass by themselves, which somebody has to vouch for, and how a change is undone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dvm.lima.fields import reference
from dvm.lima.fields.drift import differences, repairs, vouched
from dvm.lima.fields.field import Decider
from dvm.lima.fields.parts import parts_of
from dvm.lima.fields.table import FIELDS, leaves
from dvm.lima.settings import put_back
from dvm.model.instance import Instance
from tests import factories
from tests.conftest import ROOT

IMAGE: dict[str, Any] = {"location": "https://example.org/a.img", "arch": "x86_64"}


def instance(before: dict[str, Any], now: dict[str, Any], **changes: Any) -> Instance:
    vm = factories.desired()
    receipt = factories.receipt(vm, configuration=vouched(parts_of(before), adopted=changes.get("adopted", False)))
    return factories.instance(vm, parts=parts_of(now), receipt=replace(receipt, **changes))


def test_the_page_is_fresh() -> None:
    page = (ROOT / "docs" / "reference" / "lima-configuration.md").read_text(encoding="utf-8")
    assert page == reference.render(), "make reference"


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"cpus": 2, "memory": "4GiB", "mounts": [], "os": "Linux", "vmType": "qemu", "base": None},
        {"cpuType": None, "hostResolver": {"hosts": None}, "vmOpts": {"qemu": {"cpuType": None}}, "user": None},
        {"timezone": "Europe/Paris", "video": {"display": "none", "vnc": {}}, "env": {}, "provision": []},
        {
            "user": {"shell": "/bin/bash", "comment": "A. B.", "passwordlessSudo": True},
            "guestInstallPrefix": "/usr/local",
        },
    ],
)
def test_what_is_harmless_or_lima_s_own_needs_nobody(config: dict[str, Any]) -> None:
    assert parts_of(config) == {}


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"unheardOf": False}, "unheardOf"),
        ({"ssh": {"unheardOf": 0}}, "ssh.unheardOf"),
        ({"ssh": 3}, "ssh"),
        ({"mounts": [{"location": "/x", "later": 1}]}, "mounts.later"),
        ({"vmOpts": {"qemu": {"later": ""}}}, "vmOpts.qemu.later"),
        ({"vmOpts": {"krunkit": {}}}, "vmOpts.krunkit"),
        ({"env": ["a"]}, "env"),
        ({"vmType": "evil"}, "vmType"),
        ({"os": "Darwin"}, "os"),
        ({"nestedVirtualization": 1}, "nestedVirtualization"),
        ({"timezone": "UTC\nruncmd: [x]"}, "timezone"),
        ({"user": {"name": "lima", "home": "/tmp"}}, "user.home"),
        ({"containerd": {"archives": [{"location": "/etc/passwd"}]}}, "containerd.archives"),
        ({"user": {"passwordlessSudo": False}}, "user.passwordlessSudo"),
        ({"plain": "yes"}, "plain"),
    ],
)
def test_everything_else_is_named_by_its_path(config: dict[str, Any], path: str) -> None:
    assert path in parts_of(config)


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: row.path)
def test_every_field_that_is_not_dvm_s_or_open_has_a_value_that_does_not_pass(row: Any) -> None:
    odd = {"never": ["heard", {"of": 1}]}
    always = row.passes is None and row.decider in (Decider.HARMLESS, Decider.DVM)
    assert row.accepts(odd, {}) is always
    assert all(row.accepts(empty, {}) for empty in (None, ""))


def test_every_value_is_there_once() -> None:
    assert len(set(leaves())) == len(list(leaves()))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.text(max_size=8) | st.sampled_from([row.path.split(".")[0] for row in FIELDS]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_no_configuration_is_too_odd(value: Any) -> None:
    config = value if isinstance(value, dict) else {"ssh": value}
    parts = parts_of(config)
    assert {path: part.path for path, part in parts.items()} == {path: path for path in parts}
    # Whatever the template says as well is no difference, but for what no template may say.
    same = instance(config, config)
    assert all(each.field is None or not each.field.declarable for each in differences(same))


def test_a_list_is_compared_without_what_lima_may_fill_in() -> None:
    before = {"provision": [{"mode": "system", "script": "a"}], "images": [IMAGE], "arch": "x86_64"}
    later = {
        "provision": [{"mode": "system", "script": "a", "later": None}],
        "images": [{"location": IMAGE["location"]}],
    }
    assert differences(instance(before, {**later, "arch": "x86_64"})) == ()
    # The manifest chooses the VM's architecture; an image of another one is another image.
    assert differences(instance(before, {**later, "arch": "aarch64"})) == ()
    assert [each.path for each in differences(instance(before, {**before, "arch": "aarch64"}))] == ["images"]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({}, {"env": {"A.b": "x"}}, {"env.A.b": 'del(.["env"]["A.b"])'}),
        ({}, {"user": {"shell": "/x"}}, {"user.shell": 'del(.["user"]["shell"])'}),
        ({}, {"containerd": {"user": True}}, {"containerd.user": '.["containerd"]["user"] = false'}),
        ({"dns": ["192.0.2.1"]}, {}, {"dns": '.["dns"] = ["192.0.2.1"]'}),
        ({"dns": ["192.0.2.1"]}, {"dns": ["192.0.2.2"]}, {"dns": '.["dns"] = ["192.0.2.1"]'}),
        # Its value was never kept: it may be a secret.
        ({"env": {"A": "x"}}, {"env": {"A": "y"}}, {}),
        # Lima would expand it once more.
        ({"provision": [{"script": "echo {{.ID}}"}]}, {}, {}),
        ({"images": [IMAGE]}, {"images": [IMAGE, IMAGE]}, {}),
    ],
)  # fmt: skip
def test_how_an_edit_undoes_a_change(before: dict[str, Any], now: dict[str, Any], expected: dict[str, str]) -> None:
    found = instance(before, now)
    assert {path: put_back(repair) for path, repair in repairs(found).items()} == expected
    assert differences(found)


def test_what_no_template_may_bring_is_not_vouched_for() -> None:
    config = {"osOpts": {"Windows": {}}, "unheardOf": 1, "containerd": {"user": True}, "env": {"A": "x"}}
    assert vouched(parts_of(config)).keys() == {"env.A"}
    assert vouched(parts_of(config), adopted=True).keys() == {"env.A", "containerd.user"}
    assert [each.path for each in differences(instance(config, config))] == ["containerd.user", "osOpts", "unheardOf"]
    adopted = instance(config, config, adopted=True)
    assert [each.path for each in differences(adopted)] == ["osOpts", "unheardOf"]


def test_a_receipt_of_an_earlier_version_vouches_for_what_a_template_may_bring() -> None:
    vm, now = factories.desired(), parts_of({"env": {"A": "x"}, "osOpts": {"Windows": {"a": 1}}})
    found = factories.instance(vm, parts=now, receipt=factories.receipt(vm, configuration=None))
    assert {each.path for each in differences(found)} == {"osOpts", "osOpts.Windows.a"}


def test_a_secret_is_kept_as_a_digest_alone() -> None:
    kept = vouched(parts_of({"env": {"TOKEN": "hunter2"}, "param": {"p": "hunter2"}, "dns": ["192.0.2.1"]}))
    assert "hunter2" not in json.dumps({path: part.value for path, part in kept.items()})
    assert kept["dns"].value == '["192.0.2.1"]'


@pytest.mark.parametrize("script", ["sed 's/\\\\/x/'", "echo \\\\(now)", "printf '\x1b'", "a\\nb"])
def test_a_text_that_yq_would_change_is_not_put_back(script: str) -> None:
    before = {"provision": [{"mode": "system", "script": script}]}
    assert [each.path for each in differences(instance(before, {}))] == ["provision"]
    assert repairs(instance(before, {})) == {}
    assert repairs(instance({}, before)), "it can be taken away"


def test_lines_quotes_and_letters_are_put_back() -> None:
    before = {"provision": [{"mode": "system", "script": 'echo "é"\n\techo\n'}]}
    assert set(repairs(instance(before, {}))) == {"provision"}
