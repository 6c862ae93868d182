"""docs/reference/json.md, made from the schemas: `python -m dvm.views.json_reference >docs/reference/json.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dvm.manifest import schema as manifest_schema
from dvm.views import schema as views_schema
from dvm.views.schema_tables import row, table, title, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.views.schema_tables import Schema

_HEAD = """\
# JSON formats

Made from the schemas by `python -m dvm.views.json_reference`; a test keeps it fresh.

Keys may be added in 1.x; none is renamed or taken away. Skip what you don't know. Everything is safe to print:
escapes are made visible, and no value is a secret. JSON Schemas (2020-12) are in `schemas/`.

| printed by | document |
|---|---|
| `dvm plan --json` | [Plan](#plan) |
| `dvm check --json` | an object: `checks` is a list of [Check](#check), `errors` of [Diagnostic](#diagnostic) |
| `dvm apply --json`, `dvm sync --json` | [events](#events), one object a line |
| `dvm ls --json` | [VMs](#vms) |
| `dvm status VM --json` | [one VM](#one-vm); of several, or of all without names, an object: `vms` is a list |
| `dvm validate --json` | [mistakes](#mistakes) |
| `dvm doctor --json` | [findings](#findings) |
| `dvm verify --json` | [walls](#walls) |
| `dvm.json` in an instance's directory | [Receipt](#receipt) |
| `dvm.lock` beside the manifest, in TOML | [Lock](#lock) |
"""

_EVENTS = """\
## Events

Every event has `@level`, `@message` and `@timestamp`, and a `type` that says what else it has. Names and types are
those of Terraform's machine-readable interface.
"""

_SMALL = """\
## VMs

`vms` is a list of objects; where Lima could not be asked there is an `error` beside it.

| key | meaning |
|---|---|
| `name`, `instance` | the VM's name, and its Lima instance |
| `state` | Lima's word (`Running`, `Stopped`, `Broken`, …), or `not created`; `unknown`: Lima does not tell |
| `cpus`, `memory`, `disk`, `ports` | as observed; as the manifest says where there is no instance |
| `management` | `managed`, `unmanaged`, `orphan`, `ephemeral`: a throwaway VM, `base`: a built one, `other`: another \
manifest has it, or `new`: not created yet |
| `manifest` | the manifest that the VM belongs to, as a path without links; null: there is none, or it is not known |
| `declared` | whether the manifest has it |
| `drift` | names of what an apply would change |
| `created` | when a throwaway VM was made; null: it is none, or that is not known |

## One VM

All of [VMs](#vms), and:

| key | meaning |
|---|---|
| `address` | `vm.NAME` |
| `vm_type`, `arch`, `protected` | Lima's driver, the architecture, and Lima's own protection |
| `directory`, `logs` | Lima's directory of the instance, and DVM's logs of the VM |
| `template`, `created`, `applied` | from the receipt: template, creation, and the last apply that ended well |
| `base` | the built base that it was cloned from: `address`, `instance`, `built`; null: it was made from its template |
| `egress` | `allowed`: `open`, `none` or a list of names; `held_by`: `guest`, `host`, or null where it is open; \
`in_force`: null where it is open or the VM does not run. Null: there is no instance, or it is not known |
| `user`, `code_dir` | DVM_USER and the code directory; null before the first bootstrap |
| `host_loopback` | `open`: whether the guest reaches it; `enforced_by`: `guest`, `host` or null; `tool`; `why_not` |
| `setup` | the setup scripts' last runs: `path`, `sha256`, `as`, `started`, `ended`, `exit_status` |
| `notes` | what a reader should know and is no change |
| `work` | null without `--work`; else `voucher` (`guest`: its own word), `error` (why it was not asked, or null), \
`repositories`: list of `path` from the code directory, `branch`, `upstream`, `ahead`, `behind`, `changed`, `stashed` |

## Mistakes

| key | meaning |
|---|---|
| `valid` | whether the manifest has no mistake |
| `vms` | names of the VMs |
| `mistakes` | list of [Diagnostic](#diagnostic) |

## Findings

`findings` is a list of objects:

| key | meaning |
|---|---|
| `what` | what was looked at |
| `state` | `ok`, `warning` or `error` |
| `found` | what was found |
| `remedy` | what to do; empty where all is well |

## Walls

`checks` is a list of objects, one for each wall and each way in which it was tried:

| key | meaning |
|---|---|
| `wall` | its name, as in `host files` |
| `tried` | what was done |
| `seen` | what came of it |
| `voucher` | `host`, or `guest`: it is the guest's own word |
| `holds` | whether it holds; null: there is no complete answer |
| `promised` | whether the manifest promises it; where one is promised and does not hold, the exit code is 3 |
"""

# What the schemas can't say: a TypedDict that is made by a call has no docstring.
_BY_NAME = {
    "Script": "A setup script that runs.",
    "Provisioning": "One thing that a template makes the guest do at each boot.",
}


def reference() -> str:
    """Return the text of the page."""
    views, files = views_schema.generate(), manifest_schema.generate()
    plan, events = views["plan.schema.json"], views["events.schema.json"]
    lines = [_HEAD, *_document("Plan", plan), _EVENTS]
    for name, schema in events["$defs"].items():
        if name.endswith("Event"):
            lines += _object(schema["properties"]["type"]["const"], _without_head(schema), events["$defs"])
    shown = {*plan["$defs"]}
    for name, schema in events["$defs"].items():
        if not name.endswith("Event") and name not in shown:
            lines += _object(title(name), schema, events["$defs"])
    lines += [
        _SMALL,
        *_document("Receipt", files["receipt.schema.json"]),
        *_document("Lock", files["lock.schema.json"]),
    ]
    return "\n".join(lines)


def _without_head(event: Schema) -> Schema:
    kept = {key: value for key, value in event["properties"].items() if not key.startswith("@") and key != "type"}
    return {**event, "properties": kept}


def _document(name: str, schema: Schema) -> Iterator[str]:
    defs = schema.get("$defs", {})
    yield from _object(name, schema, defs, level=2)
    for part, described in defs.items():
        if described.get("type") == "object":
            yield from _object(title(part), described, defs)


def _object(name: str, schema: Schema, defs: dict[str, Schema], *, level: int = 3) -> Iterator[str]:
    yield f"{'#' * level} {name}"
    yield ""
    yield schema.get("description") or _BY_NAME[name]
    yield ""
    yield from table("key", "type", "meaning")
    for key, value in schema["properties"].items():
        yield row(f"`{key}`", type_of(value, defs), _meaning(value, defs))
    yield ""


def _meaning(value: dict[str, Any], defs: dict[str, Schema]) -> str:
    if "description" in value or "$ref" not in value:
        return str(value.get("description", ""))
    return str(defs[value["$ref"].rsplit("/", 1)[1]].get("description", ""))


if __name__ == "__main__":
    sys.stdout.write(reference())
