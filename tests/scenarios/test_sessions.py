"""sh, ssh, cp, key and ssh-config."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pexpect
import pytest

from dvm.cli.commands.ssh_config import _program
from dvm.cli.host import Host
from tests.conftest import Dvm
from tests.scenarios.test_gate import lima_config


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


def session(
    dvm: Dvm, *arguments: str, data: bytes = b"", host: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return dvm.run_bytes(*arguments, stdin=data, environment=host)


def guest_files(dvm: Dvm) -> Path:
    path = dvm.lima_home / "dvm-app" / "guest-files" / "home" / "developer" / "code" / "app"
    path.mkdir(parents=True, exist_ok=True)
    return path


def test_a_command_runs_as_dvm_user_in_the_code_directory_and_its_status_comes_through(app: Dvm) -> None:
    done = session(app, "ssh", "app", "--", "bash", "-c", "whoami; pwd; exit 7")
    assert (done.returncode, done.stdout, done.stderr) == (7, b"developer\n/home/developer/code/app\n", b"")
    assert session(app, "ssh", "app", "no-such").returncode == 127
    assert session(app, "ssh", "app", "--", "no such").returncode == 127
    done = session(app, "ssh", "app", "--", 'echo "$USER is" here && exit 9')
    assert (done.stdout, done.returncode) == (b"developer is here\n", 9)
    assert session(app, "ssh", "app", "--", "echo", "$USER; exit 9").stdout == b"$USER; exit 9\n"


@pytest.mark.parametrize(("sent", "status"), [("-9", 137), ("-TERM", 143), ("-INT", 130)])
def test_a_command_that_a_signal_ended_is_no_failure_of_ssh_s(app: Dvm, sent: str, status: int) -> None:
    done = session(app, "ssh", "app", "--", "sh", "-c", f"echo begun; kill {sent} $$; echo not reached")
    assert (done.returncode, done.stdout) == (status, b"begun\n")


def test_pipes_are_binary_and_arguments_arrive_as_they_are(app: Dvm) -> None:
    data = bytes(range(256)) * 4096
    assert session(app, "ssh", "app", "cat", data=data).stdout == data
    words = ["a b", "$HOME", "it's", ";x", "*", "--", "-r"]
    done = session(app, "ssh", "app", "--", "printf", "[%s]", *words)
    assert done.stdout.decode() == "".join(f"[{word}]" for word in words)


def test_a_shell_takes_its_commands_from_standard_input(app: Dvm) -> None:
    done = session(app, "sh", "app", data=b"whoami\npwd\nexit 3\n")
    assert (done.returncode, done.stdout) == (3, b"developer\n/home/developer/code/app\n")


def test_nothing_of_the_host_goes_along_but_what_is_named(app: Dvm) -> None:
    host = {"SECRET": "tell nobody", "TOKEN": "x=y\nsecond line", "SSH_AUTH_SOCK": "/agent"}
    env = session(app, "ssh", "app", "env", host=host).stdout.decode()
    assert "tell nobody" not in env
    assert "TOKEN" not in env
    assert "agent" not in env
    done = session(app, "ssh", "app", "--env", "TOKEN", "--", "cat", data=b"in", host=host)
    assert done.stdout == b"in", "standard input is the command's, whatever is handed over"
    done = session(app, "ssh", "app", "--env", "TOKEN", "--", "bash", "-c", 'printf "%s" "$TOKEN"', host=host)
    assert (done.stdout, done.stderr) == (b"x=y\nsecond line", b"")
    assert not [p for p in app.place.rglob("*") if p.is_file() and b"second line" in p.read_bytes()]


@pytest.mark.parametrize("name", ["TOKEN=abc", "1X", "NOT_THERE", "", "PATH"])
def test_env_takes_the_name_of_a_variable(app: Dvm, name: str) -> None:
    result = app.run("ssh", "app", "--env", name, "--", "true")
    assert result.code == 64
    assert "abc" not in result.err
    assert app.calls() == []


def test_env_has_a_limit(app: Dvm) -> None:
    assert app.run("ssh", "app", "--env", "BIG", "true", BIG="x" * 20000).code == 64


@pytest.mark.parametrize("command", [["sh", "app"], ["ssh", "app", "true"], ["cp", "app:x", "."], ["key", "app"]])
def test_nobody_gets_into_a_guest_that_became_unsafe(app: Dvm, command: list[str]) -> None:
    lima_config(app, "override.yaml", "ssh:\n  forwardAgent: true\n")
    result = app.run(*command)
    assert result.code == 3
    assert "DVM304" in result.err
    assert [call[0] for call in app.calls()] == ["list"]


def test_one_listing_and_one_ssh_are_all_it_takes_once_the_connection_is_there(app: Dvm) -> None:
    session(app, "ssh", "app", "true")
    app.forget()
    session(app, "ssh", "app", "true")
    assert [call[:3] for call in app.calls()] == [["list", "--json", "dvm-app"], ["ssh", "-F", "/dev/null"]]


def test_what_is_not_there_is_told(app: Dvm) -> None:
    app.limactl("create", "--tty=false", "--name=dvm-other", "template:fedora")
    app.manifest("[vm.app]\n[vm.fresh]\n")
    for name, code, said in (
        ("nothing", 64, "Name one of these, or declare it with `dvm new nothing`."),
        ("appp", 64, 'Did you mean "app"?'),
        ("fresh", 1, "dvm apply fresh"),
        ("other", 1, "dvm import dvm-other"),
        ("Bad/../x", 64, "name"),
    ):
        result = app.run("ssh", name, "true")
        assert (result.code, said in result.err) == (code, True), result.err
    app.run("stop", "app")
    result = app.run("sh", "app")
    assert (result.code, "dvm start app" in result.err) == (1, True)


def test_cp_into_the_guest(app: Dvm) -> None:
    source = app.place / "src"
    source.mkdir()
    (source / "a b").write_bytes(b"\x00\xff")
    (source / "run").write_text("x")
    (source / "run").chmod(0o755)
    (source / "link").symlink_to("/etc/passwd")
    (app.place / "c:d").write_text("colon")
    there = guest_files(app)
    assert app.run("cp", "src", "app:").code == 64
    assert app.run("cp", "-r", "src", "app:").code == 0
    assert (there / "src" / "a b").read_bytes() == b"\x00\xff"
    assert (there / "src" / "run").stat().st_mode & 0o777 == 0o755
    assert (there / "src" / "link").readlink() == Path("/etc/passwd"), "a link goes as a link, not as what it leads to"
    assert app.run("cp", "./c:d", "app:new name").code == 0
    assert (there / "new name").read_text() == "colon"
    assert app.run("cp", "./c:d", "app:src").code == 0
    assert (there / "src" / "c:d").read_text() == "colon"
    for wrong in (["nope", "app:"], ["app:x", "app:y"], ["a", "b"], ["c:d", "x"], ["./c:d", "app:no/"]):
        assert app.run("cp", *wrong).code in {1, 64}, wrong


def test_cp_out_of_the_guest(app: Dvm) -> None:
    there = guest_files(app)
    (there / "a b").write_bytes(b"\x00\xff")
    (there / "a b").chmod(0o640)
    os.utime(there / "a b", (1e9, 1e9))
    (there / "dir" / "sub").mkdir(parents=True)
    (there / "dir" / "sub" / "f").write_text("f")
    (there / "dir" / "link").symlink_to("/etc/passwd")
    assert app.run("cp", "app:a b", ".").code == 0
    facts = (app.place / "a b").stat()
    assert (facts.st_size, facts.st_mode & 0o777, facts.st_mtime) == (2, 0o640, 1e9)
    assert app.run("cp", "app:a b", "other:name").code == 64
    assert app.run("cp", "app:a b", "./other:name").code == 0
    assert (app.place / "other:name").exists()
    assert app.run("cp", "app:dir", ".").code == 1
    result = app.run("cp", "-r", "app:dir", ".")
    assert (result.code, "./link" in result.err) == (1, True)
    assert sorted(p.name for p in (app.place / "dir").rglob("*")) == ["f", "sub"]
    (there / "dir" / "link").unlink()
    assert app.run("cp", "-r", "app:dir", ".").code == 0
    assert app.run("cp", "app:nope", ".").code == 1
    assert app.run("cp", "app:a b", "no/where").code == 1
    assert not list(app.place.glob(".dvm-cp-*"))


def test_cp_takes_several(app: Dvm) -> None:
    there = guest_files(app)
    for name in ("one", "two"):
        (app.place / name).write_text(name)
    assert app.run("cp", "one", "two", "dvm-app:new").code == 1, "no such directory"
    assert not (there / "new").exists()
    (there / "new").mkdir()
    assert app.run("cp", "one", "two", "vm.app:new").code == 0
    assert sorted(path.name for path in (there / "new").iterdir()) == ["one", "two"]
    assert app.run("cp", "app:new/one", "app:new/two", "back").code == 1, "no such directory"
    (app.place / "back").mkdir()
    assert app.run("cp", "app:new/one", "app:new/two", "back").code == 0
    assert sorted(path.read_text() for path in (app.place / "back").iterdir()) == ["one", "two"]
    (there / "one").touch()
    same = app.run("cp", "app:one", "app:new/one", "back")
    assert (same.code, "Two sources would both become" in same.err) == (1, True)
    for wrong in (["one", "app:one", "back"], ["one", "two", "back"], ["app:one", "app:two", "app:new"]):
        assert app.run("cp", *wrong).code == 64, wrong


def test_cp_of_a_link_keeps_the_link_s_name(app: Dvm) -> None:
    there = guest_files(app)
    (app.place / "data-7.csv").write_text("seven")
    (app.place / "data.csv").symlink_to("data-7.csv")
    (app.place / "real" / "sub").mkdir(parents=True)
    (app.place / "real" / "f").write_text("f")
    (app.place / "dir").symlink_to("real")
    assert app.run("cp", "data.csv", "app:").code == 0
    assert [(path.name, path.read_text()) for path in there.iterdir()] == [("data.csv", "seven")]
    assert app.run("cp", "-r", "dir", "app:").code == 0
    assert (there / "dir" / "f").read_text() == "f"
    assert app.run("cp", "-r", "dir/.", "app:sub").code == 0
    assert (there / "sub" / "f").read_text() == "f"
    result = app.run_bytes("cp", "-r", "..", "app:up", directory=app.place / "real" / "sub")
    assert (result.returncode, (there / "up" / "f").read_text()) == (0, "f")


def test_cp_takes_the_code_directory_itself(app: Dvm) -> None:
    (guest_files(app) / "f").write_text("f")
    assert app.run("cp", "app:", "all").code == 1, "a directory takes -r"
    assert app.run("cp", "-r", "app:", "all").code == 0
    assert [path.name for path in (app.place / "all").iterdir()] == ["f"]


def test_cp_copies_nothing_that_nobody_meant(app: Dvm) -> None:
    for directory in ("a", "b"):
        (app.place / directory).mkdir()
        (app.place / directory / "f").write_text(directory)
    os.mkfifo(app.place / "pipe")
    (app.place / "named").symlink_to("a/f")
    there = guest_files(app)
    for words, code, said in (
        (["a/f", "b/f", "app:"], 1, "Two sources would both become f."),
        (["-r", "", "app:"], 64, "An empty path names no file."),
        (["app:f", ""], 64, "An empty path names no place."),
        (["pipe", "app:x"], 1, "COMMAND | dvm cp - VM:FILE"),
        (["app:f", "pipe"], 1, "dvm cp VM:FILE - | COMMAND"),
        (["app:f", "/dev/null"], 1, "/dev/null is no regular file or directory."),
        (["app:f", "named"], 1, "named is a link, and a copy follows none."),
        (["a/f", "app:no/f"], 1, "there is no directory no in the guest"),
        (["app:f", "dvm-app:g"], 64, "dvm cp VM:FILE - | dvm cp - VM:FILE"),
    ):
        result = app.run("cp", *words)
        assert (result.code, said in result.err) == (code, True), (words, result.err)
    assert list(there.iterdir()) == []
    assert not (app.place / "pipe").is_file()
    assert (app.place / "named").is_symlink()
    assert app.run("run", "--cp", "", "--", "true").code == 64
    assert app.run("run", "--cp", "a/f", "--cp", "b/f", "--", "true").code == 1
    assert not list(app.lima_home.glob("dvm-run-*"))


def test_the_journal_has_every_contact_with_a_guest_and_its_end(app: Dvm) -> None:
    (guest_files(app) / "f").write_text("f")
    (app.state / "journal.jsonl").unlink()
    for words in (["cp", "app:f", "-"], ["cp", "app:nope", "-"], ["key", "app"], ["backup", "app", "x.tar"]):
        app.run(*words)
    entries = [json.loads(line) for line in (app.state / "journal.jsonl").read_text().splitlines()]
    assert [(entry["event"], entry["kind"], entry.get("status")) for entry in entries] == [
        ("session", "copy", None),
        ("session_ended", "copy", 0),
        ("session", "copy", None),
        ("session_ended", "copy", 1),
        ("session", "key", None),
        ("session_ended", "key", 0),
        ("session", "backup", None),
        ("session_ended", "backup", 0),
    ]
    assert {(entry["vm"], entry["instance"]) for entry in entries} == {("app", "dvm-app")}


def test_cp_takes_standard_input_and_output(app: Dvm) -> None:
    there, data = guest_files(app), bytes(range(256)) * 5000
    assert session(app, "cp", "-", "app:blob", data=data).returncode == 0
    assert (there / "blob").read_bytes() == data
    done = session(app, "cp", "app:blob", "-")
    assert (done.returncode, done.stdout, done.stderr) == (0, data, b"")
    (there / "dir").mkdir()
    for words in (
        ["-", "app:"],
        ["-", "app:dir/"],
        ["-r", "-", "app:x"],
        ["-", "blob", "app:dir"],
        ["app:a", "app:b", "-"],
    ):
        assert session(app, "cp", *words, data=b"x").returncode == 64, words
    assert session(app, "cp", "-", "app:dir", data=b"x").returncode == 1, "a directory is no place for it"
    assert session(app, "cp", "app:nope", "-").stdout == b""
    assert list((there / "dir").iterdir()) == []


@pytest.mark.cold
def test_cp_to_a_terminal_shows_escapes_as_text(app: Dvm) -> None:
    (guest_files(app) / "evil").write_bytes(b"a\x1b[31mred\n")
    terminal = pexpect.spawn(
        sys.executable, ["-m", "dvm", "cp", "app:evil", "-"], env=app.environment, cwd=app.place, encoding="utf-8"
    )
    terminal.expect(pexpect.EOF, timeout=60)
    assert "\x1b" not in str(terminal.before)
    assert "[31mred" in str(terminal.before)


def hostile(**facts: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo("./x")
    for name, value in facts.items():
        setattr(info, name, value)
    return info


FILE = hostile(name="./x", size=1)
ROOT = hostile(name=".", type=tarfile.DIRTYPE, mode=0o755)
LINK = hostile(name="./l", type=tarfile.SYMTYPE, linkname="/work")


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("x", [hostile(name="../x", size=1)]),
        ("x", [hostile(name="./../x", size=1)]),
        ("x", [hostile(name="/etc/x", size=1)]),
        ("x", [hostile(name="./other", size=1)]),
        ("x", [hostile(name="./x/y", size=1)]),
        ("x", [FILE, hostile(name="./y", size=1)]),
        ("x", [FILE, FILE]),
        ("x", [LINK]),
        ("x", [hostile(type=tarfile.SYMTYPE, linkname="/etc/passwd")]),
        ("x", [hostile(type=tarfile.LNKTYPE, linkname="/etc/passwd")]),
        ("x", [hostile(type=tarfile.CHRTYPE)]),
        ("x", [hostile(type=b"S", size=1)]),
        ("x", [hostile(type=b"Z", size=1)]),
        ("x", [ROOT, hostile(name="./a/../../x", size=1)]),
        ("x", [ROOT, hostile(name="./a//b", size=1)]),
        ("x", [ROOT, hostile(name="./no/parent", size=1)]),
        ("x", [ROOT, LINK, hostile(name="./l/owned", size=1)]),
        ("x", [ROOT, FILE, hostile(name="./x/y", size=1)]),
        ("x", [ROOT, FILE, FILE]),
        ("x", [ROOT, ROOT]),
        ("x", [hostile(name="./" + "n" * 70000, size=1)]),
    ],
)
def test_a_guest_that_answers_with_something_else_writes_nothing(
    app: Dvm, path: str, members: list[tarfile.TarInfo]
) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"!") if member.size else None)
    (app.lima_home / "dvm-app" / "guest-pack.tar").write_bytes(data.getvalue())
    target = app.place / "in" / "here"
    target.mkdir(parents=True)
    result = app.run("cp", "-r", f"app:{path}", "in/here")
    assert result.code == 1, result.err
    assert "not asked for" in result.err
    assert list((app.place / "in").rglob("*")) == [target]


def test_what_is_no_tar_and_what_ends_early_writes_nothing(app: Dvm) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(hostile(size=90000), io.BytesIO(b"!" * 90000))
    for answer in (b"", b"no tar at all" * 999, data.getvalue()[:50000]):
        (app.lima_home / "dvm-app" / "guest-pack.tar").write_bytes(answer)
        result = app.run("cp", "app:x", ".")
        assert result.code == 1
        assert not (app.place / "x").exists()


def test_a_link_of_the_host_below_the_target_is_not_followed(app: Dvm) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for member in (ROOT, hostile(name="./out", type=tarfile.DIRTYPE), hostile(name="./out/owned", size=1)):
            archive.addfile(member, io.BytesIO(b"!") if member.size else None)
    (app.lima_home / "dvm-app" / "guest-pack.tar").write_bytes(data.getvalue())
    (app.place / "x").mkdir()
    (app.place / "elsewhere").mkdir()
    (app.place / "x" / "out").symlink_to(app.place / "elsewhere")
    assert app.run("cp", "-r", "app:x", ".").code == 1
    assert list((app.place / "elsewhere").iterdir()) == []


def test_set_id_bits_stay_behind(app: Dvm) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(hostile(size=1, mode=0o6777), io.BytesIO(b"!"))
    (app.lima_home / "dvm-app" / "guest-pack.tar").write_bytes(data.getvalue())
    assert app.run("cp", "app:x", ".").code == 0
    assert (app.place / "x").stat().st_mode & 0o7022 == 0


def test_a_key_is_one_line_of_a_public_key(app: Dvm) -> None:
    result = app.run("key", "app")
    assert result.code == 0
    assert result.out.startswith("ssh-ed25519 ")
    staged = app.lima_home / "dvm-app" / "guest-key"
    for answer in ("", "\x1b[31m", result.out * 2, f"command=x {result.out}", result.out.strip() + " a\x07b\n"):
        staged.write_text(answer)
        refused = app.run("key", "app")
        assert (refused.code, refused.out) == (1, "")
        assert "\x1b" not in refused.err


def test_a_block_for_ssh_config_forwards_nothing_and_its_way_is_checked(app: Dvm) -> None:
    (app.lima_home / "_config" / "user.pub").write_text("ssh-ed25519 AAAAC3Nz lima\n")
    block = app.run("ssh-config", "app").out
    assert block.startswith("# Made by dvm ssh-config.")
    assert "\nHost dvm-app\n  User developer\n" in block
    for line in ("ForwardAgent no", "ForwardX11 no", f"DVM_CONFIG_DIR={app.config}", "ssh-proxy app"):
        assert line in block
    (command,) = [line.split(" ", 3)[3] for line in block.splitlines() if "ProxyCommand" in line]
    greeting = subprocess.run(command, shell=True, capture_output=True, env=app.environment, check=True)
    assert greeting.stdout == b"SSH-2.0-simulated for developer\r\n"
    call = json.loads(app.record.read_text().splitlines()[-1])["argv"]
    assert call[-1].endswith("exec sudo -n bash $p developer 'ssh-ed25519 AAAAC3Nz'")
    lima_config(app, "override.yaml", "ssh:\n  forwardAgent: true\n")
    assert app.run("ssh-proxy", "app").code == 3
    assert app.run("ssh-config", "nope").code == 64


CARELESS = """\
ForwardAgent yes
ForwardX11 yes
ForwardX11Trusted yes
Tunnel yes
StrictHostKeyChecking ask
GSSAPIAuthentication yes
GSSAPIDelegateCredentials yes
ControlMaster auto
ControlPath ~/.ssh/%C
PasswordAuthentication yes
SendEnv GITHUB_TOKEN LC_*
SetEnv AWS_SECRET=x
RemoteForward /run/gnupg/S.gpg-agent /run/user/1000/gnupg/S.gpg-agent
AddKeysToAgent yes
HostbasedAuthentication yes
PreferredAuthentications hostbased,password
IdentityAgent ~/.agent
IdentityFile ~/.ssh/id_work
PKCS11Provider /usr/lib/token.so
GatewayPorts yes
PermitLocalCommand yes
CanonicalizeHostname always
ProxyJump elsewhere
"""


def effective(app: Dvm, text: str, *options: str) -> dict[str, list[str]]:
    """What ssh itself makes of a configuration for dvm-app: the values of each keyword."""
    config = app.place / "ssh_config"
    config.write_text(text)
    shown = subprocess.run(
        ["ssh", "-G", "-F", str(config), *options, "dvm-app"],
        capture_output=True,
        text=True,
        check=True,
        env=app.environment,
    )
    said: dict[str, list[str]] = {}
    for keyword, _, value in (line.partition(" ") for line in shown.stdout.splitlines()):
        said.setdefault(keyword, []).append(value)
    return said


@pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh")
def test_what_stands_below_the_block_turns_nothing_on_again(app: Dvm) -> None:
    block = app.place / "dvm.conf"
    block.write_text(app.run("ssh-config").out)
    said = effective(app, f"Include {block}\n\nHost *\n{CARELESS}\nMatch all\n  Include {block}\n")
    assert "sendenv" not in said
    assert said["setenv"] == ["DVM_NAME=app"]
    for name in (
        "addkeystoagent",
        "canonicalizehostname",
        "controlmaster",
        "forwardagent",
        "forwardx11",
        "forwardx11trusted",
        "gatewayports",
        "gssapiauthentication",
        "gssapidelegatecredentials",
        "hostbasedauthentication",
        "passwordauthentication",
        "permitlocalcommand",
        "stricthostkeychecking",
        "tunnel",
    ):
        assert said.get(name, ["no"])[0] in {"no", "false"}, name
    for name, value in (
        ("user", "developer"),
        ("userknownhostsfile", "/dev/null"),
        ("identitiesonly", "yes"),
        ("identityagent", "none"),
        ("preferredauthentications", "publickey"),
    ):
        assert said[name] == [value], name
    assert said.get("pkcs11provider", ["none"]) == ["none"]
    assert said["proxycommand"][0].endswith("ssh-proxy app")
    # What adds up in ssh whatever stands above it; docs/security-model.md names it under "What remains".
    assert said["remoteforward"] == ["/run/gnupg/S.gpg-agent /run/user/1000/gnupg/S.gpg-agent"]
    assert [Path(file).name for file in said["identityfile"]] == ["user", "id_work"]


@pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh")
def test_the_block_alone_sends_and_forwards_nothing_and_lets_editors_forward(app: Dvm) -> None:
    block = app.run("ssh-config").out
    said = effective(app, block)
    assert not {"sendenv", "remoteforward", "localforward", "dynamicforward"} & set(said)
    assert [Path(file).name for file in said["identityfile"]] == ["user"]
    # Remote modes forward ports by their own command line, which ClearAllForwardings would clear as well.
    said = effective(app, block, "-D", "1080", "-L", "8000:localhost:80")
    assert said["dynamicforward"] == ["1080"]
    assert said["localforward"] == ["8000 [localhost]:80"]


@pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh")
def test_the_block_takes_back_the_variables_only_where_it_comes_last(app: Dvm) -> None:
    """Why its heading says to include it twice."""
    block = app.run("ssh-config").out
    assert effective(app, f"{block}\nHost *\n{CARELESS}")["sendenv"] == ["GITHUB_TOKEN", "LC_*"]
    assert effective(app, f"Host *\n{CARELESS}\n{block}")["forwardagent"] == ["yes"]
    assert "`Match all`" in block


def test_the_block_starts_no_dvm_of_the_directory_that_ssh_is_called_in(
    dvm: Dvm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cloned repository may have a directory of that name; ssh starts ProxyCommand wherever the user is."""
    (tmp_path / "dvm").mkdir()
    (tmp_path / "dvm" / "__init__.py").write_text("raise SystemExit('taken over')\n")
    for called in ("/x/dvm/__main__.py", str(Path(sys.executable).with_name("dvm"))):
        monkeypatch.setattr(sys, "argv", [called])
        words = shlex.split(_program(Host({"HOME": str(dvm.place)}), None))
        done = subprocess.run([*words, "version"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.split()[:1]) == (0, ["dvm"]), done.stderr
