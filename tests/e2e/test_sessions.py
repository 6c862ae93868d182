"""sh, ssh, cp, key and ssh-config on a real VM."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.e2e.conftest import RealDvm


def test_a_session_feels_like_ssh(real: RealDvm) -> None:
    real.vm("")
    assert real.run("apply", "-y", timeout=600).code == 0

    def ssh(*arguments: str, data: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "dvm", "ssh", "app", *arguments],
            input=data,
            capture_output=True,
            env=real.environment | environment,
            check=False,
            timeout=120,
        )

    done = ssh("--", "sh", "-c", "id -un; pwd; exit 7")
    assert (done.returncode, done.stdout) == (7, b"developer\n/home/developer/code/app\n")
    data = os.urandom(1 << 20)
    assert ssh("cat", data=data).stdout == data
    assert ssh("--", "printf", "[%s]", "a b", "$HOME", "it's").stdout == b"[a b][$HOME][it's]"
    look = 'printf "%s|" "$TOKEN"; cat; cat /proc/[0-9]*/cmdline | tr "\\0" " "'
    handed = ssh("--env", "TOKEN", "--", "sh", "-c", look, data=b"in|", TOKEN="s3cret\nvalue").stdout
    assert handed.startswith(b"s3cret\nvalue|in|")
    assert handed.count(b"s3cret") == 1
    for log in real.state.rglob("*"):
        assert not log.is_file() or b"s3cret" not in log.read_bytes()
    key = real.run("key", "app").out
    assert key.startswith("ssh-ed25519 ")
    assert real.run("key", "app").out == key
    source = real.place / "s r c"
    source.mkdir()
    (source / "a:b").write_bytes(data[:1000])
    assert real.run("cp", "-r", str(source), "app:").code == 0
    assert real.run("cp", "-r", "app:s r c", str(real.place / "back")).code == 0
    assert (real.place / "back" / "a:b").read_bytes() == data[:1000]
    config = real.place / "ssh_config"
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
