"""sh, ssh, cp, key and ssh-config on a real VM."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pexpect

from tests.e2e.real_dvm import RealDvm

ODD_NAMES = ("a:b", "-rf", "two  spaces", "it's $HOME `id`", "new\nline", "\u00fcml\u00e4ut \u2713", "*", "tab\there")


def ssh(real: RealDvm, *arguments: str, data: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "dvm", "ssh", "app", *arguments],
        input=data,
        capture_output=True,
        env=real.environment | environment,
        check=False,
        timeout=300,
    )


def on_terminal(real: RealDvm, *arguments: str) -> pexpect.spawn[str]:
    return pexpect.spawn(
        sys.executable, ["-m", "dvm", *arguments], env=real.environment, timeout=120, encoding="utf-8", echo=False,
        dimensions=(30, 97),
    )  # fmt: skip


def ended(child: pexpect.spawn[str]) -> int | None:
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus


def test_a_session_feels_like_ssh(real: RealDvm) -> None:
    with real.step("first apply"):
        real.vm("")
        real.converge()
    status_and_pipes(real)
    signals(real)
    terminal(real)
    a_secret(real)
    copies(real)
    key_and_ssh_config(real)


def status_and_pipes(real: RealDvm) -> None:
    with real.step("who, where, and the exit status"):
        done = ssh(real, "--", "sh", "-c", "id -un; pwd; exit 7")
        assert (done.returncode, done.stdout, done.stderr) == (7, b"developer\n/home/developer/code/app\n", b"")
        assert ssh(real, "no-such-command").returncode == 127
    with real.step("standard input and output are binary pipes"):
        data = os.urandom(1 << 20)
        assert ssh(real, "cat", data=data).stdout == data
        assert ssh(real, "--", "sh", "-c", "cat >/dev/null; echo e >&2", data=data).stderr == b"e\n"
    with real.step("arguments arrive as they are"):
        assert ssh(real, "--", "printf", "[%s]", "a b", "$HOME", "it's").stdout == b"[a b][$HOME][it's]"


def signals(real: RealDvm) -> None:
    with real.step("a command that a signal ended: 128 and its number"):
        for name, number in (("TERM", 15), ("KILL", 9), ("INT", 2), ("SEGV", 11)):
            done = ssh(real, "--", "sh", "-c", f"echo begun; kill -{name} $$; sleep 9")
            assert (done.returncode, done.stdout, done.stderr) == (128 + number, b"begun\n", b"")
    with real.step("Ctrl-C reaches the command, which may hear it"):
        child = on_terminal(real, "ssh", "app", "--", "sh", "-c", "echo begun; exec sleep 1234")
        child.expect("begun")
        child.sendintr()
        assert ended(child) == 130
        child = on_terminal(
            real, "ssh", "app", "--", "sh", "-c", "trap 'echo heard; exit 3' INT; echo begun; sleep 1234 & wait"
        )
        child.expect("begun")
        child.sendintr()
        child.expect("heard")
        assert ended(child) == 3
    with real.step("a terminal that is closed ends the command"):
        child = on_terminal(real, "ssh", "app", "--", "sh", "-c", "echo begun; exec sleep 4321")
        child.expect("begun")
        child.close(force=True)
        end = time.monotonic() + 30
        while real.guest("pgrep -x sleep -a || true").count("4321") and time.monotonic() < end:
            time.sleep(1)
        assert "4321" not in real.guest("pgrep -x sleep -a || true")


def terminal(real: RealDvm) -> None:
    with real.step("a shell on a terminal: size, Ctrl-C, jobs, status"):
        child = on_terminal(real, "sh", "app")
        child.expect(r"\$ ")
        child.sendline("stty size; id -un; pwd; sleep 1234")
        child.expect("30 97\r\n")
        child.expect("developer\r\n/home/developer/code/app\r\n")
        # A Ctrl-C between the fork of a job and the moment it gets the terminal is Bash's own race: Bash then reads the end
        # of a terminal that is not its own any more, and logs out.
        time.sleep(2)
        child.sendintr()
        child.expect(r"\$ ")
        child.sendline("echo status=$?")
        child.expect("status=130")
        child.sendline("sleep 1234")
        time.sleep(2)
        child.sendcontrol("z")
        child.expect("Stopped +sleep 1234\r\n")
        child.expect(r"\$ ")
        child.sendline("fg")
        child.expect("sleep 1234\r\n")
        time.sleep(2)
        child.sendintr()
        child.expect(r"\$ ")
        child.sendline("exit 9")
        assert ended(child) == 9


def a_secret(real: RealDvm) -> None:
    value = f"s3cret{secrets.token_hex(8)}"
    with real.step("--env: the command has the value, no argument list on either side does"):
        look = 'printf "%s|" "$TOKEN"; cat; sleep 8; cat /proc/[0-9]*/cmdline | tr "\\0" " "'
        with subprocess.Popen(
            [sys.executable, "-m", "dvm", "ssh", "app", "--env", "TOKEN", "--", "sh", "-c", look],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=real.environment | {"TOKEN": f"{value}\nsecond line"},
        ) as process:
            assert process.stdin is not None
            process.stdin.write(b"in|")
            process.stdin.close()
            time.sleep(3)
            assert value not in "\n".join(real.processes().values())
            everything = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True)
            assert value not in everything.stdout
            assert process.stdout is not None
            handed = process.stdout.read().decode()
            process.wait(timeout=60)
        assert handed.startswith(f"{value}\nsecond line|in|")
        assert handed.count(value) == 1
    with real.step("--env: nor does a file or a log, on the host or in the guest"):
        files = [path for path in real.place.rglob("*") if path.is_file() and path.name not in {"disk", "iso"}]
        assert {"journal.jsonl", "setup.log", "lima.log", "ha.stderr.log", "serial.log"} <= {f.name for f in files}
        assert [path for path in files if value.encode() in path.read_bytes()] == []
        # Written as a class, so that the search does not find itself.
        pattern = f"[{value[0]}]{value[1:]}"
        places = "/etc /home /root /run /tmp /var /mnt /dev/shm"
        assert real.root(f"grep -rslE '{pattern}' --devices=skip {places} || true") == ""
        assert real.root(f"journalctl -q --no-pager | grep -E '{pattern}' || true") == ""
        assert real.root(f"cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -E '{pattern}' || true") == ""


def copies(real: RealDvm) -> None:
    source = real.place / "s r c"
    source.mkdir()
    contents = {name: secrets.token_bytes(999) for name in ODD_NAMES}
    for name, content in contents.items():
        (source / name).write_bytes(content)
    (source / "run").write_text("#!/bin/sh\n")
    (source / "run").chmod(0o755)
    with real.step("cp -r both ways, with odd names"):
        assert real.run("cp", "-r", str(source), "app:", timeout=300).code == 0
        owners = real.user("stat -c %U:%G 's r c' 's r c'/* | sort -u; stat -c %a 's r c/run'")
        assert owners == "developer:developer\n755\n"
        assert real.run("cp", "-r", "app:s r c", str(real.place / "back"), timeout=300).code == 0
        back = {path.name: path.read_bytes() for path in (real.place / "back").iterdir() if path.name != "run"}
        assert back == contents
    with real.step("cp of one file, both ways, with odd names"):
        for name in ODD_NAMES[:3]:
            assert real.run("cp", str(source / name), f"app:~/{name}", timeout=300).code == 0
            assert real.run("cp", f"app:~/{name}", str(real.place / "one"), timeout=300).code == 0
            assert (real.place / "one").read_bytes() == contents[name]
    with real.step("cp takes no link out of a guest, and overwrites nothing of root's in it"):
        real.user("mkdir -p links && ln -sf /etc/passwd links/out && echo x >links/file")
        result = real.run("cp", "-r", "app:links", str(real.place), timeout=300)
        assert (result.code, sorted(path.name for path in (real.place / "links").iterdir())) == (1, ["file"])
        assert real.run("cp", str(source / "run"), "app:/etc/x", timeout=300).code == 1
        assert real.run("cp", "app:/etc/shadow", str(real.place / "shadow"), timeout=300).code == 1
        assert not (real.place / "shadow").exists()


def key_and_ssh_config(real: RealDvm) -> None:
    with real.step("a key of the VM's own, made once"):
        key = real.run("key", "app").out
        assert key.startswith("ssh-ed25519 ")
        assert real.run("key", "app").out == key
    with real.step("ssh with the block of ssh-config: DVM_USER, no agent even with -A"):
        config: Path = real.place / "ssh_config"
        config.write_text(real.run("ssh-config", "app").out)
        config.chmod(0o600)
        answer = subprocess.run(
            ["ssh", "-A", "-F", str(config), "dvm-app", "id -un; echo ${SSH_AUTH_SOCK:-none}"],
            env=real.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (answer.returncode, answer.stdout) == (0, "developer\nnone\n"), answer.stderr
