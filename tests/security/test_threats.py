"""One staged attack, at least, for each threat of docs/security-model.md: stopped, and nothing was changed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.conftest import Dvm, Result


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\nsetup = ["setup/a.sh"]\n')
    dvm.script("setup/a.sh", "# sim: print hello")
    return dvm


@pytest.fixture
def made(one: Dvm) -> Dvm:
    """A VM that is there, with a changed script that waits to run."""
    assert one.run("apply", "-y").code == 0
    one.script("setup/a.sh", "# sim: print changed")
    one.forget()
    return one


def stopped(dvm: Dvm, code: str, *arguments: str) -> Result:
    """Apply is refused by `code`, and limactl was asked for nothing that changes anything."""
    result = dvm.run("apply", "-y", *arguments)
    assert result.code == 3, result.out + result.err
    assert code in result.out + result.err
    assert dvm.calls(changing=True) == []
    return result


def lima_config(dvm: Dvm, text: str, name: str = "override.yaml") -> Path:
    path = dvm.lima_home / "_config" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("DVM302", "video:\n  display: vnc=0.0.0.0:0\n"),
        ("DVM304", "ssh:\n  forwardAgent: true\n"),
        ("DVM307", "copyToHost:\n- guest: /etc/x\n  host: /home/me/.bashrc\n"),
        ("DVM309", "portForwards:\n- guestSocket: /run/a.sock\n  hostSocket: /tmp/a.sock\n  static: true\n"),
        ("DVM312", "caCerts:\n  files: [/home/me/.ssh/id_ed25519]\n"),
    ],
)
def test_host_exposure_by_lima_s_host_wide_files(made: Dvm, code: str, text: str) -> None:
    path = lima_config(made, text)
    assert str(path) in stopped(made, code).out


def test_host_file_exposure_by_a_mount(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nisolation = "standard"\nsetup = ["a.sh"]\n')
    dvm.script("a.sh")
    assert dvm.run("apply", "-y").code == 0
    lima_config(dvm, "mounts:\n- location: /home/me\n  writable: true\n", "default.yaml")
    dvm.script("a.sh", "echo more")
    dvm.forget()
    assert "/home/me" in stopped(dvm, "DVM301").out


def test_every_create_says_mount_none(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    (create,) = (call for call in one.calls(changing=True) if call[0] == "create")
    assert {"--mount-none", "--containerd=none", "--plain", "--tty=false"} <= set(create)


@pytest.mark.parametrize("key", ["mounts", "limactl_args", "forward_agent"])
def test_a_manifest_has_no_key_for_it(one: Dvm, key: str) -> None:
    one.manifest(f"[vm.app]\n{key} = []\n")
    result = one.run("apply", "-y")
    assert result.code == 1
    assert key in result.err
    assert one.calls(changing=True) == []


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
@pytest.mark.parametrize("name", ["dvm.toml", "vms/db/vm.toml"])
def test_config_tampering(one: Dvm, name: str, mode: int) -> None:
    one.write("vms/db/vm.toml", "cpus = 2\n")
    (one.config / name).chmod(mode)
    stopped(one, "DVM102")


def test_config_tampering_in_lima_s_own_directory(one: Dvm) -> None:
    """Nobody has written override.yaml yet; somebody could."""
    one.lima_home.chmod(0o777)
    stopped(one, "DVM103")
    one.lima_home.chmod(0o700)
    (one.lima_home / "_config").mkdir(mode=0o700)
    (one.lima_home / "_config").chmod(0o773)
    stopped(one, "DVM103")


def test_a_template_of_lima_s_name_that_others_can_write(one: Dvm) -> None:
    template = one.lima_home / "_templates" / "fedora.yaml"
    template.parent.mkdir(mode=0o700)
    template.write_text("images: []\n")
    template.chmod(0o666)
    stopped(one, "DVM102")
    template.unlink()
    template.parent.chmod(0o777)
    stopped(one, "DVM103")
    template.parent.chmod(0o700)
    elsewhere = one.place / "t"
    elsewhere.mkdir()
    elsewhere.chmod(0o777)
    one.environment["LIMA_TEMPLATES_PATH"] = str(elsewhere)
    stopped(one, "DVM103")


def test_a_template_that_pulls_in_what_nobody_saw(one: Dvm) -> None:
    one.write("t.yaml", "base: https://example.org/evil.yaml\n")
    one.manifest('[vm.app]\ntemplate = "./t.yaml"\n')
    stopped(one, "DVM111")


@pytest.mark.parametrize(
    ("named", "name"),
    [
        ("template:mine", "mine.yaml"),
        ("template:mine-1.2", "mine-1.2.yaml"),
        ("template:mine.yml", "mine.yml"),
        ("template:deep/mine", "deep/mine.yaml"),
        ("./t.yaml", "mine.yaml"),
    ],
)
def test_a_template_of_one_s_own_that_pulls_in_what_nobody_saw(one: Dvm, named: str, name: str) -> None:
    """Lima reads `template:NAME` from _templates first, and so what another template names as its base."""
    path = one.lima_home / "_templates" / name
    path.parent.mkdir(mode=0o700, parents=True)
    path.write_text("base: https://example.org/evil.yaml\nprovision: [{mode: ansible, playbook: /tmp/p.yaml}]\n")
    path.chmod(0o600)
    other = path.with_name("other.yaml")
    other.write_text("base: https://example.org/nobody-asked.yaml\n")
    other.chmod(0o600)
    if named == "./t.yaml":
        one.write("t.yaml", "base: template:first\n")
        (one.lima_home / "_templates" / "first.yaml").write_text("provision: [{file: 'template://mine'}]\n")
        (one.lima_home / "_templates" / "first.yaml").chmod(0o600)
        path.write_text("base: [template:first, https://example.org/evil.yaml]\n")
    one.manifest(f'[vm.app]\ntemplate = "{named}"\n')
    said = stopped(one, "DVM111").out
    assert str(path) in said
    assert "nobody-asked" not in said
    path.write_text("images: [{location: 'https://example.org/a.qcow2'}]\n")
    assert "DVM112" in one.run("plan").out


def test_a_file_of_lima_s_that_others_can_write(one: Dvm) -> None:
    assert one.run("apply", "-y").code == 0
    key = one.lima_home / "_config" / "user"
    key.parent.mkdir(mode=0o700, exist_ok=True)
    key.write_text("not really a key\n")
    for path, bad, good, code in (
        (key, 0o666, 0o600, "DVM102"),
        (one.lima_home / "dvm-app", 0o777, 0o700, "DVM103"),
        (one.lima_home / "dvm-app" / "lima.yaml", 0o666, 0o644, "DVM102"),
    ):
        path.chmod(bad)
        result = one.run("plan")
        assert result.code == 3, result.out
        assert code in result.out
        assert one.run("check").code == 3
        path.chmod(good)
        assert one.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(("mode", "directory", "code"), [(0o666, 0o700, "DVM102"), (0o700, 0o777, "DVM103")])
def test_setup_script_tampering(made: Dvm, mode: int, directory: int, code: str) -> None:
    (made.config / "setup" / "a.sh").chmod(mode)
    (made.config / "setup").chmod(directory)
    stopped(made, code)


@pytest.mark.root
def test_setup_script_of_another_user(made: Dvm) -> None:
    os.chown(made.config / "setup" / "a.sh", 4242, 4242)
    stopped(made, "DVM101")


def test_unclear_provisioning(one: Dvm) -> None:
    one.script("setup/b.sh", "echo b")
    one.manifest('[vm.app]\nsetup = ["setup/b.sh", "setup/a.sh"]\n')
    result = one.run("sync", "app", DVM_DRY_RUN="1")
    assert result.code == 0
    assert 0 < result.out.rindex("setup/b.sh") < result.out.rindex("setup/a.sh")
    assert one.calls(changing=True) == []


def test_an_unmanaged_instance_is_not_touched(one: Dvm) -> None:
    one.limactl("create", "--tty=false", "--name=dvm-app", "template:fedora")
    stopped(one, "DVM311")
    stopped(one, "DVM311", "--replace", "app", "--discard-work")
    one.manifest("")
    assert one.run("apply", "-y", "--prune").code == 0
    assert one.calls(changing=True) == []


def test_a_receipt_brought_along_is_not_believed(made: Dvm) -> None:
    """A clone takes the file along, and a link to somebody else's receipt is none."""
    made.limactl("stop", "dvm-app")
    made.limactl("clone", "--tty=false", "dvm-app", "dvm-db")
    made.manifest('[vm.app]\nrunning = false\n[vm.db]\nsetup = ["setup/a.sh"]\n')
    stopped(made, "DVM311")
    receipt = made.lima_home / "dvm-db" / "dvm.json"
    forged = made.place / "forged.json"
    forged.write_text(receipt.read_text().replace("dvm-app", "dvm-db"))
    receipt.unlink()
    receipt.symlink_to(forged)
    stopped(made, "DVM311")


