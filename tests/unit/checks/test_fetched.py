"""The template that DVM fetched itself is checked as one on this host is, and named by its address."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec.structs import replace

from dvm.checks.files.fetched import review_fetched
from dvm.diagnostics import Location
from tests import factories

URL = "https://example.org/t.yaml"
GOOD = b"images:\n- location: https://example.org/a.img\n  digest: sha256:0\n"
VM = factories.desired(template=URL, template_sha256=hashlib.sha256(GOOD).hexdigest())


def test_the_pinned_bytes_pass() -> None:
    assert review_fetched(VM, GOOD) == []


def test_other_bytes_than_the_pinned_ones_deny() -> None:
    place = Location(Path("/c/dvm.toml"), 3)
    other = GOOD + b"\n"
    (result,) = review_fetched(replace(VM, locations={"template_sha256": place}), other)
    assert (result.code, result.denies, result.subject, result.location) == ("DVM110", True, URL, place)
    assert result.detail.startswith(f"{URL} (template) has SHA-256 {hashlib.sha256(other).hexdigest()}")
    assert str(VM.config.template_sha256) in result.detail
    (result,) = review_fetched(VM, b"")[:1]
    assert result.location is None, "an address is no path that an editor could open"


def test_what_it_pulls_in_and_what_it_does_not_pin_are_found() -> None:
    bad = b"base: https://evil.example/x.yaml\nimages:\n- location: https://example.org/a.img\n"
    vm = factories.desired(template=URL, template_sha256=hashlib.sha256(bad).hexdigest())
    results = review_fetched(vm, bad)
    assert [(result.code, result.denies) for result in results] == [("DVM111", True), ("DVM112", False)]
    for result in results:
        assert result.subject == URL
        assert result.location is None
        assert result.detail.startswith(URL)
        assert "https:/e" not in result.detail.replace("https://", "")
