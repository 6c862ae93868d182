"""From files to a Manifest, or to every mistake in them at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.errors import ManifestError
from dvm.manifest.bodies import check_defaults, check_settings, check_vm
from dvm.manifest.declarations import declarations
from dvm.manifest.documents import read_documents
from dvm.manifest.locate import LazyLocations
from dvm.manifest.mistakes import Mistakes
from dvm.manifest.relations import check_dependencies, check_names, check_ports
from dvm.manifest.scripts import FileReader, read_files
from dvm.model.lock import script_key
from dvm.model.manifest import DesiredVM, Manifest, Script

if TYPE_CHECKING:
    from dvm.manifest.bodies import Read
    from dvm.manifest.declarations import Declaration
    from dvm.model.vm import VM

_FEW_CORES = 4


def load(path: Path, *, host_cores: int, lima_home: Path) -> Manifest:
    """Read the manifest at `path`, the vms/*/vm.toml beside it, and every script and template they name.

    A VM's default number of cores is reckoned from `host_cores`; `lima_home` limits the length of names.

    Raises:
        ManifestError: there are mistakes; all of them are in it, with file, line and column.
        UnreadableFileError: one of the TOML files does not exist, or cannot or must not be read.
    """
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
    if mistakes:
        order = [document.path for document in documents]
        raise ManifestError(mistakes.diagnostics(order), (*files, *reader.files))
    found = {vm.name: vm for vm in vms}
    lock = None
    if settings.require_review:
        from dvm.manifest.lock import read_lock

        lock, evidence = read_lock(path)
        files += [evidence] if evidence else []
    return Manifest(
        path=files[0].path,
        settings=settings,
        vms={name: found[name] for name in sorted(found)},
        files=(*files, *reader.files),
        lock=lock,
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
            Script(entry, file, key=script_key(file, directory))
            for entry, file in zip(config.setup, scripts, strict=True)
        ),
        template_file=template,
        locations=LazyLocations(declaration),
    )
