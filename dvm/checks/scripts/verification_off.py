"""DVM207: a check of a server's or a package's identity that is turned off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.patterns import pattern
from dvm.checks.scripts.config_switches import config_switch
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.checks.scripts.switch_names import setting_by_name
from dvm.checks.scripts.switches import code_switch, option_switch, variable_switch
from dvm.checks.scripts.written import is_script
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Program, Written
    from dvm.checks.subjects import ScriptSubject


_CODE_FILE = pattern(r".*\.(py|rb|pl|php|m?js|ts|jsx|tsx|go|rs|java|kt|cs|lua|ex|exs)")


def issues(program: Program) -> Iterator[Issue]:
    """Yield each option, variable and configuration line that turns verification off."""
    for command in program.commands:
        switch = option_switch(command)
        if switch:
            yield Issue(command.place, f"`{code(switch)}` in `{code(command.text)}` turns verification off.")
        for name, value in command.assignments:
            if variable_switch(name, value.text):
                yield Issue(command.place, f"`{code(f'{name}={value.text}')}` turns verification off.")
    for assignment in program.assignments:
        if variable_switch(assignment.name, assignment.value.text):
            detail = f"`{code(f'{assignment.name}={assignment.value.text}')}` turns verification off."
            yield Issue(assignment.place, detail)
    yield from _git_settings(program)
    for file in program.written:
        line = config_switch(file.name, file.content.text) or _by_name(file)
        if line:
            yield Issue(file.place, f"`{code(line)}`, written to `{code(file.name)}`, turns verification off.")


def _by_name(file: Written) -> str | None:
    """Settings of any program's; what a shell's file sets is found where it is read."""
    text = file.content.text
    if is_script(file.name, text[:120]):
        return None
    return setting_by_name(text, file.name) or (code_switch(text) if _CODE_FILE.fullmatch(file.name) else None)


def _git_settings(program: Program) -> Iterator[Issue]:
    """GIT_CONFIG_KEY_0=http.sslVerify GIT_CONFIG_VALUE_0=false."""
    given = {item.name: item for item in program.assignments}
    for name, item in given.items():
        if name.startswith("GIT_CONFIG_KEY_") and item.value.text.lower().endswith(".sslverify"):
            value = given.get(name.replace("_KEY_", "_VALUE_"))
            if value is not None and value.value.text.lower() in {"false", "0", "no", "off"}:
                yield Issue(item.place, f"`{code(f'{name}={item.value.text}')}` turns verification off.")


CHECK: Check[ScriptSubject] = Check(
    code="DVM207",
    severity=Weight.DENY,
    title="TLS or signature check off",
    why=(
        "Without it anybody on the way can put their own file, package or repository in place of what you asked for: "
        "a coffee shop's network is enough."
    ),
    remedy=(
        "Take the option away and fix the reason for it: install the missing CA (update-ca-certificates, "
        "update-ca-trust) or import the repository's key (gpgkey= in the repository file, signed-by= for apt)."
    ),
    find=finder(issues),
)
