"""The verdict on an instance's effective configuration, and the token that says it passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from msgspec.structs import replace

from dvm.checks.instances import CHECKS
from dvm.checks.instances.sources import OWN_FILE
from dvm.checks.token import Token
from dvm.checks.wording import label
from dvm.errors import RefusedError
from dvm.lima.fields.drift import repairs
from dvm.lima.settings import settings
from dvm.model.check import Weight
from dvm.model.choices import Isolation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.checks.subjects import InstanceSubject
    from dvm.model.check import CheckResult
    from dvm.model.instance import Instance


def posture(subject: InstanceSubject, *, fixed: bool) -> list[CheckResult]:
    """Return what is wrong with an instance.

    `fixed`: the plan edits this instance before its next start. Then what comes from its own lima.yaml, and
    what that edit sets again, is shown and does not block; it is checked again after the edit. What comes from
    Lima's `_config` no edit can fix.
    """
    results = [result for check in CHECKS for result in check.run(subject)]
    if not fixed:
        return results
    return [
        _fixed(result) if is_fixed_by_edit(result, subject) else result
        for result in results
        # A loopback forward that the manifest no longer declares is an ordinary change of `ports`.
        if not (result.code == "DVM303" and is_fixed_by_edit(result, subject))
    ]


def is_fixed_by_edit(result: CheckResult, subject: InstanceSubject) -> bool:
    """Whether an edit of the instance takes away what was found."""
    own = subject.instance.dir / OWN_FILE
    if result.code == "DVM301" and subject.desired is not None:
        # Plain mode drops mounts after the merge: switching to it takes away those of `_config`, too.
        posture, strict = subject.instance.posture, subject.desired.config.isolation is Isolation.STRICT
        if strict and posture is not None and not posture.plain:
            return True
    if subject.desired is None or result.location is None or result.location.path != own:
        return False
    # An edit sets these again, and leaves the rest alone: networks, copyToHost, provision, video and others.
    again = settings(subject.desired, subject.instance.vm_type)
    return f".{result.setting}" in again or result.setting in repairs(subject.instance, subject.limited)


def soften(result: CheckResult, because: str) -> CheckResult:
    """Return the result as one that is shown and does not block, and says why."""
    return replace(result, severity=Weight.WARN, detail=f"{result.detail} {because}")


def _fixed(result: CheckResult) -> CheckResult:
    fixed = soften(result, "The plan fixes it; it is checked again after the edit, before the next start.")
    return replace(fixed, remedy="Nothing to do: apply fixes it.")


class _Key:
    """Only this module holds the one instance of this."""


_KEY: Final = _Key()


@final
class VerifiedInstance(Token):
    """An instance whose effective configuration has just passed every check. Only `verify` makes one."""

    __slots__ = ("instance",)
    instance: Instance

    def __init__(self, instance: Instance, key: _Key) -> None:
        """Refuse to be made elsewhere."""
        if key is not _KEY:
            raise TypeError("only dvm.checks.posture.verify makes a VerifiedInstance")
        object.__setattr__(self, "instance", instance)


class PostureRefusedError(RefusedError):
    """An instance did not pass; `checks` are the results that deny."""

    def __init__(self, address: str, checks: Sequence[CheckResult]) -> None:
        codes = sorted({result.code for result in checks})
        super().__init__(
            f"{address} did not pass the security checks: {', '.join(codes)}.",
            detail="\n".join(dict.fromkeys(result.detail for result in checks)),
            remedy="\n".join(dict.fromkeys(result.remedy for result in checks)),
        )
        self.checks = tuple(checks)


def verify(subject: InstanceSubject) -> VerifiedInstance:
    """Return the instance as one that may be started, entered and copied to.

    Raises:
        PostureRefusedError: a check denies.
    """
    denying = [result for result in posture(subject, fixed=False) if result.denies]
    if denying:
        raise PostureRefusedError(label(subject.instance), denying)
    return VerifiedInstance(subject.instance, _KEY)
