"""DVM306: a provision script or a probe that came from Lima's host-wide configuration, or one that runs on the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.instances.sources import SettingSource, entries, finding, source, unsure
from dvm.checks.instances.undeclared import told, undeclared
from dvm.lima.listing import script_of
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dvm.checks.base import Finding
    from dvm.checks.subjects import InstanceSubject
    from dvm.model.instance import Posture

_LONGEST = 60
_ANSIBLE = "ansible"


def _find(subject: InstanceSubject) -> Iterator[Finding]:
    posture = subject.instance.posture
    if posture is None:
        return
    for key, effective in _effective(posture).items():
        for path, entry in entries(subject, key) if effective else ():
            if _applies(path, entry, key, effective):
                yield finding(subject, SettingSource(path, shared=True), key, _told(key, entry))
    for item in posture.provision:
        origin = source(subject, "provision", same=_is_ansible)
        # One of `_config` was reported above.
        if item.mode == _ANSIBLE and not origin.shared:
            yield finding(subject, origin, "provision", _on_the_host(item.script))
    for each in undeclared(subject, "DVM306"):
        # What `_config` adds was reported above, entry by entry.
        if not each.origin.shared:
            yield told(subject, each)


def _effective(posture: Posture) -> dict[str, set[tuple[str, str]]]:
    """Return mode and text of what Lima would run, by the key it is under. A probe has one mode only."""
    return {
        "provision": {(item.mode, _squeezed(item.script)) for item in posture.provision},
        "probes": {("", _squeezed(script)) for script in posture.probes},
    }


def _applies(path: Path, entry: object, key: str, effective: set[tuple[str, str]]) -> bool:
    # default.yaml and override.yaml are merged as they are now, so all that they hold applies. Of another
    # file (Lima merges base.yaml at create) only what is still there does.
    if path.name in ("default.yaml", "override.yaml") or not isinstance(entry, dict) or entry.get("file"):
        return True
    text = script_of(entry)
    if text is not None and unsure(text):
        return True
    mode = str(entry.get("mode") or "system") if key == "provision" else ""
    return (mode, _squeezed(str(text or ""))) in effective


def _squeezed(text: str) -> str:
    """Return a text without its white space, which Lima may have changed."""
    return "".join(text.split())


def _is_ansible(entry: object) -> bool:
    return not isinstance(entry, dict) or entry.get("mode") == _ANSIBLE


def _told(key: str, entry: object) -> str:
    if key == "provision" and isinstance(entry, dict) and _is_ansible(entry):
        return _on_the_host(str(entry.get("playbook") or ""))
    what = "provision script" if key == "provision" else "probe"
    return f"The {what} {_describe(key, entry)} runs in the guest, and is not the manifest's."


def _on_the_host(playbook: str) -> str:
    return f"At each start Lima runs ansible-playbook {visible(playbook)} on the host, with your rights."


def _describe(key: str, entry: object) -> str:
    if not isinstance(entry, dict):
        return "(not readable)"
    text = script_of(entry) or entry.get("file")
    lines = [line for line in str(text or "").splitlines() if line.strip() and not line.startswith("#!")]
    first = lines[0].strip() if lines else ""
    shortened = first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"
    mode = f" (mode {entry.get('mode') or 'system'})" if key == "provision" else ""
    return visible(f'"{shortened}"{mode}')


CHECK: Check[InstanceSubject] = Check(
    code="DVM306",
    severity=Weight.DENY,
    title="Provision script or probe that is not ours",
    why=(
        "A provision script in $LIMA_HOME/_config runs as root in every guest at every boot, and a probe as its login "
        "user, who may use sudo; both unseen by plan and review. What the template itself brings belongs to the "
        "template and passes, but for a playbook of mode ansible: Lima runs that on the host."
    ),
    remedy="Make it a setup script of the VMs that need it, and take it out of $LIMA_HOME/_config.",
    find=_find,
)
