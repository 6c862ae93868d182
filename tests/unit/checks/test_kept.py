"""A review that found nothing is kept for plans that are shown, and for nothing that is applied."""

from __future__ import annotations

import msgspec.structs
import pytest

from dvm.checks.gate import Verdict, approve, judge
from dvm.checks.kept import KeptReviews, reviewing_code
from dvm.kept import signed
from dvm.model.lima_config import LimaConfig
from dvm.model.manifest import Companion, Manifest, Script
from dvm.model.plan import Plan, PlanOptions
from dvm.plan.build import build_plan
from dvm.state.unfinished import Unfinished
from tests import factories
from tests.unit.checks.samples import HOME_PARTS, ME

CLEAN = "#!/usr/bin/env bash\nset -euo pipefail\ntrue\n"
CARELESS = "#!/usr/bin/env bash\nset -euo pipefail\ncurl https://example.com/x | sh\n"


def script(text: str, name: str = "a.sh") -> Script:
    made = factories.script(name, text)
    return msgspec.structs.replace(made, file=msgspec.structs.replace(made.file, owner=ME, parts=HOME_PARTS))


def planned(*scripts: Script) -> tuple[Plan, Manifest]:
    wanted = factories.manifest(factories.desired("app", *scripts))
    files = tuple(msgspec.structs.replace(item, owner=ME) for item in wanted.files)
    wanted = msgspec.structs.replace(wanted, files=files)
    return build_plan(wanted, factories.observed(), PlanOptions(), Unfinished()), wanted


def codes(plan: Plan, wanted: Manifest, kept: KeptReviews | None) -> list[str]:
    verdict = judge(plan, wanted, factories.observed(), LimaConfig(), uid=ME, limactl=None, kept=kept)
    return [result.code for result in verdict]


def test_a_clean_script_is_not_reviewed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, wanted = planned(script(CLEAN))
    first = KeptReviews(b"", "code")
    assert codes(plan, wanted, first) == []
    assert first.changed
    import dvm.checks.scripts

    def refuse(_subject: object) -> None:
        raise AssertionError("it was reviewed again")

    monkeypatch.setattr(dvm.checks.scripts, "review", refuse)
    again = KeptReviews(first.content(), "code")
    assert codes(plan, wanted, again) == []
    assert not again.changed
    with pytest.raises(AssertionError, match="reviewed again"):
        codes(plan, wanted, None)
    with pytest.raises(AssertionError, match="reviewed again"):
        codes(plan, wanted, KeptReviews(first.content(), "other code"))


def test_what_was_found_is_found_again() -> None:
    plan, wanted = planned(script(CARELESS))
    first = KeptReviews(b"", "code")
    assert codes(plan, wanted, first) == ["DVM202"]
    assert not first.changed
    assert codes(plan, wanted, KeptReviews(first.content(), "code")) == ["DVM202"]


def test_another_byte_or_another_companion_is_another_script() -> None:
    kept = KeptReviews(b"", "code")
    kept.add(script(CLEAN))
    kept = KeptReviews(kept.content(), "code")
    assert kept.is_clean(script(CLEAN))
    assert kept.is_clean(script(CLEAN, "another-name.sh"))
    assert not kept.is_clean(script(CLEAN + "\n"))
    files = (Companion("f", factories.evidence("/c/f", b"1")),)
    assert not kept.is_clean(msgspec.structs.replace(script(CLEAN), files=files))


def test_a_script_that_could_not_be_read_is_not_clean() -> None:
    unread = script(CLEAN)
    unread = msgspec.structs.replace(unread, file=msgspec.structs.replace(unread.file, content=None, sha256=None))
    kept = KeptReviews(b"", "code")
    kept.add(unread)
    assert not kept.changed


def test_a_verdict_by_kept_reviews_approves_nothing() -> None:
    plan, wanted = planned(script(CLEAN))
    seen = factories.observed()
    first = KeptReviews(b"", "code")

    def verdict(kept: KeptReviews | None) -> Verdict:
        return judge(plan, wanted, seen, LimaConfig(), uid=ME, limactl=None, kept=kept)

    approve(plan, verdict(first))
    with pytest.raises(TypeError, match="approved on the verdict"):
        approve(plan, verdict(KeptReviews(first.content(), "code")))
    approve(plan, verdict(KeptReviews(first.content(), "code", use=False)))
    approve(plan, verdict(None))


def test_what_is_not_to_be_used_is_reviewed_and_noted() -> None:
    plan, wanted = planned(script(CARELESS))
    forged = KeptReviews(b"", "code")
    forged.add(script(CARELESS))
    assert codes(plan, wanted, KeptReviews(forged.content(), "code")) == [], "it is believed where nothing is applied"
    assert codes(plan, wanted, KeptReviews(forged.content(), "code", use=False)) == ["DVM202"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"code":"code","known":[1]}', b'{"code":"code"}'])
def test_content_that_is_not_ours_is_as_none(content: bytes) -> None:
    assert not KeptReviews(content, "code").is_clean(script(CLEAN))
    assert not KeptReviews(signed(content), "code").is_clean(script(CLEAN))


def test_the_code_is_the_same_in_each_run() -> None:
    assert reviewing_code() == reviewing_code() != ""
