"""`limactl create`: an instance from a template, not booted. `start` of a missing name comes here too."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dvm.simulator.bases import embed_bases
from dvm.simulator.changes import apply_changes, has_changes
from dvm.simulator.home import name_problem
from dvm.simulator.images import ensure_disk
from dvm.simulator.instance import LIMA_YAML, ConfigError, Instance, inspect, load_config
from dvm.simulator.log import refuse, tick
from dvm.simulator.templates import (
    NAMES,
    instance_name,
    is_instance_name,
    read_template,
    template_name,
)
from dvm.simulator.timing import take_time
from dvm.simulator.validation import problems, vm_type_problem
from dvm.simulator.version import VERSION
from dvm.simulator.yaml_text import BadYamlError, dump_yaml, load_yaml

if TYPE_CHECKING:
    from dvm.simulator.call import Call


class Draft(NamedTuple):
    """An instance to be: its name and its template's text; `base`: the directory of that."""

    name: str
    text: str
    base: Path


def run(call: Call) -> int:
    """Create the instance. One that fails late stays behind and lists as Stopped, as with Lima."""
    if call.line.flag("list-templates"):
        sys.stdout.write("".join(f"{name}\n" for name in sorted(NAMES)))
        return 0
    argument = call.line.arg(0, "")
    draft = draft_from_name(call, argument) if is_instance_name(argument) else draft_from_template(call, argument)
    if inspect(call.home, draft.name, call.reporter) is not None:
        refuse(f"instance {tick(draft.name)} already exists")
    instance = make(call, draft)
    if instance.errors:
        refuse(f"errors inspecting instance: [{' '.join(instance.errors)}]")
    ensure_disk(instance, call.reporter)
    call.reporter.info(f"Run `limactl start {instance.name}` to start the instance.")
    return 0


def draft_from_name(call: Call, argument: str) -> Draft:
    """Return a draft from the default template for an argument that names an instance or is not there.

    Raises:
        Refused: two names are given.
    """
    given = call.line.value("name")
    if given and argument and given != argument:
        refuse(f"instance name {tick(argument)} and CLI flag --name={tick(given)} cannot be specified together")
    return Draft(argument or given or "default", read_template("template:default"), Path())


def draft_from_template(call: Call, locator: str) -> Draft:
    """Return a draft from a template: `template:NAME`, a path, or `-` for stdin.

    Raises:
        Refused: there is no such template, or no valid name.
    """
    name = call.line.value("name")
    if "name" in call.line.values and (problem := name_problem(name)):
        refuse(problem)
    if locator == "-":
        if not name:
            refuse("must pass instance name with --name when reading template from stdin")
        return Draft(name, sys.stdin.read(), Path())
    base = Path() if template_name(locator) else Path(locator).parent
    return Draft(name or instance_name(locator), read_template(locator), base)


def make(call: Call, draft: Draft) -> Instance:
    """Make the instance's directory and its files but for the disk.

    Raises:
        Refused: the name is taken or too long, or the configuration is refused; then nothing is made.
    """
    call.home.directory(draft.name)
    text = _configured(call, draft)
    call.reporter.info("Terminal is not available, proceeding without opening an editor")
    call.home.check_socket_length(draft.name)
    directory = call.home.path / draft.name
    if os.path.lexists(directory):
        refuse(f"instance {tick(draft.name)} already exists ({tick(directory)})")
    _check(call, text, directory)
    call.home.prepare()
    with call.home.lock():
        if os.path.lexists(directory):
            refuse(f"instance {tick(draft.name)} already exists ({tick(directory)})")
        directory.mkdir(mode=0o700)
        (directory / LIMA_YAML).write_text(text, encoding="utf-8")
        (directory / LIMA_YAML).chmod(0o644)
        version = directory / "lima-version"
        version.write_text(f"v{VERSION}", encoding="utf-8")
        version.chmod(0o444)
    take_time()  # the image's download
    instance = inspect(call.home, draft.name, call.reporter)
    if instance is None:
        shutil.rmtree(directory, ignore_errors=True)
        refuse(f"open {directory / LIMA_YAML}: no such file or directory")
    return instance


def _configured(call: Call, draft: Draft) -> str:
    try:
        document: Any = load_yaml(draft.text)
    except BadYamlError as error:
        refuse(f"failed to unmarshal YAML (main file `{draft.name}`): {error}")
    if not draft.text.strip():
        refuse("got empty instConfig")
    default = call.home.config / "base.yaml"
    if isinstance(document, dict) and (default.exists() or document.get("base")):
        document = embed_bases(document, draft.base, default if default.exists() else None)
    elif not has_changes(call.line):
        return draft.text
    return dump_yaml(apply_changes(document, call.line, call.reporter))


def _check(call: Call, text: str, directory: Path) -> None:
    try:
        config = load_config(call.home, text, directory, call.reporter)
    except ConfigError as error:
        refuse(str(error))
    found = problems(config)
    if found:
        refuse("\n".join(found))
    unsupported = vm_type_problem(config)
    if unsupported:
        refuse(f"failed to create driver instance: {unsupported}")
