"""The templates that `template:NAME` names: a handful, each a tiny configuration whose image nobody
downloads. Some have what Lima's own of that name have too: scripts for the guest, files for the host, a driver.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dvm.simulator.home import name_problem
from dvm.simulator.log import refuse, tick

_PLAIN = (
    "default",
    "ubuntu",
    "ubuntu-lts",
    "ubuntu-24.04",
    "debian",
    "debian-12",
    "debian-13",
    "fedora",
    "fedora-43",
    "alpine",
    "archlinux",
    "opensuse",
    "rocky",
    "almalinux",
    "centos-stream",
)
_TEXT = """\
minimumLimaVersion: 2.0.0
images:
- location: https://images.example/{name}-x86_64.qcow2
  arch: x86_64
- location: https://images.example/{name}-aarch64.qcow2
  arch: aarch64
mounts:
- location: "~"
"""


_SPECIAL = {
    "docker": """\
base: template:ubuntu
provision:
- mode: system
  script: |
    #!/bin/bash
    set -eu
    command -v engine || curl -fsSL https://engine.example/install | sh
- mode: yq
  path: "{{.Home}}/.config/engine/daemon.json"
  owner: "{{.User}}"
  expression: .features.snapshots = {{.Param.snapshots}}
- mode: user
  script: |
    #!/bin/bash
    systemctl --user start engine
probes:
- description: engine to be there
  script: |
    #!/bin/bash
    command -v engine
  hint: See the log.
param:
  snapshots: true
portForwards:
- guestSocket: "/run/user/{{.UID}}/engine.sock"
  hostSocket: "{{.Dir}}/sock/engine.sock"
""",
    "podman": """\
base: template:fedora
provision:
- mode: system
  script: |
    #!/bin/bash
    set -eux -o pipefail
    dnf -y install podman
""",
    "k3s": """\
base: template:ubuntu
provision:
- mode: system
  script: |
    #!/bin/sh
    curl -sfL https://cluster.example/install | sh -
copyToHost:
- guest: /etc/cluster/access.yaml
  host: "{{.Dir}}/copied-from-guest/access.yaml"
  deleteOnStop: true
""",
    "macos": "vmType: vz\nos: Darwin\narch: aarch64\nbase: template:ubuntu\n",
}
NAMES = (*_PLAIN, *_SPECIAL)


def template_name(locator: str) -> str:
    """Return the name in `template:NAME` (or the older `template://NAME`), else nothing."""
    return locator.removeprefix("template:").removeprefix("//") if locator.startswith("template:") else ""


def read_template(locator: str) -> str:
    """Return the text of a template: `template:NAME`, a path, or `-` for standard input. Lima mounts the home by
    default, and so do these.

    Raises:
        Refused: there is none.
    """
    name = template_name(locator)
    if name:
        if ".." in name:
            refuse(f"template name {tick(name)} must not contain `..`")
        file = name + ("" if _keeps_its_ending(name) else ".yaml")
        if file.removesuffix(".yaml") not in NAMES or not file.endswith(".yaml"):
            refuse(f"template {tick(file)} not found")
        name = file.removesuffix(".yaml")
        return _SPECIAL.get(name) or _TEXT.format(name=name)
    if locator == "-":
        return sys.stdin.read()
    if "://" in locator:
        refuse(f"the simulator downloads nothing: {locator}")
    try:
        return Path(locator).read_text(encoding="utf-8")
    except OSError as error:
        refuse(f"open {locator}: {(error.strerror or '').lower()}")


def _keeps_its_ending(name: str) -> bool:
    """Return whether Lima looks for a file of that very name; to others it adds `.yaml` (`ubuntu-24.04` too)."""
    ending = name.rpartition("/")[2].rpartition(".")
    return bool(ending[1] and ending[2]) and not ending[2][0].isdigit()


def instance_name(locator: str) -> str:
    """Return the name that an instance of that template gets where none is given."""
    return template_name(locator) or Path(locator).name.removesuffix(".yaml").removesuffix(".yml")


def is_instance_name(argument: str) -> bool:
    """Return whether Lima takes the argument for the name of an instance rather than of a template."""
    return not argument or not name_problem(argument)
