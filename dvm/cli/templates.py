"""The templates that a plan needs: fetched or taken as they were checked, and put together by limactl, each once."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks.files.fetched import review_fetched
from dvm.checks.files.template_source import problems_of
from dvm.diagnostics import Diagnostic, Severity
from dvm.errors import DvmError, RefusesRootError
from dvm.observe.fetch import fetch_templates
from dvm.plan.templates import with_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dvm.cli.host import Host
    from dvm.lima.client import Lima, TemplateLook
    from dvm.model.check import CheckResult
    from dvm.model.instance import Part
    from dvm.model.lima_config import LimaConfig
    from dvm.model.manifest import DesiredVM
    from dvm.model.plan import Plan
    from dvm.model.template import Template

_AT_ONCE = 8
_FETCHED = "https://"


class Templates(Struct, frozen=True):
    """The templates by the name of the VM, what could not be read, and what the checks say of what was fetched."""

    by_vm: Mapping[str, Template]
    diagnostics: tuple[Diagnostic, ...] = ()
    checks: tuple[CheckResult, ...] = ()


def with_unchanged_templates(host: Host, plan: Plan, vms: Sequence[DesiredVM]) -> Plan:
    """Return a plan that no check judges without the replacements for templates whose effect is what it was, or can be
    edited.

    `vms` are those whose template file has other bytes than those that they were made from. Where limactl gives no
    answer the replacement stays.
    """
    with suppress(DvmError):
        read = read_templates(lambda: host.lima, vms, host.lima_config(vms))
        return with_effects(plan, effects(host.lima, vms, read), read.by_vm)
    return plan


def effects(lima: Lima, vms: Iterable[DesiredVM], read: Templates) -> dict[str, Mapping[str, Part]]:
    """Return what the templates declare, by the VM's name; a template that Lima does not take is left out."""
    found: dict[str, Mapping[str, Part]] = {}
    for vm in vms:
        with suppress(DvmError):
            if vm.name in read.by_vm:
                found[vm.name] = lima.template_parts(read.by_vm[vm.name], vm.instance)
    return found


class _Source(Struct):
    """A template that one or more VMs name: where it is, and its bytes where those go in on standard input."""

    locator: str
    content: bytes | None
    vms: list[DesiredVM]


def read_templates(
    lima: Callable[[], Lima],
    vms: Iterable[DesiredVM],
    config: LimaConfig,
    *,
    unreachable: Severity = Severity.ERROR,
) -> Templates:
    """Return the template of each VM, as Lima puts it together.

    One whose bytes the checks deny is not handed to limactl, which would fetch what they name; nor is it reported here:
    a file's findings are the plan's, and those of bytes that were fetched are in `checks`. `unreachable`: how much it
    weighs that bytes could not be fetched.

    Raises:
        DvmError: limactl is not there, or may not be run.
    """
    diagnostics: list[Diagnostic] = []
    checks: list[CheckResult] = []
    found: dict[str, Template] = {}
    sources = list(_sources(vms, config, diagnostics, checks, unreachable))
    for start in range(0, len(sources), _AT_ONCE):
        with ExitStack() as stack:
            looks: list[tuple[_Source, TemplateLook]] = []
            for source in sources[start : start + _AT_ONCE]:
                look = lima().template(source.locator, source.content)
                stack.callback(look.drop)
                looks.append((source, look))
            for source, look in looks:
                try:
                    template = look.result()
                except RefusesRootError:
                    raise
                except DvmError as error:
                    diagnostics += (_diagnostic(vm, error) for vm in source.vms)
                else:
                    found.update((vm.name, template) for vm in source.vms)
    return Templates(found, tuple(diagnostics), tuple(dict.fromkeys(checks)))


def _sources(
    vms: Iterable[DesiredVM],
    config: LimaConfig,
    diagnostics: list[Diagnostic],
    checks: list[CheckResult],
    unreachable: Severity,
) -> Iterator[_Source]:
    sources: dict[tuple[str, str | None], _Source] = {}
    vms = list(vms)
    # Each once: an address that can't be had costs no VM more than the first, and no two VMs get different bytes.
    fetched = fetch_templates(vm.config.template for vm in vms if vm.config.template.startswith(_FETCHED))
    for vm in vms:
        key = (vm.config.template, vm.template_sha256)
        if key in sources:
            sources[key].vms.append(vm)
            continue
        content = vm.template_file.content if vm.template_file is not None else None
        if vm.config.template.startswith(_FETCHED):
            had = fetched[vm.config.template]
            if isinstance(had, DvmError):
                diagnostics.append(_diagnostic(vm, had, unreachable))
                continue
            content = had
            results = review_fetched(vm, content)
            checks += results
            if any(result.denies for result in results):
                continue
        elif content is None and not vm.config.template.startswith("template:"):
            continue  # the checks of files say why
        read = [file.content for file in config.templates.get(vm.name, ())]
        if any(True for each in (content, *read) if each is not None for _ in problems_of(each)):
            continue
        sources[key] = _Source(vm.config.template, content, [vm])
    yield from sources.values()


def _diagnostic(vm: DesiredVM, error: DvmError, severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic(
        severity,
        error.summary,
        "\n".join(filter(None, (error.detail, error.remedy))),
        vm.locations.get("template"),
        vm.address,
    )
