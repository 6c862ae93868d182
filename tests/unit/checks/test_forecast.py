"""What `_config` would make of a VM that is not there yet: the whole posture, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from dvm.checks import forecast
from dvm.diagnostics import Location
from dvm.model.evidence import Role
from dvm.model.instance import Forward, Mount, Posture, Provision
from dvm.model.lima_config import LimaConfig
from dvm.model.template import Template
from tests import factories
from tests.unit.checks.samples import DEFAULT, OVERRIDE, config, file, standard

if TYPE_CHECKING:
    from dvm.model.check import CheckResult

LOOPBACK = "127.0.0.1"
DECLARED = Forward(LOOPBACK, (3000, 3000), LOOPBACK, (80, 80), static=True)
RULE = {"guestPort": 1, "hostPort": 2, "hostIP": "0.0.0.0", "static": True}
READ = Forward("0.0.0.0", (2, 2), LOOPBACK, (1, 1), static=True)
DYNAMIC = Forward(LOOPBACK, (7, 7), LOOPBACK, (7, 7))


def foreseen(vm: Any, override: dict[str, Any] | None = None, default: dict[str, Any] | None = None) -> Posture:
    return forecast._posture(vm, config(override, default))


@pytest.mark.parametrize(
    ("vm", "expected"),
    [
        (factories.desired(), Posture(plain=True)),
        (
            factories.desired(ports=["3000:80"]),
            Posture(plain=True, forwards=(DECLARED,)),
        ),
        (standard(ports=["3000:80"]), Posture(forwards=(DECLARED, factories.CATCH_ALL))),
        (standard(ports=["3000:80"], auto_ports=True), Posture(forwards=(DECLARED,))),
        (factories.desired(proxy_env=True), Posture(plain=True, proxy_env=True)),
    ],
)
def test_without_anything_in_config(vm: Any, expected: Posture) -> None:
    assert foreseen(vm) == expected
    assert foreseen(vm, {}, {}) == expected
    keys = "mounts portForwards networks provision probes copyToHost env ssh plain propagateProxyEnv additionalDisks caCerts video images firmware audio"
    odd = dict.fromkeys(keys.split(), "odd")
    assert foreseen(vm, odd, odd) == expected
    assert foreseen(vm, {"mounts": [1], "portForwards": [2, {"guestPort": "x"}], "video": {"display": 3}}) == expected


ALL: dict[str, Any] = {
    "mounts": [{"location": "/a"}, {"location": "/b", "mountPoint": "/c", "writable": True}],
    "portForwards": [RULE, {"guestPort": 7}],
    "ssh": {"forwardAgent": True, "forwardX11": True, "loadDotSSHPubKeys": True},
    "networks": [{"lima": "shared"}],
    "provision": [{"script": "x"}, {"mode": "user", "script": "y"}, {"mode": "data"}],
    "probes": [{"script": "p"}, {"mode": "readiness"}],
    "copyToHost": [{"guest": "/g", "host": "/h"}, {"guest": "/g"}],
    "propagateProxyEnv": True,
    "env": {"http_proxy": "p", "N": 1},
    "additionalDisks": ["one", {"name": "two"}],
    "caCerts": {"files": ["/f"], "certs": ["text"]},
    "video": {"display": "vnc", "vnc": {"display": "0.0.0.0:1"}},
    "images": [{"location": "/a", "kernel": {"location": "/k"}}, {"initrd": {"location": "/i"}}],
    "audio": {"device": "pa"},
}
OTHER: dict[str, Any] = {
    "mounts": [{"location": "/z"}],
    "portForwards": [{"guestPort": 8}],
    "networks": [{"vzNAT": True}],
    "provision": [{"mode": "boot", "script": "z"}],
    "probes": [{"script": "q"}],
    "copyToHost": [{"host": "/i"}],
    "env": {"http_proxy": "q", "M": "2"},
    "additionalDisks": ["three"],
    "caCerts": {"files": ["/e"]},
    "images": [{"location": "/z"}],
    "firmware": {"images": [{"location": "/f"}]},
    "audio": {"device": "wav"},
    "video": {"display": "none", "vnc": {"display": "127.0.0.1:9"}},
}
EIGHT = Forward(LOOPBACK, (8, 8), LOOPBACK, (8, 8))


def test_everything_of_both_files() -> None:
    assert foreseen(standard(), ALL, OTHER) == Posture(
        plain=False,
        mounts=(Mount("/z", "/z", writable=False), Mount("/a", "/a", writable=False), Mount("/b", "/c", writable=True)),
        forwards=(READ, DYNAMIC, factories.CATCH_ALL, EIGHT),
        forward_agent=True,
        forward_x11=True,
        networks=('{"vzNAT": true}', '{"lima": "shared"}'),
        provision=(
            Provision("system", "x"), Provision("user", "y"), Provision("data", ""), Provision("boot", "z"),
        ),
        probes=("p", "", "q"),
        copy_to_host=("/h", "", "/i"),
        proxy_env=True,
        env={"http_proxy": "p", "N": "1", "M": "2"},
        disks=("one", "two", "three"),
        ca_files=("/e", "/f"),
        images=("/a", "/k", "/i", "/z", "/f"),
        ssh_public_keys=True,
        audio="pa",
        vnc="0.0.0.0:1",
    )  # fmt: skip


def test_of_base_yaml_the_lists_that_dvm_does_not_set() -> None:
    files = LimaConfig((), {OVERRIDE.with_name("base.yaml"): ALL, DEFAULT: OTHER})
    assert forecast._posture(factories.desired(), files) == Posture(
        plain=True,
        networks=('{"vzNAT": true}', '{"lima": "shared"}'),
        provision=(
            Provision("system", "x"), Provision("user", "y"), Provision("data", ""), Provision("boot", "z"),
        ),
        probes=("p", "", "q"),
        copy_to_host=("/h", "", "/i"),
        env={"http_proxy": "q", "M": "2"},
        disks=("one", "two", "three"),
        ca_files=("/e", "/f"),
        images=("/a", "/k", "/i", "/z", "/f"),
    )  # fmt: skip


def test_plain_mode_leaves_static_forwards_only_and_no_mount() -> None:
    seen = foreseen(factories.desired(), ALL, OTHER)
    assert (seen.plain, seen.mounts, seen.forwards) == (True, (), (READ,))


def test_override_decides_about_plain_mode() -> None:
    assert foreseen(standard(), {"plain": True, "mounts": [{"location": "/a"}]}).mounts == ()
    seen = foreseen(
        factories.desired(), {"plain": False, "mounts": [{"location": "/a"}], "portForwards": [{"guestPort": 7}]}
    )
    assert (seen.plain, seen.mounts, seen.forwards) == (False, (Mount("/a", "/a", writable=False),), (DYNAMIC,))


@pytest.mark.parametrize("key", ["plain", "propagateProxyEnv", "ssh"])
def test_plain_values_of_default_are_weaker_than_dvm_s_own(key: str) -> None:
    value: Any = {"forwardAgent": True, "forwardX11": True} if key == "ssh" else key != "plain"
    assert foreseen(factories.desired(), None, {key: value}) == Posture(plain=True)


@pytest.mark.parametrize(
    ("ssh", "agent", "x11"),
    [
        ({"forwardAgent": True}, True, False),
        ({"forwardX11": True}, False, True),
        ({"forwardX11Trusted": True}, False, True),
        ({"forwardAgent": "true", "forwardX11": 1, "forwardX11Trusted": "yes"}, False, False),
    ],
)
def test_ssh(ssh: dict[str, Any], agent: bool, x11: bool) -> None:
    seen = foreseen(factories.desired(), {"ssh": ssh})
    assert (seen.forward_agent, seen.forward_x11) == (agent, x11)


def test_proxies() -> None:
    wanted = factories.desired(proxy_env=True)
    assert foreseen(wanted, {"propagateProxyEnv": False}).proxy_env is False
    assert foreseen(factories.desired(), {"propagateProxyEnv": True}).proxy_env is True


@pytest.mark.parametrize(
    ("override", "default", "expected"),
    [
        ({"video": {"display": "vnc"}}, None, "127.0.0.1:0"),
        ({"video": {"display": "vnc=:7"}}, None, ":7"),
        ({"video": {"display": "gtk"}}, {"video": {"display": "vnc"}}, ""),
        ({"video": {"vnc": {"display": ":3"}}}, {"video": {"display": "vnc"}}, ":3"),
        (None, {"video": {"display": "vnc", "vnc": {"display": ":4"}}}, ":4"),
        ({"video": {"display": "vnc", "vnc": "odd"}}, None, ""),
    ],
)
def test_vnc(override: dict[str, Any] | None, default: dict[str, Any] | None, expected: str) -> None:
    assert foreseen(factories.desired(), override, default).vnc == expected


def test_only_what_comes_from_config_is_told() -> None:
    vm = factories.desired()
    assert forecast.forecast(vm, LimaConfig(), Path("/l")) == []
    assert forecast.forecast(vm, config({}, {}), Path("/l")) == []
    results = forecast.forecast(vm, config(ALL, OTHER), Path("/l"))
    assert {result.code for result in results} == {f"DVM{n}" for n in (302, 304, 305, 306, 307, 308, 312, 314)}
    assert {result.location.path for result in results if result.location} == {OVERRIDE, DEFAULT}
    assert all(result.subject == "vm.app" for result in results)
    assert all(result.detail.endswith(" The VM is not there yet; Lima would merge this into it.") for result in results)


def of_template(vm: Any, declared: dict[str, Any], locator: str = "template:x") -> list[CheckResult]:
    return forecast.forecast_template(vm, Template(locator, declared=declared), Path("/l"))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({}, []),
        ({"networks": [{"lima": "shared"}]}, [("DVM305", "networks")]),
        ({"copyToHost": [{"guest": "/g", "host": "/h"}]}, [("DVM307", "copyToHost")]),
        ({"additionalDisks": ["data"]}, [("DVM312", "additionalDisks")]),
        ({"caCerts": {"files": ["/key"]}}, [("DVM312", "caCerts.files")]),
        ({"video": {"display": "vnc", "vnc": {"display": "0.0.0.0:0"}}}, [("DVM302", "video")]),
        ({"provision": [{"mode": "ansible", "playbook": "/p.yaml"}]}, [("DVM306", "provision")]),
        ({"unheardOf": 1}, [("DVM314", "unheardOf")]),
        ({"unheardOf": {"x": None}, "ssh": {"unheardOf": 0}}, [("DVM314", "ssh.unheardOf")]),
        ({"containerd": {"archives": [{"location": "/etc/passwd"}]}}, [("DVM314", "containerd.archives")]),
        ({"mounts": [{"location": "/x", "later": 1}]}, [("DVM314", "mounts.later")]),
        # What DVM sets in each instance replaces the template's.
        ({"mounts": [{"location": "~"}], "portForwards": [RULE], "propagateProxyEnv": True, "cpus": 9}, []),
        ({"ssh": {"forwardAgent": True, "loadDotSSHPubKeys": True}, "audio": {"device": "pa"}, "plain": False}, []),
        # What a template is for.
        (
            {
                "images": [{"location": "/a"}],
                "provision": [{"script": "x"}],
                "probes": [{"script": "x"}],
                "env": {"A": "x", "http_proxy": "x"},
                "dns": ["192.0.2.1"],
            },
            [],
        ),
    ],
)
def test_what_a_template_may_not_bring_is_found_before_anything_is_made(
    declared: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    for vm in (factories.desired(), standard()):
        results = of_template(vm, declared)
        assert [(result.code, result.setting) for result in results] == expected
        for result in results:
            assert result.denies
            assert result.subject == "vm.app"
            assert result.detail.endswith(f" The template template:x sets it by `{result.setting}`.")


def test_where_a_template_is_named_and_how_to_do_without_it() -> None:
    declared = {"networks": [{"lima": "shared"}]}
    place = Location(Path("/c/dvm.toml"), 3)
    vm = replace(factories.desired(), locations={"template": place})
    (result,) = of_template(vm, declared)
    assert result.location == place
    assert "Name another template for vm.app" in result.remedy
    assert "`limactl template copy --embed-all template:x own.yaml`, take `networks` out of own.yaml" in result.remedy
    (result,) = of_template(vm, declared, "https://example.org/t.yaml")
    assert result.remedy == "Take `networks` out of https://example.org/t.yaml."
    (result,) = of_template(replace(vm, template_file=file(Role.TEMPLATE, "/c/t.yaml")), declared, "t.yaml")
    assert result.remedy == "Take `networks` out of /c/t.yaml."


@pytest.mark.parametrize(
    ("entry", "strict", "standard_"),
    [
        ({"containerd": {"user": True}}, [], ["containerd.user"]),
        ({"containerd": {"system": True}}, [], ["containerd.system"]),
        ({"timezone": "UTC\nruncmd: [x]"}, [], ["timezone"]),
        ({"user": {"shell": "/x"}}, ["user.shell"], ["user.shell"]),
        ({"unheardOf": 1}, ["unheardOf"], ["unheardOf"]),
    ],
)
def test_plain_mode_takes_some_of_what_nobody_declared_away(
    entry: dict[str, Any], strict: list[str], standard_: list[str]
) -> None:
    for files in ({"override": entry}, {"default": entry}):
        for vm, expected in ((factories.desired(), strict), (standard(), standard_)):
            results = forecast.forecast(vm, config(**files), Path("/l"))
            assert [(result.code, result.setting) for result in results] == [("DVM314", each) for each in expected]
