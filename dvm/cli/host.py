"""The wiring: from the environment to the manifest, to Lima, to the state directory."""

from __future__ import annotations

import os
import platform
import sys
import time
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.limactl import demand_trusted, search_path
from dvm.checks.state_directory import demand_private
from dvm.errors import DvmError, RelativePathError, UsageError
from dvm.files import read_evidence
from dvm.lima.client import Lima, find_limactl, lima_home
from dvm.lima.home import Home
from dvm.lima.machine import Machine
from dvm.lima.process import Runner
from dvm.lima.programs import absolute_path, find, helpers, missing_helpers, ssh_program
from dvm.manifest.paths import manifest_path
from dvm.model.evidence import Role
from dvm.observe.groups import SystemAccounts, trusted_groups
from dvm.observe.surroundings import beside, path_directories
from dvm.state.directory import StateDirectory
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from dvm.checks.kept import KeptReviews
    from dvm.checks.limactl import SearchPath
    from dvm.lima.client import Look
    from dvm.lima.ssh.connection import Connection
    from dvm.manifest.kept import KeptTables
    from dvm.manifest.throwaway import Throwaway
    from dvm.model.evidence import FileEvidence
    from dvm.model.instance import Instance, Observed
    from dvm.model.lima_config import LimaConfig
    from dvm.model.manifest import DesiredVM, Manifest
    from dvm.state.unfinished import Unfinished

# Lima has "fatal" and "panic" as well, at which it would not say why it failed.
_LOG_LEVELS = ("trace", "debug", "info", "warn", "error")


