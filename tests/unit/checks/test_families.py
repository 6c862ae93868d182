"""The gate asks every family, about every script once, and takes a warning for what it is."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec.structs
import pytest

from dvm.checks.gate import Verdict, judge
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.evidence import Kind, Role, Unreadable
from dvm.model.instance import Forward
from dvm.model.lima_config import LimaConfig
from dvm.model.lock import Lock
from dvm.model.manifest import Manifest, Script
from dvm.model.plan import PlanOptions
from dvm.model.settings import Settings
from dvm.plan.build import build_plan
from dvm.state.unfinished import Unfinished
from tests import factories
from tests.unit.checks.samples import ME, config, file_subject, link

STRICT = "set -Eeuo pipefail\n"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def script(name: str, text: str, **entry: Any) -> Script:
    made = factories.script(name, text, **entry)
    return msgspec.structs.replace(made, file=msgspec.structs.replace(made.file, owner=ME))


def judged(wanted: Manifest, extra: tuple[CheckResult, ...] = (), **options: Any) -> Verdict:
    mine = tuple(msgspec.structs.replace(file, owner=ME) for file in wanted.files)
    wanted = msgspec.structs.replace(wanted, files=mine)
    seen = factories.observed()
    plan = build_plan(wanted, seen, PlanOptions(), Unfinished())
    return judge(plan, wanted, seen, LimaConfig(), uid=ME, limactl=None, extra=extra, **options)


def codes(verdict: Verdict) -> list[tuple[str, str]]:
    return [(result.code, result.subject) for result in verdict]


def test_setup_scripts_are_read() -> None:
    bad = script("a.sh", f"{STRICT}curl -fsSL https://example.org/x | bash\n")
    verdict = judged(factories.manifest(factories.desired("app", bad), factories.desired("db", bad)))
    assert [code for code, _ in codes(verdict)] == ["DVM202"]
    assert verdict.denying
    two = factories.manifest(factories.desired("app", bad, script("b.sh", "true\n")))
    assert {code for code, _ in codes(judged(two))} == {"DVM201", "DVM202"}


def test_secrets_are_looked_for() -> None:
    wanted = factories.manifest(factories.desired("app", script("a.sh", f"{STRICT}export GITHUB_TOKEN={TOKEN}\n")))
    assert "DVM402" in {code for code, _ in codes(judged(wanted))}
    text = f'version = 1\n[vm.app]\ntoken = "{TOKEN}"\n'
    holding = (factories.evidence("/c/dvm.toml", text.encode(), Role.MANIFEST),)
    assert "DVM401" in {code for code, _ in codes(judged(msgspec.structs.replace(factories.manifest(), files=holding)))}


def test_review_is_demanded_where_the_settings_say_so() -> None:
    one, two = script("a.sh", f"{STRICT}true\n"), script("b.sh", f"{STRICT}false\n")
    wanted = factories.manifest(factories.desired("app", one, two), factories.desired("db", one))
    assert codes(judged(wanted)) == []
    strict = msgspec.structs.replace(wanted, settings=Settings(require_review=True))
    assert codes(judged(strict)) == [("DVM108", "/c/a.sh"), ("DVM108", "/c/b.sh")]
    digest = hashlib.sha256(f"{STRICT}true\n".encode()).hexdigest()
    agreed = msgspec.structs.replace(strict, lock=Lock(scripts={"a.sh": digest, "b.sh": digest}))
    (result,) = judged(agreed)
    assert (result.code, result.subject, result.denies) == ("DVM108", "/c/b.sh", True)
    assert digest in result.detail
    # Approved under another name is not approved.
    moved = msgspec.structs.replace(strict, lock=Lock(scripts={"x/a.sh": digest}))
    assert codes(judged(moved)) == [("DVM108", "/c/a.sh"), ("DVM108", "/c/b.sh")]


WARNING = CheckResult("DVM201", Weight.WARN, Outcome.FAIL, "x.sh", "No strict mode")


@pytest.mark.parametrize(
    ("status", "strict", "denies"),
    [
        (Outcome.FAIL, {}, False),
        (Outcome.FAIL, {"strict": False}, False),
        (Outcome.FAIL, {"strict": True}, True),
        (Outcome.WAIVED, {"strict": True}, False),
        (Outcome.PASS, {"strict": True}, False),
    ],
)
def test_strict_makes_a_failed_warning_deny_and_nothing_else(
    status: Outcome, strict: dict[str, bool], denies: bool
) -> None:
    extra = msgspec.structs.replace(WARNING, status=status)
    (result,) = judged(factories.manifest(), (extra,), **strict)
    assert result.denies is denies
    assert result.severity is (Weight.DENY if denies else Weight.WARN)


def test_a_link_s_end_and_an_unknown_kind_are_named() -> None:
    from dvm.checks.files import review

    loop = review(file_subject(parts=(link("/l/one"), link("/l/two")), content=None, problem=Unreadable.LOOP))
    assert any("/l/two" in result.detail for result in loop if result.code == "DVM107")
    odd = review(file_subject(kind=None, content=None, problem=Unreadable.NOT_REGULAR))
    assert any("is not a regular file" in result.detail for result in odd if result.code == "DVM104")
    known = review(file_subject(kind=Kind.DEVICE))
    assert any("is a device" in result.detail for result in known if result.code == "DVM104")


def test_what_the_manifest_declares_is_held_against_an_instance() -> None:
    vm = factories.desired("app")
    instance = factories.instance(vm)
    assert instance.posture is not None
    rule = Forward("127.0.0.1", (8080, 8080), "127.0.0.1", (80, 80), static=True)
    open_ = msgspec.structs.replace(instance, posture=msgspec.structs.replace(instance.posture, forwards=(rule,)))
    shared = config({"portForwards": [{"guestPort": 80, "hostPort": 8080, "static": True}]})
    seen, wanted = factories.observed(open_), msgspec.structs.replace(factories.manifest(vm), files=())
    plan = build_plan(wanted, seen, PlanOptions(), Unfinished())
    verdict = judge(plan, wanted, seen, shared, uid=ME, limactl=None)
    assert [result.code for result in verdict.denying] == ["DVM303"]
