"""limactl as DVM uses it. Planning gets a `Reader`, which has no way to change anything."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dvm.errors import LimaError, RefusesRootError, RelativePathError
from dvm.lima.environment import shut_environment
from dvm.lima.listing import parse_configuration, parse_listing
from dvm.lima.log_line import message
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dvm.lima.guest_call import Ending, GuestCall
    from dvm.lima.machine import Machine
    from dvm.lima.process import Answer, Completed, Runner
    from dvm.lima.transfer import Transfer
    from dvm.model.instance import Instance, Part
    from dvm.model.template import Template

OLDEST = (2, 0)
READ_SECONDS = 120.0
_LIST_CALL = ("limactl", "list", "--json")
_TEMPLATES_CALL = ("limactl", "create", "--list-templates")
# With all that its bases bring, but for Lima's `_config`, and with `{{.User}}` and the like as they are written.
_COPY_CALL = ("limactl", "template", "copy", "--embed-all")
# Lima's own words on a template that was put together: every default filled in.
_FILL_CALL = ("limactl", "template", "yq", "-", "@json")
_INFO_CALL = ("limactl", "info")
KILLING = frozenset({"start", "stop", "delete", "edit", "clone", "rename", "factory-reset", "restart"})
"""The commands that signal an instance's processes, or may come to."""
_VERSION_CALL = ("limactl", "--version")
_VERSION = re.compile(r"limactl version v?(([0-9]+)\.([0-9]+)\S*)")
# A build that no release has: `brew install --HEAD lima`, or one from a checkout without tags.
_UNRELEASED = re.compile(r"limactl version (HEAD(?:-[0-9a-f]{4,40})?|[0-9a-f]{7,40}(?:\.m)?)$")
_REFUSES_ROOT = "must not run as the root user"
_HOW_TO_GET = "Install Lima 2.0 or later (lima-vm.io/docs/installation), or name its limactl by DVM_LIMACTL."


class Reader(Protocol):
    """What planning may ask of Lima."""

    machine: Machine
    """The one that Lima is on."""

    def version(self) -> str:
        """Return limactl's version, 2.0 or later."""

    def instances(self, *names: str) -> dict[str, Instance]:
        """Return the instances by name: all, or those of `names` that exist."""


