"""What a template makes the guest do: reviewed like setup scripts, and held to dvm.lock on demand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dvm.checks.files import not_reviewed
from dvm.checks.scripts import review, unfollowed
from dvm.checks.secrets.secret_in_script import CHECK
from dvm.checks.secrets.shapes import hits
from dvm.checks.subjects import ScriptSubject
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.evidence import FileEvidence, Role
from dvm.model.file_names import template_key
from dvm.model.manifest import Script
from dvm.model.vm import SetupEntry
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scope import Scope
    from dvm.model.manifest import DesiredVM, Manifest
    from dvm.model.template import Provisioning, Template


def review_templates(scope: Scope) -> Iterator[CheckResult]:
    """Yield the results on the templates of the VMs that the plan makes or edits to them, each template once."""
    seen: list[Template] = []
    for change in scope.plan.provisioned:
        if change.template is None or change.desired is None or any(change.template is each for each in seen):
            continue
        seen.append(change.template)
        for each in change.template.provisioning:
            yield from review_provisioning(change.template, each, change.desired)
        if scope.manifest.settings.require_review:
            yield from _unreviewed(change.template, change.desired, scope.manifest)


def review_provisioning(template: Template, each: Provisioning, vm: DesiredVM) -> Iterator[CheckResult]:
    """Yield what the checks of setup scripts say of one entry.

    They warn where they would deny a setup script: the text is not the manifest's, and who names a template has its
    author to trust. A secret in it denies all the same.
    """
    file = _evidence(template, each)
    if each.record.writes:
        yield from _secrets(file)
        return
    entry = SetupEntry.model_validate({"script": str(file.path), "as": each.record.as_})
    plain = replace(file, content=without_actions(each.content))
    for result in review(ScriptSubject(Script(entry, plain), vm)):
        yield _softened(result, template) if result.code.startswith("DVM2") else result
    for line, what in unknown_actions(each.content, template.declared.get("param")):
        yield _softened(
            CheckResult(
                unfollowed.CHECK.code,
                unfollowed.CHECK.severity,
                Outcome.FAIL,
                visible(str(file.path)),
                unfollowed.CHECK.title,
                f"Line {line}: Lima puts text in here that DVM does not review: {visible(what)[:_LONGEST]}.",
                unfollowed.CHECK.remedy,
            ),
            template,
        )


def without_actions(content: bytes) -> bytes:
    """Return a text with Lima's `{{…}}` made into what Bash can read, every character in its place.

    A value becomes a word, and a condition blanks: what stands on either side of an `else` is reviewed.
    """
    parts = content.split(b"{{")
    done = [parts[0]]
    for part in parts[1:]:
        action, end, rest = part.partition(b"}}")
        if not end:
            done.append(b"{{" + part)
            continue
        control = action.strip(b"- \t\n").split(b" ")[0] in _CONTROL
        filler = b" " if control else b"_"
        inside = bytes(10 if byte == 10 else filler[0] for byte in action)  # noqa: PLR2004 - a newline stays one
        done.append(filler * 2 + inside + filler * 2 + rest)
    return b"".join(done)


def unknown_actions(content: bytes, param: object) -> Iterator[tuple[int, str]]:
    """Yield the line of each of Lima's `{{…}}`, and the action, that may put in more than a name or a word.

    `param`: the template's own parameters, whose values are put in as they are.
    """
    values = param if isinstance(param, dict) else {}
    line = 1
    for number, part in enumerate(content.split(b"{{")):
        action, end, _ = part.partition(b"}}")
        bare = action.removeprefix(b"-").removesuffix(b"-").strip(b" \t\n")
        if number and end and not _BRANCH.fullmatch(bare) and not _COMMENT.fullmatch(bare):
            field = _FIELD.fullmatch(bare)
            name = field[1].decode() if field is not None and field[1] else ""
            if field is None:
                yield line, f"{{{{{action.decode('utf-8', 'replace')}}}}}"
            elif not _WORD.fullmatch(str(values.get(name) or "")):
                yield line, f"{{{{{action.decode('utf-8', 'replace')}}}}}, which is {values[name]}"
        line += part.count(b"\n")


_LONGEST = 120
_FIELD = re.compile(rb"\.(?:Name|Hostname|UID|User|Home|Param\.([A-Za-z][A-Za-z0-9_]*))")
# `with` and `range` give `.` another meaning.
_BRANCH = re.compile(rb"(?:(?:else[ \t]+)?if\b[\w \t().\"-]*|else|end)")
_COMMENT = re.compile(rb"/\*.*\*/", re.DOTALL)
_WORD = re.compile(r"[\w.:/@%+,=-]*")
_CONTROL = frozenset(
    {b"if", b"else", b"end", b"range", b"with", b"define", b"template", b"block", b"break", b"continue"}
)


def _evidence(template: Template, each: Provisioning) -> FileEvidence:
    place = Path(f"{template.locator} {each.place}")
    return FileEvidence(Role.SCRIPT, place, None, (), None, None, None, each.content, each.record.sha256)


def _secrets(file: FileEvidence) -> Iterator[CheckResult]:
    text = (file.content or b"").decode("utf-8", "replace")
    for hit in hits(text):
        line = text.count("\n", 0, hit.start) + 1
        detail = f"Line {line} holds {hit.shape}."
        subject = visible(str(file.path))
        yield CheckResult(CHECK.code, CHECK.severity, Outcome.FAIL, subject, CHECK.title, detail, CHECK.remedy)


def _softened(result: CheckResult, template: Template) -> CheckResult:
    remedy = (
        f"It is {visible(template.locator)}'s own: `dvm review` shows all of it. Name another template if in doubt."
    )
    return replace(result, severity=Weight.WARN, remedy=remedy)


def _unreviewed(template: Template, vm: DesiredVM, manifest: Manifest) -> Iterator[CheckResult]:
    approved = () if manifest.lock is None else manifest.lock.records(template_key(vm, manifest.path))
    place = vm.locations.get("template")
    for each in template.provisioning:
        known = each.record.sha256 if each.record in approved else None
        subject = not_reviewed.ReviewedFile(_evidence(template, each), known)
        for result in not_reviewed.CHECK.run(subject):
            yield replace(result, location=place)
