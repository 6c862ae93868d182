"""From files to a Manifest, or to every mistake in them at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dvm.errors import ManifestError, UnreadableFileError, UsageError
from dvm.manifest.bases import inherit
from dvm.manifest.declarations import READS_VERSION, declarations
from dvm.manifest.desired import Maker
from dvm.manifest.documents import read_documents
from dvm.manifest.kept import KeptTables
from dvm.manifest.layers import Layer, Layers
from dvm.manifest.mistakes import Document, Mistakes
from dvm.manifest.relations import (
    check_base_names,
    check_dependencies,
    check_names,
    check_ports,
    check_reach,
    name_too_long,
    with_reached,
)
from dvm.manifest.scripts import FileReader, read_files
from dvm.manifest.tables import TableReader
from dvm.model.evidence import Role, Unreadable
from dvm.model.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.manifest.declarations import Declaration
    from dvm.manifest.read import Read
    from dvm.manifest.throwaway import Throwaway

_FEW_CORES = 4


def load(path: Path, *, host_cores: int, lima_home: Path, kept: KeptTables | None = None) -> Manifest:
    """Read the manifest at `path`, the vms/*/vm.toml beside it, and every script and template they name.

    A VM's default number of cores is reckoned from `host_cores`; `lima_home`, without links, limits names in length.
    `kept` are tables that were read before, and gets those that are read now.

    Raises:
        ManifestError: there are mistakes; all of them are in it, with file, line and column.
        UnreadableFileError: one of the TOML files does not exist, or cannot or must not be read.
    """
    found, error = _load(path, host_cores, lima_home, kept=kept)
    if error is not None:
        raise error.refused or error
    return _with_lock(found, path)


def load_with(path: Path, asked: Throwaway, *, host_cores: int, lima_home: Path, needed: bool) -> Manifest:
    """Read the manifest as `load` does, with a VM in it that no file declares; unless `needed` there may be no file.

    Raises:
        ManifestError: there are mistakes. UnreadableFileError: a file can't be read, or one that is needed is missing.
        UsageError: what is asked for can't be had.
    """
    if problem := name_too_long(asked.name, lima_home):
        raise UsageError(f"vm.{asked.name}: {problem[0]}.", detail=problem[1], remedy="Give a shorter --name.")
    found, error = _load(path, host_cores, lima_home, asked, needed=needed)
    if error is not None:
        raise error.refused or error
    vm = replace(found.vms[asked.name], ephemeral=True)
    return _with_lock(replace(found, vms={**found.vms, asked.name: vm}), path)


def _with_lock(found: Manifest, path: Path) -> Manifest:
    if not found.settings.require_review:
        return found
    from dvm.manifest.lock import read_lock

    lock, evidence = read_lock(path)
    return replace(found, lock=lock, files=(*found.files, *([evidence] if evidence else [])))


def load_readable(
    path: Path, *, host_cores: int, lima_home: Path, kept: KeptTables | None = None
) -> tuple[Manifest, ManifestError | None]:
    """Return as much of a manifest as can be read, and its mistakes; None: there are none.

    A VM whose declaration has a mistake is in `unread`, and not among the VMs. A vm.toml that can't be read is such a
    mistake, and not among the files. dvm.lock is not looked at.

    Raises:
        UnreadableFileError: dvm.toml does not exist, or cannot or must not be read.
    """
    found, error = _load(path, host_cores, lima_home, kept=kept)
    if error is None:
        return found, None
    read = tuple(file for file in found.files if file.role is not Role.MANIFEST or file.content is not None)
    return replace(found, files=read), error


def _load(
    path: Path,
    host_cores: int,
    lima_home: Path,
    asked: Throwaway | None = None,
    *,
    needed: bool = True,
    kept: KeptTables | None = None,
) -> tuple[Manifest, ManifestError | None]:
    mistakes = Mistakes()
    try:
        documents, files = read_documents(path, mistakes)
    except UnreadableFileError as missing:
        if needed or missing.evidence.problem is not Unreadable.MISSING:
            raise
        documents, files = [Document(path, "", {"version": READS_VERSION})], []
    declared = declarations(documents, mistakes)
    if asked is not None:
        from dvm.manifest.throwaway import declaration_of

        declared.vms.append(declaration_of(asked, declared, documents))
    tables = TableReader(mistakes, kept or KeptTables())
    settings = tables.settings(declared.settings, declared.settings_place)
    defaults = tables.defaults(declared.defaults, declared.defaults_place)
    defaults_layer = Layer(declared.defaults, declared.defaults_place)
    reader = FileReader()
    known = declared.defaults_known
    vms, bases = inherit(declared, mistakes)
    base_bodies = [tables.declaration(each, defaults_known=known) for each in bases]
    bodies = [tables.declaration(each, defaults_known=known) for each in vms]
    by_name = {each.name: (each, body) for each, body in zip(bases, base_bodies, strict=True)}
    maker = Maker(reader, mistakes, default_cores(host_cores), Path(os.path.realpath(path.parent)), by_name)
    made = with_reached([maker.vm(*each) for each in zip(vms, bodies, strict=True)])
    # The files that bases and defaults name are looked at too, though there may be no VM that uses them.
    made_bases = {name: base for name in sorted(by_name) if (base := maker.base(name)) is not None}
    read_files(defaults, Layers(defaults_layer, defaults_layer), reader, mistakes, None)
    check_names(vms, lima_home, mistakes)
    check_base_names(bases, lima_home, mistakes)
    if declared.complete:
        check_dependencies(vms, bodies, mistakes)
        check_ports(vms, bodies, mistakes)
        check_reach(vms, bodies, mistakes)
    error = None
    if mistakes:
        order = [document.path for document in documents]
        error = ManifestError(mistakes.diagnostics(order), (*files, *reader.files), mistakes.refused)
    wrong_bases = _unread(bases, base_bodies, mistakes, error, documents[0], frozenset())
    unread = _unread(vms, bodies, mistakes, error, documents[0], wrong_bases)
    found = {vm.name: vm for vm in made if vm.name not in unread}
    manifest = Manifest(
        path=documents[0].path,
        settings=settings,
        vms={name: found[name] for name in sorted(found)},
        files=(*files, *reader.files),
        unread=unread,
        complete=declared.names_known,
        bases={name: base for name, base in made_bases.items() if name not in wrong_bases},
    )
    return manifest, error


def _unread(
    declarations: Sequence[Declaration],
    bodies: Sequence[Read[Any]],
    mistakes: Mistakes,
    error: ManifestError | None,
    first: Document,
    wrong_bases: frozenset[str],
) -> frozenset[str]:
    """Return those whose declaration can't be relied on: with a mistake of its own, or in what it inherits."""
    if error is None:
        return frozenset()
    files = {diagnostic.location.path for diagnostic in error.diagnostics if diagnostic.location} - {first.path}
    # Of a manifest of another version nobody knows what its keys mean, and of a dvm.toml that is no TOML no default.
    all_of_them = first.data is None or first.data.get("version") != READS_VERSION
    return frozenset(
        each.name
        for each, body in zip(declarations, bodies, strict=True)
        if all_of_them
        or body.errors
        or each.address in mistakes.blamed
        or each.place.document.path in files
        or not wrong_bases.isdisjoint(layer.base for layer in each.layers.bases)
    )


def default_cores(host_cores: int) -> int:
    """Return how many cores a VM gets that does not say: some are left to the host, and two are the least."""
    return max(2, host_cores - (1 if host_cores <= _FEW_CORES else 2))