class Host:
    """This machine as the environment describes it. Everything is looked up when it is first needed."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self.environment = dict(os.environ if environment is None else environment)
        self._warned = False
        self._reviews: KeptReviews | None = None
        self.looks: dict[tuple[str | bool, ...], Callable[[], Look]] = {}
        """Looks at Lima that a command began and nobody took yet."""
        self.begun = time.time()
        """Before anything was read, in seconds since 1970."""

    @cached_property
    def state(self) -> StateDirectory:
        """The state directory, which may not be there yet.

        Raises:
            RefusedError: others can put something into it, or something else in its place.
        """
        state = self.state_place
        # The journal itself is not read: what counts is the way to it.
        demand_private(read_evidence(state.journal, Role.STATE, limit=0), os.geteuid())
        return state

    @property
    def state_place(self) -> StateDirectory:
        """The state directory, not looked at: for those that describe it."""
        return StateDirectory.of(self.environment)

    @cached_property
    def lima_home(self) -> Path:
        """$LIMA_HOME."""
        return lima_home(self.environment)

    @property
    def resolved_home(self) -> Path:
        """$LIMA_HOME without links, as Lima has it in the paths of sockets."""
        return self.home.resolved(self.lima_home)

    @cached_property
    def machine(self) -> Machine:
        """The machine that Lima is on, which is this one."""
        return Machine(Home(self.lima_home))

    @property
    def home(self) -> Home:
        """The files below LIMA_HOME."""
        return self.machine.home

    @cached_property
    def lima(self) -> Lima:
        """limactl, ready to be asked and told.

        Raises:
            RefusedError: others can change the binary, or the state directory; it has not been run.
        """
        return self.lima_in(self.state.working_directory)

    def lima_in(self, directory: Path) -> Lima:
        """Return limactl with `directory` as its working directory.

        Raises:
            RefusedError: others can change the binary, or what it starts; it has not been run.
        """
        demand_trusted(self.limactl_evidence(), os.geteuid(), self._around_limactl())
        runner = self.traced(Runner(self.limactl, self._environment_of_lima, directory))
        if self.lima_log_level:
            runner.options = (f"--log-level={self.lima_log_level}",)
        return Lima(runner, self.machine)

    @property
    def _environment_of_lima(self) -> dict[str, str]:
        """The environment that limactl and ssh take from: a PATH of safe directories, LIMA_HOME as an absolute path."""
        return self.safe_environment | {"LIMA_HOME": str(self.lima_home)}

    def traced(self, runner: Runner) -> Runner:
        """Return the runner, which shows its calls where DVM_VERBOSE is set."""
        if self.verbose:
            from dvm.cli.tracing import trace

            runner.trace = trace
        return runner

    def connection(self, instance: Instance, address: str) -> Connection:
        """Return the way into the guest of an instance that has just been verified.

        Raises:
            DvmError: there is no ssh, or limactl does not say how the guest is reached.
        """
        from dvm.lima.ssh.connection import Connection

        environment = self._environment_of_lima
        program = ssh_program(environment)
        if program is None:
            raise DvmError("ssh is not on PATH.", detail="DVM enters VMs by it.", remedy="Install OpenSSH's client.")
        # The look at limactl was one at all that it starts, ssh among them.
        runner = self.traced(Runner(program, environment, self.lima.directory, variable="SSH"))
        directory = self.state.connections
        return Connection(runner, self.machine, directory, instance, address, environment=self.environment)

    def _around_limactl(self) -> Iterator[FileEvidence]:
        """Look at what limactl starts and reads: programs on PATH, and the directories beside it.

        Raises:
            RefusedError: SSH or QEMU_SYSTEM_… names no single program.
        """
        environment = self.safe_environment
        found = helpers(environment)
        # One that is there, but in no safe directory: it is said why it is not started.
        found += find(missing_helpers(environment), self.environment)
        for path in found:
            yield self.trusting(read_evidence(path, Role.HELPER, limit=0))
        # A limactl that is a script of one's own starts the one on PATH.
        for limactl in dict.fromkeys((self.limactl, *find(["limactl"], environment))):
            yield from map(self.trusting, beside(limactl))

    @cached_property
    def search_path(self) -> SearchPath:
        """PATH as limactl gets it: of safe directories only, with what was left out."""
        return search_path(map(self.trusting, path_directories(self.environment)), os.geteuid())

    @property
    def safe_environment(self) -> dict[str, str]:
        """The environment, with a PATH of safe directories only."""
        return self.environment | {"PATH": os.pathsep.join(map(str, self.search_path.directories))}

    def trusting(self, file: FileEvidence) -> FileEvidence:
        """Return the evidence with the groups that count as the user, where a group can write at all."""
        modes = (file.mode or 0, *(part.mode for part in file.parts))
        return replace(file, trusted_groups=self._groups) if any(mode & 0o020 for mode in modes) else file

    @cached_property
    def _groups(self) -> frozenset[int]:
        return trusted_groups(os.geteuid(), SystemAccounts(), platform.system())

    @property
    def lima_log_level(self) -> str:
        """How much limactl is to say of what it does; empty: what it says by itself.

        Raises:
            UsageError: DVM_LIMA_LOG_LEVEL is none of Lima's levels.
        """
        level = self.environment.get("DVM_LIMA_LOG_LEVEL", "")
        if level and level not in _LOG_LEVELS:
            raise UsageError(
                f'$DVM_LIMA_LOG_LEVEL is "{visible(level)}", which is no level of Lima\'s.',
                remedy=f"Set it to one of {', '.join(_LOG_LEVELS)}.",
            )
        return level

    @cached_property
    def limactl(self) -> Path:
        """Limactl's absolute path. The current directory has no say in it: a cloned repository may bring a limactl.

        Raises:
            LimaError: there is none.
            UsageError: DVM_LIMACTL is a relative path.
        """
        named = self.environment.get("DVM_LIMACTL", "")
        if "/" in named and not named.startswith(("/", "~")):
            raise RelativePathError("DVM_LIMACTL", "program")
        return find_limactl(self.environment | {"PATH": absolute_path(self.environment)})

    @property
    def verbose(self) -> bool:
        """Whether DVM_VERBOSE is set: show each call of limactl, in full."""
        return self.environment.get("DVM_VERBOSE", "") not in {"", "0"}

    @property
    def dry_run(self) -> bool:
        """Whether DVM_DRY_RUN is set: show what a command would do now, and change nothing."""
        return self.environment.get("DVM_DRY_RUN", "") not in {"", "0"}

    def demand_no_dry_run(self, command: str) -> None:
        """See that nobody waits for a dry run of a command that has none, and changes something.

        Raises:
            UsageError: DVM_DRY_RUN is set.
        """
        if self.dry_run:
            raise UsageError(
                f"`dvm {command}` has no dry run.",
                detail="DVM_DRY_RUN is set. Nothing was changed.",
                remedy="Take DVM_DRY_RUN away where it is to be done: env -u DVM_DRY_RUN dvm …",
            )

    @cached_property
    def kept_tables(self) -> KeptTables:
        """The tables of manifests that earlier commands read."""
        from dvm.manifest.kept import KeptTables, reading_code
        from dvm.state.kept import MANIFEST, read_kept

        return KeptTables(read_kept(self._own_state, MANIFEST), reading_code())

    def kept_reviews(self, *, use: bool) -> KeptReviews:
        """Return the setup scripts in which earlier applies found nothing, to `use` them or to note more."""
        from dvm.checks.kept import KeptReviews, reviewing_code
        from dvm.state.kept import REVIEWS, read_kept

        if self._reviews is None or self._reviews.use != use:
            self._reviews = KeptReviews(read_kept(self._own_state, REVIEWS), reviewing_code(), use=use)
        return self._reviews

    def keep(self) -> None:
        """Keep what was read and reviewed, for the next command."""
        from dvm.state.kept import MANIFEST, REVIEWS, write_kept

        tables, reviews = self.kept_tables, self._reviews
        if tables.code and tables.changed:
            write_kept(self._own_state, MANIFEST, tables.content())
        if reviews is not None and reviews.code and reviews.changed:
            write_kept(self._own_state, REVIEWS, reviews.content())

    @property
    def _own_state(self) -> StateDirectory | None:
        """The state directory; None where others can put something into it, which another place says."""
        try:
            return self.state
        except DvmError:
            return None

    def manifest(self, path: Path | None) -> Manifest:
        """Read the manifest that the options and the environment name.

        Raises:
            ManifestError: it has mistakes; DvmError: it can't be read.
        """
        from dvm.manifest.load import load

        where = manifest_path(path, self.environment)
        return load(where, host_cores=os.cpu_count() or 1, lima_home=self.resolved_home, kept=self.kept_tables)

    def manifest_with(self, path: Path | None, asked: Throwaway) -> Manifest:
        """Read the manifest with a VM in it that no file declares; where none was named, there may be no file.

        Raises:
            ManifestError: it has mistakes; DvmError: it can't be read, or what is asked for can't be had.
        """
        from dvm.manifest.load import load_with

        where = manifest_path(path, self.environment)
        needed = path is not None or bool(self.environment.get("DVM_MANIFEST"))
        return load_with(where, asked, host_cores=os.cpu_count() or 1, lima_home=self.resolved_home, needed=needed)

    @property
    def warned(self) -> bool:
        """Whether a part of the manifest could not be read."""
        return self._warned

    def readable_manifest(self, path: Path | None) -> Manifest:
        """Read as much of the manifest as can be read, and warn in one line where that is not all of it.

        Raises:
            UnreadableFileError: one of its files can't be read.
        """
        from dvm.manifest.load import load_readable

        where = manifest_path(path, self.environment)
        cores = os.cpu_count() or 1
        found, error = load_readable(where, host_cores=cores, lima_home=self.resolved_home, kept=self.kept_tables)
        if error is not None and not self._warned:
            self._warned = True
            first = error.diagnostics[0]
            place = visible(str(first.location or where))
            sys.stderr.write(
                f"Warning: {error.summary[:-1]} ({place}: {visible(first.summary)}); `dvm validate` shows all.\n"
            )
        return found

    def lima_config(self, vms: Iterable[DesiredVM] = ()) -> LimaConfig:
        """Read Lima's host-wide configuration as it is now, with the templates of `vms`."""
        from dvm.observe.lima_config import read_lima_config

        return read_lima_config(self.home, self.environment.get("LIMA_TEMPLATES_PATH", ""), vms)

    def with_notes(self, observed: Observed, manifest: Manifest) -> tuple[Observed, Unfinished]:
        """Return a look together with what earlier commands wrote down and did not end.

        The notes are read after the look, and the receipts that it missed after the notes.
        """
        from dvm.observe.host import with_late_receipts
        from dvm.state.unfinished import read_unfinished

        unfinished = read_unfinished(self.state, self.home, manifest.place, observed.instances)
        return with_late_receipts(self.machine, observed), unfinished

    def limactl_evidence(self) -> FileEvidence:
        """Look at limactl's file."""
        return self.trusting(read_evidence(self.limactl, Role.LIMACTL))
