"""A template from the network: its digest, and what it pulls in."""

from __future__ import annotations

import hashlib

import pytest

from dvm.errors import RefusedError
from dvm.execute import template
from tests import factories

URL = "https://example.org/t.yaml"


def fetched(monkeypatch: pytest.MonkeyPatch, content: bytes, pinned: bytes) -> bytes | None:
    monkeypatch.setattr(template, "_fetch", lambda url: content)
    digest = hashlib.sha256(pinned).hexdigest()
    return template.template_bytes(factories.desired(template=URL, template_sha256=digest))


def test_the_pinned_bytes_go_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetched(monkeypatch, b"base: template:fedora\n", b"base: template:fedora\n") == b"base: template:fedora\n"


def test_other_bytes_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RefusedError, match="pinned"):
        fetched(monkeypatch, b"cpus: 1\n", b"cpus: 2\n")


@pytest.mark.parametrize("text", [b"base: https://evil.example/x.yaml\n", b"provision: [{file: /x}]\n", b"\xff", b"["])
def test_nor_do_those_that_pull_in_what_no_digest_pins(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    with pytest.raises(RefusedError, match="DVM111"):
        fetched(monkeypatch, text, text)
