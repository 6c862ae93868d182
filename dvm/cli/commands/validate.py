"""`dvm validate`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.errors import ExitCode, ManifestError
from dvm.text import visible
from dvm.views.json_text import render_json
from dvm.views.styles import plural

if TYPE_CHECKING:
    from dvm.diagnostics import Diagnostic
    from dvm.model.manifest import Manifest


def validate(manifest: opt.ManifestPath = None, json: opt.Json = False) -> int:
    """Read the manifest and report every mistake in it. Asks Lima nothing; `dvm check` looks at the files' safety.

    Example: dvm validate
    """
    try:
        found = Host().manifest(manifest)
    except ManifestError as error:
        if not json:
            raise
        _print({"valid": False, "vms": [], "mistakes": [_mistake(each) for each in error.diagnostics]})
        return ExitCode.FAILED
    if json:
        _print({"valid": True, "vms": list(found.vms), "mistakes": []})
    else:
        sys.stdout.write(_sentence(found))
    return ExitCode.DONE


def _sentence(manifest: Manifest) -> str:
    scripts = {script.file.path for vm in manifest.vms.values() for script in vm.scripts}
    what = f"{plural(len(manifest.vms), 'VM')}, {plural(len(scripts), 'setup script')}"
    return f"{visible(str(manifest.path))} is valid: {what}.\n"


def _mistake(diagnostic: Diagnostic) -> dict[str, Any]:
    place = diagnostic.location
    return {
        "severity": str(diagnostic.severity),
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "address": diagnostic.address,
        "location": {"path": str(place.path), "line": place.line, "column": place.column} if place else None,
    }


def _print(document: dict[str, Any]) -> None:
    sys.stdout.write(render_json(document))
