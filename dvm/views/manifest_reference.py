"""docs/reference/manifest.md, from the models: `python -m dvm.views.manifest_reference >docs/reference/manifest.md`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from dvm.diff.attributes import attribute
from dvm.manifest.bases import REFUSED
from dvm.manifest.schema import generate
from dvm.manifest.unwanted import refused_keys
from dvm.model.plan import Effect
from dvm.views.schema_tables import row, table, title, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.views.schema_tables import Schema

_HEAD = """\
# Manifest

Made from the models by `python -m dvm.views.manifest_reference`; a test keeps it fresh.

The manifest is `dvm.toml` in `$DVM_CONFIG_DIR` (`~/.config/dvm`), with one `vms/NAME/vm.toml` beside it for each VM
that has a directory of its own. `--manifest PATH` and `$DVM_MANIFEST` name another `dvm.toml`. It is never looked for
in the current directory: a cloned repository must not be able to bring one. It is parsed, never run.

<!-- run mkdir -p ~/.config/dvm/setup && printf 'set -Eeuo pipefail\\n' | tee ~/.config/dvm/setup/{base,node,db}.sh -->
```toml
# ~/.config/dvm/dvm.toml
version = 1

[settings]
parallelism = 2

[defaults]
template = "template:fedora"
setup = ["setup/base.sh"]

[vm.db]
protect = true
setup = ["setup/base.sh", "setup/db.sh"]

[vm.app]
cpus = 4
memory = "8GiB"
ports = ["3000:3000", "5173"]
depends_on = ["db"]
setup = [
  "setup/base.sh",
  { script = "setup/node.sh", as = "user", timeout = "15m" },
]
```

A key that there is not, or a value that cannot be, is an error; `dvm validate` reports every mistake at once. JSON
Schemas for editors are in `schemas/manifest.schema.json` and `schemas/vm.schema.json`.

