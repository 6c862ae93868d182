"""What a base is built from, as digests: the key, by which its image is known, and what of it needs no template."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from dvm.lima.guest_programs import text

if TYPE_CHECKING:
    from dvm.model.manifest import DesiredBase, Script
    from dvm.model.template import Template

# What DVM itself does in a base while it is built.
_PROGRAMS = ("bootstrap", "seal")


def recipe_of(base: DesiredBase) -> str:
    """Return the SHA-256 of all that a base is built from but what its template says, in hex.

    A plan that makes no VM reads no template, and knows by this whether a built base is still wanted.
    """
    config = base.config
    return _digest(
        {
            "template": config.template,
            "template_sha256": base.template_sha256,
            "arch": config.arch,
            "vm_type": config.vm_type,
            "disk": config.disk,
            "isolation": str(config.isolation),
            "user": config.user,
            "sudo": config.sudo,
            "subuid_count": config.subuid_count,
            "subgid_count": config.subgid_count,
            "programs": [hashlib.sha256(text(name).encode()).hexdigest() for name in _PROGRAMS],
            "setup": [_script(script) for script in base.scripts],
        }
    )


def key_of(base: DesiredBase, template: Template) -> str:
    """Return the SHA-256 of all that a base is built from, in hex. `template` is what Lima makes of its template.

    What a template of Lima's declares, its images with their digests among it, is all that there is of its bytes.
    """
    content = None if template.content is None else hashlib.sha256(template.content).hexdigest()
    return _digest({"recipe": recipe_of(base), "template": content, "declared": template.declared})


def _script(script: Script) -> object:
    return {
        "sha256": script.sha256,
        "files": dict(script.digests),
        "env": dict(script.env),
        "as": str(script.entry.as_),
        "base": script.base,
    }


def _digest(facts: object) -> str:
    # YAML has dates and bytes beside what JSON has.
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(canonical.encode()).hexdigest()
