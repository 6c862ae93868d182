"""From files to a Manifest, or to every mistake in them at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.errors import ManifestError
from dvm.manifest.bodies import check_defaults, check_settings, check_vm
from dvm.manifest.declarations import READS_VERSION, declarations
from dvm.manifest.documents import read_documents
from dvm.manifest.locate import LazyLocations
from dvm.manifest.mistakes import Mistakes
from dvm.manifest.relations import check_dependencies, check_names, check_ports, check_reach
from dvm.manifest.scripts import FileReader, read_files
from dvm.model.lock import script_key
from dvm.model.manifest import DesiredVM, Manifest, Script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.manifest.bodies import Read
    from dvm.manifest.declarations import Declaration, Declarations
    from dvm.manifest.mistakes import Document
    from dvm.model.vm import VM

_FEW_CORES = 4


def load(path: Path, *, host_cores: int, lima_home: Path) -> Manifest:
    """Read the manifest at `path`, the vms/*/vm.toml beside it, and every script and template they name.

    A VM's default number of cores is reckoned from `host_cores`; `lima_home` limits the length of names.

    Raises:
        ManifestError: there are mistakes; all of them are in it, with file, line and column.
        UnreadableFileError: one of the TOML files does not exist, or cannot or must not be read.
    """
    found, error = _load(path, host_cores, lima_home)
    if error is not None:
        raise error
    if not found.settings.require_review:
        return found
    from dvm.manifest.lock import read_lock

    lock, evidence = read_lock(path)
    return replace(found, lock=lock, files=(*found.files, *([evidence] if evidence else [])))


def load_readable(path: Path, *, host_cores: int, lima_home: Path) -> tuple[Manifest, ManifestError | None]:
    """Return as much of a manifest as can be read, and its mistakes; None: there are none.

    A VM whose declaration has a mistake is in `unread`, and not among the VMs. dvm.lock is not looked at.

    Raises:
        UnreadableFileError: one of the TOML files does not exist, or cannot or must not be read.
    """
    return _load(path, host_cores, lima_home)


def _load(path: Path, host_cores: int, lima_home: Path) -> tuple[Manifest, ManifestError | None]:
    mistakes = Mistakes()
    documents, files = read_documents(path, mistakes)
    declared = declarations(documents, mistakes)
    settings = check_settings(declared.settings, declared.settings_place, mistakes)
    defaults = check_defaults(declared.defaults, declared.defaults_place, mistakes)
    reader = FileReader()
    cores = default_cores(host_cores)
    bodies = [check_vm(each, mistakes, defaults_known=declared.defaults_known) for each in declared.vms]
    directory = Path(os.path.realpath(path.parent))
    vms = [_desired(*each, reader, mistakes, cores, directory) for each in zip(declared.vms, bodies, strict=True)]
    # The files that the defaults name are looked at too, though there may be no VM that uses them.
    read_files(defaults, declared.defaults_place.under, reader, mistakes, None)
    check_names(declared.vms, lima_home, mistakes)
    if declared.complete:
        check_dependencies(declared.vms, bodies, mistakes)
        check_ports(declared.vms, bodies, mistakes)
        check_reach(declared.vms, bodies, mistakes)
    error = None
    if mistakes:
        order = [document.path for document in documents]
        error = ManifestError(mistakes.diagnostics(order), (*files, *reader.files))
    unread = _unread(declared, bodies, documents[0], error)
    found = {vm.name: vm for vm in vms if vm.name not in unread}
    manifest = Manifest(
        path=files[0].path,
        settings=settings,
        vms={name: found[name] for name in sorted(found)},
        files=(*files, *reader.files),
        unread=unread,
        complete=declared.names_known,
    )
    return manifest, error


def _unread(
    declared: Declarations, bodies: Sequence[Read[VM]], first: Document, error: ManifestError | None
) -> frozenset[str]:
    """Return the VMs whose declaration can't be relied on: with a mistake of its own, or in the defaults it has."""
    if error is None:
        return frozenset()
    blamed = {diagnostic.address for diagnostic in error.diagnostics}
    files = {diagnostic.location.path for diagnostic in error.diagnostics if diagnostic.location} - {first.path}
    # Of a manifest of another version nobody knows what its keys mean, and of a dvm.toml that is no TOML no default.
    all_of_them = first.data is None or first.data.get("version") != READS_VERSION
    return frozenset(
        each.name
        for each, body in zip(declared.vms, bodies, strict=True)
        if all_of_them or body.errors or each.address in blamed or each.place.document.path in files
    )


def default_cores(host_cores: int) -> int:
    """Return how many cores a VM gets that does not say: some are left to the host, and two are the least."""
    return max(2, host_cores - (1 if host_cores <= _FEW_CORES else 2))


def _desired(
    declaration: Declaration, body: Read[VM], reader: FileReader, mistakes: Mistakes, cores: int, directory: Path
) -> DesiredVM:
    config = body.value
    scripts, template = read_files(body, declaration.place_of, reader, mistakes, declaration.address)
    return DesiredVM(
        name=declaration.name,
        config=config,
        cpus=config.cpus or cores,
        scripts=tuple(
            Script(entry, file, key=script_key(file, directory), env=config.env | entry.env)
            for entry, file in zip(config.setup, scripts, strict=True)
        ),
        template_file=template,
        locations=LazyLocations(declaration),
    )
