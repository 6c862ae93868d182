"""The files that `dvm new` writes."""

from __future__ import annotations

MANIFEST = """\
# VMs as they should be. `dvm plan` shows what would change, `dvm apply` does it.
# Each VM has a directory of its own beside this file, vms/NAME/; `dvm new NAME` makes one.
version = 1
"""

_VM = """\
# VM {name}: Lima instance dvm-{name}. `dvm plan {name}` shows what would change.
# Keys that are commented out show their defaults.
template = {template}
# cpus = 4                  # the host's cores less 1 or 2
# memory = "2GiB"
# disk = "30GiB"
# ports = ["3000:3000"]     # HOST:GUEST, on the host's 127.0.0.1 only
# isolation = "strict"      # "standard": with Lima's guest agent
# user = "developer"        # DVM_USER, who owns the code
# sudo = false              # may DVM_USER use sudo? Guest root reads everything in the guest
# running = true            # false: created and left stopped
# protect = false           # true: refuse to destroy or replace it
# depends_on = []           # VMs that must be up before

# Scripts that provision it, in order; paths are relative to this file.
setup = ["setup.sh"]
"""

_SETUP = """\
#!/usr/bin/env bash
# Provisions vm.{name}. Runs in the guest as Lima's login user, who may use sudo, once and again when it changes.
# Install exact versions, verify downloads with their SHA-256, and keep secrets and private keys out of here.
# There are: DVM_NAME DVM_VM DVM_LIMA_NAME DVM_USER DVM_CODE_DIR DVM_PORTS DVM_SUBUID_COUNT DVM_SUBGID_COUNT
set -Eeuo pipefail

echo "Nothing to set up for ${{DVM_VM}} yet."
"""


def vm_toml(name: str, template: str) -> str:
    """Return the text of vms/NAME/vm.toml."""
    import json

    # A JSON string is a TOML basic string; the template was checked to be one line.
    return _VM.format(name=name, template=json.dumps(template, ensure_ascii=False))


def setup_sh(name: str) -> str:
    """Return the text of vms/NAME/setup.sh."""
    return _SETUP.format(name=name)
