"""The templates that `template:NAME` names: a handful, each a tiny configuration whose image nobody
downloads.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.simulator.home import name_problem
from dvm.simulator.log import refuse, tick
from dvm.simulator.yaml_text import BadYamlError, load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = (
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


def template_name(locator: str) -> str:
    """Return the name in `template:NAME` (or the older `template://NAME`), else nothing."""
    return locator.removeprefix("template:").removeprefix("//") if locator.startswith("template:") else ""


def read_template(locator: str) -> str:
    """Return the text of a template: `template:NAME` or a path. Lima mounts the home by default, and so do
    these.

    Raises:
        Refused: there is none.
    """
    name = template_name(locator)
    if name:
        if name not in NAMES:
            refuse(f"template {tick(name)} not found")
        return _TEXT.format(name=name)
    if "://" in locator:
        refuse(f"the simulator downloads nothing: {locator}")
    try:
        return Path(locator).read_text(encoding="utf-8")
    except OSError as error:
        refuse(f"open {locator}: {(error.strerror or '').lower()}")


def instance_name(locator: str) -> str:
    """Return the name that an instance of that template gets where none is given."""
    return template_name(locator) or Path(locator).name.removesuffix(".yaml").removesuffix(".yml")


def is_instance_name(argument: str) -> bool:
    """Return whether Lima takes the argument for the name of an instance rather than of a template."""
    return not argument or not name_problem(argument)


def embed_bases(document: dict[str, Any], where: Path) -> dict[str, Any]:
    """Return the template with those that its `base` names folded in, the template's own values first.

    Raises:
        Refused: a base is not there or is no YAML.
    """
    own = {key: value for key, value in document.items() if key != "base"}
    for locator in _bases(document.get("base")):
        path = locator if template_name(locator) else str(where / locator)
        try:
            base = load_yaml(read_template(path)) or {}
        except BadYamlError as error:
            refuse(f"failed to unmarshal YAML ({path}): {error}")
        own = _under(own, embed_bases(base, where if template_name(locator) else Path(path).parent))
    return own


def _bases(value: object) -> Iterator[str]:
    for entry in value if isinstance(value, list) else [value] if value else []:
        yield entry["url"] if isinstance(entry, dict) else str(entry)


def _under(own: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    merged = dict(own)
    for key, value in base.items():
        mine = merged.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            merged[key] = _under(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            merged[key] = [*mine, *value]
        elif mine is None:
            merged[key] = value
    return merged
