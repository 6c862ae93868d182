"""A template file whose bytes changed is compared by what it does to a VM."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dvm

TEMPLATE = "images:\n- location: https://example.org/a.img\n  arch: x86_64\nmounts: []\n"
_SCRIPT = "598941f155c0afbd"
ADDED = "provision:\n- mode: system\n  script: |\n    #!/bin/sh\n    touch /there\n"


def _config(dvm: Dvm) -> str:
    return next(dvm.place.glob("l/dvm-app/lima.yaml")).read_text()


@pytest.fixture
def file(dvm: Dvm) -> Path:
    """The template file of a VM that is there."""
    dvm.manifest('[vm.app]\ntemplate = "./t.yaml"\nrunning = false\n')
    path = next(dvm.place.rglob("dvm.toml")).parent / "t.yaml"
    path.write_text(TEMPLATE)
    path.chmod(0o600)
    result = dvm.run("apply", "-y")
    assert result.code == 0, result.out + result.err
    return path


def test_a_comment_is_no_change(dvm: Dvm, file: Path) -> None:
    file.write_text(TEMPLATE + "# a comment\n")
    for command in (("plan",), ("apply", "-y")):
        result = dvm.run(*command)
        assert (result.code, "No changes." in result.out) == (0, True), result.out + result.err


@pytest.mark.parametrize("spelled", ["t.yaml", "../c/t.yaml", "sub/other.yaml", "{}/t.yaml"])
def test_the_same_file_at_another_path_is_no_change(dvm: Dvm, file: Path, spelled: str) -> None:
    dvm.write("sub/other.yaml", TEMPLATE + "# moved\n")
    dvm.manifest(f'[vm.app]\ntemplate = "{spelled.format(dvm.config)}"\nrunning = false\n')
    for command in (("plan",), ("apply", "-y")):
        result = dvm.run(*command)
        assert (result.code, "No changes." in result.out) == (0, True), result.out + result.err


def test_another_file_is_compared_by_what_it_does(dvm: Dvm, file: Path) -> None:
    dvm.write("other.yaml", TEMPLATE + ADDED)
    dvm.manifest('[vm.app]\ntemplate = "other.yaml"\nrunning = false\n')
    assert "1 to change, 0 to destroy" in dvm.run("plan").out
    assert dvm.run("apply", "-y").code == 0
    assert "No changes." in dvm.run("plan").out
    assert dvm.receipt("app")["template"] == "other.yaml"
    dvm.write("other.yaml", "vmType: vz\n" + TEMPLATE)
    assert "dvm apply --replace app" in dvm.run("plan").out
    dvm.manifest('[vm.app]\ntemplate = "template:fedora"\nrunning = false\n')
    plan = dvm.run("plan").out
    assert 'template        = "other.yaml" -> "template:fedora"' in plan, "one of Lima's is compared by its name"


def test_another_image_is_for_new_vms(dvm: Dvm, file: Path) -> None:
    file.write_text(TEMPLATE.replace("a.img", "b.img"))
    result = dvm.run("plan")
    assert (result.code, "new VMs get them" in result.out) == (0, True), result.out + result.err
    assert "replace" not in result.out


def test_what_lima_can_edit_is_edited(dvm: Dvm, file: Path) -> None:
    file.write_text(TEMPLATE + ADDED)
    shown = dvm.run("plan")
    assert 'script = "#!/bin/sh' in shown.out, shown.out + shown.err
    assert "runs from ./t.yaml: 1 script, at each boot" in shown.out
    assert "1 to change, 0 to destroy" in shown.out
    applied = dvm.run("apply", "-y")
    assert applied.code == 0, applied.out + applied.err
    receipt = dvm.receipt("app")
    assert [each["sha256"][:16] for each in receipt["provisioning"]] == [_SCRIPT]
    assert "touch /there" in _config(dvm)
    assert "No changes." in dvm.run("plan").out

    file.write_text(TEMPLATE)
    shown = dvm.run("plan")
    assert "earlier scripts did in the guest stays" in " ".join(shown.out.split()), shown.out
    assert dvm.run("apply", "-y").code == 0
    assert "touch /there" not in _config(dvm)
    assert "No changes." in dvm.run("plan").out


def test_an_edit_that_is_cut_off_is_made_by_the_next_apply(dvm: Dvm, file: Path) -> None:
    file.write_text(TEMPLATE + ADDED)
    faults = dvm.write("faults.json", json.dumps([{"match": ["edit"], "do": "die-before"}]))
    assert dvm.run("apply", "-y", DVM_SIM_FAULTS=str(faults)).code == 1
    shown = dvm.run("plan")
    assert "lima.provision" in shown.out, shown.out + shown.err
    applied = dvm.run("apply", "-y")
    assert applied.code == 0, applied.out + applied.err
    assert "No changes." in dvm.run("plan").out


def test_a_running_vm_restarts_for_it(dvm: Dvm, file: Path) -> None:
    dvm.manifest('[vm.app]\ntemplate = "./t.yaml"\n')
    assert dvm.run("apply", "-y").code == 0
    file.write_text(TEMPLATE + ADDED)
    steps = [step["action"] for step in json.loads(dvm.run("plan", "--json").out)["steps"]]
    assert steps[:5] == ["stop", "take-template", "edit", "verify", "start"]
    applied = dvm.run("apply", "-y")
    assert applied.code == 0, applied.out + applied.err
    assert "No changes." in dvm.run("plan").out


def test_its_scripts_have_to_be_approved_where_review_is_required(dvm: Dvm, file: Path) -> None:
    dvm.manifest('[settings]\nrequire_review = true\n[vm.app]\ntemplate = "./t.yaml"\nrunning = false\n')
    assert "No changes." in dvm.run("plan").out
    file.write_text(TEMPLATE + ADDED)
    result = dvm.run("apply", "-y")
    assert (result.code, "DVM108" in result.out + result.err) == (3, True), result.out + result.err
    assert dvm.run("review", "-y").code == 0
    assert dvm.run("apply", "-y").code == 0


def test_what_the_checks_deny_in_it_is_denied_before_the_edit(dvm: Dvm, file: Path) -> None:
    file.write_text(TEMPLATE + ADDED + "copyToHost:\n- guest: /etc/shadow\n  host: /tmp/x\n")
    result = dvm.run("apply", "-y")
    assert (result.code, "DVM307" in result.out + result.err) == (3, True), result.out + result.err
    assert "touch /there" not in _config(dvm)


@pytest.mark.parametrize(
    "lines",
    [
        # A value that may be a secret is in no receipt and in no command line.
        "env:\n  GREETING: hello\n",
        # A guest keeps the login user that it was made with.
        "user:\n  name: somebody\n",
        "arch: aarch64\n",
        "vmType: vz\n",
    ],
)
def test_what_no_edit_does_needs_a_replacement(dvm: Dvm, file: Path, lines: str) -> None:
    file.write_text(TEMPLATE + lines)
    result = dvm.run("plan")
    assert "forces replacement" in result.out, result.out + result.err
    assert dvm.run("apply", "-y").code == 1


ESCAPED = TEMPLATE + "provision:\n- mode: system\n  script: |\n    sed 's/\\\\/x/' /etc/hosts\n"


def test_a_script_that_no_edit_can_write_needs_a_replacement(dvm: Dvm, file: Path) -> None:
    assert r"s/\\/x/" in ESCAPED
    file.write_text(ESCAPED)
    result = dvm.run("plan")
    assert "forces replacement" in result.out, result.out + result.err
    assert dvm.run("apply", "-y").code == 1


def test_drift_from_a_script_that_no_edit_can_write_is_denied_until_the_vm_is_replaced(dvm: Dvm, file: Path) -> None:
    file.write_text(ESCAPED)
    result = dvm.run("apply", "-y", "--replace", "app")
    assert result.code == 0, result.out + result.err
    assert "No changes." in dvm.run("plan").out
    assert dvm.limactl("edit", "--tty=false", "--set=del(.provision)", "dvm-app").code == 0
    result = dvm.run("apply", "-y")
    assert (result.code, "DVM306" in result.out + result.err) == (3, True), result.out + result.err
    assert "dvm apply --replace app" in " ".join((result.out + result.err).split()), result.out + result.err
    result = dvm.run("apply", "-y", "--replace", "app")
    assert result.code == 0, result.out + result.err
    assert "No changes." in dvm.run("plan").out


def test_an_edit_that_somebody_made_first_is_taken(dvm: Dvm, file: Path) -> None:
    entry = '.provision = [{"mode": "system", "script": "#!/bin/sh\\ntouch /there\\n"}]'
    assert dvm.limactl("edit", "--tty=false", f"--set={entry}", "dvm-app").code == 0
    file.write_text(TEMPLATE + ADDED)
    steps = [step["action"] for step in json.loads(dvm.run("plan", "--json").out)["steps"]]
    assert steps == ["take-template", "verify"]
    result = dvm.run("apply", "-y")
    assert result.code == 0, result.out + result.err
    assert "No changes." in dvm.run("plan").out


def test_what_shows_drift_agrees_with_the_plan(dvm: Dvm, file: Path) -> None:
    for text, drift in ((TEMPLATE + "# a comment\n", []), (TEMPLATE + ADDED, ["template_sha256", "lima.provision"])):
        file.write_text(text)
        assert json.loads(dvm.run("ls", "--json").out)["vms"][0]["drift"] == drift
        assert json.loads(dvm.run("status", "app", "--json").out)["drift"] == drift