class Lima:
    """limactl behind a runner: reads for planning, and `change` for the executor.

    `read_seconds`: how long a read may take; the manifest can say otherwise.
    """

    def __init__(self, runner: Runner, machine: Machine) -> None:
        self._runner = runner
        self.machine = machine
        self.read_seconds = READ_SECONDS

    @property
    def executable(self) -> Path:
        """Limactl's absolute path."""
        return self._runner.executable

    @property
    def directory(self) -> Path:
        """Limactl's working directory."""
        return self._runner.directory

    def version(self) -> str:
        """Return limactl's version; of a build that no release has, what it says: `HEAD-7482867`.

        Raises:
            LimaError: it is older than 2.0, or says nothing that is a version.
        """
        return self._version(self._runner.begin(_VERSION_CALL))

    def instances(self, *names: str) -> dict[str, Instance]:
        """Return the instances by name: all, or those of `names` that exist.

        Raises:
            LimaError: limactl failed, or answered with what is not its format.
        """
        return self._instances(self._runner.begin((*_LIST_CALL, *names)), names)

    def templates(self) -> frozenset[str]:
        """Return the names that `template:NAME` can have; those of Lima's building blocks (`_images/…`) are not told.

        Raises:
            LimaError: limactl failed.
        """
        completed = self._runner.begin(_TEMPLATES_CALL).wait(self.read_seconds)
        if completed.status != 0:
            raise _failed("create --list-templates", completed)
        return frozenset(completed.stdout.decode("utf-8", "replace").split())

    def template(self, locator: str, content: bytes | None = None) -> TemplateLook:
        """Begin to read a template: Lima's own by its `template:NAME`, else the one whose bytes are `content`.

        Lima fetches whatever the bytes name, so they have to have passed DVM111 before.

        Raises:
            LimaError: limactl could not be started.
        """
        return TemplateLook(self, locator, content, self._runner)

    def drivers(self) -> frozenset[str]:
        """Return the values that `vmType` can have on this host.

        Raises:
            LimaError: limactl failed, or answered with what is not its format.
        """
        completed = self._runner.begin(_INFO_CALL).wait(self.read_seconds)
        if completed.status != 0:
            raise _failed("info", completed)
        try:
            names = json.loads(completed.stdout)["vmTypes"]
            return frozenset(str(name) for name in names)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise LimaError("`limactl info` answered with what is not its format.") from error

    def template_parts(self, template: Template, instance: str) -> dict[str, Part]:
        """Return what a template declares, as the effective configuration of an instance of that name has it.

        Lima fills it in with a LIMA_HOME that does not exist, so that nothing of `_config` gets in.

        Raises:
            LimaError: Lima does not take it, or answers with what is not its format.
        """
        # Lima takes the name of the instance for templates in the text from the name of the directory.
        nowhere = self._runner.directory / "no-lima-home" / instance
        if nowhere.exists():
            raise LimaError(f"{nowhere} is there, and must not be.", remedy="Remove it, then try again.")
        locator = template.locator if template.content is None else "-"
        whole = self._runner.begin((*_COPY_CALL, locator, "-"), stdin=template.content).wait(self.read_seconds)
        if whole.status != 0:
            raise _failed("template copy --embed-all", whole)
        completed = self._runner.begin(_FILL_CALL, stdin=whole.stdout, lima_home=nowhere).wait(self.read_seconds)
        if completed.status != 0:
            raise _failed("template yq", completed)
        return parse_configuration(completed.stdout)

    def look(self, *names: str, version: bool = True) -> Look:
        """Begin to read what `instances` and `version` return, while DVM does other things.

        Raises:
            LimaError: limactl could not be started.
        """
        return Look(self, names, self._runner, version=version)

    def _version(self, call: Answer) -> str:
        completed = call.wait(self.read_seconds)
        answer = completed.stdout.decode("utf-8", "replace").strip()
        match = _VERSION.match(answer)
        unreleased = _UNRELEASED.match(answer)
        if completed.status == 0 and match is None and unreleased is not None:
            return unreleased[1]
        _demand_not_root(completed)
        if completed.status != 0 or match is None:
            said = visible(answer or " ".join(completed.tail))[:200]
            raise LimaError(
                f"{self._runner.executable} does not report its version.",
                detail=f"It said: {said}" if said else f"It ended with status {completed.status} and said nothing.",
                remedy=_HOW_TO_GET,
            )
        if (int(match[2]), int(match[3])) < OLDEST:
            raise LimaError(f"limactl {match[1]} is too old.", detail=f"It is {self.executable}.", remedy=_HOW_TO_GET)
        return match[1]

    def _instances(self, call: Answer, names: Sequence[str]) -> dict[str, Instance]:
        completed = call.wait(self.read_seconds)
        # Exit 1 with "unmatched instances" lists those that do exist; with no names it is a failure.
        unmatched = names and any("unmatched instances" in line for line in completed.tail)
        if completed.status != 0 and not unmatched:
            raise _failed("list --json", completed)
        return parse_listing(completed.stdout)

    def change(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        sink: Callable[[bytes], None],
        stdin: bytes | None = None,
        lifeline: bool = False,
        started: Callable[[int], None] | None = None,
        shut: bool = False,
    ) -> Completed:
        """Run a call that changes something; its output goes to `sink` as it comes, `timeout` in seconds.

        `lifeline` holds its standard input open until it ends; `started` gets its process id. `shut`: a QEMU that it
        starts has its network shut by DVM's wrapper.

        Raises:
            LimaError: it could not be started, or it could kill a process that is not the instance's own.
        """
        if argv[1] in KILLING:
            # limactl kills by the numbers in pid files, which may be another program's by now.
            from dvm.lima.processes import clear_stale

            for name in argv[2:]:
                if not name.startswith("-") and "/" not in name:
                    clear_stale(self.machine, self.machine.home.of(name))
        environment = None
        if shut:
            environment = shut_environment(self._runner.environment, self._runner.directory)
        return self._runner.stream(
            argv,
            timeout=timeout,
            sink=sink,
            stdin=stdin,
            lifeline=lifeline,
            started=started,
            environment=environment,
        )

    def ask(
        self,
        call: GuestCall,
        *,
        timeout: float,
        sink: Callable[[bytes], None] = lambda _chunk: None,
        lifeline: bool = False,
        started: Callable[[int], None] | None = None,
    ) -> Ending:
        """Run a guest program; what it prints besides its answer goes to `sink`, otherwise as `change`."""
        return ask(self._runner, call, timeout=timeout, sink=sink, lifeline=lifeline, started=started)

    @contextmanager
    def reading(self, call: GuestCall, *, started: Callable[[int], None] | None = None) -> Iterator[Transfer]:
        """Run a guest program that proves its end, whose standard output is read by the block."""
        from dvm.lima.transfer import reading

        with reading(self._runner, call, started=started) as transfer:
            yield transfer

    @contextmanager
    def writing(self, call: GuestCall, *, started: Callable[[int], None] | None = None) -> Iterator[Transfer]:
        """Run a guest program that proves its end, whose standard input is written by the block."""
        from dvm.lima.transfer import writing

        with writing(self._runner, call, started=started) as transfer:
            yield transfer

    def cancel(self) -> None:
        """End the running calls at once."""
        self._runner.cancellation.cancel()


def ask(
    runner: Runner,
    call: GuestCall,
    *,
    timeout: float,
    sink: Callable[[bytes], None] = lambda _chunk: None,
    lifeline: bool = False,
    started: Callable[[int], None] | None = None,
) -> Ending:
    """Run a guest program that proves its end, by limactl or by ssh; see `Lima.ask`."""
    heard = call.heard()

    def errors(chunk: bytes) -> None:
        sink(chunk)
        heard.errors(chunk)

    completed = runner.stream(
        call.argv,
        timeout=timeout,
        sink=errors,
        stdin=call.stdin,
        lifeline=lifeline,
        started=started,
        answer=heard.output,
    )
    return heard.ended(completed)


