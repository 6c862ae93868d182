"""What stands between plan and apply: staged attacks, and that no changing call was made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Dvm, Result


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\nsetup = ["setup/a.sh"]\n')
    dvm.script("setup/a.sh", "echo a")
    return dvm


def refused(dvm: Dvm, code: str, *also: str) -> Result:
    """Apply is refused by `code`, plan says so too, and nothing was changed anywhere."""
    planned = dvm.run("plan")
    assert planned.code == 3, planned.out + planned.err
    assert code in planned.out + planned.err
    result = dvm.run("apply", "-y")
    assert result.code == 3, result.out + result.err
    for text in (code, *also):
        assert text in result.out + result.err
    assert dvm.calls(changing=True) == []
    assert not any(path.name.startswith("dvm-") for path in dvm.lima_home.iterdir())
    return result


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o720])
def test_a_script_that_others_can_write_to(one: Dvm, mode: int) -> None:
    path = one.config / "setup" / "a.sh"
    path.chmod(mode)
    refused(one, "DVM102", f"chmod go-w {path}")
    path.chmod(0o755)
    assert one.run("apply", "-y").code == 0


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770])
def test_a_script_in_a_directory_that_others_can_write_to(one: Dvm, mode: int) -> None:
    (one.config / "setup").chmod(mode)
    refused(one, "DVM103", str(one.config / "setup"))


def test_any_directory_above_counts(one: Dvm) -> None:
    one.config.chmod(0o777)
    refused(one, "DVM103", str(one.config))


def test_a_manifest_that_others_can_write_to(one: Dvm) -> None:
    (one.config / "dvm.toml").chmod(0o666)
    refused(one, "DVM102", "dvm.toml")


@pytest.mark.root
@pytest.mark.parametrize("name", ["dvm.toml", "setup/a.sh"])
def test_a_file_of_another_owner(one: Dvm, name: str) -> None:
    os.chown(one.config / name, 4242, 4242)
    refused(one, "DVM101", name)


@pytest.mark.root
def test_a_directory_of_another_owner(one: Dvm) -> None:
    os.chown(one.config / "setup", 4242, 4242)
    refused(one, "DVM103")


def test_a_link_is_followed_and_every_part_of_its_way_is_checked(one: Dvm) -> None:
    real = one.place / "dotfiles" / "a.sh"
    real.parent.mkdir(mode=0o700)
    (one.config / "setup" / "a.sh").rename(real)
    (one.config / "setup" / "a.sh").symlink_to(real)
    assert one.run("plan").code == 0
    real.parent.chmod(0o777)
    refused(one, "DVM103", str(real.parent))


def test_a_pipe_in_place_of_a_script_does_not_hang(one: Dvm) -> None:
    path = one.config / "setup" / "a.sh"
    path.unlink()
    os.mkfifo(path, 0o600)
    refused(one, "DVM104", "FIFO")


def test_a_loop_of_links(one: Dvm) -> None:
    path = one.config / "setup" / "a.sh"
    path.unlink()
    path.symlink_to("a.sh")
    refused(one, "DVM107")


def test_a_pinned_script_of_another_content(one: Dvm) -> None:
    one.manifest(f'[vm.app]\nsetup = [{{ script = "setup/a.sh", sha256 = "{"0" * 64}" }}]\n')
    refused(one, "DVM110")


def lima_config(dvm: Dvm, name: str, text: str) -> Path:
    path = dvm.lima_home / "_config" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("name", ["override.yaml", "default.yaml"])
def test_a_mount_of_lima_s_host_wide_files_is_found_before_the_first_boot(one: Dvm, name: str) -> None:
    path = lima_config(one, name, "mounts:\n- location: /srv/host\n")
    one.manifest('[vm.app]\nisolation = "standard"\n')
    result = one.run("apply", "-y")
    assert result.code == 3
    for text in ("DVM301", str(path), "/srv/host"):
        assert text in result.out + result.err
    assert [call[0] for call in one.calls(changing=True)] == ["create"]
    assert one.receipt("app")["bootstrap"] is None
    again = one.run("apply", "-y")
    assert again.code == 3
    path.unlink()
    assert one.run("apply", "-y").code == 0
    assert [call[0] for call in one.calls(changing=True)] == ["create", "start", "shell"]
    assert one.run("plan", "--detailed-exitcode").code == 0


def test_switching_to_strict_fixes_a_host_wide_mount(one: Dvm) -> None:
    lima_config(one, "override.yaml", "mounts:\n- location: /srv/host\n")
    one.manifest('[vm.app]\nisolation = "standard"\n')
    assert one.run("apply", "-y").code == 3
    one.manifest("[vm.app]\n")
    assert one.run("apply", "-y").code == 0
    assert [call[0] for call in one.calls(changing=True)] == ["create", "edit", "start", "shell"]
    assert one.run("plan", "--detailed-exitcode").code == 0


def test_strict_goes_through_without_that_mount(one: Dvm) -> None:
    lima_config(one, "override.yaml", "mounts:\n- location: /srv/host\n")
    assert one.run("apply", "-y").code == 0
    assert "/srv/host" not in one.limactl("list", "--json").out
    assert one.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("DVM302", "portForwards:\n- guestPort: 80\n  hostPort: 8080\n  hostIP: 0.0.0.0\n  static: true\n"),
        ("DVM303", "portForwards:\n- guestPort: 80\n  hostPort: 8080\n  static: true\n"),
        ("DVM304", "ssh:\n  forwardAgent: true\n"),
        ("DVM304", "ssh:\n  forwardX11: true\n"),
        ("DVM305", "networks:\n- lima: user-v2\n"),
        ("DVM306", "provision:\n- mode: system\n  script: touch /owned\n"),
        ("DVM306", "probes:\n- script: |\n    #!/bin/sh\n    touch /tmp/owned\n"),
        ("DVM307", "copyToHost:\n- guest: /etc/shadow\n  host: /tmp/x\n"),
        ("DVM308", "propagateProxyEnv: true\n"),
        ("DVM309", "portForwards:\n- guestSocket: /run/a.sock\n  hostSocket: /tmp/a.sock\n  static: true\n"),
    ],
)
def test_nothing_of_lima_s_override_gets_past_the_look_before_the_boot(one: Dvm, code: str, text: str) -> None:
    path = lima_config(one, "override.yaml", text)
    result = one.run("apply", "-y")
    assert result.code == 3, result.out + result.err
    assert code in result.out + result.err
    assert str(path) in result.out + result.err
    assert "start" not in [call[0] for call in one.calls()]


def test_what_comes_after_the_apply_is_found_before_the_next_contact(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    lima_config(one, "override.yaml", "ssh:\n  forwardAgent: true\n")
    one.forget()
    one.script("setup/a.sh", "echo changed")
    assert one.run("apply", "-y").code == 3
    assert one.calls(changing=True) == []


@pytest.mark.parametrize("name", ["override.yaml", "default.yaml"])
def test_what_a_vm_was_booted_with_is_told_until_it_restarts(one: Dvm, name: str) -> None:
    assert one.run("apply", "-y").code == 0
    one.manifest('[vm.app]\nisolation = "standard"\nsetup = ["setup/a.sh"]\n')
    assert one.run("apply", "-y").code == 0
    assert one.run("check", "--strict").code == 0
    path = lima_config(one, name, "mounts:\n- location: /srv/host\n")
    one.limactl("stop", "dvm-app")
    one.limactl("start", "--tty=false", "dvm-app")  # with the mount, behind DVM's back
    path.unlink()
    checked = one.run("check")
    assert checked.code == 0  # a warning: what runs is not made worse by going on
    assert "DVM313" in checked.out
    assert f"booted before {path.parent} changed" in checked.out.replace("\n    ", " ")
    assert "DVM313" in one.run("plan").out
    assert one.run("check", "--strict").code == 3
    assert one.run("stop", "app").code == 0
    assert one.run("start", "app").code == 0
    assert one.run("check", "--strict").code == 0


def test_a_restart_that_is_planned_anyway_is_told_as_the_way_out(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    lima_config(one, "override.yaml", "message: hello\n")
    one.manifest('[vm.app]\ncpus = 3\nsetup = ["setup/a.sh"]\n')
    planned = one.run("plan")
    assert "DVM313" in planned.out
    assert "The plan stops it." in " ".join(planned.out.split())
    assert one.run("apply", "-y").code == 0
    assert "DVM313" not in one.run("plan").out


def test_a_mount_put_into_the_instance_by_hand_is_fixed(one: Dvm) -> None:
    one.manifest('[vm.app]\nisolation = "standard"\n')
    assert one.run("apply", "-y").code == 0
    one.limactl("stop", "dvm-app")
    assert one.limactl("edit", "--tty=false", '--set=.mounts=[{"location":"/srv/host"}]', "dvm-app").code == 0
    planned = one.run("plan", "--detailed-exitcode")
    assert planned.code == 2
    assert "/srv/host" in planned.out
    assert one.run("apply", "-y").code == 0
    assert "/srv/host" not in one.limactl("list", "--json").out
    assert one.run("plan", "--detailed-exitcode").code == 0


def test_a_mount_by_hand_is_fixed_even_when_plain_mode_hid_it(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    one.limactl("stop", "dvm-app")
    one.limactl("edit", "--tty=false", '--set=.mounts=[{"location":"/srv/host"}]', "dvm-app")
    one.manifest('[vm.app]\nisolation = "standard"\n')
    assert one.run("apply", "-y").code == 0
    assert "/srv/host" not in one.limactl("list", "--json").out
    assert one.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("key", ["forwardAgent", "forwardX11", "forwardX11Trusted"])
def test_forwarding_turned_on_by_hand_is_fixed(one: Dvm, key: str) -> None:
    assert one.run("apply", "-y").code == 0
    one.limactl("stop", "dvm-app")
    assert one.limactl("edit", "--tty=false", f"--set=.ssh.{key}=true", "dvm-app").code == 0
    assert "agent_forwarding" in one.run("plan").out
    assert one.run("apply", "-y").code == 0
    assert one.run("plan", "--detailed-exitcode").code == 0


def test_a_setting_lima_overrides_is_named_with_its_file(one: Dvm) -> None:
    path = lima_config(one, "override.yaml", "cpus: 7\n")
    result = one.run("apply", "-y")
    assert result.code == 1
    assert "cpus is 7" in result.out + result.err
    assert str(path) in result.out + result.err
    assert "start" not in [call[0] for call in one.calls()]


def test_scripts_of_vms_that_were_not_asked_for_do_not_block(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\n[vm.other]\nsetup = ["bad.sh"]\n')
    dvm.script("bad.sh")
    (dvm.config / "bad.sh").chmod(0o777)
    assert dvm.run("apply", "-y", "app").code == 0
    assert dvm.run("apply", "-y").code == 3
