"""What neither the manifest nor the template brought into an instance's configuration: DVM306, DVM312 and DVM314."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dvm.checks.forecast import forecast_template
from dvm.checks.instances import foreign_provision, host_data, undeclared_configuration
from dvm.checks.subjects import InstanceSubject
from dvm.lima.fields.parts import parts_of
from dvm.lima.settings import PROXY_ENVIRONMENT
from dvm.model.check import CheckResult
from dvm.model.template import Template
from tests import factories
from tests.unit.checks.samples import DEFAULT, ESC, OVERRIDE, config, configured, texts

CHECKS = (foreign_provision.CHECK, host_data.CHECK, undeclared_configuration.CHECK)
IMAGE = {"location": "https://example.org/a.img"}
OTHER_IMAGE = {"location": "https://evil.example/a.img"}
SCRIPT = {"mode": "system", "script": "true"}
DNS, OTHER_DNS = {"dns": ["192.0.2.1"]}, {"dns": ["192.0.2.2"]}


def found(subject: InstanceSubject) -> list[CheckResult]:
    return [result for check in CHECKS for result in check.run(subject)]


@pytest.mark.parametrize(
    ("declared", "there", "expected"),
    [
        ({}, {}, []),
        (DNS, DNS, []),
        ({"env": {"A": "x"}, "provision": [SCRIPT]}, {"env": {"A": "x"}, "provision": [SCRIPT]}, []),
        # Each part is reported by one check.
        ({}, {"provision": [SCRIPT]}, [("DVM306", "provision")]),
        ({"images": [IMAGE]}, {"images": [OTHER_IMAGE]}, [("DVM312", "images")]),
        ({}, {"env": {"A": "x"}}, [("DVM314", "env.A")]),
        ({}, {"unheardOf": {"x": 1}}, [("DVM314", "unheardOf")]),
        ({}, {"env": {"A": "x"}, "provision": [SCRIPT]}, [("DVM306", "provision"), ("DVM314", "env.A")]),
        # What is gone is another configuration too.
        ({"provision": [SCRIPT]}, {}, [("DVM306", "provision")]),
        (DNS, {}, [("DVM314", "dns")]),
        # What no template may bring passes in no template either.
        ({"unheardOf": 1}, {"unheardOf": 1}, [("DVM314", "unheardOf")]),
    ],
)
def test_what_differs_from_what_the_receipt_vouches_for_denies(
    declared: dict[str, Any], there: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    results = found(configured(declared, there))
    assert [(result.code, result.setting) for result in results] == expected
    assert all(result.denies and result.subject == "vm.app" for result in results)


@pytest.mark.parametrize(
    ("declared", "there", "sentence"),
    [
        (DNS, {}, '`dns` was "["192.0.2.1"]" when DVM last set it, and is gone.'),
        (DNS, OTHER_DNS, '`dns` is "["192.0.2.2"]"; the template says "["192.0.2.1"]".'),
        ({}, OTHER_DNS, '`dns` is "["192.0.2.2"]", which neither the manifest nor the template says.'),
        (
            {},
            {"user": {"shell": "/bin/x"}},
            '`user.shell` is "/bin/x", which neither the manifest nor the template says.',
        ),
        ({}, {"user": {"shell": "/" + 79 * "x"}}, f'`user.shell` is "/{79 * "x"}", which neither'),
        ({}, {"user": {"shell": "/" + 80 * "x"}}, f'`user.shell` is "/{79 * "x"}…", which neither'),
    ],
)
def test_both_values_are_shown(declared: dict[str, Any], there: dict[str, Any], sentence: str) -> None:
    (result,) = found(configured(declared, there))
    assert result.detail.startswith(sentence)


def test_what_may_be_a_secret_is_shown_by_its_digest() -> None:
    there = {"env": {"TOKEN": "hunter2"}}
    (result,) = found(configured({"env": {"TOKEN": "hunter1"}}, there))
    digest = parts_of(there)["env.TOKEN"].digest
    assert f"`env.TOKEN` is a value with SHA-256 {digest[:12]}… (not shown); the template says a value" in result.detail
    assert "hunter" not in texts([result])
    assert digest[:13] not in result.detail


def test_why_it_matters_and_where_it_is_set_are_shown() -> None:
    (result,) = found(configured({}, {"provision": [SCRIPT]}))
    assert " It runs as root at each boot." in result.detail
    assert result.detail.endswith("It is set by `provision` in /l/dvm-app/lima.yaml.")
    (unknown,) = found(configured({}, {"unheardOf": 1}))
    assert unknown.detail.endswith("says. It is set by `unheardOf` in /l/dvm-app/lima.yaml.")


@pytest.mark.parametrize(
    ("override", "default", "path"),
    [
        ({"env": {"A": "x"}}, None, OVERRIDE),
        (None, {"env": {"A": "x"}}, DEFAULT),
        ({"env": {"A": "x"}}, {"env": {"A": "y"}}, OVERRIDE),
        ({"env": {"A": None}}, {"env": {"A": "x"}}, DEFAULT),
        ({"env": {"B": "x"}}, {"env": "odd"}, None),
        (None, None, None),
    ],
)
def test_the_file_that_sets_it_is_named(
    override: dict[str, Any] | None, default: dict[str, Any] | None, path: Any
) -> None:
    there = configured({}, {"env": {"A": "x"}}, config(override, default))
    (result,) = undeclared_configuration.CHECK.run(there)
    assert result.location is not None
    assert result.location.path == (path or there.instance.dir / "lima.yaml")
    shared = "it is merged into every instance" in result.remedy
    assert shared is (path is not None)


def test_an_entry_of_a_shared_list_is_looked_for_in_the_list_as_a_whole() -> None:
    there = configured({}, {"mounts": [{"location": "/x", "later": 1}]}, config({"mounts": [{"location": "/y"}]}))
    (result,) = undeclared_configuration.CHECK.run(there)
    assert result.location is not None
    assert result.location.path == OVERRIDE


@pytest.mark.parametrize("there", [{"env": {"A.b": "x"}}, {"hostResolver": {"hosts": {"a.example": "192.0.2.1"}}}])
def test_a_dot_in_a_free_key_is_part_of_the_key(there: dict[str, Any]) -> None:
    (result,) = undeclared_configuration.CHECK.run(configured({}, there, config(there)))
    assert result.location is not None
    assert result.location.path == OVERRIDE


def test_what_no_edit_can_put_back_needs_another_vm() -> None:
    there = configured({"images": [IMAGE]}, {"images": [OTHER_IMAGE]})
    (result,) = host_data.CHECK.run(there)
    assert result.remedy == "DVM cannot put it back by an edit. Make the VM anew: `dvm apply --replace app`"
    for edited in (configured(DNS, OTHER_DNS), configured({}, {"env": {"A": "x"}})):
        (result,) = undeclared_configuration.CHECK.run(edited)
        assert "dvm apply app" in result.remedy
    (result,) = host_data.CHECK.run(replace(there, desired=None))
    assert "--replace" not in result.remedy, "nothing declares what it would be made from"
    here, shared = (
        configured({"env": {"A": "x"}}, {"env": {"A": "y"}}, files) for files in (None, config({"env": {"A": "y"}}))
    )
    (result,) = undeclared_configuration.CHECK.run(here)
    assert "--replace" in result.remedy, "its old value was never kept"
    (result,) = undeclared_configuration.CHECK.run(shared)
    assert result.remedy == f"Take `env.A` out of {OVERRIDE}; it is merged into every instance."
    other = replace(there, instance=replace(there.instance, name="other"))
    (result,) = host_data.CHECK.run(other)
    assert "--replace" not in result.remedy


def test_of_a_vm_of_an_earlier_dvm_only_what_is_shared_or_unknown_is_reported() -> None:
    """Its receipt says nothing of the configuration that its template brought."""

    def of(there: dict[str, Any], **files: Any) -> list[tuple[str, str]]:
        return [(result.code, result.setting) for result in results_of(there, **files)]

    def results_of(there: dict[str, Any], **files: Any) -> list[CheckResult]:
        made = configured({}, there, config(**files))
        receipt = made.instance.receipt
        assert receipt is not None
        old = replace(made, instance=replace(made.instance, receipt=replace(receipt, configuration=None)))
        return found(old)

    assert of({"env": {"A": "x"}, **DNS}) == []
    assert of({"unheardOf": 1}) == [("DVM314", "unheardOf")]
    assert of({"env": {"A": "x"}, **DNS}, override={"env": {"A": "x"}}) == [("DVM314", "env.A")]
    (result,) = results_of({"env": {"A": "x"}}, override={"env": {"A": "x"}})
    assert "Variables such as BASH_ENV run code as root at each boot." in result.detail
    assert "gone" not in result.detail


@pytest.mark.parametrize(("before", "now"), [("none", "open"), ("open", "none")])
@pytest.mark.parametrize("there", [{}, {"env": dict(PROXY_ENVIRONMENT)}])
def test_the_way_to_the_proxy_may_be_there_or_not_while_the_manifest_changes_it(
    before: str, now: str, there: dict[str, Any]
) -> None:
    old, new = factories.desired(egress=before), factories.desired(egress=now)
    made = replace(configured({}, there), desired=new)
    receipt = made.instance.receipt
    assert receipt is not None
    changing = replace(made, instance=replace(made.instance, receipt=replace(receipt, allowed=old.allowed)))
    assert found(changing) == []
    same = replace(changing, desired=old)
    assert bool(found(same)) is (bool(there) is (before == "open"))


def test_a_proxy_of_a_shared_file_is_left_to_the_check_that_does_not_show_it() -> None:
    env = {"env": {"http_proxy": "http://me:hunter2@proxy"}}
    assert undeclared_configuration.CHECK.run(configured({}, env, config(env))) == []
    (result,) = undeclared_configuration.CHECK.run(configured({}, env))
    assert result.setting == "env.http_proxy"
    (result,) = undeclared_configuration.CHECK.run(configured({}, {"env": {"A": "x"}}, config({"env": {"A": "x"}})))
    assert result.setting == "env.A"


def test_hostile_text_does_not_reach_the_terminal() -> None:
    there = {"user": {"shell": f"/x{ESC}"}, "env": {f"A{ESC}": "x"}, f"odd{ESC}": f"y{ESC}"}
    results = found(configured({}, there))
    assert len(results) == 3
    declared = Template("template:x", declared={f"odd{ESC}": 1})
    results += forecast_template(factories.desired(), declared, Path("/l"))
    assert len(results) == 4
    assert [result.setting for result in results[:2]] == [f"env.A{ESC}", f"odd{ESC}"], "as the field is named"
    assert texts(results).replace("\n", "").isprintable()