| table | what it is |
|---|---|
| `version` | version of this format: 1. Required |
| `[settings]` | [how DVM works](#settings) |
| `[settings.timeouts]` | [how long limactl's calls may take](#timeouts) |
| `[defaults]` | any key of a VM, for every VM that does not say otherwise. Lists are replaced, not joined |
| `[base.NAME]` | [one base](#a-base), whose keys the VMs have that name it with `base` |
| `[vm.NAME]` | [one VM](#a-vm): Lima instance `dvm-NAME`. Names have lower-case letters, digits and single hyphens |
| `vms/NAME/vm.toml` | the body of `[vm.NAME]`, without a table of its own. A VM is declared in one place only |

Sizes are text with a unit (`"8GiB"`, `"512MiB"`), durations text as `"15m"` or `"1h30m"`, ports text as
`"HOST:GUEST"` or `"PORT"`. Paths are relative to the file that names them; `~` is your home directory.
"""

_CHANGES = """\
The last column says what it takes when the key changes on a VM that exists:

| | |
|---|---|
| at once | nothing is restarted |
| bootstrap | nothing is restarted; DVM_USER is changed in the guest |
| restart | Lima changes it on a stopped VM only: stop, edit, start |
| replace | only a new VM can have it. The plan says so and leaves it, until `--replace NAME` asks for it |
"""

_WORDS = {
    Effect.IN_PLACE: "at once",
    Effect.BOOTSTRAP: "bootstrap",
    Effect.RESTART: "restart",
    Effect.REPLACE: "replace",
    Effect.BOOT: "boots",
    Effect.STOP: "stops",
}
_NO_ATTRIBUTE = {
    "base": "that of the keys it brings",
    "setup": "runs scripts",
    "env": "runs scripts",
    "depends_on": "order only",
}


def reference() -> str:
    """Return the text of the page."""
    schema = generate()["manifest.schema.json"]
    tables = schema["$defs"]
    return "\n".join(
        [
            _HEAD,
            *_section("A VM", tables["VM"], tables, _CHANGES, way=True),
            *_base(tables),
            *_section(title("SetupEntry"), tables["SetupEntry"], tables, _setup(tables)),
            *_section("Settings", tables["Settings"], tables, "The `[settings]` table.\n"),
            *_section("Timeouts", tables["Timeouts"], tables, _timeouts(tables)),
            *_refused(),
        ]
    )


def way_of(key: str) -> str:
    """Return what it takes to change a key of a VM that exists."""
    if key in _NO_ATTRIBUTE:
        return _NO_ATTRIBUTE[key]
    if key == "disk":
        larger, smaller = (_WORDS[attribute(key).effect(old, new)] for old, new in ((1, 2), (2, 1)))
        return f"{larger}; smaller: {smaller}"
    if key == "egress":
        list_changes, opens = (_WORDS[attribute(key).effect("none", new)] for new in ((), "open"))
        return f"{list_changes}; from or to open: {opens}"
    if key == "running":
        return " or ".join(_WORDS[attribute(key).effect(not value, value)] for value in (True, False))
    return _WORDS[attribute(key).effect(None, None)]


def _setup(tables: dict[str, Schema]) -> str:
    runs = {
        "on-change": "when it is new, when it changed, and when it failed; then those after it run again",
        "always": "at every apply",
        "once": "until it has ended well; later changes do not count",
    }
    people = {
        "admin": "Lima's login user, who has sudo",
        "root": "root",
        "user": "DVM_USER",
    }
    assert [*runs] == tables["Run"]["enum"]
    assert [*people] == tables["RunAs"]["enum"]
    lines = [
        "An item of `setup` is the path of a script, or a table with these keys. Setup scripts are Bash, and run in",
        "their order with `set -Eeuo pipefail`, standard input from /dev/null, and",
        "[a few variables](environment.md#in-a-setup-script).\n",
        *table("`run`", "it runs"),
        *(row(f"`{key}`", text) for key, text in runs.items()),
        "",
        *table("`as`", "it runs as"),
        *(row(f"`{key}`", text) for key, text in people.items()),
        "",
    ]
    return "\n".join(lines)


_BASE = """\
A base is what several VMs have in common: `[base.node]` has any key of a VM but those below, and a VM with
`base = "node"` has these keys too. A base may have a `base` of its own.

- A key is the VM's own; where it has none, its base's, then that of the base's base, and so on; then the defaults'.
- `setup` lists are joined: the lowest base's scripts run first, the VM's own last. The `setup` of `[defaults]`
  counts only where neither the VM nor a base of it has one. Every other list is replaced.
- A script of a base gets the variables of that base (`env`, merged over those of the bases below it), and not those of
  DVM that name the VM: `DVM_NAME DVM_VM DVM_LIMA_NAME DVM_CODE_DIR DVM_PORTS`. So it does the same for every VM. A VM's
  `env` reaches its own scripts, merged over that of its bases.
"""


def _base(tables: dict[str, Schema]) -> Iterator[str]:
    yield "## A base"
    yield ""
    yield _BASE
    yield from table("key", "what it is", "type", "default")
    key = "image"
    about = tables["Base"]["properties"][key]
    yield row(f"`{key}`", about["description"], type_of(about, tables), _default(key, about, tables["Base"]))
    yield ""
    yield from table("a base does not have", "because")
    for key, reason in REFUSED.items():
        yield row(f"`{key}`", reason)
    yield ""


def _timeouts(tables: dict[str, Schema]) -> str:
    description: str = tables["Timeouts"]["description"]
    return f"{description}\n"


def _section(heading: str, schema: Schema, tables: dict[str, Schema], text: str, *, way: bool = False) -> Iterator[str]:
    yield f"## {heading}"
    yield ""
    yield text
    yield from table("key", "what it is", "type", "default", *(["a change"] if way else []))
    for key, value in schema["properties"].items():
        change = [way_of(key)] if way else []
        yield row(f"`{key}`", value["description"], type_of(value, tables), _default(key, value, schema), *change)
    yield ""


def _default(key: str, value: dict[str, Any], schema: Schema) -> str:
    if key in schema.get("required", ()):
        return "required"
    if value.get("default") is None or isinstance(value["default"], dict):
        return ""
    return f"`{json.dumps(value['default'])}`"


def _refused() -> Iterator[str]:
    yield "## Keys that there are not"
    yield ""
    yield "They are refused on purpose. The error says why, and what to do instead:"
    yield ""
    yield from table("key", "why not, and what instead")
    for reason, keys in refused_keys().items():
        yield row(", ".join(f"`{key}`" for key in keys), reason)
    yield ""


if __name__ == "__main__":
    sys.stdout.write(reference())
