from __future__ import annotations

import pytest
from pydantic import ValidationError

from dvm.model.choices import RunAs
from dvm.model.contradictions import ContradictionError
from dvm.model.template_name import is_template_path
from dvm.model.units import GIB
from dvm.model.vm import VM


def test_defaults_are_the_ones_promised() -> None:
    vm = VM()
    assert (vm.memory, vm.disk, vm.user, vm.isolation, vm.cpus) == (
        2 * GIB,
        30 * GIB,
        "developer",
        "strict",
        None,
    )
    assert (vm.running, vm.sudo, vm.protect, vm.proxy_env, vm.auto_ports) == (
        True,
        False,
        False,
        False,
        False,
    )


def test_setup_entries_in_both_forms() -> None:
    vm = VM.model_validate({"setup": ["a.sh", {"script": "b.sh", "as": "root", "timeout": "15m"}]})
    assert [(entry.script, entry.as_, entry.timeout) for entry in vm.setup] == [
        ("a.sh", RunAs.ADMIN, 3600),
        ("b.sh", RunAs.ROOT, 900),
    ]


@pytest.mark.parametrize(
    ("template", "normal"),
    [
        ("template:fedora", "template:fedora"),
        ("template://fedora", "template:fedora"),
        ("template:_images/debian", "template:_images/debian"),
        ("./x.yaml", "./x.yaml"),
        ("x.yaml", "x.yaml"),
    ],
)
def test_templates(template: str, normal: str) -> None:
    assert VM.model_validate({"template": template}).template == normal
    assert is_template_path(normal) is normal.endswith(".yaml")


@pytest.mark.parametrize(
    "template", ["", "fedora", "http://example.org/x.yaml", "template:", "template:a b", "ftp://x"]
)
def test_no_templates(template: str) -> None:
    with pytest.raises(ValueError, match="template"):
        VM.model_validate({"template": template})


def test_a_template_that_might_be_a_secret_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="template") as caught:
        VM.model_validate({"template": "ghp_0123456789abcdefghijABCDEFGHIJ"})
    assert "ghp_" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({"user": "root"}, [("user",)]),
        ({"auto_ports": True}, [("auto_ports",)]),
        ({"host_loopback": True}, []),
        ({"host_loopback": True, "egress": "none"}, [("host_loopback",)]),
        ({"egress": ["a.test", "*.a.test", "a.test:8443"]}, []),
        ({"egress": ["a.test", "A.TEST."]}, [("egress", 1)]),
        ({"setup_egress": ["a.test", "a.test"]}, []),
        ({"proxy_env": True, "egress": "none"}, [("proxy_env",)]),
        ({"reach": ["db:5432"]}, [("reach", 0)]),
        ({"reach": ["db:5432"], "depends_on": ["db"]}, []),
        ({"reach": ["db:5432", "db:5432"], "depends_on": ["db"]}, [("reach", 1)]),
        ({"auto_ports": True, "isolation": "standard"}, []),
        ({"template": "https://example.org/x.yaml"}, [("template",)]),
        ({"template": "https://example.org/x.yaml", "template_sha256": "0" * 64}, []),
        ({"template_sha256": "0" * 64}, [("template_sha256",)]),
        ({"ports": ["3000:1", "3001:1", "3000"]}, [("ports", 2)]),
        ({"setup": ["a.sh", {"script": "./a.sh"}]}, [("setup", 1)]),
    ],
)
def test_contradictions(body: dict[str, object], keys: list[tuple[object, ...]]) -> None:
    if not keys:
        VM.model_validate(body)
        return
    with pytest.raises(ValidationError) as caught:
        VM.model_validate(body)
    (error,) = caught.value.errors()
    cause = error["ctx"]["error"]
    assert isinstance(cause, ContradictionError)
    assert [each.path for each in cause.found] == keys
