"""`dvm import`."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import tomli_w
import typer
from msgspec.structs import replace
from pydantic import ValidationError

from dvm import __version__
from dvm.checks.instances.name_taken import USE_THAT_DVM
from dvm.checks.posture import PostureRefusedError, posture
from dvm.checks.subjects import InstanceSubject
from dvm.cli.applying import Applying
from dvm.cli.asking import ask_to_apply
from dvm.cli.commands.new import NewVM, place_for
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.line.durations import seconds_of
from dvm.cli.plan_options import manifest_option, plan_options
from dvm.cli.plan_output import show
from dvm.cli.planning import Planner
from dvm.diff.attributes import ATTRIBUTES, observed_attributes
from dvm.diff.written import written
from dvm.errors import DvmError, UsageError
from dvm.lima.fields.drift import vouched
from dvm.lima.home import CONFIG
from dvm.model.manifest import DesiredVM
from dvm.model.names import vm_name
from dvm.model.receipt import RECEIPT_FILE, Receipt
from dvm.model.vm import VM
from dvm.observe.host import observe_one
from dvm.state.locks import locked
from dvm.state.receipts import write_receipt
from dvm.text import visible
from dvm.views.hooks import hooks_for
from dvm.views.tally import GO_ON, Command
from dvm.views.typed import completed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dvm.model.instance import Instance
    from dvm.model.receipt import ConfigurationPart


def import_(
    instance: Annotated[
        str, typer.Argument(metavar="INSTANCE", help="Lima instance, named dvm-NAME.", show_default=False)
    ],
    auto_approve: opt.AutoApprove = False,
    manifest: opt.ManifestPath = None,
    lock_timeout: opt.LockTimeout = "30s",
) -> int:
    """Adopt a Lima instance: write what it has as vms/NAME/vm.toml and lima.yaml, and a receipt of ours beside it.

    Its effective configuration has to pass the security checks. What DVM can take out of its own lima.yaml (mounts,
    forwarding of an agent) is a change that is planned, shown and asked about; that restarts a running one. A running
    one is bootstrapped (DVM_USER and the code directory; what is there stays); a stopped one is declared with
    running = false. Then a plan has nothing to change.

    Example: dvm import dvm-legacy
    """
    host, name, seconds = Host(), vm_name(instance), seconds_of("--lock-timeout", lock_timeout)
    host.demand_no_dry_run("import")
    if name is None:
        raise UsageError(
            f"{visible(instance)} can't be adopted: VM NAME is Lima instance dvm-NAME.",
            remedy=f"Rename it: limactl rename {visible(instance)} dvm-NAME",
        )
    with locked(host.state, [name], timeout=seconds, told=_tell):
        found = observe_one(host.lima, instance)
        if found is None:
            raise UsageError(f"There is no Lima instance {instance}.", remedy="`limactl list` shows them.")
        if found.receipt is not None:
            raise UsageError(f"{instance} is managed already.", remedy=f"dvm status {name}")
        if found.of_another_dvm:
            raise DvmError(f"{instance} is managed already: {found.receipt_problem}.", remedy=USE_THAT_DVM)
        subject = _subject(host, name, found)
        ask = _demand_answer(subject, instance, auto_approve=auto_approve)
        place = _adopt(host, name, found, manifest)
    if ask is None:
        _say(place, instance)
        return _converge(host, name, manifest, seconds, None)

    def settled() -> bool:
        """Ask, and take back what was written unless the answer is yes."""
        agreed = False
        try:
            agreed = ask()
        finally:
            if not agreed:
                with locked(host.state, [name], timeout=seconds, told=_tell):
                    host.home.discard(found.dir / RECEIPT_FILE)
                    place.take_back()
        if agreed:
            _say(place, instance)
        return agreed

    return _converge(host, name, manifest, seconds, settled)


def _say(place: NewVM, instance: str) -> None:
    where = visible(str(place.directory / "vm.toml"))
    sys.stdout.write(f"Wrote {where}; {instance} is vm.{vm_name(instance)} from now on.\n")
    sys.stdout.flush()


def _subject(host: Host, name: str, found: Instance) -> InstanceSubject:
    """Return the instance, judged as the managed one that it is about to be.

    Raises:
        RefusedError: a check denies, and no edit of DVM's could help.
    """
    desired = _desired(name, _body(found))
    subject = InstanceSubject(replace(found, receipt=_receipt(found, desired)), desired, host.lima_config())
    denying = [result for result in posture(subject, fixed=True) if result.denies]
    if denying:
        error = PostureRefusedError(f"vm.{name}", denying)
        # What the check says is for a VM that an apply can fix; this one is not ours yet.
        error.remedy = f"Stop it, take that out of the file named (`limactl edit {found.name}`), and import it again."
        raise error
    return subject


def _demand_answer(subject: InstanceSubject, instance: str, *, auto_approve: bool) -> Callable[[], bool] | None:
    """Return who is asked before the instance is edited; None: nothing is to be edited, or nobody is asked.

    Raises:
        UsageError: there is no terminal to ask on.
    """
    found = [result for result in posture(subject, fixed=False) if result.denies]
    if not found or auto_approve:
        return None
    if not sys.stdin.isatty():
        raise UsageError(
            "There is no terminal to ask on.",
            detail="\n".join(["This has to be taken out of it:", *dict.fromkeys(each.detail for each in found)]),
            remedy=f"dvm import {instance} -y",
        )
    return ask_to_apply


def _adopt(host: Host, name: str, found: Instance, manifest: Path | None) -> NewVM:
    body = _body(found)
    place = place_for(host, name, manifest)
    own = host.home.read(found.dir / CONFIG, follow=True)[0].decode()
    text = f"# Adopted from Lima instance {found.name} as it was; lima.yaml is its own.\n{tomli_w.dumps(body)}"
    place.write({CONFIG: own, "vm.toml": text}, {})
    try:
        declared = host.manifest(manifest)
        # It passed, so what its own file brings is taken for what its template says.
        brings = vouched(found.parts, adopted=True)
        write_receipt(host.home, found.dir, _receipt(found, declared.vms[name], declared.place, brings))
    except DvmError:
        place.take_back()
        raise
    return place


def _body(found: Instance) -> dict[str, Any]:
    """Return what an instance has, as a manifest says it; DVM's defaults are written out too."""
    has = observed_attributes(found, None)
    if found.posture is None or not all(has[key] for key in ("cpus", "memory", "disk")):
        raise DvmError(f"Lima does not say what {found.name} has.", remedy=f"See `limactl list {found.name}`.")
    keys = [each.name for each in ATTRIBUTES if each.lima and each.name in VM.model_fields]
    return {
        "template": "./lima.yaml",
        **{key: written(key, has[key]) for key in keys},
        "running": has["running"],
        "protect": has["protect"],
    }


