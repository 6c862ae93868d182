"""The gate: every check that applies to a plan, and the approval without which nothing is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from msgspec.structs import replace

from dvm.checks.files import review as review_file
from dvm.checks.likewise import likewise
from dvm.checks.scope import Scope
from dvm.checks.subjects import FileSubject
from dvm.checks.sweep import sweep_files, sweep_instances, sweep_scripts, sweep_secrets, sweep_templates
from dvm.checks.token import Token
from dvm.errors import RefusedError
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.plan import StepAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dvm.checks.kept import KeptReviews
    from dvm.model.evidence import FileEvidence
    from dvm.model.instance import Observed
    from dvm.model.lima_config import LimaConfig
    from dvm.model.manifest import Manifest
    from dvm.model.plan import Plan


class _Key:
    """Only this module holds the one instance of this."""


_KEY: Final = _Key()


@final
class Verdict(tuple[CheckResult, ...]):  # noqa: SLOT001 - a tuple takes no slots
    """The results of every check that applies to one plan, in order of code, subject and place. Only `judge`
    makes one.

    An empty tuple is what a forgotten check looks like, so a plan is approved on a verdict and on nothing
    less.
    """

    plan: Plan
    whole: bool
    """Whether every check ran for it; else it goes by kept reviews too."""

    def __new__(cls, plan: Plan, results: Iterable[CheckResult], key: _Key, *, whole: bool) -> Verdict:
        """Refuse to be made elsewhere."""
        if key is not _KEY:
            raise TypeError("only dvm.checks.gate.judge makes a Verdict")
        made = super().__new__(cls, results)
        made.plan, made.whole = plan, whole
        return made

    @property
    def denying(self) -> tuple[CheckResult, ...]:
        """The results that stop an apply."""
        return tuple(result for result in self if result.denies)


@final
class ApprovedPlan(Token):
    """A plan that every check has let through, with their results. Only `approve` makes one."""

    __slots__ = ("plan", "results")
    plan: Plan
    results: tuple[CheckResult, ...]

    def __init__(self, plan: Plan, results: tuple[CheckResult, ...], key: _Key) -> None:
        """Refuse to be made elsewhere."""
        if key is not _KEY:
            raise TypeError("only dvm.checks.gate.approve makes an ApprovedPlan")
        object.__setattr__(self, "plan", plan)
        object.__setattr__(self, "results", results)


# As many remedies are shown with the refusal itself.
_REMEDIES = 3


class ChecksRefusedError(RefusedError):
    """A plan did not pass; `checks` are the results that deny."""

    def __init__(self, checks: Sequence[CheckResult]) -> None:
        count = len(checks)
        noun = "check" if count == 1 else "checks"
        codes = sorted({result.code for result in checks})
        found = likewise(checks)
        remedies = list(dict.fromkeys(each.remedy for each in found))
        more = f"`dvm explain {codes[0]}` shows more."
        super().__init__(
            f"Blocked by {count} security {noun}: {', '.join(codes)}.",
            detail="\n".join(dict.fromkeys(f"{each.first.code}: {each.detail}" for each in found)),
            remedy="\n".join([*remedies, more] if len(remedies) <= _REMEDIES else ["`dvm check` shows each remedy."]),
        )
        self.checks = tuple(checks)

    def shown(self) -> RefusedError:
        """Return the refusal for a reader who has just seen the findings with their remedies."""
        return RefusedError(self.summary, detail="What they found is above. Nothing was changed.")


def judge(
    plan: Plan,
    manifest: Manifest,
    observed: Observed,
    lima_config: LimaConfig,
    *,
    uid: int,
    limactl: FileEvidence | None,
    strict: bool = False,
    extra: Iterable[CheckResult] = (),
    kept: KeptReviews | None = None,
) -> Verdict:
    """Return the results of every check that applies to the plan: failed and waived ones; what passed is
    silent.

    `uid` is whom files have to belong to, `limactl` the binary's evidence (None: none is used). `strict`
    makes each warning a denial, but for what the plan itself takes away. `extra` are results of checks that
    look at more than a plan (DVM106, DVM108). `kept` are reviews of earlier applies: a verdict that goes by
    one of them is for showing alone.
    """
    if _only_stops(plan):
        # A stop takes away whatever a check could deny: only what is run for it has to be trustworthy.
        ran = [] if limactl is None else review_file(FileSubject(limactl, uid))
        return Verdict(plan, sorted(dict.fromkeys([*ran, *extra]), key=_order), _KEY, whole=True)
    scope = Scope.of(plan, manifest)
    found = [
        *sweep_files(scope, observed, lima_config, limactl, uid),
        *sweep_scripts(scope, kept),
        *sweep_templates(scope),
        *sweep_secrets(scope),
        *extra,
    ]
    instances = sweep_instances(scope, observed, lima_config)
    found.extend(instances.firm)
    if strict:
        found = [_strictly(result) for result in found]
    found.extend(instances.settled)
    return Verdict(plan, sorted(dict.fromkeys(found), key=_order), _KEY, whole=kept is None or not kept.used)


def _only_stops(plan: Plan) -> bool:
    return plan.options.stop and all(step.action is StepAction.STOP for step in plan.steps)


def approve(plan: Plan, results: Verdict) -> ApprovedPlan:
    """Return the plan as one that may be applied.

    Raises:
        ChecksRefusedError: a result denies.
        TypeError: the results are no verdict on this very plan.
    """
    if not _is_verdict_on(plan, results):
        raise TypeError("a plan is approved on the verdict that judge() returned for it, and on no other")
    if results.denying:
        raise ChecksRefusedError(results.denying)
    return ApprovedPlan(plan, tuple(results), _KEY)


def _is_verdict_on(plan: Plan, results: object) -> bool:
    return isinstance(results, Verdict) and results.plan is plan and results.whole


def _strictly(result: CheckResult) -> CheckResult:
    warns = result.severity is Weight.WARN and result.status is Outcome.FAIL
    return replace(result, severity=Weight.DENY) if warns else result


def _order(result: CheckResult) -> tuple[object, ...]:
    place = result.location
    where = ("", 0, 0) if place is None else (str(place.path), place.line or 0, place.column or 0)
    return (result.code, result.subject, where, result.detail, result.severity, result.status)
