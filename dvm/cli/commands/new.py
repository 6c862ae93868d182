"""`dvm new`."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import Struct

from dvm.cli.guest.entrance import named
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.manifest import manifest_or_empty
from dvm.cli.skeleton import MANIFEST, SETUP_FILE, said_elsewhere, setup_sh, vm_toml
from dvm.errors import DvmError, UnreadableFileError, UsageError
from dvm.files import write_atomically
from dvm.manifest.paths import VM_DIRECTORY, manifest_path
from dvm.manifest.toml import parse
from dvm.model.evidence import Unreadable
from dvm.model.manifest import Manifest
from dvm.model.names import longest_name
from dvm.model.settings import Settings
from dvm.model.template_name import parse_template
from dvm.text import visible
from dvm.views.typed import completed

_TEMPLATE = "template:fedora"


def new(
    vm: Annotated[str, typer.Argument(metavar="VM", help="Name of the VM to declare.", show_default=False)],
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="TEMPLATE",
            help="Lima template: template:NAME or a path; default: what the base or [defaults] says, else "
            "template:fedora.",
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="NAME", help="The base that it inherits from.", show_default=False),
    ] = None,
    manifest: opt.ManifestPath = None,
) -> int:
    """Declare a VM: a commented vms/VM/vm.toml and a strict setup script beside the manifest. Creates nothing else.

    What [defaults] or the base says is left out, setup scripts too. Makes the manifest and its directory where there
    are none. Refuses to touch what is there.

    Example: dvm new app
    """
    host, name = Host(), named(vm)
    host.demand_no_dry_run("new")
    if template is not None:
        _demand_template(template)
    place = place_for(host, name, manifest)
    document = _document(place.found)
    known = document.get("base", {})
    base = base if base is None else base.removeprefix("base.")  # `base.NAME` is what a plan calls it
    if base is not None and base not in known:
        raise UsageError(
            f'There is no base "{visible(base)}".',
            detail=f"There are: {', '.join(known)}." if known else "The manifest has none.",
            remedy="`[base.NAME]` in the manifest declares one.",
        )
    said = said_elsewhere(document, base or "")
    if template is None and "template" not in said:
        template = _TEMPLATE
    said = {key: where for key, where in said.items() if key != "template" or template is None}
    scripts = {} if "setup" in said else {SETUP_FILE: setup_sh(name)}
    place.write({"vm.toml": vm_toml(name, template or "", base or "", said)}, scripts)
    try:
        host.manifest(manifest)
    except DvmError:
        place.take_back()
        raise
    option = f" -f {shlex.quote(str(manifest))}" if manifest else ""
    beside = " and setup.sh beside it" if scripts else ""
    what = f"`dvm plan {name}` shows what would be done, `dvm apply {name}` does it."
    sys.stdout.write(
        f"Wrote {visible(str(place.directory / 'vm.toml'))}{beside}.\n"
        f"Change {'them' if scripts else 'it'} as you like; then {completed(what, option)}\n"
    )
    return 0


def _document(found: Manifest) -> dict[str, Any]:
    """Return what dvm.toml says, which has just been found to have no mistake; nothing where there is none."""
    content = next((file.content for file in found.files if file.path == found.path), None)
    return dict(parse((content or b"").decode("utf-8-sig")))


class NewVM(Struct, frozen=True):
    """Where a new VM's declaration goes, and the manifest as it was `found`, which may have no file yet."""

    directory: Path
    found: Manifest

    def write(self, plain: dict[str, str], scripts: dict[str, str]) -> None:
        """Write the VM's files into its new directory, for their owner alone, scripts executable; and the manifest.

        Raises:
            DvmError: they can't be written.
        """
        if not self.found.files:
            _make(self.found.path.parent)
            write_atomically(self.found.path, MANIFEST.encode())
        _make(self.directory)
        try:
            for texts, mode in ((plain, 0o600), (scripts, 0o700)):
                for file, text in texts.items():
                    write_atomically(self.directory / file, text.encode(), mode)
        except OSError as error:
            raise DvmError(f"{self.directory} can't be written to: {error.strerror}.") from error

    def take_back(self) -> None:
        """Remove what `write` wrote, but for directories that others may use by now."""
        shutil.rmtree(self.directory)
        if not self.found.files:
            self.found.path.unlink(missing_ok=True)


def place_for(host: Host, name: str, manifest: Path | None) -> NewVM:
    """Return the place for a new VM's declaration. Nothing is written yet.

    Raises:
        UsageError: there is such a VM, or such a directory, or the name is too long for Lima.
    """
    longest = longest_name(str(host.resolved_home))
    if len(name) > longest:
        raise UsageError(f'"{name}" is too long: Lima\'s sockets leave {longest} characters for it.')
    found = _found(host, manifest)
    directory = found.path.parent / VM_DIRECTORY / name
    if name in found.vms or directory.exists() or directory.is_symlink():
        where, remedy = "declared already", "Choose another name."
        if name not in found.vms:
            where = f"not declared, but {visible(str(directory))} is there"
            remedy = f"Choose another name, or move it away: mv {shlex.quote(str(directory))} ~/{name}.old"
        raise UsageError(f"vm.{name} is {where}.", detail="Nothing was written.", remedy=remedy)
    return NewVM(directory, found)


def _found(host: Host, path: Path | None) -> Manifest:
    """Return the manifest, or an empty one where there is no file yet, also at a place that was named."""
    try:
        return manifest_or_empty(host, path)
    except UnreadableFileError as error:
        where = manifest_path(path, host.environment)
        # A word that is no such file's name was not meant as one.
        if error.evidence.problem is not Unreadable.MISSING or where.suffix != ".toml":
            raise
        return Manifest(where, Settings(), {}, ())


def _make(directory: Path) -> None:
    try:
        for part in [*reversed(directory.parents), directory]:
            if not part.is_dir():
                part.mkdir(mode=0o700)
    except OSError as error:
        raise DvmError(f"{error.filename} can't be made: {error.strerror}.") from error


def _demand_template(template: str) -> None:
    try:
        parse_template(template)
    except ValueError as error:
        raise UsageError(f"--template: {error}.") from error
    if not template.startswith("template:") and not Path(template).is_absolute():
        raise UsageError(
            "--template: give a path in full.", detail="It would be relative to vms/NAME/ in the manifest."
        )
