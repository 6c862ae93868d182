"""Every text that a finding can have, word for word: `DVM_UPDATE=1 pytest …` writes texts.txt anew, to be read in review."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec.structs
import pytest

from dvm.checks.files import (
    changed_since_shown,
    not_reviewed,
    pinned_digest_differs,
    review,
)
from dvm.checks.files.fetched import review_fetched
from dvm.checks.forecast import forecast_template
from dvm.checks.gate import ApprovedPlan, ChecksRefusedError, Verdict
from dvm.checks.instances import CHECKS, booted_before, dead_port, egress_not_in_force
from dvm.checks.posture import PostureRefusedError, VerifiedInstance, posture, verify
from dvm.egress.names import parse_rule
from dvm.egress.policy import Policy
from dvm.model.check import CheckResult
from dvm.model.egress import EgressState, Network
from dvm.model.evidence import Kind, Role, Unreadable
from dvm.model.instance import Mount, Provision, Serving, Status
from dvm.model.template import Template
from tests import factories
from tests.unit.checks.samples import (
    DEFAULT,
    ESC,
    HOME_PARTS,
    STRANGER,
    config,
    configured,
    directory,
    file,
    file_subject,
    forward,
    link,
    orphan,
    standard,
    subject,
)  # fmt: skip

PLACE = Path(__file__).with_name("texts.txt")
OTHER = "0" * 64


def _files() -> Iterator[CheckResult]:
    for role in Role:
        yield from review(file_subject(role, owner=STRANGER, mode=0o666))
        yield from review(
            file_subject(role, owner=None, mode=None, content=None, problem=Unreadable.DENIED, reason=f"no{ESC}")
        )
    parts: list[dict[str, Any]] = [
        {"mode": 0o660, "owner": 0},
        {"owner": 0},
        {"parts": (*HOME_PARTS, directory("/home/me/x y", STRANGER), link("/home/me/l", STRANGER))},
        {"parts": (*HOME_PARTS, directory("/home/me/x", mode=0o1777), directory("/o", 0, 0o775))},
        {"kind": Kind.FIFO, "content": None, "problem": Unreadable.NOT_REGULAR, "reason": "it is a FIFO"},
        {"content": None, "problem": Unreadable.TOO_LARGE},
        {"content": b"a" * ((1 << 20) + 1)},
        {"content": b"\0\n\0"},
        {"content": b"a\nb\0"},
        {"content": b"\xff\n"},
        {"content": b"a\nb\n\xff"},
        {"content": None, "problem": None},
        {"content": None, "problem": Unreadable.CHANGED, "reason": "moved"},
        {"content": None, "problem": Unreadable.LOOP},
        {"content": None, "problem": Unreadable.DANGLING, "resolved": None},
        {"content": None, "problem": Unreadable.MISSING},
        {"resolved": Path(f"/r/a{ESC}"), "mode": 0o602},
    ]
    for changes in parts:
        yield from review(file_subject(**changes))
        yield from review(file_subject(Role.LIMACTL, "/usr/bin/limactl", **changes))
    yield from review(file_subject(Role.COMPANION, content=None, problem=Unreadable.TOO_LARGE))
    for changes in ({"owner": None}, {"mode": None}):
        yield from review(file_subject(Role.LIMACTL, "/usr/bin/limactl", **changes))
    gone = msgspec.structs.replace(file(), content=None, sha256=None)
    for each in (file(), gone):
        for digest in (OTHER, ""):
            yield from changed_since_shown.CHECK.run(changed_since_shown.ShownFile(each, digest))
        for agreed in (OTHER, None):
            yield from not_reviewed.CHECK.run(not_reviewed.ReviewedFile(each, agreed))
        for key in ("setup[0].sha256", "template_sha256"):
            yield from pinned_digest_differs.CHECK.run(pinned_digest_differs.PinnedFile(each, OTHER, key))
    for text in (
        "cpus: 1\nbase: [/a, {url: 'https://e.org/x'}, 'template:a']\nprobes: [{file: /p}]",
        "a: 1\nprovision:\n- mode: ansible\n- playbook: p\n- {file: {url: /s}}\n- odd",
        "base: " + "x" * 81, "base: " + "x" * 80, "a: 1\na: 2", "[", "- a", "b: {c: [{d: 1, d: 2}]}",
        "images:\n- location: https://e.org/a\n  kernel: {location: 'https://e.org/k'}\n  initrd: {location: 'https://e.org/i'}",
    ):  # fmt: skip
        yield from review(file_subject(Role.TEMPLATE, "/home/me/t.yaml", content=text.encode()))
        yield from review(file_subject(Role.LIMA_CONFIG, "/l/_config/base.yaml", content=text.encode()))


def _instances() -> Iterator[CheckResult]:
    bad: dict[str, Any] = {
        "mounts": (Mount("/home/me", "/mnt", writable=True), Mount("/ro", "/ro", writable=False)),
        "forwards": (
            forward(80, host_ip="0.0.0.0"), forward(81), forward((90, 99), (70, 79), proto="tcp"), forward(1, reverse=True),
            forward(1, host_socket="/h.sock", guest_socket="/g.sock"), forward(1, guest_socket="/g.sock", host_ip=""),
        ),
        "forward_agent": True,
        "forward_x11": True,
        "networks": ('{"lima": "shared"}', f"odd{ESC}"),
        "provision": (Provision("system", "x"), Provision("ansible", f"/p{ESC}")),
        "probes": ("#!/bin/sh",),
        "copy_to_host": ("/h", f"/i{ESC}"),
        "proxy_env": True,
        "env": {"http_proxy": "secret"},
        "disks": ("data",),
        "ca_files": ("/key",),
        "images": ("/b.qcow2",),
        "ssh_public_keys": True,
        "audio": f"pa{ESC}",
        "vnc": "0.0.0.0:0",
    }  # fmt: skip
    shared = config(
        {
            "mounts": [{"location": "/home/me", "mountPoint": "/mnt"}], "ssh": {"forwardAgent": True, "forwardX11Trusted": True},
            "portForwards": [{"guestPort": 80, "hostIP": "0.0.0.0"}],
            "networks": [{"lima": "shared"}], "provision": [{"script": f"#!/bin/sh\n\n{'x' * 61}"}, {"file": "f"}, 1, {}],
            "probes": [{"script": f"#!/bin/sh\n{'x' * 61}"}, {"file": "f"}, 1, {}],
            "copyToHost": [{"host": "/h"}], "propagateProxyEnv": True, "additionalDisks": ["data"], "video": {"display": "vnc"},
            "images": [{"location": f"/a{ESC}", "initrd": {"location": "/key"}}, 1], "firmware": {"images": [{"location": "/f"}]},
        },
        {"env": {"http_proxy": "secret"}, "provision": [{"mode": "ansible", "playbook": f"/q{ESC}"}], "caCerts": {"files": ["/key"]}},
    )  # fmt: skip
    for vm in (standard(), factories.desired(), standard(auto_ports=True)):
        yield from posture(subject(vm, **bad), fixed=False)
        yield from posture(subject(vm, shared, **bad), fixed=True)
    yield from posture(orphan(shared, **bad), fixed=False)
    late = orphan(msgspec.structs.replace(shared, changed={DEFAULT: 2.0}))
    for name in ("dvm-app", f"odd{ESC}"):
        instance = msgspec.structs.replace(late.instance, name=name, booted=1.0, written=3.0)
        yield from booted_before.CHECK.run(msgspec.structs.replace(late, instance=instance))
    good = subject()
    for changes in (
        {"status": Status.BROKEN}, {"status": Status.UNKNOWN}, {"posture": None}, {"receipt": None},
        {"receipt": None, "receipt_problem": f"odd{ESC}"}, {"name": f"other{ESC}", "receipt": None},
    ):  # fmt: skip
        changed = msgspec.structs.replace(good.instance, **changes)
        for check in CHECKS:
            yield from check.run(msgspec.structs.replace(good, instance=changed))


def _undeclared() -> Iterator[CheckResult]:
    image, other = {"location": "/a"}, {"location": "/b"}
    for there in (
        configured({"dns": ["192.0.2.1"]}, {}),
        configured({"dns": ["192.0.2.1"]}, {"dns": ["192.0.2.2"], f"odd{ESC}": 1, "env": {"A": "x"}}),
        configured({"images": [image]}, {"images": [other]}),
        configured({"images": [image]}, {"images": [other]}, config({"images": [other]})),
        msgspec.structs.replace(configured({"images": [image]}, {"images": [other]}), desired=None),
    ):
        yield from posture(there, fixed=False)
        instance = msgspec.structs.replace(there.instance, booted=2.0, written=1.0)
        yield from booted_before.CHECK.run(msgspec.structs.replace(there, instance=instance))
    untrusted = factories.receipt(factories.desired(), untrusted=f"Odd{ESC}.")
    for name in ("dvm-app", f"odd{ESC}"):
        instance = msgspec.structs.replace(subject().instance, name=name, receipt=untrusted)
        yield from booted_before.CHECK.run(msgspec.structs.replace(subject(), instance=instance))
        yield booted_before.changed_within_our_start(instance, (DEFAULT, Path(f"/a{ESC}")))
        yield booted_before.changed_within_our_start(instance, ())
    declared = {"networks": [{"lima": "shared"}], "caCerts": {"files": ["/key"]}, f"odd{ESC}": f"x{ESC}"}
    vm = factories.desired()
    for each in (vm, msgspec.structs.replace(vm, template_file=file(Role.TEMPLATE, "/home/me/t.yaml"))):
        for locator in ("template:x", f"/home/me/t{ESC}.yaml"):
            yield from forecast_template(each, Template(locator, declared=declared), Path("/l"))


def _egress() -> Iterator[CheckResult]:
    vm = factories.desired(egress="none", ports=["3000:80"], sudo=True)
    policy = Policy("dvm-app", "app", (parse_rule("a.example"), parse_rule("b.example")))
    states = [EgressState(policy, f"odd{ESC}", network) for network in Network]
    for state in (*states, EgressState(None, "", Network.OTHER), EgressState(None, "", Network.SHUT, listens=True)):
        for vm_type in ("qemu", "vz"):
            for serving in (Serving(frozenset(), {3000: f"odd{ESC}"}), Serving(frozenset())):
                instance = factories.instance(vm, egress=state, vm_type=vm_type, serving=serving)
                about = msgspec.structs.replace(subject(vm), instance=instance)
                yield from egress_not_in_force.CHECK.run(about)
                yield from dead_port.CHECK.run(about)
    yield from egress_not_in_force.foreseen(factories.desired(egress="none", sudo=True, vm_type="vz"))
    yield from dead_port.foreseen(vm, {3000: f"is taken by odd{ESC} (1)"})
    named = factories.desired(template="https://example.org/t.yaml", template_sha256=OTHER)
    yield from review_fetched(named, b"base: /b\nimages:\n- location: https://example.org/a\n")


def _errors() -> Iterator[str]:
    results = list(_files())[:3]
    for error in (ChecksRefusedError(results[:1]), ChecksRefusedError(results)):
        yield f"{error.summary}\n{error.detail}\n{error.remedy}"
    with pytest.raises(PostureRefusedError) as caught:
        verify(subject(forward_agent=True, forward_x11=True, networks=("{}",)))
    yield f"{caught.value.summary}\n{caught.value.detail}\n{caught.value.remedy}"
    for make in (
        lambda: VerifiedInstance(subject().instance, None),  # type: ignore[arg-type]
        lambda: ApprovedPlan(None, (), None),  # type: ignore[arg-type]
        lambda: Verdict(None, (), None, whole=True),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError) as refused:
            make()
        yield str(refused.value)


def _told(result: CheckResult) -> str:
    return f"{result.code} {result.severity} {result.subject} at {result.location}\n  {result.detail}\n  -> {result.remedy}"


def test_texts() -> None:
    texts = [_told(result) for result in (*_files(), *_instances(), *_undeclared(), *_egress())]
    found = "\n".join(dict.fromkeys([*texts, *_errors()])) + "\n"
    assert ESC not in found
    if os.environ.get("DVM_UPDATE"):
        PLACE.write_text(found, encoding="utf-8")
    assert found.splitlines() == PLACE.read_text(encoding="utf-8").splitlines()