def _desired(name: str, body: dict[str, Any]) -> DesiredVM:
    try:
        config = VM.model_validate(body)
    except ValueError as error:
        raise DvmError(
            f"What dvm-{name} has can't be said in a manifest: {_what(error)}.",
            detail="Nothing was written.",
            remedy=f"Change it with `limactl edit dvm-{name}` and ask again.",
        ) from error
    return DesiredVM(name, config, config.cpus or 0)


def _what(error: ValueError) -> str:
    assert isinstance(error, ValidationError)
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["ctx"]["error"])


def _receipt(
    found: Instance,
    desired: DesiredVM,
    manifest: Path | None = None,
    configuration: dict[str, ConfigurationPart] | None = None,
) -> Receipt:
    return Receipt(
        vm=desired.name,
        instance=found.name,
        template=desired.config.template,
        template_sha256=desired.template_sha256,
        created=datetime.now(UTC).replace(microsecond=0),
        created_by=__version__,
        manifest=None if manifest is None else str(manifest),
        adopted=True,
        configuration=configuration,
        allowed=desired.allowed,
    )


def _converge(host: Host, name: str, manifest: Path | None, seconds: float, ask: Callable[[], bool] | None) -> int:
    """Bootstrap it, and take out what is not to stay."""
    planner, option = Planner(host, manifest, plan_options([name], None)), manifest_option(manifest)
    hooks = hooks_for(sys.stdout, os.environ, command=Command(go_on=completed(GO_ON, option), option=option))
    return Applying(planner, show, ask, hooks, seconds).run()


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
