"""The templates of a plan: asked for once each, and not at all where the checks deny their bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from msgspec.structs import replace

from dvm.cli import templates
from dvm.diagnostics import Severity
from dvm.errors import DvmError, LimaError, RefusesRootError
from dvm.lima.template import parse_template
from dvm.model.evidence import Role
from dvm.model.lima_config import LimaConfig
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dvm.lima.client import Lima
    from dvm.model.manifest import DesiredVM
    from dvm.model.template import Template

URL = "https://example.org/t.yaml"
PLAIN = b"provision: [{script: echo}]\n"


class _Lima:
    """A limactl that puts together what it is given, and writes down what it was asked for."""

    def __init__(self, error: DvmError | None = None) -> None:
        self.asked: list[tuple[str, bytes | None]] = []
        self.error = error

    def template(self, locator: str, content: bytes | None = None) -> _Look:
        self.asked.append((locator, content))
        return _Look(locator, content, self.error)


class _Look:
    def __init__(self, locator: str, content: bytes | None, error: DvmError | None) -> None:
        self.locator, self.content, self.error = locator, content, error

    def result(self) -> Template:
        if self.error is not None:
            raise self.error
        return parse_template(self.locator, self.content or PLAIN, self.content)

    def drop(self) -> None:
        pass


def read(*vms: DesiredVM, lima: _Lima | None = None, config: LimaConfig | None = None) -> templates.Templates:
    asked = cast("Lima", lima or _Lima())
    return templates.read_templates(lambda: asked, vms, config or LimaConfig())


def of_url(monkeypatch: pytest.MonkeyPatch, content: bytes, pinned: bytes) -> tuple[templates.Templates, _Lima]:
    monkeypatch.setattr(templates, "fetch_templates", lambda urls: dict.fromkeys(urls, content))
    lima = _Lima()
    vm = factories.desired(template=URL, template_sha256=hashlib.sha256(pinned).hexdigest())
    return read(vm, lima=lima), lima


def test_each_is_asked_for_once() -> None:
    lima = _Lima()
    found = read(
        *(factories.desired(name, template="template:x") for name in ("a", "b")),
        factories.desired("c", template="template:y"),
        lima=lima,
    )
    assert lima.asked == [("template:x", None), ("template:y", None)]
    assert found.by_vm["a"] is found.by_vm["b"]
    assert found.by_vm["c"].locator == "template:y"


def test_a_file_goes_in_as_the_bytes_that_were_checked() -> None:
    lima = _Lima()
    vm = factories.desired("a", template="/c/t.yaml")
    found = read(replace(vm, template_file=factories.evidence("/c/t.yaml", PLAIN, Role.TEMPLATE)), lima=lima)
    assert lima.asked == [("/c/t.yaml", PLAIN)]
    assert found.by_vm["a"].content == PLAIN


@pytest.mark.parametrize("text", [b"base: https://evil.example/x.yaml\n", b"provision: [{file: /x}]\n", b"\xff", b"["])
def test_bytes_that_pull_in_what_no_digest_pins_are_not_handed_on(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    found, lima = of_url(monkeypatch, text, text)
    assert (lima.asked, found.by_vm) == ([], {})
    assert [check.code for check in found.checks] == ["DVM111"]
    assert found.checks[0].subject == URL

    lima = _Lima()
    vm = replace(
        factories.desired("a", template="/c/t.yaml"), template_file=factories.evidence("/c/t", text, Role.TEMPLATE)
    )
    assert not read(vm, lima=lima).by_vm
    config = LimaConfig(templates={"b": (factories.evidence("/l/_templates/x.yaml", text, Role.TEMPLATE),)})
    assert not read(factories.desired("b", template="template:x"), lima=lima, config=config).by_vm
    assert lima.asked == []


def test_bytes_that_are_not_the_pinned_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found, lima = of_url(monkeypatch, b"cpus: 1\n", b"cpus: 2\n")
    assert (lima.asked, found.by_vm, [check.code for check in found.checks]) == ([], {}, ["DVM110"])
    assert URL in found.checks[0].detail


def test_the_pinned_ones_go_in(monkeypatch: pytest.MonkeyPatch) -> None:
    found, lima = of_url(monkeypatch, b"base: template:fedora\n", b"base: template:fedora\n")
    assert lima.asked == [(URL, b"base: template:fedora\n")]
    assert found.checks == ()


def test_what_can_not_be_had_is_an_error_of_each_vm_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    vms = [factories.desired(name, template="template:x") for name in ("a", "b")]
    found = read(*vms, lima=_Lima(LimaError("Lima has none.", remedy="Did you mean y?")))
    assert [(each.address, each.summary, each.detail) for each in found.diagnostics] == [
        ("vm.a", "Lima has none.", "Did you mean y?"),
        ("vm.b", "Lima has none.", "Did you mean y?"),
    ]

    asked: list[list[str]] = []

    def gone(urls: Iterable[str]) -> dict[str, bytes | DvmError]:
        asked.append(list(dict.fromkeys(urls)))
        return dict.fromkeys(asked[-1], DvmError("no network"))

    monkeypatch.setattr(templates, "fetch_templates", gone)
    vms = [factories.desired(name, template=URL, template_sha256="0" * 64) for name in ("a", "b")]
    assert [(each.address, each.severity) for each in read(*vms).diagnostics] == [
        ("vm.a", Severity.ERROR),
        ("vm.b", Severity.ERROR),
    ]
    assert asked == [[URL]]


def test_a_limactl_that_refuses_root_is_no_matter_of_a_template() -> None:
    with pytest.raises(RefusesRootError):
        read(factories.desired(template="template:x"), lima=_Lima(RefusesRootError()))


def test_a_file_that_could_not_be_read_is_left_to_the_checks_of_files() -> None:
    assert read(factories.desired("a", template=str(Path("/c/t.yaml")))) == templates.Templates({})