def test_a_cloned_repository_provisions_nothing(one: Dvm) -> None:
    repo = one.place / "repo"
    for name in ("dvm.toml", ".dvm/dvm.toml", "vms/evil/vm.toml", ".config/dvm/dvm.toml", "dvm.lock"):
        (repo / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (repo / name).write_text('version = 1\n[vm.evil]\nsetup = ["evil.sh"]\n')
    (repo / "evil.sh").write_text("touch /owned\n")
    (repo / "limactl").write_text("#!/bin/sh\ntouch owned\n")
    (repo / "limactl").chmod(0o755)
    one.place = repo  # the directory that dvm is started in
    assert "evil" not in one.run("plan").out
    assert one.run("apply", "-y").code == 0
    assert {call[-1] for call in one.calls(changing=True) if call[0] == "start"} == {"dvm-app"}
    one.forget()
    assert one.run("apply", "-y", DVM_MANIFEST="dvm.toml").code == 64
    assert one.run("apply", "-y", DVM_CONFIG_DIR=".").code == 64
    assert one.calls() == []


@pytest.mark.parametrize("path", [".:/usr/bin:/bin", ":/usr/bin:/bin", "bin:/usr/bin:/bin"])
def test_a_limactl_in_the_current_directory_is_not_found(one: Dvm, path: str) -> None:
    repo = one.place / "repo"
    for name in ("limactl", "bin/limactl"):
        (repo / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (repo / name).write_text(f"#!/bin/sh\ntouch {repo}/owned\n")
        (repo / name).chmod(0o755)
    one.place = repo
    assert one.run("plan", DVM_LIMACTL="", PATH=path).code == 1
    assert one.run("plan", DVM_LIMACTL="limactl", PATH=path).code == 1
    for relative in ("./limactl", "bin/limactl"):
        assert one.run("plan", DVM_LIMACTL=relative).code == 64
    assert not (repo / "owned").exists()


def test_guest_root_drives_neither_the_terminal_nor_the_plan(one: Dvm) -> None:
    evil = r"\x1b]0;owned\x07\x1b[2J\r{\"type\":\"apply_complete\"}\u202e\nApply complete! dvm-db deleted"
    one.script("setup/a.sh", f"# sim: print {evil}", "# sim: exit 7")
    for arguments in (("apply", "-y"), ("apply", "-y", "--json")):
        result = one.run(*arguments)
        assert result.code == 1
        for hidden in ("\x1b", "\x07", "\u202e", "\r"):
            assert hidden not in result.out + result.err
    assert {call[0] for call in one.calls(changing=True)} == {"create", "start", "shell"}


def test_package_supply_chain(made: Dvm) -> None:
    made.script("setup/a.sh", "curl -fsSL https://example.org/install.sh | bash")
    stopped(made, "DVM202")
    made.script("setup/a.sh", "curl -fsSLo data.json https://example.org/data.json")
    stopped(made, "DVM203")
    made.script("setup/a.sh", "npm install -g typescript")
    stopped(made, "DVM204", "--strict")
    made.script("setup/a.sh", 'eval "$(some-tool)"')
    stopped(made, "DVM210")


def test_host_keys_in_the_guest(made: Dvm) -> None:
    made.script("setup/a.sh", "scp me@192.168.5.2:.ssh/id_ed25519 ~/.ssh/id_ed25519")
    stopped(made, "DVM205")
    made.script("setup/a.sh", "cat >~/.ssh/id_ed25519 <<'KEY'", "-----BEGIN OPENSSH PRIVATE KEY-----", "KEY")
    stopped(made, "DVM205")


def test_checks_turned_off(made: Dvm) -> None:
    made.script("setup/a.sh", "dnf install -y --nogpgcheck git-2.44.0")
    stopped(made, "DVM207")
    made.script("setup/a.sh", "npm install -g typescript  # dvm: allow=DVM204")
    stopped(made, "DVM209")


def test_docker_root_access(made: Dvm) -> None:
    made.script("setup/a.sh", 'sudo usermod -aG docker "$DVM_USER"')
    assert "DVM206" in made.run("plan").out
    stopped(made, "DVM206", "--strict")


def test_secrets_in_files(made: Dvm) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    made.script("setup/a.sh", f"export GITHUB_TOKEN={token}")
    result = stopped(made, "DVM402")
    assert token not in result.out + result.err
    made.script("setup/a.sh", "true")
    made.manifest(f'[vm.app]\nsetup = ["setup/a.sh"]\n# token {token}\n')
    result = stopped(made, "DVM401")
    assert token not in result.out + result.err


def test_an_untrusted_limactl_is_not_even_asked(made: Dvm) -> None:
    (made.place / "limactl").chmod(0o777)
    stopped(made, "DVM109")
    assert made.calls() == []


@pytest.mark.parametrize("name", ["ssh", "ssh-keygen", "qemu-img", "gzip", "zstd"])
def test_nor_is_one_that_would_start_a_program_that_others_can_change(made: Dvm, name: str) -> None:
    bin_ = made.place / "bin"
    bin_.mkdir()
    (bin_ / name).write_text("#!/bin/sh\ntouch owned\n")
    (bin_ / name).chmod(0o755)
    made.environment["PATH"] = f"{bin_}:{made.environment['PATH']}"
    assert made.run("ls").code == 0, "one of your own may come first"
    made.forget()
    (bin_ / name).chmod(0o777)
    result = stopped(made, "DVM109")
    assert str(bin_ / name) in result.out + result.err
    for command in (["ls"], ["ssh", "app", "true"], ["stop", "app"]):
        assert made.run(*command).code == 3
    assert made.calls() == []


@pytest.mark.parametrize("kind", ["fifo", "directory", "device", "large", "nul"])
def test_a_file_that_is_none_is_refused_at_once(made: Dvm, kind: str) -> None:
    path = made.config / "setup" / "a.sh"
    path.unlink()
    match kind:
        case "fifo":
            os.mkfifo(path, 0o600)
        case "directory":
            path.mkdir(mode=0o700)
        case "device":
            path.symlink_to("/dev/zero")
        case "large":
            path.write_bytes(b"#" * ((1 << 20) + 1))
        case _:
            path.write_bytes(b"set -Eeuo pipefail\ntrue\0\n")
    path.chmod(0o700) if kind in {"large", "nul"} else None
    begun = time.monotonic()
    stopped(made, "DVM105" if kind in {"large", "nul"} else "DVM104")
    assert time.monotonic() - begun < 30


def test_the_host_s_environment_stays_out(made: Dvm) -> None:
    environment = {"SSH_AUTH_SOCK": "/tmp/agent", "AWS_SECRET_ACCESS_KEY": "x", "LIMA_SHELLENV_ALLOW": "*"}
    assert made.run("apply", "-y", timeout=60, **environment).code == 0
    calls = [" ".join(call) for call in made.calls()]
    assert not [call for call in calls if "preserve-env" in call or "AWS" in call]
    (run,) = (run for run in made.runs("app")[-1:])
    assert not {"SSH_AUTH_SOCK", "AWS_SECRET_ACCESS_KEY"} & set(str(run).split("'"))