def _demand_not_root(completed: Completed) -> None:
    """See that limactl did not refuse who runs it.

    Raises:
        RefusesRootError: it did, in its own words.
    """
    if completed.status != 0 and any(_REFUSES_ROOT in line for line in completed.tail):
        raise RefusesRootError


def _failed(call: str, completed: Completed) -> LimaError:
    _demand_not_root(completed)
    return LimaError(
        f"`limactl {call}` failed with status {completed.status}.",
        detail="\n".join(visible(line) for line in completed.tail[-3:]),
        remedy="Run it by hand and fix what it says.",
    )


class Look:
    """A look that has begun: limactl works until its answers are asked for, once each."""

    def __init__(self, lima: Lima, names: tuple[str, ...], runner: Runner, *, version: bool) -> None:
        self._lima = lima
        self.machine = lima.machine
        self._names = names
        self._calls = [runner.begin((*_LIST_CALL, *names))]
        if version:
            self._calls.append(runner.begin(_VERSION_CALL))

    def instances(self, *names: str) -> dict[str, Instance]:
        """Return the instances, which are those that the look began with; raises as `Lima.instances` does."""
        assert names == self._names, "a look is at what it began with"
        return self._lima._instances(self._calls[0], names)  # noqa: SLF001 - a part of the same client

    def version(self) -> str:
        """Return limactl's version; raises as `Lima.version` does."""
        return self._lima._version(self._calls[1])  # noqa: SLF001

    def drop(self) -> None:
        """End what nobody has waited for."""
        for call in self._calls:
            call.drop()


class TemplateLook:
    """A template that limactl is reading, until `result` or `drop`."""

    def __init__(self, lima: Lima, locator: str, content: bytes | None, runner: Runner) -> None:
        assert (content is None) == locator.startswith("template:"), "Lima itself looks for its own templates alone"
        self._lima = lima
        self._locator = locator
        self._content = content
        self._call = runner.begin((*_COPY_CALL, locator if content is None else "-", "-"), stdin=content)

    def result(self) -> Template:
        """Return the template.

        Raises:
            UnknownTemplateError: Lima has none of that name. LimaError: it can't be read, or limactl failed.
        """
        from dvm.lima.template import parse_template

        completed = self._call.wait(self._lima.read_seconds)
        if completed.status == 0:
            return parse_template(self._locator, completed.stdout, self._content)
        last = completed.tail[-1] if completed.tail else f"limactl ended with status {completed.status}"
        said = visible(message(last).removeprefix("fatal: "))
        if _REFUSES_ROOT in said:
            raise RefusesRootError
        if self._content is None and said.endswith("not found"):
            raise UnknownTemplateError(self._locator, self._lima.templates())
        raise LimaError(
            f"Lima can't read the template {visible(self._locator)}: {said}.",
            remedy="Correct the template, or name another one.",
        )

    def drop(self) -> None:
        """End it: nobody waits for it any more."""
        self._call.drop()


class UnknownTemplateError(LimaError):
    """Lima has no template of that name; `known` are those it has."""

    def __init__(self, locator: str, known: Iterable[str]) -> None:
        import difflib

        name = locator.removeprefix("template:")
        near = difflib.get_close_matches(name, sorted(known), 1)
        super().__init__(
            f'Lima has no template "{visible(name)}".',
            remedy=f'Did you mean "template:{near[0]}"?' if near else "`limactl create --list-templates` shows them.",
        )


def find_limactl(environment: Mapping[str, str]) -> Path:
    """Return limactl's absolute path: DVM_LIMACTL, else the first on PATH.

    Raises:
        LimaError: there is none.
    """
    named = environment.get("DVM_LIMACTL")
    if named:
        path = Path(named).expanduser()
        found = shutil.which(str(path)) if path.is_absolute() else shutil.which(named, path=environment.get("PATH"))
        if found is None:
            raise LimaError(f"DVM_LIMACTL names {visible(named)}, which is no program.", remedy=_HOW_TO_GET)
        return Path(found).absolute()
    found = shutil.which("limactl", path=environment.get("PATH", ""))
    if found is None:
        raise LimaError("limactl is not on PATH.", detail="DVM keeps VMs on Lima.", remedy=_HOW_TO_GET)
    return Path(found).absolute()


def lima_home(environment: Mapping[str, str]) -> Path:
    """Return $LIMA_HOME, `~/.lima` unless set.

    Raises:
        RelativePathError: it is one.
    """
    path = Path(environment.get("LIMA_HOME") or "~/.lima").expanduser()
    if not path.is_absolute():
        raise RelativePathError("LIMA_HOME", "place")
    return path
