"""From files to a Manifest, or to every mistake in them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.errors import ManifestError
from dvm.manifest.bodies import check_defaults, check_table, check_vm
from dvm.manifest.declarations import declarations
from dvm.manifest.documents import read_documents
from dvm.manifest.locate import LazyLocations
from dvm.manifest.mistakes import Mistakes
from dvm.manifest.relations import check_dependencies, check_names, check_ports
from dvm.manifest.scripts import FileReader, read_scripts, read_template
from dvm.model.manifest import DesiredVM, Manifest, Script, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.manifest.declarations import Declaration, Declarations

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
    settings = check_table(Settings, declared.settings, declared.settings_place, mistakes)
    check_defaults(declared.defaults, declared.defaults_place, mistakes)
    reader = FileReader()
    cores = default_cores(host_cores)
    vms = [_desired(declaration, declared, reader, mistakes, cores) for declaration in declared.vms]
    _check_defaults_files(declared, reader, mistakes)
    check_names(declared.vms, lima_home, mistakes)
    if declared.complete:
        check_dependencies(declared.vms, mistakes)
        check_ports(declared.vms, mistakes)
    if mistakes or settings is None:
        order = [document.path for document in documents]
        raise ManifestError(mistakes.diagnostics(order), (*files, *reader.files))
    found = {vm.name: vm for vm in vms if vm is not None}
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
    declaration: Declaration, declared: Declarations, reader: FileReader, mistakes: Mistakes, cores: int
) -> DesiredVM | None:
    name = declaration.name
    vm = declaration.address
    config = check_vm(declaration, mistakes, defaults_known=declared.defaults_known)
    scripts = read_scripts(declaration.value("setup"), declaration.place_of("setup"), reader, mistakes, vm)
    template = read_template(declaration.value("template"), declaration.place_of("template"), reader, mistakes, vm)
    if config is None:
        return None
    return DesiredVM(
        name=name,
        config=config,
        cpus=config.cpus or cores,
        scripts=tuple(Script(entry, file) for entry, file in zip(config.setup, scripts, strict=True)),
        template_file=template,
        locations=LazyLocations(declaration),
    )


def _check_defaults_files(declared: Declarations, reader: FileReader, mistakes: Mistakes) -> None:
    """Look at the files the defaults name too, which no VM may be there to use."""
    place = declared.defaults_place
    read_scripts(declared.defaults.get("setup"), place.under("setup"), reader, mistakes, None)
    read_template(declared.defaults.get("template"), place.under("template"), reader, mistakes, None)
